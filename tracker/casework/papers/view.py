"""The register as one person may read it: what is pending, and one paper with its clocks and holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from tracker.casework.faces import Face, face
from tracker.casework.papers.entering import words_of
from tracker.casework.papers.kinds import KINDS, PaperRule
from tracker.casework.papers.readers import may_know
from tracker.casework.papers.recorded import Recorded, moment_text, recorded
from tracker.i18n import day_text
from tracker.law import N_
from tracker.law.clocks import Bound
from tracker.law.clocks.courts import PROVISION_LAPSE
from tracker.law.grounds import Force
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import Clock, LegalPaper, LogHold, PaperKind, Service
from tracker.sealed import hold_keys

PAGE = 50
ORDERING = "hold_order"  # the office target of the clocks that ask for an order to a custodian
KEEPING = frozenset({PaperKind.PRESERVATION, PaperKind.PRESERVATION_EXTENSION})


class Pending(StrEnum):
    """What a paper still asks of the desk."""

    DUE = "due"
    KEPT = "kept"
    OVER = "over"
    REST = "rest"
    ENDED = "ended"


PENDING: dict[Pending, str] = {
    Pending.DUE: N_("期限や目標のあるもの"),
    Pending.KEPT: N_("消去を止めているもの"),
    Pending.OVER: N_("期間が過ぎたもの"),
    Pending.REST: N_("終わるのを待つもの"),
    Pending.ENDED: N_("終わったもの"),
}


@dataclass(frozen=True)
class PaperView:
    """One paper with what the tables drew from it."""

    paper: LegalPaper
    service: Service
    words: dict[str, str]
    clocks: Sequence[Face]
    holds: Sequence[LogHold]
    told: Recorded
    keeps: bool  # whether it, or another paper of its case, forbids erasure now
    at: datetime

    @property
    def law(self) -> PaperRule:
        """What the table says of its kind."""
        return KINDS[self.paper.kind]

    @property
    def time_known(self) -> bool:
        """Whether the time of day of its service is known."""
        return str(self.paper.id) not in self.told.untimed

    @property
    def served(self) -> str:
        """When it was served, as far as that is known."""
        return moment_text(self.paper.served_at, known=self.time_known)

    @property
    def served_parts(self) -> list[str]:
        """The same in the parts between which a line may break: the day and the time."""
        day = day_text(japanese_day(self.paper.served_at))
        return [day, self.served.removeprefix(day).strip()]

    @property
    def ended(self) -> str:
        """When what it began was over, as far as that is known; empty before."""
        end = self.paper.ended_at
        return moment_text(end, known=str(self.paper.id) not in self.told.untimed_ends) if end else ""

    @property
    def standing(self) -> list[LogHold]:
        """Its holds that still stand."""
        return [hold for hold in self.holds if not hold.over(self.at)]

    @property
    def running(self) -> list[Face]:
        """Its clocks that ask for something: neither a wait nor a right that has passed."""
        return [one for one in self.clocks if one.running and not passed_right(one, self.at)]

    @property
    def owes(self) -> bool:
        """Whether a duty of its own runs."""
        return any(one.clock.force is Force.DUTY for one in self.running)

    @property
    def lapsed(self) -> bool:
        """Whether it binds no longer though nobody ended it: its days are over, or its two months (法15条3項2号)."""
        if self.paper.kind in KEEPING:
            return not self.keeps
        return any(
            one.rule.key == PROVISION_LAPSE.key
            and one.clock.voided_at is None
            and one.clock.due_at is not None
            and one.clock.due_at <= self.at
            and (one.clock.stopped_at is None or one.clock.stopped_at >= one.clock.due_at)
            for one in self.clocks
        )

    @property
    def pending(self) -> Pending:
        """Under which heading it stands. A duty that outlives the end (法6条2項) is still due."""
        if self.paper.ended_at and self.owes:
            return Pending.DUE
        if self.paper.ended_at:
            return Pending.ENDED
        if self.lapsed:
            return Pending.OVER
        if any(one.rule.bound is not Bound.NOT_BEFORE for one in self.running):
            return Pending.DUE
        return Pending.KEPT if self.keeps else Pending.REST


def passed_right(one: Face, at: datetime) -> bool:
    """Whether a right was not used in time: no breach, and nothing to do."""
    return one.clock.force is Force.RIGHT and one.clock.due_at is not None and one.clock.due_at <= at


def find(session: Session, number: str, *, reader: UUID) -> LegalPaper | None:
    """The paper of a number, if `reader` may know of it."""
    query = select(LegalPaper).where(LegalPaper.number == number, may_know(col(LegalPaper.case_id), reader))
    return session.exec(query).first()


def open_papers(session: Session, *, reader: UUID, at: datetime, service: UUID | None = None) -> list[PaperView]:
    """The papers that nobody has ended or that still owe something, those first whose next day comes first."""
    query = select(LegalPaper).where(
        or_(col(LegalPaper.ended_at).is_(None), _owing()), may_know(col(LegalPaper.case_id), reader)
    )
    if service:
        query = query.where(LegalPaper.service_id == service)
    found = seen(session, session.exec(query.order_by(col(LegalPaper.served_at))).all(), at=at)
    far = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(found, key=lambda one: (min((f.moment or far for f in one.running), default=far), one.paper.number))


def ended_papers(
    session: Session, *, reader: UUID, at: datetime, service: UUID | None = None, page: int = 1
) -> tuple[list[PaperView], bool]:
    """A page of the ended ones that owe nothing more, the latest first, and whether there are more."""
    query = select(LegalPaper).where(
        col(LegalPaper.ended_at).is_not(None), ~_owing(), may_know(col(LegalPaper.case_id), reader)
    )
    if service:
        query = query.where(LegalPaper.service_id == service)
    query = query.order_by(col(LegalPaper.ended_at).desc(), col(LegalPaper.number))
    rows = session.exec(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return seen(session, rows[:PAGE], at=at), len(rows) > PAGE


def _owing() -> ColumnElement[bool]:
    running = select(Clock.id).where(
        Clock.case_id == LegalPaper.case_id,
        Clock.force == Force.DUTY,
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
    )
    return running.exists()


def seen(session: Session, papers: Sequence[LegalPaper], *, at: datetime) -> list[PaperView]:
    """Papers with their clocks, holds and words, in few queries however many there are."""
    cases = {paper.case_id for paper in papers}
    hold_keys(session, cases)
    calendar = session.info["calendar"]
    clocks: dict[UUID, list[Face]] = defaultdict(list)
    told = recorded(session, cases)
    for clock in session.exec(select(Clock).where(col(Clock.case_id).in_(cases)).order_by(col(Clock.started_at))):
        clocks[clock.case_id].append(face(clock, at, calendar, stopped_by=told.stopped_by.get(str(clock.id))))
    holds: dict[UUID | None, list[LogHold]] = defaultdict(list)
    for hold in session.exec(select(LogHold).where(col(LogHold.case_id).in_(cases)).order_by(col(LogHold.from_at))):
        holds[hold.paper_id].append(hold)
    keeping = {hold.case_id for found in holds.values() for hold in found if not hold.over(at)}
    services = {one.id: one for one in session.exec(select(Service))}
    return [
        PaperView(
            paper,
            services[paper.service_id],
            words_of(session, paper),
            [one for one in clocks[paper.case_id] if _its(paper, one)],
            holds[paper.id],
            told,
            paper.case_id in keeping,
            at,
        )
        for paper in papers
    ]


def _its(paper: LegalPaper, one: Face) -> bool:
    """Whether a clock of its case is of this paper: papers that share a case each show their own clocks."""
    law = KINDS[paper.kind]
    if one.rule.target == ORDERING:  # each paper of a case begins one of its own
        return one.clock.started_at == paper.served_at
    if not {law.fact, *law.then} & {one.rule.starts_on, *one.rule.also_on}:
        return False
    if paper.kind is PaperKind.PRESERVATION_EXTENSION and paper.stated_until:  # of several, each says a later day
        return one.clock.due_at == start_of(paper.stated_until + ONE_DAY)
    return True
