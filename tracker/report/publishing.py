"""A version of a year's publication: frozen with its files, looked at by somebody else, published or sent back.

What was published stays at its address for ever; a correction is another version, which says what it changes and why.
Each step is one transaction with its fact: after a crash a version is in review, published or sent back, never between.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, chain, journal, signing
from tracker.casework.register import register_of
from tracker.i18n import japanese
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day, start_of
from tracker.models import Case, Publication, PublicationFile, Service
from tracker.report import entries, hindrances, package
from tracker.report.build import build, unchanged
from tracker.report.content import Report
from tracker.report.corrections import corrected, differences
from tracker.report.package.manifest import Signed
from tracker.report.versions import (
    INDEX,
    Named,
    address,
    file,
    files_of,
    in_review,
    listing,
    newest,
    path,
    published,
    runs,
    versions,
    waits,
)
from tracker.report.years import Year

__all__ = [
    "INDEX",
    "LONGEST",
    "Named",
    "address",
    "differences",
    "drawn",
    "file",
    "files_of",
    "freeze",
    "give_back",
    "in_review",
    "listing",
    "made",
    "newest",
    "path",
    "publish",
    "published",
    "runs",
    "versions",
]

MANIFEST = "manifest.json"
LONGEST = 2_000  # characters of what was wrong, and of why a version goes back


def drawn(session: Session, service: Service, year: Year, *, at: datetime) -> Report:
    """What would be frozen at `at`. Reading it takes seconds at a million notices: a door does so before it writes."""
    with japanese():
        return build(session, service, year, at=at, frozen=True)


def freeze(
    session: Session,
    service: Service,
    year: Year,
    *,
    why: str = "",
    by: UUID,
    at: datetime,
    report: Report | None = None,
) -> Publication:
    """Freeze the next version of a year with all its files and give it to somebody else to look at.

    `report` is what was `drawn` at `at`, where a door did so before: filings do not wait for it. It is stale once
    somebody wrote a text for the year, or anything changed in the register: an import, what codes mean.

    Raises Conflict while another one is in review; NotAllowed, naming them, while the year is not over, an import is
    unfinished, a check fails or a text is missing, and for a correction that does not say why or changes nothing.

    1. The register is locked: of two who freeze, one does.
    2. The report is built, numbered, and compared with the version that was published last.
    3. Its files are made and signed with the key of the receipts.
    4. The rows, and REPORT_FROZEN with the hash of every file.
    """
    register = register_of(session, service, at)
    journal.lock(session, register)
    rows = versions(session, service, year.year)
    if any(waits(row) for row in rows):
        raise Conflict(N_("この年度には、確認を待っている版があります。先に公表するか、差し戻してください。"))
    if not year.over(at):
        raise NotAllowed(
            N_("この年度は、まだ終わっていません。%(day)sの後に、版を固められます。"), day=year.last.isoformat()
        )
    if report is None:
        report = drawn(session, service, year, at=at)
    elif "register" in report.heads and not unchanged(session, service, year.year, report.heads):
        raise Conflict(N_("版を固める間に、文章や取り込んだ記録が変わりました。もう一度、固めてください。"))
    hindrances.in_figures(session, service)
    hindrances.in_report(session, service, report)
    before = next((row for row in rows if row.published_at), None)
    report = replace(report, version=len(rows) + 1)
    why = _said(why, "why")
    if before:
        report = _correction(session, report, before, why, at)
    files = made(session, report, at=at)
    publication = Publication(
        id=uuid4(),
        case_id=register.id,
        service_id=service.id,
        year=year.year,
        version=report.version,
        sha256=_digest(files[MANIFEST]),
        frozen_at=at,
        frozen_by=by,
        why=why if before else "",
    )
    session.add(publication)
    session.flush()
    stored = [
        PublicationFile(publication_id=publication.id, name=name, sha256=_digest(content), content=content)
        for name, content in sorted(files.items())
    ]
    session.add_all(stored)
    session.flush()
    journal.record(
        session,
        register,
        Fact.REPORT_FROZEN,
        actor=journal.staff(by),
        at=at,
        remark=publication.why,
        **_state(publication),
        files={one.name: one.sha256 for one in stored},
    )
    return publication


def made(session: Session, report: Report, *, at: datetime) -> dict[str, bytes]:
    """The files of a report, signed with the key of the receipts. Raises NotAllowed where their verifier refuses."""
    with japanese():
        files = package.files(report, built_at=at, sign=_signer(session, at))
    hindrances.in_files(files)
    return files


def give_back(session: Session, publication: Publication, *, reason: str, by: UUID, at: datetime) -> None:
    """Send a version in review back; its number is not given again. Whoever froze it may take it back as well.

    Raises Conflict when it is no longer in review, NotAllowed without a reason.
    """
    register, row = _held(session, publication)
    reason = _said(reason, "reason")
    if not reason:
        raise NotAllowed(N_("差し戻す理由を入力してください。"), about="reason")
    row.returned_at, row.returned_by = at, by
    session.add(row)
    session.flush()
    journal.record(
        session, register, Fact.REPORT_RETURNED, actor=journal.staff(by), at=at, remark=reason, **_state(row)
    )


def publish(session: Session, publication: Publication, *, by: UUID, at: datetime) -> None:
    """Publish a version that somebody else froze: from the commit on everybody can read it.

    While the period of this very year runs (法28条), YEAR_PUBLISHED ends it, with the address of the version.
    Raises Conflict when it is no longer in review, NotAllowed for whoever froze it.
    """
    register, row = _held(session, publication)
    if row.frozen_by == by:
        raise NotAllowed(N_("自分で固めた版は公表できません。別の人が内容を確かめて公表します。"), about="by")
    row.published_at, row.published_by = at, by
    session.add(row)
    session.flush()
    service, actor = session.get_one(Service, row.service_id), journal.staff(by)
    journal.record(session, register, Fact.REPORT_PUBLISHED, actor=actor, at=at, **_state(row))
    if runs(session, service, row.year):
        journal.record(
            session,
            register,
            Fact.YEAR_PUBLISHED,
            actor=actor,
            at=at,
            remark=address(session, service, row),
            day=japanese_day(at).isoformat(),
            began=chain.iso(start_of(date(row.year + 1, 4, 1))),
        )


def _correction(session: Session, report: Report, before: Publication, why: str, at: datetime) -> Report:
    """The report with every line that a correction changes, after those of the versions before it."""
    if not why:
        raise NotAllowed(N_("公表した版を直すときは、何が違っていたかを書いてください。公表されます。"), about="why")
    if not entries.japanese(why):
        raise NotAllowed(N_("日本語で書いてください（規則21条5項）。"), about="why")
    old = files_of(session, before)
    changed = differences(old, report, day=japanese_day(at), why=why)
    if not changed:
        raise NotAllowed(N_("公表した版と違うところがありません。"), about="why")
    return replace(report, corrections=[*corrected(old), *changed])


def _said(words: str, about: str) -> str:
    text = words.strip()
    if len(text) > LONGEST:
        raise NotAllowed(N_("%(most)s文字までで書いてください。"), about=about, most=f"{LONGEST:,}")
    return text


def _held(session: Session, publication: Publication) -> tuple[Case, Publication]:
    """The locked register, and the version as it stands now. Raises Conflict where it is no longer in review."""
    register = session.get_one(Case, publication.case_id)
    journal.lock(session, register)
    row = session.get_one(Publication, publication.id, populate_existing=True)
    if not waits(row):
        raise Conflict(N_("この版は、ほかの人が先に公表するか、差し戻しました。新しい状態を確かめてください。"))
    return register, row


def _state(row: Publication) -> dict[str, Any]:
    """What a fact says of a version."""
    return {"publication": str(row.id), "year": row.year, "version": row.version, "sha256": row.sha256}


def _signer(session: Session, at: datetime) -> Callable[[bytes], Signed]:
    """What signs a manifest with the key of the receipts; what it is for stands in the manifest."""
    key = signing.current(session, at=at)

    def sign(message: bytes) -> Signed:
        return Signed(key.kid, key.public, signing.sign(session, key, message))

    return sign


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
