"""The watch and papers: their clocks are told, a right that has passed is not, and a confidential one only by name."""

from datetime import date

import pytest
from sqlmodel import col, select

from tests import make
from tests.casework.test_watch import jst
from tracker.casework import NotAllowed, holding, journal, orders, papers
from tracker.casework.faces import Urgency, face
from tracker.casework.feeds.entries import entries
from tracker.casework.holdings import open_orders
from tracker.casework.mailroom import Asked, count
from tracker.casework.overview import days_ahead, holds_ending as weeks_ahead
from tracker.casework.papers import Entry
from tracker.casework.watch import digests, memos
from tracker.casework.watch.board import Whose, board, room_of
from tracker.casework.watch.sweep import NobodyToTell, sweep
from tracker.letters.transport import Answer
from tracker.models import (
    Alert,
    Case,
    ChannelPost,
    Clock,
    Feed,
    Item,
    LogHold,
    Memo,
    PaperKind,
    Preference,
    Role,
    Staff,
)

SERVED = jst("2026-11-20T14:30")  # Friday
AT = jst("2026-11-20T16:00")
WORDS = {"issuer": "渚ヶ浦警察署", "reference": "渚捜発第4242号", "asks": "保全", "accounts": "@himitsu_4242"}
BAN, DEMAND, REQUEST = PaperKind.ERASURE_BAN, PaperKind.REPORT_DEMAND, PaperKind.PRESERVATION


class World:
    """A service, a team, and a reviewer who is named where something is confidential."""

    def __init__(self, session) -> None:
        self.session = session
        self.service = make.make_service(session)
        self.lead = make.make_staff(session, "主任", Role.LEAD)
        self.manager = make.make_staff(session, "管理", Role.MANAGER)
        self.named = make.make_staff(session, "名指し", Role.REVIEWER)

    def enter(self, kind, *, confidential=False, until=None, classes=("2-5",)):
        entry = Entry(kind=kind, served_at=SERVED, words=WORDS, until=until, classes=classes, confidential=confidential)
        return papers.enter(self.session, self.service, entry, by=self.named.id, at=AT)

    def pass_on(self, paper) -> None:
        """Order what a paper keeps from a custodian, who answers: nobody need order it any more."""
        holds = self.session.exec(select(LogHold.id).where(LogHold.paper_id == paper.id)).all()
        custodian = make.make_custodian(self.session, self.service)
        order = orders.place(self.session, custodian, holds, by=self.named.id, at=AT)
        orders.answer(self.session, order, missing=[], words="基盤部", actor=journal.CUSTODIAN, at=AT)

    def sweep(self, at: str):
        return sweep(self.session, at=jst(at))

    def told(self) -> set[str]:
        query = select(Staff.name).join(Alert, col(Alert.recipient) == col(Staff.id))
        return set(self.session.exec(query))

    def memos(self) -> list[Memo]:
        return list(self.session.exec(select(Memo).order_by(col(Memo.queued_at))))

    def morning(self, staff, at: str) -> str:
        memo = digests.morning(self.session, staff.id, at=jst(f"{at}T08:30"))
        return f"{memo.subject}\n{memo.body}"


@pytest.fixture
def world(on_each_engine):
    """On each kind of database: what may be known is asked in subqueries."""
    with on_each_engine.writing() as session:
        yield World(session)


def words_of(paper) -> list[str]:
    return [paper.number, *WORDS.values(), "法29条", "刑訴法", "報告徴収", "法16条"]


# The clocks of papers


def test_the_clock_of_a_paper_is_told_with_its_number_and_a_link_to_it(world):
    paper = world.enter(DEMAND, until=date(2026, 12, 4))
    world.sweep("2026-12-04T09:00")
    body = world.memos()[0].body
    assert f"{paper.number}　" in body and f"/desk/papers/{paper.number}\n" in body
    [entry] = board(world.session, Whose.ALL, world.lead.id, at=jst("2026-12-04T09:10")).entries
    assert (entry.name, entry.room, entry.service) == (paper.number, f"papers/{paper.number}", world.service.name)


