"""The night watch killed at the worst moments: no alert is lost, and nobody is told twice under two Message-IDs."""

import signal
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from tests import children, make
from tests.conftest import make_settings, open_database
from tests.jobs.test_bounces import report
from tests.postgres import migrated_database
from tests.relay import free_port, running_relay
from tracker.casework import replies
from tracker.casework.watch import memos
from tracker.casework.watch.sweep import sweep
from tracker.jobs.bounces import read_bounces
from tracker.jobs.mail import carry_mail
from tracker.jobs.tasks import Incomplete
from tracker.jobs.watching import carry_memos, raise_alerts
from tracker.models import Alert, Case, Clock, Letter, LetterKind, Memo, MemoKind, Notice, Role, Staff

AT = make.instant("2026-05-01T10:00+09:00")  # the last working day of a reply that is due by the end of 5 May
EVE = make.instant("2026-04-30T10:00+09:00")
LATER = AT + memos.CLAIM + timedelta(minutes=1)  # the claim of AT has run out
RECEIVED = "2026-04-28T09:00+09:00"


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, relay, tmp_path):
    """Settings on a fresh database of either kind, with mail to the relay, and a folder in which bounces arrive."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(
            tmp_path,
            database=url,
            mail="smtp",
            smtp_port=relay.port,
            smtp_timeout=2,
            bounce_address="bounces@kigen.example",
            bounce_mailbox=f"maildir:{tmp_path}/bounces",
        )


@pytest.fixture
def database(settings):
    """A notice in the hands of a reviewer, and a lead: on the last working day both are told."""
    database = open_database(settings)
    with database.writing() as session:
        reviewer = make.make_staff(session, "担当", Role.REVIEWER)
        make.make_staff(session, "主任", Role.LEAD)
        notice = make.make_notice(session, make.make_service(session), RECEIVED)
        assign(session, notice, reviewer)
        for clock in session.exec(select(Clock).where(Clock.rule != "reply")):
            clock.alert_at = None
            session.add(clock)
    yield database
    database.dispose()


def assign(session, notice: Notice, staff: Staff) -> None:
    case = session.get_one(Case, notice.case_id)
    case.assigned_to = staff.id
    session.add(case)
    session.flush()


Told = list[tuple[str, str, UUID]]


def ledger(session) -> Told:
    return sorted(session.exec(select(Alert.subject, Alert.level, Alert.recipient)).all(), key=str)


def told(database) -> Told:
    with database.reading() as session:
        return ledger(session)


def levels(database) -> list[str]:
    return sorted({level for _subject, level, _who in told(database)})


def expected(database, at) -> Told:
    """What a sweep that nobody disturbs would tell."""
    with database.reading() as session:
        sweep(session, at=at)
        found = ledger(session)
        session.rollback()
    return found


def all_memos(database) -> list[Memo]:
    with database.reading() as session:
        return list(session.exec(select(Memo).order_by(col(Memo.queued_at))))


def by_person(relay) -> dict[str, set[str]]:
    """Under which Message-IDs each person was told."""
    found = defaultdict(set)
    for mail, (_sender, to) in zip(relay.mailbox, relay.envelopes, strict=True):
        found[to].add(mail["Message-ID"])
    return dict(found)


def night(database, at) -> None:
    """One turn of the watch. What the relay would not take makes a job that failed, and nothing else."""
    raise_alerts(database, lambda: at)
    try:
        carry_memos(database, lambda: at)
    except Incomplete as error:
        assert error.failure == "RelaySilent"


def kill(relay, settings, moment: str, at=AT) -> None:
    """Run a worker that is killed at `moment`: one of its own, or one of the relay's."""
    ours = moment in {"raising", "raised", "settling"}
    child = children.start("watch.py", settings, at.isoformat(), *([moment] if ours else []))
    if not ours:
        relay.victim, relay.kill_at = child.pid, moment
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL


