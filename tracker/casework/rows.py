"""The rows of the worklist: each open notice with the clock that leads it and the one next thing to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from tracker.casework import approvals, doubts, endings, mailroom, messages
from tracker.casework.bands import Band
from tracker.casework.faces import Face, Urgency, face
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Clock, Decision, Item, Letter, Measure, Notice, SenderAnswer, Service, Staff


@dataclass(frozen=True)
class Row:
    """One open notice on the list."""

    case: Case
    notice: Notice
    service: Service
    title: str
    lead: Face | None
    next_step: str
    items: int
    decided: int
    assigned: str
    came_back: bool
    asked: bool  # the claimant was asked for something (補正依頼) and has not answered
    again: bool  # the claimant asked to look again (再検討の依頼), and nobody has answered
    wrote: bool  # the claimant wrote something that nobody has read
    heard: bool  # a sender answered, and nobody has decided anything since
    doubted: bool  # nobody has yet looked whether a person meant it
    second: str  # "waiting" or "afterwards" for a second person, "denied" by one, "reverse" where carried out; or ""
    band: Band | None  # None for a closed one
    ending: Fact | None  # it was taken back, or no notice is given of it: no letter ended it

    @property
    def urgency(self) -> Urgency:
        """Of its leading clock; STOPPED when nothing presses."""
        return self.lead.urgency if self.lead else Urgency.STOPPED

    @property
    def late(self) -> datetime | None:
        """When the deadline that leads it ran out; None where none has, or where it is listed for something else."""
        return self.lead.moment if self.lead and self.band is Band.LATE else None


def rows_of(session: Session, found: Sequence[tuple[Band | None, Case, Notice]], at: datetime) -> list[Row]:
    """The rows of a page, in twelve queries however many cases there are."""
    ids = [case.id for _, case, _ in found]
    calendar = session.info["calendar"]
    clocks: dict[UUID, list[Face]] = {id: [] for id in ids}
    running = select(Clock).where(
        col(Clock.case_id).in_(ids), col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None)
    )
    for clock in session.exec(running):
        clocks[clock.case_id].append(face(clock, at, calendar))
    items = _counts(
        session, select(Item.case_id, func.count()).where(col(Item.case_id).in_(ids)).group_by(col(Item.case_id))
    )
    decided = _counts(
        session,
        select(Decision.case_id, func.count(func.distinct(Decision.item_id)))
        .where(col(Decision.case_id).in_(ids))
        .group_by(col(Decision.case_id)),
    )
    ordered = _counts(
        session,
        select(Measure.case_id, func.count())
        .where(col(Measure.case_id).in_(ids), col(Measure.executed_at).is_(None), col(Measure.withdrawn_at).is_(None))
        .group_by(col(Measure.case_id)),
    )
    back = set(session.exec(select(Letter.case_id).where(*mailroom.lost(), col(Letter.case_id).in_(ids))))
    pending = messages.pending(session, ids)
    heard = _heard(session, ids)
    seconds = approvals.stages(session, ids)
    unanswered = endings.without_notice(session, [case.id for _, case, _ in found if case.closed_at])
    titles = dict(session.exec(select(Item.case_id, Item.quote).where(col(Item.case_id).in_(ids), Item.no == 1)).all())
    services = {s.id: s for s in session.exec(select(Service))}
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    rows = []
    for band, case, notice in found:
        lead = _lead(clocks[case.id])
        rows.append(
            Row(
                case=case,
                notice=notice,
                service=services[case.service_id],
                title=titles.get(case.id) or notice.reason[:60],
                lead=lead,
                next_step=_next(
                    lead,
                    items.get(case.id, 0),
                    decided.get(case.id, 0),
                    ordered.get(case.id, 0),
                    case.id in back,
                    seconds.get(case.id, ""),
                )
                or _words_that_wait(pending, case.id),
                items=items.get(case.id, 0),
                decided=decided.get(case.id, 0),
                assigned=names.get(case.assigned_to, "") if case.assigned_to else "",
                came_back=case.id in back,
                asked=case.id in pending.asked,
                again=case.id in pending.again,
                wrote=case.id in pending.wrote,
                heard=case.id in heard,
                doubted=doubts.unseen_in(notice, clocks[case.id]),
                second=seconds.get(case.id, ""),
                band=band,
                ending=unanswered.get(case.id),
            )
        )
    return rows


def _heard(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """The cases in which a sender answered after whatever was decided last."""
    later = select(Decision.id).where(
        Decision.case_id == SenderAnswer.case_id, col(Decision.at) >= col(SenderAnswer.received_at)
    )
    query = select(SenderAnswer.case_id).where(
        col(SenderAnswer.case_id).in_(ids), col(SenderAnswer.voided_at).is_(None), ~later.exists()
    )
    return set(session.exec(query.distinct()))


def _counts(session: Session, query: Select[UUID, int]) -> dict[UUID, int]:
    return dict(session.exec(query).all())


def _lead(faces: Sequence[Face]) -> Face | None:
    """The clock that stands for the case: a deadline that has passed, else the earliest moment among those that lead.

    A wait only when nothing else runs.
    """
    leading = [f for f in faces if f.kind != "wait" and f.rule.leads] or [f for f in faces]
    return min(
        leading,
        key=lambda f: (f.urgency is not Urgency.LATE or f.kind == "target", f.moment or f.clock.started_at),
        default=None,
    )


def _next(lead: Face | None, items: int, decided: int, ordered: int, back: bool, second: str) -> str:
    """The one next thing to do; empty where no clock asks for anything."""
    if second == "reverse" and not back:  # on a case that has ended, too
        return N_("取消しを検討する")
    if lead is None:
        return ""
    if back:
        return N_("別の連絡先に送る")
    if second == "denied":
        return N_("もう一度判断する")
    if second == "waiting" and decided == items:
        return N_("別の人の承認を待つ")
    if ordered:
        return N_("実施を記録する")
    if lead.rule.key in {"sender_notice", "criteria_change", "receipt", "appeal"}:
        return lead.rule.label
    return N_("判断する") if decided < items else N_("申出者へ結果を送る")


def _words_that_wait(pending: messages.Pending, case: UUID) -> str:
    """What a claimant's words ask for where no clock runs, on a case that has ended too."""
    if case in pending.again:
        return N_("再検討の依頼に答える")
    return N_("連絡を読む") if case in pending.wrote else N_("することはありません")
