"""補正依頼: staff ask for something that the filing lacks, and the claimant answers. No clock stands still."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, journal, messages
from tracker.casework.replies import ended
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Message, MessageKind, Notice


def ask(session: Session, notice: Notice, text: str, *, seen: Collection[UUID] = (), by: UUID, at: datetime) -> Message:
    """Ask the claimant to complete the filing. The law knows no pause: the day of the reply stays (法25条1項).

    Who asks has read the messages `seen`.

    Raises NotAllowed without words, Conflict when nothing of the notice is open.
    """
    journal.lock(session, session.get_one(Case, notice.case_id))
    if not text.strip():
        raise NotAllowed(N_("申出者に確かめたいことを書いてください。"))
    over = ended(session, notice)
    if all(str(item.id) in over for item in decisions.items_of(session, notice)):
        raise Conflict(N_("この申出は、すでにすべて終わっています。"))
    messages.read(session, notice, seen=seen, by=by, at=at)
    return messages.put_down(session, notice, MessageKind.CORRECTION, text, actor=journal.staff(by), at=at)


def answer(
    session: Session, notice: Notice, asked: UUID, text: str, *, files: Sequence[UUID] = (), at: datetime
) -> Message:
    """The claimant answers, in words, with files, or both; the files are evidence by then.

    Raises NotAllowed without either, Conflict when it was answered before or is no longer needed.
    """
    request = messages.open_one(session, notice, asked, MessageKind.CORRECTION)
    if not text.strip() and not files:
        raise NotAllowed(N_("答えを書くか、ファイルを選んでください。"))
    return messages.put_down(
        session, notice, MessageKind.ANSWER, text, actor=journal.CLAIMANT, at=at, answers=request, files=files
    )


def drop(session: Session, notice: Notice, asked: UUID, *, by: UUID, at: datetime) -> None:
    """The request is no longer needed. Raises Conflict when it was answered or dropped before."""
    request = messages.open_one(session, notice, asked, MessageKind.CORRECTION)
    request.settled_at = at
    session.add(request)
    case = session.get_one(Case, notice.case_id)
    journal.record(session, case, Fact.CORRECTION_DROPPED, actor=journal.staff(by), at=at, message=str(request.id))
