"""Any holds in any order of time: never ordered erased under one, never kept past the last end; and any order says
nothing but what the contract names.
"""

import json
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tracker.casework import holding, intake, journal, orders, papers, retention
from tracker.casework.custody import reach
from tracker.casework.holding import erasing
from tracker.casework.holding.ending import due_cases, end_due
from tracker.casework.holding.standard import standard_of
from tracker.casework.holding.unlogged import has_log_content
from tracker.casework.intake import FiledItem
from tracker.casework.orders.answers import Said
from tracker.casework.papers import Entry
from tracker.casework.retention import Line
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Strength
from tracker.law.logs import CLASSES, LogKind, Provider
from tracker.law.period import japanese_day, start_of
from tracker.models import (
    Adapter,
    Case,
    Clock,
    HoldOrder,
    HoldOrderLine,
    Item,
    Letter,
    LineAnswer,
    LogHold,
    OrderKind,
    PaperKind,
)
from tracker.sealed import open_text

FIRST = date(2026, 5, 1)
TARGET = timedelta(days=7)  # the office target of an erasure
BOTH = frozenset({"2-5", "2-13"})  # of a post, and of its account
ORDER = {
    "$ref": "#/components/schemas/Order",
    "components": yaml.safe_load((Path(__file__).parents[2] / "docs/custodian/openapi.yaml").read_text("utf-8"))[
        "components"
    ],
}

HOLD = st.tuples(
    st.sampled_from(["soft", "account", "ban", "other", "paper", "flag"]),
    st.integers(1, 120),  # the day on which it is placed
    st.integers(1, 60),  # for how long
)


