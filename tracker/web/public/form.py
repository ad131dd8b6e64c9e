"""The intake form (法22条2項1号): whatever goes wrong, what was typed and the good files stay."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.casework import NotAllowed, evidence, follows, intake, journal, receipts
from tracker.i18n import time_text
from tracker.law.grounds import Circumstance, Right, Standing
from tracker.law.period import JST, japanese_day
from tracker.law.questions import QUESTIONS
from tracker.models import Case, Doubt, Notice, Service
from tracker.now import now
from tracker.web import uploads
from tracker.web.again import filed_before, filed_lately, same
from tracker.web.calculation import day_words
from tracker.web.doors import database, settings
from tracker.web.errors import answer
from tracker.web.forms import TRAP, IntakeForm, form_token
from tracker.web.public import bp, meter
from tracker.web.public.pages import page, service_of
from tracker.web.public.proof_of_work import Proof, doubts_of, proof_sent
from tracker.web.public.told import foretell
from tracker.web.table import decoded

FILES = ("authority", "evidence")  # what shows that one may act for another, and what shows the infringement
AGAIN = "again"  # the button that files the same a second time
# Problems are told in the order of the page.
BELOW_THE_FILES = ("name", "email", "other", "phone", "caution", "confirm")

filings = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="filing")


@bp.record_once
def _count_filings(state: Any) -> None:
    filings.init_app(state.app)


@bp.get("/s/<slug>/")
def intake_form(slug: str) -> str:
    """The form, empty; a status page names the filing that this one goes on from."""
    form = IntakeForm()
    form.follows.data = request.args.get("follows", "")
    return _form(service_of(slug), form)


@bp.post("/s/<slug>/preview")
def intake_preview(slug: str) -> str:
    """The letter that the poster would get, alone: a script shows it while the form is filled in. Nothing is kept."""
    service, form = service_of(slug), IntakeForm(request.form)
    form.validate()
    return page("public/_told.html", service, form=form, told=foretell(service, form))


@bp.before_request
def _make_room() -> None:
    if request.endpoint in ("public.file_notice", "public.intake_preview"):
        uploads.widen(files=request.endpoint == "public.file_notice")


def _too_often(limit: RequestLimit) -> Response:
    """The same form with everything kept: when to try again."""
    form = IntakeForm(request.form)
    _read_list(form)
    refused = _take_in(form, now())
    form.validate()
    form.problems = refused
    when = datetime.fromtimestamp(limit.reset_at, JST)
    service = service_of(str((request.view_args or {})["slug"]))
    body = _form(service, form, wait_until=time_text(when, seconds=False))
    response = make_response(body, 429)
    response.headers["Retry-After"] = str(max(1, round((when - now()).total_seconds())))
    return response


@bp.post("/s/<slug>/")
@filings.limit(
    lambda: settings().filing_limit,
    deduct_when=lambda response: response.status_code == 303,  # a form that comes back costs nothing
    exempt_when=lambda: _asked() not in ("", AGAIN),
    on_breach=_too_often,
)
def file_notice(slug: str) -> ResponseReturnValue:
    """Take a filing: check it, or add and take out a line or a file, which works without a script.

    1. A form that was filed before leads to its receipt; if it was changed since, it comes back as a new one.
    2. Good files are kept; what is wrong is said; everything else stays on the page.
    3. The same filing from a fresh page within half an hour is asked about, and taken when it is meant.
    4. Notice, evidence and receipt are one transaction; what seems sent by a program is received and marked in it.
    """
    service, at, form, do = service_of(slug), now(), IntakeForm(request.form), _asked()
    form.follows.data = follows.named(service, form.follows.data)
    unread = _read_list(form)
    correct = form.validate()
    earlier = filed_before(service, form)
    if earlier and correct and do in ("", AGAIN) and same(earlier, form, _files()):
        return _to_receipt(service, earlier)
    if earlier:
        form.token.data = form_token(None)
    complaints = [*unread, *_gone(form), *_take_in(form, at)]
    if do not in ("", AGAIN):
        return _changed(service, form, do, complaints)
    below = [problem for problem in form.problems if problem[0] in BELOW_THE_FILES]
    above = [problem for problem in form.problems if problem not in below]
    form.problems = [*above, *complaints, *below]
    before = {"earlier": _receipt_url(service, earlier), "number": earlier.number} if earlier else {}
    if form.problems:
        meter.returned(service, [anchor for anchor, _message in form.problems], sent=True)
    if form.problems or earlier:
        return _form(service, form, **before), 422 if form.problems else 409
    if do != AGAIN and (lately := filed_lately(service, form, at=at)):
        return _form(service, form, lately=lately), 409
    proof = proof_sent(service)
    try:
        with database().writing() as session:
            notice = _file(session, service, form, proof, at)
    except NotAllowed as no:  # the sweep was faster than a form that waited a day
        form.problems = [("evidence", str(no))]
        return _form(service, form), 422
    except IntegrityError:  # the same form, sent twice at once: the other one was first
        if (first := filed_before(service, form)) is None:
            raise
        notice = first
    return _to_receipt(service, notice)


@bp.errorhandler(RequestEntityTooLarge)
def _too_much(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """More than all files and texts together may be: this alone cannot be read, and so not kept."""
    slug = (request.view_args or {}).get("slug")
    if slug is None:  # no form of a claimant: the answer of a custodian to an order
        return answer(413)
    return page(
        "public/too_much.html", service_of(str(slug)), most=_most_megabytes(), files=settings().evidence_files
    ), 422


def _file(session: Session, service: Service, form: IntakeForm, proof: Proof | Doubt, at: datetime) -> Notice:
    token = form.token.data
    doubts = doubts_of(session, proof)
    if again := intake.filed_from(session, service, token):
        for upload in evidence.kept(session, token):  # the same form, sent twice at once, brought its files twice
            evidence.drop(session, upload)
        return again
    filing = form.filing()
    notice = intake.file(session, service, replace(filing, doubts=[*filing.doubts, *doubts]), at=at)
    case = session.get_one(Case, notice.case_id)
    files = evidence.kept(session, token)
    evidence.attach(session, case, files, actor=journal.CLAIMANT, at=at)
    receipts.acknowledge(session, service, notice, at=at)
    meter.filed(service, token, places=len(form.items), files=len(files), at=at)
    return notice


def _asked() -> str:
    """Which button was pressed; the one that files says nothing."""
    return request.form.get("do", "").replace("send", "")


def _files() -> list[FileStorage]:
    return [file for where in FILES for file in request.files.getlist(where)]


def _read_list(form: IntakeForm) -> list[tuple[str, str]]:
    """Write an uploaded list into the form; what to say where it cannot be read."""
    found = []
    for sent in request.files.getlist("list"):
        if sent.filename:
            try:
                form.add_list(decoded(sent.stream.read()))
            except ValueError:
                found.append(("list", _no_list(sent.filename)))
    return found


def _take_in(form: IntakeForm, at: datetime) -> list[tuple[str, str]]:
    """Keep the files that came with the form; of each that cannot be taken, where it was and why."""
    found = []
    for where in FILES:
        files = request.files.getlist(where)
        refused = uploads.take_in(form.token.data, files, at=at, authority=where == "authority")
        found += [(where, complaint) for complaint in refused]
    return found


def _no_list(name: str) -> str:
    words: str = _(
        "「%(name)s」は一覧として読み取れません。表計算ソフトで「CSV」を選んで保存するか、表を写して上の欄に貼ってください。",
        name=evidence.shown_name(name),
    )
    return words


def _gone(form: IntakeForm) -> list[tuple[str, str]]:
    """A complaint when files that the page showed as received are there no more: they must not be missed unsaid."""
    shown = request.form.get("kept", "")
    if shown.isdecimal() and int(shown[:4]) > len(uploads.kept(form.token.data)):
        words = _("前に受け取った添付は、もう残っていません。添えるときは、もう一度選んでください。")
        return [("evidence", words)]
    return []


def _changed(service: Service, form: IntakeForm, do: str, complaints: list[tuple[str, str]]) -> ResponseReturnValue:
    """The form with a line or a file more or less, or in another language. What is still missing is not mentioned."""
    what, _colon, which = do.partition(":")
    focus = {"list": "many", "preview": "prev", "unfile": "evidence"}.get(what, "")
    if what == "add":
        form.add_row()
        focus = f"url-{len(form.rows)}"
    elif what == "drop" and which.isdecimal():
        form.drop_row(int(which[:4]))
        focus = "add"
    elif what == "unfile":
        uploads.drop(form.token.data, which)
    elif what == "unfollow":
        form.follows.data = ""
    form.validate()
    form.problems = complaints
    if complaints:
        meter.returned(service, [anchor for anchor, _message in complaints], sent=False)
    return _form(service, form, focus="" if complaints else focus), 422 if complaints else 200


def _to_receipt(service: Service, notice: Notice) -> ResponseReturnValue:
    return redirect(_receipt_url(service, notice), 303)


def _receipt_url(service: Service, notice: Notice) -> str:
    with database().reading() as session:
        secret = receipts.status_secret(session, notice)
    return url_for("public.receipt", slug=service.slug, number=notice.number, secret=secret)


def _form(service: Service, form: IntakeForm, **words: Any) -> str:
    at = now()
    form.follows.data = follows.named(service, form.follows.data)
    kept = uploads.kept(form.token.data) if request.method == "POST" else []
    registered = intake.binds(service, Standing.PERSON, at, by_published_method=True)
    with database().reading() as session:
        last = receipts.promise(session, at).last_day
    token, fresh = form.token.data, request.method == "GET"
    opened = meter.opening(service, token, at) if fresh else meter.carried(token, sent=_asked() in ("", AGAIN))
    return page(
        "public/form.html",
        service,
        form=form,
        opened=opened,
        kept=[file for file in kept if not file.authority],
        authority=[file for file in kept if file.authority],
        told=foretell(service, form),
        fresh=fresh,
        registered=registered,
        last_day=day_words(last, database().calendar(), beside=japanese_day(at)),
        kept_hours=evidence.KEPT // timedelta(hours=1),
        most_files=settings().evidence_files,
        most_megabytes=_most_megabytes(),
        questions=QUESTIONS,
        trap=TRAP,
        version=intake.FORM_VERSION,
        Standing=Standing,
        Right=Right,
        Circumstance=Circumstance,
        **words,
    )


def _most_megabytes() -> int:
    return settings().evidence_bytes // uploads.MIB
