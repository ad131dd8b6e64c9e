"""What a fact starts and stops where several clocks run side by side."""

from datetime import datetime, timedelta

import pytest

from tracker.closed_days import working_calendar
from tracker.law.consequences import Binds, KnownClock, draw
from tracker.law.editions import R7_ORDINANCE_15
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import JST


def at(text: str) -> datetime:
    """A Japanese local time as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def facts(*story: tuple[Fact, str, dict]) -> dict[str, KnownClock]:
    """The clocks after a story of facts, each with its time and what it said, by rule."""
    clocks: dict[str, KnownClock] = {}
    for n, (fact, when, said) in enumerate(story):
        drawn = draw(
            R7_ORDINANCE_15,
            fact,
            at(when),
            items=["one"],
            said=said,
            clocks=list(clocks.values()),
            happened=set(),
            binds=Binds(provider=True, notice=True),
            target=lambda name, instant: timedelta(hours=24),
            calendar=working_calendar(),
        )
        stopped = {id: at(when) for id in drawn.stops}
        clocks = {rule: c.__class__(**vars(c) | {"stopped_at": stopped.get(c.id)}) for rule, c in clocks.items()}
        for start in drawn.starts:
            clocks[start.rule.key] = KnownClock(
                id=f"{n}-{start.rule.key}",
                rule=start.rule.key,
                item=start.item,
                started_at=start.started_at,
                due_at=start.due_at,
                target_at=start.target_at,
                stopped_at=start.stopped_at,
                voided=False,
                resumes=start.resumes,
                force=start.force,
                edition="r7-15",
            )
    return clocks


def test_a_wait_that_is_over_leaves_a_longer_one_of_the_same_case_running():
    found = facts((Fact.LOG_RECORDED, "2026-11-21 10:00", {}), (Fact.WAIT_OVER, "2027-02-22 00:00", {}))

    assert found["log_retention_3m"].stopped_at == at("2027-02-22 00:00")
    assert found["log_retention_6m"].stopped_at is None


def test_an_extended_request_for_logs_is_counted_from_the_first_one_and_ends_it():
    found = facts(
        (Fact.PRESERVATION_REQUESTED, "2026-11-20 15:00", {"until": "2026-12-20"}),
        (Fact.PRESERVATION_EXTENDED, "2026-12-18 09:00", {"until": "2027-03-01"}),
    )

    assert found["preservation_request"].due_at == at("2026-12-21 00:00")
    assert found["preservation_request"].stopped_at == at("2026-12-18 09:00")
    assert found["preservation_extension"].due_at == at("2027-01-20 00:00")  # sixty days in all


def test_a_request_that_arrives_at_midnight_is_kept_to_the_day_in_the_paper():
    found = facts((Fact.PRESERVATION_REQUESTED, "2025-11-20 00:00", {"until": "2025-12-20"}))

    assert found["preservation_request"].due_at == at("2025-12-21 00:00")


@pytest.mark.parametrize("written_down", ["2026-04-01 00:00", "2026-04-01 09:00", "2026-04-03 18:30"])
def test_a_year_ends_on_31_march_whenever_that_is_written_down(written_down):
    found = facts((Fact.YEAR_ENDED, written_down, {"over_threshold": True}))

    assert found["publication"].due_at == at("2026-06-01 00:00")
    assert found["sender_report"].due_at == at("2026-05-01 00:00")


@pytest.mark.parametrize("served", ["2025-04-30 00:00", "2025-04-30 13:00"])
def test_the_hour_at_which_a_designation_is_served_does_not_matter(served):
    assert facts((Fact.DESIGNATED, served, {}))["registration"].due_at == at("2025-08-01 00:00")


def test_a_report_for_a_year_does_not_answer_a_request_of_the_minister():
    found = facts(
        (Fact.YEAR_ENDED, "2026-04-01 00:00", {"over_threshold": True}),
        (Fact.SENDER_COUNT_ASKED, "2026-04-10 10:00", {}),
        (Fact.SENDER_COUNT_REPORTED, "2026-04-20 10:00", {}),
    )

    assert found["sender_report"].stopped_at
    assert found["sender_report_request"].stopped_at is None


def test_a_sender_is_waited_for_by_any_provider_and_a_designated_one_registers_before_it_is_registered():
    nobody = Binds(provider=False, notice=False)
    forces = {}
    for fact in (Fact.DESIGNATED, Fact.INQUIRY_RECEIVED, Fact.NOTICE_RECEIVED):
        drawn = draw(
            R7_ORDINANCE_15,
            fact,
            at("2026-04-28 10:00"),
            items=["one"],
            said={},
            clocks=[],
            happened=set(),
            binds=nobody,
            target=lambda name, instant: timedelta(hours=24),
            calendar=working_calendar(),
        )
        forces |= {start.rule.key: start.force for start in drawn.starts}

    assert forces["registration"] is Force.DUTY
    assert forces["reply"] is Force.VOLUNTARY
