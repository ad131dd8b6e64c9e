"""The job that carries posts to webhooks: claimed in one transaction, posted outside any, settled in a second."""

import logging
from datetime import datetime
from uuid import UUID

from tracker.casework.watch import channels
from tracker.db import Database
from tracker.jobs.carrying import carry_each
from tracker.jobs.tasks import Incomplete, Now
from tracker.letters.webhook import Heard, deliver

log = logging.getLogger(__name__)


def carry_posts(database: Database, clock: Now) -> None:
    """Post what waits, each once in a run. A receiver that is away holds up only its own.

    That a receiver said no is shown at the desk, and no failure of the job: it is the receiver's, not ours.
    """
    failures = carry_each(lambda: _due(database, clock()), lambda id: _carry(database, id, clock), log, "post")
    if failures:
        raise Incomplete(failures[0])


def _due(database: Database, at: datetime) -> list[UUID]:
    with database.reading() as session:
        return channels.due(session, at)


def _carry(database: Database, id: UUID, clock: Now) -> None:
    with database.writing() as session:
        carried = channels.claim(session, id, clock())
    if carried is None:
        return
    if carried.again:
        log.warning("post %s goes again: the receiver may have taken it before", id)
    heard: Heard = deliver(carried.url, carried.body, carried.headers, local=database.info["settings"].webhook_local)
    with database.writing() as session:
        channels.settle(session, id, heard, at=clock(), again=carried.again)
