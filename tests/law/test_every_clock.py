"""Every clock once, by hand: what begins it, where it ends. A clock without a row here fails the build."""

from datetime import date, datetime, timedelta

import pytest

from tracker.closed_days import working_calendar
from tracker.law import sheets
from tracker.law.clocks import CLOCKS, STANDING, Bound, ClockRule, Confidence
from tracker.law.consequences import Binds, draw
from tracker.law.editions import EDITIONS, R7_ORDINANCE_15
from tracker.law.facts import Fact
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS
from tracker.law.period import JST, ONE_DAY, Days, Length, Months, start_of
from tracker.settings import Settings

CALENDAR = working_calendar()
CLOCK = R7_ORDINANCE_15.clock

# Deadlines (by): the last day. Waits (from): the first free day.
COUNTED = {
    "reply": ("2026-04-08 10:15", "by 2026-04-15 Wed"),
    "interim": ("2026-04-28 09:14", "by 2026-05-05 Tue"),  # こどもの日 does not extend it
    "criteria_notice": ("2026-06-01 10:00", "from 2026-06-16 Tue"),  # fourteen whole days lie between
    "digest": ("2026-09-30", "by 2027-09-30 Thu"),
    "sender_inquiry": ("2026-06-01 12:00", "from 2026-06-09 Tue"),
    "sender_inquiry_2d": ("2026-06-05 18:00", "from 2026-06-08 Mon"),
    "registration": ("2025-05-30", "by 2025-09-01 Mon"),  # 30 August is a Saturday: a filing moves
    "publication": ("2026-03-31", "by 2026-05-31 Sun"),  # no filing: it stays on the Sunday
    "sender_report": ("2027-04-01", "by 2028-05-01 Mon"),  # 30 April 2028 is a Sunday
    "disclosure_suit": ("2026-11-30", "by 2027-01-04 Mon"),  # courts are closed from 29 December to 3 January
    "provision_lapse": ("2026-11-20", "from 2027-01-21 Thu"),
    "disclosure_appeal": ("2026-12-22", "by 2027-01-04 Mon"),
    "withdrawal_consent": ("2026-12-04", "by 2026-12-18 Fri"),
    "preservation_request": ("2026-11-20", "from 2026-12-21 Mon"),
    "preservation_extension": ("2026-11-20", "from 2027-01-20 Wed"),
    "log_retention_3m": ("2026-11-30", "from 2027-03-01 Mon"),  # no 30 February
    "log_retention_6m": ("2027-08-31", "from 2028-03-01 Wed"),  # through the leap day
}

# No number in law: the office's own target in hours, as it is shipped.
PROMPT = {
    "receipt": 4,
    "investigation": 12,
    "fast_lane": 6,
    "decide": 14 * 24,
    "outcome": 24,
    "correction": 24,
    "execution": 24,
    "sender_notice": 24,
    "appeal": 14 * 24,
    "criteria_change": 7 * 24,
    "registration_change": 14 * 24,
    "specialist_filing": 14 * 24,
    "sender_report_request": 14 * 24,
    "japanese_filing": 14 * 24,
    "disclosure_hearing": 3 * 24,
    "sender_told_of_order": 24,
    "erasure": 7 * 24,
    "hold_answer": 24,
    "hold_order": 24,
    "ban_order": 24,
}

# The paper states the last day. Beside it stands the most that the law lets it state.
STATED: dict[str, Length | None] = {
    "report_demand": None,
    "recommendation": None,
    "minister_order": None,
    "preservation_request": Days(30),
    "preservation_extension": Days(60),
}

