"""The mail that carries a parcel: its envelope and its bytes, the same each time it is sent."""

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import cache

from email_validator import EmailNotValidError, validate_email

from tracker.letters import verp
from tracker.letters.outbox import Parcel
from tracker.settings import Settings

# Not what RFC 5321 lets a local part be without quotes; carriers gave out addresses with two dots, or one at the end.
ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
DOT_ATOM = re.compile(rf"{ATOM}(\.{ATOM})*")
QUOTED = re.compile(r'"([^"\\]|\\.)+"')
PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9._-]+|\[[A-Za-z0-9.:]+\]")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
QUIET = "DR, RN, NRN, OOF, AutoReply"  # never NDR nor All: a failure is what we want to hear of
UTF8 = Charset("utf-8")
UTF8.header_encoding = BASE64


class Unaddressable(Exception):
    """No mail can be sent to this address, by any relay."""


@dataclass(frozen=True)
class Mail:
    """An envelope and what is in it. `international`: only a relay that knows SMTPUTF8 can carry it."""

    sender: str
    to: str
    content: bytes
    international: bool


def mail(settings: Settings, parcel: Parcel) -> Mail:
    """The mail of a parcel. Its Message-ID is the letter's, so that a repeated sending is seen as one.

    Raises Unaddressable.
    """
    to = envelope_address(parcel.to)
    ours = parseaddr(settings.mail_from)[1]
    sender = verp.envelope_sender(settings, parcel.id) or ours
    headers = {
        "From": _author(settings.mail_from),
        "To": to,
        "Subject": _subject(parcel.subject),
        "Date": format_datetime(parcel.queued_at),
        "Message-ID": f"<{parcel.id}@{ours.rpartition('@')[2] or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": QUIET,
        "MIME-Version": "1.0",
        "Content-Language": "ja",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    body = b"\r\n".join([*parcel.body.encode().splitlines(), b""])
    content = head + b"\r\n" + encodebytes(body).replace(b"\n", b"\r\n")
    return Mail(sender, to, content, international=not (to + sender).isascii())


def envelope_address(address: str) -> str:
    """An address as SMTP wants it: the local part in quotes where it needs them, the domain in ASCII.

    Raises Unaddressable for what could never be delivered, or could say something else to the relay.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or UNPRINTABLE.search(address):
        raise Unaddressable
    if not (DOT_ATOM.fullmatch(local) or QUOTED.fullmatch(local)):
        if not local or re.search(r'["\\@<>]', local):
            raise Unaddressable
        local = f'"{local}"'
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    if PLAIN_DOMAIN.fullmatch(domain):
        return domain
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain or ""
    except (EmailNotValidError, UnicodeError) as error:
        raise Unaddressable from error


def _subject(text: str) -> str:
    """A subject in encoded words of at most 75 characters, each whole in itself (RFC 2047).

    Not by EmailMessage: its folding loses spaces between Japanese and digits.
    """
    text = UNPRINTABLE.sub(" ", text)
    return Header(text, None if text.isascii() else UTF8, maxlinelen=75, header_name="Subject").encode(linesep="\r\n")


@cache
def _author(mail_from: str) -> str:
    """The From header of all letters, folded once: by EmailMessage a mail took as long to make as to hand over."""
    policy = SMTP if mail_from.rpartition("<")[2].isascii() else SMTPUTF8
    made = EmailMessage(policy=policy)
    made["From"] = mail_from
    folded: str = made["From"].fold(policy=policy)
    return folded.removeprefix("From: ").removesuffix("\r\n")
