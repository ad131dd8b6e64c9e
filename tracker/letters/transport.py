"""Carrying a parcel to the relay, or into a folder. What comes back holds codes only: replies may echo addresses."""

import logging
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from tracker.letters.mime import Mail, Unaddressable, mail
from tracker.letters.outbox import Parcel
from tracker.settings import Settings

log = logging.getLogger(__name__)

OK = 250
TAKEN = {250, 251}
CLOSING = 421
PERMANENT = 500
UNREADABLE = -1  # smtplib's own code for a reply that is none
AUTHENTICATION = {530, 534, 535, 538}
UNREACHED = "4.4.1"  # no answer from host: nothing was handed over (RFC 3463)
NEEDS_SMTPUTF8 = "5.6.7"  # a local part in Japanese, and a relay that cannot carry one
BAD_ADDRESS = "5.1.3"


@dataclass(frozen=True)
class Answer:
    """What became of a parcel. `code` is the SMTP reply code (0 when no reply came), `status` the RFC 3463 code."""

    accepted: bool
    code: int
    transport: str
    status: str = ""

    @property
    def refused(self) -> bool:
        """The relay said no for good; anything else that was not accepted is tried again."""
        return not self.accepted and self.code >= PERMANENT

    @property
    def unsure(self) -> bool:
        """The connection broke in the middle: the relay may have taken the parcel without saying so."""
        return not self.accepted and self.code == 0 and self.status != UNREACHED


AWAY = Answer(False, 0, "smtp", UNREACHED)
NO_ADDRESS = Answer(False, PERMANENT, "smtp", BAD_ADDRESS)


class Carrier(Protocol):
    """Something that carries parcels."""

    def __call__(self, parcel: Parcel) -> Answer:
        """Carry one parcel and say what became of it. Never raises for a failure of the transport."""


@contextmanager
def carrier(settings: Settings) -> Iterator[Carrier | None]:
    """The transport that `settings` name, open for many parcels; None when mail is not set up."""
    if settings.mail == "folder":
        yield lambda parcel: _into_folder(settings, parcel)
    elif settings.mail == "smtp":
        relay = _Relay(settings)
        try:
            yield relay
        finally:
            relay.close()
    else:
        yield None


def _into_folder(settings: Settings, parcel: Parcel) -> Answer:
    try:
        content = mail(settings, parcel).content
    except Unaddressable:
        return NO_ADDRESS
    settings.mail_folder.mkdir(parents=True, exist_ok=True)
    target = settings.mail_folder / f"{parcel.queued_at:%Y%m%d-%H%M%S}-{parcel.id}.eml"
    draft = target.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(target)  # the same letter again replaces itself
    return Answer(True, 250, "folder")


class _Relay:
    """One SMTP connection for many parcels, opened at the first and again after a failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    def __call__(self, parcel: Parcel) -> Answer:
        """Hand one parcel over. A connection that the relay closed since the last one is opened anew, once."""
        try:
            made = mail(self._settings, parcel)
        except Unaddressable:
            return NO_ADDRESS
        reused = self._smtp is not None
        answer = self._try(made)
        return self._try(made) if reused and self._smtp is None and answer == AWAY else answer

    def _try(self, made: Mail) -> Answer:
        try:
            smtp = self._smtp or self._connect()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # a wrong password too: not the letter's fault
            log.warning("the mail relay could not be used: %s", type(error).__name__)
            self.close()
            return AWAY
        if made.international and not smtp.has_extn("smtputf8"):
            return Answer(False, PERMANENT, "smtp", NEEDS_SMTPUTF8)
        told = False
        text: bytes | str
        try:
            code, text = smtp.mail(made.sender, ["SMTPUTF8", "BODY=8BITMIME"] if made.international else [])
            if code != OK:  # about us, not about this letter: it waits
                self.close()
                return AWAY
            code, text = smtp.rcpt(made.to)
            if code in TAKEN:
                told = True
                code, text = smtp.data(made.content)
        except smtplib.SMTPDataError as error:  # DATA itself was refused
            code, text = error.smtp_code, error.smtp_error
        except (smtplib.SMTPException, OSError):
            code, text = UNREADABLE, ""
        if code == UNREADABLE:  # nothing came back, or nothing that is a reply
            self.close()
            return Answer(False, 0, "smtp") if told else AWAY
        if code == OK and told:
            return Answer(True, OK, "smtp")
        return self._refused(code, text)

    def _refused(self, code: int, text: bytes | str) -> Answer:
        """What a refusal means. One about us, or a relay that is closing, is no word about the letter."""
        if code in AUTHENTICATION or code == CLOSING:
            self.close()
            return AWAY
        if self._smtp:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self.close()
        said = text.decode(errors="replace") if isinstance(text, bytes) else text
        found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", said)
        return Answer(False, code, "smtp", found.group() if found else "")

    def _connect(self) -> smtplib.SMTP:
        """A connection that is ready for mail; encrypted and checked before anything secret is said."""
        settings = self._settings
        host, port, seconds = settings.smtp_host, settings.smtp_port, settings.smtp_timeout
        if settings.smtp_tls == "tls":
            self._smtp = smtplib.SMTP_SSL(host, port, timeout=seconds, context=verified(settings))
        else:
            self._smtp = smtplib.SMTP(host, port, timeout=seconds)
        if settings.smtp_tls == "starttls":  # a relay that does not offer it gets nothing
            self._smtp.starttls(context=verified(settings))
        if settings.smtp_user:
            self._smtp.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        self._smtp.ehlo_or_helo_if_needed()
        return self._smtp

    def close(self) -> None:
        """Give the connection up."""
        if self._smtp:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
        self._smtp = None


def verified(settings: Settings) -> ssl.SSLContext:
    """TLS that checks certificate and host name, against the authorities of this machine or of an own file."""
    return ssl.create_default_context(cafile=settings.mail_ca or None)
