"""発信者に渡すシステム: a lead connects a service's own system, makes its secret anew (shown once), pauses it."""

from flask import abort, flash, request, session as visit
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.hearing.system import carriage, connect
from tracker.keys import CannotOpen
from tracker.letters.webhook import target
from tracker.models import Role, SenderSystem, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

ROOM, ONE = "staff.sender_systems", "staff.sender_system"
SHOWN = "sender_system_secret"  # in the visit, sealed, until its page was opened once


@bp.get("/sender-systems")
@allowed(Role.LEAD)
def sender_systems() -> str:
    """Each service: whether letters to senders go to its own system, and how many wait."""
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        rows = [(one, connect.of_service(session, one.id), carriage.count(session, one.id)) for one in services]
    return page("staff/sender_systems.html", room=ROOM, rows=rows)


@bp.get("/sender-systems/<slug>")
@allowed(Role.LEAD)
def sender_system(slug: str) -> str:
    """One service: where its letters to senders go, and the forms that change it."""
    return _one_page(slug, secret=_secret_once(slug))


@bp.post("/sender-systems/<slug>")
@allowed(Role.LEAD)
def connect_sender_system(slug: str) -> ResponseReturnValue:
    """Connect the system. What both sides sign with is made anew, and shown once."""
    form = {name: single_line(request.form.get(name)) for name in ("how", "url")}
    if form["how"] not in {"posted", "fetched"}:
        return _one_page(slug, form, wrong={"how": _("渡し方を選んでください。")}), 422
    if form["how"] == "posted" and not form["url"]:
        return _one_page(slug, form, wrong={"url": _("システムのアドレスを入力してください。")}), 422
    where = form["url"] if form["how"] == "posted" else ""
    try:
        with database().writing() as session:
            service = _service(session, slug)
            secret = connect.connect(session, service, where, by=current_staff().id, at=now())
            _keep_once(session, service, secret)
    except NotAllowed as no:
        return _one_page(slug, form, wrong={"url": str(no)}), 422
    flash(_("システムをつなぎました。"))
    return see_other(ONE, slug=slug)


@bp.post("/sender-systems/<slug>/secret")
@allowed(Role.LEAD)
def renew_sender_secret(slug: str) -> ResponseReturnValue:
    """Make what both sides sign with anew; the one before is void at once."""
    if not request.form.get("sure"):
        wrong = {"sure": _("元に戻せない操作です。確かめて、印を付けてください。")}
        return _one_page(slug, wrong=wrong), 422
    try:
        with database().writing() as session:
            service = _service(session, slug)
            _keep_once(session, service, connect.renew(session, service, by=current_staff().id, at=now()))
    except NotAllowed as no:
        return _one_page(slug, wrong={"sure": str(no)}), 422
    except CannotOpen:
        return _one_page(slug, wrong={"sure": _("つなぎ先を読み出せません。もう一度つないでください。")}), 422
    flash(_("署名の秘密を新しくしました。前の秘密は、もう使えません。"))
    return see_other(ONE, slug=slug)


@bp.post("/sender-systems/<slug>/pause")
@allowed(Role.LEAD)
def pause_sender_system(slug: str) -> ResponseReturnValue:
    """Stop handing letters to the system, or go on."""
    active = request.form.get("active") == "1"
    try:
        with database().writing() as session:
            connect.pause(session, _service(session, slug), active=active, by=current_staff().id, at=now())
    except NotAllowed as no:
        return _one_page(slug, wrong={"pause": str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("通知を渡すことを再開しました。") if active else _("通知を渡すことを止めました。"))
    return see_other(ONE, slug=slug)


def _keep_once(session: Session, service: Service, secret: str) -> None:
    visit[SHOWN] = [service.slug, connect.once(session, service.id, secret)]


def _secret_once(slug: str) -> str:
    """What was made just now, the first time its page is opened."""
    kept = visit.get(SHOWN)
    if not kept or kept[0] != slug:
        return ""
    visit.pop(SHOWN)
    with database().reading() as session:
        return connect.shown(session, _service(session, slug).id, kept[1])


def _one_page(
    slug: str, form: dict[str, str] | None = None, *, wrong: dict[str, str] | None = None, secret: str = ""
) -> str:
    wrong = wrong or {}
    with database().reading() as session:
        service = _service(session, slug)
        system = connect.of_service(session, service.id)
        host, unreadable = _where(session, system)
        waiting = carriage.count(session, service.id)
    stored = {"how": "fetched" if system and not host and not unreadable else "posted", "url": ""}
    return page(
        "staff/sender_system.html",
        room=ROOM,
        service=service,
        system=system,
        host=host,
        unreadable=unreadable,
        waiting=waiting,
        secret=secret,
        form=form or stored,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
    )


def _where(session: Session, system: SenderSystem | None) -> tuple[str, bool]:
    """The host, and whether the key of the installation does not open it. The whole address is a secret."""
    if system is None:
        return "", False
    try:
        where = connect.reach(session, system).target
    except CannotOpen:
        return "", True
    return (target(where, local=True).host if where else ""), False


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
