"""Where it is written: the items of a form, typed one by one or as a list, and what is wrong with them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import zip_longest

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.casework.intake import MOST_ITEMS, FiledItem
from tracker.casework.traces import normal_url
from tracker.web.reading import place_line, plain_text, single_line, true_host
from tracker.web.table import Unclear, entries, written

LONGEST_QUOTE = 5_000
LONGEST_NOTE = 1_000
LONGEST_URL = 4_000
LONGEST_LINE = 200
MOST_DRAWN = 20  # rows that stay fields of their own where there are more than can be filed
COLUMNS = ("url", "quote", "account", "posted", "mark", "note")
BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# A second address. One that stands in the path or the query of another belongs to it.
SECOND = re.compile(r"(?<![/=?&:#])https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One item of the form as typed."""

    url: str = ""
    quote: str = ""
    account: str = ""
    posted: str = ""
    mark: str = ""
    note: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was typed into it."""
        return not any(astuple(self))

    @property
    def host(self) -> str:
        """The host that a browser would open, where the address may look like another."""
        return true_host(self.url)

    def filed(self) -> FiledItem:
        """The item that it names."""
        return FiledItem(
            self.url, normal_or_empty(self.url), self.quote, self.account, self.posted, self.mark, self.note
        )


@dataclass(frozen=True)
class BadRow:
    """A row of the list that cannot be taken: which, what stands in it, and why."""

    number: int
    text: str
    why: str


def read_row(columns: Iterable[str]) -> Row:
    """A row from what was typed, in the order of COLUMNS."""
    url, quote, account, posted, mark, note = columns
    url, account, posted, mark = (BREAKS.sub(" ", value.strip()) for value in (url, account, posted, mark))
    lines = (single_line(account), single_line(posted), single_line(mark))
    return Row(place_line(url), plain_text(quote), *lines, plain_text(note))


def rows_of(formdata: "MultiDict[str, str]") -> list[Row]:
    """The items typed one by one; a page from before asks less of each."""
    typed = zip_longest(*(formdata.getlist(name) for name in COLUMNS), fillvalue="")
    return [read_row(one) for one in typed] or [Row()]


def folded(rows: list[Row]) -> tuple[list[Row], str]:
    """The rows that a page draws, and the rest of them as a list: a page of thousands of fields opens nowhere."""
    if len(rows) <= MOST_ITEMS:
        return rows, ""
    filled = [row for row in rows if not row.empty]
    drawn, rest = (filled, []) if len(filled) <= MOST_ITEMS else (filled[:MOST_DRAWN], filled[MOST_DRAWN:])
    return drawn or [Row()], written(map(astuple, rest)) if rest else ""


def listed_rows(text: str) -> tuple[list[FiledItem], list[BadRow]]:
    """The items of a list, and its rows that cannot be taken."""
    good, bad = read_list(text)
    return [item for _number, item in good], bad


def read_list(text: str) -> tuple[list[tuple[int, FiledItem]], list[BadRow]]:
    """The same, each item with the number of its row."""
    good, bad = [], []
    for entry in entries(text):
        row = read_row(entry.cells.get(name, "") for name in COLUMNS)
        _anchor, why = check_row(0, row)
        if entry.unclear and (not why or entry.unclear is Unclear.MARKS):
            why = _unclear(entry.unclear)
        if why:
            bad.append(BadRow(entry.number, entry.text[:120], why))
        else:
            good.append((entry.number, row.filed()))
    return good, bad


@dataclass(frozen=True)
class BadRows:
    """Rows of the list that cannot be taken for one reason."""

    why: str
    numbers: str  # of the rows, those that follow each other drawn together
    rows: Sequence[BadRow]


def by_reason(rows: Sequence[BadRow]) -> list[BadRows]:
    """Bad rows under what is wrong with them, in the order of the list."""
    found: dict[str, list[BadRow]] = defaultdict(list)
    for row in rows:
        found[row.why].append(row)
    return [BadRows(why, in_runs([row.number for row in mine]), mine) for why, mine in found.items()]


def in_runs(numbers: Sequence[int]) -> str:
    """Numbers as they are read out: 1〜4、9."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return "、".join(f"{run[0]}〜{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs)


def same_urls(items: Sequence[FiledItem]) -> list[list[int]]:
    """The numbers of items that name the same address."""
    return same_rows(list(enumerate(items, 1)))


