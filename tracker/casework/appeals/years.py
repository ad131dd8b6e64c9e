"""The figures of appeals (規則18条5項11–18号) of each service, by 公表年度: from 1 April to 31 March, Japanese time."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from tracker.casework.appeals.counts import figures
from tracker.casework.filings.years import last_year
from tracker.law.period import japanese_day, start_of
from tracker.models import Appeal, Service

MOST = 10  # years at once
APRIL = (4, 1)


@dataclass(frozen=True)
class Counted:
    """The eight figures of a service for the 公表年度 that begins in April of `year`. `running`: it has not ended."""

    year: int
    figures: dict[str, int]
    running: bool


def by_year(session: Session, *, at: datetime) -> list[tuple[Service, list[Counted]]]:
    """For each service the figures as known at `at`, the newest year first, back to the first appeal of all."""
    this = last_year(japanese_day(at)) + 1
    oldest = session.exec(select(func.min(Appeal.received_at))).one()
    first = max(year_of(oldest) if oldest else this, this - MOST + 1)
    found = []
    for service in session.exec(select(Service).order_by(col(Service.name), col(Service.id))):
        years = [
            Counted(year, figures(session, service.id, *span(year), until=at), year == this)
            for year in range(this, first - 1, -1)
        ]
        found.append((service, years))
    return found


def year_of(moment: datetime) -> int:
    """The 公表年度 of an instant, by the year in which it began."""
    day = japanese_day(moment)
    return day.year if (day.month, day.day) >= APRIL else day.year - 1


def span(year: int) -> tuple[datetime, datetime]:
    """The first instant of a 公表年度 and the first one after it, UTC."""
    return start_of(date(year, *APRIL)), start_of(date(year + 1, *APRIL))
