"""The mailbox of bounces: a Maildir, or a folder on an IMAP server over TLS. What was settled is marked as seen.

The mark decides nothing, since people look into mailboxes, too: what was settled before stands in our own ledger.
"""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from tracker.letters.transport import verified
from tracker.settings import Settings

MOST = 1024 * 1024  # bytes read of a message: a server's report stands before the copy of what it is about
IMAPS = 993


class Away(Exception):
    """The mailbox cannot be read now."""


class Mailbox(Protocol):
    """Where bounces arrive. `name` tells it from any other mailbox, and says nothing of whose it is."""

    name: str

    def all(self) -> dict[str, bool]:
        """Every message, the oldest first, and whether it is marked as seen: somebody may only have looked at it.

        Raises Away.
        """

    def read(self, uid: str) -> bytes | None:
        """The beginning of a message; None if somebody else took it. Raises Away."""

    def seen(self, uid: str) -> None:
        """Mark a message, for people who look into the mailbox. Raises Away."""


@contextmanager
def mailbox(settings: Settings) -> Iterator[Mailbox | None]:
    """The mailbox that `settings` name, open; None when there is none. Raises Away."""
    where = settings.bounce_mailbox
    if where.startswith("maildir:"):
        yield Maildir(where)
    elif where:
        box = Imap(settings)
        try:
            yield box
        finally:
            box.close()
    else:
        yield None


class Maildir:
    """A folder with new/ and cur/, into which another program may move messages, seen or not."""

    def __init__(self, where: str) -> None:
        self.name = _name(where)
        self._folder = Path(where.removeprefix("maildir:"))
        self._files: dict[str, Path] = {}

    def all(self) -> dict[str, bool]:
        """The messages in new/ and in cur/."""
        try:
            files = sorted((self._folder / "new").iterdir()) + sorted((self._folder / "cur").iterdir())
        except OSError as error:
            raise Away from error
        self._files = {_unique(file): file for file in files}
        return {uid: "S" in _flags(file) for uid, file in self._files.items()}

    def read(self, uid: str) -> bytes | None:
        """The beginning of the file."""
        try:
            with self._files[uid].open("rb") as file:
                return file.read(MOST)
        except FileNotFoundError:
            return None

    def seen(self, uid: str) -> None:
        """Move the file to cur/, marked."""
        file = self._files[uid]
        marks = "".join(sorted({*_flags(file), "S"}))
        try:
            file.rename(self._folder / "cur" / f"{uid}:2,{marks}")
        except FileNotFoundError:
            return  # another worker has marked it
        except OSError as error:  # it is known: the next run tries again
            raise Away from error


class Imap:
    """A folder on an IMAP server, over TLS with certificate and name checked."""

    def __init__(self, settings: Settings) -> None:
        where = urlsplit(settings.bounce_mailbox)
        folder = unquote(where.path.lstrip("/")) or "INBOX"
        user, password = unquote(where.username or ""), settings.bounce_password.get_secret_value()
        try:
            self._server = imaplib.IMAP4_SSL(
                where.hostname or "", where.port or IMAPS, ssl_context=verified(settings), timeout=settings.smtp_timeout
            )
        except OSError as error:
            raise Away from error
        try:
            self._server.login(_quoted(user), password)
            chosen, _ = self._server.select(_quoted(folder))
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            self.close()
            raise Away from error
        if chosen != "OK":
            self.close()
            raise Away
        validity = self._server.response("UIDVALIDITY")[1][0]
        self.name = _name(f"{settings.bounce_mailbox} {validity!r}")

    def all(self) -> dict[str, bool]:
        """The messages of the folder, by their numbers."""
        unseen = set(self._numbers("UNSEEN"))
        return {uid: uid not in unseen for uid in self._numbers("ALL")}

    def read(self, uid: str) -> bytes | None:
        """The beginning of a message, without marking it."""
        found = self._ask("FETCH", uid, f"(BODY.PEEK[]<0.{MOST}>)")
        return next((part[1] for part in found if isinstance(part, tuple)), None)

    def seen(self, uid: str) -> None:
        """Set the mark."""
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        """Sign off. Nothing is expunged."""
        try:
            self._server.logout()
        except (imaplib.IMAP4.error, OSError):
            self._server.shutdown()

    def _numbers(self, which: str) -> list[str]:
        [found, *_] = self._ask("SEARCH", which)
        return [uid.decode() for uid in found.split()] if isinstance(found, bytes) else []

    def _ask(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes] | None]:
        try:
            answer, found = self._server.uid(command, *arguments)
        except (imaplib.IMAP4.error, OSError) as error:
            raise Away from error
        if answer != "OK":
            raise Away
        return found


def _name(where: str) -> str:
    return sha256(where.encode()).hexdigest()[:16]


def _unique(file: Path) -> str:
    return file.name.partition(":")[0]


def _flags(file: Path) -> str:
    return file.name.partition(":2,")[2]


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
