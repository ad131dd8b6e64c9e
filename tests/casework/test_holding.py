"""保存 by a person: placed with a reason and a day to look again, reviewed, released; what may be erased."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests import make
from tracker.casework import Conflict, NotAllowed, decisions, holding, journal
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Force, Strength
from tracker.models import Case, LogHold

AT = make.instant("2026-05-07T10:00+09:00")  # Thursday
LATER = make.instant("2026-06-01T10:00+09:00")
STANDARD = make.instant("2026-08-02T00:00+09:00")


@pytest.fixture
def world(session):
    """A notice of two posts by two accounts, and a member of staff."""
    service, staff = make.make_service(session), make.make_staff(session)
    notice = make.make_notice(session, service, "2026-05-01T09:00+09:00")
    items = decisions.items_of(session, notice)
    case = session.get_one(Case, notice.case_id)
    [flag] = make.holds_of(session, notice)
    return SimpleNamespace(
        session=session, service=service, staff=staff, notice=notice, items=items, case=case, flag=flag
    )


def wish(world, **changes):
    given = {
        "ground": "emergency",
        "reason": "弁護士から開示請求を準備していると連絡があったため。",
        "classes": frozenset({"2-8", "2-5"}),
        "review_on": date(2026, 7, 31),
        "items": frozenset({world.items[0].id}),
    }
    return holding.Wish(**(given | changes))


def place(world, at=AT, **changes):
    return holding.place(world.session, world.notice, wish(world, **changes), by=world.staff.id, at=at)


def ban(world, at=AT):
    """An order of a court that forbids erasure, in the case itself."""
    event = journal.record(
        world.session, world.case, Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM, at=at, erasure_ban=True
    )
    return world.session.get_one(LogHold, UUID(event.data["holds"][0]["id"]))


def effective(world, item, at=AT, standard=STANDARD):
    return holding.effective(world.session, world.notice, item=item, standard=standard, at=at)


def test_a_person_keeps_logs_with_a_reason_and_a_day_to_look_again(world):
    hold = place(world, logs_from=date(2026, 4, 1), logs_until=date(2026, 4, 30))
    assert (hold.rule, hold.strength, hold.force) == ("emergency", Strength.SOFT, Force.VOLUNTARY)
    assert hold.classes == ["2-5", "2-8"] and hold.until_at is None
    assert hold.placed_by == world.staff.id and hold.review_at == make.instant("2026-07-31T00:00+09:00")
    assert (hold.logs_from, hold.logs_until) == (date(2026, 4, 1), date(2026, 4, 30))
    last = journal.history(world.session, world.case)[-1]
    assert last.fact is Fact.HOLD_PLACED and last.data["said"] == {"emergency": True}
    assert "弁護士" in remarks_of(world.session, world.case)[last.id]
    assert list(verify(world.session)) == []


def test_neither_the_account_nor_the_reason_stands_in_the_record(world):
    hold = place(world, items=frozenset(), accounts=frozenset({"@kaze_2198"}))
    last = journal.history(world.session, world.case)[-1]
    assert "kaze" not in str(last.data) and "弁護士" not in str(last.data)
    assert b"kaze" not in hold.scope_sealed
    assert holding.about(world.session, hold).accounts == {"@kaze_2198"}


def test_a_business_need_is_a_ground_of_its_own(world):
    assert place(world, ground="business_need").rule == "business_need"


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"ground": "because"}, "ground"),
        ({"reason": " "}, "reason"),
        ({"classes": frozenset()}, "classes"),
        ({"classes": frozenset({"9-9"})}, "classes"),
        ({"items": frozenset()}, "items"),
        ({"items": frozenset(), "accounts": frozenset({"@somebody"})}, "items"),
        ({"review_on": None}, "review_on"),
        ({"review_on": date(2026, 5, 7)}, "review_on"),  # today
        ({"review_on": date(2026, 5, 9)}, "review_on"),  # a Saturday
        ({"review_on": date(2026, 8, 10)}, "review_on"),  # later than three months
        ({"logs_from": date(2026, 5, 8)}, "logs_from"),
        ({"logs_from": date(2026, 5, 2), "logs_until": date(2026, 5, 1)}, "logs_until"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(world, changes, about):
    before = world.case.head_seq
    with pytest.raises(NotAllowed) as no:
        place(world, **changes)
    assert no.value.about == about
    assert world.case.head_seq == before


def test_a_review_may_lie_three_months_ahead_at_most_on_a_working_day(world):
    assert holding.last_review_day(world.session.info["calendar"], AT) == date(2026, 8, 7)  # Friday
    place(world, review_on=date(2026, 8, 7))


def test_a_review_puts_the_day_off_and_says_why(world):
    hold = place(world)
    holding.review(
        world.session,
        world.notice,
        hold.id,
        reason="請求の見込みがあるため。",
        review_on=date(2026, 8, 31),
        by=world.staff.id,
        at=LATER,
    )
    assert hold.review_at == make.instant("2026-08-31T00:00+09:00") and hold.released_at is None
    assert journal.history(world.session, world.case)[-1].fact is Fact.HOLD_REVIEWED
    assert list(verify(world.session)) == []


def test_a_review_day_that_nobody_recorded_is_named(world):
    hold = place(world)
    hold.review_at = LATER
    world.session.flush()
    assert [found.table for found in verify(world.session)] == ["loghold"]


def test_a_soft_hold_and_a_flag_are_released_with_a_reason(world):
    for hold in (place(world), world.flag):
        with pytest.raises(NotAllowed, match="理由"):
            holding.release(world.session, world.notice, [hold.id], reason="", by=world.staff.id, at=LATER)
        holding.release(world.session, world.notice, [hold.id], reason="見込みがない。", by=world.staff.id, at=LATER)
        assert hold.released_at == LATER
    with pytest.raises(Conflict):
        holding.release(world.session, world.notice, [world.flag.id], reason="再度", by=world.staff.id, at=LATER)
    assert list(verify(world.session)) == []


def test_a_hard_hold_is_not_a_persons_to_release(world):
    hold = ban(world)
    with pytest.raises(NotAllowed, match=r"法16条1項.*事件が終わるまで"):
        holding.release(world.session, world.notice, [hold.id], reason="不要", by=world.staff.id, at=LATER)
    assert hold.released_at is None
    with pytest.raises(NotAllowed, match="任意の保存だけ"):
        holding.review(
            world.session, world.notice, hold.id, reason="x", review_on=date(2026, 6, 5), by=world.staff.id, at=LATER
        )
    journal.record(world.session, world.case, Fact.DISCLOSURE_REQUEST_ENDED, actor=journal.SYSTEM, at=LATER)
    assert hold.released_at == LATER


def test_a_hold_of_another_case_is_not_touched(world):
    other = make.make_notice(world.session, world.service, "2026-05-01T10:00+09:00")
    [flag] = make.holds_of(world.session, other)
    with pytest.raises(NotAllowed, match="この申出の保存ではありません"):
        holding.release(world.session, world.notice, [flag.id], reason="不要", by=world.staff.id, at=AT)


def test_a_hold_covers_the_posts_it_names_and_no_others(world):
    first, second = world.items
    place(world)
    over, beside = effective(world, first), effective(world, second)
    assert over.cover.strength is Strength.SOFT and over.until is None
    assert [h.strength for h in over.holds] == [Strength.SOFT, Strength.FLAG]
    assert beside.cover.strength is Strength.FLAG and beside.until == STANDARD


def test_a_hold_on_an_account_covers_every_post_of_it(world):
    place(world, items=frozenset(), accounts=frozenset({"@kaze_2198"}))
    for item in world.items:
        mine = item.account == "@kaze_2198"
        assert (effective(world, item).cover.strength is Strength.SOFT) == mine


def test_after_a_release_logs_return_to_the_standard_period(world):
    hold = place(world)
    holding.release(world.session, world.notice, [hold.id], reason="不要", by=world.staff.id, at=LATER)
    assert effective(world, world.items[0], LATER).until == STANDARD


def test_logs_are_due_for_erasure_when_nothing_stands_over_them_any_more(world):
    hold = place(world)
    after = STANDARD + timedelta(days=1)
    assert holding.to_erase(world.session, lambda one: STANDARD, at=after) == []  # the flag is over, the soft hold not
    holding.release(world.session, world.notice, [hold.id], reason="不要", by=world.staff.id, at=after)
    due = holding.to_erase(world.session, lambda one: STANDARD, at=after)
    assert {one.id for one in due} == {hold.id, world.flag.id}
    assert holding.to_erase(world.session, lambda one: after + timedelta(days=1), at=after) == []
    assert holding.to_erase(world.session, lambda one: None, at=after) == []  # its purpose lasts


def test_a_hold_over_other_classes_forbids_nothing(world):
    place(world, classes=frozenset({"2-1"}))
    holding.refuse_erasure(world.session, [world.flag], at=AT)


def test_erasing_is_refused_with_the_article_of_the_hardest_hold(world):
    place(world)
    with pytest.raises(NotAllowed, match="任意の保存"):
        holding.refuse_erasure(world.session, [world.flag], at=AT)
    ban(world)
    with pytest.raises(NotAllowed, match="法16条1項による消去禁止"):
        holding.refuse_erasure(world.session, [world.flag], at=AT)


def test_a_flag_alone_refuses_nothing(world):
    holding.refuse_erasure(world.session, [world.flag], at=AT)
