"""What follows a paper: what was done or came next, its end, and a wait that passed by itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.holding.unlogged import LOG_CONTENT, has_log_content
from tracker.casework.papers.entering import of_case
from tracker.casework.papers.kinds import KINDS, REASONED, SAID_OF
from tracker.law import N_
from tracker.law.clocks import CLOCKS
from tracker.law.editions import edition
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.logs import WAYS
from tracker.models import Case, Clock, LegalPaper

ENDED = N_("この書面は、もう終わったと記録されています。")
# The waits that a paper starts and that nobody need end: 保全の要請 and the two months of a 提供命令.
WAITS = frozenset(
    rule.key
    for rule in CLOCKS
    if Fact.WAIT_OVER in rule.stops_on
    and rule.starts_on in {Fact.PRESERVATION_REQUESTED, Fact.PRESERVATION_EXTENDED, Fact.PROVISION_MADE}
)


def note(
    session: Session,
    paper: LegalPaper,
    fact: Fact,
    *,
    occurred_at: datetime,
    way: str = "",
    answer: str = "",
    remark: str = "",
    time_known: bool = True,
    by: UUID,
    at: datetime,
) -> None:
    """Record what followed a paper, of what its kind allows: a hearing, an appeal, a provision with its way (規則6条).

    After the end only what still is owed (see `owed`) may follow. Raises NotAllowed, or Conflict after the end.
    """
    case = _lock(session, paper)
    if paper.ended_at and fact not in owed(session, paper):
        raise Conflict(ENDED)
    for problem in note_problems(paper, fact, occurred_at=occurred_at, way=way, answer=answer, remark=remark, at=at):
        raise problem
    said: dict[str, Any] = {"paper": str(paper.id)}
    said |= {} if time_known else {"time_known": False}
    said |= {"answer": answer} if fact is Fact.DISCLOSURE_HEARD else {}
    said |= {"way": way} if fact is Fact.PROVISION_MADE else {}
    journal.record(
        session, case, fact, actor=journal.staff(by), at=at, occurred_at=occurred_at, remark=remark.strip(), **said
    )


def note_problems(
    paper: LegalPaper,
    fact: Fact | None,
    *,
    occurred_at: datetime | None,
    way: str = "",
    answer: str = "",
    remark: str = "",
    at: datetime,
) -> list[NotAllowed]:
    """Everything that is wrong with what is to be recorded, each by its field, in the order of the form.

    What could not be read is None, and told of by whoever read it.
    """
    found = [] if occurred_at is None else _moment_problems(paper, occurred_at, at, "occurred")
    if fact and fact not in KINDS[paper.kind].then:
        found.insert(0, NotAllowed(N_("この書面には記録できないことです。"), about="fact"))
    if fact is Fact.PROVISION_MADE and way not in WAYS:
        found.append(NotAllowed(N_("提供した方法（規則6条1項）を選んでください。"), about="way"))
    if fact is Fact.DISCLOSURE_HEARD and answer not in SAID_OF:
        found.append(NotAllowed(N_("発信者の意見を選んでください。"), about="answer"))
    if has_log_content(remark):
        found.append(NotAllowed(LOG_CONTENT, about="remark"))
    elif fact in REASONED and not remark.strip():
        found.append(NotAllowed(N_("特別の事情、又は困難である理由を書いてください。"), about="remark"))
    elif fact is Fact.DISCLOSURE_HEARD and answer == "refused" and not remark.strip():
        words = N_("応じるべきでない理由を書いてください（法6条1項）。示されなかったときは、そのことを書きます。")
        found.append(NotAllowed(words, about="remark"))
    return found


def end_problems(paper: LegalPaper, *, occurred_at: datetime | None, reason: str, at: datetime) -> list[NotAllowed]:
    """Everything that is wrong with an end that is to be recorded, each by its field."""
    found = [] if occurred_at is None else _moment_problems(paper, occurred_at, at, "ended")
    if not reason.strip():
        found.append(NotAllowed(N_("どう終わったかを書いてください。"), about="reason"))
    elif has_log_content(reason):
        found.append(NotAllowed(LOG_CONTENT, about="reason"))
    return found


def end(
    session: Session,
    paper: LegalPaper,
    *,
    occurred_at: datetime,
    reason: str,
    time_known: bool = True,
    by: UUID,
    at: datetime,
) -> None:
    """Record that the request or the case that a paper began is over: its own holds are released, no others.

    An extension and its first paper end together. Raises NotAllowed, or Conflict where it ended already.
    """
    case = _lock_open(session, paper)
    for problem in end_problems(paper, occurred_at=occurred_at, reason=reason, at=at):
        raise problem
    open_ones = [one for one in of_case(session, case.id) if one.ended_at is None]
    for one in open_ones:
        one.ended_at = occurred_at
        session.add(one)
    session.flush()
    unknown: dict[str, Any] = {} if time_known else {"time_known": False}
    journal.record(
        session, case, KINDS[paper.kind].ends, actor=journal.staff(by), at=at, occurred_at=occurred_at,
        remark=reason.strip(), papers=[str(one.id) for one in open_ones],
        **unknown,
    )  # fmt: skip


def owed(session: Session, paper: LegalPaper) -> list[Fact]:
    """What may still follow a paper after its end: the facts that stop a duty of its case which runs on (法6条2項)."""
    running = select(Clock).where(
        Clock.case_id == paper.case_id,
        Clock.force == Force.DUTY,
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
    )
    stopping = {fact for clock in session.exec(running) for fact in edition(clock.edition).clock(clock.rule).stops_on}
    return [fact for fact in KINDS[paper.kind].then if fact in stopping]


def due_waits(session: Session, *, at: datetime) -> list[UUID]:
    """Cases of papers in which a wait has passed at `at` and nobody has said so."""
    query = select(Clock.case_id).where(*_passed(at)).distinct().order_by(col(Clock.case_id))
    return list(session.exec(query))


def end_waits(session: Session, case_id: UUID, *, at: datetime) -> int:
    """Record that the waits of a case are over: the paper binds no longer, its other holds stand. Says how many."""
    case = session.get_one(Case, case_id)
    journal.lock(session, case)
    found = session.exec(select(Clock.due_at).where(Clock.case_id == case_id, *_passed(at))).all()
    ends = [due for due in found if due]
    if ends:
        journal.record(session, case, Fact.WAIT_OVER, actor=journal.SYSTEM, at=at, occurred_at=max(ends))
    return len(ends)


def _passed(at: datetime) -> list[ColumnElement[bool]]:
    papers = select(LegalPaper.case_id)
    return [
        col(Clock.rule).in_(WAITS),
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
        col(Clock.due_at) <= at,
        col(Clock.case_id).in_(papers),
    ]


def _lock_open(session: Session, paper: LegalPaper) -> Case:
    case = _lock(session, paper)
    if paper.ended_at:
        raise Conflict(ENDED)
    return case


def _lock(session: Session, paper: LegalPaper) -> Case:
    case = session.get_one(Case, paper.case_id)
    journal.lock(session, case)
    session.refresh(paper)
    return case


def _moment_problems(paper: LegalPaper, occurred_at: datetime, at: datetime, about: str) -> list[NotAllowed]:
    if occurred_at > at:
        return [NotAllowed(N_("日時が、まだ来ていません。その後で記録してください。"), about=about)]
    if occurred_at < paper.served_at:
        return [NotAllowed(N_("書面を受け取った日時より前になっています。"), about=about)]
    return []
