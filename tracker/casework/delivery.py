"""What becomes of a letter, and what that proves: accepted, opened, handed over, refused, bounced, cancelled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.law.clocks import REPLY
from tracker.law.facts import ENDS, Fact
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.letters.write import Draft
from tracker.models import Case, Clock, Decision, Letter, LetterItem, LetterKind

# What a letter proves for the items it covers once it is given.
PROVES: dict[LetterKind, Fact] = {
    LetterKind.RECEIPT: Fact.RECEIPT_GIVEN,
    LetterKind.INTERIM: Fact.INTERIM_REPLIED,
    LetterKind.OUTCOME: Fact.OUTCOME_GIVEN,
    LetterKind.SENDER_NOTICE: Fact.SENDER_NOTIFIED,
}

REPLIES = frozenset({LetterKind.INTERIM, LetterKind.OUTCOME})
ARTICLE_25 = "法25条1項"
TO_CLAIMANT = frozenset({LetterKind.RECEIPT, LetterKind.INTERIM, LetterKind.OUTCOME})


def send(session: Session, case: Case, draft: Draft, *, by: str, at: datetime) -> Letter | None:
    """Put a letter into the outbox and record it. None if the same letter was posted before."""
    letter = outbox.post(session, case, draft, by=by, at=at)
    if letter:
        journal.record(
            session,
            case,
            Fact.LETTER_QUEUED,
            actor=by,
            at=at,
            items=[item for item, _ in draft.covers],
            letter=str(letter.id),
            kind=draft.kind.value,
            channel=draft.channel.value,
            article=draft.article,
            ground=draft.ground,
            decisions=sorted(str(decision) for _, decision in draft.covers if decision),
            content=outbox.content_digest(session, letter),
        )
    return letter


def settle(session: Session, letter_id: UUID, answer: Answer, *, at: datetime, again: bool = False) -> None:
    """Record what the relay answered at `at`.

    Accepted: "accepted by our relay", never "delivered"; the facts it proves follow. Refused for good: the duty runs
    on and the case comes back. Anything else: try later. `again` says the relay may have had it once before.
    """
    letter, case = _locked(session, letter_id)
    if letter.ended_at:
        if letter.cancelled_at and letter.given_at is None and answer.accepted:  # it left all the same: say so
            letter.given_at = at
            _record(session, case, letter, Fact.LETTER_ACCEPTED, actor=journal.SYSTEM, at=at, cancelled=True)
        return
    if letter.kind is LetterKind.ALERT:
        _settle_alert(session, letter, answer, at)
    elif answer.accepted:
        letter.given_at = letter.ended_at = at
        _record(
            session,
            case,
            letter,
            Fact.LETTER_ACCEPTED,
            actor=journal.SYSTEM,
            at=at,
            transport=answer.transport,
            again=again,
        )
        _prove(session, case, letter, at=at, occurred_at=at)
    elif answer.refused:
        letter.refused_at = letter.ended_at = at
        _record(
            session,
            case,
            letter,
            Fact.LETTER_REFUSED,
            actor=journal.SYSTEM,
            at=at,
            code=answer.code,
            status=answer.status,
        )
    else:
        outbox.put_back(letter, at, unsure=answer.unsure or again)
    session.add(letter)


def _settle_alert(session: Session, letter: Letter, answer: Answer, at: datetime) -> None:
    """An alert proves nothing to anybody outside: its row is its only record."""
    if answer.accepted:
        letter.given_at = letter.ended_at = at
    elif answer.refused:
        letter.refused_at = letter.ended_at = at
    else:
        outbox.put_back(letter, at)


def opened(session: Session, letter_id: UUID, *, at: datetime) -> None:
    """Record that the claimant opened a letter in the portal: it reached them (到達), whatever the mail did."""
    letter, case = _locked(session, letter_id)
    if letter.opened_at or letter.cancelled_at:
        return
    letter.opened_at = at
    _record(session, case, letter, Fact.LETTER_OPENED, actor=journal.CLAIMANT, at=at)
    if letter.given_at is None or letter.bounced_at:
        letter.given_at, letter.ended_at, letter.bounced_at = at, letter.ended_at or at, None
        _prove(session, case, letter, at=at, occurred_at=at)
    session.add(letter)


def hand_over(session: Session, letter_id: UUID, *, how: str, when: datetime, by: UUID, at: datetime) -> None:
    """Record that a letter was handed over, posted or published at `when`, and how that is proved.

    Raises NotAllowed without a proof, for a time in the future or before the letter was written, or when done before.
    """
    letter, case = _locked(session, letter_id)
    if letter.given_at or letter.cancelled_at:
        raise Conflict("この通知は、すでに記録されています。")
    if not how.strip():
        raise NotAllowed("いつ、どのように渡したかを書いてください。")
    if not letter.queued_at <= when <= at:
        raise NotAllowed("渡した日時は、通知を作った時から今までの間にしてください。")
    letter.given_at = letter.ended_at = when
    _record(
        session,
        case,
        letter,
        Fact.LETTER_HANDED_OVER,
        actor=journal.staff(by),
        at=at,
        occurred_at=when,
        remark=how.strip(),
        channel=letter.channel.value,
    )
    _prove(session, case, letter, at=at, occurred_at=when)
    session.add(letter)


def bounced(session: Session, letter_id: UUID, *, remark: str, by: str, at: datetime) -> None:
    """Record that a letter came back: what it proved is lost, and the duties it met run again with their old dates.

    Raises NotAllowed when the letter was never given, or the claimant has opened it in the portal.
    """
    letter, case = _locked(session, letter_id)
    if letter.given_at is None or letter.bounced_at:
        raise NotAllowed("不達を記録できるのは、送った通知だけです。")
    if letter.opened_at:
        raise NotAllowed("申出者がこの通知を開いているため、不達にはなりません。")
    standing = journal.standing(journal.history(session, case))
    proved = [i for i in _items(session, letter) if (PROVES.get(letter.kind), str(i)) in standing]
    letter.bounced_at = at
    session.add(letter)
    _record(session, case, letter, Fact.LETTER_BOUNCED, actor=by, at=at, remark=remark.strip())
    lost = [i for i in proved if not _covered_elsewhere(session, letter, i, letter.kind)]
    if letter.kind is LetterKind.SENDER_NOTICE:
        losses = {Fact.SENDER_NOTICE_LOST: lost}
    elif letter.kind is LetterKind.OUTCOME:
        deferred = [i for i in lost if _covered_elsewhere(session, letter, i, LetterKind.INTERIM)]
        losses = {Fact.OUTCOME_LOST: deferred, Fact.REPLY_LOST: [i for i in lost if i not in deferred]}
    elif letter.kind is LetterKind.INTERIM:  # an outcome given since needs no interim reply before it
        losses = {Fact.REPLY_LOST: [i for i in lost if not any((f, str(i)) in standing for f in ENDS)]}
    else:
        losses = {}
    for fact, found in losses.items():
        if found:
            journal.record(session, case, fact, actor=by, at=at, items=found, letter=str(letter.id))


def cancel_unsent(session: Session, case: Case, items: Iterable[UUID], *, by: str, at: datetime) -> None:
    """Cancel waiting letters to the claimant about `items`, which no longer hold. Raises Conflict while one is sent."""
    for letter in outbox.unsent(session, items):
        if letter.kind in TO_CLAIMANT:
            _cancel(session, case, letter, by=by, at=at)


def cancel_waiting(
    session: Session, case: Case, kinds: frozenset[LetterKind], *, by: str, at: datetime
) -> list[Letter]:
    """Cancel all waiting letters of `kinds` in a case, and say which. Raises Conflict while one is sent."""
    waiting = select(Letter).where(
        Letter.case_id == case.id, col(Letter.kind).in_(kinds), col(Letter.ended_at).is_(None)
    )
    letters = list(session.exec(waiting))
    for letter in letters:
        _cancel(session, case, letter, by=by, at=at)
    return letters


def _cancel(session: Session, case: Case, letter: Letter, *, by: str, at: datetime) -> None:
    if not outbox.cancel(session, letter, at):
        raise Conflict("この事案の通知が、いま送信されています。少し待ってから、もう一度記録してください。")
    _record(session, case, letter, Fact.LETTER_CANCELLED, actor=by, at=at)


def close_if_answered(session: Session, case: Case, *, actor: str, at: datetime, occurred_at: datetime) -> None:
    """Record NOTICE_ANSWERED when the last item is covered by an outcome, a lawful interim reply or an excuse.

    One letter of several never stops the clock (法25条1項・2項). A reply that came after the last day is a breach: it
    is recorded as one here unless a person said so when they sent it.
    """
    reply = running_reply(session, case)
    events = journal.history(session, case)
    standing = journal.standing(events)
    items = next((e.items for e in events if e.fact is Fact.NOTICE_RECEIVED), [])
    covering = ENDS | {Fact.INTERIM_REPLIED}
    if reply is None or not all(any((f, i) in standing for f in covering) for i in items):
        return
    admitted = any(e.fact is Fact.BREACH_RECORDED and e.data["said"]["article"] == ARTICLE_25 for e in events)
    if case.statutory and reply.due_at and occurred_at >= reply.due_at and not admitted:
        journal.record(session, case, Fact.BREACH_RECORDED, actor=journal.SYSTEM, at=at, article=ARTICLE_25, items=[])
    journal.record(session, case, Fact.NOTICE_ANSWERED, actor=actor, at=at, occurred_at=occurred_at)


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


def _prove(session: Session, case: Case, letter: Letter, *, at: datetime, occurred_at: datetime) -> None:
    """Record what a given letter proves, for the items of which it still says what is so."""
    fact = PROVES.get(letter.kind)
    items = _still_true(session, case, letter)
    if fact is None or (letter.kind in REPLIES and not items):
        return
    journal.record(
        session,
        case,
        fact,
        actor=journal.SYSTEM,
        at=at,
        occurred_at=occurred_at,
        items=items,
        letter=str(letter.id),
        ground=letter.ground,
    )
    if letter.kind in REPLIES:
        close_if_answered(session, case, actor=journal.SYSTEM, at=at, occurred_at=occurred_at)


def _still_true(session: Session, case: Case, letter: Letter) -> list[UUID]:
    """The items of a letter; of a reply, those whose decision is still the one it was written under, and not over.

    A letter that was refused can be opened in the portal long after: by then it may state what is no longer so.
    """
    links = session.exec(select(LetterItem).where(LetterItem.letter_id == letter.id)).all()
    if letter.kind not in REPLIES:
        return [link.item_id for link in links]
    latest = dict(
        session.exec(
            select(Decision.item_id, Decision.id)
            .where(col(Decision.item_id).in_([link.item_id for link in links]))
            .order_by(col(Decision.version))
        ).all()
    )
    standing = journal.standing(journal.history(session, case))
    return [
        link.item_id
        for link in links
        if latest.get(link.item_id) == link.decision_id
        and not any((fact, str(link.item_id)) in standing for fact in ENDS)
    ]


def _record(
    session: Session,
    case: Case,
    letter: Letter,
    fact: Fact,
    *,
    actor: str,
    at: datetime,
    occurred_at: datetime | None = None,
    remark: str = "",
    **said: Any,
) -> None:
    session.add(letter)
    journal.record(
        session,
        case,
        fact,
        actor=actor,
        at=at,
        occurred_at=occurred_at,
        remark=remark,
        items=_items(session, letter),
        letter=str(letter.id),
        kind=letter.kind.value,
        **said,
    )


def _locked(session: Session, letter_id: UUID) -> tuple[Letter, Case]:
    """The letter and its case, locked in the order of the house: case first."""
    letter = session.get_one(Letter, letter_id)
    case = session.get_one(Case, letter.case_id)
    journal.lock(session, case)
    session.refresh(letter, with_for_update=True)
    return letter, case


def _items(session: Session, letter: Letter) -> list[UUID]:
    return list(session.exec(select(LetterItem.item_id).where(LetterItem.letter_id == letter.id)))


def _covered_elsewhere(session: Session, letter: Letter, item: UUID, kind: LetterKind) -> bool:
    """Whether another letter of `kind`, given and not bounced, covers the item."""
    return (
        session.exec(
            select(Letter.id)
            .join(LetterItem, col(LetterItem.letter_id) == col(Letter.id))
            .where(
                LetterItem.item_id == item,
                Letter.id != letter.id,
                Letter.kind == kind,
                col(Letter.given_at).is_not(None),
                col(Letter.bounced_at).is_(None),
                col(Letter.cancelled_at).is_(None),
            )
        ).first()
        is not None
    )
