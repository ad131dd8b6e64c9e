"""One POST to a checked address, and what came back: a code, and words only for who asks to `keep` them."""

import http.client
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tracker.letters.webhook.address import Forbidden, Target, addresses, target
from tracker.models import Trouble

log = logging.getLogger(__name__)

SECONDS = 10.0  # for the connection, and again for TLS, post and answer
TRIES = 3  # addresses of one name
READ = 4096  # bytes of an answer that are taken, and forgotten
LATER = frozenset({408, 425, 429})
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Heard:
    """What came of a post: the code of the answer, or what stood in the way; how long the receiver asks us to wait."""

    status: int | None = None
    trouble: Trouble | None = None
    retry_after: str = ""
    unsure: bool = field(default=False, compare=False)  # it went out and no answer came: the receiver may have it
    said: bytes = field(default=b"", compare=False, repr=False)  # of a 2xx answer, where it is kept
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # names in small letters

    @property
    def given(self) -> bool:
        """The receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """It is of no use to try again: the receiver said no, points elsewhere, or is where nothing may be sent."""
        if self.status is None:
            return self.trouble in (Trouble.ADDRESS, Trouble.KEY)
        return not self.given and self.status < 500 and self.status not in LATER

    def pause(self, at: datetime) -> timedelta | None:
        """How long the receiver asks us to wait (RFC 9110 10.2.3), at most an hour; None where it does not say."""
        text = self.retry_after.strip()
        if text.isascii() and text.isdigit():
            wanted = timedelta(seconds=min(int(text[:9]), 3600))
        else:
            try:
                named = parsedate_to_datetime(text)
            except ValueError:
                return None
            if named.tzinfo is None:
                return None
            wanted = named - at
        return min(max(wanted, timedelta(0)), LONGEST_PAUSE)


def deliver(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    local: bool = False,
    context: ssl.SSLContext | None = None,
    keep: int = 0,
) -> Heard:
    """Post `body` once. Never raises for what happens on the way, follows nothing, uses no proxy.

    Up to `keep` bytes of the words of a 2xx answer are handed back; one that says more has said nothing.
    """
    try:
        wanted = target(url, local=local)
        found = addresses(wanted)
    except Forbidden:
        return Heard(trouble=Trouble.ADDRESS)
    except (OSError, UnicodeError):
        return Heard(trouble=Trouble.NAME)
    heard = Heard(trouble=Trouble.SILENCE)
    for family, place in found[:TRIES]:
        try:
            with _connected(wanted, family, place, context) as connected:
                return _post(wanted, connected, body, headers, keep)
        except ssl.SSLError:
            heard = Heard(trouble=Trouble.TLS)
        except (OSError, http.client.HTTPException, ValueError) as error:
            log.info("webhook: %s", type(error).__name__)
            heard = Heard(trouble=Trouble.SILENCE)
            if not isinstance(error, _Unreached):
                break  # it is there, and does not speak
    return heard


class _Unreached(OSError):
    """No connection: the next address of the name is tried."""


def _connected(wanted: Target, family: int, place: Any, context: ssl.SSLContext | None) -> socket.socket:
    """A connection to the very address that was checked; TLS, which is still to begin, asks for the name."""
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.settimeout(SECONDS)
        try:
            plain.connect(place)
        except OSError:
            raise _Unreached from None
        if wanted.local:
            return plain
        name = wanted.host.rstrip(".")
        return (context or ssl.create_default_context()).wrap_socket(
            plain, server_hostname=name, do_handshake_on_connect=False
        )
    except BaseException:
        plain.close()
        raise


def _post(wanted: Target, connected: socket.socket, body: bytes, headers: Mapping[str, str], keep: int) -> Heard:
    """Send and hear. One that answers a byte at a time is cut off: `SECONDS` is for the whole of it, TLS and all."""
    line = http.client.HTTPConnection(wanted.host, wanted.port)
    line.sock = connected  # so it opens none of its own, and asks nobody for the name again
    line.auto_open = 0
    cut = threading.Timer(SECONDS, _cut_off, [connected])
    cut.daemon = True
    cut.start()
    try:
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        return _asked(wanted, line, body, headers, keep)
    finally:
        cut.cancel()
        line.close()


def _asked(
    wanted: Target, line: http.client.HTTPConnection, body: bytes, headers: Mapping[str, str], keep: int
) -> Heard:
    try:
        line.request("POST", wanted.path, body, {"Host": wanted.named, "Connection": "close", **headers})
        with line.getresponse() as answer:
            if keep and 200 <= answer.status < 300:
                whole = answer.length
                said = answer.read(keep + 1)
                if whole is not None and len(said) < min(whole, keep + 1):  # cut short on the way: the same goes again
                    return Heard(trouble=Trouble.SILENCE, unsure=True)
                named = {name.lower(): value for name, value in answer.getheaders()}
                return replace(_heard(answer), said=said if len(said) <= keep else b"", headers=named)
            with suppress(OSError, http.client.HTTPException):
                answer.read1(READ)
            return _heard(answer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.info("webhook: %s", type(error).__name__)
        return Heard(trouble=Trouble.SILENCE, unsure=True)  # the same goes again later, under the same id


def _heard(answer: http.client.HTTPResponse) -> Heard:
    said = (answer.getheader("Retry-After") or "")[:40]
    heard = Heard(status=answer.status, retry_after=said)
    return heard if heard.given else Heard(answer.status, Trouble.STATUS, said)


def _cut_off(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
