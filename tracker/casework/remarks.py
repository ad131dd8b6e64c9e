"""The free texts of events: sealed apart, so that they can be erased while the record stays whole."""

import secrets
from uuid import UUID, uuid4

from sqlmodel import Session, select

from tracker.keys import commitment
from tracker.models import Case, Event, Remark
from tracker.sealed import open_words, seal_words


def sealed_remark(session: Session, event: Event, text: str) -> Remark:
    """The sealed text of an event; writes the commitment to it into the event."""
    id, salt = uuid4(), secrets.token_hex(16)
    event.data = event.data | {"remark": commitment(salt, text)}
    words = seal_words(session, event.case_id, "remark.words", id, {"salt": salt, "text": text})
    return Remark(id=id, event_id=event.id, case_id=event.case_id, words_sealed=words)


def remarks_of(session: Session, case: Case) -> dict[UUID, str]:
    """The free texts of a case's events, by event; those whose key was destroyed are missing."""
    found = {}
    for note in session.exec(select(Remark).where(Remark.case_id == case.id)):
        words = open_words(session, case.id, "remark.words", note.id, note.words_sealed)
        if words:
            found[note.event_id] = words["text"]
    return found
