"""Many months at once, as a spreadsheet gives them: a month and three figures a line, by tabs or commas."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.law import N_
from tracker.models import SenderMonth
from tracker.report.senders.months import MOST, Figures, figures

COLUMNS = ("month", "senders", "users", "times")
MOST_LINES = 240
LONGEST_CELL = 1_000  # characters: no month and no figure is longer
NO_TABLE = N_("この行は、表として読み取れません。")
MONTH = re.compile(r"(?P<year>20\d\d)\s?(?:[-/.年]\s?)?(?P<month>0?[1-9]|1[0-2])\s?月?(?:[-/]0?1)?")
SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True)
class Fault:
    """A line that was not read: its number as a spreadsheet counts, the marked sentence and what it names."""

    line: int
    words: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Pasted:
    """What was read: the figures of each month, or what keeps them from being read."""

    months: Mapping[int, Figures]
    faults: list[Fault]


def read(text: str) -> Pasted:
    """Every line of a pasted list or of a CSV file. A heading and empty lines are passed over."""
    tabbed = "\t" in text
    months: dict[int, Figures] = {}
    faults: list[Fault] = []
    table = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if tabbed else ",")
    try:
        lines = list(table)
    except csv.Error:  # a cell as long as a book: how long, any library of the process may have changed
        return Pasted({}, [Fault(table.line_num, NO_TABLE)])
    if len(lines) > MOST_LINES:
        return Pasted({}, [Fault(MOST_LINES + 1, N_("一度に読める行は%(most)s行までです。"), {"most": MOST_LINES})])
    headed = False
    for number, raw in enumerate(lines, 1):
        if any(len(cell) > LONGEST_CELL for cell in raw):
            return Pasted({}, [Fault(number, NO_TABLE)])
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in raw]
        while len(cells) > len(COLUMNS) and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        found = MONTH.fullmatch(cells[0])
        if found is None:
            if not months and not headed and not re.search(r"\d", "".join(cells)):
                headed = True
            else:
                faults.append(Fault(number, N_("月が読み取れません。2026-04 のように書いてください。")))
            continue
        month = int(found["year"]) * 100 + int(found["month"])
        if len(cells) > len(COLUMNS):
            faults.append(
                Fault(
                    number,
                    N_("列が多すぎます。月・発信者・準ずる者・延べ発信者数の順に書き、数の桁区切りは取ってください。"),
                )
            )
        elif month in months:
            faults.append(Fault(number, N_("同じ月が二度あります。")))
        else:
            try:
                months[month] = Figures(*map(figure, cells[1:]))
            except ValueError:
                faults.append(
                    Fault(number, N_("数が読み取れません。0以上の整数を書いてください。分からないときは空にします。"))
                )
    return Pasted(months, faults)


def figure(text: str) -> int | None:
    """A whole number as people write it (9,000,000); None for nothing. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not plain:
        return None
    if SEPARATED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,13}", plain) or int(plain) > MOST:
        raise ValueError(text)
    return int(plain)


def changed(said: Mapping[int, Figures], there: Mapping[int, SenderMonth]) -> dict[int, Figures]:
    """What is new of it. An empty cell leaves what is known, as it says nothing."""
    found = {}
    for month, one in said.items():
        known = figures(there.get(month))
        merged = Figures(*(known[n] if cell is None else cell for n, cell in enumerate(one)))
        if merged != known:
            found[month] = merged
    return found


def written(rows: Mapping[int, SenderMonth]) -> str:
    """What is recorded, as it can be read again."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for month, row in sorted(rows.items()):
        cells = ["" if n is None else n for n in figures(row)]
        table.writerow([f"{month // 100}-{month % 100:02d}", *cells])
    return out.getvalue()
