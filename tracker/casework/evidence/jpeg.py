"""JPEG (ITU-T T.81): segments up to the end of the image. What is not needed to draw it is left out of a copy."""

import re
from collections.abc import Iterator

from tracker.casework.evidence.pictures import MOST_PARTS, Broken, CutOff, Picture, checked

START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOFn: each says the size
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
APP0, APP1, APP2, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
JFIF, EXIF, ICC = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0"
JFIF_BYTES, ADOBE_BYTES = 14, 12  # what draws the picture; a thumbnail or more may follow

_MARKER = re.compile(rb"\xff([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def parts(body: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment: marker, start, stop. A scan brings its data along. Raises Broken and CutOff."""
    at = 2
    for _n in range(MOST_PARTS):
        found = _MARKER.search(body, at)
        if found is None:
            raise CutOff
        start, marker = found.start(), found[1][0]
        if marker == END:
            yield marker, start, start + 2
            return
        if marker in ALONE:
            at = start + 2
            continue
        length = int.from_bytes(body[start + 2 : start + 4])
        stop = start + 2 + length
        if stop > len(body):
            raise CutOff
        if length < 2:
            raise Broken("length")
        if marker == SCAN:
            after = _AFTER_SCAN.search(body, stop)
            if after is None:
                raise CutOff
            stop = after.start()
        yield marker, start, stop
        at = stop
    raise Broken("too many parts")


def read(body: bytes) -> Picture:
    """What a JPEG says of itself. Raises Broken and CutOff."""
    width = height = end = scans = 0
    exif = xmp = b""
    for marker, start, stop in parts(body):
        if marker in FRAMES:
            height, width = int.from_bytes(body[start + 5 : start + 7]), int.from_bytes(body[start + 7 : start + 9])
        elif marker == APP1 and body.startswith(EXIF, start + 4):
            exif = exif or body[start + 4 : stop]
        elif marker == APP1:
            xmp += body[start + 4 : stop]
        scans += marker == SCAN
        end = stop
    if not scans:
        raise Broken("no scan")
    return checked(Picture(width, height, 1, end, exif, xmp))


def cleaned(body: bytes, exif: bytes) -> bytes:
    """The same picture, bit for bit, with nothing else in it but `exif`."""
    kept = [b"\xff\xd8"]
    told = exif and b"\xff\xe1" + (2 + len(exif)).to_bytes(2) + exif
    for marker, start, stop in parts(body):
        data = body[start + 4 : stop]
        if marker == APP0 and data.startswith(JFIF) and len(data) >= JFIF_BYTES:
            kept.append(_segment(APP0, data[: JFIF_BYTES - 2] + b"\0\0"))
            continue
        if told:
            kept.append(told)
            told = b""
        if marker == ADOBE and data.startswith(b"Adobe"):
            kept.append(_segment(ADOBE, data[:ADOBE_BYTES]))
        elif marker in FRAMES | TABLES | {SCAN, END} or (marker == APP2 and data.startswith(ICC)):
            kept.append(body[start:stop])
    return b"".join(kept)


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + (2 + len(data)).to_bytes(2) + data