@contextmanager
def fresh(migrated):
    """A database of one example."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated, Path(folder) / "kigen.db")
        database = open_database(make_settings(Path(folder), webhook_local=True))
        try:
            with database.writing() as session:
                yield session
        finally:
            database.dispose()


class World:
    """A service whose custodian keeps whatever it is asked to."""

    def __init__(self, session, months) -> None:
        self.session = session
        self.service, self.staff = make.make_service(session), make.make_staff(session)
        self.custodian = make.make_custodian(session, self.service)
        if months:
            lines = [
                Line(LogKind.ACCOUNT, Provider.CP, "アカウント", ("2-3", "2-4"), "連絡", 3),
                Line(LogKind.LOGIN, Provider.CP, "ログイン", ("2-9", "2-13"), "対応", months),
                Line(LogKind.POST, Provider.CP, "投稿", ("2-5", "2-8"), "対応", 3),
            ]
            retention.publish(
                session, self.service, lines, in_force=FIRST, note="", seen=0, by=self.staff.id, at=start_of(FIRST)
            )
        self.notice = make.make_notice(session, self.service, f"{FIRST}T09:00+09:00")
        self.keep(start_of(FIRST) + timedelta(hours=10))

    def keep(self, at):
        """Ask for everything that runs, and was not asked for; the custodian has it."""
        asked = select(HoldOrderLine.hold_id)
        found = self.session.exec(select(LogHold).where(LogHold.id.not_in(asked))).all()
        if ids := [hold.id for hold in found if not hold.over(at)]:
            order = orders.place(self.session, self.custodian, ids, by=self.staff.id, at=at)
            said = {line.hold_id: Said(LineAnswer.HELD) for line in orders.order_lines(self.session, order)}
            orders.answer_lines(self.session, order, said, words="基盤部", actor=journal.CUSTODIAN, at=at)

    def begin(self, kind, at, days):
        """Place a hold; gives what ends it."""
        session, staff = self.session, self.staff
        if kind in ("soft", "account"):
            items = frozenset(session.exec(select(Item.id).where(Item.case_id == self.notice.case_id)))
            wish = holding.Wish(
                ground="emergency",
                reason="開示請求の準備があるため。",
                classes=BOTH,
                review_on=holding.last_review_day(session.info["calendar"], at),
                **({"items": items} if kind == "soft" else {"accounts": frozenset({"@kaze_2198"})}),
            )
            hold = holding.place(session, self.notice, wish, by=staff.id, at=at)
            return lambda at: holding.release(
                session, self.notice, [hold.id], reason="不要", by=staff.id, at=at
            )  # fmt: skip
        if kind == "paper":
            words = {"issuer": "警察署", "asks": "保全", "accounts": "＠KAZE_2198", "contents": ""}
            until = japanese_day(at) + timedelta(days=min(days, 30))
            entry = Entry(PaperKind.PRESERVATION, at, words, until=until, classes=tuple(sorted(BOTH)))
            papers.enter(session, self.service, entry, by=staff.id, at=at)
            return None
        notice = self.notice
        if kind in ("other", "flag"):
            notice = make.make_notice(session, self.service, at.isoformat())
        if kind == "flag":
            return None
        case = session.get_one(Case, notice.case_id)
        journal.record(session, case, Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM, at=at, erasure_ban=True)
        return lambda at: journal.record(
            session, case, Fact.DISCLOSURE_REQUEST_ENDED, actor=journal.SYSTEM, at=at
        )  # fmt: skip

    def night(self, day):
        """The jobs of a night. Every order that goes out is looked at."""
        at = start_of(day)
        for case in due_cases(self.session, at=at + timedelta(minutes=10)):
            end_due(self.session, case, at=at + timedelta(minutes=10))
        at += timedelta(minutes=20)
        while order := erasing.order_erasure(self.session, self.custodian.id, at=at):
            assert not self.standing(at), "ordered erased under a hold"
            running = self.session.exec(
                select(Clock).where(Clock.case_id == order.case_id, Clock.rule == "erasure")
            ).one()
            assert running.started_at <= at < running.started_at + TARGET == running.target_at
            assert at - running.started_at <= timedelta(days=1), "later than the night after"
        if self.standing(at):
            return
        standard = standard_of(self.session)
        erased = set(
            self.session.exec(
                select(HoldOrderLine.hold_id)
                .join(HoldOrder, HoldOrder.id == HoldOrderLine.order_id)
                .where(HoldOrder.kind == OrderKind.ERASE)
            )
        )
        for hold in self.session.exec(select(LogHold)):
            if hold.over(at) and standard(hold) <= at:
                assert hold.id in erased, "kept past the last end"

    def ends(self):
        """The days on which a hold or the standard period of its logs ends, as far as they are known."""
        standard = standard_of(self.session)
        found = [(hold.until_at, hold.released_at, standard(hold)) for hold in self.session.exec(select(LogHold))]
        return {japanese_day(at) for moments in found for at in moments if at}

    def standing(self, at):
        """The soft and hard holds that stand: all of this world's are about the same account."""
        found = self.session.exec(select(LogHold).where(LogHold.strength != Strength.FLAG))
        return [hold for hold in found if not hold.over(at)]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(HOLD, max_size=5), st.sampled_from([3, 6]))
def test_never_ordered_erased_under_a_hold_and_never_kept_past_the_last_end(migrated, holds, months):
    with fresh(migrated) as session:
        world = World(session, months)
        days: dict[date, list] = {}
        for kind, first, length in holds:
            days.setdefault(FIRST + timedelta(days=first), []).append((kind, length))
        ends: dict[date, list] = {}
        coming = {*days, *world.ends()}  # nothing happens on any other day, nor in the night after one
        last = FIRST
        while coming:
            last = day = min(coming)
            coming.discard(day)
            for night in (day, day + timedelta(days=1)):
                world.night(night)
                if night != day:
                    continue
                at = start_of(day) + timedelta(hours=10)
                for end in ends.get(day, ()):
                    end(at)
                for kind, length in days.get(day, ()):
                    if end := world.begin(kind, at + timedelta(hours=1), length):
                        ends.setdefault(day + timedelta(days=length), []).append(end)
                if day in days:
                    world.keep(at + timedelta(hours=2))
            coming |= {one for one in {*world.ends(), *ends} if one > day}
        assert not world.standing(start_of(last + timedelta(days=1)))
        assert list(verify(session)) == []


