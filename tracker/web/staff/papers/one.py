"""One paper: what it says, its clocks and holds as the tables drew them, what followed, its end, and its readers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, evidence, journal, papers
from tracker.casework.folder import event_label
from tracker.casework.papers import KINDS, Group
from tracker.casework.papers.view import KEEPING, ORDERING
from tracker.casework.remarks import remarks_of
from tracker.i18n import day_text, term, time_text
from tracker.law.calendars import Calendar
from tracker.law.clocks import Bound
from tracker.law.clocks.courts import DISCLOSURE_HEARING
from tracker.law.facts import LABELS, Fact
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS
from tracker.law.logs import CLASSES, PROVIDED, WAYS
from tracker.law.period import JST, japanese_day
from tracker.models import Case, Custodian, Evidence, LegalPaper, Notice, PaperKind, PaperReader, Role, Staff
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.calculation import recounted_all
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import identities, plain_text, single_line
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.papers.sent import letters_panel
from tracker.web.staff.papers.typed import Moment, Typed, moment_field

RULES = {rule.key: rule for rule in HOLDS}
MANY = 20_000
NOTED = ("fact", "occurred", "occurred_untimed", "way", "answer", "remark")


@bp.get("/papers/<number>")
@allowed(Role.REVIEWER)
def paper(number: str) -> str:
    """One paper. Whoever may not know of a confidential one gets the same answer as for a number that is none."""
    return paper_page(number)


@bp.post("/papers/<number>/facts")
@allowed(Role.LEAD)
def note_paper(number: str) -> ResponseReturnValue:
    """Write down what followed."""
    at, me = now(), current_staff()
    said = Typed({name: single_line(request.form.get(name, "")) for name in NOTED})
    said.form["remark"] = plain_text(request.form.get("remark"))[:MANY]
    fact = Fact(said.form["fact"]) if said.form["fact"] in {fact.value for fact in Fact} else None
    if fact is None:
        said.errors["fact"] = _("何があったかを選んでください。")
    chosen = {name: said.form[name] for name in ("way", "answer", "remark")}

    def act(session: Session, row: LegalPaper) -> None:
        moment = moment_field(said, "occurred", at, least=row.served_at)
        instant = moment.at if moment else None
        if row.ended_at is None:
            _all(said, papers.note_problems(row, fact, occurred_at=instant, **chosen, at=at), NOTED)
        if said.errors or moment is None or fact is None:
            raise NotAllowed("")
        papers.note(session, row, fact, occurred_at=moment.at, time_known=moment.known, **chosen, by=me.id, at=at)

    return act_on(number, "note", said, act)


@bp.post("/papers/<number>/end")
@allowed(Role.LEAD)
def end_paper(number: str) -> ResponseReturnValue:
    """Write down that the request or the case is over, which releases the holds of this paper."""
    at, me = now(), current_staff()
    said = Typed({name: single_line(request.form.get(name, "")) for name in ("ended", "ended_untimed")})
    said.form["reason"] = plain_text(request.form.get("reason"))[:MANY]

    def act(session: Session, row: LegalPaper) -> None:
        moment = moment_field(said, "ended", at, least=row.served_at)
        reason = said.form["reason"]
        if row.ended_at is None:
            instant = moment.at if moment else None
            _all(said, papers.end_problems(row, occurred_at=instant, reason=reason, at=at), ("ended", "reason"))
        if row.ended_at is None and (said.errors or moment is None):
            raise NotAllowed("")
        ended = moment or Moment(at)  # a second end is refused in any case
        papers.end(session, row, occurred_at=ended.at, time_known=ended.known, reason=reason, by=me.id, at=at)

    return act_on(number, "end", said, act)


@bp.post("/papers/<number>/readers")
@allowed(Role.REVIEWER)
def paper_readers(number: str) -> ResponseReturnValue:
    """Name somebody who may know of a confidential paper, or take somebody off. Only who is named does either."""
    at, me = now(), current_staff()
    said = Typed({"reader": single_line(request.form.get("reader", ""))})
    if not said.form["reader"]:
        said.errors["reader"] = _("名指しする人を選んでください。")
    person = next(iter(identities([said.form["reader"]] if said.form["reader"] else [])), None)
    verb = papers.end_reader if request.form.get("do") == "end" else papers.name_reader

    def act(session: Session, row: LegalPaper) -> None:
        if person is None:
            raise NotAllowed("")
        verb(session, row, person, by=me.id, at=at)

    gone = request.form.get("do") == "end" and person == me.id
    return act_on(number, "readers", said, act, then="staff.papers_room" if gone else "")


def _all(said: Typed, problems: Sequence[NotAllowed], fields: Sequence[str]) -> None:
    """Every problem beside its field, in the order of the form; what could not be read stays as it was said."""
    for no in problems:
        said.errors.setdefault(no.about or "form", str(no))
    said.errors = {name: said.errors[name] for name in (*fields, "form") if name in said.errors}


def act_on(
    number: str, do: str, said: Typed, verb: Callable[[Session, LegalPaper], None], then: str = ""
) -> ResponseReturnValue:
    """Call one verb on the paper; what was typed comes back with what is wrong."""
    try:
        with database().writing() as session:
            verb(session, found(session, number))
    except NotAllowed as no:
        if no.words:
            said.errors[no.about or "form"] = str(no)
        return paper_page(number, do, said), 409 if isinstance(no, Conflict) else 422
    return see_other(then) if then else see_other("staff.paper", number=number)


def found(session: Session, number: str) -> LegalPaper:
    """The paper of a number, where whoever is signed in may know of it; else 404."""
    return papers.find(session, single_line(number), reader=current_staff().id) or abort(404)


def paper_page(number: str, do: str = "", said: Typed | None = None) -> str:
    """The page, with what is wrong with the form `do` that came back."""
    at, me, said = now(), current_staff(), said or Typed()
    with database().reading() as session:
        row = found(session, number)
        case = session.get_one(Case, row.case_id)
        [view] = papers.seen(session, [row], at=at)
        counts = recounted_all(session, [one.clock for one in view.clocks])
        notice = session.get(Notice, row.notice_id) if row.notice_id else None
        owed = papers.owed(session, row) if row.ended_at else list(KINDS[row.kind].then)
        letters = letters_panel(session, row)
        family = [one for one in papers.of_case(session, case.id) if one.id != row.id]
        team = {one.id: one for one in session.exec(select(Staff).order_by(col(Staff.name)))}
        closed = papers.is_confidential(session, case.id)
        asked = select(Custodian.id).where(Custodian.service_id == row.service_id, col(Custodian.active).is_(True))
        keeper = session.exec(asked).first()
        readers = papers.rows_of(session, case.id) if closed else []
        events = journal.history(session, case)
        remarks = remarks_of(session, case)
        files = [_file(session, one) for one in session.exec(select(Evidence).where(Evidence.case_id == case.id))]
        calendar = session.info["calendar"]
    first = next((one for one in (row, *family) if one.kind is PaperKind.PRESERVATION), row)
    inquired = any(event.fact is Fact.DISCLOSURE_ASKED for event in events)
    named = {reader.staff_id for reader, _name in readers if reader.ended_at is None}
    running = sorted(view.clocks, key=lambda one: not one.running)
    return page(
        "staff/papers/one.html",
        room="staff.papers_room",
        v=view,
        paper=row,
        law=KINDS[row.kind],
        notice=notice,
        family=family,
        closed=closed,
        bound_to_silence=closed and KINDS[row.kind].group is Group.INVESTIGATOR,
        entered_by=team[row.entered_by].name,
        classes=[_(CLASSES[key]) for key in row.classes],
        provided=_(PROVIDED[row.provided][0]) if row.provided else "",
        clocks=[
            {
                "face": one,
                "calc": counts[one.clock.id].shown(today=japanese_day(at)),
                "id": f"clock-{one.clock.id.hex[:8]}",
                "passed": papers.passed_right(one, at) and one.running,
                "orders": one.rule.target == ORDERING and one.running,
                "from_day": not view.time_known
                and one.rule.bound is Bound.PROMPTLY
                and one.clock.started_at == row.served_at,
                "asked": inquired and one.running and one.rule.key == DISCLOSURE_HEARING.key,
            }
            for one in running
        ],
        order_url=url_for("staff.holds", view="unordered", number=row.number),
        has_custodian=keeper is not None,
        holds=[
            {
                "hold": one,
                "label": _(RULES[one.rule].label),
                "begins": papers.moment_text(one.from_at, known=view.time_known or one.from_at != row.served_at),
                "says": _(RULES[one.rule].says),
                "open_end": _(RULES[one.rule].until) if RULES[one.rule].until else "",
                "strength": term(Strength(one.strength)).label,
                "classes": [_(CLASSES[key]) for key in one.classes],
                "over": one.over(at),
            }
            for one in view.holds
        ],
        then=[("", _("選んでください")), *((fact.value, _(LABELS[fact])) for fact in owed)],
        ways=[(key, _(label)) for key, label in WAYS.items()],
        reasoned=not papers.REASONED.isdisjoint(owed),
        provides=Fact.PROVISION_MADE in owed,
        hears=Fact.DISCLOSURE_HEARD in owed,
        answers=[(key, _(label)) for key, label in papers.SAID_OF.items()],
        letters=letters,
        posting=_posting(row, calendar),
        now_local=f"{at.astimezone(JST):%Y-%m-%dT%H:%M:%S}",
        ends=_(LABELS[KINDS[row.kind].ends]),
        may_extend=row.kind in KEEPING and not row.ended_at and not view.lapsed,
        extend_url=url_for("staff.new_paper", kind="preservation_extension", first=first.number),
        readers=[(reader, name, team[reader.named_by].name) for reader, name in _once(readers)],
        team=[(one.id, one.name) for one in team.values() if one.active and one.id not in named],
        record=[_told(event, team, remarks) for event in reversed(events)],
        files=files,
        day=lambda one: day_text(one, calendar=calendar),
        do=do,
        form=said.form,
        wrong=said.errors,
        refused=said.errors.get("form", ""),
        errors=[(f"f-{name}", text) for name, text in said.errors.items() if name != "form"],
        may=me.may(Role.LEAD),
        most=settings().evidence_bytes // (1024 * 1024),
    )


def _told(event: Any, team: dict[UUID, Staff], remarks: dict[UUID, str]) -> dict[str, Any]:
    kind, _colon, id = event.actor.partition(":")
    who = next((one.name for one in team.values() if kind == "staff" and str(one.id) == id), "")
    said = event.data["said"]
    way, answer, reader = said.get("way"), said.get("answer"), said.get("reader")
    named = next((one.name for one in team.values() if str(one.id) == reader), "") if reader else ""
    return {
        "label": _(event_label(event)),
        "when": papers.moment_text(event.occurred_at, known=said.get("time_known") is not False),
        "entered": time_text(event.recorded_at, seconds=False) if event.recorded_at != event.occurred_at else "",
        "who": who or _("システム"),
        "way": _(WAYS[way]) if way else _(papers.SAID_OF[answer]) if answer in papers.SAID_OF else named,
        "remark": remarks.get(event.id, ""),
    }


def _once(readers: Sequence[tuple[PaperReader, str]]) -> list[tuple[PaperReader, str]]:
    """Each reader once, though an extension names those of its first paper again."""
    found: dict[tuple[UUID, datetime | None], tuple[PaperReader, str]] = {}
    for reader, name in readers:
        found.setdefault((reader.staff_id, reader.ended_at), (reader, name))
    return list(found.values())


def _posting(row: LegalPaper, calendar: Calendar) -> dict[str, str]:
    """How the day of 公示送達 was counted, in days; empty for a paper that was handed over."""
    if row.posted_on is None:
        return {}
    steps = papers.posting_days(row.posted_on, abroad=row.posted_abroad)
    days = {
        "posted": row.posted_on,
        "first": steps[1].day,
        "last": steps[-1].day,
        "effect": japanese_day(row.served_at),
    }
    return {name: day_text(day, calendar=calendar) for name, day in days.items()} | {"n": str(steps[-1].number)}


def _file(session: Session, row: Evidence) -> dict[str, Any]:
    name = open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed)
    return {"id": row.id, "name": evidence.saved_name(name, row.kind), "added": row.added_at, "verdict": row.verdict}