def two_workers(settings, at, *arguments: str) -> None:
    workers = [children.start("watch.py", settings, at.isoformat(), *arguments) for _n in range(2)]
    children.go(*workers)
    assert [worker.wait(60) for worker in workers] == [0, 0]


@pytest.mark.parametrize(
    ("moment", "entered", "left", "repeated"),
    [
        ("raising", False, 0, 0),  # before the sweep's commit
        ("raised", True, 0, 0),  # after it, before a memo is claimed
        ("EHLO", True, 0, 0),  # after the claim
        ("DATA", True, 1, 1),  # after DATA, before 250
        ("settling", True, 1, 1),  # after 250, before it is recorded
    ],
)
def test_killed_at_any_moment_everybody_is_told_once(relay, settings, database, moment, entered, left, repeated):
    should = expected(database, AT)
    assert len(should) == 2 and told(database) == []
    kill(relay, settings, moment)
    assert told(database) == (should if entered else [])
    assert len(relay.mailbox) == left
    two_workers(settings, AT)  # while the claim stands
    assert len(relay.mailbox) <= 2
    two_workers(settings, LATER)
    assert told(database) == should
    assert len(relay.mailbox) == 2 + repeated
    assert [len(ids) for ids in by_person(relay).values()] == [1, 1]
    assert len(set(relay.contents)) == 2  # a repeat is the same, byte for byte
    assert [memo.given_at is not None for memo in all_memos(database)] == [True, True]
    two_workers(settings, LATER + timedelta(hours=2))
    assert (told(database), len(relay.mailbox)) == (should, 2 + repeated)


def test_two_sweepers_at_once_enter_each_alert_once(relay, settings, database):
    with database.writing() as session:
        service = make.make_service(session, "つむぎ日記", "diary", "TD")
        for _n in range(20):
            make.make_notice(session, service, RECEIVED)
    should = expected(database, AT)
    two_workers(settings, AT, "only-raise")
    assert told(database) == should and len(should) > 40
    carry_memos(database, lambda: AT)
    said = [mail.get_content() for mail in relay.mailbox]
    with database.reading() as session:
        numbers = session.exec(select(Notice.number)).all()
    assert len(numbers) == 21
    if len(relay.mailbox) == 2:  # one memo a person says it all, or the number of what it does not name
        assert all("ほかに" in body for body in said)


@pytest.mark.parametrize("answer", ["250 2.0.0 OK", "451 4.3.0 later", "550 5.1.1 no", "silence", "drop"])
def test_whatever_the_relay_answers_the_alert_arrives(relay, settings, database, answer, caplog):
    relay.data = [answer]
    night(database, EVE)  # the reviewer alone is told
    if answer.startswith("250"):
        assert [memo.given_at for memo in all_memos(database)] == [EVE]
    night(database, EVE + timedelta(minutes=2))
    night(database, EVE + timedelta(minutes=4))
    addresses = [to for _sender, to in relay.envelopes]
    if answer.startswith("550"):  # for good: somebody else hears of it
        assert addresses == [lead(database).email]
        assert len(told(database)) == 2
    else:
        assert len(addresses) == (2 if answer == "drop" else 1)
        assert len(set(relay.message_ids())) == len(set(addresses)) == 1
        assert len(told(database)) == 1
    [memo, *_more] = all_memos(database)
    assert (f"memo {memo.id} goes again" in caplog.text) == (answer in {"silence", "drop"})


def lead(database) -> Staff:
    with database.reading() as session:
        return session.exec(select(Staff).where(Staff.role == Role.LEAD)).one()


