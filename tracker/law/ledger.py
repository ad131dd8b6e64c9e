"""投稿の管理の記録: what the platform's own moderation did, as rows of five families that 規則18条4項・5項 count.

What a row says in the platform's own codes is kept as it came; a person maps the codes to the categories of the Act.
"""

from dataclasses import dataclass
from enum import StrEnum

from tracker.law import N_


class Family(StrEnum):
    """What a file holds rows of. The value is stored for ever."""

    MEASURES = "measures"
    REPORTS = "reports"
    REQUESTS = "requests"
    ORDERS = "orders"
    APPEALS = "appeals"


class Vocabulary(StrEnum):
    """A set of codes of the platform that are mapped. The value is stored for ever."""

    KIND = "kind"  # → MeasureKind
    ROUTE = "route"  # → Origin
    REASON = "reason"  # why a measure was taken: a clause, another basis, or a category with a name
    KEPT = "kept"  # why none was taken
    ASKED = "asked"  # 要請・申立ての理由
    EXEMPTION = "exemption"  # → SenderExemption


class Outcome(StrEnum):
    """What became of a report, a request, an order or an appeal. Fixed words: they are not mapped."""

    PENDING = "pending"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    SUSPENDED = "suspended"  # only 役務提供停止措置: neither taken nor not taken in 5項2号–7号
    UPHELD = "upheld"  # of an appeal: the measure stands
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


class Shape(StrEnum):
    """How a field is written."""

    KEY = "key"  # of the row in the platform's own system
    DAY = "day"  # 2026-04-28, Japanese time
    CODE = "code"  # of a vocabulary
    WORD = "word"  # one of `words`
    FLAG = "flag"  # yes or no
    COUNT = "count"  # a whole number; 1 where it is empty


@dataclass(frozen=True)
class Column:
    """One column of a file: its name, which column of the roll-up it fills, and what may stand in it."""

    name: str
    shape: Shape
    label: str
    fills: str = ""
    vocabulary: Vocabulary | None = None
    words: tuple[str, ...] = ()
    required: bool = True


KEY = Column("id", Shape.KEY, N_("記録の番号（同じ番号は、二度数えません）"))
COUNT = Column("count", Shape.COUNT, N_("件数（日ごとにまとめた行に限ります）"), "n", required=False)
JAPAN = Column("japan", Shape.FLAG, N_("日本の利用者に関するもの"), "japan")
ASKED = Column("asked", Shape.CODE, N_("要請・申立ての理由"), "reason", Vocabulary.ASKED)
ANSWERED = (Outcome.PENDING, Outcome.TAKEN, Outcome.NOT_TAKEN, Outcome.SUSPENDED)
OUTCOME = Column("outcome", Shape.WORD, N_("結果"), "outcome", words=tuple(map(str, ANSWERED)))


@dataclass(frozen=True)
class FamilyRule:
    """What the rows of a family are: the columns of their file, and the items of 規則18条 that count them."""

    family: Family
    label: str
    says: str
    columns: tuple[Column, ...]
    items: tuple[str, ...]


