"""The front page: what can be filed here and for which service, what happens next, by which published criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import criteria, intake
from tracker.casework.faces import Face, calculation, face
from tracker.i18n import term
from tracker.law.calendars import Calendar
from tracker.law.clocks import REPLY
from tracker.law.consequences import due
from tracker.law.editions import edition_on
from tracker.law.grounds import Force, Right, Standing
from tracker.law.period import japanese_day
from tracker.models import Clause, Clock, CriteriaVersion, Service
from tracker.now import now
from tracker.web.calculation import day_words, sheet, strip
from tracker.web.doors import database, settings
from tracker.web.public import bp, uploads
from tracker.web.public.pages import is_page, page, service_of, services

ORDER = ("used", "waits", "replaced")


@dataclass(frozen=True)
class Published:
    """One version of the criteria, with the day from which it may be used (法26条1項)."""

    version: CriteriaVersion
    clauses: Sequence[Clause]
    url: str
    published: str
    usable: str
    standing: str  # used, waits or replaced

    @property
    def name(self) -> str:
        """What it is called and which version it is."""
        words: str = _("%(title)s(第%(n)s版)", title=self.version.title, n=self.version.version)
        return words


@dataclass(frozen=True)
class Window:
    """A service that can be filed for."""

    service: Service
    statutory: bool  # whether the Act binds the answer to a filing of today
    criteria: Sequence[Published]  # what is used, what waits, then what was replaced
    elsewhere: str  # where criteria stand that were never entered here


@bp.get("/")
def front() -> str:
    """The services of this provider, each with its form."""
    return _front(services(), None)


@bp.get("/s/<slug>/about")
def about(slug: str) -> str:
    """The same for one service, reached from its form."""
    service = service_of(slug)
    return _front([service], service)


def _front(found: Sequence[Service], service: Service | None) -> str:
    at = now()
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        windows = [_window(session, one, at, calendar) for one in found]
    return page(
        "public/front.html",
        service,
        windows=windows,
        voluntary=[window.service.name for window in windows if not window.statutory],
        standings=[term(one) for one in Standing if one is not Standing.THIRD_PARTY],
        rights=[term(one) for one in Right],
        most_files=settings().evidence_files,
        most_megabytes=settings().evidence_bytes // uploads.MIB,
        at=at,
        **_if_filed_now(at, calendar, statutory=any(window.statutory for window in windows)),
    )


def _window(session: Session, service: Service, at: datetime, calendar: Calendar) -> Window:
    statutory = intake.binds(service, Standing.PERSON, at, by_published_method=True)
    used = criteria.current(session, service.id, at)
    today = japanese_day(at)

    def published(version: CriteriaVersion) -> Published:
        standing = "waits" if version.usable_from > at else "used" if used and version.id == used.id else "replaced"
        return Published(
            version,
            criteria.clauses_of(session, version),
            version.url if is_page(version.url) else "",
            day_words(japanese_day(version.published_at), calendar, beside=today),
            day_words(japanese_day(version.usable_from), calendar, beside=today),
            standing,
        )

    found = [published(version) for version in criteria.versions(session, service.id)]
    found.sort(key=lambda one: ORDER.index(one.standing))
    return Window(service, statutory, found, service.criteria_url if is_page(service.criteria_url) else "")


def _if_filed_now(at: datetime, calendar: Calendar, *, statutory: bool) -> dict[str, Any]:
    """By when somebody who filed at `at` would hear, and how that is counted: the same steps as on the receipt."""
    force = Force.DUTY if statutory else Force.VOLUNTARY
    shown = _reply(at, calendar, force)
    steps = calculation(shown.clock)
    return {
        "statutory": statutory,
        "force": force.value,
        "last_day": day_words(steps[-1].day, calendar, beside=japanese_day(at)),
        "first_day": day_words(steps[0].day, calendar),
        "first_counted": steps[0].number == 1,
        "days": strip(shown, calendar, None, work=False),
        "rows": sheet(shown, calendar, work=False),
    }


def _reply(at: datetime, calendar: Calendar, force: Force) -> Face:
    """The reply clock that a filing would start at `at`. It is shown and never stored."""
    clock = Clock(
        case_id=uuid4(),
        rule=REPLY.key,
        article=REPLY.article,
        edition=edition_on(japanese_day(at)).key,
        calendar=calendar.version,
        force=force,
        started_at=at,
        due_at=due(REPLY, at),
        target_at=None,
    )
    return face(clock, at, calendar)
