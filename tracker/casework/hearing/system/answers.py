"""What the platform's system says became of a letter, taken once. Who cannot sign it is told nothing.

Handed is no receipt: the wait for a sender begins with "read" (照会を受けた日, 法3条2項2号), with nothing before it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, delivery, journal, proof
from tracker.casework.custody.answers import NotSigned, NotUnderstood
from tracker.casework.custody.contract import places
from tracker.casework.hearing import receiving, rows
from tracker.casework.hearing.system import connect
from tracker.casework.hearing.system.carriage import TRANSPORT
from tracker.casework.hearing.system.contract import Answer, State
from tracker.casework.proof import Held
from tracker.keys import CannotOpen
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters.transport import PERMANENT
from tracker.letters.webhook import is_signed
from tracker.letters.webhook.signing import TOLERANCE
from tracker.models import Case, Letter, LetterChannel, LetterItem, LetterKind, ReceivedHow, SenderSystem


class Taken(NamedTuple):
    """An answer that is on record. `again`: it was before."""

    letter: UUID
    again: bool


def signer(session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime) -> SenderSystem:
    """Whose message it is. There are few systems, and each has a secret of its own. Raises NotSigned."""
    for system in session.exec(select(SenderSystem).order_by(col(SenderSystem.id))):
        try:
            secret = connect.reach(session, system).secret
        except CannotOpen:
            continue
        if is_signed(secret, headers, body, at=at):
            return system
    raise NotSigned


def take(session: Session, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Taken:
    """Record what the system says of a letter. The same message, or the same said again, changes nothing.

    Raises NotSigned, NotUnderstood, NotAllowed for a letter that it does not carry or a time that cannot be, Conflict
    for what does not fit what was said before.
    """
    system = signer(session, headers, body, at=at)
    try:
        said = Answer.model_validate_json(body)
    except ValidationError as no:
        raise NotUnderstood(places(no, Answer)) from None
    letter = session.get(Letter, said.letter)
    case = session.get_one(Case, letter.case_id) if letter else None
    if letter is None or case is None or case.service_id != system.service_id or not _carries(letter):
        raise NotAllowed(N_("このシステムが渡す通知ではありません。"), about="unknown_letter")
    held = _hold(session, case, letter)
    message = {"message": headers["webhook-id"][:80], "state": said.state.value, "reference": said.reference}
    if _known(session, held, message):
        return Taken(letter.id, again=True)
    when = _moment(said.at.astimezone(UTC), letter, at)
    changed = _failed(session, held, message, when, at) if said.state is State.FAILED else _reached(
        session, held, message, when, at
    )  # fmt: skip
    return Taken(letter.id, again=not changed)


def _reached(session: Session, held: Held, message: dict[str, Any], when: datetime, at: datetime) -> bool:
    """Handed or read. Given now, unless it was; and read, an inquiry has arrived. Says whether anything is new."""
    letter, read = held.letter, message["state"] == State.READ
    if letter.refused_at or letter.bounced_at:
        raise Conflict(N_("この通知は、届かなかったものとして記録されています。"), about="failed")
    states = _said(session, held)
    if message["state"] in states or (not read and State.READ in states):
        return False
    first = letter.given_at is None
    letter.given_at, letter.ended_at = letter.given_at or when, letter.ended_at or when
    _record(session, held, Fact.LETTER_HANDED_OVER, when, at, channel=letter.channel.value, **message)
    if letter.cancelled_at:  # it had it before it was taken back: that is on record, and proves nothing
        return True
    if first:
        proof.prove(session, held, at=at, occurred_at=when)
    session.flush()
    if read and letter.kind is LetterKind.INQUIRY:
        case = held.opened.case
        one = next((one for one in rows.asked(session, case.id) if one.letter.id == letter.id), None)
        if one and one.row.received_at is None:
            receiving.arrive(session, case, one, when=when, how=ReceivedHow.SYSTEM, actor=journal.SYSTEM, at=at)
    return True


def _failed(session: Session, held: Held, message: dict[str, Any], when: datetime, at: datetime) -> bool:
    """It cannot reach them: refused, or sent back after it was accepted. Says whether anything is new."""
    letter = held.letter
    if letter.refused_at or letter.bounced_at or (letter.cancelled_at and not letter.given_at):
        return False
    arrived = any(one.letter.id == letter.id and one.row.received_at for one in rows.asked(session, letter.case_id))
    if letter.opened_at or arrived or State.READ in _said(session, held):
        raise Conflict(N_("この通知は、発信者が読んだものとして記録されています。"), about="read")
    if letter.given_at is None:
        letter.refused_at = letter.ended_at = when
        _record(session, held, Fact.LETTER_REFUSED, when, at, code=PERMANENT, status=TRANSPORT, **message)
    else:
        proved = proof.proved(session, held)
        letter.bounced_at = at
        _record(session, held, Fact.LETTER_BOUNCED, at, at, **message)
        proof.unprove(session, held, proved, by=journal.SYSTEM, at=at)
    session.flush()
    return True


def _carries(letter: Letter) -> bool:
    return letter.channel is LetterChannel.PLATFORM and letter.kind in delivery.TO_SENDER


def _hold(session: Session, case: Case, letter: Letter) -> Held:
    """The case and its letter, locked in the order of the house."""
    opened = journal.open_all(session, [case.id])[case.id]
    session.refresh(letter, with_for_update=True)
    links = session.exec(select(LetterItem).where(LetterItem.letter_id == letter.id)).all()
    return Held(letter, opened, links)


def _moment(said: datetime, letter: Letter, at: datetime) -> datetime:
    """When it was, by our clock: two clocks may differ by a little. Raises NotAllowed for a time that cannot be."""
    if not letter.queued_at - TOLERANCE <= said <= at + TOLERANCE:
        raise NotAllowed(N_("日時は、通知を作った時から今までの間にしてください。"), about="at")
    return min(max(said, letter.queued_at), at)


def _known(session: Session, held: Held, message: dict[str, Any]) -> bool:
    """Whether this very message was taken. Raises Conflict where its id named another."""
    for event in journal.history(session, held.opened.case):
        said = event.data["said"]
        if said.get("message") == message["message"]:
            if {name: said.get(name) for name in message} != message or said["letter"] != str(held.letter.id):
                raise Conflict(N_("この webhook-id は、別の知らせに使われています。"), about="id_used")
            return True
    return False


def _said(session: Session, held: Held) -> set[str]:
    """What the system has said of a letter so far."""
    mine = (event.data["said"] for event in journal.history(session, held.opened.case))
    return {said["state"] for said in mine if said.get("letter") == str(held.letter.id) and "state" in said}


def _record(session: Session, held: Held, fact: Fact, when: datetime, at: datetime, **said: Any) -> None:
    session.add(held.letter)
    journal.record(
        session,
        held.opened.case,
        fact,
        actor=journal.SYSTEM,
        at=at,
        occurred_at=when,
        items=held.items,
        opened=held.opened,
        letter=str(held.letter.id),
        kind=held.letter.kind.value,
        **said,
    )
