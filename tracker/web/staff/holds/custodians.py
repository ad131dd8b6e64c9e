"""保管者: who keeps the logs of each service, where orders go and how, and what became of the last ones."""

from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import abort, flash, request, session as visit
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, holdings
from tracker.casework.custody import carriage, carried, reach, reconcile, register
from tracker.keys import CannotOpen
from tracker.law import N_
from tracker.letters.webhook import target
from tracker.models import Adapter, Custodian, LogHold, Reconciliation, Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

FIELDS = ("service", "name", "email", "keeps")
SHOWN = "custodian_secret"  # in the visit, sealed, until its page was opened once

ADAPTERS: dict[Adapter, tuple[str, str]] = {
    Adapter.MAIL: (
        N_("メール"),
        N_("登録したメールアドレスに、回答のページのアドレスを送ります。保管者は、そのページで一度だけ答えます。"),
    ),
    Adapter.WEBHOOK: (
        N_("保管者のシステム（署名付き）"),
        N_("保管者のシステムに、署名を付けて直接送ります。届かないときは、間をあけて送り直します。"),
    ),
    Adapter.FOLDER: (
        N_("フォルダー"),
        N_(
            "この期限管理のデータの置き場にあるフォルダーに、署名を付けたファイルを置きます。回答もファイルで受け取ります。"
        ),
    ),
}


@bp.get("/holds/custodians")
@allowed(Role.LEAD)
def custodians() -> str:
    """Every custodian, and the form for the next one."""
    return _list_page({}, {})


@bp.post("/holds/custodians")
@allowed(Role.LEAD)
def add_custodian() -> ResponseReturnValue:
    """Enter a custodian."""
    form = _form()
    errors = _errors(form)
    with database().reading() as session:
        service = session.exec(select(Service).where(Service.slug == form["service"])).first()
    if service is None:
        errors = {"service": _("サービスを選んでください。")} | errors
    if errors or service is None:
        return _list_page(form, errors), 422
    with database().writing() as session:
        register.enter(
            session, session.get_one(Service, service.id),
            name=form["name"], email=form["email"], keeps=form["keeps"], by=current_staff().id, at=now(),
        )  # fmt: skip
    return see_other("staff.custodians")


@bp.get("/holds/custodians/<uuid:custodian_id>")
@allowed(Role.LEAD)
def custodian(custodian_id: UUID) -> str:
    """One custodian: its address, how orders reach it, the last ones, and what it keeps beside what it should."""
    return _one_page(custodian_id, secret=_secret_once(custodian_id))


@bp.post("/holds/custodians/<uuid:custodian_id>")
@allowed(Role.LEAD)
def change_custodian(custodian_id: UUID) -> ResponseReturnValue:
    """Change one. Orders sent before keep what they said; sending one again uses the new address."""
    form = _form() | {"active": request.form.get("active", "")}
    errors = _errors(form)
    if errors:
        return _one_page(custodian_id, form, wrong=errors), 422
    with database().writing() as session:
        register.change(
            session, _custodian(session, custodian_id),
            name=form["name"], email=form["email"], keeps=form["keeps"], active=bool(form["active"]),
            by=current_staff().id, at=now(),
        )  # fmt: skip
    return see_other("staff.custodians")


@bp.post("/holds/custodians/<uuid:custodian_id>/reach")
@allowed(Role.LEAD)
def connect_custodian(custodian_id: UUID) -> ResponseReturnValue:
    """Choose how orders reach a custodian. What both sides sign with is made anew, and shown once."""
    form = {"adapter": request.form.get("adapter", "")} | {
        name: single_line(request.form.get(name)) for name in ("url", "folder")
    }
    adapter = next((one for one in Adapter if one == form["adapter"]), None)
    if adapter is None:
        return _one_page(custodian_id, reaching=form, wrong={"adapter": _("依頼の届け方を選んでください。")}), 422
    where = form["url"] if adapter is Adapter.WEBHOOK else form["folder"]
    try:
        with database().writing() as session:
            row, by = _custodian(session, custodian_id), current_staff().id
            secret = register.connect(session, row, adapter, where, by=by, at=now())
            _keep_once(session, custodian_id, secret)
    except NotAllowed as no:
        field = "folder" if adapter is Adapter.FOLDER else "url"
        return _one_page(custodian_id, reaching=form, wrong={field: str(no)}), 422
    flash(_("依頼の届け方を変えました。"))
    return see_other("staff.custodian", custodian_id=custodian_id)


