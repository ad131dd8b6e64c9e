"""取消し: a measure that was carried out is taken back on the platform, and who was told of it hears so.

No article of the Act demands these letters (任意). What was done stays recorded: a measure was 講じた until it was
taken back, and the notice to its sender stays owed (法27条). The flag that the measure put on the logs goes, since the
post is seen again; what the filing, a paper or a person put there stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from tracker.casework import Conflict, NotAllowed, cancelling, decisions, journal, replies
from tracker.casework.hearing.ways import way_to
from tracker.casework.reasons.fields import unfilled
from tracker.casework.receipts import letterhead
from tracker.casework.remarks import remarks_of
from tracker.i18n import japanese
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters import write
from tracker.letters.write import Draft, Line
from tracker.models import Appeal, Case, Item, Letter, LetterItem, LetterKind, Measure, Notice, Sender
from tracker.sealed import open_text


def reverse(
    session: Session,
    notice: Notice,
    measures: Sequence[UUID],
    reason: str,
    *,
    reversed_at: datetime,
    by: UUID,
    at: datetime,
) -> None:
    """Record that executed measures were taken back on the platform at `reversed_at`.

    1. Letters that wait and say that they were taken are cancelled: they are drawn anew, with what is so now.
    2. MEASURE_REVERSED, with the reason that the letters will give. The flag that the measure placed on the logs is
       released; the items may be decided anew.

    Raises Conflict when one was reversed before or a letter is just being sent, NotAllowed without a measure or reason,
    or for a time before the measure or in the future.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if not measures:
        raise NotAllowed(N_("取り消した措置を選んでください。"), about="reversed")
    chosen = select(Measure).where(col(Measure.id).in_(measures), Measure.case_id == case.id)
    rows = list(session.exec(chosen.execution_options(populate_existing=True)))
    if len(rows) != len(set(measures)) or any(m.reversed_at or not m.executed_at for m in rows):
        raise Conflict(
            N_("この措置は、すでに取り消されているか、実施されていません。画面の新しい内容を確かめてください。")
        )
    if reversed_at > at:
        raise NotAllowed(N_("取り消した日時が、今より後になっています。"), about="reversed_at")
    if any(m.executed_at and reversed_at < m.executed_at for m in rows):
        raise NotAllowed(N_("取り消した日時が、措置を実施した日時より前になっています。"), about="reversed_at")
    if not reason.strip():
        raise NotAllowed(N_("取り消した理由を書いてください。発信者に届く文です。"), about="reversal_reason")
    if unfilled(reason):
        raise NotAllowed(
            N_("取り消した理由に、書き込んでいない欄［＿…＿］が残っています。すべて書き込んでください。"),
            about="reversal_reason",
        )
    items = [m.item_id for m in rows]
    cancelling.cancel_stating(session, case, items, by=journal.staff(by), at=at)
    for measure in rows:
        measure.reversed_at, measure.reversed_by = reversed_at, by
        session.add(measure)
    session.flush()
    journal.record(
        session,
        case,
        Fact.MEASURE_REVERSED,
        actor=journal.staff(by),
        at=at,
        occurred_at=reversed_at,
        items=items,
        remark=reason.strip(),
        measures=sorted(str(m.id) for m in rows),
    )


@japanese()
def sender_drafts(session: Session, notice: Notice) -> list[Draft]:
    """One letter for each sender account that was told of a measure and not yet of its reversal (任意)."""
    case, service = replies.case_of(session, notice)
    found = _untold(session, case, notice, LetterKind.SENDER_NOTICE, LetterKind.REVERSAL)
    by_sender: dict[UUID, list[tuple[Item, Line]]] = defaultdict(list)
    for item, line in found:
        if item.sender_id:
            by_sender[item.sender_id].append((item, line))
    drafts = []
    for id, some in by_sender.items():
        sender = session.get_one(Sender, id)
        email = open_text(session, case.id, "sender.email", sender.id, sender.email_sealed)
        drafts.append(
            write.reversal(
                letterhead(session, service, case, notice),
                to=email,
                channel=way_to(session, service.id, email, some[0][0].account),
                sender=id,
                account=some[0][0].account,
                lines=[line for _item, line in some],
            )
        )
    return drafts


