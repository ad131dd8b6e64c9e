"""Who works when: the working days of the calendar, but for what a lead entered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, select

from tracker.casework import Conflict
from tracker.casework.forecast.plan import Day
from tracker.i18n import listed
from tracker.law import N_
from tracker.law.hours import Hours
from tracker.law.period import JST, ONE_DAY, japanese_day
from tracker.models import Role, Staff, StaffDay

TEAM = (Role.REVIEWER, Role.SPECIALIST, Role.LEAD)  # who works on cases


def team(session: Session) -> Sequence[Staff]:
    """Those who work on cases, by name."""
    query = select(Staff).where(col(Staff.active), col(Staff.role).in_(TEAM)).order_by(col(Staff.name), col(Staff.id))
    return session.exec(query).all()


def at_work(session: Session, people: Iterable[UUID], days: Sequence[date]) -> dict[UUID, frozenset[date]]:
    """On which of `days`, in a row, each of these people works."""
    calendar = session.info["calendar"]
    usual = frozenset(day for day in days if not calendar.closed(day))
    found = {id: set(usual) for id in people}
    query = select(StaffDay).where(
        col(StaffDay.day).between(days[0], days[-1]), col(StaffDay.staff_id).in_(list(found))
    )
    for entry in session.exec(query):
        (found[entry.staff_id].add if entry.working else found[entry.staff_id].discard)(entry.day)
    return {id: frozenset(mine) for id, mine in found.items()}


def days_ahead(session: Session, *, at: datetime, days: int = 30) -> list[Day]:
    """Today and the days after it, with who works and what each one brings."""
    calendar, office, today = session.info["calendar"], session.info["office"], japanese_day(at)
    wanted = [today + ONE_DAY * n for n in range(days)]
    works = at_work(session, [one.id for one in team(session)], wanted)
    found = []
    for day in wanted:
        people = sum(day in mine for mine in works.values())
        minutes = office.per_day
        if day == today:
            minutes = int(minutes * left_of_today(at, office.hours))
        found.append(Day(day, people, len(works) - people, minutes, closed=bool(calendar.closed(day))))
    return found


def left_of_today(at: datetime, office: Hours) -> float:
    """Which part of the office hours is still to come, on a closed day too: whoever comes in then works as long."""
    today = japanese_day(at)
    opens, closes = (datetime.combine(today, moment, JST) for moment in (office.opens, office.closes))
    return min(max((closes - at) / (closes - opens), 0.0), 1.0) if opens < closes else 1.0


def change(
    session: Session,
    days: Sequence[date],
    seen: Mapping[UUID, frozenset[date]],
    wanted: Mapping[UUID, frozenset[date]],
) -> list[str]:
    """Let people work on the days that are wanted, and say whose days changed. `seen` is what the form had shown.

    Only people whose days differ from what was shown are touched. Raises Conflict, and changes nothing, where somebody
    else changed the same person meanwhile.
    """
    ids = [id for id, mine in wanted.items() if mine != seen[id]]
    query = select(Staff).where(col(Staff.id).in_(ids)).order_by(col(Staff.id))
    people = session.exec(query.with_for_update(key_share=True)).all()
    still = {one.id for one in people if one.active and one.role in TEAM}
    now = at_work(session, ids, days)
    others = [p.name for p in people if p.id not in still or now[p.id] not in (seen[p.id], wanted[p.id])]
    if others:
        raise Conflict(N_("%(names)sの働く日を、ほかの人が先に変えました。"), names=listed(others))
    calendar = session.info["calendar"]
    for id in ids:
        moved = now[id] ^ wanted[id]
        session.exec(delete(StaffDay).where(col(StaffDay.staff_id) == id, col(StaffDay.day).in_(list(moved))))
        for day in moved:
            if (day in wanted[id]) is bool(calendar.closed(day)):
                session.add(StaffDay(staff_id=id, day=day, working=day in wanted[id]))
    session.flush()
    return [one.name for one in people]


def month_of(day: date) -> list[date]:
    """The days of the month that `day` lies in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return [first + ONE_DAY * n for n in range((following - first).days)]
