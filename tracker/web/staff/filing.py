"""書面・電話の申出: staff enter what came by fax, post, phone or mail, with the true time of its arrival."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from tracker.casework import NotAllowed, evidence, intake, journal, receipts
from tracker.law.grounds import Channel, Circumstance, Right, Standing
from tracker.law.period import JST
from tracker.models import Case, Notice, Role, Service
from tracker.now import now
from tracker.web import uploads
from tracker.web.doors import database
from tracker.web.forms import IntakeForm, form_token
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment

PAPER = tuple(channel for channel in Channel if channel is not Channel.FORM)


class PaperForm(IntakeForm):
    """The same questions as the public form; a letter or a call may bring no address, and staff swear to nothing."""

    email_required = False
    confirm_required = False

    def validate(self, extra_validators: object = None) -> bool:
        """Check as the public form does, and say what is missing to the colleague who copies, not to the claimant."""
        super().validate(extra_validators)
        said = dict(self._missing())
        self.problems = [(where, said.get(where, message)) for where, message in self.problems]
        return not self.problems

    def _missing(self) -> list[tuple[str, str]]:
        found = [("standing", _("申出者の立場を選んでください。"))]
        if not set(self.rights.data) & set(Right):
            found.append(("rights", _("侵害されたとされる権利を1つ以上選んでください。分からないときは「その他」。")))
        if all(row.empty for row in self.rows) and not self.many.data:
            found.append(("url-1", _("問題の投稿のURLを1つ以上入力してください。")))
        if not self.reason.data:
            found.append(("reason", _("申出の理由を、書面や電話のとおりに入力してください。")))
        if not self.name.data:
            found.append(("name", _("申出者の名前を入力してください。通知の宛名に使います。")))
        return found


@bp.before_request
def _make_room() -> None:
    if request.endpoint == "staff.file_paper":
        uploads.widen()


@bp.get("/new/<slug>")
@allowed(Role.REVIEWER)
def filing(slug: str) -> ResponseReturnValue:
    """The form, empty."""
    return _form(slug, PaperForm(), {}, [])


@bp.post("/new/<slug>")
@allowed(Role.REVIEWER)
def file_paper(slug: str) -> ResponseReturnValue:
    """Enter a filing that came on another way. Its clocks run from when it truly arrived.

    1. Good files are kept under the form's token, so that a form that comes back has lost nothing.
    2. Notice, evidence and receipt are one transaction; the same form sent twice is one notice.
    """
    at, form = now(), PaperForm(request.form)
    asked = {name: request.form.get(name, "") for name in ("channel", "received_at", "by_published_method")}
    if form.validate() and (earlier := _filed_before(form)):
        return see_other("staff.case", number=earlier)
    complaints = uploads.take_in(form.token.data, request.files.getlist("evidence"), at=at)
    if request.form.get("do") == "language":  # the same form in another language; nothing is said of what is missing
        form.problems = [("evidence", complaint) for complaint in complaints]
        return _form(slug, form, asked, complaints), 422 if complaints else 200
    channel = next((c for c in PAPER if c.value == asked["channel"]), None)
    received = japanese_moment(asked["received_at"])
    problems = []
    if channel is None:
        problems.append(("channel", _("届いた方法を選んでください。")))
    if received is None:
        problems.append(("received_at", _("受け付けた日時を入力してください。")))
    elif received > at:
        problems.append(("received_at", _("受け付けた日時が、今より後になっています。")))
    if asked["by_published_method"] not in {"yes", "no"}:
        problems.append(("by_published_method", _("公表した方法による申出かどうかを選んでください。")))
    form.problems = [*problems, *form.problems, *(("evidence", complaint) for complaint in complaints)]
    if form.problems or channel is None or received is None:
        return _form(slug, form, asked, complaints), 422
    by = current_staff().id
    try:
        with database().writing() as session:
            service = _service(session, slug)
            notice = intake.file(
                session,
                service,
                form.filing(),
                at=at,
                received_at=received,
                channel=channel,
                by_published_method=asked["by_published_method"] == "yes",
                entered_by=by,
            )
            case = session.get_one(Case, notice.case_id)
            files = evidence.kept(session, form.token.data)
            evidence.attach(session, case, files, actor=journal.staff(by), at=at)
            receipts.acknowledge(session, service, notice, at=at)
            number = notice.number
    except NotAllowed as no:
        form.problems = [("received_at", str(no))]
        return _form(slug, form, asked, []), 422
    except IntegrityError:  # the same form, sent twice at once: the other one was first
        return see_other("staff.case", number=_filed_before(form))
    return see_other("staff.case", number=number)


def _filed_before(form: IntakeForm) -> str | None:
    with database().reading() as session:
        return session.exec(select(Notice.number).where(Notice.token == form.token.data)).first()


def _form(slug: str, form: IntakeForm, asked: dict[str, str], complaints: list[str]) -> str:
    local = now().astimezone(JST)
    form.token.data = form_token(form.token.data)
    with database().reading() as session:
        service = _service(session, slug)
        kept: list[Any] = [evidence.kept_name(session, upload) for upload in evidence.kept(session, form.token.data)]
    return page(
        "staff/filing.html",
        service=service,
        form=form,
        asked=asked,
        complaints=complaints,
        kept=kept,
        now_local=f"{local:%Y-%m-%dT%H:%M:%S}",
        channels=PAPER,
        standings=list(Standing),
        rights=list(Right),
        urgencies=list(Circumstance),
    )


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
