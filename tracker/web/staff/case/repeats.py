"""同じ内容らしい申出 and 続けての申出 in words: what matched, what became of it, whether it can be the earlier one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import follows, repeats
from tracker.casework.folder import Folder
from tracker.casework.follows import Linked, Tie
from tracker.casework.outcomes import Outcome
from tracker.casework.repeats import NEARLY, Repeat
from tracker.i18n import day_text, dotted, gettext, japanese, term
from tracker.law import N_
from tracker.law.grounds import Excuse, Right, Standing
from tracker.law.period import japanese_day
from tracker.models import Notice
from tracker.web.staff.case.items import numbers


@dataclass(frozen=True)
class Row:
    """One notice of the panel in words."""

    one: Repeat
    day: str
    service: str  # where it is another one
    matched: list[str]
    likeness: str
    became: list[str]
    may: bool  # be the earlier filing of the same content: then the form of the excuse can be filled in
    why: str  # it cannot, or what to read first


TEXT = N_("%(day)sに受け付けた申出（%(number)s）と同一の内容の申出であるため。")


def panel(session: Session, found: Folder) -> list[Row]:
    """The rows, the most alike first."""
    return [_row(one, found.service.id) for one in repeats.repeats(session, found.notice)]


def _row(one: Repeat, here: UUID) -> Row:
    return Row(
        one=one,
        day=_day(one.received_at),
        service=one.service.name if one.service.id != here else "",
        matched=_matched(one),
        likeness=_("理由の文 %(n)s%% 一致", n=int(one.likeness)) if one.likeness is not None else "",
        became=_became(one.outcome),
        may=one.may_be_same,
        why=_caution(one) if one.may_be_same else _why_not(one),
    )


def _matched(one: Repeat) -> list[str]:
    """What is the same, each with the numbers of our items where they are several."""
    same = _("同じ申出者（メールアドレス）") if one.same_person else _("同じメールアドレス")
    other = (
        _("別の申出者（メールアドレスが違う）")
        if one.told_apart
        else _("同じ申出者かわからない（メールアドレスがない）")
    )
    said = [same if one.same_claimant else other]
    for nos, alone, some in (
        (one.urls, _("同じURL"), _("同じURL（項目%(nos)s）")),
        (one.quotes, _("同じアカウントの同じ言葉"), _("同じアカウントの同じ言葉（項目%(nos)s）")),
        (
            one.moved,
            _("別のURLにある、同じアカウントの同じ言葉"),
            _("別のURLにある、同じアカウントの同じ言葉（項目%(nos)s）"),
        ),
    ):
        if nos:
            said.append(alone if one.items == 1 else some % {"nos": numbers(nos)})
    if not one.urls and not one.quotes and not one.moved:
        said.append(_("ほぼ同じ理由の文。URLは別"))
    return said


def _became(outcome: Outcome) -> list[str]:
    if outcome.withdrawn_at:
        return [_("取り下げられた %(day)s", day=_day(outcome.withdrawn_at))]
    said = [
        words % {"n": n} if outcome.items > 1 else alone
        for n, alone, words in (
            (outcome.executed, _("措置を実施した"), _("措置を実施した %(n)s件")),
            (outcome.ordered, _("措置を決めた。実施の記録はまだ"), _("措置を決めた。実施の記録はまだ %(n)s件")),
            (outcome.undone, _("措置を取り消した"), _("措置を取り消した %(n)s件")),
            (outcome.kept, _("措置を講じない"), _("措置を講じない %(n)s件")),
            (outcome.open, _("まだ判断していない"), _("まだ判断していない %(n)s件")),
        )
        if n
    ]
    if outcome.excused_at:
        said.append(_("正当な理由により通知せずに終えた %(day)s", day=_day(outcome.excused_at)))
    elif outcome.told_at:
        said.append(_("結果を通知した %(day)s", day=_day(outcome.told_at)))
    return said


def _day(at: datetime) -> str:
    return day_text(japanese_day(at))


def _why_not(one: Repeat) -> str:
    """Why it is not the 過去の同一の内容の申出 of 法25条1項ただし書."""
    words: str
    if not one.told_apart:
        words = _("メールアドレスのない申出があり、同じ人かどうかは機械にはわかりません。原文を比べてください。")
    elif not one.same_claimant:
        words = _("別の人の申出なので、ただし書にはあたりません。")
    elif not one.earlier:
        words = _("この申出より後のものです。")
    elif one.outcome.withdrawn_at:
        words = _("取り下げられた申出です。")
    elif not one.same_service:
        words = _("別のサービスへの申出です。")
    elif one.standing is Standing.THIRD_PARTY:
        words = _("前のものは第三者の通報で、申出ではありません。")
    elif one.moved and not one.urls and not one.quotes:
        words = _("別のURLの投稿です。同じ言葉でも、新しい侵害です。")
    elif not one.urls and not one.quotes:
        words = _("別の投稿についての申出です。")
    elif not one.covered:
        words = _("%(all)s項目のうち%(n)s項目だけが同じです。", all=one.items, n=len({*one.urls, *one.quotes}))
    elif one.new_rights:
        rights = dotted(term(Right(right)).label for right in one.new_rights)
        words = _("前の申出にない権利があります: %(rights)s", rights=rights)
    elif one.agent:
        words = _(
            "メールアドレスは同じですが、本人以外からの申出です。だれの権利についての申出かが同じか、確かめてください。"
        )
    else:
        words = _("メールアドレスは同じですが、名前が違います。本人が同じか、確かめてください。")
    return words


def _caution(one: Repeat) -> str:
    if one.likeness is not None and one.likeness >= NEARLY:
        return ""
    return str(_("理由の文が違います。新しい事情や証拠がないか、読んでください。"))


def prefill(rows: list[Row], number: str) -> dict[str, Any]:
    """The form of the excuse filled in with an earlier notice: nothing is recorded until a person does.

    The text is published once a year (規則18条3項3号), so it is Japanese and names nobody.
    """
    row = next((row for row in rows if row.may and row.one.number == number), None)
    if row is None:
        return {}
    with japanese():
        text = gettext(TEXT, day=_day(row.one.received_at), number=number)
    return {"excuse": Excuse.SAME_CONTENT.value, "excuse_text": text}


def links(session: Session, notice: Notice) -> dict[str, Any]:
    """The notice that this one goes on from, and those that go on from this one."""
    after, count = follows.after(session, notice)
    before = follows.before(session, notice)
    return {
        "before": before and (before, _tie(before), before.tie is not Tie.SAME),
        "after": [(one, _tie(one), one.tie is not Tie.SAME) for one in after],
        "more": count - len(after),
    }


def _tie(one: Linked) -> str:
    words: dict[Tie, str] = {
        Tie.SAME: _("同じメールアドレスの申出者"),
        Tie.OTHER: _("番号は申出者が書いたもので、確かめていません。メールアドレスが違います"),
        Tie.UNKNOWN: _("番号は申出者が書いたもので、確かめていません。比べるメールアドレスがありません"),
        Tie.NOTHING: _("番号は申出者が書いたものです。この番号の申出はありません"),
    }
    return words[one.tie]
