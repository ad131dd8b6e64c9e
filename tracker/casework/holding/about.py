"""Which logs a hold is about: items and accounts of its case, classes of 規則2条, days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from tracker.models import LogHold
from tracker.sealed import open_words

ITEMS, ACCOUNTS = "items", "accounts"  # in the sealed words of a hold


@dataclass(frozen=True)
class About:
    """Items and accounts that a hold names; `everything` where it names none of its case, or nobody can read them."""

    everything: bool
    items: frozenset[UUID] = frozenset()
    accounts: frozenset[str] = frozenset()

    def names(self, item: UUID, account: str) -> bool:
        """Whether it is about the logs of an item, or of the account that posted it."""
        return self.everything or item in self.items or bool(account and account in self.accounts)


def words_of(items: Collection[UUID], accounts: Collection[str]) -> dict[str, str]:
    """The words to seal with a hold that a person places."""
    return {ITEMS: " ".join(sorted(map(str, items))), ACCOUNTS: "\n".join(sorted(accounts))}


def about(session: Session, hold: LogHold) -> About:
    """What a hold is about. Where its words cannot be read any more it is about everything: caution keeps."""
    if hold.item_id:
        return About(False, items=frozenset({hold.item_id}))
    if hold.scope_sealed is None:
        return About(True)
    words: Mapping[str, str] = open_words(session, hold.case_id, "loghold.scope", hold.id, hold.scope_sealed)
    if ITEMS not in words:  # erased, or the words of a paper
        return About(True)
    return About(
        False,
        items=frozenset(UUID(id) for id in words[ITEMS].split()),
        accounts=frozenset(name for name in words[ACCOUNTS].split("\n") if name),
    )


def overlap(one: LogHold, other: LogHold) -> bool:
    """Whether two holds are about common classes and days; their items and accounts are compared apart."""
    return bool(set(one.classes) & set(other.classes)) and _starts(one) <= _ends(other) and _starts(other) <= _ends(one)


def _starts(hold: LogHold) -> date:
    return hold.logs_from or date.min


def _ends(hold: LogHold) -> date:
    return hold.logs_until or date.max
