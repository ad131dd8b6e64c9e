"""Reading the mailbox of bounces: each message is settled in a transaction of its own, and only then marked as seen.

Whatever the ledger of bounces does not have is read, also what somebody opened in a webmail before.
"""

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
    """Settle every message that was not settled before; without a mailbox nothing is done.

    A bad message never stops the others.
    """
    failures: list[str] = []
    with mailbox(database.info["settings"]) as box:
        if box is None:
            return
        there = box.all()
        with database.reading() as session:
            known = bounces.known(session, [_source(box, uid) for uid in there])
        for uid, seen in there.items():
            try:
                if _source(box, uid) not in known:
                    _settle_one(database, box, uid, clock)
                elif not seen:  # a worker was killed before it set the mark
                    box.seen(uid)
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
    raw = box.read(uid)
    if raw is None:
        return
    report = _read(raw)
    with database.writing() as session:
        noted = bounces.settle(session, _source(box, uid), report, at=clock())
        if noted and noted.kind is BounceKind.FAILED and noted.letter_id is None and noted.memo_id is None:
            log.warning("bounce %s names no letter of ours", noted.id)
    if noted is not None:
        box.seen(uid)


def _source(box: Mailbox, uid: str) -> str:
    return f"{box.name}:{uid}"


def _read(raw: bytes) -> Report:
    """What a message says; what cannot be taken apart is noted as that, and not read each time again."""
    try:
        return dsn.parse(raw)
    except Exception as error:
        log.warning("a message in the mailbox of bounces cannot be read: %s", type(error).__name__)
        return Report(BounceKind.UNREADABLE)
