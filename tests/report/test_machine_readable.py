"""統一ルール (総務省): each of its fifteen checks finds its fault in a table that was spoilt for it."""

import io

import pytest
from xlsxwriter import Workbook

from tests.report import reports
from tracker.report.package import machine_readable as rule
from tracker.report.package.machine_readable import lint

GOOD = "年,地域,区分,値,単位\r\n2026,東京都,申出,12,件\r\n2027,大阪府,申出,3,件\r\n2028,大阪府,通報,0,件\r\n"
SPOILT = [
    (rule.NUMBERS, GOOD.replace(",12,", ',"1,200",')),
    (rule.NUMBERS, GOOD.replace(",12,", ",12件,")),
    (rule.ONE, GOOD.replace(",12,", ",12（3）,")),
    (rule.ONE, GOOD.replace(",12,", ",12/3,")),
    (rule.SYMBOLS, GOOD.replace(",12,", ",***,")),
    (rule.SYMBOLS, GOOD.replace(",12,", ",―,")),
    (rule.SPACES, GOOD.replace("申出,12", "申　出,12")),
    (rule.SPACES, GOOD.replace("申出,12", '"申\n出",12')),
    (rule.SPACES, GOOD.replace("申出,12", " 申出,12")),
    (rule.NAMES, GOOD.replace("大阪府,通報", "同上,通報")),
    (rule.NAMES, GOOD.replace("\r\n2027,", "\r\n,")),
    (rule.NAMES, GOOD.replace("区分", "")),
    (rule.NAMES, GOOD.replace("区分", "地域")),
    (rule.FORMULAS, GOOD.replace(",12,", ",=SUM(A1:A2),")),
    (rule.UNITS, GOOD.replace("単位", "備考")),
    (rule.CHARACTERS, GOOD.replace("申出,12", "①,12")),
    (rule.CHARACTERS, GOOD.replace("申出,12", "㈱申出,12")),
    (rule.CHARACTERS, GOOD.replace("申出,12", "ﾓｳｼﾃﾞ,12")),
    (rule.CHARACTERS, GOOD.replace("申出,12", "\ue000,12")),
    (rule.ERA, GOOD.replace("2026", "令和8年")),
    (rule.AREA, GOOD.replace("東京都", "")),
    (rule.PARTED, GOOD.replace("\r\n2027", "\r\n,,,,\r\n2027")),
    (rule.PARTED, GOOD.replace("12,件", "12,件,注")),
    (rule.TABLES, f"{GOOD}年,地域,区分,値,単位\r\n2029,大阪府,通報,1,件\r\n"),
    (rule.TABLES, f"申出の件数,,,,\r\n{GOOD}"),
]


def checks(found: list[str]) -> set[str]:
    return {one[1:].split("」")[0] for one in found}


def book(fill) -> bytes:
    file = io.BytesIO()
    made = Workbook(file, {"in_memory": True})
    page = made.add_worksheet("表")
    for y, row in enumerate((("年", "値", "単位"), (2026, 3, "件"), (2027, 4, "件"))):
        page.write_row(y, 0, row)
    fill(made, page)
    made.close()
    return file.getvalue()


def test_a_table_that_keeps_the_rule_has_no_finding():
    assert lint("good.csv", GOOD.encode()) == []
    assert lint("good.xlsx", book(lambda made, page: None)) == []


@pytest.mark.parametrize(("check", "content"), SPOILT)
def test_each_fault_is_found(check, content):
    assert check in checks(lint("bad.csv", content.encode()))


@pytest.mark.parametrize(
    ("check", "fill"),
    [
        (rule.MERGED, lambda made, page: page.merge_range("A5:B5", "件数")),
        (rule.FORMULAS, lambda made, page: page.write_formula("B4", "=SUM(B2:B3)")),
        (rule.OBJECTS, lambda made, page: page.insert_textbox("D4", "注")),
        (rule.OBJECTS, lambda made, page: page.insert_chart("D4", chart(made))),
        (rule.TABLES, lambda made, page: page.write_row(5, 0, ("年", "値", "単位"))),
        (rule.NUMBERS, lambda made, page: page.write_row(3, 0, (2028, "1,234", "件"))),
    ],
)
def test_each_fault_of_a_workbook_is_found(check, fill):
    assert check in checks(lint("bad.xlsx", book(fill)))


def chart(made: Workbook):
    found = made.add_chart({"type": "column"})
    found.add_series({"values": "=表!$B$2:$B$3"})
    return found


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF"), ("a.csv", "申出".encode("cp932")), ("a.xlsx", b"no")]
)
def test_another_kind_of_file_is_found(name, content):
    assert checks(lint(name, content)) == {rule.FILE}


def test_all_fifteen_are_looked_for():
    found = {check for check, _content in SPOILT} | {rule.MERGED, rule.OBJECTS, rule.FILE}
    every = {value for name, value in vars(rule).items() if name.isupper() and isinstance(value, str)}
    assert found == every and len(every) == 15


def test_every_table_of_the_package_keeps_the_rule():
    made = reports.files(reports.corrected())
    assert [one for name in made if name.endswith((".csv", ".xlsx")) for one in lint(name, made[name])] == []


def test_the_characters_that_only_some_machines_know_are_told_apart_from_those_of_names():
    assert rule.doubtful("①Ⅰ㈱ｱ㌔ 髙橋 﨑 ～ ― 〜（）") == ["Ⅰ", "①", "㈱", "㌔", "ｱ"]


def test_a_column_that_is_described_as_texts_is_not_taken_for_numbers():
    content = "区分,文章\r\n申出,25人\r\n通報,3\r\n".encode()
    assert checks(lint("texts.csv", content)) == {rule.NUMBERS}
    assert lint("texts.csv", content, texts={"文章"}) == []
