"""消去の依頼 by itself: when nothing keeps them any more logs are ordered erased, once, and never under a hold."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import NotAllowed, decisions, holding, journal, orders, papers, retention
from tracker.casework.custody import reach
from tracker.casework.holding import erasing
from tracker.casework.holding.going import going_of
from tracker.casework.holding.standard import Periods, standard_of
from tracker.casework.orders.answers import Erased, Said
from tracker.casework.papers import Entry
from tracker.casework.retention import Line
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.logs import LogKind, Provider
from tracker.models import Adapter, Case, Clock, HoldOrder, Letter, LineAnswer, LogHold, Notice, OrderKind, PaperKind
from tracker.sealed import open_text

AT = make.instant("2026-05-07T10:00+09:00")  # Thursday
OVER = make.instant("2026-08-02T00:00+09:00")  # the flag of 2026-05-01 has ended
NIGHT = make.instant("2026-08-03T00:20+09:00")
OF_NOBODY = {"accounts": "@nobody_of_ours"}
LINES = [
    Line(LogKind.ACCOUNT, Provider.CP, "アカウント", ("2-3", "2-4"), "利用者への連絡", 3),
    Line(LogKind.LOGIN, Provider.CP, "ログイン", ("2-9", "2-13"), "誹謗中傷への対応", 3),
    Line(LogKind.POST, Provider.CP, "投稿", ("2-5", "2-8"), "誹謗中傷への対応", 3),
]


def build(session, lines=LINES):
    """A notice of 1 May, its flag, the table of its service, and a custodian that keeps its logs for us."""
    service, staff = make.make_service(session), make.make_staff(session)
    notice = make.make_notice(session, service, "2026-05-01T09:00+09:00")
    custodian = make.make_custodian(session, service)
    world = SimpleNamespace(session=session, service=service, staff=staff, notice=notice, custodian=custodian)
    [world.flag] = make.holds_of(session, notice)
    if lines:
        publish(world, *lines)
    return world


@pytest.fixture
def world(session):
    return build(session)


@pytest.fixture
def bare(session):
    """The same without a table."""
    return build(session, ())


def keep(world, *holds, custodian=None, answer=LineAnswer.HELD):
    """Ask a custodian to keep, and let it answer."""
    ids = [hold.id for hold in holds or [world.flag]]
    order = orders.place(world.session, custodian or world.custodian, ids, by=world.staff.id, at=AT)
    if answer:
        reply(world, order, answer, AT)
    return order


def reply(world, order, answer, at):
    said = {line.hold_id: Said(answer) for line in orders.order_lines(world.session, order)}
    orders.answer_lines(world.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=at)


def erase(world, at=NIGHT, custodian=None):
    return erasing.order_erasure(world.session, (custodian or world.custodian).id, at=at)


def named(world, order):
    return {line.hold_id for line in orders.order_lines(world.session, order)}


def clock(world, order):
    return world.session.exec(select(Clock).where(Clock.case_id == order.case_id, Clock.rule == "erasure")).one()


def other_notice(world, **changes):
    """A second notice of the same service, with no flag of its own that stands in the way."""
    return make.make_notice(world.session, changes.pop("service", world.service), "2026-07-20T09:00+09:00", **changes)


def ban(world, notice, at=AT):
    """A court's order in the case of a notice: about everything of it."""
    case = world.session.get_one(Case, notice.case_id)
    journal.record(world.session, case, Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM, at=at, erasure_ban=True)


def paper(world, service=None, *, kind=PaperKind.PRESERVATION, until=date(2026, 8, 15), classes=("2-5", "2-8"), **more):
    at = make.instant("2026-07-20T10:00+09:00")
    words = {"issuer": "警察署", "asks": "保全", "accounts": "", "contents": ""} | more.pop("words", {})
    entry = Entry(kind=kind, served_at=at, words=words, until=until, classes=classes, **more)
    return papers.enter(world.session, service or world.service, entry, by=world.staff.id, at=at)


def on_record(world, words, **more):
    """A paper as it may be on record, with words that the form does not take any more."""
    with pytest.MonkeyPatch.context() as before:
        before.setattr(papers.entering, "problems", lambda *_asked: [])
        return paper(world, words=words, **more)


