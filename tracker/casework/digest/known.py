"""What this system knows of the people of a case: it may not stand in a published example in any way of writing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlmodel import Session, select

from tracker.casework.digest.folding import fold, fold_digits
from tracker.law import N_
from tracker.models import Claimant, Evidence, Item, Notice, Sender
from tracker.sealed import ERASED, open_text


class Kind(StrEnum):
    """What was taken out, or stands there still."""

    NAME = "name"
    MAIL = "mail"
    PHONE = "phone"
    ACCOUNT = "account"
    URL = "url"
    NUMBER = "number"
    POST = "post"
    PART = "part"
    QUOTE = "quote"
    DAY = "day"
    TIME = "time"
    PLACE = "place"
    FILE = "file"


# What a reader of the desk is told was found; the mark that stands in its place is of the document (removal.py).
KINDS: dict[Kind, str] = {
    Kind.NAME: N_("氏名"),
    Kind.MAIL: N_("メールアドレス"),
    Kind.PHONE: N_("電話番号"),
    Kind.ACCOUNT: N_("アカウント"),
    Kind.URL: N_("URL"),
    Kind.NUMBER: N_("受付番号"),
    Kind.POST: N_("投稿の文そのもの"),
    Kind.PART: N_("投稿の文と同じ言葉"),
    Kind.QUOTE: N_("引用"),
    Kind.DAY: N_("日付"),
    Kind.TIME: N_("時刻"),
    Kind.PLACE: N_("住所"),
    Kind.FILE: N_("ファイルの名前"),
}

# Parts of names that name nobody.
NOBODY = re.compile(
    r"弁護士|依頼者|代理人|法定代理人|株式会社|有限会社|合同会社|一般社団法人|担当者?|代表取締役|代表|本人|保護者|匿名希望|匿名|"
    r"名無しさん|[\w]{0,6}(?:部|課|室|係)|写真家|の?利用者|様|さん|inc|ltd|co|llc|corp"
)
APART = re.compile(r"[\s　・･,、，（）()［］\[\]「」:：/／]+")
COMPANY = re.compile(r"株式会社|有限会社|合同会社|一般社団法人|（株）|\(株\)|㈱")
DESKS = frozenset(
    {"info", "support", "contact", "admin", "office", "mail", "soumu", "webmaster", "noreply", "no-reply"}
)
POST_FROM = 10  # characters: shorter words are said by many, and find nobody
HONOR = "さん 様 氏 君 くん ちゃん"  # a name of one character is only known by what follows it


@dataclass(frozen=True)
class Value:
    """One thing known, folded; `digits` are compared as numbers, `word` only where no letter stands beside it."""

    kind: Kind
    folded: str
    digits: bool = False
    word: bool = False


def known_values(session: Session, notice: Notice) -> list[Value]:
    """Everything known of the people of a case, longest first, each once."""
    found = {value for value in _all(session, notice) if value.folded}
    return sorted(found, key=lambda value: (-len(value.folded), value.kind, value.folded))


def posts_of(session: Session, notice: Notice) -> list[str]:
    """The posts of a case, folded: a part of one, put into a search, finds it."""
    folded = {fold(item.quote).text for item in session.exec(select(Item).where(Item.notice_id == notice.id))}
    return sorted(folded - {""})


def _all(session: Session, notice: Notice) -> Iterator[Value]:
    case = notice.case_id
    for claimant in session.exec(select(Claimant).where(Claimant.notice_id == notice.id)):

        def clear(column: str, sealed: bytes | None, id=claimant.id) -> str:  # type: ignore[no-untyped-def]
            text = open_text(session, case, f"claimant.{column}", id, sealed)
            return "" if text == ERASED else text

        for column in ("name", "office", "whose"):
            yield from _names(clear(column, getattr(claimant, f"{column}_sealed")))
        for column in ("email", "new_email"):
            yield from _mail(clear(column, getattr(claimant, f"{column}_sealed")))
        yield from _phone(clear("phone", claimant.phone_sealed))
    for item in session.exec(select(Item).where(Item.notice_id == notice.id)):
        yield from _account(item.account)
        yield from _url(item.url)
        yield from _url(item.url_normal)
        post = fold(item.quote).text
        if len(post) >= POST_FROM:
            yield Value(Kind.POST, post)
    for sender in session.exec(select(Sender).where(Sender.case_id == case)):
        yield from _account(sender.account)
        mail = open_text(session, case, "sender.email", sender.id, sender.email_sealed)
        yield from _mail("" if mail == ERASED else mail)
    for file in session.exec(select(Evidence).where(Evidence.case_id == case)):
        name = open_text(session, case, "evidence.name", file.id, file.name_sealed)
        if name != ERASED and "." in name:
            yield Value(Kind.FILE, fold(name).text)
    yield Value(Kind.NUMBER, fold(notice.number).text)


def _names(text: str) -> Iterator[Value]:
    """A name as a whole, its parts, and a part of one character by what people put behind it."""
    whole = COMPANY.sub("", text).strip()
    if len(fold(whole).text) >= 2 and not NOBODY.fullmatch(whole):
        yield Value(Kind.NAME, fold(whole).text, word=_latin(whole))
    for part in APART.split(whole):
        folded = fold(part).text
        if NOBODY.fullmatch(part.casefold()) or not folded:
            continue
        if _latin(part):
            if len(folded.strip(".")) >= 3:
                yield Value(Kind.NAME, folded.strip("."), word=True)
        elif len(folded) >= 2:
            yield Value(Kind.NAME, folded)
        else:
            yield from (Value(Kind.NAME, folded + fold(honor).text) for honor in HONOR.split())


def _mail(text: str) -> Iterator[Value]:
    if "@" not in text:
        return
    yield Value(Kind.MAIL, fold(text).text)
    local = fold(text.partition("@")[0].partition("+")[0]).text
    if len(local) >= 5 and local not in DESKS:
        yield Value(Kind.MAIL, local, word=True)


def _phone(text: str) -> Iterator[Value]:
    digits = "".join(c for c in fold_digits(text).text if c.isdigit())
    if len(digits) >= 8:
        yield Value(Kind.PHONE, digits, digits=True)
        if digits.startswith("0"):
            yield Value(Kind.PHONE, "81" + digits[1:], digits=True)
        elif digits.startswith("81"):
            yield Value(Kind.PHONE, "0" + digits[2:], digits=True)


def _account(text: str) -> Iterator[Value]:
    folded = fold(text).text.lstrip("@")
    if len(folded) >= 3 and not NOBODY.fullmatch(folded):
        yield Value(Kind.ACCOUNT, folded, word=_latin(folded))


def _url(text: str) -> Iterator[Value]:
    """An address, with and without its scheme, and its path: that alone finds the post."""
    if not text:
        return
    whole = fold(text).text
    yield Value(Kind.URL, whole)
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    if parts.netloc:
        yield Value(Kind.URL, whole.partition("://")[2].rstrip("/"))
        tail = fold(parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")).text
        if len(tail) >= 4:
            yield Value(Kind.URL, tail, word=True)


def _latin(text: str) -> bool:
    return all(ord(c) < 0x250 for c in unicodedata.normalize("NFKD", text))
