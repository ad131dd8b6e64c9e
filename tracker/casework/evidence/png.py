"""PNG (W3C): chunks up to IEND. Texts, times and whatever is not needed to draw it are left out of a copy."""

import zlib
from collections.abc import Iterator

from tracker.casework.evidence import exif
from tracker.casework.evidence.pictures import MOST_PARTS, Broken, CutOff, Picture, checked, says_where

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
COLOURS = {  # each at most once, with so many bytes at most: what is more is a hiding place, or a bomb for who reads it
    b"tRNS": 256,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"iCCP": 8 * 1024 * 1024,
    b"sBIT": 4,
    b"bKGD": 6,
    b"pHYs": 9,
    b"cICP": 4,
    b"mDCV": 24,
    b"cLLI": 8,
}
MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})
DATA = frozenset({b"IDAT", b"fdAT", b"fcTL"})


def parts(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk: name, start, stop. Raises Broken and CutOff."""
    view, at = memoryview(body), len(SIGNATURE)
    for _n in range(MOST_PARTS):
        if at + 12 > len(body):
            raise CutOff
        name, stop = body[at + 4 : at + 8], at + 12 + int.from_bytes(body[at : at + 4])
        if not name.isalpha():
            raise Broken("name")
        if stop > len(body):
            raise CutOff
        whole = zlib.crc32(view[at + 4 : stop - 4]) == int.from_bytes(body[stop - 4 : stop])
        if whole:
            yield name, at, stop
        elif name in NEEDED:
            raise Broken("sum")
        if name == b"IEND":
            return
        at = stop
    raise Broken("too many parts")


def read(body: bytes) -> Picture:
    """What a PNG says of itself. Raises Broken and CutOff."""
    width = height = frames = end = drawn = aside = 0
    told = exif.Told()
    for n, (name, start, stop) in enumerate(parts(body)):
        if (n == 0) != (name == b"IHDR"):
            raise Broken("order")
        if name == b"IHDR":
            width, height = int.from_bytes(body[start + 8 : start + 12]), int.from_bytes(body[start + 12 : start + 16])
        elif name == b"eXIf":
            told |= exif.told(body[start + 8 : stop - 4])
        elif name == b"iTXt":
            told |= exif.Told(position=says_where(body, start, stop))
        frames += name == b"fcTL"
        drawn += name == b"IDAT"
        aside += name not in DATA
        end = stop
    if not drawn:
        raise Broken("nothing drawn")
    return checked(Picture(width, height, max(frames, 1), end, told), aside)


def cleaned(body: bytes, turned: bytes) -> bytes:
    """The same picture, bit for bit, with nothing else in it but the EXIF block `turned`."""
    view, kept, colours = memoryview(body), [memoryview(SIGNATURE)], set()
    for name, start, stop in parts(body):
        if name in NEEDED | MOVING:
            kept.append(view[start:stop])
        elif name in COLOURS and name not in colours and stop - start - 12 <= COLOURS[name]:
            colours.add(name)
            kept.append(view[start:stop])
        if name == b"IHDR" and turned:
            chunk = b"eXIf" + turned.removeprefix(exif.HEAD)
            kept.append(memoryview((len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)))
    return b"".join(kept)
