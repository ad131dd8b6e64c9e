"""One appeal as a person opens it: what the sender wrote, and the measure with all that was decided and told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import decisions, journal, replies, reversals
from tracker.casework.appeals import deciding, filing, rows
from tracker.casework.appeals.rows import Row
from tracker.casework.remarks import remarks_of
from tracker.law.facts import Fact
from tracker.law.grounds import Basis
from tracker.letters.write import Line
from tracker.models import (
    Appeal,
    Case,
    Clause,
    CriteriaVersion,
    Decision,
    Evidence,
    Item,
    Letter,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
    Staff,
)
from tracker.sealed import open_text


@dataclass(frozen=True)
class Version:
    """One version of the decision on the item, with what became of the measure that it ordered."""

    decision: Decision
    reason: str
    facts: str
    clause: str
    basis: Basis | None
    who: str
    measure: Measure | None
    contested: bool  # the appeal is against this one


@dataclass(frozen=True)
class Opened:
    """An open appeal. `line` is what letters say of the measure; `files` are the sender's, with their names."""

    row: Row
    case: Case
    notice: Notice
    item: Item
    measure: Measure
    said: str
    files: Sequence[tuple[Evidence, str]]
    line: Line
    snapshot: str
    versions: Sequence[Version]
    letters: Sequence[Letter]  # to this sender about this item, newest first
    entered_by: str
    decided_by: str
    reason: str
    to_claimant: bool  # the claimant was told of the measure, and may be told that it was taken back (任意)
    others: Sequence[Row]  # further appeals of the same sender in this case

    @property
    def answer(self) -> Letter | None:
        """The newest letter that tells the outcome of this appeal and was not cancelled."""
        return next((x for x in self.letters if x.kind is LetterKind.APPEAL_ANSWER and not x.cancelled_at), None)


def find(session: Session, id: UUID) -> tuple[Appeal, Notice] | None:
    """An appeal with the notice that it belongs to."""
    wanted = select(Appeal, Notice).join(Notice, col(Notice.case_id) == col(Appeal.case_id)).where(Appeal.id == id)
    return session.exec(wanted).first()


def open_appeal(session: Session, appeal: Appeal, notice: Notice, *, me: UUID, at: datetime) -> Opened:
    """Everything about an appeal, as it looks at `at` to `me`."""
    case, item = session.get_one(Case, notice.case_id), session.get_one(Item, appeal.item_id)
    measure = session.get_one(Measure, appeal.measure_id)
    every = rows.of_case(session, case.id, me=me, at=at)
    names = dict(session.exec(select(Staff.id, Staff.name)).all())
    line = replies.line_of(session, notice, item, measure)
    undone = measure.reversed_at and reversals.claimant_draft(session, notice)
    return Opened(
        row=next(row for row in every if row.appeal.id == appeal.id),
        case=case,
        notice=notice,
        item=item,
        measure=measure,
        said=filing.words(session, appeal).get("text", ""),
        files=_files(session, appeal),
        line=line,
        snapshot=_snapshot(session, case, item),
        versions=_versions(session, appeal, measure, names),
        letters=_letters(session, appeal, measure),
        entered_by=names.get(appeal.entered_by, "") if appeal.entered_by else "",
        decided_by=names.get(appeal.decided_by, "") if appeal.decided_by else "",
        reason=deciding.reason_of(session, appeal).get("text", ""),
        to_claimant=bool(undone and any(id == item.id for id, _decision in undone.covers)),
        others=[row for row in every if row.appeal.sender_id == appeal.sender_id and row.appeal.id != appeal.id],
    )


def _files(session: Session, appeal: Appeal) -> list[tuple[Evidence, str]]:
    wanted = select(Evidence).where(
        col(Evidence.id).in_([UUID(id) for id in appeal.files]), Evidence.sender_id == appeal.sender_id
    )
    found = session.exec(wanted.order_by(col(Evidence.added_at), col(Evidence.id)))
    return [(one, open_text(session, one.case_id, "evidence.name", one.id, one.name_sealed)) for one in found]


def _snapshot(session: Session, case: Case, item: Item) -> str:
    """What the post said when somebody looked at it last."""
    remarks = remarks_of(session, case)
    taken = [e for e in journal.history(session, case) if e.fact is Fact.SNAPSHOT_RECORDED and str(item.id) in e.items]
    return remarks.get(taken[-1].id, "") if taken else ""


def _versions(session: Session, appeal: Appeal, contested: Measure, names: dict[UUID, str]) -> list[Version]:
    """The newest first."""
    measures = {m.decision_id: m for m in session.exec(select(Measure).where(Measure.item_id == appeal.item_id))}
    found = []
    for one in reversed(deciding.history_of(session, appeal)):
        said = decisions.words(session, one)
        clause = session.get(Clause, one.clause_id) if one.clause_id else None
        version = session.get(CriteriaVersion, clause.criteria_id) if clause else None
        found.append(
            Version(
                decision=one,
                reason=said.get("reason", ""),
                facts=said.get("facts", ""),
                clause=decisions.clause_name(version, clause) if version and clause else "",
                basis=one.basis,
                who=names.get(one.by, ""),
                measure=measures.get(one.id),
                contested=one.id == contested.decision_id,
            )
        )
    return found


def _letters(session: Session, appeal: Appeal, measure: Measure) -> list[Letter]:
    """Letters to the sender about the item; of answers only those to this appeal."""
    wanted = (
        select(Letter, LetterItem.decision_id)
        .join(LetterItem, col(LetterItem.letter_id) == col(Letter.id))
        .where(Letter.sender_id == appeal.sender_id, LetterItem.item_id == appeal.item_id)
        .order_by(col(Letter.queued_at).desc(), col(Letter.id))
    )
    return [
        letter
        for letter, decision in session.exec(wanted)
        if letter.kind is not LetterKind.APPEAL_ANSWER or decision == measure.decision_id
    ]
