#!/usr/bin/env python3
"""公表のファイルを確かめる（Python 3.9以上だけで動く。ほかに何も要らない）。 Check a yearly publication.

    python verify_publication.py [フォルダー] [--key 公開鍵]

フォルダーを書かないと、このファイルのあるフォルダーを確かめる。--key には、提供者のサイトにある公開鍵を、
16進の64文字か、鍵の一覧（/.well-known/kigen-receipt-keys.json）の x の43文字で書く。
書かないと、署名はパッケージの中の鍵で確かめる（改変の有無はわかるが、だれの鍵かはわからない）。
終了コード: 0 すべて○  1 ×がある  2 読めない。
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

Files = dict[str, bytes]
Row = dict[str, str]
Table = list[Row]
RISKY = tuple("=+-@\t\r'＝＋－＠")
# 規則18条の事項: 2項、3項から6項までの号の数、7項。
ITEMS = ["18-2", *(f"18-{p}-{n}" for p, most in ((3, 8), (4, 2), (5, 23), (6, 7)) for n in range(1, most + 1)), "18-7"]
# 左は、右の一部（「うち」）。3つ目は、区分ごとにも超えない区分の段。
WITHIN = [
    ("18-5-5", "18-5-4", 2), ("18-5-7", "18-5-6", 2), ("18-5-10", "18-5-8", 1),
    ("18-5-12", "18-5-11", 0), ("18-5-13", "18-5-11", 0), ("18-5-14", "18-5-13", 0), ("18-5-14", "18-5-12", 0),
    ("18-5-16", "18-5-15", 0), ("18-5-17", "18-5-15", 0), ("18-5-18", "18-5-17", 0), ("18-5-18", "18-5-16", 0),
]  # fmt: skip
STARTS, ENDS = ["open-start", "received"], ["18-3-1", "18-3-2", "18-3-4", "18-3-5", "18-3-3", "withdrawn", "open-end"]
SUMMED = {"after-interim": ["count"], "excuses": ["count"], "further-rights": ["primary", "further"], "days": ["n"]}
ANSWERS = [("requests", "18-5-4", "18-5-5"), ("orders", "18-5-6", "18-5-7")]

# ---- Ed25519の検証 (RFC 8032)。公開の値だけを扱う ----
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def point(text: bytes) -> Point | None:
    """32バイトが表す点。点でなければNone。"""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def plus(a: Point, b: Point) -> Point:
    """2つの点の和。"""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(n: int, a: Point) -> Point:
    """点のn倍。"""
    found: Point = (0, 1, 1, 0)
    while n:
        found, a, n = plus(found, a) if n & 1 else found, plus(a, a), n >> 1
    return found


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """署名が、この公開鍵の持ち主がこのバイト列にしたものか。"""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if key is None or nonce is None or base is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, base), plus(nonce, times(k, key))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# ---- 読む ----
def table(content: bytes) -> Table:
    """CSVの行。数式よけの ' は外す。"""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    return [{k: v[1:] if v[:1] == "'" and v[1:].startswith(RISKY) else v for k, v in row.items()} for row in rows]


def sheets(content: bytes) -> list[list[list[str]]]:
    """Excelの各シートの行とセル。"""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as book:

        def tree(name: str) -> ET.Element:
            return ET.fromstring(re.sub(rb' xmlns="[^"]+"', b"", book.read(name), count=1))  # noqa: S314

        words = [
            "".join(t.text or "" for t in si.iter("t")).replace("_x005F_", "_") for si in tree("xl/sharedStrings.xml")
        ]
        for n in range(1, len(tree("xl/workbook.xml").findall("sheets/sheet")) + 1):
            rows = []
            for row in tree(f"xl/worksheets/sheet{n}.xml").iter("row"):
                cells: dict[int, str] = {}
                for c in row.iter("c"):
                    place = 0
                    for letter in re.sub("[0-9]", "", c.attrib["r"]):
                        place = place * 26 + ord(letter) - 64
                    value = c.findtext("v")
                    if value is not None:
                        cells[place] = words[int(value)] if c.get("t") == "s" else value
                rows.append([cells.get(x, "") for x in range(1, max(cells, default=0) + 1)])
            found.append(rows)
    return found


