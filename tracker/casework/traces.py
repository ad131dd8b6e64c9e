"""What finds a piece of content again: short keys of its address and of its words, which an index can hold.

An address may be 4,000 characters long and a quote 5,000, more than an index takes on every database: a key is a part
of a hash. Equal keys are a hint for people; what was filed is compared by their eyes.
"""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from url_normalize import url_normalize

LENGTH = 32  # hexadecimal digits: 128 bits
# What sharing buttons and advertisers add to an address; none of it says which page is meant.
ADDED = re.compile(r"utm_\w+|fbclid|gclid|yclid|msclkid|igshid|twclid|mc_[ce]id", re.IGNORECASE)
NOT_THE_PLACE = re.compile(r":~:text=.*")  # a browser's own mark of words on a page
# Direction marks can make a line read as something else than it is.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# www.tsumugi.example/p/1: what people copy from an address bar that hides the scheme. A bare file name is none.
WITHOUT_SCHEME = re.compile(r"(?:[\w-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)(?::\d{1,5})?/\S+", re.IGNORECASE)


def normal_url(value: str) -> str:
    """The form in which addresses are compared. Raises ValueError for anything but http(s) without credentials.

    A backslash is a slash, as browsers read it: https://example.com\\@evil.example is at example.com.
    A host and a path without a scheme are read as https.
    """
    copy = TURNING.sub("", unicodedata.normalize("NFKC", value)).strip().replace("\\", "/")
    if WITHOUT_SCHEME.fullmatch(copy):
        copy = f"https://{copy}"
    parts = urlsplit(copy)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(value)
    if re.search(r"\s", parts.netloc):
        raise ValueError(value)
    found: str | None = url_normalize(copy)  # UnicodeError, for a host that cannot be one, is a ValueError
    if not found:
        raise ValueError(value)
    return found


def url_key(url_normal: str) -> str:
    """The key of an address in its normal form; empty for an item that has none.

    http and https, a leading www., a slash at the end and what sharing buttons add make no difference. A fragment does:
    it may name one comment of many. An address that cannot be taken apart is its own key.
    """
    if not url_normal:
        return ""
    try:
        parts = urlsplit(url_normal)
    except ValueError:
        return _key(url_normal)
    host = parts.netloc.lower().removeprefix("www.")
    asked = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not ADDED.fullmatch(k)])
    return _key(host, parts.path.rstrip("/"), asked, NOT_THE_PLACE.sub("", unquote(parts.fragment)))


def quote_key(account: str, quote: str) -> str:
    """The key of the words of an account; empty where one of the two is not named."""
    who, words = plain(account).lstrip("@"), plain(quote)
    return _key(who, words) if who and words else ""


def plain(text: str) -> str:
    """A text for comparing: NFKC, casefolded, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
