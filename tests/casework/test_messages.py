"""Messages both ways, 補正依頼, and what a claimant says later: each a fact, none of it in the record's clear text."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import (
    Conflict,
    NotAllowed,
    afterwards,
    contact,
    corrections,
    decisions,
    delivery,
    endings,
    journal,
    messages,
    receipts,
    replies,
)
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.letters.transport import Answer
from tracker.models import Case, CaseKey, Claimant, Clock, Event, Letter, LetterKind, Message, Notice
from tracker.sealed import open_text

AT = make.instant("2026-04-28T10:00+09:00")
LATER = make.instant("2026-04-28T12:00+09:00")
NEXT_DAY = make.instant("2026-04-29T13:00+09:00")
ACCEPTED = Answer(True, 250, "smtp")


@pytest.fixture
def database(on_each_engine):
    return on_each_engine


@pytest.fixture
def begun(database):
    """A notice of two items, and who works on it."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        return make.make_notice(session, service), staff


def minute(n: int) -> datetime:
    """Minutes after AT, within which the same words are the same form sent twice."""
    return AT + timedelta(minutes=n)


def facts(session) -> list[Fact]:
    return [e.fact for e in session.exec(select(Event).order_by(Event.seq))]


def letters(session, kind: LetterKind) -> list[Letter]:
    return list(session.exec(select(Letter).where(Letter.kind == kind).order_by(Letter.queued_at)))


def body(session, letter: Letter) -> str:
    return open_text(session, letter.case_id, "letter.body", letter.id, letter.body_sealed)


def recipient(session, letter: Letter) -> str:
    return open_text(session, letter.case_id, "letter.to", letter.id, letter.to_sealed)


def reply_clock(session) -> Clock:
    return session.exec(select(Clock).where(Clock.rule == "reply")).one()


def outcome_given(session, notice, staff, nos: tuple[int, ...] = ()) -> Letter:
    make.decide(session, notice, make.KEEP, staff, "2026-04-28T10:00+09:00", nos)
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=AT)
    delivery.settle(session, letter.id, ACCEPTED, at=AT)
    return letter


def code_of(session) -> str:
    return body(session, letters(session, LetterKind.ADDRESS_CODE)[-1]).splitlines()[0].partition(": ")[2]


def test_what_is_said_is_sealed_and_the_record_keeps_only_a_commitment(database, begun):
    notice, staff = begun
    with database.writing() as session:
        heard = messages.receive(session, notice, "会社の同僚にも見られました。", at=AT)
        messages.send(session, notice, "確かめています。", seen=[heard.id], by=staff.id, at=LATER)
    with database.reading() as session:
        said = messages.exchange(session, notice)
        assert [(s.ours, s.text) for s in said] == [
            (False, "会社の同僚にも見られました。"),
            (True, "確かめています。"),
        ]
        assert said[0].message.read_at == LATER  # who answers has read what they had before them
        assert facts(session)[-4:] == [
            Fact.MESSAGE_RECEIVED,
            Fact.MESSAGES_READ,
            Fact.MESSAGE_SENT,
            Fact.LETTER_QUEUED,
        ]
        record = str([(e.data, e.actor) for e in session.exec(select(Event))])
        assert "同僚" not in record
        assert "確かめています" not in record
        assert not any("同僚".encode() in m.words_sealed for m in session.exec(select(Message)))
        assert list(verify(session)) == []


def test_the_mail_about_a_message_says_nothing_of_it_and_goes_once_while_it_waits(database, begun):
    notice, staff = begun
    with database.writing() as session:
        messages.send(session, notice, "お名前の漢字を教えてください。", by=staff.id, at=AT)
        messages.send(session, notice, "追伸です。", by=staff.id, at=LATER)
        [mail] = letters(session, LetterKind.NEWS)
        subject = open_text(session, mail.case_id, "letter.subject", mail.id, mail.subject_sealed)
        assert subject == "お知らせがあります"
        assert "漢字" not in body(session, mail)
        assert notice.number not in subject
        assert receipts.status_secret(session, notice) in body(session, mail)
        delivery.settle(session, mail.id, ACCEPTED, at=LATER)
        messages.send(session, notice, "もう一つあります。", by=staff.id, at=NEXT_DAY)
        assert len(letters(session, LetterKind.NEWS)) == 2
        assert list(verify(session)) == []


def test_nobody_is_mailed_where_no_address_is_known(database):
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session), email="")
        messages.send(session, notice, "読めますか。", by=make.make_staff(session).id, at=AT)
        assert letters(session, LetterKind.NEWS) == []


