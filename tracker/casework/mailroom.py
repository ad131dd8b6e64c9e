"""通知の部屋: the letters of all cases, by what is to be done about them. No address is read; alerts are left out.

Those of a paper that only named people may know of (刑訴法197条5項) are in the lists and counts of these alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select as pick
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, and_, col, or_, select

from tracker.casework import delivery
from tracker.casework.papers.readers import may_know
from tracker.law import N_
from tracker.models import (
    Case,
    HoldOrder,
    LegalPaper,
    Letter,
    LetterChannel,
    LetterItem,
    LetterKind,
    Notice,
    Service,
)

PAGE = 50
COUNT_CAP = 1000
# What a claimant asked for, and asks for again when it does not come: nothing for staff to do.
ASKED_FOR = {LetterKind.WAY_IN, LetterKind.ADDRESS_CODE, LetterKind.ADDRESS_MOVED}
OURS = [kind for kind in LetterKind if kind is not LetterKind.ALERT and kind not in ASKED_FOR]
BY_HAND = (LetterChannel.HANDOVER, LetterChannel.POST, LetterChannel.PUBLICATION)
BY_MACHINE = (LetterChannel.SMTP, LetterChannel.CUSTODIAN, LetterChannel.PLATFORM)

VIEWS: dict[str, str] = {
    "waiting": N_("送信待ち"),
    "handover": N_("渡した記録待ち"),
    "back": N_("届かなかったもの"),
    "sent": N_("送信済み"),
    "all": N_("すべて"),
}


@dataclass(frozen=True)
class Asked:
    """What is asked of the room. `view` is one of VIEWS; of confidential papers, what `reader` may know of."""

    view: str = "waiting"
    service: UUID | None = None
    page: int = 1
    reader: UUID | None = None


@dataclass(frozen=True)
class Slip:
    """One letter: whose case it belongs to, and whether somebody has to do something because it did not arrive."""

    letter: Letter
    number: str  # of the notice, the hold order or the paper
    about: str  # "notice", "order" or "paper"
    service: str
    lost: bool
    filed: bool  # it became a file in a folder: no relay saw it


@dataclass(frozen=True)
class Page:
    """A page of letters; `total` counts up to COUNT_CAP and `capped` says that there are more."""

    slips: Sequence[Slip]
    total: int
    capped: bool
    page: int

    @property
    def more(self) -> bool:
        """Whether a further page exists."""
        return self.page * PAGE < self.total or self.capped


def letters(session: Session, asked: Asked) -> Page:
    """A page of the letters that are asked for: what waits, the longest waiting first; the others, the newest first.

    Found by their ids alone, along an index, and only then read with what belongs to them.
    """
    orders = {"waiting": col(Letter.try_at), "handover": col(Letter.try_at), "sent": col(Letter.given_at).desc()}
    order = orders.get(asked.view, col(Letter.queued_at).desc())
    wanted = select(Letter.id).where(*_conditions(asked)).order_by(order).offset((asked.page - 1) * PAGE).limit(PAGE)
    ids = session.exec(wanted).all()
    columns: list[Any] = [Letter, Service.name, Notice.number, HoldOrder.number, LegalPaper.number]
    query = (
        pick(*columns)
        .select_from(Letter)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .outerjoin(LegalPaper, col(LegalPaper.case_id) == col(Case.id))
        .where(col(Letter.id).in_(ids))
        .options(*(defer(column, raiseload=True) for column in delivery.SEALED))
    )
    found = {row[0].id: row for row in session.execute(query)}
    back = set(session.exec(select(Letter.id).where(col(Letter.id).in_(ids), *lost())))
    filed = delivery.filed(session, {row[0].case_id for row in found.values()})
    slips = [
        Slip(
            letter,
            notice or order or paper or "",
            "order" if order else "paper" if paper else "notice",
            service,
            letter.id in back,
            letter.id in filed,
        )
        for letter, service, notice, order, paper in (found[id] for id in ids)
    ]
    total = count(session, asked)
    return Page(slips, min(total, COUNT_CAP), total > COUNT_CAP, asked.page)


def count(session: Session, asked: Asked) -> int:
    """How many letters are meant, never counting past the cap."""
    inner = select(col(Letter.id)).where(*_conditions(asked)).limit(COUNT_CAP + 1).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


@cache
def lost() -> Sequence[ColumnElement[bool]]:
    """Letters of open cases that were refused or came back, and that no newer one of their kind took up.

    A letter about items is taken up when each of them is in a newer letter to the same reader that did not come back.
    """
    newer, item, again = aliased(Letter), aliased(LetterItem), aliased(LetterItem)
    newer_ones = select(newer.id).where(
        newer.case_id == Letter.case_id,
        newer.kind == Letter.kind,
        col(newer.sender_id).is_not_distinct_from(col(Letter.sender_id)),
        newer.queued_at >= Letter.queued_at,
        newer.id != Letter.id,
        col(newer.refused_at).is_(None),
        col(newer.bounced_at).is_(None),
        col(newer.cancelled_at).is_(None),
    )
    items = select(item.item_id).where(item.letter_id == Letter.id)
    told = newer_ones.join(again, col(again.letter_id) == col(newer.id)).where(again.item_id == item.item_id)
    untold = items.where(~told.exists()).exists()
    still_open = select(Case.id).where(Case.id == Letter.case_id, col(Case.closed_at).is_(None))
    return [
        or_(col(Letter.refused_at).is_not(None), col(Letter.bounced_at).is_not(None)),
        col(Letter.kind).in_(OURS),  # said so, SQLite takes the index of lost letters, not that of all that are ours
        col(Letter.opened_at).is_(None),
        or_(untold, and_(~items.exists(), ~newer_ones.exists())),
        still_open.exists(),
    ]


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    ours: ColumnElement[bool] = literal_column("letter.kind <> 'alert'")  # here and below: the words of an index
    bounced = col(Letter.bounced_at)
    views: dict[str, Sequence[ColumnElement[bool]]] = {
        "waiting": [col(Letter.ended_at).is_(None), col(Letter.channel).in_(BY_MACHINE), ours],
        "handover": [
            literal_column("letter.ended_at IS NULL AND letter.channel <> 'smtp'"),
            col(Letter.channel) != LetterChannel.CUSTODIAN,
        ],
        "back": lost(),
        "sent": [literal_column("letter.kind <> 'alert' AND letter.given_at IS NOT NULL"), bounced.is_(None)],
        "all": [ours],
    }
    found = [*views[asked.view], may_know(col(Letter.case_id), asked.reader)]
    if asked.service:
        here = select(Case.id).where(Case.id == Letter.case_id, Case.service_id == asked.service).exists()
        return [*found, here]
    return found
