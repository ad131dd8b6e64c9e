"""A claimant writes: a message, the answer to a 補正依頼, more evidence, 再検討の依頼. Nothing typed is lost."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed, afterwards, corrections, further, messages
from tracker.casework.messages import Said
from tracker.law.grounds import Standing
from tracker.models import MessageKind, Notice
from tracker.now import now
from tracker.web import uploads
from tracker.web.doors import database, settings
from tracker.web.forms import form_token
from tracker.web.public import bp
from tracker.web.public.own import Own, act, own, own_page, secret_tries
from tracker.web.public.status import status_page
from tracker.web.reading import plain_text

WITH_FILES = ("public.answer", "public.add_evidence")
Verb = Callable[[Session, Notice, Sequence[UUID]], object]


@bp.before_request
def _room_for_files() -> None:
    if request.method == "POST" and request.endpoint in WITH_FILES:
        uploads.widen()


@bp.post("/s/<slug>/status/<number>/<secret>/messages")
@secret_tries
def write(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """The claimant writes to staff."""
    mine, text, at = own(slug, number, secret), plain_text(request.form.get("text")), now()
    return act(
        mine,
        lambda session, notice: messages.receive(session, notice, text, at=at),
        lambda no, code: (status_page(mine, text=text, wrong={"text": no} if no else {}), code),
        done="message",
        anchor="talk",
    )


@bp.get("/s/<slug>/status/<number>/<secret>/requests/<uuid:asked>")
@secret_tries
def question(slug: str, number: str, secret: str, asked: UUID) -> ResponseReturnValue:
    """What staff ask to complete the filing, with a field to answer."""
    mine = own(slug, number, secret)
    return _with_files(mine, _asked(mine, asked))


@bp.post("/s/<slug>/status/<number>/<secret>/requests/<uuid:asked>")
@secret_tries
def answer(slug: str, number: str, secret: str, asked: UUID) -> ResponseReturnValue:
    """The answer, in words, with files, or both."""
    mine, at, text = own(slug, number, secret), now(), plain_text(request.form.get("text"))
    said = _asked(mine, asked)

    def record(session: Session, notice: Notice, files: Sequence[UUID]) -> None:
        corrections.answer(session, notice, asked, text, files=files, at=at)

    return _take_in(mine, said, record, done="answer")


@bp.get("/s/<slug>/status/<number>/<secret>/evidence")
@secret_tries
def more_evidence(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """More evidence for the posts that were filed."""
    return _with_files(own(slug, number, secret), None)


@bp.post("/s/<slug>/status/<number>/<secret>/evidence")
@secret_tries
def add_evidence(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Files become evidence of the notice, and come as a message, with or without words."""
    mine, at, text = own(slug, number, secret), now(), plain_text(request.form.get("text"))

    def record(session: Session, notice: Notice, files: Sequence[UUID]) -> None:
        if not files:
            raise NotAllowed(_("加える画像やPDFを選んでください。"))
        messages.receive(session, notice, text, files=files, at=at)  # also without words: staff see that it is new

    return _take_in(mine, None, record, done="authority" if _authority() else "evidence")


@bp.get("/s/<slug>/status/<number>/<secret>/reconsideration")
@secret_tries
def reconsideration(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Ask to look again at an outcome: what it is, and what it is not."""
    mine, refused = own(slug, number, secret), ""
    with database().reading() as session:
        try:
            afterwards.asking_again(session, session.get_one(Notice, mine.notice.id))
        except NotAllowed as no:
            refused = str(no)
    return own_page("public/reconsideration.html", mine, text="", wrong={}, refused=refused)


@bp.post("/s/<slug>/status/<number>/<secret>/reconsideration")
@secret_tries
def ask_again(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """The claimant asks to look again."""
    mine, text, at = own(slug, number, secret), plain_text(request.form.get("text")), now()
    return act(
        mine,
        lambda session, notice: afterwards.ask_again(session, notice, text, at=at),
        lambda no, code: (
            own_page("public/reconsideration.html", mine, text=text, wrong={"text": no} if no else {}),
            code,
        ),
        done="reconsideration",
        anchor="talk",
    )


def _asked(mine: Own, asked: UUID) -> Said:
    """The 補正依頼 of an address, or 404."""
    with database().reading() as session:
        said = messages.exchange(session, mine.notice)
    kind = MessageKind.CORRECTION
    return next((s for s in said if s.message.id == asked and s.message.kind is kind), None) or abort(404)


def _take_in(mine: Own, asked: Said | None, verb: Verb, *, done: str) -> ResponseReturnValue:
    """Keep the good files of a form, then carry out its verb with them as evidence; else the form comes back."""
    token, at, do = form_token(request.form.get("token")), now(), request.form.get("do", "")
    sent = request.files.getlist("evidence")
    complaints = _gone(token) + uploads.take_in(token, sent, at=at, authority=_authority())
    if do.startswith("unfile:"):
        uploads.drop(token, do.partition(":")[2])
        return _with_files(mine, asked, focus="evidence")
    if complaints:
        return _with_files(mine, asked, complaints, 422)

    def record(session: Session, notice: Notice) -> None:
        verb(session, notice, further.add_evidence(session, notice, token, at=at))

    return act(
        mine,
        record,
        lambda no, code: _with_files(mine, asked, [no] if no else [], code, about="text" if asked else "evidence"),
        done=done,
        anchor="talk",
    )


def _authority() -> bool:
    """Whether the files that are sent now show that who filed may act for another."""
    return request.form.get("what") == "authority"


def _gone(token: str) -> list[str]:
    """A complaint when files that the page showed as received are there no more: they must not be missed unsaid."""
    shown = request.form.get("kept", "")
    if shown.isdecimal() and int(shown[:4]) > len(uploads.kept(token)):
        return [_("前に受け取った添付は、もう残っていません。添えるときは、もう一度選んでください。")]
    return []


def _with_files(
    mine: Own,
    asked: Said | None,
    complaints: Sequence[str] = (),
    code: int = 200,
    *,
    about: str = "evidence",
    focus: str = "",
) -> ResponseReturnValue:
    """The page of a form with files: a question to answer, or more evidence."""
    token = form_token(request.form.get("token"))
    body = own_page(
        "public/answer.html",
        mine,
        asked=asked,
        text=plain_text(request.form.get("text")),
        token=token,
        kept=uploads.kept(token) if request.method == "POST" else [],
        for_another=mine.notice.standing is not Standing.PERSON,
        authority=_authority() or request.args.get("what") == "authority",
        complaints=complaints,
        about=about,
        focus=focus,
        most_files=settings().evidence_files,
        most_megabytes=settings().evidence_bytes // uploads.MIB,
    )
    return body, code
