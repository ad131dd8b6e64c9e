"""Frozen versions that wait for a second person, as the rooms show them that such a person looks at."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlmodel import Session

from tracker.law.period import japanese_day
from tracker.models import Publication, Role, Staff
from tracker.report import publishing
from tracker.report.years import year_of
from tracker.web.guards import Person
from tracker.web.staff.report.room import Standing, standing


@dataclass(frozen=True)
class Waiting:
    """A version in review: which it is, who froze it, until when it is due, whether whoever looks may publish it."""

    row: Publication
    service: str
    href: str
    frozen_by: str
    stands: Standing
    mine: bool  # whoever looks froze it: somebody else publishes it
    may: bool


def waiting(session: Session, me: Person, *, at: datetime) -> list[Waiting]:
    """Every version that waits, the longest waiting first."""
    found = []
    for row, service in publishing.waiting(session):
        year = year_of(service, row.year)
        if year is None:  # the service is no longer registered for it, and the version has no page
            continue
        mine = row.frozen_by == me.id
        found.append(
            Waiting(
                row,
                service.name,
                url_for("staff.report_version", slug=service.slug, year=row.year, version=row.version),
                session.get_one(Staff, row.frozen_by).name,
                standing(session, service, year, japanese_day(at)),
                mine,
                me.may(Role.MANAGER) and not mine,
            )
        )
    return found
