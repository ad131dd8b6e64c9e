"""The package of a publication: its files, their form, what they say of themselves; the same bytes each time."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.report import reports
from tracker.casework import NotAllowed
from tracker.law.publication import ITEMS, Unit
from tracker.report import package
from tracker.report.content import TOTAL, Dim, Line, Words
from tracker.report.package import counting, csvs, manifest, nested, page, statute
from tracker.report.package.columns import SHEETS
from tracker.report.package.rows import paragraphs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return reports.files()


def table(made: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made[name].decode(), newline="")))


def test_every_file_is_listed_and_described(made):
    assert set(made) == set(page.FILES)
    manifest = json.loads(made["manifest.json"])
    assert {file["name"] for file in manifest["files"]} == set(made) - {"manifest.json", "manifest.sig"}
    assert (manifest["format"], manifest["fiscal_year"], manifest["version"]) == ("kigen-publication/1", 2026, 1)
    assert manifest["heads"] == reports.report().heads
    assert manifest["generator"]["name"] == "Kigen" and manifest["generator"]["version"]
    assert package.faults(made) == []


def test_the_same_report_and_instant_give_the_same_bytes(made):
    assert reports.files() == made


def test_another_time_zone_and_language_of_the_machine_change_no_byte(made):
    code = (
        "import hashlib; from tests.report import reports; f = reports.files();"
        "print(hashlib.sha256(b''.join(f[n] for n in sorted(f))).hexdigest())"
    )
    there = os.environ | {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=there, capture_output=True, check=True)
    assert done.stdout.decode().strip() == sha256(b"".join(made[name] for name in sorted(made))).hexdigest()


def test_the_columns_of_the_figures_are_those_that_everybody_reads(made):
    head = made["figures.csv"].split(b"\r\n")[0].decode()
    assert head == (
        "service,fiscal_year,item_id,dim1_code,dim1_label,dim2_code,dim2_label,measure,value,unit,date_basis,note"
    )


def test_a_csv_file_is_utf_8_with_crlf_and_no_mark_at_its_beginning(made):
    for sheet in SHEETS:
        content = made[f"{sheet.name}.csv"]
        assert not content.startswith(csvs.BOM)
        assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n")
    assert made["figures-excel.csv"] == csvs.BOM + made["figures.csv"]


def test_corrections_have_a_head_even_where_there_are_none(made):
    assert made["corrections.csv"].count(b"\r\n") == 1
    rows = table(reports.files(reports.corrected()), "corrections.csv")
    assert [(one["item_id"], one["before_value"], one["after_value"], one["after_text"]) for one in rows] == [
        ("18-2", "2560", "2557", ""),
        ("18-5-21", "", "", "新しい文章。 2行目。"),
    ]


def test_what_a_spreadsheet_would_run_is_told_to_be_text_and_numbers_stay_numbers(made):
    assert [row["text_ja"] for row in table(made, "texts.csv") if row["item_id"] == "18-5-1"] == [
        "'=月ごとの投稿者数の和。"
    ]
    assert [csvs.cell(value) for value in ("+1", "-1", "@a", "'x", "＝a", -1, 0.5, True, None)] == [
        "'+1", "'-1", "'@a", "''x", "'＝a", "-1", "0.5", "true", "",
    ]  # fmt: skip


def test_a_text_is_a_row_a_paragraph_and_has_no_layout():
    assert paragraphs("　一つ目。\n\n  二つ目\tです。　 \r\n三つ　目") == ["一つ目。", "二つ目 です。", "三つ　目"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_every_item_has_its_statute_and_its_way_of_counting(made, item):
    row = next(row for row in table(made, "definitions.csv") if row["item_id"] == item.code)
    assert row["counted"] == counting.COUNTED[item.code]
    assert row["statute_text"] in statute.TEXT.read_text(encoding="utf-8")
    assert row["statute_text"].endswith(
        ("。", "）", "件数", "理由", "方法", "状況", "内容", "別", "整備", "説明", "種類")
    )
    assert bool(row["of_which"]) == bool(item.within) == bool(row["within"])
    assert row["japan_only"] == str(item.japan).lower()
    assert all(f"「{whole}」" in row["of_which"] or whole in row["of_which"] for whole in item.within)


def test_the_rule_is_quoted_number_by_number():
    assert statute.words("18-5-22") == (
        "法第二十八条第四号に規定する送信防止措置の実施状況は、各公表年度における日本の利用者に関する送信防止措置の実施状況であって、"
        "日本の利用者に関する次に掲げる事項を含むものでなければならない。",
        "法第二十六条第三項の規定に基づき、基準の変更によって送信防止措置の対象となることが明らかとなった情報の種類",
    )
    assert statute.words("18-2")[0] == ""
    assert [statute.number(kanji) for kanji in ("九", "十", "十一", "二十", "二十三")] == [9, 10, 11, 20, 23]


def test_a_term_that_the_rule_does_not_know_has_its_own_definition():
    made = reports.report()
    made = replace(made, texts=[*made.texts, Words("new-1", Dim("title", "新しい事項"), 1, "書いたこと。")])
    files = reports.files(made)
    assert [row["label"] for row in table(files, "definitions.csv") if row["item_id"] == "new-1"] == ["新しい事項"]
    assert package.faults(files) == []


def test_frictionless_finds_nothing(made, tmp_path):
    from frictionless import validate

    for name, content in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(SHEETS)


def test_the_nested_file_keeps_its_strict_schema(made):
    from jsonschema import Draft202012Validator, ValidationError

    schema = json.loads(made["schema/figures.schema.json"])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for files in (made, reports.files(reports.corrected())):
        validator.validate(json.loads(files["figures.json"]))
    for spoil in (
        lambda content: content.update(more=1),
        lambda content: content["items"][0]["figures"][0].update(value=-1),
        lambda content: content["items"][0]["figures"][0].update(value=1.5),
        lambda content: content["items"][0].update(unit="things"),
        lambda content: content["items"][0].pop("counted"),
        lambda content: content["period"].update(first="2026/04/01"),
    ):
        content = json.loads(made["figures.json"])
        spoil(content)
        with pytest.raises(ValidationError):
            validator.validate(content)


def test_the_nested_file_can_be_read_back():
    report = reports.corrected()
    figures, texts, corrections = nested.read(reports.files(report))
    assert figures["18-4-1", "remove", "clause-0a1b2c3d4e", "count"] == 1000
    assert texts["18-5-21", "", 1].endswith("\n2つ目の段落です。")
    assert corrections == list(report.corrections)
    assert nested.said(report) == (figures, texts)


def test_the_workbook_has_one_table_a_sheet_with_numbers_as_numbers(made):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(made["publication.xlsx"]))
    assert book.sheetnames == [sheet.title for sheet in SHEETS]
    assert book.properties.created.isoformat() == "2027-05-20T01:02:03"
    page = book["件数"]
    assert [cell.value for cell in page[1]] == [column.title for column in SHEETS[0].columns]
    assert page["I2"].value == 2557 and isinstance(page["I2"].value, int)
    assert all(not sheet.merged_cells.ranges and not sheet._images and not sheet._charts for sheet in book)
    text = next(row for row in book["文章"].iter_rows(min_row=2) if row[2].value == "18-5-1")[7]
    assert (text.value, text.data_type) == ("=月ごとの投稿者数の和。", "s")


def test_numbers_of_any_size_and_odd_words_come_through_every_file():
    odd = Dim("name-odd", '_x0041_ "引用", <タグ> & 改行')
    made = reports.report()
    lines = [line for line in made.lines if line.code != "18-5-3"]
    like = next(line for line in made.lines if line.code == "18-5-3")
    lines += [replace(like, one=TOTAL, value=999_999_999_999), replace(like, one=odd, value=999_999_999_999)]
    files = reports.files(replace(made, lines=lines))
    assert package.faults(files) == []
    assert b"<\xe3\x82\xbf" not in files["index.html"]  # the page has it escaped


def test_a_character_that_other_machines_do_not_know_stops_the_package():
    made = reports.report()
    with pytest.raises(NotAllowed, match="機種依存文字"):
        reports.files(replace(made, texts=[*made.texts, Words("18-5-21", None, 2, "①人の体制")]))


def test_two_figures_of_the_same_name_are_a_fault():
    made = reports.report()
    twice = next(line for line in made.lines if line.code == "18-5-20")
    assert any("同じ行が2つ" in one for one in package.faults(reports.files(replace(made, lines=[*made.lines, twice]))))


class Page(HTMLParser):
    """The tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def tags() -> list[tuple[str, dict[str, str | None]]]:
    made = reports.files(replace(reports.corrected(), partial=True, first=date(2026, 7, 29)))
    return Page(made["index.html"].decode()).tags


