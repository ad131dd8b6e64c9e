"""The form of each kind of paper: which is asked first, then what the paper of that kind must say."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, papers
from tracker.casework.papers import GROUPS, KINDS, Ask, Group
from tracker.law.logs import CLASSES, PROVIDED
from tracker.models import LegalPaper, PaperKind, Role, Service, Staff
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.papers.typed import Typed, entry, typed

# In the order of the form, so that the summary goes down the page.
FIELDS = (
    "confidential",
    "first",
    "service",
    "served",
    "posted_on",
    "issuer",
    "reference",
    "asks",
    "until",
    "notice",
    "provided",
    "accounts",
    "contents",
    "classes",
    "logs_from",
    "logs_until",
    "readers",
)


@bp.get("/papers/new")
@allowed(Role.LEAD)
def new_paper() -> str:
    """Which kind it is, or the form of that kind."""
    kind = request.args.get("kind", "")
    if kind not in {one.value for one in KINDS}:
        groups = [
            (_(label), [rule for rule in KINDS.values() if rule.group is group]) for group, label in GROUPS.items()
        ]
        rows = [(label, [one for one in rules if Ask.FIRST not in one.asks]) for label, rules in groups]
        return page(
            "staff/papers/kinds.html",
            room="staff.papers_room",
            sides=[[row for row in rows if row[0] != _(GROUPS[Group.COURT])], [rows[list(GROUPS).index(Group.COURT)]]],
        )
    asked = {"first": request.args.get("first", ""), "notice": request.args.get("notice", "")}
    return _form(PaperKind(kind), Typed(asked))


@bp.post("/papers/new")
@allowed(Role.LEAD)
def enter_paper() -> ResponseReturnValue:
    """Write it down, or show the form again with what is wrong and everything that was typed."""
    kind = request.form.get("kind", "")
    if kind not in {one.value for one in KINDS}:
        abort(400)
    at, me, said = now(), current_staff(), typed()
    one = entry(said, PaperKind(kind), at)
    extends = Ask.FIRST in KINDS[one.kind].asks
    with database().reading() as session:
        first = papers.find(session, said.form["first"], reader=me.id) if extends else None
        asked = Service.id == first.service_id if first else Service.slug == said.form["service"]
        service = session.exec(select(Service).where(asked)).first()
        lacks: dict[str | None, str] = {}
        for no in papers.problems(session, service, one, at):
            lacks.setdefault(no.about, str(no))
    if service is None and not extends:
        lacks["service"] = _("サービスを選んでください。")
    if first is None and extends:
        lacks["first"] = _("最初の要請の番号が見つかりません。")
    if KINDS[one.kind].group is Group.INVESTIGATOR and said.form["confidential"] not in {"0", "1"}:
        lacks["confidential"] = _("書面を見て、漏らさないよう求められているかどうかを選んでください。")
    if papers.has_log_content(said.form["notice"]):
        lacks["notice"] = _(papers.LOG_CONTENT)
    said.errors = {name: text for name in FIELDS if (text := said.errors.get(name) or lacks.get(name, ""))}
    if said.errors:
        return _form(PaperKind(kind), said), 422
    try:
        with database().writing() as session:
            if service is None or Ask.FIRST in KINDS[one.kind].asks:
                first = papers.find(session, said.form["first"], reader=me.id)
                if first is None:
                    raise NotAllowed(_("最初の要請の番号が見つかりません。"), about="first")
                paper = papers.extend(session, first, one, by=me.id, at=at)
            else:
                paper = papers.enter(session, session.get_one(Service, service.id), one, by=me.id, at=at)
            number = paper.number
    except NotAllowed as no:
        said.errors[no.about or "form"] = str(no)
        return _form(PaperKind(kind), said), 409 if isinstance(no, Conflict) else 422
    return see_other("staff.paper", number=number)


def _form(kind: PaperKind, said: Typed) -> str:
    me = current_staff()
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        team = session.exec(
            select(Staff).where(col(Staff.active).is_(True), Staff.id != me.id).order_by(col(Staff.name))
        ).all()
        first = papers.find(session, said.form["first"], reader=me.id) if said.form.get("first") else None
        told = _told_before(session, first) if first else {}
        latest = (
            max((p.stated_until for p in papers.of_case(session, first.case_id) if p.stated_until), default=None)
            if first
            else None
        )
    errors = said.errors
    words: dict[str, Any] = {
        "rule": KINDS[kind],
        "first": first,
        "latest": latest,
        "form": told | {name: text for name, text in said.form.items() if text or request.method == "POST"},
        "ticked": said.classes if request.method == "POST" else list(first.classes) if first else [],
        "named": said.readers,
    }
    return page(
        "staff/papers/form.html",
        room="staff.papers_room",
        asks={one.value for one in KINDS[kind].asks},
        services=[(s.slug, s.name) for s in services],
        classes=[(key, _(label)) for key, label in CLASSES.items()],
        provided=[(key, _(label), [_(CLASSES[one]) for one in found]) for key, (label, found) in PROVIDED.items()],
        team=team,
        wrong=errors,
        refused=errors.get("form", ""),
        errors=[(f"f-{name}", text) for name, text in errors.items() if name != "form"],
        **words,
    )


def _told_before(session: Session, first: LegalPaper) -> dict[str, str]:
    """What an extension most likely says again."""
    words = papers.words_of(session, first)
    return {name: words[name] for name in ("issuer", "accounts", "contents")} | {
        "confidential": "1" if papers.is_confidential(session, first.case_id) else ""
    }
