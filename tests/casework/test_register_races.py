"""Two at once in the register of a service, with real transactions on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_digest import make_told
from tracker.casework import Conflict, digest, filings, journal
from tracker.casework.verify import verify
from tracker.models import Case, Service

AT = make.instant("2026-11-19T13:30+09:00")
PATIENCE = 20  # seconds; a deadlock would show earlier


@pytest.fixture
def database(on_each_engine):
    return on_each_engine


def both(database, act) -> list[str]:
    """What two get who do the same at once: "done", or "late" for whoever was second."""
    start = Barrier(2)

    def try_it() -> str:
        start.wait(PATIENCE)
        try:
            with database.writing() as session:
                act(session)
        except Conflict:
            return "late"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(one.result(PATIENCE) for one in [pool.submit(try_it) for _ in range(2)])


def sound(database) -> bool:
    with database.reading() as session:
        return list(verify(session)) == []


def test_of_two_digests_published_at_once_one_is_published_and_the_other_hears_of_it(database):
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        make_told(session, service, staff, make.remove(clause))
        [row] = digest.draft_entries(session, service, [digest.candidates(session, service.id)[0].decision], at=AT)
        words = {"heading": "名誉毀損", "text": "犯罪を行ったと述べる投稿を削除した。"}
        digest.write_entry(session, service, row.id, 1, **words, read=True, by=staff.id, at=AT)
        seen = [(row.id, row.revision)]

    def publish(session):
        own = session.get_one(Service, service.id)
        digest.publish(session, own, seen, title="事例", foreword="", by=staff.id, at=AT)

    assert both(database, publish) == ["done", "late"]
    with database.reading() as session:
        assert len(digest.versions(session, service)) == 1
    assert sound(database)


def test_of_two_who_open_a_register_at_once_one_records_and_one_register_is_left(database):
    with database.writing() as session:
        service = make.make_service(session)

    def take_up(session):
        filings.take_up(session, session.get_one(Service, service.id), actor=journal.SYSTEM, at=AT)

    assert both(database, take_up) == ["done", "late"]
    with database.reading() as session:
        assert len(session.exec(select(Case)).all()) == 1
    assert sound(database)
