"""The proof: every clock, hold, decision, measure and letter is drawn again from the events and compared with its row.

Editing one row of a chained table, or removing the last event, is named. Nothing here writes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, col, select

from tracker.casework import chain, journal
from tracker.casework.verify import (
    appeals,
    approvals,
    books,
    clocks,
    custodians,
    files,
    hearing,
    ledger,
    legal,
    messages,
    orders,
    papers,
    publication,
    receipts,
    register,
    retention,
    sender_months,
    specialists,
    tally,
)
from tracker.casework.verify.books import Head, heads
from tracker.casework.verify.finding import Finding
from tracker.keys import CannotOpen
from tracker.models import Case, Clock, Counter, Event, Notice, Service

__all__ = ["Finding", "Head", "heads", "verify", "verify_case"]


CHECKS: dict[str, Callable[[Session, Case, Sequence[Event]], Iterator[Finding]]] = {
    "loghold": clocks.check_holds,
    "decision": papers.check_decisions,
    "measure": papers.check_measures,
    "letter": papers.check_letters,
    "remark": papers.check_remarks,
    "notice": papers.check_facts,
    "evidence": files.check_files,
    "message": messages.check_messages,
    "approval": approvals.check_approvals,
    "hold order": orders.check_orders,
    "receipt": receipts.check_receipts,
    "register": register.check_register,
    "specialist": specialists.check_specialists,
    "legal paper": legal.check_legal_papers,
    "retention": retention.check_retention,
    "custodian": custodians.check_custodians,
    "inquiry": hearing.check_inquiries,
    "senderanswer": hearing.check_answers,
    "senderdoor": hearing.check_doors,
    "sender": hearing.check_senders,
    "sendersystem": hearing.check_systems,
    "appeal": appeals.check_appeals,
    "tally": tally.check_tallies,
    "sendermonth": sender_months.check_sender_months,
    "publication": publication.check_publications,
    "ledger": ledger.check_ledger,
}


def verify(session: Session) -> Iterator[Finding]:
    """Check every case, the row of receipt numbers, the books and the keys. Memory stays flat: one case at a time.

    Asks for no calendar in use: a damaged one is what it looks for (Database.checking).
    """
    for id in session.exec(select(Case.id).order_by(col(Case.opened_at), col(Case.id))).all():
        case = session.get_one(Case, id)
        yield from verify_case(session, case)
        session.expunge_all()
    yield from _numbers(session)
    yield from books.check_books(session)
    yield from receipts.check_keys(session)
    yield from retention.check_unregistered(session)
    yield from sender_months.check_unregistered(session)
    yield from custodians.check_unrecorded(session)
    yield from hearing.check_unrecorded(session)
    yield from publication.check_unrecorded(session)
    yield from ledger.check_unrecorded(session)


def verify_case(session: Session, case: Case) -> Iterator[Finding]:
    """Check one case against its events."""
    events = list(session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))))
    rows = list(session.exec(select(Clock).where(Clock.case_id == case.id)))
    yield from _chain(case, events)
    yield from _named(case, "clock", clocks.check_clocks(session, case, events, rows))
    for what, check in CHECKS.items():
        yield from _named(case, what, check(session, case, events))
    next_at, closed = journal.position(events, rows)
    if (case.next_at, case.closed_at is not None) != (next_at, closed):
        yield Finding(case.id, "case", str(case.id), "next_at or closed_at differs from what the events give")


def _named(case: Case, what: str, check: Iterator[Finding]) -> Iterator[Finding]:
    """What a check finds. Events that it cannot follow, because one was removed or edited, are a finding as well."""
    try:
        yield from check
    except CannotOpen as error:
        yield Finding(case.id, *str(error).partition(".")[::2], "a sealed value does not open")
    except (LookupError, ValueError, TypeError, NoResultFound):
        yield Finding(case.id, what, str(case.id), "cannot be checked: the events do not fit together")


def _chain(case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    before = ""
    for seq, event in enumerate(events, 1):
        if event.seq != seq:
            yield Finding(case.id, "event", str(event.id), f"seq is {event.seq} where {seq} is due")
        if event.digest != chain.digest(event, before):
            yield Finding(case.id, "event", str(event.id), "its digest is not that of its content and the one before")
        before = event.digest
    if (len(events), before) != (case.head_seq, case.head_digest):
        yield Finding(case.id, "case", str(case.id), "the chain does not end at the head: events were removed or added")


def _numbers(session: Session) -> Iterable[Finding]:
    """Receipt numbers have no gaps: a notice that vanished with its case is named."""
    prefixes = {s.id: s.prefix for s in session.exec(select(Service))}
    for counter in session.exec(select(Counter)):
        prefix = f"{prefixes[counter.service_id]}-{counter.year}-"
        there = set(session.exec(select(Notice.number).where(col(Notice.number).startswith(prefix))))
        for n in range(1, counter.last + 1):
            if f"{prefix}{n:06d}" not in there:
                yield Finding(counter.service_id, "notice", f"{prefix}{n:06d}", "the notice is missing")
