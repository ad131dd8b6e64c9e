"""見張り: whether the watch runs, what it tells of now, who has it, and how somebody wants to be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from tracker.casework import Conflict, NotAllowed
from tracker.casework.faces import Urgency
from tracker.casework.watch import answers, board, health, wishes
from tracker.casework.watch.answers import acknowledged
from tracker.casework.watch.board import PAGE, Entry, Fate, Whose
from tracker.casework.watch.people import replaced
from tracker.i18n import citation, counted, listed, short_time
from tracker.law import N_
from tracker.law.grounds import Force
from tracker.law.period import JST
from tracker.models import MEMO_KINDS, Clock, Memo, Role, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import Person, allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.case import act, japanese_moment

VIEWS = {Whose.ALL: N_("すべて"), Whose.MINE: N_("自分の受け持ち"), Whose.NOBODY: N_("受け持ちなし")}
WATCH = ("alerts", "memos", "morning")  # the jobs without which nobody is told
FATES: dict[Fate, tuple[str, str | None]] = {
    Fate.GIVEN: (N_("受け付けられた"), None),
    Fate.WAITING: (N_("送信を待っている"), None),
    Fate.REFUSED: (N_("断られた"), "warn"),
    Fate.REPLACED: (N_("新しいお知らせに替えた"), None),
    Fate.CANCELLED: (N_("取りやめた"), None),
    Fate.UNKNOWN: (N_("記録がない"), None),
}
LEVELS = {
    "one": N_("前の営業日"),
    "day": N_("最後の営業日"),
    "late": N_("超過"),
    "digest": N_("最後の営業日を過ぎた"),
    "fast": N_("急ぎ"),
    "passed": N_("目標を過ぎた"),
    "free": N_("使える"),
}
LOST = N_("どのお知らせか読み取れませんでした。一覧から選び直してください。")


@dataclass(frozen=True)
class Sent:
    """A form that came back: which clock it was of, what was typed, and why it was not taken."""

    clock: UUID | None = None
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""


@bp.get("/watch")
@allowed(Role.REVIEWER)
def watch() -> ResponseReturnValue:
    """The watch as it stands."""
    return _room(Sent())


@bp.post("/watch/take")
@allowed(Role.REVIEWER)
def take_alert() -> ResponseReturnValue:
    """Somebody has it, and if they asked for that, it rests. From the page of a case the way leads back there."""
    me, picked = current_staff().id, _picked()
    number = request.form.get("number", "")
    if number:
        return _on_case(number, picked, lambda session: _take(session, picked, None, me), _("引き受けました。"))
    if len(picked) != 1:
        return _room(Sent(errors={"now": _(LOST)}), 422)
    [clock] = picked
    typed, until = request.form.get("quiet_until", ""), None
    box = f"quiet-{clock}"
    if "rest" in request.form:
        until = japanese_moment(typed)
        if until is None:
            wrong = _("いつまで休ませるかを、日付と時刻で入力してください。")
            return _room(Sent(clock, typed, {box: wrong}), 422)
    try:
        with database().writing() as session:
            _take(session, picked, until, me)
            what = _name(session, clock)
    except Conflict as no:
        return _room(Sent(clock, typed, conflict=str(no)), 409)
    except NotAllowed as no:
        return _room(Sent(clock, typed, {box if no.about else "now": str(no)}), 422)
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
        return _room(Sent(errors={"now": _(LOST)}), 422)
    [clock] = picked
    try:
        with database().writing() as session:
            _give_back(session, picked, me)
            what = _name(session, clock)
    except Conflict as no:
        return _room(Sent(clock, conflict=str(no)), 409)
    except NotAllowed as no:
        return _room(Sent(clock, errors={"now": str(no)}), 422)
    return _done(
        clock,
        _("%(what)sの引き受けをやめました。超過しているあいだは、また営業日ごとに知らせます。", what=what),
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
        return _room(Sent(errors={"test": str(no)}), 422)
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
    return see_other("staff.watch", **_address(), _anchor="said")


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


def _take(session: Session, picked: Mapping[UUID, str], until: datetime | None, me: UUID) -> None:
    at = now()
    if not picked or any(session.get(Clock, id) is None for id in picked):
        raise NotAllowed(LOST)
    for id, seen in picked.items():
        answers.take(session, id, quiet_until=until, seen=seen, by=me, at=at)


def _give_back(session: Session, picked: Mapping[UUID, str], me: UUID) -> None:
    """Of several clocks of a case shown as one, those are given back that somebody took."""
    at = now()
    if not picked or any(session.get(Clock, id) is None for id in picked):
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


def _asked() -> tuple[Whose, int]:
    whose, number = request.values.get("whose", ""), request.values.get("page", 1, type=int)
    return Whose(whose) if whose in list(Whose) else Whose.ALL, min(max(number, 1), 10_000)


def _address(whose: Whose | None = None, number: int | None = None) -> dict[str, Any]:
    asked, page_no = _asked()
    asked, page_no = whose or asked, number or (1 if whose else page_no)
    return {"whose": None if asked is Whose.ALL else asked.value, "page": page_no if page_no > 1 else None}


def _room(sent: Sent, status: int = 200) -> ResponseReturnValue:
    """The room as it stands, with a form that came back. Call it with no session open."""
    at, me = now(), current_staff()
    whose, page_no = _asked()
    with database().reading() as session:
        jobs = health.states(session, at)
        found = board.board(session, whose, me.id, page=page_no, at=at)
        counts = found.counts
        mine = board.memos_of(session, me.id)
        wish = wishes.wishes(session, me.id)
        away = _names(session, replaced(session)) if me.may(Role.LEAD) else []
    return page(
        "staff/watch.html",
        room="staff.watch",
        asleep=[_(state.label) for name, state in jobs.items() if name in WATCH and not state.fresh],
        ran=_(
            "最後に成功したのは、見回りが%(alerts)s、お知らせの送信が%(memos)s、朝のまとめが%(morning)sです。",
            **{name: _run(jobs.get(name)) for name in WATCH},
        ),
        whose=whose,
        page_no=page_no,
        rows=[_row(one, sent, me, at) for one in found.entries],
        most=board.MOST if found.capped else 0,
        tabs=[
            {
                "href": url_for("staff.watch", **_address(view), _anchor="now"),
                "label": _(label),
                "n": counts[view],
                "kind": "today" if view is Whose.NOBODY and counts[view] else None,
                "current": view is whose,
            }
            for view, label in VIEWS.items()
        ],
        earlier=url_for("staff.watch", **_address(number=page_no - 1), _anchor="now") if page_no > 1 else "",
        later=url_for("staff.watch", **_address(number=page_no + 1), _anchor="now")
        if page_no * PAGE < counts[whose]
        else "",
        mine=[_memo(one) for one in mine],
        wish=wish,
        manager=me.role is Role.MANAGER,
        away=counted("お知らせを断られている人が%(n)s人います（%(names)s）", len(away), names=listed(away))
        if away
        else "",
        sent=sent,
        errors=list(sent.errors.items()),
    ), status


def _run(state: health.State | None) -> str:
    return short_time(state.succeeded_at) if state and state.succeeded_at else str(_("―（まだない）"))


def _names(session: Session, ids: set[UUID]) -> list[str]:
    query = select(Staff.name).where(col(Staff.id).in_(ids), col(Staff.active).is_(True)).order_by(Staff.name)
    return list(session.exec(query)) if ids else []


def _row(one: Entry, sent: Sent, me: Person, at: datetime) -> dict[str, Any]:
    back = sent.clock == one.clock.id
    typed = f"{one.rest.astimezone(JST):%Y-%m-%dT%H:%M}" if one.rest else ""
    return {
        "one": one,
        "href": url_for("staff.worklist") + one.room,
        "what": _(one.face.rule.label),
        "article": _article(one),
        "level": level_words(one.level, late=one.face.urgency is Urgency.LATE) if one.level else "",
        "told": [
            (
                told.name,
                short_time(told.raised_at),
                _("朝のまとめ: %(state)s", state=words) if told.digest else words,
                kind,
            )
            for told, (words, kind) in ((told, fate_words(told.fate)) for told in one.told)
        ],
        "told_words": _told_words(one),
        "refused": sum(told.fate is Fate.REFUSED for told in one.told),
        "taken": one.answer is not None
        and one.holder is not None
        and one.holder.staff_id == me.id
        and (one.face.urgency is not Urgency.LATE or acknowledged(one.answer, one.face.moment or at, at)),
        "may_give_back": one.answer is not None and (one.answer.staff_id == me.id or me.may(Role.LEAD)),
        "rest": short_time(one.rest) if one.rest else "",
        "box": f"quiet-{one.clock.id}",
        "typed": sent.typed if back and sent.typed else typed,
        "most": typed,
        "error": sent.errors.get(f"quiet-{one.clock.id}"),
        "open": back and (f"quiet-{one.clock.id}" in sent.errors),
    }


def _told_words(one: Entry) -> str:
    """In a line: how many were told, and by what."""
    if not one.told:
        return str(_("まだだれにも知らせていません"))
    if all(told.digest for told in one.told):
        return counted("朝のまとめで%(n)s人に", len(one.told))
    return counted("%(n)s人に知らせた", len(one.told))


def _article(one: Entry) -> str:
    voluntary = one.clock.force is Force.VOLUNTARY and one.face.rule.force is not Force.VOLUNTARY
    return "" if voluntary else citation(one.clock.article)


def level_words(level: str, *, late: bool) -> str:
    """The level of an alert: how near its clock was when it was told.

    A digest calls late what is past its last working day; its period may end only after the closed days.
    """
    kind, _colon, rest = level.partition(":")
    if kind == "digest" and late:
        kind = "late"
    if kind == "left":
        kind = {"0": "day", "1": "one"}.get(rest, kind)
    return str(_(LEVELS[kind])) if kind in LEVELS else counted("%(n)s営業日前", int(rest or 0))


def fate_words(fate: Fate) -> tuple[str, str | None]:
    """What became of a memo, and the kind of its tag."""
    words, kind = FATES[fate]
    return str(_(words)), kind


def _memo(memo: Memo) -> dict[str, Any]:
    words, kind = fate_words(board.fate(memo))
    ended = memo.ended_at
    return {
        "subject": memo.subject,
        "kind": _(MEMO_KINDS[memo.kind]),
        "queued": short_time(memo.queued_at),
        "state": words,
        "tag": kind,
        "ended": short_time(ended) if ended else "",
    }
