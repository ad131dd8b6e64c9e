"""統計表における機械判読可能なデータの表記方法の統一ルール (総務省, 18 December 2020): its fifteen checks, by name.

Of a CSV file or an XLSX workbook, whoever made it. What is found names the check, the file and the row.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from io import BytesIO, StringIO

from tracker.report.package.verify_publication import sheets

Rows = Sequence[Sequence[str]]
FILE = "ファイル形式はExcelかCSVとなっているか"
ONE = "1セル1データとなっているか"
NUMBERS = "数値データは数値属性とし、文字列を含まないこと"
MERGED = "セルの結合をしていないか"
SPACES = "スペースや改行等で体裁を整えていないか"
NAMES = "項目名等を省略していないか"
FORMULAS = "数式を使用している場合は、数値データに修正しているか"
OBJECTS = "オブジェクトを使用していないか"
UNITS = "データの単位を記載しているか"
CHARACTERS = "機種依存文字を使用していないか"
ERA = "時間軸は西暦表記又は和暦に西暦の併記がされているか"
AREA = "地域コード又は地域名称が表記されているか"
SYMBOLS = "数値データの同一列内に特殊記号が含まれていないか"
PARTED = "データが分断されていないか"
TABLES = "1シートに複数の表が掲載されていないか"

NUMBER = re.compile(r"-?\d+(\.\d+)?")
NEARLY = re.compile(r"[△▲¥-]?\d{1,3}(,\d{3})+(\.\d+)?\D{0,2}|[△▲¥-]?\d+(\.\d+)?(件|人|%|％|円|個|回|日)")
SEVERAL = re.compile(r"\d+(\.\d+)?\s*[(（/／・、~〜]\s*\d+(\.\d+)?\s*[)）%％件]*")
SYMBOL = re.compile(r"[-−―—–*＊xX×…・.]+|該当なし|なし|不明|NA|N/A|n/a|#N/A")
JAPANESE_YEAR = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])(元|\d+)年?[度./月]?.{0,8}")
DITTO = frozenset({"〃", "同上", "々", '"', "″"})
OF_TIME = re.compile("年度|年月|時点|調査年|^年$|year|day|date")
OF_PLACE = re.compile("地域|都道府県|市区町村|prefecture|area")
UNIT_IN_HEAD = re.compile(r"[(（［\[].+[)）］\]]|件数|人数|率|割合|日数|[年月日順行版番]$")
PADDING = re.compile(r"^\s|\s$|[\r\n\t]|\s{2,}|^[ぁ-んァ-ヶ一-龠](　[ぁ-んァ-ヶ一-龠])+$")
# ①, Ⅰ, ㈱, ㍻, half-width kana, what a maker or nobody has assigned, and what is no letter at all.
DEPENDENT = re.compile(
    "[\u2460-\u24ff\u2160-\u2188\u3200-\u33ff\uff61-\uff9f\U0001d400-\U0001d7ff\U0001f100-\U0001f17f]"
)
UNPRINTED = frozenset({"Cc", "Cs", "Co", "Cn"})


def lint(name: str, content: bytes, *, texts: Collection[str] = ()) -> list[str]:
    """What breaks the rule in a file; nothing for one that keeps it.

    `texts` are the heads of columns that are described as texts: 「25人」 is a whole text there, no number.
    """
    if name.lower().endswith(".csv"):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return [_found(FILE, name, "UTF-8でない")]
        rows = list(csv.reader(StringIO(text, newline="")))
        run = [(no, c) for no, row in enumerate(rows, 1) for c in row if c.startswith("=")]
        return [*look(name, rows, texts=texts), *(_found(FORMULAS, name, f"{no}行「{c[:20]}」") for no, c in run)]
    if not name.lower().endswith(".xlsx"):
        return [_found(FILE, name, "CSVでもExcelでもない")]
    try:
        pages = sheets(content)
        parts = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError):
        return [_found(FILE, name, "Excelとして読めない")]
    found = [f for no, rows in enumerate(pages, 1) for f in look(f"{name} シート{no}", rows, texts=texts)]
    for part in parts.namelist():
        if part.startswith(("xl/drawings/", "xl/media/", "xl/charts/", "xl/embeddings/")):
            found.append(_found(OBJECTS, name, part))
        if part.startswith("xl/worksheets/sheet"):
            page = parts.read(part)
            found += [_found(MERGED, name, part)] * (b"<mergeCell " in page)
            found += [_found(FORMULAS, name, part)] * bool(re.search(rb"<f[ >/]", page))
    return found


def look(name: str, rows: Rows, *, texts: Collection[str] = ()) -> list[str]:
    """What breaks the rule in one table, the first row of which is its head."""
    if not rows:
        return [_found(NAMES, name, "見出しがない")]
    told = [_found(check, name, says) for check, says in _numbers(rows, texts)]
    return told + [_found(check, name, says) for one in LOOKS for check, says in one(rows)]


def doubtful(words: str) -> list[str]:
    """The characters of a text that other machines may show as something else (機種依存文字)."""
    return sorted(
        {c for c in words if DEPENDENT.match(c) or (unicodedata.category(c) in UNPRINTED and c not in "\r\n\t")}
    )


def _found(check: str, name: str, says: str) -> str:
    return f"「{check}」{name}: {says}"


def _columns(rows: Rows) -> Iterator[tuple[str, list[str], bool]]:
    """Each column: its head, its cells, whether it is one of numbers."""
    for x, head in enumerate(rows[0]):
        cells = [row[x] if x < len(row) else "" for row in rows[1:]]
        given = [cell for cell in cells if cell]
        whole = sum(bool(NUMBER.fullmatch(cell)) for cell in given)
        like = sum(bool(NEARLY.fullmatch(cell) or SEVERAL.fullmatch(cell)) for cell in given)
        yield head, cells, bool(given) and (whole + like) * 2 > len(given)


def _numbers(rows: Rows, texts: Collection[str]) -> Iterator[tuple[str, str]]:
    for head, cells, numeric in _columns(rows):
        for no, cell in enumerate(cells, 2):
            if not numeric or head in texts or not cell or NUMBER.fullmatch(cell):
                continue
            place = f"{no}行 {head}「{cell}」"
            if SYMBOL.fullmatch(cell):
                yield SYMBOLS, place
            elif SEVERAL.fullmatch(cell) or "\n" in cell:
                yield ONE, place
            elif not cell.startswith("="):
                yield NUMBERS, place


def _texts(rows: Rows) -> Iterator[tuple[str, str]]:
    for no, row in enumerate(rows, 1):
        for cell in row:
            if PADDING.search(cell):
                yield SPACES, f"{no}行「{cell[:20]}」"
            if wrong := doubtful(cell):
                yield CHARACTERS, f"{no}行「{''.join(wrong)}」"


def _names(rows: Rows) -> Iterator[tuple[str, str]]:
    head = [name.strip() for name in rows[0]]
    yield from ((NAMES, f"{x}列の見出しがない") for x, name in enumerate(head, 1) if not name)
    yield from ((NAMES, f"見出し「{name}」が2つある") for name in sorted({n for n in head if n and head.count(n) > 1}))
    for no, row in enumerate(rows[1:], 2):
        if any(row) and (not row[0] or DITTO & set(row)):
            yield NAMES, f"{no}行"


def _whole(rows: Rows) -> Iterator[tuple[str, str]]:
    width = len(rows[0])
    for no, row in enumerate(rows[1:], 2):
        if not any(row):
            yield PARTED, f"{no}行が空"
        elif len(row) > width:
            yield PARTED, f"{no}行に見出しのない列がある"
        elif list(row) == list(rows[0]):
            yield TABLES, f"{no}行に見出しがもう一度ある"
    if width > 1 and len([cell for cell in rows[0] if cell]) == 1:
        yield TABLES, "1行目が見出しでなく、題名である"


def _meaning(rows: Rows) -> Iterator[tuple[str, str]]:
    heads = rows[0]
    with_unit = any(head in {"unit", "単位", "unit_label"} for head in heads)
    for head, cells, numeric in _columns(rows):
        if numeric and re.search("^(value|値|数|数値|数量|金額)$", head) and not with_unit:
            yield UNITS, f"列「{head}」"
        if OF_TIME.search(head):
            yield from ((ERA, f"列「{head}」「{c}」") for c in cells if JAPANESE_YEAR.fullmatch(c))
        if OF_PLACE.search(head):
            yield from ((AREA, f"{no}行 列「{head}」") for no, c in enumerate(cells, 2) if not c)


LOOKS: tuple[Callable[[Rows], Iterator[tuple[str, str]]], ...] = (_texts, _names, _whole, _meaning)