class Publication:
    """読んだもの。totalsは(項目, 区分1, 区分2, 数えるもの)ごとの数。"""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.manifest: dict[str, Any] = json.loads(files["manifest.json"])
        self.json: dict[str, Any] = json.loads(files["figures.json"])
        self.about: dict[str, Any] = json.loads(files["datapackage.json"])
        self.tables = {name: table(files[f"{name}.csv"]) for name in (r["name"] for r in self.about["resources"])}
        keys = ("item_id", "dim1_code", "dim2_code", "measure")
        self.totals = {tuple(row[k] for k in keys): int(row["value"]) for row in self.tables["figures"]}

    def n(self, item: str, one: str = "total", two: str = "", measure: str = "count") -> int:
        """1つの数。ないものは0。"""
        return self.totals.get((item, one, two, measure), 0)

    def rows(self, name: str, columns: str) -> list[list[str]]:
        """表の、いくつかの列。"""
        return [[row[column] for column in columns.split()] for row in self.tables[name]]

    def beside(self, name: str) -> dict[str, dict[str, int]]:
        """任意の表の数: 行の番号の列の値 → 列 → 数。"""
        rows: dict[str, Row] = defaultdict(dict)
        for cell in self.tables["extra"]:
            if cell["table_id"] == name:
                rows[cell["row"]][cell["column_code"]] = cell["number"] or cell["text"]
        return {
            r.get("code", k): {c: int(v) for c, v in r.items() if re.fullmatch("[0-9]+", v)} for k, r in rows.items()
        }


# ---- 点検: それぞれ、合わないところを1つずつ返す ----
def shapes(p: Publication) -> Iterator[str]:
    """列・型・重複が datapackage.json のとおり"""
    for resource in p.about["resources"]:
        name, schema = resource["name"], resource["schema"]
        rows, fields = p.tables[name], schema["fields"]
        head = p.files[f"{name}.csv"].decode("utf-8").split("\r\n", 1)[0].split(",")
        if head != [field["name"] for field in fields]:
            yield f"{name}.csv の見出しが違う"
            continue
        for no, row in enumerate(rows, 2):
            yield from (
                f"{name}.csv {no}行 {f['name']}: 「{row[f['name']]}」" for f in fields if not fits(row[f["name"]], f)
            )
        keys = Counter(" ".join(row[k] for k in schema.get("primaryKey", head)) for row in rows)
        yield from (f"{name}.csv に同じ行が{n}つ: {key}" for key, n in keys.items() if n > 1)
        for key in schema.get("foreignKeys", []):
            known = {row[key["reference"]["fields"][0]] for row in p.tables[key["reference"]["resource"]]}
            yield from (f"{name}.csv の {v} の定義がない" for v in sorted({r[key["fields"][0]] for r in rows} - known))


def fits(value: str | None, field: dict[str, Any]) -> bool:
    """値が列の型に合うか。"""
    rules = field.get("constraints", {})
    kinds: dict[str, Callable[[str], Any]] = {"integer": int, "number": float, "date": date.fromisoformat}
    if not value:
        return value == "" and not rules.get("required")
    try:
        made = kinds.get(field["type"], str)(value)
    except ValueError:
        return False
    return (
        (field["type"] != "boolean" or value in ("true", "false"))
        and value in rules.get("enum", [value])
        and re.search(rules.get("pattern", ""), value) is not None
        and made >= rules.get("minimum", made)
    )


def whole(p: Publication) -> Iterator[str]:
    """規則18条のすべての事項がある"""
    said, units = (
        {row["item_id"] for row in p.tables["texts"]},
        {d["item_id"]: d["unit"] for d in p.tables["definitions"]},
    )
    for code in ITEMS:
        if code not in said if units.get(code, "text") == "text" else (code, "total", "", "count") not in p.totals:
            yield code


def own(p: Publication) -> Iterator[str]:
    """どの行も同じサービスと年度"""
    mine = (p.manifest["service"]["id"], str(p.manifest["fiscal_year"]))
    for name, rows in p.tables.items():
        yield from (f"{name}.csv {no}行" for no, r in enumerate(rows, 2) if (r["service"], r["fiscal_year"]) != mine)


def sums(p: Publication) -> Iterator[str]:
    """区分の数の和が合計に等しい"""
    split = {d["item_id"]: bool(d["dim1_meaning"]) + bool(d["dim2_meaning"]) for d in p.tables["definitions"]}
    parts: dict[tuple[str, str, str], int] = defaultdict(int)
    for (item, one, two, measure), value in p.totals.items():
        if two or one != "total":
            parts[item, one if two else "total", measure] += value
    for (item, one, measure), total in parts.items():
        if p.n(item, one, "", measure) != total:
            yield f"{item} {one} {measure}: 合計 {p.n(item, one, '', measure)}、和 {total}"
    for (item, one, two, measure), value in p.totals.items():
        if value and not two and split[item] > (one != "total") and (item, one, measure) not in parts:
            yield f"{item} {one} {measure}: 内訳がない"


