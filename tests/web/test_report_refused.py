"""The room of the yearly publication, against rows that were refused, names of categories, and what no page sent."""

import pytest

from tests import make
from tests.report.ledger import GOOD, take
from tests.web.desk import make_member, member, post, sign_in, words
from tests.web.test_report_room import AT, PAGE, TEXT, write_all
from tracker import create_app
from tracker.i18n import gettext, speaking
from tracker.law.ledger import Family
from tracker.models import Role
from tracker.report.content import Failed
from tracker.web.staff.report import said

ORDERS = Family.ORDERS
LONG = "9" * 5_000


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def lead(app, service):
    return member(app)


def test_rows_that_an_import_refused_are_pointed_out_and_stop_nothing(app, lead, database, service, freezer):
    freezer.move_to("2026-05-01T10:00:00+09:00")
    row = take(database, service, GOOD[ORDERS].replace("defame", "x" * 200), family=ORDERS)
    assert (row.refused, row.added) == (1, 0)
    freezer.move_to(AT)
    write_all(database, service)
    lead = member(app)

    page = lead.get(PAGE)

    assert "取込み 1（裁判所の判決・決定）の1行は、誤りがあるため数えていません" in words(page)
    assert 'href="/desk/ledger/tsumugi/imports/1"' in page.text and "版を固めて確認に回す" in words(page)
    assert "誤りがあるため" not in words(lead.get(PAGE.replace("2026", "2027")))  # it came before that year
    reader = member(app, Role.REVIEWER).get(PAGE)
    assert "誤りがあるため" in words(reader) and 'href="/desk/ledger/' not in reader.text
    post(lead, "/desk/ledger/tsumugi/imports/1/withdraw", reason="別の年のファイル。", sure="1")
    assert "誤りがあるため" not in words(lead.get(PAGE))


def test_what_a_version_changes_is_called_by_its_name(app, lead, database, service):
    write_all(database, service)
    assert post(lead, f"{PAGE}/freeze").status_code == 303
    with database.writing() as session:
        make_member(app, session, "manager@tsumugi.example", Role.MANAGER)
    manager, _answer = sign_in(app, "manager@tsumugi.example")
    assert post(manager, f"{PAGE}/versions/1/publish", sure="1").status_code == 303
    post(lead, f"{PAGE}/18-5-1", part="senders", words=TEXT, number="15", seen="1")
    with database.writing() as session:  # a row of the tables beside the figures
        make.make_notice(session, session.get_one(type(service), service.id), "2026-06-01T10:00+09:00")
    assert post(lead, f"{PAGE}/freeze", why="人数を数え直した。").status_code == 303

    text = words(lead.get(f"{PAGE}/versions/2"))

    assert "延べ発信者数の総数1215" in text, text
    assert "受け付けた" in text and "honor" not in text and "senders" not in text


def test_versions_that_no_page_sent_are_nobodys(lead, database, service):
    assert post(lead, f"{PAGE}/18-5-21", words=TEXT, seen="1").status_code == 409
    assert post(lead, f"{PAGE}/18-5-21", words=TEXT, seen="0").status_code == 303
    for seen in (LONG, "１", "x", ""):
        assert post(lead, f"{PAGE}/18-5-21", words="別の文です。", seen=seen).status_code == 409
    assert post(lead, f"{PAGE}/home", home="1", seen=LONG).status_code == 303
    assert post(lead, f"{PAGE}/home", home="0", seen=LONG).status_code == 409
    written = {"result-1": TEXT, "seen-result-1": LONG}
    assert post(lead, f"{PAGE}/assessment", **written).status_code == 303
    assert post(lead, f"{PAGE}/assessment", **(written | {"result-1": "別の文です。"})).status_code == 409


def test_a_name_that_a_check_names_is_shown_as_it_was_typed_and_never_translated(app):
    named = Failed("parts", "", ["bridge", "理由", "TS-2026-00001"])
    with app.test_request_context(), speaking("en"):
        bridge, typed, case = said.leads("tsumugi", 2026, named)
        assert gettext("理由") != "理由"
    assert bridge.says.isascii() and typed == said.Lead("理由")
    assert case == said.Lead("TS-2026-00001", "/desk/cases/TS-2026-00001")


def test_a_name_that_no_database_takes_has_no_page(on_each_engine, freezer):
    freezer.move_to(AT)
    app = create_app(on_each_engine.info["settings"])
    try:
        manager = member(app, Role.MANAGER)
        for path in (
            "report/%00/2026",
            "report/%00/2026/18-2",
            "report/%00/2026/assessment",
            "report/%00/2026/versions/1",
            "ledger/%00",
            "ledger/%00/codes",
            "ledger/%00/tokens",
            "ledger/%00/imports/1",
            "senders-count/%00",
            "filings/%00/sheets/senders",
        ):
            assert manager.get(f"/desk/{path}").status_code == 404, path
    finally:
        app.extensions["database"].dispose()
