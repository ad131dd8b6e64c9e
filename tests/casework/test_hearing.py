"""照会 (法3条2項2号): the wait begins when the sender has it, ends by the Act, and mistakes are mended by facts."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, decisions, delivery, endings, journal, measures
from tracker.casework.hearing import answering, asking, doors, receiving, rows, theirs, waiting
from tracker.casework.hearing.answering import Words
from tracker.casework.hearing.system import connect
from tracker.casework.hearing.waiting import Shelter
from tracker.casework.replies import set_sender_email
from tracker.casework.rows import rows_of
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance, Right, Standing
from tracker.law.inquiries import RULES, Regime
from tracker.letters.transport import Answer
from tracker.models import Case, DoorPurpose, Evidence, Inquiry, Letter, LetterChannel, Position, Sender

ASKED, OPENED = make.instant("2026-06-01T10:00+09:00"), make.instant("2026-06-01T12:00+09:00")
FREE = make.instant("2026-06-09T00:00+09:00")  # V041: seven full days after the day of receipt
IN_TIME, LATE = FREE - timedelta(seconds=1), FREE
ACCEPTED, REFUSED = Answer(True, 250, "smtp"), Answer(False, 550, "smtp", "5.1.1")


@pytest.fixture
def house(session):
    """A service with criteria, a reviewer, and a filing about two posts of one account."""
    service = make.make_service(session)
    clause = make.first_clause(session, make.make_criteria(session, service))
    return service, make.make_staff(session), clause


def file(session, house, **changes):
    """A notice received a little before it is asked about, and the sender of its posts."""
    notice = make.make_notice(session, house[0], "2026-05-31T21:00+09:00", **changes)
    return notice, session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()


def ids(session, notice, *nos):
    """The items of a notice, all or some."""
    return [item.id for item in decisions.items_of(session, notice) if not nos or item.no in nos]


def ask(session, house, notice, sender, items=None, regime=Regime.STANDARD, at=ASKED, **more):
    """Ask as the desk does: preview, then send what was seen."""
    items = items or ids(session, notice)
    draft = asking.draft(session, notice, sender.id, items, regime, by_hand=more.get("by_hand", False), at=at)
    return asking.ask(session, notice, sender.id, items, regime, draft.digest, by=house[1].id, at=at, **more)


def enter(session, sender, at=OPENED, purpose=DoorPurpose.INQUIRY):
    """The door that the newest link of a sender opens."""
    return doors.enter(session, sender.id, purpose, doors.link(session, sender.id, purpose).split("/")[-1], at=at)


def shelters(session, notice, at):
    """Where the items of a notice stand at an instant."""
    return [one.shelter for one in waiting.standings(session, notice, at=at).values()]


def case_of(session, notice):
    return session.get_one(Case, notice.case_id)


def say(session, notice, sender, position, at, text="事実を書いたものです。", **more):
    words = Words(position, text)
    items = more.pop("items", None) or ids(session, notice)
    return answering.answer(
        session, case_of(session, notice), sender, items, words, actor=journal.SENDER, at=more.pop("now", at),
        received_at=at, **more,
    )  # fmt: skip


def test_the_wait_begins_when_the_sender_opens_the_page_and_neither_when_mail_leaves_nor_when_it_is_accepted(
    session, house
):
    notice, sender = file(session, house)
    set_sender_email(session, sender, "kaze@mail.example", by=house[1].id, at=ASKED)
    row = ask(session, house, notice, sender)
    delivery.settle(session, row.letter_id, ACCEPTED, at=ASKED)
    assert rows.waits(session, notice.case_id) == {}
    assert shelters(session, notice, ASKED) == [Shelter.SENT] * 2
    theirs.open_all(session, enter(session, sender), at=OPENED)
    assert {clock.due_at for clock in rows.waits(session, notice.case_id).values()} == {FREE}
    assert shelters(session, notice, IN_TIME) == [Shelter.WAITING] * 2
    assert shelters(session, notice, FREE) == [Shelter.SILENT] * 2
    assert list(verify(session)) == []


def test_silence_is_recorded_as_of_the_end_of_the_wait_and_decides_nothing(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    assert waiting.waits_over(session, at=IN_TIME) == []
    later = FREE + timedelta(days=3)
    assert waiting.waits_over(session, at=later) == [notice.case_id]
    assert waiting.end_waits(session, case_of(session, notice), at=later) == 2
    [over] = [e for e in journal.history(session, case_of(session, notice)) if e.fact is Fact.WAIT_OVER]
    assert (over.occurred_at, over.recorded_at) == (FREE, later)
    assert waiting.end_waits(session, case_of(session, notice), at=later) == 0
    assert decisions.latest(session, ids(session, notice)) == {}
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("position", "at", "shelter", "late"),
    [
        (Position.OBJECTS, IN_TIME, Shelter.OBJECTED, False),
        (Position.OBJECTS, LATE, Shelter.SILENT, True),
        (Position.AGREES, IN_TIME, Shelter.AGREED, False),
        (Position.AGREES, LATE, Shelter.AGREED, True),
        (Position.WORDS, IN_TIME, Shelter.SILENT, False),
    ],
)
def test_an_answer_counts_by_its_moment_and_a_late_one_is_kept(session, house, position, at, shelter, late):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    if at >= FREE:
        waiting.end_waits(session, case_of(session, notice), at=at)
    say(session, notice, sender, position, at)
    waiting.end_waits(session, case_of(session, notice), at=FREE)
    assert shelters(session, notice, FREE + timedelta(hours=1)) == [shelter] * 2
    [answer] = rows.answers(session, notice.case_id)
    assert (answer.late, answer.text) == (late, "事実を書いたものです。")
    assert list(verify(session)) == []


def test_an_objection_in_time_that_staff_enter_later_takes_back_that_the_wait_was_over(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    waiting.end_waits(session, case_of(session, notice), at=FREE)
    assert shelters(session, notice, FREE) == [Shelter.SILENT] * 2
    now = FREE + timedelta(days=1)
    say(session, notice, sender, Position.OBJECTS, IN_TIME, now=now, items=ids(session, notice, 1), by=house[1].id)
    assert shelters(session, notice, now) == [Shelter.OBJECTED, Shelter.SILENT]
    waiting.end_waits(session, case_of(session, notice), at=now)
    told = journal.standing(journal.history(session, case_of(session, notice)))
    assert [(Fact.WAIT_OVER, str(id)) in told for id in ids(session, notice)] == [False, True]
    assert list(verify(session)) == []


def test_a_corrected_receipt_moves_the_wait_and_counts_every_answer_anew(session, house):
    notice, sender = file(session, house)
    row = ask(session, house, notice, sender)
    case, day = case_of(session, notice), timedelta(days=1)
    receiving.prove(session, case, row.id, when=OPENED, how="配達証明", by=house[1].id, at=OPENED)
    answered = FREE + timedelta(hours=5)
    waiting.end_waits(session, case, at=FREE)
    say(session, notice, sender, Position.OBJECTS, answered)
    assert [a.late for a in rows.answers(session, case.id)] == [True]
    later = answered + day
    receiving.correct(session, case, row.id, when=OPENED + day, why="日付の読み違い", by=house[1].id, at=later)
    assert [a.late for a in rows.answers(session, case.id)] == [False]
    assert shelters(session, notice, later + day) == [Shelter.OBJECTED] * 2
    assert all(clock.stopped_at == answered for clock in rows.waits(session, case.id).values())
    receiving.correct(session, case, row.id, when=OPENED, why="やはり最初の日", by=house[1].id, at=later)
    assert [a.late for a in rows.answers(session, case.id)] == [True]
    waiting.end_waits(session, case, at=later)
    assert shelters(session, notice, later) == [Shelter.SILENT] * 2
    assert list(verify(session)) == []


def test_a_receipt_that_was_none_is_taken_back_with_its_wait(session, house):
    notice, sender = file(session, house)
    row = ask(session, house, notice, sender)
    case = case_of(session, notice)
    receiving.prove(session, case, row.id, when=OPENED, how="受取人の連絡", by=house[1].id, at=OPENED)
    waiting.end_waits(session, case, at=FREE)
    receiving.correct(session, case, row.id, when=None, why="別の人の受領書だった", by=house[1].id, at=FREE)
    assert rows.waits(session, case.id) == {}
    assert shelters(session, notice, FREE) == [Shelter.SENT] * 2
    assert list(verify(session)) == []


def test_a_receipt_is_never_corrected_to_after_an_answer(session, house):
    notice, sender = file(session, house)
    row = ask(session, house, notice, sender)
    say(session, notice, sender, Position.WORDS, OPENED)  # it shows that the inquiry was there
    case = case_of(session, notice)
    for when in (None, OPENED + timedelta(hours=1)):
        with pytest.raises(NotAllowed, match="回答より後"):
            receiving.correct(session, case, row.id, when=when, why="訂正", by=house[1].id, at=FREE)


@pytest.mark.parametrize("changes", [{"reason_withheld": True}, {"standing": Standing.THIRD_PARTY}])
def test_without_the_reason_or_from_a_third_party_nothing_is_claimed_of_silence(session, house, changes):
    notice, sender = file(session, house, **changes)
    row = ask(session, house, notice, sender)
    letter = session.get_one(Letter, row.letter_id)
    assert (row.shelter, letter.article) == (False, "")
    theirs.open_all(session, enter(session, sender), at=OPENED)
    assert rows.waits(session, notice.case_id) == {}
    assert shelters(session, notice, FREE) == [Shelter.NONE] * 2
    assert session.get_one(Inquiry, row.id).received_at == OPENED
    with pytest.raises(NotAllowed):
        asking.draft(session, notice, sender.id, ids(session, notice), Regime.ELECTION, by_hand=False, at=ASKED)
    assert list(verify(session)) == []


@pytest.mark.parametrize("regime", [Regime.ELECTION, Regime.INTIMATE, Regime.AV])
def test_two_days_need_every_element_confirmed_and_no_tick_shortens_anything(session, house, regime):
    notice, sender = file(session, house, circumstances=list(Circumstance))
    elements = list(RULES[regime].elements)
    with pytest.raises(NotAllowed, match="要件"):
        ask(session, house, notice, sender, regime=regime, confirmed=elements[1:])
    row = ask(session, house, notice, sender, regime=regime, confirmed=elements)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    two = make.instant("2026-06-04T00:00+09:00")
    assert {clock.due_at for clock in rows.waits(session, notice.case_id).values()} == {two}
    assert row.regime is regime
    assert list(verify(session)) == []


def test_no_inquiry_is_needed_once_the_elements_of_article_4_2_are_confirmed(session, house):
    notice, _sender = file(session, house, reason_withheld=True)
    elements = list(RULES[Regime.NO_WAIT].elements)
    with pytest.raises(NotAllowed, match="要件"):
        asking.confirm(session, notice, ids(session, notice, 1), Regime.NO_WAIT, [], by=house[1].id, at=ASKED)
    asking.confirm(session, notice, ids(session, notice, 1), Regime.NO_WAIT, elements, by=house[1].id, at=ASKED)
    assert shelters(session, notice, ASKED) == [Shelter.NO_WAIT, Shelter.NONE]


def test_a_special_rule_is_refused_for_another_right(session, house):
    notice, _sender = file(session, house, rights=[Right.PRIVACY], primary_right=Right.PRIVACY)
    with pytest.raises(NotAllowed, match="名誉"):
        asking.confirm(
            session, notice, ids(session, notice), Regime.NO_WAIT, list(RULES[Regime.NO_WAIT].elements),
            by=house[1].id, at=ASKED,
        )  # fmt: skip


def test_a_measure_before_the_end_of_the_wait_leaves_no_shelter_of_it(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    make.decide(session, notice, make.remove(house[2]), house[1], "2026-06-02T10:00+09:00")
    ordered = [m.id for m in decisions.standing_measures(session, ids(session, notice))]
    day = make.instant("2026-06-02T11:00+09:00")
    measures.execute(session, notice, ordered, executed_at=day, by=house[1].id, at=day)
    assert shelters(session, notice, FREE) == [Shelter.BEFORE] * 2


def test_an_item_is_asked_about_once_and_again_only_when_the_letter_was_lost(session, house):
    notice, sender = file(session, house)
    set_sender_email(session, sender, "kaze@mail.example", by=house[1].id, at=ASKED)
    row = ask(session, house, notice, sender, ids(session, notice, 1))
    assert [item.no for item in asking.askable(session, notice, sender.id)] == [2]
    delivery.settle(session, row.letter_id, REFUSED, at=ASKED)
    assert [item.no for item in asking.askable(session, notice, sender.id)] == [1, 2]
    again = ask(session, house, notice, sender, ids(session, notice, 1), by_hand=True)
    assert session.get_one(Letter, again.letter_id).channel is LetterChannel.HANDOVER
    assert list(verify(session)) == []


def test_a_second_letter_keeps_the_link_of_the_first(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender, ids(session, notice, 1))
    theirs.open_all(session, enter(session, sender), at=OPENED)
    ask(session, house, notice, sender, ids(session, notice, 2), at=OPENED)
    entered = enter(session, sender)
    assert len(theirs.unopened(session, entered)) == 1
    theirs.open_all(session, entered, at=OPENED + timedelta(hours=1))
    assert len(theirs.alleged(session, entered).questions) == 2
    assert list(verify(session)) == []


def test_a_link_opens_one_purpose_until_it_expires_is_renewed_or_closed(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    secret = doors.link(session, sender.id, DoorPurpose.INQUIRY).split("/")[-1]

    def opens(word, at=OPENED, purpose=DoorPurpose.INQUIRY):
        return doors.enter(session, sender.id, purpose, word, at=at) is not None

    assert opens(secret) and not opens(secret[:-1] + "x") and not opens(secret, purpose=DoorPurpose.NOTICE)
    assert not opens(secret, ASKED + timedelta(days=180))
    case = case_of(session, notice)
    fresh = doors.renew(session, case, sender.id, DoorPurpose.INQUIRY, by=house[1].id, at=OPENED).split("/")[-1]
    assert not opens(secret) and opens(fresh)
    doors.close(session, case, sender.id, DoorPurpose.INQUIRY, by=house[1].id, at=OPENED)
    assert not opens(fresh)
    with pytest.raises(Conflict):
        doors.close(session, case, sender.id, DoorPurpose.INQUIRY, by=house[1].id, at=OPENED)


def test_who_stands_in_a_door_that_is_voided_meanwhile_records_nothing(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    entered = enter(session, sender)
    session.expunge(entered.door)
    case = case_of(session, notice)
    doors.renew(session, case, sender.id, DoorPurpose.INQUIRY, by=house[1].id, at=OPENED)
    with pytest.raises(NotAllowed, match="もう使えません"):
        theirs.open_all(session, entered, at=OPENED)
    assert rows.waits(session, notice.case_id) == {}


def test_a_withdrawn_filing_ends_the_wait_and_keeps_the_record(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=OPENED + timedelta(hours=2))
    assert all(clock.stopped_at for clock in rows.waits(session, notice.case_id).values())
    assert theirs.alleged(session, enter(session, sender)).withdrawn
    assert waiting.waits_over(session, at=FREE) == []


def test_an_inquiry_that_waits_does_not_leave_once_the_filing_is_withdrawn(session, house):
    notice, sender = file(session, house)
    row = ask(session, house, notice, sender)
    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=OPENED)
    assert session.get_one(Letter, row.letter_id).cancelled_at == OPENED


def test_the_same_answer_sent_twice_is_one_answer(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    first = say(session, notice, sender, Position.OBJECTS, OPENED)
    assert say(session, notice, sender, Position.OBJECTS, OPENED + timedelta(minutes=1)).id == first.id
    assert len(rows.answers(session, notice.case_id)) == 1


@pytest.mark.parametrize("received", ["2026-06-01T12:00+09:00", "2026-05-25T12:00+09:00"])
def test_the_desk_is_told_whether_an_outcome_can_still_go_out_in_time(session, house, received):
    notice = make.make_notice(session, house[0], received)
    found = waiting.in_time(session, notice, Regime.STANDARD, received_at=ASKED)
    assert found.wait_over == FREE
    assert found.possible is (found.reply_due > FREE)


def test_files_of_the_claimant_are_behind_the_door_only_where_released(session, house):
    for tell in ([], ["evidence"]):
        notice, sender = file(session, house, tell=tell)
        for authority in (False, True):
            session.add(
                Evidence(
                    case_id=notice.case_id,
                    name_sealed=b"",
                    kind="image/png",
                    size=1,
                    sha256="",
                    authority=authority,
                    stored=f"{notice.id}{authority}",
                    added_at=ASKED,
                )
            )
        ask(session, house, notice, sender)
        assert len(theirs.released(session, enter(session, sender))) == len(tell)


def test_a_later_objection_adds_to_one_in_time_and_does_not_replace_it(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    say(session, notice, sender, Position.OBJECTS, IN_TIME)
    say(session, notice, sender, Position.OBJECTS, LATE + timedelta(hours=1), text="理由を書き足します。")
    assert shelters(session, notice, LATE + timedelta(hours=2)) == [Shelter.OBJECTED] * 2
    say(session, notice, sender, Position.AGREES, LATE + timedelta(hours=3))
    assert shelters(session, notice, LATE + timedelta(hours=4)) == [Shelter.AGREED] * 2


def test_who_comes_back_to_an_objection_after_agreeing_is_heard(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    for minute, position in enumerate((Position.OBJECTS, Position.AGREES, Position.OBJECTS)):
        say(session, notice, sender, position, OPENED + timedelta(minutes=minute))
    assert len(rows.answers(session, notice.case_id)) == 3
    assert shelters(session, notice, OPENED + timedelta(hours=1)) == [Shelter.OBJECTED] * 2


def test_an_inquiry_that_somebody_else_opened_is_shut_again_and_can_be_opened(session, house):
    notice, sender = file(session, house)
    row = ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    case = case_of(session, notice)
    receiving.correct(session, case, row.id, when=None, why="別の人が開いた", by=house[1].id, at=OPENED)
    doors.renew(session, case, sender.id, DoorPurpose.INQUIRY, by=house[1].id, at=OPENED)
    entered = enter(session, sender)
    assert len(theirs.unopened(session, entered)) == 1
    later = OPENED + timedelta(days=1)
    theirs.open_all(session, entered, at=later)
    assert session.get_one(Inquiry, row.id).received_at == later
    assert list(verify(session)) == []


def test_one_answer_to_two_inquiries_takes_back_only_the_wait_that_it_was_in_time_for(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender, ids(session, notice, 1))
    theirs.open_all(session, enter(session, sender), at=OPENED)
    day = timedelta(days=1)
    ask(session, house, notice, sender, ids(session, notice, 2), at=OPENED + day)
    theirs.open_all(session, enter(session, sender, OPENED + day), at=OPENED + day)
    case, now = case_of(session, notice), FREE + 2 * day
    waiting.end_waits(session, case, at=now)
    say(session, notice, sender, Position.OBJECTS, FREE + timedelta(hours=1), now=now)
    told = journal.standing(journal.history(session, case))
    assert [(Fact.WAIT_OVER, str(id)) in told for id in ids(session, notice)] == [True, False]
    assert shelters(session, notice, now) == [Shelter.SILENT, Shelter.OBJECTED]
    assert list(verify(session)) == []


def test_a_receipt_put_right_is_ended_only_by_what_came_within_its_own_wait(session, house):
    notice, sender = file(session, house)
    first = ask(session, house, notice, sender, ids(session, notice, 1))
    theirs.open_all(session, enter(session, sender), at=OPENED)
    day = timedelta(days=1)
    ask(session, house, notice, sender, ids(session, notice, 2), at=OPENED + day)
    theirs.open_all(session, enter(session, sender, OPENED + day), at=OPENED + day)
    case, answered = case_of(session, notice), FREE + timedelta(hours=1)
    say(session, notice, sender, Position.OBJECTS, answered)  # late for the first post, in time for the second
    earlier = OPENED - timedelta(hours=1)
    receiving.correct(session, case, first.id, when=earlier, why="一時間前", by=house[1].id, at=answered)
    waiting.end_waits(session, case, at=answered)
    assert rows.waits(session, case.id)[ids(session, notice, 1)[0]].stopped_at == FREE
    assert shelters(session, notice, answered) == [Shelter.SILENT, Shelter.OBJECTED]
    assert list(verify(session)) == []


def test_an_answer_that_was_entered_wrongly_is_taken_back_and_the_wait_runs_on(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    row = say(session, notice, sender, Position.OBJECTS, OPENED, by=house[1].id)
    case = case_of(session, notice)
    answering.void(session, case, row.id, why="別の発信者の回答だった", by=house[1].id, at=OPENED)
    assert rows.answers(session, case.id) == []
    assert all(clock.stopped_at is None for clock in rows.waits(session, case.id).values())
    waiting.end_waits(session, case, at=FREE)
    assert shelters(session, notice, FREE) == [Shelter.SILENT] * 2
    with pytest.raises(Conflict):
        answering.void(session, case, row.id, why="もう一度", by=house[1].id, at=FREE)
    assert list(verify(session)) == []


def test_a_confirmation_that_was_wrong_is_taken_back(session, house):
    notice, _sender = file(session, house)
    elements, mine = list(RULES[Regime.NO_WAIT].elements), ids(session, notice, 1)
    with pytest.raises(NotAllowed, match="確かめた項目"):
        asking.unconfirm(session, notice, mine, why="誤り", by=house[1].id, at=ASKED)
    asking.confirm(session, notice, mine, Regime.NO_WAIT, elements, by=house[1].id, at=ASKED)
    asking.unconfirm(session, notice, mine, why="表示があった", by=house[1].id, at=ASKED)
    assert shelters(session, notice, ASKED) == [Shelter.NONE] * 2


def test_staff_cannot_call_a_letter_lost_that_is_recorded_as_received(session, house):
    notice, sender = file(session, house)
    set_sender_email(session, sender, "kaze@mail.example", by=house[1].id, at=ASKED)
    row = ask(session, house, notice, sender)
    delivery.settle(session, row.letter_id, ACCEPTED, at=ASKED)
    case, by = case_of(session, notice), journal.staff(house[1].id)
    receiving.prove(session, case, row.id, when=OPENED, how="返信があった", by=house[1].id, at=OPENED)
    with pytest.raises(Conflict, match="届いたことが記録"):
        delivery.bounced(session, row.letter_id, remark="戻った", by=by, at=FREE)
    receiving.correct(session, case, row.id, when=None, why="戻ってきた", by=house[1].id, at=FREE)
    delivery.bounced(session, row.letter_id, remark="戻った", by=by, at=FREE)
    assert [item.no for item in asking.askable(session, notice, sender.id)] == [1, 2]
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("account", "by_hand", "way"),
    [
        ("@kaze_2198", False, LetterChannel.PLATFORM),
        ("@kaze_2198", True, LetterChannel.HANDOVER),
        ("", False, LetterChannel.HANDOVER),
    ],
)
def test_the_platform_carries_what_staff_do_not_hand_over_to_accounts_that_somebody_named(
    session, house, account, by_hand, way
):
    connect.connect(session, house[0], "", by=house[1].id, at=ASKED)
    notice, sender = file(session, house, items=1)
    [item] = decisions.items_of(session, notice)
    item.account = account
    draft = asking.draft(session, notice, sender.id, [item.id], Regime.STANDARD, by_hand=by_hand, at=ASKED)
    assert draft.channel is way
    assert ("投稿された方へ" in draft.body) is (not account)


def test_silence_about_a_withdrawn_filing_gives_no_shelter(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)
    theirs.open_all(session, enter(session, sender), at=OPENED)
    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=OPENED + timedelta(hours=2))
    assert shelters(session, notice, FREE) == [Shelter.NONE] * 2


def test_the_worklist_marks_an_answer_until_somebody_decides(session, house):
    notice, sender = file(session, house)
    ask(session, house, notice, sender)

    def marked(at):
        [row] = rows_of(session, [(None, case_of(session, notice), notice)], at)
        return row.heard

    assert not marked(OPENED)
    say(session, notice, sender, Position.OBJECTS, OPENED)
    assert marked(OPENED)
    make.decide(session, notice, make.KEEP, house[1], "2026-06-02T10:00+09:00")
    assert not marked(make.instant("2026-06-02T10:00+09:00"))
