"""To a sender, about a paper: the draft with what somebody wrote, its sending, and what is recorded of it later."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, delivery, journal, papers
from tracker.law import N_
from tracker.letters.write import BLANK, Disclosure
from tracker.models import LegalPaper, Letter, LetterChannel, LetterKind, Role
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import japanese_moment
from tracker.web.staff.case.letters import LETTERS
from tracker.web.staff.papers.one import act_on, found
from tracker.web.staff.papers.typed import Typed

LINES = ("account", "channel", "email", "claimant", "released", "subject", "made")
TEXTS = ("content", "right", "reason", "asked", "body")
SAID = ("content", "right", "reason", "asked")  # what the draft of an inquiry tells of the request
NAMES = {
    "content": N_("対象とされた投稿"),
    "right": N_("侵害されたとされる権利"),
    "reason": N_("請求した人が述べる理由"),
    "asked": N_("開示を求められている情報"),
}
MISSING = {
    "content": N_("対象とされた投稿を書いてください。"),
    "right": N_("侵害されたとされる権利を書いてください。"),
    "reason": N_("請求した人が述べる理由を書いてください。"),
    "asked": N_("開示を求められている情報を書いてください。"),
}
# In the order of the form, so that the summary goes down the page.
FIELDS = ("account", "content", "right", "reason", "asked", "channel", "email", "subject", "body")


@bp.get("/papers/<number>/letters/<kind>")
@allowed(Role.LEAD)
def paper_letter(number: str, kind: str) -> str:
    """The form of a letter to a sender, with a draft of what the register knows."""
    with database().reading() as session:
        row = _written_about(session, number, kind)
        words = papers.words_of(session, row)
        known = papers.known_of(session, row)
        account = next(iter(words["accounts"].split("\n")), "").strip()
        form = {"account": account, "channel": "", "content": known.content, "asked": known.asked}
        drafted = _drafted(session, row, kind, form)
    return _page(number, kind, Typed(form | drafted))


@bp.post("/papers/<number>/letters/<kind>")
@allowed(Role.LEAD)
def send_paper_letter(number: str, kind: str) -> ResponseReturnValue:
    """Write the draft anew from what was typed, or send the letter in the words of the form."""
    at, me = now(), current_staff()
    said = Typed({name: single_line(request.form.get(name, "")) for name in LINES})
    said.form |= {name: plain_text(request.form.get(name)) for name in TEXTS}
    form = said.form
    if request.form.get("do") == "draft":
        before = form["body"] if _digest(form["body"]) != form["made"] else ""  # somebody's own words are not lost
        with database().reading() as session:
            form |= _drafted(session, _written_about(session, number, kind), kind, form)
        return _page(number, kind, said, fresh=True, before=before)
    mail = form["channel"] == LetterChannel.SMTP
    wanted: dict[str, Any] = {
        "channel": LetterChannel.SMTP if mail else LetterChannel.HANDOVER,
        "to": form["email"] if mail else form["account"],
        "subject": form["subject"],
        "body": form["body"],
        "claimant": form["claimant"],
        "released": bool(form["released"]),
    }
    with database().reading() as session:
        lacks = papers.letter_problems(session, _written_about(session, number, kind), **wanted)
    wrong = {_field(no.about, mail=mail): str(no) for no in lacks}
    wrong |= {name: _(papers.LOG_CONTENT) for name in SAID if papers.has_log_content(form[name])}
    if kind == LetterKind.DISCLOSURE_INQUIRY and BLANK in form["body"]:
        missing = [name for name in SAID if not form[name]]
        wrong |= {name: _(MISSING[name]) for name in missing}
        if missing:
            wrong["body"] = _(
                "「%(mark)s」が残っています。上の欄を書いて下書きを作り直すか、本文を直してください。", mark=BLANK
            )
    if form["channel"] not in {one.value for one in papers.LETTER_CHANNELS}:
        wrong["channel"] = _("送り方を選んでください。")
    elif mail and not _is_address(form["email"]):
        wrong["email"] = _("メールアドレスを「name@example.jp」の形で入力してください。")
    said.errors = {name: wrong[name] for name in FIELDS if name in wrong}
    if said.errors:
        return _page(number, kind, said), 422
    try:
        with database().writing() as session:
            papers.send_letter(session, found(session, number), LetterKind(kind), **wanted, by=me.id, at=at)
    except NotAllowed as no:
        said.errors[_field(no.about, mail=mail) or "form"] = str(no)
        return _page(number, kind, said), 409 if isinstance(no, Conflict) else 422
    return see_other("staff.paper", number=number, _anchor="letters")


@bp.post("/papers/<number>/letters/<uuid:letter_id>/handover")
@allowed(Role.LEAD)
def hand_over_paper_letter(number: str, letter_id: UUID) -> ResponseReturnValue:
    """A letter about a paper was handed over: when, and how that is known."""
    at, me = now(), current_staff()
    said = Typed({"letter": str(letter_id), "when": single_line(request.form.get("when", ""))})
    said.form["how"] = plain_text(request.form.get("how"))
    moment = japanese_moment(said.form["when"])
    if moment is None:
        said.errors[f"when-{letter_id}"] = _("渡した日時を入力してください。")
    if papers.has_log_content(said.form["how"]):
        said.errors[f"how-{letter_id}"] = _(papers.LOG_CONTENT)

    def act(session: Session, row: LegalPaper) -> None:
        _belongs(session, row, letter_id)
        if said.errors or moment is None:
            raise NotAllowed("")
        try:
            delivery.hand_over(session, letter_id, how=said.form["how"], when=moment, by=me.id, at=at)
        except Conflict:
            raise
        except NotAllowed as no:
            no.about = f"{'when' if said.form['how'].strip() else 'how'}-{letter_id}"
            raise

    return act_on(number, "letters", said, act)


@bp.post("/papers/<number>/letters/<uuid:letter_id>/bounce")
@allowed(Role.LEAD)
def bounce_paper_letter(number: str, letter_id: UUID) -> ResponseReturnValue:
    """A letter about a paper came back."""
    at, me = now(), current_staff()
    said = Typed({"letter": str(letter_id), "remark": plain_text(request.form.get("remark"))})

    if papers.has_log_content(said.form["remark"]):
        said.errors[f"remark-{letter_id}"] = _(papers.LOG_CONTENT)

    def act(session: Session, row: LegalPaper) -> None:
        _belongs(session, row, letter_id)
        if said.errors:
            raise NotAllowed("")
        delivery.bounced(session, letter_id, remark=said.form["remark"], by=journal.staff(me.id), at=at)

    return act_on(number, "letters", said, act)


def _written_about(session: Session, number: str, kind: str) -> LegalPaper:
    """The paper, where a letter of the kind may be written about it; else 404."""
    row = found(session, number)
    return row if kind in papers.letter_kinds(row) else abort(404)


def _drafted(session: Session, row: LegalPaper, kind: str, form: dict[str, str]) -> dict[str, str]:
    """Subject and text anew. The name of the claimant goes in only with the tick that they released it."""
    said = Disclosure(
        content=form.get("content", ""),
        right=form.get("right", ""),
        reason=form.get("reason", ""),
        asked=form.get("asked", ""),
        claimant=form.get("claimant", "") if form.get("released") else "",
    )
    draft = papers.letter_draft(session, row, LetterKind(kind), to="", account=form["account"], said=said)
    return {"subject": draft.subject, "body": draft.body, "made": _digest(draft.body)}


def _digest(text: str) -> str:
    return sha256(" ".join(text.split()).encode()).hexdigest()


def _page(number: str, kind: str, said: Typed, *, fresh: bool = False, before: str = "") -> str:
    with database().reading() as session:
        row = _written_about(session, number, kind)
        rule = papers.KINDS[row.kind]
    inquiry = kind == LetterKind.DISCLOSURE_INQUIRY
    return page(
        "staff/papers/letter.html",
        room="staff.papers_room",
        paper=row,
        law=rule,
        kind=kind,
        name=_(LETTERS[LetterKind(kind)]),
        asks=inquiry,
        form=said.form,
        fresh=fresh,
        before=before,
        blank=BLANK,
        missing=[_(NAMES[one]) for one in SAID if not said.form.get(one)] if inquiry else [],
        folder_only=settings().mail == "folder",
        wrong=said.errors,
        refused=said.errors.get("form", ""),
        errors=[(f"f-{name}", text) for name, text in said.errors.items() if name != "form"],
    )


def _field(about: str | None, *, mail: bool) -> str:
    return ("email" if mail else "account") if about == "to" else about or ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _belongs(session: Session, row: LegalPaper, letter_id: UUID) -> None:
    letter = session.get(Letter, letter_id)
    if letter is None or letter.case_id != row.case_id:
        abort(404)
