"""The sender's side, a story for each path: asked and heard, asked and silent, told, and heard again on appeal."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests import make
from tracker.casework import (
    NotAllowed,
    decisions,
    delivery,
    endings,
    journal,
    measures,
    proof,
    replies,
    reversals,
    told_before,
)
from tracker.casework.appeals import counts, deciding, filing
from tracker.casework.hearing import answering, asking, doors, receiving, rows, theirs, waiting
from tracker.casework.hearing.answering import Words
from tracker.casework.hearing.waiting import Shelter
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, Circumstance, DeferralGround, MeasureKind, Right, SenderExemption, Standing
from tracker.law.inquiries import RULES, Regime
from tracker.letters.transport import Answer
from tracker.models import (
    Case,
    Clock,
    DoorPurpose,
    LetterChannel,
    LetterKind,
    LogHold,
    Measure,
    Position,
    Sender,
    Staff,
)

ACCEPTED = Answer(True, 250, "smtp")
FILED = "2026-06-01T09:00+09:00"  # Monday: the reply is due until the end of the 8th
NEXT = "2026-06-02T10:00+09:00"
READ = "2026-06-02T21:00+09:00"  # the wait lasts the seven days after the 2nd
FREE = make.instant("2026-06-10T00:00+09:00")  # the first instant after it
AFTER = "2026-06-10T10:00+09:00"
WHY = "あなたが示した資料により、書かれたことの主要な部分が真実であると認められるため。"


@pytest.fixture
def house(session):
    """A service with criteria."""
    service = make.make_service(session)
    return service, make.first_clause(session, make.make_criteria(session, service))


@pytest.fixture
def staff(session):
    return make.make_staff(session, name="水野 拓海")


@pytest.fixture
def other(session):
    return make.make_staff(session, name="大西 彩香")


@pytest.fixture(autouse=True)
def proved(session):
    """Every story ends with a record that proves itself."""
    yield
    session.flush()
    assert list(verify(session)) == []


def file(session, house, at=FILED, **changes):
    """A filing about one post, and the account that wrote it."""
    notice = make.make_notice(session, house[0], at, **({"items": 1} | changes))
    return notice, session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()


def case_of(session, notice) -> Case:
    return session.get_one(Case, notice.case_id)


def ids(session, notice):
    return [item.id for item in decisions.items_of(session, notice)]


def facts(session, notice) -> list[Fact]:
    return [event.fact for event in journal.history(session, case_of(session, notice))]


def ask(session, notice, sender, staff, at=NEXT, regime=Regime.STANDARD, confirmed=()):
    """Ask as the desk does, preview first, and hand the letter over."""
    when, items = make.instant(at), ids(session, notice)
    draft = asking.draft(session, notice, sender.id, items, regime, by_hand=False, at=when)
    row = asking.ask(session, notice, sender.id, items, regime, draft.digest, confirmed=confirmed, by=staff.id, at=when)
    give(session, row.letter_id, staff, at)
    return row


def give(session, letter, staff, at):
    """A letter reaches its reader's hand, as staff can show, or the relay takes it."""
    row = session.get_one(delivery.Letter, letter)
    if row.channel is LetterChannel.SMTP:
        delivery.settle(session, letter, ACCEPTED, at=make.instant(at))
    else:
        how, when = "サービス内の通知で表示した（画面の写しを保存）", make.instant(at)
        delivery.hand_over(session, letter, how=how, when=when, by=staff.id, at=when)


def read(session, sender, at=READ, purpose=DoorPurpose.INQUIRY):
    """The sender follows the link and presses the button."""
    when = make.instant(at)
    secret = doors.address(session, doors.of_sender(session, sender.id)[purpose]).rpartition("/")[2]
    entered = doors.enter(session, sender.id, purpose, secret, at=when)
    theirs.open_all(session, entered, at=when)
    return doors.enter(session, sender.id, purpose, secret, at=when)


def say(session, notice, sender, position, at, text="住んだ人の体験として書いたものです。同意しません。"):
    words, items = Words(position, text), ids(session, notice)
    return answering.answer(
        session, case_of(session, notice), sender, items, words, actor=journal.SENDER, at=make.instant(at)
    )


def shelter(session, notice, at) -> Shelter:
    [one] = waiting.standings(session, notice, at=make.instant(at)).values()
    return one.shelter


def interim(session, notice, staff, at, ground=DeferralGround.SENDER_OPINION):
    send(session, notice, replies.interim_draft(session, notice, ids(session, notice), ground, ""), staff, at)


def send(session, notice, draft, staff, at):
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(at))
    give(session, letter.id, staff, at)
    return letter


