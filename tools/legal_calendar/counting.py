"""What the document says of counting: the ways, the readings not chosen, and examples computed as it is printed."""

import json
from datetime import date, datetime
from pathlib import Path

from tools.legal_calendar.words import CALENDAR, COUNTINGS, NOW, day_words, moment_words, numbers, table
from tracker.law.clocks import Effect, Given
from tracker.law.editions import EDITIONS
from tracker.law.period import JST, ONE_DAY, Counting
from tracker.law.readings import BY_CLOCK, BY_COUNTING, BY_EFFECT, Rule, rules
from tracker.law.sheets import Sheet, begin_by, calculate, start

FILE = Path(__file__).parents[2] / "docs" / "conformance" / "vectors.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]

# What a vector calls its clock: the clock of the house, and the field from which it begins.
BEGINS = {
    "art25_7day_notice": ("reply", "received_at"),
    "art26_14day_publication": ("criteria_wait", "published_at"),
    "sender_inquiry_7day_wait": ("sender_wait", "inquiry_received_by_sender_at"),
    "sender_inquiry_2day_wait": ("short_sender_wait", "inquiry_received_by_sender_at"),
    "art28_yearly_publication": ("publication", "fiscal_year"),
    "rule9_monthly_sender_report": ("sender_report", "fiscal_year"),
    "art21_registration": ("registration", "designation_served"),
}

EXAMPLES = {
    "V001": "平日",
    "V002": "午前零時ちょうど",
    "V003": "午前零時の1秒後",
    "V009": "ゴールデンウィーク",
    "V016": "年末年始",
    "V020": "うるう日",
    "V025": "年度末",
    "V029": "基準の公表",
    "V030": "基準の公表（午前零時）",
    "V043": "発信者への照会（ゴールデンウィーク）",
    "V047": "2日の照会（週末）",
    "V048": "公表（末日が日曜日）",
    "V054": "報告（末日が日曜日）",
    "V056": "届出（末日が土曜日）",
    "V057": "届出（月の初日に起算し、月末に満了）",
}

DAY_BY_DAY = ("V009", "V016")

READINGS: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
    (
        "以内の期限",
        "採った読み: 暦日で数え、末日が休日でも延ばさない。午前零時に始まる期間は初日を数える。",
        BY_EFFECT[None],
    ),
    (
        "それまで禁じられる待機",
        "採った読み: 丸ごとの日数が過ぎた日の翌日から使える（中14日）。",
        BY_CLOCK["criteria_wait"],
    ),
    (
        "それまで免責がない待機",
        "採った読み: 丸ごとの日数が過ぎた日の翌日から。休日でも延ばさない。",
        BY_EFFECT[Effect.SHELTERS],
    ),
    ("公表の期限", "採った読み: 暦日で数え、末日が休日でも延ばさない。", BY_CLOCK["publication"]),
    ("届出の期限", "採った読み: 末日が休日なら次の開庁日まで延びる。", BY_COUNTING[Counting.FILING]),
    ("裁判所の期限（要確認）", "採った読み: 末日が休日なら次の開庁日まで延びる。", BY_COUNTING[Counting.COURT]),
    (
        "命令が効力を失うまでの待機（要確認）",
        "採った読み: 丸ごとの月が過ぎた日の翌日から。",
        BY_CLOCK["provision_lapse"],
    ),
)


def ways_of_counting() -> str:
    """How days are counted, and what else the same words might mean."""
    used = {c: "、".join(n for n, r in numbers() if r.length and r.counting is c) for c in Counting}
    ways = {
        Counting.CIVIL: (
            "算入しない。午前零時（0時0分0秒台）に始まるときは算入する",
            "動かない",
            "民法140条・143条",
        ),
        Counting.FULL_DAYS: (
            "常に算入しない",
            "動かない",
            "民法140条本文・143条。遅い日が安全なため",
        ),
        Counting.FILING: (
            "暦日と同じ",
            "次の開庁日の終わりまで延びる",
            "民法140条・143条、行政機関の休日に関する法律2条",
        ),
        Counting.COURT: (
            "暦日と同じ",
            "次の開庁日の終わりまで延びる",
            "民訴法95条3項（非訟法34条4項による準用）。要確認",
        ),
    }
    parts = [
        "## 4. 数え方\n",
        "- 日は日本時間の日です。時刻は協定世界時で保存し、日本時間に直してから数えます。\n"
        "- 期間は末日の終了、つまり翌日の午前零時に満了します（民法141条）。\n"
        "- 日数は暦日です。期間の途中の休日も数えます。\n"
        "- 月は暦に従い、応当日の前日に満了します。応当日のない月では、その月の末日に満了します（民法143条2項）。\n"
        "- 休日は、土曜日・日曜日・国民の祝日に関する法律の休日・12月29日から1月3日までです。\n"
        "- 延びる期限は、休日の分からない年にかかるときは計算しません。推測の日付は出しません。\n",
        table(
            ("数え方", "初日", "末日が休日のとき", "根拠", "使う期限"),
            ((COUNTINGS[c], *ways[c], used[c]) for c in Counting),
        ),
        "### 採った読みと、採らなかった読み\n",
        "採らなかった読みは、保存した日付を動かしません。計算書に並べて示し、どれだけ違うかが分かるようにしています。\n",
    ]
    for heading, chosen, group in READINGS:
        clocks = "、".join(n for n, rule in numbers() if rule.length and rules(rule) is group)
        rows = (
            (_reading(r, group), r.label, r.article or "–", r.says, _difference(r, group), f"`{r.key}`") for r in group
        )
        parts += [
            f"**{heading}**（{clocks}）　{chosen}\n",
            table(("番号", "採らなかった読み", "根拠", "採らなかった理由", "違いが出る例", "計算の名前"), rows),
        ]
    return "\n".join([*parts, _backward()])


