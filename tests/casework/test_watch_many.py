"""More ids than a database takes in one statement: PostgreSQL takes 65,535, SQLite 32,766 or 250,000."""

from uuid import uuid4

import pytest
from sqlalchemy import func, insert
from sqlmodel import col, select

from tests.casework.test_watch import House, jst
from tracker.casework import bounces
from tracker.casework.watch import answers, memos
from tracker.casework.watch.ledger import entered
from tracker.models import Alert, AlertAnswer, Clock, MemoKind

MANY = 70_001
AT = jst("2026-05-01T09:00")


@pytest.fixture
def database(on_each_engine):
    return on_each_engine


def test_a_memo_that_stands_for_seventy_thousand_clocks_is_taken_apart_again(database):
    with database.writing() as session:
        house = House(session)
        memo = memos.post(session, house.reviewer, MemoKind.SINGLE, "many", "件名", "本文", at=AT)
        like = {name: value for name, value in house.clock.model_dump().items() if name not in ("id", "alert_at")}
        ids = [uuid4() for _n in range(MANY)]
        session.execute(insert(Clock), [like | {"id": id, "alert_at": None} for id in ids])
        told = {"level": "day", "recipient": house.reviewer.id, "memo_id": memo.id, "raised_at": AT}
        session.execute(insert(Alert), [told | {"id": uuid4(), "subject": f"clock:{id}"} for id in ids])
        session.add(AlertAnswer(subject=f"clock:{ids[-1]}", staff_id=house.lead.id, at=AT))
        session.flush()
        session.expunge_all()

        assert set(memos.clocks_of(session, [memo.id])) == set(ids)
        memos.tell_others(session, [uuid4() for _n in range(MANY)] + [memo.id], at=AT)
        again = select(func.count()).select_from(Clock).where(col(Clock.alert_at) == AT)
        assert session.exec(again).one() == MANY
        subjects = [f"clock:{id}" for id in ids]
        assert len(entered(session, subjects)) == MANY
        assert list(answers.latest(session, subjects)) == [f"clock:{ids[-1]}"]
        assert len(answers.in_force(session, dict.fromkeys(subjects, house.notice.case_id))) == 1
        assert bounces.known(session, subjects) == set()
        memos.replace(session, [uuid4() for _n in range(MANY)], memo)
