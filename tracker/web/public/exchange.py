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
from tracker.models import Case, Evidence, MessageKind, Notice
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
class Exchange:
    """All messages, the questions that wait for an answer, and what may be done."""

    lines: Sequence[Line]  # oldest first
    questions: Sequence[Line]
    answered: bool  # the last word is the house's, and asks for nothing
    withdrawn: bool
    may_withdraw: bool
    may_ask_again: bool
    gone: frozenset[UUID]  # items of which the claimant said that they cannot be seen


def exchange(session: Session, notice: Notice) -> Exchange:
    """The exchange of a notice as its claimant sees it."""
    said = messages.exchange(session, notice)
    standing = journal.standing(journal.history(session, session.get_one(Case, notice.case_id)))
    withdrawn = (Fact.NOTICE_WITHDRAWN, "") in standing
    over = replies.ended(session, notice)
    left = any(str(item.id) not in over for item in items_of(session, notice))
    files = _file_names(session, notice)
    lines = [_line(one, files) for one in said]
    waiting = {s.message.id for s in said if s.message.kind is MessageKind.CORRECTION and not s.message.settled_at}
    return Exchange(
        lines=lines,
        questions=[line for line in lines if line.id in waiting and left],
        answered=bool(lines) and lines[-1].ours and lines[-1].id not in waiting,
        withdrawn=withdrawn,
        may_withdraw=left,
        may_ask_again=(Fact.OUTCOME_GIVEN, "") in standing,
        gone=frozenset(afterwards.said_gone(session, notice)),
    )


def _line(said: Said, files: dict[str, str]) -> Line:
    message = said.message
    names = {
        MessageKind.WORDS: _("窓口から") if said.ours else _("あなた"),
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
        files=[files[id] for id in message.files if id in files],
    )


def _file_names(session: Session, notice: Notice) -> dict[str, str]:
    rows = session.exec(select(Evidence).where(Evidence.case_id == notice.case_id).order_by(col(Evidence.added_at)))
    return {str(e.id): open_text(session, notice.case_id, "evidence.name", e.id, e.name_sealed) for e in rows}