ADDRESS_OF_THE_NET = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[^\"]*|[0-9a-f-]{36}")
WORDS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    .map(lambda text: f"ひみつ 090-1111-2222 {text}")
    .filter(lambda text: not has_log_content(text))
)
HANDLE = st.from_regex(r"@[a-z_]{3,15}", fullmatch=True)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=WORDS,
    handles=st.lists(HANDLE, min_size=1, max_size=3),
    classes=st.sets(st.sampled_from(sorted(CLASSES)), min_size=1),
    logs=st.one_of(st.none(), st.integers(0, 300)),
)
def test_no_order_says_anything_beyond_the_contract(migrated, words, handles, classes, logs):
    with fresh(migrated) as session:
        service, staff = make.make_service(session), make.make_staff(session, words)
        custodian = make.make_custodian(session, service)
        make.publish_periods(session, service, staff)
        reach.connect(session, custodian, Adapter.WEBHOOK, "http://127.0.0.1:9/orders")
        at = make.instant("2026-05-02T10:00+09:00")
        filed = [
            FiledItem(
                url=f"https://tsumugi.example/p/{no}",
                url_normal=f"https://tsumugi.example/p/{no}",
                account=handle,
                **dict.fromkeys(("quote", "posted", "mark", "note"), words),
            )
            for no, handle in enumerate(handles)
        ]
        person = {"reason": words, "name": words, "phone": "090-0000-0000", "email": "secret@mail.example"}
        filing = replace(make.make_filing(1), items=filed, **person)
        notice = intake.file(session, service, filing, at=make.instant("2026-05-01T09:00+09:00"))
        said = {"issuer": words, "reference": words, "asks": words, "accounts": "\n".join(handles), "contents": ""}
        until = FIRST if logs is None else FIRST - timedelta(days=logs)
        papers.enter(
            session, service,
            Entry(
                PaperKind.PRESERVATION, at, said, until=date(2026, 5, 20), classes=tuple(sorted(classes)),
                logs_until=None if logs is None else until, notice=notice.number,
            ),
            by=staff.id, at=at,
        )  # fmt: skip
        wish = holding.Wish(
            ground="business_need", reason=words, classes=frozenset(classes), review_on=date(2026, 5, 29),
            accounts=frozenset(handles[:1]),
        )  # fmt: skip
        soft = holding.place(session, notice, wish, by=staff.id, at=at)
        ids = [hold.id for hold in session.exec(select(LogHold)).all()]
        order = orders.place(session, custodian, ids, by=staff.id, at=at)
        held = {id: Said(LineAnswer.HELD, "K-1") for id in ids}
        orders.answer_lines(session, order, held, words=words, actor=journal.CUSTODIAN, at=at)
        orders.place(session, custodian, ids, by=staff.id, at=at, kind=OrderKind.EXTEND)
        holding.release(session, notice, [soft.id], reason=words, by=staff.id, at=at)
        later = make.instant("2027-06-01T00:20+09:00")
        for case in due_cases(session, at=later):
            end_due(session, case, at=later)
        orders.place(session, custodian, ids, by=staff.id, at=later, kind=OrderKind.RELEASE)
        while erasing.order_erasure(session, custodian.id, at=later):
            pass
        bodies = {}
        for order in session.exec(select(HoldOrder)).all():
            letter = session.exec(select(Letter).where(Letter.case_id == order.case_id)).one()
            bodies[order.id] = (
                order.kind,
                open_text(session, order.case_id, "letter.body", letter.id, letter.body_sealed),
            )
        assert {kind for kind, _body in bodies.values()} == set(OrderKind)
        for _kind, body in bodies.values():
            payload = json.loads(body)
            jsonschema.validate(payload, ORDER)
            posts = [post for line in payload["lines"] for post in line["posts"]]
            assert {post["account"] for post in posts} <= {*handles, ""}
            assert {post["url"] for post in posts} <= {*(one.url for one in filed), ""}
            plain = json.dumps(payload, ensure_ascii=False)
            for secret in ("ひみつ", "090-1111", "090-0000", "secret@", "刑訴", "K-1"):
                assert secret not in plain
            assert not ADDRESS_OF_THE_NET.search(MOMENT.sub("", plain))


@pytest.mark.parametrize("name", ["Order", "OrderLine", "Post", "Answer", "AnswerLine", "Proof"])
def test_every_object_of_the_contract_is_closed(name):
    assert ORDER["components"]["schemas"][name]["additionalProperties"] is False