def _reading(reading: Rule, group: tuple[Rule, ...]) -> str:
    """The number of a reading in this document."""
    groups = [g for _, _, g in READINGS]
    before = [r for g in groups[: groups.index(group)] for r in g]
    return f"読み{len(before) + group.index(reading) + 1}"


def _sheet(vector: dict[str, dict[str, str | int]]) -> Sheet:
    """The sheet of a vector's clock."""
    name, field = BEGINS[str(vector["clock"])]
    rule, given = NOW.clock(name), vector["input"][field]
    if isinstance(given, int):
        return calculate(rule, start(rule, date(given, 4, 1)), CALENDAR, NOW)
    day = date.fromisoformat(given) if len(given) == len("2026-01-01") else datetime.fromisoformat(given)
    return calculate(rule, start(rule, day), CALENDAR, NOW)


def _difference(reading: Rule, group: tuple[Rule, ...]) -> str:
    """The first vector for which a reading gives another day; none asks for a court's period."""
    for vector in VECTORS:
        if vector["clock"] in BEGINS:
            sheet = _sheet(vector)
            other = next((r for r in sheet.readings if r.key == reading.key and rules(sheet.rule) is group), None)
            if other and other.differs:
                return f"{vector['id']}: {_result(sheet, sheet.last_day)}でなく、{_result(sheet, other.last_day)}"
    return "–"


def _result(sheet: Sheet, last: date) -> str:
    """Until when something has to be done, or from when it may, if `last` is the last day of the period."""
    return f"{day_words(last + ONE_DAY)}午前零時から" if sheet.free_day else f"{day_words(last)}の終わりまで"


def _backward() -> str:
    vector = next(v for v in VECTORS if v["clock"] == "art26_14day_latest_publication")
    day = date.fromisoformat(vector["input"]["planned_measure_date"])
    latest = begin_by(NOW.clock("criteria_wait"), day)
    return (
        "**逆算**　"
        f"{day_words(day)}に新しい基準で措置を講ずるには、{day_words(latest)}の終わりまでに公表します（{vector['id']}）。\n"
    )


def examples() -> str:
    """Dates that were computed twice by other means, computed again as this is printed."""
    found = {v["id"]: _sheet(v) for v in VECTORS if v["id"] in EXAMPLES}
    parts = [
        "## 5. 計算例\n",
        "番号は[適合試験](conformance/README.ja.md)の例です。どの例も、Kigenとは別の二つの計算と一致しています。\n"
        f"{EDITIONS[1].in_force.year}年{EDITIONS[1].in_force.month}月{EDITIONS[1].in_force.day}日以後の例も、"
        f"条文を確認した版（{NOW.label}）で数えています。\n",
        table(
            ("例", "期限", "始まり", "1日目", "結果", "末日以前の開庁日", "採らなかった読みでは"),
            ((f"{key}<br>{label}", *_example(found[key])) for key, label in EXAMPLES.items()),
        ),
    ]
    for key in DAY_BY_DAY:
        sheet = found[key]
        rows = ((day_words(s.day), str(s.number) if s.number else "数えない") for s in sheet.steps)
        parts += [
            f"**{EXAMPLES[key]}**（{key}）　{sheet.rule.label}。{moment_words(sheet.started_at)}から\n",
            table(("日", "何日目"), rows),
        ]
    return "\n".join(parts)


def _example(sheet: Sheet) -> tuple[str, str, str, str, str, str]:
    first = next(s.day for s in sheet.steps if s.number == 1)
    number = next(n for n, rule in numbers() if rule.key == sheet.rule.key)
    day = sheet.started_at.astimezone(JST).date()
    begins = {
        Given.MOMENT: moment_words(sheet.started_at),
        Given.DAY: day_words(day),
        Given.YEAR: f"{day.year - 1}年度の終わり",
    }[sheet.rule.given]
    group = rules(sheet.rule)
    labels = {r.key: _reading(r, group) for r in group}
    others: dict[date, list[str]] = {}
    for reading in sheet.readings:
        if reading.differs:
            others.setdefault(reading.last_day, []).append(labels[reading.key])
    working = day_words(sheet.last_working_day) if sheet.last_working_day else "–"
    return (
        f"{number} {sheet.rule.label}",
        begins,
        day_words(first),
        _result(sheet, sheet.last_day),
        working,
        "<br>".join(f"{'・'.join(names)}: {_result(sheet, last)}" for last, names in others.items()) or "同じ",
    )
