"""The messages of a case for the desk: who wrote what, what waits for the claimant, what nobody has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import afterwards, messages
from tracker.casework.folder import Folder, actor_name
from tracker.models import MessageKind, Staff


@dataclass(frozen=True)
class Written:
    """One message as the desk shows it."""

    id: UUID
    ours: bool
    kind: str
    who: str
    text: str
    when: datetime
    files: list[str]
    unread: bool  # the claimant wrote it, and nobody said that they read it
    waits: bool  # a 補正依頼 without an answer
    again: bool  # a 再検討の依頼 without an answer


def talk(session: Session, found: Folder) -> dict[str, Any]:
    """What the tab shows, and the counts that the tabs and the head of the page carry."""
    names = {str(s.id): s.name for s in session.exec(select(Staff))}
    files = {str(e.evidence.id): e.name for e in found.evidence}
    kinds = {
        MessageKind.WORDS: "",
        MessageKind.CORRECTION: _("補正依頼"),
        MessageKind.ANSWER: _("補正依頼への答え"),
        MessageKind.RECONSIDERATION: _("再検討の依頼"),
    }
    lines = [
        Written(
            id=said.message.id,
            ours=said.ours,
            kind=_("再検討の依頼への答え") if said.ours and said.message.answers else kinds[said.message.kind],
            who=actor_name(said.message.by, names),
            text=said.text,
            when=said.message.written_at,
            files=[files[id] for id in said.message.files if id in files],
            unread=not said.ours and said.message.read_at is None,
            waits=said.message.kind is MessageKind.CORRECTION and said.message.settled_at is None,
            again=said.message.kind is MessageKind.RECONSIDERATION and said.message.settled_at is None,
        )
        for said in messages.exchange(session, found.notice)
    ]
    gone = afterwards.said_gone(session, found.notice)
    return {
        "lines": lines,
        "unread": sum(line.unread for line in lines),
        "waits": [line for line in lines if line.waits],
        "again": [line for line in lines if line.again],
        "gone": [v.item.no for v in found.items if v.item.id in gone],
    }
