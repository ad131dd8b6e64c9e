"""The demo: eighty made-up notices over three services, as if a team had worked for months, and none of it untrue."""

import fcntl
import itertools
import os
import re
import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import col, func, select

from tests import make
from tests.conftest import make_settings, open_database
from tests.postgres import own_database
from tests.web import desk
from tracker import create_app
from tracker.casework import filings, holdings, journal, repeats, worklist
from tracker.casework.faces import Urgency
from tracker.casework.hearing import rows, waiting
from tracker.casework.hearing.waiting import Shelter
from tracker.casework.verify import verify
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.fill import Inhabited, fill
from tracker.cli.demo.texts import stories, words
from tracker.closed_days import working_calendar
from tracker.law.clocks import CLOCKS
from tracker.law.clocks.minister import PUBLICATION
from tracker.law.facts import Fact
from tracker.law.grounds import (
    Basis,
    Channel,
    Circumstance,
    DeferralGround,
    Excuse,
    MeasureKind,
    Origin,
    Right,
    SenderExemption,
    Standing,
)
from tracker.law.inquiries import RULES, Regime
from tracker.law.period import JST, japanese_day
from tracker.migrations import migrate
from tracker.models import (
    Appeal,
    Case,
    Claimant,
    Clock,
    CriteriaVersion,
    Decision,
    Event,
    Evidence,
    Inquiry,
    Item,
    Letter,
    LetterChannel,
    LetterKind,
    LogHold,
    Measure,
    Notice,
    Position,
    ReceivedHow,
    Role,
    Service,
    Staff,
)
from tracker.report import publishing
from tracker.report.build import build
from tracker.report.ledger import imports
from tracker.report.years import years_of
from tracker.sealed import open_text
from tracker.web.staff.case.tabs import TABS

NOW = make.instant("2026-11-19T13:30:00+09:00")  # Thursday
AT_NIGHT = make.instant("2027-01-02T03:10:00+09:00")  # when nobody has worked for five days
EXAMPLE = re.compile(r"@([a-z-]+\.)*(example|example\.(jp|com|net|org))$")

