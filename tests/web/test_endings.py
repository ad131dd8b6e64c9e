"""What ends a duty without its letter, through the desk: asked for in words, kept when refused, for the right role."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, words
from tracker.models import Case, Clock, Notice, Role, Sender

CASE = "/desk/cases/TH-2026-000001"


@pytest.fixture(autouse=True)
def _filed(database, freezer):
    freezer.move_to("2026-04-30T16:00:00+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_notice(session, service, "2026-04-28T09:14:37+09:00", items=1)


def running(database, rule: str) -> int:
    """How many clocks of a rule run."""
    with database.reading() as session:
        found = select(Clock).where(Clock.rule == rule, Clock.stopped_at.is_(None), Clock.voided_at.is_(None))
        return len(session.exec(found).all())


def closed(database) -> bool:
    """Whether the case of the notice is closed."""
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        return session.get_one(Case, notice.case_id).closed_at is not None


def test_a_withdrawal_needs_its_words_and_stops_every_clock(app, database):
    client = member(app, Role.REVIEWER)
    assert post(client, f"{CASE}/withdrawal", withdrawal=" ", sure="1").status_code == 422
    asked = post(client, f"{CASE}/withdrawal", withdrawal="4月30日に電話で取り下げる旨の連絡")
    assert (asked.status_code, "元に戻せない操作です" in words(asked)) == (422, True)
    assert "4月30日に電話で取り下げる旨の連絡" in words(asked)
    assert running(database, "reply") == 1

    withdrawal = {"withdrawal": "4月30日に電話で取り下げる旨の連絡", "sure": "1"}
    assert post(client, f"{CASE}/withdrawal", **withdrawal).status_code == 303

    assert running(database, "reply") == 0
    assert closed(database)


def test_a_case_that_was_taken_back_says_so_and_not_that_all_was_told(app):
    client = member(app, Role.REVIEWER)
    post(client, f"{CASE}/withdrawal", withdrawal="電話で取り下げる旨の連絡", sure="1")
    page = words(client.get(CASE))
    assert "申出は取り下げられました" in page and "4月30日(木)に取り下げられ" in page
    assert "通知まで記録されています" not in page
    listed = words(client.get("/desk/?view=closed"))
    assert "取り下げ4/30(木)" in listed.replace(" ", "")


def test_a_case_without_notice_for_a_just_reason_says_so(app):
    lead = member(app, Role.LEAD)
    post(lead, f"{CASE}/excuse", excuse="same_content", excuse_text="3月の申出と同一の内容", sure="1")
    page = words(lead.get(CASE))
    assert "正当な理由により通知しません" in page and "4月30日(木)に、通知しない理由を記録" in page
    assert "通知まで記録されています" not in page
    assert "通知しない4/30(木)" in words(lead.get("/desk/?view=closed")).replace(" ", "")


def test_an_excuse_is_for_a_lead_and_keeps_its_text_when_the_ground_is_missing(app, database):
    assert post(member(app, Role.REVIEWER), f"{CASE}/excuse", excuse="same_content").status_code == 403
    lead = member(app, Role.LEAD)
    refused = post(lead, f"{CASE}/excuse", excuse="", excuse_text="3月の申出と同一の内容")
    assert refused.status_code == 422
    assert "3月の申出と同一の内容" in words(refused)

    fields = {"excuse": "same_content", "excuse_text": "3月の申出と同一の内容"}
    assert post(lead, f"{CASE}/excuse", **fields).status_code == 422
    fields |= {"sure": "1"}
    assert post(lead, f"{CASE}/excuse", **fields).status_code == 303

    assert running(database, "reply") == 0


def test_a_sender_is_exempted_from_notice_with_a_ground_of_article_27(app, database):
    client = member(app, Role.LEAD)
    page = client.get(CASE)
    basis = re.search(r'value="(clause:[^"]+)"', page.text)[1]
    decision = {"item": boxes(page, "item"), "take": "yes", "kind": "remove", "basis": basis, "reason": "虚偽のため。"}
    assert post(client, f"{CASE}/decision", **decision).status_code == 303
    done = {"measures": boxes(client.get(CASE), "measures"), "executed_at": "2026-04-30T15:59"}
    assert post(client, f"{CASE}/execution", **done).status_code == 303
    assert running(database, "sender_notice") == 1
    with database.reading() as session:
        sender = session.exec(select(Sender)).one()

    path = f"{CASE}/letters/sender/{sender.id}/exemption"
    assert post(client, path, exemption="same_before", exemption_text="").status_code == 422
    assert post(client, path, exemption="same_before", exemption_text="4月に同じ理由で通知済み").status_code == 422
    fields = {"exemption": "same_before", "exemption_text": "4月に同じ理由で通知済み", "sure": "1"}
    assert post(client, path, **fields).status_code == 303

    assert running(database, "sender_notice") == 0
