"""Overlapping holds: never erased under a soft or hard one, never kept past the last end, and a flag adds no day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.law.grounds import Strength
from tracker.law.holds import HARDNESS, HOLDS, Kept, cover, end, kept_until, may_erase
from tracker.law.period import JST

BASE = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 400).map(lambda days: BASE + timedelta(days=days))
ENDS = st.one_of(st.none(), MOMENTS)
KEPT = st.builds(Kept, st.sampled_from(Strength), ENDS)
HELD = st.lists(KEPT, max_size=8)


def binding(holds, at):
    """Those that stand at `at` and are more than a flag."""
    return [h for h in holds if h.strength is not Strength.FLAG and (h.until is None or h.until > at)]


@given(ENDS, HELD, MOMENTS)
def test_logs_are_never_erased_while_a_soft_or_hard_hold_stands(standard, holds, at):
    assert may_erase(standard, holds, at) == (not binding(holds, at))


@given(MOMENTS, HELD, MOMENTS)
def test_logs_are_never_kept_past_the_last_end(standard, holds, at):
    until = kept_until(standard, holds, at)
    ends = [h.until for h in binding(holds, at)]
    if until is None:
        assert None in ends
    else:
        assert until == max([standard, *ends])
        assert may_erase(standard, holds, max(until, at))


@given(ENDS, HELD, MOMENTS, st.lists(ENDS, max_size=4))
def test_a_flag_never_adds_a_day_and_never_forbids(standard, holds, at, ends):
    flags = [Kept(Strength.FLAG, until) for until in ends]
    assert kept_until(standard, [*holds, *flags], at) == kept_until(standard, holds, at)
    assert may_erase(standard, [*holds, *flags], at) == may_erase(standard, holds, at)
    assert kept_until(standard, flags, at) == standard


@given(HELD, MOMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_holds_were_placed_does_not_matter(holds, at, chance):
    mixed = list(holds)
    chance.shuffle(mixed)
    assert cover(mixed, at) == cover(holds, at)
    assert kept_until(BASE, mixed, at) == kept_until(BASE, holds, at)


@given(HELD, KEPT, MOMENTS)
def test_one_more_hold_never_binds_less_and_never_ends_earlier(holds, more, at):
    before, after = cover(holds, at), cover([*holds, more], at)
    if before is None:
        return
    assert after is not None
    assert HARDNESS[after.strength] >= HARDNESS[before.strength]
    assert after.until is None or (before.until is not None and after.until >= before.until)


@given(ENDS, HELD, KEPT, MOMENTS)
def test_one_more_hold_never_lets_logs_be_erased_earlier(standard, holds, more, at):
    before, after = kept_until(standard, holds, at), kept_until(standard, [*holds, more], at)
    assert after is None or (before is not None and after >= before)
    assert not may_erase(standard, [*holds, more], at) or may_erase(standard, holds, at)


@given(HELD, MOMENTS)
def test_together_holds_bind_as_the_hardest_and_last_as_long_as_the_latest(holds, at):
    standing = [h for h in holds if h.until is None or h.until > at]
    together = cover(holds, at)
    if not standing:
        assert together is None
        return
    assert together.strength is max((h.strength for h in standing), key=["flag", "soft", "hard"].index)
    ends = [h.until for h in standing]
    assert together.until == (None if None in ends else max(ends))


@given(HELD, MOMENTS, st.integers(0, 400))
def test_what_may_be_erased_stays_so_while_time_passes(holds, at, days):
    """Nothing but a new fact forbids again what is free."""
    if may_erase(BASE, holds, at):
        assert may_erase(BASE, holds, at + timedelta(days=days))


@given(st.sampled_from(HOLDS), MOMENTS, st.dates(date(2026, 1, 1), date(2027, 6, 1)))
def test_a_day_in_a_paper_never_makes_a_hold_longer_than_the_law_allows(rule, first, day):
    law = end(rule, first, {})
    stated = end(rule, first, {"until": day.isoformat()})
    assert stated == law or (rule.stated and stated is not None and (law is None or stated <= law))


@pytest.mark.parametrize(
    ("ends", "standard", "kept"),
    [
        (["2026-09-01"], "2026-08-01", "2026-09-01"),  # the hold is longer than the standard period
        (["2026-07-01"], "2026-08-01", "2026-08-01"),  # the standard period is longer
        (["2026-09-01", "2026-10-01"], "2026-08-01", "2026-10-01"),  # the later of two
        (["2026-09-01", None], "2026-08-01", None),  # one lasts until its case ends
        ([], None, None),  # kept until its purpose ends
    ],
)
def test_logs_are_kept_until_the_later_of_the_standard_period_and_the_last_hold(ends, standard, kept):
    def instant(text):
        return datetime.fromisoformat(text).replace(tzinfo=JST) if text else None

    holds = [Kept(Strength.HARD, instant(text)) for text in ends]
    assert kept_until(instant(standard), holds, instant("2026-06-01")) == instant(kept)
