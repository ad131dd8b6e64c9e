"""To whoever posted, about a paper that asks to disclose who they are (法6条)."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.law.period import japanese_day
from tracker.letters.write.draft import Draft, drawn
from tracker.models import LetterKind


@dataclass(frozen=True)
class PaperHead:
    """Who writes to a sender about a paper that names their posts, under the number of that paper."""

    provider: str
    service: str
    number: str
    served_at: datetime
    petition: bool = False  # the paper is the copy of a petition (法11条1項)
    contact: str = ""
    time_known: bool = True  # else only the day of its service

    @property
    def served_on(self) -> date:
        """The Japanese day of its service."""
        return japanese_day(self.served_at)


@dataclass(frozen=True)
class Disclosure:
    """What a sender is told of a request for disclosure. The claimant stays empty unless they released their name."""

    content: str = ""
    right: str = ""
    reason: str = ""
    asked: str = ""
    claimant: str = ""


BLANK = "【ここに書く】"  # in a draft, where somebody has yet to write


def disclosure_inquiry(head: PaperHead, *, to: str, account: str, said: Disclosure, days: int = 14) -> Draft:
    """The question to a sender what they say to a disclosure, and why where they refuse (法6条1項).

    It says that it is apart from the inquiry of 法3条2項2号. The law names no days: `days` is what is usual.
    """
    key = f"disclosure_inquiry:{head.number}"
    return drawn(
        LetterKind.DISCLOSURE_INQUIRY,
        "法6条1項",
        key,
        to,
        head=head,
        account=account,
        said=said,
        days=days,
        blank=BLANK,
    )


def order_told(head: PaperHead, *, to: str, account: str, said: Disclosure) -> Draft:
    """To a sender who had objected: an order to disclose was received (法6条2項)."""
    return drawn(
        LetterKind.ORDER_TOLD, "法6条2項", f"order_told:{head.number}", to, head=head, account=account, said=said
    )
