"""Who may know of a confidential paper (刑訴法197条5項): named people, whatever their role.

A case is confidential as soon as one of its papers is, and so is an order to a custodian about it. To everybody else
it is not there: no list, count or page.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, union
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from tracker.casework import Conflict, NotAllowed, journal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, HoldOrder, HoldOrderLine, LegalPaper, LogHold, PaperReader, Staff


def hidden_from(reader: UUID | None) -> CompoundSelect[tuple[UUID]]:
    """The cases that `reader` may not know of: confidential papers that do not name them, and the orders about these.

    An order (保存の依頼) is as confidential as each paper of which it names a hold. Without a reader: all of these.
    """
    papers = _secret_papers()
    if reader is not None:
        mine = (
            select(LegalPaper.case_id)
            .join(PaperReader, col(PaperReader.paper_id) == col(LegalPaper.id))
            .where(PaperReader.staff_id == reader, col(PaperReader.ended_at).is_(None))
        )
        papers = papers.where(col(LegalPaper.case_id).not_in(mine))
    orders = (
        select(col(HoldOrder.case_id))
        .join(HoldOrderLine, col(HoldOrderLine.order_id) == col(HoldOrder.id))
        .join(LogHold, col(LogHold.id) == col(HoldOrderLine.hold_id))
        .where(col(LogHold.case_id).in_(papers))
    )
    return union(papers, orders)


def _secret_papers() -> SelectOfScalar[UUID]:
    """The cases of confidential papers. A case of another kind never is one, whatever row was put into it."""
    return (
        select(LegalPaper.case_id)
        .join(Case, col(Case.id) == col(LegalPaper.case_id))
        .where(col(LegalPaper.confidential).is_(True), Case.kind == CaseKind.PAPER)
    )


def confidential_cases() -> CompoundSelect[tuple[UUID]]:
    """The cases that only named people may know of: for lists, counts and channels that are everybody's."""
    return hidden_from(None)


def may_know(case_id: Mapped[UUID], staff_id: UUID | None) -> ColumnElement[bool]:
    """Whether `staff_id` may know of the case in the column `case_id`; None: whether everybody may."""
    return case_id.not_in(hidden_from(staff_id))


def knows(session: Session, case_id: UUID, staff_id: UUID) -> bool:
    """Whether somebody may know of a case: for what names it by its id."""
    return session.exec(select(Case.id).where(Case.id == case_id, may_know(col(Case.id), staff_id))).first() is not None


def is_confidential(session: Session, case_id: UUID) -> bool:
    """Whether only named people may know of a case."""
    return session.exec(select(Case.id).where(Case.id == case_id, ~may_know(col(Case.id), None))).first() is not None


