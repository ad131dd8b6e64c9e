"""Messages between claimant and staff, against what the events say of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, select

from tracker.casework import chain
from tracker.casework.messages import FACTS
from tracker.casework.verify.finding import Finding
from tracker.keys import commitment
from tracker.law.facts import Fact
from tracker.models import Case, Event, Message
from tracker.sealed import open_words

KINDS = {fact: kind for (kind, _theirs), fact in FACTS.items()}


def check_messages(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each message's row and words, whether it was read, and whether a 補正依頼 is settled."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said, when = event.data["said"], chain.iso(event.occurred_at)
        if event.fact in KINDS:
            expected[said["message"]] = {
                "kind": KINDS[event.fact],
                "by": event.actor,
                "answers": said["answers"],
                "files": said["files"],
                "written_at": when,
                "words": said["words"],
                "read_at": None,
                "settled_at": None,
            }
            if said["answers"]:
                expected[said["answers"]]["settled_at"] = when
        elif event.fact is Fact.MESSAGES_READ:
            for id in said["messages"]:
                expected[id]["read_at"] = when
        elif event.fact is Fact.CORRECTION_DROPPED:
            expected[said["message"]]["settled_at"] = when
    for row in session.exec(select(Message).where(Message.case_id == case.id)):
        wanted = expected.pop(str(row.id), None)
        words = open_words(session, case.id, "message.words", row.id, row.words_sealed)
        found = {
            "kind": row.kind,
            "by": row.by,
            "answers": str(row.answers) if row.answers else None,
            "files": row.files,
            "written_at": chain.iso(row.written_at),
            "words": commitment(words["salt"], words["text"]) if words else wanted and wanted["words"],
            "read_at": chain.iso(row.read_at),
            "settled_at": chain.iso(row.settled_at),
        }
        if wanted != found:
            yield Finding(case.id, "message", str(row.id), "is not the message recorded")
    for id in expected:
        yield Finding(case.id, "message", id, "the row is missing")