# What no verb of casework produces yet. When one does, the demo shows it, and it leaves this list (facts do so alone).
VERBS = "".join(path.read_text() for path in (Path(__file__).parents[2] / "tracker" / "casework").rglob("*.py"))
# The registers of the demo say how long logs are kept and who the specialists are; its days stand in columns alone.
REGISTER = {
    Fact.DESIGNATED,
    Fact.DESIGNATION_CORRECTED,
    Fact.REGISTERED,
    Fact.BINDING_CORRECTED,
    Fact.REGISTERED_MATTER_CHANGED,
    Fact.CHANGE_FILED,
    Fact.DIGEST_PUBLISHED,
    Fact.SPECIALIST_UNFILED,
    Fact.FILED_IN_ENGLISH,
    Fact.FILED_IN_JAPANESE,
}
# Nobody of the demo's team has denied anything or looked at a breach.
SECOND = {Fact.APPROVAL_DENIED, Fact.BREACH_SEEN}
# Its courts went as far as a petition and a ban; nobody sued, was searched or was told by the minister what to do.
COURTS = {
    Fact.DISCLOSURE_ORDERED,
    Fact.SENDER_TOLD_OF_ORDER,
    Fact.SENDER_TELLING_EXEMPTED,
    Fact.DISCLOSURE_SUIT_FILED,
    Fact.DISCLOSURE_HEARING_EXEMPTED,
    Fact.COURT_ORDER_APPEALED,
    Fact.PETITION_NOTIFIED,
    Fact.PETITION_WITHDRAWAL_NOTIFIED,
    Fact.PETITION_WITHDRAWAL_OPPOSED,
    Fact.SUIT_SERVED,
    Fact.SUIT_ENDED,
}
STATE = {
    Fact.PRESERVATION_EXTENDED,
    Fact.PRESERVATION_ENDED,
    Fact.WARRANT_SERVED,
    Fact.WARRANT_DONE,
    Fact.RECOMMENDED,
    Fact.RECOMMENDATION_FOLLOWED,
    Fact.ORDERED_BY_MINISTER,
    Fact.MINISTER_ORDER_FOLLOWED,
    Fact.REPORT_MADE,
    Fact.DESIGNATION_SERVED,  # the days of the demo's designation stand in columns alone
    Fact.DESIGNATION_DONE,
    Fact.STATE_RECONCILED,  # its custodian answers orders, and is never asked what it keeps
}
# The letter to a sender about a disclosure goes out by hand in the demo, and nobody was named to read after the entry.
# Its custodian had what it was told to erase.
DISCLOSURE = {
    Fact.ORDER_TELLING_LOST,
    Fact.NOTHING_TO_ERASE,
    Fact.DISCLOSURE_ASKED,
    Fact.READER_NAMED,
    Fact.READER_ENDED,
}
# What its services do to reach the senders goes by mail and by hand.
SYSTEM = {Fact.SENDER_SYSTEM_CHANGED}
# That an inquiry arrived is recorded by the rule that it was asked under.
BY_RULE = {rule.fact for rule in RULES.values() if rule.wait}
# Whoever looked at a version of the yearly publication found nothing to send it back for.
YEARLY = {Fact.REPORT_RETURNED}
# What somebody had recorded wrongly of a sender, and took back.
MISTAKES = {Fact.SENDER_ANSWER_VOIDED, Fact.SHELTER_UNCONFIRMED, Fact.APPEAL_REOPENED}
NOT_YET: dict[type, set] = {
    Fact: ({fact for fact in Fact if f"Fact.{fact.name}" not in VERBS} - BY_RULE)
    | (REGISTER | SECOND | COURTS | STATE | DISCLOSURE | SYSTEM | MISTAKES | YEARLY),
    Origin: {Origin.OWN_DETECTION, Origin.PUBLIC_BODY, Origin.COURT},
    LetterChannel: {LetterChannel.PORTAL, LetterChannel.PUBLICATION, LetterChannel.PLATFORM},
    # The first is to the team; a measure of the demo is taken back after an appeal, whose answer says so; the others
    # tell of a paper of a court.
    LetterKind: {
        LetterKind.ALERT,
        LetterKind.REVERSAL,
        LetterKind.DISCLOSURE_INQUIRY,
        LetterKind.ORDER_TOLD,
    },
}
NO_CLOCK = {rule.key for rule in CLOCKS if rule.kept_by or rule.starts_on in NOT_YET[Fact]}


def filled(settings, now=NOW, seed=1):
    """A migrated database with the demo in it."""
    database = open_database(settings)
    migrate(database)
    with database.writing() as session:
        fill(session, now=now, seed=seed, password="!")
    return database


