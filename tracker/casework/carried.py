"""How a signed receipt travels: as its file, inside its PDF, or as digits at the end of an address, in a QR code.

The digits are one number: a byte 1, and the file as it is deflated (RFC 1951). A QR code needs ten bits for three
digits, so they take no more room than the bytes, and an address may hold them: paper alone carries the whole proof.
"""

import re
import zlib

MOST_BYTES = 64 * 1024  # of a receipt; one of 20 files is about 4 kB
MOST_DIGITS = 4200  # what fits in a QR code that a phone can read; Python reads no number beyond 4,300 unasked
MOST_PACKED = 1743  # bytes that so many digits hold
ADDRESS = re.compile(rb"(?:\S*#)?([0-9]{9,%d})" % MOST_DIGITS)
START = b'{"receipt":'


def in_digits(file: bytes) -> str:
    """The file of a receipt as digits, for a QR code; empty when it is too long for one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = b"\1" + packer.compress(file) + packer.flush()
    return str(int.from_bytes(packed)) if len(packed) <= MOST_PACKED else ""


def receipt_in(shown: bytes) -> bytes:
    """The file of a receipt in what somebody shows: the file itself, its PDF, or what its QR code says.

    What is none of them is given back as it is: only a signature tells whether it is a receipt.
    """
    body = shown.removeprefix(b"\xef\xbb\xbf").strip()
    if body.startswith(b"%PDF-"):
        return _in_pdf(body) or body
    found = ADDRESS.fullmatch(body)
    return (_of_digits(found[1]) if found else None) or body


def _of_digits(digits: bytes) -> bytes | None:
    number = int(digits)
    packed = number.to_bytes((number.bit_length() + 7) // 8)
    return _unpacked(packed[1:], -zlib.MAX_WBITS) if packed[:1] == b"\1" else None


def _in_pdf(pdf: bytes) -> bytes | None:
    """The receipt attached to a PDF. Its streams are looked at one by one; nothing else of it is read."""
    for part in pdf.split(b"endstream"):
        stream = part.partition(b"stream")[2].lstrip(b"\r\n")
        found = stream.rstrip() if stream.startswith(START) else _unpacked(stream, zlib.MAX_WBITS)
        if found:
            return found
    return None


def _unpacked(packed: bytes, bits: int) -> bytes | None:
    """What was deflated, if it begins as a receipt does and is no longer than one."""
    reader = zlib.decompressobj(bits)
    try:
        head = reader.decompress(packed, len(START))
        if head != START:
            return None
        body = head + reader.decompress(reader.unconsumed_tail, MOST_BYTES - len(head))
    except zlib.error:
        return None
    return body if reader.eof else None
