"""Which notices stand on a page of the worklist, and how many each band holds. No list is ever read to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from tracker.casework.bands import Band
from tracker.models import Case, Notice

PAGE = 50
COUNT_CAP = 1000

Bands = Mapping[Band | None, ColumnElement[bool]]  # None: the one band of what is closed
Chosen = list[tuple[Band | None, UUID]]
Found = list[tuple[Band | None, Case, Notice]]


@dataclass(frozen=True)
class Asked:
    """What holds for the cases of a list. `of_notice`: some of it is said of their notices.

    `a_set`: clocks, letters or measures say which cases they are, and no index of cases has them side by side.
    """

    conditions: Sequence[ColumnElement[bool]]
    of_notice: bool = False
    a_set: bool = False


def count(session: Session, asked: Asked, *more: ColumnElement[bool], cap: int = COUNT_CAP) -> int:
    """How many cases there are, never counting past the cap."""
    inner = _from(select(col(Case.id)), asked).where(*more).limit(cap + 1).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


def one_page(session: Session, asked: Asked, bands: Bands, page: int) -> tuple[dict[Band | None, int], Found]:
    """How many of each band there are, and those of a page, band by band.

    A set, and what is few, is gathered and put in order, however well it hides among the other cases. Of what is many
    each band is counted and read along the index that orders it, and no further than is shown.
    """
    gathered = asked.a_set or count(session, asked) <= COUNT_CAP
    totals, chosen = (_gathered if gathered else _along)(session, asked, bands, (page - 1) * PAGE)
    return totals, _whole(session, chosen)


def _gathered(session: Session, asked: Asked, bands: Bands, before: int) -> tuple[dict[Band | None, int], Chosen]:
    names = list(bands)
    band = case(*((condition, n) for n, condition in enumerate(bands.values())), else_=len(names)).label("band")
    inner = _from(select(band), asked).subquery()
    counted = dict(session.exec(select(inner.c.band, func.count()).group_by(inner.c.band)).all())
    order = _order(None) if names == [None] else [band, col(Case.closed_at).desc(), *_order(names[0])]
    query = _from(select(band, col(Case.id)), asked).order_by(*order).offset(before).limit(PAGE)
    totals = {name: counted.get(n, 0) for n, name in enumerate(names)}
    return totals, [(names[n], id) for n, id in session.exec(query) if n < len(names)]


def _along(session: Session, asked: Asked, bands: Bands, before: int) -> tuple[dict[Band | None, int], Chosen]:
    totals = {band: count(session, asked, condition) for band, condition in bands.items()}
    chosen: Chosen = []
    for band, condition in bands.items():
        if totals[band] and len(chosen) < PAGE:
            query = _from(select(col(Case.id)), asked).where(condition).order_by(*_order(band))
            mine = session.exec(query.offset(before).limit(PAGE - len(chosen))).all()
            chosen += [(band, id) for id in mine]
            before = 0 if mine else before - count(session, asked, condition, cap=before)
    return totals, chosen


def _order(band: Band | None) -> list[Any]:
    """By what is due, a duty before what is voluntary; closed ones, the last closed first."""
    if band is None:
        return [col(Case.closed_at).desc(), col(Case.id)]
    return [col(Case.next_at), col(Case.statutory).desc(), col(Case.id)]


def _whole(session: Session, chosen: Chosen) -> Found:
    """The cases with their notices: the long texts of those that are shown, and of no other."""
    query = select(Case, Notice).join(Notice, col(Notice.case_id) == col(Case.id))
    rows = session.exec(query.where(col(Case.id).in_([id for _, id in chosen]))).all() if chosen else []
    whole = {case.id: (case, notice) for case, notice in rows}
    return [(band, *whole[id]) for band, id in chosen]


def _from(query: Any, asked: Asked) -> Any:
    if asked.of_notice:
        query = query.join(Notice, col(Notice.case_id) == col(Case.id))
    return query.where(*asked.conditions)