def test_a_form_sent_twice_is_one_message(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        assert (
            messages.receive(session, notice, "急いでいます", at=AT).id
            == messages.receive(session, notice, " 急いでいます\n", at=AT).id
        )
        messages.receive(session, notice, "急いでいます", at=LATER)
        assert facts(session).count(Fact.MESSAGE_RECEIVED) == 2


def test_the_same_words_after_a_word_of_the_other_side_are_a_new_message(database, begun):
    notice, staff = begun
    with database.writing() as session:
        first = messages.receive(session, notice, "はい", at=minute(0))
        messages.send(session, notice, "写真もありますか。", by=staff.id, at=minute(1))
        assert messages.receive(session, notice, "はい", at=minute(2)).id != first.id
        assert facts(session).count(Fact.MESSAGE_RECEIVED) == 2


def test_two_questions_answered_with_the_same_words_keep_both_answers(database, begun):
    notice, staff = begun
    with database.writing() as session:
        when = corrections.ask(session, notice, "いつ見つけましたか。", by=staff.id, at=minute(0))
        where = corrections.ask(session, notice, "どこで見つけましたか。", by=staff.id, at=minute(1))
        corrections.answer(session, notice, when.id, "わからない", at=minute(2))
        corrections.answer(session, notice, where.id, "わからない", at=minute(3))
        answers = [s.message.answers for s in messages.exchange(session, notice) if s.text == "わからない"]
        assert answers == [when.id, where.id]
        assert facts(session).count(Fact.CORRECTION_ANSWERED) == 2
        assert list(verify(session)) == []


@pytest.mark.parametrize("ended", ["dropped", "answered"])
def test_the_same_question_can_be_asked_again_once_the_first_is_settled(database, begun, ended):
    notice, staff = begun
    with database.writing() as session:
        first = corrections.ask(session, notice, "URLが開けません。", by=staff.id, at=minute(0))
        if ended == "dropped":
            corrections.drop(session, notice, first.id, by=staff.id, at=minute(1))
        else:
            corrections.answer(session, notice, first.id, "直しました", at=minute(1))
        again = corrections.ask(session, notice, "URLが開けません。", by=staff.id, at=minute(2))
        assert again.id != first.id
        assert again.settled_at is None
        assert corrections.ask(session, notice, "URLが開けません。", by=staff.id, at=minute(3)).id == again.id
        assert facts(session).count(Fact.CORRECTION_ASKED) == 2
        assert list(verify(session)) == []


def test_staff_have_read_only_what_they_had_before_them(database, begun):
    notice, staff = begun
    with database.writing() as session:
        first = messages.receive(session, notice, "急いでいます", at=minute(0))
        second = messages.receive(session, notice, "家に来ています", at=minute(1))
        messages.send(session, notice, "確かめます。", seen=[first.id], by=staff.id, at=minute(2))
        corrections.ask(session, notice, "いつからですか。", seen=[first.id], by=staff.id, at=minute(3))
        assert messages.read(session, notice, seen=[first.id], by=staff.id, at=minute(4)) == 0
        assert messages.pending(session, [notice.case_id]) == messages.Pending(
            {notice.case_id}, set(), {notice.case_id}
        )
        assert messages.read(session, notice, seen=[first.id, second.id], by=staff.id, at=minute(5)) == 1
        assert messages.pending(session, [notice.case_id]) == messages.Pending({notice.case_id}, set(), set())
        assert list(verify(session)) == []


@pytest.mark.parametrize("words", ["", " \n", "あ" * 20_001])
def test_a_message_needs_words_and_not_too_many(database, begun, words):
    with database.writing() as session, pytest.raises(NotAllowed):
        messages.receive(session, begun[0], words, at=AT)


def test_nothing_is_written_into_a_case_that_was_erased(database, begun):
    with database.writing() as session:
        session.get(CaseKey, begun[0].case_id).wrapped = None
        session.flush()
        with pytest.raises(NotAllowed, match="消去"):
            messages.receive(session, begun[0], "まだありますか", at=AT)


def test_a_correction_is_asked_and_answered_and_no_clock_moves(database, begun):
    notice, staff = begun
    with database.writing() as session:
        before = (reply_clock(session).due_at, reply_clock(session).stopped_at)
        asked = corrections.ask(session, notice, "2件目のURLが開けません。", by=staff.id, at=AT)
        assert messages.pending(session, [notice.case_id]) == messages.Pending({notice.case_id}, set(), set())
        assert facts(session)[-2:] == [Fact.CORRECTION_ASKED, Fact.LETTER_QUEUED]
        answer = corrections.answer(session, notice, asked.id, "こちらです。", at=LATER)
        assert answer.answers == asked.id
        assert messages.pending(session, [notice.case_id]) == messages.Pending(set(), set(), {notice.case_id})
        assert (reply_clock(session).due_at, reply_clock(session).stopped_at) == before
        with pytest.raises(Conflict):
            corrections.answer(session, notice, asked.id, "もう一度", at=LATER)
        assert facts(session)[-1] is Fact.CORRECTION_ANSWERED
        assert list(verify(session)) == []


def test_a_correction_that_is_not_needed_any_more_is_dropped(database, begun):
    notice, staff = begun
    with database.writing() as session:
        asked = corrections.ask(session, notice, "画像をください。", by=staff.id, at=AT)
        corrections.drop(session, notice, asked.id, by=staff.id, at=LATER)
        with pytest.raises(Conflict):
            corrections.answer(session, notice, asked.id, "はい", at=LATER)
        assert facts(session)[-1] is Fact.CORRECTION_DROPPED
        assert list(verify(session)) == []


def test_a_correction_of_another_notice_is_not_answered(database, begun):
    notice, staff = begun
    with database.writing() as session:
        service = session.get_one(Case, notice.case_id).service_id
        other = make.make_notice(session, session.get_one(make.Service, service))
        asked = corrections.ask(session, other, "画像をください。", by=staff.id, at=AT)
        with pytest.raises(NotAllowed, match="見つかりません"):
            corrections.answer(session, notice, asked.id, "はい", at=LATER)


def test_nothing_is_asked_once_all_is_over(database, begun):
    notice, staff = begun
    with database.writing() as session:
        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=AT)
        with pytest.raises(Conflict):
            corrections.ask(session, notice, "画像をください。", by=staff.id, at=LATER)