FAMILIES: dict[Family, FamilyRule] = {
    rule.family: rule
    for rule in (
        FamilyRule(
            Family.MEASURES,
            N_("送信防止措置"),
            N_("講じた措置の1件を1行に書きます。役務提供停止措置も含みます"),
            (
                KEY,
                Column("day", Shape.DAY, N_("措置を講じた日"), "day"),
                Column("kind", Shape.CODE, N_("措置の種別"), "kind", Vocabulary.KIND),
                Column("route", Shape.CODE, N_("措置を講ずることとなった経緯"), "route", Vocabulary.ROUTE),
                Column("reason", Shape.CODE, N_("措置を講じた理由"), "reason", Vocabulary.REASON),
                Column("ai", Shape.FLAG, N_("人工知能関連技術を用いた"), "ai"),
                JAPAN,
                Column("told_on", Shape.DAY, N_("発信者に通知等の措置を講じた日"), "settled_on", required=False),
                Column(
                    "exemption",
                    Shape.CODE,
                    N_("発信者に通知等の措置を講じなかった理由"),
                    "exemption",
                    Vocabulary.EXEMPTION,
                    required=False,
                ),
                COUNT,
            ),
            ("18-4-1", "18-4-2", "18-5-3", "18-5-8", "18-5-9", "18-5-10"),
        ),
        FamilyRule(
            Family.REPORTS,
            N_("利用者からの通報"),
            N_("措置を講じるかどうかを決めた通報の1件を1行に書きます"),
            (
                KEY,
                Column("day", Shape.DAY, N_("決めた日"), "day"),
                Column("outcome", Shape.WORD, N_("結果"), "outcome", words=("taken", "not_taken", "suspended")),
                Column("reason", Shape.CODE, N_("講じた理由"), "reason", Vocabulary.REASON, required=False),
                Column("kept", Shape.CODE, N_("講じなかった理由"), "kept", Vocabulary.KEPT, required=False),
                JAPAN,
                COUNT,
            ),
            ("18-5-2",),
        ),
        FamilyRule(
            Family.REQUESTS,
            N_("公的機関からの要請"),
            N_("裁判所を除く公的機関からの要請の1件を1行に書きます。結果が出たら、同じ番号の行を取り込み直します"),
            (KEY, Column("day", Shape.DAY, N_("要請があった日"), "day"), ASKED, OUTCOME, JAPAN, COUNT),
            ("18-5-4", "18-5-5"),
        ),
        FamilyRule(
            Family.ORDERS,
            N_("裁判所の判決・決定"),
            N_("措置を講ずるよう命ずる判決又は決定の1件を1行に書きます。結果が出たら、同じ番号の行を取り込み直します"),
            (KEY, Column("day", Shape.DAY, N_("判決又は決定があった日"), "day"), ASKED, OUTCOME, JAPAN, COUNT),
            ("18-5-6", "18-5-7"),
        ),
        FamilyRule(
            Family.APPEALS,
            N_("不服申立て"),
            N_("発信者からの不服申立ての1件を1行に書きます。結果が出たら、同じ番号の行を取り込み直します"),
            (
                KEY,
                Column("day", Shape.DAY, N_("不服申立てを受けた日"), "day"),
                Column("kind", Shape.CODE, N_("不服を申し立てられた措置の種別"), "kind", Vocabulary.KIND),
                Column("ai", Shape.FLAG, N_("その措置に人工知能関連技術を用いた"), "ai"),
                Column(
                    "outcome", Shape.WORD, N_("結果"), "outcome", words=("pending", "upheld", "reversed", "withdrawn")
                ),
                Column("settled_on", Shape.DAY, N_("結果が出た日"), "settled_on", required=False),
                JAPAN,
                COUNT,
            ),
            tuple(f"18-5-{no}" for no in range(11, 19)),
        ),
    )
}

VOCABULARIES: dict[Vocabulary, str] = {
    Vocabulary.KIND: N_("措置の種別"),
    Vocabulary.ROUTE: N_("経緯"),
    Vocabulary.REASON: N_("措置を講じた理由"),
    Vocabulary.KEPT: N_("措置を講じなかった理由"),
    Vocabulary.ASKED: N_("要請・申立ての理由"),
    Vocabulary.EXEMPTION: N_("発信者に通知等の措置を講じなかった理由"),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.PENDING: N_("まだ決めていない"),
    Outcome.TAKEN: N_("措置を講じた"),
    Outcome.NOT_TAKEN: N_("措置を講じなかった"),
    Outcome.SUSPENDED: N_("役務提供停止措置だけを講じた"),
    Outcome.UPHELD: N_("措置を維持した"),
    Outcome.REVERSED: N_("措置を撤回した"),
    Outcome.WITHDRAWN: N_("取り下げられた"),
}
