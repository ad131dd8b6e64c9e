"""Which item of the publication has which form: its parts and their names, whether a number or a text has to be there.

The desk draws its fields from this table, `enter` refuses by it, and what is missing is asked by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.law import N_
from tracker.law.grounds import TERMS, Excuse, MeasureKind, Right
from tracker.law.ledger import Family
from tracker.law.publication import ITEMS, Source

GREATEST = 999_999_999_999  # of a figure: beyond it somebody's finger stayed on a key
HOME = "home"  # where a measure that came from a 申出 is counted
NOTHING = "nothing"  # that a kind of record of the platform's own moderation truly has no row in the year
HERE, LEDGER = 0, 1  # the numbers of HOME: in Kigen's own records, or in the ledger that was imported
POINTS = tuple("1234567")  # 規則18条6項各号, and the criterion for each (7項)
CHANGE = "change"  # of 18-7: what changed in the criteria, and why
SENDER_TOTAL = "18-5-1"
SENDERS, SUSPENDED = "senders", "suspended"  # the two alternatives of 規則18条5項1号
NEW = tuple(f"new-{no}" for no in range(1, 10))  # room for what 令和8年法律58号 may ask for


class Need(StrEnum):
    """Whether a part of an entry has to be there."""

    MUST = "must"
    MAY = "may"
    NONE = "none"


@dataclass(frozen=True)
class Form:
    """What an entry of a code may hold. `parts` are its divisions; None: a title that a person gives.

    `single`: one of them stands at a time. `labels` name the parts, where the law has names for them.
    """

    parts: tuple[str, ...] | None = ("",)
    number: Need = Need.NONE
    words: Need = Need.MUST
    most: int = GREATEST  # of the number
    single: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def either(self) -> bool:
        """Whether one of several parts is enough, and only one may be there."""
        return self.single and self.parts is not None


def _named(labels: Mapping[str, str], number: Need = Need.NONE, *, single: bool = False) -> Form:
    """A form with a part for each name."""
    return Form(tuple(labels), number, single=single, labels=labels)


def _of(vocabulary: type[StrEnum]) -> Form:
    """A form with a part for each term of a vocabulary of the law."""
    return _named({term.value: TERMS[vocabulary][term].label for term in vocabulary})


FORMS: Mapping[str, Form] = (
    {item.code: Form() for item in ITEMS if item.source is Source.ENTERED}
    | {
        "18-3-3": _of(Excuse),
        "18-3-8": _of(Right),
        "18-4-2": _of(MeasureKind),
        SENDER_TOTAL: _named(
            {
                SENDERS: N_("延べ発信者数の総数"),
                SUSPENDED: N_("役務提供停止措置の対象となる情報の発信者の総数"),
            },
            Need.MUST,
            single=True,
        ),
        "18-5-20": Form(number=Need.MUST),
        "18-7": Form((*POINTS, CHANGE)),
        HOME: Form(number=Need.MUST, words=Need.NONE, most=LEDGER),
        NOTHING: Form(tuple(family.value for family in Family), number=Need.MAY, words=Need.NONE, most=1),
    }
    | {code: Form(None, number=Need.MAY, single=True) for code in NEW}
)
# What is of one year alone: never offered for the next.
OF_ITS_YEAR = {(HOME, ""), ("18-7", CHANGE), *((NOTHING, family.value) for family in Family)}


def parts_of(code: str) -> Sequence[str]:
    """The parts of a code in the order of the law; none where a person gives a title."""
    form = FORMS.get(code)
    return (form.parts or ()) if form else ()
