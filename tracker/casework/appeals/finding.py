"""The list of appeals: by what each still asks, a page at a time. Flat: each page is read along an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.casework.appeals.rows import Row, barred, given, rows_of
from tracker.law import N_
from tracker.law.clocks.measures import APPEAL
from tracker.models import Appeal, Clock, Decision, Letter, LetterItem, Measure

PAGE = 50
CHUNK = 200  # read in one go where those that somebody took part in are left out
COUNT_CAP = 1000
OPEN = "appeal.decided_at IS NULL AND appeal.withdrawn_at IS NULL"  # in the words of its index
VIEWS: dict[str, str] = {
    "open": N_("判断を待つもの"),
    "mine": N_("わたしが判断できるもの"),
    "answer": N_("結果を知らせていないもの"),
    "ended": N_("判断・取下げの済んだもの"),
}


@dataclass(frozen=True)
class Asked:
    """Which appeals: `view` is one of VIEWS, `me` who looks, `after` the cursor of the last row of the page before."""

    me: UUID
    view: str = "open"
    after: str = ""


@dataclass(frozen=True)
class Page:
    """A page of the list; `after` is the cursor of the next one, empty where there is none."""

    rows: Sequence[Row]
    after: str


def find(session: Session, asked: Asked, *, at: datetime) -> Page:
    """A page of appeals: those that wait, the longest waiting first; those that are over, the newest first.

    The office target counts from the receipt, so the first received is the first due.
    """
    newest, cursor = asked.view == "ended", _cursor(asked.after)
    found: list[Appeal] = []
    step = CHUNK if asked.view == "mine" else PAGE + 1
    while True:
        some = session.exec(_query(asked, cursor, newest=newest).limit(step)).all()
        part = barred(session, some) if asked.view == "mine" else {}
        found += [row for row in some if asked.me not in part.get(row.id, ())]
        if len(found) > PAGE or len(some) < step:
            break
        cursor = some[-1].received_at, some[-1].id
    rows = rows_of(session, found[:PAGE], me=asked.me, at=at)
    return Page(rows, rows[-1].cursor if len(found) > PAGE else "")


def count(session: Session, asked: Asked) -> int:
    """How many are meant, never counting past the cap."""
    inner = select(col(Appeal.id)).where(*_conditions(asked)).limit(COUNT_CAP + 1).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


def _query(asked: Asked, cursor: tuple[datetime, UUID] | None, *, newest: bool) -> Any:
    when, id = col(Appeal.received_at), col(Appeal.id)
    query = select(Appeal).where(*_conditions(asked))
    if cursor:
        moment, last = cursor
        later, beyond = (when <= moment, when < moment) if newest else (when >= moment, when > moment)
        query = query.where(later, or_(beyond, and_(when == moment, id > last)))
    return query.order_by(when.desc() if newest else when, id)


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    still: ColumnElement[bool] = text(OPEN)  # type: ignore[assignment] # as its index says
    if asked.view == "open":
        return [still]
    if asked.view == "mine":
        decision, measure = aliased(Decision), aliased(Measure)
        judged = exists().where(col(decision.item_id) == col(Appeal.item_id), col(decision.by) == asked.me)
        hands = or_(col(measure.executed_by) == asked.me, col(measure.reversed_by) == asked.me)
        return [still, ~judged, ~exists().where(col(measure.item_id) == col(Appeal.item_id), hands)]
    if asked.view == "answer":
        run = select(Clock.case_id).where(
            Clock.rule == APPEAL.key, col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None)
        )
        letter, link, measure = aliased(Letter), aliased(LetterItem), aliased(Measure)
        told = (
            select(letter.id)
            .join(link, col(link.letter_id) == col(letter.id))
            .join(measure, col(measure.decision_id) == col(link.decision_id))
            .where(col(measure.id) == col(Appeal.measure_id), *given(letter))
        )
        return [
            col(Appeal.case_id).in_(run),
            col(Appeal.decided_at).is_not(None),
            col(Appeal.withdrawn_at).is_(None),
            ~told.exists(),
        ]
    return [or_(col(Appeal.decided_at).is_not(None), col(Appeal.withdrawn_at).is_not(None))]


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    """Where a page begins; None for the first, and for what is no cursor."""
    moment, _mark, id = text.partition("~")
    try:
        when = datetime.fromisoformat(moment)
        return (when, UUID(id)) if when.tzinfo else None
    except ValueError:
        return None
