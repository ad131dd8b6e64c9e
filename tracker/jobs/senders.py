"""The jobs of the sender's side: waits that have passed are recorded so, letters go to the platforms' own systems."""

import logging
from datetime import datetime
from uuid import UUID

from tracker.casework.hearing import waiting
from tracker.casework.hearing.system import carriage
from tracker.db import Database
from tracker.jobs.carrying import carry_each
from tracker.jobs.tasks import Incomplete, Now
from tracker.letters.webhook import deliver
from tracker.models import Case

log = logging.getLogger(__name__)


def end_sender_waits(database: Database, clock: Now) -> None:
    """Record that the wait for a sender is over (法3条2項2号 and the regimes beside it), as of its own end.

    What cannot be recorded is named by the id of its case, and everything else goes on. Raises Incomplete then.
    """
    failed: list[str] = []
    with database.reading() as session:
        found = waiting.waits_over(session, at=clock())
    for id in found:
        try:
            with database.writing() as session:
                waiting.end_waits(session, session.get_one(Case, id), at=clock())
        except Exception as error:
            failed.append(type(error).__name__)
            log.error("case %s: %s", id, type(error).__name__)
    if failed:
        raise Incomplete(failed[0])


def carry_to_systems(database: Database, clock: Now) -> None:
    """Post what waits for the platforms' own systems, each once in a run. Raises Incomplete.

    A letter is claimed in one transaction, posted outside any, settled in a second. What is unsure goes again under
    the same id, which the system takes once.
    """
    failed = carry_each(lambda: _due(database, clock()), lambda id: _carry(database, id, clock), log, "letter")
    if failed:
        raise Incomplete(failed[0])


def _due(database: Database, at: datetime) -> list[UUID]:
    with database.reading() as session:
        return carriage.due(session, at)


def _carry(database: Database, id: UUID, clock: Now) -> None:
    with database.writing() as session:
        carried = carriage.claim(session, id, clock())
    if carried is None:
        return
    if carried.again:
        log.warning("letter %s goes again: the system may have taken it before", id)
    local = database.info["settings"].webhook_local
    heard = deliver(carried.url, carried.body, carried.headers, local=local)
    with database.writing() as session:
        carriage.settle(session, carried, heard, at=clock())