@pytest.fixture(scope="module")
def folder_of_demo(tmp_path_factory):
    """Where the demo of NOW lies, filled by the first of the workers. Tests that write take a copy."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    path = (tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent) / "demo-of-now"
    path.mkdir(exist_ok=True)
    with (path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (path / "filled").exists():
            filled(make_settings(path)).dispose()
            (path / "filled").touch()
    return path


@pytest.fixture
def demo(folder_of_demo):
    database = open_database(make_settings(folder_of_demo))
    yield database
    database.dispose()


@pytest.fixture
def reading(demo):
    with demo.reading() as session:
        yield session


@pytest.fixture
def signed_in(folder_of_demo, tmp_path, freezer):
    """A lead at a desk with the demo on it."""
    freezer.move_to(NOW)
    copied = make_settings(tmp_path)
    with sqlite3.connect(folder_of_demo / "kigen.db") as old, sqlite3.connect(tmp_path / "kigen.db") as new:
        old.backup(new)
    app = create_app(copied)
    yield desk.member(app)
    app.extensions["database"].dispose()


def there(session, column) -> set:
    return set(session.exec(select(column).distinct()))


def said(session, fact: Fact, name: str) -> set:
    return {event.data["said"].get(name) for event in session.exec(select(Event).where(Event.fact == fact))}


def all_but_later(kind) -> set:
    return set(kind) - NOT_YET.get(kind, set())


def test_there_are_eighty_notices_over_three_services_and_a_team_of_every_role(reading):
    counted = Counter(
        reading.exec(
            select(Service.name)
            .join(Case, col(Case.service_id) == col(Service.id))
            .join(Notice, col(Notice.case_id) == col(Case.id))
        )
    )
    assert counted.total() == 80
    assert len(counted) == 3
    assert min(counted.values()) >= 5
    assert {s.registered_on is None for s in reading.exec(select(Service))} == {True, False}
    assert there(reading, Staff.role) >= set(Role) - {Role.ADMINISTRATOR}  # that one is made by `flask setup`


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Standing, lambda s: there(s, Notice.standing)),
        (Channel, lambda s: there(s, Notice.channel)),
        (
            Right,
            lambda s: there(s, Notice.primary_right) | {Right(r) for n in s.exec(select(Notice)) for r in n.rights},
        ),
        (Circumstance, lambda s: {Circumstance(c) for n in s.exec(select(Notice)) for c in n.circumstances}),
        (Basis, lambda s: there(s, Decision.basis) - {None}),
        (MeasureKind, lambda s: there(s, Measure.kind)),
        (Origin, lambda s: there(s, Measure.origin)),
        (DeferralGround, lambda s: {DeferralGround(g) for g in said(s, Fact.INTERIM_REPLIED, "ground")}),
        (Excuse, lambda s: {Excuse(g) for g in said(s, Fact.REPLY_EXCUSED, "ground")}),
        (SenderExemption, lambda s: {SenderExemption(g) for g in said(s, Fact.SENDER_NOTICE_EXEMPTED, "ground")}),
        (Fact, lambda s: there(s, Event.fact)),
        (LetterKind, lambda s: there(s, Letter.kind)),
        (LetterChannel, lambda s: there(s, Letter.channel)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_word_of_the_law_that_a_verb_can_write_down_occurs(reading, kind, found):
    assert found(reading) == all_but_later(kind)


def test_every_clock_runs_or_ran(reading):
    assert there(reading, Clock.rule) == {rule.key for rule in CLOCKS} - NO_CLOCK


def test_letters_end_in_every_way_and_nearly_none_waits(reading):
    letters = reading.exec(select(Letter)).all()
    for end in ("given_at", "opened_at", "refused_at", "bounced_at", "cancelled_at"):
        assert any(getattr(letter, end) for letter in letters), end
    assert any(x.refused_at and x.opened_at for x in letters)  # read in the portal though the mail was refused
    assert any(x.attempts > 1 and x.given_at for x in letters)  # tried again
    waiting = [letter for letter in letters if letter.ended_at is None]
    assert sorted(letter.channel for letter in waiting) == [LetterChannel.POST, LetterChannel.SMTP]


def test_no_letter_is_to_anybody_who_could_exist(reading):
    for letter in reading.exec(select(Letter).where(Letter.channel != LetterChannel.CUSTODIAN)):
        to = open_text(reading, letter.case_id, "letter.to", letter.id, letter.to_sealed)
        assert not to or EXAMPLE.search(to), to
    for letter in reading.exec(select(Letter).where(Letter.channel == LetterChannel.CUSTODIAN)):
        folder = open_text(reading, letter.case_id, "letter.to", letter.id, letter.to_sealed)
        assert folder == "photo-logs"  # of this house, and nobody's address


def test_the_law_was_kept_but_for_what_is_recorded_as_a_breach(reading):
    assert Counter(e.data["said"]["article"] for e in reading.exec(
        select(Event).where(Event.fact == Fact.BREACH_RECORDED)
    )) == {"法25条1項": 2, "法26条1項": 1}  # fmt: skip


def test_senders_are_asked_in_every_way_and_answer_in_time_late_or_not_at_all(reading):
    asked = reading.exec(select(Inquiry)).all()
    assert {row.regime for row in asked} == {Regime.STANDARD, Regime.ELECTION, Regime.AV}
    assert {row.shelter for row in asked} == {True, False}
    assert {row.received_how for row in asked} == {ReceivedHow.OPENED, ReceivedHow.PROVED}
    shelters, answered = set(), set()
    for notice in reading.exec(select(Notice)):
        shelters |= {one.shelter for one in waiting.standings(reading, notice, at=NOW).values()}
        answered |= {(one.row.position, one.late) for one in rows.answers(reading, notice.case_id)}
    assert shelters == set(Shelter) - {Shelter.SENT, Shelter.BEFORE}
    assert answered == {
        (Position.AGREES, False),
        (Position.OBJECTS, False),
        (Position.OBJECTS, True),
        (Position.WORDS, False),
    }
    assert any(file.sender_id for file in reading.exec(select(Evidence)))


def test_appeals_are_upheld_reversed_open_and_taken_back_and_one_is_of_a_suspension_with_ai(reading):
    found = reading.exec(
        select(Appeal, Measure, Decision)
        .join(Measure, col(Measure.id) == col(Appeal.measure_id))
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
    ).all()
    assert {(bool(a.decided_at), a.reversed, bool(a.withdrawn_at)) for a, _, _ in found} == {
        (True, True, False),
        (True, False, False),
        (False, None, False),
        (False, None, True),
    }
    assert {(m.kind is MeasureKind.SUSPEND, d.ai_used) for _, m, d in found} >= {(True, True), (False, False)}
    assert {bool(a.entered_by) for a, _, _ in found} == {True, False}
    assert all(a.decided_by != d.by for a, _, d in found if a.decided_by)


def test_criteria_are_usable_replaced_and_waiting(reading):
    versions = reading.exec(select(CriteriaVersion)).all()
    assert {v.usable_from <= NOW for v in versions} == {True, False}
    assert max(Counter(v.service_id for v in versions).values()) == 3


def test_holds_run_end_soon_and_have_ended_and_orders_are_open_late_and_answered(reading):
    for view in holdings.VIEWS:
        assert holdings.count(reading, view, at=NOW), view
    assert {order.late for order in holdings.open_orders(reading, at=NOW)} == {True, False}
    assert any(h.released_at for h in reading.exec(select(LogHold)))


def test_there_is_evidence_of_each_kind(reading):
    assert there(reading, Evidence.kind) == {"image/png", "image/jpeg", "image/webp", "application/pdf"}


def test_one_claimant_files_the_same_again_and_the_desk_can_see_it(reading):
    again = [n for n in reading.exec(select(Notice)) if any(one.may_be_same for one in repeats.repeats(reading, n))]
    assert len(again) == 1
    (earlier,) = repeats.repeats(reading, again[0])
    assert earlier.likeness >= repeats.NEARLY and earlier.outcome.kept and earlier.outcome.told_at


def test_one_notice_has_thirty_items_and_some_have_a_few(reading):
    sizes = Counter(reading.exec(select(func.count()).select_from(Item).group_by(col(Item.case_id))))
    assert sizes[30] == 1
    assert sum(often for size, often in sizes.items() if 1 < size < 30) >= 10


def test_five_months_have_closed_cases_and_some_of_them_one_late_reply(reading):
    closed = reading.exec(select(Case.closed_at).where(col(Case.closed_at).is_not(None)))
    months = Counter(f"{at.astimezone(JST):%Y-%m}" for at in closed)
    assert len(months) >= 5
    late = reading.exec(
        select(Clock.stopped_at).where(
            Clock.rule == "reply", Clock.force == "duty", col(Clock.stopped_at) >= col(Clock.due_at)
        )
    )
    assert set(Counter(f"{at.astimezone(JST):%Y-%m}" for at in late).values()) == {1}


def test_one_service_published_the_year_that_ended_and_the_other_has_it_all_before_it(reading):
    ours, other = (
        reading.exec(select(Service).where(Service.slug == slug)).one() for slug in ("tsumugi", "tsumugi-douga")
    )
    running, ended = years_of(ours, NOW)
    assert [bool(one.published_at) for one in publishing.versions(reading, ours, ended.year)] == [True, True]
    published = build(reading, ours, ended, at=NOW)
    assert not published.failed and not published.missing
    assert min(published.value(code) for code in ("18-2", "18-3-1", "18-3-2", "18-3-6")) > 0
    assert build(reading, ours, running, at=NOW).missing
    assert years_of(other, NOW)[1] == ended
    left = build(reading, other, ended, at=NOW)
    assert len(left.missing) == 15 and not left.failed  # the texts, and that no record ever came
    assert not publishing.versions(reading, other, ended.year) and not imports.imports_of(reading, other)
    assert [filings.still_owed(reading, one, PUBLICATION.key) for one in (ours, other)] == [[], [ended.year]]


@pytest.mark.parametrize(
    "now",
    [NOW, AT_NIGHT, make.instant("2026-05-05T00:00:20+09:00"), make.instant("2026-09-24T09:05+09:00")],
    ids=["noon", "new_year_night", "golden_week", "after_silver_week"],
)
def test_whenever_it_starts_the_desk_is_busy_and_nothing_lies_ahead(now, tmp_path, request):
    database = request.getfixturevalue("demo") if now == NOW else filled(make_settings(tmp_path), now, seed=2)
    with database.reading() as session:
        page = worklist.worklist(session, worklist.Search(), at=now)
        assert {row.urgency for row in page.rows} >= {Urgency.LATE, Urgency.TODAY, Urgency.CALM}
        for view in set(worklist.VIEWS) - {"mine", "given", "waiting"}:
            assert worklist.count(session, worklist.Search(view=view), at=now), view
        assert worklist.count(session, worklist.Search(view="late"), at=now) <= 5
        for case in session.exec(select(Case)):
            events = journal.history(session, case)
            assert max(max(e.recorded_at, e.occurred_at) for e in events) <= now
            assert [e.recorded_at for e in events] == sorted(e.recorded_at for e in events)
    database.dispose()


def test_people_work_in_office_hours_and_hardly_ever_at_night(reading):
    acts = [
        e.recorded_at.astimezone(JST) for e in reading.exec(select(Event).where(col(Event.actor).startswith("staff:")))
    ]
    calendar = reading.info["calendar"]
    odd = [at for at in acts if not 8 <= at.hour < 22]
    closed = [at for at in acts if calendar.closed(at.date())]
    assert odd == []
    assert len(closed) < len(acts) / 10


@pytest.mark.slow
def test_the_same_seed_and_now_give_the_same_texts_and_dates_and_another_seed_others(demo, tmp_path):
    again = filled(make_settings(tmp_path))
    assert contents(again) == contents(demo)
    again.dispose()
    drawn = [Diary(NOW, working_calendar(), Random(seed)).day(5) for seed in (1, 2)]
    assert drawn[0] != drawn[1]


def contents(database) -> list:
    """What was filed by whom and what happened when, without the ids, which are new each time."""
    with database.reading() as session:
        filed = select(Notice.number, Notice.received_at, Notice.reason, Notice.search_text, Claimant.email_bidx).join(
            Claimant, col(Claimant.notice_id) == col(Notice.id)
        )
        happened = select(Event.occurred_at, Event.recorded_at, Event.fact, Event.seq)
        letters = select(Letter.kind, Letter.channel, Letter.article, Letter.queued_at, Letter.given_at)
        return [sorted(map(str, session.exec(query))) for query in (filed, happened, letters)]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_journal_of_the_demo_proves_itself(kind, request, tmp_path):
    if kind == "sqlite":
        with request.getfixturevalue("demo").reading() as session:
            assert list(verify(session)) == []
        return
    with own_database() as url:
        database = filled(make_settings(tmp_path, database=url))
        with database.reading() as session:
            assert session.exec(select(func.count()).select_from(Notice)).one() == 80
            assert list(verify(session)) == []
        database.dispose()


@pytest.mark.slow
def test_every_page_of_the_desk_answers(signed_in, reading):
    for page in ("/desk/", "/desk/?page=2", *(f"/desk/?view={view}" for view in worklist.VIEWS), "/desk/criteria"):
        assert signed_in.get(page).status_code == 200, page
    rooms = itertools.cycle(TABS)  # the rooms take turns: every page of every case would take a minute
    for number, events in reading.exec(
        select(Notice.number, Case.head_seq).join(Case, col(Case.id) == col(Notice.case_id)).order_by(Notice.number)
    ):
        tabs = list(TABS) if events > 22 else [next(rooms)]
        for query in ("", *(f"?tab={tab}" for tab in tabs)):
            assert signed_in.get(f"/desk/cases/{number}{query}").status_code == 200, (number, query)


def test_it_never_comes_among_notices_that_are_there(app, database):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session))
    done = app.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 1
    assert "holds notices already" in done.output
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == 1
        assert session.exec(select(func.count()).select_from(Service)).one() == 1
    with pytest.raises(Inhabited), database.writing() as session:
        fill(session, now=NOW, seed=1, password="!")


def test_it_never_writes_to_a_real_relay(tmp_path, settings):
    app = create_app(make_settings(settings.data, mail="smtp"))
    done = app.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 1
    assert "TRACKER_MAIL=folder" in done.output
    done = app.test_cli_runner().invoke(args=["setup", "--demo"])
    assert done.exit_code == 0, done.output
    with app.extensions["database"].reading() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == 0
    app.extensions["database"].dispose()


def test_a_new_house_is_filled_at_its_first_start_and_never_again(app, database, settings, freezer):
    freezer.move_to(NOW)
    run = app.test_cli_runner()
    first = run.invoke(args=["setup", "--demo"])
    assert first.exit_code == 0, first.output
    assert "80 notices" in first.output
    told = (settings.data / "sign-in-demo.txt").read_text()
    assert (settings.data / "sign-in-demo.txt").stat().st_mode & 0o777 == 0o600
    email = f"{words()['team'][0][1]}@tsumugi.example"
    assert email in told
    _client, answer = desk.sign_in(app, email, re.search(r"Password of each: (\S+)", told)[1])
    assert answer.status_code == 303
    with database.reading() as session:
        before = session.exec(select(func.count()).select_from(Event)).one()
        mine = session.exec(select(Staff.id).where(Staff.email == "desk@tsumugi.example")).one()
        assert worklist.count(session, worklist.Search(view="mine", assigned=mine), at=NOW)
        assert list(verify(session)) == []
    again = run.invoke(args=["setup", "--demo"])
    assert again.exit_code == 0, again.output
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Event)).one() == before


def test_without_the_demo_a_new_house_is_empty_and_stays_so(app, database):
    run = app.test_cli_runner()
    for arguments in (["setup"], ["setup", "--demo"]):
        assert run.invoke(args=arguments).exit_code == 0
        with database.reading() as session:
            assert session.exec(select(func.count()).select_from(Notice)).one() == 0


def test_no_two_stories_are_told_in_the_same_words():
    assert len({story.reason for story in stories()}) == len(stories()) == 80
    assert min(story.ago for story in stories() if not story.hours) >= 1
    assert japanese_day(NOW - timedelta(days=max(s.ago for s in stories()))) > make.instant("2025-07-30").date()


def test_a_house_with_a_service_or_people_of_its_own_is_not_filled(app, database):
    with database.writing() as session:
        make.make_service(session, "本物の広場", "honmono", "HM")
    assert "holds" in app.test_cli_runner().invoke(args=["demo"]).output
    with pytest.raises(Inhabited), database.writing() as session:
        fill(session, now=NOW, seed=1, password="!")
    with database.reading() as session:
        assert len(session.exec(select(Service)).all()) == 1