def test_the_night_after_the_last_end_an_order_goes_out_by_itself(world):
    keep(world)
    assert erase(world, OVER - timedelta(seconds=1)) is None
    order = erase(world)
    assert order.kind is OrderKind.ERASE and named(world, order) == {world.flag.id}
    case = world.session.get_one(Case, order.case_id)
    told = journal.history(world.session, case)
    assert [one.fact for one in told] == [Fact.HOLD_ORDERED, Fact.LETTER_QUEUED, Fact.RETENTION_ENDED]
    assert {one.actor for one in told} == {journal.SYSTEM} and case.assigned_to == world.staff.id
    assert list(verify(world.session)) == []


def test_promptly_counts_from_the_moment_from_which_nothing_kept_the_logs(world):
    keep(world)
    running = clock(world, erase(world, NIGHT + timedelta(days=2)))
    assert running.started_at == OVER and running.target_at == OVER + timedelta(days=7)


def test_the_record_of_the_notice_says_it_and_its_case_is_not_opened_again(world):
    keep(world)
    erase(world)
    rules = world.session.exec(select(Clock.rule).where(Clock.case_id == world.notice.case_id)).all()
    case = world.session.get_one(Case, world.notice.case_id)
    assert "erasure" not in rules and journal.history(world.session, case)[-1].fact is Fact.HOLD_ORDERED


def test_a_hold_is_ordered_erased_once(world):
    keep(world)
    assert erase(world) and erase(world) is None and erase(world, NIGHT + timedelta(days=30)) is None


@pytest.mark.parametrize("answer", [None, LineAnswer.NOT_HELD, LineAnswer.EXPIRED])
def test_who_did_not_answer_held_is_told_nothing(world, answer):
    keep(world, answer=answer)
    assert erase(world) is None


def test_who_was_never_asked_is_told_nothing_and_everybody_who_keeps_it_is_told(world):
    second, third = (make.make_custodian(world.session, world.service, name) for name in ("第二", "第三"))
    keep(world)
    keep(world, custodian=second)
    assert erasing.holders(world.session) == sorted([world.custodian.id, second.id])
    assert erase(world) and erase(world, custodian=second) and erase(world, custodian=third) is None


def test_an_order_taken_back_is_given_again(world):
    keep(world)
    orders.withdraw(world.session, erase(world), reason="誤り", by=world.staff.id, at=NIGHT)
    assert erase(world, NIGHT + timedelta(days=1))


def test_one_order_names_no_more_than_a_custodian_takes_and_the_next_names_the_rest(world, monkeypatch):
    more = [make.make_notice(world.session, world.service, "2026-05-01T10:00+09:00") for _n in range(2)]
    keep(world, world.flag, *make.holds_of(world.session, *more))
    monkeypatch.setattr(orders, "MOST", 2)
    assert [len(named(world, order)) for order in iter(lambda: erase(world), None)] == [2, 1]


def publish(world, *lines):
    first = date(2026, 1, 1)
    retention.publish(
        world.session, world.service, lines or LINES, in_force=first, note="", seen=0, by=world.staff.id, at=AT
    )


def test_the_table_of_the_service_says_until_when_logs_are_kept_after_a_hold(bare):
    world = bare
    publish(world, *LINES[:2], Line(LogKind.POST, Provider.CP, "投稿", ("2-5", "2-8"), "対応", 6, ""))
    assert standard_of(world.session)(world.flag) == make.instant("2026-11-02T00:00+09:00")
    keep(world)
    assert erase(world) is None
    assert erase(world, make.instant("2026-11-02T00:00+09:00"))


@pytest.mark.parametrize("months", [None, "no line"])
def test_what_is_registered_and_what_is_kept_while_its_purpose_lasts_is_not_ordered_erased(bare, months):
    more = [] if months else [Line(LogKind.ACCOUNT, Provider.CP, "アカウント", ("2-3", "2-4"), "契約の間", None)]
    publish(bare, *LINES[1:], *more)
    assert {"2-3", "2-4"} < set(bare.flag.classes)
    keep(bare)
    going = going_of(bare.session, erase(bare))
    assert set(going[bare.flag.id].classes) == set(bare.flag.classes) - {"2-3", "2-4"}


