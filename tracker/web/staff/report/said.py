"""The items of 規則18条 in words: the 項 they stand in, the parts of what is written, where a value leads."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.law import N_
from tracker.law.publication import BY_CODE, ITEMS, Published, Source
from tracker.report import entries
from tracker.report.content import Failed, Report

PARAGRAPHS: dict[str, str] = {
    "2": N_("2項　申出"),
    "3": N_("3項　申出者への通知"),
    "4": N_("4項　発信者への通知等"),
    "5": N_("5項　日本の利用者への措置の状況"),
    "6": N_("6項　自己評価"),
    "7": N_("7項　評価の基準"),
}
POINTS: dict[str, str] = {
    "1": N_("申出の受付の方法"),
    "2": N_("申出者への通知"),
    "3": N_("理由が個別で具体的か"),
    "4": N_("人的体制と技術的措置"),
    "5": N_("基準の内容"),
    "6": N_("措置の実施"),
    "7": N_("権利侵害情報などの流通の状況"),
}
FROM: dict[Source, str] = {
    Source.COMPUTED: N_("Kigenの記録"),
    Source.IMPORTED: N_("取り込んだ記録"),
    Source.ENTERED: N_("人が書く"),
}
NOT_ITEMS = {"bridge": N_("受け付けた件数と通知した件数のつながり")}  # what a check names beside items
NOTICE_NUMBER = re.compile(r"[A-Z]{1,6}-\d{4}-\d+")
ITEM = re.compile(r"18-\d(?:-\d{1,2})?")


@dataclass(frozen=True)
class Lead:
    """Something that a check names, and where it is looked at; `href` is empty where there is no page for it."""

    says: str
    href: str = ""


def paragraph(code: str) -> str:
    """The 項 of an item."""
    return code.split("-")[1]


def assessed(code: str) -> bool:
    """Whether an item belongs to the self-assessment, which is written on a page of its own."""
    return paragraph(code) in {"6", "7"}


def grouped() -> list[tuple[str, str, list[Published]]]:
    """The items by their 項, in the order of the rule."""
    return [
        (key, str(_(label)), [item for item in ITEMS if paragraph(item.code) == key])
        for key, label in PARAGRAPHS.items()
    ]


def place(slug: str, year: int, code: str) -> str:
    """Where an item is looked at and written: the self-assessment has a page of its own."""
    if assessed(code):
        anchor = f"p-{code.rpartition('-')[2]}" if paragraph(code) == "6" else "p-1"
        return url_for("staff.report_assessment", slug=slug, year=year, _anchor=anchor)
    return url_for("staff.report_item", slug=slug, year=year, code=code)


def part_label(code: str, part: str) -> str:
    """What a part of an entry is about; empty for an item that is not divided."""
    label = entries.FORMS[code].labels.get(part, "")
    return str(_(label)) if label else ""


def leads(slug: str, year: int, failed: Failed) -> list[Lead]:
    """What a check names, each with its page."""
    return [_lead(slug, year, row) for row in failed.rows]


def _lead(slug: str, year: int, row: str) -> Lead:
    item = ITEM.match(row)
    if item and item[0] in BY_CODE:
        return Lead(row, place(slug, year, item[0]))
    number = NOTICE_NUMBER.search(row)
    says = str(_(NOT_ITEMS[row])) if row in NOT_ITEMS else row  # a name that somebody typed is in no catalogue
    return Lead(says, url_for("staff.case", number=number[0]) if number else "")


def lacking(report: Report) -> set[str]:
    """The items that are not complete: something is to be written, or a check that names them does not hold."""
    named = {found[0] for one in report.failed for row in one.rows if (found := ITEM.match(row))}
    return (set(report.missing) | named) & set(BY_CODE)


def whole(text: str) -> int | None:
    """The whole number that somebody typed, in digits of any width with or without commas; None for an empty field.

    Raises ValueError for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("、", "").strip()
    if not plain:
        return None
    if not re.fullmatch(r"-?\d{1,15}", plain):
        raise ValueError(plain)
    return int(plain)


def warned(words: str) -> Sequence[str]:
    """What of a text may lead to somebody, in words."""
    return [str(_(one)) for one in entries.warnings(words)]
