"""Any acts over several years: no figure of 18-5-11 … 18-5-18 exceeds what it is a part of, and each is right."""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tracker.casework import journal, measures, reversals
from tracker.casework.appeals import deciding, filing, years
from tracker.casework.appeals.counts import FIGURES, figures
from tracker.casework.verify import verify
from tracker.law.grounds import MeasureKind
from tracker.law.period import JST
from tracker.law.publication import BY_CODE
from tracker.models import Case, Measure, Role, Sender

WITHIN = [(part, whole) for part in FIGURES for whole in BY_CODE[part].within]
FIRST = datetime(2026, 2, 1, 10, tzinfo=JST)
ACT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(MeasureKind)),
        "ai": st.booleans(),
        "received": st.integers(0, 800),  # days after the first
        "appeals": st.booleans(),
        "entered": st.integers(0, 40),  # days after the receipt on which staff enter it
        "end": st.sampled_from(["open", "keep", "reverse", "withdraw", "elsewhere", "elsewhere then reverse"]),
        "after": st.integers(0, 500),  # days after it was entered
    }
)


@dataclass
class Known:
    """What a generated act should count as, told by the act and not by any row."""

    suspends: bool
    ai: bool
    received: datetime
    reversed_at: datetime | None = None


@contextmanager
def fresh(migrated):
    """A database of one example."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated, Path(folder) / "kigen.db")
        database = open_database(make_settings(Path(folder), approve_before="", approve_after=""))
        try:
            with database.writing() as session:
                yield session
        finally:
            database.dispose()


def carry_out(session, service, clause, staff, others, act) -> Known | None:
    """Do what `act` says through the verbs, in one case of its own."""
    at = FIRST + timedelta(days=act["received"])
    notice = make.make_notice(session, service, (at - timedelta(days=3)).isoformat(), items=1)
    case = session.get_one(Case, notice.case_id)
    judged = replace(make.remove(clause), kind=act["kind"], ai_used=act["ai"])
    make.decide(session, notice, judged, staff, (at - timedelta(days=2)).isoformat())
    done = at - timedelta(days=1)
    [measure] = session.exec(select(Measure.id).where(Measure.case_id == case.id)).all()
    measures.execute(session, notice, [measure], executed_at=done, by=staff.id, at=done)
    if not act["appeals"]:
        return None
    sender = session.exec(select(Sender).where(Sender.case_id == case.id)).one()
    entered = at + timedelta(days=act["entered"])
    [row] = filing.file(
        session, notice, sender, [measure], "不服です。", actor=journal.SENDER, at=entered, received_at=at
    )
    known = Known(act["kind"] is MeasureKind.SUSPEND, act["ai"], at)
    later, end = entered + timedelta(days=act["after"]), act["end"]
    if end.startswith("elsewhere"):
        reversals.reverse(session, notice, [measure], "誤りでした。", reversed_at=entered, by=staff.id, at=entered)
    if end == "withdraw":
        filing.withdraw(session, case, row.id, actor=journal.SENDER, at=later)
    if end in ("keep", "reverse", "elsewhere then reverse"):
        reverse = end != "keep"
        deciding.decide(session, notice, row.id, reverse=reverse, reason="見直しました。", by=others.id, at=later)
        known.reversed_at = later if reverse else None
    return known


def expected(known: list[Known], year: int, until: datetime) -> dict[str, int]:
    """The eight figures by what was done, each written out on its own."""
    begin, end = datetime(year, 4, 1, tzinfo=JST), datetime(year + 1, 4, 1, tzinfo=JST)
    mine = [one for one in known if begin <= one.received < end]
    undone = [one for one in mine if one.reversed_at and one.reversed_at < until]

    def count(rows, *, suspends, ai):
        return sum(1 for one in rows if one.suspends is suspends and (one.ai or not ai))

    return {
        "18-5-11": count(mine, suspends=False, ai=False),
        "18-5-12": count(mine, suspends=False, ai=True),
        "18-5-13": count(undone, suspends=False, ai=False),
        "18-5-14": count(undone, suspends=False, ai=True),
        "18-5-15": count(mine, suspends=True, ai=False),
        "18-5-16": count(mine, suspends=True, ai=True),
        "18-5-17": count(undone, suspends=True, ai=False),
        "18-5-18": count(undone, suspends=True, ai=True),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=6), other=st.booleans(), looked=st.integers(0, 1500))
def test_whatever_is_done_no_figure_exceeds_what_it_is_a_part_of_and_each_is_right(migrated, acts, other, looked):
    until = FIRST + timedelta(days=looked)
    with fresh(migrated) as session:
        service = make.make_service(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        staff, decider = make.make_staff(session), make.make_staff(session, role=Role.LEAD)
        known = [one for act in acts if (one := carry_out(session, service, clause, staff, decider, act))]
        beside = make.make_service(session, name="別の広場", slug="betsu", prefix="BT") if other else None
        for year in range(2025, 2031):
            found = figures(session, service.id, *years.span(year), until=until)
            assert found == expected(known, year, until)
            assert all(found[part] <= found[whole] for part, whole in WITHIN)
            if beside:
                assert set(figures(session, beside.id, *years.span(year), until=until).values()) == {0}
        shown = {s.id: {c.year: c.figures for c in counted} for s, counted in years.by_year(session, at=until)}
        assert all(counted == expected(known, year, until) for year, counted in shown[service.id].items())
        assert list(verify(session)) == []


def test_every_pair_that_must_hold_is_of_the_eight_figures():
    assert {item for pair in WITHIN for item in pair} == set(FIGURES)
    assert set(FIGURES) == {f"18-5-{n}" for n in range(11, 19)}


def test_an_appeal_at_the_turn_of_the_year_is_of_the_japanese_day_on_which_it_came():
    last = datetime(2027, 3, 31, 23, 59, 59, tzinfo=JST)

    assert years.year_of(last) == 2026
    assert years.year_of(last + timedelta(seconds=1)) == 2027
    assert years.span(2026)[1] == datetime(2027, 4, 1, tzinfo=JST)