def remove(session, notice, house, staff, at, **judged):
    """Decide on a measure and carry it out."""
    made = decisions.Judgement(**(make.remove(house[1]).__dict__ | judged))
    make.decide(session, notice, made, staff, at)
    make.approve(session, notice, at)
    done = [m.id for m in decisions.standing_measures(session, ids(session, notice))]
    measures.execute(session, notice, done, executed_at=make.instant(at), by=staff.id, at=make.instant(at))
    return session.get_one(Measure, done[0])


def tell_sender(session, notice, staff, at):
    [draft] = replies.sender_drafts(session, notice)
    return send(session, notice, draft, staff, at)


def appeal(session, notice, sender, at, text="正規に仕入れた品を売っているだけです。"):
    free = filing.appealable(session, notice, sender.id)
    chosen = [one.measure.id for one in free]
    [row] = filing.file(session, notice, sender, chosen, text, actor=journal.SENDER, at=make.instant(at))
    return row


def decide(session, notice, row, by, at, reverse, reason=WHY):
    when = make.instant(at)
    return deciding.decide(session, notice, row.id, reverse=reverse, reason=reason, by=by.id, at=when)


def answer(session, notice, row, by, at):
    draft = deciding.answer_draft(session, notice, row)
    letter = deciding.send_answer(session, notice, row.id, draft.digest, by=by.id, at=make.instant(at))
    give(session, letter.id, by, at)
    return letter


def running(session, rule) -> list[Clock]:
    query = select(Clock).where(Clock.rule == rule, col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None))
    return list(session.exec(query))


def test_a_sender_who_objects_in_time_is_heard_and_the_post_stays(session, house, staff):
    notice, sender = file(session, house)
    assert not waiting.in_time(session, notice, Regime.STANDARD, received_at=make.instant(NEXT)).possible
    ask(session, notice, sender, staff)
    interim(session, notice, staff, NEXT)
    assert shelter(session, notice, NEXT) is Shelter.SENT  # handed over, and nothing shows that it was read
    entered = read(session, sender)
    [question] = theirs.alleged(session, entered).questions
    assert question.due_at == FREE
    assert shelter(session, notice, READ) is Shelter.WAITING

    say(session, notice, sender, Position.OBJECTS, "2026-06-09T23:59:59+09:00")

    assert shelter(session, notice, AFTER) is Shelter.OBJECTED
    assert running(session, "sender_inquiry") == []
    assert waiting.end_waits(session, case_of(session, notice), at=make.instant(AFTER)) == 0
    make.decide(session, notice, make.KEEP, staff, AFTER)
    outcome = send(session, notice, replies.outcome_draft(session, notice), staff, AFTER)
    body = delivery_text(session, outcome)
    assert "講じませんでした" in body and "体験" not in body
    assert replies.sender_drafts(session, notice) == []  # nothing was done: 法27条 has nothing to tell
    assert case_of(session, notice).closed_at == make.instant(AFTER)


def delivery_text(session, letter) -> str:
    from tracker.sealed import open_text

    return open_text(session, letter.case_id, "letter.body", letter.id, letter.body_sealed)


def test_a_sender_who_is_silent_is_waited_for_and_then_a_person_decides(session, house, staff):
    notice, sender = file(session, house)
    ask(session, notice, sender, staff)
    interim(session, notice, staff, NEXT)
    read(session, sender)
    assert waiting.waits_over(session, at=FREE - timedelta(seconds=1)) == []
    assert waiting.waits_over(session, at=FREE) == [notice.case_id]
    waiting.end_waits(session, case_of(session, notice), at=FREE)
    assert shelter(session, notice, AFTER) is Shelter.SILENT
    assert decisions.latest(session, ids(session, notice)) == {}  # silence decides nothing

    remove(session, notice, house, staff, AFTER)
    send(session, notice, replies.outcome_draft(session, notice), staff, AFTER)
    tell_sender(session, notice, staff, AFTER)

    assert shelter(session, notice, AFTER) is Shelter.SILENT  # carried out after the wait: the shelter stands
    assert running(session, "sender_notice") == []
    late = say(session, notice, sender, Position.OBJECTS, "2026-06-12T10:00+09:00")
    [kept] = rows.answers(session, notice.case_id)
    assert kept.row.id == late.id and kept.late
    assert shelter(session, notice, "2026-06-12T11:00+09:00") is Shelter.SILENT


def test_a_measure_before_the_end_of_the_wait_is_allowed_and_only_this_shelter_is_missing(session, house, staff):
    notice, sender = file(session, house)
    ask(session, notice, sender, staff)
    read(session, sender)
    remove(session, notice, house, staff, "2026-06-03T10:00+09:00")
    assert shelter(session, notice, AFTER) is Shelter.BEFORE
    send(session, notice, replies.outcome_draft(session, notice), staff, "2026-06-03T11:00+09:00")
    assert proof.running_reply(session, case_of(session, notice)) is None
    assert Fact.BREACH_RECORDED not in facts(session, notice)


