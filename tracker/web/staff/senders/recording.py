"""照会の後: that an inquiry arrived, that this was wrong, and what a sender answered to staff."""

from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed
from tracker.casework.hearing import answering, receiving
from tracker.casework.hearing.answering import Words
from tracker.casework.journal import staff
from tracker.models import Case, Notice, Position, Role, Sender
from tracker.now import now
from tracker.web import uploads
from tracker.web.forms import form_token
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, act, case_page, japanese_moment
from tracker.web.staff.senders.asking import numbered
from tracker.web.staff.senders.said import said


@bp.post("/cases/<number>/inquiries/<uuid:inquiry>/receipt")
@allowed(Role.REVIEWER)
def prove_receipt(number: str, inquiry: UUID) -> ResponseReturnValue:
    """What shows that an inquiry reached its sender, and when: the wait begins."""
    form = {"act": "proof", "inquiry": str(inquiry), "of": request.form.get("of", "")}
    form |= {"when": request.form.get("when", ""), "how": plain_text(request.form.get("how"))}
    moment, at, by = japanese_moment(form["when"]), now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        if moment is None:
            raise NotAllowed(_("届いた日時を入力してください。"), about="when")
        case = session.get_one(Case, notice.case_id)
        receiving.prove(session, case, inquiry, when=moment, how=form["how"], by=by, at=at)

    return _act(number, record, form, "proof", inquiry, ("when", "how"))


@bp.post("/cases/<number>/inquiries/<uuid:inquiry>/correction")
@allowed(Role.REVIEWER)
def correct_inquiry(number: str, inquiry: UUID) -> ResponseReturnValue:
    """An inquiry reached its sender at another time, or did not: the wait is void, and begins anew where it did."""
    form = {"act": "fix", "inquiry": str(inquiry), "of": request.form.get("of", "")}
    form |= {"when": request.form.get("when", ""), "why": plain_text(request.form.get("why"))}
    form["lost"] = request.form.get("lost", "")
    moment, at, by = japanese_moment(form["when"]), now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        if moment is None and not form["lost"]:
            words = _("正しい日時を入力するか、「届いていなかった」に印を付けてください。")
            raise NotAllowed(words, about="when")
        if form["when"] and form["lost"]:
            words = _("正しい日時と「届いていなかった」の、どちらか一方だけを入力してください。")
            raise NotAllowed(words, about="when")
        case, when = session.get_one(Case, notice.case_id), None if form["lost"] else moment
        receiving.correct(session, case, inquiry, when=when, why=form["why"], by=by, at=at)

    return _act(number, record, form, "fix", inquiry, ("when", "why"))


@bp.post("/cases/<number>/senders/<uuid:sender>/answer")
@allowed(Role.REVIEWER)
def enter_answer(number: str, sender: UUID) -> ResponseReturnValue:
    """What a sender answered by mail, telephone or letter, with the files that came along."""
    at, by = now(), current_staff().id
    token = form_token(request.form.get("token"))
    form: dict[str, Any] = {
        "act": "say",
        "of": str(sender),
        "position": request.form.get("position", ""),
        "items": request.form.getlist("items"),
        "text": plain_text(request.form.get("text")),
        "when": request.form.get("when", ""),
        "token": token,
    }
    do, _colon, which = request.form.get("do", "").partition(":")
    complaints = uploads.take_in(token, request.files.getlist(f"f-say-files-{sender}"), at=at, measured=False)
    if do == "unfile":
        uploads.drop(token, which)
    form |= {"kept": uploads.kept(token), "complaints": complaints}
    if complaints or do == "unfile":
        errors = {f"say-files-{sender}": " ".join(complaints)} if complaints else {}
        return case_page(number, Trial(tab="senders", errors=errors, form=form), 422 if complaints else 200)
    position = next((one for one in Position if one.value == form["position"]), None)
    moment = japanese_moment(form["when"])

    def record(session: Session, notice: Notice) -> None:
        theirs = session.get(Sender, sender)
        if theirs is None or theirs.case_id != notice.case_id:
            abort(404)
        if position is None:
            raise NotAllowed(_("発信者が同意したかどうかを選んでください。"), about="position")
        if moment is None:
            raise NotAllowed(_("回答を受けた日時を入力してください。"), about="when")
        answering.answer(
            session,
            session.get_one(Case, notice.case_id),
            theirs,
            numbered(session, notice, form["items"], sender),
            Words(position, form["text"], token),
            actor=staff(by),
            at=at,
            received_at=moment,
            by=by,
        )

    return _act(number, record, form, "say", sender, ("position", "items", "text", "when", "files"))


@bp.post("/cases/<number>/answers/<uuid:answer>/void")
@allowed(Role.LEAD)
def void_answer(number: str, answer: UUID) -> ResponseReturnValue:
    """An answer was another sender's, or was entered wrongly: its row stays, and the wait counts without it."""
    form = {"act": "void", "answer": str(answer), "of": request.form.get("of", "")}
    form["why"] = plain_text(request.form.get("why"))
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        answering.void(session, session.get_one(Case, notice.case_id), answer, why=form["why"], by=by, at=at)

    return _act(number, record, form, "void", answer, ("why",))


def _act(
    number: str, record: Any, form: dict[str, Any], what: str, id: UUID, fields: tuple[str, ...]
) -> ResponseReturnValue:
    """Carry out one verb; a refusal comes back at the field that it is about, among those of its like."""
    named = {name: f"{what}-{name}-{id}" for name in fields}
    anchor = f"sender-{form['of']}"
    answer = act(
        number,
        record,
        tab="senders",
        named=named[fields[0]],
        form=form,
        fields=named,
        anchor=anchor,
        shown={"of": form["of"]},
    )
    return said(answer, form["of"], "lost" if form.get("lost") else what)
