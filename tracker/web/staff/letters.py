"""通知: previews exactly as they will go, sending what was previewed, and what is recorded of a letter afterwards."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, messages, replies, reversals
from tracker.casework.reasons import deferrals
from tracker.law.grounds import DeferralGround
from tracker.letters.write import Draft
from tracker.models import Case, LetterChannel, LetterKind, Notice, Role, Sender
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, case_page, of
from tracker.web.staff.case.letters import CHANNELS, LETTERS
from tracker.web.staff.reasons import thin, twin_words

Write = Callable[[Session, Notice], Draft | None]


@bp.get("/cases/<number>/letters/outcome")
@allowed(Role.REVIEWER)
def outcome(number: str) -> ResponseReturnValue:
    """The outcome as it will go."""
    return _preview(number, replies.outcome_draft)


@bp.post("/cases/<number>/letters/outcome")
@allowed(Role.REVIEWER)
def send_outcome(number: str) -> ResponseReturnValue:
    """Send the outcome that was previewed."""
    return _send(number, replies.outcome_draft)


@bp.get("/cases/<number>/letters/sender/<uuid:sender_id>")
@allowed(Role.REVIEWER)
def sender_letter(number: str, sender_id: UUID) -> ResponseReturnValue:
    """The notice to a sender account as it will go, by the way that was chosen."""
    way = _way()
    try:
        return _preview(number, _to_sender(sender_id, way), carried={"channel": way.value} if way else None)
    except NotAllowed as no:
        return case_page(number, Trial(tab="letters", banner=(_("掲示できません"), str(no))), 422)


@bp.post("/cases/<number>/letters/sender/<uuid:sender_id>")
@allowed(Role.REVIEWER)
def send_sender_letter(number: str, sender_id: UUID) -> ResponseReturnValue:
    """Send the notice to a sender account, or make it ready to be handed over or published."""
    way = _way()
    return _send(number, _to_sender(sender_id, way), carried={"channel": way.value} if way else None)


@bp.get("/cases/<number>/letters/reversal/<uuid:sender_id>")
@allowed(Role.REVIEWER)
def reversal_letter(number: str, sender_id: UUID) -> ResponseReturnValue:
    """What a sender account will read of a measure that was taken back, as it will go."""
    return _preview(number, _to(sender_id, reversals.sender_drafts))


@bp.post("/cases/<number>/letters/reversal/<uuid:sender_id>")
@allowed(Role.REVIEWER)
def send_reversal_letter(number: str, sender_id: UUID) -> ResponseReturnValue:
    """Tell a sender account that a measure was taken back."""
    return _send(number, _to(sender_id, reversals.sender_drafts))


@bp.get("/cases/<number>/letters/reversal")
@allowed(Role.REVIEWER)
def reversal_to_claimant(number: str) -> ResponseReturnValue:
    """What the claimant will read of a measure that was taken back, as it will go."""
    return _preview(number, reversals.claimant_draft)


@bp.post("/cases/<number>/letters/reversal")
@allowed(Role.REVIEWER)
def send_reversal_to_claimant(number: str) -> ResponseReturnValue:
    """Tell the claimant that a measure was taken back."""
    return _send(number, reversals.claimant_draft)


@bp.get("/cases/<number>/letters/interim")
@allowed(Role.REVIEWER)
def interim(number: str) -> ResponseReturnValue:
    """The interim reply as it will go; without a ground, the form that asks for it."""
    if not request.args.get("ground"):
        return see_other("staff.case", number=number, tab="letters", _anchor="interim")
    return _interim_preview(number)


@bp.post("/cases/<number>/letters/interim")
@allowed(Role.REVIEWER)
def send_interim(number: str) -> ResponseReturnValue:
    """Preview the interim reply that the form describes, or send the one that was previewed.

    The form is posted for the preview too: three hundred items and a reason do not fit into an address.
    """
    if not request.form.get("digest"):
        return _interim_preview(number)
    form = _interim_form()
    return _send(number, _interim(form), carried=form)


def _preview(number: str, write: Write, carried: dict[str, Any] | None = None) -> ResponseReturnValue:
    with database().reading() as session:
        notice = of(session, number)
        draft = write(session, notice)
        late = _late(session, notice, draft)
    if draft is None:
        trial = Trial(
            tab="letters", banner=(_("送る通知はありません"), _("まだ何も終わっていないか、すでに送っています。"))
        )
        return case_page(number, trial, 409)
    return _letter_page(number, draft, late=late, carried=carried or {}), 200


def _send(number: str, write: Write, carried: dict[str, Any] | None = None) -> ResponseReturnValue:
    """Queue the letter if it is still the one on the page; otherwise show the new one beside what was typed."""
    reason, meant = plain_text(request.form.get("late_reason")), bool(request.form.get("sure"))
    at, by = now(), current_staff().id
    draft: Draft | None = None
    asked = {"late_reason": reason, "sure": meant}
    try:
        with database().writing() as session:
            notice = of(session, number)
            replies.take_up(session, notice)
            draft = write(session, notice)
            if draft is None:
                raise Conflict(_("この通知は、すでに送られているか、判断が変わっています。"))
            seen = request.form.get("digest", "")
            if (
                replies.send_draft(session, notice, draft, seen, by=by, at=at, late_reason=reason if meant else "")
                is None
            ):
                raise Conflict(_("この通知は、すでに送信待ちか、送信済みです。"))
    except Conflict as no:
        banner = (_("まだ送っていません"), str(no))
        if draft is None:
            return case_page(number, Trial(tab="letters", banner=banner, form=carried or {}), 409)
        return _again(number, draft, carried, banner=banner, **asked), 409
    except NotAllowed as no:
        if no.about in ("approval", "public"):
            return case_page(number, Trial(tab="letters", banner=(_("まだ送っていません"), str(no))), 422)
        if draft is None:
            return case_page(number, Trial(tab="letters", errors={"content": str(no)}, form=carried or {}), 422)
        if reason and not meant and no.about == "late":
            no = NotAllowed(
                _("違反として記録することを確かめて、印を付けてください。書いた理由は残っています。"), about="sure"
            )
        return _again(number, draft, carried, error=str(no), about=no.about, **asked), 422
    return see_other("staff.case", number=number, tab="letters", _anchor="work")


def _again(number: str, draft: Draft, carried: dict[str, Any] | None, **words: Any) -> str:
    with database().reading() as session:
        late = _late(session, of(session, number), draft)
    return _letter_page(number, draft, late=late, carried=carried or {}, **words)


def _letter_page(number: str, draft: Draft, *, late: bool, carried: dict[str, Any], **words: Any) -> str:
    fields = [(name, value) for name, value in carried.items() if name != "items"]
    unread, twin, lacking = False, None, list[dict[str, Any]]()
    mailed = bool(draft.to)
    with database().reading() as session:
        notice = of(session, number)
        if draft.kind in (LetterKind.OUTCOME, LetterKind.SENDER_NOTICE):
            lacking = thin(session, notice, draft.covers)
            mailed = mailed or bool(draft.sender_id and session.get_one(Sender, draft.sender_id).email_sealed)
        if draft.kind in (LetterKind.OUTCOME, LetterKind.INTERIM):
            unread = notice.case_id in messages.pending(session, [notice.case_id]).wrote
            found = deferrals.nearest(session, notice, draft.deferral, at=now())
            twin = twin_words(found, session.info["calendar"]) if found and found.nearly else None
    fields += [("items", no) for no in carried.get("items", [])]
    return page(
        "staff/letter.html",
        number=number,
        draft=draft,
        name=_(LETTERS[draft.kind]),
        channel=_(CHANNELS[draft.channel]),
        late=late,
        unread=unread,
        twin=twin,
        thin=lacking,
        mailed=mailed,
        carried=fields,
        action=request.path,
        back=url_for("staff.case", number=number, tab="letters", _anchor="work"),
        **words,
    )


def _late(session: Session, notice: Notice, draft: Draft | None) -> bool:
    case = session.get_one(Case, notice.case_id)
    return draft is not None and bool(replies.overdue(session, case, draft, now()))


def _to(sender_id: UUID, drafts: Callable[[Session, Notice], Sequence[Draft]]) -> Write:
    return lambda session, notice: next((d for d in drafts(session, notice) if d.sender_id == sender_id), None)


def _to_sender(sender_id: UUID, way: LetterChannel | None) -> Write:
    return _to(
        sender_id, lambda session, notice: replies.sender_drafts(session, notice, {sender_id: way} if way else {})
    )


def _way() -> LetterChannel | None:
    """How a sender shall be told, where staff chose otherwise than by mail, the usual way where there is an address."""
    asked = request.values.get("channel", "")
    return next((w for w in (LetterChannel.HANDOVER, LetterChannel.PUBLICATION) if w.value == asked), None)


def _interim_form() -> dict[str, Any]:
    asked = request.values
    return {
        "ground": asked.get("ground", ""),
        "content": plain_text(asked.get("content")),
        "items": asked.getlist("items"),
    }


def _interim(form: dict[str, Any]) -> Write:
    """The interim reply a form describes; items are named by their numbers."""

    def write(session: Session, notice: Notice) -> Draft | None:
        ground = next((g for g in DeferralGround if g.value == form["ground"]), None)
        if ground is None:
            raise NotAllowed(_("途中経過を通知する根拠（法25条2項各号）を選んでください。"))
        chosen = [i.id for i in decisions.items_of(session, notice) if str(i.no) in form["items"]]
        return replies.interim_draft(session, notice, chosen, ground, form["content"])

    return write


def _interim_preview(number: str) -> ResponseReturnValue:
    form = _interim_form()
    try:
        return _preview(number, _interim(form), carried=form)
    except NotAllowed as no:
        named = "content" if no.about == "content" else "ground"
        return case_page(number, Trial(tab="letters", errors={named: str(no)}, form=form), 422)
