"""専門員の調査 (法25条2項2号): what was given to whom, and what they said of it. Neither enters a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.remarks import remarks_of
from tracker.casework.specialists.entries import words_of
from tracker.casework.specialists.roster import standing_for
from tracker.law import N_
from tracker.law.facts import ENDS, Fact
from tracker.models import Case, Event, Item, Notice, Role, Specialist, SpecialistTask, Staff


@dataclass(frozen=True)
class Opinion:
    """What a specialist said of some items."""

    nos: Sequence[int]
    text: str
    at: datetime
    actor: str  # who recorded it


@dataclass(frozen=True)
class Task:
    """What a specialist was given: which items, what was noted of their interests, what they said so far."""

    row: SpecialistTask
    name: str
    staff_id: UUID | None  # as whom the specialist works at the desk now
    left: bool
    nos: Sequence[int]
    open_nos: Sequence[int]  # of which no opinion was recorded yet
    note: str
    opinions: Sequence[Opinion]

    @property
    def stands(self) -> bool:
        """Whether the specialist still has it, or has done it: somebody who left before can do nothing any more."""
        return not self.left or not self.open_nos


def assign(
    session: Session,
    notice: Notice,
    seen: UUID | None,
    items: Sequence[UUID],
    *,
    conflict: bool | None,
    note: str,
    by: UUID,
    at: datetime,
) -> SpecialistTask:
    """Have a specialist of the service investigate `items`: the ground of 法25条2項2号.

    `seen` is their entry in the register, `conflict` whether they have an interest in the case, `note` how that was
    asked. Raises NotAllowed without an answer to it, or when they have one.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    who = next((one for one in standing_for(session, case.service_id) if one.entry.id == seen), None)
    if who is None:
        raise NotAllowed(N_("このサービスの専門員を、一覧から選んでください。"), about="specialist")
    over = {i for f, i in journal.standing(journal.history(session, case)) if f in ENDS}
    ours = set(session.exec(select(Item.id).where(Item.case_id == case.id)))
    if not items or not set(items) <= ours or any(str(i) in over for i in items):
        raise NotAllowed(N_("専門員に調査させる項目を、まだ終わっていないものから選んでください。"), about="given")
    if conflict is None:
        raise NotAllowed(
            N_("専門員に、申出者・発信者・投稿との利害関係があるかを確かめて、選んでください。"), about="conflict"
        )
    if conflict:
        raise NotAllowed(
            N_("利害関係のある専門員には、この調査を任せられません。ほかの専門員を選んでください。"), about="conflict"
        )
    if not note.strip():
        raise NotAllowed(N_("利害関係をどのように確かめたかを書いてください。"), about="conflict_note")
    named = sorted(str(i) for i in items)
    for task in _rows(session, case):
        if task.person == who.entry.person and task.opined_at is None and set(named) & set(task.items):
            raise Conflict(N_("選んだ項目には、すでにこの専門員に任せたものがあります。"))
    row = SpecialistTask(
        id=uuid4(), case_id=case.id, specialist_id=who.entry.id, person=who.entry.person, items=named, given_at=at
    )
    session.add(row)
    session.flush()
    journal.record(
        session, case, Fact.SPECIALIST_ASSIGNED, actor=journal.staff(by), at=at, items=items, remark=note.strip(),
        task=str(row.id), entry=str(who.entry.id), person=str(who.entry.person), conflict=False,
    )  # fmt: skip
    return row


