"""Which decided cases may serve as examples: told to the claimant, still standing, spread over clauses and rights."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from tracker.casework.decisions import clause_name, latest
from tracker.law.grounds import MeasureKind, Right
from tracker.models import (
    Case,
    Clause,
    CriteriaVersion,
    Decision,
    DigestEntry,
    Letter,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
)

LOOKED_AT = 2_000  # newest decisions: a digest is made of the past year, not of everything
OFFERED = 24


@dataclass(frozen=True)
class Candidate:
    """A decided item that may become an example. `clause` is empty where no measure was taken."""

    decision: UUID
    item: UUID
    case: UUID
    number: str
    take: bool
    kind: MeasureKind | None
    right: Right
    clause: str
    title: str  # of the clause: the kind of information


def candidates(session: Session, service: UUID, *, most: int = OFFERED) -> list[Candidate]:
    """Decisions that may serve as examples, those of one clause, outcome and right one after another in turns.

    Taken ones rest on a clause and were carried out (法26条4項: 当該基準に従って講じた); the outcome was told; nothing
    newer was decided; no example was made of them yet.
    """
    newer = aliased(Decision)
    told = (
        select(LetterItem.decision_id)
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(
            LetterItem.decision_id == Decision.id,
            Letter.kind == LetterKind.OUTCOME,
            col(Letter.given_at).is_not(None),
            col(Letter.bounced_at).is_(None),
        )
    )
    rows = session.exec(
        select(Decision, Notice, Measure, Clause)
        .join(Case, col(Case.id) == col(Decision.case_id))
        .join(Notice, col(Notice.case_id) == col(Decision.case_id))
        .join(Measure, col(Measure.decision_id) == col(Decision.id), isouter=True)
        .join(Clause, col(Clause.id) == col(Decision.clause_id), isouter=True)
        .where(
            Case.service_id == service,
            exists(told),
            ~exists(
                select(newer.id).where(newer.item_id == Decision.item_id, col(newer.version) > col(Decision.version))
            ),
            ~exists(select(DigestEntry.id).where(DigestEntry.decision_id == Decision.id)),
        )
        .order_by(col(Decision.at).desc(), col(Decision.id))
        .limit(LOOKED_AT)
    )
    found: dict[tuple[str, bool, Right], list[Candidate]] = defaultdict(list)
    for decision, notice, measure, clause in rows:
        if decision.take and (clause is None or not _carried_out(measure)):
            continue
        one = Candidate(
            decision.id,
            decision.item_id,
            decision.case_id,
            notice.number,
            decision.take,
            decision.kind,
            notice.primary_right,
            clause_name(session.get_one(CriteriaVersion, clause.criteria_id), clause) if clause else "",
            clause.title if clause else "",
        )
        same = found[(one.clause, one.take, one.right)]
        if all(other.case != one.case for other in same):  # ten items of one filing are one example
            same.append(one)
    return _in_turns(list(found.values()))[:most]


def still_stands(session: Session, decision: Decision) -> bool:
    """Whether a decision is the newest of its item, and the measure that it led to, if any, stands."""
    newest = latest(session, [decision.item_id])[decision.item_id]
    if newest.id != decision.id or not decision.take:
        return newest.id == decision.id
    return any(_carried_out(one) for one in session.exec(select(Measure).where(Measure.decision_id == decision.id)))


def _carried_out(measure: Measure | None) -> bool:
    """Whether a measure was carried out and stands."""
    return bool(measure and measure.executed_at and not measure.withdrawn_at and not measure.reversed_at)


def _in_turns(groups: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """The first of each group, then the second of each; of those of one turn the same clause together."""
    ordered = sorted(groups, key=lambda group: (not group[0].take, group[0].clause, group[0].right))
    longest = max(map(len, groups), default=0)
    return [group[turn] for turn in range(longest) for group in ordered if turn < len(group)]
