"""発信者の回答: agreement, objection with reasons and files, or words. Late ones are kept, and shown as late."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, evidence, journal
from tracker.casework.hearing import receiving, rows, waiting
from tracker.casework.hearing.rows import Asked
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Position, ReceivedHow, Sender, SenderAnswer
from tracker.sealed import case_key, open_words, seal_words
from tracker.settings import Settings

LONGEST = 20_000  # characters of one answer or appeal
TWICE = timedelta(minutes=10)  # the same words again so soon are the same form, sent twice
TIMES = 3  # so many times the files of one form, from one sender


@dataclass(frozen=True)
class Words:
    """What a sender answers. `token` names the files that were kept for the form."""

    position: Position
    text: str
    token: str = ""


def answer(
    session: Session,
    case: Case,
    sender: Sender,
    items: Sequence[UUID],
    words: Words,
    *,
    actor: str,
    at: datetime,
    received_at: datetime | None = None,
    by: UUID | None = None,
    how: ReceivedHow = ReceivedHow.ANSWERED,
) -> SenderAnswer:
    """Record what a sender answers about `items`, at `received_at` (now by default).

    1. It shows at the latest now that the inquiry arrived, where nothing did so before.
    2. Agreement or objection ends the wait of its items, as of its own moment. One that staff enter late, and that was
       in time, is counted as in time: what was recorded as passed meanwhile is taken back first.
    3. What came after the wait is kept, and is no objection within it.

    Raises NotAllowed for items that no inquiry names, an objection without a reason, or a time that cannot be.
    """
    journal.lock(session, case)
    when = received_at or at
    out = receiving.standing(session, case, sender.id)
    named = {id for one in out for id in one.items}
    if not items or not named.issuperset(items):
        raise NotAllowed(N_("回答する投稿を選んでください。"), about="items")
    check_words(words.text, needed=words.position is not Position.AGREES)
    if when > at:
        raise NotAllowed(N_("回答を受けた日時が、今より後になっています。"), about="when")
    mine = [one for one in out if set(one.items) & set(items)]
    for one in mine:
        typed = receiving.not_before(one, when)
        if typed is None:
            raise NotAllowed(N_("回答を受けた日時が、照会を作った時より前になっています。"), about="when")
        when = typed
    if again := _same(session, case, sender, items, words, when):
        return again
    files = take_files(session, case, sender, words.token, actor=actor, at=at)
    _arrived(session, case, mine, when, how=how, actor=actor, at=at)
    waiting.end_waits(session, case, at=at, by=when)  # else a late answer would end what had ended by silence before
    row = _row(session, case, sender, items, words, files, when=when, by=by)
    session.add(row)
    session.flush()
    _in_time(session, case, mine, row, actor=actor, at=at)
    journal.record(
        session,
        case,
        receiving.FACTS[words.position],
        actor=actor,
        at=at,
        occurred_at=when,
        items=items,
        **answer_state(session, row),
    )
    return row


def void(session: Session, case: Case, answer: UUID, *, why: str, by: UUID, at: datetime) -> None:
    """Take back an answer that was not this sender's, or was entered wrongly. Its row stays; the wait runs on.

    Raises NotAllowed for another's or without a reason, Conflict when it was taken back.
    """
    journal.lock(session, case)
    row = session.get(SenderAnswer, answer, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("この回答は見つかりません。"))
    if row.voided_at:
        raise Conflict(N_("この回答は、すでに取り消されています。"))
    if not why.strip():
        raise NotAllowed(N_("取り消す理由を書いてください。"), about="why")
    row.voided_at = at
    session.add(row)
    session.flush()
    actor = journal.staff(by)
    journal.record(
        session,
        case,
        Fact.SENDER_ANSWER_VOIDED,
        actor=actor,
        at=at,
        items=[UUID(item) for item in row.items],
        remark=why.strip(),
        answer=str(row.id),
    )
    for one in receiving.standing(session, case, row.sender_id):
        received, how = one.row.received_at, one.row.received_how
        if received and how and {str(item) for item in one.items} & set(row.items):
            receiving.lose(session, case, one, actor=actor, at=at)
            receiving.arrive(session, case, one, when=received, how=how, actor=actor, at=at)


def check_words(text: str, *, needed: bool) -> None:
    """Raises NotAllowed for no words where they are `needed`, or for more than fit."""
    if needed and not text.strip():
        raise NotAllowed(N_("理由や意見を書いてください。"), about="text")
    if len(text) > LONGEST:
        raise NotAllowed(N_("文が長すぎます。%(most)s文字までで書いてください。"), about="text", most=LONGEST)


def take_files(session: Session, case: Case, sender: Sender, token: str, *, actor: str, at: datetime) -> list[UUID]:
    """Make the files kept for a sender's form theirs in the case; staff see them, the claimant does not.

    Raises NotAllowed for too many, or after the case was erased.
    """
    uploads = evidence.kept(session, token) if token else []
    if case_key(session, case.id) is None:
        raise NotAllowed(N_("この申出の記録は消去されているため、書き込めません。"))
    if not uploads:
        return []
    settings: Settings = session.info["settings"]
    mine = select(Evidence.id).where(Evidence.case_id == case.id, Evidence.sender_id == sender.id)
    there = session.exec(mine).all()
    most = TIMES * settings.evidence_files
    if len(there) + len(uploads) > most:
        raise NotAllowed(N_("添付できるのは、合わせて%(most)s個までです。"), about="files", most=most)
    return evidence.attach(session, case, uploads, actor=actor, at=at, sender=sender.id)


def answer_state(session: Session, row: SenderAnswer) -> dict[str, Any]:
    """What the record keeps of an answer: ids, and a commitment to its words."""
    said = open_words(session, row.case_id, "senderanswer.words", row.id, row.words_sealed)
    return {
        "answer": str(row.id),
        "sender": str(row.sender_id),
        "position": row.position.value,
        "files": row.files,
        "entered_by": str(row.entered_by) if row.entered_by else None,
        "words": commitment(said["salt"], said["text"]) if said else "",
    }


def _row(
    session: Session,
    case: Case,
    sender: Sender,
    items: Sequence[UUID],
    words: Words,
    files: Sequence[UUID],
    *,
    when: datetime,
    by: UUID | None,
) -> SenderAnswer:
    id = uuid4()
    said = {"salt": secrets.token_hex(16), "text": words.text.strip()}
    return SenderAnswer(
        id=id,
        case_id=case.id,
        sender_id=sender.id,
        position=words.position,
        items=sorted(str(item) for item in items),
        files=[str(file) for file in files],
        words_sealed=seal_words(session, case.id, "senderanswer.words", id, said),
        received_at=when,
        entered_by=by,
    )


def _arrived(
    session: Session, case: Case, mine: Sequence[Asked], when: datetime, *, how: ReceivedHow, actor: str, at: datetime
) -> None:
    """Who answers an inquiry has received it: by then, where a later moment or none was recorded."""
    for one in mine:
        if one.row.received_at is None:
            receiving.arrive(session, case, one, when=when, how=how, actor=actor, at=at)
        elif when < one.row.received_at:
            receiving.lose(session, case, one, actor=actor, at=at)
            receiving.arrive(session, case, one, when=when, how=how, actor=actor, at=at)


def _in_time(
    session: Session, case: Case, mine: Sequence[Asked], row: SenderAnswer, *, actor: str, at: datetime
) -> None:
    """Take back the end of a wait that was recorded before an answer in time was entered: it runs till the answer."""
    clocks = rows.waits(session, case.id)
    if row.position is Position.WORDS or rows.is_late(row, clocks):
        return
    told = journal.standing(journal.history(session, case))
    for one in mine:
        over = [id for id in one.items if str(id) in row.items and (Fact.WAIT_OVER, str(id)) in told]
        over = [id for id in over if rows.in_time(row, clocks[id])]
        received, how = one.row.received_at, one.row.received_how
        if over and received and how:
            receiving.lose(session, case, one, actor=actor, at=at)
            receiving.arrive(session, case, one, when=received, how=how, actor=actor, at=at)


def _same(
    session: Session, case: Case, sender: Sender, items: Sequence[UUID], words: Words, when: datetime
) -> SenderAnswer | None:
    """The same form, sent a moment ago: a browser that asked twice has answered once. What came between changes it."""
    named = sorted(str(item) for item in items)
    mine = [
        one
        for one in rows.answers(session, case.id)
        if one.row.sender_id == sender.id and set(one.row.items) & set(named)
    ]
    if not mine:
        return None
    row, text = mine[-1].row, mine[-1].text
    alike = (row.position, row.items, text) == (words.position, named, words.text.strip())
    return row if alike and abs(when - row.received_at) < TWICE else None
