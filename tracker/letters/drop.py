"""A folder as a letter box: a file a message, whole or not there. The body stands in it as the text that was signed."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tracker.letters.webhook.signing import FIELDS

MOST_BYTES = 4 << 20
TAKEN, REFUSED = "taken", "refused"


class Dropped(NamedTuple):
    """A message out of a file."""

    headers: Mapping[str, str]
    body: bytes


def write(folder: Path, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Put a message into `folder`, under a name of ours. The same again replaces it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    envelope = {field: headers[field] for field in FIELDS} | {"body": body.decode()}
    half = folder / f".{name}.part"
    half.write_text(json.dumps(envelope, ensure_ascii=False), "utf-8")
    os.replace(half, folder / f"{name}.json")


def waiting(folder: Path) -> list[Path]:
    """The messages that lie in a folder."""
    return sorted(path for path in folder.glob("*.json") if path.is_file() and not path.is_symlink())


def read(path: Path) -> Dropped | None:
    """A message; None for what is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        said = json.loads(path.read_text("utf-8"))
        headers = {name: str(said[name]) for name in FIELDS}
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            return None
        return Dropped(headers, str(said["body"]).encode())
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def set_aside(path: Path, where: str) -> None:
    """Move a message that was dealt with into a folder beside it: taken, or refused.

    Where that is none, or leads somewhere else, it gets another name where it lies. Raises OSError.
    """
    place = path.parent / where
    try:
        if place.is_symlink():
            raise NotADirectoryError
        place.mkdir(exist_ok=True)
        os.replace(path, place / path.name)
    except OSError:
        os.replace(path, path.with_name(f"{path.name}.{where}"))


def refused(folder: Path) -> int:
    """How many messages of a folder were set aside as refused."""
    aside = folder / REFUSED
    inside = sum(1 for _path in aside.glob("*.json")) if not aside.is_symlink() else 0
    return inside + sum(1 for _path in folder.glob(f"*.json.{REFUSED}"))


def take_back(folder: Path, name: str) -> None:
    """Remove a message of ours that nobody has taken yet. Raises OSError."""
    (folder / f"{name}.json").unlink(missing_ok=True)
