"""What a picture file says of itself, read from its structure alone: nothing is ever decoded, so no bomb goes off."""

from dataclasses import dataclass

from tracker.casework.evidence.exif import Told

MOST_PARTS = 50_000  # segments or chunks of one file: a camera writes some dozens, a bomb millions
MOST_ASIDE = 2_000  # those that hold no image data: tables, texts, and whatever a copy leaves out
WHERE = b"GPSLatitude"  # how a text (XMP) says a position


class Broken(Exception):
    """The structure of the file does not hold."""


class CutOff(Broken):
    """The file ends before the picture does."""


@dataclass(frozen=True)
class Picture:
    """A picture as its parts describe it. `end` is where it ends in the file; behind it nothing belongs to it."""

    width: int
    height: int
    frames: int
    end: int
    told: Told


def says_where(body: bytes, start: int, stop: int) -> bool:
    """Whether a text between two places of a file names a position. Nothing is copied or joined for it."""
    return body.find(WHERE, start, stop) >= 0


def checked(picture: Picture, aside: int) -> Picture:
    """The picture, if it has a size and not too many parts hold something else. Raises Broken."""
    if aside > MOST_ASIDE:
        raise Broken("too many parts aside")
    if not (picture.width and picture.height):
        raise Broken("no size")
    return picture
