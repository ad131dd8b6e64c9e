"""An appeal that came by mail or telephone: staff enter it for the sender."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, decisions, journal
from tracker.casework.appeals import filing
from tracker.casework.appeals.filing import Appealable
from tracker.i18n import term
from tracker.law.period import JST
from tracker.models import Notice, Role, Sender
from tracker.now import now
from tracker.web import uploads
from tracker.web.doors import database, settings
from tracker.web.forms import form_token
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, plain_text
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.appeals.typed import Typed
from tracker.web.staff.case import japanese_moment, of

FIELDS = ("measures", "when", "text", "files")


@dataclass(frozen=True)
class Choice:
    """The measures of one sender that may be appealed against."""

    sender: Sender
    free: list[Appealable]


@bp.get("/cases/<number>/appeals/new")
@allowed(Role.REVIEWER)
def new_appeal(number: str) -> str:
    """The form, with every measure of the case that stands and that nobody appealed against."""
    return _page(number, Typed())


@bp.post("/cases/<number>/appeals/new")
@allowed(Role.REVIEWER)
def file_appeal(number: str) -> ResponseReturnValue:
    """Enter an appeal of one sender against one measure or several."""
    at, me, token = now(), current_staff(), form_token(request.form.get("token"))
    said = Typed({"text": plain_text(request.form.get("text")), "when": request.form.get("when", ""), "token": token})
    said.chosen = request.form.getlist("measures")
    complaints = uploads.take_in(token, request.files.getlist("f-files"), at=at, measured=False)
    do, _colon, which = request.form.get("do", "").partition(":")
    if do == "unfile":
        uploads.drop(token, which)
        if not complaints:
            return _page(number, said), 200
    if complaints:
        said.errors["files"] = " ".join(complaints)
    moment, wanted = japanese_moment(said.form["when"]), set(identities(said.chosen))
    if not wanted:
        said.errors["measures"] = _("どの措置への不服かを選んでください。")
    if not said.form["text"].strip():
        said.errors["text"] = _("理由や意見を書いてください。")
    if moment is None:
        said.errors["when"] = _("不服申立てを受けた日時を入力してください。")
    if said.errors:
        return _page(number, said), 422
    try:
        with database().writing() as session:
            notice = of(session, number)
            sender = _sender(session, notice, wanted)
            filing.file(
                session,
                notice,
                sender,
                identities(said.chosen),
                said.form["text"],
                actor=journal.staff(me.id),
                at=at,
                token=token,
                received_at=moment,
                by=me.id,
            )
    except Conflict as no:
        said.errors["form"] = str(no)
        return _page(number, said), 409
    except NotAllowed as no:
        said.errors[no.about if no.about in FIELDS else "form"] = str(no)
        return _page(number, said), 422
    return see_other("staff.case_appeals", number=number)


def _sender(session: Session, notice: Notice, measures: set[UUID]) -> Sender:
    """Whose measures they are. Raises Conflict where one may no longer be chosen, NotAllowed for those of two."""
    choices = _choices(session, notice)
    mine = [c for c in choices if measures & {one.measure.id for one in c.free}]
    if not measures <= {one.measure.id for c in choices for one in c.free}:
        raise Conflict(_("この措置には、すでに不服申立てがあるか、措置が取り消されています。"))
    if len(mine) != 1:
        raise NotAllowed(_("一度に入力できるのは、一人の発信者の不服申立てです。"), about="measures")
    return mine[0].sender


def _choices(session: Session, notice: Notice) -> list[Choice]:
    """Each sender of the notice with a measure that may be appealed against, in the order of the items."""
    senders = {row.id: row for row in session.exec(select(Sender).where(Sender.case_id == notice.case_id))}
    return [Choice(senders[id], free) for id, free in filing.by_sender(session, notice).items()]


def _page(number: str, said: Typed) -> str:
    at, token = now(), form_token(said.form.get("token"))
    with database().reading() as session:
        choices = _choices(session, of(session, number))
    return page(
        "staff/appeals/new.html",
        room="staff.appeal_list",
        number=number,
        case_url=url_for("staff.case", number=number),
        choices=[{"account": c.sender.account, "rows": [_row(one, said.chosen) for one in c.free]} for c in choices],
        now_local=f"{at.astimezone(JST):%Y-%m-%dT%H:%M:%S}",
        token=token,
        kept=uploads.kept(token),
        most_files=settings().evidence_files,
        most_megabytes=settings().evidence_bytes // uploads.MIB,
        form=said.form,
        wrong=said.errors,
        banner=said.errors.get("form", ""),
        errors=[(f"f-{name}", said.errors[name]) for name in FIELDS if name in said.errors],
    )


def _row(one: Appealable, chosen: list[str]) -> dict[str, Any]:
    return {
        "id": one.measure.id,
        "no": one.item.no,
        "kind": term(one.measure.kind).label,
        "place": decisions.place_of(one.item),
        "executed": one.measure.executed_at,
        "chosen": str(one.measure.id) in chosen,
    }
