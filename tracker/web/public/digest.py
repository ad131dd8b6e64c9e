"""参考となる事例の資料 (法26条4項), as it was published: the newest, and each version under an address that stays."""

from flask import abort, url_for

from tracker.casework import digest
from tracker.i18n import term
from tracker.models import DigestVersion
from tracker.web.doors import database, settings
from tracker.web.public import bp
from tracker.web.public.pages import page, service_of


@bp.get("/s/<slug>/examples")
def examples(slug: str) -> str:
    """The newest version; a sentence while none was published."""
    return _page(slug, None)


@bp.get("/s/<slug>/examples/<int:number>")
def examples_version(slug: str, number: int) -> str:
    """One version, under an address that stays."""
    return _page(slug, number)


def _page(slug: str, number: int | None) -> str:
    service = service_of(slug)
    with database().reading() as session:
        versions = digest.versions(session, service)
        version: DigestVersion | None = next((v for v in versions if number in (None, v.version)), None)
        if version is None and number is not None:
            abort(404)
        found = digest.published(session, version) if version else None
    here = url_for("public.examples_version", slug=slug, number=version.version) if version else ""
    return page(
        "public/digest.html",
        service,
        found=found,
        versions=versions,
        address=settings().base_url.rstrip("/") + here,
        term=term,
    )
