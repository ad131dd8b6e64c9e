"""publication.xlsx: the tables of the package, one on each sheet; numbers are numbers, nothing is merged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook  # type: ignore[import-untyped] # published without types

from tracker.report.content import Report
from tracker.report.package.columns import Cell, Sheet

NAME = "publication.xlsx"
PLAIN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
WIDE = frozenset(
    {"text_ja", "counted", "statute_lead", "statute_text", "of_which", "text", "before_text", "after_text"}
)
WIDTH, WIDEST = 18, 70  # characters


def written(report: Report, tables: Mapping[Sheet, Sequence[Sequence[Cell]]], *, built_at: datetime) -> bytes:
    """The workbook. The same report and instant give the same bytes."""
    file = BytesIO()
    book = Workbook(file, PLAIN)
    book.set_properties(
        {
            "title": f"{report.name} {report.year}年度の公表（法28条・規則18条）",
            "author": report.provider,
            "created": built_at.replace(tzinfo=None),
        }
    )
    head, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    for sheet, rows in tables.items():
        page = book.add_worksheet(sheet.title)
        for x, column in enumerate(sheet.columns):
            wide = column.name in WIDE
            page.set_column(x, x, WIDEST if wide else WIDTH, wrapped if wide else plain)
            page.write_string(0, x, column.title, head)
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row):
                if isinstance(value, bool):
                    page.write_string(y, x, "true" if value else "false")
                elif isinstance(value, int | float):
                    page.write_number(y, x, value)
                elif value is not None:
                    page.write_string(y, x, value)
        page.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