def test_the_page_is_japanese_and_needs_nothing_from_elsewhere(tags):
    assert [attrs["lang"] for tag, attrs in tags if "lang" in attrs] == ["ja"]
    assert not [tag for tag, attrs in tags if tag in {"script", "iframe", "img", "style"} or "style" in attrs]
    assert not [name for _tag, attrs in tags for name in attrs if name.startswith("on")]
    links = [attrs[name] for _tag, attrs in tags for name in ("href", "src") if name in attrs]
    assert {link for link in links if not link.startswith("#")} == set(page.FILES)
    ids = [attrs["id"] for _tag, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_its_headings_go_down_step_by_step(tags):
    levels = [int(tag[1]) for tag, _attrs in tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_chart_has_its_table_beneath_and_a_name(tags):
    ids = {attrs["id"] for _tag, attrs in tags if "id" in attrs}
    inside, seen = False, 0
    for n, (tag, attrs) in enumerate(tags):
        if tag == "figure":
            following = [name for name, _attrs in tags[n : n + 2000]]
            assert following.index("table") < (following[1:].index("figure") + 1 if "figure" in following[1:] else 2000)
            seen += 1
        if tag == "svg" and attrs.get("role") == "img":
            assert attrs["aria-labelledby"] in ids
            inside = True
    assert inside and seen > 8


def test_every_item_stands_on_the_page_with_its_provision(tags):
    text = reports.files()["index.html"].decode()
    ids = {attrs["id"] for _tag, attrs in tags if "id" in attrs}
    for item in ITEMS:
        assert f"i-{item.code}" in ids
        assert item.article in text


def test_the_page_says_what_a_reader_must_know():
    first = reports.files(reports.report(partial=True, first=date(2026, 7, 29)))["index.html"].decode()
    assert "1年に満たない年度です" in first and "2026年7月29日(水)" in first
    whole = reports.files()["index.html"].decode()
    assert "1年に満たない年度です" not in whole
    assert "訂正はありません" in whole and "伏せた数はありません" in whole
    second = reports.files(reports.corrected())["index.html"].decode()
    assert "前に公表した版から、直したところがあります" in second and "二重に数えた申出を除いた。" in second


def test_a_year_without_anything_is_a_package_too():
    made = reports.report()
    empty = [Line(item.code, TOTAL, None, 0, item.unit, item.basis) for item in ITEMS if item.unit is not Unit.TEXT]
    tables = [replace(made.tables[0], rows=[(*row[:2], 0) for row in made.tables[0].rows])]
    files = reports.files(replace(made, lines=empty, tables=tables))
    assert package.faults(files) == []
    assert b"<figure" not in files["index.html"]


def test_of_many_reasons_the_page_draws_the_most_frequent_and_its_table_has_all():
    made = reports.report()
    like = next(line for line in made.lines if line.code == "18-5-3")
    lines = [line for line in made.lines if line.code not in {"18-5-3", "18-5-9"}]
    parts = [replace(like, one=Dim(f"name-{n}", f"理由{n}"), value=n) for n in range(1, 41)]
    nine = [replace(line, value=0) for line in made.lines if line.code == "18-5-9"]
    total = replace(like, one=TOTAL, value=820)
    text = reports.files(replace(made, lines=[*lines, total, *parts, *nine]))["index.html"].decode()
    assert "ほか25区分" in text and "理由1</th>" in text


def test_the_manifest_names_the_version_that_the_project_has():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == manifest.VERSION
