"""この時点の記録: a case as it was known at a moment that somebody asks for, and how it is counted (規則18条3項)."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import as_of, counted
from tracker.casework.folder import Folder
from tracker.i18n import day_text, japanese_time, last_moment, short_time
from tracker.law.clocks import Bound
from tracker.law.facts import LABELS as FACTS
from tracker.law.shape import FIGURES, LABELS, Stage
from tracker.now import now
from tracker.web.staff.case.items import numbers


def count_rows(session: Session, found: Folder) -> dict[str, Any]:
    """How the notice adds to the yearly figures as it stands: its figure, and its items by stage."""
    count = counted.counted(session, found.notice)
    nos = {str(v.item.id): v.item.no for v in found.items}
    stages = Counter(one.stage for one in count.items.values())
    ended = next((stage for stage, figure in FIGURES.items() if figure == count.figure), None)
    return {
        "count": count,
        "figure": _cited(count.figure) if count.figure else "",
        "figure_words": _(LABELS[ended]) if ended else "",
        "stages": [
            {
                "name": _(LABELS[stage]),
                "nos": numbers(sorted(nos[id] for id, one in count.items.items() if one.stage is stage)),
                "figure": next((one.figure for one in count.items.values() if one.stage is stage), ""),
            }
            for stage in Stage
            if stages[stage]
        ],
    }


def known(session: Session, found: Folder, typed: str, moment: datetime | None) -> dict[str, Any]:
    """What had been written down by the `moment` typed; a sentence where it is none, nothing where nothing was."""
    if not typed.strip():
        return {"typed": "", "problem": "", "known": None}
    if moment is None:
        return {"typed": typed, "problem": _("日時を「2026-05-01T12:00」のように入力してください。"), "known": None}
    if moment < found.case.opened_at and moment < min(e.event.recorded_at for e in found.events):
        return {"typed": typed, "problem": _("この申出を受け付けるより前の日時です。"), "known": None}
    if moment > now():
        return {"typed": typed, "problem": _("まだ来ていない日時です。"), "known": None}
    seen = as_of.as_known(session, found.notice, as_of=moment)
    nos = {str(v.item.id): v.item.no for v in found.items}
    return {
        "typed": typed,
        "problem": "",
        "known": seen,
        "when": japanese_time(moment),
        "last": _last(seen),
        "items": [
            {"no": nos[id], "stage": _(LABELS[one.stage]), "judged": _judged(one), "done": _done(one)}
            for id, one in sorted(seen.items.items(), key=lambda pair: nos[pair[0]])
        ],
        "clocks": [_clock_words(clock, nos, moment) for clock in seen.clocks if not clock.voided],
    }


def _cited(figure: str) -> str:
    """18-3-1 as the rule is cited: 18条3項1号."""
    rule, paragraph, item = figure.split("-")
    words: str = _("%(rule)s条%(paragraph)s項%(item)s号", rule=rule, paragraph=paragraph, item=item)
    return words


def _last(seen: as_of.Known) -> str:
    if not seen.events:
        return ""
    event = seen.events[-1]
    words: str = _(
        "%(n)s番「%(fact)s」（%(time)sに記録）",
        n=event.seq,
        fact=_(FACTS[event.fact]),
        time=short_time(event.recorded_at),
    )
    return words


def _judged(item: as_of.KnownItem) -> str:
    if item.decision is None:
        return str(_("まだ"))
    words: str = _("講ずる") if item.decision.take else _("講じない")
    return words


def _done(item: as_of.KnownItem) -> str:
    if item.executed is None:
        return str(_("まだ"))
    words: str = _("%(time)sに実施した", time=short_time(item.executed))
    if item.reversed:
        words = _(
            "%(time)sに実施し、%(undone)sに取り消した",
            time=short_time(item.executed),
            undone=short_time(item.reversed),
        )
    return words


def _clock_words(clock: as_of.KnownClock, nos: dict[str, int], moment: datetime) -> dict[str, Any]:
    end = clock.target_at if clock.rule.bound is Bound.PROMPTLY else clock.due_at
    return {
        "name": _("項目%(nos)s: %(name)s", nos=nos[clock.item], name=_(clock.rule.label))
        if clock.item
        else _(clock.rule.label),
        "article": clock.rule.article,
        "end": day_text(last_moment(end)) if end else "",
        "running": clock.running,
        "late": clock.running and clock.rule.bound is Bound.WITHIN and end is not None and moment >= end,
    }
