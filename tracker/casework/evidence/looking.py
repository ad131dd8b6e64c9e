"""Looking at a file before it is kept: what it is, whether it is whole, and what staff should know of it."""

import io
import re
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from tracker.casework import NotAllowed
from tracker.casework.evidence import exif, jpeg, png, webp
from tracker.casework.evidence.kinds import recognise, refusal
from tracker.casework.evidence.names import shown_name, well_named
from tracker.casework.evidence.pictures import Broken, CutOff, Picture
from tracker.law import N_
from tracker.models import EvidenceNote

MIB = 1024 * 1024
MOST_PIXELS = 200_000_000  # the largest pictures of phones
MOST_FRAMES = 1_000
READERS: dict[str, "Reader"] = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}
PADDING = b"\0\r\n\t \x1a"
ZIP_TAIL = 66_000  # how far from its end a ZIP may have its directory

_RUNS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)\b")
_ENCLOSES = re.compile(rb"/EmbeddedFiles?\b")
_LOCKED = re.compile(rb"/Encrypt\b")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow's own limit, should something ever be decoded


class Reader(Protocol):
    """What each module of a format knows."""

    def read(self, body: bytes, /) -> Picture: ...
    def cleaned(self, body: bytes, turned: bytes, /) -> bytes: ...


@dataclass(frozen=True)
class FileIn:
    """A file as the browser sent it."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Looked:
    """What an acceptable file is, and what staff should know of it."""

    kind: str
    notes: list[EvidenceNote]


def look_at(file: FileIn, most: int) -> Looked:
    """Look at a file of at most `most` bytes. Raises NotAllowed, in words for the claimant, for one not taken.

    Time and memory grow with the file and not with what it says of itself: pictures are measured, never decoded, and
    nothing that points into the file is followed. Needs no transaction.
    """
    name, body = shown_name(file.name), file.body
    if not body:
        raise NotAllowed(N_("「%(name)s」は空のファイルです。"), name=name)
    if len(body) > most:
        raise NotAllowed(N_("「%(name)s」は%(most)sMBより大きいため、受け取れません。"), name=name, most=most // MIB)
    kind = recognise(body)
    if not kind:
        raise NotAllowed(refusal(body), name=name)
    try:
        notes = _of_picture(kind, body) if kind in READERS else _of_pdf(body)
    except CutOff as error:
        raise NotAllowed(
            N_("「%(name)s」は途中で切れています。もう一度保存し直すか、スクリーンショットを撮って添えてください。"),
            name=name,
        ) from error
    except _TooMuch as error:
        raise NotAllowed(
            N_("「%(name)s」は、縦横の大きさかコマの数が多すぎるため、受け取れません。小さく分けて添えてください。"),
            name=name,
        ) from error
    except Broken as error:
        raise NotAllowed(N_("「%(name)s」は壊れているため、画像として開けません。"), name=name) from error
    if not well_named(name, kind):
        notes.append(EvidenceNote.RENAMED)
    return Looked(kind, notes)


def copy_of(kind: str, body: bytes) -> bytes:
    """The copy of a picture, drawn from the very same data: no position, device, thumbnail or text, nothing behind it.

    What turns it upright is kept. A PDF is its own copy. Raises Broken for a picture taken in before it was looked at.
    """
    reader = READERS.get(kind)
    if reader is None:
        return body
    return reader.cleaned(body, exif.upright(reader.read(body).told.turn))


class _TooMuch(Broken):
    pass


def _of_picture(kind: str, body: bytes) -> list[EvidenceNote]:
    reader = READERS[kind]
    picture = reader.read(body)
    if picture.width * picture.height > MOST_PIXELS or picture.frames > MOST_FRAMES:
        raise _TooMuch
    try:
        # Only its header is read, and of a copy: Pillow joins and follows whatever EXIF and texts hold.
        with Image.open(io.BytesIO(reader.cleaned(body, b"")), formats=[kind.rpartition("/")[2].upper()]):
            pass
    except Exception as error:  # Pillow raises many kinds for a broken image; none may pass
        raise Broken("header") from error
    found = {
        EvidenceNote.TRAILING: bool(body[picture.end :].strip(PADDING)),
        EvidenceNote.POSITION: picture.told.position,
        EvidenceNote.MOVING: picture.frames > 1,
    }
    return [note for note, there in found.items() if there]


def _of_pdf(body: bytes) -> list[EvidenceNote]:
    """A PDF is not taken apart: only what its plain parts say is said."""
    end = body.rfind(b"%%EOF")
    if end < 0 and b"startxref" not in body:
        raise CutOff
    behind = end >= 0 and bool(body[end + 5 :].strip(PADDING))
    found = {
        EvidenceNote.TRAILING: behind or b"PK\x05\x06" in body[-ZIP_TAIL:],
        EvidenceNote.SCRIPT: bool(_RUNS.search(body)) or b"<script" in body[:1024].lower(),
        EvidenceNote.ENCLOSED: bool(_ENCLOSES.search(body)),
        EvidenceNote.LOCKED: bool(_LOCKED.search(body)),
    }
    return [note for note, there in found.items() if there]
