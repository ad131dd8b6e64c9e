"""届出 with the minister: days and facts in step, a changed address, what a filing leaves over, corrections."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from tests import make
from tests.casework.test_digest import make_told
from tests.casework.test_reply import ACCEPTED
from tracker.casework import Conflict, NotAllowed, delivery, filings, journal, replies
from tracker.casework.counted import counted
from tracker.casework.register import standing_register
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.law.clocks import Whom
from tracker.law.clocks.minister import PUBLICATION, REGISTRATION, REGISTRATION_CHANGE, SENDER_REPORT
from tracker.law.editions import rule_on
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Standing
from tracker.law.period import ONE_DAY, japanese_day
from tracker.models import Case, Clock, Matter, Receipt, Service

AT = make.instant("2026-11-19T13:30:00+09:00")
NEW = "https://tsumugi.example/new-rules"


@pytest.fixture
def staff(session):
    return make.make_staff(session)


@pytest.fixture
def actor(staff):
    return journal.staff(staff.id)


@pytest.fixture
def new(session):
    """A service that was neither designated nor registered."""
    return make.make_service(session, designated_on=None, registered_on=None)


@pytest.fixture
def registered(session, actor):
    """A registered service whose days are facts."""
    service = make.make_service(session, criteria_url="https://tsumugi.example/rules")
    filings.take_up(session, service, actor=actor, at=AT)
    return service


def clocks(session, service, rule) -> list[Clock]:
    case = standing_register(session, service)
    found = session.exec(select(Clock).where(Clock.case_id == case.id, Clock.rule == rule.key)).all()
    return sorted(found, key=lambda clock: (clock.stopped_at is not None, clock.started_at))


def facts(session, service) -> list[Fact]:
    return [event.fact for event in journal.history(session, standing_register(session, service))]


def sound(session) -> bool:
    session.flush()
    return list(verify(session)) == []


def test_a_designation_gives_three_months_and_moves_from_a_closed_day_to_the_next_open_one(session, new, actor):
    filings.designate(session, new, date(2026, 9, 30), actor=actor, at=AT)
    [clock] = clocks(session, new, REGISTRATION)
    assert new.designated_on == date(2026, 9, 30)
    assert japanese_day(clock.due_at) == date(2027, 1, 5)  # 12/31 is closed, and so is every day until 3 January
    assert clock.stopped_at is None
    assert sound(session)


def test_who_was_not_designated_has_nothing_to_file(session, new, actor):
    with pytest.raises(NotAllowed, match="先に、指定を受けた日"):
        filings.register(session, new, date(2026, 11, 18), actor=actor, at=AT)


def test_the_first_filing_ends_the_three_months_and_binds_the_service_from_its_day(session, new, actor):
    filings.designate(session, new, date(2026, 9, 30), actor=actor, at=AT)
    filings.register(session, new, date(2026, 11, 18), reference="総情流第1号", who="法務部", actor=actor, at=AT)
    [clock] = clocks(session, new, REGISTRATION)
    assert japanese_day(clock.stopped_at) == date(2026, 11, 18)
    assert new.registered_on == date(2026, 11, 18)
    assert new.form_url == "http://127.0.0.1:8000/s/tsumugi/"
    assert sound(session)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2025, 3, 31)])
def test_a_day_that_has_not_come_or_lies_before_the_act_is_refused(session, new, actor, day):
    with pytest.raises(NotAllowed):
        filings.designate(session, new, day, actor=actor, at=AT)


def test_a_day_is_recorded_once(session, new, actor):
    filings.designate(session, new, date(2026, 9, 30), actor=actor, at=AT)
    with pytest.raises(Conflict):
        filings.designate(session, new, date(2026, 9, 29), actor=actor, at=AT)


def test_days_that_a_service_had_before_become_facts_once(session, registered, actor):
    assert facts(session, registered) == [Fact.DESIGNATED, Fact.REGISTERED]
    with pytest.raises(Conflict):
        filings.take_up(session, registered, actor=actor, at=AT)
    assert sound(session)


def test_a_wrong_day_is_put_right_by_facts_with_a_reason_and_no_date_is_edited(session, registered, actor):
    [old] = clocks(session, registered, REGISTRATION)
    before = (old.started_at, old.due_at, old.stopped_at)
    days = {"designated": date(2025, 5, 2), "registered": date(2025, 7, 29)}
    with pytest.raises(NotAllowed):
        filings.correct(session, registered, **days, reason=" ", actor=actor, at=AT)
    filings.correct(session, registered, **days, reason="書類の日付を読み違えた。", actor=actor, at=AT)
    assert (old.started_at, old.due_at, old.stopped_at) == before
    assert (registered.designated_on, registered.registered_on) == (date(2025, 5, 2), date(2025, 7, 29))
    case = standing_register(session, registered)
    assert [event.corrects for event in journal.history(session, case)] == [None, None, 1, 2]
    assert set(remarks_of(session, case).values()) == {"書類の日付を読み違えた。"}
    assert len(clocks(session, registered, REGISTRATION)) == 2
    assert sound(session)


def test_a_wrong_designation_is_put_right_before_the_filing_and_its_period_counted_anew(session, new, actor):
    filings.designate(session, new, date(2026, 9, 30), actor=actor, at=AT)
    [wrong] = clocks(session, new, REGISTRATION)
    with pytest.raises(NotAllowed, match="記録と同じ"):
        filings.correct(session, new, designated=date(2026, 9, 30), registered=None, reason="誤り", actor=actor, at=AT)
    for day in (date(2026, 8, 31), date(2026, 9, 1)):
        filings.correct(session, new, designated=day, registered=None, reason="読み違えた。", actor=actor, at=AT)
    running = [clock for clock in clocks(session, new, REGISTRATION) if clock.voided_at is None]
    assert wrong.voided_at is not None and japanese_day(wrong.due_at) == date(2027, 1, 5)
    assert [japanese_day(clock.due_at) for clock in running] == [date(2026, 12, 2)]
    view = filings.open_register(session, new, at=AT)
    assert (view.designated, new.designated_on, len(view.clocks)) == (date(2026, 9, 1), date(2026, 9, 1), 1)
    filings.register(session, new, date(2026, 11, 18), reference="総情流第1号", who="法務部", actor=actor, at=AT)
    assert running[0].stopped_at is not None
    assert sound(session)


def test_a_changed_address_of_the_criteria_is_kept_and_starts_the_filing_in_one_act(session, registered, actor):
    filings.change(session, registered, Matter.CRITERIA, date(2026, 11, 16), after=NEW, actor=actor, at=AT)
    [clock] = clocks(session, registered, REGISTRATION_CHANGE)
    assert registered.criteria_url == NEW
    assert clock.stopped_at is None
    assert japanese_day(clock.started_at) == date(2026, 11, 16)
    [change] = filings.open_register(session, registered, at=AT).open_changes
    assert (change.before, change.after) == ("https://tsumugi.example/rules", NEW)
    assert sound(session)


def test_a_service_that_has_not_filed_has_nothing_to_change(session, new, actor):
    with pytest.raises(NotAllowed, match="先に記録"):
        filings.change(session, new, Matter.NAME, date(2026, 11, 16), before="甲", after="乙", actor=actor, at=AT)


def test_what_a_filing_leaves_out_runs_on_from_the_day_on_which_it_changed(session, registered, actor):
    one = filings.change(session, registered, Matter.CRITERIA, date(2026, 11, 10), after=NEW, actor=actor, at=AT)
    two = filings.change(
        session, registered, Matter.NAME, date(2026, 11, 16), before="甲社", after="乙社", actor=actor, at=AT
    )
    filed = {"reference": "電子申請 123", "who": "法務部 佐伯", "actor": actor, "at": AT}
    filings.file_changes(session, registered, [one.id], date(2026, 11, 18), **filed)
    running, done = clocks(session, registered, REGISTRATION_CHANGE)
    assert japanese_day(running.started_at) == date(2026, 11, 16)
    assert japanese_day(done.stopped_at) == date(2026, 11, 18)
    with pytest.raises(Conflict):
        filings.file_changes(session, registered, [one.id], date(2026, 11, 18), **filed)
    filings.file_changes(session, registered, [two.id], date(2026, 11, 19), **filed)
    assert all(clock.stopped_at for clock in clocks(session, registered, REGISTRATION_CHANGE))
    assert not filings.open_register(session, registered, at=AT).open_changes
    assert sound(session)


def test_a_change_filed_wrongly_and_put_right_is_owed_again(session, registered, actor):
    wrong = filings.change(
        session, registered, Matter.ADDRESS, date(2026, 11, 10), before="千代田区", after="中央区", actor=actor, at=AT
    )
    day = date(2026, 11, 12)
    filings.file_changes(session, registered, [wrong.id], day, reference="", who="法務部", actor=actor, at=AT)
    right = {"before": "千代田区", "after": "港区", "reason": "移転先を取り違えた。"}
    filings.correct_change(session, registered, wrong.id, date(2026, 11, 10), **right, actor=actor, at=AT)
    [change] = filings.open_register(session, registered, at=AT).open_changes
    assert change.after == "港区"
    with pytest.raises(Conflict):
        filings.correct_change(session, registered, wrong.id, day, **right, actor=actor, at=AT)
    assert sound(session)


def test_an_address_that_differs_from_the_one_known_is_asked_about_and_nothing_is_recorded(session, registered):
    registered.form_url = "https://old.example/s/tsumugi/"
    session.add(registered)
    before = facts(session, registered)
    [moved] = filings.moved(session)
    assert (moved.matter, moved.was, moved.now) == (
        Matter.FORM, "https://old.example/s/tsumugi/", "http://127.0.0.1:8000/s/tsumugi/",
    )  # fmt: skip
    assert facts(session, registered) == before


def test_criteria_published_elsewhere_are_asked_about(session, registered):
    make.make_criteria(session, registered)
    session.exec(text("drop trigger criteriaversion_fixed"))
    session.exec(text("update criteriaversion set url = 'https://tsumugi.example/v2'"))
    assert [(m.matter, m.now) for m in filings.moved(session)] == [(Matter.CRITERIA, "https://tsumugi.example/v2")]


def test_criteria_that_name_no_address_were_published_here_and_so_the_address_moved(session, registered):
    here = "http://127.0.0.1:8000/s/tsumugi/criteria"
    make.make_criteria(session, registered)
    [moved] = filings.moved(session)
    assert (moved.matter, moved.was, moved.now) == (Matter.CRITERIA, "https://tsumugi.example/rules", here)
    assert filings.criteria_address(session, registered) == here


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        ("registerfiling", "update registerfiling set filed_on = '2025-07-28'"),
        ("registerchange", "update registerchange set changed_on = '2026-11-15'"),
        ("registerchange", "delete from registerchange"),
        ("service", "update service set registered_on = '2025-07-01'"),
    ],
)
def test_an_edited_row_is_named_by_the_verifier(session, registered, actor, table, edit):
    filings.change(session, registered, Matter.CRITERIA, date(2026, 11, 10), after=NEW, actor=actor, at=AT)
    session.flush()
    for trigger in ("fixed", "kept"):
        session.exec(text(f"drop trigger if exists {table}_{trigger}"))
    session.exec(text(edit))
    session.expire_all()
    assert [finding.table for finding in verify(session)] == [table]


def test_a_service_that_never_came_to_the_register_has_an_empty_one(session):
    service = make.make_service(session)
    found = filings.open_register(session, session.get_one(Service, service.id), at=AT)
    assert found.case is None
    assert found.unrecorded


# --- whom the duties bind, after the day was recorded late or put right --------------------------------------------


def filed(session, service, received: str, **more):
    """A notice, with its case."""
    notice = make.make_notice(session, service, received, **more)
    return notice, session.get_one(Case, notice.case_id)


def standing_clocks(session, case) -> list[Clock]:
    return list(session.exec(select(Clock).where(Clock.case_id == case.id, col(Clock.voided_at).is_(None))))


def forces(session, case) -> set[Force]:
    """The forces of the clocks toward the claimant that stand."""
    return {c.force for c in standing_clocks(session, case) if rule_on(c.rule, date(2026, 11, 19)).whom is Whom.NOTICE}


def dates(session, case) -> set:
    return {(c.rule, c.started_at, c.due_at, c.stopped_at) for c in standing_clocks(session, case)}


def rebound(session, case) -> list[str]:
    return [e.data["said"]["day"] for e in journal.history(session, case) if e.fact is Fact.BINDING_CORRECTED]


def test_a_filing_recorded_late_binds_toward_the_notices_since_its_day_and_moves_no_date(session, new, staff, actor):
    _before, early = filed(session, new, "2026-11-09T23:59:59+09:00")
    _notice, case = filed(session, new, "2026-11-10T00:00:00+09:00")
    _third, third = filed(session, new, "2026-11-12T10:00:00+09:00", standing=Standing.THIRD_PARTY)
    was = dates(session, case)
    assert (case.statutory, filings.count_rebound(session, new, date(2026, 11, 10))) == (False, 1)

    filings.designate(session, new, date(2026, 3, 2), actor=actor, at=AT)
    filings.register(session, new, date(2026, 11, 10), actor=actor, at=AT)

    assert [one.statutory for one in (early, case, third)] == [False, True, False]
    assert forces(session, early) == {Force.VOLUNTARY} and Force.VOLUNTARY not in forces(session, case)
    assert dates(session, case) == was
    assert (rebound(session, early), rebound(session, case), rebound(session, third)) == ([], ["2026-11-10"], [])
    [event] = [e for e in journal.history(session, standing_register(session, new)) if e.fact is Fact.REGISTERED]
    assert event.data["said"]["rebound"] == 1
    assert sound(session)


def test_a_corrected_day_of_filing_frees_the_notices_before_it_and_binds_them_again(session, new, actor):
    filings.designate(session, new, date(2026, 3, 2), actor=actor, at=AT)
    filings.register(session, new, date(2026, 11, 10), actor=actor, at=AT)
    _notice, case = filed(session, new, "2026-11-12T10:00:00+09:00")
    _later, later = filed(session, new, "2026-11-18T10:00:00+09:00")
    was, force = dates(session, case), forces(session, case)
    right = {"designated": date(2026, 3, 2), "reason": "控えの日付を読み違えた。", "actor": actor, "at": AT}

    filings.correct(session, new, registered=date(2026, 11, 14), **right)

    assert (case.statutory, later.statutory) == (False, True)
    assert (forces(session, case), dates(session, case)) == ({Force.VOLUNTARY}, was)
    filings.correct(session, new, registered=date(2026, 11, 11), **right)
    assert (case.statutory, forces(session, case), dates(session, case)) == (True, force, was)
    assert (rebound(session, case), rebound(session, later)) == (["2026-11-14", "2026-11-11"], [])
    assert sound(session)


def test_an_ended_notice_is_bound_too_counted_and_stays_ended(session, new, staff, actor):
    clause = make.first_clause(session, make.make_criteria(session, new))
    notice = make_told(session, new, staff, make.remove(clause))
    case = session.get_one(Case, notice.case_id)
    was, closed = dates(session, case), case.closed_at
    assert counted(session, notice).figure == ""

    filings.designate(session, new, date(2026, 3, 2), actor=actor, at=AT)
    filings.register(session, new, date(2026, 4, 1), actor=actor, at=AT)

    assert counted(session, notice).figure == "18-3-1"
    assert (dates(session, case), case.closed_at) == (was, closed)
    assert Fact.BREACH_RECORDED not in {e.fact for e in journal.history(session, case)}
    assert sound(session)


def test_a_reply_that_came_late_before_the_filing_was_recorded_is_a_breach_afterwards(session, new, staff, actor):
    notice, case = filed(session, new, "2026-10-01T10:00:00+09:00", items=1)
    make.decide(session, notice, make.KEEP, staff, "2026-10-20T10:00:00+09:00")
    late = make.instant("2026-10-20T11:00:00+09:00")
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=late)
    delivery.settle(session, letter.id, ACCEPTED, at=late)
    assert not counted(session, notice).late

    filings.designate(session, new, date(2026, 3, 2), actor=actor, at=AT)
    filings.register(session, new, date(2026, 9, 1), actor=actor, at=AT)

    assert counted(session, notice).late and case.statutory
    assert sound(session)


def test_days_taken_up_from_the_settings_bind_what_was_filed_before_they_stood_there(session, actor):
    service = make.make_service(session, registered_on=None)
    _notice, case = filed(session, service, "2026-11-12T10:00:00+09:00")
    service.registered_on = date(2026, 11, 1)
    session.add(service)
    filings.take_up(session, service, actor=actor, at=AT)
    assert case.statutory
    assert sound(session)


def test_a_signed_receipt_is_left_as_it_was_when_its_notice_comes_to_bind(database):
    with database.writing() as session:
        service = make.make_service(session, registered_on=None)
        _notice, case = filed(session, service, "2026-11-12T10:00:00+09:00")
        before = [(r.payload, r.signature) for r in session.exec(select(Receipt))]
        filings.register(session, service, date(2026, 11, 1), actor="system", at=AT)
        assert before and case.statutory
        assert [(r.payload, r.signature) for r in session.exec(select(Receipt))] == before
    with database.checking() as session:
        assert list(verify(session)) == []


def test_the_end_of_a_year_starts_publication_and_report_once_for_each_registered_service(session, registered):
    make.make_service(session, "小さな掲示板", "chiisana", "CK", designated_on=None, registered_on=None)
    first = make.instant("2027-04-01T00:05:00+09:00")
    assert (filings.end_years(session, at=first), filings.end_years(session, at=first)) == (1, 0)
    running = {
        clock.rule: (japanese_day(clock.due_at - ONE_DAY), clock.force)
        for rule in (PUBLICATION, SENDER_REPORT)
        for clock in clocks(session, registered, rule)
    }
    assert running == {
        "publication": (date(2027, 5, 31), Force.DUTY),
        "sender_report": (date(2027, 4, 30), Force.DUTY),
    }
    assert sound(session)


def test_what_fell_due_before_kigen_was_used_is_not_called_late(session, registered):
    assert filings.end_years(session, at=AT) == 0
    assert filings.end_years(session, at=make.instant("2027-04-03T00:05:00+09:00")) == 1  # two days of down-time


def test_the_publication_and_the_report_are_recorded_with_where_they_are(session, registered, actor):
    at = make.instant("2027-05-10T10:00:00+09:00")
    filings.end_years(session, at=make.instant("2027-04-01T00:05:00+09:00"))
    done = {"actor": actor, "at": at}
    with pytest.raises(NotAllowed, match="年度の終わりより前"):
        filings.yearly_done(session, registered, "publication", date(2027, 3, 31), "https://x.example/", **done)
    with pytest.raises(NotAllowed, match="公表した場所"):
        filings.yearly_done(session, registered, "publication", date(2027, 5, 10), " ", **done)
    filings.yearly_done(session, registered, "publication", date(2027, 5, 10), "https://x.example/r8", **done)
    with pytest.raises(NotAllowed, match="動いていません"):
        filings.yearly_done(session, registered, "publication", date(2027, 5, 10), "https://x.example/r8", **done)
    assert clocks(session, registered, PUBLICATION)[0].stopped_at
    assert sound(session)


def test_a_year_that_was_not_published_is_still_owed_when_the_next_one_ends(session, registered, actor):
    for at in ("2026-04-01T00:05:00+09:00", "2027-04-01T00:05:00+09:00"):
        filings.end_years(session, at=make.instant(at))
    days = sorted(clock.due_at for clock in clocks(session, registered, PUBLICATION))
    assert [str(japanese_day(day - ONE_DAY)) for day in days] == ["2026-05-31", "2027-05-31"]
    at = make.instant("2027-04-10T10:00:00+09:00")
    told = {"actor": actor, "at": at}
    filings.yearly_done(session, registered, "publication", date(2027, 4, 10), "https://x.example/r7", **told)
    running = [clock for clock in clocks(session, registered, PUBLICATION) if not clock.stopped_at]
    assert [str(japanese_day(clock.due_at - ONE_DAY)) for clock in running] == ["2027-05-31"]  # the older one is done
    assert sound(session)
