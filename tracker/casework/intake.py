"""Receiving a 申出 (法22条・23条): the notice, its items and claimant, the receipt, and what is put right later."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, delivery, journal
from tracker.keys import Keyring, commitment
from tracker.law.clocks import REPLY
from tracker.law.facts import Fact
from tracker.law.grounds import Channel, Circumstance, Right, Standing
from tracker.law.period import JST, count, japanese_day
from tracker.letters.write import Letterhead, Promise, by_post, receipt
from tracker.models import Case, CaseKind, Claimant, Counter, Evidence, Item, LetterKind, Notice, Sender, Service
from tracker.sealed import create_key, open_text, seal_text
from tracker.settings import Settings

MOST_ITEMS = 300
FORM_VERSION = "2026-11"


@dataclass(frozen=True)
class FiledItem:
    """One piece of content as the claimant names it."""

    url: str
    url_normal: str = ""
    quote: str = ""
    account: str = ""
    posted: str = ""


@dataclass(frozen=True)
class Filing:
    """A filing whose form has been checked. `token` belongs to the form: sent twice, it is one filing."""

    token: str
    standing: Standing
    rights: Sequence[Right]
    primary_right: Right
    items: Sequence[FiledItem]
    reason: str
    name: str
    email: str
    phone: str = ""
    circumstances: Sequence[Circumstance] = ()
    tell: Sequence[str] = ()  # name, contact, evidence


def file(
    session: Session,
    service: Service,
    filing: Filing,
    *,
    at: datetime,
    received_at: datetime | None = None,
    channel: Channel = Channel.FORM,
    by_published_method: bool = True,
    entered_by: UUID | None = None,
) -> Notice:
    """Receive a filing. `at` is now; `received_at` is when it truly arrived (the same for the form). Aware instants.

    1. The same form sent again gives the notice it made the first time.
    2. The duty of 法25条 binds for a 申出 by the infringed person or an agent, through the published method, to a
       service that is registered (届出); anything else gets the same care under voluntary clocks.
    3. Number, case key, items and senders are written; NOTICE_RECEIVED starts the clocks.
    4. The receipt goes into the outbox (法22条2項3号).

    Raises NotAllowed for a receipt time in the future.
    """
    if again := session.exec(select(Notice).where(Notice.token == filing.token)).first():
        return again
    received_at = received_at or at
    if received_at > at:
        raise NotAllowed("受け付けた日時が、今より後になっています。")
    case = Case(
        kind=CaseKind.NOTICE,
        service_id=service.id,
        opened_at=received_at,
        statutory=binds(service, filing.standing, received_at, by_published_method),
        fast=bool(filing.circumstances),
    )
    session.add(case)
    session.flush()
    create_key(session, case.id)
    session.flush()
    notice = Notice(
        case_id=case.id,
        number=_next_number(session, service, received_at),
        received_at=received_at,
        channel=channel,
        by_published_method=by_published_method,
        standing=filing.standing,
        rights=[right.value for right in filing.rights],
        primary_right=filing.primary_right,
        circumstances=[c.value for c in filing.circumstances],
        tell=list(filing.tell),
        reason=filing.reason,
        salt=secrets.token_hex(16),
        search_text=searchable(filing),
        form_version=FORM_VERSION,
        token=filing.token,
        entered_by=entered_by,
    )
    session.add(notice)
    session.flush()
    session.add(_claimant(session, case, notice, filing))
    items = _items(session, case, notice, filing.items)
    journal.record(
        session,
        case,
        Fact.NOTICE_RECEIVED,
        actor=journal.staff(entered_by) if entered_by else journal.CLAIMANT,
        at=at,
        occurred_at=received_at,
        items=[item.id for item in items],
        number=notice.number,
        channel=channel.value,
        standing=filing.standing.value,
        rights=notice.rights,
        primary_right=filing.primary_right.value,
        circumstances=notice.circumstances,
        fast=case.fast,
        receipt_pending=channel is not Channel.FORM,
        words=commitment(notice.salt, stated(notice, items)),
    )
    return notice


def acknowledge(session: Session, service: Service, notice: Notice, *, at: datetime) -> None:
    """Put the receipt into the outbox, after the evidence has been attached (法22条2項3号)."""
    case = session.get_one(Case, notice.case_id)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    email = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    draft = receipt(
        letterhead(session, service, case, notice),
        to=email,
        name=open_text(session, case.id, "claimant.name", claimant.id, claimant.name_sealed),
        items=len(session.exec(select(Item.id).where(Item.notice_id == notice.id)).all()),
        files=len(session.exec(select(Evidence.id).where(Evidence.case_id == case.id)).all()),
        promise=promise(notice.received_at),
        link=status_link(session, service, notice),
    )
    delivery.send(session, case, by_post(draft), by=journal.SYSTEM, at=at)


def binds(service: Service, standing: Standing, received_at: datetime, by_published_method: bool) -> bool:
    """Whether 法25条 binds for a filing: 届出 made, infringed person or agent, published method (22条1項・25条1項)."""
    registered = service.registered_on is not None and service.registered_on <= japanese_day(received_at)
    return registered and by_published_method and standing is not Standing.THIRD_PARTY


def promise(received_at: datetime) -> Promise:
    """The day by which the claimant hears, and how it was counted."""
    steps = count(received_at, REPLY.length, REPLY.counting) if REPLY.length else []
    return Promise(last_day=steps[-1].day, first_counted=steps[0].number == 1)


def letterhead(session: Session, service: Service, case: Case, notice: Notice) -> Letterhead:
    """Who writes to whom about which notice."""
    settings: Settings = session.info["settings"]
    registered = service.registered_on is not None and service.registered_on <= japanese_day(notice.received_at)
    return Letterhead(settings.provider, service.name, notice.number, notice.received_at, case.statutory, registered)


def status_secret(session: Session, notice: Notice) -> str:
    """The claimant's speakable secret, derived from the master key."""
    keyring: Keyring = session.info["keys"]
    return keyring.status_secret(notice.case_id, notice.secret_version)


