"""figures.json: all of the package in one file, nested, with the definitions beside the numbers. And back again."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.report.content import Correction, Dim, Line, Report, Table
from tracker.report.package.definitions import Definition, definitions
from tracker.report.package.rows import number, one_line, paragraphs, text, unit

FORMAT = "kigen-figures/1"
NAME = "figures.json"
Lines = dict[tuple[str, str, str, str], int]  # by item, first and second category, measure
Texts = dict[tuple[str, str, int], str]  # by item, part, order: paragraphs joined by line breaks


def nested(report: Report) -> dict[str, Any]:
    """The content of figures.json."""
    return {
        "format": FORMAT,
        "service": {"id": report.service, "name": report.name, "provider": report.provider},
        "fiscal_year": report.year,
        "period": {
            "first": report.first.isoformat(),
            "last": report.last.isoformat(),
            "partial": report.partial,
            "due": report.due.isoformat(),
        },
        "version": report.version,
        "items": [_item(report, one) for one in definitions(report)],
        "tables": [_table(table) for table in report.tables],
        "corrections": [_correction(one) for one in report.corrections],
    }


def written(report: Report) -> bytes:
    """The file."""
    return (json.dumps(nested(report), ensure_ascii=False, indent=1) + "\n").encode()


def read(files: Mapping[str, bytes]) -> tuple[Lines, Texts, list[Correction]]:
    """The figures, texts and corrections that a package states, from its figures.json."""
    content = json.loads(files[NAME])
    made = [Correction(**{**one, "day": date.fromisoformat(one["day"])}) for one in content["corrections"]]
    return *_stated(content), made


def said(report: Report) -> tuple[Lines, Texts]:
    """The figures and texts that a package of this report will state, to be compared with those of an earlier one."""
    return _stated(nested(report))


def _stated(content: Mapping[str, Any]) -> tuple[Lines, Texts]:
    lines: Lines = {}
    texts: Texts = {}
    for item in content["items"]:
        for line in item["figures"]:
            two = line["dim2"]["code"] if line["dim2"] else ""
            lines[item["item_id"], line["dim1"]["code"], two, line["measure"]] = line["value"]
        for words in item["texts"]:
            part = words["part"]["code"] if words["part"] else ""
            texts[item["item_id"], part, words["order"]] = "\n".join(words["paragraphs"])
    return lines, texts


def _item(report: Report, one: Definition) -> dict[str, Any]:
    code = one.item.code
    return {
        **one.cells(),
        "figures": [_line(line) for line in report.lines if line.code == code],
        "texts": [
            {"part": _dim(words.part), "order": words.order, "paragraphs": paragraphs(words.words)}
            for words in report.texts
            if words.code == code
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "dim1": _dim(line.one),
        "dim2": _dim(line.two),
        "measure": line.measure,
        "value": line.value,
        "note": one_line(line.note) or None,
    }


def _dim(dim: Dim | None) -> dict[str, str] | None:
    return {"code": dim.code, "label": one_line(dim.label)} if dim else None


def _table(table: Table) -> dict[str, Any]:
    return {
        "table_id": table.key,
        "label": table.title,
        "says": table.says,
        "standing": "任意",
        "columns": [{"code": one.code, "label": one_line(one.label), "unit": unit(one)} for one in table.columns],
        "rows": [[text(cell) if isinstance(cell, str) else number(cell) for cell in row] for row in table.rows],
    }


def _correction(one: Correction) -> dict[str, Any]:
    lines = {name: one_line(getattr(one, name)) for name in ("why", "label", "one_label", "two_label")}
    return vars(one) | lines | {"day": one.day.isoformat()}