# What the Act, its rule and its neighbours ask of a designated provider, in order, and where the house keeps it.
DUTIES = {
    1: ("registration within three months of designation", ["registration"]),
    2: ("changes of registered matters", ["registration_change"]),
    3: ("the way to file stands published", ["method"]),
    4: ("date and time of receipt made known", ["receipt"]),
    5: ("investigation without delay, before and after an interim reply", ["investigation", "decide"]),
    6: ("a specialist appointed or changed is filed", ["specialist_filing"]),
    7: ("the outcome within seven days", ["reply"]),
    8: ("the interim notice within the same seven days", ["interim"]),
    9: ("the outcome after an interim notice", ["outcome"]),
    10: ("seven days for the sender", ["sender_wait"]),
    11: ("two days in an election, none under 法4条2号", ["short_sender_wait", "no_wait"]),
    12: ("two days for intimate images and under the AV Act", ["short_sender_wait"]),
    13: ("criteria public for fourteen days", ["criteria_wait"]),
    14: ("criteria changed after an emergency", ["criteria_change"]),
    15: ("a digest about once a year", ["digest"]),
    16: ("notice to the sender of a measure", ["sender_notice"]),
    17: ("publication by the end of May", ["publication"]),
    18: ("report of sender counts by the end of April", ["sender_report"]),
    19: ("sender counts at the minister's request", ["sender_report_request"]),
    20: ("a report that the minister demands", ["report_demand"]),
    21: ("a recommendation, an order", ["recommendation", "minister_order"]),
    22: ("Japanese after an English filing", ["japanese_filing"]),
    23: ("the sender is heard on a disclosure", ["disclosure_hearing"]),
    24: ("the sender is told of a disclosure order", ["sender_told_of_order"]),
    25: ("a suit against a disclosure order", ["disclosure_suit"]),
    26: ("a provision order lapses", ["provision_lapse"]),
    27: ("an appeal against an order", ["disclosure_appeal"]),
    28: ("silence on a withdrawal is consent", ["withdrawal_consent"]),
    29: ("no erasure while a court forbids it", ["no_erasure"]),
    30: ("preservation that investigators ask for", ["preservation_request", "preservation_extension"]),
    31: ("retention that is desired, then erasure", ["log_retention_3m", "log_retention_6m", "erasure"]),
    32: ("the amendment of 2026", ["amendment_2026"]),
}


def given_as(text: str) -> datetime | date:
    """A Japanese local time, or a day."""
    return datetime.fromisoformat(text).replace(tzinfo=JST) if ":" in text else date.fromisoformat(text)


def drawn(rule: ClockRule, at: datetime, **said: object):
    """What the fact that starts `rule` brings about, everybody being bound, with the office targets as shipped."""
    office = Settings(_env_file=None, secret_key="k" * 32, master_key="k" * 32).office
    condition = {rule.only_when: True} if rule.only_when else {}
    return draw(
        R7_ORDINANCE_15,
        rule.starts_on,
        at,
        items=["one"],
        said=condition | said,
        clocks=[],
        happened={(rule.only_after, "one")} if rule.only_after else set(),
        binds=Binds(provider=True, notice=True),
        target=office.target,
        calendar=CALENDAR,
    )


def started(rule: ClockRule, at: datetime, **said: object):
    """The start of `rule` by the fact that starts it."""
    return next(s for s in drawn(rule, at, **said).starts if s.rule is rule)


def test_every_clock_has_a_row_in_one_of_these_tables():
    assert {r.name for r in CLOCKS if r.length} == set(COUNTED)
    assert {r.name for r in CLOCKS if r.bound is Bound.PROMPTLY} == set(PROMPT)
    assert {r.name for r in CLOCKS if r.stated} == set(STATED)
    assert {r.name for e in EDITIONS for r in e.clocks} == {*COUNTED, *PROMPT, *STATED}


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.length], ids=lambda r: r.name)
def test_a_period_ends_on_the_day_that_a_person_finds_by_hand(rule):
    given, expected = COUNTED[rule.name]
    found = sheets.calculate(rule, sheets.start(rule, given_as(given)), CALENDAR, R7_ORDINANCE_15)

    said = f"from {found.free_day:%Y-%m-%d %a}" if found.free_day else f"by {found.last_day:%Y-%m-%d %a}"
    assert said == expected


