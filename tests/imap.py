"""A small IMAP server over TLS for tests: one folder, of which messages are searched, fetched and marked as seen."""

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """The server's side. `dropping` names a command at which it hangs up, once."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    password: str = "himitsu"
    dropping: str = ""
    validity: int = 7
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a line in, its answer out."""
        writer.write(b"* OK ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, command = line.split(" ", 1)
            self.asked.append(command)
            if self.dropping and self.dropping in command:
                self.dropping = ""
                writer.transport.abort()
                return
            writer.write(self._answer(command.split(" "), command) + tag.encode() + self._ending(command))
            await writer.drain()
            if command == "LOGOUT":
                break
        writer.close()

    def _answer(self, words: list[str], command: str) -> bytes:
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("SELECT"):
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] valid\r\n" % (len(self.messages), self.validity)
        if command == "UID SEARCH ALL":
            return b"* SEARCH %s\r\n" % " ".join(str(uid) for uid in self.messages).encode()
        if command == "UID SEARCH UNSEEN":
            return b"* SEARCH %s\r\n" % " ".join(str(uid) for uid in self.messages if uid not in self.seen).encode()
        if command.startswith("UID FETCH"):
            uid, most = int(words[2]), int(re.search(r"<0\.(\d+)>", command).group(1))
            body = self.messages[uid][:most]
            return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (uid, len(body), body)
        if command.startswith("UID STORE") and r"\Seen" in command:
            self.seen.add(int(words[2]))
        return b"* BYE\r\n" if command == "LOGOUT" else b""

    def _ending(self, command: str) -> bytes:
        if command.startswith("LOGIN") and not command.endswith(f'"{self.password}"'):
            return b" NO wrong\r\n"
        if command.startswith("SELECT") and "INBOX" not in command and "bounces" not in command:
            return b" NO no such folder\r\n"
        return b" OK done\r\n"


@contextmanager
def running_imap(context: ssl.SSLContext) -> Iterator[Mailbox]:
    """A mailbox that listens on its `port`."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # a browser's loop may run in this one
    thread.start()
    starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(box.serve, "127.0.0.1", 0, ssl=context), loop)
    server = starting.result(10)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