def opine(
    session: Session, notice: Notice, task_id: UUID | None, items: Sequence[UUID], text: str, *, by: UUID, at: datetime
) -> None:
    """Record the opinion of a specialist on items they were given. It may be said again, and the later adds to it.

    Raises NotAllowed without a text, for items they were not given, and for a specialist to whom somebody else's was.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    row = session.get(SpecialistTask, task_id) if task_id else None
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("専門員に任せた調査を選んでください。"), about="opinion")
    session.refresh(row)
    if session.get_one(Staff, by).role is Role.SPECIALIST and _desk_of(session, row.person) != by:
        raise NotAllowed(
            N_("ほかの専門員に任せた調査です。意見は、任された専門員か主任以上が記録します。"), about="opinion"
        )
    named = {str(i) for i in items}
    if not named or not named <= set(row.items):
        raise NotAllowed(N_("意見を述べる項目を、任された項目から選んでください。"), about="opined")
    if not text.strip():
        raise NotAllowed(N_("専門員の意見を書いてください。"), about="opinion")
    said = {i for e in _opinions(journal.history(session, case), row) for i in e.items} | named
    if row.opined_at is None and said >= set(row.items):
        row.opined_at = at
        session.add(row)
    journal.record(
        session, case, Fact.SPECIALIST_OPINED, actor=journal.staff(by), at=at, items=items, remark=text.strip(),
        task=str(row.id), person=str(row.person),
    )  # fmt: skip


def tasks_of(session: Session, notice: Notice) -> list[Task]:
    """What specialists were given of a notice, the newest first, with what they said."""
    case = session.get_one(Case, notice.case_id)
    rows = _rows(session, case)
    if not rows:
        return []
    events, remarks = journal.history(session, case), remarks_of(session, case)
    nos = {str(id): no for id, no in session.exec(select(Item.id, Item.no).where(Item.case_id == case.id))}
    found = []
    for row in rows:
        last = _last(session, row.person)
        words = words_of(session, last)
        opinions = _opinions(events, row)
        said = {i for e in opinions for i in e.items}
        given = next(e for e in events if e.fact is Fact.SPECIALIST_ASSIGNED and e.data["said"]["task"] == str(row.id))
        found.append(
            Task(
                row=row,
                name=words.name if words else "",
                staff_id=last.staff_id,
                left=last.left_on is not None,
                nos=sorted(nos[i] for i in row.items),
                open_nos=sorted(nos[i] for i in row.items if i not in said),
                note=remarks.get(given.id, ""),
                opinions=[
                    Opinion(sorted(nos[i] for i in e.items), remarks.get(e.id, ""), e.occurred_at, e.actor)
                    for e in opinions
                ],
            )
        )
    return found


def uncovered(session: Session, case: Case, items: Sequence[UUID]) -> list[UUID]:
    """Those of `items` that no specialist has or had: the ground of 法25条2項2号 is not there for them."""
    covered: set[str] = set()
    for row in _rows(session, case):
        if row.opined_at is not None or _last(session, row.person).left_on is None:
            covered |= set(row.items)
    return [item for item in items if str(item) not in covered]


def given_to(staff_id: UUID) -> SelectOfScalar[UUID]:
    """The cases in which somebody who works at the desk has still to say what they found, as a subquery."""
    newer = aliased(Specialist)
    mine = select(Specialist.person).where(
        Specialist.staff_id == staff_id,
        col(Specialist.left_on).is_(None),
        ~select(newer.id)
        .where(col(newer.person) == col(Specialist.person), col(newer.version) > col(Specialist.version))
        .exists(),
    )
    return select(SpecialistTask.case_id).where(
        col(SpecialistTask.opined_at).is_(None), col(SpecialistTask.person).in_(mine)
    )


def _rows(session: Session, case: Case) -> list[SpecialistTask]:
    query = (
        select(SpecialistTask).where(SpecialistTask.case_id == case.id).order_by(col(SpecialistTask.given_at).desc())
    )
    return list(session.exec(query))


def _opinions(events: Sequence[Event], row: SpecialistTask) -> list[Event]:
    return [e for e in events if e.fact is Fact.SPECIALIST_OPINED and e.data["said"]["task"] == str(row.id)]


def _last(session: Session, person: UUID) -> Specialist:
    query = select(Specialist).where(Specialist.person == person).order_by(col(Specialist.version).desc())
    return session.exec(query.limit(1)).one()


def _desk_of(session: Session, person: UUID) -> UUID | None:
    last = _last(session, person)
    return last.staff_id if last.left_on is None else None
