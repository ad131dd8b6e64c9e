"""Orders to erase that may not be carried out any more, and answers that another hold keeps the logs."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_erasing import AT, NIGHT, OF_NOBODY, ban, build, clock, erase, keep, paper, reply
from tracker.casework import Conflict, NotAllowed, delivery, journal, orders
from tracker.casework.custody import carriage, reach
from tracker.casework.orders.answers import Erased, Said, said_of
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.letters import drop, outbox
from tracker.letters.transport import OK, Answer
from tracker.letters.webhook import Heard
from tracker.models import Adapter, Alert, Case, Letter, LetterChannel, LineAnswer, LogHold, OrderKind
from tracker.sealed import open_text

LATER = NIGHT + timedelta(minutes=5)


@pytest.fixture
def world(session):
    return build(session)


def letters(world, order):
    query = select(Letter).where(Letter.case_id == order.case_id).order_by(Letter.queued_at)
    return world.session.exec(query).all()


def body(world, letter):
    return open_text(world.session, letter.case_id, "letter.body", letter.id, letter.body_sealed)


def given(world, order):
    """Let every letter of an order have been accepted."""
    for letter in letters(world, order):
        delivery.settle(world.session, letter.id, Answer(True, OK, "smtp"), at=NIGHT)


def erased(*holds):
    return {
        hold.id: Said(LineAnswer.ERASED, "LC-1", Erased(tuple(hold.classes), {hold.classes[0]: 3}, {}, NIGHT, "0" * 64))
        for hold in holds
    }


def test_an_order_that_waits_as_a_mail_is_taken_back_when_a_hold_comes(world):
    keep(world)
    order = erase(world)
    assert carriage.open_erasures(world.session, waiting=LetterChannel.SMTP) == [order.id]
    assert not carriage.stop_what_may_not_go(world.session, order.id, at=LATER)
    ban(world, world.notice, NIGHT)
    assert carriage.stop_what_may_not_go(world.session, order.id, at=LATER)
    [letter] = letters(world, order)
    assert order.withdrawn_at == LATER and letter.cancelled_at and not world.session.exec(select(Alert)).all()
    assert list(verify(world.session)) == []


def test_an_order_that_was_delivered_is_taken_back_by_a_letter_and_the_leads_are_told(world):
    keep(world)
    order = erase(world)
    given(world, order)
    ban(world, world.notice, NIGHT)
    assert carriage.stop_what_may_not_go(world.session, order.id, at=LATER)
    _asked, told = letters(world, order)
    assert "対象の記録を消去しないでください" in body(world, told) and told.ended_at is None
    assert "取消し" in open_text(world.session, told.case_id, "letter.subject", told.id, told.subject_sealed)
    assert [one.level for one in world.session.exec(select(Alert))] == ["recalled"]
    assert list(verify(world.session)) == []


def test_a_custodians_system_gets_a_withdrawal_and_its_file_is_removed(world):
    reach.connect(world.session, world.custodian, Adapter.FOLDER, "kiban")
    keep(world)
    order = erase(world)
    [first] = letters(world, order)
    carried = carriage.claim(world.session, first.id, NIGHT)
    drop.write(carried.folder, str(first.id), carried.headers, carried.body)
    carriage.settle(world.session, carried, Heard(status=201), at=NIGHT)
    orders.withdraw(world.session, order, reason="差押えが来た", by=world.staff.id, at=LATER)
    told = next(one for one in letters(world, order) if one.id != first.id)
    carried = carriage.claim(world.session, told.id, LATER)
    assert json.loads(carried.body)["withdrawn"] == str(order.id) and list(carried.before) == [first.id]
    drop.take_back(carried.folder, str(first.id))
    assert not (carried.folder / f"{first.id}.json").exists()


def test_what_was_erased_before_the_withdrawal_came_is_recorded_with_its_proof(world):
    keep(world)
    order = erase(world)
    given(world, order)
    ban(world, world.notice, NIGHT)
    assert carriage.stop_what_may_not_go(world.session, order.id, at=LATER)
    said = erased(world.flag)
    orders.answer_lines(world.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=LATER)
    assert said_of(world.session, order) == said and order.withdrawn_at and order.answered_at == LATER
    facts = [one.fact for one in journal.history(world.session, world.session.get_one(Case, order.case_id))]
    assert facts[-1] is Fact.LOGS_ERASED
    with pytest.raises(Conflict):
        orders.answer_lines(world.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=LATER)
    assert list(verify(world.session)) == []


def test_an_order_to_keep_that_was_withdrawn_takes_no_answer(world):
    order = keep(world, answer=None)
    orders.withdraw(world.session, order, reason="試し", by=world.staff.id, at=LATER)
    with pytest.raises(Conflict):
        reply(world, order, LineAnswer.HELD, LATER)


def test_after_an_answer_that_another_hold_keeps_it_it_is_ordered_again_after_30_days_or_by_a_person(world):
    keep(world)
    order = erase(world)
    reply(world, order, LineAnswer.HELD, NIGHT)
    assert clock(world, order).stopped_at is None
    assert erase(world, NIGHT + timedelta(days=29)) is None
    by_hand = orders.place(
        world.session, world.custodian, [world.flag.id], by=world.staff.id, at=LATER, kind=OrderKind.ERASE
    )
    orders.withdraw(world.session, by_hand, reason="試し", by=world.staff.id, at=LATER)
    assert erase(world, NIGHT + timedelta(days=30, minutes=1))


def test_the_clock_of_an_erasure_runs_while_another_hold_keeps_a_line(world):
    [second] = make.holds_of(world.session, make.make_notice(world.session, world.service, "2026-05-01T09:30+09:00"))
    keep(world, world.flag, second)
    order = erase(world)
    said = erased(world.flag) | {second.id: Said(LineAnswer.HELD)}
    orders.answer_lines(world.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=LATER)
    assert clock(world, order).stopped_at is None and list(verify(world.session)) == []
    case = world.session.get_one(Case, world.notice.case_id)
    assert journal.history(world.session, case)[-1].fact is Fact.LOGS_ERASED


@pytest.mark.parametrize("proof", [{"classes": ("2-5",)}, {"counts": {}}])
def test_a_proof_counts_and_names_every_class_that_was_ordered(world, proof):
    keep(world)
    order = erase(world)
    said = erased(world.flag)[world.flag.id].proof
    short = Erased(**(vars(said) | proof | ({"counts": {"2-5": 1}} if "classes" in proof else {})))
    with pytest.raises(NotAllowed):
        orders.answer_lines(
            world.session, order, {world.flag.id: Said(LineAnswer.ERASED, "", short)}, words="基盤部",
            actor=journal.CUSTODIAN, at=LATER,
        )  # fmt: skip


def test_what_another_hold_covers_is_released_only_once_it_is_kept_for_that_hold(world):
    keep(world)
    ban(world, world.notice, AT + timedelta(days=1))
    [hard] = [hold for hold in make.holds_of(world.session, world.notice) if hold.id != world.flag.id]

    def release():
        return orders.place(
            world.session, world.custodian, [world.flag.id], by=world.staff.id, at=NIGHT, kind=OrderKind.RELEASE
        )

    with pytest.raises(NotAllowed, match="ほかの根拠"):
        release()
    reply(
        world,
        orders.place(world.session, world.custodian, [hard.id], by=world.staff.id, at=NIGHT),
        LineAnswer.HELD,
        NIGHT,
    )
    assert release().kind is OrderKind.RELEASE


def test_orders_over_confidential_papers_leave_no_gap_in_the_numbers_of_the_others(world):
    secret = paper(world, words=OF_NOBODY, confidential=True)
    holds = world.session.exec(select(LogHold.id).where(LogHold.paper_id == secret.id)).all()
    number = orders.place(world.session, world.custodian, holds, by=world.staff.id, at=NIGHT).number
    assert number.endswith("-HC-2026-0001") and keep(world).number.endswith("-H-2026-0001")


def test_a_paused_custodian_gets_nothing_but_a_withdrawal(world):
    order = keep(world, answer=None)
    world.custodian.active = False
    world.session.add(world.custodian)
    world.session.flush()
    [letter] = letters(world, order)
    assert letter.id not in outbox.due(world.session, NIGHT) and outbox.claim(world.session, letter.id, NIGHT) is None
    given(world, order)
    orders.withdraw(world.session, order, reason="誤り", by=world.staff.id, at=LATER)
    assert letters(world, order)[-1].id in outbox.due(world.session, LATER)


def test_what_waits_for_a_system_goes_as_a_mail_once_the_custodian_is_reached_by_mail(world):
    reach.connect(world.session, world.custodian, Adapter.WEBHOOK, "https://logs.example.com/x")
    order = keep(world, answer=None)
    [signed] = letters(world, order)
    reach.connect(world.session, world.custodian, Adapter.MAIL)
    assert carriage.claim(world.session, signed.id, NIGHT) is None
    world.session.refresh(signed)
    mails = [one for one in letters(world, order) if one.channel is LetterChannel.SMTP]
    assert signed.cancelled_at and len(mails) == 1 and order.secret_version == 2
    assert list(verify(world.session)) == []


def test_a_file_that_is_no_message_is_set_aside_once(tmp_path):
    bad = tmp_path / "a.json"
    message = {"webhook-id": "\ud800", "webhook-timestamp": "1", "webhook-signature": "v1,x", "body": "{}"}
    bad.write_text(json.dumps(message))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "refused").symlink_to(tmp_path / "elsewhere")
    assert drop.read(bad) is None
    drop.set_aside(bad, drop.REFUSED)
    assert drop.waiting(tmp_path) == [] and drop.refused(tmp_path) == 1
