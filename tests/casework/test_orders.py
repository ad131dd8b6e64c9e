"""Hold orders (保存の依頼): one letter to a custodian for many holds, one answer, and what is open until then."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, delivery, endings, folder, journal, orders
from tracker.casework.holding import ending as kept
from tracker.casework.orders import letter as order_letter
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.casework.watch.sweep import sweep
from tracker.law.facts import Fact
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.models import Alert, Case, Clock, HoldOrderLine, Letter, LetterKind, LogHold, Memo

AT = make.instant("2026-05-07T10:00+09:00")  # Thursday
LATER = make.instant("2026-05-07T15:00+09:00")
ACCEPTED = Answer(True, 250, "smtp")


@pytest.fixture
def world(session):
    """Two notices with their holds, a custodian and a member of staff."""
    service = make.make_service(session)
    staff = make.make_staff(session)
    notices = [make.make_notice(session, service, "2026-05-01T09:00+09:00") for _n in range(2)]
    for letter in session.exec(select(Letter)).all():
        delivery.settle(session, letter.id, ACCEPTED, at=make.instant("2026-05-01T09:01+09:00"))
    custodian = make.make_custodian(session, service)
    return SimpleNamespace(
        session=session,
        service=service,
        staff=staff,
        notices=notices,
        custodian=custodian,
        holds=[hold.id for hold in make.holds_of(session, *notices)],
    )


def place(world, holds=None, at=AT):
    return orders.place(world.session, world.custodian, holds or world.holds, by=world.staff.id, at=at)


def facts(session, case_id):
    return [e.fact for e in journal.history(session, session.get_one(Case, case_id))]


def clock(session, order):
    return session.exec(select(Clock).where(Clock.case_id == order.case_id)).one()


def letters(session, order):
    return session.exec(select(Letter).where(Letter.case_id == order.case_id).order_by(Letter.queued_at)).all()


def test_one_order_lists_the_holds_of_many_cases_and_each_case_says_so(world):
    order = place(world)
    lines = orders.order_lines(world.session, order)
    assert [line.no for line in lines] == [1, 2]
    assert {line.hold_id for line in lines} == set(world.holds)
    assert order.number == "TH-H-2026-0001"
    assert facts(world.session, order.case_id) == [Fact.HOLD_ORDERED, Fact.LETTER_QUEUED]
    for notice in world.notices:
        assert facts(world.session, notice.case_id)[-1] is Fact.HOLD_ORDERED
    assert list(verify(world.session)) == []


def test_the_mail_names_neither_account_nor_url_and_carries_the_secret_address(world):
    order = place(world)
    [letter] = letters(world.session, order)
    parcel = outbox.claim(world.session, letter.id, AT)
    assert parcel.to == "logs@infra.example"
    assert "@kaze_2198" not in parcel.body and "tsumugi.example/p/" not in parcel.body
    assert order_letter.link(world.session, order) in parcel.body
    assert "2件" in parcel.subject and "2026年8月1日(土)" in parcel.body
    assert "個人情報ガイドライン38条1項" in parcel.body


def test_the_preview_is_the_letter_but_for_number_and_address(world):
    draft = orders.draft(world.session, world.custodian, world.holds, at=AT)
    order = place(world)
    [letter] = letters(world.session, order)
    parcel = outbox.claim(world.session, letter.id, AT)
    unknown = "（送るときに決まります）"
    assert draft.subject.replace(unknown, order.number) == parcel.subject
    body = draft.body.replace(f"依頼番号: {unknown}", f"依頼番号: {order.number}")
    assert body.replace(unknown, order_letter.link(world.session, order)) == parcel.body


def test_the_answer_has_an_office_target_in_the_order_and_starts_no_clock_in_the_cases(world):
    order = place(world)
    running = clock(world.session, order)
    assert (running.rule, running.due_at, running.target_at) == ("hold_answer", None, AT + timedelta(hours=24))
    cases = [notice.case_id for notice in world.notices]
    rules = {c.rule for c in world.session.exec(select(Clock).where(Clock.case_id.in_(cases)))}
    assert "hold_answer" not in rules


def test_an_answer_closes_the_order_and_says_what_was_not_there(world):
    order = place(world)
    orders.answer(
        world.session, order, missing={world.holds[0]}, words="基盤部 佐伯", actor=journal.CUSTODIAN, at=LATER
    )
    kept_lines = {line.hold_id: line.kept for line in orders.order_lines(world.session, order)}
    assert kept_lines == {world.holds[0]: False, world.holds[1]: True}
    case = world.session.get_one(Case, order.case_id)
    assert case.closed_at == LATER and clock(world.session, order).stopped_at == LATER
    assert facts(world.session, world.notices[0].case_id)[-1] is Fact.HOLD_ACKNOWLEDGED
    assert list(remarks_of(world.session, case).values()) == ["基盤部 佐伯"]
    assert list(verify(world.session)) == []


def test_an_order_is_answered_once(world):
    order = place(world)
    orders.answer(world.session, order, missing=(), words="佐伯", actor=journal.CUSTODIAN, at=LATER)
    with pytest.raises(Conflict, match="すでに回答"):
        orders.answer(world.session, order, missing=(), words="佐伯", actor=journal.CUSTODIAN, at=LATER)


def test_an_answer_needs_a_name_and_only_lines_of_the_order(world):
    order = place(world, world.holds[:1])
    with pytest.raises(NotAllowed, match="だれが"):
        orders.answer(world.session, order, missing=(), words=" ", actor=journal.CUSTODIAN, at=LATER)
    with pytest.raises(NotAllowed, match="この依頼にない"):
        orders.answer(world.session, order, missing={world.holds[1]}, words="佐伯", actor=journal.CUSTODIAN, at=LATER)


def test_sending_again_voids_the_address_sent_before(world):
    order = place(world)
    [first] = letters(world.session, order)
    delivery.settle(world.session, first.id, ACCEPTED, at=AT)
    secret = order_letter.link(world.session, order).rsplit("/", 1)[1]
    assert order_letter.find_by_secret(world.session, order.number, secret).id == order.id
    orders.send_again(world.session, order, by=world.staff.id, at=LATER)
    assert order_letter.find_by_secret(world.session, order.number, secret) is None
    second = letters(world.session, order)[-1]
    assert "再送" in outbox.claim(world.session, second.id, LATER).subject
    assert list(verify(world.session)) == []


def test_sending_again_takes_a_waiting_letter_out_of_the_outbox_first(world):
    order = place(world)
    orders.send_again(world.session, order, by=world.staff.id, at=LATER)
    first, second = letters(world.session, order)
    assert first.cancelled_at == LATER and second.ended_at is None


def test_a_letter_that_bounced_leaves_the_order_open(world):
    order = place(world)
    [letter] = letters(world.session, order)
    delivery.settle(world.session, letter.id, ACCEPTED, at=AT)
    delivery.bounced(world.session, letter.id, remark="宛先不明", by="system", at=LATER)
    assert clock(world.session, order).stopped_at is None
    orders.send_again(world.session, order, by=world.staff.id, at=LATER)
    assert list(verify(world.session)) == []


def test_an_order_taken_back_asks_for_nothing_more_and_its_holds_can_be_ordered_again(world):
    order = place(world)
    with pytest.raises(NotAllowed, match="理由"):
        orders.withdraw(world.session, order, reason="", by=world.staff.id, at=LATER)
    orders.withdraw(world.session, order, reason="保管者を間違えた", by=world.staff.id, at=LATER)
    assert clock(world.session, order).stopped_at == LATER
    assert letters(world.session, order)[0].cancelled_at == LATER
    assert place(world, at=LATER).number == "TH-H-2026-0002"
    assert list(verify(world.session)) == []


def test_the_same_custodian_is_not_asked_twice_but_another_one_may_be(world):
    place(world)
    with pytest.raises(Conflict, match="すでに依頼した"):
        place(world)
    other = make.make_custodian(world.session, world.service, "回線事業者", email="isp@carrier.example")
    assert orders.place(world.session, other, world.holds, by=world.staff.id, at=LATER)


def test_what_has_ended_or_belongs_elsewhere_or_is_too_much_cannot_be_ordered(world):
    other = make.make_custodian(
        world.session, make.make_service(world.session, "つむぎ動画", "douga", "TD"), "動画の保管者"
    )
    with pytest.raises(NotAllowed, match="ほかのサービス"):
        orders.place(world.session, other, world.holds, by=world.staff.id, at=AT)
    with pytest.raises(NotAllowed, match="選んで"):
        orders.place(world.session, world.custodian, [], by=world.staff.id, at=AT)
    with pytest.raises(NotAllowed, match="300件まで"):
        orders.place(world.session, world.custodian, [uuid4() for _n in range(301)], by=world.staff.id, at=AT)
    endings.withdraw(world.session, world.notices[0], actor=journal.CLAIMANT, at=AT)
    with pytest.raises(Conflict, match="すでに終わった"):
        place(world)


def test_a_hold_that_ends_leaves_its_order_as_it_was(world):
    order = place(world)
    late = make.instant("2026-08-03T00:00+09:00")
    for case in kept.due_cases(world.session, at=late):
        kept.end_due(world.session, case, at=late)
    assert all(hold.released_at for hold in world.session.exec(select(LogHold)))
    orders.answer(world.session, order, missing=(), words="佐伯", actor=journal.CUSTODIAN, at=late)
    assert list(verify(world.session)) == []


def test_an_unanswered_order_alerts_who_sent_it_with_the_way_to_its_page(world):
    order = place(world)
    sweep(world.session, at=AT + timedelta(hours=25))
    told = world.session.exec(select(Alert).where(Alert.subject == f"clock:{clock(world.session, order).id}")).all()
    bodies = [world.session.get_one(Memo, one.memo_id).body for one in told]
    assert bodies and all(f"/desk/holds/orders/{order.number}" in body for body in bodies)


def test_an_edited_line_or_order_is_named(world):
    order = place(world)
    line = world.session.exec(select(HoldOrderLine).where(HoldOrderLine.order_id == order.id)).first()
    line.kept = True
    world.session.add(line)
    world.session.flush()
    assert [f.table for f in verify(world.session)] == ["holdorderline"]


def test_an_order_whose_logs_have_all_ended_is_not_sent_again(world):
    order = place(world)
    late = make.instant("2026-08-03T00:00+09:00")
    with pytest.raises(NotAllowed, match="すべて保存が終わって"):
        orders.send_again(world.session, order, by=world.staff.id, at=late)


def test_a_custodian_who_takes_no_orders_gets_none_again(world):
    order = place(world)
    world.custodian.active = False
    world.session.add(world.custodian)
    with pytest.raises(NotAllowed, match="止められて"):
        orders.send_again(world.session, order, by=world.staff.id, at=LATER)


def test_the_record_names_the_custodian_who_answered(world):
    order = place(world)
    orders.answer(world.session, order, missing=(), words="佐伯", actor=journal.CUSTODIAN, at=LATER)
    opened = folder.open_folder(world.session, world.notices[0], at=LATER)
    assert "保管者" in {event.who for event in opened.events}


def test_a_letter_is_a_hold_order_and_proves_nothing_to_a_claimant(world):
    order = place(world)
    [letter] = letters(world.session, order)
    assert letter.kind is LetterKind.HOLD_ORDER
    delivery.settle(world.session, letter.id, ACCEPTED, at=AT)
    assert facts(world.session, order.case_id)[-1] is Fact.LETTER_ACCEPTED
