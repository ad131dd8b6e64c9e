"""The years of every service: what is to be published by when, and where each one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import filings
from tracker.i18n import counted
from tracker.law.period import japanese_day
from tracker.models import Publication, Role, Service
from tracker.now import now
from tracker.report import publishing
from tracker.report.years import Year, year_of, years_of
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.services import service_of
from tracker.web.staff import bp

ROOM = "staff.report_years"
LAST_YEAR = 9998  # of the calendar of Python, whose dates end with 9999
RUNNING, DRAFT, REVIEW, PUBLISHED = "running", "draft", "review", "published"


@dataclass(frozen=True)
class Standing:
    """Where a year stands: the version that waits, the one published last, the days that are left until it is due.

    `recorded` is what the register says of it (casework/filings/years.py): True where it was published, False where it
    ended and was not, None where its end is not recorded: whether it was published then is not known here.
    """

    year: Year
    state: str
    waiting: Publication | None
    published: Publication | None
    left: int
    recorded: bool | None

    @property
    def elsewhere(self) -> bool:
        """Whether it was published without Kigen, as the register says."""
        return bool(self.recorded) and not self.published

    @property
    def counted(self) -> bool:
        """Whether its days are counted: until it is published, and past its last day only while it is owed."""
        return not self.published and not self.recorded and (self.left >= 0 or self.recorded is False)

    @property
    def due_state(self) -> str:
        """The mark of its last day; empty where it has none, for nobody knows whether it was published."""
        if not self.counted:
            return "stopped" if self.published or self.recorded else ""
        return "late" if self.left < 0 else "today" if self.left == 0 else "soon" if self.left <= 31 else "calm"

    @property
    def left_words(self) -> str:
        """How long it still is, or was."""
        if not self.counted:
            return ""
        if self.left < 0:
            return counted("%(n)s日過ぎました", -self.left)
        return counted("あと%(n)s日", self.left) if self.left else str(_("今日まで"))


@bp.get("/report")
@allowed(Role.REVIEWER)
def report_years() -> str:
    """Every service and its years, the newest first."""
    today = japanese_day(now())
    found = []
    with database().reading() as session:
        calendar = session.info["calendar"]
        for service in session.exec(select(Service).order_by(col(Service.name))).all():
            told = filings.publications(session, service)
            years = [standing(session, service, year, today, told) for year in years_of(service, now())]
            found.append((service, years))
    found.sort(key=lambda one: not one[1])  # where nothing is owed comes last
    return page(
        "staff/report/room.html",
        room=ROOM,
        found=found,
        day=lambda one: day_words(one, calendar, beside=today),
        addresses=publishing.path,
    )


def standing(
    session: Session, service: Service, year: Year, today: date, told: Mapping[int, bool] | None = None
) -> Standing:
    """Where a year of a service stands on a Japanese day; `told` is what its register says, if read before."""
    if told is None:
        told = filings.publications(session, service)
    waiting = publishing.in_review(session, service, year.year)
    published = publishing.newest(session, service, year.year)
    over = today > year.last
    state = REVIEW if waiting else PUBLISHED if published else DRAFT if over else RUNNING
    return Standing(year, state, waiting, published, (year.due - today).days, told.get(year.year))


def found_year(session: Session, slug: str, year: int) -> tuple[Service, Year]:
    """The service and the year of an address, or 404."""
    service = service_of(session, slug)
    found = year_of(service, year) if 0 < year < LAST_YEAR else None
    if found is None or found.first > japanese_day(now()):
        abort(404)
    return service, found
