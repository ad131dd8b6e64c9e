"""Reading the mailbox of bounces: each message is settled in a transaction of its own, and only then marked as seen."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from tracker.casework import bounces
from tracker.db import Database
from tracker.jobs.tasks import Incomplete
from tracker.letters import dsn
from tracker.letters.dsn import Report
from tracker.letters.mailbox import Away, Mailbox, mailbox
from tracker.models import BounceKind

log = logging.getLogger(__name__)


def read_bounces(database: Database, clock: Callable[[], datetime]) -> None:
    """Settle every new message of the mailbox; without one nothing is done. A bad message never stops the others."""
    failures: list[str] = []
    with mailbox(database.info["settings"]) as box:
        if box is None:
            return
        for uid in box.new():
            try:
                _settle_one(database, box, uid, clock)
            except Away:
                raise
            except IntegrityError:  # another worker settles it at this moment, and marks it
                continue
            except Exception as error:
                failures.append(type(error).__name__)
                log.error("message in the mailbox of bounces: %s", failures[-1])
    if failures:
        raise Incomplete(failures[0])


def _settle_one(database: Database, box: Mailbox, uid: str, clock: Callable[[], datetime]) -> None:
    source = f"{box.name}:{uid}"
    with database.reading() as session:
        done = bounces.known(session, source)
    if not done:
        raw = box.read(uid)
        if raw is None:
            return
        report = _read(raw)
        with database.writing() as session:
            noted = bounces.settle(session, source, report, at=clock())
            if noted and noted.kind is BounceKind.FAILED and noted.letter_id is None and noted.memo_id is None:
                log.warning("bounce %s names no letter of ours", noted.id)
            done = noted is not None
    if done:
        box.seen(uid)


def _read(raw: bytes) -> Report:
    """What a message says; what cannot be taken apart is noted as that, and not read each time again."""
    try:
        return dsn.parse(raw)
    except Exception as error:
        log.warning("a message in the mailbox of bounces cannot be read: %s", type(error).__name__)
        return Report(BounceKind.UNREADABLE)
