"""What the codes of a package are called: its items and tables, their categories, parts and columns."""

from collections.abc import Iterator, Mapping
from typing import Any

Labels = dict[tuple[str, str], str]  # by item or table, and code; the item's or table's own by an empty code


def labels(*packages: Mapping[str, Any]) -> Labels:
    """The labels in several contents of figures.json; where they differ, the last one counts."""
    return {place: label for package in packages for place, label in _said(package)}


def _said(package: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for item in package["items"]:
        yield (item["item_id"], ""), item["label"]
        dims = [line[key] for line in item["figures"] for key in ("dim1", "dim2")]
        for dim in filter(None, [*dims, *(words["part"] for words in item["texts"])]):
            yield (item["item_id"], dim["code"]), dim["label"]
    for table in package["tables"]:
        yield (table["table_id"], ""), table["label"]
        for column in table["columns"]:
            yield (table["table_id"], column["code"]), column["label"]
