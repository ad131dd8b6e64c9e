"""The job that carries letters: claimed together, handed over one by one outside any transaction, settled together.

A kill repeats, under the same Message-ID, at most what was handed over since the last commit: a second's worth. What
was claimed with it and not begun waits until the claim runs out, and then counts as if it might have gone, too.
"""

import logging
from collections.abc import Sequence
from time import monotonic, sleep
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError

from tracker.casework import delivery
from tracker.casework.delivery import Carried
from tracker.db import Database
from tracker.jobs.custody import stop_erasures
from tracker.jobs.tasks import SILENT, Incomplete, Now
from tracker.letters import outbox
from tracker.letters.outbox import Parcel
from tracker.letters.transport import Answer, Carrier, carrier
from tracker.models import Letter, LetterChannel

log = logging.getLogger(__name__)

MOST = 50  # letters claimed at once
LONGEST = 1.0  # seconds for which answers wait to be recorded; what is not handed over by then is given back
SETTLE_AGAIN = (0.2, 1.0, 3.0, 10.0, 15.0, 30.0)  # seconds for which answers are kept while the database is away
AWAY = (OperationalError, InterfaceError)
BROKEN = Answer(False, 0, "smtp")  # the transport failed as it never should: the relay may have the letter


def carry_mail(database: Database, clock: Now) -> None:
    """Hand every due letter to the relay.

    Without a transport the letters stay where they are. A relay that does not answer ends the run early.
    """
    failures: list[str] = []
    silent, many = 0, 1
    carried: list[Carried] = []
    with carrier(database.info["settings"]) as carry:
        if carry is None:
            return
        while parcels := _turn(database, carried, many if silent < SILENT else 0, clock, failures):
            carried, silent = _carry(carry, parcels, silent, clock, failures)
            handed_over = sum(one.answer is not None for one in carried)
            many = min(2 * handed_over, MOST)  # as many as a relay of this speed takes in time
    if silent >= SILENT:
        log.error("the mail relay does not answer")
    if failures or silent:
        raise Incomplete(failures[0] if failures else "RelaySilent")


def _carry(
    carry: Carrier, parcels: Sequence[Parcel], silent: int, clock: Now, failures: list[str]
) -> tuple[list[Carried], int]:
    """Hand over what time allows, and say how many answers in a row never came."""
    carried = []
    until = monotonic() + LONGEST
    for n, parcel in enumerate(parcels):
        answer = None
        if silent < SILENT and (n == 0 or monotonic() < until):
            if parcel.again:
                log.warning("letter %s goes again: the relay may have taken it before", parcel.id)
            try:
                answer = carry(parcel)
            except Exception as error:
                answer = BROKEN
                failures.append(_log(parcel.id, error))
            else:
                silent = 0 if answer.code else silent + 1
        carried.append(Carried(parcel.id, answer, clock(), parcel.again, parcel.claimed_until))
    return carried, silent


def _turn(database: Database, carried: Sequence[Carried], many: int, clock: Now, failures: list[str]) -> list[Parcel]:
    """Record what was answered and claim up to `many` letters, in one transaction; if that fails, each in its own.

    What left has left: while the database is away its answer is kept in hand, before the letter is said to be unsure.
    """
    for wait in (*SETTLE_AGAIN, None):
        try:
            failures += stop_erasures(database, clock, waiting=LetterChannel.SMTP) if many else []
            return _settle_and_claim(database, carried, many, clock)
        except AWAY as error:
            log.warning("the answers of %s letters wait: %s", len(carried), type(error).__name__)
            if not carried or wait is None:
                break
            sleep(wait)
        except Exception as error:
            log.warning("letters go one by one: %s", type(error).__name__)
            break
    for one in carried:
        try:
            _settle_and_claim(database, [one], 0, clock)
        except Exception as error:
            failures.append(_log(one.letter, error))
            _set_aside(database, one.letter, clock, claimed=True)
    return _claim_singly(database, many, clock, failures) if many else []


def _settle_and_claim(database: Database, carried: Sequence[Carried], many: int, clock: Now) -> list[Parcel]:
    with database.writing() as session:
        if carried:
            delivery.settle_all(session, carried, at=clock())
        parcels = outbox.claim_some(session, clock(), many) if many else []
        delivery.check_recordable(session, [parcel.id for parcel in parcels])
    return parcels


def _claim_singly(database: Database, many: int, clock: Now, failures: list[str]) -> list[Parcel]:
    """Claim letters one by one, and set those aside that cannot be claimed, until one can be or none is left."""
    parcels: list[Parcel] = []
    seen: set[UUID] = set()
    while not parcels and (ids := [id for id in _due(database, clock) if id not in seen]):
        seen.update(ids)
        for id in ids:
            if len(parcels) == many:
                break
            try:
                with database.writing() as session:
                    parcel = outbox.claim(session, id, clock())
                    delivery.check_recordable(session, [id])
            except Exception as error:
                failures.append(_log(id, error))
                _set_aside(database, id, clock, claimed=False)
            else:
                parcels += [parcel] if parcel else []
    return parcels


def _due(database: Database, clock: Now) -> list[UUID]:
    with database.reading() as session:
        return outbox.due(session, clock())


def _set_aside(database: Database, id: UUID, clock: Now, *, claimed: bool) -> None:
    """Let a letter that failed wait its turn, so that it neither blocks the others nor goes out again each minute."""
    try:
        with database.writing() as session:
            at = clock()
            letter = session.get_one(Letter, id, with_for_update=True)
            other = not claimed and letter.claimed_until is not None and letter.claimed_until > at  # somebody has it
            if letter.ended_at is None and not other:
                letter.attempts += 0 if claimed else 1
                outbox.put_back(letter, at, unsure=claimed or letter.claimed_until is not None)
                session.add(letter)
    except Exception as error:
        _log(id, error)


def _log(id: UUID, error: Exception) -> str:
    failure = type(error).__name__
    log.error("letter %s: %s", id, failure)
    return failure
