"""That an inquiry reached its sender: only then does the wait begin (照会を受けた日, 法3条2項2号)."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.hearing import rows
from tracker.casework.hearing.rows import Asked
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Position, ReceivedHow

# What an answer to an inquiry is recorded as.
FACTS: dict[Position, Fact] = {
    Position.AGREES: Fact.SENDER_AGREED,
    Position.OBJECTS: Fact.SENDER_OBJECTED,
    Position.WORDS: Fact.SENDER_WROTE,
}


def prove(session: Session, case: Case, inquiry: UUID, *, when: datetime, how: str, by: UUID, at: datetime) -> None:
    """Record what shows that an inquiry reached its sender at `when`: 配達証明, an acknowledgement, a mark "read".

    Raises Conflict when its receipt is recorded, NotAllowed without a proof or for a time that cannot be.
    """
    journal.lock(session, case)
    one = find(session, case, inquiry)
    if one.row.received_at:
        raise Conflict(N_("この照会が届いたことは、すでに記録されています。"))
    if not how.strip():
        raise NotAllowed(N_("何によって、届いたことがわかるかを書いてください。"), about="how")
    when = _timed(one, when, at)
    arrive(session, case, one, when=when, how=ReceivedHow.PROVED, actor=journal.staff(by), at=at, remark=how.strip())


def correct(
    session: Session, case: Case, inquiry: UUID, *, when: datetime | None, why: str, by: UUID, at: datetime
) -> None:
    """Put right when an inquiry reached its sender; `when` None: it did not. A mistake is mended by a fact.

    The wait is void, with its end; a new one begins from the true time, and what was answered is judged by it.
    Raises NotAllowed without a reason, for a time that cannot be, or one after an answer to it; Conflict where no
    receipt is recorded.
    """
    journal.lock(session, case)
    one = find(session, case, inquiry)
    if one.row.received_at is None:
        raise Conflict(N_("この照会が届いたことは、まだ記録されていません。"))
    if not why.strip():
        raise NotAllowed(N_("訂正する理由を書いてください。"), about="why")
    said = [a for a in rows.answers(session, case.id) if set(a.row.items) & {str(i) for i in one.items}]
    first = min((a.row.received_at for a in said), default=None)
    if when is not None:
        when = _timed(one, when, at)
    if first and (when is None or when > first):
        raise NotAllowed(N_("この照会には回答があります。届いた日時は、回答より後にはできません。"), about="when")
    how = one.row.received_how or ReceivedHow.PROVED
    lose(session, case, one, actor=journal.staff(by), at=at, remark=why.strip())
    if when:
        arrive(session, case, one, when=when, how=how, actor=journal.staff(by), at=at)


def lose(session: Session, case: Case, one: Asked, *, actor: str, at: datetime, remark: str = "") -> None:
    """Take back that an inquiry arrived: its waits are void."""
    one.row.received_at = one.row.received_how = None
    session.add(one.row)
    fact = Fact.INQUIRY_LOST if one.row.shelter else Fact.QUESTION_LOST
    journal.record(session, case, fact, actor=actor, at=at, items=one.items, remark=remark, inquiry=str(one.row.id))


def arrive(
    session: Session,
    case: Case,
    one: Asked,
    *,
    when: datetime,
    how: ReceivedHow,
    actor: str,
    at: datetime,
    remark: str = "",
) -> None:
    """Record on a locked case that an inquiry arrived at `when`: its wait begins, where it gives a shelter.

    Answers that were in time by the new count stop the wait again, as of their own moment.
    """
    one.row.received_at, one.row.received_how = when, how
    session.add(one.row)
    journal.record(
        session,
        case,
        one.rule.fact if one.row.shelter else Fact.QUESTION_RECEIVED,
        actor=actor,
        at=at,
        occurred_at=when,
        items=one.items,
        remark=remark,
        inquiry=str(one.row.id),
        how=how.value,
    )
    clocks = rows.waits(session, case.id)
    for answer in rows.answers(session, case.id):
        mine = [clocks[id] for id in one.items if str(id) in answer.row.items and id in clocks]
        running = [c.item_id for c in mine if c.item_id and not c.stopped_at and rows.in_time(answer.row, c)]
        if running and answer.row.position is not Position.WORDS:
            journal.record(
                session,
                case,
                FACTS[answer.row.position],
                actor=actor,
                at=at,
                occurred_at=answer.row.received_at,
                items=running,
                answer=str(answer.row.id),
                again=True,
            )


def standing(session: Session, case: Case, sender: UUID) -> list[Asked]:
    """The inquiries to a sender that are on their way or arrived."""
    return [one for one in rows.asked(session, case.id) if one.row.sender_id == sender and one.stands]


def find(session: Session, case: Case, inquiry: UUID) -> Asked:
    """An inquiry of a case with its letter and items. Raises NotAllowed for another's."""
    found = next((one for one in rows.asked(session, case.id) if one.row.id == inquiry), None)
    if found is None:
        raise NotAllowed(N_("この照会は見つかりません。"))
    session.refresh(found.row)
    return found


def not_before(one: Asked, when: datetime) -> datetime | None:
    """A time typed to the minute, moved up to the making of the inquiry; None where its whole minute lies before."""
    return max(when, one.row.asked_at) if when >= one.row.asked_at.replace(second=0, microsecond=0) else None


def _timed(one: Asked, when: datetime, at: datetime) -> datetime:
    if when > at:
        raise NotAllowed(N_("届いた日時が、今より後になっています。"), about="when")
    typed = not_before(one, when)
    if typed is None:
        raise NotAllowed(N_("届いた日時が、照会を作った時より前になっています。"), about="when")
    return typed
