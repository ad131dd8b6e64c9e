"""The sweeps. Each goes over what is due by the tables; running it twice, late, or in two processes is harmless.

A record that fails never stops a run: it is logged by class name and id, the others go on, and the job counts as
failed. Exception texts are never logged or stored: they may quote a claimant.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select

from tracker.casework import criteria, doubts, evidence, journal, papers
from tracker.casework.evidence import clamd, scanning
from tracker.casework.holding import ending
from tracker.db import Database
from tracker.models import Case, Clock, Event, JobRun

log = logging.getLogger(__name__)

Now = Callable[[], datetime]

SCAN = timedelta(seconds=45)  # how long one run may begin new scans: the next tick goes on
TRY_AGAIN = timedelta(minutes=10)  # when a file without a verdict is scanned again
SILENT = 3  # answers in a row that never came: the relay is down, the other letters wait for the next run
MOST = 10_000  # clocks looked at in one run: a backlog must not hide what fell due today
PAGE = 500  # cases checked in one reading session


class Incomplete(Exception):
    """Some records of a run failed. `failure` is the class name of the first one's exception."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


def run(database: Database, name: str, work: Callable[[Database, Now], None], clock: Now) -> bool:
    """Do a job once, and mark when it started, and whether it succeeded or failed. Never raises."""
    try:
        _mark(database, name, started_at=clock())
        try:
            work(database, clock)
        except Incomplete as error:
            failure = error.failure
        except Exception as error:
            failure = type(error).__name__
            log.error("job %s failed: %s", name, failure)
        else:
            _mark(database, name, started_at=None, succeeded_at=clock())
            return True
        _mark(database, name, started_at=None, failed_at=clock(), failure=failure)
    except Exception as error:  # the database is away: nothing can be marked, and the health page will say so
        log.error("job %s could not be marked: %s", name, type(error).__name__)
    return False


def end_waits(database: Database, clock: Now) -> None:
    """Record that the wait of each criteria version that may now be used is over, and those that papers began."""
    at = clock()
    with database.writing() as session:
        criteria.end_waits(session, at=at)
    with database.reading() as session:
        found = papers.due_waits(session, at=at)
    _each(database, "case", found, lambda session, id: papers.end_waits(session, id, at=at))


def end_holds(database: Database, clock: Now) -> None:
    """Release the holds whose time has passed, case by case."""
    at = clock()
    with database.reading() as session:
        found = ending.due_cases(session, at=at)
    _each(database, "case", found, lambda session, id: ending.end_due(session, id, at=at))


def sweep_evidence(database: Database, clock: Now) -> None:
    """Forget what filings left behind: answers that expired, and a few at a time, files that no form or row names."""
    at = clock()
    with database.writing() as session:
        doubts.sweep(session, at=at)
    more = True
    while more:
        with database.writing() as session:
            more = evidence.sweep(session, at=at) > 0
    folder, failures = database.info["settings"].evidence_folder, []
    for names in evidence.old_files(folder, at):
        with database.reading() as session:
            loose = evidence.unnamed(session, names)
        for name in loose:
            try:
                (folder / name).unlink(missing_ok=True)
            except OSError as error:
                log.error("file %s: %s", name, type(error).__name__)
                failures.append(type(error).__name__)
    if failures:
        raise Incomplete(failures[0])


def scan_evidence(database: Database, clock: Now) -> None:
    """Have clamd look at every file without a verdict: read in one transaction, sent outside any, noted in a second.

    Without a scanner nothing is done. One that does not answer ends the run early; the files are there next time. A
    file that got no verdict from a scanner that is there waits a while, so that it never stands before the others.
    """
    address = database.info["settings"].clamd
    until = clock() + SCAN
    failures: list[str] = []
    silent = 0
    failed: set[UUID] = set()
    while address and clock() < until:
        with database.reading() as session:
            found = scanning.unscanned(session, clock() - TRY_AGAIN, failed, 1)
        if not found:
            break
        [id] = found
        try:
            _scan_one(database, address, id, clock)
            silent = 0
        except Exception as error:
            failed.add(id)
            failures.append(_log("evidence", id, error))
            silent = silent + 1 if isinstance(error, clamd.Silent) else 0
            if silent == SILENT:
                log.error("the virus scanner does not answer")
                break
    if failures:
        raise Incomplete(failures[0])


