"""An alert and a memo as the page shows them, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from tracker.casework.faces import Urgency
from tracker.casework.papers.view import ORDERING
from tracker.casework.watch.answers import acknowledged
from tracker.casework.watch.board import Entry
from tracker.casework.watch.fates import Fate, fate
from tracker.i18n import citation, counted, short_time
from tracker.law import N_
from tracker.law.grounds import Force
from tracker.law.period import JST
from tracker.models import MEMO_KINDS, Memo, Role
from tracker.web.guards import Person

FATES: dict[Fate, tuple[str, str | None]] = {
    Fate.GIVEN: (N_("受け付けられた"), None),
    Fate.WAITING: (N_("送信を待っている"), None),
    Fate.REFUSED: (N_("断られた"), "warn"),
    Fate.REPLACED: (N_("新しいお知らせに替えた"), None),
    Fate.CANCELLED: (N_("取りやめた"), None),
    Fate.UNKNOWN: (N_("記録がない"), None),
}
LEVELS = {
    "one": N_("前の営業日"),
    "day": N_("最後の営業日"),
    "late": N_("超過"),
    "digest": N_("最後の営業日を過ぎた"),
    "fast": N_("急ぎ"),
    "passed": N_("目標を過ぎた"),
    "free": N_("使える"),
}


@dataclass(frozen=True)
class Sent:
    """A form that came back: which clock it was of, what was typed, and why it was not taken."""

    clock: UUID | None = None
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""


def row(one: Entry, sent: Sent, me: Person, at: datetime) -> dict[str, Any]:
    """An alert as a row of the page; of a form that came back, what was typed."""
    back = sent.clock == one.clock.id
    typed = f"{one.rest.astimezone(JST):%Y-%m-%dT%H:%M}" if one.rest else ""
    return {
        "one": one,
        "href": url_for("staff.worklist") + one.room,
        "what": _(one.face.rule.label),
        "article": _article(one),
        "order": url_for("staff.holds", view="unordered", number=one.name) if one.face.rule.target == ORDERING else "",
        "level": level_words(one.level, late=one.face.urgency is Urgency.LATE) if one.level else "",
        "told": [
            (
                told.name,
                short_time(told.raised_at),
                _("朝のまとめ: %(state)s", state=words) if told.digest else words,
                kind,
            )
            for told, (words, kind) in ((told, fate_words(told.fate)) for told in one.told)
        ],
        "told_words": _told_words(one),
        "refused": sum(told.fate is Fate.REFUSED for told in one.told),
        "taken": one.answer is not None
        and one.holder is not None
        and one.holder.staff_id == me.id
        and (one.face.urgency is not Urgency.LATE or acknowledged(one.answer, one.face.moment or at, at)),
        "may_give_back": one.answer is not None and (one.answer.staff_id == me.id or me.may(Role.LEAD)),
        "rest": short_time(one.rest) if one.rest else "",
        "box": f"quiet-{one.clock.id}",
        "typed": sent.typed if back and sent.typed else typed,
        "most": typed,
        "error": sent.errors.get(f"quiet-{one.clock.id}"),
        "open": back and (f"quiet-{one.clock.id}" in sent.errors),
    }


def _told_words(one: Entry) -> str:
    """In a line: how many were told, and by what."""
    if not one.told:
        return str(_("まだだれにも知らせていません。次の勤務時間に知らせます。"))
    if all(told.digest for told in one.told):
        return counted("朝のまとめで%(n)s人に", len(one.told))
    return counted("%(n)s人に知らせた", len(one.told))


def _article(one: Entry) -> str:
    voluntary = one.clock.force is Force.VOLUNTARY and one.face.rule.force is not Force.VOLUNTARY
    return "" if voluntary else citation(one.clock.article)


def level_words(level: str, *, late: bool) -> str:
    """The level of an alert: how near its clock was when it was told.

    A digest calls late what is past its last working day; its period may end only after the closed days.
    """
    kind, _colon, rest = level.partition(":")
    if kind == "digest" and late:
        kind = "late"
    if kind == "left":
        kind = {"0": "day", "1": "one"}.get(rest, kind)
    return str(_(LEVELS[kind])) if kind in LEVELS else counted("%(n)s営業日前", int(rest or 0))


def fate_words(fate: Fate) -> tuple[str, str | None]:
    """What became of a memo, and the kind of its tag."""
    words, kind = FATES[fate]
    return str(_(words)), kind


def memo_row(memo: Memo) -> dict[str, Any]:
    """A memo to oneself, and what became of it."""
    words, kind = fate_words(fate(memo))
    ended = memo.ended_at
    return {
        "subject": memo.subject,
        "kind": _(MEMO_KINDS[memo.kind]),
        "queued": short_time(memo.queued_at),
        "state": words,
        "tag": kind,
        "ended": short_time(ended) if ended else "",
    }