def test_an_extension_doubles_no_line_of_its_first_paper(world):
    first = world.enter(REQUEST, until=date(2026, 12, 18))
    more = Entry(
        PaperKind.PRESERVATION_EXTENSION, jst("2026-12-15T09:00"), WORDS, until=date(2026, 12, 25), classes=("2-5",)
    )
    papers.extend(world.session, first, more, by=world.named.id, at=jst("2026-12-15T10:00"))
    clocks = world.session.exec(select(Clock).where(Clock.case_id == first.case_id)).all()
    assert clocks and all(
        room_of(world.session, clock.id, reader=world.lead.id) == f"papers/{first.number}" for clock in clocks
    )


def test_a_right_reminds_before_its_end_and_is_silent_and_calm_after_it(world):
    """An immediate appeal: a week from the service on Friday 20 November ends with Friday the 27th."""
    paper = world.enter(BAN)
    world.pass_on(paper)
    of_paper = select(Clock).where(Clock.case_id == paper.case_id, col(Clock.stopped_at).is_(None))
    [clock] = world.session.exec(of_paper).all()
    world.sweep("2026-11-26T09:00")
    world.sweep("2026-11-27T09:00")
    before = len(world.memos())
    assert before and "今日が最後の営業日" in world.memos()[-1].body
    assert paper.number in world.morning(world.lead, "2026-11-27")
    assert board(world.session, Whose.ALL, world.lead.id, at=jst("2026-11-27T10:00")).entries
    for at in ("2026-11-30T09:00", "2026-12-01T09:00", "2026-12-28T09:00"):
        world.sweep(at)
    assert len([memo for memo in world.memos() if memo.kind == "single"]) == before
    assert clock.alert_at is None
    after = jst("2026-11-30T10:00")
    assert not board(world.session, Whose.ALL, world.lead.id, at=after).entries
    assert paper.number not in world.morning(world.lead, "2026-11-30")
    shown = face(clock, after, world.session.info["calendar"])
    assert shown.urgency is Urgency.STOPPED and "超過" not in shown.say and shown.running


def test_a_right_is_not_told_of_after_down_time_either(world):
    world.pass_on(world.enter(BAN))
    world.sweep("2026-12-01T09:00")
    assert world.memos() == []


def test_that_nobody_ordered_what_a_paper_keeps_is_told_after_its_office_target(world):
    paper = world.enter(BAN)
    world.sweep("2026-11-24T09:00")
    assert "保管者への保存の依頼" in world.memos()[0].body and paper.number in world.memos()[0].body
    [one, *_rest] = board(world.session, Whose.ALL, world.lead.id, at=jst("2026-11-24T10:00")).entries
    assert (one.face.rule.key, one.room) == ("ban_order", f"papers/{paper.number}")


def test_a_memo_that_waits_does_not_go_to_who_was_taken_off_the_readers_since(world):
    """Whoever may still know of what it told is told anew, and so is who was taken off of what is everybody's."""
    other = make.make_staff(world.session, "別の人", Role.REVIEWER)
    secret, public = (world.enter(DEMAND, confidential=one, until=date(2026, 12, 4)) for one in (True, False))
    world.session.get_one(Case, public.case_id).assigned_to = other.id
    papers.name_reader(world.session, secret, other.id, by=world.named.id, at=AT)
    world.sweep("2026-12-04T09:00")
    [memo] = world.session.exec(select(Memo).where(Memo.staff_id == other.id)).all()
    assert "名指しされた書面の期限" in memo.body
    papers.end_reader(world.session, secret, other.id, by=world.named.id, at=jst("2026-12-04T09:01"))
    assert memos.claim(world.session, memo.id, jst("2026-12-04T09:02")) is None
    world.session.refresh(memo)
    assert memo.cancelled_at
    world.sweep("2026-12-04T09:05")
    again = [one for one in world.memos() if one.staff_id == other.id and one.cancelled_at is None]
    assert all("名指し" not in one.body for one in again)
    assert [public.number in one.body for one in again] == [True] * (public.number in memo.body)
    assert memos.claim(world.session, again[0].id, jst("2026-12-04T09:06"))


