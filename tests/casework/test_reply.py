"""法25条: what ends the seven days, what does not, and what brings them back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import (
    Conflict,
    NotAllowed,
    corrections,
    decisions,
    delivery,
    endings,
    intake,
    journal,
    measures,
    receipts,
    replies,
)
from tracker.casework.decisions import Judgement
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Channel, DeferralGround, Excuse, Finding, SenderExemption, Standing, term
from tracker.letters.transport import Answer
from tracker.models import Case, Clock, Letter

ACCEPTED, REFUSED = Answer(True, 250, "smtp"), Answer(False, 550, "smtp", "5.1.1")
DAY1, DAY2, DAY9 = "2026-04-28T10:00+09:00", "2026-04-29T10:00+09:00", "2026-05-07T10:00+09:00"


@pytest.fixture
def desk(session):
    """A service with usable criteria, and somebody to decide."""
    service = make.make_service(session)
    return service, make.make_staff(session), make.first_clause(session, make.make_criteria(session, service))


def running(session, notice, rule="reply"):
    """The running clocks of a rule."""
    return session.exec(
        select(Clock).where(
            Clock.case_id == notice.case_id, Clock.rule == rule, Clock.stopped_at.is_(None), Clock.voided_at.is_(None)
        )
    ).all()


def send(session, notice, draft, staff, at, answer=ACCEPTED, **more):
    """Send a draft and settle it with the relay's answer at once."""
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(at), **more)
    if letter:
        delivery.settle(session, letter.id, answer, at=make.instant(at))
    return letter


def execute_all(session, notice, staff, at, **more):
    """Record every ordered measure as executed."""
    ordered = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
    todo = [m.id for m in ordered if not m.executed_at]
    measures.execute(session, notice, todo, executed_at=make.instant(at), by=staff.id, at=make.instant(at), **more)


def facts(session, notice):
    """The facts of a case in order."""
    return [e.fact for e in journal.history(session, session.get_one(Case, notice.case_id))]


def test_one_letter_of_several_does_not_stop_the_clock(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service)
    make.decide(session, notice, make.KEEP, staff, DAY1, (1,))

    send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    assert running(session, notice)

    make.decide(session, notice, make.KEEP, staff, DAY2, (2,))
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)
    assert not running(session, notice)
    assert facts(session, notice)[-1] is Fact.NOTICE_ANSWERED


def test_a_letter_cannot_say_removed_before_the_removal_was_done(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)

    assert replies.outcome_draft(session, notice) is None
    execute_all(session, notice, staff, DAY2)
    assert "講じました" in replies.outcome_draft(session, notice).body