@pytest.mark.parametrize(
    "edit",
    [
        "update message set by = 'staff:x'",
        "update message set settled_at = written_at",
        "update message set read_at = written_at",
        "delete from message",
    ],
)
def test_an_edited_message_is_named(database, begun, edit):
    notice, _staff = begun
    with database.writing() as session:
        messages.receive(session, notice, "本当のこと", at=AT)
    with database.writer.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("drop trigger message_fixed")
            connection.exec_driver_sql("drop trigger message_kept")
        else:
            connection.exec_driver_sql("drop trigger message_fixed on message")
            connection.exec_driver_sql("drop trigger message_kept on message")
        connection.exec_driver_sql(edit)
        connection.commit()
    with database.reading() as session:
        assert [finding.table for finding in verify(session)] == ["message"]


def test_a_claimant_withdraws_and_it_is_kept_and_counted(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=AT, remark="相手と話がつきました")
        event = session.exec(select(Event).where(Event.fact == Fact.NOTICE_WITHDRAWN)).one()
        assert event.actor == journal.CLAIMANT
        assert len(event.items) == 2
        assert reply_clock(session).stopped_at == AT
        assert session.exec(select(Notice)).one().number == notice.number
        assert list(verify(session)) == []


def test_to_look_again_is_asked_after_an_outcome_and_starts_no_clock(database, begun):
    notice, staff = begun
    with database.writing() as session:
        with pytest.raises(NotAllowed, match="結果のお知らせの後"):
            afterwards.ask_again(session, notice, "もう一度見てください", at=AT)
        outcome_given(session, notice, staff)
        clocks = len(session.exec(select(Clock)).all())
        closed = session.get_one(Case, notice.case_id).closed_at
        afterwards.ask_again(session, notice, "写真の背景に住所が写っています。", at=LATER)
        assert facts(session)[-1] is Fact.RECONSIDERATION_ASKED
        assert len(session.exec(select(Clock)).all()) == clocks
        assert session.get_one(Case, notice.case_id).closed_at == closed
        assert list(verify(session)) == []


def test_an_outcome_that_was_told_can_be_questioned_whatever_is_decided_since(database, begun):
    notice, staff = begun
    with database.writing() as session:
        outcome_given(session, notice, staff, (1,))
        make.decide(session, notice, make.KEEP, staff, "2026-04-28T11:00+09:00", (2,))
        asked = afterwards.ask_again(session, notice, "1件目をもう一度見てください。", at=LATER)
        make.decide(session, notice, make.KEEP, staff, "2026-04-28T12:10+09:00", (1,))
        afterwards.answer_again(session, notice, asked.id, "見直しています。", by=staff.id, at=NEXT_DAY)
        afterwards.ask_again(session, notice, "1件目の写真を見てください。", at=NEXT_DAY)
        assert facts(session).count(Fact.RECONSIDERATION_ASKED) == 2


