"""PNG (W3C): chunks up to IEND. Texts, times and whatever is not needed to draw it are left out of a copy."""

import zlib
from collections.abc import Iterator

from tracker.casework.evidence.pictures import MOST_PARTS, Broken, CutOff, Picture, checked

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
COLOURS = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI"})
MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})


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
    width = height = frames = end = drawn = 0
    exif = xmp = b""
    for n, (name, start, stop) in enumerate(parts(body)):
        if (n == 0) != (name == b"IHDR"):
            raise Broken("order")
        if name == b"IHDR":
            width, height = int.from_bytes(body[start + 8 : start + 12]), int.from_bytes(body[start + 12 : start + 16])
        elif name == b"eXIf":
            exif = body[start + 8 : stop - 4]
        elif name == b"iTXt":
            xmp += body[start + 8 : stop - 4]
        frames += name == b"fcTL"
        drawn += name == b"IDAT"
        end = stop
    if not drawn:
        raise Broken("nothing drawn")
    return checked(Picture(width, height, max(frames, 1), end, exif, xmp))


def cleaned(body: bytes, exif: bytes) -> bytes:
    """The same picture, bit for bit, with nothing else in it but `exif`."""
    kept = [SIGNATURE]
    for name, start, stop in parts(body):
        if name in NEEDED | COLOURS | MOVING:
            kept.append(body[start:stop])
        if name == b"IHDR" and exif:
            chunk = b"eXIf" + exif.removeprefix(b"Exif\0\0")
            kept.append((len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4))
    return b"".join(kept)