def test_execution_starts_the_sender_notice_and_places_the_hold(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    assert not running(session, notice, "sender_notice")

    execute_all(session, notice, staff, DAY2)

    assert [c.article for c in running(session, notice, "sender_notice")] == ["法27条"]
    event = next(
        e for e in journal.history(session, session.get_one(Case, notice.case_id)) if e.fact is Fact.MEASURE_EXECUTED
    )
    assert [h["rule"] for h in event.data["holds"]] == ["measure_flag"]


def test_an_interim_reply_meets_the_seven_days_and_the_outcome_clock_starts_with_the_decision(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    item = decisions.items_of(session, notice)[0]
    draft = replies.interim_draft(session, notice, [item.id], DeferralGround.SENDER_OPINION, "")
    send(session, notice, draft, staff, DAY2)

    assert not running(session, notice)
    assert not running(session, notice, "outcome")
    assert running(session, notice, "decide")

    make.decide(session, notice, make.KEEP, staff, DAY9)
    clock = running(session, notice, "outcome")[0]
    assert (clock.started_at, clock.due_at) == (make.instant(DAY9), None)
    assert clock.target_at

    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY9)
    assert letter.article == "法25条2項"
    assert session.get_one(Case, notice.case_id).closed_at


def test_an_unavoidable_reason_without_its_content_is_no_interim_reply(session, desk):
    service, *_ = desk
    notice = make.make_notice(session, service, items=1)
    item = decisions.items_of(session, notice)[0]

    with pytest.raises(NotAllowed, match="25条2項3号"):
        replies.interim_draft(session, notice, [item.id], DeferralGround.UNAVOIDABLE, " ")


@pytest.mark.parametrize("ground", [DeferralGround.UNAVOIDABLE, DeferralGround.SENDER_OPINION])
@pytest.mark.parametrize(
    "content", ["［＿理由＿］のため、日数を要しています。", "［＿理由 のため、日数を要しています。"]
)
def test_an_interim_reply_with_a_place_left_to_fill_in_is_never_drawn(session, desk, ground, content):
    notice = make.make_notice(session, desk[0], items=1)
    item = decisions.items_of(session, notice)[0]

    with pytest.raises(NotAllowed, match="書き込んでいない欄") as refused:
        replies.interim_draft(session, notice, [item.id], ground, content)

    assert refused.value.about == "content"


def found(what: Finding) -> Judgement:
    """A refusal that rests on what the investigation found."""
    return replace(make.KEEP, finding=what)


def test_that_a_post_cannot_be_told_is_said_only_to_somebody_who_was_asked_to_complete_the_filing(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    with pytest.raises(NotAllowed, match="補正依頼の記録がない") as refused:
        make.decide(session, notice, found(Finding.NOT_FOUND), staff, DAY2)
    assert refused.value.about == "finding"

    asked = corrections.ask(session, notice, "どの投稿のことか教えてください。", by=staff.id, at=make.instant(DAY2))
    corrections.drop(session, notice, asked.id, by=staff.id, at=make.instant(DAY2))
    with pytest.raises(NotAllowed, match="補正依頼の記録がない"):  # withdrawn before it was answered
        make.decide(session, notice, found(Finding.NOT_FOUND), staff, DAY2)

    asked = corrections.ask(session, notice, "アカウントの名前を教えてください。", by=staff.id, at=make.instant(DAY9))
    corrections.answer(session, notice, asked.id, "わかりません。", at=make.instant(DAY9))
    make.decide(session, notice, found(Finding.NOT_FOUND), staff, DAY9)
    assert "どの投稿のことかを特定できませんでした。" in replies.outcome_draft(session, notice).body


def test_a_correction_asked_of_another_notice_is_none_of_this_one(session, desk):
    service, staff, _ = desk
    other, notice = make.make_notice(session, service), make.make_notice(session, service, items=1)
    corrections.ask(session, other, "どの投稿のことか教えてください。", by=staff.id, at=make.instant(DAY2))

    with pytest.raises(NotAllowed, match="補正依頼の記録がない"):
        make.decide(session, notice, found(Finding.NOT_FOUND), staff, DAY2)


@pytest.mark.parametrize("finding", Finding)
def test_a_letter_says_what_was_found_in_whole_polite_sentences(session, desk, finding):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    corrections.ask(session, notice, "どの投稿のことか教えてください。", by=staff.id, at=make.instant(DAY2))
    make.decide(session, notice, found(finding), staff, DAY2)

    lines = replies.outcome_draft(session, notice).body.splitlines()

    said = [line.removeprefix("　調査の結果: ") for line in lines if "調査の結果" in line]
    assert len(said) == (finding is not Finding.NOT_INFRINGED)  # the reason itself says that one
    assert all(line.endswith("ませんでした。") and term(finding).says not in line for line in said)


def test_a_letter_that_the_server_refuses_leaves_the_clock_running(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)

    send(session, notice, replies.outcome_draft(session, notice), staff, DAY1, REFUSED)

    assert running(session, notice)
    assert facts(session, notice)[-1] is Fact.LETTER_REFUSED
    again = send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)
    assert again is not None
    assert not running(session, notice)


def test_a_bounce_brings_the_clock_back_with_the_date_it_had(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    due = session.exec(select(Clock.due_at).where(Clock.case_id == notice.case_id, Clock.rule == "reply")).one()

    delivery.bounced(session, letter.id, remark="550", by=journal.staff(staff.id), at=make.instant(DAY9))

    back = running(session, notice)[0]
    assert back.due_at == due
    assert back.resumes
    assert session.get_one(Case, notice.case_id).closed_at is None
    draft = replies.outcome_draft(session, notice)
    send(session, notice, draft, staff, DAY9, late_reason="不達の後に送り直したため")
    assert not running(session, notice)
    assert list(verify(session)) == []


def test_a_letter_the_claimant_opened_cannot_bounce(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    delivery.opened(session, letter.id, at=make.instant(DAY2))

    with pytest.raises(NotAllowed):
        delivery.bounced(session, letter.id, remark="", by="system", at=make.instant(DAY9))


def test_opening_a_refused_letter_in_the_portal_answers_the_notice(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1, REFUSED)

    delivery.opened(session, letter.id, at=make.instant(DAY2))

    assert not running(session, notice)
    assert list(verify(session)) == []


def test_a_late_reply_goes_out_only_as_a_recorded_breach(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY9)
    draft = replies.outcome_draft(session, notice)

    with pytest.raises(NotAllowed, match="遅れた理由"):
        send(session, notice, draft, staff, DAY9)

    send(session, notice, draft, staff, DAY9, late_reason="担当者の急病のため")
    assert Fact.BREACH_RECORDED in facts(session, notice)
    assert not running(session, notice)


def test_two_decisions_at_once_leave_one_and_tell_the_other(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    item = decisions.items_of(session, notice)[0]
    decisions.decide(session, notice, [(item.id, 0)], make.KEEP, by=staff.id, at=make.instant(DAY1))

    with pytest.raises(Conflict):
        decisions.decide(session, notice, [(item.id, 0)], make.KEEP, by=staff.id, at=make.instant(DAY1))


def test_a_changed_decision_cancels_its_waiting_letter_but_not_one_on_its_way(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(DAY1))
    letter.claimed_until = make.instant("2026-04-28T10:10+09:00")
    session.add(letter)

    with pytest.raises(Conflict, match="送信されています"):
        make.decide(session, notice, make.remove(clause), staff, "2026-04-28T10:05+09:00")

    make.decide(session, notice, make.remove(clause), staff, "2026-04-28T10:20+09:00")
    assert session.get_one(Letter, letter.id).cancelled_at


def test_a_clause_fourteen_days_young_is_refused_and_the_day_of_first_use_is_named(session):
    service, staff = make.make_service(session), make.make_staff(session)
    version = make.make_criteria(session, service, "2026-06-01T10:00+09:00")
    clause = make.first_clause(session, version)
    notice = make.make_notice(session, service, "2026-06-10T10:00+09:00", items=1)

    with pytest.raises(NotAllowed, match="6月16日"):
        make.decide(session, notice, make.remove(clause), staff, "2026-06-15T23:59:59+09:00")

    make.decide(session, notice, make.remove(clause), staff, "2026-06-16T00:00:00+09:00")


def test_a_measure_done_before_its_criteria_were_usable_is_recorded_as_a_breach_or_not_at_all(session):
    service, staff = make.make_service(session), make.make_staff(session)
    clause = make.first_clause(session, make.make_criteria(session, service, "2026-06-01T10:00+09:00"))
    notice = make.make_notice(session, service, "2026-06-10T10:00+09:00", items=1)
    make.decide(session, notice, make.remove(clause), staff, "2026-06-16T09:00+09:00")
    ordered = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
    done = {"executed_at": make.instant("2026-06-15T20:00+09:00"), "by": staff.id}

    with pytest.raises(NotAllowed, match="違反"):
        measures.execute(session, notice, [ordered[0].id], at=make.instant("2026-06-16T10:00+09:00"), **done)

    measures.execute(
        session,
        notice,
        [ordered[0].id],
        at=make.instant("2026-06-16T10:00+09:00"),
        breach_reason="夜間の当番が先に実施した",
        **done,
    )
    assert ordered[0].breach == "法26条1項"
    assert Fact.BREACH_RECORDED in facts(session, notice)


def test_a_mistyped_receipt_time_is_mended_by_a_fact_and_both_clocks_stay_on_record(session, desk):
    service, staff, _ = desk
    notice = intake.file(
        session,
        service,
        make.make_filing(1),
        at=make.instant("2026-04-10T09:00+09:00"),
        received_at=make.instant("2026-04-09T16:00+09:00"),
        channel=Channel.FAX,
        entered_by=staff.id,
    )
    receipts.correct_receipt(
        session,
        notice,
        make.instant("2026-04-08T16:00+09:00"),
        reason="受信時刻の読み違い",
        by=staff.id,
        at=make.instant("2026-04-10T10:00+09:00"),
    )

    clocks = session.exec(select(Clock).where(Clock.case_id == notice.case_id, Clock.rule == "reply")).all()
    assert {(c.due_at.isoformat(), c.voided_at is not None) for c in clocks} == {
        ("2026-04-16T15:00:00+00:00", True),
        ("2026-04-15T15:00:00+00:00", False),
    }
    assert list(verify(session)) == []


def test_the_receipt_time_of_the_form_cannot_be_changed(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service)

    with pytest.raises(NotAllowed):
        receipts.correct_receipt(
            session, notice, make.instant(DAY1), reason="x", by=staff.id, at=make.instant("2026-04-30T10:00+09:00")
        )


@pytest.mark.parametrize(
    ("standing", "registered", "binds"),
    [
        (Standing.PERSON, "2025-07-30", True),
        (Standing.LAWYER, "2025-07-30", True),
        (Standing.THIRD_PARTY, "2025-07-30", False),  # a 通報, 規則18条5項2号
        (Standing.PERSON, None, False),  # before 届出 (法22条1項)
        (Standing.PERSON, "2026-04-29", False),
        (Standing.PERSON, "2026-04-28", True),
    ],
)
def test_the_duty_binds_for_the_infringed_person_from_registration(session, standing, registered, binds):
    service = make.make_service(session, registered_on=date.fromisoformat(registered) if registered else None)
    notice = make.make_notice(session, service, standing=standing)
    clock = running(session, notice)[0]

    assert session.get_one(Case, notice.case_id).statutory is binds
    assert (clock.force.value == "duty") is binds


def test_an_excuse_needs_its_text_and_ends_the_notice(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service)
    with pytest.raises(NotAllowed):
        endings.excuse(session, notice, Excuse.SAME_CONTENT, "", by=staff.id, at=make.instant(DAY1))

    endings.excuse(session, notice, Excuse.SAME_CONTENT, "前の申出と同一のため", by=staff.id, at=make.instant(DAY1))

    assert not running(session, notice)
    assert list(verify(session)) == []


def test_a_withdrawn_notice_stops_its_clocks_and_releases_its_flag(session, desk):
    service, *_ = desk
    notice = make.make_notice(session, service)

    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant(DAY1))

    assert session.get_one(Case, notice.case_id).closed_at
    assert list(verify(session)) == []


def test_one_letter_goes_to_each_sender_account_and_is_handed_over_where_no_address_is_known(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=3)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    execute_all(session, notice, staff, DAY2)

    drafts = replies.sender_drafts(session, notice)
    assert [len(d.covers) for d in drafts] == [3]
    letter = replies.send_draft(session, notice, drafts[0], drafts[0].digest, by=staff.id, at=make.instant(DAY2))
    assert running(session, notice, "sender_notice")

    delivery.hand_over(
        session, letter.id, how="管理画面から送付", when=make.instant(DAY2), by=staff.id, at=make.instant(DAY2)
    )
    assert not running(session, notice, "sender_notice")
    assert replies.sender_drafts(session, notice) == []


@pytest.mark.parametrize(("seconds", "given"), [(0, 37), (45, 45)])
def test_a_time_typed_to_the_minute_in_which_a_letter_was_written_is_taken(session, desk, seconds, given):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    execute_all(session, notice, staff, DAY2)
    [draft] = replies.sender_drafts(session, notice)
    written = make.instant(DAY2) + timedelta(seconds=37)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=written)
    typed, later = make.instant(DAY2) + timedelta(seconds=seconds), written + timedelta(minutes=2)
    with pytest.raises(NotAllowed, match="通知を作った時から"):
        before = typed - timedelta(minutes=1)
        delivery.hand_over(session, letter.id, how="手渡し", when=before, by=staff.id, at=later)

    delivery.hand_over(session, letter.id, how="手渡し", when=typed, by=staff.id, at=later)

    assert session.get_one(Letter, letter.id).given_at == make.instant(DAY2) + timedelta(seconds=given)


def test_a_sender_exemption_needs_its_reason_and_an_executed_measure(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    ids = [i.id for i in decisions.items_of(session, notice)]
    when = {"by": staff.id, "at": make.instant(DAY2)}
    with pytest.raises(NotAllowed, match="実施した項目"):
        endings.exempt_sender(session, notice, ids, SenderExemption.SAME_BEFORE, "通知済み", **when)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    execute_all(session, notice, staff, DAY2)
    with pytest.raises(NotAllowed, match="理由"):
        endings.exempt_sender(session, notice, ids, SenderExemption.OTHER_JUST, " ", **when)
    with pytest.raises(NotAllowed, match="もとになる前の通知"):
        endings.exempt_sender(session, notice, ids, SenderExemption.SAME_BEFORE, "同じ投稿を4月に通知済み", **when)
    elsewhere = when | {"elsewhere": True}
    with pytest.raises(NotAllowed, match="証拠"):
        endings.exempt_sender(session, notice, ids, SenderExemption.SAME_BEFORE, " ", **elsewhere)

    endings.exempt_sender(session, notice, ids, SenderExemption.SAME_BEFORE, "同じ投稿を4月に通知済み", **elsewhere)

    assert not running(session, notice, "sender_notice")
    assert replies.sender_drafts(session, notice) == []
    assert list(verify(session)) == []


def test_the_sender_is_told_how_the_measure_rests_on_the_clause(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    execute_all(session, notice, staff, DAY2)

    body = replies.sender_drafts(session, notice)[0].body

    assert "第1版 第4条1項 名誉毀損" in body
    assert "水原" not in body


def test_letters_of_a_voluntary_case_do_not_cite_article_25(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1, standing=Standing.THIRD_PARTY)
    make.decide(session, notice, make.KEEP, staff, DAY1)

    assert "25条" not in replies.outcome_draft(session, notice).body


def test_a_changed_address_takes_the_waiting_letters_with_it_and_sends_the_receipt_anew(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    draft = replies.outcome_draft(session, notice)
    replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(DAY1))

    receipts.change_email(session, notice, "new@mail.example", by=staff.id, at=make.instant(DAY2))

    letters = session.exec(select(Letter).where(Letter.case_id == notice.case_id)).all()
    assert sorted((x.kind.value, bool(x.cancelled_at)) for x in letters) == [
        ("outcome", True),
        ("receipt", False),
        ("receipt", True),
    ]
    assert replies.outcome_draft(session, notice).to == "new@mail.example"
    assert list(verify(session)) == []
