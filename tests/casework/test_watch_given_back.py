"""引き受けをやめる: who may, what it leaves in the ledger, and that the nagging begins again."""

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_watch import House, jst
from tracker.casework import Conflict, NotAllowed, investigation
from tracker.casework.watch import answers, board
from tracker.casework.watch.board import Whose
from tracker.models import AlertAnswer, Role


@pytest.fixture
def house(session):
    return House(session)


def take(house, by, at: str) -> AlertAnswer:
    return answers.take(house.session, house.clock.id, by=by.id, at=jst(at))


def give_back(house, by, at: str, seen: str | None = None) -> None:
    answers.give_back(house.session, house.clock.id, seen=seen, by=by.id, at=jst(at))


def holder(house, at: str) -> str:
    [entry] = board.board(house.session, Whose.ALL, house.lead.id, at=jst(at)).entries
    assert entry.holder
    return entry.holder.name


def test_what_is_given_back_nags_each_working_day_again_and_both_answers_stay(house):
    house.sweep("2026-05-07T09:00")
    take(house, house.lead, "2026-05-07T11:00")
    house.sweep("2026-05-08T09:00")
    give_back(house, house.lead, "2026-05-08T10:00")
    house.sweep("2026-05-08T10:05")  # those who were not told today are told now
    house.sweep("2026-05-11T09:00")
    levels = [level for level, who in house.told() if who == "reviewer"]
    assert levels == ["late:2026-05-07", "late:2026-05-08", "late:2026-05-11"]
    rows = house.session.exec(select(AlertAnswer).order_by(col(AlertAnswer.at))).all()
    assert [(row.staff_id, row.given_back) for row in rows] == [(house.lead.id, False), (house.lead.id, True)]


def test_after_it_whoever_has_the_case_has_the_alert(house):
    house.sweep("2026-05-07T09:00")
    take(house, house.lead, "2026-05-07T11:00")
    assert holder(house, "2026-05-07T11:00") == "主任"
    give_back(house, house.lead, "2026-05-07T11:00")  # in the same instant: it is still the later one
    assert holder(house, "2026-05-07T11:00") == "担当"
    take(house, house.manager, "2026-05-07T11:00")
    assert holder(house, "2026-05-07T11:00") == "管理"


def test_a_rest_ends_with_it(house):
    house.sweep("2026-04-30T09:00")
    answers.take(
        house.session, house.clock.id, quiet_until=jst("2026-05-01T09:00"), by=house.lead.id, at=jst("2026-04-30T09:30")
    )
    give_back(house, house.lead, "2026-04-30T10:00")
    assert house.clock.alert_at == jst("2026-04-30T10:00")


def test_leads_give_back_what_others_took_and_others_do_not(house):
    other = make.make_staff(house.session, "別の人", Role.REVIEWER)
    house.sweep("2026-05-07T09:00")
    take(house, house.reviewer, "2026-05-07T11:00")
    with pytest.raises(NotAllowed, match="引き受けた人と主任から上の人"):
        give_back(house, other, "2026-05-07T12:00")
    give_back(house, house.lead, "2026-05-07T12:00")
    with pytest.raises(NotAllowed, match="もういません"):
        give_back(house, house.lead, "2026-05-07T12:01")


def test_what_somebody_else_took_meanwhile_is_shown_first(house):
    house.sweep("2026-05-07T09:00")
    mine = take(house, house.reviewer, "2026-05-07T11:00")
    take(house, house.lead, "2026-05-07T12:00")
    with pytest.raises(Conflict, match="ほかの人が先に"):
        give_back(house, house.reviewer, "2026-05-07T13:00", seen=str(mine.id))


def test_who_is_given_the_case_after_it_was_taken_has_the_alert(house):
    house.sweep("2026-05-07T09:00")
    take(house, house.lead, "2026-05-07T11:00")
    investigation.assign(house.session, house.notice, to=house.manager.id, by=house.lead.id, at=jst("2026-05-07T12:00"))
    assert holder(house, "2026-05-07T12:01") == "管理"
    answers.take(  # the page shows no answer any more, and that is no conflict
        house.session, house.clock.id, seen="", by=house.reviewer.id, at=jst("2026-05-07T12:02")
    )
    assert holder(house, "2026-05-07T12:03") == "担当"


def test_who_is_given_the_case_has_the_alert_although_it_was_taken_by_a_clock_that_ran_ahead(house):
    """Taken while the clock was two days fast, and again after it was right: both lie ahead of the assignment."""
    house.sweep("2026-05-07T09:00")
    take(house, house.lead, "2026-05-09T11:00")
    take(house, house.lead, "2026-05-07T11:00")
    investigation.assign(house.session, house.notice, to=house.manager.id, by=house.lead.id, at=jst("2026-05-07T12:00"))
    assert holder(house, "2026-05-07T12:01") == "管理"
    take(house, house.reviewer, "2026-05-07T12:02")
    assert holder(house, "2026-05-07T12:03") == "担当"


def test_who_takes_it_has_it_although_the_case_was_given_by_a_clock_that_ran_ahead(house):
    house.sweep("2026-05-07T09:00")
    investigation.assign(house.session, house.notice, to=house.manager.id, by=house.lead.id, at=jst("2026-05-09T12:00"))
    take(house, house.reviewer, "2026-05-07T12:02")
    assert holder(house, "2026-05-07T12:03") == "担当"
