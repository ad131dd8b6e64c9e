"""送った通知: one letter as it left, and what is recorded of it afterwards: sent again, handed over, come back."""

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import delivery, folder, journal, receipts
from tracker.casework.hearing import in_hand
from tracker.models import Case, Letter, Notice, Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text, single_line
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, act, case_page, japanese_moment, of
from tracker.web.staff.case.letters import letter_rows
from tracker.web.staff.endings import sure


@bp.get("/cases/<number>/letters/<uuid:letter_id>")
@allowed(Role.REVIEWER)
def sent_letter(number: str, letter_id: UUID) -> ResponseReturnValue:
    """One letter as it left, whole, to be read and printed."""
    at = now()
    with database().reading() as session:
        found = folder.open_folder(session, of(session, number), at=at)
        rows = letter_rows(found, in_hand.look(session, (v.letter for v in found.letters), at=at))
    row = next((r for r in rows if r["view"].letter.id == letter_id), None) or abort(404)
    back = url_for("staff.case", number=number, tab="letters", _anchor="work")
    return page("staff/sent.html", number=number, row=row, back=back)


@bp.post("/cases/<number>/letters/receipt")
@allowed(Role.REVIEWER)
def send_receipt(number: str) -> ResponseReturnValue:
    """Send a receipt again that did not arrive."""
    at = now()

    def record(session: Session, notice: Notice) -> None:
        case = session.get_one(Case, notice.case_id)
        receipts.acknowledge(session, session.get_one(Service, case.service_id), notice, at=at)

    return act(number, record, tab="letters", named="receipt", form={})


@bp.post("/cases/<number>/letters/<uuid:letter_id>/handover")
@allowed(Role.REVIEWER)
def hand_over(number: str, letter_id: UUID) -> ResponseReturnValue:
    """A letter was handed over, posted or published: when, and how that is known."""
    form = {
        "when": request.form.get("when", ""),
        "how": plain_text(request.form.get("how")),
        "url": single_line(request.form.get("url")),
        "letter": str(letter_id),
    }
    moment, at, by = japanese_moment(form["when"]), now(), current_staff().id
    if moment is None:
        errors = {f"when-{letter_id}": _("渡した日時を入力してください。")}
        return case_page(number, Trial(tab="letters", errors=errors, form=form), 422)

    def record(session: Session, notice: Notice) -> None:
        _belongs(session, notice, letter_id)
        delivery.hand_over(session, letter_id, how=form["how"], when=moment, by=by, at=at, url=form["url"])

    fields = {name: f"{name}-{letter_id}" for name in ("how", "url")}
    return act(number, record, tab="letters", named=f"when-{letter_id}", form=form, fields=fields)


@bp.post("/cases/<number>/letters/<uuid:letter_id>/bounce")
@allowed(Role.REVIEWER)
def bounce(number: str, letter_id: UUID) -> ResponseReturnValue:
    """A letter came back: the duties it met run again with their old dates."""
    form = {
        "remark": plain_text(request.form.get("remark")),
        "letter": str(letter_id),
        "sure": request.form.get("sure", ""),
    }
    at, by = now(), journal.staff(current_staff().id)

    def record(session: Session, notice: Notice) -> None:
        _belongs(session, notice, letter_id)
        sure(form)
        delivery.bounced(session, letter_id, remark=form["remark"], by=by, at=at)

    return act(number, record, tab="letters", named=f"remark-{letter_id}", form=form, mark=str(letter_id))


def _belongs(session: Session, notice: Notice, letter_id: UUID) -> None:
    letter = session.get(Letter, letter_id)
    if letter is None or letter.case_id != notice.case_id:
        abort(404)
