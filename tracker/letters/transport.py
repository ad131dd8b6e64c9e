"""Carrying a parcel to the relay, or into a folder. What comes back holds codes only: replies may echo addresses."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from tracker.letters.outbox import Parcel
from tracker.settings import Settings

PERMANENT = 500
AUTHENTICATION = {530, 534, 535, 538}
UNREACHED = "4.4.1"  # no answer from host: nothing was handed over (RFC 3463)


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


def message(settings: Settings, parcel: Parcel) -> EmailMessage:
    """The mail that carries a parcel. Its Message-ID is the letter's, so that a repeated sending is seen as one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.mail_from
    mail["To"] = parcel.to
    mail["Subject"] = parcel.subject
    mail["Date"] = format_datetime(parcel.queued_at)
    mail["Message-ID"] = f"<{parcel.id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.body, cte="base64")
    mail["Content-Language"] = "ja"
    return mail


def _into_folder(settings: Settings, parcel: Parcel) -> Answer:
    settings.mail_folder.mkdir(parents=True, exist_ok=True)
    target = settings.mail_folder / f"{parcel.queued_at:%Y%m%d-%H%M%S}-{parcel.id}.eml"
    draft = target.with_suffix(".part")
    draft.write_bytes(message(settings, parcel).as_bytes())
    draft.replace(target)  # the same letter again replaces itself
    return Answer(True, 250, "folder")


class _Relay:
    """One SMTP connection for many parcels, opened at the first and again after a failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    def __call__(self, parcel: Parcel) -> Answer:
        try:
            smtp = self._smtp or self._connect()
        except (smtplib.SMTPException, OSError):  # a wrong password too: the letter is not to blame, and waits
            self.close()
            return Answer(False, 0, "smtp", UNREACHED)
        try:
            smtp.send_message(message(self._settings, parcel))
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return _refusal(code, text)
        except smtplib.SMTPResponseException as error:
            self.close()
            if isinstance(error, smtplib.SMTPSenderRefused) or error.smtp_code in AUTHENTICATION:
                return Answer(False, 0, "smtp", UNREACHED)  # about us, not about this letter: it waits
            return _refusal(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            return Answer(False, PERMANENT, "smtp", "5.6.7")
        except (smtplib.SMTPException, OSError):
            self.close()
            return Answer(False, 0, "smtp")
        return Answer(True, 250, "smtp")

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        self._smtp = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout)
        if settings.smtp_starttls:
            self._smtp.starttls()
        if settings.smtp_user:
            self._smtp.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        return self._smtp

    def close(self) -> None:
        """Give the connection up."""
        if self._smtp:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
        self._smtp = None


def _refusal(code: int, text: bytes | str) -> Answer:
    found = re.search(
        r"\b[245]\.\d{1,3}\.\d{1,3}\b", text.decode(errors="replace") if isinstance(text, bytes) else text
    )
    return Answer(False, code, "smtp", found.group() if found else "")
