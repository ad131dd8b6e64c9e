"""When the usual period of the logs that a hold is about is over, and which of them may go, by the table of their
service.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlmodel import Session

from tracker.casework import retention
from tracker.casework.holding.covering import Standard
from tracker.casework.holding.going import Going
from tracker.casework.retention import Version
from tracker.law.logs import LOG_RULES, LogKind, Provider
from tracker.law.period import ONE_DAY, japanese_day, start_of
from tracker.models import Case, LogHold

LEAST = LOG_RULES[LogKind.POST].least  # what the commentary calls 望ましい at the least
REGISTERED = frozenset({"2-1", "2-2", "2-3", "2-4"})  # of an account that may be in use


class Periods:
    """The usual periods of services, each table read once. `service`: that of every hold, where it is known.

    1. The logs are those recorded up to the last day that the hold names, or up to the day on which it was placed (that
       of a notice: its reception; of a paper: its service). The last of them is kept the longest, and counts: erasing
       too early cannot be put right, and a victim may need just that log.
    2. For each class the lines of CP that hold it count, the longest of them; a custodian keeps them for a service that
       is a content provider. Of all classes the longest counts, because an order names a hold once.
    3. A class whose purpose lasts (a line without a period) is in use and stays: a person may order it erased, and
       after its release the custodian's usual period ends it. So does what is registered of an account, unless a line
       gives it a period: to erase the name and address of a living account is not for a machine to guess.
    4. Another class without a line: the three months that the commentary calls 望ましい at the least (改正案). Nobody
       wrote down a purpose that would keep it longer, and 38条1項 wants it erased promptly; but to erase before that
       would be less than what is asked of everybody.
    5. A service without a table has said nothing yet, so that nothing of it is ordered erased by itself.
    """

    def __init__(self, session: Session, service: UUID | None = None) -> None:
        self._session = session
        self._service = service
        self._history = cache(lambda id: tuple(retention.history(session, id)))
        self._last_day = cache(lambda day, months: retention.steps(day, months)[-1].day)

    def standard(self, hold: LogHold) -> datetime | None:
        """The end of the usual period of the last log of a hold; None where none of its classes goes by itself."""
        day = last_day_of_logs(hold)
        months = self._months(hold, day)
        return start_of(self._last_day(day, max(months.values())) + ONE_DAY) if months else None

    def going(self, hold: LogHold, at: datetime) -> Going | None:
        """What may be ordered erased at `at` by itself: nothing younger than the usual period, though a hold lasted for
        longer than that. None while a log of the hold is younger.
        """
        classes = tuple(self._months(hold, last_day_of_logs(hold)))
        last = self._last_over(hold, classes, japanese_day(at)) if classes else None
        if last is None or last < last_day_of_logs(hold) or (hold.logs_from and last < hold.logs_from):
            return None
        return Going(classes, min(last, hold.logs_until or last))

    def by_hand(self, hold: LogHold, at: datetime) -> Going:
        """What a person orders erased: every class, up to the last day of the hold, and beyond it what is over."""
        day = last_day_of_logs(hold)
        last = self._last_over(hold, tuple(self._months(hold, day)), japanese_day(at))
        return Going(tuple(hold.classes), min(max(day, last or day), hold.logs_until or date.max))

    def _of(self, hold: LogHold) -> Sequence[Version]:
        service = self._service or self._session.get_one(Case, hold.case_id).service_id
        versions: Sequence[Version] = self._history(service)
        return versions

    def _months(self, hold: LogHold, day: date) -> Mapping[str, int]:
        """For how many months logs of a day are kept, by class; without those that stay."""
        versions = self._of(hold)
        found = retention.in_force(versions, day) or (versions[-1] if versions else None)
        return _periods(found, hold.classes) if found else {}

    def _last_over(self, hold: LogHold, classes: Sequence[str], today: date) -> date | None:
        """The last day up to which the usual period of every log of `classes` is over, through all versions."""
        versions = self._of(hold)[::-1]
        begins = [date.min, *(one.table.in_force for one in versions[1:]), date.max]
        found = None
        for version, first, after in zip(versions, begins, begins[1:], strict=False):
            if first == after:  # replaced on the day on which it began
                continue
            months = _periods(version, classes)
            if not classes or len(months) < len(set(classes)):
                return found
            last = self._over(max(months.values()), today)
            if last < after - ONE_DAY:
                return max(last, found) if found else last
            found = after - ONE_DAY
        return found

    def _over(self, months: int, today: date) -> date:
        """The last day whose logs were kept for so many months and are over by `today`."""
        day = today - timedelta(days=31 * months + 3)
        while self._last_day(day + ONE_DAY, months) < today:
            day += ONE_DAY
        return day


def standard_of(session: Session, service: UUID | None = None) -> Standard:
    """Tells the end of the usual period of the logs of a hold: see Periods."""
    return Periods(session, service).standard


def last_day_of_logs(hold: LogHold) -> date:
    """The Japanese day of the last log that a hold is about."""
    return hold.logs_until or japanese_day(hold.from_at)


def _periods(version: Version, classes: Sequence[str]) -> dict[str, int]:
    found = {}
    for name in classes:
        mine = [line.months for line in version.lines if line.provider is Provider.CP and name in line.classes]
        known = [months for months in mine if months is not None]
        if mine and len(known) == len(mine):
            found[name] = max(known)
        elif not mine and name not in REGISTERED and LEAST:
            found[name] = LEAST.n
    return found
