"""Sequences that once went wrong, or could: what comes back, what is superseded, what comes too late."""

from dataclasses import replace

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import ACCEPTED, DAY1, DAY2, DAY9, REFUSED, execute_all, facts, running, send
from tracker.casework import (
    Conflict,
    NotAllowed,
    criteria,
    decisions,
    delivery,
    endings,
    intake,
    investigation,
    journal,
    receipts,
    replies,
)
from tracker.casework.decisions import Judgement
from tracker.casework.intake import FiledItem
from tracker.casework.verify import verify
from tracker.casework.watch.sweep import sweep
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, Channel, Circumstance, DeferralGround, Excuse, MeasureKind
from tracker.models import Case, Letter, LetterKind, LogHold, Role, Staff

DAY3, DAY4, DAY10 = "2026-04-30T10:00+09:00", "2026-05-01T10:00+09:00", "2026-05-08T10:00+09:00"


@pytest.fixture
def desk(session):
    """A service with usable criteria, and somebody to decide."""
    service = make.make_service(session)
    return service, make.make_staff(session), make.first_clause(session, make.make_criteria(session, service))


def case_of(session, notice) -> Case:
    return session.get_one(Case, notice.case_id)


def bounce(session, letter, at) -> None:
    delivery.bounced(session, letter.id, remark="550", by="system", at=make.instant(at))


def interim(session, notice, nos, ground=DeferralGround.SENDER_OPINION, content=""):
    """An interim draft for items by number."""
    ids = [i.id for i in decisions.items_of(session, notice) if i.no in nos]
    return replies.interim_draft(session, notice, ids, ground, content)


def sound(session) -> bool:
    """Whether the journal proves itself."""
    return list(verify(session)) == []


def test_a_letter_sent_again_after_an_excuse_for_the_rest_still_answers_the_notice(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service)
    make.decide(session, notice, make.KEEP, staff, DAY1, (1,))
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    endings.excuse(session, notice, Excuse.SAME_CONTENT, "同一の内容", by=staff.id, at=make.instant(DAY2))
    bounce(session, letter, DAY3)
    assert running(session, notice)

    send(session, notice, replies.outcome_draft(session, notice), staff, DAY4)

    assert not running(session, notice)
    assert case_of(session, notice).closed_at
    assert sound(session)


def test_a_late_bounce_of_the_interim_reply_does_not_take_the_outcome_with_it(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    letter = send(session, notice, interim(session, notice, [1]), staff, DAY1)
    make.decide(session, notice, make.KEEP, staff, DAY2)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)

    bounce(session, letter, DAY3)

    assert not running(session, notice)
    assert case_of(session, notice).closed_at
    assert sound(session)


def test_an_outcome_that_bounces_after_its_interim_reply_bounced_brings_the_seven_days_back(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    first = send(session, notice, interim(session, notice, [1]), staff, DAY1)
    make.decide(session, notice, make.KEEP, staff, DAY2)
    second = send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)
    bounce(session, first, DAY3)

    bounce(session, second, DAY4)

    assert running(session, notice)
    assert sound(session)


def test_opening_a_refused_interim_reply_after_the_outcome_starts_nothing(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    letter = send(session, notice, interim(session, notice, [1]), staff, DAY1, REFUSED)
    make.decide(session, notice, make.KEEP, staff, DAY2)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)

    delivery.opened(session, letter.id, at=make.instant(DAY3))

    assert not running(session, notice, "decide")
    assert case_of(session, notice).closed_at
    assert sound(session)


def test_opening_a_letter_that_states_a_superseded_decision_proves_nothing(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1, REFUSED)
    make.decide(session, notice, make.remove(clause), staff, DAY2)

    delivery.opened(session, letter.id, at=make.instant(DAY3))
    assert running(session, notice)

    execute_all(session, notice, staff, DAY3)
    assert "講じました" in replies.outcome_draft(session, notice).body
    assert sound(session)


def test_a_decision_changed_after_its_outcome_reopens_the_case_until_the_new_outcome_is_told(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    assert case_of(session, notice).closed_at

    make.decide(session, notice, make.remove(clause), staff, DAY2)
    assert case_of(session, notice).closed_at is None
    assert running(session, notice, "execution")
    assert running(session, notice, "correction")
    execute_all(session, notice, staff, DAY3)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY3)

    assert not running(session, notice, "correction")
    assert not running(session, notice)
    assert sound(session)


def test_a_case_with_a_measure_ordered_but_not_carried_out_stays_open_after_a_withdrawal(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)

    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant(DAY2))

    assert case_of(session, notice).closed_at is None
    assert running(session, notice, "execution")


