"""What a sender sees behind a link: what is alleged and asked, or what was done and why; nothing unreleased."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import decisions, delivery, journal, replies
from tracker.casework.appeals import deciding, filing
from tracker.casework.appeals.filing import Appealable
from tracker.casework.hearing import asking, doors, receiving, rows
from tracker.casework.hearing.doors import Entered
from tracker.casework.hearing.rows import Answered, Asked
from tracker.law.facts import Fact
from tracker.letters.write import Line, Told
from tracker.models import (
    Appeal,
    Clock,
    DoorPurpose,
    Evidence,
    Item,
    Letter,
    LetterItem,
    LetterKind,
    Measure,
    ReceivedHow,
)

# What each door is about.
KINDS: dict[DoorPurpose, frozenset[LetterKind]] = {
    DoorPurpose.INQUIRY: frozenset({LetterKind.INQUIRY}),
    DoorPurpose.NOTICE: delivery.TO_SENDER - {LetterKind.INQUIRY},
}


@dataclass(frozen=True)
class Question:
    """An inquiry as its sender reads it. `due_at` is the first instant after the wait, UTC; None without a shelter."""

    asked: Asked
    items: Sequence[Item]
    received_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Alleged:
    """The page of the inquiry. Without `told.reason` the claimant has withheld it."""

    told: Told
    questions: Sequence[Question]
    answers: Sequence[Answered]  # of this sender
    files: Sequence[Evidence]  # of the claimant, where they released them
    withdrawn: bool
    executed: frozenset[UUID]  # items on which a measure was carried out


@dataclass(frozen=True)
class Appealed:
    """An appeal as its sender reads it. What became of it is theirs to read once a letter has `told` them."""

    row: Appeal
    line: Line
    text: str
    reason: str
    told: bool


@dataclass(frozen=True)
class Noticed:
    """The page of the notice: each measure that a letter told of, what may be appealed against, and the appeals."""

    lines: Sequence[tuple[Measure, Line]]
    appealable: Sequence[Appealable]
    appeals: Sequence[Appealed]


def unopened(session: Session, entered: Entered) -> list[Letter]:
    """The letters behind a door that its sender has not opened: nothing of them is shown before a button is pressed.

    Programs that look at links in mails only GET, and prove nothing.
    """
    purpose, sender = entered.door.purpose, entered.sender.id
    query = select(Letter).where(
        Letter.sender_id == sender,
        col(Letter.kind).in_(KINDS[purpose]),
        col(Letter.opened_at).is_(None),
        col(Letter.cancelled_at).is_(None),
    )
    found = list(session.exec(query.order_by(col(Letter.queued_at))))
    if purpose is DoorPurpose.INQUIRY:  # somebody else had opened it, and that was taken back
        again = [one.letter for one in receiving.standing(session, entered.case, sender) if not one.row.received_at]
        found += [letter for letter in again if letter not in found]
    return found


def open_all(session: Session, entered: Entered, *, at: datetime) -> None:
    """A sender opens their page by hand (POST): what is there has reached them, and their wait begins (照会を受けた日).

    Raises NotAllowed when the link was voided meanwhile.
    """
    entered = doors.hold(session, entered, at=at)
    for letter in unopened(session, entered):
        delivery.opened(session, letter.id, at=at)
    if entered.door.purpose is DoorPurpose.INQUIRY:
        for one in receiving.standing(session, entered.case, entered.sender.id):
            if one.row.received_at is None:
                receiving.arrive(
                    session, entered.case, one, when=at, how=ReceivedHow.OPENED, actor=journal.SENDER, at=at
                )
    doors.opened(session, entered.case, entered.door, at=at)


def alleged(session: Session, entered: Entered) -> Alleged:
    """What the inquiry page shows. Call it once nothing is unopened."""
    notice, sender = entered.notice, entered.sender
    items = {item.id: item for item in decisions.items_of(session, notice) if item.sender_id == sender.id}
    clocks = rows.waits(session, entered.case.id)
    told = asking.told(session, notice)
    out = receiving.standing(session, entered.case, sender.id)
    measures = decisions.standing_measures(session, list(items))
    happened = journal.standing(journal.history(session, entered.case))
    return Alleged(
        told=told,
        questions=[_question(one, items, clocks) for one in out],
        answers=[one for one in rows.answers(session, entered.case.id) if one.row.sender_id == sender.id],
        files=released(session, entered) if told.evidence else [],
        withdrawn=(Fact.NOTICE_WITHDRAWN, "") in happened,
        executed=frozenset(m.item_id for m in measures if m.executed_at),
    )


def released(session: Session, entered: Entered) -> list[Evidence]:
    """The claimant's files that the sender may see: none unless released, and never proof of who the claimant is."""
    if "evidence" not in entered.notice.tell:
        return []
    query = select(Evidence).where(
        Evidence.case_id == entered.case.id,
        col(Evidence.sender_id).is_(None),
        col(Evidence.authority).is_(False),
        col(Evidence.document).is_(False),
    )
    return list(session.exec(query.order_by(col(Evidence.added_at), col(Evidence.id))))


