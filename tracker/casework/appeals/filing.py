"""A sender appeals against measures, at their door or through staff, and may take an appeal back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, chain, decisions, journal
from tracker.casework.hearing.answering import check_words, take_files
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Appeal, Case, Item, Measure, Notice, Sender
from tracker.sealed import open_words, seal_words


@dataclass(frozen=True)
class Appealable:
    """A measure that its sender may appeal against: it was carried out and stands, and nobody appealed yet."""

    item: Item
    measure: Measure


def appealable(session: Session, notice: Notice, sender: UUID) -> list[Appealable]:
    """The measures of a sender that may be appealed against, in the order of the items."""
    return _free(session, [item for item in decisions.items_of(session, notice) if item.sender_id == sender])


def by_sender(session: Session, notice: Notice) -> dict[UUID, list[Appealable]]:
    """The same of each sender who has such a measure, in the order of the items."""
    found: dict[UUID, list[Appealable]] = {}
    for one in _free(session, decisions.items_of(session, notice)):
        if one.item.sender_id:
            found.setdefault(one.item.sender_id, []).append(one)
    return found


def file(
    session: Session,
    notice: Notice,
    sender: Sender,
    measures: Sequence[UUID],
    text: str,
    *,
    actor: str,
    at: datetime,
    token: str = "",
    received_at: datetime | None = None,
    by: UUID | None = None,
) -> list[Appeal]:
    """Record an appeal of a sender against each of some measures, received at `received_at` (now by default).

    Each is one of the published figures, so each is a row. APPEAL_RECEIVED starts the office's own target.
    Raises NotAllowed without a reason or a measure, or for a time that cannot be; Conflict where one was appealed
    against or taken back before.
    """
    case, when = session.get_one(Case, notice.case_id), received_at or at
    journal.lock(session, case)
    if not measures:
        raise NotAllowed(N_("どの措置への不服かを選んでください。"), about="measures")
    check_words(text, needed=True)
    free = {one.measure.id: one for one in appealable(session, notice, sender.id)}
    if not free.keys() >= set(measures):
        raise Conflict(N_("この措置には、すでに不服申立てがあるか、措置が取り消されています。"))
    chosen = [free[id] for id in dict.fromkeys(measures)]
    if when > at:
        raise NotAllowed(N_("不服申立てを受けた日時が、今より後になっています。"), about="when")
    if any(one.measure.executed_at and when < one.measure.executed_at for one in chosen):
        raise NotAllowed(N_("不服申立てを受けた日時が、措置を講じた日時より前になっています。"), about="when")
    files = [str(file) for file in take_files(session, case, sender, token, actor=actor, at=at)]
    rows = [_row(session, case, sender, one, text, files, when=when, by=by) for one in chosen]
    session.add_all(rows)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPEAL_RECEIVED,
        actor=actor,
        at=at,
        occurred_at=when,
        items=[row.item_id for row in rows],
        appeals=[filed_state(session, row) for row in rows],
    )
    return rows


def withdraw(session: Session, case: Case, appeal: UUID, *, actor: str, at: datetime, remark: str = "") -> None:
    """Record that a sender took an appeal back. It stays counted as received.

    Raises Conflict when it was decided or taken back, NotAllowed for staff without a remark that says how they know.
    """
    row = open_one(session, case, appeal)
    if actor != journal.SENDER and not remark.strip():
        raise NotAllowed(N_("発信者がどのように取り下げたかを書いてください。"), about="remark")
    row.withdrawn_at = at
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPEAL_WITHDRAWN,
        actor=actor,
        at=at,
        items=[row.item_id],
        remark=remark.strip(),
        appeal=str(row.id),
        began=chain.iso(row.received_at),
    )


def reopen(session: Session, case: Case, appeal: UUID, *, why: str, by: UUID, at: datetime) -> None:
    """Take back a withdrawal that was recorded by mistake: the appeal waits again, with the target that it had.

    Raises Conflict when it was decided or is open, NotAllowed for another's or without a reason.
    """
    journal.lock(session, case)
    row = session.get(Appeal, appeal, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("この不服申立ては見つかりません。"))
    if row.withdrawn_at is None:
        raise Conflict(N_("この不服申立ては、取り下げられていません。画面の新しい内容を確かめてください。"))
    if not why.strip():
        raise NotAllowed(N_("取下げの記録を取り消す理由を書いてください。"), about="why")
    row.withdrawn_at = None
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPEAL_REOPENED,
        actor=journal.staff(by),
        at=at,
        occurred_at=row.received_at,
        items=[row.item_id],
        remark=why.strip(),
        appeal=str(row.id),
    )


def open_one(session: Session, case: Case, appeal: UUID) -> Appeal:
    """An appeal that nobody has ended, with its case locked. Raises NotAllowed for another's, Conflict when ended."""
    journal.lock(session, case)
    row = session.get(Appeal, appeal, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("この不服申立ては見つかりません。"))
    if row.decided_at or row.withdrawn_at:
        raise Conflict(
            N_("この不服申立ては、すでに判断されたか、取り下げられています。画面の新しい内容を確かめてください。")
        )
    return row


def words(session: Session, row: Appeal) -> dict[str, str]:
    """What the sender wrote; empty after the case was erased."""
    return open_words(session, row.case_id, "appeal.words", row.id, row.words_sealed)


def filed_state(session: Session, row: Appeal) -> dict[str, Any]:
    """What the record keeps of an appeal as it was filed."""
    said = words(session, row)
    return {
        "id": str(row.id),
        "sender": str(row.sender_id),
        "item": str(row.item_id),
        "measure": str(row.measure_id),
        "received_at": chain.iso(row.received_at),
        "entered_by": str(row.entered_by) if row.entered_by else None,
        "files": row.files,
        "words": commitment(said["salt"], said["text"]) if said else "",
    }


def _free(session: Session, items: Sequence[Item]) -> list[Appealable]:
    stand = [m for m in decisions.standing_measures(session, [item.id for item in items]) if m.executed_at]
    before = set(session.exec(select(Appeal.measure_id).where(col(Appeal.measure_id).in_([m.id for m in stand]))))
    free = {m.item_id: m for m in stand if m.id not in before}
    return [Appealable(item, free[item.id]) for item in items if item.id in free]


def _row(
    session: Session,
    case: Case,
    sender: Sender,
    one: Appealable,
    text: str,
    files: Sequence[str],
    *,
    when: datetime,
    by: UUID | None,
) -> Appeal:
    id = uuid4()
    said = {"salt": secrets.token_hex(16), "text": text.strip()}
    return Appeal(
        id=id,
        case_id=case.id,
        sender_id=sender.id,
        item_id=one.item.id,
        measure_id=one.measure.id,
        received_at=when,
        entered_by=by,
        files=list(files),
        words_sealed=seal_words(session, case.id, "appeal.words", id, said),
    )
