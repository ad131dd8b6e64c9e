"""A client of clamd (ClamAV): one file, one connection, the command INSTREAM over TCP or a unix socket."""

import socket
from dataclasses import dataclass

from tracker.models import Verdict

CONNECT, ANSWER = 5.0, 60.0  # seconds
PIECE = 64 * 1024
LONGEST = 4096  # bytes of an answer


class Silent(Exception):
    """No answer: clamd hung up, took too long, or said what no clamd says."""


class Away(Silent):
    """No connection: this says nothing of the file."""


class Unable(Exception):
    """An answer without a verdict: clamd could not look at this file now."""


@dataclass(frozen=True)
class Said:
    """What clamd said of a file; `virus` is the name of what it found."""

    verdict: Verdict
    virus: str = ""


def ask(address: str, body: bytes, *, answer: float = ANSWER) -> Said:
    """Have a file looked at by the clamd at `address`, "host:port" or the path of a socket.

    Raises Away, Silent and Unable.
    """
    try:
        line = _connect(address)
    except (OSError, ValueError) as error:  # ValueError: an address that is none
        raise Away(type(error).__name__) from error
    try:
        with line:
            line.settimeout(answer)
            said = _exchange(line, body)
    except OSError as error:
        raise Silent(type(error).__name__) from error
    if said.endswith(" FOUND"):
        return Said(Verdict.INFECTED, said.removeprefix("stream: ").removesuffix(" FOUND")[:200])
    if said.endswith(": OK"):
        return Said(Verdict.CLEAN)
    if "size limit exceeded" in said:
        return Said(Verdict.TOO_BIG)
    if said.endswith("ERROR"):
        raise Unable("error")
    raise Silent("unknown answer")


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(CONNECT)
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), CONNECT)


def _exchange(line: socket.socket, body: bytes) -> str:
    """Send a file in pieces, each behind its length, and read the answer up to its NUL.

    A file above StreamMaxLength is answered while it is still being sent, and the line is cut: the answer counts.
    """
    view = memoryview(body)
    try:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(body), PIECE):
            piece = view[start : start + PIECE]
            line.sendall(len(piece).to_bytes(4))
            line.sendall(piece)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass
    said = b""
    while b"\0" not in said and len(said) < LONGEST:
        more = line.recv(LONGEST)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode(errors="replace").strip()
