"""The forms of an item: one for each part that a person may write, with what stands, what was, and what to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request
from sqlmodel import Session

from tracker.models import ReportEntry, Service, Staff
from tracker.report import entries
from tracker.report.content import Report
from tracker.report.years import Year
from tracker.web.staff.report import counted
from tracker.web.staff.report.counted import Beside, Offer
from tracker.web.staff.report.said import part_label, warned

OWN_ITEM = "new-"  # items that the office adds, each under a title of its own


@dataclass(frozen=True)
class Typed:
    """What came in a form that is shown again."""

    part: str = ""
    words: str = ""
    number: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""


@dataclass(frozen=True)
class Part:
    """What a person writes: one text, and a number where the item has one."""

    id: str
    part: str
    label: str
    words: str
    number: str
    seen: int
    standing: ReportEntry | None
    history: Sequence[tuple[ReportEntry, str]]
    before: str  # of the year before
    doubts: Sequence[str]
    wanted: bool
    wrong: Mapping[str, str]
    conflict: str
    beside: Beside | None = None  # of what the record of senders offers


def anchor(code: str, part: str) -> str:
    """Where the form of a part is on its page."""
    return f"w-{part}" if part and not code.startswith(OWN_ITEM) else "w"


def parts_of(
    session: Session,
    service: Service,
    year: Year,
    code: str,
    report: Report,
    typed: Typed | None,
    offer: Offer | None = None,
) -> list[Part]:
    """The forms of an item: those that its figure asks for, or that somebody wrote, first.

    `offer` is put into the fields of 延べ発信者数の総数 where nothing stands, or where a person asks for it.
    """
    form = entries.FORMS.get(code)
    if form is None:
        return []
    stands = entries.standing(session, service, year.year)
    before = entries.copied(session, service, year.year)
    own = next((part for key, part in stands if key == code), "")
    keys = list(form.parts) if form.parts is not None else [own]
    asked = {line.one.code for line in report.lines if line.code == code and line.value}
    asked |= {words.part.code for words in report.texts if words.code == code and words.part and code == "18-3-3"}
    copy = request.args.get("copy")
    made = []
    for key in keys:
        row = stands.get((code, key))
        versions = entries.history(session, service, year.year, code, key)
        mine = typed if typed and (typed.part == key or form.parts is None) else None
        last = before.get((code, key), "")
        words = mine.words if mine else row.words if row else last if copy == (key or "all") else ""
        number = mine.number if mine else "" if row is None or row.number is None else str(row.number)
        needed = len(keys) == 1 or row is not None or key in asked or mine is not None or form.single
        offered = offer if key == entries.SENDERS and not mine else None
        taken = any(one == code and part != key for one, part in stands)  # the other of two ways stands
        filled = bool(offered and offered.words) and (copy == counted.METHOD or not (row or words or taken))
        if offered and (filled or not (row or taken)):
            words, number = (offered.words if filled else words), number or offered.number
        made.append(
            Part(
                anchor(code, key),
                mine.part if mine and form.parts is None else key,
                part_label(code, key) if form.parts is not None else "",
                words,
                number,
                versions[0].version if versions else 0,
                row,
                [(one, session.get_one(Staff, one.by).name) for one in versions],
                "" if words and not filled else last,
                warned(row.words) if row else [],
                needed,
                mine.wrong if mine else {},
                mine.conflict if mine else "",
                counted.beside(offered, row, anchor(code, key), filled=filled)
                if offered and (filled or not taken)
                else None,
            )
        )
    return made
