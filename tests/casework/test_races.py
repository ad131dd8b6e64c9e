"""Two at once, with real transactions on both databases: one waits, nobody deadlocks, nothing untrue is left."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from pydantic import SecretStr
from sqlmodel import select

from tests import make
from tests.conftest import open_database
from tracker.casework import (
    Conflict,
    approvals,
    decisions,
    intake,
    investigation,
    journal,
    measures,
    replies,
    reversals,
    signed,
    signing,
)
from tracker.casework.verify import verify
from tracker.casework.watch.sweep import sweep
from tracker.law.grounds import MeasureKind
from tracker.letters import outbox
from tracker.models import Case, Letter, LetterKind, Measure, Notice

DAY1, DAY2, DUE = "2026-04-28T10:00+09:00", "2026-04-29T10:00+09:00", "2026-05-05T09:00+09:00"
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
PATIENCE = 20  # seconds; a deadlock would show earlier


@pytest.fixture
def database(on_each_engine):
    return on_each_engine


@pytest.fixture
def begun(database):
    """A notice with one item that was decided, and who decides."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        notice = make.make_notice(session, service, items=1)
        make.decide(session, notice, make.KEEP, staff, DAY1)
        return notice, staff


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def queue_outcome(session, notice, staff) -> None:
    """Put the outcome into the outbox."""
    replies.take_up(session, notice)
    draft = replies.outcome_draft(session, notice)
    replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(DAY1))


def decide_again(database, notice, staff) -> None:
    """Somebody changes the decision."""
    with database.writing() as session:
        make.decide(session, session.get_one(Notice, notice.id), make.KEEP, staff, DAY1)


def outcome(session) -> Letter:
    """The outcome letter."""
    return session.exec(select(Letter).where(Letter.kind == LetterKind.OUTCOME)).one()


def sound(database) -> bool:
    with database.reading() as session:
        return list(verify(session)) == []


def test_a_letter_that_a_worker_is_just_claiming_is_not_cancelled_under_its_hands(database, begun, pool):
    notice, staff = begun
    with database.writing() as session:
        queue_outcome(session, notice, staff)
    with database.writing() as session:
        assert outbox.claim(session, outcome(session).id, make.instant(DAY1))
        other = pool.submit(decide_again, database, notice, staff)
        with pytest.raises(TimeoutError):
            other.result(0.5)  # it waits for the claim

    with pytest.raises(Conflict):
        other.result(PATIENCE)
    with database.reading() as session:
        assert outcome(session).cancelled_at is None
    assert sound(database)


def test_a_decision_changed_while_its_letter_is_being_sent_takes_the_letter_back(database, begun, pool):
    notice, staff = begun
    with database.writing() as session:
        queue_outcome(session, notice, staff)
        other = pool.submit(decide_again, database, notice, staff)
        with pytest.raises(TimeoutError):
            other.result(0.5)  # it waits for the case

    other.result(PATIENCE)
    with database.reading() as session:
        assert outcome(session).cancelled_at
    assert sound(database)


def test_a_sweep_of_alerts_and_a_verb_on_the_same_clocks_do_not_lock_against_each_other(database, begun, pool):
    notice, staff = begun

    def alarm() -> int:
        with database.writing() as session:
            return sweep(session, at=make.instant(DUE)).alerts

    with database.writing() as session:
        case = session.get_one(Case, notice.case_id)
        journal.lock(session, case)
        other = pool.submit(alarm)
        investigation.begin(session, notice, by=staff.id, at=make.instant(DAY2))  # touches the clocks of the case

    told = other.result(PATIENCE) + alarm()  # what the verb held was skipped, and is told now
    assert told and sound(database)
    assert alarm() == 0


def test_the_first_two_filings_of_a_year_get_numbers_one_and_two(database, pool):
    with database.writing() as session:
        service = make.make_service(session)
    start = Barrier(2)

    def file() -> str:
        start.wait()
        with database.writing() as session:
            return intake.file(session, service, make.make_filing(1), at=make.instant(DAY1)).number

    numbers = sorted(f.result(PATIENCE) for f in [pool.submit(file), pool.submit(file)])

    assert numbers == ["TH-2026-000001", "TH-2026-000002"]
    assert sound(database)


