"""The letters of a case in words, what became of each, and the files that came with the notice."""

from typing import Any

from flask_babel import gettext as _

from tracker.casework.delivery import TO_SENDER
from tracker.casework.folder import Folder
from tracker.casework.hearing.in_hand import InHand
from tracker.i18n import short_time
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Letter, LetterChannel, LetterKind

LONG = 6_000  # signs: a longer letter is opened on its own page

LETTERS = {
    LetterKind.RECEIPT: N_("受付のお知らせ"),
    LetterKind.INTERIM: N_("途中経過の通知"),
    LetterKind.OUTCOME: N_("結果の通知"),
    LetterKind.SENDER_NOTICE: N_("発信者への通知"),
    LetterKind.INQUIRY: N_("発信者への照会"),
    LetterKind.APPEAL_ANSWER: N_("不服申立ての結果の通知（発信者へ）"),
    LetterKind.REVERSAL: N_("措置の取消しの通知（発信者へ）"),
    LetterKind.REVERSAL_CLAIMANT: N_("措置の取消しの通知（申出者へ）"),
    LetterKind.ALERT: N_("期限のお知らせ"),
    LetterKind.HOLD_ORDER: N_("保存の依頼"),
    LetterKind.NEWS: N_("新しい連絡があることの知らせ"),
    LetterKind.WAY_IN: N_("状況のページのアドレス"),
    LetterKind.ADDRESS_CODE: N_("新しい宛先の確認の番号"),
    LetterKind.ADDRESS_MOVED: N_("宛先が変わったことの知らせ"),
    LetterKind.DISCLOSURE_INQUIRY: N_("開示についての意見の照会"),
    LetterKind.ORDER_TOLD: N_("開示命令を受けたことの通知"),
}

CHANNELS = {
    LetterChannel.SMTP: N_("電子メール"),
    LetterChannel.PORTAL: N_("状況のページ"),
    LetterChannel.HANDOVER: N_("手渡し・サービス内の通知"),
    LetterChannel.POST: N_("郵送"),
    LetterChannel.PUBLICATION: N_("掲示"),
    LetterChannel.CUSTODIAN: N_("保管者のシステム"),
    LetterChannel.PLATFORM: N_("サービスのシステム"),
}


def letter_rows(folder: Folder, hand: InHand) -> list[dict[str, Any]]:
    """The letters with what became of each, in words, and what may be recorded of it."""
    filed, places = _filed(folder), _places(folder)
    return [
        {
            "view": view,
            "name": _(LETTERS[view.letter.kind]),
            "channel": _(CHANNELS[view.letter.channel]),
            "state": letter_state(
                view.letter, filed=str(view.letter.id) in filed, arrived=view.letter.id in hand.arrived
            ),
            "dead": dead_link(view.letter, hand),
            "long": len(view.body) > LONG,
            "lost": bool(view.letter.refused_at or view.letter.bounced_at) and not view.letter.opened_at,
            "newest": _newest(folder, view.letter),
            "to_hand_over": view.letter.channel not in {LetterChannel.SMTP, LetterChannel.PORTAL}
            and not view.letter.given_at
            and not view.letter.cancelled_at,
            "may_bounce": bool(view.letter.given_at)
            and view.letter.channel is not LetterChannel.PUBLICATION
            and not view.letter.bounced_at
            and not view.letter.opened_at,
            "published": view.letter.channel is LetterChannel.PUBLICATION,
            "url": places.get(str(view.letter.id), ""),
        }
        for view in folder.letters
    ]


def _newest(folder: Folder, letter: Letter) -> bool:
    """Whether no later letter of its kind took its place for the items it covers; receipts and news cover none."""
    if letter.kind in {LetterKind.RECEIPT, LetterKind.NEWS}:
        return letter is next(v.letter for v in folder.letters if v.letter.kind is letter.kind)
    return any(v.told(letter.kind) is letter for v in folder.items)


def _filed(folder: Folder) -> set[str]:
    """The letters that only became a file: no relay saw them."""
    taken = [e.event.data["said"] for e in folder.events if e.event.fact is Fact.LETTER_ACCEPTED]
    return {said["letter"] for said in taken if said.get("transport") == "folder"}


def _places(folder: Folder) -> dict[str, str]:
    """Where the letters that were published stand."""
    given = [e.event.data["said"] for e in folder.events if e.event.fact is Fact.LETTER_HANDED_OVER]
    return {said["letter"]: said["url"] for said in given if said.get("url")}


def dead_link(letter: Letter, hand: InHand) -> str:
    """What to do about a letter still to be handed over whose link opens nothing any more; empty where it opens."""
    if letter.id not in hand.dead:
        return ""
    if hand.dead[letter.id]:
        return str(
            _("この文面のアドレスは使えなくなりました。「手渡しするアドレス」の新しいアドレスに替えて渡してください。")
        )
    return str(_("この文面のアドレスは使えなくなりました。「発信者」のタブでアドレスを作り直してから渡してください。"))


def letter_state(letter: Letter, *, filed: bool = False, arrived: bool = False) -> str:
    """What became of a letter, and when. What a relay accepted is never said to have arrived.

    `filed` is true of one that became a file in a folder instead of going to a relay, `arrived` of an inquiry that
    reached its sender although nobody recorded that it was handed over.
    """
    accepted = _("フォルダーに書き出した") if filed else _("中継サーバーが受理した")
    accepted = _("保管者のシステムが受理した") if letter.channel is LetterChannel.CUSTODIAN else accepted
    ours = letter.channel in (LetterChannel.SMTP, LetterChannel.CUSTODIAN)
    published = letter.channel is LetterChannel.PUBLICATION
    moments = (
        (letter.cancelled_at, _("取り消した")),
        (letter.bounced_at, _("不達になった")),
        (letter.refused_at, _("サーバーが拒んだ")),
        (letter.opened_at, _("発信者がページを開いた") if letter.kind in TO_SENDER else _("申出者が開いた")),
        (letter.given_at, accepted if ours else _("掲示した") if published else _("渡した")),
    )
    for moment, word in moments:
        if moment:
            return f"{word} {short_time(moment)}"
    if arrived:
        return str(_("届いている（渡した記録はない）"))
    waiting = _("送信待ち") if ours else _("掲示を待っている") if published else _("渡すのを待っている")
    return f"{waiting} {short_time(letter.queued_at)}"
