"""What a letter proves once it is given, when a notice is answered, and what is lost when a letter comes back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import chain, journal
from tracker.casework.journal import Opened
from tracker.law.clocks import REPLY
from tracker.law.consequences import DISCHARGES
from tracker.law.facts import ENDS, Fact
from tracker.models import Appeal, Case, Clock, Decision, Event, Letter, LetterItem, LetterKind, Measure

# What a letter proves for the items it covers once it is given.
PROVES: dict[LetterKind, Fact] = {
    LetterKind.RECEIPT: Fact.RECEIPT_GIVEN,
    LetterKind.INTERIM: Fact.INTERIM_REPLIED,
    LetterKind.OUTCOME: Fact.OUTCOME_GIVEN,
    LetterKind.SENDER_NOTICE: Fact.SENDER_NOTIFIED,
    LetterKind.APPEAL_ANSWER: Fact.APPEAL_ANSWERED,
    LetterKind.DISCLOSURE_INQUIRY: Fact.DISCLOSURE_ASKED,
    LetterKind.ORDER_TOLD: Fact.SENDER_TOLD_OF_ORDER,
}
REPLIES = frozenset({LetterKind.INTERIM, LetterKind.OUTCOME})
ARTICLE_25 = "法25条1項"


@dataclass(frozen=True)
class Held:
    """A letter and its case, both locked in this transaction, and what the letter covers."""

    letter: Letter
    opened: Opened
    links: Sequence[LetterItem]

    @property
    def items(self) -> list[UUID]:
        """The items that it covers."""
        return [link.item_id for link in self.links]


def close_if_answered(session: Session, opened: Opened, *, actor: str, at: datetime, occurred_at: datetime) -> None:
    """Record NOTICE_ANSWERED when the last item is covered by an outcome, a lawful interim reply or an excuse.

    One letter of several never stops the clock (法25条1項・2項). A reply that came after the last day is a breach: it
    is recorded as one here unless a person said so when they sent it.
    """
    case = opened.case
    reply = next((c for c in opened.clocks if c.rule == REPLY.key and not (c.stopped_at or c.voided_at)), None)
    standing = journal.standing(opened.told)
    items = next((told.items for told in opened.told if told.fact is Fact.NOTICE_RECEIVED), [])
    covering = ENDS | {Fact.INTERIM_REPLIED}
    if reply is None or not all(any((f, i) in standing for f in covering) for i in items):
        return
    if case.statutory and reply.due_at and occurred_at >= reply.due_at and not _admitted(session, case):
        breach = Fact.BREACH_RECORDED
        journal.record(session, case, breach, actor=journal.SYSTEM, at=at, opened=opened, article=ARTICLE_25, items=[])
    journal.record(session, case, Fact.NOTICE_ANSWERED, actor=actor, at=at, occurred_at=occurred_at, opened=opened)


def _admitted(session: Session, case: Case) -> bool:
    """Whether a person has recorded the breach of 法25条1項."""
    events = journal.history(session, case)
    return any(e.fact is Fact.BREACH_RECORDED and e.data["said"]["article"] == ARTICLE_25 for e in events)


def running_reply(session: Session, case: Case) -> Clock | None:
    """The reply clock of the case (法25条1項) while it runs."""
    return session.exec(
        select(Clock).where(
            Clock.case_id == case.id,
            Clock.rule == REPLY.key,
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
        )
    ).first()


def prove(session: Session, held: Held, *, at: datetime, occurred_at: datetime) -> None:
    """Record what a given letter proves, for the items of which it still says what is so."""
    letter, opened = held.letter, held.opened
    fact = PROVES.get(letter.kind)
    items = _still_true(session, held)
    if fact is None or (letter.kind in REPLIES and not items):
        return
    journal.record(
        session,
        opened.case,
        fact,
        actor=journal.SYSTEM,
        at=at,
        occurred_at=occurred_at,
        items=items,
        opened=opened,
        letter=str(letter.id),
        ground=letter.ground,
        **_began(session, held),
    )
    if letter.kind in REPLIES:
        close_if_answered(session, opened, actor=journal.SYSTEM, at=at, occurred_at=occurred_at)


def _still_true(session: Session, held: Held) -> list[UUID]:
    """The items of a letter; of a reply, those whose decision is still the one it was written under, and not over.

    A letter that was refused can be opened in the portal long after: by then it may state what is no longer so.
    """
    if held.letter.kind not in REPLIES:
        return held.items
    latest = _latest(session, held.items)
    standing = journal.standing(held.opened.told)
    return [
        link.item_id
        for link in held.links
        if latest.get(link.item_id) == link.decision_id
        and not any((fact, str(link.item_id)) in standing for fact in ENDS)
    ]


def items_of(session: Session, letter: Letter) -> list[UUID]:
    """The items that a letter covers."""
    return list(session.exec(select(LetterItem.item_id).where(LetterItem.letter_id == letter.id)))


def proved(session: Session, held: Held) -> list[UUID]:
    """The items that a letter proved something for, and of which something is still owed or was told."""
    events = journal.history(session, held.opened.case)
    standing = journal.standing(events)
    letter = held.letter
    mine = [item for item, letters in _proofs(events, letter.kind).items() if str(letter.id) in letters]
    return [UUID(item) for item in mine if not any((fact, item) in standing for fact in DISCHARGES)]


def unprove(session: Session, held: Held, items: list[UUID], *, by: str, at: datetime) -> None:
    """Record what is lost for `items` now that a letter came back; the clocks it had stopped run again by table.

    A reply that some other letter gave stays given (法25条): then only the outcome is to be told again.
    """
    letter, case = held.letter, held.opened.case
    events = journal.history(session, case)
    if letter.kind is LetterKind.ORDER_TOLD:  # of a paper: it has no items
        _lose_telling(session, held, events, by=by, at=at)
        return
    proofs = {kind: _proofs(events, kind) for kind in PROVES}
    outcomes, interims = proofs[LetterKind.OUTCOME], proofs[LetterKind.INTERIM]
    losses: dict[Fact, list[UUID]] = {}
    if letter.kind is LetterKind.SENDER_NOTICE:
        losses = {Fact.SENDER_NOTICE_LOST: [i for i in items if not proofs[letter.kind].get(str(i))]}
    elif letter.kind is LetterKind.APPEAL_ANSWER:
        losses = {Fact.APPEAL_ANSWER_LOST: [] if _answered_otherwise(session, held) else items}
    elif letter.kind is LetterKind.OUTCOME:
        told = _stating_latest(session, items)
        lost = [i for i in items if not outcomes.get(str(i), set()) & told.get(i, set())]
        replied = [i for i in lost if outcomes.get(str(i)) or interims.get(str(i))]
        losses = {Fact.OUTCOME_LOST: replied, Fact.REPLY_LOST: [i for i in lost if i not in replied]}
    elif letter.kind is LetterKind.INTERIM:  # an outcome given since needs no interim reply before it
        losses = {Fact.REPLY_LOST: [i for i in items if not interims.get(str(i)) and not outcomes.get(str(i))]}
    said = {"letter": str(letter.id)} | _began(session, held)
    for fact, found in losses.items():
        if found:
            journal.record(session, case, fact, actor=by, at=at, items=found, opened=held.opened, **said)


def _began(session: Session, held: Held) -> dict[str, Any]:
    """Of an answer to an appeal, when that appeal was received: several about one item may run side by side."""
    if held.letter.kind is not LetterKind.APPEAL_ANSWER:
        return {}
    decided = [link.decision_id for link in held.links]
    query = select(Appeal.received_at).join(Measure, col(Measure.id) == col(Appeal.measure_id))
    return {"began": chain.iso(session.exec(query.where(col(Measure.decision_id).in_(decided))).one())}


def _answered_otherwise(session: Session, held: Held) -> bool:
    """Whether another letter that did not come back gave the same answer to the same appeal."""
    others = (
        select(Letter.id)
        .join(LetterItem, col(LetterItem.letter_id) == col(Letter.id))
        .where(
            col(LetterItem.decision_id).in_([link.decision_id for link in held.links]),
            Letter.kind == LetterKind.APPEAL_ANSWER,
            col(Letter.id) != held.letter.id,
            col(Letter.given_at).is_not(None),
            col(Letter.bounced_at).is_(None),
        )
    )
    return session.exec(others.limit(1)).first() is not None


def _lose_telling(session: Session, held: Held, events: Sequence[Event], *, by: str, at: datetime) -> None:
    """The duty of 法6条2項 runs again unless another letter, or a person's own record, told the sender since."""
    back = {e.data["said"].get("letter") for e in events if e.fact is Fact.LETTER_BOUNCED}
    told = [e for e in events if e.fact is Fact.SENDER_TOLD_OF_ORDER and e.data["said"].get("letter") not in back]
    if not told:
        case, letter = held.opened.case, str(held.letter.id)
        journal.record(session, case, Fact.ORDER_TELLING_LOST, actor=by, at=at, opened=held.opened, letter=letter)


def _proofs(events: Sequence[Event], kind: LetterKind) -> dict[str, set[str]]:
    """For each item, the letters of `kind` that proved something for it and did not come back since."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        letter = event.data["said"].get("letter", "")
        if event.fact is PROVES.get(kind):
            for item in event.items:
                found[item].add(letter)
        elif event.fact is Fact.LETTER_BOUNCED:
            for letters in found.values():
                letters.discard(letter)
    return found


def _stating_latest(session: Session, items: Sequence[UUID]) -> dict[UUID, set[str]]:
    """For each item, the letters (as ids) that state its latest decision."""
    latest = _latest(session, items)
    found: dict[UUID, set[str]] = defaultdict(set)
    for link in session.exec(select(LetterItem).where(col(LetterItem.item_id).in_(items))):
        if link.decision_id == latest.get(link.item_id):
            found[link.item_id].add(str(link.letter_id))
    return found


def _latest(session: Session, items: Sequence[UUID]) -> dict[UUID, UUID]:
    """The latest decision of each item that has one."""
    rows = select(Decision.item_id, Decision.id).where(col(Decision.item_id).in_(items)).order_by(col(Decision.version))
    return dict(session.exec(rows).all())