def who_may_know(session: Session, cases: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who may know of each of `cases` that is confidential; cases that are everybody's are not among them.

    Of an order that names holds of several papers: whoever is named for every one of them.
    """
    ordered = (
        select(HoldOrder.case_id, LogHold.case_id)
        .join(HoldOrderLine, col(HoldOrderLine.order_id) == col(HoldOrder.id))
        .join(LogHold, col(LogHold.id) == col(HoldOrderLine.hold_id))
        .where(col(HoldOrder.case_id).in_(cases), col(LogHold.case_id).in_(_secret_papers()))
    )
    secret = _secret_papers().where(col(LegalPaper.case_id).in_(cases))
    about: dict[UUID, set[UUID]] = {id: {id} for id in session.exec(secret)}
    for order, paper in session.exec(ordered).all():
        about.setdefault(order, set()).add(paper)
    named = {paper: frozenset(reading(session, paper)) for papers in about.values() for paper in papers}
    return {case: frozenset.intersection(*(named[paper] for paper in papers)) for case, papers in about.items()}


def reading(session: Session, case_id: UUID) -> list[UUID]:
    """Who is named to read the papers of a case now."""
    query = (
        select(PaperReader.staff_id)
        .join(LegalPaper, col(LegalPaper.id) == col(PaperReader.paper_id))
        .where(LegalPaper.case_id == case_id, col(PaperReader.ended_at).is_(None))
        .distinct()
    )
    return list(session.exec(query))


def rows_of(session: Session, case_id: UUID) -> list[tuple[PaperReader, str]]:
    """Everybody who was ever named, in order, with their names."""
    query = (
        select(PaperReader, Staff.name)
        .join(LegalPaper, col(LegalPaper.id) == col(PaperReader.paper_id))
        .join(Staff, col(Staff.id) == col(PaperReader.staff_id))
        .where(LegalPaper.case_id == case_id)
        .order_by(col(PaperReader.named_at), col(Staff.name))
    )
    return list(session.exec(query).all())


def name_readers(session: Session, paper: LegalPaper, people: Iterable[UUID], *, by: UUID, at: datetime) -> list[UUID]:
    """Name the first readers of a paper that is being entered, and say who they are: its fact tells of them.

    Raises NotAllowed for who does not work here.
    """
    wanted = set(people)
    _at_work(session, wanted)
    rows = [PaperReader(paper_id=paper.id, staff_id=id, named_at=at, named_by=by) for id in sorted(wanted, key=str)]
    session.add_all(rows)
    session.flush()
    return [row.staff_id for row in rows]


def name_reader(session: Session, paper: LegalPaper, person: UUID, *, by: UUID, at: datetime) -> None:
    """Let one more person know of a confidential paper. Raises NotAllowed, or Conflict where they are named."""
    _lock(session, paper)
    _check_named(session, paper, by)
    _at_work(session, {person})
    if person in reading(session, paper.case_id):
        raise Conflict(N_("この人は、もう名指しされています。"), about="reader")
    session.add(PaperReader(paper_id=paper.id, staff_id=person, named_at=at, named_by=by))
    session.flush()
    _record(session, paper, Fact.READER_NAMED, person, by=by, at=at)


def end_reader(session: Session, paper: LegalPaper, person: UUID, *, by: UUID, at: datetime) -> None:
    """Take somebody off the list; the row stays, with the moment. Somebody who works here must remain."""
    _lock(session, paper)
    _check_named(session, paper, by)
    named = reading(session, paper.case_id)
    if person not in named:
        raise Conflict(N_("この人は、もう名指しされていません。"), about="reader")
    rest = set(named) - {person}
    if session.exec(select(Staff.id).where(col(Staff.id).in_(rest), col(Staff.active).is_(True))).first() is None:
        raise NotAllowed(
            N_("読める人がいなくなります。先に、ほかの人を名指ししてください。"),
            about="reader",
        )
    rows = (
        select(PaperReader)
        .join(LegalPaper, col(LegalPaper.id) == col(PaperReader.paper_id))
        .where(LegalPaper.case_id == paper.case_id, PaperReader.staff_id == person, col(PaperReader.ended_at).is_(None))
    )
    for row in session.exec(rows).all():
        row.ended_at = at
        session.add(row)
    session.flush()
    _record(session, paper, Fact.READER_ENDED, person, by=by, at=at)


def _record(session: Session, paper: LegalPaper, fact: Fact, person: UUID, *, by: UUID, at: datetime) -> None:
    case = session.get_one(Case, paper.case_id)
    journal.record(session, case, fact, actor=journal.staff(by), at=at, paper=str(paper.id), reader=str(person))


def _lock(session: Session, paper: LegalPaper) -> None:
    journal.lock(session, session.get_one(Case, paper.case_id))


def _check_named(session: Session, paper: LegalPaper, by: UUID) -> None:
    if not is_confidential(session, paper.case_id):
        raise NotAllowed(N_("この書面は、名指しした人だけに限られていません。"), about="reader")
    if by not in reading(session, paper.case_id):
        raise NotAllowed(N_("名指しされた人だけが、ほかの人を名指しできます。"), about="reader")


def _at_work(session: Session, people: Collection[UUID]) -> None:
    here = set(session.exec(select(Staff.id).where(col(Staff.id).in_(people), col(Staff.active).is_(True))))
    if here != set(people):
        raise NotAllowed(N_("名指しできるのは、いま働いている人だけです。"), about="readers")