def signed_at_once(database, pool, services) -> set[str]:
    """The names of the keys that sign a filing at each service, all filed at once."""
    start = Barrier(len(services))

    def file(service) -> str:
        start.wait()
        with database.writing() as session:
            notice = make.make_notice(session, session.merge(service))
            return signed.newest(session, notice).kid

    return {f.result(PATIENCE) for f in [pool.submit(file, service) for service in services]}


def test_the_first_two_receipts_of_a_house_are_signed_with_one_key(database, pool):
    with database.writing() as session:
        services = [make.make_service(session), make.make_service(session, "つむぎ日記", "nikki", "TD")]
    kids = signed_at_once(database, pool, services)

    with database.reading() as session:
        assert [key.kid for key in signing.keys(session)] == list(kids)
    assert sound(database)


def test_two_receipts_at_once_after_the_master_key_was_changed_are_both_signed(database, pool):
    with database.writing() as session:
        services = [make.make_service(session), make.make_service(session, "つむぎ日記", "nikki", "TD")]
        old = signing.current(session, at=make.instant(DAY1))
    database = open_database(database.info["settings"].model_copy(update={"master_key": SecretStr(OTHER_KEY)}))
    kids = signed_at_once(database, pool, services)

    assert len(kids) == 1 and old.kid not in kids
    database.dispose()


def test_two_decisions_at_once_leave_one(database, begun, pool):
    notice, staff = begun
    start = Barrier(2)

    def decide() -> int:
        with database.reading() as session:
            item = decisions.items_of(session, notice)[0].id
        start.wait()
        with database.writing() as session:
            decisions.decide(session, notice, [(item, 1)], make.KEEP, by=staff.id, at=make.instant(DAY2))
        return 1

    answers = [f.exception(PATIENCE) for f in [pool.submit(decide), pool.submit(decide)]]

    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "NoneType"]
    assert sound(database)


def test_of_two_leads_who_answer_at_once_one_is_told_that_the_other_was_first(database, pool):
    with database.writing() as session:
        service, author = make.make_service(session), make.make_staff(session)
        leads = [make.make_staff(session, name) for name in ("一人目", "二人目")]
        clause = make.first_clause(session, make.make_criteria(session, service))
        notice = make.make_notice(session, service, items=1)
        make.decide(session, notice, replace(make.remove(clause), kind=MeasureKind.SUSPEND), author, DAY1)
        [row] = approvals.of_case(session, notice.case_id)
    ready = Barrier(2)

    def answer(lead, approve):
        ready.wait(PATIENCE)
        with database.writing() as session:
            mine = session.get_one(Notice, notice.id)
            approvals.settle(session, mine, row.id, approve=approve, remark="見た", by=lead.id, at=make.instant(DAY2))

    tries = [pool.submit(answer, lead, n == 0) for n, lead in enumerate(leads)]
    ends = [one.exception(PATIENCE) for one in tries]

    assert sorted(type(end) for end in ends if end) == [Conflict]
    assert sound(database)


def test_of_two_who_take_a_measure_back_at_once_one_does(database, pool):
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        notice = make.make_notice(session, service, items=1)
        make.decide(session, notice, make.remove(clause), staff, DAY1)
        when = make.instant(DAY1)
        ids = [m.id for m in session.exec(select(Measure))]
        measures.execute(session, notice, ids, executed_at=when, by=staff.id, at=when)
    ready = Barrier(2)

    def take_back(_n):
        ready.wait(PATIENCE)
        with database.writing() as session:
            mine, when = session.get_one(Notice, notice.id), make.instant(DAY2)
            reversals.reverse(session, mine, ids, "真実だったため。", reversed_at=when, by=staff.id, at=when)

    ends = [one.exception(PATIENCE) for one in [pool.submit(take_back, n) for n in range(2)]]

    assert [type(end) for end in ends if end] == [Conflict]
    assert sound(database)
