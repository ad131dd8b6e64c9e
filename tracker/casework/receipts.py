"""The receipt (法22条2項3号), the claimant's secret, and what is put right later: the time of receipt, the address."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, cancelling, chain, delivery, journal, news, signed
from tracker.casework.intake import binds
from tracker.keys import Keyring
from tracker.law import N_
from tracker.law.clocks import REPLY
from tracker.law.editions import rule_on
from tracker.law.facts import Fact
from tracker.law.grounds import Channel
from tracker.law.period import JST, japanese_day
from tracker.law.sheets import period
from tracker.letters.write import Letterhead, Promise, WayIn, by_post, moved_in, receipt
from tracker.models import Case, Claimant, Evidence, Item, LetterKind, Notice, Service
from tracker.sealed import open_text, seal_text
from tracker.settings import Settings

# What cannot have happened before a notice was received.
WORK = frozenset({Fact.INVESTIGATION_STARTED, Fact.DECISION_MADE, Fact.INTERIM_REPLIED, Fact.OUTCOME_GIVEN})


def acknowledge(session: Session, service: Service, notice: Notice, *, at: datetime) -> None:
    """Sign the receipt and put its letter into the outbox, after the evidence has been attached (法22条2項3号)."""
    signed.sign(session, service, notice, at=at)
    case = session.get_one(Case, notice.case_id)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    email = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    theirs = select(Evidence.id).where(Evidence.case_id == case.id, col(Evidence.sender_id).is_(None))
    draft = receipt(
        letterhead(session, service, case, notice),
        to=email,
        name=open_text(session, case.id, "claimant.name", claimant.id, claimant.name_sealed),
        items=len(session.exec(select(Item.id).where(Item.notice_id == notice.id)).all()),
        files=len(session.exec(theirs).all()),
        promise=promise(session, notice.received_at),
        way=way_in(session, service, notice),
    )
    delivery.send(session, case, by_post(draft), by=journal.SYSTEM, at=at)


def promise(session: Session, received_at: datetime) -> Promise:
    """The day by which the claimant hears, and how it was counted, by the edition of that day."""
    settings: Settings = session.info["settings"]
    steps = period(rule_on(REPLY.key, japanese_day(received_at)), received_at, session.info["calendar"])
    asked = urlencode({"clock": REPLY.name, "at": received_at.astimezone(JST).isoformat(timespec="seconds")[:-6]})
    return Promise(
        last_day=steps[-1].day,
        days=steps[-1].number,
        first_counted=steps[0].number == 1,
        link=f"{settings.base_url.rstrip('/')}/calculator/?{asked}",
    )


def letterhead(session: Session, service: Service, case: Case, notice: Notice) -> Letterhead:
    """Who writes to whom about which notice."""
    settings: Settings = session.info["settings"]
    registered = service.registered_on is not None and service.registered_on <= japanese_day(notice.received_at)
    return Letterhead(
        settings.provider,
        service.name,
        notice.number,
        notice.received_at,
        case.statutory,
        registered,
        settings.contact,
    )


def status_secret(session: Session, notice: Notice) -> str:
    """The claimant's speakable secret, derived from the master key."""
    keyring: Keyring = session.info["keys"]
    return keyring.status_secret(notice.case_id, notice.secret_version)


def way_in(session: Session, service: Service, notice: Notice) -> WayIn:
    """How the claimant reaches the status page, from a mail or from paper."""
    settings: Settings = session.info["settings"]
    return WayIn(
        link=status_link(session, service, notice),
        ask=f"{settings.base_url.rstrip('/')}/s/{service.slug}/status",
        secret=status_secret(session, notice),
    )


def status_link(session: Session, service: Service, notice: Notice) -> str:
    """The claimant's secret address of the status page."""
    settings: Settings = session.info["settings"]
    base = settings.base_url.rstrip("/")
    return f"{base}/s/{service.slug}/status/{notice.number}/{status_secret(session, notice)}"


def find_by_secret(session: Session, service: Service, number: str, secret: str) -> Notice | None:
    """The notice whose number and secret these are, however they were typed.

    An unknown number and a wrong secret give the same None.
    """
    notice = find_by_number(session, service, number)
    expected = status_secret(session, notice) if notice else "no-such-notice"
    same = secrets.compare_digest(_letters(expected), _letters(secret))
    return notice if notice and same else None


def find_by_number(session: Session, service: Service, typed: str) -> Notice | None:
    """The notice of a service with a receipt number, however it was typed. A number alone opens nothing."""
    return session.exec(
        select(Notice)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(Notice.number == printed_number(service, typed), Case.service_id == service.id)
    ).first()


