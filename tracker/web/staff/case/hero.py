"""The top of a case page: the one day that matters, and what can be done next."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.casework.endings import WITHOUT_NOTICE
from tracker.casework.faces import Face, Urgency
from tracker.casework.folder import Folder
from tracker.i18n import hour_text, short_day
from tracker.law.calendars import Calendar
from tracker.law.clocks import CRITERIA_CHANGE, REPLY
from tracker.law.clocks.measures import APPEAL
from tracker.law.facts import Fact
from tracker.law.period import JST, japanese_day
from tracker.letters.write import Draft
from tracker.models import LetterKind
from tracker.web.calculation import day_words
from tracker.web.staff.case.clocks import article
from tracker.web.staff.case.items import numbers


def hero(folder: Folder, calendar: Calendar, today: date) -> dict[str, Any] | None:
    """The leading clock in words: its day, what the day means, and the working day that matters."""
    face = folder.leading
    if face is None:
        return None
    if face.last_day:
        day = day_words(face.last_day, calendar)
        tail = _("が自主的な目標日") if face.kind == "target" else _("が終わるまでに通知")
    else:
        local = (face.moment or face.clock.started_at).astimezone(JST)
        day = f"{day_words(local.date(), calendar)} {hour_text(local)}"
        tail = _("までが事務所の目標")
    last = face.running and face.last_working_day == today and face.urgency != "late"
    return {
        "face": face,
        "state": "today" if last else face.state,
        "day": day,
        "tail": tail,
        "left": _left(face, calendar, today),
        "article": article(face),
        "says": _says(folder, face, today),
    }


def _says(folder: Folder, face: Face, today: date) -> list[str]:
    """What still stands between the case and its day, in whole sentences."""
    if face.rule.key != REPLY.key:
        return []
    ready, waiting = folder.ready, deferred(folder)
    undecided = [i.no for i in ready.undecided if i.no not in waiting]
    unexecuted = [i.no for i in ready.unexecuted if i.no not in waiting]
    said = []
    if unexecuted:
        nos = numbers(unexecuted)
        said.append(_("項目%(nos)sは、講ずると判断しましたが、実施の記録がまだありません。", nos=nos))
    if undecided:
        nos = numbers(undecided)
        if folder.case.statutory and face.urgency is Urgency.LATE:
            text = _(
                "項目%(nos)sは、まだ判断していません。途中経過（法25条2項）か結果を通知してください。"
                "遅れたことは違反として残ります。",
                nos=nos,
            )
        elif folder.case.statutory and face.last_working_day is not None and face.last_working_day <= today:
            text = _(
                "項目%(nos)sは、まだ判断していません。今日判断できないときは、途中経過（法25条2項）を送れば、"
                "この項目の7日の義務を満たします。",
                nos=nos,
            )
        else:
            text = _("項目%(nos)sは、まだ判断していません。", nos=nos)
        said.append(text)
    unapproved = [i.no for i in ready.unapproved if i.no not in waiting]
    if unapproved:
        nos = numbers(unapproved)
        said.append(_("項目%(nos)sの判断は、別の人の承認を待っています。待つ間も期限は進みます。", nos=nos))
    if ready.outcome and not undecided and not unexecuted and not unapproved:
        said.append(
            _("項目%(nos)sの結果を通知すれば、この期限を満たします。", nos=numbers(i.no for i in ready.outcome))
        )
    if waiting:
        nos = numbers(waiting)
        said.append(_("項目%(nos)sは途中経過を通知しました。判断した後、遅滞なく結果を通知します。", nos=nos))
    return [str(sentence) for sentence in said]


def ending(folder: Folder, calendar: Calendar) -> dict[str, Any] | None:
    """What ended items without a letter, and when: a withdrawal or an excuse, the last of them."""
    event = next((view.event for view in folder.events if view.event.fact in WITHOUT_NOTICE), None)
    if event is None:
        return None
    day = day_words(japanese_day(event.occurred_at), calendar)
    return {"withdrawn": event.fact is Fact.NOTICE_WITHDRAWN, "day": day}


def deferred(folder: Folder) -> set[int]:
    """The numbers of items without an outcome that an interim reply was given for."""
    still = {i.id for i in (*folder.ready.undecided, *folder.ready.unexecuted, *folder.ready.unapproved)}
    found = set()
    for view in folder.items:
        letter = view.told(LetterKind.INTERIM)
        if view.item.id in still and letter and letter.given_at and not letter.bounced_at:
            found.add(view.item.no)
    return found


def _left(face: Face, calendar: Calendar, today: date) -> str:
    if face.urgency == "late":
        if face.kind == "target":
            return str(_("自主的な目標日を過ぎています") if face.last_day else _("目標の時刻を過ぎています"))
        return str(_("期限を過ぎています。遅れた理由を書けば、違反として記録して送れます"))
    if face.last_working_day is None:
        return ""
    if face.last_working_day == today:
        return str(_("営業日は今日が最後です"))
    if face.last_working_day < today:
        return str(_("最後の営業日は過ぎました。休日も数えます"))
    return str(_("最後の営業日は%(day)sです", day=short_day(face.last_working_day, calendar)))


def next_steps(
    found: Folder, outcome: Draft | None, senders: list[Draft], letters: list[dict[str, Any]], to_reverse: bool = False
) -> list[dict[str, str]]:
    """What can be done next, the most pressing first: the first one is the main button of the page."""
    number = found.notice.number

    def to(tab: str, anchor: str) -> str:
        return url_for("staff.case", number=number, tab=tab, _anchor=anchor)

    steps = []
    undecided, unexecuted, waiting = found.ready.undecided, found.ready.unexecuted, deferred(found)
    unapproved = found.ready.unapproved
    if to_reverse:  # a second person denied what stands carried out: before anybody is told of it
        steps.append((_("取消しを検討する"), to("decide", "approval")))
    nothing_else = all(i.no in waiting for i in (*undecided, *unexecuted, *unapproved))
    if outcome and nothing_else:
        steps.append((_("結果の通知を確かめて送る"), url_for("staff.outcome", number=number)))
    if unexecuted:
        steps.append((_("実施を記録する"), to("decide", "execute")))
    if undecided:
        steps.append((_("判断する"), to("decide", "decide")))
        if any(i.no not in waiting for i in undecided):
            steps.append((_("途中経過を通知する"), to("letters", "interim")))
    if unapproved:
        steps.append((_("承認の求めを見る"), to("decide", "approval")))
    if outcome and not nothing_else:
        steps.append((_("終わった項目の結果だけ先に送る"), url_for("staff.outcome", number=number)))
    if senders:
        first = url_for("staff.sender_letter", number=number, sender_id=senders[0].sender_id)
        steps.append((_("発信者への通知を確かめて送る"), first))
    if any(row["to_hand_over"] for row in letters):
        steps.append((_("渡したことを記録する"), to("letters", "sent")))
    if any(face.running and face.rule.key == CRITERIA_CHANGE.key for face in found.clocks):
        steps.append((_("基準の変更を記録する"), to("procedure", "change")))
    if any(face.running and face.rule.key == APPEAL.key for face in found.clocks):
        steps.append((_("発信者の不服申立てを見る"), url_for("staff.case_appeals", number=number)))
    return [{"label": label, "href": href} for label, href in steps]
