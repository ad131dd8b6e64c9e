"""One sheet a page: 1280 px beside 360 px, and mostly a second one with 1920 px beside 768 px, small enough to keep."""

import re
from functools import cache
from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from tools.screens.browse import MARGIN, PAPER, Seen, Shot

STATIC = Path(__file__).parents[2] / "tracker" / "static"
GAP, BAR = 12, 6
LARGE, SMALL = 0.5, 0.3  # how much the pictures of the first and of the second sheet are made smaller
COLUMNS = 3  # a telephone's page is cut into so many columns at most
SOFT = 160  # grounds, whose edges need no colours of their own
STEPS = (1, 0.5)  # how much of a colour is left at the edges of letters


def write(seen: Seen, folder: Path) -> None:
    """Write the sheets of a screen. A bar under a picture says that the page goes on."""
    shots, name = seen.shots, seen.screen.name
    if seen.screen.paper:
        sheet = ImageOps.expand(_column(shots[PAPER], LARGE), round(MARGIN * LARGE), "white")
        _save([sheet], folder / f"{name}.webp")
        return
    large = _column(shots[1280], LARGE)
    _save([large, *_columns(shots[360], large.height)], folder / f"{name}.webp")
    if seen.screen.wide:
        _save([_column(shots[width], SMALL) for width in (1920, 768)], folder / f"{name}-wide.webp")


def _column(shot: Shot, scale: float) -> Image.Image:
    return _barred(_scaled(shot.image, scale), shot.image.height < shot.height)


def _columns(shot: Shot, height: int) -> list[Image.Image]:
    """A long narrow page in columns as high as the picture beside it."""
    part = max(round(height / LARGE), 740)
    kept = min(shot.image.height, part * COLUMNS)
    tops = range(0, kept, part)
    columns = [_scaled(shot.image.crop((0, top, shot.image.width, min(top + part, kept))), LARGE) for top in tops]
    return [*columns[:-1], _barred(columns[-1], kept < shot.height)]


def _barred(image: Image.Image, cut: bool) -> Image.Image:
    if cut:
        image.paste("#333333", (0, image.height - BAR, image.width, image.height))
    return image


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    return image.resize((round(image.width * scale), max(1, round(image.height * scale))), Image.Resampling.LANCZOS)


def _save(columns: list[Image.Image], path: Path) -> None:
    width = sum(column.width + GAP for column in columns) + GAP
    height = max(column.height for column in columns) + 2 * GAP
    sheet = Image.new("RGB", (width, height), "#cccccc")
    left = GAP
    for column in columns:
        sheet.paste(column, (left, GAP))
        left += column.width + GAP
    few = sheet.quantize(palette=_palette(), dither=Image.Dither.NONE)
    few.convert("RGB").save(path, "WEBP", lossless=True, method=6, quality=90)


@cache
def _palette() -> Image.Image:
    """The colours of the stylesheet's roles, each mixed with white as at the edges of letters, and greys.

    One palette for all sheets: a scarce red or a mark of one row keeps its colour, and equal pages stay equal.
    """
    tokens = (STATIC / "vendor" / "tokens.css").read_text(encoding="utf-8")
    values = dict(re.findall(r"(--color-[\w-]+):\s*(#[0-9a-fA-F]{6})", tokens))
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    roles = dict(re.findall(r"(--[\w-]+):\s*var\((--color-[\w-]+)\)", style))
    colours = {ImageColor.getrgb(values[token])[:3] for token in roles.values() if token in values}
    mixed = {
        tuple(round(255 - (255 - one) * step) for one in colour)
        for colour in colours
        for step in (STEPS if min(colour) < SOFT else (1,))
    }
    greys = {(n, n, n) for n in range(0, 256, 51)}
    chosen = sorted(mixed | greys | {(204, 204, 204)})[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette([one for colour in chosen for one in colour])
    return palette
