"""照合: the names of the holds that a custodian keeps, beside what it answered; and answers counted by year."""

import json
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tests import make
from tracker.casework import journal, orders, papers
from tracker.casework.custody import reach, reconcile
from tracker.casework.custody.answers import NotSigned, NotUnderstood
from tracker.casework.holding.ending import due_cases, end_due
from tracker.casework.orders import counts as order_counts
from tracker.casework.orders.answers import Said
from tracker.casework.orders.typed import digest_is_ours, typed_proof
from tracker.casework.papers import Entry
from tracker.casework.verify import verify
from tracker.casework.watch.reconciled import gone_now, tell_gone
from tracker.letters.webhook import new_secret, signed
from tracker.models import (
    Adapter,
    Alert,
    ErasureProof,
    LineAnswer,
    LogHold,
    Memo,
    OrderKind,
    PaperKind,
    Reconciliation,
    Role,
)

AT = make.instant("2026-05-07T10:00+09:00")
OVER = make.instant("2026-08-03T09:00+09:00")


@pytest.fixture
def world(session):
    """Three holds that a custodian's system was asked to keep."""
    service, staff = make.make_service(session), make.make_staff(session)
    for _n in range(3):
        make.make_notice(session, service, "2026-05-01T09:00+09:00")
    custodian = make.make_custodian(session, service)
    secret = reach.connect(session, custodian, Adapter.FOLDER, "kiban")
    holds = [hold.id for hold in make.session_holds(session)]
    order = orders.place(session, custodian, holds, by=staff.id, at=AT)
    return SimpleNamespace(
        session=session, staff=staff, custodian=custodian, secret=secret, holds=holds, order=order, service=service
    )


def answer(world, order, *said):
    """Answer the lines of an order."""
    lines = {line.hold_id: one for line, one in zip(orders.order_lines(world.session, order), said, strict=True)}
    orders.answer_lines(world.session, order, lines, words="基盤部", actor=journal.CUSTODIAN, at=AT, message="m")


def take(world, holds, *, at=AT, id=None, secret="", **more):
    """Push a state."""
    body = json.dumps({"counted_at": at.isoformat(), "holds": [str(one) for one in holds]} | more).encode()
    headers = signed(secret or world.secret, id or uuid4(), body, at=at)
    return reconcile.take(world.session, headers, body, at=at)


def test_what_is_kept_as_answered_does_not_differ(world):
    answer(world, world.order, *[Said(LineAnswer.HELD)] * 3)
    row, again = take(world, world.holds)
    assert (row.compared, row.missing, row.overkept, row.unknown, again) == (3, [], [], 0, False)


def test_what_is_gone_and_what_nobody_asked_for_are_told_apart(world):
    answer(world, world.order, Said(LineAnswer.HELD), Said(LineAnswer.HELD), Said(LineAnswer.NOT_HELD))
    first = orders.order_lines(world.session, world.order)[0].hold_id
    row, _again = take(world, [hold for hold in world.holds if hold != first] + [uuid4()])
    assert (row.missing, row.overkept, row.unknown) == ([str(first)], [], 1)


def test_before_an_answer_nothing_should_be_there_or_gone(world):
    row, _again = take(world, world.holds[:1])
    assert (row.compared, row.missing, row.overkept, row.unknown) == (0, [], [], 0)


def test_what_was_released_and_is_still_kept_is_said(world):
    answer(world, world.order, *[Said(LineAnswer.HELD)] * 3)
    for case in due_cases(world.session, at=OVER):
        end_due(world.session, case, at=OVER)
    none, _again = take(world, [], at=OVER)
    assert none.missing == []  # the holds are over
    release = orders.place(
        world.session, world.custodian, world.holds, by=world.staff.id, at=OVER, kind=OrderKind.RELEASE
    )
    lines = {hold: Said(LineAnswer.RELEASED) for hold in world.holds}
    orders.answer_lines(world.session, release, lines, words="基盤部", actor=journal.CUSTODIAN, at=OVER)
    row, _again = take(world, world.holds[:1], at=OVER)
    assert (row.compared, row.overkept) == (3, [str(world.holds[0])])


def test_the_same_message_counts_once(world):
    answer(world, world.order, *[Said(LineAnswer.HELD)] * 3)
    id = uuid4()
    assert take(world, world.holds, id=id).again is False
    row, again = take(world, [], id=id)
    assert again and row.missing == []
    assert len(world.session.exec(select(Reconciliation)).all()) == 1


def test_who_cannot_sign_and_what_is_beyond_the_contract_is_not_taken(world):
    with pytest.raises(NotSigned):
        take(world, world.holds, secret=new_secret())
    with pytest.raises(NotSigned):
        reconcile.take(world.session, {}, b"{}", at=AT)
    body = json.dumps({"counted_at": AT.isoformat(), "holds": []}).encode()
    late = signed(world.secret, uuid4(), body, at=AT - timedelta(minutes=6))
    with pytest.raises(NotSigned):
        reconcile.take(world.session, late, body, at=AT)
    with pytest.raises(NotUnderstood) as no:
        take(world, world.holds, address="192.0.2.1")
    assert no.value.at == ["?"]
    assert world.session.exec(select(Reconciliation)).all() == []


