"""What the document says of the rules: clocks and holds of each edition, office targets, questions, provisions."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from tools.legal_calendar.words import (
    BOUNDS,
    CONDITIONS,
    COUNTINGS,
    EFFECTS,
    NOW,
    WHOM,
    day_words,
    length_words,
    numbered,
    numbers,
    table,
)
from tracker.law.articles import ARTICLES, cited
from tracker.law.clocks import CONFIDENCES, STANDING, Bound, ClockRule, Confidence, Effect, Whom
from tracker.law.editions import EDITIONS
from tracker.law.facts import LABELS, Fact
from tracker.law.grounds import Force, term
from tracker.law.holds import HoldRule
from tracker.law.logs import CLASSES
from tracker.settings import Settings

SHORT = (
    ("法", "特定電気通信による情報の流通によって発生する権利侵害等への対処に関する法律（平成13年法律第137号）"),
    ("規則", "同法の施行規則（令和4年総務省令第39号）"),
    ("私事性的画像記録法", "私事性的画像記録の提供等による被害の防止に関する法律（平成26年法律第126号）"),
    ("AV法", "AV出演被害防止・救済法（令和4年法律第78号）"),
    ("刑訴法・民訴法・非訟法", "刑事訴訟法・民事訴訟法・非訟事件手続法"),
    ("電気通信個人情報ガイドライン", "電気通信事業における個人情報等の保護に関するガイドライン"),
)
HOLD_HEADS = ("名前", "内容", "根拠", "強さ", "目印の強さ", "期間", "起算", "解く時", "対象")


def how_to_read() -> str:
    """Short names of laws, and the words by which a clock is described."""
    seen = {
        Confidence.TEXT: "現行の条文を読んで確かめました。",
        Confidence.SECONDARY: "条文そのものではなく、解説などの二次資料で確かめました。",
        Confidence.READING: "条文は読みましたが、日数や起算は当方の解釈によります。",
        Confidence.UNVERIFIED: "条文を確かめていないか、案の段階です。公開の計算機には出しません。",
        Confidence.OFFICE: "法の定めではなく、事務所が自ら決めた目安です。",
    }
    kinds = {
        Bound.WITHIN: "その日の終わりまでにします。迷うときは、早い日を採りました。",
        Bound.NOT_BEFORE: "期間が過ぎてからできます。迷うときは、遅い日を採りました。",
        Bound.PROMPTLY: "法に日数の定めはありません。事務所の目標を置きます（6節）。",
    }
    return "\n".join(
        [
            "## 1. 見方\n",
            table(("略称", "法令など"), SHORT),
            table(("強さ", "意味"), [(term(force).label, term(force).says) for force in Force]),
            table(("種類", "意味"), [(BOUNDS[bound], kinds[bound]) for bound in Bound]),
            table(("確かさ", "意味"), [(CONFIDENCES[c], seen[c]) for c in Confidence]),
            "届出（法21条1項）の前は、「届出の後」の義務と同じ日数を「任意」として守ります（法22条1項）。\n",
            "「計算の名前」は、計算機とコマンド（`flask clock 名前 日時`）で使う名前です。",
        ]
    )


def in_force() -> str:
    """Every clock, standing duty and hold of the edition that was read."""
    parts = [f"## 2. 期限と待機: {NOW.label}（{day_words(NOW.in_force)}から）\n"]
    for letter, heading, clocks in numbered(NOW):
        parts += [f"### {letter}. {heading}\n", *_clocks(clocks)]
    standing = (
        (rule.label, rule.says, rule.article, term(rule.force).label, CONFIDENCES[rule.confidence]) for rule in STANDING
    )
    parts += [
        "### F. 日数のない義務と、時計を動かさない場合\n",
        table(("名前", "内容", "根拠", "強さ", "確かさ"), standing),
        "### G. 通信履歴の保存の目印\n",
        "事案の記録に置く目印です。Kigenは通信履歴そのものを持ちません。目印の強さは、消去を止めるかどうかです。\n",
        table(HOLD_HEADS, _holds(NOW.holds)),
    ]
    return "\n".join(parts)


def _clocks(clocks: Sequence[tuple[str, ClockRule]]) -> list[str]:
    """Two tables: what is asked until when, and how it is counted."""
    asked = (
        (n, f"**{r.label}**<br>{r.says}", r.article, term(r.force).label, _kind(r), _period(r), _whom(r))
        for n, r in clocks
    )
    counted = (
        (n, _begins(r), _ends(r), _counted(r), CONFIDENCES[r.confidence], r.counsel or "–", f"`{r.name}`")
        for n, r in clocks
    )
    return [
        table(("番号", "期限と内容", "根拠", "強さ", "種類", "期間", "及ぶ範囲"), asked),
        table(("番号", "起算", "終わり", "数え方", "確かさ", "弁護士に確認すること", "計算の名前"), counted),
    ]


def _kind(rule: ClockRule) -> str:
    if rule.confidence is Confidence.OFFICE:
        return "事務所の目標"
    return BOUNDS[rule.bound] + (f"<br>{EFFECTS[rule.effect]}" if rule.effect else "")


def _period(rule: ClockRule) -> str:
    if rule.stated:
        return "書面に書かれた日まで" + (f"（最長{length_words(rule.length)}）" if rule.length else "")
    return length_words(rule.length)


def _whom(rule: ClockRule) -> str:
    only = f"<br>{CONDITIONS[rule.only_when]}" if rule.only_when else ""
    after = f"<br>「{LABELS[rule.only_after]}」項目に限る" if rule.only_after else ""
    whom = WHOM[Whom.PROVIDER if rule.force is Force.VOLUNTARY else rule.whom]
    if rule.effect is Effect.FORBIDS and rule.whom is Whom.REGISTERED:
        whom = "届出の後の措置。公表は届出の前でもよい"
    return whom + only + after


def _begins(rule: ClockRule) -> str:
    also = "、".join(LABELS[fact] for fact in Fact if fact in rule.also_on)
    return LABELS[rule.starts_on] + (f"<br>次のときも始まる: {also}" if also else "")


def _ends(rule: ClockRule) -> str:
    stops = "、".join(
        ("次に" if fact is rule.starts_on else "") + LABELS[fact] for fact in Fact if fact in rule.stops_on
    )
    again = "、".join(LABELS[fact] for fact in Fact if fact in rule.resumes_on)
    kept = f"<br>「{NOW.clock(rule.kept_by).label}」の期限がこれを兼ねる" if rule.kept_by else ""
    return stops + (f"<br>ただし、{again}ときは、同じ日付で戻る" if again else "") + kept


def _counted(rule: ClockRule) -> str:
    if rule.length is None and not rule.stated:
        return "–"
    return COUNTINGS[rule.counting] if rule.length else "書面による"


def _holds(holds: Iterable[HoldRule]) -> Iterator[Sequence[str]]:
    for rule in holds:
        released = "、".join(LABELS[fact] for fact in Fact if fact in rule.released_on)
        yield (
            rule.label,
            rule.says,
            rule.article,
            term(rule.force).label,
            term(rule.strength).label,
            (length_words(rule.length) if rule.length else rule.until)
            + ("。書面の日がそれより早ければその日" if rule.stated else ""),
            LABELS[rule.placed_on],
            released or ("期間の終わり" if rule.length else "人が見直して解く"),
            "書面や人が定めるもの" if rule.named else "、".join(CLASSES[key] for key in rule.classes),
        )


def later() -> str:
    """What later editions change; each against the one before."""
    parts = ["## 3. 後の版\n"]
    for before, edition in itertools.pairwise(EDITIONS):
        places = {rule.key: n for _, _, clocks in numbered(edition) for n, rule in clocks}
        changed = [(places[r.key], r) for r in edition.clocks if r not in before.clocks]
        held = [rule for rule in edition.holds if rule not in before.holds]
        unseen = "" if edition.text_seen else "（改正後条文未確認）"
        parts.append(f"### {edition.label}（{day_words(edition.in_force)}から）\n")
        if changed:
            parts += _clocks(changed)
        if held:
            parts.append(table(HOLD_HEADS, _holds(held)))
        if not changed and not held:
            parts.append(f"時計の変更なし{unseen}\n")
        if unseen:
            parts.append("この日からの計算書には、管理者が出典を示して確認するまで「改正後条文未確認」と書かれます。\n")
    return "\n".join(parts)


def targets() -> str:
    """The office targets as they are shipped."""
    rows = []
    for number, rule in numbers():
        if rule.bound is Bound.PROMPTLY:
            hours = Settings.model_fields[f"target_{rule.target}"].default
            days = f"{hours // 24}日（{hours}時間）" if hours % 24 == 0 else f"{hours}時間"
            rows.append((number, rule.label, rule.article, days, f"`TRACKER_TARGET_{rule.target.upper()}`"))
    return "\n".join(
        [
            "## 6. 事務所の目標（初期値）\n",
            "法に日数のない義務に、事務所が自ら置く目安です。過ぎても違法を意味しません。設定で変えられます。\n",
            table(("番号", "期限", "根拠", "目標", "設定の名前"), rows),
        ]
    )


def questions() -> str:
    """What counsel is asked, once for each question, with room for the answer."""
    asked: dict[str, list[tuple[str, ClockRule]]] = {}
    for number, rule in numbers():
        if rule.counsel:
            asked.setdefault(rule.counsel, []).append((number, rule))
    rows = (
        (str(n), question, "<br>".join(f"{number} {r.label}" for number, r in clocks), _articles(clocks), " ")
        for n, (question, clocks) in enumerate(asked.items(), 1)
    )
    return "\n".join(["## 7. 弁護士に確認すること\n", table(("", "問い", "期限", "根拠", "回答"), rows)])


def _articles(clocks: Sequence[tuple[str, ClockRule]]) -> str:
    return "<br>".join(dict.fromkeys(rule.article for _, rule in clocks))


def provisions() -> str:
    """Every provision cited, in order, and by which clocks."""
    citing: dict[str, list[str]] = {}
    for number, rule in numbers():
        for article in cited(rule.article):
            citing.setdefault(article, []).append(number)
    rows = ((a, ARTICLES[a], "、".join(citing.get(a, ["–"]))) for a in sorted(ARTICLES, key=_place))
    return "## 8. 引用した規定\n\n" + table(("規定", "当方の要約", "引く期限"), rows)


def _place(article: str) -> tuple[int, str, list[int]]:
    """Where a provision stands: the Act, its rule, other laws; each by article, paragraph and item."""
    law = "".join(itertools.takewhile(lambda letter: not letter.isdigit(), article))
    order = ["法", "規則"]
    return (order.index(law) if law in order else len(order), law, [int(n) for n in re.findall(r"\d+", article)])
