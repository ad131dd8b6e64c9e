"""A list is gathered and ordered, or read along an index: both ways show the same notices in the same order."""

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import delivery, endings, investigation, journal, replies, slices, worklist
from tracker.law.grounds import Circumstance, Standing
from tracker.letters.transport import Answer
from tracker.models import Staff

NOW = make.instant("2026-05-01T10:42:00+09:00")
REFUSED = Answer(False, 550, "smtp", "5.1.1")


@pytest.fixture
def desk(session):
    """Notices of every band and view, several of some."""
    service, me = make.make_service(session), make.make_staff(session)
    clause = make.first_clause(session, make.make_criteria(session, service))
    for day in (20, 21, 22):
        make.make_notice(session, service, f"2026-04-{day}T13:08:00+09:00")
    for hour in (5, 6):
        make.make_notice(session, service, f"2026-05-01T0{hour}:05:00+09:00", **make.urgent(Circumstance.INTIMATE))
    for hour in (18, 17, 18):
        make.make_notice(session, service, f"2026-04-30T{hour}:00:00+09:00", standing=Standing.THIRD_PARTY)
    ordered = make.make_notice(session, service, "2026-04-29T09:00:00+09:00", items=1)
    make.decide(session, ordered, make.remove(clause), me, "2026-04-30T16:20+09:00")
    back = make.make_notice(session, service, "2026-04-29T10:00:00+09:00", items=1)
    make.decide(session, back, make.KEEP, me, "2026-04-30T16:20+09:00")
    draft = replies.outcome_draft(session, back)
    letter = replies.send_draft(session, back, draft, draft.digest, by=me.id, at=NOW)
    delivery.settle(session, letter.id, REFUSED, at=NOW)
    for minute in (1, 2, 3):
        gone = make.make_notice(session, service, f"2026-04-28T09:0{minute}:00+09:00", items=1)
        endings.withdraw(session, gone, actor=journal.CLAIMANT, at=make.instant(f"2026-04-30T1{minute}:00+09:00"))
    for notice in (ordered, back):
        investigation.assign(session, notice, me.id, by=me.id, at=NOW)
    return session


def pages(session, view):
    """All pages of a view, each row with its band, and what was counted."""
    me = session.exec(select(Staff.id)).one()
    shown, totals = [], set()
    for number in range(1, 10):
        found = worklist.worklist(session, worklist.Search(view=view, assigned=me, page=number), at=NOW)
        shown += [(row.band, row.notice.number) for row in found.rows]
        totals.add(tuple(sorted((band, n) for band, n in found.totals.items() if n)))
    return shown, totals


@pytest.mark.parametrize("view", worklist.VIEWS)
def test_a_list_along_the_index_is_the_list_that_was_gathered(desk, monkeypatch, view):
    monkeypatch.setattr(slices, "PAGE", 2)
    gathered = pages(desk, view)
    monkeypatch.setattr(slices, "COUNT_CAP", 0)
    assert pages(desk, view) == gathered
    assert len(set(gathered[0])) == len(gathered[0])


@pytest.mark.parametrize("view", ["all", "late", "fast", "mine", "back", "unexecuted", "voluntary", "closed"])
def test_no_view_of_this_desk_is_empty(desk, view):
    assert pages(desk, view)[0]
