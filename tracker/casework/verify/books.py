"""The books that no case owns: the calendars by which clocks were counted, and whose eyes saw an amended text."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from tracker.casework import chain
from tracker.casework.calendars import parsed
from tracker.casework.verify.finding import Finding
from tracker.models import CalendarVersion, Clock, EditionConfirmation

# What reading a damaged row raises, by what is damaged in it: JSON, an instant, an id, a text.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, SQLAlchemyError)


class Head(NamedTuple):
    """How many rows a book has, and the digest of the last: to be kept elsewhere, as rows cut off its end leave no gap.

    `digest` is empty for an empty book.
    """

    table: str
    rows: int
    digest: str


def heads(session: Session) -> list[Head]:
    """Where the chains of the books end now."""
    books = (("calendarversion", CalendarVersion), ("editionconfirmation", EditionConfirmation))
    return [_head(session, table, book) for table, book in books]


def check_books(session: Session) -> Iterator[Finding]:
    """Both books are chained without a gap; a calendar is named by its content, and kept while a clock names it."""
    kept = set()
    for row in _walk(session, "calendarversion", CalendarVersion, chain.calendar_digest):
        if isinstance(row, Finding):
            yield row
            continue
        content = parsed(row.holidays)
        if content is None or content.version != row.version:
            yield Finding(None, "calendarversion", str(row.number), "its holidays are not those that it is named by")
        kept.add(row.version)
    if not kept:
        yield Finding(None, "calendarversion", "1", "no calendar that can be read is there")
    for version in session.exec(select(Clock.calendar).distinct()):
        if version not in kept:
            yield Finding(None, "calendarversion", version, "clocks were counted with it, and it is not kept")
    for found in _walk(session, "editionconfirmation", EditionConfirmation, chain.confirmation_digest):
        if isinstance(found, Finding):
            yield found


def _walk(session: Session, table: str, book: Any, digest: Callable[[Any, str], str]) -> Iterator[Any]:
    """The rows of a book in order, and a Finding where one is damaged, missing or not chained to the one before."""
    before = ""
    for due, (number, said) in enumerate(_links(session, book), 1):
        if number != due:
            yield Finding(None, table, str(number), f"its number is {number} where {due} is due")
        try:
            row = session.exec(select(book).where(col(book.number) == number)).one()
            whole = digest(row, before) == said
        except UNREADABLE:
            yield Finding(None, table, str(number), "it cannot be read")
        else:
            if not whole:
                yield Finding(None, table, str(number), "its digest is not that of its content and the one before")
            yield row
        before = str(said)


def _links(session: Session, book: Any) -> list[tuple[Any, Any]]:
    """Number and digest of each row, which can be read whatever else is damaged."""
    query = select(book.number, book.digest).order_by(col(book.number))
    return [(number, digest) for number, digest in session.exec(query)]


def _head(session: Session, table: str, book: Any) -> Head:
    links = _links(session, book)
    return Head(table, len(links), str(links[-1][1]) if links else "")