def test_what_may_have_arrived_is_not_said_anew_under_another_name(relay, settings, database):
    """The relay took a memo without a word. The next level is a memo of its own; the first is repeated as it was."""
    relay.data = ["drop", "451 4.3.0 later"]
    night(database, EVE)
    night(database, EVE + timedelta(minutes=2))
    for at in (AT, AT + timedelta(minutes=30)):
        night(database, at)
    texts = defaultdict(set)
    for mail in relay.mailbox:
        texts[mail["Message-ID"]].add(mail["Subject"])
    reviewers = [
        mail for mail, (_s, to) in zip(relay.mailbox, relay.envelopes, strict=True) if to != lead(database).email
    ]
    assert len(reviewers) == 3 and len({mail["Message-ID"] for mail in reviewers}) == 2
    assert all(len(subjects) == 1 for subjects in texts.values())
    assert all(memo.given_at and not memo.cancelled_at for memo in all_memos(database))


def test_a_week_without_a_relay_brings_only_the_newest_level_once_it_is_back(settings, tmp_path):
    port = free_port()
    away = settings.model_copy(update={"smtp_port": port})
    database = open_database(away)
    with database.writing() as session:
        reviewer = make.make_staff(session, "担当", Role.REVIEWER)
        assign(session, make.make_notice(session, make.make_service(session), RECEIVED), reviewer)
    for day in range(14):
        night(database, EVE + timedelta(days=day))
    assert "day" in levels(database) and "late:2026-05-13" in levels(database)
    with running_relay(port) as relay:
        for hour in range(3):
            night(database, EVE + timedelta(days=13, hours=1 + hour))
    assert len(relay.mailbox) == 1
    assert relay.mailbox[0]["Subject"].startswith("【期限超過】") and "8日超過" in relay.mailbox[0].get_content()
    assert [memo.given_at is not None for memo in all_memos(database)].count(True) == 1
    database.dispose()


def test_what_waited_for_the_relay_through_many_nights_is_all_said_in_the_end(settings):
    """Each night another clock, and each memo takes the place of the one before: the first is in the last."""
    port = free_port()
    database = open_database(settings.model_copy(update={"smtp_port": port}))
    with database.writing() as session:
        reviewer = make.make_staff(session, "担当", Role.REVIEWER)
        service = make.make_service(session)
        for _n in range(3):
            assign(session, make.make_notice(session, service, RECEIVED), reviewer)
        clocks = list(session.exec(select(Clock).order_by(col(Clock.id))))
        replies_only = [clock for clock in clocks if clock.rule == "reply"]
        for clock in clocks:
            clock.alert_at = None
            session.add(clock)
        ids = [clock.id for clock in replies_only]
        numbers = session.exec(select(Notice.number)).all()
    for hour, id in enumerate(ids):
        with database.writing() as session:
            clock = session.get_one(Clock, id)
            clock.alert_at = EVE
            session.add(clock)
        night(database, EVE + timedelta(hours=hour))
    with running_relay(port) as relay:
        night(database, EVE + timedelta(hours=5))
    [mail] = relay.mailbox
    assert all(number in mail.get_content() for number in numbers)
    database.dispose()


def test_a_clock_set_back_tells_nothing_twice(relay, settings, database):
    late = make.instant("2026-05-07T09:00+09:00")
    night(database, late)
    before, mails = told(database), len(relay.mailbox)
    for at in (AT, EVE, late - timedelta(days=30), late):
        with database.writing() as session:
            for clock in session.exec(select(Clock).where(Clock.rule == "reply")):
                clock.alert_at = clock.started_at
                session.add(clock)
        night(database, at)
    news = [row for row in told(database) if row not in before]
    assert all(level in {"one", "day"} for _s, level, _who in news)  # what the clock of that day calls new
    assert len(set(told(database))) == len(told(database))
    assert len(relay.mailbox) >= mails and len(relay.mailbox) == len(set(relay.message_ids()))


def test_a_member_of_staff_without_an_address_stops_nobody_else(relay, settings, database):
    with database.writing() as session:
        reviewer = session.exec(select(Staff).where(Staff.role == Role.REVIEWER)).one()
        reviewer.email = "担当者"
        session.add(reviewer)
    night(database, AT)
    assert [to for _sender, to in relay.envelopes] == [lead(database).email]
    [lost] = [memo for memo in all_memos(database) if memo.refused_at]
    assert lost.staff_id == reviewer.id
    night(database, AT + timedelta(minutes=5))
    assert len(relay.mailbox) == 1  # the lead knows already


