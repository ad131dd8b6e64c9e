"""What people type, read carefully: lines, addresses of pages, addresses of mail.

What was sent is evidence and stays as it was sent, but for control characters. Copies for comparing are normalised.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import abort
from flask_babel import gettext as _

from tracker.casework.traces import TURNING, normal_url

DIGITS = 9  # of a number that a page of ours carries along
NOT_IN_AN_ADDRESS = re.compile(r"[\s()<>\[\]:;,\\\"]")


def plain_text(value: str | None) -> str:
    """Several lines as sent, without control characters other than line break and tab."""
    lines = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def single_line(value: str | None) -> str:
    """One line as sent, without control characters or direction marks; blanks at its ends are dropped."""
    clean = "".join(c for c in value or "" if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp"))
    return TURNING.sub("", clean).strip()


def place_line(value: str | None) -> str:
    """One line as sent, direction marks and all: an address is evidence, and is shown set apart."""
    return "".join(c for c in value or "" if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")).strip()


def identity(text: str) -> UUID | None:
    """The id that a form names; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def identities(texts: Iterable[str]) -> list[UUID]:
    """The ids that boxes of ours name. Anything else did not come from our page: 400."""
    found = [identity(text) for text in texts]
    return [id or abort(400) for id in found]


def version_seen(text: str | None) -> int:
    """The number of the version that a form carries along; 0, which no version has, for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


def is_address(value: str) -> bool:
    """Whether a text reads as the address of a page."""
    try:
        return bool(normal_url(value))
    except ValueError:
        return False


def true_host(url: str) -> str:
    """The host that a browser would open, where the address as typed may look like another; empty where it does not.

    Letters of other alphabets are shown in punycode, a backslash and a direction mark are read as browsers read them.
    """
    try:
        host = urlsplit(normal_url(url)).netloc
    except ValueError:
        return ""
    plainly = re.match(rf"(?:https?://)?{re.escape(host)}(?:[/?#:]|$)", url, re.IGNORECASE)
    return "" if plainly and "xn--" not in host else host


def mail_address(value: str) -> str:
    """The one address in `value`, its domain in ASCII. Raises ValueError whose text says what to do.

    An address that mail carriers gave out against the rules (a..b@…) is taken as it is: see `doubtful`.
    """
    address = unicodedata.normalize("NFKC", value).strip()
    local, at, domain = address.rpartition("@")
    if not at:
        raise ValueError(_("「@」を含むメールアドレスを書いてください。例: akari@mail.example"))
    if not local or not domain or "@" in local or NOT_IN_AN_ADDRESS.search(address):
        raise ValueError(_("メールアドレスを1つだけ、空白を入れずに書いてください。例: akari@mail.example"))
    if not local.isascii():
        raise ValueError(_("「@」の前には、半角の英数字のメールアドレスを書いてください。日本語の宛先には送れません。"))
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise ValueError(_("「@」の後ろが読み取れません。メールアドレスを確かめてください。")) from error


def doubtful(address: str) -> bool:
    """Whether mail to an address that was accepted may not arrive."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return True
    return False
