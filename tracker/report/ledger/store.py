"""Files on their way into the ledger: streamed to the disk, hashed on the way, gone when their rows are counted."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast
from uuid import uuid4

from sqlmodel import Session

from tracker.casework import NotAllowed
from tracker.db import remove_after
from tracker.law import N_
from tracker.settings import Settings

PIECE = 1024 * 1024
LOOK = 64  # pieces between two looks at the room that the disk has
LOOSE = timedelta(days=1)  # a file that no import names by then belongs to none
FULL = N_("いまは受け取れません。サーバーの空き容量が足りません。")


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its name in the folder, its size in bytes, its hash."""

    stored: str
    size: int
    sha256: str


def folder_of(settings: Settings) -> Path:
    """Where files lie until they are read."""
    return settings.data / "ledger"


def keep(settings: Settings, stream: IO[bytes]) -> Kept:
    """Keep what a stream brings, durably, with as much memory for a large file as for a small one.

    Raises NotAllowed where the disk has no room. What ends early, for whatever reason, leaves nothing behind.
    """
    folder = _folder(settings)
    stored, digest, size = uuid4().hex, sha256(), 0
    try:
        with (folder / stored).open("xb") as file:
            for n, piece in enumerate(iter(partial(stream.read, PIECE), b"")):
                if n % LOOK == 0 and shutil.disk_usage(folder).free - LOOK * PIECE < settings.disk_spare:
                    raise NotAllowed(FULL, about="file")
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        drop(settings, stored)
        raise
    _settle(folder)
    return Kept(stored, size, digest.hexdigest())


def coming(settings: Settings, size: int) -> IO[bytes]:
    """An empty file in the folder for `size` bytes that come from somewhere else; it goes when it is closed.

    Raises NotAllowed where the disk has no room for them.
    """
    folder = _folder(settings)
    if shutil.disk_usage(folder).free - size < settings.disk_spare:
        raise NotAllowed(FULL, about="file")
    return cast(IO[bytes], NamedTemporaryFile(dir=folder))


def adopt(settings: Settings, file: IO[bytes]) -> Kept:
    """Keep a file that came (`coming`), by another name for the same bytes: a year is not written twice."""
    file.flush()
    size, digest = measure_open(file)
    os.fsync(file.fileno())
    stored = uuid4().hex
    try:
        os.link(file.name, folder_of(settings) / stored)
    except OSError:  # this disk knows no second names
        file.seek(0)
        return keep(settings, file)
    _settle(folder_of(settings))
    return Kept(stored, size, digest)


def measure(path: Path) -> Kept:
    """The same of a file that lies somewhere else on this machine, and stays there."""
    with path.open("rb") as file:
        size, digest = measure_open(file)
    return Kept(str(path.absolute()), size, digest)


def measure_open(file: IO[bytes]) -> tuple[int, str]:
    """Size and hash of an open file, whatever was read of it before."""
    file.seek(0)
    digest = sha256()
    for piece in iter(partial(file.read, PIECE), b""):
        digest.update(piece)
    return file.tell(), digest.hexdigest()


def path_of(settings: Settings, stored: str) -> Path:
    """Where a file lies: in the folder, or wherever its absolute path says."""
    return folder_of(settings) / stored


def forget(session: Session, stored: str) -> None:
    """Let a file go with the commit that forgets it. One that lies somewhere else is not ours."""
    if ours(stored):
        remove_after(session, path_of(session.info["settings"], stored))


def drop(settings: Settings, stored: str) -> None:
    """Remove a file at once: what was kept, and was refused then."""
    if ours(stored):
        with suppress(OSError):  # the sweep takes it
            path_of(settings, stored).unlink(missing_ok=True)


def sweep(settings: Settings, named: Iterable[str], *, at: datetime) -> int:
    """Remove the files that no import names: whoever brought them was cut off. Says how many."""
    known, gone = set(named), 0
    for path in folder_of(settings).glob("*"):
        with suppress(FileNotFoundError):
            if path.name not in known and path.is_file() and path.stat().st_mtime < (at - LOOSE).timestamp():
                path.unlink()
                gone += 1
    return gone


def ours(stored: str) -> bool:
    """Whether a file lies in the folder; one with a path lies somewhere else."""
    return bool(stored) and Path(stored).name == stored


def _folder(settings: Settings) -> Path:
    """The folder, which is there from now on."""
    folder = folder_of(settings)
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(folder.parent)
    return folder


def _settle(folder: Path) -> None:
    """Have the disk keep the names in a folder: a file whose name is lost is lost."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
