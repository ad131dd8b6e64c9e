"""What describes the package to machines: datapackage.json (Frictionless) and a strict JSON Schema of figures.json."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from tracker.law.publication import Basis, Source, Unit
from tracker.report.content import Report
from tracker.report.package.columns import CODE, EXEMPT, SHEETS, Column, Sheet
from tracker.report.package.nested import FORMAT

DESCRIPTOR, SCHEMA = "datapackage.json", "schema/figures.schema.json"
TERMS = (
    "だれでも、目的を問わず、許可なく使えます。使うときは、提供者名、サービス名、公表年度、版を書いてください。"
    "手を加えたときは、そのことも書いてください。"
)
DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
TEXT = {"type": "string", "minLength": 1}
MAY_BE_TEXT = {"type": ["string", "null"]}
NAME = {"type": "string", "pattern": CODE}
WHOLE = {"type": "integer", "minimum": 0}


def descriptor(report: Report, files: Mapping[str, bytes], *, built_at: datetime) -> bytes:
    """datapackage.json, for the CSV files among `files`."""
    return _json(
        {
            "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
            "profile": "data-package",
            "name": f"kigen-{report.service}-{report.year}".lower(),
            "title": f"{report.name} {report.year}年度の公表（法28条・規則18条）",
            "description": f"数え方はdefinitions.csv、使い方はREADME.txtにあります。{TERMS}",
            "version": str(report.version),
            "created": f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
            "contributors": [{"title": report.provider, "role": "publisher"}],
            "resources": [_resource(sheet, files[f"{sheet.name}.csv"]) for sheet in SHEETS],
        }
    )


def schema() -> bytes:
    """schema/figures.schema.json: JSON Schema 2020-12 for figures.json, which lets nothing else stand there."""
    dim = _object({"code": NAME, "label": TEXT})
    figure = _object({"dim1": dim, "dim2": _or_null(dim), "measure": NAME, "value": WHOLE, "note": MAY_BE_TEXT})
    paragraphs = {"type": "array", "items": TEXT, "minItems": 1}
    words = _object({"part": _or_null(dim), "order": WHOLE, "paragraphs": paragraphs})
    item = {column.name: _typed(column) for column in SHEETS[2].columns[2:]}
    cell = {"type": ["number", "string", "null"]}
    table = {"table_id": NAME, "label": TEXT, "says": {"type": "string"}, "standing": {"const": "任意"}}
    table |= {"columns": _list(_object({"code": NAME, "label": TEXT, "unit": TEXT})), "rows": _list(_list(cell))}
    places = ("label", "one", "one_label", "two", "two_label", "measure")
    correction: dict[str, Any] = {name: {"type": "string"} for name in (*places, "before", "after")}
    correction |= {"version": {"type": "integer", "minimum": 1}, "day": DAY, "code": NAME, "why": TEXT}
    period = {"first": DAY, "last": DAY, "partial": {"type": "boolean"}, "due": DAY}
    content = _object(
        {
            "format": {"const": FORMAT},
            "service": _object({"id": NAME, "name": TEXT, "provider": {"type": "string"}}),
            "fiscal_year": {"type": "integer", "minimum": 2025},
            "period": _object(period),
            "version": {"type": "integer", "minimum": 1},
            "items": _list(_object({**item, "figures": _list(figure), "texts": _list(words)})),
            "tables": _list(_object(table)),
            "corrections": _list(_object(correction)),
        }
    )
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kigen:{FORMAT}",
        "title": "規則18条による公表（figures.json）",
    }
    return _json(head | content)


def _resource(sheet: Sheet, content: bytes) -> dict[str, Any]:
    keys: dict[str, Any] = {"primaryKey": list(sheet.key)} if sheet.key else {}
    if sheet.parents:
        keys["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": resource, "fields": [field]}}
            for name, (resource, field) in sheet.parents.items()
        ]
    return {
        "profile": "tabular-data-resource",
        "name": sheet.name,
        "path": f"{sheet.name}.csv",
        "title": sheet.title,
        "description": sheet.says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column) for column in sheet.columns], "missingValues": [""], **keys},
    }


def _field(column: Column) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        rules["enum"] = list(column.values)
    if column.pattern:
        rules["pattern"] = column.pattern
    if column.least is not None:
        rules["minimum"] = column.least
    field = {"name": column.name, "title": column.title, "description": column.says, "type": column.kind}
    return field | ({"constraints": rules} if rules else {})


def _typed(column: Column) -> dict[str, Any]:
    """A column of definitions.csv as it stands in figures.json."""
    closed: dict[str, Sequence[str | None]] = {
        "unit": [*Unit],
        "date_basis": [*Basis],
        "source": [*Source],
        "suspensions": [*EXEMPT, None],
    }
    if column.name in closed:
        return {"enum": list(closed[column.name])}
    if column.kind == "boolean":
        return {"type": "boolean"}
    if column.pattern:
        return NAME if column.required else NAME | {"type": ["string", "null"]}
    return TEXT if column.required else MAY_BE_TEXT


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(kind: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(kind), {"type": "null"}]}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
