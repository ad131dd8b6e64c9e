"""What a case page says of its items, clocks and letters, made from the folder; nothing here is read or decided."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from tracker.casework.faces import Face, short_day
from tracker.casework.folder import EventView, Folder, ItemView
from tracker.i18n import japanese_date, last_moment, short_time
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound
from tracker.law.editions import edition_on
from tracker.law.grounds import Force, Right, Strength, term
from tracker.law.holds import HOLDS
from tracker.law.period import JST, japanese_day
from tracker.models import Evidence, Letter, LetterChannel, LetterKind, LogHold
from tracker.web.calculation import day_words, not_chosen, sheet

LETTERS = {
    LetterKind.RECEIPT: "受付のお知らせ",
    LetterKind.INTERIM: "途中経過の通知",
    LetterKind.OUTCOME: "結果の通知",
    LetterKind.SENDER_NOTICE: "発信者への通知",
    LetterKind.ALERT: "期限のお知らせ",
}
CHANNELS = {
    LetterChannel.SMTP: "電子メール",
    LetterChannel.PORTAL: "状況のページ",
    LetterChannel.HANDOVER: "手渡し・サービス内の通知",
    LetterChannel.POST: "郵送",
    LetterChannel.PUBLICATION: "掲示",
}

MOST_RUNS = 6


def numbers(nos: Iterable[int]) -> str:
    """1–3・5: the numbers of items, runs drawn together; how many there are, when that would be long."""
    nos = set(nos)
    runs = []
    for _key, run in groupby(enumerate(sorted(nos)), key=lambda pair: pair[1] - pair[0]):
        found = [n for _i, n in run]
        runs.append(str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}")
    if len(runs) > MOST_RUNS:
        return str(_("（%(n)s件）", n=len(nos)))
    return "・".join(runs)


def item_rows(folder: Folder) -> list[dict[str, Any]]:
    """The items with their three cells: judged, done, told."""
    right = term(Right(folder.notice.primary_right)).label
    ready = {i.id for i in folder.ready.outcome}
    return [
        {
            "view": v,
            "no": v.item.no,
            "right": right,
            "judged": _judged(v),
            "done": _done(v),
            "told": _told(v, v.item.id in ready),
        }
        for v in folder.items
    ]


def _judged(v: ItemView) -> dict[str, str]:
    if v.decision is None:
        return {"word": _("まだ")}
    word = _("講ずる") if v.decision.take else _("講じない")
    basis = v.clause.split(" ")[0:2] if v.clause else [term(v.decision.basis).label] if v.decision.basis else []
    return {"state": "on", "word": word, "sub": " ".join(basis)}


def _done(v: ItemView) -> dict[str, str]:
    if v.measure is None:
        return {"word": _("なし"), "mark": "dash"} if v.decision else {"word": _("まだ")}
    if v.measure.executed_at is None:
        return {
            "state": "wanted",
            "word": _("記録がない"),
            "sub": _("指示 %(time)s", time=short_time(v.measure.ordered_at)),
        }
    sub = _("違反を記録") if v.measure.breach else short_time(v.measure.executed_at)
    return {"state": "on", "word": _("%(what)sした", what=term(v.measure.kind).label), "sub": sub}


def _told(v: ItemView, ready: bool) -> dict[str, str]:
    letter = v.told(LetterKind.OUTCOME)
    sender = v.told(LetterKind.SENDER_NOTICE)
    sub = ""
    if v.measure and v.measure.executed_at:
        sub = _("発信者へ済み") if sender and sender.given_at and not sender.bounced_at else _("発信者へまだ")
    if letter and (letter.refused_at or letter.bounced_at):
        return {"state": "wanted", "word": _("届いていない"), "sub": sub}
    if letter and letter.given_at:
        return {"state": "on", "word": _("申出者へ済み"), "sub": sub}
    if letter:
        return {"word": _("送信待ち"), "sub": sub}
    if ready:
        return {"state": "wanted", "word": _("送れる"), "sub": sub}
    interim = v.told(LetterKind.INTERIM)
    if interim and interim.given_at and not interim.bounced_at:
        return {"state": "on", "word": _("途中経過"), "sub": short_time(interim.given_at)}
    if v.measure:
        return {"word": _("作れない"), "mark": "dash", "sub": _("実施の後")}
    return {"word": _("まだ")}


def clock_rows(folder: Folder, calendar: Calendar) -> list[dict[str, Any]]:
    """The clocks, those of one kind and date in one row however many items they run for."""
    nos = {v.item.id: v.item.no for v in folder.items}

    def same(face: Face) -> tuple[Any, ...]:
        return (not face.running, face.rule.key, face.say, face.clock.voided_at is not None, face.clock.force)

    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for face in folder.clocks:
        row = rows.setdefault(
            same(face),
            {"face": face, "nos": [], "sheet": sheet(face, calendar), "not_chosen": not_chosen(face, calendar)},
        )
        if face.clock.item_id:
            row["nos"].append(nos[face.clock.item_id])
    for row in rows.values():
        face = row["face"]
        row["name"] = f"{_('項目')}{numbers(row['nos'])}: {_(face.rule.label)}" if row["nos"] else _(face.rule.label)
        row["why"], row["article"] = _why(face), article(face)
        row["voided"] = face.clock.voided_at is not None
        row["not_usable"] = face.kind == "wait" and face.rule.effect == "forbids" and face.running
    return list(rows.values())


def article(face: Face) -> str:
    """The article that a clock rests on; empty where the law's duty is only kept of one's own will."""
    return "" if _of_own_will(face) else face.clock.article


def _of_own_will(face: Face) -> bool:
    return face.clock.force is Force.VOLUNTARY and face.rule.force is not Force.VOLUNTARY


def _why(face: Face) -> str:
    if face.rule.key == "reply" and _of_own_will(face):
        return str(_("すべての項目について、結果か途中経過を申出者に通知します。自主的な目標日です。"))
    says = str(_(face.rule.says)).rstrip("。")
    if face.rule.bound is Bound.PROMPTLY and face.running and face.clock.target_at:
        return str(_("%(says)s。目標は事務所が決めたもので、法に日数の定めはありません。", says=says))
    return says + "。"


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
        day = f"{day_words(local.date(), calendar)} {local.hour}:{local.minute:02d}"
        tail = _("までが事務所の目標")
    last = face.running and face.last_working_day == today and face.urgency != "late"
    return {
        "face": face,
        "state": "today" if last else face.state,
        "day": day,
        "tail": tail,
        "left": _left(face, calendar, today),
        "article": article(face),
    }


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


def chain_rows(events: Sequence[EventView], link: str = "") -> list[dict[str, Any]]:
    """The chained record for the chain() macro."""
    return [
        {
            "seq": e.event.seq,
            "fact": f"{_('項目')}{numbers(e.nos)}: {_(e.label)}" if e.nos and len(e.nos) else _(e.label),
            "when": _when(e),
            "actor": e.who,
            "digest": f"{e.event.digest[:6]}…{e.event.digest[-2:]}",
            "legal": e.legal,
        }
        for e in events
    ]


def _when(entry: EventView) -> str:
    """When it was done, and when it was written down where that was later."""
    when = short_time(entry.done_at)
    return f"{when}（{short_time(entry.entered_at)}{_('に記録')}）" if entry.entered_at else when


def letter_rows(folder: Folder) -> list[dict[str, Any]]:
    """The letters with what became of each, in words, and what may be recorded of it."""
    return [
        {
            "view": view,
            "name": _(LETTERS[view.letter.kind]),
            "channel": _(CHANNELS[view.letter.channel]),
            "state": _state(view.letter),
            "lost": bool(view.letter.refused_at or view.letter.bounced_at) and not view.letter.opened_at,
            "newest": _newest(folder, view.letter),
            "to_hand_over": view.letter.channel not in {LetterChannel.SMTP, LetterChannel.PORTAL}
            and not view.letter.given_at
            and not view.letter.cancelled_at,
            "may_bounce": bool(view.letter.given_at) and not view.letter.bounced_at and not view.letter.opened_at,
        }
        for view in folder.letters
    ]


def _newest(folder: Folder, letter: Letter) -> bool:
    """Whether no later letter of its kind took its place for the items it covers; a receipt covers none."""
    if letter.kind is LetterKind.RECEIPT:
        return letter is next(v.letter for v in folder.letters if v.letter.kind is LetterKind.RECEIPT)
    return any(v.told(letter.kind) is letter for v in folder.items)


def _state(letter: Letter) -> str:
    moments = (
        (letter.cancelled_at, _("取り消した")),
        (letter.bounced_at, _("不達になった")),
        (letter.refused_at, _("サーバーが拒んだ")),
        (letter.opened_at, _("申出者が開いた")),
        (letter.given_at, _("中継サーバーが受理した") if letter.channel is LetterChannel.SMTP else _("渡した")),
    )
    for moment, word in moments:
        if moment:
            return f"{word} {short_time(moment)}"
    waiting = _("送信待ち") if letter.channel is LetterChannel.SMTP else _("渡すのを待っている")
    return f"{waiting} {short_time(letter.queued_at)}"


def file_words(file: Evidence) -> str:
    """PNG・391バイト: the kind and the size of an evidence file."""
    size = file.size
    for unit, word in ((1024 * 1024, "MB"), (1024, "KB")):
        if size >= unit:
            return f"{_kind(file)}・{size / unit:.1f}{word}"
    return f"{_kind(file)}・{size}{_('バイト')}"


def _kind(file: Evidence) -> str:
    return file.kind.rpartition("/")[2].upper()


def hold_rows(folder: Folder, at: datetime) -> list[dict[str, Any]]:
    """The log holds, those of one trigger and period in one row."""
    rules = {rule.key: rule for rule in (*HOLDS, *edition_on(japanese_day(at)).holds)}
    nos = {v.item.id: v.item.no for v in folder.items}

    def same(hold: LogHold) -> tuple[Any, ...]:
        return (hold.from_at, hold.rule, hold.until_at, hold.released_at is not None)

    rows = []
    for _key, group in groupby(sorted(folder.holds, key=same), key=same):
        holds = list(group)
        first = holds[0]
        found = [nos[h.item_id] for h in holds if h.item_id]
        rows.append(
            {
                "strength": term(Strength(first.strength)).label,
                "says": term(Strength(first.strength)).says,
                "what": _(rules[first.rule].label) if first.rule in rules else first.rule,
                "items": _("項目%(nos)s", nos=numbers(found)) if found else _("すべての項目"),
                "force": first.force.value,
                "article": first.article,
                "from": japanese_date(japanese_day(first.from_at)),
                "until": japanese_date(last_moment(first.until_at)),
                "over": bool(first.released_at) or first.until_at <= at,
            }
        )
    return rows