def registered_stay(bare):
    """An order by itself that leaves what is registered of the account."""
    publish(bare, *LINES[1:])
    keep(bare)
    order = erase(bare)
    return order, going_of(bare.session, order)[bare.flag.id]


def test_the_proof_names_the_classes_that_were_ordered_and_no_others(bare):
    order, going = registered_stay(bare)

    def prove(classes):
        proof = Erased(tuple(classes), {"2-5": 3}, {}, NIGHT, "0" * 64)
        said = {bare.flag.id: Said(LineAnswer.ERASED, "K-1", proof)}
        orders.answer_lines(bare.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=NIGHT)

    with pytest.raises(NotAllowed, match="依頼していない種類"):
        prove(bare.flag.classes)
    with pytest.raises(NotAllowed, match="そろっていません"):
        prove(going.classes[1:])
    prove(going.classes)
    assert order.answered_at == NIGHT and list(verify(bare.session)) == []


def test_the_letter_says_up_to_which_day_and_which_classes_go(bare):
    order, _going = registered_stay(bare)
    letter = bare.session.exec(select(Letter).where(Letter.case_id == order.case_id)).one()
    body = open_text(bare.session, order.case_id, "letter.body", letter.id, letter.body_sealed)
    assert "消去するのは2026年5月2日(土)までの記録" in body
    assert "種類（規則2条）: 投稿のIPアドレスとポート番号、" in body and "電話番号、" not in body
    assert "その後の記録は、ふだんの期間で消去されます。" in body


def test_where_nothing_of_a_hold_has_a_period_nothing_is_ordered_erased(bare):
    lasting = Line(LogKind.LOGIN, Provider.CP, "ログイン", ("2-9", "2-13"), "対応", None)
    publish(bare, lasting, replace(LINES[2], months=None))
    keep(bare)
    assert standard_of(bare.session)(bare.flag) is None and erase(bare, NIGHT + timedelta(days=400)) is None


def test_a_service_without_a_table_has_nothing_ordered_erased_by_itself(bare):
    keep(bare)
    assert erase(bare, NIGHT + timedelta(days=400)) is None
    order = orders.place(
        bare.session, bare.custodian, [bare.flag.id], by=bare.staff.id, at=NIGHT, kind=OrderKind.ERASE
    )  # a person may
    assert going_of(bare.session, order)[bare.flag.id].logs_until == date(2026, 5, 1)


def test_after_a_long_hold_nothing_younger_than_the_usual_period_is_ordered_erased(world):
    reach.connect(world.session, world.custodian, Adapter.WEBHOOK, "https://logs.example.com/x")
    long = paper(world, words={"accounts": "@kaze_2198"}, kind=PaperKind.ERASURE_BAN, until=None, classes=("2-9",))
    [hold] = world.session.exec(select(LogHold).where(LogHold.paper_id == long.id)).all()
    keep(world, hold)
    end = make.instant("2027-12-01T10:00+09:00")
    papers.end(world.session, long, occurred_at=end, reason="取下げ", by=world.staff.id, at=end)
    order = erase(world, make.instant("2027-12-02T00:20+09:00"))
    [line] = payload_of(world, order)["lines"]
    assert line["logs_until"] == "2027-09-01"  # kept for three months, to the end of 1 December
    assert line["classes"] == ["2-9"] and line["logs_from"] is None


def test_the_last_day_of_the_logs_that_a_paper_names_is_not_moved(world):
    words = {"accounts": "@kaze_2198"}
    old = paper(world, words=words, until=date(2026, 7, 31), logs_until=date(2026, 3, 31))
    [hold] = world.session.exec(select(LogHold).where(LogHold.paper_id == old.id)).all()
    keep(world, hold)
    assert going_of(world.session, erase(world))[hold.id].logs_until == date(2026, 3, 31)


def test_a_shorter_period_from_a_day_on_takes_nothing_older_that_is_kept_for_longer(bare):
    six = [replace(line, months=6) for line in LINES]
    publish(bare, *six)
    shorter = date(2026, 7, 1)
    retention.publish(bare.session, bare.service, LINES, in_force=shorter, note="短く", seen=1, by=bare.staff.id, at=AT)
    ban = paper(bare, words={"accounts": "@kaze_2198"}, kind=PaperKind.ERASURE_BAN, until=None, classes=("2-9",))
    [hold] = bare.session.exec(select(LogHold).where(LogHold.paper_id == ban.id)).all()
    periods = Periods(bare.session)
    assert periods.standard(hold) == make.instant("2026-10-21T00:00+09:00")
    assert periods.going(hold, make.instant("2026-10-21T00:20+09:00")) is None  # those of June are kept until December
    assert periods.going(hold, make.instant("2027-01-01T00:20+09:00")).logs_until == date(2026, 9, 30)