def test_a_reply_accepted_after_the_last_day_is_recorded_as_a_breach_whoever_was_in_time(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(DAY4))

    delivery.settle(session, letter.id, ACCEPTED, at=make.instant(DAY10))

    assert facts(session, notice)[-2:] == [Fact.BREACH_RECORDED, Fact.NOTICE_ANSWERED]
    assert sound(session)


def test_a_deferred_item_is_not_late_because_another_item_is(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service)
    send(session, notice, interim(session, notice, [1]), staff, DAY1)
    make.decide(session, notice, make.KEEP, staff, DAY9, (1,))

    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY9)

    assert letter.article == "法25条2項"
    assert Fact.BREACH_RECORDED not in facts(session, notice)


def test_what_was_decided_but_cannot_be_carried_out_in_time_may_be_told_as_unavoidable(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.remove(clause), staff, DAY1)
    with pytest.raises(NotAllowed, match="3号"):
        interim(session, notice, [1])

    draft = interim(session, notice, [1], DeferralGround.UNAVOIDABLE, "配信設備の障害で削除の実施が遅れています。")
    assert "やむを得ない理由があるため（法25条2項3号）" in draft.body
    send(session, notice, draft, staff, DAY2)

    assert not running(session, notice)
    execute_all(session, notice, staff, DAY3)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY3)
    assert not running(session, notice, "decide")
    assert sound(session)


def test_the_duty_to_change_the_criteria_ends_with_a_version_published_after_the_emergency(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    emergency = Judgement(True, "緊急のため。", MeasureKind.REMOVE, Basis.EMERGENCY, facts="新種の被害")
    make.decide(session, notice, emergency, staff, DAY1)
    execute_all(session, notice, staff, DAY1)
    [old] = criteria.versions(session, service.id)
    with pytest.raises(NotAllowed):
        criteria.changed(session, notice, old, by=staff.id, at=make.instant(DAY2))

    new = make.make_criteria(session, service, DAY2)
    criteria.changed(session, notice, new, by=staff.id, at=make.instant(DAY2))

    assert not running(session, notice, "criteria_change")
    with pytest.raises(Conflict):
        criteria.changed(session, notice, new, by=staff.id, at=make.instant(DAY3))
    assert sound(session)


def test_an_excused_urgent_notice_leaves_no_clock_running(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, **make.urgent(Circumstance.CHILD))
    endings.excuse(session, notice, Excuse.SAME_CONTENT, "同一の内容", by=staff.id, at=make.instant(DAY1))

    assert case_of(session, notice).closed_at


def fax(session, service, staff, received: str, at: str):
    """A filing by fax, with its receipt waiting."""
    notice = intake.file(
        session,
        service,
        make.make_filing(1),
        at=make.instant(at),
        received_at=make.instant(received),
        channel=Channel.FAX,
        entered_by=staff.id,
    )
    receipts.acknowledge(session, service, notice, at=make.instant(at))
    return notice


def test_a_corrected_receipt_time_is_told_again_and_the_wrong_letter_does_not_leave(session, desk):
    service, staff, _ = desk
    notice = fax(session, service, staff, "2026-04-28T09:00+09:00", "2026-04-28T12:00+09:00")

    receipts.correct_receipt(
        session, notice, make.instant("2026-04-27T09:00+09:00"), reason="読み違い", by=staff.id, at=make.instant(DAY2)
    )

    letters = session.exec(select(Letter).where(Letter.kind == LetterKind.RECEIPT)).all()
    assert sorted(bool(x.cancelled_at) for x in letters) == [False, True]
    assert running(session, notice, "receipt")
    holds = session.exec(select(LogHold).where(LogHold.case_id == notice.case_id)).all()
    assert sorted((h.from_at.isoformat(), bool(h.released_at)) for h in holds) == [
        ("2026-04-27T00:00:00+00:00", False),
        ("2026-04-28T00:00:00+00:00", True),
    ]
    assert sound(session)


def test_a_receipt_time_cannot_be_moved_past_the_work_done_on_it(session, desk):
    service, staff, _ = desk
    notice = fax(session, service, staff, "2026-04-28T09:00+09:00", "2026-04-28T12:00+09:00")
    investigation.begin(session, notice, by=staff.id, at=make.instant("2026-04-28T13:00+09:00"))

    with pytest.raises(NotAllowed, match="調査"):
        receipts.correct_receipt(
            session, notice, make.instant(DAY2), reason="延ばしたい", by=staff.id, at=make.instant(DAY3)
        )


def test_one_reply_clock_runs_after_a_bounce_a_correction_and_another_bounce(session, desk):
    service, staff, _ = desk
    notice = fax(session, service, staff, "2026-04-28T09:00+09:00", "2026-04-28T12:00+09:00")
    bounce(session, send(session, notice, interim(session, notice, [1]), staff, "2026-04-28T13:00+09:00"), DAY2)
    receipts.correct_receipt(
        session, notice, make.instant("2026-04-27T09:00+09:00"), reason="読み違い", by=staff.id, at=make.instant(DAY2)
    )
    make.decide(session, notice, make.KEEP, staff, DAY2)
    bounce(session, send(session, notice, replies.outcome_draft(session, notice), staff, DAY2), DAY3)

    assert len(running(session, notice)) == 1
    assert sound(session)


def test_an_alert_reaches_somebody_when_the_one_who_has_the_case_is_away_for_good(session, desk):
    service, _, _ = desk
    away = make.make_staff(session, role=Role.REVIEWER)
    notice = make.make_notice(session, service, items=1)
    investigation.assign(session, notice, away.id, by=away.id, at=make.instant(DAY1))
    away.active = False
    session.add(away)
    for lead in session.exec(select(Staff).where(Staff.role == Role.LEAD)):
        lead.role = Role.REVIEWER
        session.add(lead)
    session.flush()
    at = make.instant("2026-05-05T09:00+09:00")

    assert sweep(session, at=at).alerts
    assert not sweep(session, at=at).alerts


def test_three_hundred_items_fit_into_one_letter(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=300)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    make.approve(session, notice, DAY1)  # so many refusals at once want a second person

    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)

    assert len(letter.key) < 200
    assert not running(session, notice)


