"""The job of the moderation ledger: files that came in are read to their end, and what was taken back goes."""

import logging
from uuid import UUID

from sqlmodel import col, select

from tracker.db import Database
from tracker.jobs.carrying import carry_each
from tracker.jobs.tasks import Incomplete, Now
from tracker.models import LedgerImport
from tracker.report.ledger import imports, store
from tracker.report.ledger.carry import carry

log = logging.getLogger(__name__)


def carry_ledger(database: Database, clock: Now) -> None:
    """Carry every import that is not done, each in many short transactions; then remove files that none names."""

    def due() -> list[UUID]:
        with database.reading() as session:
            return imports.waiting(session)

    failures = carry_each(due, lambda id: carry(database, id, clock), log, "import")
    with database.reading() as session:
        named = session.exec(select(LedgerImport.stored).where(col(LedgerImport.done_at).is_(None))).all()
    store.sweep(database.info["settings"], named, at=clock())
    if failures:
        raise Incomplete(failures[0])