def within(p: Publication) -> Iterator[str]:
    """「うち」の数が全体を超えない"""
    for item, parent, depth in WITHIN:
        if p.n(item) > p.n(parent):
            yield f"{item} {p.n(item)} が {parent} {p.n(parent)} を超える"
        each: dict[str, int] = defaultdict(int)
        for (code, one, two, measure), value in p.totals.items():
            if depth and (code, measure, bool(two)) == (item, "count", depth == 2) and one != "total":
                each[two or one] += value
        over = {name: value for name, value in each.items() if value > p.n(parent, name)}
        yield from (f"{item} の {name} {value} が {parent} を超える" for name, value in over.items())


def bridge(p: Publication) -> Iterator[str]:
    """年度の初めに待っていたもの＋受け付けたもの＝通知などで終わったもの＋終わりに待っているもの"""
    rows = {code: row.get("count", 0) for code, row in p.beside("bridge").items()}
    if set(rows) != {*STARTS, *ENDS}:
        yield f"つながりの表の行が違う: {'・'.join(sorted(rows))}"
        return
    before, after = sum(rows[code] for code in STARTS), sum(rows[code] for code in ENDS)
    if before != after:
        yield f"{before} と {after}"
    for code, item in [("received", "18-2"), *((c, c) for c in ENDS if c.startswith("18-") and c != "18-3-3")]:
        if rows[code] != p.n(item):
            yield f"{item} は {p.n(item)}、つながりの表では {rows[code]}"


def beside(p: Publication) -> Iterator[str]:
    """任意の表の数が、件数と合う"""
    for name, column in ((name, column) for name, columns in SUMMED.items() for column in columns):
        rows = {code: row.get(column, 0) for code, row in p.beside(name).items()}
        if rows and rows.get("total") != sum(value for code, value in rows.items() if code != "total"):
            yield f"{name} {column}: 合計 {rows.get('total')}"
    for code, asked, done in ANSWERS:
        row = p.beside("requests").get(code)
        found = {"total": p.n(asked), "taken": p.n(done, "taken"), "not_taken": p.n(done, "not_taken")}
        yield from (f"requests {code} {k}: {v}" for k, v in found.items() if row and row.get(k, 0) != v)


def as_json(p: Publication) -> Iterator[str]:
    """figures.json が CSV と同じ"""
    figures: dict[tuple[str, ...], int] = {}
    texts, items = [], []
    for item in p.json["items"]:
        code, definition = item["item_id"], {k: v for k, v in item.items() if k not in ("figures", "texts")}
        items.append({k: str(v).lower() if isinstance(v, bool) else v or "" for k, v in definition.items()})
        for f in item["figures"]:
            figures[code, f["dim1"]["code"], f["dim2"]["code"] if f["dim2"] else "", f["measure"]] = f["value"]
        for t in item["texts"]:
            part = t["part"]["code"] if t["part"] else ""
            texts += [[code, part, str(t["order"]), str(n), words] for n, words in enumerate(t["paragraphs"], 1)]
    cells = [
        [table["table_id"], str(n), table["columns"][x]["code"], str(cell)]
        for table in p.json["tables"]
        for n, row in enumerate(table["rows"], 1)
        for x, cell in enumerate(row)
        if cell is not None
    ]
    of = ["version", "day", "code", "label", "one", "one_label", "two", "two_label", "measure", "why"]
    told = [[str(c[k]) for k in of] for c in p.json["corrections"]]
    columns = "version day item_id item_label dim1_code dim1_label dim2_code dim2_label measure why"
    same = {
        "figures": figures == p.totals,
        "texts": sorted(texts) == sorted(p.rows("texts", "item_id part_code order paragraph text_ja")),
        "definitions": [list(item.values()) for item in items] == p.rows("definitions", " ".join(items[0])),
        "extra": cells
        == [[*row[:3], row[3] or row[4]] for row in p.rows("extra", "table_id row column_code number text")],
        "corrections": told == p.rows("corrections", columns),
    }
    yield from (f"{name}.csv と違う" for name, is_same in same.items() if not is_same)