def payload_of(world, order):
    letter = world.session.exec(select(Letter).where(Letter.case_id == order.case_id)).one()
    return json.loads(open_text(world.session, order.case_id, "letter.body", letter.id, letter.body_sealed))


def test_lines_of_an_access_provider_say_nothing_of_a_content_provider(bare):
    world = bare
    publish(world, *LINES, Line(LogKind.ACCESS, Provider.AP, "接続認証ログ", ("2-5", "2-8"), "照会への対応", 6))
    assert standard_of(world.session)(world.flag) == OVER


def test_a_class_without_a_line_is_kept_for_three_months(bare):
    world = bare
    publish(world, LINES[1])
    short = paper(world, words={"accounts": "@kaze_2198"}, until=date(2026, 7, 31))
    [hold] = world.session.exec(select(LogHold).where(LogHold.paper_id == short.id)).all()
    assert standard_of(world.session)(hold) == make.instant("2026-10-21T00:00+09:00")
    old = paper(world, words={"accounts": "@kaze_2198"}, until=date(2026, 7, 31), logs_until=date(2026, 3, 31))
    [hold] = world.session.exec(select(LogHold).where(LogHold.paper_id == old.id)).all()
    assert standard_of(world.session)(hold) == make.instant("2026-07-01T00:00+09:00")


@pytest.mark.parametrize("url", ["https://tsumugi.example/p/1", "http://www.tsumugi.example/p/1/?utm_source=x"])
def test_a_hold_of_another_notice_about_the_same_address_forbids_it(world, url):
    keep(world)
    second = other_notice(world, items=1)
    item = second_item(world, second, url, "@somebody_else")
    ban(world, second)
    assert item.account not in {"@kaze_2198"} and erase(world) is None
    with pytest.raises(NotAllowed, match="ほかの根拠による保存"):
        holding.refuse_erasure(world.session, [world.flag], at=NIGHT)


def test_what_another_case_keeps_is_refused_in_the_same_words_whether_its_paper_is_confidential_or_not(world):
    keep(world)
    said = set()
    for secret in (False, True):
        one = paper(
            world, words={"accounts": "@kaze_2198"}, kind=PaperKind.ERASURE_BAN, until=None, confidential=secret
        )
        with pytest.raises(NotAllowed) as no:
            holding.refuse_erasure(world.session, [world.flag], at=NIGHT)
        said.add(str(no.value))
        at = make.instant("2026-07-21T10:00+09:00")
        papers.end(world.session, one, occurred_at=at, reason="終わった", by=world.staff.id, at=at)
    [words] = said
    assert "条" not in words


def second_item(world, notice, url, account):
    """Let the only item of a notice be another post."""
    from tracker.casework import decisions
    from tracker.casework.traces import normal_url, url_key

    [item] = decisions.items_of(world.session, notice)
    item.url, item.url_normal, item.url_key = url, normal_url(url), url_key(normal_url(url))
    item.account, item.sender_id = account, None
    world.session.add(item)
    world.session.flush()
    return item


def test_a_hold_of_another_notice_about_the_same_account_forbids_it(world):
    keep(world)
    second = other_notice(world, items=1)
    second_item(world, second, "https://tsumugi.example/p/99", "＠KAZE_2198")
    ban(world, second)
    assert erase(world) is None


def test_another_post_of_the_account_forbids_nothing_where_only_logs_of_posts_are_meant(world):
    second = other_notice(world, items=1)
    second_item(world, second, "https://tsumugi.example/p/99", "@kaze_2198")
    post = {"contents": "https://tsumugi.example/p/99"}
    paper(world, notice=second.number, words={"asks": "投稿のログ"} | post)
    holding.refuse_erasure(world.session, [world.flag], at=NIGHT)
    paper(world, notice=second.number, words=post, classes=("2-13",))
    with pytest.raises(NotAllowed):
        holding.refuse_erasure(world.session, [world.flag], at=NIGHT)