def test_a_measure_is_appealed_against_decided_by_somebody_else_and_taken_back(session, house, staff, other):
    notice, sender = file(session, house)
    measure = remove(session, notice, house, staff, NEXT, ai_used=True)
    send(session, notice, replies.outcome_draft(session, notice), staff, NEXT)
    tell_sender(session, notice, staff, NEXT)
    flagged = flags(session, measure.item_id)
    assert flagged and not any(hold.released_at for hold in flagged)

    row = appeal(session, notice, sender, AFTER)
    [clock] = running(session, "appeal")
    assert clock.due_at is None and clock.target_at  # no day of the law: the office's own
    with pytest.raises(NotAllowed):
        decide(session, notice, row, staff, AFTER, reverse=True)
    assert deciding.original_of(session, row)["reason"] == make.remove(house[1]).reason
    assert [one.version for one in deciding.history_of(session, row)] == [1]
    decide(session, notice, row, other, "2026-06-15T10:00+09:00", reverse=True)

    session.refresh(measure)
    assert measure.reversed_at == make.instant("2026-06-15T10:00+09:00")
    assert all(hold.released_at for hold in flags(session, measure.item_id))
    assert deciding.decision_of(session, row).ai_used
    letter = answer(session, notice, row, other, "2026-06-15T11:00+09:00")
    assert WHY in delivery_text(session, letter)
    assert running(session, "appeal") == []
    assert reversals.sender_drafts(session, notice) == []  # the answer has said so
    optional = reversals.claimant_draft(session, notice)
    assert optional.article == "" and "正規に仕入れた" not in optional.body
    start, end = make.instant("2026-04-01T00:00+09:00"), make.instant("2027-04-01T00:00+09:00")
    assert counts.figures(session, house[0].id, start, end, until=end) == {
        "18-5-11": 1, "18-5-12": 1, "18-5-13": 1, "18-5-14": 1, "18-5-15": 0, "18-5-16": 0, "18-5-17": 0, "18-5-18": 0,
    }  # fmt: skip


def flags(session, item) -> list[LogHold]:
    """The holds that the measure placed over the logs of an item."""
    return list(session.exec(select(LogHold).where(LogHold.rule == "measure_flag", LogHold.item_id == item)))


def test_a_suspension_is_appealed_against_and_stands(session, house, staff, other):
    notice, sender = file(session, house)
    remove(session, notice, house, staff, NEXT, kind=MeasureKind.SUSPEND)
    send(session, notice, replies.outcome_draft(session, notice), staff, NEXT)
    tell_sender(session, notice, staff, NEXT)
    row = appeal(session, notice, sender, AFTER)
    decide(session, notice, row, other, "2026-06-15T10:00+09:00", reverse=False, reason="警告の後も続けているため。")
    letter = answer(session, notice, row, other, "2026-06-15T11:00+09:00")
    assert "警告の後も続けているため。" in delivery_text(session, letter)
    start, end = make.instant("2026-04-01T00:00+09:00"), make.instant("2027-04-01T00:00+09:00")
    found = counts.figures(session, house[0].id, start, end, until=end)
    assert {item for item, many in found.items() if many} == {"18-5-15"}
    assert filing.appealable(session, notice, sender.id) == []  # one appeal a measure


def test_an_answer_to_an_appeal_that_comes_back_is_owed_again(session, house, staff, other):
    notice, sender = file(session, house)
    remove(session, notice, house, staff, NEXT)
    row = appeal(session, notice, sender, AFTER)
    decide(session, notice, row, other, "2026-06-15T10:00+09:00", reverse=False)
    letter = answer(session, notice, row, other, "2026-06-15T11:00+09:00")
    before = session.exec(select(Clock.target_at).where(Clock.rule == "appeal")).one()
    back = make.instant("2026-06-16T11:00+09:00")
    delivery.bounced(session, letter.id, remark="サービス内の通知が消えていた。", by=journal.staff(other.id), at=back)
    [clock] = running(session, "appeal")
    assert clock.target_at == before  # its original date
    answer(session, notice, row, other, "2026-06-17T11:00+09:00")
    assert running(session, "appeal") == []


def test_a_second_identical_post_of_the_same_account_rests_on_the_first_notice(session, house, staff):
    first, _ = file(session, house)
    remove(session, first, house, staff, NEXT)
    told = tell_sender(session, first, staff, NEXT)
    second, _ = file(session, house, "2026-06-05T09:00+09:00")
    remove(session, second, house, staff, "2026-06-05T15:00+09:00")
    assert len(running(session, "sender_notice")) == 1

    items, when = ids(session, second), make.instant("2026-06-05T16:00+09:00")
    [before] = told_before.found(session, second, items)
    assert (before.letter, before.number) == (told.id, first.number)
    endings.exempt_sender(
        session,
        second,
        items,
        SenderExemption.SAME_BEFORE,
        "同じ投稿のため。",
        by=staff.id,
        at=when,
        before=before.letter,
    )

    assert running(session, "sender_notice") == []
    assert replies.sender_drafts(session, second) == []
    [event] = [e for e in journal.history(session, case_of(session, second)) if e.fact is Fact.SENDER_NOTICE_EXEMPTED]
    assert (event.data["said"]["ground"], event.data["said"]["before"]) == ("same_before", str(told.id))


