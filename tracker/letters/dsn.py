"""What a message to the address of bounces says of one of our letters. Codes only: never an address, never its text.

1. A report of a mail server (RFC 3464, 6533). It goes first: many servers mark their reports as automatic answers too.
2. A bounce in the words of a server that writes no such report, as Japanese carriers, qmail and old Exim do.
3. An answer by a machine (RFC 3834), or a receipt that mail was read (RFC 8098): never a bounce.
4. Anything else, which nothing follows from.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from uuid import UUID

from tracker.letters import server_words, verp
from tracker.letters.server_words import STATUS
from tracker.models import BounceKind

ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
OUR_ID_LINE = re.compile(rf"^>?[ \t]*message-id:\s{{0,4}}{OUR_ID.pattern}", re.IGNORECASE | re.MULTILINE)
REPORTS = ("message/delivery-status", "message/global-delivery-status")
HEADERS = ("text/rfc822-headers", "message/global-headers")
ACTIONS = {
    "failed": BounceKind.FAILED,
    "delayed": BounceKind.DELAYED,
    "delivered": BounceKind.DELIVERED,
    "relayed": BounceKind.DELIVERED,
    "expanded": BounceKind.DELIVERED,
}
BY_CLASS = {"5": BounceKind.FAILED, "4": BounceKind.DELAYED, "2": BounceKind.DELIVERED}
WORST_FIRST = (BounceKind.FAILED, BounceKind.DELAYED, BounceKind.DELIVERED)

# Who writes bounces: the local part, or the name, of the author.
DAEMON = re.compile(
    r"mailer[-_.]?daemon|post-?master|mail[-_ ]?(delivery|system|administrator)|^mmdf|<>", re.IGNORECASE
)
ANSWERS = re.compile(r"^(auto(matic)?[ -]?(reply|response|:)|out of (the )?office|自動(返信|応答)|不在)", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    """What a message says. `token` is our mark in the address that it came to, `letter` an id of ours that it names."""

    kind: BounceKind
    status: str = ""
    token: str = ""
    letter: UUID | None = None


def parse(raw: bytes) -> Report:
    """What the message `raw`, whole or cut off at its end, says. May raise anything on what is no message at all."""
    message = message_from_bytes(raw, policy=compat32)
    kind, status = _server_report(message) or _server_words(message) or (_by_a_machine(message), "")
    return Report(kind, status, _token(message), _letter(message))


def _server_report(message: Message) -> tuple[BounceKind, str] | None:
    """The worst that a report says of any recipient, and its code."""
    found: list[tuple[BounceKind, str]] = []
    for part in message.walk():
        if part.get_content_type() in REPORTS:
            found += [said for block in _blocks(part) if (said := _of_recipient(block))]
    return min(found, key=lambda said: WORST_FIRST.index(said[0]), default=None)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status: the first is about the message, each other about one recipient."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    text = "\n\n".join(b.as_string() if isinstance(b, Message) else str(b) for b in blocks)
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        try:
            text = b64decode(text).decode(errors="replace")
        except NotBase64:
            return
    for block in re.split(r"(?:\r?\n[ \t]*){2,}", text.strip()):
        yield HeaderParser(policy=compat32).parsestr(block.lstrip())


def _of_recipient(block: Message) -> tuple[BounceKind, str] | None:
    action = re.match(r"[a-z]+", str(block.get("Action", "")).strip().lower())
    code = STATUS.search(str(block.get("Status", "")))
    status = code.group() if code else ""
    if action and action.group() in ACTIONS:
        return ACTIONS[action.group()], status
    return (BY_CLASS[status[0]], status) if status else None


def _server_words(message: Message) -> tuple[BounceKind, str] | None:
    """What a server says that writes no report."""
    failed = message.get("X-Failed-Recipients") is not None
    author = _header(message, "From")
    if not failed and (_marked(message) or (author and not DAEMON.search(author))):
        return None
    return server_words.meaning(_header(message, "Subject"), _text(message), failed=failed)


def _by_a_machine(message: Message) -> BounceKind:
    automatic = _header(message, "Auto-Submitted").lower() not in {"", "no"}
    read = message.get_content_type() == "multipart/report" and "disposition" in str(message.get_param("report-type"))
    quiet = _header(message, "Precedence").lower() in {"auto_reply", "auto-reply"}
    return BounceKind.REPLIED if automatic or read or quiet or _marked(message) else BounceKind.OTHER


def _marked(message: Message) -> bool:
    """Whether the message calls itself the answer of somebody's machine."""
    named = message.get("X-Autoreply") or message.get("X-Autorespond")
    return bool(named or ANSWERS.search(_header(message, "Subject")))


def _token(message: Message) -> str:
    """Our mark in an address that the message came to; what stands in its text is anybody's word."""
    for name in ADDRESSED:
        for value in message.get_all(name, []):
            if found := verp.TOKEN.search(str(value)):
                return found.group(1).lower()
    return ""


def _letter(message: Message) -> UUID | None:
    """The letter whose Message-ID is in the copy of it, or that the message answers."""
    for part in message.walk():
        if part is not message and (found := OUR_ID.search(str(part.get("Message-ID", "")))):
            return UUID(found.group(1))
    for part in message.walk():
        kind = part.get_content_type()
        if (kind in HEADERS or part.get_content_maintype() == "text") and (found := OUR_ID_LINE.search(_decoded(part))):
            return UUID(found.group(1))
    for name in ("In-Reply-To", "References"):
        if found := OUR_ID.search(str(message.get(name, ""))):
            return UUID(found.group(1))
    return None


def _text(message: Message) -> str:
    """The first part that is plain text."""
    return next((_decoded(part) for part in message.walk() if part.get_content_type() == "text/plain"), "")


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (str(part.get_content_charset("utf-8")), "utf-8", "iso-2022-jp", "cp932"):
        try:
            return payload.decode(charset)
        except (ValueError, LookupError):  # not its bytes, no such charset, or a name that cannot be one
            continue
    return payload.decode("latin-1")


def _header(message: Message, name: str) -> str:
    """A header as people read it."""
    value = " ".join(str(message.get(name, "")).split())
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, HeaderParseError):
        return value