def check_positions(database: Database, clock: Now) -> None:
    """Recompute next_at and closed_at of every case from its events and clocks, and report each that differs.

    A case that seems to differ is looked at again with its row locked: somebody may have been writing.
    """
    differing = 0
    last: UUID | None = None
    while True:
        with database.reading() as session:
            query = select(Case).order_by(col(Case.id)).limit(PAGE)
            cases = session.exec(query.where(col(Case.id) > last) if last else query).all()
            suspects = _differing(session, cases)
        if not cases:
            break
        last = cases[-1].id
        for id in suspects:
            with database.writing() as session:
                case = session.get_one(Case, id)
                journal.lock(session, case)
                if _differing(session, [case]):
                    log.error("case %s: next_at or closed_at differs from its record", id)
                    differing += 1
    if differing:
        raise Incomplete("PositionDiffers")


def _differing(session: Session, cases: Sequence[Case]) -> list[UUID]:
    """Which of `cases` stand elsewhere than their record says."""
    ids = [case.id for case in cases]
    events: dict[UUID, list[Event]] = defaultdict(list)
    columns = load_only(Event.case_id, Event.seq, Event.fact, Event.items)  # type: ignore[arg-type]
    for event in session.exec(
        select(Event).options(columns).where(col(Event.case_id).in_(ids)).order_by(col(Event.seq))
    ):
        events[event.case_id].append(event)
    clocks: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in session.exec(select(Clock).where(col(Clock.case_id).in_(ids))):
        clocks[clock.case_id].append(clock)
    return [
        case.id
        for case in cases
        if journal.position(events[case.id], clocks[case.id]) != (case.next_at, case.closed_at is not None)
    ]


def _scan_one(database: Database, address: str, id: UUID, clock: Now) -> None:
    """Have one file looked at; one that the scanner is there for and gives no verdict on is tried again later."""
    try:
        with database.reading() as session:
            said = scanning.to_scan(session, id)
        if isinstance(said, bytes):
            said = clamd.ask(address, said)
        with database.writing() as session:
            scanning.note_verdict(session, id, said, at=clock())
    except (clamd.Silent, clamd.Unable) as error:
        if not isinstance(error, clamd.Away):
            with database.writing() as session:
                scanning.note_try(session, id, at=clock())
        raise


def _each(database: Database, kind: str, ids: Iterable[UUID], act: Callable[[Session, UUID], object]) -> None:
    """Act on each record in a transaction of its own. Raises Incomplete at the end if any failed."""
    failures = []
    for id in ids:
        try:
            with database.writing() as session:
                act(session, id)
        except Exception as error:
            failures.append(_log(kind, id, error))
    if failures:
        raise Incomplete(failures[0])


def _log(kind: str, id: UUID, error: Exception) -> str:
    failure = type(error).__name__
    log.error("%s %s: %s", kind, id, failure)
    return failure


def _mark(database: Database, name: str, *, started_at: datetime | None, **marks: datetime | str) -> None:
    """Write into the job's row, making it at its first run."""
    with database.writing() as session:
        row = session.get(JobRun, name, with_for_update=True)
        if row is None and started_at:
            try:
                with session.begin_nested():
                    session.add(JobRun(name=name, started_at=started_at))
            except IntegrityError:  # another worker was first
                log.debug("job %s is known", name)
            row = session.get_one(JobRun, name, with_for_update=True)
        if row is None:
            return
        row.started_at = started_at or row.started_at
        for column, value in marks.items():
            setattr(row, column, value)
