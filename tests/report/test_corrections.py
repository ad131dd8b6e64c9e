"""What a correction changes, line by line, and that its files keep every rule: also in tables beside the figures."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from tests import make
from tests.report import made, reports
from tracker.casework import NotAllowed
from tracker.report import corrections, package, publishing
from tracker.report.content import Dim, Report, Table, Words
from tracker.report.package import nested
from tracker.report.package.plain import known, plain

WHY = "二重に数えた措置を除いた。"
ROUTES = [
    ("削除", "自ら探知", 900),
    ("削除", "通報", 120),
    ("非表示", "通報", 80),
    ("役務提供停止", "通報", 35),
]
ODD = Dim("clause-0a1b2c3d4e", "第2① ㈱や人をかたるｱｶｳﾝﾄ Ⅰ \ue000")  # the title of a clause that was published


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def who(session):
    """Who freezes, and who publishes."""
    return make.make_staff(session), make.make_staff(session, name="真鍋 修")


def with_routes(rows, report: Report | None = None) -> Report:
    """A report with a table whose rows have names and no codes."""
    of = report or made.report()
    columns = (Dim("kind", "措置の種別"), Dim("route", "経緯"), Dim("count", "件数"))
    others = [one for one in of.tables if one.key != "routes"]
    return replace(of, tables=[*others, Table("routes", "措置の種別と経緯", "", columns, rows)])


def bridged(n: int, report: Report) -> Report:
    """The same with `n` more that waited at the start and at the end."""
    bridge, *others = report.tables
    rows = [(code, name, of + n * code.startswith("open")) for code, name, of in bridge.rows]
    return replace(report, tables=[replace(bridge, rows=rows), *others])


def one_suspension_less(report: Report) -> Report:
    """The same with a line of 18-5-8 that is one less, and what it adds to."""
    less = reports.changed("18-5-8", 19, reports.SPAM.code, "report", made=report)
    return reports.changed("18-5-8", 49, made=reports.changed("18-5-8", 34, reports.SPAM.code, made=less))


def rows_of(files: dict[str, bytes]) -> list[tuple[str, ...]]:
    """The places of corrections.csv, and what stood and stands there."""
    found = csv.DictReader(io.StringIO(files["corrections.csv"].decode()))
    values = (("before_value", "before_text"), ("after_value", "after_text"))
    keys = [("item_id",), ("dim1_code",), ("dim2_code",), *values]
    return [tuple(next(filter(None, (one[name] for name in some)), "") for some in keys) for one in found]


def test_lines_and_cells_of_several_tables_are_corrected_in_one_version(session, service, who):
    made.published(session, service, who, with_routes(ROUTES))
    fewer = [(*row[:2], row[2] - 1) for row in ROUTES]
    second = made.published(session, service, who, bridged(2, one_suspension_less(with_routes(fewer))), why=WHY)

    files = publishing.files_of(session, second)
    assert package.faults(files) == []
    assert rows_of(files) == [
        ("18-5-8", "total", "", "50", "49"),
        ("18-5-8", reports.SPAM.code, "", "35", "34"),
        ("18-5-8", reports.SPAM.code, "report", "20", "19"),
        ("bridge", "count", "open-start", "48", "50"),
        ("bridge", "count", "open-end", "72", "74"),
        ("routes", "count", "row-1", "900", "899"),
        ("routes", "count", "row-2", "120", "119"),
        ("routes", "count", "row-3", "80", "79"),
        ("routes", "count", "row-4", "35", "34"),
    ]


def test_a_row_that_is_left_out_or_added_is_one_change_and_moves_no_other(session, service, who):
    made.published(session, service, who, with_routes(ROUTES))
    rows = [*ROUTES[:1], *ROUTES[2:3], ("非表示", "要請", 4), ("役務提供停止", "通報", 36)]
    second = made.published(session, service, who, with_routes(rows), why=WHY)

    files = publishing.files_of(session, second)
    assert package.faults(files) == []
    assert rows_of(files) == [
        ("routes", "", "row-2", "削除 / 通報 / 120", ""),  # as in the version before
        ("routes", "count", "row-4", "35", "36"),
        ("routes", "", "row-3", "", "非表示 / 要請 / 4"),
    ]


def test_every_place_has_the_names_that_people_know_it_by(session, service, who):
    made.published(session, service, who, with_routes(ROUTES))
    more = reports.changed("18-2", 8_240, "honor", measure="items", made=with_routes(ROUTES[1:]))
    more = reports.changed("18-2", 12_340, measure="items", made=more)
    second = made.published(session, service, who, bridged(1952, one_suspension_less(more)), why=WHY)

    files = publishing.files_of(session, second)
    assert package.faults(files) == []
    told = csv.DictReader(io.StringIO(files["corrections.csv"].decode()))
    names = [(one["item_label"], one["dim1_label"], one["dim2_label"]) for one in told]
    assert names == [
        ("申出を受け付けた件数", "合計", ""),
        ("申出を受け付けた件数", "名誉権", ""),
        ("役務提供停止措置を講じた件数", "合計", ""),
        ("役務提供停止措置を講じた件数", reports.SPAM.label, ""),
        ("役務提供停止措置を講じた件数", reports.SPAM.label, "通報"),
        ("受け付けた件数と通知した件数のつながり", "件数", "年度の初めに待っていた"),
        ("受け付けた件数と通知した件数のつながり", "件数", "終わりに待っている"),
        ("措置の種別と経緯", "", "削除 / 自ら探知"),  # as only the version before has it
    ]
    page = files["index.html"].decode()
    shown = page[page.index('id="p-corrections"') :]
    assert shown.count(WHY) == 1 and reports.SPAM.code not in shown
    for words in ("6,000件", "12,340件", "合計 × 申出に含まれる投稿の数", "年度の初めに待っていた（件数）", "2,000件"):
        assert words in shown


def test_what_was_published_without_names_can_still_be_read_and_shown():
    old = json.loads(reports.files(reports.corrected())["figures.json"])
    for one in old["corrections"]:
        for name in ("label", "one_label", "two_label"):
            del one[name]
    read = corrections.corrected({nested.NAME: json.dumps(old).encode()})
    assert [(one.code, one.label, one.one_label) for one in read] == [("18-2", "", ""), ("18-5-21", "", "")]
    files = reports.files(replace(reports.corrected(), corrections=read))
    assert package.faults(files) == []
    assert "2,560件" in files["index.html"].decode()


def test_a_head_that_changed_is_told_in_words():
    old = reports.files()
    new = made.report(version=2, partial=True, first=date(2026, 7, 29), name="つむぎ")
    found = corrections.differences(old, new, day=date(2027, 6, 1), why=WHY)
    assert [(one.one_label, one.before, one.after) for one in found] == [
        ("サービスの名称", "つむぎ広場", "つむぎ"),
        ("対象の初めの日", "2026-04-01", "2026-07-29"),
        ("1年に満たない年度か", "いいえ", "はい"),
    ]
    assert {one.label for one in found} == {"この公表の名称と期間"}


def test_rows_that_nothing_tells_apart_are_known_by_their_number(session, service, who):
    made.published(session, service, who, with_routes([*ROUTES, ROUTES[-1]]))
    second = made.published(session, service, who, with_routes([*ROUTES, ("役務提供停止", "通報", 36)]), why=WHY)

    assert rows_of(publishing.files_of(session, second)) == [("routes", "count", "row-5", "35", "36")]


def test_a_row_with_a_code_may_get_another_name(session, service, who):
    made.published(session, service, who)
    tables = made.report().tables
    rows = [(code, "個人の名誉" if code == "honor" else name, *more) for code, name, *more in tables[1].rows]
    other = made.report(tables=[tables[0], replace(tables[1], rows=rows), *tables[2:]])
    second = made.published(session, service, who, other, why=WHY)

    assert rows_of(publishing.files_of(session, second)) == [("days", "name", "honor", "名誉権", "個人の名誉")]


def test_a_short_text_with_a_number_is_a_text(session, service, who):
    def said(words: str) -> Report:
        texts = [one for one in made.report().texts if one.code != "18-5-20"]
        return made.report(texts=[*texts, Words("18-5-20", None, 1, words)])

    made.published(session, service, who, said("25人"))
    second = made.published(session, service, who, said("26人"), why=WHY)

    assert rows_of(publishing.files_of(session, second)) == [("18-5-20", "", "", "25人", "26人")]


def odd(**changes) -> Report:
    """A report whose names have characters that only some machines know."""
    lines = [
        replace(
            one,
            one=ODD if one.one == reports.SPAM else one.one,
            two=ODD if one.two == reports.SPAM else one.two,
        )
        for one in made.report().lines
    ]
    values = {"name": "つむぎ広場Ⅱ", "provider": "㈱つむぎ", "lines": lines} | changes
    return with_routes([("削除", ODD.label, 3)], made.report(**values))


def test_names_that_nobody_can_change_any_more_stop_no_publication(session, service, who):
    first = made.published(session, service, who, odd())
    files = publishing.files_of(session, first)
    assert package.faults(files) == []
    figures = files["figures.csv"].decode()
    assert f"{ODD.code},第2(1) (株)や人をかたるアカウント I 〓" in figures  # the code is that of the title as it is
    for name in ("index.html", "figures.json", "datapackage.json", "manifest.json"):
        assert "㈱" not in files[name].decode() and "(株)つむぎ" in files[name].decode()

    with pytest.raises(NotAllowed, match="違うところがありません"):
        made.freeze(session, service, who[0], odd(), why=WHY)
    second = made.published(session, service, who, odd(name="つむぎ広場Ⅲ"), why=WHY)
    assert rows_of(publishing.files_of(session, second)) == [("report", "name", "", "つむぎ広場II", "つむぎ広場III")]


@pytest.mark.parametrize(
    "words",
    [
        Words("18-5-21", None, 1, "①人の体制"),
        Words("new-1", Dim("title", "新しい事項①"), 1, "書いたこと。"),
    ],
)
def test_what_a_person_can_still_write_in_another_way_is_refused(session, service, who, words):
    texts = [one for one in made.report().texts if one.code != words.code]
    with pytest.raises(NotAllowed, match="機種依存文字"):
        made.freeze(session, service, who[0], made.report(texts=[*texts, words]))


@pytest.mark.parametrize(
    ("words", "spelt"),
    [
        ("髙橋 﨑 ～（全角）　ＡＢ１ 塚", "髙橋 﨑 ～（全角）　ＡＢ１ 塚"),  # what every machine knows stays as it is
        ("1①㈱ﾊﾟｽﾜｰﾄﾞ", "1(1)(株)パスワード"),
        ("カﾞ", "ガ"),
        ("㌔㍻㊤Ⅻ", "キロ平成(上)XII"),
        ("⓵ↀ🅐\U000e0fff", "(1)(1000)〓〓"),
    ],
)
def test_only_what_some_machines_do_not_know_is_spelt_out(words, spelt):
    assert known(words) == spelt
    assert known(spelt) == spelt


def test_a_publication_without_such_names_is_as_it_was():
    assert nested.nested(plain(made.report())) == nested.nested(made.report())
