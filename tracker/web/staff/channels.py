"""ほかの知らせ先: a manager makes, tries and stops webhooks; a lead sees how they do. No address is shown again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.watch import channels
from tracker.casework.watch.channels import LEVELS, Wanted
from tracker.i18n import listed as joined, time_text
from tracker.law import N_
from tracker.models import DIALECTS, POST_KINDS, Channel, ChannelPost, Dialect, Role, Service, Trouble
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

ROOM = "staff.channels"
ALL = "all"  # the choice that names no service
USUAL = ("one", "day", "late", "fast")

TROUBLES: dict[Trouble, str] = {
    Trouble.NAME: N_("送り先の名前が見つかりません"),
    Trouble.ADDRESS: N_("送ってはならない場所を指すアドレスでした。組織の中などには送りません"),
    Trouble.TLS: N_("送り先の証明書を確かめられませんでした"),
    Trouble.SILENCE: N_("送り先が時間内に答えませんでした"),
    Trouble.KEY: N_("アドレスを読み出せません。鍵を替えたときは、知らせ先を作り直してください"),
}


@bp.get("/channels", endpoint="channels")
@allowed(Role.LEAD)
def room() -> ResponseReturnValue:
    """The channels there are, how they do, and for managers the form for the next one."""
    return _room_page({"kind": Dialect.SLACK.value, "of": ALL, "levels": USUAL}, {})


@bp.post("/channels")
@allowed(Role.MANAGER)
def make_channel() -> ResponseReturnValue:
    """Make a channel, and go where what signs for it is shown."""
    at, by, form = now(), current_staff().id, _typed()
    errors = {}
    if form["kind"] not in set(Dialect):
        errors["kind"] = _("知らせ先の形を選んでください。")
    if not form["name"]:
        errors["name"] = _("名前を書いてください。一覧で見分けるためのものです。")
    if not form["url"]:
        errors["url"] = _("知らせ先のアドレスを貼ってください。")
    if not form["levels"]:
        errors["levels"] = _("いつ知らせるかを、1つは選んでください。")
    if not form["of"]:
        errors["of"] = _("どのサービスの期限を知らせるかを選んでください。")
    if errors:
        return _room_page(form, errors, 422)
    try:
        with database().writing() as session:
            service = None if form["of"] == ALL else _service(session, form["of"])
            wanted = Wanted(Dialect(form["kind"]), form["name"], form["url"], form["levels"], service)
            made = channels.make(session, wanted, by=by, at=at)
    except NotAllowed as no:
        return _room_page(form, {no.about or "name": str(no)}, 422)
    return see_other("staff.channel", channel_id=made.id)


@bp.get("/channels/<uuid:channel_id>")
@allowed(Role.LEAD)
def channel(channel_id: UUID) -> ResponseReturnValue:
    """One channel: what it is told, how its last posts did, how to try it and to stop it."""
    return _channel_page(channel_id)


@bp.post("/channels/<uuid:channel_id>/test")
@allowed(Role.MANAGER)
def test_channel(channel_id: UUID) -> ResponseReturnValue:
    """Post something that tells of nothing."""
    at = now()
    try:
        with database().writing() as session:
            channels.try_out(session, _named(session, channel_id), at=at)
    except NotAllowed as no:
        return _channel_page(channel_id, refused=str(no), code=409)
    flash(_("試しのお知らせを送信待ちにしました。1分ほどで送られます。結果は、この画面を開き直すと見られます。"))
    return see_other("staff.channel", channel_id=channel_id)


@bp.post("/channels/<uuid:channel_id>/stop")
@allowed(Role.MANAGER)
def stop_channel(channel_id: UUID) -> ResponseReturnValue:
    """Stop a channel for good."""
    at, by = now(), current_staff().id
    if not request.form.get("sure"):
        return _channel_page(channel_id, error=_("元に戻せない操作です。確かめて、印を付けてください。"), code=422)
    try:
        with database().writing() as session:
            channels.stop(session, _named(session, channel_id), by=by, at=at)
    except Conflict as no:
        return _channel_page(channel_id, refused=str(no), code=409)
    flash(_("知らせ先を止めました。"))
    return see_other(ROOM)


def _typed() -> dict[str, Any]:
    line = {name: single_line(request.form.get(name)) for name in ("kind", "name", "url", "of")}
    return line | {"levels": [level for level in request.form.getlist("levels") if level in LEVELS]}


def _room_page(form: Mapping[str, Any], errors: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
    with database().reading() as session:
        rows = [_row(one) for one in channels.listed(session)]
        services = session.exec(select(Service).order_by(col(Service.name))).all()
    body = page(
        "staff/channels.html",
        room=ROOM,
        rows=rows,
        failing=[row for row in rows if row["bad"]],
        services=[(ALL, _("すべてのサービス")), *((one.slug, one.name) for one in services)],
        dialects=[(kind.value, _(label)) for kind, label in DIALECTS.items()],
        levels=[(level, _(label)) for level, label in LEVELS.items()],
        may_change=current_staff().may(Role.MANAGER),
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )
    return body, status


def _channel_page(channel_id: UUID, *, error: str = "", refused: str = "", code: int = 200) -> ResponseReturnValue:
    at, me = now(), current_staff()
    with database().reading() as session:
        found = next(iter(channels.listed(session, channel_id=channel_id)), None) or abort(404)
        secret = channels.secret(session, found.channel, to=me.id, at=at)
        posts = [_post(one) for one in channels.posts(session, channel_id)]
    body = page(
        "staff/channel.html",
        room=ROOM,
        row=_row(found),
        secret=secret,
        until=found.channel.made_at + channels.SHOWN,
        posts=posts,
        may_change=me.may(Role.MANAGER),
        error=error,
        refused=refused,
    )
    return body, code


def _row(found: channels.Listed) -> dict[str, Any]:
    one = found.channel
    return {
        "id": one.id,
        "name": one.name,
        "kind": _(DIALECTS[one.kind]),
        "signed": one.kind is Dialect.STANDARD,
        "host": one.host,
        "of": found.service.name if found.service else _("すべてのサービス"),
        "levels": joined([_(LEVELS[level]) for level in one.levels.split(",")]),
        "maker": found.maker.name,
        "made": time_text(one.made_at, seconds=False),
        "stopped": time_text(one.stopped_at, seconds=False) if one.stopped_at else "",
        "last": _post(found.last) if found.last else None,
        "bad": bool(not one.stopped_at and found.last and found.last.refused_at),
        "untried": found.last is None,
        "again": bool(not one.stopped_at and found.last and found.last.trouble and not found.last.ended_at),
    }


def _post(one: ChannelPost) -> dict[str, Any]:
    ended = one.given_at or one.refused_at or one.cancelled_at
    state = "given" if one.given_at else "refused" if one.refused_at else "back" if one.cancelled_at else "waits"
    return {
        "kind": _(POST_KINDS[one.kind]),
        "queued": time_text(one.queued_at, seconds=False),
        "ended": time_text(ended, seconds=False) if ended else "",
        "state": state,
        "attempts": one.attempts,
        "why": _why(one),
        "next": time_text(one.try_at, seconds=False) if state == "waits" and one.attempts else "",
    }


def _why(one: ChannelPost) -> str:
    """What stood in the way at the last attempt."""
    if one.given_at or one.trouble is None:
        return ""
    if one.trouble is Trouble.STATUS:
        return str(_("送り先が番号%(code)sで断りました", code=one.status))
    return str(_(TROUBLES[one.trouble]))


def _named(session: Session, channel_id: UUID) -> Channel:
    return channels.named(session, channel_id) or abort(404)


def _service(session: Session, slug: str) -> UUID:
    service = session.exec(select(Service).where(Service.slug == slug)).first()
    if service is None:
        raise NotAllowed(N_("サービスを選び直してください。"), about="of")
    return service.id