def test_an_outcome_whose_only_letter_came_back_was_not_told(database, begun):
    notice, staff = begun
    with database.writing() as session:
        letter = outcome_given(session, notice, staff)
        delivery.bounced(session, letter.id, remark="宛先がない", by=journal.staff(staff.id), at=LATER)
        with pytest.raises(NotAllowed, match="結果のお知らせの後"):
            afterwards.ask_again(session, notice, "もう一度見てください", at=LATER)


def test_content_that_is_gone_is_said_once_for_each_item_and_is_no_measure(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        first, second = decisions.items_of(session, notice)
        afterwards.gone(session, notice, [first.id], at=AT)
        afterwards.gone(session, notice, [first.id, second.id], at=LATER)
        afterwards.gone(session, notice, [second.id], at=LATER)
        said = [e.items for e in session.exec(select(Event).where(Event.fact == Fact.CONTENT_GONE).order_by(Event.seq))]
        assert said == [[str(first.id)], [str(second.id)]]
        assert afterwards.said_gone(session, notice) == {first.id, second.id}
        assert reply_clock(session).stopped_at is None
        with pytest.raises(NotAllowed):
            afterwards.gone(session, notice, [], at=LATER)


def test_a_lost_secret_goes_to_the_address_on_file_and_nowhere_else(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        service = session.get_one(make.Service, session.get_one(Case, notice.case_id).service_id)
        assert not contact.send_secret(session, service, notice.number, "other@mail.example", at=AT)
        assert not contact.send_secret(session, service, "TH-2026-000999", "akari@mail.example", at=AT)
        assert not contact.send_secret(session, service, notice.number, "", at=AT)
        assert letters(session, LetterKind.WAY_IN) == []
        assert contact.send_secret(session, service, notice.number, "Akari@mail.example", at=AT)
        [mail] = letters(session, LetterKind.WAY_IN)
        assert recipient(session, mail) == "akari@mail.example"
        assert receipts.status_secret(session, notice) in body(session, mail)
        assert facts(session)[-1] is Fact.SECRET_SENT


def test_a_notice_without_an_address_sends_its_secret_to_nobody(database):
    with database.writing() as session:
        service = make.make_service(session)
        notice = make.make_notice(session, service, email="")
        assert not contact.send_secret(session, service, notice.number, "", at=AT)


def test_a_lost_secret_is_sent_three_times_a_day_at_most(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        service = session.get_one(make.Service, session.get_one(Case, notice.case_id).service_id)
        sent = [
            contact.send_secret(session, service, notice.number, "akari@mail.example", at=make.instant(when))
            for when in (
                "2026-04-28T10:00+09:00",
                "2026-04-28T11:00+09:00",
                "2026-04-28T12:00+09:00",
                "2026-04-28T13:00+09:00",
                "2026-04-29T10:30+09:00",
            )
        ]
        assert sent == [True, True, True, False, True]


def test_a_new_address_proves_itself_by_a_code_and_the_old_one_is_told(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        [first] = letters(session, LetterKind.RECEIPT)
        delivery.settle(session, first.id, ACCEPTED, at=AT)
        contact.ask_to_change(session, notice, "new@mail.example", at=AT)
        [mail] = letters(session, LetterKind.ADDRESS_CODE)
        assert recipient(session, mail) == "new@mail.example"
        assert notice.number not in body(session, mail)  # a stranger at a mistyped address learns nothing
        assert "/s/" not in body(session, mail)
        with pytest.raises(NotAllowed, match="番号が違います"):
            contact.confirm_change(session, notice, "00000000", at=LATER)
        contact.confirm_change(
            session, notice, code_of(session).translate(str.maketrans("0123456789", "０１２３４５６７８９")), at=LATER
        )
        claimant = session.exec(select(Claimant)).one()
        assert (
            open_text(session, notice.case_id, "claimant.email", claimant.id, claimant.email_sealed)
            == "new@mail.example"
        )
        assert claimant.new_email_sealed is None
        [moved] = letters(session, LetterKind.ADDRESS_MOVED)
        assert recipient(session, moved) == "akari@mail.example"
        assert "new@mail.example" not in body(session, moved)
        assert "/status/" not in body(session, moved)  # whoever reads the old mail opens nothing
        changed = session.exec(select(Event).where(Event.fact == Fact.ADDRESS_CHANGED)).one()
        assert changed.actor == journal.CLAIMANT
        service = session.get_one(make.Service, session.get_one(Case, notice.case_id).service_id)
        assert not contact.send_secret(session, service, notice.number, "akari@mail.example", at=LATER)
        assert contact.send_secret(session, service, notice.number, "new@mail.example", at=LATER)
        assert list(verify(session)) == []


@pytest.mark.parametrize("left", [True, False])
def test_a_changed_address_makes_a_new_secret_that_only_the_new_address_learns(database, begun, left):
    notice, staff = begun
    with database.writing() as session:
        notice = session.get_one(Notice, notice.id)
        service = session.get_one(make.Service, session.get_one(Case, notice.case_id).service_id)
        old = receipts.status_secret(session, notice)
        [receipt] = letters(session, LetterKind.RECEIPT)
        if left:
            delivery.settle(session, receipt.id, ACCEPTED, at=AT)
        messages.send(session, notice, "読んでください。", by=staff.id, at=AT)
        contact.ask_to_change(session, notice, "new@mail.example", at=AT)
        contact.confirm_change(session, notice, code_of(session), at=LATER)
        new = receipts.status_secret(session, notice)
        assert new != old
        assert receipts.find_by_secret(session, service, notice.number, old) is None
        assert receipts.find_by_secret(session, service, notice.number, new) is not None
        sent = [x for x in session.exec(select(Letter)) if x.queued_at == LATER]
        assert {recipient(session, x) for x in sent if new in body(session, x)} == {"new@mail.example"}
        assert [x.kind for x in sent if old in body(session, x)] == []
        told = {x.kind for x in sent if new in body(session, x)}
        assert told == {LetterKind.NEWS, LetterKind.WAY_IN if left else LetterKind.RECEIPT}
        assert list(verify(session)) == []


def test_staff_can_take_the_page_back_from_who_changed_the_address(database, begun):
    notice, staff = begun
    with database.writing() as session:
        notice = session.get_one(Notice, notice.id)
        contact.ask_to_change(session, notice, "thief@mail.example", at=AT)
        contact.confirm_change(session, notice, code_of(session), at=AT)
        stolen = receipts.status_secret(session, notice)
        receipts.change_email(session, notice, "akari@mail.example", by=staff.id, at=LATER)
        assert receipts.status_secret(session, notice) != stolen
        changed = session.exec(select(Event).where(Event.fact == Fact.ADDRESS_CHANGED).order_by(Event.seq)).all()
        assert [e.data["said"]["secret_version"] for e in changed] == [2, 3]
        assert list(verify(session)) == []
        notice.secret_version = 2
        session.add(notice)
        session.flush()
        assert [found.says for found in verify(session)] == ["its secret is not the one recorded last"]


def test_a_first_address_leaves_the_secret_on_paper_as_it_is(session):
    service, staff = make.make_service(session), make.make_staff(session)
    notice = make.make_notice(session, service, email="")
    before = receipts.status_secret(session, notice)
    receipts.change_email(session, notice, "new@mail.example", by=staff.id, at=LATER)
    assert receipts.status_secret(session, notice) == before


def test_a_code_is_good_for_a_day_and_for_the_last_asking_only(database, begun):
    notice, _staff = begun
    with database.writing() as session:
        contact.ask_to_change(session, notice, "first@mail.example", at=AT)
        first = code_of(session)
        contact.ask_to_change(session, notice, "second@mail.example", at=LATER)
        with pytest.raises(NotAllowed):
            contact.confirm_change(session, notice, first, at=LATER)
        assert contact.asked_to_change(session, notice, at=LATER) == "second@mail.example"
        with pytest.raises(NotAllowed, match="もう使えません"):
            contact.confirm_change(session, notice, code_of(session), at=make.instant("2026-04-29T12:00+09:00"))
        with pytest.raises(NotAllowed, match="同じアドレス"):
            contact.ask_to_change(session, notice, "AKARI@mail.example", at=LATER)


def test_news_that_had_not_left_follows_to_the_new_address(database, begun):
    notice, staff = begun
    with database.writing() as session:
        messages.send(session, notice, "読んでください。", by=staff.id, at=AT)
        receipts.change_email(session, notice, "new@mail.example", by=staff.id, at=LATER)
        old, new = letters(session, LetterKind.NEWS)
        assert old.cancelled_at
        assert recipient(session, new) == "new@mail.example"


def test_mail_that_a_claimant_asked_for_and_that_did_not_arrive_is_no_task_of_staff(database, begun):
    from tracker.casework import mailroom

    notice, _staff = begun
    with database.writing() as session:
        contact.ask_to_change(session, notice, "nobody@mail.example", at=AT)
        [mail] = letters(session, LetterKind.ADDRESS_CODE)
        delivery.settle(session, mail.id, Answer(False, 550, "smtp", "5.1.1"), at=AT)
        assert mailroom.count(session, mailroom.Asked(view="back")) == 0
