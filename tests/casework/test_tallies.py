"""What a notice adds to the yearly figures stands in rows of its own, and they say what its events say."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.casework.test_counted import AT, Desk
from tests.casework.test_reply import execute_all
from tracker.casework import receipts, replies, tallies
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, Channel, DeferralGround, MeasureKind, Origin, Right, Standing
from tracker.models import Case, MeasureTally, NoticeTally, Service


def row(desk: Desk) -> NoticeTally:
    return desk.session.get_one(NoticeTally, desk.notice.case_id, populate_existing=True)


def test_a_notice_that_came_in_is_open_and_counted_by_its_primary_right(session):
    found = row(Desk(session, items=3, rights=[Right.PRIVACY, Right.HONOR], primary_right=Right.PRIVACY))
    assert (found.bucket, found.ended_on, found.received_month, found.items) == ("", None, 202604, 3)
    assert found.right is Right.PRIVACY
    assert tallies.rights_in(found.rights) == [Right.HONOR, Right.PRIVACY]


def test_a_notice_is_counted_in_the_month_in_which_the_last_of_its_items_was_told(session):
    desk = Desk(session, items=2)
    desk.tell_kept((1,))
    assert row(desk).bucket == ""
    desk.at = make.instant("2026-05-02T10:00+09:00")
    desk.tell_taken((2,))
    found = row(desk)
    assert (found.bucket, found.ended_month, found.mixed, found.taken, found.kept) == ("18-3-1", 202605, True, 1, 1)
    assert found.reason == f"clause:{desk.clause.id}"
    assert (str(found.answered_on), found.days) == ("2026-05-02", 4)


def test_each_ground_of_an_interim_reply_keeps_the_month_in_which_it_was_told(session):
    desk = Desk(session, items=2)
    make.give_to_specialist(session, desk.notice, desk.staff, AT, (1,))
    desk.interim(DeferralGround.SPECIALIST, (1,))
    desk.at = make.instant("2026-05-01T10:00+09:00")
    desk.interim(DeferralGround.UNAVOIDABLE, (2,))
    found = row(desk)
    assert (found.interim_sender, found.interim_specialist, found.interim_unavoidable) == (0, 202604, 202605)
    desk.interim_came_back()
    assert (row(desk).interim_specialist, row(desk).interim_unavoidable) == (202604, 0)


def test_what_was_taken_back_and_what_was_excused_end_in_buckets_of_their_own(session):
    withdrawn = Desk(session)
    withdrawn.withdraw()
    assert (row(withdrawn).bucket, row(withdrawn).days) == ("withdrawn", None)
    excused = Desk(session, ("ほか", "hoka", "HK"))
    excused.excuse()
    assert (row(excused).bucket, row(excused).excuse) == ("18-3-3", "other_just")


def test_a_third_party_is_counted_apart_and_a_suspension_is_marked(session):
    desk = Desk(session, standing=Standing.THIRD_PARTY)
    desk.decide(make.KEEP)
    found = row(desk)
    assert (found.third, found.statutory) == (True, False)


@pytest.mark.parametrize("first", [MeasureKind.SUSPEND, MeasureKind.REMOVE])
def test_only_what_led_to_a_suspension_alone_is_marked_whatever_the_order_of_the_posts(session, first):
    desk = Desk(session, items=2, standing=Standing.THIRD_PARTY)
    kinds = [first, *({MeasureKind.SUSPEND, MeasureKind.REMOVE} - {first})]
    for no, kind in enumerate(kinds, 1):
        basis = Basis.LEGAL_DUTY if kind is MeasureKind.REMOVE else Basis.EMERGENCY
        desk.decide(replace(make.remove(desk.clause), kind=kind, basis=basis, clause_id=None, facts="事実"), (no,))
        make.approve(session, desk.notice, AT)
    execute_all(session, desk.notice, desk.staff, AT)
    desk.send(replies.outcome_draft(session, desk.notice))
    assert (row(desk).suspended, row(desk).reason) == (False, "legal_duty")


def test_a_measure_on_what_is_no_filing_that_binds_is_one_on_a_report(session):
    desk = Desk(session)
    other = make.make_service(session, "ほか", "hoka", "HK", registered_on=None, designated_on=None)
    clause = make.first_clause(session, make.make_criteria(session, other))
    notice = make.make_notice(session, other, items=1)
    make.decide(session, notice, make.remove(clause), desk.staff, AT)
    execute_all(session, notice, desk.staff, AT)
    [found] = session.exec(select(MeasureTally).where(MeasureTally.case_id == notice.case_id)).all()
    assert (notice.standing, found.origin) == (Standing.PERSON, Origin.REPORT)


def test_a_corrected_receipt_moves_the_notice_to_its_true_month(session):
    desk = Desk(session)
    service = session.get_one(Service, session.get_one(Case, desk.notice.case_id).service_id)
    notice = make.make_notice(session, service, received="2026-05-01T10:00+09:00")
    notice.channel = Channel.PHONE
    session.flush()
    at = make.instant("2026-05-02T10:00+09:00")
    true = make.instant("2026-04-30T23:00+09:00")
    receipts.correct_receipt(session, notice, true, reason="写し間違い", by=desk.staff.id, at=at)
    assert session.get_one(NoticeTally, notice.case_id).received_month == 202604


def test_a_measure_is_counted_from_the_day_it_was_carried_out_and_again_when_its_sender_was_told(session):
    desk = Desk(session)
    desk.decide(make.remove(desk.clause))
    assert session.exec(select(MeasureTally)).all() == []
    execute_all(session, desk.notice, desk.staff, AT)
    [found] = session.exec(select(MeasureTally)).all()
    assert (found.kind, found.executed_month, found.told_month, found.ai) == (MeasureKind.REMOVE, 202604, 0, False)


@pytest.mark.parametrize(
    "damage",
    [
        "update noticetally set bucket = '18-3-2'",
        "update noticetally set received_month = 202605",
        "update noticetally set late = not late",
        "update noticetally set rights = 1",
        "update measuretally set ai = not ai",
        "update measuretally set told_month = 202604",
        "delete from noticetally",
        "delete from measuretally",
    ],
)
def test_the_verifier_names_a_row_that_says_what_no_event_says(session, damage):
    desk = Desk(session)
    desk.tell_taken()
    assert list(verify(session)) == []
    session.execute(text(damage))
    session.expire_all()
    [finding] = [one for one in verify(session) if one.table in {"noticetally", "measuretally"}]
    assert finding.table == damage.split()[1 if damage.startswith("update") else 2]


def test_rows_that_are_not_there_yet_are_written_from_the_events(session):
    desk = Desk(session)
    desk.tell_taken()
    before = row(desk).model_dump()
    session.execute(text("delete from noticetally"))
    session.execute(text("delete from measuretally"))
    session.expire_all()
    assert (tallies.fill(session, most=10), tallies.fill(session, most=10)) == (desk.notice.case_id, None)
    session.flush()
    assert row(desk).model_dump() == before
    assert len(session.exec(select(MeasureTally)).all()) == 1


def test_only_facts_that_move_a_notice_write_its_row():
    assert Fact.CASE_ASSIGNED not in tallies.MOVES
    assert Fact.LETTER_QUEUED not in tallies.MOVES
