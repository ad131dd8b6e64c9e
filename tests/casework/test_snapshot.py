"""A report asks many questions, and all of them are answered as of one moment."""

from sqlmodel import func, select

from tests import make
from tracker.models import Staff


def test_what_is_written_beside_a_snapshot_is_not_in_it(on_each_engine):
    count = select(func.count()).select_from(Staff)
    with on_each_engine.snapshot() as session:
        before = session.exec(count).one()
        with on_each_engine.writing() as other:
            make.make_staff(other)
        assert session.exec(count).one() == before
    with on_each_engine.snapshot() as session:
        assert session.exec(count).one() == before + 1
