"""The wait for a sender: when it is over, what shelter there is then, whether an outcome can go out in time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework import decisions, journal, proof
from tracker.casework.hearing import asking, rows
from tracker.law import N_
from tracker.law.consequences import due
from tracker.law.facts import Fact
from tracker.law.inquiries import NO_WAIT, RULES, WAITS, InquiryRule, Regime
from tracker.models import Case, Clock, Notice


class Shelter(StrEnum):
    """Whether the provider is sheltered from the sender's claims if it acts on an item, as far as its record shows."""

    NONE = "none"  # nobody was asked, or the reason was withheld
    SENT = "sent"  # asked; nothing shows yet that it arrived
    WAITING = "waiting"
    SILENT = "silent"  # the wait is over, and nobody said that they do not agree
    AGREED = "agreed"
    OBJECTED = "objected"
    NO_WAIT = "no_wait"  # 法4条2号
    BEFORE = "before"  # the measure was carried out before the wait was over


SAYS: dict[Shelter, str] = {
    Shelter.NONE: N_(
        "照会による免責はありません。1号（侵害を信ずるに足りる相当の理由）や基準による措置は、いつでも講じられます。"
    ),
    Shelter.SENT: N_("照会しましたが、発信者に届いたことが、まだ確かめられていません。待機は始まっていません。"),
    Shelter.WAITING: N_(
        "待機の間です。この日以降、回答がなければ免責されます。1号・基準による措置はいつでも講じられます。"
    ),
    Shelter.SILENT: N_(
        "待機の期間が過ぎ、同意しない旨の回答はありません。措置を講ずれば、発信者との間で免責されます。"
    ),
    Shelter.AGREED: N_("発信者は、措置に同意しています。"),
    Shelter.OBJECTED: N_(
        "発信者は、期間内に同意しないと回答しました。この照会による免責はありません。判断は人が行います。"
    ),
    Shelter.NO_WAIT: N_("要件を確かめたため、照会も待機もなく免責されます。"),
    Shelter.BEFORE: N_("待機が終わる前に措置を講じたため、この照会による免責はありません。"),
}


@dataclass(frozen=True)
class Standing:
    """Where an item stands toward its sender. `due_at` is the first instant after the wait, UTC."""

    shelter: Shelter
    rule: InquiryRule | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None


def waits_over(session: Session, *, at: datetime) -> list[UUID]:
    """The cases in which a wait has passed at `at` and still runs, the longest first."""
    query = (
        select(Clock.case_id)
        .where(
            col(Clock.rule).in_(WAITS),
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
            col(Clock.due_at) <= at,
        )
        .group_by(col(Clock.case_id))
        .order_by(func.min(col(Clock.due_at)))
    )
    return list(session.exec(query))


def end_waits(session: Session, case: Case, *, at: datetime, by: datetime | None = None) -> int:
    """Record WAIT_OVER for the waits of a case that have passed, as of their own end. Says for how many items.

    `by`: those that had passed by that moment, where it is not now.

    It is what the Act says of silence and nothing more: a person decides.
    """
    journal.lock(session, case)
    over: dict[datetime, list[UUID]] = {}
    for item, clock in rows.waits(session, case.id).items():
        if clock.stopped_at is None and clock.due_at and clock.due_at <= (by or at):
            over.setdefault(clock.due_at, []).append(item)
    for ended, items in sorted(over.items()):
        journal.record(session, case, Fact.WAIT_OVER, actor=journal.SYSTEM, at=at, occurred_at=ended, items=items)
    return sum(map(len, over.values()))


def standings(session: Session, notice: Notice, *, at: datetime) -> dict[UUID, Standing]:
    """Where each item of a notice stands toward its sender at `at`, by the record alone."""
    case = session.get_one(Case, notice.case_id)
    items = [item.id for item in decisions.items_of(session, notice)]
    clocks, said = rows.waits(session, case.id), rows.answers(session, case.id)
    events = journal.history(session, case)
    free = asking.without_inquiry(events)
    withdrawn = {UUID(i) for f, i in journal.standing(events) if f is Fact.NOTICE_WITHDRAWN and i}
    executed = {m.item_id: m.executed_at for m in decisions.standing_measures(session, items)}
    asked = {item: one for one in rows.asked(session, case.id) if one.stands for item in one.items}

    def stands(item: UUID) -> Standing:
        if item in free:
            return Standing(Shelter.NO_WAIT, NO_WAIT)
        if item in withdrawn and item not in executed:  # the shelter rests on that filing
            return Standing(Shelter.NONE)
        one = asked.get(item)
        if one is None or not one.row.shelter:
            return Standing(Shelter.NONE, one.rule if one else None, one.row.received_at if one else None)
        clock = clocks.get(item)
        if clock is None or one.row.received_at is None or clock.due_at is None:
            return Standing(Shelter.SENT, one.rule)
        if rows.agrees(said, item):
            shelter = Shelter.AGREED
        elif rows.objects_before(said, item, clock.due_at):
            shelter = Shelter.OBJECTED
        else:
            shelter = _silence(clock.due_at, executed.get(item), at)
        return Standing(shelter, one.rule, one.row.received_at, clock.due_at)

    return {item: stands(item) for item in items}


def _silence(due_at: datetime, executed: datetime | None, at: datetime) -> Shelter:
    if executed and executed < due_at:
        return Shelter.BEFORE
    return Shelter.SILENT if at >= due_at else Shelter.WAITING


@dataclass(frozen=True)
class InTime:
    """Whether a wait can end before the last day of the reply (法25条1項). Instants after the periods, UTC."""

    wait_over: datetime | None
    reply_due: datetime | None

    @property
    def possible(self) -> bool:
        """Whether the outcome can still go out in time once the wait is over: at least one whole day is left."""
        return self.reply_due is None or (self.wait_over is not None and self.wait_over < self.reply_due)


def in_time(session: Session, notice: Notice, regime: Regime, *, received_at: datetime) -> InTime:
    """When a wait that began at `received_at` would be over, beside the last day of the reply, where that runs."""
    rule = RULES[regime].wait
    reply = proof.running_reply(session, session.get_one(Case, notice.case_id))
    over = due(rule, received_at, session.info["calendar"]) if rule else received_at
    return InTime(over, reply.due_at if reply else None)
