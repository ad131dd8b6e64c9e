"""公示送達 (法33条, 規則20条): when a paper of the minister that was published instead of handed over takes effect."""

from datetime import date, datetime

from tracker.law.period import Counting, Days, Step, boundary, count, start_of

WAIT = Days(14)  # 二週間
WAIT_ABROAD = Days(42)  # 六週間, for what was to be served abroad


def posting_days(published: date, *, abroad: bool) -> list[Step]:
    """The days that pass until a paper published on the Japanese day `published` takes effect.

    The day of publication is number 0 and never counted; the last step is the last day of the two weeks, or of six
    for what was to be served abroad. The effect comes by their having passed (経過), so not before that day is over.
    """
    return count(start_of(published), WAIT_ABROAD if abroad else WAIT, Counting.FULL_DAYS)


def posting_effect(published: date, *, abroad: bool) -> datetime:
    """The instant (UTC) at which such a paper counts as served: the beginning of the day after the last counted one."""
    return boundary(posting_days(published, abroad=abroad))
