"""通知の部屋: every letter of every case in its view, with what is to be done, and nobody's address."""

import re

import pytest

from tests import make
from tests.conftest import make_settings
from tests.web.desk import make_member, member, words
from tracker import create_app
from tracker.casework import delivery, endings, replies
from tracker.casework.watch.sweep import sweep
from tracker.letters import outbox
from tracker.letters.transport import Answer

AT = "2026-05-01T10:42:00+09:00"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(AT)


def settle(session, letter, accepted: bool, at: str = "2026-04-28T10:00:00+09:00"):
    """The relay's answer to a letter."""
    assert outbox.claim(session, letter.id, make.instant(at))
    said = Answer(True, 250, "smtp") if accepted else Answer(False, 550, "smtp", "5.1.1")
    delivery.settle(session, letter.id, said, at=make.instant(at))


def receipt(session, notice):
    """The receipt letter of a notice."""
    from sqlmodel import select

    from tracker.models import Letter

    return session.exec(select(Letter).where(Letter.case_id == notice.case_id)).one()


@pytest.fixture
def post(app, database):
    """A receipt that waits, one accepted, one refused, and a sender letter to hand over. By name their numbers."""
    with database.writing() as session:
        service = make.make_service(session)
        other = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TV")
        staff = make_member(app, session, "a@tsumugi.example")
        found = {
            "waiting": make.make_notice(session, service),
            "sent": make.make_notice(session, service),
            "refused": make.make_notice(session, other),
        }
        settle(session, receipt(session, found["sent"]), accepted=True)
        settle(session, receipt(session, found["refused"]), accepted=False)
        return found | {"staff": staff}


def listed(answer) -> list[str]:
    """The numbers of the cases whose letters are on the page."""
    return re.findall(r'class="table__what" href="/desk/cases/([A-Z0-9-]+)\?tab=letters', answer.text)


def test_each_view_holds_its_letters(app, post):
    client = member(app)

    assert listed(client.get("/desk/letters")) == [post["waiting"].number]
    assert listed(client.get("/desk/letters?view=sent")) == [post["sent"].number]
    assert listed(client.get("/desk/letters?view=back")) == [post["refused"].number]
    assert len(listed(client.get("/desk/letters?view=all"))) == 3
    assert listed(client.get("/desk/letters?view=all&service=douga")) == [post["refused"].number]
    assert listed(client.get("/desk/letters?view=nonsense&page=x")) == [post["waiting"].number]
    assert "渡した記録を待つ通知はありません" in words(client.get("/desk/letters?view=handover"))


def test_a_letter_to_hand_over_waits_for_its_record(app, database, post):
    with database.writing() as session:
        notice = post["sent"]
        version = make.make_criteria(session, session.get_one(type(notice), notice.id) and service_of(session, notice))
        make.decide(
            session,
            notice,
            make.remove(make.first_clause(session, version)),
            post["staff"],
            "2026-04-29T10:00:00+09:00",
        )
        execute(session, notice, post["staff"])
        draft = replies.sender_drafts(session, notice)[0]
        replies.send_draft(
            session, notice, draft, draft.digest, by=post["staff"].id, at=make.instant("2026-04-29T11:00:00+09:00")
        )
    page = member(app).get("/desk/letters?view=handover")

    assert listed(page) == [notice.number]
    assert "渡して、渡したことを記録する" in words(page)
    assert "発信者" in words(page)


def service_of(session, notice):
    """The service of a notice."""
    from tracker.models import Case, Service

    return session.get_one(Service, session.get_one(Case, notice.case_id).service_id)


def execute(session, notice, staff):
    """Carry out every measure that was ordered."""
    from tracker.casework import decisions, measures

    ids = [m.id for m in decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])]
    when = make.instant("2026-04-29T10:30:00+09:00")
    measures.execute(session, notice, ids, executed_at=when, by=staff.id, at=when)


def test_no_address_no_name_and_nothing_said_to_have_arrived(app, post):
    client = member(app)
    for view in ("waiting", "handover", "back", "sent", "all"):
        text = client.get(f"/desk/letters?view={view}").text
        assert "mail.example" not in text
        assert "水原" not in text
        assert "配達済み" not in text
    assert "中継サーバーが受理した" in words(client.get("/desk/letters?view=sent"))
    assert "受理は、相手に届いたことを示すものではありません" in words(client.get("/desk/letters"))


def test_what_was_taken_up_by_a_newer_letter_needs_nothing_more(app, database, post):
    from tracker.casework import receipts

    with database.writing() as session:
        service = service_of(session, post["refused"])
        receipts.acknowledge(session, service, post["refused"], at=make.instant(AT))
    client = member(app)

    assert listed(client.get("/desk/letters?view=back")) == []
    assert "後の通知に替わりました" in words(client.get("/desk/letters?view=all"))
    assert listed(client.get("/desk/?view=back")) == []


def test_alerts_are_not_letters_of_a_case(app, database, post):
    with database.writing() as session:
        raised = sweep(session, at=make.instant(AT)).alerts
    client = member(app)

    assert raised
    assert len(listed(client.get("/desk/letters?view=all"))) == 3


def test_the_fifty_first_letter_is_on_the_second_page_and_the_filter_stays(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        for n in range(51):
            make.make_notice(session, service, f"2026-04-30T10:{n:02d}:00+09:00", items=1)
    client = member(app)
    first = client.get("/desk/letters?view=all&service=tsumugi")

    assert "51件のうち 1–50件" in words(first)
    assert 'href="/desk/letters?view=all&amp;service=tsumugi&amp;page=2"' in first.text
    assert len(listed(client.get("/desk/letters?view=all&service=tsumugi&page=2"))) == 1


def test_without_a_way_to_send_the_letters_say_what_they_wait_for(settings, tmp_path):
    app = create_app(make_settings(tmp_path, mail=""))
    try:
        with app.extensions["database"].writing() as session:
            make.make_notice(session, make.make_service(session))
        assert "メールの送り方の設定を待っています" in words(member(app).get("/desk/letters"))
    finally:
        app.extensions["database"].dispose()


def test_an_outcome_that_came_back_is_not_taken_up_by_one_about_other_items(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        staff = make_member(app, session, "a@tsumugi.example")
        notice, sent = make.make_notice(session, service), []
        for nos, at in (((1,), "2026-04-29T10:00+09:00"), ((2,), "2026-04-30T10:00+09:00")):
            make.decide(session, notice, make.KEEP, staff, at, nos)
            draft = replies.outcome_draft(session, notice)
            letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(at))
            settle(session, letter, accepted=True, at=at)
            sent.append(letter)
        delivery.bounced(session, sent[0].id, remark="宛先不明", by="system", at=make.instant("2026-04-30T12:00+09:00"))
    client = member(app)
    assert listed(client.get("/desk/letters?view=back")) == [notice.number]
    assert notice.number in words(client.get("/desk/?view=back"))


def test_a_letter_of_a_closed_case_asks_for_nothing_more(app, database):
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session))
        settle(session, receipt(session, notice), accepted=False)
        endings.withdraw(session, notice, actor="claimant", at=make.instant("2026-04-29T10:00+09:00"))
    assert listed(member(app).get("/desk/letters?view=back")) == []
