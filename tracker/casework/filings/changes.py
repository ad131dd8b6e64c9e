"""Changes of registered matters and their filing (法21条2項・規則12条)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.filings.matters import ADDRESSES
from tracker.casework.filings.rows import add_change, add_filing, last_event, moment_of, past_day, row_digest
from tracker.casework.filings.view import Change, standing_changes
from tracker.casework.register import register_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Matter, RegisterChange, Service

LONGEST = 2000  # characters of what a matter was or is


def change(
    session: Session,
    service: Service,
    matter: Matter,
    day: date,
    *,
    before: str = "",
    after: str,
    actor: str,
    at: datetime,
) -> RegisterChange:
    """Record that a registered matter changed: its filing is due without delay.

    Of an address of ours, what it was is known, and the service keeps what it is. Raises NotAllowed.
    """
    case = _registered_case(session, service, day, at)
    before = _known(service, matter) if matter in ADDRESSES else before
    row = _changed(session, service, case, matter, day, before, after, actor=actor, at=at)
    _keep(session, service, matter, after)
    return row


def correct_change(
    session: Session,
    service: Service,
    id: UUID,
    day: date,
    *,
    before: str,
    after: str,
    reason: str,
    actor: str,
    at: datetime,
) -> RegisterChange:
    """Put a recorded change right, with a reason. What was filed of the wrong one does not cover the right one."""
    case = _registered_case(session, service, day, at)
    known = next((c for c in standing_changes(session, case) if c.row.id == id), None)
    if known is None:
        raise Conflict(N_("この変更は、先にほかの人が訂正しました。新しい記録を確かめてください。"), about="change")
    if not reason.strip():
        raise NotAllowed(N_("訂正する理由を書いてください。"), about="reason")
    row = _changed(
        session, service, case, known.row.matter, day, before, after, actor=actor, at=at, corrects=known, why=reason
    )
    if _known(service, known.row.matter) == known.after:
        _keep(session, service, known.row.matter, after)
    return row


def file_changes(
    session: Session,
    service: Service,
    ids: Sequence[UUID],
    day: date,
    *,
    reference: str,
    who: str,
    actor: str,
    at: datetime,
) -> None:
    """Record that changes were filed with the minister. What was left out runs on from the day on which it changed.

    Raises NotAllowed for nothing or an impossible day, Conflict where one was filed or put right meanwhile.
    """
    case = register_of(session, service, at)
    journal.lock(session, case)
    open_now = {c.row.id: c for c in standing_changes(session, case) if c.filing is None}
    if not ids:
        raise NotAllowed(N_("届け出た変更を選んでください。"), about="change")
    if not open_now.keys() >= set(ids):
        raise Conflict(
            N_("選んだ変更は、先にほかの人が届け出たか訂正しました。残りを確かめてください。"), about="change"
        )
    past_day(day, at, "filed_on")
    if day < max(open_now[id].row.changed_on for id in ids):
        raise NotAllowed(N_("届け出た日が、変更の日より前になっています。"), about="filed_on")
    if not who.strip():
        raise NotAllowed(N_("だれが届け出たかを入力してください。"), about="who")
    filing = add_filing(session, case, day, reference, who, first=False, changes=list(ids))
    journal.record(
        session,
        case,
        Fact.CHANGE_FILED,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        filing=str(filing.id),
        row=row_digest(filing),
    )
    left = sorted((c for id, c in open_now.items() if id not in ids), key=lambda c: c.row.changed_on)
    if left:  # the filing ended the clock that they shared: it runs again, from the oldest of them
        journal.record(
            session,
            case,
            Fact.REGISTERED_MATTER_CHANGED,
            actor=actor,
            at=at,
            occurred_at=moment_of(left[0].row.changed_on, at),
            still=[str(c.row.id) for c in left],
        )


def _registered_case(session: Session, service: Service, day: date, at: datetime) -> Case:
    case = register_of(session, service, at)
    journal.lock(session, case)
    session.refresh(service)
    if not last_event(session, case, Fact.REGISTERED) or service.registered_on is None:
        raise NotAllowed(N_("届出（法21条1項）を先に記録してください。届け出る前の変更は、届出に書けば足ります。"))
    past_day(day, at, "changed_on")
    if day < service.registered_on:
        raise NotAllowed(N_("変更の日が、届け出た日より前になっています。"), about="changed_on")
    return case


def _changed(
    session: Session,
    service: Service,
    case: Case,
    matter: Matter,
    day: date,
    before: str,
    after: str,
    *,
    actor: str,
    at: datetime,
    corrects: Change | None = None,
    why: str = "",
) -> RegisterChange:
    if not before.strip():
        raise NotAllowed(N_("変更の前の内容を入力してください。"), about="before")
    if not after.strip():
        raise NotAllowed(N_("変更の後の内容を入力してください。"), about="after")
    for name, typed in (("before", before), ("after", after)):
        if len(typed) > LONGEST:
            raise NotAllowed(N_("%(most)s字までで書いてください。"), about=name, most=f"{LONGEST:,}")
    if before.strip() == after.strip():
        raise NotAllowed(N_("変更の前と後が同じです。"), about="after")
    row = add_change(session, case, matter, day, before, after, corrects.row.id if corrects else None)
    journal.record(
        session,
        case,
        Fact.REGISTERED_MATTER_CHANGED,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        corrects=corrects.seq if corrects else None,
        remark=why,
        matter=matter.value,
        change=str(row.id),
        row=row_digest(row),
    )
    return row


def _known(service: Service, matter: Matter) -> str:
    return {Matter.FORM: service.form_url, Matter.CRITERIA: service.criteria_url}.get(matter, "")


def _keep(session: Session, service: Service, matter: Matter, after: str) -> None:
    if matter is Matter.FORM:
        service.form_url = after.strip()
    elif matter is Matter.CRITERIA:
        service.criteria_url = after.strip()
    session.add(service)
