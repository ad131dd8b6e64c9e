"""保管者: who keeps the logs of each service, and where orders go."""

from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.models import Custodian, Role, Service
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.reading import single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp

FIELDS = ("service", "name", "email", "keeps")


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
        session.add(Custodian(service_id=service.id, name=form["name"], email=form["email"], keeps=form["keeps"]))
    return see_other("staff.custodians")


@bp.get("/holds/custodians/<uuid:custodian_id>")
@allowed(Role.LEAD)
def custodian(custodian_id: UUID) -> str:
    """The form to change one."""
    with database().reading() as session:
        row = _custodian(session, custodian_id)
    form = {"name": row.name, "email": row.email, "keeps": row.keeps, "active": "1" if row.active else ""}
    return _one_page(custodian_id, form, {})


@bp.post("/holds/custodians/<uuid:custodian_id>")
@allowed(Role.LEAD)
def change_custodian(custodian_id: UUID) -> ResponseReturnValue:
    """Change one. Orders sent before keep what they said; sending one again uses the new address."""
    form = _form() | {"active": request.form.get("active", "")}
    errors = _errors(form)
    if errors:
        return _one_page(custodian_id, form, errors), 422
    with database().writing() as session:
        row = _custodian(session, custodian_id)
        row.name, row.email, row.keeps, row.active = form["name"], form["email"], form["keeps"], bool(form["active"])
        session.add(row)
    return see_other("staff.custodians")


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
        rows=[(row, names[row.service_id]) for row in rows],
        services=[(s.slug, s.name) for s in services],
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )


def _one_page(custodian_id: UUID, form: dict[str, str], errors: dict[str, str]) -> str:
    return page(
        "staff/holds/custodian.html",
        room="staff.holds",
        id=custodian_id,
        form=form,
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )


def _custodian(session: Session, id: UUID) -> Custodian:
    return session.get(Custodian, id) or abort(404)
