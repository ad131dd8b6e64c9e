"""年次公表 (法28条): the versions of each year under addresses that stay, byte for byte as they were frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from tracker.law.period import japanese_day
from tracker.models import Publication, Service
from tracker.now import now
from tracker.report import publishing
from tracker.report.bundle import bundle
from tracker.report.publishing import INDEX, Named
from tracker.report.years import Year, year_of, years_of
from tracker.web.doors import database, settings
from tracker.web.public import bp
from tracker.web.public.pages import page, service_in
from tracker.web.public.signed import KEYS
from tracker.web.reading import single_line

FORMAT = "kigen-publications-1"  # of latest.json
FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
BYTES = "application/octet-stream"
QUICK = ("publication.xlsx", "figures.csv", "figures.json")  # what most people come for, where a version has it
# What a browser shows stays in it; everything else is saved under its name.
SHOWN = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}
SAVED = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".sig": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Version:
    """A published version as the page shows it."""

    row: Publication
    files: Sequence[Named]
    current: bool


@dataclass(frozen=True)
class Shown:
    """A year with its versions, the newest first; none while it is not published."""

    year: Year
    versions: Sequence[Version]
    over: bool
    late: bool  # its last day has passed, and nothing is published

    @property
    def gaps(self) -> bool:
        """Whether a number is missing: that version was sent back before it was published."""
        return len(self.versions) != max((one.row.version for one in self.versions), default=0)

    def file(self, name: str) -> bool:
        """Whether the current version has a file."""
        return any(one.name == name for one in self.versions[0].files)


@bp.get("/s/<slug>/report")
def reports(slug: str) -> Response:
    """Every year with its versions, which one is current, and by when the next one is due."""
    at = now()
    with database().reading() as session:
        service = service_in(session, slug)
        found = _years(session, service, at)
    answer = Response(
        page(
            "public/report/list.html",
            service,
            published=[one for one in found if one.versions],
            awaited=[one for one in found if not one.versions],
            quick=QUICK,
            keys=KEYS,
        )
    )
    answer.headers["X-Robots-Tag"] = "all"  # it is there to be found
    return answer


@bp.get("/s/<slug>/report/latest.json")
def reports_latest(slug: str) -> Response:
    """The same for programs: years, versions, addresses, hashes."""
    with database().reading() as session:
        service = service_in(session, slug)
        found = [one for one in _years(session, service, now()) if one.versions]
    answer = jsonify(
        format=FORMAT,
        service=service.slug,
        name=service.name,
        page=_full(url_for("public.reports", slug=service.slug)),
        years=[_year_told(service, one) for one in found],
    )
    answer.headers["Cache-Control"] = A_WHILE
    return answer


@bp.get("/s/<slug>/report/<int(max=9999):year>")
def report_newest(slug: str, year: int) -> ResponseReturnValue:
    """The newest version of a year: the address to quote for the year itself."""
    with database().reading() as session:
        service = service_in(session, slug)
        found = publishing.newest(session, service, year) or abort(404)
    return redirect(_file(service, found, INDEX))


@bp.get("/s/<slug>/report/<int(max=9999):year>/v<int(max=9999):version>/")
def report_version(slug: str, year: int, version: int) -> ResponseReturnValue:
    """The folder of a version leads to its page."""
    with database().reading() as session:
        service, found = _version(session, slug, year, version)
    return redirect(_file(service, found, INDEX))


@bp.get("/s/<slug>/report/<int(max=9999):year>/v<int(max=9999):version>/<path:name>")
def report_file(slug: str, year: int, version: int, name: str) -> Response:
    """A file of a version, byte for byte, for ever."""
    with database().reading() as session:
        service, found = _version(session, slug, year, version)
        file = publishing.file(session, found, single_line(name)) or abort(404)
    path = PurePosixPath(file.name)
    shown = SHOWN.get(path.suffix)
    answer = Response(file.content, content_type=shown or SAVED.get(path.suffix, BYTES))
    if not shown:
        answer.headers.set("Content-Disposition", "attachment", filename=path.name)
    return _lasting(answer, file.sha256, service, year)


@bp.get("/s/<slug>/report/<int(max=9999):year>/v<int(max=9999):version>.zip")
def report_zip(slug: str, year: int, version: int) -> Response:
    """All files of a version in one, the same bytes each time."""
    with database().reading() as session:
        service, found = _version(session, slug, year, version)
        files = publishing.files_of(session, found)
    name = f"{service.slug}-{year}-v{version}"
    zipped = bundle(files, name)
    answer = Response(zipped, content_type="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.zip")
    return _lasting(answer, sha256(zipped).hexdigest(), service, year)


def _version(session: Session, slug: str, year: int, version: int) -> tuple[Service, Publication]:
    """A published version, or 404: one in review looks like one that there never was."""
    service = service_in(session, slug)
    query = select(Publication).where(
        Publication.service_id == service.id, Publication.year == year, Publication.version == version
    )
    row = session.exec(query).first()
    return (service, row) if row and row.published_at else abort(404)


def _lasting(answer: Response, digest: str, service: Service, year: int) -> Response:
    """What never changes, and where a newer version would be: an address that stays true in every cache."""
    answer.set_etag(digest)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Language"] = "ja"
    answer.headers["X-Robots-Tag"] = "all"
    newest = _full(url_for("public.report_newest", slug=service.slug, year=year))
    history = _full(url_for("public.reports", slug=service.slug))
    answer.headers["Link"] = f'<{newest}>; rel="latest-version", <{history}>; rel="version-history"'
    answer.make_conditional(request)
    return answer


def _years(session: Session, service: Service, at: datetime) -> list[Shown]:
    """The years that were published, those that the register leaves open, and the one that is under way.

    A year that is late is shown whatever became of its period. One that is recorded among the filings as published
    elsewhere is not called late here, nor what was due before Kigen was used.
    """
    rows = publishing.published(session, service)
    known = {one.year: one for one in years_of(service, at)}
    known |= {row.year: found for row in rows if (found := year_of(service, row.year))}
    owed = publishing.owed(session, service, known.values())
    shown = []
    for year in sorted(known.values(), key=lambda one: -one.year):
        mine = [row for row in rows if row.year == year.year]
        over = year.over(at)
        if mine or not over or year.year in owed:
            versions = [Version(row, publishing.listing(session, row), row is mine[0]) for row in mine]
            shown.append(Shown(year, versions, over, not mine and japanese_day(at) > year.due))
    return shown


def _year_told(service: Service, one: Shown) -> dict[str, Any]:
    """A year for programs; instants in UTC."""
    return {
        "year": one.year.year,
        "first": one.year.first.isoformat(),
        "last": one.year.last.isoformat(),
        "due": one.year.due.isoformat(),
        "latest": one.versions[0].row.version,
        "url": _full(url_for("public.report_newest", slug=service.slug, year=one.year.year)),
        "versions": [_version_told(service, version) for version in one.versions],
    }


def _version_told(service: Service, one: Version) -> dict[str, Any]:
    row = one.row
    return {
        "version": row.version,
        "current": one.current,
        "published_at": row.published_at and f"{row.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "why": row.why,
        "manifest_sha256": row.sha256,
        "url": _full(_file(service, row, INDEX)),
        "zip": _full(url_for("public.report_zip", slug=service.slug, year=row.year, version=row.version)),
        "files": [
            {"name": file.name, "bytes": file.size, "sha256": file.sha256, "url": _full(_file(service, row, file.name))}
            for file in one.files
        ],
    }


def _file(service: Service, row: Publication, name: str) -> str:
    return url_for("public.report_file", slug=service.slug, year=row.year, version=row.version, name=name)


def _full(path: str) -> str:
    return settings().base_url.rstrip("/") + path
