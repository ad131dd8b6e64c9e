"""What of the holds nobody looks after: said in the room of holds, and to leads in the morning."""

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import member, words
from tracker.casework import orders, papers
from tracker.casework.holdings import gaps as hold_gaps
from tracker.casework.papers import Entry
from tracker.casework.watch import digests
from tracker.models import Custodian, PaperKind, Role, Service

NOW = "2026-05-07T10:00:00+09:00"
AT = make.instant(NOW)
LATER = make.instant("2026-06-08T09:00:00+09:00")
BARE = "消去の依頼が自動では出"


@pytest.fixture
def custodian(database, freezer):
    """Two notices with their holds, asked of a custodian."""
    freezer.move_to(NOW)
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        for hour in (9, 10):
            make.make_notice(session, service, f"2026-05-01T{hour:02d}:00+09:00")
        found = make.make_custodian(session, service)
        orders.place(session, found, [hold.id for hold in make.session_holds(session)], by=staff.id, at=AT)
        return found.id


def test_a_service_without_a_table_is_named_until_it_has_one(app, database, custodian):
    client = member(app)
    page = client.get("/desk/holds")
    assert f"{BARE}ません" in words(page) and 'href="/desk/retention"' in page.text
    with database.writing() as session:
        make.publish_periods(session, session.exec(select(Service)).one(), make.make_staff(session, "主任", Role.LEAD))
    assert BARE not in words(client.get("/desk/holds"))


def test_the_morning_of_a_lead_names_it_in_one_line_and_that_of_a_reviewer_does_not(database, custodian):
    with database.writing() as session:
        lead, other = make.make_staff(session, "主任", Role.LEAD), make.make_staff(session, "担当", Role.REVIEWER)
        at = make.instant("2026-05-08T08:45:00+09:00")
        told = digests.morning(session, lead.id, at=at).body
        assert [line for line in told.splitlines() if BARE in line] and "/desk/retention" in told
        assert BARE not in digests.morning(session, other.id, at=at).body


def test_what_was_asked_for_long_and_what_a_paused_custodian_keeps_is_counted(app, database, custodian, freezer):
    client = member(app)
    assert 'id="unkept"' not in client.get("/desk/holds").text
    freezer.move_to(LATER)
    client = member(app)
    assert "30日を過ぎても回答がない保存 2件" in words(client.get("/desk/holds"))
    with database.writing() as session:
        session.get_one(Custodian, custodian).active = False
    assert "依頼を止めている保管者に頼んだ保存 2件" in words(client.get("/desk/holds"))


def test_a_confidential_paper_is_counted_for_those_only_whom_it_names(session):
    service, staff = make.make_service(session), make.make_staff(session)
    other = make.make_staff(session, "別の担当", Role.LEAD)
    said = {"issuer": "裁判所", "asks": "消去の禁止", "accounts": "@kaze_2198", "contents": ""}
    entry = Entry(kind=PaperKind.ERASURE_BAN, served_at=AT, words=said, classes=("2-5",), confidential=True)
    papers.enter(session, service, entry, by=staff.id, at=AT)
    custodian = make.make_custodian(session, service)
    orders.place(session, custodian, [hold.id for hold in make.session_holds(session)], by=staff.id, at=AT)
    custodian.active = False
    session.flush()
    assert hold_gaps.unkept(session, at=LATER, reader=staff.id) == hold_gaps.Unkept(1, 1)
    assert hold_gaps.unkept(session, at=LATER, reader=other.id) == hold_gaps.Unkept(0, 0)
    assert [one.id for one in hold_gaps.without_table(session, reader=staff.id)] == [service.id]
    assert hold_gaps.without_table(session, reader=other.id) == []
