"""How many senders the service of the demo had in each month, how it counts them, and a slip that was put right."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from tracker.cli.demo.agenda import Act
from tracker.cli.demo.publication.days import Days
from tracker.cli.demo.texts import publication
from tracker.law.period import japanese_day
from tracker.law.senders import year_months
from tracker.models import Service, Staff
from tracker.report import senders
from tracker.report.senders import Figures

COUNTED = 4  # the day of a month on which the one before is counted


def acts(session: Session, days: Days, service: Service, lead: Staff) -> Iterator[Act]:
    """The months of both years, each some days after it ended; those before the registration together."""
    given = publication()
    begun = days.years[0].first
    at = days.working(begun.replace(day=6), "15:10") if begun.day < 6 else days.working(_next(begun, 6), "15:10")
    yield Act(at, partial(senders.set_method, session, service, given["method"], None, seen=0, by=lead.id, at=at))
    together: dict[datetime, dict[int, Figures]] = {}
    slip: Mapping[str, Any] = given["slip"]
    for no, year in enumerate(days.years):
        for month, told in zip(year_months(year.year), given["senders"], strict=True):
            counted = max(days.working(_next(date(month // 100, month % 100, 1), COUNTED), "11:30"), at)
            figures = Figures(*(round(n * given["growth"] ** no) for n in told))
            slipped = no == 0 and month % 100 == slip["month"]
            together.setdefault(counted, {})[month] = figures._replace(times=slip["times"]) if slipped else figures
            if slipped:
                seen = days.working(_next(japanese_day(counted), 12), "16:45")
                right = partial(senders.enter, session, service, month, figures, seen=1, why=slip["why"])
                yield Act(seen, partial(right, by=lead.id, at=seen))
    for moment, said in together.items():
        yield Act(moment, partial(senders.enter_all, session, service, said, seen={}, by=lead.id, at=moment))


def _next(day: date, on: int) -> date:
    """A day of the month after the one of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, on)