def status_link(session: Session, service: Service, notice: Notice) -> str:
    """The claimant's secret address of the status page."""
    settings: Settings = session.info["settings"]
    base = settings.base_url.rstrip("/")
    return f"{base}/s/{service.slug}/status/{notice.number}/{status_secret(session, notice)}"


def find_by_secret(session: Session, service: Service, number: str, secret: str) -> Notice | None:
    """The notice whose number and secret these are. An unknown number and a wrong secret give the same None."""
    number = unicodedata.normalize("NFKC", number).strip().upper()
    notice = session.exec(
        select(Notice)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(Notice.number == number, Case.service_id == service.id)
    ).first()
    expected = status_secret(session, notice) if notice else "no-such-notice"
    same = secrets.compare_digest(_letters(expected), _letters(secret))
    return notice if notice and same else None


def _letters(secret: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", secret).lower() if "a" <= c <= "z")


def correct_receipt(
    session: Session, notice: Notice, received_at: datetime, *, reason: str, by: UUID, at: datetime
) -> None:
    """Mend a mistyped receipt time of a filing that staff entered: the old clocks are voided, new ones started.

    Raises NotAllowed for a filing through the form (its time is the server's), a time in the future, or no reason.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    session.refresh(notice)
    if notice.channel is Channel.FORM:
        raise NotAllowed("窓口のフォームで受け付けた日時は、サーバーが記録したもので、訂正できません。")
    if received_at > at:
        raise NotAllowed("受け付けた日時が、今より後になっています。")
    if not reason.strip():
        raise NotAllowed("訂正の理由を書いてください。")
    service = session.get_one(Service, case.service_id)
    case.statutory = binds(service, notice.standing, received_at, notice.by_published_method)
    session.flush()
    first = journal.history(session, case)[0]
    journal.record(
        session,
        case,
        Fact.RECEIPT_CORRECTED,
        actor=journal.staff(by),
        at=at,
        occurred_at=received_at,
        items=[UUID(i) for i in first.items],
        corrects=first.seq,
        remark=reason.strip(),
        was=journal.iso(notice.received_at),
    )
    notice.received_at = received_at
    session.add(notice)
    session.flush()


def change_email(session: Session, notice: Notice, email: str, *, by: UUID, at: datetime) -> None:
    """Put another address of the claimant, as they told it, in the place of the old one.

    Letters still waiting are cancelled: they bear the old address. The receipt is written anew by itself; a reply is
    ready again on the desk. Raises Conflict while one is being sent.
    """
    keyring: Keyring = session.info["keys"]
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    claimant.email_sealed = seal_text(session, case.id, "claimant.email", claimant.id, email)
    claimant.email_bidx = keyring.blind_index(email)
    session.add(claimant)
    journal.record(session, case, Fact.ADDRESS_CHANGED, actor=journal.staff(by), at=at, whose="claimant")
    waiting = delivery.cancel_waiting(session, case, delivery.TO_CLAIMANT, by=journal.staff(by), at=at)
    if LetterKind.RECEIPT in {letter.kind for letter in waiting}:
        acknowledge(session, session.get_one(Service, case.service_id), notice, at=at)


def searchable(filing: Filing) -> str:
    """The plain copy that search reads: NFKC and casefolded, so that full and half width find each other."""
    parts = [filing.reason, *(f"{i.url} {i.quote} {i.account}" for i in filing.items)]
    return unicodedata.normalize("NFKC", "\n".join(parts)).casefold()


def stated(notice: Notice, items: Sequence[Item]) -> str:
    """What the claimant stated, in one text: the event keeps a commitment to it."""
    return "\n".join([notice.reason, *(f"{i.no}\t{i.url}\t{i.quote}\t{i.account}\t{i.posted}" for i in items)])


def _next_number(session: Session, service: Service, received_at: datetime) -> str:
    """The next receipt number of the service in the Japanese year; numbers have no gaps."""
    year = received_at.astimezone(JST).year
    counter = session.get(Counter, (service.id, year), with_for_update=True)
    if counter is None:
        session.get_one(Service, service.id, with_for_update=True)  # two first filings of a year wait for each other
        counter = session.get(Counter, (service.id, year), with_for_update=True, populate_existing=True)
    if counter is None:
        counter = Counter(service_id=service.id, year=year, last=0)
    counter.last += 1
    session.add(counter)
    session.flush()
    return f"{service.prefix}-{year}-{counter.last:06d}"


def _claimant(session: Session, case: Case, notice: Notice, filing: Filing) -> Claimant:
    keyring: Keyring = session.info["keys"]
    id = uuid4()

    def seal(column: str, text: str) -> bytes:
        return seal_text(session, case.id, f"claimant.{column}", id, text)

    return Claimant(
        id=id,
        notice_id=notice.id,
        name_sealed=seal("name", filing.name),
        email_sealed=seal("email", filing.email),
        phone_sealed=seal("phone", filing.phone),
        email_bidx=keyring.blind_index(filing.email) if filing.email else "",
    )


def _items(session: Session, case: Case, notice: Notice, filed: Sequence[FiledItem]) -> list[Item]:
    """The items in order, one sender for each account named; an unnamed account is a sender of its own item."""
    senders: dict[str, Sender] = {}
    items = []
    for no, one in enumerate(filed, 1):
        account = unicodedata.normalize("NFKC", one.account).strip() or f"（項目{no}の投稿者）"
        sender = senders.setdefault(account, Sender(case_id=case.id, account=account))
        items.append(
            Item(
                notice_id=notice.id,
                case_id=case.id,
                no=no,
                url=one.url,
                url_normal=one.url_normal,
                quote=one.quote,
                account=one.account,
                posted=one.posted,
                sender_id=sender.id,
            )
        )
    session.add_all(senders.values())
    session.flush()
    session.add_all(items)
    session.flush()
    return items


def utc(local: datetime) -> datetime:
    """A naive time typed by staff, which is Japanese time, as a UTC instant."""
    return local.replace(tzinfo=JST).astimezone(UTC)
