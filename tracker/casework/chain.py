"""How clocks and holds stand in an event, and how events are chained: SHA-256 over RFC 8785, one after another."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from tracker.law.consequences import KnownClock
from tracker.models import CalendarVersion, Clock, EditionConfirmation, Event, LogHold


def known(clock: Clock) -> KnownClock:
    """A stored clock as the law sees it."""
    return KnownClock(
        id=str(clock.id),
        rule=clock.rule,
        item=str(clock.item_id) if clock.item_id else None,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target_at=clock.target_at,
        stopped_at=clock.stopped_at,
        voided=clock.voided_at is not None,
        resumes=str(clock.resumes) if clock.resumes else None,
        force=clock.force,
        edition=clock.edition,
    )


def iso(instant: datetime | None) -> str | None:
    """An instant as it stands in events: UTC, ISO 8601."""
    return instant.astimezone(UTC).isoformat() if instant else None


def clock_state(clock: Clock) -> dict[str, Any]:
    """What an event keeps of a clock it starts."""
    return {
        "id": str(clock.id),
        "rule": clock.rule,
        "item": str(clock.item_id) if clock.item_id else None,
        "article": clock.article,
        "edition": clock.edition,
        "calendar": clock.calendar,
        "force": clock.force.value,
        "started_at": iso(clock.started_at),
        "due_at": iso(clock.due_at),
        "target_at": iso(clock.target_at),
        "stopped_at": iso(clock.stopped_at),
        "resumes": str(clock.resumes) if clock.resumes else None,
    }


def hold_state(hold: LogHold) -> dict[str, Any]:
    """What an event keeps of a hold it places; what a paper or a person said of it only where somebody did."""
    stated = {
        "paper": str(hold.paper_id) if hold.paper_id else None,
        "placed_by": str(hold.placed_by) if hold.placed_by else None,
        "review_at": iso(hold.review_at),
        "logs_from": hold.logs_from.isoformat() if hold.logs_from else None,
        "logs_until": hold.logs_until.isoformat() if hold.logs_until else None,
        "scope": sha256(hold.scope_sealed).hexdigest() if hold.scope_sealed else None,
    }
    return {
        "id": str(hold.id),
        "rule": hold.rule,
        "item": str(hold.item_id) if hold.item_id else None,
        "article": hold.article,
        "force": hold.force.value,
        "strength": hold.strength.value,
        "classes": list(hold.classes),
        "from_at": iso(hold.from_at),
        "until_at": iso(hold.until_at),
        **{name: value for name, value in stated.items() if value is not None},
    }


def digest(event: Event, before: str) -> str:
    """SHA-256 over the RFC 8785 form of an event and the digest before it."""
    body: dict[str, Any] = {
        "case": str(event.case_id),
        "seq": event.seq,
        "occurred_at": iso(event.occurred_at),
        "recorded_at": iso(event.recorded_at),
        "actor": event.actor,
        "fact": event.fact.value,
        "items": event.items,
        "corrects": event.corrects,
        "data": event.data,
    }
    return _link(body, before)


def calendar_digest(row: CalendarVersion, before: str) -> str:
    """The same over a version of the calendar. What the software itself brought was chained by its migration."""
    body: dict[str, Any] = {
        "number": row.number,
        "version": row.version,
        "holidays": row.holidays,
        "source": row.source,
        "note": row.note,
        "accepted_at": iso(row.accepted_at),
        "accepted_by": str(row.accepted_by) if row.accepted_by else None,
    }
    return _link(body, before)


def confirmation_digest(row: EditionConfirmation, before: str) -> str:
    """The same over a confirmation of an edition, or one taken back."""
    body: dict[str, Any] = {
        "number": row.number,
        "edition": row.edition,
        "confirmed": row.confirmed,
        "source": row.source,
        "note": row.note,
        "confirmed_at": iso(row.confirmed_at),
        "confirmed_by": str(row.confirmed_by) if row.confirmed_by else None,
    }
    return _link(body, before)


def _link(body: dict[str, Any], before: str) -> str:
    return sha256(rfc8785.dumps(body | {"before": before})).hexdigest()
