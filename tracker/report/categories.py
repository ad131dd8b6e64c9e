"""Categories of the figures: a code of ASCII that never changes, and the Japanese name that people read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.law.grounds import TERMS, Basis, Finding, MeasureKind, Origin, Right, SenderExemption, term
from tracker.law.ledger import Vocabulary
from tracker.models import Clause, CriteriaVersion, Service
from tracker.report.content import Dim

CLAUSE, FINDING = "clause:", "finding:"
CLOSED = {
    Vocabulary.KIND: MeasureKind,
    Vocabulary.ROUTE: Origin,
    Vocabulary.EXEMPTION: SenderExemption,
}
# Where the platform's code stands in no table that a person has verified: a build with one is stopped.
UNMAPPED = Dim("unmapped", "対応が未確認の符号")
UNKNOWN = Dim("unknown", "理由の記録がないもの")
TAKEN, NOT_TAKEN = Dim("taken", "講じた"), Dim("not_taken", "講じなかった")
RIGHTS = {right: Dim(right.value, term(right).label) for right in Right}


@dataclass(frozen=True)
class Categories:
    """What codes mean for one service: its clauses by id and by number, and the table that stands."""

    clauses: Mapping[UUID, tuple[str, str]]  # number and title
    titles: Mapping[str, str]  # of each number, as last published by the end of the year
    lines: Mapping[tuple[Vocabulary, str], str]  # the platform's code → category

    def ours(self, footing: str) -> Dim:
        """The category of what a decision of ours rests on (NoticeTally.reason, MeasureTally.reason)."""
        if footing.startswith(CLAUSE):
            return _clause(*self.clauses[UUID(footing.removeprefix(CLAUSE))])
        return self.dim(footing)

    def theirs(self, vocabulary: Vocabulary, code: str) -> Dim:
        """The category that a code of the platform was mapped to."""
        if not code:
            return UNKNOWN
        category = self.lines.get((vocabulary, code))
        return UNMAPPED if category is None else self.dim(category, vocabulary)

    def member(self, vocabulary: Vocabulary, code: str) -> str:
        """The member of a closed vocabulary that a code was mapped to; empty for none."""
        return self.lines.get((vocabulary, code), "")

    def dim(self, category: str, vocabulary: Vocabulary | None = None) -> Dim:
        """A category with its code and name: a member of the law's tables, a clause, or a name of the office."""
        if not category:
            return UNKNOWN
        if vocabulary in CLOSED:
            return Dim(category, term(CLOSED[vocabulary](category)).label)
        if category.startswith(CLAUSE):
            number = category.removeprefix(CLAUSE)
            return _clause(number, self.titles.get(number, ""))
        if category.startswith(FINDING):
            found = Finding(category.removeprefix(FINDING))
            return Dim(f"finding-{found.value}", term(found).label)
        if category in {basis.value for basis in Basis}:
            return Dim(category, term(Basis(category)).label)
        return Dim(coded("name", category), category)


def _clause(number: str, title: str) -> Dim:
    """A clause: the same number with another title is another one."""
    name = f"{number} {title}".strip()
    return Dim(coded("clause", name), name)


def coded(prefix: str, words: str) -> str:
    """A stable code of ASCII for Japanese words: the same words always give the same one."""
    return f"{prefix}-{sha256(words.encode()).hexdigest()[:10]}"


def categories(
    session: Session, service: Service, lines: Mapping[tuple[Vocabulary, str], str], *, until: datetime
) -> Categories:
    """The categories of a service, with the table of codes that stands.

    A code of the platform that means a clause means the one that had been published last by `until`, an aware instant.
    """
    query = (
        select(Clause.id, Clause.number, Clause.title, CriteriaVersion.published_at)
        .join(CriteriaVersion, col(CriteriaVersion.id) == col(Clause.criteria_id))
        .where(CriteriaVersion.service_id == service.id)
        .order_by(col(CriteriaVersion.published_at), col(CriteriaVersion.version))
    )
    rows = session.exec(query).all()
    known = {
        number: title for _id, number, title, _at in reversed(rows)
    }  # a number that came later has its first title
    known |= {number: title for _id, number, title, at in rows if at < until}
    return Categories({id: (number, title) for id, number, title, _at in rows}, known, lines)


def exemption(code: str) -> Dim:
    """Why a sender was not told (法27条各号), of our own record."""
    return Dim(code, TERMS[SenderExemption][SenderExemption(code)].label)
