"""Frozen versions that wait for a second person, as the rooms show them that such a person looks at."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlmodel import Session

from tracker.casework import second_look
from tracker.law.period import japanese_day
from tracker.models import Publication, Role
from tracker.report.years import year_of
from tracker.web.guards import Person
from tracker.web.staff.report.room import REVIEW, Standing


@dataclass(frozen=True)
class Waiting:
    """A version in review: which it is, who froze it, until when it is due, whether whoever looks may publish it."""

    row: Publication
    service: str
    href: str
    frozen_by: str
    stands: Standing | None  # None where the service is not registered for the year (any more)
    late: bool
    mine: bool  # whoever looks froze it: somebody else publishes it
    may: bool


def waiting(session: Session, me: Person, *, at: datetime) -> list[Waiting]:
    """Every version that waits, the longest waiting first."""
    today = japanese_day(at)
    found = []
    for one in second_look.waiting(session):
        row, service = one.row, one.service
        year, mine = year_of(service, row.year), row.frozen_by == me.id
        found.append(
            Waiting(
                row,
                service.name,
                url_for("staff.report_version", slug=service.slug, year=row.year, version=row.version),
                one.frozen_by,
                Standing(year, REVIEW, row, one.corrects, (year.due - today).days, one.recorded) if year else None,
                one.late(today) > 0,
                mine,
                me.may(Role.MANAGER) and not mine,
            )
        )
    return found


def to_publish(session: Session, me: Person, *, at: datetime) -> list[Waiting]:
    """Those that whoever looks may publish; nothing is read for somebody who may publish none."""
    return [one for one in waiting(session, me, at=at) if one.may] if me.may(Role.MANAGER) else []