def test_neither_another_post_and_account_nor_another_service_forbids_it(world):
    keep(world)
    elsewhere = make.make_service(world.session, "つむぎ日記", "diary", "TD")
    second = other_notice(world, items=1)
    second_item(world, second, "https://tsumugi.example/p/99", "@somebody_else")
    ban(world, second)
    third = other_notice(world, items=2, service=elsewhere)
    ban(world, third)
    assert erase(world)


@pytest.mark.parametrize(
    "words",
    [
        {"accounts": "@kaze_2198"},
        {"accounts": "本件アカウント（@kaze_2198）、@other"},
        {"contents": "https://tsumugi.example/p/2"},
        {"contents": "別紙1: http://www.tsumugi.example/p/2/ の投稿"},
        {"contents": "別紙の投稿"},  # nobody can tell which: it may be any
        {"contents": "https://tsumugi.example/p/1の投稿"},
        {"contents": "https://tsumugi.example/p/1; https://tsumugi.example/p/9"},
        {"contents": "https://tsumugi.example/p/9,https://tsumugi.example/p/1"},
        {"contents": "【https://tsumugi.example/p/1】"},
        {"contents": "https://tsumugi.example/p/1]"},
        {"contents": "https://m.tsumugi.example/p/1"},
        {"contents": "hxxps://tsumugi.example/p/1"},
        {"accounts": "アカウント名：kaze_2198"},
        {"accounts": "「kaze_2198」"},
        {"accounts": "ID:kaze_2198"},
        {"accounts": "@kaze_2198ほか1件"},
        {"accounts": "https://tsumugi.example/kaze_2198"},
        {"accounts": "不明", "contents": "スレッド12の34番"},
        {"accounts": "@somebody_else", "contents": "スレッド12の34番"},
    ],
)
def test_what_a_paper_names_without_naming_a_notice_is_kept(world, words):
    keep(world)
    second_item(world, other_notice(world, items=1), "https://tsumugi.example/p/9", "@somebody_else")
    on_record(world, words)
    assert erase(world) is None
    assert erase(world, make.instant("2026-08-16T00:20+09:00"))


def test_promptly_counts_from_the_end_of_a_paper_of_another_case(world):
    keep(world)
    paper(world, words={"accounts": "@kaze_2198"})
    order = erase(world, make.instant("2026-08-16T00:20+09:00"))
    assert clock(world, order).started_at == make.instant("2026-08-16T00:00+09:00")


def test_a_paper_that_names_others_or_other_classes_or_other_days_keeps_nothing_of_it(world):
    keep(world)
    second_item(world, other_notice(world, items=1), "https://tsumugi.example/p/9", "@somebody_else")
    paper(world, words={"accounts": "@Somebody_Else", "contents": "https://tsumugi.example/p/9/"})
    paper(world, words={"accounts": "@kaze_2198"}, classes=("2-1",))
    assert erase(world)


def test_a_paper_about_a_post_keeps_what_belongs_to_the_account_of_that_post(world):
    keep(world)
    second_item(world, other_notice(world, items=1), "https://tsumugi.example/p/9", "kaze_2198")
    paper(world, words={"contents": "https://tsumugi.example/p/9"}, classes=("2-13",))
    assert erase(world) is None


def test_a_post_of_an_unknown_account_may_be_of_any_account_that_a_paper_names(world):
    second_item(world, other_notice(world, items=1), "https://tsumugi.example/p/9", "@somebody_else")
    paper(world, words={"accounts": "@somebody_else"})
    holding.refuse_erasure(world.session, [world.flag], at=NIGHT)
    [first, _second] = decisions.items_of(world.session, world.notice)
    first.account, first.sender_id = "", None
    world.session.add(first)
    world.session.flush()
    with pytest.raises(NotAllowed):
        holding.refuse_erasure(world.session, [world.flag], at=NIGHT)


def test_what_nobody_understands_in_a_paper_of_a_notice_may_be_about_any_other(world):
    keep(world)
    second = other_notice(world, items=1)
    second_item(world, second, "https://tsumugi.example/p/9", "@somebody_else")
    paper(world, words={"accounts": "@somebody_else"}, notice=second.number)
    holding.refuse_erasure(world.session, [world.flag], at=NIGHT)
    on_record(world, {"accounts": "@somebody_else", "contents": "別紙の投稿"}, notice=second.number)
    assert erase(world) is None


