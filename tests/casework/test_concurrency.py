"""Eight processes write on one case at once: no number is missing, and every event is chained to the one before."""

import pytest
from sqlmodel import select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tracker.casework import chain
from tracker.casework.verify import verify
from tracker.models import Case, Decision, Event

PROCESSES, EACH = 8, 12


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_eight_processes_on_one_case(kind, tmp_path):
    with migrated_database(kind, tmp_path) as url:
        settings = make_settings(tmp_path, database=url)
        database = open_database(settings)
        with database.writing() as session:
            notice = make.make_notice(session, make.make_service(session))
            before = session.get_one(Case, notice.case_id).head_seq
        writers = [
            children.start("record.py", settings, str(notice.case_id), str(EACH), str(n)) for n in range(PROCESSES)
        ]
        children.go(*writers)
        assert [writer.wait(120) for writer in writers] == [0] * PROCESSES
        with database.reading() as session:
            assert list(verify(session)) == []
            case = session.get_one(Case, notice.case_id)
            events = session.exec(select(Event).where(Event.case_id == case.id).order_by(Event.seq)).all()
        assert [event.seq for event in events] == list(range(1, before + PROCESSES * EACH + 1))
        last = ""
        for event in events:
            assert event.digest == chain.digest(event, last)
            last = event.digest
        assert (case.head_seq, case.head_digest) == (events[-1].seq, last)
        assert len({event.data["said"].get("by") for event in events}) == PROCESSES * EACH + 1
        database.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_of_two_processes_that_decide_at_once_one_decides_and_the_other_is_told(kind, tmp_path):
    with migrated_database(kind, tmp_path) as url:
        settings = make_settings(tmp_path, database=url)
        database = open_database(settings)
        with database.writing() as session:
            number = make.make_notice(session, make.make_service(session), items=3).number
            staff = make.make_staff(session).id
        deciders = [children.start("decide.py", settings, number, str(staff), reason) for reason in ("一方", "他方")]
        children.go(*deciders)
        assert sorted(decider.said() for decider in deciders) == ["decided\n", "refused\n"]
        with database.reading() as session:
            assert list(verify(session)) == []
            assert {decision.version for decision in session.exec(select(Decision))} == {1}
        database.dispose()
