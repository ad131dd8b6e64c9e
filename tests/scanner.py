"""A virus scanner for tests that speaks clamd's protocol on a real socket, and knows one virus."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The EICAR test file, in two parts so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Win.Test.EICAR_HDB-1"


class Scanner(socketserver.BaseRequestHandler):
    """One connection: INSTREAM, pieces behind their lengths up to one of length 0, then the answer."""

    def handle(self) -> None:
        """Answer as clamd does; a stream that is too long is answered, and cut, while it still comes."""
        server = self.server
        server.asked += 1
        if server.mute:
            server.closing.wait(5)
            return
        if self._read_command() != b"INSTREAM":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        body = b""
        while length := int.from_bytes(self._read(4)):
            if len(body) + length > server.most:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            body += self._read(length)
        server.bodies.append(body)
        said = server.says or (f"stream: {NAME} FOUND" if EICAR in body else "stream: OK")
        if server.stumbles and server.stumbles in body:
            said = "stream: Can't read the file ERROR"
        self.request.sendall(said.encode() + b"\0")

    def _read_command(self) -> bytes:
        assert self._read(1) == b"z", "commands begin with z and end with NUL"
        command = b""
        while (byte := self._read(1)) != b"\0":
            command += byte
        return command

    def _read(self, n: int) -> bytes:
        found = b""
        while len(found) < n:
            more = self.request.recv(n - len(found))
            assert more, "the line was cut"
            found += more
        return found


@contextmanager
def running_scanner(path: Path | None = None, port: int = 0, most: int = 25 * 1024 * 1024) -> Iterator:
    """A scanner at its `address`: a free port, or the socket `path`."""
    kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
    kind.allow_reuse_address = True
    server = kind(str(path) if path else ("127.0.0.1", port), Scanner)
    server.daemon_threads, server.block_on_close = True, False
    server.bodies, server.asked, server.most, server.says, server.mute = [], 0, most, "", False
    server.closing, server.stumbles = threading.Event(), b""
    server.address = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
