"""A real SMTP server for tests, which answers as it is told and keeps what it was given."""

import asyncio
import email
import email.policy
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Relay:
    """The server's side. Answers in `rcpt` and `data` are given once each, in order; then everything is accepted."""

    def __init__(self) -> None:
        self.mailbox: list[EmailMessage] = []
        self.contents: list[bytes] = []  # the same mails as they came
        self.envelopes: list[tuple[str, str]] = []  # of the same mails, from and to
        self.connections = 0
        self.encrypted = False  # the last connection
        self.signed_in: list[tuple[str, str]] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.victim = 0  # a process to kill …
        self.kill_at = ""  # … when it says EHLO, or has handed over DATA
        self.spared = 0  # how many mails come before that
        self.slow = 0.0  # seconds before DATA is answered
        self.meanwhile: Callable[[], object] | None = None  # what happens once, while DATA is answered
        self.port = 0

    def message_ids(self) -> list[str]:
        """The Message-ID of each mail in the mailbox."""
        return [mail["Message-ID"] for mail in self.mailbox]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self._kill("EHLO")
        self.connections += session.host_name is None
        self.encrypted = session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.rcpt.pop(0) if self.rcpt else "250 2.1.5 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.data.pop(0) if self.data else "250 2.0.0 OK"
        if answer == "silence":
            await asyncio.sleep(60)
        await asyncio.sleep(self.slow)
        if self.meanwhile:
            work, self.meanwhile = self.meanwhile, None
            work()
        if answer.startswith(("250", "drop")):
            self.contents.append(envelope.content)
            self.envelopes.append((envelope.mail_from, *envelope.rcpt_tos))
            self.mailbox.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            if len(self.mailbox) > self.spared:
                self._kill("DATA")
        if answer == "drop":  # it has the mail, and nobody will ever hear of it
            server.transport.abort()
        return answer

    def sign_in(self, server, session, envelope, mechanism, data):
        """Anybody may: what was said is kept."""
        self.signed_in.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    def _kill(self, moment: str) -> None:
        if self.kill_at == moment:
            self.kill_at = ""
            os.kill(self.victim, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_relay(port: int = 0, **how) -> Iterator[Relay]:
    """A relay that listens on its `port`; `how` is what aiosmtpd is told of TLS, of signing in and the like."""
    relay = Relay()
    relay.port = port or free_port()
    controller = Controller(
        relay, hostname="127.0.0.1", port=relay.port, ready_timeout=20, authenticator=relay.sign_in, **how
    )
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
