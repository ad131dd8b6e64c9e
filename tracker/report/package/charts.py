"""Charts as numbers for a macro to draw: bars from left to right, in parts. Each is drawn from a table of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

ROW, BAR, GAP = 30, 20, 2  # pixels
WIDE, NARROW = 720, 320
NAME_WIDE, NAME_NARROW = 204, 0  # room for names; in the narrow one they stand above their bars
END = 84  # room for the number at the end
LETTER = 13.5
MOST = 16  # bars; what is beyond is one bar
FILLS = ("deep", "mid", "soft", "hatch", "pale")


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its parts in the order of the legend, what stands at its end."""

    name: str
    parts: Sequence[int]
    end: str


@dataclass(frozen=True)
class Piece:
    """A part of a bar, placed."""

    fill: str
    x: float
    width: float


@dataclass(frozen=True)
class Drawn:
    """A bar, placed: where its name and its number stand, and its parts."""

    name: str
    pieces: Sequence[Piece]
    end: str
    end_x: float
    y: float
    name_y: float
    text_y: float


@dataclass(frozen=True)
class Drawing:
    """A picture of one width."""

    width: int
    height: int
    name_x: int
    anchor: str
    bars: Sequence[Drawn]


@dataclass(frozen=True)
class Chart:
    """A chart: its id, what it shows, what it teaches, its legend (fill and words), the id of its table."""

    id: str
    title: str
    says: str
    legend: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    table: str

    @property
    def wide(self) -> Drawing:
        """For a screen with room: names before their bars."""
        return _drawing(self.bars, WIDE, NAME_WIDE, above=False)

    @property
    def narrow(self) -> Drawing:
        """For a phone: names above their bars."""
        return _drawing(self.bars, NARROW, NAME_NARROW, above=True)


def chart(id: str, title: str, says: str, legend: Sequence[str], bars: Sequence[Bar], table: str) -> Chart | None:
    """A chart of bars, the largest first where there are many; None where there is nothing to show."""
    shown = list(bars)
    if not any(sum(bar.parts) for bar in shown):
        return None
    if len(shown) > MOST:
        shown.sort(key=lambda bar: -sum(bar.parts))
        rest = shown[MOST - 1 :]
        parts = [sum(column) for column in zip(*(bar.parts for bar in rest), strict=True)]
        shown = [*shown[: MOST - 1], Bar(f"ほか{len(rest)}区分", parts, f"{sum(parts):,}")]
    return Chart(id, title, says, [*zip(FILLS, legend, strict=False)], shown, table)


def _drawing(bars: Sequence[Bar], width: int, left: int, *, above: bool) -> Drawing:
    step = ROW + 18 if above else ROW
    most = max(sum(bar.parts) for bar in bars)
    room = (width - left - END) / most
    fits = int((width if above else left - 10) / LETTER)
    drawn = []
    for n, bar in enumerate(bars):
        top = n * step + (18 if above else 4)
        x, pieces = float(left), []
        for fill, part in zip(FILLS, bar.parts, strict=False):
            if part:
                long = part * room
                pieces.append(Piece(fill, round(x, 1), round(max(long - GAP, 1.0), 1)))
                x += long
        name_y = top - 5 if above else top + 15
        drawn.append(Drawn(_short(bar.name, fits), pieces, bar.end, round(x + 5, 1), top, name_y, top + 15))
    return Drawing(width, len(bars) * step + 4, 0 if above else left - 10, "start" if above else "end", drawn)


def _short(name: str, fits: int) -> str:
    """A name with room for `fits` wide letters; a narrow one takes half of that."""
    room = 0.0
    for n, letter in enumerate(name):
        room += 0.55 if ord(letter) < 0x300 else 1
        if room > fits:
            return f"{name[: n - 1]}…"
    return name
