"""The words of the document: its tables, its days, how it calls what the tables of law name in code."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from tracker.closed_days import working_calendar
from tracker.law.calendars import YEAR_END
from tracker.law.clocks import Bound, ClockRule, Effect, Whom, claimant, courts, logs, measures, minister
from tracker.law.editions import EDITIONS, Edition
from tracker.law.period import JST, Counting, Days, Length

NOW = EDITIONS[0]  # the edition whose text was read; later ones differ from it where they say so
CALENDAR = working_calendar()

GROUPS = (
    ("A", "申出者に対して", claimant),
    ("B", "措置・基準・発信者", measures),
    ("C", "総務大臣に対して・公表", minister),
    ("D", "開示の請求・裁判所", courts),
    ("E", "通信履歴", logs),
)

BOUNDS = {Bound.WITHIN: "以内", Bound.NOT_BEFORE: "経過後", Bound.PROMPTLY: "遅滞なく・速やかに"}

EFFECTS = {
    Effect.FORBIDS: "それより前に行うと、法や命令に反する",
    Effect.SHELTERS: "それより前に行うこともできるが、その免責はまだない",
    Effect.ADVISES: "それまで残すことが望ましい、又は求められている",
}

COUNTINGS = {
    Counting.CIVIL: "暦日",
    Counting.FULL_DAYS: "丸ごとの日数",
    Counting.FILING: "届出",
    Counting.COURT: "裁判所の期間",
}

WHOM = {
    Whom.NOTICE: "届出の後。被侵害者又は代理人の申出",
    Whom.REGISTERED: "届出の後",
    Whom.DESIGNATED: "指定の後",
    Whom.PROVIDER: "届出の前後を問わない",
}

CONDITIONS = {
    "receipt_pending": "受け付けた日時をまだ伝えていないとき",
    "fast": "急ぎの事情があるとき",
    "emergency": "法26条1項3号により措置を講じたとき",
    "over_threshold": "規則9条1項の数以上のとき",
    "sender_objected": "発信者が開示に応じないとの意見を述べたとき",
    "awaited": "回答を待つ依頼のとき",
    "erasure_ban": "消去禁止命令のとき",
}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines]) + "\n"


def day_words(day: date) -> str:
    """A day with weekday and, if offices are closed, why."""
    why = CALENDAR.holidays.get(day) or (YEAR_END if CALENDAR.closed(day) == YEAR_END else "")
    return f"{day.year}年{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}{'・' if why else ''}{why}）"


def moment_words(instant: datetime) -> str:
    """A Japanese day and time, with seconds where there are some."""
    local = instant.astimezone(JST)
    seconds = f"{local.second}秒" if local.second else ""
    return f"{day_words(local.date())}{local.hour}時{local.minute:02d}分{seconds}"


def length_words(length: Length | None) -> str:
    """A period as the Act names it, in days or months."""
    if length is None:
        return "定めなし"
    return f"{length.n}日" if isinstance(length, Days) else f"{length.n}か月"


def numbered(edition: Edition) -> Iterator[tuple[str, str, list[tuple[str, ClockRule]]]]:
    """The clocks of an edition in their groups, each with its number in this document."""
    for letter, heading, sheet in GROUPS:
        keys = [rule.key for rule in vars(sheet).values() if isinstance(rule, ClockRule)]
        found = [rule for rule in edition.clocks if rule.key in keys]
        yield letter, heading, [(f"{letter}{n}", rule) for n, rule in enumerate(found, 1)]


def numbers() -> Iterator[tuple[str, ClockRule]]:
    """The clocks of the edition that was read, each with its number."""
    for _, _, clocks in numbered(NOW):
        yield from clocks
