"""What is confidential (刑訴法197条5項) is on no page, in no feed and in no file of anybody whom it does not name."""

import re
from datetime import date
from itertools import product

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, post, sign_in
from tracker.casework import orders, papers
from tracker.casework.papers import Entry
from tracker.models import Clock, Custodian, HoldOrder, LegalPaper, Letter, LogHold, PaperKind, Role, Service, Staff

NOW = "2026-11-20T16:00:00+09:00"  # Friday
WORDS = {
    "issuer": "渚ヶ浦警察署",
    "reference": "渚捜発第4242号",
    "asks": "鍵付き投稿の通信履歴の保全",
    "accounts": "@himitsu_4242",
}
VIEWS = {
    "/desk/": ("all", "mine", "late", "waiting", "closed", "back"),
    "/desk/letters": ("waiting", "handover", "back", "sent", "all"),
    "/desk/holds": ("unordered", "waiting", "kept", "missing", "ending", "ended"),
    "/desk/papers": ("ended",),
}
NAMED, OTHERS = "named", ("lead", "manager", "administrator", "reviewer", "specialist")


@pytest.fixture
def house(app, database, freezer):
    """A notice, a confidential request to preserve that names one lead, and the order to a custodian about it."""
    freezer.move_to(NOW)
    app.extensions["limits"].enabled = False
    at = make.instant(NOW)
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        notice = make.make_notice(session, service, "2026-11-18T09:14:37+09:00")
        staff = {name: make_member(app, session, f"{name}@tsumugi.example", Role(name)) for name in OTHERS}
        staff[NAMED] = make_member(app, session, "named@tsumugi.example", Role.LEAD, name="浜野 澪")
        entry = Entry(
            kind=PaperKind.PRESERVATION, served_at=make.instant("2026-11-20T14:30+09:00"), words=WORDS,
            until=date(2026, 12, 18), classes=("2-5", "2-8"), confidential=True, notice=notice.number,
        )  # fmt: skip
        paper = papers.enter(session, service, entry, by=staff[NAMED].id, at=at)
        [hold] = session.exec(select(LogHold).where(LogHold.paper_id == paper.id)).all()
        order = orders.place(session, make.make_custodian(session, service), [hold.id], by=staff[NAMED].id, at=at)
        return {
            "paper": paper.number,
            "order": order.number,
            "hold": str(hold.id),
            "forbidden": [paper.number, order.number, *WORDS.values(), str(paper.id), str(hold.id), str(order.id)],
        }


def client_of(app, name):
    return sign_in(app, f"{name}@tsumugi.example")[0]


def addresses(app, database, house) -> list[str]:
    """Every page of the desk, with every number and id that its address could bear, and the views of the lists."""
    with database.reading() as session:
        kinds = (Clock, Custodian, HoldOrder, LegalPaper, Letter, LogHold, Service, Staff)
        ids = [str(id) for kind in kinds for id in session.exec(select(kind.id))]
        numbers = [house["paper"], house["order"], "TH-2026-000001"]
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or "GET" not in rule.methods or rule.rule.startswith("/desk/sign-out"):
            continue
        blanks = re.findall(r"<[^>]+>", rule.rule)
        choices = [ids if "uuid" in one else ["1"] if "int" in one else numbers for one in blanks]
        choices = [["tsumugi"] if blank == "<slug>" else some for blank, some in zip(blanks, choices, strict=True)]
        for values in product(*choices):
            path = rule.rule
            for blank, value in zip(blanks, values, strict=True):
                path = path.replace(blank, value, 1)
            found.append(path)
    found += [f"{path}?view={view}" for path, views in VIEWS.items() for view in views]
    found += [f"/desk/watch?whose={whose}" for whose in ("mine", "nobody")]
    return sorted({*found, f"/desk/holds?number={house['paper']}"})


def told(text: str, path: str, forbidden) -> list[str]:
    """What a page says that it may not, but for what its own address already said."""
    return [word for word in forbidden if word in text and word not in path]


