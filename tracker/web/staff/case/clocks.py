"""The clocks of a case in words, each with its calculation sheet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from tracker.casework.faces import Face
from tracker.casework.folder import Folder
from tracker.i18n import citation, day_text
from tracker.law.clocks import Bound
from tracker.law.grounds import Force
from tracker.law.period import japanese_day
from tracker.web.calculation import Counted, says
from tracker.web.staff.case.items import numbers
from tracker.web.staff.case.why import why_so


def clock_rows(folder: Folder, counts: Mapping[UUID, Counted], at: datetime) -> list[dict[str, Any]]:
    """The clocks, those of one kind and date in one row however many items they run for."""
    nos = {v.item.id: v.item.no for v in folder.items}

    def same(face: Face) -> tuple[Any, ...]:
        kept = face.clock.voided_at is not None, face.clock.force, face.clock.calendar, face.clock.edition
        return (not face.running, face.rule.key, face.say, *kept)

    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for face in folder.clocks:
        kind = same(face)
        if kind not in rows:
            rows[kind] = clock_row(folder, face, counts[face.clock.id], at)
        rows[kind]["ids"].append(face.clock.id)
        if face.clock.item_id:
            rows[kind]["nos"].append(nos[face.clock.item_id])
    for row in rows.values():
        if row["nos"]:
            row["name"] = _("項目%(nos)s: %(name)s", nos=numbers(row["nos"]), name=row["name"])
    return list(rows.values())


def clock_row(folder: Folder, face: Face, one: Counted, at: datetime) -> dict[str, Any]:
    """One clock in words: what it asks, its sheet, and why it is as it is where that needs saying."""
    return {
        "face": face,
        "counted": one,
        "calc": one.shown(today=japanese_day(at)),
        "nos": [],
        "ids": [],
        "id": f"clock-{face.rule.key}-{face.clock.id.hex[:8]}",  # the same for ever: people send the link
        "name": _(face.rule.label),
        "why": _why(face),
        "article": article(face),
        "voided": face.clock.voided_at is not None,
        "not_usable": face.kind == "wait" and face.rule.effect == "forbids" and face.running,
        "so": why_so(folder, one),
        "stored_day": day_text(face.last_day, calendar=one.calendar) if face.last_day else "",
    }


def article(face: Face) -> str:
    """The article that a clock rests on; empty where the law's duty is only kept of one's own will."""
    return "" if _of_own_will(face) else citation(face.clock.article)


def _of_own_will(face: Face) -> bool:
    return face.clock.force is Force.VOLUNTARY and face.rule.force is not Force.VOLUNTARY


def _why(face: Face) -> str:
    if face.rule.key == "reply" and _of_own_will(face):
        return str(_("すべての項目について、結果か途中経過を申出者に通知します。自主的な目標日です。"))
    if face.rule.bound is Bound.PROMPTLY and face.running and face.clock.target_at:
        words = _(face.rule.says).rstrip("。")
        return str(_("%(says)s。目標は事務所が決めたもので、法に日数の定めはありません。", says=words))
    return says(face.rule)
