"""What ends a duty without its letter, through the desk: asked for in words, kept when refused, for the right role."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, words
from tracker.casework import decisions, delivery, endings, journal, measures, replies
from tracker.casework.counted import counted
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround
from tracker.letters.transport import Answer
from tracker.models import Case, Clock, CriteriaVersion, Event, Measure, Notice, Role, Sender, Service

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
    assert "もとになる前の通知は、記録に見つかりません" in words(client.get(f"{CASE}?tab=letters"))
    fields = {"exemption": "same_before", "exemption_text": "4月に同じ理由で通知済み", "elsewhere": "1"}
    for lacking in ({"exemption_text": ""}, {"elsewhere": ""}, {}):  # the proof, what it rests on, the tick
        assert post(client, path, **(fields | lacking)).status_code == 422
    assert post(client, path, **(fields | {"sure": "1", "exemption_text": ""})).status_code == 422
    refused = post(client, path, **(fields | {"sure": "1", "elsewhere": ""}))
    assert refused.status_code == 422
    assert "足りないもの: 同一の発信者" in words(refused)
    assert "4月に同じ理由で通知済み" in words(refused)
    assert f'href="#f-before-{sender.id}"' in refused.text
    assert running(database, "sender_notice") == 1

    assert post(client, path, **(fields | {"sure": "1"})).status_code == 303

    assert running(database, "sender_notice") == 0


def test_the_earlier_notice_that_an_exemption_rests_on_is_chosen_from_the_record(app, database):
    with database.writing() as session:
        staff = make.make_staff(session)
        clause = make.first_clause(session, session.exec(select(CriteriaVersion)).one())
        notice = session.exec(select(Notice)).one()
        again = make.make_notice(session, session.exec(select(Service)).one(), "2026-04-29T09:00+09:00", items=1)
        at = make.instant("2026-04-30T11:00+09:00")
        for one in (notice, again):
            make.decide(session, one, make.remove(clause), staff, "2026-04-30T10:00+09:00")
            ids = [m.id for m in session.exec(select(Measure).where(Measure.case_id == one.case_id))]
            measures.execute(session, one, ids, executed_at=at, by=staff.id, at=at)
        [draft] = replies.sender_drafts(session, notice)
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
        delivery.hand_over(session, letter.id, how="サービス内の通知", when=at, by=staff.id, at=at)
        [sender] = session.exec(select(Sender).where(Sender.case_id == again.case_id))
        number, letter, sender = again.number, str(letter.id), sender.id
    client = member(app, Role.LEAD)
    case = f"/desk/cases/{number}"
    page = client.get(f"{case}?tab=letters")
    assert "TH-2026-000001（手渡し・サービス内の通知、第4条1項 名誉毀損）" in words(page)
    path, fields = f"{case}/letters/sender/{sender}/exemption", {"exemption": "same_before", "sure": "1"}
    fields["exemption_text"] = "同じ投稿のため。"
    for wrong in ("", "nonsense", "00000000-0000-0000-0000-000000000000"):
        refused = post(client, path, before=wrong, **fields)
        assert refused.status_code == 422
        assert "もとになる前の通知を選んでください" in words(refused)

    assert post(client, path, before=letter, **fields).status_code == 303

    with database.reading() as session:
        [event] = session.exec(select(Event).where(Event.fact == Fact.SENDER_NOTICE_EXEMPTED))
        assert event.data["said"]["before"] == letter
        assert list(verify(session)) == []


LATE = "2026-05-07T10:00:00+09:00"  # the last day of the reply was 5 May
EXCUSE = {"excuse": "other_just", "excuse_text": "申出者と連絡が取れないため。", "sure": "1"}


def breaches_of(database) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == Fact.BREACH_RECORDED)))


def test_an_excuse_after_the_last_day_asks_why_and_is_recorded_as_a_breach(app, database, freezer):
    freezer.move_to(LATE)
    lead = member(app, Role.LEAD)
    assert "7日以内に通知しなかった理由" in words(lead.get(f"{CASE}?tab=procedure"))
    refused = post(lead, f"{CASE}/excuse", **EXCUSE, excuse_late=" ")
    assert refused.status_code == 422
    assert "7日の期限を過ぎています" in words(refused)
    assert "申出者と連絡が取れないため。" in words(refused)
    assert 'href="#f-excuse_late"' in refused.text
    assert running(database, "reply") == 1

    assert post(lead, f"{CASE}/excuse", **EXCUSE, excuse_late="担当者が休んでいた。").status_code == 303

    [breach] = breaches_of(database)
    assert breach.data["said"]["article"] == "法25条1項"
    assert closed(database)
    assert "担当者が休んでいた。" in words(member(app, Role.LEAD).get("/desk/breaches"))
    with database.reading() as session:
        assert counted(session, session.exec(select(Notice)).one()).late
        assert list(verify(session)) == []


def test_an_excuse_in_time_is_no_breach_and_asks_for_no_reason_of_lateness(app, database):
    lead = member(app, Role.LEAD)
    assert "7日以内に通知しなかった理由" not in words(lead.get(f"{CASE}?tab=procedure"))

    assert post(lead, f"{CASE}/excuse", **EXCUSE).status_code == 303

    assert breaches_of(database) == []


@pytest.mark.parametrize("again", [False, True])
def test_a_withdrawal_after_the_last_day_leaves_the_breach_to_be_seen(app, database, freezer, again):
    """What was not told in time stays untold in time, whatever the claimant does later."""
    freezer.move_to(LATE)
    if again:  # a lead said so before, when a reply went out late and came back
        with database.writing() as session:
            notice = session.exec(select(Notice)).one()
            staff = make.make_staff(session)
            make.decide(session, notice, make.KEEP, staff, "2026-05-07T09:00+09:00")
            draft, at = replies.outcome_draft(session, notice), make.instant("2026-05-07T09:30+09:00")
            replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at, late_reason="遅れた。")
    client = member(app, Role.REVIEWER)

    assert post(client, f"{CASE}/withdrawal", withdrawal="電話で取り下げる旨の連絡", sure="1").status_code == 303

    [breach] = breaches_of(database)
    assert (breach.actor == "system") is not again
    assert "TH-2026-000001" in words(member(app, Role.LEAD).get("/desk/breaches"))
    with database.reading() as session:
        assert counted(session, session.exec(select(Notice)).one()).late
        assert list(verify(session)) == []


def test_no_breach_is_recorded_where_an_interim_reply_was_given_in_time(database):
    with database.writing() as session:
        notice, staff = session.exec(select(Notice)).one(), make.make_staff(session)
        ids = [i.id for i in decisions.items_of(session, notice)]
        draft = replies.interim_draft(session, notice, ids, DeferralGround.SENDER_OPINION, "")
        at = make.instant("2026-04-30T10:00+09:00")
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=at)

        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant(LATE))

    assert breaches_of(database) == []


def test_a_measure_that_was_carried_out_is_told_and_not_excused(app, database):
    with database.writing() as session:
        notice, staff = session.exec(select(Notice)).one(), make.make_staff(session)
        clause = make.first_clause(session, session.exec(select(CriteriaVersion)).one())
        make.decide(session, notice, make.remove(clause), staff, "2026-04-30T10:00+09:00")
        ids, at = [m.id for m in session.exec(select(Measure))], make.instant("2026-04-30T11:00+09:00")
        measures.execute(session, notice, ids, executed_at=at, by=staff.id, at=at)

    refused = post(member(app, Role.LEAD), f"{CASE}/excuse", **EXCUSE)

    assert refused.status_code == 422
    assert "講じた項目は、その旨を申出者に通知します（法25条1項1号）" in words(refused)
    assert "申出者と連絡が取れないため。" in words(refused)
    assert running(database, "reply") == 1
