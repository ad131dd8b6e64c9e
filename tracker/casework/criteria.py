"""基準 (法26条): published versions, when each may be used, and why a clause may not be used yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.i18n import day_text, gettext as _
from tracker.law import N_
from tracker.law.clocks import CRITERIA_CHANGE, CRITERIA_WAIT
from tracker.law.consequences import due
from tracker.law.editions import rule_on
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Case, CaseKind, Clause, Clock, CriteriaVersion, Notice, Service
from tracker.sealed import create_key


@dataclass(frozen=True)
class ClauseText:
    """One clause as it is published."""

    number: str
    title: str
    words: str


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
) -> CriteriaVersion:
    """Enter a version as published at `published_at`, an instant not after `at`; its 14 days start there.

    Raises NotAllowed for a publication in the future, no clause, or a publication long before `at` without proof.
    """
    if published_at > at:
        raise NotAllowed(N_("公表の日時が、今より後になっています。公表してから記録してください。"))
    if not clauses:
        raise NotAllowed(N_("条項が1つもありません。"))
    if japanese_day(published_at) < japanese_day(at) and not proof.strip():
        raise NotAllowed(N_("過去の公表の日時を記録するときは、その証拠（保存した頁の場所など）を書いてください。"))
    session.get_one(Service, service.id, with_for_update={"key_share": True})  # filings go on beside it
    earlier = session.exec(select(CriteriaVersion.version).where(CriteriaVersion.service_id == service.id)).all()
    case = Case(kind=CaseKind.CRITERIA, service_id=service.id, opened_at=published_at)
    session.add(case)
    session.flush()
    create_key(session, case.id)
    usable_from = due(rule_on(CRITERIA_WAIT.key, japanese_day(published_at)), published_at, session.info["calendar"])
    if usable_from is None:
        raise ValueError("the criteria wait has a length")
    version = CriteriaVersion(
        case_id=case.id,
        service_id=service.id,
        version=max(earlier, default=0) + 1,
        title=title,
        url=url,
        proof=proof.strip(),
        published_at=published_at,
        usable_from=usable_from,
    )
    session.add(version)
    session.flush()
    session.add_all(Clause(criteria_id=version.id, number=c.number, title=c.title, words=c.words) for c in clauses)
    session.flush()
    journal.record(
        session,
        case,
        Fact.CRITERIA_PUBLISHED,
        actor=actor,
        at=at,
        occurred_at=published_at,
        version=version.version,
        content=content_digest(session, version),
    )
    return version


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
    """The versions of a service, newest first."""
    return list(
        session.exec(
            select(CriteriaVersion)
            .where(CriteriaVersion.service_id == service_id)
            .order_by(col(CriteriaVersion.version).desc())
        )
    )


def clauses_of(session: Session, version: CriteriaVersion) -> list[Clause]:
    """The clauses of a version, in the order of their numbers."""
    return list(session.exec(select(Clause).where(Clause.criteria_id == version.id).order_by(col(Clause.number))))


def current(session: Session, service_id: UUID, at: datetime) -> CriteriaVersion | None:
    """The version in use at `at`: the newest that may be used."""
    return next((v for v in versions(session, service_id) if v.usable_from <= at), None)


def refusal(session: Session, service_id: UUID, clause: Clause, at: datetime) -> str | None:
    """Why `clause` can't carry a measure of `service_id` taken at `at`, as a sentence; None if it can."""
    version = session.get_one(CriteriaVersion, clause.criteria_id)
    if version.service_id != service_id:
        return _("ほかのサービスの基準は使えません。")
    if at < version.usable_from:
        return _(
            "第%(version)s版の基準は%(day)sから使えます（公表から中14日、法26条1項・規則17条）。",
            version=version.version,
            day=day_text(japanese_day(version.usable_from)),
        )
    newest = current(session, service_id, at)
    if newest and newest.version > version.version:
        return _(
            "第%(version)s版は、第%(newest)s版に置き換えられています。",
            version=version.version,
            newest=newest.version,
        )
    return None


def content_digest(session: Session, version: CriteriaVersion) -> str:
    """SHA-256 of what was published."""
    lines = [version.title, *(f"{c.number}\t{c.title}\t{c.words}" for c in clauses_of(session, version))]
    return sha256("\n".join(lines).encode()).hexdigest()
