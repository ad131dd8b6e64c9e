"""書面・電話の申出: staff enter what came by fax, post, phone or mail, with the true time of its arrival."""

from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from tracker.casework import NotAllowed, evidence, follows, intake, journal, receipts
from tracker.i18n import day_text
from tracker.law.grounds import Channel, Circumstance, Right, Standing
from tracker.law.period import JST, japanese_day
from tracker.law.questions import QUESTIONS
from tracker.models import Case, Notice, Role, Service
from tracker.now import now
from tracker.web import uploads
from tracker.web.again import filed_before, same
from tracker.web.doors import database, settings
from tracker.web.forms import IntakeForm, form_token
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment

ASKED = ("channel", "received_at", "by_published_method", "long_ago")
FILES = ("document", "authority", "evidence")  # the letter itself, 委任状 and the like, what shows the infringement
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
    """The form, empty; a case may name itself as the one that this filing goes on from."""
    form = PaperForm()
    form.follows.data = request.args.get("follows", "")
    return _form(slug, form, {})


@bp.post("/new/<slug>")
@allowed(Role.REVIEWER)
def file_paper(slug: str) -> ResponseReturnValue:
    """Enter a filing that came on another way. Its clocks run from when it truly arrived.

    1. A form that was entered before leads to its case; if it was changed since, it comes back as a new one.
    2. Good files are kept under the form's token, so that a form that comes back has lost nothing.
    3. Notice, evidence and receipt are one transaction; the same form sent twice is one notice.
    """
    at, form = now(), PaperForm(request.form)
    asked = {name: request.form.get(name, "") for name in ASKED}
    do, _colon, which = request.form.get("do", "").partition(":")
    earlier, correct = _filed_before(slug, form), form.validate()
    if earlier and correct and not do and _same(slug, earlier, form, asked):
        return see_other("staff.case", number=earlier.number)
    if earlier:
        form.token.data = form_token(None)
    complaints = _take_in(form, at)
    if do in ("language", "unfile"):  # the same form again; nothing is said of what is missing
        if do == "unfile":
            uploads.drop(form.token.data, which)
        form.problems = complaints
        return _form(slug, form, asked), 422 if complaints else 200
    channel = next((c for c in PAPER if c.value == asked["channel"]), None)
    received = japanese_moment(asked["received_at"])
    problems = []
    if channel is None:
        problems.append(("channel", _("届いた方法を選んでください。")))
    if received is None:
        problems.append(("received_at", _("受け付けた日時を入力してください。")))
    elif received > at:
        problems.append(("received_at", _("受け付けた日時が、今より後になっています。")))
    elif not asked["long_ago"] and (over := _over(received, at)):
        problems.append(("long_ago", over))
    if asked["by_published_method"] not in {"yes", "no"}:
        problems.append(("by_published_method", _("公表した方法による申出かどうかを選んでください。")))
    problems += _check_follows(slug, form)
    form.problems = [*problems, *form.problems, *complaints]
    if form.problems or channel is None or received is None:
        return _form(slug, form, asked, earlier), 422
    if earlier:
        return _form(slug, form, asked, earlier), 409
    by = current_staff().id
    try:
        with database().writing() as session:
            service = _service(session, slug)
            files = evidence.kept(session, form.token.data)
            if first := intake.filed_from(session, service, form.token.data):  # the same form, sent twice at once
                for file in files:
                    evidence.drop(session, file)
                return see_other("staff.case", number=first.number)
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
            evidence.attach(session, case, files, actor=journal.staff(by), at=at)
            receipts.acknowledge(session, service, notice, at=at)
            number = notice.number
    except NotAllowed as no:
        form.problems = [("received_at", str(no))]
        return _form(slug, form, asked), 422
    except IntegrityError:  # both at the same moment, and the other one was first
        if (other := _filed_before(slug, form)) is None:
            raise
        number = other.number
    return see_other("staff.case", number=number)


def _check_follows(slug: str, form: PaperForm) -> list[tuple[str, str]]:
    """Print the number of the earlier filing as it is printed; what to say where there is no such filing."""
    if not form.follows.data:
        return []
    with database().reading() as session:
        service = _service(session, slug)
        if follows.known(session, service, form.follows.data):
            form.follows.data = follows.named(service, form.follows.data)
            return []
    words = _("この受付番号の申出は「%(name)s」にありません。番号を確かめるか、空にしてください。", name=service.name)
    return [("follows", words)]


def _take_in(form: PaperForm, at: datetime) -> list[tuple[str, str]]:
    """Keep the files that came with the form; of each that cannot be taken, where it was and why."""
    found = []
    for where in FILES:
        files, purpose = request.files.getlist(where), {where: True} if where != "evidence" else {}
        refused = uploads.take_in(form.token.data, files, at=at, measured=False, **purpose)
        found += [(where, complaint) for complaint in refused]
    return found


def _over(received: datetime, at: datetime) -> str:
    """A question when the days of the answer were over before the filing is entered; empty while they run."""
    with database().reading() as session:
        last = receipts.promise(session, received).last_day
    if last >= japanese_day(at):
        return ""
    words: str = _(
        "この日時に受け付けたのなら、お知らせの期限は%(day)sで、もう過ぎています。日時が正しければ、印を付けてください。",
        day=day_text(last),
    )
    return words


def _filed_before(slug: str, form: IntakeForm) -> Notice | None:
    with database().reading() as session:
        service = _service(session, slug)
    return filed_before(service, form)


def _same(slug: str, notice: Notice, form: PaperForm, asked: dict[str, str]) -> bool:
    """Whether a form says of its arrival and of the filing what was entered from it before."""
    if _check_follows(slug, form):
        return False
    came = (notice.channel, notice.received_at, "yes" if notice.by_published_method else "no")
    if came != (asked["channel"], japanese_moment(asked["received_at"]), asked["by_published_method"]):
        return False
    return same(notice, form, [file for where in FILES for file in request.files.getlist(where)])


def _form(slug: str, form: IntakeForm, asked: dict[str, str], earlier: Notice | None = None) -> str:
    at = now()
    local = at.astimezone(JST)
    form.token.data = form_token(form.token.data)
    with database().reading() as session:
        service = _service(session, slug)
    kept = uploads.kept(form.token.data)
    return page(
        "staff/filing.html",
        service=service,
        form=form,
        asked=asked,
        earlier=earlier.number if earlier else "",
        kept={
            "document": [file for file in kept if file.document],
            "authority": [file for file in kept if file.authority],
            "evidence": [file for file in kept if not file.document and not file.authority],
        },
        registered=intake.binds(service, Standing.PERSON, at, by_published_method=True),
        questions=QUESTIONS,
        most_files=settings().evidence_files,
        most_megabytes=settings().evidence_bytes // uploads.MIB,
        now_local=f"{local:%Y-%m-%dT%H:%M:%S}",
        channels=PAPER,
        standings=list(Standing),
        rights=list(Right),
        urgencies=list(Circumstance),
    )


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
