"""WebP (RFC 9649): the chunks of one RIFF. EXIF, XMP and whatever is not needed to draw it are left out of a copy."""

from collections.abc import Iterator

from tracker.casework.evidence import exif
from tracker.casework.evidence.pictures import MOST_PARTS, Broken, CutOff, Picture, checked, says_where

HEAD = 12  # "RIFF", the size, "WEBP"
DRAWN = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
KEPT = DRAWN | {b"VP8X", b"ICCP", b"ANIM", b"ALPH"}
HAS_EXIF, HAS_XMP = 0x08, 0x04  # bits of the first byte of VP8X


def parts(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk: name, start, stop with its padding. Raises Broken and CutOff."""
    at, end = HEAD, 8 + int.from_bytes(body[4:8], "little")
    if end > len(body):
        raise CutOff
    for _n in range(MOST_PARTS):
        if at + 8 > end:
            return
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            raise CutOff
        stop = min(at + 8 + size + size % 2, len(body))
        yield body[at : at + 4], at, stop
        at = stop
    raise Broken("too many parts")


def read(body: bytes) -> Picture:
    """What a WebP says of itself. Raises Broken and CutOff."""
    width = height = frames = drawn = aside = 0
    end = HEAD
    told = exif.Told()
    for name, start, stop in parts(body):
        if not width:
            width, height = _size(name, body[start + 8 : min(start + 24, stop)])
        if name == b"EXIF":
            told |= exif.told(body[start + 8 : stop])
        elif name == b"XMP ":
            told |= exif.Told(position=says_where(body, start, stop))
        frames += name == b"ANMF"
        drawn += name in DRAWN
        aside += name not in DRAWN
        end = stop
    if not drawn:
        raise Broken("nothing drawn")
    return checked(Picture(width, height, max(frames, 1), end, told), aside)


def cleaned(body: bytes, turned: bytes) -> bytes:
    """The same picture, bit for bit, with nothing else in it but the EXIF block `turned`."""
    view, extended = memoryview(body), False
    kept: list[bytes | memoryview] = []
    for name, start, stop in parts(body):
        if name == b"VP8X":
            if stop - start < 9:
                raise Broken("head")
            extended = True
            flags = body[start + 8] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if turned else 0)
            kept += [view[start : start + 8], bytes((flags,)), view[start + 9 : stop]]
        elif name in KEPT:
            kept += [view[start:stop], b"\0" * ((stop - start) % 2)]
    if turned and extended:
        tiff = turned.removeprefix(exif.HEAD)
        kept.append(b"EXIF" + len(tiff).to_bytes(4, "little") + tiff + b"\0" * (len(tiff) % 2))
    size = len(b"WEBP") + sum(map(len, kept))
    return b"".join((b"RIFF", size.to_bytes(4, "little"), b"WEBP", *kept))


def _size(name: bytes, data: bytes) -> tuple[int, int]:
    """Width and height, where a chunk says them."""
    if name == b"VP8X" and len(data) >= 10:
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == b"VP8 " and len(data) >= 10:
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    if name == b"VP8L" and len(data) >= 5:
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 0, 0
