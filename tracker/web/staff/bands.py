"""The words of the worklist: the headings of its bands, and what stands in the first two cells of a row."""

from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from tracker.casework import worklist as work
from tracker.casework.bands import Band, Days
from tracker.casework.faces import Face, Urgency
from tracker.casework.rows import Row
from tracker.casework.worklist import Page
from tracker.i18n import counted, day_text, hour_text, plain_day, short_day
from tracker.law.calendars import Calendar
from tracker.law.facts import Fact
from tracker.law.period import japanese_day

# The mark of each heading: a state of a clock, or a mark of its own.
MARKS: dict[Band | None, tuple[str, str | None]] = {
    Band.FAST: ("late", "bolt"),
    Band.LATE: ("late", None),
    Band.PASSED: ("today", None),
    Band.TODAY: ("today", None),
    Band.SOON: ("soon", None),
    Band.LATER: ("calm", None),
    Band.NONE: ("stopped", None),
    None: ("stopped", None),
}
LONG = 3  # closed days in a row that are told of before their eve


def groups(found: Page, cut: Days, calendar: Calendar) -> list[dict[str, Any]]:
    """The rows under their headings. A heading counts its band on all pages, and says so when it goes on elsewhere."""
    made = []
    for band, rows in groupby(found.rows, key=lambda row: row.band):
        mine = list(rows)
        state, icon = MARKS[band]
        name, say = _heading(band, cut, calendar)
        total = found.totals[band] if band else found.total - sum(found.totals.values())
        made.append({"name": name, "say": say, "state": state, "icon": icon, "rows": mine, "count": _count(total)})
    return made


def _count(total: int) -> str:
    if total > work.COUNT_CAP:
        return counted("%(n)s件以上", work.COUNT_CAP)
    return counted("%(n)s件", total)


def _heading(band: Band | None, cut: Days, calendar: Calendar) -> tuple[str, str]:
    if band is Band.TODAY and calendar.closed(cut.today):
        return _("休みの間に満了"), _("次の営業日は%(day)sです", day=day_text(cut.next_working, year=False))
    if band is Band.TODAY:
        day = day_text(cut.next_working, year=False)
        return _("今日が最後の営業日"), _("次の営業日の%(day)sより前に満了", day=day)
    if band is Band.SOON:
        return _("%(day)sが最後の営業日", day=day_text(cut.next_working, year=False)), ""
    words: dict[Band | None, tuple[str, str]] = {
        Band.FAST: (_("優先"), _("事務所の目標で先に見ます。法の待機は短くなりません")),
        Band.LATE: (_("期限超過"), _("遅れた事実も記録して送れます")),
        Band.PASSED: (_("目標を過ぎたもの"), _("事務所の目標です。法の期限は過ぎていません")),
        Band.LATER: (_("その後"), ""),
        Band.NONE: (_("動いている期限なし"), _("項目がまだ終わっていません")),
        None: (_("終わったもの"), _("終わった日の新しい順")),
    }
    return words[band]


def state_words(row: Row, cut: Days, calendar: Calendar) -> tuple[str, str]:
    """The word behind the mark of a row, and the smaller one under it."""
    face = row.lead
    if row.case.closed_at:
        words: dict[Fact | None, str] = {Fact.NOTICE_WITHDRAWN: _("取り下げ"), Fact.REPLY_EXCUSED: _("通知しない")}
        return words.get(row.ending, _("終わった")), short_day(japanese_day(row.case.closed_at), calendar)
    if face is None:
        return _("時計なし"), ""
    if face.kind == "wait":
        return _("待機中"), ""
    if face.last_day is None:
        return _target_words(face, cut)
    left = (face.last_day - cut.today).days
    if face.urgency is Urgency.LATE:
        word = counted("%(n)s日超過", -left) if face.kind == "deadline" else _("目標超過")
        return word, _("%(day)sに満了", day=plain_day(face.last_day))
    if face.urgency is Urgency.TODAY:
        return _("今日"), _("24:00に満了")
    until = counted("あと%(n)s日", left)
    if face.urgency is Urgency.CALM or face.last_working_day is None:
        return _("余裕"), until
    if face.last_working_day == cut.today:
        return _("最終営業日"), until
    return (_("休みの間") if face.last_working_day < cut.today else _("間もなく")), until


def _target_words(face: Face, cut: Days) -> tuple[str, str]:
    """Of an office target: hours while it is today's, days before and after."""
    moment = face.moment or face.clock.started_at
    seconds = int((moment - cut.at).total_seconds())
    if face.urgency is Urgency.LATE:
        return _("目標超過"), _("事務所の目標")
    if face.urgency is Urgency.TODAY:
        hours, minutes = divmod(seconds // 60, 60)
        if hours:
            return _("今日"), _("あと%(hours)s時間%(minutes)s分", hours=hours, minutes=minutes)
        return _("今日"), counted("あと%(n)s分", minutes)
    left = (japanese_day(moment) - cut.today).days
    return (_("間もなく") if face.urgency is Urgency.SOON else _("余裕")), counted("あと%(n)s日", left)


def badge(face: Face, cut: Days, calendar: Calendar) -> str:
    """What the clock's badge says: its day, for an office target its hour."""
    if face.kind == "wait" and face.last_day:
        return str(_("%(day)s %(time)sから", day=plain_day(face.last_day), time="0:00"))
    if face.last_day:
        day = short_day(face.last_day, calendar)
        return str(_("%(day)s 今日", day=day)) if face.last_day == cut.today else day
    moment = face.moment or face.clock.started_at
    hour = hour_text(moment)
    if japanese_day(moment) == cut.today and face.urgency is not Urgency.LATE:
        return str(_("%(time)sまで", time=hour))
    return str(_("%(day)s %(time)s", day=plain_day(japanese_day(moment)), time=hour))


def break_words(cut: Days, counted: str, calendar: Calendar) -> tuple[str, str] | None:
    """What is said before closed days in which deadlines fall: a heading and how urgent it is; nothing otherwise."""
    if counted == "0":
        return None
    following = day_text(calendar.next_working_day(cut.closed[-1]), year=False)
    first = day_text(cut.closed[0], year=False)
    if cut.closed[0] == cut.today:
        return _("休みの間に%(n)s件が期限を迎えます。次の営業日は%(day)sです", n=counted, day=following), "warn"
    if cut.ahead:
        return (
            _("休みに入る前の最後の営業日です。%(n)s件が%(day)sより前に期限を迎えます", n=counted, day=following),
            "warn",
        )
    if len(cut.closed) >= LONG:
        return _(
            "%(first)sから%(days)s日間の休みです。その間に%(n)s件が期限を迎えます",
            first=first,
            days=len(cut.closed),
            n=counted,
        ), "info"
    return None
