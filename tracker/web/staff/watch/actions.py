"""What is done in the room: an alert is taken or given back, wishes are kept, and a memo is tried out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.casework import Conflict, NotAllowed, papers
from tracker.casework.watch import answers, board, wishes
from tracker.i18n import short_time
from tracker.law import N_
from tracker.models import Clock, Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import see_other
from tracker.web.staff import bp
from tracker.web.staff.case import act, japanese_moment
from tracker.web.staff.watch.room import address, room
from tracker.web.staff.watch.rows import Sent

LOST = N_("どのお知らせか読み取れませんでした。一覧から選び直してください。")


@bp.post("/watch/take")
@allowed(Role.REVIEWER)
def take_alert() -> ResponseReturnValue:
    """Somebody has it, and if they asked for that, it rests. From the page of a case the way leads back there."""
    me, picked = current_staff().id, _picked()
    number = request.form.get("number", "")
    if number:
        return _on_case(number, picked, lambda session: _take(session, picked, None, me), _("引き受けました。"))
    if len(picked) != 1:
        return room(Sent(errors={"now": _(LOST)}), 422)
    [clock] = picked
    typed, until = request.form.get("quiet_until", ""), None
    box = f"quiet-{clock}"
    if "rest" in request.form:
        until = japanese_moment(typed)
        if until is None:
            wrong = _("いつまで休ませるかを、日付と時刻で入力してください。")
            return room(Sent(clock, typed, {box: wrong}), 422)
    try:
        with database().writing() as session:
            _take(session, picked, until, me)
            what = _name(session, clock)
    except Conflict as no:
        return room(Sent(clock, typed, conflict=str(no)), 409)
    except NotAllowed as no:
        return room(Sent(clock, typed, {box if no.about else "now": str(no)}), 422)
    if until:
        rests = short_time(until)
        return _done(clock, _("%(what)sを引き受けました。%(time)sまでお知らせを休ませます。", what=what, time=rests))
    return _done(clock, _("%(what)sを引き受けました。", what=what))


@bp.post("/watch/give-back")
@allowed(Role.REVIEWER)
def give_back_alert() -> ResponseReturnValue:
    """Nobody has taken it any more. From the page of a case the way leads back there."""
    me, picked = current_staff().id, _picked()
    number = request.form.get("number", "")
    if number:
        said = _("引き受けをやめました。")
        return _on_case(number, picked, lambda session: _give_back(session, picked, me), said)
    if len(picked) != 1:
        return room(Sent(errors={"now": _(LOST)}), 422)
    [clock] = picked
    try:
        with database().writing() as session:
            _give_back(session, picked, me)
            what = _name(session, clock)
    except Conflict as no:
        return room(Sent(clock, conflict=str(no)), 409)
    except NotAllowed as no:
        return room(Sent(clock, errors={"now": str(no)}), 422)
    return _done(
        clock,
        _("%(what)sの引き受けをやめました。最後の営業日と、超過したあとは、また知らせます。", what=what),
    )


@bp.post("/watch/wishes")
@allowed(Role.REVIEWER)
def change_wishes() -> ResponseReturnValue:
    """How somebody wants to be told."""
    me = current_staff()
    ticked = set(request.form.getlist("wish"))
    with database().writing() as session:
        weekly = "weekly" in ticked if me.role is Role.MANAGER else wishes.wishes(session, me.id).weekly
        wishes.wish(session, me.id, singles="singles" in ticked, morning="morning" in ticked, weekly=weekly)
    flash(_("お知らせの受け取り方を保存しました。"), "wishes")
    return see_other("staff.watch", _anchor="said")


@bp.post("/watch/test")
@allowed(Role.REVIEWER)
def send_test() -> ResponseReturnValue:
    """A memo to oneself."""
    try:
        with database().writing() as session:
            wishes.try_out(session, current_staff().id, at=now())
    except NotAllowed as no:
        return room(Sent(errors={"test": str(no)}), 422)
    flash(
        _(
            "試しのお知らせを送信待ちにしました。1分ほどで中継サーバーに渡し、その答えを「自分あてのお知らせ」に出します。"
        ),
        "test",
    )
    return see_other("staff.watch", _anchor="said")


def _done(clock: UUID, said: str) -> ResponseReturnValue:
    """Back in the room, at the message; the row it is about is marked."""
    flash(said, "took")
    flash(str(clock), "row")
    return see_other("staff.watch", **address(), _anchor="said")


def _on_case(
    number: str, picked: Mapping[UUID, str], verb: Callable[[Session], None], said: str
) -> ResponseReturnValue:
    """Back on the page of a case, at the line of the clock, which says what was done."""
    line = next(iter(picked), None)
    answer = act(
        number, lambda session, _n: verb(session), tab=request.form.get("tab", ""), named="take", form={},
        anchor=f"alert-{line}",
    )  # fmt: skip
    if isinstance(answer, Response) and answer.status_code == HTTPStatus.SEE_OTHER:
        flash(said, f"alert-{line}")
    return answer


def _may(session: Session, id: UUID, me: UUID) -> bool:
    """Whether there is such a clock, and whoever acts may know of it: of a confidential paper only who is named."""
    clock = session.get(Clock, id)
    return clock is not None and papers.knows(session, clock.case_id, me)


def _take(session: Session, picked: Mapping[UUID, str], until: datetime | None, me: UUID) -> None:
    at = now()
    if not picked or not all(_may(session, id, me) for id in picked):
        raise NotAllowed(LOST)
    for id, seen in picked.items():
        answers.take(session, id, quiet_until=until, seen=seen, by=me, at=at)


def _give_back(session: Session, picked: Mapping[UUID, str], me: UUID) -> None:
    """Of several clocks of a case shown as one, those are given back that somebody took."""
    at = now()
    if not picked or not all(_may(session, id, me) for id in picked):
        raise NotAllowed(LOST)
    for id, seen in picked.items():
        if seen or len(picked) == 1:
            answers.give_back(session, id, seen=seen, by=me, at=at)


def _name(session: Session, clock: UUID) -> str:
    """A clock as a message names it."""
    one = board.entry(session, clock, at=now())
    return _("「%(name)s %(what)s」", name=one.name, what=_(one.face.rule.label)) if one else ""


def _picked() -> dict[UUID, str]:
    """The clocks of a form, each with the newest answer that its page showed; empty where one cannot be read."""
    found = {}
    for value in request.form.getlist("clock"):
        id, _colon, seen = value.partition(":")
        try:
            found[UUID(id)] = seen
        except ValueError:
            return {}
    return found