@pytest.mark.parametrize(
    "changes", [{"reason_withheld": True}, {"standing": Standing.THIRD_PARTY}], ids=["withheld", "a report"]
)
def test_a_question_without_the_reason_or_of_a_third_party_shelters_from_nothing(session, house, staff, changes):
    notice, sender = file(session, house, **changes)
    row = ask(session, notice, sender, staff)
    assert not row.shelter
    read(session, sender)
    assert rows.waits(session, notice.case_id) == {}
    assert {Fact.QUESTION_RECEIVED} == {Fact.QUESTION_RECEIVED, Fact.INQUIRY_RECEIVED} & set(facts(session, notice))
    say(session, notice, sender, Position.WORDS, AFTER)
    assert shelter(session, notice, AFTER) is Shelter.NONE


def test_two_days_are_enough_once_each_element_was_confirmed(session, house, staff):
    changes = {"rights": [Right.HONOR], "circumstances": [Circumstance.ELECTION]}
    notice, sender = file(session, house, **changes)
    elements = list(RULES[Regime.ELECTION].elements)
    with pytest.raises(NotAllowed):
        ask(session, notice, sender, staff, regime=Regime.ELECTION, confirmed=elements[1:])
    assert rows.asked(session, notice.case_id) == []
    assert waiting.in_time(session, notice, Regime.ELECTION, received_at=make.instant(READ)).possible
    ask(session, notice, sender, staff, regime=Regime.ELECTION, confirmed=elements)
    read(session, sender)
    [clock] = rows.waits(session, notice.case_id).values()
    assert clock.due_at == make.instant("2026-06-05T00:00+09:00")
    waiting.end_waits(session, case_of(session, notice), at=clock.due_at)
    assert shelter(session, notice, "2026-06-05T00:00+09:00") is Shelter.SILENT


def test_a_receipt_that_was_none_voids_the_wait_and_its_end(session, house, staff):
    notice, sender = file(session, house)
    row = ask(session, notice, sender, staff)
    case = case_of(session, notice)
    proof_of, when = "配達証明の葉書", make.instant(READ)
    receiving.prove(session, case, row.id, when=when, how=proof_of, by=staff.id, at=when)
    waiting.end_waits(session, case, at=FREE)
    assert shelter(session, notice, AFTER) is Shelter.SILENT
    at = make.instant(AFTER)
    receiving.correct(session, case, row.id, when=None, why="別の人が受け取っていた。", by=staff.id, at=at)
    assert shelter(session, notice, AFTER) is Shelter.SENT
    assert running(session, "sender_inquiry") == []


def test_a_notice_to_the_sender_that_comes_back_is_owed_from_its_original_day(session, house, staff):
    notice, sender = file(session, house)
    email = "kaze@mail.example"
    replies.set_sender_email(session, sender, email, by=staff.id, at=make.instant(NEXT))
    remove(session, notice, house, staff, NEXT)
    [clock] = running(session, "sender_notice")
    letter = tell_sender(session, notice, staff, NEXT)
    assert letter.kind is LetterKind.SENDER_NOTICE and running(session, "sender_notice") == []
    at = make.instant("2026-06-04T10:00+09:00")
    delivery.bounced(session, letter.id, remark="宛先がない。", by=journal.staff(staff.id), at=at)
    [again] = running(session, "sender_notice")
    assert (again.started_at, again.target_at) == (clock.started_at, clock.target_at)


def test_whoever_approved_or_carried_out_a_measure_does_not_decide_the_appeal(session, house, staff, other):
    notice, sender = file(session, house)
    made = decisions.Judgement(**(make.remove(house[1]).__dict__ | {"kind": MeasureKind.SUSPEND}))
    make.decide(session, notice, made, staff, NEXT)
    make.approve(session, notice, NEXT)
    done = [m.id for m in decisions.standing_measures(session, ids(session, notice))]
    at = make.instant(NEXT)
    measures.execute(session, notice, done, executed_at=at, by=other.id, at=at)
    row = appeal(session, notice, sender, AFTER)
    approver = next(one for one in session.exec(select(Staff)) if one.name == "真鍋 薫")
    assert {staff.id, other.id, approver.id} <= deciding.took_part(session, row)
    for who in (staff, other, approver):
        with pytest.raises(NotAllowed):
            decide(session, notice, row, who, AFTER, reverse=False)
    assert made.basis is Basis.CLAUSE
