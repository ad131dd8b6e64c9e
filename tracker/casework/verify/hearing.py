"""The sender's side against its events: inquiries, answers, doors, whose a letter is, and the platform's own system."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import chain, proof
from tracker.casework.delivery import TO_SENDER
from tracker.casework.hearing import answering, asking, doors
from tracker.casework.hearing.receiving import FACTS
from tracker.casework.hearing.system.connect import system_state
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import (
    Case,
    CaseKind,
    Event,
    Inquiry,
    Item,
    Letter,
    LetterItem,
    SenderAnswer,
    SenderDoor,
    SenderSystem,
)

RECEIVED = frozenset({Fact.INQUIRY_RECEIVED, Fact.SHORT_INQUIRY_RECEIVED, Fact.QUESTION_RECEIVED})
LOST = frozenset({Fact.INQUIRY_LOST, Fact.QUESTION_LOST})
POSITIONS = frozenset(FACTS.values())


def check_inquiries(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each inquiry as it was asked, of the items of its letter, and when and how it arrived as was recorded last."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.INQUIRY_ASKED:
            expected[said["inquiry"]] = said | {
                "asked": chain.iso(event.occurred_at),
                "items": event.items,
                "received": None,
                "how": None,
            }
        elif event.fact in RECEIVED and said.get("inquiry"):
            expected[said["inquiry"]] |= {"received": chain.iso(event.occurred_at), "how": said["how"]}
        elif event.fact in LOST:
            expected[said["inquiry"]] |= {"received": None, "how": None}
    for row in session.exec(select(Inquiry).where(Inquiry.case_id == case.id)):
        letter = session.get_one(Letter, row.letter_id)
        found = asking.inquiry_state(row) | {
            "asked": chain.iso(row.asked_at),
            "items": sorted(map(str, proof.items_of(session, letter))),
            "received": chain.iso(row.received_at),
            "how": row.received_how.value if row.received_how else None,
        }
        if expected.pop(str(row.id), None) != found or letter.sender_id != row.sender_id:
            yield Finding(case.id, "inquiry", str(row.id), "is not the inquiry recorded")
    yield from _missing(case, "inquiry", expected)


def check_answers(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each answer of a sender: whose, about what, its words and files, when it came, who entered it, if taken back."""
    expected = {
        event.data["said"]["answer"]: event.data["said"]
        | {"items": event.items, "received": chain.iso(event.occurred_at)}
        for event in events
        if event.fact in POSITIONS and "answer" in event.data["said"] and not event.data["said"].get("again")
    }
    voided = {e.data["said"]["answer"]: chain.iso(e.recorded_at) for e in events if e.fact is Fact.SENDER_ANSWER_VOIDED}
    for row in session.exec(select(SenderAnswer).where(SenderAnswer.case_id == case.id)):
        wanted = expected.pop(str(row.id), None)
        found = answering.answer_state(session, row) | {
            "items": row.items,
            "received": chain.iso(row.received_at),
        }
        same = wanted is not None and found == (wanted if found["words"] else wanted | {"words": ""})
        if not same or voided.get(str(row.id)) != chain.iso(row.voided_at):
            yield Finding(case.id, "senderanswer", str(row.id), "is not the answer recorded")
    yield from _missing(case, "senderanswer", expected)


def check_doors(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each page of a sender: which link opens it and until when, and when somebody first opened it by that link."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said = event.data["said"]
        if event.fact is Fact.DOOR_RENEWED:
            before = expected.get(said["door"], {})
            opened = before.get("opened") if before.get("version") == said["version"] else None
            expected[said["door"]] = said | {"opened": opened}
        elif event.fact is Fact.SENDER_OPENED and "door" in said:
            expected[said["door"]]["opened"] = chain.iso(event.occurred_at)
    for row in session.exec(select(SenderDoor).where(SenderDoor.case_id == case.id)):
        if expected.pop(str(row.id), None) != doors.door_state(row) | {"opened": chain.iso(row.opened_at)}:
            yield Finding(case.id, "senderdoor", str(row.id), "is not the page recorded")
    yield from _missing(case, "senderdoor", expected)


def check_senders(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """A letter to a sender is about items of that sender alone: behind a link it is shown to whoever it names."""
    query = (
        select(Letter.id)
        .join(LetterItem, col(LetterItem.letter_id) == col(Letter.id))
        .join(Item, col(Item.id) == col(LetterItem.item_id))
        .where(
            Letter.case_id == case.id,
            col(Letter.kind).in_(TO_SENDER),
            col(Letter.sender_id).is_distinct_from(col(Item.sender_id)),
        )
        .distinct()
    )
    for id in session.exec(query):
        yield Finding(case.id, "letter", str(id), "is not of the sender of its items")


def check_systems(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """The platform's own system as the register of its service says it was connected or paused last."""
    if case.kind is not CaseKind.REGISTER:
        return
    changed = [event.data["said"] for event in events if event.fact is Fact.SENDER_SYSTEM_CHANGED]
    expected = {said["system"]: said for said in changed}
    recorded = [UUID(id) for id in expected]
    query = select(SenderSystem).where(
        (col(SenderSystem.service_id) == case.service_id) | col(SenderSystem.id).in_(recorded)
    )
    for row in session.exec(query):
        if expected.pop(str(row.id), None) != system_state(row):
            yield Finding(case.id, "sendersystem", str(row.id), "differs from what was recorded last")
    yield from _missing(case, "sendersystem", expected)


def check_unrecorded(session: Session) -> Iterator[Finding]:
    """A system of a service that has no register was never recorded."""
    registers = select(Case.service_id).where(Case.kind == CaseKind.REGISTER)
    for id in session.exec(select(SenderSystem.id).where(col(SenderSystem.service_id).not_in(registers))):
        yield Finding(None, "sendersystem", str(id), "was never recorded")


def _missing(case: Case, table: str, expected: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    for id in expected:
        yield Finding(case.id, table, id, "the row is missing")
