"""What will be late: work by its last day against who works when. Pure arithmetic on days and minutes.

The work is done in the order of the worklist: what is late already, then the earliest last day; on one day a duty
before what is voluntary, the shorter before the longer. In that order nothing is late whenever any order achieves it,
and the longest delay is the shortest there can be. It does not make the *number* of late cases the smallest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate


@dataclass(frozen=True, order=True)
class Work:
    """Open replies alike: their last day, whether it binds by law, the minutes each of them still takes."""

    due: date
    voluntary: bool
    minutes: int
    cases: int


@dataclass(frozen=True)
class Day:
    """A day to come: who works, who of the team does not, and how many minutes each one brings."""

    day: date
    people: int
    free: int
    minutes: int
    closed: bool


@dataclass(frozen=True)
class Row:
    """What the forecast says of a day. `spare`: minutes left over on it, once all that was due by then is done."""

    day: date
    people: int
    capacity: int
    load: int  # minutes of what is due on the day
    cases: int
    voluntary: int
    spare: int  # below nothing: so much is missing
    late: int  # duties of the day that will not be done on it
    late_load: int  # their minutes
    late_voluntary: int
    late_voluntary_load: int
    done: date | None  # when the last of what is late will be done; None where nothing is, or not within these days


@dataclass(frozen=True)
class Remedy:
    """How many people more on which day save what is due by `due`. Without a `day` nothing helps any more."""

    due: date
    day: date | None
    people: int
    free: int
    closed: bool  # no working day is left: it is a closed one


@dataclass(frozen=True)
class Plan:
    """The forecast of some days in a row."""

    rows: Sequence[Row]
    overdue: int  # duties whose last day has passed, done first
    overdue_voluntary: int  # what is voluntary and whose day has passed, done first as well
    overdue_load: int  # the minutes of both
    remedies: Sequence[Remedy]

    @property
    def late(self) -> list[Row]:
        """The days with duties that will be late."""
        return [row for row in self.rows if row.late]

    @property
    def late_voluntary(self) -> list[Row]:
        """The days with voluntary replies that will be late."""
        return [row for row in self.rows if row.late_voluntary]


def plan(work: Iterable[Work], days: Sequence[Day]) -> Plan:
    """Reckon `days`, today first and without gaps. Work due after the last of them is left out: it comes last anyway.

    The remedies save the duties; where no duty is late, they save what is voluntary.
    """
    ordered = sorted(work)
    first = days[0].day
    have = list(accumulate(day.people * day.minutes for day in days))
    before = [one for one in ordered if one.due < first]
    at = overdue = sum(one.minutes * one.cases for one in before)
    rows, duties, everything = [], [], []
    for day, made in zip(days, have, strict=True):
        mine = [one for one in ordered if one.due == day.day]
        start, late, late_load = at, {False: 0, True: 0}, {False: 0, True: 0}
        for one in mine:
            missed = one.cases - min(max((made - at) // one.minutes, 0), one.cases)
            late[one.voluntary] += missed
            late_load[one.voluntary] += missed * one.minutes
            at += one.minutes * one.cases
            if not one.voluntary:
                duties.append((day.day, at))
            everything.append((day.day, at))
        done = next((d.day for d, by in zip(days, have, strict=True) if by >= at), None) if any(late.values()) else None
        rows.append(
            Row(
                day=day.day,
                people=day.people,
                capacity=day.people * day.minutes,
                load=at - start,
                cases=sum(one.cases for one in mine if not one.voluntary),
                voluntary=sum(one.cases for one in mine if one.voluntary),
                spare=made - at,
                late=late[False],
                late_load=late_load[False],
                late_voluntary=late[True],
                late_voluntary_load=late_load[True],
                done=done,
            )
        )
    needs = duties if any(row.late for row in rows) else everything
    passed = {kind: sum(one.cases for one in before if one.voluntary is kind) for kind in (False, True)}
    return Plan(rows, passed[False], passed[True], overdue, list(_remedies(needs, days, have)))


def _remedies(needs: Iterable[tuple[date, int]], days: Sequence[Day], have: Sequence[int]) -> Iterator[Remedy]:
    """For each last day that lacks minutes, people on the last working day until it; those of one day together.

    As late as can be: whoever comes then helps every later day as well, so no plan asks for fewer days of people.
    """
    more = dict.fromkeys((day.day for day in days), 0)  # people
    saved: dict[date, date] = {}  # by the day on which they come
    for due, need in needs:
        until = [(day, by) for day, by in zip(days, have, strict=True) if day.day <= due]
        lack = need - until[-1][1] - sum(more[day.day] * day.minutes for day, _by in until)
        if lack <= 0:
            continue
        able = [day for day, _by in until if day.minutes]
        if not able:
            saved[due] = due
            continue
        best = next((day for day in reversed(able) if not day.closed), able[-1])
        more[best.day] += -(-lack // best.minutes)
        saved[best.day] = due
    by_day = {day.day: day for day in days}
    for when, due in sorted(saved.items()):
        day = by_day[when]
        yield Remedy(due, when if more[when] else None, more[when], day.free, day.closed)
