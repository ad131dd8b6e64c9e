"""How long a request for preservation may last (刑訴法197条3項・4項), and what an extension of it must keep to."""

from datetime import date, datetime

from tracker.casework import NotAllowed
from tracker.i18n import day_text
from tracker.law import N_
from tracker.law.holds import PRESERVATION_HOLD, PRESERVATION_HOLD_EXTENDED, HoldRule
from tracker.law.period import Counting, Days, count, japanese_day

MORE = Days(30)  # by how much a request is extended at most, in all; the holds know the sixty


def within(rule: HoldRule, first: datetime, until: date) -> None:
    """Raises NotAllowed where a paper names a later day than the law allows, counted from the first paper."""
    if rule.length is None:
        return
    last = count(first, rule.length, Counting.FULL_DAYS)[-1].day
    if until > last:
        words = (
            N_(
                "三十日を超えています（刑訴法197条3項）。受け取った日の翌日から数えて、%(day)sまでです。書面を確かめてください。"
            )
            if rule is PRESERVATION_HOLD
            else N_(
                "最初の要請から通じて六十日を超えています（刑訴法197条4項）。%(day)sまでです。書面を確かめてください。"
            )
        )
        raise NotAllowed(words, about="until", day=day_text(last))


def check_extension(
    first: datetime, stated: date | None, latest: date | None, *, served: datetime, until: date | None
) -> None:
    """Raises NotAllowed where a paper does not extend a request that was served at `first` and `stated` its last day.

    `latest` is the last day of the request and its extensions so far: a further one says a later day. Thirty days more
    are counted over all extensions together, the sixty from the first request: both the narrower reading.
    """
    if latest and japanese_day(served) > latest:
        raise NotAllowed(
            N_("この要請は%(day)sで終わっています。続けて求められたときは、新しい要請として記録してください。"),
            about="served",
            day=day_text(latest),
        )
    if until is None or stated is None or latest is None:
        return
    if until <= latest:
        raise NotAllowed(
            N_("延長の最後の日は、いまの最後の日の%(day)sより後の日です。"), about="until", day=day_text(latest)
        )
    if (until - stated).days > MORE.n:
        raise NotAllowed(
            N_(
                "延長は三十日を超えられません（刑訴法197条4項）。重ねて延長されたときも、合わせて三十日です。最初の要請の最後の日は%(day)sです。"
            ),
            about="until",
            day=day_text(stated),
        )
    within(PRESERVATION_HOLD_EXTENDED, first, until)