def as_excel(p: Publication) -> Iterator[str]:
    """Excel用のファイルが CSV と同じ"""
    if p.files["figures-excel.csv"] != b"\xef\xbb\xbf" + p.files["figures.csv"]:
        yield "figures-excel.csv"
    books = sheets(p.files["publication.xlsx"])
    for no, resource in enumerate(p.about["resources"]):
        fields = resource["schema"]["fields"]
        want = [[f["title"] for f in fields], *([row[f["name"]] for f in fields] for row in p.tables[resource["name"]])]
        if [[*row, *[""] * (len(fields) - len(row))] for row in books[no]] != want:
            yield f"publication.xlsx の「{resource['title']}」"


CHECKS: tuple[Callable[[Publication], Iterator[str]], ...] = (
    shapes, own, whole, sums, within, bridge, beside, as_json, as_excel,
)  # fmt: skip
Found = list[tuple[str, list[str]]]  # 点検の名前と、合わないところ


def key_of(words: str) -> bytes | None:
    """書かれた公開鍵: 16進の64文字か、xの43文字。鍵でなければNone。"""
    if re.fullmatch("[0-9A-Fa-f]{64}", words):
        return bytes.fromhex(words)
    return base64.urlsafe_b64decode(words[:43] + "=") if re.fullmatch("[A-Za-z0-9_-]{43}=?", words) else None


def unchanged(files: Files, key: str) -> Found:
    """署名とハッシュの点検。keyは提供者のサイトの公開鍵。空なら中の鍵で確かめる。"""
    manifest, said = json.loads(files["manifest.json"]), json.loads(files["manifest.sig"])
    public, mark = bytes.fromhex(said["public_key"]), bytes.fromhex(said["signature"])
    right = signed(public, files["manifest.json"], mark) and hashlib.sha256(public).hexdigest()[:32] == said["kid"]
    found: Found = [("目録の署名", [] if right else ["目録か署名が変わっている"])]
    if key:
        same = public == key_of(key)
        found.append(("署名の鍵が --key の公開鍵と同じ", [] if same else [f"署名の鍵は {public.hex()}"]))
    names = {f["name"] for f in manifest["files"]} | {"manifest.json", "manifest.sig"}
    lost, more = [f"{n} がない" for n in sorted(names - set(files))], sorted(set(files) - names)
    there = lost + [f"{n} は目録にない" for n in more]
    stand = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
    bad = [f["name"] for f in manifest["files"] if stand.get(f["name"], 0) not in (0, (f["bytes"], f["sha256"]))]
    return [*found, ("ファイルがそろっている", there), ("ハッシュとバイト数が目録のとおり", bad)]


def right(files: Files) -> Found:
    """内容の点検。"""
    publication = Publication(files)
    return [(check.__doc__ or check.__name__, list(check(publication))) for check in CHECKS]


def main() -> int:
    """確かめて、結果を書く。"""
    parser = argparse.ArgumentParser(description="公表のファイルを確かめます。")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", default="", help="提供者のサイトにある公開鍵")
    asked = parser.parse_args()
    if asked.key and key_of(asked.key) is None:
        print(f"読めません: --key の「{asked.key}」は公開鍵ではありません。16進の64文字か、鍵の一覧の x の43文字です。")
        return 2
    try:
        paths = [path for path in asked.folder.rglob("*") if path.is_file()]
        files = {path.relative_to(asked.folder).as_posix(): path.read_bytes() for path in paths}
        lost = [name for name in ("manifest.json", "manifest.sig") if name not in files]
        if lost:
            print(f"読めません: {asked.folder} に {' と '.join(lost)} がありません。公表のファイル一式が要ります。")
            return 2
        found = unchanged(files, asked.key)
        if not any(wrong for name, wrong in found if name.startswith(("ファイル", "ハッシュ"))):
            found += right(files)
    except (OSError, ValueError, LookupError, TypeError, csv.Error, zipfile.BadZipFile, ET.ParseError) as error:
        print(f"読めません: {type(error).__name__} {error}")
        return 2
    for name, wrong in found:
        print(f"{'×' if wrong else '○'} {name}")
        print("".join(f"    {one}\n" for one in wrong[:20]), end="")
    if not asked.key:
        public = json.loads(files["manifest.sig"])["public_key"]
        print("－ 中の鍵で確かめました。提供者のサイトの鍵と同じか、比べてください:")
        print(
            "    x（/.well-known/kigen-receipt-keys.json）: "
            + base64.urlsafe_b64encode(bytes.fromhex(public)).decode()[:43]
        )
        print(f"    16進: {public}")
    return 1 if any(wrong for _, wrong in found) else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
