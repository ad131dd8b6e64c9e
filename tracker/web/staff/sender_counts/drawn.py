"""What a year of senders looks like: its charts, its table, its means, and what looks like a slip."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.i18n import listed, month_text
from tracker.i18n.language import DEFAULT, tag
from tracker.law.period import japanese_day
from tracker.law.senders import PARTS, RULES, Count, Part, least, over, shown, together, year_months
from tracker.report.senders import Yearly, fewer_times, figures, odd
from tracker.report.senders.yearly import month_end

MYRIAD = 10_000
COLOURS = {Part.SENDERS: "f-deep", Part.USERS: "h-soft", Part.TIMES: "f-key"}
PARTS_OF = {Count.SENDERS: (Part.SENDERS, Part.USERS), Count.TIMES: (Part.TIMES,)}


def short(n: int) -> str:
    """A number beside a bar: 912万, or 9.12M. Cut and never rounded, so that it stands on its side of a line."""
    if n < MYRIAD:
        return f"{n:,}"
    return f"{n // MYRIAD:,}万" if tag() == DEFAULT else f"{n // MYRIAD / 100:,}M".replace(".0M", "M")


def month_name(month: int, *, year: bool = False) -> str:
    """4月, or 2026年4月."""
    said = month_text(date(month // 100, month % 100, 1))
    return str(_("%(year)s年%(month)s", year=month // 100, month=said)) if year else said


def means(year: Yearly) -> list[dict[str, Any]]:
    """The two means, or the forecasts that stand in for them, each held against the number of a designation."""
    found = []
    for count, rule in RULES.items():
        mean, forecast = year.mean(count), year.forecast(count)
        if mean is None:
            above = _("まだ言えません")
            if over(count, least(year.known[count].values())):
                above = _("はい（記録した月だけで）")
        else:
            above = _("はい") if over(count, mean) else _("いいえ")
        found.append(
            {
                "name": _(rule.mean),
                "mean": shown(mean) if mean is not None else "",
                "forecast": shown(forecast) if forecast is not None else "",
                "known": len(year.known[count]),
                "above": above,
                "over": f"{rule.over:,}",
                "over_article": rule.over_article,
            }
        )
    return found


def chart(year: Yearly, count: Count, at: datetime) -> dict[str, Any]:
    """Twelve bars, the two lines of the rule, and the table they were drawn from."""
    rule, today = RULES[count], japanese_day(at)
    months, table = [], []
    for month in year_months(year.year):
        said = dict(zip(Part, figures(year.rows.get(month)), strict=True))
        n, over_now = year.known[count].get(month), month_end(month) <= today
        months.append(
            {
                "label": month_name(month),
                "n": n,
                "say": short(n) if n is not None else "",
                "parts": [(COLOURS[part], said[part]) for part in PARTS_OF[count]] if n is not None else [],
                "lacking": n is None and over_now,
                "to_come": not over_now,
            }
        )
        cells = ["" if (one := said[part]) is None else f"{one:,}" for part in PARTS_OF[count]]
        whole = [] if count is Count.TIMES else ["" if n is None else f"{n:,}"]
        table.append((False, [month_name(month, year=True), *(cell or "―" for cell in [*cells, *whole])]))
    most = max([rule.over, *year.known[count].values()])
    top = most * 6 // 5
    step = rule.over // 2 * (1 + top // (rule.over * 3))
    return {
        "count": count.value,
        "months": months,
        "top": top,
        "ticks": [(n, short(n)) for n in range(0, top + 1, step)],
        "lines": [
            {"n": rule.over, "kind": "l-cap", "say": _("%(n)s超", n=short(rule.over))},
            {"n": rule.reached, "kind": "l-goal", "say": _("%(n)s以上", n=short(rule.reached))},
        ],
        "legend": [(COLOURS[part], _(PARTS[part])) for part in PARTS_OF[count]],
        "lacking": any(one["lacking"] for one in months),
        "table": table,
        "find": _find(year, count),
    }


def _find(year: Yearly, count: Count) -> str:
    there = year.known[count]
    if not there:
        return str(_("まだ数がありません。"))
    rule = RULES[count]
    high = sum(n >= rule.reached for n in there.values())
    return str(
        _(
            "数がある%(n)sか月のうち、%(line)s以上の月は%(high)sか月です。義務は、月ではなく年度の平均で決まります。",
            n=len(there),
            line=short(rule.reached),
            high=high,
        )
    )


def rows(year: Yearly, at: datetime) -> list[dict[str, Any]]:
    """The months as the table lists them, the ones to come as well."""
    today, found = japanese_day(at), []
    for month in year_months(year.year):
        row = year.rows.get(month)
        said = figures(row)
        sum_of = together(said.senders, said.users)
        found.append(
            {
                "month": month,
                "name": month_name(month, year=True),
                "cells": ["" if n is None else f"{n:,}" for n in (said.senders, said.users, sum_of, said.times)],
                "version": row.version if row else 0,
                "over": month_end(month) <= today,
                "whole": None not in said,
            }
        )
    return found


def doubts(year: Yearly, only: Sequence[int] | None = None) -> list[str]:
    """What looks like a slip of the finger, in sentences; of some months only."""
    found = [
        _(
            "%(month)sの「%(part)s」は%(n)sで、ほかの月の中央の値（%(others)s）と半分より多く違います。",
            month=month_name(one.month, year=True),
            part=_(PARTS[one.part]),
            n=f"{one.figure:,}",
            others=shown(one.others),
        )
        for one in odd(year)
        if only is None or one.month in only
    ]
    fewer = [month for month in fewer_times(year) if only is None or month in only]
    if fewer:
        found.append(
            _(
                "延べ発信者数が、発信者の数より少ない月があります（%(months)s）。延べ数は、発信者を1回以上ずつ数えます。",
                months=listed(month_name(month, year=True) for month in fewer),
            )
        )
    return [str(one) for one in found]
