"""Published versions of the criteria: entering one, its wait, and the change that an emergency asks for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.criteria.clauses import ClauseText, content_digest, in_order, ticked
from tracker.law import N_
from tracker.law.clocks import CRITERIA_CHANGE, CRITERIA_WAIT
from tracker.law.consequences import due
from tracker.law.editions import rule_on
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Case, CaseKind, Clause, Clock, CriteriaVersion, Event, Notice, Service
from tracker.sealed import create_key

# The order of versions in time: by the day of their first use, not by when each was entered here.
IN_TIME = (col(CriteriaVersion.usable_from), col(CriteriaVersion.published_at), col(CriteriaVersion.version))


def publish(
    session: Session,
    service: Service,
    *,
    title: str,
    clauses: Sequence[ClauseText],
    published_at: datetime,
    actor: str,
    at: datetime,
    url: str = "",
    proof: str = "",
    checklist: Mapping[str, str] | None = None,
) -> CriteriaVersion:
    """Enter a version as published at `published_at`, an instant not after `at`; its 14 days start there.

    One that was published before another takes its place in time: the number says only when it was entered here.

    `checklist` is what of 法26条2項 was looked at, with notes: kept and chained with the version, and blocks nothing.

    Raises NotAllowed for a publication in the future, no clause, or a publication long before `at` without proof.
    """
    if published_at > at:
        raise NotAllowed(
            N_("公表の日時が、今より後になっています。公表してから記録してください。"), about="published_at"
        )
    if not clauses:
        raise NotAllowed(N_("条項が1つもありません。"), about="clauses")
    if japanese_day(published_at) < japanese_day(at) and not proof.strip():
        raise NotAllowed(
            N_("過去の公表の日時を記録するときは、その証拠（保存した頁の場所など）を書いてください。"), about="proof"
        )
    hold_service(session, service)
    earlier = session.exec(select(CriteriaVersion.version).where(CriteriaVersion.service_id == service.id)).all()
    case = Case(kind=CaseKind.CRITERIA, service_id=service.id, opened_at=published_at)
    session.add(case)
    session.flush()
    create_key(session, case.id)
    version = CriteriaVersion(
        case_id=case.id,
        service_id=service.id,
        version=max(earlier, default=0) + 1,
        title=title,
        url=url,
        proof=proof.strip(),
        published_at=published_at,
        usable_from=usable_after(session, published_at),
        checklist=ticked(checklist or {}),
    )
    session.add(version)
    session.flush()
    session.add_all(Clause(criteria_id=version.id, **clause.tidy().stored()) for clause in clauses)
    session.flush()
    said: dict[str, Any] = {"version": version.version, "content": content_digest(session, version)}
    if version.checklist:
        said["checklist"] = list(version.checklist)  # the notes are in the content
    journal.record(session, case, Fact.CRITERIA_PUBLISHED, actor=actor, at=at, occurred_at=published_at, **said)
    return version


def usable_after(session: Session, published_at: datetime) -> datetime:
    """The first instant at which criteria published at `published_at` may be used (法26条1項・規則17条)."""
    found = due(rule_on(CRITERIA_WAIT.key, japanese_day(published_at)), published_at, session.info["calendar"])
    if found is None:
        raise ValueError("the criteria wait has a length")
    return found


def hold_service(session: Session, service: Service) -> None:
    """Hold the service until the transaction ends, so that one person at a time writes its criteria."""
    session.get_one(Service, service.id, with_for_update={"key_share": True})  # filings go on beside it


def changed(session: Session, notice: Notice, version: CriteriaVersion, *, by: UUID, at: datetime) -> None:
    """Record that `version` makes clear what an emergency measure of the notice was about (法26条3項).

    Raises NotAllowed for a version published before the measure, Conflict when no such duty runs.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    clock = session.exec(
        select(Clock).where(
            Clock.case_id == case.id,
            Clock.rule == CRITERIA_CHANGE.key,
            col(Clock.stopped_at).is_(None),
            col(Clock.voided_at).is_(None),
        )
    ).first()
    if clock is None:
        raise Conflict(N_("この事案には、基準を変更する義務（法26条3項）が残っていません。"))
    if version.service_id != case.service_id or version.published_at < clock.started_at:
        raise NotAllowed(N_("緊急の措置の後に公表した、このサービスの基準を選んでください（法26条3項）。"))
    journal.record(
        session, case, Fact.CRITERIA_CHANGED, actor=journal.staff(by), at=at, occurred_at=version.published_at,
        version=version.version, criteria=str(version.id),
    )  # fmt: skip


def end_waits(session: Session, *, at: datetime) -> int:
    """Record WAIT_OVER for every version whose wait has passed at `at`. Says how many."""
    ended = 0
    rows = session.exec(
        select(Case)
        .join(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
        .where(col(Case.closed_at).is_(None), CriteriaVersion.usable_from <= at)
    ).all()
    for case in rows:
        journal.lock(session, case)
        if case.closed_at is None:
            version = session.exec(select(CriteriaVersion).where(CriteriaVersion.case_id == case.id)).one()
            journal.record(session, case, Fact.WAIT_OVER, actor=journal.SYSTEM, at=at, occurred_at=version.usable_from)
            ended += 1
    return ended


def versions(session: Session, service_id: UUID) -> list[CriteriaVersion]:
    """The versions of a service, that of the latest publication first."""
    found = select(CriteriaVersion).where(CriteriaVersion.service_id == service_id)
    return list(session.exec(found.order_by(*(column.desc() for column in IN_TIME))))


def known_from(session: Session, service_id: UUID) -> dict[UUID, datetime]:
    """When each version of a service was entered here, by its id: until then nobody could go by it."""
    rows = session.exec(
        select(CriteriaVersion.id, Event.recorded_at)
        .join(Event, col(Event.case_id) == col(CriteriaVersion.case_id))
        .where(CriteriaVersion.service_id == service_id, Event.fact == Fact.CRITERIA_PUBLISHED)
    ).all()
    return dict(rows)


def clauses_of(session: Session, version: CriteriaVersion) -> list[Clause]:
    """The clauses of a version, in the order of their numbers: 第2条 before 第10条."""
    found = session.exec(select(Clause).where(Clause.criteria_id == version.id)).all()
    return sorted(found, key=lambda clause: in_order(clause.number))
