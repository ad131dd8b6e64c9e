"""A real web server for tests that takes webhooks, answers as it is told, and keeps what came."""

import os
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Came:
    """One post as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """The server's side. Each of `answers` is given once, in order; then everything is taken.

    An answer is a code with further headers, "silence", or "drip": a byte at a time, for ever.
    """

    def __init__(self) -> None:
        self.came: list[Came] = []
        self.answers: list[object] = []
        self.victim = 0  # a process to kill once it has been answered
        self.port = 0
        self.name = ""  # that TLS was asked for

    @property
    def url(self) -> str:
        """Its address, over plain http."""
        return f"http://127.0.0.1:{self.port}/hook/secret?x=1"


class Handler(BaseHTTPRequestHandler):
    """Hands each post to the receiver."""

    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.receiver.came.append(Came(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        answer = self.receiver.answers.pop(0) if self.receiver.answers else (204, {})
        if answer == "silence":
            time.sleep(3)
            return
        if answer == "drip":
            for _n in range(60):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.1)
            return
        code, headers = answer
        self.send_response(code)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        if self.receiver.victim:
            os.kill(self.receiver.victim, signal.SIGKILL)
            self.receiver.victim = 0

    do_GET = do_POST

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def running_receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens on its `port`, with TLS if it is given one."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"receiver": receiver}))
    server.handle_error = lambda *_said: None  # a client that went away is what some tests are about
    server.daemon_threads = True
    if context:
        context.sni_callback = lambda _socket, name, _context: setattr(receiver, "name", name)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
