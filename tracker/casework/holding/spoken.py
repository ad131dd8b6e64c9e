"""What the words of a paper are about: only a word that the notices of the service know is understood.

People type a paper's accounts and posts as they find them: with a title, several in a line, at another host. To read
more out of such a line would be to guess, and a wrong guess lets logs be erased under a court's order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework.traces import normal_url, plain, url_key
from tracker.models import Case, Item, Sender

BETWEEN = re.compile(r"[\s,、，;；]+")
URL, ACCOUNT = "url", "account"

Word = tuple[str, str]  # URL or ACCOUNT, and its key


@dataclass(frozen=True)
class Known:
    """The posts and accounts, of those that papers name, which the notices of a service know."""

    posters: Mapping[str, frozenset[str]]  # by the key of an address; "" among them where nobody knows the account
    accounts: frozenset[str]

    def knows(self, word: Word | None) -> bool:
        """Whether a word is understood."""
        return word is not None and word[1] in (self.posters if word[0] == URL else self.accounts)


def handle(account: str) -> str:
    """An account as it is compared."""
    return plain(account).lstrip("@")


def resolved(
    words: Mapping[str, str], known: Known
) -> tuple[frozenset[str], frozenset[str], frozenset[str], bool]:  # fmt: skip
    """The addresses and accounts that a paper names, the accounts of the posts at those addresses, and whether all of
    its words were understood.
    """
    found: set[Word] = set()
    clear = True
    for readings in _lines(words):
        understood = next((one for one in readings if one and all(known.knows(word) for word in one)), None)
        clear = clear and understood is not None
        found.update(word for word in understood or () if word)
    urls = frozenset(key for kind, key in found if kind == URL)
    posters = frozenset(name for key in urls for name in known.posters[key])
    return urls, frozenset(key for kind, key in found if kind == ACCOUNT), posters, clear


def known_words(session: Session, service: UUID, papers: Iterable[Mapping[str, str]]) -> Known:
    """What the notices of a service know of the words of papers. What is written otherwise is not found: see above."""
    words = {word for said in papers for readings in _lines(said) for one in readings for word in one if word}
    urls = {key for kind, key in words if kind == URL}
    names = {key for kind, key in words if kind == ACCOUNT}
    posters: dict[str, set[str]] = {}
    if urls:
        posts = (
            select(Item.url_key, func.coalesce(Sender.account, Item.account))
            .join(Case, col(Case.id) == col(Item.case_id))
            .join(Sender, col(Sender.id) == col(Item.sender_id), isouter=True)
            .where(Case.service_id == service, col(Item.url_key).in_(urls), col(Item.url_key) != "")
        )
        for key, account in session.exec(posts):
            posters.setdefault(key, set()).add(handle(account))
    accounts: set[str] = set()
    if names:
        for model in (Sender, Item):
            bare = func.lower(func.ltrim(model.account, "@＠"))
            query = select(bare).join(Case, col(Case.id) == col(model.case_id))
            found = session.exec(query.where(Case.service_id == service, bare.in_(names)).distinct())
            accounts.update(map(handle, found))
    return Known({key: frozenset(one) for key, one in posters.items()}, frozenset(accounts))


def _lines(words: Mapping[str, str]) -> Iterator[list[list[Word | None]]]:
    """The readings of each line of a paper: as a whole, and as several words."""
    for field in ("accounts", "contents"):
        for line in words.get(field, "").splitlines():
            if line.strip():
                parts = [part for part in BETWEEN.split(line) if part]
                yield [[_word(line, field)], [_word(part, field) for part in parts]]


def _word(text: str, field: str) -> Word | None:
    try:
        return URL, url_key(normal_url(text))
    except ValueError:
        name = handle(text) if field == "accounts" else ""
        return (ACCOUNT, name) if name else None