def bare_number(typed: str) -> str:
    """The capital letters and digits of a receipt number, however it was typed."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isascii() and c.isalnum())


def printed_number(service: Service, typed: str) -> str:
    """A receipt number as it is printed: hyphens of any kind, blanks and zeros before its last part may be missing."""
    bare = bare_number(typed)
    found = re.fullmatch(rf"{service.prefix}([0-9]{{4}})([0-9]{{1,9}})", bare)
    return f"{service.prefix}-{found[1]}-{int(found[2]):06d}" if found else bare


def _letters(secret: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", secret).lower() if "a" <= c <= "z")


def correct_receipt(
    session: Session, notice: Notice, received_at: datetime, *, reason: str, by: UUID, at: datetime
) -> None:
    """Mend a mistyped receipt time of a filing that staff entered.

    The old clocks are voided and new ones started; letters still waiting are cancelled, for they state the wrong time,
    and a receipt with the true one is written (法22条2項3号).

    Raises NotAllowed for a filing through the form (its time is the server's), a time in the future or after the work
    on it began, or no reason; Conflict while a letter is being sent.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    session.refresh(notice)
    events = journal.history(session, case)
    if notice.channel is Channel.FORM:
        raise NotAllowed(N_("窓口のフォームで受け付けた日時は、サーバーが記録したもので、訂正できません。"))
    if received_at > at:
        raise NotAllowed(N_("受け付けた日時が、今より後になっています。"))
    if any(e.fact in WORK and e.occurred_at < received_at for e in events):
        raise NotAllowed(N_("受け付けた日時が、調査・判断・通知を記録した日時より後になっています。"))
    if not reason.strip():
        raise NotAllowed(N_("訂正の理由を書いてください。"))
    service = session.get_one(Service, case.service_id)
    bound = case.statutory
    case.statutory = binds(service, notice.standing, received_at, notice.by_published_method)
    session.flush()
    cancelling.cancel_waiting(session, case, cancelling.TO_CLAIMANT, by=journal.staff(by), at=at)
    journal.record(
        session,
        case,
        Fact.RECEIPT_CORRECTED,
        actor=journal.staff(by),
        at=at,
        occurred_at=received_at,
        items=[UUID(i) for i in events[0].items],
        corrects=events[0].seq,
        remark=reason.strip(),
        was=chain.iso(notice.received_at),
    )
    if case.statutory != bound:  # the clocks that other facts started bind, or bind no more, with it
        journal.record(session, case, Fact.BINDING_CORRECTED, actor=journal.staff(by), at=at)
    notice.received_at = received_at
    session.add(notice)
    session.flush()
    acknowledge(session, service, notice, at=at)


def change_email(session: Session, notice: Notice, email: str, *, by: UUID | None, at: datetime) -> None:
    """Put another address of the claimant, as they told it, in the place of the old one. `by` is None for themselves.

    Where mail went before, the secret is new, too, and goes to the new address alone: who reads the old mail opens
    nothing any more. Letters still waiting are cancelled: they bear the old address. The receipt is written anew by
    itself, and so is a mail that something new can be read, also one that came back; a reply is ready again on the
    desk. Raises Conflict while one is being sent.
    """
    keyring: Keyring = session.info["keys"]
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    actor = journal.staff(by) if by else journal.CLAIMANT
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    notice = session.get_one(Notice, notice.id, populate_existing=True)  # the secret as it is under the lock
    known = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    renewed: dict[str, Any] = {"secret_version": notice.secret_version + 1} if known and known != email else {}
    notice.secret_version = renewed.get("secret_version", notice.secret_version)
    claimant.email_sealed = seal_text(session, case.id, "claimant.email", claimant.id, email)
    claimant.email_bidx = keyring.blind_index(email)
    session.add_all([claimant, notice])
    journal.record(session, case, Fact.ADDRESS_CHANGED, actor=actor, at=at, whose="claimant", **renewed)
    waiting = cancelling.cancel_waiting(session, case, cancelling.TO_THIS_ADDRESS, by=actor, at=at)
    service = session.get_one(Service, case.service_id)
    if LetterKind.RECEIPT in {letter.kind for letter in waiting}:
        acknowledge(session, service, notice, at=at)
    elif renewed and email:
        settings: Settings = session.info["settings"]
        link, key = status_link(session, service, notice), f"way_in:{case.id}:{case.head_seq}"
        draft = moved_in(settings.provider, to=email, key=key, link=link)
        delivery.send(session, case, draft, by=journal.SYSTEM, at=at)
    if news.unheard(session, case):
        news.tell(session, case, notice, about=f"{case.head_seq}", link=status_link(session, service, notice), at=at)
