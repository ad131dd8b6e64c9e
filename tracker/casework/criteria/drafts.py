"""The draft of the next version: saved by whoever works on it, published by a lead, thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.criteria.clauses import ClauseText, read_clause, ticked
from tracker.casework.criteria.versions import hold_service, publish
from tracker.law import N_
from tracker.models import CriteriaDraft, CriteriaVersion, Service


@dataclass(frozen=True)
class Draft:
    """What a draft says; it may be unfinished."""

    title: str
    clauses: Sequence[ClauseText]
    url: str = ""
    checklist: Mapping[str, str] = field(default_factory=dict)


def draft_of(session: Session, service_id: UUID) -> CriteriaDraft | None:
    """The draft of a service, if one is being written."""
    return session.exec(select(CriteriaDraft).where(CriteriaDraft.service_id == service_id)).first()


def drafted(row: CriteriaDraft) -> Draft:
    """What a saved draft says."""
    return Draft(row.title, [read_clause(one) for one in row.clauses], row.url, row.checklist)


def save(session: Session, service: Service, draft: Draft, *, seen: int, by: UUID, at: datetime) -> CriteriaDraft:
    """Keep a draft over the one of version `seen` that was on the page (0 for none).

    Raises Conflict where somebody else saved, published or deleted it meanwhile, NotAllowed for a number used twice.
    """
    _numbered_once(draft.clauses)
    row = _locked(session, service, seen)
    row = row or CriteriaDraft(service_id=service.id, version=0, title="", saved_by=by, saved_at=at)
    row.version, row.title, row.url = seen + 1, draft.title, draft.url
    row.clauses = [clause.stored() for clause in draft.clauses]
    row.checklist = ticked(draft.checklist)
    row.saved_by, row.saved_at = by, at
    session.add(row)
    session.flush()
    return row


def discard(session: Session, service: Service, *, seen: int) -> None:
    """Throw the draft of version `seen` away. Raises Conflict where it is another one by now."""
    row = _locked(session, service, seen)
    if row is not None:
        session.delete(row)
        session.flush()


def publish_draft(
    session: Session,
    service: Service,
    *,
    seen: int,
    by: UUID,
    at: datetime,
    published_at: datetime | None = None,
    proof: str = "",
) -> CriteriaVersion:
    """Publish the draft of version `seen`: now, or as published at a true earlier moment that has its proof.

    "Now" is when its public page goes up, with this transaction. The draft is gone afterwards.
    Raises Conflict where the draft is another one by now, and what `publish` raises.
    """
    row = _locked(session, service, seen)
    if row is None:
        raise Conflict(N_("公表する下書きがありません。"), about="draft")
    draft = drafted(row)
    if not draft.title.strip():
        raise NotAllowed(N_("基準の題を入力してください。"), about="title")
    for clause in draft.clauses:
        if not (clause.number and clause.title and clause.words):
            raise NotAllowed(
                N_("番号・題・本文のそろっていない条項があります。下書きで書き足すか、空にして保存してください。"),
                about="clauses",
            )
    version = publish(
        session,
        service,
        title=draft.title.strip(),
        clauses=draft.clauses,
        published_at=published_at or at,
        actor=journal.staff(by),
        at=at,
        url=draft.url,
        proof=proof,
        checklist=draft.checklist,
    )
    session.delete(row)
    session.flush()
    return version


def _locked(session: Session, service: Service, seen: int) -> CriteriaDraft | None:
    """The draft while nobody else can change it, which must be the one that was seen."""
    hold_service(session, service)
    row = draft_of(session, service.id)
    if (row.version if row else 0) != seen:
        raise Conflict(
            N_("ほかの担当者が先に、この下書きを保存したか、公表または削除しました。書いた内容は残っています。"),
            about="draft",
        )
    return row


def _numbered_once(clauses: Sequence[ClauseText]) -> None:
    numbers = [clause.number for clause in clauses]
    for number in numbers:
        if number and numbers.count(number) > 1:
            raise NotAllowed(N_("条項の番号「%(number)s」が重なっています。"), about="clauses", number=number)
