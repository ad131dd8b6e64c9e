"""The notice as its sender reads it: what was done and why (法27条), and the appeal against it (不服申立て)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.appeals import filing
from tracker.casework.hearing import theirs
from tracker.casework.hearing.doors import Entered
from tracker.casework.hearing.theirs import Appealed
from tracker.law import N_
from tracker.letters.write import TO_SENDER, Line
from tracker.models import DoorPurpose, Letter, LetterItem, LetterKind
from tracker.now import now
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.senders import typing_in
from tracker.web.public.senders.entering import Visit, account, act, chosen, door_page, link_tries, numbers, visit
from tracker.web.public.senders.inquiry import file_names
from tracker.web.public.senders.typing_in import Refused

NAMES = {"measures": "measures", "files": "evidence", "text": "text"}
FIELDS = ("measures", "text", "evidence")
DONE = {
    "appeal": N_("不服申立てを受け取りました。最初に判断した人とは別の人が見直し、結果を知らせます。"),
    "withdrawn": N_("不服申立ての取下げを記録しました。"),
}


@dataclass(frozen=True)
class Done:
    """A measure that the sender was told of; one that may be appealed against is `free`."""

    measure: UUID
    no: int
    line: Line
    kind: str
    free: bool


@dataclass(frozen=True)
class Mine:
    """An appeal as its sender reads it."""

    id: UUID
    no: int
    line: Line
    received_at: datetime
    text: str
    files: Sequence[str]
    decided_at: datetime | None  # None until a letter told of it
    reversed: bool | None
    reason: str
    withdrawn_at: datetime | None
    revocable: bool  # it may still be taken back
    beside: int | None = None  # the post under which the same words of the same form are shown

    @property
    def open(self) -> bool:
        """Whether its sender waits to hear of it."""
        return self.decided_at is None and self.withdrawn_at is None


@bp.post("/sender/<purpose>/<sender>/<secret>/appeal")
@link_tries
def appeal(purpose: str, sender: str, secret: str) -> ResponseReturnValue:
    """Take an appeal against measures; a form that lacks something comes back whole."""
    seen = visit(purpose, sender, secret, only=DoorPurpose.NOTICE)
    token, at = typing_in.token(), now()
    if back := typing_in.files_in(token):
        return notice_page(seen, back)
    text, measures = typing_in.words(), chosen(request.form.getlist("measures"))

    def record(session: Session, there: Entered) -> None:
        told = {one.measure.id for one in theirs.noticed(session, there).appealable}
        if measures and not told.issuperset(measures):
            raise Conflict(N_("この措置には、すでに不服申立てがあるか、措置が取り消されています。"), about="measures")
        filing.file(session, there.notice, there.sender, measures, text, actor=journal.SENDER, at=at, token=token)

    def show(no: str, about: str, code: int) -> ResponseReturnValue:
        return notice_page(seen, Refused(typing_in.one(no, about, NAMES, "text"), code))

    return act(seen, record, show, done="appeal", anchor="done")


@bp.get("/sender/<purpose>/<sender>/<secret>/appeals/<uuid:appeal_id>/withdraw")
@link_tries
def appeal_withdrawal(purpose: str, sender: str, secret: str, appeal_id: UUID) -> ResponseReturnValue:
    """What it means to take an appeal back, before it is done."""
    seen = visit(purpose, sender, secret, only=DoorPurpose.NOTICE)
    return _withdrawal(seen, _mine(seen, appeal_id))


@bp.post("/sender/<purpose>/<sender>/<secret>/appeals/<uuid:appeal_id>/withdraw")
@link_tries
def withdraw_appeal(purpose: str, sender: str, secret: str, appeal_id: UUID) -> ResponseReturnValue:
    """The sender takes an appeal back. It is kept, and counted as received."""
    seen, at = visit(purpose, sender, secret, only=DoorPurpose.NOTICE), now()
    mine = _mine(seen, appeal_id)

    def record(session: Session, there: Entered) -> None:
        if request.form.get("sure") != "1":
            raise NotAllowed(N_("取り下げると元に戻せません。取り下げるときは、印を付けてください。"))
        filing.withdraw(session, there.case, mine.id, actor=journal.SENDER, at=at)

    def show(no: str, _about: str, code: int) -> ResponseReturnValue:
        return _withdrawal(seen, _mine(seen, appeal_id), no), code

    return act(seen, record, show, done="withdrawn", anchor="done")


def notice_page(seen: Visit, refused: Refused | None = None) -> ResponseReturnValue:
    """What was done and why, the appeals, and the form; a `refused` one keeps everything that was typed."""
    back = refused or Refused()
    with database().reading() as session:
        content = _content(session, seen)
    body = door_page(
        "public/sender/notice.html",
        seen,
        **content,
        **typing_in.shown(back, FIELDS),
        ticked=set(request.form.getlist("measures")),
        done=_(DONE.get(request.args.get("done", ""), "")) if request.args.get("done") in DONE else "",
    )
    return body, back.code


def _content(session: Session, seen: Visit) -> dict[str, Any]:
    """What is read of the case. A measure of which a letter tells that came while a form was filled in stays shut."""
    found, opened = theirs.noticed(session, seen.there), _opened(session, seen)
    free, no = {one.measure.id for one in found.appealable}, numbers(session, seen.there)
    lines = [(measure, line) for measure, line in found.lines if measure.decision_id in opened]
    done = [Done(m.id, no[line.item], line, _kind(line), m.id in free) for m, line in lines]
    return {
        "account": account(session, seen.there),
        "measures": sorted(done, key=lambda one: (one.no, one.line.executed_at)),
        "appeals": _once([_appeal(session, seen, one, no) for one in found.appeals]),
    }


def _kind(line: Line) -> str:
    return _(TO_SENDER[line.kind]) if line.kind else ""


def _once(appeals: Sequence[Mine]) -> list[Mine]:
    """The appeals in the order of the posts; what one form said of several posts is shown under the first of them."""
    first: dict[tuple[object, ...], int] = {}
    found = []
    for one in sorted(appeals, key=lambda one: (one.no, one.received_at)):
        at = first.setdefault((one.received_at, one.text, *one.files), one.no)
        found.append(one if at == one.no else replace(one, text="", files=(), beside=at))
    return found


def _opened(session: Session, seen: Visit) -> set[UUID | None]:
    """The decisions of which a notice tells that this sender has opened."""
    told = select(LetterItem.decision_id).join(Letter, col(Letter.id) == col(LetterItem.letter_id))
    mine = Letter.sender_id == seen.there.sender.id, Letter.kind == LetterKind.SENDER_NOTICE
    return set(session.exec(told.where(*mine, col(Letter.opened_at).is_not(None))))


def _appeal(session: Session, seen: Visit, one: Appealed, no: Mapping[UUID, int]) -> Mine:
    row = one.row
    return Mine(
        row.id,
        no[one.line.item],
        one.line,
        row.received_at,
        one.text,
        file_names(session, seen, row.files),
        row.decided_at if one.told else None,
        row.reversed if one.told else None,
        one.reason,
        row.withdrawn_at,
        revocable=row.decided_at is None and row.withdrawn_at is None,
    )


def _mine(seen: Visit, id: UUID) -> Mine:
    """An appeal of this sender, or 404."""
    with database().reading() as session:
        found: Mapping[UUID, Mine] = {one.id: one for one in _content(session, seen)["appeals"]}
    return found.get(id) or abort(404)


def _withdrawal(seen: Visit, mine: Mine, problem: str = "") -> str:
    return door_page(
        "public/sender/withdrawal.html",
        seen,
        appeal=mine,
        problem=problem,
        sure=request.form.get("sure") == "1",
    )
