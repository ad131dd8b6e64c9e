"""The package of a yearly publication: what people read, the same for machines, its proof, and how to check it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tracker.casework import NotAllowed
from tracker.law import N_
from tracker.report.content import Report
from tracker.report.package import (
    columns,
    csvs,
    describe,
    machine_readable,
    manifest,
    nested,
    page,
    verify_publication,
    xlsx,
)
from tracker.report.package.manifest import Signed
from tracker.report.package.plain import plain
from tracker.report.package.rows import rows

__all__ = ["Signed", "faults", "files"]

VERIFIER = Path(verify_publication.__file__)
SHOWN = 5  # of what the rule of the ministry finds


def files(report: Report, *, built_at: datetime, sign: Callable[[bytes], Signed]) -> dict[str, bytes]:
    """The files of a publication by name; the same report and aware instant give the same bytes.

    1. The tables, the nested file, what describes them, the workbook; names in characters that every machine knows.
    2. The page, with the hashes of these.
    3. The rule of the ministry (統一ルール) is applied to every table; NotAllowed names what breaks it.
    4. The manifest over all of them; `sign` is called last, with its bytes.
    """
    at = built_at.astimezone(UTC)
    report = plain(report)
    tables = rows(report)
    made = {f"{sheet.name}.csv": csvs.written(sheet, content) for sheet, content in tables.items()}
    made["figures-excel.csv"] = csvs.BOM + made["figures.csv"]
    made[nested.NAME] = nested.written(report)
    made[xlsx.NAME] = xlsx.written(report, tables, built_at=at)
    made[describe.SCHEMA] = describe.schema()
    made[describe.DESCRIPTOR] = describe.descriptor(report, made, built_at=at)
    made[VERIFIER.name] = VERIFIER.read_bytes()
    made[page.STYLE] = page.style()
    made[page.README] = page.readme(report, built_at=at)
    made[page.INDEX] = page.index(report, made, built_at=at)
    _look_at(made)
    made[manifest.NAME] = manifest.manifest(report, made, built_at=at)
    made[manifest.SIGNATURE] = manifest.signature(made[manifest.NAME], sign)
    return made


def faults(files: dict[str, bytes]) -> list[str]:
    """What the verifier in the package would tell its readers of these very files; nothing is as it should be."""
    found = verify_publication.unchanged(files, "") + verify_publication.right(files)
    return [f"{check}: {one}" for check, wrong in found for one in wrong]


def _look_at(made: dict[str, bytes]) -> None:
    found = [
        one
        for name in made
        if name.endswith((".csv", ".xlsx"))
        for one in machine_readable.lint(name, made[name], texts=columns.TEXT)
    ]
    if found:
        raise NotAllowed(
            N_("統一ルール（総務省）に合わないところが%(n)s件あります: %(what)s"),
            n=len(found),
            what=" / ".join(found[:SHOWN]),
        )
