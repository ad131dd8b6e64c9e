"""One appeal: what the sender wrote, the measure with its history, the decision of somebody else, its withdrawal."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, delivery
from tracker.casework.appeals import deciding, filing, view, withdrawing
from tracker.casework.appeals.rows import Stage
from tracker.casework.appeals.view import Opened, Version
from tracker.i18n import term
from tracker.law.grounds import MeasureKind
from tracker.law.period import JST
from tracker.models import Appeal, Case, LetterChannel, Measure, Notice, Role, Verdict
from tracker.now import now
from tracker.web.doors import database
from tracker.web.forms import LONGEST_TEXT
from tracker.web.guards import Person, allowed, current_staff
from tracker.web.reading import plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.appeals.typed import Typed
from tracker.web.staff.case import japanese_moment
from tracker.web.staff.case.files import file_words
from tracker.web.staff.case.letters import CHANNELS, LETTERS, letter_state

RESULTS = {"keep": False, "reverse": True}
# In the order of the form, so that the summary goes down the page.
FIELDS = ("result", "reason", "reversed_at", "sure", "to_claimant", "remark", "why")


@bp.get("/appeals/<uuid:appeal_id>")
@allowed(Role.REVIEWER)
def appeal(appeal_id: UUID) -> str:
    """One appeal. Looking at it records nothing."""
    return appeal_page(appeal_id, Typed())


@bp.post("/appeals/<uuid:appeal_id>/decision")
@allowed(Role.LEAD)
def decide_appeal(appeal_id: UUID) -> ResponseReturnValue:
    """The measure stands, or it is taken back: decided by somebody who took no part in it.

    Of one that was taken back before it is decided whether that answers the appeal; the form carries what it showed.
    """
    at, me = now(), current_staff()
    said = Typed({name: request.form.get(name, "") for name in ("result", "reversed_at", "sure", "undone")})
    said.form |= {name: plain_text(request.form.get(name)) for name in ("reason", "to_claimant")}
    reverse, moment = RESULTS.get(said.form["result"]), japanese_moment(said.form["reversed_at"])
    undone = said.form["undone"] == "1"
    if reverse is None:
        said.errors["result"] = (
            _("この不服申立てを受けて取り消したのか、別の理由だったのかを選んでください。")
            if undone
            else _("措置を維持するか、取り消すかを選んでください。")
        )
    if reverse is False and not undone and said.form["sure"]:
        said.errors["result"] = _(
            "元に戻したという印があります。取り消すときは「取り消す」を選び、維持するときは印を消してください。"
        )
    for name in ("reason", "to_claimant"):
        if (n := len(said.form[name])) > LONGEST_TEXT:
            most = f"{LONGEST_TEXT:,}"
            said.errors[name] = _("%(most)s字までで書いてください。いま%(n)s字あります。", most=most, n=f"{n:,}")
    if not said.form["reason"].strip():
        said.errors["reason"] = _("理由を書いてください。発信者に届く文です。")
    if reverse and not undone and moment is None:
        said.errors["reversed_at"] = _("取り消した日時を入力してください。")
    if reverse and not undone and not said.form["sure"]:
        said.errors["sure"] = _("元に戻したことを確かめて、印を付けてください。書いた内容は残っています。")
    if said.errors or reverse is None:
        return appeal_page(appeal_id, said), 422
    try:
        with database().writing() as session:
            row, notice = found(session, appeal_id)
            _as_shown(session, row, said)
            deciding.decide(
                session,
                notice,
                appeal_id,
                reverse=reverse,
                reason=said.form["reason"],
                to_claimant=said.form["to_claimant"],
                by=me.id,
                at=at,
                reversed_at=moment if reverse else None,
            )
    except NotAllowed as no:
        return _refused(appeal_id, said, no, {"reversal_reason": "to_claimant"})
    return see_other("staff.appeal", appeal_id=appeal_id, _anchor="answer")


@bp.post("/appeals/<uuid:appeal_id>/withdrawal")
@allowed(Role.REVIEWER)
def withdraw_appeal(appeal_id: UUID) -> ResponseReturnValue:
    """The sender took it back by mail or telephone; written down by somebody who took no part in the measure."""
    at, me = now(), current_staff()
    said = Typed({"remark": plain_text(request.form.get("remark"))[:LONGEST_TEXT]})
    try:
        with database().writing() as session:
            row, _notice = found(session, appeal_id)
            case = session.get_one(Case, row.case_id)
            withdrawing.write_down(session, case, appeal_id, remark=said.form["remark"], by=me.id, at=at)
    except NotAllowed as no:
        return _refused(appeal_id, said, no, {})
    return see_other("staff.appeal", appeal_id=appeal_id)


@bp.post("/appeals/<uuid:appeal_id>/reopening")
@allowed(Role.LEAD)
def reopen_appeal(appeal_id: UUID) -> ResponseReturnValue:
    """A withdrawal was recorded by mistake: the appeal waits for a decision again."""
    at, me = now(), current_staff()
    said = Typed({"why": plain_text(request.form.get("why"))[:LONGEST_TEXT]})
    try:
        with database().writing() as session:
            row, _notice = found(session, appeal_id)
            case = session.get_one(Case, row.case_id)
            filing.reopen(session, case, appeal_id, why=said.form["why"], by=me.id, at=at)
    except NotAllowed as no:
        return _refused(appeal_id, said, no, {})
    return see_other("staff.appeal", appeal_id=appeal_id)


def found(session: Session, id: UUID) -> tuple[Appeal, Notice]:
    """The appeal and its notice, or 404."""
    return view.find(session, id) or abort(404)


def appeal_page(id: UUID, said: Typed) -> str:
    """The page as it stands now, with what was typed and why it came back."""
    at, me = now(), current_staff()
    with database().reading() as session:
        one = view.open_appeal(session, *found(session, id), me=me.id, at=at)
        filed = delivery.filed(session, [one.case.id])
    stage = one.row.stage
    return page(
        "staff/appeals/one.html",
        room="staff.appeal_list",
        v=one,
        stage=stage.value,
        case_url=url_for("staff.case", number=one.notice.number),
        kind=term(one.line.kind).label if one.line.kind else "",
        suspends=one.line.kind is MeasureKind.SUSPEND,
        basis=_basis(one.line.clause, one.line.basis),
        files=[_file(*pair) for pair in one.files],
        versions=[_version(version) for version in one.versions],
        letters=[
            {
                "name": _(LETTERS[x.kind]),
                "channel": _(CHANNELS[x.channel]),
                "state": letter_state(x, filed=x.id in filed),
            }
            for x in one.letters
        ],
        answered=letter_state(one.answer, filed=one.answer.id in filed) if one.answer else "",
        refused=_barred(one, me) if stage is Stage.OPEN else "",
        may_withdraw=not one.row.mine,
        may_reopen=me.may(Role.LEAD),
        by_hand=bool(one.answer and one.answer.channel is not LetterChannel.SMTP and not one.answer.given_at),
        lost=bool(one.answer and (one.answer.bounced_at or one.answer.refused_at) and not one.answer.opened_at),
        standard=deciding.TO_CLAIMANT,
        now_local=f"{at.astimezone(JST):%Y-%m-%dT%H:%M:%S}",
        form=said.form,
        wrong=said.errors,
        banner=said.errors.get("form", ""),
        errors=[(f"f-{name}", said.errors[name]) for name in FIELDS if name in said.errors],
    )


def _as_shown(session: Session, row: Appeal, said: Typed) -> None:
    """Raises Conflict when the measure was taken back after the form was shown: what was chosen meant another thing."""
    filing.open_one(session, session.get_one(Case, row.case_id), row.id)
    measure = session.get_one(Measure, row.measure_id, populate_existing=True)
    if (measure.reversed_at is not None) != (said.form["undone"] == "1"):
        said.form["result"] = ""
        raise Conflict(
            _("この措置は、画面を開いた後に取り消されました。結果を、画面の新しい内容から選び直してください。")
        )


def _refused(id: UUID, said: Typed, no: NotAllowed, fields: dict[str, str]) -> ResponseReturnValue:
    about = fields.get(no.about, no.about)
    said.errors[about if about in FIELDS and not isinstance(no, Conflict) else "form"] = str(no)
    return appeal_page(id, said), 409 if isinstance(no, Conflict) else 422


def _barred(one: Opened, me: Person) -> str:
    """Why whoever looks may not decide; empty when they may. Said before they begin to write."""
    if one.row.mine:
        return str(
            _("あなたはこの措置の判断や実施に加わっているため、この不服申立てを判断できません。別の人が判断します。")
        )
    if not me.may(Role.LEAD):
        return str(_("判断できるのは、措置に加わっていない、主任以上の人です。"))
    return ""


def _basis(clause: str, basis: Any) -> str:
    return clause or (term(basis).label if basis else "")


def _version(one: Version) -> dict[str, Any]:
    measure = one.measure
    return {
        "v": one,
        "result": term(one.decision.kind).label if one.decision.kind else _("講じない"),
        "basis": _basis(one.clause, one.basis),
        "executed": measure.executed_at if measure else None,
        "reversed": measure.reversed_at if measure else None,
    }


def _file(one: Any, name: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": name,
        "words": file_words(one),
        "infected": one.verdict is Verdict.INFECTED,
        "picture": one.kind.startswith("image/"),
    }
