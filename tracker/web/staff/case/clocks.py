"""The clocks of a case in words, each with its calculation sheet."""

from typing import Any

from flask_babel import gettext as _

from tracker.casework.faces import Face
from tracker.casework.folder import Folder
from tracker.i18n import citation
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound
from tracker.law.grounds import Force
from tracker.web.calculation import not_chosen, sheet
from tracker.web.staff.case.items import numbers


def clock_rows(folder: Folder, calendar: Calendar) -> list[dict[str, Any]]:
    """The clocks, those of one kind and date in one row however many items they run for."""
    nos = {v.item.id: v.item.no for v in folder.items}

    def same(face: Face) -> tuple[Any, ...]:
        return (not face.running, face.rule.key, face.say, face.clock.voided_at is not None, face.clock.force)

    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for face in folder.clocks:
        row = rows.setdefault(
            same(face),
            {
                "face": face,
                "nos": [],
                "sheet": sheet(face, calendar),
                "not_chosen": not_chosen(face, calendar),
            },
        )
        if face.clock.item_id:
            row["nos"].append(nos[face.clock.item_id])
    for row in rows.values():
        face = row["face"]
        row["id"] = f"clock-{face.rule.key}-{face.clock.id.hex[:8]}"  # the same for ever: people send the link
        row["name"] = _(face.rule.label)
        if row["nos"]:
            row["name"] = _("項目%(nos)s: %(name)s", nos=numbers(row["nos"]), name=row["name"])
        row["why"], row["article"] = _why(face), article(face)
        row["voided"] = face.clock.voided_at is not None
        row["not_usable"] = face.kind == "wait" and face.rule.effect == "forbids" and face.running
    return list(rows.values())


def article(face: Face) -> str:
    """The article that a clock rests on; empty where the law's duty is only kept of one's own will."""
    return "" if _of_own_will(face) else citation(face.clock.article)


def _of_own_will(face: Face) -> bool:
    return face.clock.force is Force.VOLUNTARY and face.rule.force is not Force.VOLUNTARY


def _why(face: Face) -> str:
    if face.rule.key == "reply" and _of_own_will(face):
        return str(_("すべての項目について、結果か途中経過を申出者に通知します。自主的な目標日です。"))
    says = str(_(face.rule.says)).rstrip("。")
    if face.rule.bound is Bound.PROMPTLY and face.running and face.clock.target_at:
        return str(_("%(says)s。目標は事務所が決めたもので、法に日数の定めはありません。", says=says))
    return str(_("%(says)s。", says=says))
