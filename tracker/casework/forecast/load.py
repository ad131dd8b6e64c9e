"""What is open: replies by their last day and by how much of them is left, summed by the database."""

from collections import Counter
from datetime import date

from sqlmodel import Session, col, func, select

from tracker.casework.forecast.plan import Work
from tracker.i18n import last_moment
from tracker.law.clocks import REPLY
from tracker.law.grounds import Force
from tracker.models import Clock, Decision, Item


def open_work(session: Session) -> list[Work]:
    """Running reply clocks, alike ones together: one query, and as many rows as there are days and sizes of notices.

    An item that nobody has decided is a unit of work. A notice is at least one unit: its letter is still to be sent.
    """
    items = select(func.count()).select_from(Item).where(col(Item.case_id) == col(Clock.case_id))
    # Each decided item has one first version: nothing has to be told apart.
    firsts = select(func.count()).select_from(Decision).where(Decision.case_id == Clock.case_id, Decision.version == 1)
    left = items.correlate(Clock).scalar_subquery() - firsts.correlate(Clock).scalar_subquery()
    each = (
        select(col(Clock.due_at).label("due_at"), col(Clock.force).label("force"), left.label("left"))
        .where(col(Clock.rule) == REPLY.key, col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))
        .subquery()
    )
    query = select(each.c.due_at, each.c.force, each.c.left, func.count()).group_by(
        each.c.due_at, each.c.force, each.c.left
    )
    minutes = session.info["office"].per_item
    found: Counter[tuple[date, bool, int]] = Counter()
    for due_at, force, units, n in session.exec(query):
        found[last_moment(due_at), force is Force.VOLUNTARY, max(units, 1) * minutes] += n
    return sorted(Work(due, voluntary, each_one, n) for (due, voluntary, each_one), n in found.items())