def same_rows(numbered: Sequence[tuple[int, FiledItem]]) -> list[list[int]]:
    """The numbers of those that name the same address, whatever they are numbered by."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for n, item in numbered:
        if item.url_normal:
            numbers[item.url_normal].append(n)
    return [found for found in numbers.values() if len(found) > 1]


def too_many(count: int) -> str:
    """A sentence where there are more items than one filing may have."""
    if count <= MOST_ITEMS:
        return ""
    words: str = _(
        "投稿は1回に%(most)s件までです。いま%(n)s件あります。残りは、別の申出として送ってください。",
        most=MOST_ITEMS,
        n=count,
    )
    return words


def check_row(n: int, row: Row) -> tuple[str, str]:
    """Where item `n` is wrong (0: a row of the list), and a sentence; the sentence is empty when it is right."""
    limits = (
        ("url", _("URL"), row.url, LONGEST_URL),
        ("quote", _("問題の箇所"), row.quote, LONGEST_QUOTE),
        ("account", _("アカウント"), row.account, LONGEST_LINE),
        ("posted", _("投稿された日時"), row.posted, LONGEST_LINE),
        ("mark", _("位置・時刻"), row.mark, LONGEST_LINE),
        ("note", _("ひとこと"), row.note, LONGEST_NOTE),
    )
    for name, label, value, most in limits:
        if len(value) > most:
            where = _("%(n)s件目の%(label)s", n=n, label=label) if n else label
            return f"{name}-{n}", too_long(where, most, len(value))
    if two_addresses(row.url):
        return f"url-{n}", _two(n)
    if row.url and not normal_or_empty(row.url):
        return f"url-{n}", _unread(n)
    if re.search(r"\s", row.url):
        return f"url-{n}", _broken(n)
    if not row.url and not (row.quote and row.account):
        return f"url-{n}", _missing(n)
    return "", ""


def _unread(n: int) -> str:
    words: str = (
        _("%(n)s件目のURLが読み取れません。投稿のページを開き、「https://」から始まるURLを写してください。", n=n)
        if n
        else _("URLとして読み取れません。投稿のページを開き、「https://」から始まるURLを写してください。")
    )
    return words


def two_addresses(url: str) -> bool:
    """Whether more than one address was written where one belongs."""
    copy = unicodedata.normalize("NFKC", url)
    return any(normal_or_empty(copy[: found.start()].strip()) for found in SECOND.finditer(copy))


def _two(n: int) -> str:
    words: str = (
        _("%(n)s件目のURLの欄に、URLが2つ以上あります。1つの欄に1つだけ書いてください。", n=n)
        if n
        else _("URLが2つ以上あります。1行に1つずつ書いてください。")
    )
    return words


def _broken(n: int) -> str:
    words: str = (
        _("%(n)s件目のURLの途中に空白があります。URLだけを書き、ほかの言葉は「問題の箇所」に書いてください。", n=n)
        if n
        else _("URLの途中に空白があります。URLだけの行にしてください。")
    )
    return words


def _unclear(why: Unclear) -> str:
    words: dict[Unclear, str] = {
        Unclear.TWO: _two(0),
        Unclear.MORE: _(
            "URLの後に、ほかの言葉や記号が続いています。URLだけの行にするか、表計算ソフトの表を写して貼ってください。"
            "全体が1つのURLのときは、上の「URL」の欄に書いてください。"
        ),
        Unclear.MARKS: _(
            '「"」で囲んだ部分が、どこで終わるかわかりません。「"」を消すか、上の欄に1件ずつ書いてください。'
        ),
    }
    return words[why]


def _missing(n: int) -> str:
    words: str = (
        _(
            "%(n)s件目のURLを貼り付けてください。URLがわからないときは、問題の箇所と、投稿した人のアカウントを書いてください。",
            n=n,
        )
        if n
        else _("URLがありません。")
    )
    return words


def normal_or_empty(url: str) -> str:
    """The address for comparing; empty where there is none."""
    try:
        return normal_url(url) if url else ""
    except ValueError:
        return ""


def too_long(label: str, most: int, length: int) -> str:
    """A sentence where a text is too long."""
    words: str = _(
        "%(label)sは%(most)s字までです。いま%(n)s字あります。長い資料は、PDFや画像で添えられます。",
        label=label,
        most=f"{most:,}",
        n=f"{length:,}",
    )
    return words