@pytest.mark.parametrize(
    ("name", "typed", "begins"),
    [
        ("reply", "2026-04-08T00:00:00+09:00", "2026-04-07T15:00:00+00:00"),  # midnight counts
        ("reply", "2026-04-08", "2026-04-08T03:00:00+00:00"),  # a day without a time never counts itself
        ("registration", "2025-05-30", "2025-05-30T03:00:00+00:00"),
        ("registration", "2025-05-29T15:00:00+00:00", "2025-05-30T03:00:00+00:00"),  # the Japanese day of the instant
        ("publication", "2025-04-01", "2026-03-31T15:00:00+00:00"),  # the year ends, and April begins at midnight
        ("publication", "2026-03-31", "2026-03-31T15:00:00+00:00"),
        ("publication", "2026-03-31T14:59:59+00:00", "2026-03-31T15:00:00+00:00"),
        ("publication", "2026-03-31T15:00:00+00:00", "2027-03-31T15:00:00+00:00"),  # 1 April in Japan
    ],
)
def test_what_somebody_types_is_read_as_the_clock_needs_it(name, typed, begins):
    given = date.fromisoformat(typed) if len(typed) == len("2026-04-08") else datetime.fromisoformat(typed)

    assert sheets.start(CLOCK(name), given).isoformat() == begins


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.bound is Bound.PROMPTLY], ids=lambda r: r.name)
def test_what_has_no_number_in_law_gets_the_office_target_and_no_date_of_law(rule):
    at = datetime(2026, 4, 8, 10, 15, tzinfo=JST)
    found = started(rule, at)

    assert found.due_at is None
    assert found.target_at == at + timedelta(hours=PROMPT[rule.name])
    with pytest.raises(ValueError, match=rule.key):
        sheets.calculate(rule, at, CALENDAR, R7_ORDINANCE_15)


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.stated], ids=lambda r: r.name)
def test_a_paper_states_the_last_day_but_never_more_than_the_law_lets_it(rule):
    at = datetime(2026, 11, 20, 12, tzinfo=JST)
    near, far = date(2026, 12, 4), date(2027, 3, 31)
    most = {None: far, Days(30): date(2026, 12, 20), Days(60): date(2027, 1, 19)}[STATED[rule.name]]

    assert rule.length == STATED[rule.name]
    assert started(rule, at, until=near.isoformat()).due_at == start_of(near + ONE_DAY)
    assert started(rule, at, until=far.isoformat()).due_at == start_of(most + ONE_DAY)


@pytest.mark.parametrize("rule", [r for r in CLOCKS if not r.kept_by], ids=lambda r: r.name)
def test_every_clock_is_started_by_its_fact_unless_another_one_keeps_it(rule):
    assert started(rule, datetime(2026, 11, 20, 12, tzinfo=JST)).rule is rule


@pytest.mark.parametrize("rule", [r for r in CLOCKS if r.kept_by], ids=lambda r: r.name)
def test_a_clock_that_another_one_keeps_never_starts_by_itself(rule):
    found = [s.rule.key for s in drawn(rule, datetime(2026, 11, 20, 12, tzinfo=JST)).starts]

    assert rule.kept_by in found
    assert rule.key not in found


def test_every_duty_of_a_designated_provider_is_a_clock_or_stands_without_a_day():
    kept = [key for _, keys in DUTIES.values() for key in keys]
    known = {r.key for r in CLOCKS} | {r.key for r in STANDING}

    assert list(DUTIES) == list(range(1, 33))
    assert set(kept) <= known
    # The rest is the office's own.
    assert {r.key for r in CLOCKS if r.confidence is Confidence.OFFICE} == known - set(kept)


def test_every_log_is_kept_for_the_months_that_are_desired():
    flags = {rule.key: rule.length for rule in HOLDS if rule.strength is Strength.FLAG}
    assert flags == {"notice_flag": Months(3), "measure_flag": Months(6)}


def test_a_hold_that_forbids_erasure_lasts_as_the_paper_says_or_until_a_fact_ends_it():
    for rule in HOLDS:
        if rule.strength is Strength.HARD:
            assert rule.released_on, rule.key
            assert rule.stated == (rule.length is not None), rule.key
            assert bool(rule.until) == (rule.length is None), rule.key
        if rule.strength is Strength.SOFT:  # only a person places one, and only a person ends it
            assert (rule.length, rule.placed_on, bool(rule.only_when)) == (None, Fact.HOLD_PLACED, True), rule.key


@pytest.mark.parametrize("name", ["log_retention_3m", "provision_lapse", "reply"])
def test_only_a_wait_of_days_is_counted_back(name):
    with pytest.raises(ValueError, match=name):
        sheets.begin_by(CLOCK(name), date(2026, 12, 1))
