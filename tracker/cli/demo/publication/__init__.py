"""The yearly publication in the demo: a year that was published twice, and the one that runs."""

from collections.abc import Iterator

from sqlmodel import Session

from tracker.cli.demo.agenda import Act
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.publication import moderation, senders, year
from tracker.cli.demo.publication.days import Days
from tracker.models import Role, Service, Staff
from tracker.report.years import years_of


def plan(session: Session, diary: Diary, service: Service, team: list[Staff]) -> Iterator[Act]:
    """The ledger, the senders and the publication of `service`: what lies behind us of two years, and nothing else."""
    years = years_of(service, diary.now)
    if not years:
        return
    days = Days(diary, years[0], years[1] if len(years) > 1 else None)
    lead, manager = (next(one for one in team if one.role is role) for role in (Role.LEAD, Role.MANAGER))
    for act in (
        *moderation.Ledger(session, days, service, lead, manager).acts(),
        *senders.acts(session, days, service, lead),
        *year.acts(session, days, service, lead, manager),
    ):
        if act.at <= diary.now:
            yield act
