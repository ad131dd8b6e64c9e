"""暦の版: which holidays are taken as known. A person accepts a change; no stored date moves.

Versions are append-only and named by their content, so that a clock finds the very calendar it was counted with.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from weakref import WeakSet

from sqlalchemy import Engine, inspect
from sqlmodel import Session, case, col, func, select

from tracker.casework import Conflict, NotAllowed, chain
from tracker.casework.watch import answers
from tracker.closed_days import YEARS, working_calendar
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.period import ONE_DAY, start_of
from tracker.models import CalendarVersion, Clock

LONGEST_NAME = 40
AT_ONCE = 20  # changed days asked about in one query

NEWEST = select(CalendarVersion.version).order_by(col(CalendarVersion.number).desc()).limit(1)

# A version is named by its content: the same name is the same calendar in every database.
_parsed: dict[str, Calendar] = {}
_with_table: WeakSet[Engine] = WeakSet()


class Change(NamedTuple):
    """One day that two calendars name differently; None where it is no holiday."""

    day: date
    before: str | None
    after: str | None


def current(session: Session) -> Calendar:
    """The calendar in use: the version accepted last. Before the tables are there, the one that is shipped.

    Raises LookupError for a damaged book: nothing may be counted with a calendar that nobody accepted.
    """
    if not _has_table(session):
        return working_calendar()
    version = session.connection().execute(NEWEST).scalar_one_or_none()
    found = pinned(session, version) if version else None
    if found is None:
        raise LookupError(f"calendarversion {version}: missing or damaged, see flask verify-journal")
    return found


def pinned(session: Session, version: str) -> Calendar | None:
    """The calendar called `version`, as a clock names it; None if it was never frozen here, or is not whole."""
    if version not in _parsed:
        query = select(CalendarVersion.holidays).where(CalendarVersion.version == version)
        try:
            stored = session.connection().execute(query.order_by(col(CalendarVersion.number))).scalars().all()
        except ValueError:  # no JSON any more
            return None
        whole = (found for found in map(parsed, stored) if found and found.version == version)
        if (found := next(whole, None)) is None:
            return None
        _parsed[version] = found
    return _parsed[version]


def parsed(holidays: object) -> Calendar | None:
    """The calendar of stored `holidays`; None where they are not days and their names."""
    if not isinstance(holidays, dict) or not all(isinstance(name, str) for name in holidays.values()):
        return None
    try:
        return Calendar({date.fromisoformat(day): name for day, name in holidays.items()})
    except ValueError:
        return None


def _has_table(session: Session) -> bool:
    engine = session.get_bind().engine
    if engine not in _with_table and inspect(session.connection()).has_table("calendarversion"):
        _with_table.add(engine)
    return engine in _with_table


def versions(session: Session) -> list[CalendarVersion]:
    """Every version, newest first."""
    return list(session.exec(select(CalendarVersion).order_by(col(CalendarVersion.number).desc())))


def diff(old: Calendar, new: Calendar) -> list[Change]:
    """Every day that the two name differently, in order."""
    days = sorted(old.holidays.keys() | new.holidays.keys())
    found = (Change(day, old.holidays.get(day), new.holidays.get(day)) for day in days)
    return [change for change in found if change.before != change.after]


def corrected(calendar: Calendar, day: date, name: str | None) -> Calendar:
    """`calendar` with one day put right: a holiday called `name`, or no holiday (None). Raises NotAllowed."""
    check_year(day)
    if name is not None and not 0 < len(name) <= LONGEST_NAME:
        raise NotAllowed(
            N_("休日の名前を1字から%(most)s字までで書いてください。"),
            about="name",
            most=LONGEST_NAME,
        )
    changed = {d: n for d, n in calendar.holidays.items() if d != day} | ({day: name} if name else {})
    return Calendar(dict(sorted(changed.items())))


def check_year(day: date) -> None:
    """Raises NotAllowed for a day outside the years that the calendar of the house is kept for."""
    if day.year not in YEARS:
        raise NotAllowed(
            N_("暦にあるのは%(first)s年から%(last)s年までです。この間の日付を書いてください。"),
            about="day",
            first=YEARS[0],
            last=YEARS[-1],
        )


def accept(
    session: Session,
    calendar: Calendar,
    *,
    source: str,
    note: str = "",
    by: UUID | None,
    at: datetime,
    onto: str | None = None,
) -> CalendarVersion:
    """Take `calendar` into use from now on. Stored clocks keep their dates and the version they name.

    1. Lock the book, so that one of two people is second.
    2. Refuse what is already in use, what has no source, and a change seen against another version than `onto`.
    3. Append the version.

    Raises NotAllowed, and Conflict when somebody else was first.
    """
    lock(session)
    newest = session.exec(select(CalendarVersion).order_by(col(CalendarVersion.number).desc()).limit(1)).one()
    if onto is not None and onto != newest.version:
        raise Conflict(N_("ほかの人が、先に暦を変えました。今の暦との違いを、もう一度確かめてください。"))
    if calendar.version == newest.version:
        raise NotAllowed(N_("今の暦と同じです。変えるところはありません。"), about="same")
    if not source.strip():
        raise NotAllowed(N_("何を見て決めたか、出典を書いてください。"), about="source")
    row = CalendarVersion(
        number=newest.number + 1,
        version=calendar.version,
        holidays={day.isoformat(): name for day, name in sorted(calendar.holidays.items())},
        source=source.strip(),
        note=note.strip(),
        accepted_at=at,
        accepted_by=by,
        digest="",
    )
    row.digest = chain.calendar_digest(row, newest.digest)
    session.add(row)
    session.flush()
    session.info["calendar"] = calendar
    answers.look_again(session, col(Clock.due_at).is_not(None), at=at)  # no date moves; when people are told may
    return row


def lock(session: Session) -> None:
    """Let one person at a time change the book. The first version is always there."""
    session.exec(select(CalendarVersion.id).where(CalendarVersion.number == 1).with_for_update()).one()


def not_offered_before(session: Session) -> Calendar | None:
    """The calendar that the software ships, if it was never in use here: after an update, something to look at."""
    ours = working_calendar()
    known = session.exec(select(CalendarVersion.id).where(CalendarVersion.version == ours.version).limit(1)).first()
    return None if known else ours


def running_over(session: Session, days: Sequence[date]) -> dict[date, int]:
    """How many running clocks with a date have each of `days` in their period."""
    return {
        day: n for start in range(0, len(days), AT_ONCE) for day, n in _over(session, days[start : start + AT_ONCE])
    }


def _over(session: Session, days: Sequence[date]) -> Iterator[tuple[date, int]]:
    within = [
        func.sum(
            case(((col(Clock.started_at) < start_of(d + ONE_DAY)) & (col(Clock.due_at) > start_of(d)), 1), else_=0)
        )
        for d in days
    ]
    query = select(*within).where(
        col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None), col(Clock.due_at) > start_of(days[0])
    )
    return zip(days, (n or 0 for n in session.connection().execute(query).one()), strict=True)
