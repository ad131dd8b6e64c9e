"""What stands between a provider and a sender, read from rows and facts: inquiries, their waits, answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.law.inquiries import RULES, WAITS, InquiryRule
from tracker.models import Clock, Inquiry, Letter, LetterItem, Position, SenderAnswer
from tracker.sealed import open_words


@dataclass(frozen=True)
class Asked:
    """An inquiry with its letter and the items that it names."""

    row: Inquiry
    letter: Letter
    items: Sequence[UUID]

    @property
    def rule(self) -> InquiryRule:
        """The provision that it was asked under."""
        return RULES[self.row.regime]

    @property
    def stands(self) -> bool:
        """Whether it is on its way or arrived: neither cancelled nor refused, nor sent back without having arrived."""
        letter = self.letter
        back = letter.bounced_at or (letter.refused_at and letter.given_at is None)
        return self.row.received_at is not None or not (letter.cancelled_at or back)


@dataclass(frozen=True)
class Answered:
    """An answer in the clear. `late`: it came when the wait of every item that it names was over."""

    row: SenderAnswer
    text: str
    late: bool


def asked(session: Session, case: UUID) -> list[Asked]:
    """The inquiries of a case, oldest first."""
    rows = session.exec(
        select(Inquiry, Letter)
        .join(Letter, col(Letter.id) == col(Inquiry.letter_id))
        .where(Inquiry.case_id == case)
        .order_by(col(Inquiry.asked_at), col(Inquiry.id))
    ).all()
    links: dict[UUID, list[UUID]] = {letter.id: [] for _row, letter in rows}
    for link in session.exec(select(LetterItem).where(col(LetterItem.letter_id).in_(list(links)))):
        links[link.letter_id].append(link.item_id)
    return [Asked(row, letter, links[letter.id]) for row, letter in rows]


def waits(session: Session, case: UUID) -> dict[UUID, Clock]:
    """The wait of each item that counts now: its clock, running or stopped."""
    query = select(Clock).where(Clock.case_id == case, col(Clock.rule).in_(WAITS), col(Clock.voided_at).is_(None))
    return {clock.item_id: clock for clock in session.exec(query.order_by(col(Clock.started_at))) if clock.item_id}


def answers(session: Session, case: UUID) -> list[Answered]:
    """What the senders of a case answered, oldest first, without what was taken back."""
    clocks = waits(session, case)
    query = select(SenderAnswer).where(SenderAnswer.case_id == case, col(SenderAnswer.voided_at).is_(None))
    found = []
    for row in session.exec(query.order_by(col(SenderAnswer.received_at), col(SenderAnswer.id))):
        words = open_words(session, case, "senderanswer.words", row.id, row.words_sealed)
        found.append(Answered(row, words.get("text", ""), is_late(row, clocks)))
    return found


def is_late(row: SenderAnswer, clocks: dict[UUID, Clock]) -> bool:
    """Whether an answer came when the waits of its items were over. Without a wait nothing is late."""
    mine = [clocks[id] for id in map(UUID, row.items) if id in clocks]
    return bool(mine) and not any(in_time(row, wait) for wait in mine)


def in_time(row: SenderAnswer, wait: Clock) -> bool:
    """Whether an answer came before the wait of one item was over."""
    return wait.due_at is not None and row.received_at < wait.due_at


def agrees(found: Sequence[Answered], item: UUID) -> bool:
    """Whether the last answer about an item that takes a position agrees; words alone change none."""
    taken = _positions(found, item)
    return bool(taken) and taken[-1].row.position is Position.AGREES


def objects_before(found: Sequence[Answered], item: UUID, end: datetime) -> bool:
    """Whether a sender objected about an item before `end`, and has not agreed since. A later word adds to it only."""
    taken = _positions(found, item)
    agreed = max((n for n, one in enumerate(taken) if one.row.position is Position.AGREES), default=-1)
    return any(one.row.received_at < end for one in taken[agreed + 1 :])


def _positions(found: Sequence[Answered], item: UUID) -> list[Answered]:
    return [one for one in found if str(item) in one.row.items and one.row.position is not Position.WORDS]
