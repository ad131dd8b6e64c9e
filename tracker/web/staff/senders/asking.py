"""照会する: the inquiry as it will go, sending what was previewed, and the elements of 法4条2号."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, journal
from tracker.casework.hearing import asking, waiting
from tracker.casework.hearing.waiting import Shelter
from tracker.law.inquiries import RULES, Regime, missing
from tracker.letters.write import Draft
from tracker.models import Case, Letter, LetterChannel, Notice, Role, Sender
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import Trial, act, case_page, of
from tracker.web.staff.case.hearing import withheld
from tracker.web.staff.case.letters import CHANNELS
from tracker.web.staff.senders.said import said

BY_HAND = "hand"


@bp.post("/cases/<number>/senders/<uuid:sender>/inquiry")
@allowed(Role.REVIEWER)
def ask_sender(number: str, sender: UUID) -> ResponseReturnValue:
    """Preview the inquiry that the form describes, or send the one that was previewed."""
    form = _typed(sender)
    regime = next((r for r in Regime if r.value == form["regime"]), None)
    if regime is None:
        return _back(number, form, "regime", _("どの定めによって照会するかを選んでください。"))
    if not form["items"]:
        return _back(number, form, "items", _("照会する項目を、1つ以上選んでください。"))
    if RULES[regime].elements and missing(RULES[regime], _confirmed(form, regime)):
        words = _("要件を1つずつ確かめて、すべてに印を付けてください。印のない要件があります。")
        return _back(number, form, "elements", words)
    if request.form.get("digest"):
        return _send(number, sender, form, regime)
    try:
        return _preview(number, sender, form, regime)
    except NotAllowed as no:
        return _back(number, form, no.about, str(no))


@bp.post("/cases/<number>/senders/<uuid:sender>/no-wait")
@allowed(Role.REVIEWER)
def confirm_no_wait(number: str, sender: UUID) -> ResponseReturnValue:
    """Each element of 法4条2号 was confirmed: neither inquiry nor wait is asked for."""
    form = _typed(sender) | {"act": "free"}
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        items = numbered(session, notice, form["items"], sender)
        asking.confirm(session, notice, items, Regime.NO_WAIT, _confirmed(form, Regime.NO_WAIT), by=by, at=at)

    fields = {name: f"free-{name}-{sender}" for name in ("items", "elements")}
    named = fields["elements"]
    to: dict[str, Any] = {"anchor": _panel(sender), "shown": {"of": str(sender)}}
    answer = act(number, record, tab="senders", named=named, form=form, fields=fields | {"regime": named}, **to)
    return said(answer, sender, "free")


@bp.post("/cases/<number>/senders/<uuid:sender>/no-wait/void")
@allowed(Role.LEAD)
def unconfirm_no_wait(number: str, sender: UUID) -> ResponseReturnValue:
    """The elements of 法4条2号 were confirmed by mistake: the items need an inquiry and a wait again."""
    why = plain_text(request.form.get("why"))
    form = {"act": "unfree", "of": str(sender), "items": request.form.getlist("items"), "why": why}
    at, by = now(), current_staff().id

    def record(session: Session, notice: Notice) -> None:
        journal.lock(session, session.get_one(Case, notice.case_id))
        items = numbered(session, notice, request.form.getlist("items"), sender)
        stands = waiting.standings(session, notice, at=at)
        if any(stands[id].shelter is not Shelter.NO_WAIT for id in items):
            raise Conflict(_("選んだ項目には、いま有効な確認がありません。画面の新しい内容を確かめてください。"))
        asking.unconfirm(session, notice, items, why=why, by=by, at=at)

    fields = {name: f"unfree-{name}-{sender}" for name in ("items", "why")}
    to: dict[str, Any] = {"anchor": _panel(sender), "shown": {"of": str(sender)}}
    answer = act(number, record, tab="senders", named=fields["items"], form=form, fields=fields, **to)
    return said(answer, sender, "unfree")


def numbered(session: Session, notice: Notice, nos: Sequence[str], sender: UUID) -> list[UUID]:
    """The items of a sender that a form names by their numbers."""
    items = decisions.items_of(session, notice)
    return [item.id for item in items if str(item.no) in nos and item.sender_id == sender]


def _typed(sender: UUID) -> dict[str, Any]:
    return {
        "act": "ask",
        "of": str(sender),
        "items": request.form.getlist("items"),
        "regime": request.form.get("regime", ""),
        "elements": request.form.getlist("elements"),
        "way": request.form.get("way", ""),
    }


def _confirmed(form: dict[str, Any], regime: Regime) -> list[str]:
    """The elements of a regime that were ticked; those of another one beside it do not count."""
    return [key for key in RULES[regime].elements if f"{regime.value}.{key}" in form["elements"]]


def _preview(
    number: str, sender: UUID, form: dict[str, Any], regime: Regime, banner: tuple[str, str] | None = None
) -> ResponseReturnValue:
    at = now()
    with database().reading() as session:
        notice = of(session, number)
        items = numbered(session, notice, form["items"], sender)
        draft = asking.draft(session, notice, sender, items, regime, by_hand=form["way"] == BY_HAND, at=at)
        hidden = withheld(asking.told(session, notice))
        shelter = asking.may_shelter(notice)
        account = session.get_one(Sender, sender).account
    body = _page(number, sender, form, draft, banner=banner, withheld=hidden, shelter=shelter, account=account)
    return body, 409 if banner else 200


def _page(number: str, sender: UUID, form: dict[str, Any], draft: Draft, **words: Any) -> str:
    carried = [("regime", form["regime"]), ("way", form["way"])]
    carried += [(name, value) for name in ("items", "elements") for value in form[name]]
    return page(
        "staff/senders/inquiry.html",
        number=number,
        draft=draft,
        rule=RULES[Regime(form["regime"])],
        channel=_(CHANNELS[draft.channel]),
        carried=carried,
        action=request.path,
        back=url_for("staff.case", number=number, tab="senders", of=str(sender), _anchor=_panel(sender)),
        **words,
    )


def _send(number: str, sender: UUID, form: dict[str, Any], regime: Regime) -> ResponseReturnValue:
    at, by = now(), current_staff().id
    try:
        with database().writing() as session:
            notice = of(session, number)
            row = asking.ask(
                session,
                notice,
                sender,
                numbered(session, notice, form["items"], sender),
                regime,
                request.form["digest"],
                confirmed=_confirmed(form, regime),
                by_hand=form["way"] == BY_HAND,
                by=by,
                at=at,
            )
            by_mail = session.get_one(Letter, row.letter_id).channel is LetterChannel.SMTP
            told = "question" if not row.shelter else "ask" if by_mail else "hand"
    except Conflict as no:
        return _preview(number, sender, form, regime, banner=(_("まだ照会していません"), str(no)))
    except NotAllowed as no:
        return _back(number, form, no.about, str(no))
    back = see_other("staff.case", number=number, tab="senders", of=str(sender), _anchor=_panel(sender))
    return said(back, sender, told)


def _back(number: str, form: dict[str, Any], about: str, words: str) -> ResponseReturnValue:
    about = about if about in ("items", "regime", "elements") else "items"
    errors = {f"ask-{about}-{form['of']}": words}
    return case_page(number, Trial(tab="senders", errors=errors, form=form), 422)


def _panel(sender: UUID) -> str:
    return f"sender-{sender}"