def test_a_letter_that_comes_back_late_brings_its_duty_back_and_the_watch_tells_of_it(relay, settings, database):
    sent, back = make.instant("2026-04-30T17:00+09:00"), make.instant("2026-05-03T09:00+09:00")
    with database.writing() as session:
        notice = session.exec(select(Notice)).one()
        staff = session.exec(select(Staff).where(Staff.role == Role.REVIEWER)).one()
        make.decide(session, notice, make.KEEP, staff, "2026-04-30T16:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=sent)
    carry_mail(database, lambda: sent)
    relay.mailbox.clear(), relay.envelopes.clear()
    night(database, AT)
    assert relay.mailbox == [] and told(database) == []  # answered: nothing is due
    with database.reading() as session:
        letter = session.exec(select(Letter).where(Letter.kind == LetterKind.OUTCOME)).one()
    (settings.data / "bounces" / "new" / "1777000000.1.mx").write_bytes(report(settings, letter))
    read_bounces(database, lambda: back)
    night(database, back + timedelta(minutes=5))  # a Sunday in Golden Week; the reply is due before the office opens
    assert {who for _s, _level, who in told(database)} >= {staff.id}
    mine = [mail for mail, (_s, to) in zip(relay.mailbox, relay.envelopes, strict=True) if to == staff.email]
    [mail] = mine
    assert notice.number in mail.get_content() and "申出者への通知" in mail.get_content()
    assert mail["Subject"].startswith("【今日が最後の営業日】")


def digests_of(database, kind: MemoKind) -> list[tuple[UUID, str]]:
    """To whom a digest was written, and under which key."""
    return sorted((memo.staff_id, memo.key) for memo in all_memos(database) if memo.kind is kind)


@pytest.mark.parametrize("point", ["written", "marked", "posted"])
@pytest.mark.parametrize("kind", [MemoKind.MORNING, MemoKind.WEEKLY])
def test_a_digest_killed_at_any_moment_is_neither_lost_nor_doubled(relay, settings, database, kind, point):
    """Memo and ledger are one transaction: whoever has one has both, and everybody else gets theirs in the next run."""
    at = make.instant("2026-05-07T09:00+09:00")  # the first working day after Golden Week
    with database.writing() as session:
        for name in ("管理 一", "管理 二"):
            make.make_staff(session, name, Role.MANAGER)
        team = session.exec(select(Staff.id).where(col(Staff.role) == Role.MANAGER)).all()
        if kind is MemoKind.MORNING:
            team = session.exec(select(Staff.id)).all()
    child = children.start("watch.py", settings, at.isoformat(), f"{kind.value}:{point}")
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    before = digests_of(database, kind)
    assert len(before) == (point == "posted")
    assert len({who for _subject, _level, who in told(database)}) == (point == "posted" and kind is MemoKind.MORNING)
    two_workers(settings, at, kind.value)
    written = digests_of(database, kind)
    assert sorted(who for who, _key in written) == sorted(team)
    assert set(before) <= set(written) and len({key for _who, key in written}) == len(team)
    if kind is MemoKind.MORNING:  # the reply is late: each of them read of it, and the ledger says so
        assert {who for _subject, level, who in told(database) if level == "digest:2026-05-07"} == set(team)
    two_workers(settings, at + timedelta(hours=2), kind.value)
    assert digests_of(database, kind) == written
    for hours in (2, 3, 4):  # a relay on a busy machine may be slow to answer: the same goes again
        try:
            carry_memos(database, lambda when=at + timedelta(hours=hours): when)
        except Incomplete as error:
            assert error.failure == "RelaySilent"
    assert sorted(len(ids) for ids in by_person(relay).values()) == [1] * len(team)
