"""JPEG (ITU-T T.81): segments up to the end of the image. What is not needed to draw it is left out of a copy."""

import re
from collections.abc import Iterator

from tracker.casework.evidence import exif
from tracker.casework.evidence.pictures import MOST_PARTS, Broken, CutOff, Picture, checked, says_where

START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOFn: each says the size
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
MOST_TABLE = 2_200  # bytes: eight Huffman tables, the most a picture can use at a time
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
APP0, APP1, APP2, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
JFIF, ICC = b"JFIF\0", b"ICC_PROFILE\0"
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
    width = height = end = scans = frames = aside = 0
    told = exif.Told()
    for marker, start, stop in parts(body):
        if marker in FRAMES | TABLES and stop - start > MOST_TABLE:
            raise Broken("table")
        if marker in FRAMES:
            height, width = int.from_bytes(body[start + 5 : start + 7]), int.from_bytes(body[start + 7 : start + 9])
        elif marker == APP1 and body.startswith(exif.HEAD, start + 4):
            told |= exif.told(body[start + 4 : stop])
        elif marker == APP1:
            told |= exif.Told(position=says_where(body, start, stop))
        frames += marker in FRAMES
        scans += marker == SCAN
        aside += marker != SCAN
        end = stop
    if not scans:
        raise Broken("no scan")
    if frames > 1:
        raise Broken("frames")  # of a hierarchy no program draws
    return checked(Picture(width, height, 1, end, told), aside)


def cleaned(body: bytes, turned: bytes) -> bytes:
    """The same picture, bit for bit, with nothing else in it but the EXIF block `turned`."""
    view, kept = memoryview(body), [memoryview(b"\xff\xd8")]
    for marker, start, stop in parts(body):
        if marker == APP0 and body.startswith(JFIF, start + 4) and stop - start - 4 >= JFIF_BYTES:
            kept.append(_segment(APP0, body[start + 4 : start + 4 + JFIF_BYTES - 2] + b"\0\0"))
            continue
        if turned:
            kept.append(_segment(APP1, turned))
            turned = b""
        if marker == ADOBE and body.startswith(b"Adobe", start + 4):
            kept.append(_segment(ADOBE, body[start + 4 : min(start + 4 + ADOBE_BYTES, stop)]))
        elif marker in FRAMES | TABLES | {SCAN, END} or (marker == APP2 and body.startswith(ICC, start + 4)):
            kept.append(view[start:stop])
    return b"".join(kept)


def _segment(marker: int, data: bytes) -> memoryview:
    return memoryview(bytes((0xFF, marker)) + (2 + len(data)).to_bytes(2) + data)
