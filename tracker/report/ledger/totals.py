"""How many rows of each family a month has: what staff look at to see that nothing is missing."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col, func

from tracker.casework.tallies import month
from tracker.law.ledger import Family
from tracker.models import LedgerCell, Service


@dataclass(frozen=True)
class Month:
    """A Japanese month, 202604 for April 2026, and how many rows of each family lie in it by their own day."""

    month: int
    counts: dict[Family, int]


def months(session: Session, service: Service) -> list[Month]:
    """Every month from the first one with rows to the last, the newest first; those between them without any, too."""
    query = (
        select(col(LedgerCell.family), col(LedgerCell.day), func.sum(LedgerCell.n))
        .where(col(LedgerCell.service_id) == service.id)
        .group_by(col(LedgerCell.family), col(LedgerCell.day))
    )
    found: dict[int, dict[Family, int]] = defaultdict(lambda: dict.fromkeys(Family, 0))
    for family, day, n in session.execute(query):
        if n:
            found[month(day)][family] += int(n)
    return [Month(one, found[one]) for one in _between(min(found), max(found))] if found else []


def _between(first: int, last: int) -> list[int]:
    numbers = range(_number(first), _number(last) + 1)
    return [number // 12 * 100 + number % 12 + 1 for number in reversed(numbers)]


def _number(one: int) -> int:
    """A month as a number without gaps between the years."""
    return one // 100 * 12 + one % 100 - 1
