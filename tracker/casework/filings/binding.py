"""Whom 法25条 binds, after the day of the 届出 was recorded late or put right (法22条1項・25条1項)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from tracker.casework import intake, journal
from tracker.casework.proof import ARTICLE_25
from tracker.law.clocks import REPLY
from tracker.law.facts import Fact
from tracker.law.grounds import Standing
from tracker.law.period import start_of
from tracker.models import Case, Clock, Notice, Service


def count_rebound(session: Session, service: Service, day: date | None) -> int:
    """How many notices of a service would bind otherwise than they are kept, were `day` the day of its 届出."""
    query = select(func.count()).select_from(Notice).join(Case, col(Case.id) == col(Notice.case_id))
    return session.exec(query.where(_otherwise(service, day))).one()


def rebind(session: Session, service: Service, *, actor: str, at: datetime) -> int:
    """Let every notice of a service bind as the day of its 届出 says, ended ones too. Says how many changed.

    The register of the service is locked already; the cases follow in the order of their ids. BINDING_CORRECTED voids
    the clocks of the other force and keeps their dates. A reply that came late, and was owed to nobody until now, is a
    breach like any other. Receipts that were signed, and letters that left, stay as they are.
    """
    query = select(Case, Notice).join(Notice, col(Notice.case_id) == col(Case.id))
    rows = session.exec(query.where(_otherwise(service, service.registered_on)).order_by(col(Case.id))).all()
    changed = 0
    for case, notice in rows:
        journal.lock(session, case)
        session.refresh(notice)
        binds = intake.binds(service, notice.standing, notice.received_at, notice.by_published_method)
        if binds == case.statutory:
            continue
        case.statutory = binds
        session.add(case)
        session.flush()  # the journal reads the row again as it locks it
        day = service.registered_on.isoformat() if service.registered_on else ""
        journal.record(session, case, Fact.BINDING_CORRECTED, actor=actor, at=at, day=day)
        if binds and _answered_late(session, case):
            journal.record(
                session, case, Fact.BREACH_RECORDED, actor=journal.SYSTEM, at=at, article=ARTICLE_25, items=list[UUID]()
            )
        changed += 1
    return changed


def _otherwise(service: Service, day: date | None) -> ColumnElement[bool]:
    """The rule of intake.binds as the database asks it: the notices that are kept otherwise."""
    binds: ColumnElement[bool] = (
        and_(
            col(Notice.by_published_method).is_(True),
            col(Notice.standing) != Standing.THIRD_PARTY,
            col(Notice.received_at) >= start_of(day),
        )
        if day
        else false()
    )
    kept = col(Case.statutory).is_(True)
    return and_(col(Case.service_id) == service.id, or_(and_(kept, ~binds), and_(~kept, binds)))


def _answered_late(session: Session, case: Case) -> bool:
    """Whether the notice was answered after its last day, and nobody has said so."""
    events = journal.history(session, case)
    if any(e.fact is Fact.BREACH_RECORDED and e.data["said"].get("article") == ARTICLE_25 for e in events):
        return False
    if not any(fact is Fact.NOTICE_ANSWERED for fact, _item in journal.standing(events)):
        return False
    reply = select(Clock).where(Clock.case_id == case.id, Clock.rule == REPLY.key, col(Clock.voided_at).is_(None))
    stopped = [clock for clock in session.exec(reply) if clock.stopped_at and clock.due_at]
    last = max(stopped, key=lambda clock: clock.stopped_at or clock.started_at, default=None)
    return bool(last and last.stopped_at and last.due_at and last.stopped_at >= last.due_at)
