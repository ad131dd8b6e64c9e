"""The jobs of the night watch: the sweep, memos, the digests of the morning and of the week, the heartbeat."""

import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from tracker.casework.watch import digests, memos
from tracker.casework.watch.sweep import sweep
from tracker.db import Database
from tracker.jobs.tasks import SILENT, Incomplete
from tracker.letters.transport import Carrier, carrier

log = logging.getLogger(__name__)

Now = Callable[[], datetime]
MOST = 1000  # transactions in one run: a backlog of two million clocks


def raise_alerts(database: Database, clock: Now) -> None:
    """Tell of every rung that has come, a few thousand clocks at a time."""
    failure = ""
    for _turn in range(MOST):
        with database.writing() as session:
            done = sweep(session, at=clock())
        failure = failure or done.failure
        if not done.claimed:
            break
    if failure:
        raise Incomplete(failure)


def carry_memos(database: Database, clock: Now) -> None:
    """Hand every waiting memo to the relay: claimed in one transaction, carried outside any, settled in a second."""
    failures: list[str] = []
    silent = 0
    seen: set[UUID] = set()
    with carrier(database.info["settings"]) as carry:
        while carry is not None and (batch := [id for id in _due(database, clock()) if id not in seen]):
            for id in batch:
                seen.add(id)
                try:
                    answered = _carry(database, carry, id, clock)
                except Exception as error:
                    failures.append(type(error).__name__)
                    log.error("memo %s: %s", id, type(error).__name__)
                    continue
                silent = 0 if answered else silent + 1
                if silent == SILENT:
                    log.error("the mail relay does not answer")
                    raise Incomplete("RelaySilent")
    if failures or silent:
        raise Incomplete(failures[0] if failures else "RelaySilent")


def morning(database: Database, clock: Now) -> None:
    """One digest for each member of the team on each working day, also when there is nothing to say."""
    _each_of_the_team(database, clock, digests.morning)


def weekly(database: Database, clock: Now) -> None:
    """The figures of the week before for managers, on the first working day of a week."""
    _each_of_the_team(database, clock, digests.weekly)


def beat(database: Database, clock: Now, problems: Callable[[Database, datetime], bool]) -> None:
    """Call the heartbeat address while everything is well; its silence is the alarm."""
    address = database.info["settings"].heartbeat_url
    if not address or problems(database, clock()):
        return
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=10) as answer:  # noqa: S310 - checked by the settings
            answer.read(1)
    except (urllib.error.URLError, OSError) as error:
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


def _carry(database: Database, carry: Carrier, id: UUID, clock: Now) -> bool:
    """Claim, carry and settle one memo. False when the relay gave no answer."""
    with database.writing() as session:
        parcel = memos.claim(session, id, clock())
    if parcel is None:
        return True
    answer = carry(parcel)
    with database.writing() as session:
        memos.settle(session, parcel.id, answer, at=clock())
    return answer.code != 0
