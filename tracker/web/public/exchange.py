"""What claimant and staff said to each other, as the claimant reads it, and what the claimant may do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import afterwards, journal, messages, replies
from tracker.casework.decisions import items_of
from tracker.casework.messages import Said
from tracker.law.facts import Fact
from tracker.models import Case, Event, Evidence, Message, MessageKind, Notice
from tracker.sealed import open_text


@dataclass(frozen=True)
class Line:
    """One message. Who of staff wrote it stays inside the house."""

    id: UUID
    ours: bool  # the house wrote it
    name: str
    text: str
    when: datetime
    read: bool
    files: Sequence[str]


@dataclass(frozen=True)
class FileSent:
    """A file that the claimant sent, with the filing or later."""

    name: str
    authority: bool
    when: datetime


@dataclass(frozen=True)
class Exchange:
    """All messages and files, the questions that wait for an answer, and what may be done."""

    lines: Sequence[Line]  # oldest first
    files: Sequence[FileSent]  # oldest first, those of one form by name
    questions: Sequence[Line]
    answered: bool  # the last word is the house's, and asks for nothing
    withdrawn: bool
    may_withdraw: bool
    may_ask_again: bool
    looked_at: bool  # a 再検討の依頼 has no answer yet
    gone: frozenset[UUID]  # items of which the claimant said that they cannot be seen


def exchange(session: Session, notice: Notice) -> Exchange:
    """The exchange of a notice as its claimant sees it."""
    said = messages.exchange(session, notice)
    events = journal.history(session, session.get_one(Case, notice.case_id))
    standing = journal.standing(events)
    withdrawn = (Fact.NOTICE_WITHDRAWN, "") in standing
    over = replies.ended(session, notice)
    left = any(str(item.id) not in over for item in items_of(session, notice))
    files = _files(session, notice, events)
    lines = [_line(one, files) for one in said]
    waiting = {s.message.id for s in said if s.message.kind is MessageKind.CORRECTION and not s.message.settled_at}
    looked_at = any(s.message.kind is MessageKind.RECONSIDERATION and not s.message.settled_at for s in said)
    return Exchange(
        lines=lines,
        files=sorted(files.values(), key=lambda file: (file.when, file.name)),
        questions=[line for line in lines if line.id in waiting and left],
        answered=bool(lines) and lines[-1].ours and lines[-1].id not in waiting,
        withdrawn=withdrawn,
        may_withdraw=left,
        may_ask_again=afterwards.may_ask_again(events) and not looked_at,
        looked_at=looked_at,
        gone=frozenset(afterwards.said_gone(session, notice)),
    )


def _line(said: Said, files: dict[str, FileSent]) -> Line:
    message = said.message
    names = {
        MessageKind.WORDS: _ours(message) if said.ours else _("あなた"),
        MessageKind.CORRECTION: _("窓口から、確かめたいこと"),
        MessageKind.ANSWER: _("あなたの答え"),
        MessageKind.RECONSIDERATION: _("あなたの再検討の依頼"),
    }
    return Line(
        id=message.id,
        ours=said.ours,
        name=names[message.kind],
        text=said.text,
        when=message.written_at,
        read=message.read_at is not None,
        files=[files[id].name for id in message.files if id in files],
    )


def _ours(message: Message) -> str:
    """What the house wrote: words that answer something answer a 再検討の依頼."""
    return str(_("窓口から、再検討の答え") if message.answers else _("窓口から"))


def _files(session: Session, notice: Notice, events: Sequence[Event]) -> dict[str, FileSent]:
    """What the claimant sent, as they named it. What staff attached bears names of the house, and is left out."""
    theirs = [e for e in events if e.fact is Fact.EVIDENCE_ADDED and e.actor == journal.CLAIMANT]
    sent = {file["id"] for event in theirs for file in event.data["said"]["files"]}
    known = select(Evidence).where(Evidence.case_id == notice.case_id, col(Evidence.sender_id).is_(None))
    rows = session.exec(known.order_by(col(Evidence.added_at)))
    return {
        str(e.id): FileSent(
            open_text(session, notice.case_id, "evidence.name", e.id, e.name_sealed), e.authority, e.added_at
        )
        for e in rows
        if str(e.id) in sent
    }
