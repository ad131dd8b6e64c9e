"""Messages both ways (やりとり): sealed under the case key, each a fact of the case that commits to its words.

Only what is written here is shown to the other side. Remarks of staff are another table and another room.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, text as sql
from sqlmodel import Session, and_, col, or_, select

from tracker.casework import Conflict, NotAllowed, journal, news, receipts
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Message, MessageKind, Notice, Service
from tracker.models.messages import OPEN, UNREAD
from tracker.sealed import case_key, open_words, seal_words

TWICE = timedelta(minutes=10)  # the same words again so soon are the same form, sent twice
LONGEST = 20_000

FACTS: dict[tuple[MessageKind, bool], Fact] = {  # kind, and whether the claimant wrote it
    (MessageKind.WORDS, True): Fact.MESSAGE_RECEIVED,
    (MessageKind.WORDS, False): Fact.MESSAGE_SENT,
    (MessageKind.CORRECTION, False): Fact.CORRECTION_ASKED,
    (MessageKind.ANSWER, True): Fact.CORRECTION_ANSWERED,
    (MessageKind.RECONSIDERATION, True): Fact.RECONSIDERATION_ASKED,
}


@dataclass(frozen=True)
class Pending:
    """Cases in which something of an exchange waits."""

    asked: set[UUID]  # a 補正依頼 for its answer
    again: set[UUID]  # a 再検討の依頼 for its answer
    wrote: set[UUID]  # words of a claimant for a reader


@dataclass(frozen=True)
class Said:
    """A message in the clear."""

    message: Message
    text: str

    @property
    def ours(self) -> bool:
        """Whether staff wrote it."""
        return self.message.by != journal.CLAIMANT


def receive(session: Session, notice: Notice, text: str, *, files: Sequence[UUID] = (), at: datetime) -> Message:
    """The claimant writes to staff, perhaps about files that are evidence by then. Raises NotAllowed without either."""
    return put_down(session, notice, MessageKind.WORDS, text, actor=journal.CLAIMANT, at=at, files=files)


def send(
    session: Session, notice: Notice, text: str, *, seen: Collection[UUID] = (), by: UUID, at: datetime
) -> Message:
    """Staff write to the claimant, who is told by a mail that says nothing of it. Raises NotAllowed without words.

    Who answers has read what they had before them: the messages `seen`.
    """
    read(session, notice, seen=seen, by=by, at=at)
    return put_down(session, notice, MessageKind.WORDS, text, actor=journal.staff(by), at=at)


def open_one(session: Session, notice: Notice, asked: UUID, kind: MessageKind) -> Message:
    """What was asked and still wants its answer. Raises NotAllowed for another's, Conflict when it was settled."""
    journal.lock(session, session.get_one(Case, notice.case_id))
    found = session.get(Message, asked, populate_existing=True)
    if found is None or found.case_id != notice.case_id or found.kind is not kind:
        raise NotAllowed(N_("この依頼は見つかりません。"))
    if found.settled_at:
        raise Conflict(N_("この依頼には、すでに答えたか、依頼が取り消されています。"))
    return found


def read(session: Session, notice: Notice, *, seen: Collection[UUID], by: UUID, at: datetime) -> int:
    """Staff have read the messages `seen`, and the claimant sees so. Says how many of them were unread.

    What came since the page was opened was not before them, and stays unread.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    theirs = [m for m in _all(session, case.id) if m.by == journal.CLAIMANT and m.id in seen]
    unread = [m for m in theirs if m.read_at is None]
    if unread:
        for message in unread:
            message.read_at = at
        session.add_all(unread)
        ids = sorted(str(message.id) for message in unread)
        journal.record(session, case, Fact.MESSAGES_READ, actor=journal.staff(by), at=at, messages=ids)
    return len(unread)


def exchange(session: Session, notice: Notice) -> list[Said]:
    """All messages of a notice, oldest first."""
    found = []
    for message in _all(session, notice.case_id):
        words = open_words(session, message.case_id, "message.words", message.id, message.words_sealed)
        found.append(Said(message, words.get("text", "")))
    return found


def pending(session: Session, cases: Sequence[UUID]) -> Pending:
    """What waits in `cases`."""
    of_these = col(Message.case_id).in_(cases)
    waiting = set(session.exec(select(Message.case_id, Message.kind).where(of_these, sql(OPEN))).all())
    return Pending(
        asked={case for case, kind in waiting if kind is MessageKind.CORRECTION},
        again={case for case, kind in waiting if kind is MessageKind.RECONSIDERATION},
        wrote=set(session.exec(select(Message.case_id).where(of_these, sql(UNREAD)))),
    )


def for_us() -> ColumnElement[bool]:
    """Whether words of a claimant wait in a case: nobody has read them, or answered a 再検討の依頼."""
    again = and_(sql(OPEN), col(Message.kind) == MessageKind.RECONSIDERATION)
    return or_(*(col(Case.id).in_(select(Message.case_id).where(those)) for those in (sql(UNREAD), again)))


def put_down(
    session: Session,
    notice: Notice,
    kind: MessageKind,
    text: str,
    *,
    actor: str,
    at: datetime,
    answers: Message | None = None,
    files: Sequence[UUID] = (),
) -> Message:
    """Write down one message and record it; what it `answers` is settled.

    The same words and files twice in a row within minutes are the same message.

    Raises NotAllowed without words (files alone may answer), for words that are too long, and after erasure.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    text = text.strip()
    if not text and not files:
        raise NotAllowed(N_("伝えたいことを書いてください。"))
    if len(text) > LONGEST:
        raise NotAllowed(
            N_("%(most)s字までにしてください。いまは%(n)s字です。"), most=f"{LONGEST:,}", n=f"{len(text):,}"
        )
    if case_key(session, case.id) is None:
        raise NotAllowed(N_("この申出の記録は消去されているため、書き込めません。"))
    named = sorted(str(file) for file in files)
    if answers is None and (twice := _written_just_now(session, notice, kind, (text, named), actor=actor, at=at)):
        return twice
    if answers:
        answers.settled_at = at
        session.add(answers)
    id, salt = uuid4(), secrets.token_hex(16)
    message = Message(
        id=id,
        case_id=case.id,
        kind=kind,
        by=actor,
        answers=answers.id if answers else None,
        files=named,
        words_sealed=seal_words(session, case.id, "message.words", id, {"salt": salt, "text": text}),
        written_at=at,
    )
    session.add(message)
    session.flush()
    journal.record(
        session,
        case,
        FACTS[kind, actor == journal.CLAIMANT],
        actor=actor,
        at=at,
        message=str(id),
        answers=str(message.answers) if message.answers else None,
        files=message.files,
        words=commitment(salt, text),
    )
    if actor != journal.CLAIMANT:
        link = receipts.status_link(session, session.get_one(Service, case.service_id), notice)
        news.tell(session, case, notice, about=str(id), link=link, at=at)
    return message


def _written_just_now(
    session: Session, notice: Notice, kind: MessageKind, content: tuple[str, list[str]], *, actor: str, at: datetime
) -> Message | None:
    """The newest message, where it is this very one. A question that was settled since is asked anew."""
    said = exchange(session, notice)
    if not said:
        return None
    last = said[-1].message
    same = (last.by, last.kind, said[-1].text, last.files) == (actor, kind, *content) and last.settled_at is None
    return last if same and at - last.written_at < TWICE else None


def _all(session: Session, case_id: UUID) -> list[Message]:
    query = select(Message).where(Message.case_id == case_id).order_by(col(Message.written_at), col(Message.id))
    return list(session.exec(query))
