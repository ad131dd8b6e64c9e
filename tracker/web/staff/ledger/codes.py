"""The mapping: what each code of the platform is published as. One version for all, verified by another person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed
from tracker.law import N_
from tracker.law.ledger import VOCABULARIES, Vocabulary
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.report.ledger import codes
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line, version_seen
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.ledger.room import ROOM

Lines = dict[tuple[Vocabulary, str], str]
Typed = dict[tuple[Vocabulary, str], tuple[str, str]]  # what was chosen from the list, and the name that was written
Choices = Mapping[Vocabulary, list[tuple[str, str]]]
BOTH = N_("一覧から選ぶか、名前を書くか、どちらか一方にしてください。")
SAYS = {
    Vocabulary.KIND: N_("18条4項1号・2号、5項の措置と役務提供停止措置の別"),
    Vocabulary.ROUTE: N_("18条5項3号・8号"),
    Vocabulary.REASON: N_("18条4項1号、5項2号・3号・8号から10号まで。条項か根拠を選ぶか、名前を書きます"),
    Vocabulary.KEPT: N_("18条5項2号"),
    Vocabulary.ASKED: N_("18条5項4号から7号まで"),
    Vocabulary.EXEMPTION: N_("18条4項2号"),
}


@dataclass(frozen=True)
class Row:
    """One code: how often rows have it, when last, and what it is published as; `name` where that is in no list."""

    no: int
    vocabulary: Vocabulary
    code: str
    n: int
    last: date | None
    chosen: str
    name: str


@bp.get("/ledger/<slug>/codes")
@allowed(Role.LEAD)
def ledger_codes(slug: str) -> str:
    """Every code in use, those without a category first, and the standing map beside a draft."""
    return _page(slug)


@bp.post("/ledger/<slug>/codes")
@allowed(Role.LEAD)
def save_ledger_codes(slug: str) -> ResponseReturnValue:
    """Save a version. It counts once another person has verified it."""
    typed, note = _typed(), single_line(request.form.get("note"))
    lines = {key: name or chosen for key, (chosen, name) in typed.items()}
    seen = version_seen(request.form.get("seen"))
    with database().reading() as session:
        service = service_of(session, slug)
        asked = codes.known(session, service)
        gone = {key: codes.NOBODYS for key, category in lines.items() if category and key not in asked}
        both = {key: BOTH for key, (chosen, name) in typed.items() if chosen and name}
        bad = codes.wrong(session, service, lines) | both | gone
    if bad:
        keys = list(typed)
        return _page(slug, typed, note, {f"row-{keys.index(key)}": str(_(says)) for key, says in bad.items()}), 422
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            said = {key: category for key, category in lines.items() if category}
            codes.save(session, service, said, seen=seen, note=note, by=current_staff().id, at=now())
    except codes.Unchanged as same:
        flash(str(same), "info")
        if note:
            flash(_("入力した「変えた理由」も保存していません。対応を変えるときに、また書いてください。"), "info")
        return see_other("staff.ledger_codes", slug=slug)
    except NotAllowed as no_:
        status = 409 if isinstance(no_, Conflict) else 422
        return _page(slug, typed, note, {no_.about if no_.about == "note" else "lines": str(no_)}), status
    flash(_("対応表を保存しました。ほかの人が確かめると、数に使われます。"))
    return see_other("staff.ledger_codes", slug=slug)


@bp.post("/ledger/<slug>/codes/verify")
@allowed(Role.LEAD)
def verify_ledger_codes(slug: str) -> ResponseReturnValue:
    """Say that the categories of a saved version are right."""
    version = version_seen(request.form.get("version"))
    with database().reading() as session:
        service_of(session, slug)
    if request.form.get("sure") != "1":
        return _page(slug, wrong={"sure": _("違いを確かめて、印を付けてください。")}), 422
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            codes.verify(session, service, version, by=current_staff().id, at=now())
    except NotAllowed as no_:
        return _page(slug, wrong={"sure": str(no_)}), 409 if isinstance(no_, Conflict) else 422
    flash(_("対応表を確かめました。これからの数は、この表によります。"))
    return see_other("staff.ledger_codes", slug=slug)


def _typed() -> Typed:
    """What was chosen and what was written for each code."""
    found: Typed = {}
    for no in range(len(request.form)):
        word, code = request.form.get(f"vocabulary-{no}", ""), request.form.get(f"code-{no}", "")
        if word not in {one.value for one in Vocabulary} or not code:
            break
        name = single_line(request.form.get(f"name-{no}"))
        found[Vocabulary(word), code] = request.form.get(f"category-{no}", ""), name
    return found


def _page(slug: str, typed: Typed | None = None, note: str = "", wrong: dict[str, str] | None = None) -> str:
    wrong = wrong or {}
    with database().reading() as session:
        service = service_of(session, slug)
        standing, draft = codes.standing(session, service), codes.draft(session, service)
        lines = {one.id: dict(codes.lines(session, one)) for one in (standing, draft) if one}
        choices = {one: list(codes.choices(session, service, one)) for one in Vocabulary}
        people = {one.id: session.get_one(Staff, one.made_by) for one in (standing, draft) if one}
        newest = draft or standing
        if typed is None:
            groups = _groups(session, service, _split(lines[newest.id] if newest else {}, choices), choices)
        else:
            groups = _groups(session, service, typed, choices, list(typed))
    stands = lines[standing.id] if standing else {}
    return page(
        "staff/ledger/codes.html",
        room=ROOM,
        service=service,
        standing=standing,
        draft=draft,
        people=people,
        changes=_changes(stands, lines[draft.id], choices) if draft else [],
        groups=groups,
        lacking=sum(not row.chosen and not row.name for *_rest, rows in groups for row in rows),
        total=sum(len(rows) for *_rest, rows in groups),
        choices=choices,
        named=codes.NAMED,
        mine=bool(draft and draft.made_by == current_staff().id),
        seen=newest.version if newest else 0,
        note=note,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
    )


def _split(lines: Lines, choices: Choices) -> Typed:
    """A version as the page has it: what its list offers, or a name."""
    offered = {vocabulary: dict(some) for vocabulary, some in choices.items()}
    return {key: (one, "") if one in offered[key[0]] else ("", one) for key, one in lines.items()}


def _groups(
    session: Session,
    service: Service,
    typed: Typed,
    choices: Choices,
    order: list[tuple[Vocabulary, str]] | None = None,
) -> list[tuple[Vocabulary, str, str, list[Row]]]:
    """The rows of each vocabulary that has any: without a category first, then by how often; sent again, as sent."""
    used = {(one.vocabulary, one.code): one for one in codes.used(session, service)}
    keys = order or sorted(
        used.keys() | typed.keys(),
        key=lambda key: (key in typed, -(used[key].n if key in used else 0), key[1]),
    )
    found, no = [], 0
    for vocabulary, label in VOCABULARIES.items():
        rows = []
        for key in keys:
            if key[0] is not vocabulary:
                continue
            (chosen, name), one = typed.get(key, ("", "")), used.get(key)
            rows.append(
                Row(
                    no,
                    vocabulary,
                    key[1],
                    one.n if one else 0,
                    one.last_day if one else None,
                    chosen,
                    name,
                )
            )
            no += 1
        if rows:
            found.append((vocabulary, str(_(label)), str(_(SAYS[vocabulary])), rows))
    return found


def _changes(before: Lines, after: Lines, choices: Choices) -> list[tuple[str, str, str, str]]:
    """What a draft changes: vocabulary, code, the category before and after."""
    return [
        (
            str(_(VOCABULARIES[key[0]])),
            key[1],
            _called(key[0], before.get(key, ""), choices),
            _called(key[0], after.get(key, ""), choices),
        )
        for key in sorted(before.keys() | after.keys(), key=lambda key: (list(Vocabulary).index(key[0]), key[1]))
        if before.get(key, "") != after.get(key, "")
    ]


def _called(vocabulary: Vocabulary, category: str, choices: Choices) -> str:
    return dict(choices[vocabulary]).get(category, category) or "―"
