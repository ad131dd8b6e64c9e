"""A version of a year's publication is frozen: its figures, texts and files, signed, for somebody else to look at.

It is one transaction with its fact: after a crash there is a version in review or there is none.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, journal, signing
from tracker.casework.register import register_of
from tracker.i18n import japanese
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Publication, PublicationFile, Service
from tracker.report import entries, hindrances, package
from tracker.report.build import build, unchanged
from tracker.report.content import Report
from tracker.report.corrections import corrected, differences
from tracker.report.package.manifest import Signed
from tracker.report.versions import files_of, state, versions, waits
from tracker.report.years import Year

MANIFEST = "manifest.json"


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
    why = hindrances.in_words(why, "why")
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
        **state(publication),
        files={one.name: one.sha256 for one in stored},
    )
    return publication


def made(session: Session, report: Report, *, at: datetime) -> dict[str, bytes]:
    """The files of a report, signed with the key of the receipts. Raises NotAllowed where their verifier refuses."""
    with japanese():
        files = package.files(report, built_at=at, sign=_signer(session, at))
    hindrances.in_files(files)
    return files


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


def _signer(session: Session, at: datetime) -> Callable[[bytes], Signed]:
    """What signs a manifest with the key of the receipts; what it is for stands in the manifest."""
    key = signing.current(session, at=at)

    def sign(message: bytes) -> Signed:
        return Signed(key.kid, key.public, signing.sign(session, key, message))

    return sign


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
