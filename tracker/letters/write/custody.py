"""To custodians of logs: what to keep and what to erase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.letters.write.draft import Draft, drawn
from tracker.models import LetterKind


@dataclass(frozen=True)
class OrderHead:
    """Who asks which custodian to keep logs, under which number."""

    provider: str
    service: str
    custodian: str
    number: str
    ordered_at: datetime
    kind: str = "preserve"  # of OrderKind: keep, keep longer, release or erase
    withdrawn: bool = False


@dataclass(frozen=True)
class Taken:
    """What an order to erase takes of the logs of some of its lines: some classes, up to a Japanese day."""

    numbers: Sequence[int]
    logs_until: date
    classes: Sequence[str]


def hold_order(
    order: OrderHead,
    *,
    to: str,
    lines: int,
    ends: Sequence[date | None],
    articles: Sequence[str],
    link: str,
    version: int,
    taken: Sequence[Taken] = (),
) -> Draft:
    """The order to a custodian about logs kept until a day of `ends` (ガイドライン38条); None: until they hear from us.

    Neither account nor URL is in the mail: the page behind `link` lists them. `version` of the link makes it a new
    letter: the address sent before is void then. `taken`: what an order to erase takes.
    """
    return drawn(
        LetterKind.HOLD_ORDER,
        "・".join(articles),
        f"hold_order:{order.number}:{'withdrawn' if order.withdrawn else version}",
        to,
        order=order,
        covered=lines,
        ends=sorted({end for end in ends if end}),
        some_open=None in ends,
        articles=articles,
        link=link,
        again=version > 1,
        taken=taken,
    )