@japanese()
def claimant_draft(session: Session, notice: Notice) -> Draft | None:
    """A letter to the claimant who was told of measures that were reversed since, if the office wants to (任意)."""
    case, service = replies.case_of(session, notice)
    found = _untold(session, case, notice, LetterKind.OUTCOME, LetterKind.REVERSAL_CLAIMANT)
    if not found:
        return None
    draft = write.reversal_to_claimant(
        letterhead(session, service, case, notice),
        **replies.addressed(session, case, notice),
        lines=[line for _item, line in found],
    )
    return write.by_post(draft)


def may_reverse(session: Session, notice: Notice) -> list[Measure]:
    """The measures that stand: carried out and not reversed."""
    ids = [item.id for item in decisions.items_of(session, notice)]
    return [m for m in decisions.standing_measures(session, ids) if m.executed_at]


def _untold(
    session: Session, case: Case, notice: Notice, before: LetterKind, now: LetterKind
) -> list[tuple[Item, Line]]:
    """The reversed measures of which a letter of kind `before` was given and none of kind `now` tells.

    One an item, the oldest first: a letter covers an item once, and the next one tells of the next. None of an item on
    which a measure is ordered or carried out anew: that it was put back is no longer so.
    """
    items = decisions.items_of(session, notice)
    ids = [i.id for i in items]
    undone = [m for m in decisions.executed_measures(session, ids) if m.reversed_at]
    if not undone:
        return []
    decided = {m.decision_id for m in undone}
    told = _stated(session, decided, before, given=True) - _stated(session, decided, now, given=False)
    if now is LetterKind.REVERSAL:  # the answer to an appeal that led to it has said so
        told -= _stated(session, _upheld(session, decided), LetterKind.APPEAL_ANSWER, given=False)
    anew = {m.item_id for m in decisions.standing_measures(session, ids)}
    first: dict[UUID, Measure] = {}
    for one in undone:
        if one.decision_id in told and one.item_id not in anew:
            first.setdefault(one.item_id, one)
    reasons = _reasons(session, case)
    return [
        (item, replace(replies.line_of(session, notice, item, measure), reason=reasons.get(str(measure.id), "")))
        for item in items
        if (measure := first.get(item.id))
    ]


def _upheld(session: Session, decided: Iterable[UUID]) -> set[UUID]:
    """Those decisions whose measure was taken back on an appeal."""
    query = select(Measure.decision_id).join(Appeal, col(Appeal.measure_id) == col(Measure.id))
    return set(session.exec(query.where(col(Measure.decision_id).in_(list(decided)), col(Appeal.reversed).is_(True))))


def _reasons(session: Session, case: Case) -> dict[str, str]:
    """Why each measure was reversed, by its id."""
    remarks = remarks_of(session, case)
    return {
        measure: remarks.get(event.id, "")
        for event in journal.history(session, case)
        if event.fact is Fact.MEASURE_REVERSED
        for measure in event.data["said"]["measures"]
    }


def _stated(session: Session, decided: Iterable[UUID], kind: LetterKind, *, given: bool) -> set[UUID]:
    """The decisions that a letter of `kind` states: one that was given, or also one that is on its way."""
    arrived = col(Letter.given_at).is_not(None)
    wanted = arrived if given else or_(arrived, col(Letter.refused_at).is_(None))
    rows = session.exec(
        select(LetterItem.decision_id)
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(
            col(LetterItem.decision_id).in_(list(decided)),
            Letter.kind == kind,
            col(Letter.cancelled_at).is_(None),
            col(Letter.bounced_at).is_(None),
            wanted,
        )
    )
    return {row for row in rows if row}
