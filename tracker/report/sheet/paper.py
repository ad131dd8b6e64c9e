"""A sheet as a PDF on A4, in Japanese (規則21条1項): PDF/UA-1 and PDF/A-3a, the same sheet being the same bytes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from tracker.i18n import day_text, gettext as _
from tracker.law.filing_sheets import ENGLISH, JAPANESE
from tracker.law.period import start_of
from tracker.letters.paper import FONTS, STANDARDS, printed
from tracker.report.sheet.stated import Field, Sheet

PAGE = Path(__file__).with_name("sheet.typ")


def pdf(sheet: Sheet) -> bytes:
    """The PDF of a sheet that was filled in Japanese (i18n.japanese)."""
    return typst.compile(
        PAGE.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps(words(sheet), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(start_of(sheet.day).timestamp()),
    )


def words(sheet: Sheet) -> dict[str, Any]:
    """What the page is given: texts alone, which the font can print."""
    rule = sheet.rule
    return {
        "title": _(rule.label),
        "form": _(rule.form),
        "article": rule.article,
        "service": printed(sheet.service.name),
        "provider": printed(sheet.provider),
        "day": day_text(sheet.day),
        "due": sheet.due,
        "fields": [_drawn(one) for one in sheet.fields],
        "parts": [
            {"heading": printed(part.heading), "fields": [_drawn(one) for one in part.fields]} for part in sheet.parts
        ],
        "grid": None
        if sheet.grid is None
        else {"heading": sheet.grid.heading, "columns": list(sheet.grid.columns), "rows": list(sheet.grid.rows)},
        "attached": [[_(one.when), _(one.papers), one.article] for one in rule.attached],
        "lacking": list(map(printed, sheet.lacking)),
        "notes": [*map(printed, sheet.notes), _(JAPANESE) + _(ENGLISH), *([_(rule.penalty)] if rule.penalty else [])],
    }


def _drawn(one: Field) -> dict[str, str]:
    return {
        "label": one.label,
        "value": printed(one.value),
        "known": one.known,
        "article": one.article,
        "says": one.says,
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
