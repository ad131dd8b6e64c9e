"""What a picture file says of itself, read from its structure alone: nothing is ever decoded, so no bomb goes off."""

from dataclasses import dataclass

MOST_PARTS = 50_000  # segments or chunks of one file: a camera writes some dozens, a bomb millions


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
    exif: bytes = b""
    xmp: bytes = b""


def checked(picture: Picture) -> Picture:
    """The picture, if it has a size. Raises Broken."""
    if not (picture.width and picture.height):
        raise Broken("no size")
    return picture