def test_that_a_paper_binds_no_longer_is_said_once_in_the_morning_and_never_that_something_may_be_used(world):
    paper = world.enter(REQUEST, until=date(2026, 12, 18))
    secret = world.enter(REQUEST, confidential=True, until=date(2026, 12, 18))
    for one in (paper, secret):
        papers.end_waits(world.session, one.case_id, at=jst("2026-12-19T00:05"))
    world.sweep("2026-12-21T09:00")
    assert world.memos() == []
    mine, lead = world.morning(world.named, "2026-12-21"), world.morning(world.lead, "2026-12-21")
    for text in (mine, lead):
        assert f"・{paper.number}　通信履歴の保全の要請（刑訴法197条3項）　12/18(金)で過ぎました" in text
        assert secret.number not in text and "使える" not in text
    assert "・名指しされた書面の期限　12/18(金)で過ぎました" in mine and "名指し" not in lead
    for memo in world.memos():
        memos.settle(world.session, memo.id, Answer(True, 250, "relay"), at=jst("2026-12-21T08:31"))
    assert paper.number not in world.morning(world.lead, "2026-12-22")


# What only named people may know of


def test_only_who_is_named_is_told_and_the_mail_names_nothing(world):
    channel = make.make_channel(world.session, world.manager, AT)
    paper = world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    for at in ("2026-12-03T09:00", "2026-12-04T09:00", "2026-12-07T09:00", "2026-12-08T09:00"):
        world.sweep(at)
    assert world.told() == {"名指し"}
    assert channel and world.session.exec(select(ChannelPost)).all() == []
    for memo in world.memos():
        assert "名指しされた書面の期限" in memo.body and "/desk/watch/clocks/" in memo.body
        assert not [word for word in words_of(paper) if word in memo.subject + memo.body]


def test_each_digest_keeps_it_from_all_but_the_named_and_names_nothing_to_these(world):
    paper = world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    kept = world.enter(REQUEST, confidential=True, until=date(2026, 12, 4))
    for at in ("2026-12-02", "2026-12-04", "2026-12-07"):
        assert "名指し" not in world.morning(world.lead, at) + world.morning(world.manager, at)
        mine = world.morning(world.named, at)
        assert "・名指しされた書面の期限　12/4(金)" in mine and "/desk/watch/clocks/" in mine
        assert not [word for word in [*words_of(paper), kept.number] if word in mine]
        assert ("・名指しされた書面の保存　12/4(金)" in mine) is (at != "2026-12-07")


def test_somebody_named_who_does_not_have_the_case_reads_of_it_in_the_morning(world):
    other = make.make_staff(world.session, "別の人", Role.REVIEWER)
    paper = world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    assert "名指し" not in world.morning(other, "2026-12-03")
    papers.name_reader(world.session, paper, other.id, by=world.named.id, at=AT)
    assert "・名指しされた書面の期限" in world.morning(other, "2026-12-04")


def test_when_nobody_named_works_here_nobody_else_is_told_and_the_run_says_so(world):
    world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    world.named.active = False
    world.session.add(world.named)
    done = world.sweep("2026-12-04T09:00")
    assert (done.failure, done.alerts, world.memos()) == ("NoReader", 0, [])
    for one in (world.lead, world.manager):
        one.active = False
        world.session.add(one)
    with pytest.raises(NobodyToTell):
        world.sweep("2026-12-04T11:00")


def test_a_wish_against_single_mails_holds_not_where_a_duty_would_be_silent(world):
    world.session.add(Preference(staff_id=world.named.id, singles=False))
    world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    world.sweep("2026-12-04T09:00")
    assert world.told() == {"名指し"}


def test_an_order_about_it_is_as_confidential_as_the_paper(world):
    paper = world.enter(REQUEST, confidential=True, until=date(2026, 12, 18))
    holds = world.session.exec(select(LogHold.id).where(LogHold.paper_id == paper.id)).all()
    custodian = make.make_custodian(world.session, world.service)
    order = orders.place(world.session, custodian, holds, by=world.named.id, at=AT)
    assert papers.is_confidential(world.session, order.case_id)
    assert papers.who_may_know(world.session, [order.case_id]) == {order.case_id: {world.named.id}}
    at = jst("2026-11-25T10:00")
    world.sweep("2026-11-25T10:00")
    assert world.told() == {"名指し"}
    assert not [memo for memo in world.memos() if order.number in memo.subject + memo.body]
    session = world.session
    for staff, sees in ((world.named, 1), (world.lead, 0), (world.manager, 0)):
        assert papers.knows(session, order.case_id, staff.id) is bool(sees)
        assert len(open_orders(session, at=at, reader=staff.id)) == sees
        assert len(board(session, Whose.ALL, staff.id, at=at).entries) == sees
        assert count(session, Asked(view="all", reader=staff.id)) == sees
        assert sum(sum(week.ending.values()) for week in weeks_ahead(session, at=at, reader=staff.id)) == sees
    assert open_orders(session, at=at) == [] and count(session, Asked(view="all")) == 0


