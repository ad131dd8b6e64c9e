"""The record of a case in words: the chained events, and the log holds that followed from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from tracker.casework.folder import EventView, Folder
from tracker.casework.holdings import Asked
from tracker.i18n import citation, day_text, last_moment, short_time, term
from tracker.law.editions import edition_on
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS
from tracker.law.period import japanese_day
from tracker.models import LogHold
from tracker.web.staff.case.items import numbers


def chain_rows(events: Sequence[EventView], link: str = "") -> list[dict[str, Any]]:
    """The chained record for the chain() macro."""
    return [
        {
            "seq": e.event.seq,
            "fact": _("項目%(nos)s: %(name)s", nos=numbers(e.nos), name=_(e.label)) if e.nos else _(e.label),
            "when": _when(e),
            "actor": e.who,
            "digest": f"{e.event.digest[:6]}…{e.event.digest[-2:]}",
            "legal": e.legal,
        }
        for e in events
    ]


def _when(entry: EventView) -> str:
    """When it was done, and when it was written down where that was later."""
    when = short_time(entry.done_at)
    return (
        _("%(done)s（%(entered)sに記録）", done=when, entered=short_time(entry.entered_at))
        if entry.entered_at
        else when
    )


def hold_rows(folder: Folder, asked: Mapping[UUID, Sequence[Asked]], at: datetime) -> list[dict[str, Any]]:
    """The log holds, with the orders to custodians that name them: flags of one trigger and period in one row."""
    rules = {rule.key: rule for rule in (*HOLDS, *edition_on(japanese_day(at)).holds)}
    nos = {v.item.id: v.item.no for v in folder.items}

    def same(hold: LogHold) -> tuple[Any, ...]:
        alone = "" if hold.strength is Strength.FLAG else str(hold.id)
        return (hold.from_at, hold.rule, str(hold.until_at), hold.released_at is not None, alone)

    rows = []
    for _key, group in groupby(sorted(folder.holds, key=same), key=same):
        holds = list(group)
        first = holds[0]
        orders = {a.order.id: a for hold in holds for a in asked.get(hold.id, ())}
        found = [nos[h.item_id] for h in holds if h.item_id]
        rows.append(
            {
                "strength": term(Strength(first.strength)).label,
                "says": term(Strength(first.strength)).says,
                "what": _(rules[first.rule].label) if first.rule in rules else first.rule,
                "items": _("項目%(nos)s", nos=numbers(found)) if found else _("すべての項目"),
                "force": first.force.value,
                "article": citation(first.article),
                "from": day_text(japanese_day(first.from_at)),
                "until": day_text(last_moment(first.until_at)) if first.until_at else _(rules[first.rule].until),
                "over": first.over(at),
                "hold": first,
                "holds": holds,
                "asked": list(orders.values()),
            }
        )
    return rows
