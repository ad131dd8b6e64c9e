"""A real SMTP server for tests, which answers as it is told and keeps what it was given."""

import email
import email.policy
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Relay:
    """The server's side. Answers in `rcpt` and `data` are given once each, in order; then everything is accepted."""

    def __init__(self) -> None:
        self.mailbox: list[EmailMessage] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.victim = 0  # a process to kill …
        self.kill_at = ""  # … when it says EHLO, or has handed over DATA
        self.port = 0

    def message_ids(self) -> list[str]:
        """The Message-ID of each mail in the mailbox."""
        return [mail["Message-ID"] for mail in self.mailbox]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self._kill("EHLO")
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.rcpt.pop(0) if self.rcpt else "250 2.1.5 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.data.pop(0) if self.data else "250 2.0.0 OK"
        if answer.startswith("250"):
            self.mailbox.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self._kill("DATA")
        return answer

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
def running_relay(port: int = 0) -> Iterator[Relay]:
    """A relay that listens on its `port`."""
    relay = Relay()
    relay.port = port or free_port()
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port, ready_timeout=20)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
