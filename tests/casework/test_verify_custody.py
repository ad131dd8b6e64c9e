"""The journal proves custodians, comparisons, papers and proofs: one edited column of any of them is named."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.casework.test_erasing import AT, NIGHT, OF_NOBODY, build, erase, keep, paper
from tests.casework.test_verify import findings, tamper
from tracker.casework import journal, orders, papers
from tracker.casework.custody import reconcile, register
from tracker.casework.orders.answers import Said
from tracker.casework.orders.typed import typed_proof
from tracker.letters.webhook import signed
from tracker.models import Adapter, LegalPaper, LineAnswer, PaperKind, Staff


@pytest.fixture
def kept(database):
    """A custodian with a system of its own that keeps, is compared and erases; a paper of a court; a second service."""
    with database.writing() as session:
        world = build(session)
        make.make_service(session, "うみ", "umi", "UM")
        make.make_staff(session, "別の人")
        by = {"by": world.staff.id, "at": AT}
        session.delete(world.custodian)  # entered by hand, without a record
        world.custodian = register.enter(session, world.service, name="基盤部", email="a@infra.example", **by)
        secret = register.connect(session, world.custodian, Adapter.WEBHOOK, "https://logs.example.com/x", **by)
        keep(world)
        body = json.dumps({"counted_at": AT.isoformat(), "holds": []}).encode()
        reconcile.take(session, signed(secret, uuid4(), body, at=AT), body, at=AT)
        order = erase(world)
        [line] = orders.order_lines(session, order)
        all_of = tuple(world.flag.classes)
        counts = dict.fromkeys(all_of, 1)
        what = {"classes": all_of, "counts": counts, "deidentified": {}, "erased_at": NIGHT, "reference": "K-1"}
        proof = typed_proof(order, line.hold_id, **what)
        said = {line.hold_id: Said(LineAnswer.ERASED, "K-1", proof)}
        orders.answer_lines(session, order, said, words="佐伯", actor=journal.CUSTODIAN, at=NIGHT)
        paper(world, words=OF_NOBODY, kind=PaperKind.ERASURE_BAN, until=None)
        return world


ANOTHER = "(select id from {0} where id <> {1}.{2} limit 1)"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("custodian", "email = 'b@infra.example'"),
        ("custodian", "name = '別の名'"),
        ("custodian", "keeps = '別'"),
        ("custodian", "active = 0"),
        ("custodian", "adapter = 'folder'"),
        ("custodian", "target_sealed = x'00'"),
        ("custodian", "secret_sealed = x'00'"),
        ("custodian", f"service_id = {ANOTHER.format('service', 'custodian', 'service_id')}"),
        ("reconciliation", "received_at = '2026-01-01 00:00:00.000000'"),
        ("reconciliation", "message = 'x'"),
        ("reconciliation", "compared = compared + 1"),
        ("reconciliation", "missing = '[]'"),
        ("reconciliation", "overkept = '[\"x\"]'"),
        ("reconciliation", "unknown = unknown + 1"),
        ("erasureproof", "received_at = '2026-01-01 00:00:00.000000'"),
        ("erasureproof", "id = '00000000000000000000000000000001'"),
        ("legalpaper", "posted_abroad = 1"),
        ("legalpaper", f"service_id = {ANOTHER.format('service', 'legalpaper', 'service_id')}"),
        ("legalpaper", f"entered_by = {ANOTHER.format('staff', 'legalpaper', 'entered_by')}"),
        ("holdorder", f"service_id = {ANOTHER.format('service', 'holdorder', 'service_id')}"),
    ],
)
def test_one_edited_column_is_named(database, kept, table, change):
    assert findings(database) == []
    tamper(database, table, change)
    assert table in {finding.table for finding in findings(database)}


def test_a_comparison_that_was_put_in_or_taken_out_is_named(database, kept):
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger if exists reconciliation_kept"))
        connection.execute(text("delete from reconciliation"))
    assert [(f.table, f.says) for f in findings(database)] == [("reconciliation", "the row is missing")]


def test_a_change_that_changes_nothing_is_not_recorded_and_one_that_does_is(database, kept):
    with database.writing() as session:
        row = session.merge(kept.custodian)
        same = {"name": row.name, "email": row.email, "keeps": row.keeps, "active": row.active}
        by = {"by": kept.staff.id, "at": NIGHT}
        head = _head(session, row)
        register.change(session, row, **same, **by)
        assert _head(session, row) == head
        register.change(session, row, **(same | {"active": False}), **by)
        assert _head(session, row) == head + 1
        register.renew(session, row, by=kept.staff.id, at=NIGHT + timedelta(hours=1))
    assert findings(database) == []


def _head(session, custodian) -> int:
    return (
        session.connection()
        .execute(
            text("select head_seq from \"case\" where kind = 'register' and service_id = :id"),
            {"id": custodian.service_id.hex},
        )
        .scalar_one()
    )


def test_a_confidential_paper_put_into_the_case_of_a_notice_is_named_and_hides_nothing(database, kept):
    with database.writing() as session:
        row = LegalPaper(
            case_id=kept.notice.case_id, service_id=kept.service.id, number="X-1", kind=PaperKind.WARRANT,
            served_at=AT, confidential=True, words_sealed=b"x", entered_at=AT, entered_by=kept.staff.id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for someone in session.exec(select(Staff.id)).all():
            assert papers.knows(session, kept.notice.case_id, someone)
        assert not papers.is_confidential(session, kept.notice.case_id)
        assert papers.who_may_know(session, [kept.notice.case_id]) == {}
        id = str(row.id)
    assert [(f.table, f.row) for f in findings(database) if f.table == "legalpaper"] == [("legalpaper", id)]
