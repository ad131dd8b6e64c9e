"""Versions of a publication made by hand, for tests that are not about its figures."""

from datetime import date

from sqlmodel import Session

from tests import make
from tests.report import reports
from tracker.models import Publication, Service, Staff
from tracker.report import publishing
from tracker.report.content import Report
from tracker.report.years import Year, year_of

FROZEN, PUBLISHED = make.instant("2027-05-10T10:00+09:00"), make.instant("2027-05-11T15:00+09:00")
SPAM, ABUSE = reports.SPAM, reports.ABUSE


def report(year: int = 2026, **changes) -> Report:
    """A publication of a year that every check passes."""
    span = {"first": date(year, 4, 1), "last": date(year + 1, 3, 31), "due": date(year + 1, 5, 31)}
    return reports.report(**({"year": year} | span | changes))


def year_2026(service: Service) -> Year:
    """The year that ended on 31 March 2027."""
    found = year_of(service, 2026)
    assert found
    return found


def freeze(session: Session, service: Service, by: Staff, made: Report | None = None, **more) -> Publication:
    """A version in review."""
    values = {"at": FROZEN, "report": made or report()} | more
    return publishing.freeze(session, service, year_2026(service), by=by.id, **values)


def published(
    session: Session, service: Service, who: tuple[Staff, Staff], made: Report | None = None, **more
) -> Publication:
    """A version that the second of two published."""
    publication = freeze(session, service, who[0], made, **more)
    publishing.publish(session, publication, by=who[1].id, at=PUBLISHED)
    return publication


def found(n: int, made: Report | None = None) -> Report:
    """The same with `n` measures of own detection for spam, and as many fewer in all (18-5-3)."""
    other = reports.changed("18-5-3", n, SPAM.code, made=made)
    return reports.changed("18-5-3", n + 100, made=other)
