"""記載事項シート at the desk: what each paper for the minister states, to be printed or copied into its form."""

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from tracker.i18n import day_text, japanese
from tracker.law.filing_sheets import ENGLISH, JAPANESE, PAPERS, Paper
from tracker.models import Role
from tracker.now import now
from tracker.report import sheet as sheets
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.sender_counts.room import asked_year

ROOM = "staff.filings"


@bp.get("/filings/<slug>/sheets/<paper>", endpoint="filing_sheet")
@allowed(Role.LEAD)
def filing_sheet(slug: str, paper: str) -> str:
    """One sheet, filled in from the records; tabs lead to the others."""
    wanted, year = _paper(paper), asked_year(request.args.get("year"))
    with database().reading() as session:
        service = service_of(session, slug)
        found = sheets.sheet(session, service, wanted, year=year, at=now())
    return page(
        "staff/sender_counts/sheet.html",
        room=ROOM,
        sheet=found,
        rule=found.rule,
        service=service,
        year=year,
        day=day_text(found.day),
        language=[_(JAPANESE), _(ENGLISH)],
        tabs=[
            {
                "href": url_for("staff.filing_sheet", slug=slug, paper=one.value, year=year),
                "label": _(rule.form),
                "current": one is wanted,
            }
            for one, rule in PAPERS.items()
        ],
        pdf_url=url_for("staff.filing_sheet_pdf", slug=slug, paper=wanted.value, year=year),
    )


@bp.get("/filings/<slug>/sheets/<paper>.pdf", endpoint="filing_sheet_pdf")
@allowed(Role.LEAD)
def filing_sheet_pdf(slug: str, paper: str) -> Response:
    """The same on A4, always in Japanese (規則21条1項)."""
    wanted, year = _paper(paper), asked_year(request.args.get("year"))
    with japanese(), database().reading() as session:
        body = sheets.pdf(sheets.sheet(session, service_of(session, slug), wanted, year=year, at=now()))
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="sheet-{wanted.value}-{slug}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _paper(text: str) -> Paper:
    """The paper of an address, or 404."""
    return next((paper for paper in PAPERS if paper.value == text), None) or abort(404)
