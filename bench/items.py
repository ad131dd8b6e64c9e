"""300 items of one notice decided in groups of 100, and one letter about all, against a bare write of the same rows.

`python -m bench.items [--rounds N] [--profile]`
"""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from bench import options
from bench.bare import connect
from bench.measure import Pair, profile, spread, table
from bench.place import Place, place
from bench.recipe import REASON, make_service
from tracker.casework import decisions, intake, receipts, replies
from tracker.casework.decisions import Judgement
from tracker.casework.intake import FiledItem, Filing
from tracker.law.grounds import Right, Standing
from tracker.models import Letter, LetterKind, Notice, Role, Service, Staff
from tracker.now import now

ITEMS, GROUP = 300, 100
WRITTEN = ("decision", "event", "letter", "letteritem", "clock")
HEADS = ("items", "letters", "real / bare", "real ms p50 / p95 / p99", "bare ms p50 / p95 / p99")
KEPT = Judgement(take=False, reason="意見の範囲にとどまり、受忍限度を超えるとは認められないため。")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options.read(__doc__ or "", arguments, times=1)
    report([line(asked)])


def line(asked: options.Options) -> Sequence[object]:
    """One line of the table: the same work in a fresh notice each time."""
    pair = Pair([], [])
    letters = 0
    with place() as here:
        make_service(here)
        staff = _staff(here)
        _work(here, _notice(here), staff)  # everybody's caches are warm
        if asked.profile:
            notice = _notice(here)
            print("\n## 300 items decided: where the time goes\n")
            print(profile(lambda: _work(here, notice, staff)))
        for _ in range(asked.rounds):
            notice = _notice(here)
            before = _rows(here)
            start = perf_counter()
            letters = _work(here, notice, staff)
            pair.real.append([(perf_counter() - start) * 1000])
            pair.bare.append([_bare(here, before)])
    return ITEMS, letters, f"{pair.ratio:.1f}", spread(pair.real), spread(pair.bare)


def report(rows: Sequence[Sequence[object]]) -> None:
    """Print the table."""
    print("\n## 300 items: three decisions of 100, one letter\n")
    print(table(HEADS, rows))


def _staff(here: Place) -> UUID:
    staff = Staff(email=f"{uuid4().hex}@tsumugi.example", name="小野寺 遥", password="-", role=Role.LEAD)  # noqa: S106
    with here.database.writing() as session:
        session.add(staff)
    return staff.id


def _notice(here: Place) -> UUID:
    """A filing about 300 posts of 60 accounts."""
    items = [FiledItem(f"https://tsumugi.example/p/{uuid4().hex}", f"{n}つ目", f"@kaze_{n % 60}") for n in range(ITEMS)]
    filing = Filing(
        token=uuid4().hex,
        standing=Standing.PERSON,
        rights=[Right.HONOR],
        primary_right=Right.HONOR,
        items=items,
        reason=REASON,
        name="水原 あかり",
        email=f"{uuid4().hex}@mail.example",
    )
    at = now() - timedelta(hours=1)
    with here.database.writing() as session:
        service = session.exec(select(Service)).one()
        notice = intake.file(session, service, filing, at=at)
        receipts.acknowledge(session, service, notice, at=at)
        return notice.id


def _work(here: Place, notice_id: UUID, by: UUID) -> int:
    """Decide in groups, each in its transaction as the desk does, and send what is to be told: how many letters."""
    for first in range(0, ITEMS, GROUP):
        with here.database.writing() as session:
            notice = session.get_one(Notice, notice_id)
            ids = [(item.id, 0) for item in decisions.items_of(session, notice)[first : first + GROUP]]
            decisions.decide(session, notice, ids, KEPT, by=by, at=now())
    with here.database.writing() as session:
        notice = session.get_one(Notice, notice_id)
        replies.take_up(session, notice)
        draft = replies.outcome_draft(session, notice)
        assert draft and len(draft.covers) == ITEMS
        replies.send_draft(session, notice, draft, draft.digest, by=by, at=now())
    with here.database.reading() as session:
        case = session.get_one(Notice, notice_id).case_id
        sent = select(Letter).where(Letter.case_id == case, Letter.kind == LetterKind.OUTCOME)
        return len(session.exec(sent).all())


Rows = dict[str, set[str]]


def _rows(here: Place) -> Rows:
    """The rows that are there before, each as text."""
    with closing(connect(here.url)) as raw:
        return {name: {str(row) for row in raw.execute(f"select * from {name}").fetchall()} for name in WRITTEN}  # noqa: S608


def _bare(here: Place, before: Rows) -> float:
    """How many milliseconds it takes to write the same rows into tables beside, in four durable transactions."""
    with closing(connect(here.url)) as raw:
        made = {}
        for name in WRITTEN:
            found = raw.execute(f"select * from {name}").fetchall()  # noqa: S608 - a name of ours
            made[name] = [_values(row) for row in found if str(row) not in before[name]]
            raw.execute(f"create table bare_{name} as select * from {name} where 1 = 0")  # noqa: S608
        start = perf_counter()
        for part in range(4):
            raw.begin()
            for name, rows in made.items():
                for row in rows[part::4]:
                    raw.execute(f"insert into bare_{name} values ({', '.join('?' * len(row))})", row)  # noqa: S608
            raw.execute("commit")
        took = (perf_counter() - start) * 1000
        for name in WRITTEN:
            raw.execute(f"drop table bare_{name}")
    return took


def _values(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(json.dumps(value) if isinstance(value, (dict, list)) else value for value in row)


if __name__ == "__main__":
    main(sys.argv[1:])
