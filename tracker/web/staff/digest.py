"""参考となる事例の資料 (法26条4項, 努力義務): choosing decided cases, writing examples, publishing them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, digest as examples
from tracker.casework.register import standing_register
from tracker.i18n import term
from tracker.models import DigestEntry, Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp


@bp.get("/digest")
@allowed(Role.REVIEWER)
def digest() -> str:
    """Every service: the last digest, the year until the next, how many examples are in preparation."""
    at = now()
    with database().reading() as session:
        rows = [
            {
                "service": service,
                "version": next(iter(examples.versions(session, service)), None),
                "face": examples.digest_clock(session, service, at=at),
                "waiting": len(examples.entries_of(session, service)),
            }
            for service in session.exec(select(Service).order_by(col(Service.name)))
        ]
    return page("staff/digest.html", room="staff.digest", rows=rows)


@bp.get("/digest/<slug>")
@allowed(Role.REVIEWER)
def digest_draft(slug: str) -> str:
    """The examples in preparation, decisions to choose from, what was published."""
    return _draft(slug, {}, {})


@bp.post("/digest/<slug>")
@allowed(Role.LEAD)
def change_digest(slug: str) -> ResponseReturnValue:
    """Draft examples from the decisions chosen, or publish all that are in preparation."""
    form = {"title": single_line(request.form.get("title", "")), "foreword": request.form.get("foreword", "").strip()}
    form["do"] = request.form.get("do", "")
    picked = request.form.getlist("pick")
    at = now()
    try:
        with database().writing() as session:
            service = _service(session, slug)
            if form["do"] == "pick":
                examples.draft_entries(session, service, identities(picked), at=at)
            elif form["do"] == "publish":
                examples.publish(
                    session, service, _seen(), title=form["title"], foreword=form["foreword"],
                    confirmed=request.form.getlist("confirmed"), by=current_staff().id, at=at,
                )  # fmt: skip
            else:
                abort(400)
    except NotAllowed as no:
        code = 409 if isinstance(no, Conflict) else 422
        return _draft(slug, form, {no.about or "publish": str(no)}, picked), code
    return see_other("staff.digest_draft", slug=slug)


@bp.get("/digest/<slug>/entries/<uuid:id>")
@allowed(Role.REVIEWER)
def digest_entry(slug: str, id: UUID) -> str:
    """One example beside what it comes from."""
    return _entry(slug, id, {}, {})


@bp.post("/digest/<slug>/entries/<uuid:id>")
@allowed(Role.LEAD)
def change_digest_entry(slug: str, id: UUID) -> ResponseReturnValue:
    """Keep the words of an example, say that they were read, or take the example out."""
    form = {"heading": single_line(request.form.get("heading", "")), "text": request.form.get("text", "").strip()}
    revision = request.form.get("revision", "")
    if not revision.isdecimal():
        abort(400)
    at = now()
    try:
        with database().writing() as session:
            service = _service(session, slug)
            if request.form.get("do") == "drop":
                examples.drop_entry(session, service, id, int(revision), at=at)
            else:
                examples.write_entry(
                    session, service, id, int(revision), heading=form["heading"], text=form["text"],
                    read=bool(request.form.get("read")), confirmed=request.form.getlist("confirmed"),
                    by=current_staff().id, at=at,
                )  # fmt: skip
    except NotAllowed as no:
        code = 409 if isinstance(no, Conflict) else 422
        form |= {"read": request.form.get("read", "")}
        return _entry(slug, id, form, {no.about or "text": str(no)}), code
    return see_other("staff.digest_draft", slug=slug)


def _draft(slug: str, form: Mapping[str, str], errors: Mapping[str, str], picked: Sequence[str] = ()) -> str:
    at = now()
    with database().reading() as session:
        service = _service(session, slug)
        entries = examples.entries_of(session, service)
        offered = examples.candidates(session, service.id)
        posts = [post for one in entries for post in examples.posts_behind(session, one.row)]
        found = examples.versions(session, service)
        face = examples.digest_clock(session, service, at=at)
    return page(
        "staff/digest_draft.html",
        room="staff.digest",
        service=service,
        entries=entries,
        offered=offered,
        versions=found,
        face=face,
        term=term,
        form=form,
        picked=picked,
        doubts=_doubts((form.get("title", ""), form.get("foreword", "")), posts, request.form.getlist("confirmed")),
        wrong=errors,
        errors=[(name if name.startswith("e-") else f"f-{name}", text) for name, text in errors.items()],
        may=current_staff().may(Role.LEAD),
    )


def _entry(slug: str, id: UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        service = _service(session, slug)
        row, register = session.get(DigestEntry, id), standing_register(session, service)
        if row is None or register is None or row.register_id != register.id or row.digest_id:
            abort(404)
        one = examples.entry_view(session, row)
        heading, text = form.get("heading", one.heading), form.get("text", one.text)
        values, posts = examples.values_of(session, row) or [], examples.posts_behind(session, row)
    places = [_place(source, hit) for source in (heading, text) for hit in examples.left_over(source, values)]
    return page(
        "staff/digest_entry.html",
        room="staff.digest",
        service=service,
        one=one,
        heading=heading,
        text=text,
        left=places,
        doubts=_doubts((heading, text), posts, request.form.getlist("confirmed") if form else one.confirmed),
        term=term,
        form=form,
        most=examples.LONGEST,
        wrong=errors,
        errors=[(f"f-{name}", message) for name, message in errors.items()],
        may=current_staff().may(Role.LEAD),
    )


def _doubts(texts: Sequence[str], posts: Sequence[str], confirmed: Collection[str]) -> list[dict[str, Any]]:
    """What somebody has to look at, each words once, and whether it was confirmed."""
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        for hit in examples.flags(text, posts):
            words = examples.naming(text, hit)
            found.setdefault(words, _place(text, hit) | {"words": words, "on": words in confirmed})
    return list(found.values())


def _place(text: str, found: examples.Found) -> dict[str, Any]:
    before, at, after = examples.excerpt(text, found)
    return {"kind": _(examples.KINDS[found.kind]), "before": before, "at": at, "after": after}


def _seen() -> list[tuple[UUID, int]]:
    """The examples of the page, each with its revision."""
    pairs = [text.partition(":") for text in request.form.getlist("entry")]
    if not all(revision.isdecimal() for _id, _colon, revision in pairs):
        abort(400)
    return [
        (one, int(revision))
        for one, (_id, _colon, revision) in zip(identities([p[0] for p in pairs]), pairs, strict=True)
    ]


def _service(session: Session, slug: str) -> Service:
    return session.exec(select(Service).where(Service.slug == slug)).first() or abort(404)
