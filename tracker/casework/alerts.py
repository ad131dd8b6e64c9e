"""Alerts (期限のお知らせ): one row for each clock, level and recipient, claimed once and recomputed from the ledger."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from tracker.casework import journal
from tracker.casework.faces import Face, face
from tracker.i18n import japanese
from tracker.law.clocks import Bound
from tracker.law.editions import EDITIONS
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.letters import outbox, write
from tracker.models import Alert, Case, CaseKind, Clock, CriteriaVersion, HoldOrder, Notice, Role, Service, Staff
from tracker.settings import Settings

WAITS = {rule.key for edition in EDITIONS for rule in edition.clocks if rule.bound is Bound.NOT_BEFORE}
ROOMS = {CaseKind.REGISTER: "filings"}  # of the desk, where a case has no page of its own


def due_clocks(session: Session, *, at: datetime, limit: int = 500) -> list[UUID]:
    """Running clocks whose last day is today or past, or whose office target has passed; waits never alert here."""
    tomorrow = start_of(japanese_day(at) + ONE_DAY)
    rows = session.exec(
        select(Clock.id)
        .where(
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
            col(Clock.rule).not_in(WAITS),
            or_(col(Clock.due_at) <= tomorrow, col(Clock.target_at) <= at),
        )
        .order_by(col(Clock.due_at), col(Clock.target_at))
        .limit(limit)
    )
    return list(rows)


def level(shown: Face, at: datetime) -> str | None:
    """The newest level due: the last day itself, then once for each day that it is late; None when nothing is due."""
    if not shown.running or shown.rule.bound is Bound.NOT_BEFORE or shown.moment is None:
        return None
    if at >= shown.moment:
        return f"late:{japanese_day(at)}"
    return "due_day" if shown.last_day == japanese_day(at) else None


@japanese()
def raise_alert(session: Session, clock_id: UUID, *, at: datetime) -> int:
    """Raise the newest due level of a clock to everybody concerned, once. Says how many letters were posted."""
    case = session.get_one(Case, session.get_one(Clock, clock_id).case_id)
    journal.lock(session, case)  # the lock order of the house: case, then clock, then letter
    clock = session.get_one(Clock, clock_id, with_for_update=True, populate_existing=True)
    shown = face(clock, at, session.info["calendar"])
    name = level(shown, at)
    if name is None:
        return 0
    posted = 0
    for staff in _recipients(session, case, late=name != "due_day"):
        known = select(Alert.id).where(Alert.clock_id == clock_id, Alert.level == name, Alert.recipient == staff.id)
        if session.exec(known).first():
            continue
        draft = write.alert(
            _name(session, case),
            to=staff.email,
            key=f"alert:{clock_id}:{name}:{staff.id}",
            label=shown.rule.label,
            article=clock.article,
            says=shown.say,
            link=_link(session, case),
        )
        letter = outbox.post(session, case, draft, by="alert", at=at)
        if letter:
            session.add(Alert(clock_id=clock_id, level=name, recipient=staff.id, letter_id=letter.id, raised_at=at))
            posted += 1
    session.flush()
    return posted


def _recipients(session: Session, case: Case, *, late: bool) -> Sequence[Staff]:
    """Whoever has the case; everybody when nobody at work has it; leads and managers too once it is late."""
    everybody = session.exec(select(Staff).where(col(Staff.active).is_(True))).all()
    mine = [s for s in everybody if s.id == case.assigned_to]
    above = [s for s in everybody if late and s.role in {Role.LEAD, Role.MANAGER} and s not in mine]
    return [*mine, *above] if mine else everybody


def _name(session: Session, case: Case) -> str:
    number = session.exec(select(Notice.number).where(Notice.case_id == case.id)).first()
    order = session.exec(select(HoldOrder.number).where(HoldOrder.case_id == case.id)).first()
    version = session.exec(select(CriteriaVersion.version).where(CriteriaVersion.case_id == case.id)).first()
    if case.kind is CaseKind.REGISTER:
        return session.get_one(Service, case.service_id).name
    return number or order or f"基準 第{version}版"


def _link(session: Session, case: Case) -> str:
    settings: Settings = session.info["settings"]
    number = session.exec(select(Notice.number).where(Notice.case_id == case.id)).first()
    order = session.exec(select(HoldOrder.number).where(HoldOrder.case_id == case.id)).first()
    room = f"cases/{number}" if number else f"holds/orders/{order}" if order else ROOMS.get(case.kind, "criteria")
    return f"{settings.base_url.rstrip('/')}/desk/{room}"
