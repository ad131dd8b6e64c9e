"""Many rows at once: ids in parts that a database takes in one statement, and rows of which some may be damaged."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select
from sqlmodel import Session, col

from tracker.models import Clock

T = TypeVar("T")
IN_ONE = 2000  # ids in one statement: a database takes some ten thousand
DAMAGED = (LookupError, ValueError, TypeError)  # what a stored value raises that no enum, date or id can be read from


def parts(ids: Collection[T]) -> Iterator[Sequence[T]]:
    """`ids`, as many at once as one statement takes."""
    rest = iter(ids)
    while some := list(islice(rest, IN_ONE)):
        yield some


def sound(session: Session, query: Select[Any]) -> tuple[Sequence[Row[Any]], Mapping[UUID, str]]:
    """The rows of a query of clocks, and the clocks that cannot be read, each with the class of what they raise."""
    try:
        return session.execute(query).all(), {}
    except DAMAGED:
        ids = session.execute(query.with_only_columns(col(Clock.id))).scalars().all()
    found: list[Row[Any]] = []
    damaged: dict[UUID, str] = {}
    left = [list(some) for some in parts(ids)][::-1]
    while left:
        some = left.pop()
        try:
            found += session.execute(query.where(col(Clock.id).in_(some))).all()
        except DAMAGED as error:
            if len(some) == 1:
                damaged[some[0]] = type(error).__name__
            else:
                half = len(some) // 2
                left += [some[half:], some[:half]]
    return found, damaged