@bp.post("/holds/custodians/<uuid:custodian_id>/secret")
@allowed(Role.LEAD)
def renew_secret(custodian_id: UUID) -> ResponseReturnValue:
    """Make what both sides sign with anew; the one before is void at once."""
    if not request.form.get("sure"):
        wrong = {"sure": _("元に戻せない操作です。確かめて、印を付けてください。")}
        return _one_page(custodian_id, wrong=wrong), 422
    try:
        with database().writing() as session:
            row, by = _custodian(session, custodian_id), current_staff().id
            _keep_once(session, custodian_id, register.renew(session, row, by=by, at=now()))
    except NotAllowed as no:
        return _one_page(custodian_id, wrong={"sure": str(no)}), 422
    except CannotOpen:
        return _one_page(custodian_id, wrong={"sure": _("届け先を読み出せません。届け方を選び直してください。")}), 422
    flash(_("署名の秘密を新しくしました。前の秘密は、もう使えません。"))
    return see_other("staff.custodian", custodian_id=custodian_id)


def _keep_once(session: Session, custodian_id: UUID, secret: str) -> None:
    visit.pop(SHOWN, None)
    if secret:
        visit[SHOWN] = [str(custodian_id), reach.once(session, custodian_id, secret)]


def _secret_once(custodian_id: UUID) -> str:
    """What was made just now, the first time its page is opened."""
    kept = visit.get(SHOWN)
    if not kept or kept[0] != str(custodian_id):
        return ""
    visit.pop(SHOWN)
    with database().reading() as session:
        return reach.shown(session, custodian_id, kept[1])


def _form() -> dict[str, str]:
    return {name: single_line(request.form.get(name, "")) for name in FIELDS}


def _errors(form: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not form["name"]:
        errors["name"] = _("保管者の名前を入力してください。")
    try:
        validate_email(form["email"], check_deliverability=False)
    except EmailNotValidError:
        errors["email"] = _("依頼を送るメールアドレスを「name@example.jp」の形で入力してください。")
    return errors


def _list_page(form: dict[str, str], errors: dict[str, str]) -> str:
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        rows = session.exec(select(Custodian).order_by(col(Custodian.active).desc(), col(Custodian.name))).all()
    names = {service.id: service.name for service in services}
    return page(
        "staff/holds/custodians.html",
        room="staff.holds",
        rows=[(row, names[row.service_id], _(ADAPTERS[row.adapter][0])) for row in rows],
        services=[(s.slug, s.name) for s in services],
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )


def _one_page(
    custodian_id: UUID,
    form: dict[str, str] | None = None,
    *,
    reaching: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    secret: str = "",
) -> str:
    wrong, reader = wrong or {}, current_staff().id
    with database().reading() as session:
        row = _custodian(session, custodian_id)
        where, unreadable = _where(session, row)
        spoilt = carriage.spoilt(session, row)
        sent = carried.last_sent(session, row, reader=reader)
        states = [_state(session, one, reader) for one in reconcile.latest(session, row)]
    stored = {"name": row.name, "email": row.email, "keeps": row.keeps, "active": "1" if row.active else ""}
    folder = where if row.adapter is Adapter.FOLDER else ""
    return page(
        "staff/holds/custodian.html",
        room="staff.holds",
        id=custodian_id,
        custodian=row,
        form=form or stored,
        reaching=reaching or {"adapter": row.adapter, "url": "", "folder": folder},
        adapters=[(key.value, _(name), _(says)) for key, (name, says) in ADAPTERS.items()],
        adapter_name=_(ADAPTERS[row.adapter][0]),
        where=where,
        unreadable=unreadable,
        spoilt=spoilt,
        secret=secret,
        sent=sent,
        states=states,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
    )


def _where(session: Session, row: Custodian) -> tuple[str, bool]:
    """The host or the folder, and whether the key of the installation does not open it. The address is a secret."""
    if row.adapter is Adapter.MAIL:
        return row.email, False
    try:
        where = reach.reach(session, row).target
    except (CannotOpen, NotAllowed):
        return "", True
    return (target(where, local=True).host if row.adapter is Adapter.WEBHOOK else where), False


def _state(session: Session, row: Reconciliation, reader: UUID) -> dict[str, Any]:
    """What was compared, with the holds that differ, as far as `reader` may know of them."""
    named = {UUID(id) for id in (*row.missing, *row.overkept)}
    known = holdings.known(session, named, reader=reader)
    holds = [session.get_one(LogHold, id) for id in sorted(known, key=str)]
    numbers = {one.hold.id: one.number for one in holdings.described(session, holds)}

    def listed(ids: list[str]) -> list[tuple[str, str]]:
        return [(id, numbers[UUID(id)]) for id in ids if UUID(id) in known]

    return {
        "at": row.received_at,
        "missing": listed(row.missing),
        "overkept": listed(row.overkept),
        "unknown": row.unknown,
    }


def _custodian(session: Session, id: UUID) -> Custodian:
    return session.get(Custodian, id) or abort(404)
