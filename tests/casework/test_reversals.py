"""取消し: a measure is taken back, who was told of it hears so, and what was done stays recorded."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, decisions, delivery, endings, journal, measures, replies, reversals
from tracker.casework.outcomes import outcomes
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import SenderExemption
from tracker.letters.transport import Answer
from tracker.models import Case, Clock, Letter, LetterChannel, LetterKind, Measure, Role, Sender, Service

DECIDED, DONE, TOLD = "2026-04-29T10:00+09:00", "2026-04-29T12:00+09:00", "2026-04-29T13:00+09:00"
BACK, AFTER = "2026-04-30T09:00+09:00", "2026-04-30T10:00+09:00"
TAKEN = Answer(True, 250, "smtp")
WHY = "投稿は真実で、公共の利害に関するものと分かったため。"


@pytest.fixture
def staff(session):
    return make.make_staff(session, role=Role.LEAD)


@pytest.fixture
def clause(session):
    return make.first_clause(session, make.make_criteria(session, make.make_service(session)))


@pytest.fixture
def notice(session, clause, staff):
    """Two items of one account, removed at noon."""
    notice = make.make_notice(session, session.exec(select(Service)).one())
    make.decide(session, notice, make.remove(clause), staff, DECIDED)
    when = make.instant(DONE)
    measures.execute(session, notice, [m.id for m in rows(session)], executed_at=when, by=staff.id, at=when)
    return notice


def rows(session) -> list[Measure]:
    return list(session.exec(select(Measure).order_by(Measure.ordered_at, Measure.item_id)))


def send(session, notice, draft, staff, at=TOLD):
    """Send a draft and let the relay take it."""
    when = make.instant(at)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=when)
    if letter.channel is LetterChannel.SMTP:
        delivery.settle(session, letter.id, TAKEN, at=when)
    else:
        delivery.hand_over(session, letter.id, how="サービス内の通知", when=when, by=staff.id, at=when)
    return letter


def tell_all(session, notice, staff) -> None:
    """The claimant has the outcome, and the sender the notice of it."""
    send(session, notice, replies.outcome_draft(session, notice), staff)
    for draft in replies.sender_drafts(session, notice):
        send(session, notice, draft, staff)


def take_back(session, notice, staff, which=None, at=BACK, reason=WHY, when=None):
    ids = [m.id for m in (which or [m for m in rows(session) if not m.reversed_at])]
    moment = make.instant(at)
    reversals.reverse(session, notice, ids, reason, reversed_at=when or moment, by=staff.id, at=moment)


def sound(session) -> bool:
    session.flush()
    return list(verify(session)) == []


def test_a_sender_who_was_told_is_told_that_it_was_taken_back_and_why(session, notice, staff):
    tell_all(session, notice, staff)
    assert reversals.sender_drafts(session, notice) == []

    take_back(session, notice, staff)

    [draft] = reversals.sender_drafts(session, notice)
    assert draft.kind is LetterKind.REVERSAL
    assert draft.article == ""  # no article demands it
    assert "2026年4月29日(水) 12時00分" in draft.body
    assert "2026年4月30日(木) 9時00分に投稿を元に戻しました" in draft.body
    assert WHY in draft.body
    send(session, notice, draft, staff, AFTER)
    assert reversals.sender_drafts(session, notice) == []
    assert sound(session)


def test_a_sender_letter_that_came_back_is_offered_again(session, notice, staff):
    tell_all(session, notice, staff)
    take_back(session, notice, staff)
    letter = send(session, notice, reversals.sender_drafts(session, notice)[0], staff, AFTER)

    delivery.bounced(session, letter.id, remark="", by=journal.staff(staff.id), at=make.instant(AFTER))

    assert len(reversals.sender_drafts(session, notice)) == 1


def test_the_claimant_can_be_told_too(session, notice, staff):
    tell_all(session, notice, staff)
    take_back(session, notice, staff)

    draft = reversals.claimant_draft(session, notice)

    assert draft.kind is LetterKind.REVERSAL_CLAIMANT
    assert draft.article == ""
    assert "投稿を元に戻しました" in draft.body
    assert WHY in draft.body
    send(session, notice, draft, staff, AFTER)
    assert reversals.claimant_draft(session, notice) is None
    assert sound(session)


def test_nobody_is_told_of_a_reversal_who_never_heard_of_the_measure(session, notice, staff):
    take_back(session, notice, staff)

    assert reversals.sender_drafts(session, notice) == []
    assert reversals.claimant_draft(session, notice) is None


def test_the_notice_to_the_sender_stays_owed_and_says_both(session, notice, staff):
    """法27条: the measure was taken; that it was taken back since does not end the duty."""
    take_back(session, notice, staff)
    running = [c for c in session.exec(select(Clock).where(Clock.rule == "sender_notice")) if not c.stopped_at]
    assert len(running) == 2

    [draft] = replies.sender_drafts(session, notice)

    assert "講じました" in draft.body
    assert "2026年4月30日(木) 9時00分に取り消しました" in draft.body
    send(session, notice, draft, staff, AFTER)
    assert all(c.stopped_at for c in session.exec(select(Clock).where(Clock.rule == "sender_notice")))
    assert sound(session)


def test_a_sender_may_be_exempted_after_a_reversal(session, notice, staff):
    take_back(session, notice, staff)
    ids = [i.id for i in decisions.items_of(session, notice)]

    endings.exempt_sender(
        session, notice, ids, SenderExemption.OTHER_JUST, "すぐに元に戻したため。", by=staff.id, at=make.instant(AFTER)
    )

    assert replies.sender_drafts(session, notice) == []


def test_the_item_can_be_decided_anew_and_the_claimant_hears_both(session, notice, staff):
    tell_all(session, notice, staff)
    with pytest.raises(NotAllowed, match="措置の取消し"):
        make.decide(session, notice, make.KEEP, staff, BACK)

    take_back(session, notice, staff)
    make.decide(session, notice, make.KEEP, staff, AFTER)

    draft = replies.outcome_draft(session, notice)
    assert draft.body.count("講じませんでした") == 2
    assert "4月29日(水) 12時00分に講じた送信防止措置は、2026年4月30日(木) 9時00分に取り消しました" in draft.body
    send(session, notice, draft, staff, AFTER)
    assert session.get_one(Case, notice.case_id).closed_at
    assert sound(session)


def test_a_measure_can_be_taken_again_after_a_reversal(session, notice, staff, clause):
    tell_all(session, notice, staff)
    take_back(session, notice, staff)
    make.decide(session, notice, make.remove(clause), staff, AFTER)
    ordered = [m.id for m in rows(session) if not m.executed_at]
    when = make.instant("2026-04-30T11:00+09:00")

    measures.execute(session, notice, ordered, executed_at=when, by=staff.id, at=when)

    assert len(replies.outcome_draft(session, notice).covers) == 2
    assert len(replies.sender_drafts(session, notice)[0].covers) == 2
    assert sound(session)


def test_an_item_that_nobody_was_told_of_is_to_be_decided_anew(session, notice, staff):
    take_back(session, notice, staff, rows(session)[:1])

    ready = replies.ready(session, notice)

    assert (len(ready.undecided), len(ready.outcome), ready.unexecuted) == (1, 1, [])
    assert "次のとおり" in replies.outcome_draft(session, notice).body


def test_a_waiting_letter_that_states_the_measure_does_not_leave(session, notice, staff):
    draft = replies.outcome_draft(session, notice)
    replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(TOLD))

    take_back(session, notice, staff)

    letter = session.exec(select(Letter).where(Letter.kind == LetterKind.OUTCOME)).one()
    assert letter.cancelled_at
    assert letter.given_at is None
    assert sound(session)


def test_a_reversal_says_in_a_list_what_became_of_the_item(session, notice, staff):
    tell_all(session, notice, staff)
    take_back(session, notice, staff, rows(session)[:1])

    became = outcomes(session, {notice.id: set()})[notice.id]

    assert (became.executed, became.undone, became.open) == (1, 1, 0)


def test_the_flag_of_the_measure_leaves_the_logs_and_that_of_the_filing_stays(session, notice, staff):
    assert {hold.rule for hold in make.session_holds(session) if not hold.released_at} == {
        "notice_flag",
        "measure_flag",
    }

    take_back(session, notice, staff)

    assert {hold.rule for hold in make.session_holds(session) if not hold.released_at} == {"notice_flag"}


def test_the_flag_of_another_item_stays(session, notice, staff):
    first, second = rows(session)
    when = make.instant(BACK)

    reversals.reverse(session, notice, [first.id], WHY, reversed_at=when, by=staff.id, at=when)

    flags = [hold for hold in make.holds_of(session, notice) if hold.rule == "measure_flag"]
    assert {hold.item_id for hold in flags if not hold.released_at} == {second.item_id}


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"reason": "  "}, "reversal_reason"),
        ({"when": make.instant("2026-04-29T11:59+09:00")}, "reversed_at"),
        ({"when": make.instant("2026-05-30T09:00+09:00")}, "reversed_at"),
    ],
)
def test_a_reversal_without_a_reason_or_at_a_wrong_hour_is_refused(session, notice, staff, change, about):
    with pytest.raises(NotAllowed) as no:
        take_back(session, notice, staff, **change)

    assert no.value.about == about


def test_a_measure_is_taken_back_once(session, notice, staff):
    some = rows(session)
    take_back(session, notice, staff, some)

    with pytest.raises(Conflict, match="すでに取り消されて"):
        take_back(session, notice, staff, some)


@pytest.mark.parametrize("change", ["reversed_at = null", "reversed_by = null", "reversed_at = executed_at"])
def test_an_edited_reversal_is_named(session, notice, staff, change):
    take_back(session, notice, staff)
    session.flush()

    session.execute(text(f"update measure set {change}"))
    session.expire_all()

    assert {finding.table for finding in verify(session)} == {"measure"}


def test_the_reason_is_kept_with_the_fact(session, notice, staff):
    take_back(session, notice, staff)
    case = session.get_one(Case, notice.case_id)

    assert [e.fact for e in journal.history(session, case)][-1] is Fact.MEASURE_REVERSED
    assert WHY in remarks_of(session, case).values()


AGAIN, DONE_AGAIN, BACK_AGAIN = "2026-04-30T11:00+09:00", "2026-04-30T12:00+09:00", "2026-05-01T09:00+09:00"


def take_again(session, notice, staff, clause, *, done=True):
    """The items are decided and, if `done`, removed anew."""
    make.decide(session, notice, make.remove(clause), staff, AGAIN)
    if done:
        ordered, when = [m.id for m in rows(session) if not m.executed_at], make.instant(DONE_AGAIN)
        measures.execute(session, notice, ordered, executed_at=when, by=staff.id, at=when)


@pytest.mark.parametrize("done", [True, False])
def test_a_letter_that_says_it_was_put_back_does_not_leave_once_it_is_taken_again(session, notice, staff, clause, done):
    sender = session.exec(select(Sender)).first()
    replies.set_sender_email(session, sender, "kaze@mail.example", by=staff.id, at=make.instant(DONE))
    tell_all(session, notice, staff)
    take_back(session, notice, staff)
    for draft in [*reversals.sender_drafts(session, notice), reversals.claimant_draft(session, notice)]:
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(AFTER))

    take_again(session, notice, staff, clause, done=done)

    kinds = {LetterKind.REVERSAL, LetterKind.REVERSAL_CLAIMANT}
    letters = session.exec(select(Letter).where(Letter.kind.in_(kinds))).all()
    assert {letter.kind for letter in letters if letter.cancelled_at} == kinds
    assert reversals.sender_drafts(session, notice) == []  # that it was put back is no longer so
    assert reversals.claimant_draft(session, notice) is None
    assert sound(session)


def test_each_of_two_reversals_is_told_to_whoever_was_told_of_the_measure(session, notice, staff, clause):
    tell_all(session, notice, staff)
    take_back(session, notice, staff)
    take_again(session, notice, staff, clause)
    take_back(session, notice, staff, at=BACK_AGAIN, reason="二度目の理由。")

    [draft] = reversals.sender_drafts(session, notice)
    assert "2026年4月30日(木) 9時00分に投稿を元に戻しました" in draft.body
    assert WHY in draft.body
    send(session, notice, draft, staff, BACK_AGAIN)
    assert reversals.sender_drafts(session, notice) == []  # nobody told this sender of the second measure

    [told] = replies.sender_drafts(session, notice)
    send(session, notice, told, staff, "2026-05-01T10:00+09:00")
    [second] = reversals.sender_drafts(session, notice)
    assert "2026年5月1日(金) 9時00分に投稿を元に戻しました" in second.body
    assert "二度目の理由。" in second.body
    assert sound(session)


def test_a_reversal_with_a_gap_left_in_its_reason_is_refused(session, notice, staff):
    with pytest.raises(NotAllowed, match="書き込んでいない欄") as no:
        take_back(session, notice, staff, reason="投稿は［＿理由＿］と分かったため。")

    assert no.value.about == "reversal_reason"
