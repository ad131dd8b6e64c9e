"""The share of reasons that repeat an earlier one, for the self-evaluation of 規則18条6項3号 (docs/decisions/0014)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, and_, col, func, or_, select

from tracker.casework.reasons.likeness import NEARLY
from tracker.law.period import start_of
from tracker.models import Case, Decision, DecisionSketch, DeferralSketch, Letter, LetterItem, LetterKind

first_given = func.min(Letter.given_at).label("given")


@dataclass(frozen=True)
class Share:
    """How many reasons were given, and how many of them were nearly the same as one of another case before."""

    sent: int
    nearly: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where no reason was given."""
        return self.nearly / self.sent if self.sent else None


def alike_share(session: Session, service: UUID, first: date, last: date) -> Share:
    """The reasons of `service` that were first given on a Japanese day from `first` to `last`.

    規則18条6項3号 names three kinds of reasons, and no others are counted:

    - why no measure was taken (法25条1項2号), in an outcome to a claimant whom the duty of 法25条 protects;
    - the concrete content of やむを得ない理由 (法25条2項3号), in an interim reply to such a claimant;
    - why a measure was taken (法27条本文前段), in a notice to its sender. What the claimant is told of a measure is no
      reason that the rule speaks of.

    A reply to anybody else is voluntary and not counted. A reason is what was decided, or replied, at once with the
    same words, for however many items; said again in its own case, it is the same reason. It counts on the day of the
    first letter of its kind that was given with it.
    """
    found = [_decided(session, service, first, last), _deferred(session, service, first, last)]
    return Share(sum(sent for sent, _nearly in found), sum(nearly for _sent, nearly in found))


def _decided(session: Session, service: UUID, first: date, last: date) -> tuple[int, int]:
    """法25条1項2号 and 法27条. A notice to a sender names 法27条 only where the duty bound."""
    refused = and_(col(Letter.kind) == LetterKind.OUTCOME, col(Decision.take).is_(False), col(Case.statutory).is_(True))
    measured = and_(
        col(Letter.kind) == LetterKind.SENDER_NOTICE, col(Decision.take).is_(True), col(Letter.article) != ""
    )
    stated = (
        select(first_given, func.max(DecisionSketch.alike).label("how"))
        .select_from(DecisionSketch)
        .join(Case, col(Case.id) == col(DecisionSketch.case_id))
        .join(
            Decision,
            and_(col(Decision.case_id) == col(DecisionSketch.case_id), col(Decision.at) == col(DecisionSketch.at)),
        )
        .join(
            LetterItem,
            and_(col(LetterItem.item_id) == col(Decision.item_id), col(LetterItem.decision_id) == col(Decision.id)),
        )
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(Case.service_id == service, or_(refused, measured), col(Letter.given_at).is_not(None))
        .group_by(col(DecisionSketch.whole))
    )
    return _within(session, stated, first, last)


def _deferred(session: Session, service: UUID, first: date, last: date) -> tuple[int, int]:
    """法25条2項3号."""
    stated = (
        select(first_given, func.max(DeferralSketch.alike).label("how"))
        .select_from(DeferralSketch)
        .join(Case, col(Case.id) == col(DeferralSketch.case_id))
        .join(Letter, col(Letter.id) == col(DeferralSketch.letter_id))
        .where(Case.service_id == service, col(Case.statutory).is_(True), col(Letter.given_at).is_not(None))
        .group_by(col(DeferralSketch.whole))
    )
    return _within(session, stated, first, last)


def _within(session: Session, stated: Any, first: date, last: date) -> tuple[int, int]:
    """How many of `stated` were first given in the days, and how many of these repeat another."""
    rows = stated.having(first_given >= start_of(first), first_given < start_of(last + timedelta(days=1))).subquery()
    nearly = func.count().filter(rows.c.how >= NEARLY)
    sent, repeated = session.exec(select(func.count(), nearly).select_from(rows)).one()
    return sent, repeated
