"""調査 (法23条): who has the case, when work began, what stood there at receipt, which urgency was confirmed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.watch import answers
from tracker.i18n import gettext, listed
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance
from tracker.models import Case, Clock, Item, Notice, Staff


def assign(session: Session, notice: Notice, to: UUID | None, *, by: UUID, at: datetime) -> None:
    """Give the case to a member of staff, or to nobody."""
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    whom = session.get(Staff, to) if to else None
    if to and (whom is None or not whom.active):
        raise NotAllowed(N_("この担当者は、今は働いていません。"))
    case.assigned_to = to
    session.flush()
    journal.record(session, case, Fact.CASE_ASSIGNED, actor=journal.staff(by), at=at, to=str(to) if to else None)
    answers.given_to_somebody(session, case.id, by=by, at=at)
    answers.look_again(session, col(Clock.case_id) == case.id, at=at)  # what is due now is told to them, too


def hand_out(
    session: Session, seen: Mapping[str, UUID | None], to: UUID | None, *, by: UUID, at: datetime
) -> list[str]:
    """Give the cases with these receipt numbers to one member of staff, or to nobody. Says which of them changed hands.

    `seen` says who had each when it was chosen. Raises Conflict, and gives away none, when somebody gave one to
    another meanwhile.
    """
    found = session.exec(select(Notice).where(col(Notice.number).in_(list(seen))).order_by(col(Notice.case_id))).all()
    if len(found) < len(seen):
        raise NotAllowed(N_("一覧にない受付番号が送られました。一覧を開き直してください。"))
    cases = [(notice, session.get_one(Case, notice.case_id)) for notice in found]
    for _, case in cases:
        journal.lock(session, case)
    taken = [(n, c) for n, c in cases if c.assigned_to not in {seen[n.number], to}]
    if taken:
        names = {s.id: s.name for s in session.exec(select(Staff))}
        who = listed(
            gettext(
                "%(number)s（%(name)s）",
                number=n.number,
                name=names[c.assigned_to] if c.assigned_to else gettext("担当なし"),
            )
            for n, c in taken
        )
        raise Conflict(N_("先にほかの人が担当を決めました: %(who)s。まだどの申出の担当も変えていません。"), who=who)
    changed = [notice for notice, case in cases if case.assigned_to != to]
    for notice in changed:
        assign(session, notice, to, by=by, at=at)
    return [notice.number for notice in changed]


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
        raise NotAllowed(N_("受付時に表示されていた内容を書いてください。"))
    case = session.get_one(Case, item.case_id)
    journal.record(
        session, case, Fact.SNAPSHOT_RECORDED, actor=journal.staff(by), at=at, items=[item.id], remark=text.strip()
    )


def confirm(session: Session, notice: Notice, circumstance: Circumstance, how: str, *, by: UUID, at: datetime) -> None:
    """Record that a circumstance the claimant ticked is so, and how that was seen. No wait is shortened by it here."""
    if circumstance.value not in notice.circumstances:
        raise NotAllowed(N_("申出者が選んでいない事情です。"))
    if not how.strip():
        raise NotAllowed(N_("どのように確かめたかを書いてください。"))
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
