"""調査 (法23条): who has the case, when work began, what stood there at receipt, which urgency was confirmed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import NotAllowed, journal
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance
from tracker.models import Case, Item, Notice, Staff


def assign(session: Session, notice: Notice, to: UUID | None, *, by: UUID, at: datetime) -> None:
    """Give the case to a member of staff, or to nobody."""
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if to and not session.get_one(Staff, to).active:
        raise NotAllowed("この担当者は、今は働いていません。")
    case.assigned_to = to
    session.flush()
    journal.record(session, case, Fact.CASE_ASSIGNED, actor=journal.staff(by), at=at, to=str(to) if to else None)


def begin(session: Session, notice: Notice, *, by: UUID, at: datetime) -> None:
    """Record that the investigation began (法23条: 遅滞なく). Said once; later calls change nothing."""
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    begun = any(e.fact is Fact.INVESTIGATION_STARTED for e in journal.history(session, case))
    if not begun and case.closed_at is None:
        journal.record(session, case, Fact.INVESTIGATION_STARTED, actor=journal.staff(by), at=at)


def snapshot(session: Session, item: Item, text: str, *, by: UUID, at: datetime) -> None:
    """Record what stood at the item's place at receipt. Raises NotAllowed without a text."""
    if not text.strip():
        raise NotAllowed("受付時に表示されていた内容を書いてください。")
    case = session.get_one(Case, item.case_id)
    journal.record(
        session, case, Fact.SNAPSHOT_RECORDED, actor=journal.staff(by), at=at, items=[item.id], remark=text.strip()
    )


def confirm(session: Session, notice: Notice, circumstance: Circumstance, how: str, *, by: UUID, at: datetime) -> None:
    """Record that a circumstance the claimant ticked is so, and how that was seen. No wait is shortened by it here."""
    if circumstance.value not in notice.circumstances:
        raise NotAllowed("申出者が選んでいない事情です。")
    if not how.strip():
        raise NotAllowed("どのように確かめたかを書いてください。")
    case = session.get_one(Case, notice.case_id)
    journal.record(
        session,
        case,
        Fact.CIRCUMSTANCE_CONFIRMED,
        actor=journal.staff(by),
        at=at,
        remark=how.strip(),
        circumstance=circumstance.value,
    )
