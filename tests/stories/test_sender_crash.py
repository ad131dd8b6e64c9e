"""The sender's side, killed at its writes and raced by two: what stands is true, and the record proves it."""

import signal
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import children, make
from tests.casework.test_reply import execute_all
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.receiver import running_receiver
from tracker.casework import NotAllowed, decisions, journal
from tracker.casework.appeals import filing
from tracker.casework.hearing import asking, doors, receiving, rows, theirs, waiting
from tracker.casework.hearing.system import connect
from tracker.casework.hearing.waiting import Shelter
from tracker.casework.verify import verify
from tracker.jobs.senders import carry_to_systems, end_sender_waits
from tracker.law.facts import Fact
from tracker.law.inquiries import Regime
from tracker.letters import outbox
from tracker.models import (
    Appeal,
    Case,
    DoorPurpose,
    Event,
    Inquiry,
    Letter,
    LetterChannel,
    Measure,
    Notice,
    Sender,
    SenderDoor,
)

ASKED, OPENED = "2026-06-01T10:00+09:00", "2026-06-01T12:00+09:00"
FREE = make.instant("2026-06-09T00:00+09:00")
NIGHT = FREE + timedelta(minutes=1)
AGAIN = NIGHT + outbox.CLAIM + timedelta(minutes=1)
MOMENTS = 14  # writes and commits of a run: at each of them a machine may lose its power


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, tmp_path):
    with migrated_database(request.param, tmp_path) as url:
        yield make_settings(tmp_path, database=url, webhook_local=True)


@pytest.fixture
def database(settings):
    database = open_database(settings)
    yield database
    database.dispose()


class World:
    """A service with a reviewer and two leads, and filings whose sender is asked."""

    def __init__(self, database) -> None:
        self.database = database
        with database.writing() as session:
            self.service = make.make_service(session)
            self.clause = make.first_clause(session, make.make_criteria(session, self.service))
            self.staff, self.one, self.two = (make.make_staff(session, name) for name in ("担当", "主任", "副主任"))

    def asked(self, *, opened=OPENED) -> str:
        """A notice whose sender was asked; its number."""
        with self.database.writing() as session:
            notice = make.make_notice(session, self.service, "2026-05-31T21:00+09:00")
            make.ask_sender(session, notice, self.staff, ASKED, opened=opened)
            return notice.number

    def whole(self) -> None:
        """The record proves every row."""
        with self.database.reading() as session:
            assert list(verify(session)) == []

    def facts(self, number: str) -> list[Fact]:
        with self.database.reading() as session:
            return session.exec(select(Event.fact).join(Notice, Notice.case_id == Event.case_id).where(
                Notice.number == number
            ).order_by(Event.seq)).all()  # fmt: skip

    def shelters(self, number: str) -> set[Shelter]:
        with self.database.reading() as session:
            notice = session.exec(select(Notice).where(Notice.number == number)).one()
            return {one.shelter for one in waiting.standings(session, notice, at=AGAIN).values()}


@pytest.fixture
def world(database):
    return World(database)


@pytest.fixture
def night(world):
    """Two waits that are over, and a letter for the platform's system."""
    numbers = [world.asked(), world.asked()]
    with running_receiver() as receiver:
        with world.database.writing() as session:
            connect.connect(session, world.service, receiver.url, by=world.one.id, at=make.instant(ASKED))
            notice = make.make_notice(session, world.service, "2026-05-31T21:00+09:00")
            items = [item.id for item in decisions.items_of(session, notice)]
            sender = decisions.items_of(session, notice)[0].sender_id
            at = {"at": make.instant(ASKED)}
            draft = asking.draft(session, notice, sender, items, Regime.STANDARD, by_hand=False, **at)
            asking.ask(session, notice, sender, items, Regime.STANDARD, draft.digest, by=world.one.id, **at)
        yield numbers, notice.number, receiver


def goes_on(world, at) -> None:
    end_sender_waits(world.database, lambda: at)
    carry_to_systems(world.database, lambda: at)


def ended(world, night) -> None:
    """Each wait is over once, as of its own end; the letter is accepted once, and is no receipt."""
    numbers, platform, receiver = night
    for number in numbers:
        assert world.facts(number).count(Fact.WAIT_OVER) == 1 and world.shelters(number) == {Shelter.SILENT}
    with world.database.reading() as session:
        over = session.exec(select(Event.occurred_at).where(Event.fact == Fact.WAIT_OVER)).all()
        [letter] = session.exec(select(Letter).where(Letter.channel == LetterChannel.PLATFORM)).all()
    assert set(over) == {FREE} and letter.given_at
    assert world.facts(platform).count(Fact.LETTER_ACCEPTED) == 1 and world.shelters(platform) == {Shelter.SENT}
    assert {came.headers["webhook-id"] for came in receiver.came} == {str(letter.id)}
    world.whole()


def test_a_run_that_nobody_kills_ends_the_waits_and_hands_the_letter_over(settings, world, night):
    child = children.start("senders.py", settings, NIGHT.isoformat())
    children.go(child)
    said = child.said()
    assert said.startswith("wrote ") and int(said.split()[1]) >= MOMENTS, said
    ended(world, night)
    assert len(night[2].came) == 1


