"""EXIF (CIPA DC-008): the two things asked of it, read from the entries of its first directory and nowhere else.

An entry may point anywhere, and all of them at the same bytes: a reader that follows them is a bomb's fuse.
"""

import struct
from dataclasses import dataclass
from typing import Literal

HEAD = b"Exif\0\0"
ORIENTATION, GPS = 0x0112, 0x8825
ENTRY = 12  # bytes: tag, type, how many, and the value itself or where it stands
TURNED = range(2, 9)  # 1 stands as it is

_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}
_WIDTHS = {3: 2, 4: 4}  # SHORT, LONG


@dataclass(frozen=True)
class Told:
    """How a picture is to be turned (0: nothing is said), and whether it says where it was taken."""

    turn: int = 0
    position: bool = False

    def __or__(self, other: "Told") -> "Told":
        return Told(self.turn or other.turn, self.position or other.position)


def told(block: bytes) -> Told:
    """What an EXIF block tells; nothing when it cannot be read, which a picture can do without."""
    block = block.removeprefix(HEAD)
    order = _ORDERS.get(block[:2])
    if order is None:
        return Told()

    def number(at: int, width: int) -> int:
        return int.from_bytes(block[at : at + width], order)

    directory, turn, position = number(4, 4), 0, False
    entries = directory + 2
    for at in range(entries, min(entries + ENTRY * number(directory, 2), len(block) - ENTRY + 1), ENTRY):
        tag, width = number(at, 2), _WIDTHS.get(number(at + 2, 2))
        if tag == ORIENTATION and width:
            turn = number(at + 8, width)
        elif tag == GPS:
            there = number(at + 8, 4)  # a directory behind the end of the block may still be read by others
            position = position or (there > 0 and (there + 2 > len(block) or number(there, 2) > 0))
    return Told(turn, position)


def upright(turn: int) -> bytes:
    """An EXIF block that says how to turn the picture and nothing else; empty when it stands as it is."""
    if turn not in TURNED:
        return b""
    return HEAD + b"II*\0" + struct.pack("<IHHHIII", 8, 1, ORIENTATION, 3, 1, turn, 0)