def test_what_is_confidential_goes_into_no_order_with_anything_else(world):
    papers_of = [world.enter(REQUEST, confidential=secret, until=date(2026, 12, 18)) for secret in (True, False)]
    cases = [paper.case_id for paper in papers_of]
    holds = world.session.exec(select(LogHold.id).where(col(LogHold.case_id).in_(cases))).all()
    custodian = make.make_custodian(world.session, world.service)
    with pytest.raises(NotAllowed, match="別の依頼"):
        orders.place(world.session, custodian, holds, by=world.named.id, at=AT)


def test_figures_of_the_days_ahead_count_it_for_the_named_alone(world):
    world.enter(DEMAND, confidential=True, until=date(2026, 11, 25))
    for staff, n in ((world.named, 1), (world.lead, 0)):
        assert sum(day.duty for day in days_ahead(world.session, at=AT, reader=staff.id)) == n
    assert sum(day.duty for day in days_ahead(world.session, at=AT)) == 0


def test_a_calendar_holds_papers_but_no_confidential_one(world):
    feed = Feed(staff_id=world.named.id, service_id=None, made_at=AT)
    open_one = world.enter(DEMAND, until=date(2026, 12, 4))
    world.enter(DEMAND, confidential=True, until=date(2026, 12, 4))
    found = entries(world.session, feed, at=AT).rows
    assert {(one.number, one.path) for one in found} == {(open_one.number, f"/desk/papers/{open_one.number}")}


# Holds that end, and those that are looked at again


def test_a_hold_of_a_paper_that_ends_soon_is_in_the_morning_with_a_link(world):
    paper = world.enter(REQUEST, until=date(2026, 12, 18))
    text = world.morning(world.lead, "2026-12-17")
    assert f"・{paper.number}　12/18(金)　消去禁止" in text and f"/desk/papers/{paper.number}\n" in text
    assert paper.number not in text.split("■ この先3営業日で終わる")[0]


def test_a_soft_hold_asks_each_morning_from_five_working_days_before_its_review_until_somebody_has_looked(world):
    notice = make.make_notice(world.session, world.service, "2026-11-18T09:14:37+09:00")
    hold = keep(world, notice, date(2026, 12, 11))
    named = {}
    for day in ("2026-12-03", "2026-12-04", "2026-12-11", "2026-12-14"):
        text = world.morning(world.lead, day)
        named[day] = text.count("開示請求の見込みはありますか")
        if named[day]:
            assert f"・{notice.number}　見直しの日 12/11(金)" in text
            assert f"/desk/cases/{notice.number}?tab=holds" in text
    assert named == {"2026-12-03": 0, "2026-12-04": 1, "2026-12-11": 1, "2026-12-14": 1}
    assert "3日過ぎています" in text
    at = jst("2026-12-14T10:00")
    review = {"reason": "相談が続いている", "review_on": date(2027, 1, 29)}
    holding.review(world.session, notice, hold.id, **review, by=world.lead.id, at=at)
    assert "開示請求の見込みはありますか" not in world.morning(world.lead, "2026-12-15")


def keep(world, notice, review_on: date) -> LogHold:
    """A soft hold of every post of a notice."""
    wish = holding.Wish(
        ground=next(iter(holding.REASONS)),
        reason="開示請求の相談を受けた",
        classes=frozenset({"2-5"}),
        review_on=review_on,
        items=frozenset(world.session.exec(select(Item.id).where(Item.case_id == notice.case_id))),
    )
    return holding.place(world.session, notice, wish, by=world.lead.id, at=AT)
