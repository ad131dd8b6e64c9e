"""容易に知り得る状態に置く措置 (法27条): what a public notice to a sender may say, and where it stands.

A public notice must not republish what was removed, nor tell who complained or whose post it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, select

from tracker.casework import NotAllowed, decisions
from tracker.casework.traces import normal_url, plain
from tracker.law import N_
from tracker.letters.write import Line
from tracker.models import Claimant, Notice
from tracker.sealed import ERASED, open_text

LONGEST = 2_000  # characters of an address
SAME = 8  # characters in a row that stand in the post and in the reason: a quotation
SHORTEST = 2  # a family name of two characters can be looked for, one of a single character cannot


def lines_in_public(session: Session, notice: Notice, lines: Sequence[Line]) -> list[Line]:
    """What a public notice says of measures: when, which, why and on what they rest; neither place nor quote.

    The address of the post is left out with its words: it may name the account, and copies of what was removed are
    found by it. Who posted it knows it again by where the notice stands, and by the number of the letter.
    Raises NotAllowed (about "public") where a reason names the claimant or the account, or repeats words of the post:
    the reason has to be worded anew, or another way chosen.
    """
    said = [plain(text) for line in lines for text in (line.reason, line.facts)]
    if any(word in text for word in _persons(session, notice) for text in said):
        raise NotAllowed(
            N_(
                "理由に、申出者の名前か連絡先、または発信者のアカウントが書かれているため、掲示できません。"
                "判断を改めて理由を書き直すか、ほかの方法で通知してください。"
            ),
            about="public",
        )
    if any(_repeats(quote, text) for quote in _quotes(session, notice) for text in said):
        raise NotAllowed(
            N_(
                "理由に、投稿の言葉がそのまま書かれているため、掲示できません。措置を講じた投稿を、また公にしてしまいます。"
                "判断を改めて理由を書き直すか、ほかの方法で通知してください。"
            ),
            about="public",
        )
    return [replace(line, place="", quote="", mark="") for line in lines]


def checked(url: str) -> str:
    """The address where a notice was published, as it is kept in the record. Raises NotAllowed (about "url").

    Whoever sends the notice can show it there: https, a whole host, no name or password. An address with an @ may name
    an account or a mailbox, and what is in the record stays there.
    """
    address = url.strip()
    if "@" in unquote(address):
        raise NotAllowed(
            N_("「@」を含むURLは記録できません。アカウントなどの個人情報を含まないURLにしてください。"), about="url"
        )
    try:
        normal_url(address)
        parts = urlsplit(address)
        good = parts.scheme.lower() == "https" and "." in (parts.hostname or "").strip(".")
    except ValueError:
        good = False
    if not good or len(address) > LONGEST or any(sign.isspace() for sign in address):
        raise NotAllowed(N_("掲示した場所のURLを、https:// から書いてください。"), about="url")
    return address


def _persons(session: Session, notice: Notice) -> Iterator[str]:
    """The words for comparing that name who filed, for whom, how they are reached, and whose posts these are."""
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    for column in ("name", "whose", "office", "email", "phone"):
        text = open_text(
            session, notice.case_id, f"claimant.{column}", claimant.id, getattr(claimant, f"{column}_sealed")
        )
        if text and text != ERASED:
            yield from _long_enough([text, *(text.split() if column in ("name", "whose") else ())])
    yield from _long_enough(item.account.lstrip("@＠") for item in decisions.items_of(session, notice))


def _long_enough(texts: Iterable[str]) -> Iterator[str]:
    return (word for text in texts if len(word := plain(text)) >= SHORTEST)


def _quotes(session: Session, notice: Notice) -> list[str]:
    return [words for item in decisions.items_of(session, notice) if (words := plain(item.quote))]


def _repeats(quote: str, text: str) -> bool:
    """Whether a text has a quotation of at least SAME characters, or all of a shorter post."""
    size = min(SAME, len(quote))
    return size >= SHORTEST and any(quote[at : at + size] in text for at in range(len(quote) - size + 1))