@pytest.mark.parametrize("last", range(1, MOMENTS + 1))
def test_killed_at_any_write_the_next_run_ends_what_was_begun(settings, world, night, last):
    child = children.start("senders.py", settings, NIGHT.isoformat(), str(last))
    children.go(child)
    assert child.wait(60) == -signal.SIGKILL
    world.whole()
    for number in night[0]:
        assert world.facts(number).count(Fact.WAIT_OVER) <= 1
    goes_on(world, AGAIN)
    ended(world, night)
    assert len(night[2].came) <= 2


def test_two_runs_at_once_end_each_wait_once_and_post_the_letter_once(settings, world, night):
    started = [children.start("senders.py", settings, NIGHT.isoformat()) for _n in range(2)]
    children.go(*started)
    assert [child.wait(60) for child in started] == [0, 0]
    goes_on(world, AGAIN)
    ended(world, night)
    assert len(night[2].came) == 1


@pytest.mark.parametrize(("before", "shelter"), [(timedelta(seconds=1), Shelter.OBJECTED), (-NIGHT.resolution, None)])
def test_an_objection_and_the_end_of_the_wait_at_once_are_told_apart_by_their_moments(settings, world, before, shelter):
    number = world.asked()
    objects = children.start("sender.py", settings, "objects", number, (FREE - before).isoformat())
    ends = children.start("senders.py", settings, NIGHT.isoformat())
    children.go(objects, ends)
    assert objects.said() == "done\n" and ends.wait(60) == 0
    end_sender_waits(world.database, lambda: AGAIN)
    assert world.shelters(number) == {shelter or Shelter.SILENT}
    with world.database.reading() as session:
        case = session.exec(select(Case).join(Notice).where(Notice.number == number)).one()
        told = journal.standing(journal.history(session, case))
        assert any(fact is Fact.WAIT_OVER for fact, _item in told) is (shelter is None)
        [answer] = rows.answers(session, case.id)
        assert answer.late is (shelter is None)
    world.whole()


def test_two_who_decide_one_appeal_at_once_make_one_decision(settings, world):
    with world.database.writing() as session:
        notice = make.make_notice(session, world.service, "2026-05-31T21:00+09:00", items=1)
        make.decide(session, notice, make.remove(world.clause), world.staff, ASKED)
        execute_all(session, notice, world.staff, OPENED)
        sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
        measures = [one.measure.id for one in filing.appealable(session, notice, sender.id)]
        filing.file(session, notice, sender, measures, "私の店のことです。", actor=journal.SENDER, at=FREE)
        number = notice.number
    ways = {"reverse": world.one, "uphold": world.two}
    started = {
        way: children.start("sender.py", settings, "decides", number, NIGHT.isoformat(), str(who.id), way)
        for way, who in ways.items()
    }
    children.go(*started.values())
    said = {way: child.said() for way, child in started.items()}
    assert sorted(said.values()) == ["done\n", "refused\n"]
    won = next(way for way, word in said.items() if word == "done\n")
    with world.database.reading() as session:
        row, measure = session.exec(select(Appeal)).one(), session.exec(select(Measure)).one()
        assert (row.decided_by, row.reversed) == (ways[won].id, won == "reverse")
        assert (measure.reversed_at is not None) is (won == "reverse")
    assert world.facts(number).count(Fact.APPEAL_DECIDED) == 1
    world.whole()


def test_a_link_that_is_renewed_while_it_is_opened_opens_before_or_not_at_all(settings, world):
    number = world.asked(opened="")
    with world.database.reading() as session:
        sender = session.exec(select(Sender.id)).one()
        secret = doors.link(session, sender, DoorPurpose.INQUIRY).split("/")[-1]
    opens = children.start("sender.py", settings, "opens", number, OPENED, secret)
    renews = children.start("sender.py", settings, "renews", number, OPENED, str(world.one.id))
    children.go(opens, renews)
    assert renews.said() == "done\n"
    opened = opens.said() == "done\n"
    with world.database.reading() as session:
        door, row = session.exec(select(SenderDoor)).one(), session.exec(select(Inquiry)).one()
        assert (door.version, door.opened_at, row.received_at is not None) == (2, None, opened)
    assert (Fact.SENDER_OPENED in world.facts(number)) is opened
    world.whole()


@pytest.mark.postgres
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_link_that_is_renewed_after_it_was_looked_at_and_before_its_case_was_locked_opens_nothing(world):
    world.asked(opened="")
    at = make.instant(OPENED)
    with world.database.writing() as session:
        sender = session.exec(select(Sender.id)).one()
        entered = make.enter_door(session, sender, DoorPurpose.INQUIRY, OPENED)
        with world.database.writing() as other:
            doors.renew(
                other, other.get_one(Case, entered.case.id), sender, DoorPurpose.INQUIRY, by=world.one.id, at=at
            )
        with pytest.raises(NotAllowed):
            theirs.open_all(session, entered, at=at)
        session.rollback()
    with world.database.reading() as session:
        case = session.exec(select(Case).join(Notice)).one()
        assert [one.row.received_at for one in receiving.standing(session, case, sender)] == [None]
    world.whole()
