"""Signed receipts and their keys: each against what the journal and the notice give, and against its signature."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from sqlmodel import Session, select

from tracker.casework import filed, signed, signing
from tracker.casework.verify.finding import Finding
from tracker.keys import CannotOpen
from tracker.law.clocks import REPLY
from tracker.law.facts import Fact
from tracker.models import Case, Event, Notice, Receipt, SigningKey


def check_receipts(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """The receipts of a notice: the very bytes recorded, signed, true to the filing and to the time of receipt."""
    expected = {e.data["said"]["receipt"]: e for e in events if e.fact is Fact.RECEIPT_SIGNED}
    before: Receipt | None = None
    rows = session.exec(select(Receipt).where(Receipt.case_id == case.id)).all()
    for row in sorted(rows, key=lambda row: row.no):
        event = expected.pop(str(row.id), None)
        if event is None or event.data["said"] != signed.recorded(row) or event.recorded_at != row.signed_at:
            yield Finding(case.id, "receipt", str(row.id), "differs from what was recorded")
        key = signing.named(session, row.kid)
        payload = row.payload if isinstance(row.payload, bytes) else b""  # SQLite keeps a text where bytes belong
        whole = sha256(payload).hexdigest() == row.sha256
        if not whole or key is None or not signing.genuine(key.public, row.payload, row.signature):
            yield Finding(case.id, "receipt", str(row.id), "was changed after it was signed")
        elif event is not None and not _true(session, case, row, before, [e for e in events if e.seq < event.seq]):
            yield Finding(case.id, "receipt", str(row.id), "does not state what was received")
        before = row
    for id in expected:
        yield Finding(case.id, "receipt", id, "the row is missing")


def _true(session: Session, case: Case, row: Receipt, before: Receipt | None, events: Sequence[Event]) -> bool:
    """Whether a receipt states what the events before it give: when and what was received, by when it is answered."""
    notice = session.exec(select(Notice).where(Notice.case_id == case.id)).one()
    content = signed.stated(row)
    times = [e for e in events if e.fact in {Fact.NOTICE_RECEIVED, Fact.RECEIPT_CORRECTED}]
    voided = {id for e in events for id in e.data["voids"]}
    clocks = [
        clock
        for e in events
        for clock in e.data["starts"]
        if clock["rule"] == REPLY.key and not clock["resumes"] and clock["id"] not in voided
    ]
    digest = filed.digest_of(session, notice)
    return (
        content["number"] == notice.number
        and content["received_at"] == signed.utc(times[-1].occurred_at)
        and content["attachments"] == signed.attached(events)
        and (digest is None or content["filing"]["sha256"] == digest)
        and [content["due"]] == [signed.due(clock) for clock in clocks]
        and content["replaces"] == (before.sha256 if before else None)
        and content["key"] == row.kid
    )


def check_keys(session: Session) -> Iterator[Finding]:
    """Each key is called by its public part; the one that signs opens; numbers have no gaps."""
    for due, key in enumerate(reversed(signing.keys(session)), 1):
        if signing.kid_of(key.public) != key.kid:
            yield Finding(None, "signingkey", key.kid, "its public part is not the one that it is named by")
        if key.number != due:
            yield Finding(None, "signingkey", key.kid, f"its number is {key.number} where {due} is due")
        if key.retired_at is None and not _opens(session, key):
            yield Finding(None, "signingkey", key.kid, "its private part does not open: rotate it")


def _opens(session: Session, key: SigningKey) -> bool:
    try:
        return signing.genuine(key.public, b"kigen", signing.sign(session, key, b"kigen"))
    except CannotOpen:
        return False
