"""The jobs of the night watch: the sweep, memos, the digests of the morning and of the week, the heartbeat."""

import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import NamedTuple
from uuid import UUID

from tracker.casework import filings
from tracker.casework.watch import digests, health, memos
from tracker.casework.watch.lost import tell_lost
from tracker.casework.watch.reconciled import tell_gone
from tracker.casework.watch.sweep import NobodyToTell, sweep, sweep_for_channels
from tracker.db import Database
from tracker.jobs.tasks import SILENT, Incomplete, Now
from tracker.letters.outbox import Parcel
from tracker.letters.transport import Answer, carrier

log = logging.getLogger(__name__)

HEARTBEAT = "heartbeat"
MOST = 1000  # transactions in one run: a backlog of two million clocks


def raise_alerts(database: Database, clock: Now) -> None:
    """Tell of every rung that has come, a few thousand clocks at a time. Channels hear of it also with nobody there."""
    failure = ""
    for _turn in range(MOST):
        try:
            with database.writing() as session:
                done = sweep(session, at=clock())
        except NobodyToTell as nobody:
            failure = type(nobody).__name__
            with database.writing() as session:
                sweep_for_channels(session, at=clock())
            break
        failure = failure or done.failure
        if not done.claimed:
            break
    with database.writing() as session:
        tell_lost(session, at=clock())
        tell_gone(session, at=clock())
    if failure:
        raise Incomplete(failure)


def carry_memos(database: Database, clock: Now) -> None:
    """Hand every waiting memo to the relay, outside any transaction.

    What the relay said to one is recorded in the transaction that claims the next: one at a time is on its way.
    """
    failures: list[str] = []
    silent = 0
    seen: set[UUID] = set()
    said: Said | None = None
    with carrier(database.info["settings"]) as carry:
        while (
            carry is not None and silent < SILENT and (batch := [i for i in _due(database, clock()) if i not in seen])
        ):
            for id in batch:
                seen.add(id)
                before, said = said, None
                try:
                    parcel = _claim(database, id, before, clock)
                    said = Said(parcel, carry(parcel)) if parcel else None
                except Exception as error:
                    failures.append(type(error).__name__)
                    log.error("memo %s: %s", id, type(error).__name__)
                if said:
                    silent = 0 if said.answer.code else silent + 1
                if silent == SILENT:
                    log.error("the mail relay does not answer")
                    break
        if said:
            _settle(database, said, clock)
    if failures or silent:
        raise Incomplete(failures[0] if failures else "RelaySilent")


def end_years(database: Database, clock: Now) -> None:
    """Start the yearly periods of each registered service when a fiscal year has ended."""
    with database.writing() as session:
        filings.end_years(session, at=clock())


def morning(database: Database, clock: Now) -> None:
    """One digest for each member of the team on each working day, also when there is nothing to say."""
    _each_of_the_team(database, clock, digests.morning)


def weekly(database: Database, clock: Now) -> None:
    """The figures of the week before for managers, on the first working day of a week."""
    _each_of_the_team(database, clock, digests.weekly)


def beat(database: Database, clock: Now) -> None:
    """Call the heartbeat address while every other job is fresh; its silence is the alarm."""
    address = database.info["settings"].heartbeat_url
    if not address:
        return
    with database.reading() as session:
        if not health.well(session, clock(), but=HEARTBEAT):
            return
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=10) as answer:  # noqa: S310 - checked by the settings
            answer.read(1)
    except (urllib.error.URLError, HTTPException, OSError) as error:
        raise Incomplete(type(error).__name__) from None


def _each_of_the_team(database: Database, clock: Now, write: Callable[..., object]) -> None:
    at = clock()
    with database.reading() as session:
        team = digests.team(session, at)
    failures = []
    for id in team:
        try:
            with database.writing() as session:
                write(session, id, at=at)
        except Exception as error:
            failures.append(type(error).__name__)
            log.error("digest of %s: %s", id, type(error).__name__)
    if failures:
        raise Incomplete(failures[0])


def _due(database: Database, at: datetime) -> list[UUID]:
    with database.reading() as session:
        return memos.due(session, at)


class Said(NamedTuple):
    """What the relay said to a memo; not yet recorded."""

    parcel: Parcel
    answer: Answer


def _claim(database: Database, id: UUID, before: Said | None, clock: Now) -> Parcel | None:
    """Record what was said to the memo before, and claim this one. If that fails, the record is made by itself."""
    try:
        with database.writing() as session:
            if before:
                memos.settle(session, before.parcel.id, before.answer, at=clock(), again=before.parcel.again)
            parcel = memos.claim(session, id, clock())
    except Exception:
        if before:
            _settle(database, before, clock)
        raise
    if parcel and parcel.again:
        log.warning("memo %s goes again: the relay may have taken it before", id)
    return parcel


def _settle(database: Database, said: Said, clock: Now) -> None:
    with database.writing() as session:
        memos.settle(session, said.parcel.id, said.answer, at=clock(), again=said.parcel.again)
