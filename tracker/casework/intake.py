"""Receiving a 申出 (法22条・23条): the notice, its items and claimant, the receipt, and what is put right later."""

import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal, traces
from tracker.keys import Keyring, commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Channel, Circumstance, Right, Standing
from tracker.law.period import JST, japanese_day
from tracker.models import Case, CaseKind, Claimant, Counter, Doubt, Item, Notice, Sender, Service
from tracker.sealed import create_key, seal_text

MOST_ITEMS = 300
FORM_VERSION = "2026-12"
FORM_VERSIONS = (
    "2026-11",
    FORM_VERSION,
)  # a page that was opened before still files; what it was is kept with the notice


@dataclass(frozen=True)
class FiledItem:
    """One piece of content as the claimant names it."""

    url: str
    url_normal: str = ""
    quote: str = ""
    account: str = ""
    posted: str = ""
    mark: str = ""
    note: str = ""


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
    answers: dict[str, str] = field(default_factory=dict)
    reason_withheld: bool = False
    office: str = ""  # who in a company answers for it
    whose: str = ""  # whose right it is, where a parent, a lawyer or a bereaved person files
    caution: str = ""  # what to mind when the claimant is reached
    form_version: str = FORM_VERSION
    doubts: Sequence[Doubt] = ()
    follows: str = ""  # the number of an earlier filing that this one goes on from, as it is printed


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

    1. The same form sent again gives the notice it made the first time. What another service got from it is another
       notice: this one is kept under a token that follows from both.
    2. The duty of 法25条 binds for a 申出 by the infringed person or an agent, through the published method, to a
       service that is registered (届出); anything else gets the same care under voluntary clocks.
    3. Number, case key, items and senders are written; NOTICE_RECEIVED starts the clocks.
    4. The receipt goes into the outbox (法22条2項3号).

    Raises NotAllowed for a receipt time in the future.
    """
    if again := filed_from(session, service, filing.token):
        return again
    if session.exec(select(Notice.id).where(Notice.token == filing.token)).first():
        filing = replace(filing, token=token_here(service, filing.token))
    # 届出 recorded at this moment waits, or is seen: whom the duty binds must not depend on who was faster.
    service = session.get_one(Service, service.id, with_for_update={"read": True}, populate_existing=True)
    received_at = received_at or at
    if received_at > at:
        raise NotAllowed(N_("受け付けた日時が、今より後になっています。"))
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
        answers=dict(filing.answers),
        reason_withheld=filing.reason_withheld,
        doubts=[doubt.value for doubt in filing.doubts],
        salt=secrets.token_hex(16),
        search_text=searchable(filing),
        form_version=filing.form_version,
        token=filing.token,
        entered_by=entered_by,
        follows=filing.follows,
        follows_id=_earlier(session, service, filing.follows) if filing.follows else None,
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
        **named_before(notice),
        **declared(notice),
    )
    return notice


def filed_from(session: Session, service: Service, token: str) -> Notice | None:
    """The notice that a service received from a form, known by its token."""
    query = select(Notice).join(Case, col(Case.id) == col(Notice.case_id)).where(Case.service_id == service.id)
    return session.exec(query.where(col(Notice.token).in_((token, token_here(service, token))))).first()


def token_here(service: Service, token: str) -> str:
    """What the token of a form is at a service when another one has received that form before."""
    return sha256(f"{token} {service.id}".encode()).hexdigest()[: len(token)]


def binds(service: Service, standing: Standing, received_at: datetime, by_published_method: bool) -> bool:
    """Whether 法25条 binds for a filing: 届出 made, infringed person or agent, published method (22条1項・25条1項)."""
    registered = service.registered_on is not None and service.registered_on <= japanese_day(received_at)
    return registered and by_published_method and standing is not Standing.THIRD_PARTY


def declared(notice: Notice) -> dict[str, Any]:
    """What the event of receipt says in codes beside the rest: what may be told to the sender, which page was seen."""
    return {
        "tell": notice.tell,
        "published": notice.by_published_method,
        "form": notice.form_version,
        "doubts": [str(doubt) for doubt in notice.doubts],
    }


def named_before(notice: Notice) -> dict[str, Any]:
    """What the event of receipt says of an earlier filing that was named; nothing where none was."""
    if not notice.follows:
        return {}
    return {"follows": notice.follows, "earlier": str(notice.follows_id or "")}


def _earlier(session: Session, service: Service, number: str) -> UUID | None:
    """The notice of the same service with a number, if there is one."""
    query = select(Notice.id).join(Case, col(Case.id) == col(Notice.case_id))
    return session.exec(query.where(Notice.number == number, Case.service_id == service.id)).first()


def searchable(filing: Filing) -> str:
    """The plain copy that search reads: NFKC and casefolded, so that full and half width find each other."""
    parts = [filing.reason, *filing.answers.values()]
    parts += [" ".join(filter(None, (i.url, i.quote, i.account, i.mark, i.note))) for i in filing.items]
    return unicodedata.normalize("NFKC", "\n".join(parts)).casefold()


def stated(notice: Notice, items: Sequence[Item]) -> str:
    """What the claimant stated, in one text: the event keeps a commitment to it.

    A filing that says nothing of what was added to the form later is written as filings were before.
    """
    rows = [(i.url, i.quote, i.account, i.posted, i.mark, i.note) for i in items]
    if notice.answers or notice.reason_withheld or any(mark or note for *_rest, mark, note in rows):
        said: dict[str, Any] = {
            "reason": notice.reason,
            "answers": notice.answers,
            "withheld": notice.reason_withheld,
            "items": rows,
        }
        return rfc8785.dumps(said).decode()
    return "\n".join([notice.reason, *(f"{i.no}\t{i.url}\t{i.quote}\t{i.account}\t{i.posted}" for i in items)])


def _next_number(session: Session, service: Service, received_at: datetime) -> str:
    """The next receipt number of the service in the Japanese year; numbers have no gaps."""
    year = received_at.astimezone(JST).year
    counter = session.get(Counter, (service.id, year), with_for_update=True)
    if counter is None:
        with suppress(IntegrityError), session.begin_nested():  # another first filing of the year may be faster
            session.add(Counter(service_id=service.id, year=year, last=0))
        counter = session.get_one(Counter, (service.id, year), with_for_update=True, populate_existing=True)
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
        office_sealed=seal("office", filing.office) if filing.office else None,
        whose_sealed=seal("whose", filing.whose) if filing.whose else None,
        caution_sealed=seal("caution", filing.caution) if filing.caution else None,
        email_bidx=keyring.blind_index(filing.email) if filing.email else "",
    )


def accounts(filed: Sequence[FiledItem]) -> list[str]:
    """The account that each item belongs to: the same one is one 発信者, who gets one letter."""
    named = (unicodedata.normalize("NFKC", one.account).strip() for one in filed)
    return [account or f"（項目{no}の投稿者）" for no, account in enumerate(named, 1)]


def _items(session: Session, case: Case, notice: Notice, filed: Sequence[FiledItem]) -> list[Item]:
    """The items in order, one sender for each account named; an unnamed account is a sender of its own item."""
    senders: dict[str, Sender] = {}
    items = []
    for no, (one, account) in enumerate(zip(filed, accounts(filed), strict=True), 1):
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
                mark=one.mark,
                note=one.note,
                sender_id=sender.id,
                url_key=traces.url_key(one.url_normal),
                quote_key=traces.quote_key(one.account, one.quote),
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