@pytest.mark.parametrize("name", OTHERS)
def test_no_page_of_the_desk_tells_of_a_confidential_paper_to_who_is_not_named(app, database, house, name):
    client = client_of(app, name)
    leaks = {}
    for path in addresses(app, database, house):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if found := told(answer.get_data(as_text=True), path, house["forbidden"]):
            leaks[path] = found
    assert leaks == {}
    for path in (f"/desk/papers/{house['paper']}", f"/desk/holds/orders/{house['order']}"):
        assert client.get(path).status_code == 404


def test_whoever_is_named_sees_the_paper_and_the_order_everywhere(app, database, house, freezer):
    client = client_of(app, NAMED)
    assert WORDS["reference"] in client.get(f"/desk/papers/{house['paper']}").text
    assert house["order"] in client.get("/desk/").text
    assert house["order"] in client.get("/desk/holds").text
    assert house["order"] in client.get("/desk/letters").text
    assert client.get(f"/desk/holds/orders/{house['order']}").status_code == 200
    assert house["paper"] in client.get("/desk/papers").text
    freezer.move_to("2026-11-25T10:00:00+09:00")
    with database.reading() as session:
        clock = session.exec(select(Clock.id).join(LegalPaper, LegalPaper.case_id == Clock.case_id)).first()
    client, other = client_of(app, NAMED), client_of(app, "lead")
    there = client.get(f"/desk/watch/clocks/{clock}")
    assert (there.status_code, there.headers["Location"]) == (303, f"/desk/papers/{house['paper']}")
    assert other.get(f"/desk/watch/clocks/{clock}").status_code == 404


@pytest.mark.parametrize("act", ["again", "answer", "withdrawal"])
def test_an_order_about_it_is_not_there_for_anybody_else_to_act_on(app, house, act):
    answer = post(client_of(app, "lead"), f"/desk/holds/orders/{house['order']}/{act}", words="x", reason="x")
    assert answer.status_code == 404


def test_its_hold_cannot_be_ordered_by_its_id(app, database, house):
    answer = post(client_of(app, "lead"), "/desk/holds/orders/new", hold=[house["hold"]], do="look")
    assert answer.status_code == 422 and not told(answer.text, "", house["forbidden"][:6])


def test_its_clock_cannot_be_taken_by_who_is_not_named(app, database, house):
    with database.reading() as session:
        order = session.exec(select(HoldOrder)).one()
        clock = session.exec(select(Clock.id).where(Clock.case_id == order.case_id)).one()
    answer = post(client_of(app, "lead"), "/desk/watch/take", clock=f"{clock}:")
    assert answer.status_code == 422 and "読み取れません" in answer.text
    assert post(client_of(app, NAMED), "/desk/watch/take", clock=f"{clock}:").status_code == 303


@pytest.mark.parametrize("of", ["mine", "tsumugi"])
def test_no_calendar_holds_it_whoever_made_the_address(app, house, of):
    client = client_of(app, NAMED)
    made = post(client, "/desk/feeds", of=of)
    path = re.search(r"(/feeds/[^<\s]+\.ics)", client.get(made.headers["Location"]).text)[1]
    read = app.test_client().get(path)
    assert read.status_code == 200
    assert not told(read.get_data(as_text=True).replace("\r\n ", ""), "", house["forbidden"])


def test_the_board_shows_it_to_who_is_named_and_to_nobody_else(app, database, house, freezer):
    from tracker.casework.watch.sweep import sweep

    freezer.move_to("2026-11-25T10:00:00+09:00")  # the answer of the custodian is late for the office
    with database.writing() as session:
        sweep(session, at=make.instant("2026-11-25T10:00+09:00"))
    assert house["order"] in client_of(app, NAMED).get("/desk/watch").text
    for name in OTHERS:
        assert house["order"] not in client_of(app, name).get("/desk/watch").text
