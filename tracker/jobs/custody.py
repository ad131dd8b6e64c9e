"""The jobs of log custody: what is due is ordered erased at night, and orders are carried to custodians' systems.

An order is claimed in one transaction, carried outside any, settled in a second, together with the answer if there is
one: it comes with the response, or in a folder.
"""

import logging
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed
from tracker.casework.custody import answers, carriage
from tracker.casework.custody.answers import NotSigned, NotUnderstood
from tracker.casework.custody.carriage import Carried
from tracker.casework.custody.contract import MOST_BYTES
from tracker.casework.holding import erasing
from tracker.db import Database
from tracker.i18n import japanese
from tracker.jobs.carrying import carry_each
from tracker.jobs.tasks import Incomplete, Now
from tracker.letters import drop
from tracker.letters.webhook import Heard, deliver
from tracker.models import LetterChannel, Trouble

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
WRONG = (NotSigned, NotUnderstood, NotAllowed)
IN_A_FOLDER = 201
ANSWERED = 200
SPOILT = Heard(trouble=Trouble.SILENCE, unsure=True)


def order_erasures(database: Database, clock: Now) -> None:
    """Order erased whatever is due: one order for each custodian, more where one cannot name it all. Each is a
    transaction of its own, so a run that is killed leaves whole orders, and the next one goes on.
    """
    failures: list[str] = []
    with database.reading() as session:
        found = erasing.holders(session)
    for id in found:
        try:
            while _order(database, id, clock):
                pass
        except Exception as error:
            failures.append(type(error).__name__)
            log.error("custodian %s: %s", id, type(error).__name__)
    with database.reading() as session:
        gone = erasing.gone_before(session)
    for id in gone:
        try:
            with database.writing() as session:
                erasing.note_gone_before(session, id, at=clock())
        except Exception as error:
            failures.append(type(error).__name__)
            log.error("order %s: %s", id, type(error).__name__)
    if failures:
        raise Incomplete(failures[0])


@japanese()
def _order(database: Database, id: UUID, clock: Now) -> bool:
    """Order what is due, looked at outside any transaction. Says whether more may be."""
    with database.reading() as session:
        found = erasing.due_now(session, id, at=clock())
    ordered = 0
    for chosen in found:
        with database.writing() as session:
            ordered += erasing.order_erasure(session, id, at=clock(), chosen=chosen) is not None
    return ordered > 0


def carry_orders(database: Database, clock: Now) -> None:
    """Carry what waits, each once in a run, then read the folders. A custodian that is away holds up only its own."""
    failures: list[str] = stop_erasures(database, clock)
    failures += carry_each(lambda: _due(database, clock()), lambda id: _carry(database, id, clock), log, "order")
    for folder in _folders(database):
        for path in drop.waiting(folder):
            try:
                _read(database, path, clock)
            except Exception as error:
                failures.append(type(error).__name__)
                log.error("an answer in a folder: %s", type(error).__name__)
    if failures:
        raise Incomplete(failures[0])


def stop_erasures(database: Database, clock: Now, *, waiting: LetterChannel | None = None) -> list[str]:
    """Take back every order to erase over whose logs a hold came: those that wait, and those not answered yet.

    `waiting`: only those of which a letter waits to leave so. Gives the names of what failed.
    """
    failures: list[str] = []
    with database.reading() as session:
        found = carriage.open_erasures(session, waiting=waiting)
    for id in found:
        try:
            with database.writing() as session:
                carriage.stop_what_may_not_go(session, id, at=clock())
        except Conflict:
            log.warning("order %s is being carried: it is looked at again", id)
        except Exception as error:
            failures.append(type(error).__name__)
            log.error("order %s: %s", id, type(error).__name__)
            with database.writing() as session:  # what nobody could look at does not leave
                carriage.put_off(session, id, at=clock())
    return failures


def _due(database: Database, at: datetime) -> list[UUID]:
    with database.reading() as session:
        return carriage.due(session, at)


def _carry(database: Database, id: UUID, clock: Now) -> None:
    with database.writing() as session:
        order = carriage.order_of(session, id)
        stopped = carriage.stop_what_may_not_go(session, order.id, at=clock())
        carried = None if stopped else carriage.claim(session, id, clock())
    if carried is None:
        return
    if carried.again:
        log.warning("order %s goes again: the custodian may have taken it before", id)
    heard = _dropped(carried) if carried.folder else _posted(database, carried)
    with database.writing() as session:
        at = clock()
        try:
            with session.begin_nested():
                carriage.settle(session, carried, heard, at=at)
                if heard.said:
                    _take(session, heard, id, at)
        except NotSigned:
            log.warning("the answer to order %s is not the custodian's: the order goes again", id)
            carriage.settle(session, carried, SPOILT, at=at)


def _posted(database: Database, carried: Carried) -> Heard:
    local = database.info["settings"].webhook_local
    return deliver(carried.url, carried.body, carried.headers, local=local, keep=MOST_BYTES)


def _dropped(carried: Carried) -> Heard:
    assert carried.folder  # noqa: S101
    try:
        for earlier in carried.before:
            drop.take_back(carried.folder, str(earlier))
        drop.write(carried.folder, str(carried.letter), carried.headers, carried.body)
    except OSError as error:
        log.warning("a custodian's folder: %s", type(error).__name__)
        return Heard(trouble=Trouble.SILENCE)
    return Heard(status=IN_A_FOLDER)


def _take(session: Session, heard: Heard, id: UUID, at: datetime) -> None:
    """The answer that came with the response. One that is wrong is none: the order was taken, and stays open.

    Raises NotSigned for one that may be anybody's, where the contract says that it is the answer (200): then nobody
    knows whether the order was taken. It goes again as the very same message, which a custodian carries out once.
    """
    try:
        with session.begin_nested():
            answers.take(session, heard.headers, heard.said, at=at)
    except WRONG as no:
        if isinstance(no, NotSigned) and heard.status == ANSWERED:
            raise
        log.warning("the answer to order %s is not taken: %s", id, type(no).__name__)


def _folders(database: Database) -> list[Path]:
    with database.reading() as session:
        return carriage.folders(session)


def _read(database: Database, path: Path, clock: Now) -> None:
    dropped = drop.read(path)
    where = drop.REFUSED
    if dropped is not None:
        try:
            with database.writing() as session:
                answers.take(session, dropped.headers, dropped.body, at=clock(), filed=True)
            where = drop.TAKEN
        except AWAY:  # the database's fault, not the file's
            raise
        except WRONG as no:
            log.warning("an answer in a folder is not taken: %s", type(no).__name__)
        except Exception as error:
            log.error("an answer in a folder is not taken: %s", type(error).__name__)
    try:
        drop.set_aside(path, where)
    except OSError as error:  # nobody but its custodian can move it: it is no fault of this run
        log.warning("an answer in a folder cannot be set aside: %s", type(error).__name__)
