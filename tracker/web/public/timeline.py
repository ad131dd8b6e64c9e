"""What goes on now, and the line of what was done and what is to come, in the words of the status page."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from flask_babel import gettext as _

from tracker.i18n import last_moment, time_text
from tracker.law.calendars import Calendar
from tracker.law.facts import Fact
from tracker.models import Event
from tracker.web.calculation import day_words


def now_words(
    total: int, left: int, silent: int, *, begun: bool, late: bool, withdrawn: bool, ended: bool
) -> tuple[str, str]:
    """What is going on, in a few words and in a sentence."""
    if withdrawn:
        return _("取り下げられました"), _("この申出は取り下げられ、手続は終わりました。")
    if not left and ended:
        return _("手続は終わりました"), _("わからないことがあるときは、受付番号を添えて窓口にお尋ねください。")
    if not left:
        return _("すべての結果をお知らせしました"), _("結果と理由は、お知らせに書いてあります。")
    if not begun:
        sorry = _("お知らせの日を過ぎています。申し訳ありません。判断した後、すぐにお知らせします。")
        return _("受け付けました。これから調べます"), sorry if late else ""
    name = _("残りの%(n)s件を調べています", n=left) if left < total else _("調べています")
    if late:
        return name, _(
            "お知らせの日を過ぎています。申し訳ありません。調査を続けており、判断した後、すぐにお知らせします。"
        )
    if silent:
        return name, ""
    return name, _(
        "途中経過をお知らせしました。結果は、判断した後、遅滞なくお知らせします。法律に日数の定めはありません。"
    )


def line(
    events: Sequence[Event],
    given: Sequence[tuple[datetime, str]],
    calendar: Calendar,
    *,
    name: str,
    left: bool,
    silent: bool,
    ended: bool,
    due: datetime | None,
) -> list[dict[str, str]]:
    """Done, now, to come: never who of staff did it, and no word that was written.

    Decisions and measures are no entries: they are told by their letter.

    When everything was told, the last letter is the last entry: nothing goes on now.
    """
    entries = [(_when(event), words) for event in events if (words := _words(event))]
    entries += _files_later(events)
    entries += [(when, _("%(what)sをお知らせしました", what=what)) for when, what in given]
    in_order = sorted(entries, key=itemgetter(0))  # of one second, as they were recorded
    told = [{"name": words, "when": time_text(when, seconds=n == 0)} for n, (when, words) in enumerate(in_order)]
    if left or ended:
        told.append({"state": "now", "name": _("いま: %(name)s", name=name), "when": ""})
    if left:
        told.append(_to_come(due, calendar, silent=silent))
    return told


def _files_later(events: Sequence[Event]) -> list[tuple[datetime, str]]:
    """When files came that were neither part of the filing nor of an answer, and what they are."""
    around = zip(events, [*events[1:], None], strict=True)
    return [
        (event.occurred_at, _of_files(event))
        for before, (event, after) in zip([None, *events], around, strict=False)
        if event.fact is Fact.EVIDENCE_ADDED
        and not any(file.get("sender") for file in event.data["said"].get("files", []))  # nothing of a sender is told
        and not (before and before.fact is Fact.NOTICE_RECEIVED)
        and not (after and after.fact is Fact.CORRECTION_ANSWERED)
    ]


def _of_files(event: Event) -> str:
    proofs = {bool(file.get("authority")) for file in event.data["said"].get("files", [])}
    words: str = _("立場を示す書類を加えました") if proofs == {True} else _("証拠を加えました")
    return words


def _when(event: Event) -> datetime:
    return event.recorded_at if event.fact is Fact.RECEIPT_CORRECTED else event.occurred_at


def _words(event: Event) -> str:
    """What happened, as the claimant says it; empty for what they do not see here."""
    words = {
        Fact.NOTICE_RECEIVED: _("受け付けました"),
        Fact.RECEIPT_CORRECTED: _("受付の日時を訂正しました"),
        Fact.INVESTIGATION_STARTED: _("調査を始めました"),
        Fact.MESSAGE_RECEIVED: _("あなたが窓口に書きました"),
        Fact.MESSAGE_SENT: _("窓口があなたに書きました"),
        Fact.CORRECTION_ASKED: _("窓口から、確かめたいことをお尋ねしました"),
        Fact.CORRECTION_ANSWERED: _("あなたが答えました"),
        Fact.CORRECTION_DROPPED: _("窓口が、確かめたいことのお尋ねを取り消しました"),
        Fact.RECONSIDERATION_ASKED: _("あなたが再検討を依頼しました"),
        Fact.CONTENT_GONE: _("投稿がもう見えないと、あなたが知らせました"),
        Fact.NOTICE_WITHDRAWN: _("申出が取り下げられました"),
    }
    if event.fact is Fact.ADDRESS_CHANGED:  # that of a sender is nothing to tell a claimant
        return _("お知らせの送り先を変えました") if event.data["said"].get("whose") == "claimant" else ""
    if event.fact is Fact.MESSAGE_SENT and event.data["said"].get("answers"):
        return str(_("窓口が、再検討の依頼に答えました"))
    found: str = words.get(event.fact, "")
    return found


def _to_come(due: datetime | None, calendar: Calendar, *, silent: bool) -> dict[str, str]:
    """What the claimant may expect next, and by when."""
    if not silent:
        return {"state": "next", "name": _("結果をお知らせします"), "when": _("判断した後、遅滞なく(法25条2項)")}
    day = day_words(last_moment(due), calendar) if due else ""
    when = _("%(day)sが終わるまで", day=day) if day else ""
    return {"state": "next", "name": _("結果、または途中経過をお知らせします"), "when": when}
