"""Real pictures for tests, as phones and programs write them: with a position, a thumbnail, and more behind the end."""

import io
import struct
import zlib

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

PLACE = b"GPSLatitude 35.6586 N, 139.7454 E"  # what must never be found in a copy
MAKER = b"MAKERNOTE-SERIAL-0042"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>35,39.5N</exif:GPSLatitude>' + PLACE + b"</x:xmpmeta>"


def drawing(size=(48, 32), mode="RGB") -> Image.Image:
    """A picture that is different when it is turned or mirrored."""
    image = Image.new("RGB", size, "#f4f4f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((2, 2, size[0] // 3, size[1] // 4), fill="#0b5cad")
    draw.ellipse((size[0] // 2, size[1] // 2, size[0] - 3, size[1] - 3), fill="#b3400f")
    return image.convert(mode)


def exif(orientation: int = 1, position: bool = True) -> Image.Exif:
    """The EXIF of a phone: maker, maker note, orientation, position."""
    tags = Image.Exif()
    tags[0x010F] = "Kigen Phone"
    tags[0x0112] = orientation
    tags.get_ifd(0x8769)[0x927C] = MAKER
    if position:
        tags.get_ifd(0x8825).update({1: "N", 2: (35.0, 39.0, 30.96), 3: "E", 4: (139.0, 44.0, 43.44)})
    return tags


def jpeg(orientation: int = 1, position: bool = True, behind: bytes = b"", size=(48, 32), **more) -> bytes:
    """A photo of a phone: EXIF, XMP, IPTC, a comment, and what is put behind its end."""
    out = io.BytesIO()
    more = {"quality": 90, "xmp": XMP if position else b"", "comment": PLACE} | more
    drawing(size).save(out, "JPEG", exif=exif(orientation, position), **more)
    body = out.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0" + PLACE
    return body[:2] + b"\xff\xed" + (2 + len(iptc)).to_bytes(2) + iptc + body[2:] + behind


def png(behind: bytes = b"", mode: str = "RGB", **more) -> bytes:
    """A screenshot with texts, EXIF and XMP in it."""
    info = PngInfo()
    info.add_text("Location", PLACE.decode())
    info.add_text("Comment", PLACE.decode() * 50, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    out = io.BytesIO()
    drawing(mode=mode).save(out, "PNG", pnginfo=info, exif=exif(), **more)
    return out.getvalue() + behind


def webp(behind: bytes = b"", mode: str = "RGB", orientation: int = 1, **more) -> bytes:
    """A WebP with EXIF and XMP in it."""
    out = io.BytesIO()
    drawing(mode=mode).save(out, "WEBP", exif=exif(orientation), xmp=XMP, **more)
    return out.getvalue() + behind


def moving(format: str, frames: int = 3) -> bytes:
    """A picture that moves."""
    out = io.BytesIO()
    first, *others = [drawing().rotate(40 * n) for n in range(frames)]
    first.save(out, format, save_all=True, append_images=others, duration=50)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + (2 + len(data)).to_bytes(2) + data


def directory(order: str, *entries: tuple[int, int, int, int], behind: bytes = b"") -> bytes:
    """An EXIF block ("<": little end first, ">": big end first) of (tag, type, how many, value), and what follows."""
    rows = b"".join(
        struct.pack(order + ("HHIHH" if type == 3 else "HHII"), tag, type, count, value, *([0] if type == 3 else []))
        for tag, type, count, value in entries
    )
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "IH", 8, len(entries))
    return head + rows + b"\0\0\0\0" + behind


def telling(format: str, block: bytes) -> bytes:
    """A picture with this EXIF block, whatever it holds, and nothing else."""
    out = io.BytesIO()
    drawing().save(out, format, exif=b"Exif\0\0" + block)
    return out.getvalue()


def fuse(format: str, size: int, entries: int = 250) -> bytes:
    """A picture whose EXIF has entries that all point at the same bytes, as many as follow: each a copy to a reader."""
    at = 14 + 12 * entries
    block = directory("<", *((0x9000 + n, 7, size, at) for n in range(entries)), behind=b"x" * size)
    if format != "JPEG":
        return telling(format, block)
    body, most = jpeg(position=False), 65_000  # readers join the segments
    return (
        body[:2] + b"".join(segment(0xE1, b"Exif\0\0" + block[n : n + most]) for n in range(0, size, most)) + body[2:]
    )


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG with these between its head and its data."""
    out = io.BytesIO()
    drawing().save(out, "PNG")
    body = out.getvalue()
    return body[:33] + b"".join(chunks) + body[33:]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def pixels(body: bytes) -> bytes:
    """What is to be seen, turned upright, with its transparency."""
    from PIL import ImageOps

    with Image.open(io.BytesIO(body)) as image:
        return ImageOps.exif_transpose(image).convert("RGBA").tobytes()