def test_a_paper_of_a_notice_keeps_everything_of_it(world):
    keep(world)
    paper(world, words={"accounts": "@somebody_else"}, notice=world.notice.number)
    assert erase(world) is None


def test_what_a_confidential_paper_kept_is_ordered_apart_and_refused_without_a_word(world):
    secret = paper(world, words={"accounts": "@kaze_2198"}, confidential=True)
    [hold] = world.session.exec(select(LogHold).where(LogHold.paper_id == secret.id)).all()
    keep(world, world.flag)
    keep(world, hold)
    with pytest.raises(NotAllowed, match="ほかの根拠") as no:
        holding.refuse_erasure(world.session, [world.flag], at=NIGHT)
    assert "刑訴法" not in str(no.value)
    later = make.instant("2026-12-01T00:20+09:00")
    assert [named(world, order) for order in iter(lambda: erase(world, later), None)] == [{world.flag.id}, {hold.id}]


def test_logs_that_were_gone_before_the_order_came_end_the_watch(world):
    keep(world)
    order = erase(world)
    reply(world, order, LineAnswer.EXPIRED, NIGHT + timedelta(minutes=5))
    assert erasing.gone_before(world.session) == [order.id]
    for _twice in range(2):
        erasing.note_gone_before(world.session, order.id, at=NIGHT + timedelta(days=1))
    assert clock(world, order).stopped_at == order.answered_at and erasing.gone_before(world.session) == []
    facts = [one.fact for one in journal.history(world.session, world.session.get_one(Case, order.case_id))]
    assert facts.count(Fact.NOTHING_TO_ERASE) == 1 and list(verify(world.session)) == []


def test_what_a_custodian_keeps_for_another_reason_stays_watched(world):
    keep(world)
    order = erase(world)
    reply(world, order, LineAnswer.HELD, NIGHT)
    assert erasing.gone_before(world.session) == [] and clock(world, order).stopped_at is None


def test_two_workers_at_once_order_each_hold_once(on_each_engine):
    database = on_each_engine
    with database.writing() as session:
        world = build(session)
        for hour in range(10, 16):
            make.make_notice(session, world.service, f"2026-05-01T{hour}:00+09:00")
        keep(world, *session.exec(select(LogHold)).all())
        custodian = world.custodian.id
    start = Barrier(2)

    def work():
        start.wait()
        with database.writing() as session:
            return erasing.order_erasure(session, custodian, at=NIGHT) is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(one.result(60) for one in [pool.submit(work), pool.submit(work)]) == [False, True]
    with database.reading() as session:
        [order] = session.exec(select(HoldOrder).where(HoldOrder.kind == OrderKind.ERASE)).all()
        assert len(orders.order_lines(session, order)) == 7 and list(verify(session)) == []


@pytest.mark.postgres
def test_a_hold_being_placed_and_an_order_to_erase_do_not_pass_each_other(on_each_engine):
    database = on_each_engine
    with database.writing() as session:
        world = build(session)
        keep(world)
        items = frozenset(one.id for one in decisions.items_of(session, world.notice))
        custodian, notice, staff = world.custodian.id, world.notice.id, world.staff.id
    start = Barrier(2)

    def place():
        wish = holding.Wish("emergency", "開示請求の準備", frozenset({"2-5"}), date(2026, 8, 17), items=items)
        start.wait()
        with database.writing() as session:
            hold = holding.place(session, session.get_one(Notice, notice), wish, by=staff, at=NIGHT)
            ordered = session.exec(select(HoldOrder.id).where(HoldOrder.kind == OrderKind.ERASE)).first()
            return hold.id, ordered is not None

    def work():
        start.wait()
        with database.writing() as session:
            return erasing.order_erasure(session, custodian, at=NIGHT) is not None

    with ThreadPoolExecutor(2) as pool:
        placed, worked = pool.submit(place), pool.submit(work)
        (_hold, saw_order), ordered = placed.result(60), worked.result(60)
    assert ordered == saw_order  # whichever came second knew of the first