def noticed(session: Session, entered: Entered) -> Noticed:
    """What the page of the notice shows: only measures of which a letter to this sender tells.

    That an appeal was decided, why, and that its measure was taken back by it, is shown once a letter that says so was
    given to them.
    """
    notice, sender = entered.notice, entered.sender
    items = {item.id: item for item in decisions.items_of(session, notice) if item.sender_id == sender.id}
    told = _stated(session, sender.id, LetterKind.SENDER_NOTICE)
    answered = _stated(session, sender.id, LetterKind.APPEAL_ANSWER, given=True)
    undone = answered | _stated(session, sender.id, LetterKind.REVERSAL, given=True)
    query = select(Appeal).where(Appeal.sender_id == sender.id).order_by(col(Appeal.received_at), col(Appeal.id))
    measures = {m.id: m for m in decisions.executed_measures(session, list(items))}
    appeals = list(session.exec(query))
    by_appeal = {row.measure_id for row in appeals if row.reversed and _took_back(row, measures[row.measure_id])}

    def line(measure: Measure) -> Line:
        found = replies.line_of(session, notice, items[measure.item_id], measure)
        untold = measure.id in by_appeal and measure.decision_id not in undone
        return replace(found, reversed_at=None) if untold else found

    def appealed(row: Appeal) -> Appealed:
        known = row.decided_at is not None and measures[row.measure_id].decision_id in answered
        reason = deciding.reason_of(session, row).get("text", "") if known else ""
        return Appealed(row, line(measures[row.measure_id]), filing.words(session, row).get("text", ""), reason, known)

    return Noticed(
        lines=[(m, line(m)) for m in measures.values() if m.decision_id in told],
        appealable=[one for one in filing.appealable(session, notice, sender.id) if one.measure.decision_id in told],
        appeals=[appealed(row) for row in appeals],
    )


def _took_back(row: Appeal, measure: Measure) -> bool:
    """Whether deciding an appeal took its measure back; who had done so before may not decide it."""
    return measure.reversed_at is not None and measure.reversed_by == row.decided_by


def _stated(session: Session, sender: UUID, kind: LetterKind, *, given: bool = False) -> set[UUID | None]:
    """The decisions of which a letter of a kind to a sender tells, or only one that was `given`."""
    query = select(LetterItem.decision_id).join(Letter, col(Letter.id) == col(LetterItem.letter_id))
    query = query.where(Letter.sender_id == sender, Letter.kind == kind, col(Letter.cancelled_at).is_(None))
    return set(session.exec(query.where(col(Letter.given_at).is_not(None)) if given else query))


def _question(one: Asked, items: dict[UUID, Item], clocks: dict[UUID, Clock]) -> Question:
    ends = [clocks[id].due_at for id in one.items if id in clocks] if one.row.shelter else []
    named = sorted((items[id] for id in one.items if id in items), key=lambda item: item.no)
    return Question(one, named, one.row.received_at, max((end for end in ends if end), default=None))