def test_answers_are_counted_by_kind_and_japanese_year(world):
    answer(world, world.order, Said(LineAnswer.HELD), Said(LineAnswer.EXPIRED), Said(LineAnswer.EXPIRED))
    [year] = order_counts.answers_by_year(world.session, reader=world.staff.id)
    assert (year.year, year.total, year.by[LineAnswer.EXPIRED], year.by[LineAnswer.HELD]) == (2026, 3, 2, 1)


def test_by_mail_every_kind_is_ordered_and_a_typed_proof_has_our_digest(world):
    mail = make.make_custodian(world.session, world.service, "回線事業者", email="isp@carrier.example")
    for case in due_cases(world.session, at=OVER):
        end_due(world.session, case, at=OVER)
    subject = {OrderKind.RELEASE: "保存の解除の依頼", OrderKind.ERASE: "通信履歴の消去の依頼"}
    for kind, said in subject.items():
        assert said in orders.draft(world.session, mail, world.holds, at=OVER, kind=kind).subject
    order = orders.place(world.session, mail, world.holds[:1], by=world.staff.id, at=OVER, kind=OrderKind.ERASE)
    [classes] = orders.classes_of(world.session, order).values()
    proof = typed_proof(
        order, world.holds[0], classes=classes, counts={"2-5": 3}, deidentified={}, erased_at=OVER, reference="K-1"
    )
    said = {world.holds[0]: Said(LineAnswer.ERASED, "K-1", proof)}
    orders.answer_lines(world.session, order, said, words="佐伯", actor=journal.CUSTODIAN, at=OVER)
    [row] = world.session.exec(select(ErasureProof)).all()
    assert digest_is_ours(row) and len(row.digest) == 64
    assert list(verify(world.session)) == []
    row.digest = "0" * 64
    assert not digest_is_ours(row)


@pytest.fixture
def told(world):
    """A lead and a reviewer beside the world of the comparison, whose three holds are answered held."""
    world.lead = make.make_staff(world.session, "主任", Role.LEAD)
    world.reviewer = make.make_staff(world.session, "担当", Role.REVIEWER)
    answer(world, world.order, *[Said(LineAnswer.HELD)] * 3)
    return world


def memos_to(world, staff):
    return world.session.exec(select(Memo).where(Memo.staff_id == staff.id)).all()


def test_logs_that_are_gone_are_told_to_leads_once_for_each_comparison(told):
    take(told, told.holds[:1])
    assert tell_gone(told.session, at=AT) >= 1
    [memo] = memos_to(told, told.lead)
    assert "保存した記録が保管者にない" in memo.subject and "2件" in memo.body and "/desk/holds/custodians" in memo.body
    assert memos_to(told, told.reviewer) == []
    assert tell_gone(told.session, at=AT + timedelta(hours=1)) == 0
    take(told, told.holds[:1], at=AT + timedelta(hours=1))
    assert tell_gone(told.session, at=AT + timedelta(hours=1)) >= 1


def test_at_night_nobody_is_told_and_in_the_morning_they_are(told):
    night = make.instant("2026-05-07T23:00+09:00")
    take(told, [], at=night)
    assert tell_gone(told.session, at=night) == 0
    assert tell_gone(told.session, at=make.instant("2026-05-08T10:00+09:00")) >= 1


def test_a_clean_comparison_tells_nobody_and_ends_the_warning(told):
    take(told, told.holds[1:])
    [gone] = gone_now(told.session, reader=told.reviewer.id)
    assert (gone.custodian.id, gone.n) == (told.custodian.id, 1)
    take(told, told.holds, at=AT + timedelta(hours=1))
    assert gone_now(told.session, reader=told.reviewer.id) == []


def test_what_a_confidential_paper_keeps_is_told_to_who_is_named_alone_and_nothing_is_named(told):
    entry = Entry(
        kind=PaperKind.PRESERVATION, served_at=AT, until=date(2026, 5, 20), classes=("2-5",), confidential=True,
        words={"issuer": "渚ヶ浦警察署", "asks": "保全", "accounts": "@himitsu"},
    )  # fmt: skip
    paper = papers.enter(told.session, told.service, entry, by=told.reviewer.id, at=AT)
    holds = told.session.exec(select(LogHold.id).where(LogHold.paper_id == paper.id)).all()
    order = orders.place(told.session, told.custodian, holds, by=told.reviewer.id, at=AT)
    said = {line.hold_id: Said(LineAnswer.HELD) for line in orders.order_lines(told.session, order)}
    orders.answer_lines(told.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=AT, message="n")
    take(told, told.holds)
    assert tell_gone(told.session, at=AT) == 1
    [memo] = memos_to(told, told.reviewer)
    assert memos_to(told, told.lead) == []
    assert "名指しされた書面" in memo.body and told.custodian.name not in memo.body and paper.number not in memo.body
    assert gone_now(told.session, reader=told.lead.id) == []
    assert gone_now(told.session, reader=told.reviewer.id)
    levels = told.session.exec(select(Alert.level).where(col(Alert.recipient) == told.reviewer.id)).all()
    assert levels == ["gone-named"]
