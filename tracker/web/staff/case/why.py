"""Why a clock of a case is as it is: voided, running again, named by a paper, by another calendar, or damaged."""

from collections.abc import Callable

from tracker.casework.folder import EventView, Folder
from tracker.i18n import gettext as _, last_moment, short_day, time_text
from tracker.law.facts import LABELS
from tracker.models import Clock
from tracker.web.calculation import Counted


def why_so(folder: Folder, one: Counted) -> list[tuple[str, str, str]]:
    """What must be said beside a sheet: banner kind, heading and sentence each; mostly nothing."""
    found = [*_disagrees(one)]
    if not one.pinned:
        words = _(
            "この時計が使った暦（%(version)s）は残っていません。今の暦で数え直しました。", version=one.clock.calendar
        )
        found.append(("warn", _("暦の版が見つかりません"), words))
    found += _working_days(one)
    if one.clock.voided_at:
        found.append(("info", _("訂正により取り消した時計です"), _voided(folder, one.clock)))
    if one.clock.resumes:
        found.append(("info", _("元の日のまま、もう一度動いた時計です"), _resumed(folder, one.clock)))
    return found


def _disagrees(one: Counted) -> list[tuple[str, str, str]]:
    due = one.clock.due_at
    if due is None:
        return []
    day = short_day(last_moment(due), one.calendar)
    if one.stated:
        words = _("書面に書かれた日（%(day)s）に従います。下の計算は、法が許す最も長い期間です。", day=day)
        return [("info", _("日は書面に書かれています"), words)]
    if one.agrees or one.sheet is None:
        return []
    counted = short_day(one.sheet.last_day, one.calendar)
    words = _(
        "保存された末日は%(stored)s、この計算の末日は%(counted)sです。"
        "保存された日は計算し直しません。記録が壊れていないか、管理者に確かめてください（flask verify-journal）。",
        stored=day,
        counted=counted,
    )
    return [("bad", _("保存された日と、計算した日が違います"), words)]


def _working_days(one: Counted) -> list[tuple[str, str, str]]:
    """The last working day by the calendar in use, where that is another than on the sheet."""
    if one.work_until is None or one.sheet is None:
        return []
    day = short_day(one.work_until, one.in_use)
    heading = _("今の暦では、最終営業日は%(day)sです", day=day)
    if one.sheet.last_working_day is None:
        words = _(
            "期限の日は変わりません。この計算書の暦（%(then)s）には、%(year)s年の休日がありません。"
            "今の暦（%(now)s）では%(day)sです。仕事の予定は、今の暦で立ててください。",
            then=one.calendar.version,
            year=one.sheet.last_day.year,
            now=one.in_use.version,
            day=day,
        )
        return [("info", heading, words)]
    words = _(
        "期限の日は変わりません。最終営業日は、この計算書の暦（%(then)s）では%(was)s、"
        "今の暦（%(now)s）では%(day)sです。仕事の予定は、今の暦で立ててください。",
        then=one.calendar.version,
        was=short_day(one.sheet.last_working_day, one.calendar),
        now=one.in_use.version,
        day=day,
    )
    return [("warn", heading, words)]


def _voided(folder: Folder, clock: Clock) -> str:
    event = _that(folder, lambda e: str(clock.id) in e.event.data.get("voids", ()))
    if event is None or event.corrected is None:
        return _("理由は事案の記録にあります。")
    was, true = event.corrected
    words = {"was": time_text(was), "true": time_text(true), "who": event.who}
    if event.remark:
        return _(
            "%(who)sが、受け付けた日時を%(was)sから%(true)sに訂正したため、数え直しました。理由: %(why)s",
            why=event.remark,
            **words,
        )
    return _("%(who)sが、受け付けた日時を%(was)sから%(true)sに訂正したため、数え直しました。", **words)


def _resumed(folder: Folder, clock: Clock) -> str:
    event = _that(folder, lambda e: any(one.get("id") == str(clock.id) for one in e.event.data.get("starts", ())))
    if event is None:
        return _("理由は事案の記録にあります。")
    return _(
        "%(time)sに「%(fact)s」と記録されたため、止まっていた期限が元の日のまま再び動きました。",
        time=time_text(event.event.occurred_at),
        fact=_(LABELS[event.event.fact]),
    )


def _that(folder: Folder, is_it: Callable[[EventView], bool]) -> EventView | None:
    return next((event for event in folder.events if is_it(event)), None)
