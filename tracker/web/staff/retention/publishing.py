"""A new version of a table: write its lines, add and drop some, publish. A published version is never edited."""

from dataclasses import replace

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed, retention
from tracker.law.logs import LOG_RULES, PROVIDERS, LogKind, Provider
from tracker.law.period import japanese_day
from tracker.models import Role
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.retention import CAPACITIES, told
from tracker.web.staff import bp
from tracker.web.staff.retention.room import ROOM, service_of
from tracker.web.staff.retention.typed import ADDED, Typed, begun, checked, fresh, typed


@bp.get("/retention/<slug>/new")
@allowed(Role.LEAD)
def new_retention(slug: str) -> str:
    """The form, beginning with the lines of the newest version."""
    today = japanese_day(now())
    with database().reading() as session:
        newest = next(iter(retention.history(session, service_of(session, slug).id)), None)
    sent = begun(newest.lines, newest.table.version, today) if newest else begun([], retention.NO_TABLE, today)
    return _form(slug, sent)


@bp.post("/retention/<slug>/new")
@allowed(Role.LEAD)
def publish_retention(slug: str) -> ResponseReturnValue:
    """Add a line to the form (`do=add`), or publish what is in it."""
    sent = typed(request.form)
    if request.form.get("do") != "publish":
        return _added_to(slug, sent, request.form.get("add", ""))
    with database().reading() as session:
        before = next(iter(retention.history(session, service_of(session, slug).id)), None)
    sent, at, by = checked(sent, before.lines if before else ()), now(), current_staff().id
    day = sent.day
    if sent.errors or day is None:
        return _form(slug, sent), 422
    published = [one.line for one in sent.lines]
    try:
        with database().writing() as session:
            retention.publish(
                session,
                service_of(session, slug),
                published,
                in_force=day,
                note=sent.note,
                seen=sent.seen,
                by=by,
                at=at,
            )
    except Conflict as no:
        return _form(slug, sent, refused=str(no)), 409
    except NotAllowed as no:
        return _form(slug, replace(sent, errors={no.about or "lines": str(no)})), 422
    flash(_("新しい版を公表しました。"))
    return see_other("staff.retention_of", slug=slug)


def _added_to(slug: str, sent: Typed, key: str) -> ResponseReturnValue:
    """The form with a line more. Where none was chosen to add or drop, or none more may be added, it says so."""
    if not key and request.form.getlist("drop"):
        return _form(slug, sent)
    if not key:
        return _form(slug, replace(sent, errors={"add": _("加える記録の種類を選んでください。")})), 422
    if len(sent.lines) >= retention.MOST_LINES:
        full = _(
            "1つの表に入れられる記録は%(most)s件までです。もう%(most)s件あるため、加えられません。",
            most=retention.MOST_LINES,
        )
        return _form(slug, replace(sent, errors={"add": full})), 422
    return _form(slug, replace(sent, lines=[*sent.lines, fresh(key)]), fresh_line=len(sent.lines))


def _form(slug: str, sent: Typed, *, refused: str = "", fresh_line: int | None = None) -> str:
    """The form; after a conflict with what it would change in the newer version, ready to be published after that."""
    with database().reading() as session:
        service = service_of(session, slug)
        newest = next(iter(retention.history(session, service.id)), None)
    version = newest.table.version if newest else retention.NO_TABLE
    theirs = told(retention.changes(newest.lines, [one.line for one in sent.lines])) if refused and newest else []
    return page(
        "staff/retention/new.html",
        room=ROOM,
        service=service,
        sent=sent,
        rules=LOG_RULES,
        providers=PROVIDERS,
        marks=[_mark(kind) for kind in (one.kind for one in sent.lines)],
        added=[(key, _added(key)) for key in ADDED],
        seen=version if refused else sent.seen,
        newest=newest,
        theirs=theirs,
        refused=refused,
        fresh_line=fresh_line,
        wrong=sent.errors,
        errors=[(f"f-{name}", _named(sent, name, text)) for name, text in sent.errors.items()],
    )


def _named(sent: Typed, field: str, text: str) -> str:
    """An error with the record that it is about: several may lack the same."""
    part, _sign, rest = field.partition("-")
    no = rest.partition("-")[0]
    if part != "line" or not no.isdecimal():
        return text
    line = sent.lines[int(no)]
    return str(_("%(name)s: %(text)s", name=line.name or _(LOG_RULES[line.kind].label), text=text))


def _added(key: str) -> str:
    """A kind of log to be added, with the capacity in which it is kept where it may be either."""
    kind, provider = LogKind(key.partition(":")[0]), Provider(key.partition(":")[2])
    return str(_("%(kind)s・%(provider)s", kind=_(LOG_RULES[kind].label), provider=_(CAPACITIES[provider])))


def _mark(kind: LogKind) -> str:
    """What the commentary says of the months of a kind, as the hint of the field."""
    rule = LOG_RULES[kind]
    if rule.least is None or rule.most is None:
        return str(_("解説に期間の目安はありません。目的を達するのに必要最小限の範囲で定めます。"))
    if rule.allowed and rule.with_need:
        return str(
            _(
                "望ましい: 少なくとも%(least)s〜%(most)sか月程度（改正案・適用日未確認）。一般に%(allowed)sか月程度、"
                "業務上の必要があるときは%(need)sか月程度まで認められます。",
                least=rule.least.n,
                most=rule.most.n,
                allowed=rule.allowed.n,
                need=rule.with_need.n,
            )
        )
    return str(
        _(
            "望ましい: 少なくとも%(least)s〜%(most)sか月程度（改正案・適用日未確認）。"
            "これより長くするときは、業務上の必要を理由に書きます。",
            least=rule.least.n,
            most=rule.most.n,
        )
    )