def test_a_post_without_an_address_is_named_by_its_account_and_words(session, desk):
    service, *_ = desk
    items = [FiledItem(url="", quote="駅前の店は食中毒を隠している", account="名無しさん ID:b0Lp9")]
    notice = intake.file(session, service, replace(make.make_filing(1), items=items), at=make.instant(DAY1))

    draft = interim(session, notice, [1])

    assert "項目1: 名無しさん ID:b0Lp9 「駅前の店は食中毒を隠している」" in draft.body


def test_a_corrected_outcome_that_bounces_is_ready_to_be_told_again(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    make.decide(session, notice, make.remove(clause), staff, DAY2)
    execute_all(session, notice, staff, DAY2)
    corrected = send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)

    bounce(session, corrected, DAY3)

    assert running(session, notice, "correction")
    assert not running(session, notice)  # the first letter was a reply
    assert "講じました" in replies.outcome_draft(session, notice).body
    assert sound(session)


def test_a_first_outcome_that_bounces_after_the_decision_changed_brings_the_seven_days_back(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1)
    make.decide(session, notice, make.remove(clause), staff, DAY2)

    bounce(session, letter, DAY3)

    assert running(session, notice)
    assert sound(session)


def test_an_interim_reply_that_proved_nothing_does_not_cover_for_an_outcome_that_bounces(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    refused = send(session, notice, interim(session, notice, [1]), staff, DAY1, REFUSED)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    delivery.opened(session, refused.id, at=make.instant(DAY2))
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY2)

    bounce(session, letter, DAY3)

    assert running(session, notice)
    assert sound(session)


def test_a_measure_after_an_excuse_starts_no_duty_toward_the_claimant(session, desk):
    service, staff, clause = desk
    notice = make.make_notice(session, service, items=1)
    send(session, notice, interim(session, notice, [1]), staff, DAY1)
    endings.excuse(session, notice, Excuse.SAME_CONTENT, "同一の内容", by=staff.id, at=make.instant(DAY2))

    make.decide(session, notice, make.remove(clause), staff, DAY3)
    execute_all(session, notice, staff, DAY3)

    assert not running(session, notice, "outcome")
    assert sound(session)


def test_a_mail_is_not_handed_over(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, DAY1)
    letter = send(session, notice, replies.outcome_draft(session, notice), staff, DAY1, REFUSED)

    with pytest.raises(NotAllowed, match="電子メール"):
        delivery.hand_over(
            session, letter.id, how="窓口で", when=make.instant(DAY2), by=staff.id, at=make.instant(DAY2)
        )


def test_an_item_that_ended_without_a_notice_can_not_be_refused_anew(session, desk):
    service, staff, _ = desk
    notice = make.make_notice(session, service, items=1)
    at = make.instant(DAY1)
    endings.excuse(session, notice, Excuse.OTHER_JUST, "申出者が亡くなった。", by=staff.id, at=at)
    with pytest.raises(NotAllowed, match="通知せずに終えた項目"):
        make.decide(session, notice, make.KEEP, staff, DAY1)
