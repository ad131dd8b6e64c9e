"""The front page: what can be filed here and for which service, what happens next, by which published criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import criteria, digest, editions, intake
from tracker.i18n import term
from tracker.law.calendars import Calendar
from tracker.law.clocks import REPLY
from tracker.law.editions import edition_on
from tracker.law.grounds import Force, Right, Standing
from tracker.law.period import japanese_day
from tracker.law.sheets import calculate
from tracker.models import Clause, CriteriaVersion, Service
from tracker.now import now
from tracker.web import uploads
from tracker.web.calculation import day_words
from tracker.web.doors import database, settings
from tracker.web.public import bp
from tracker.web.public.counting import counting
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
    examples: bool  # whether examples of what was done under them were published (法26条4項)


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
        confirmed = not editions.unconfirmed(session, edition_on(japanese_day(at)).key)
    statutory = any(window.statutory for window in windows)
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
        **_if_filed_now(at, calendar, statutory=statutory, confirmed=confirmed),
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
    elsewhere = service.criteria_url if is_page(service.criteria_url) else ""
    return Window(service, statutory, found, elsewhere, bool(digest.versions(session, service)))


def _if_filed_now(at: datetime, calendar: Calendar, *, statutory: bool, confirmed: bool) -> dict[str, Any]:
    """By when somebody who filed at `at` would hear, and how that is counted: the same sheet as on the receipt."""
    today = japanese_day(at)
    rules = edition_on(today)
    sheet = calculate(rules.clock(REPLY.key), at, calendar, rules)
    force = Force.DUTY if statutory else Force.VOLUNTARY
    return {"statutory": statutory} | counting(sheet, confirmed=confirmed, force=force, beside=today)
