"""事案のページ: one case with its clocks, items, letters and record, and the way small forms on it answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, folder, holdings, hosts, replies
from tracker.casework.doubts import DOUBTS, unseen_in
from tracker.casework.folder import Folder, ItemView
from tracker.casework.hearing import in_hand
from tracker.i18n import citation, term
from tracker.law.calendars import Calendar
from tracker.law.clocks import INVESTIGATION
from tracker.law.facts import Fact
from tracker.law.grounds import (
    Basis,
    Channel,
    DeferralGround,
    Excuse,
    Finding,
    MeasureKind,
    Right,
    SenderExemption,
    Strength,
    Term,
)
from tracker.law.period import JST, japanese_day
from tracker.models import Doubt, Notice, Role
from tracker.now import now
from tracker.web.calculation import recounted_all, strip
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page, see_other
from tracker.web.staff import bp, reasons
from tracker.web.staff.case import (
    alerts,
    clocks,
    experts,
    files,
    hearing,
    hero,
    items,
    keeping,
    known,
    letters as letter_words,
    paper_holds,
    record,
    repeats,
    seconds,
    tabs,
    talk,
    telling,
)

FEW = 8  # items drawn one by one at the top of the page; more are drawn together


@dataclass
class Trial:
    """What was typed into a form of the page and why it came back: errors by field, a banner, the words kept."""

    tab: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    banner: tuple[str, str] | None = None  # heading and sentence, when somebody else was first
    form: Mapping[str, Any] = field(default_factory=dict)
    preview: dict[str, Any] | None = None  # the letters that a decision as typed would lead to


@bp.get("/cases/<number>")
@allowed(Role.REVIEWER)
def case(number: str) -> ResponseReturnValue:
    """One case. Looking at it records nothing."""
    return case_page(number, Trial(tab=request.args.get("tab", "")))


def case_page(number: str, trial: Trial, status: int = 200) -> tuple[str, int]:
    """The page of a case as it stands now, with what somebody typed put back into its form."""
    at = now()
    tab = trial.tab if trial.tab in tabs.TABS else "decide"
    with database().reading() as session:
        notice = of(session, number)
        found = folder.open_folder(session, notice, at=at)
        calendar: Calendar = session.info["calendar"]
        outcome, senders = replies.outcome_draft(session, notice), replies.sender_drafts(session, notice)
        words: dict[str, Any] = {
            "cards": tabs.cards(session, found, at) if tab == "decide" else [],
            "staff_options": tabs.staff(session) if tab == "procedure" else [],
            "versions": tabs.versions(session, found) if tab == "procedure" else [],
            "named": paper_holds.named_holds(session, notice, reader=current_staff().id),
            "holds": record.hold_rows(found, holdings.asked_of(session, [h.id for h in found.holds]), at),
            "senders": tabs.senders(session, found) if tab == "procedure" else [],
            "talk": talk.talk(session, found),
            "repeats": repeats.panel(session, found),
            "seconds": seconds.panel(session, found),
            "undoing": seconds.undoing(session, found),
            "counts": known.count_rows(session, found) if tab == "history" else None,
            "then": _then(session, found) if tab == "history" else None,
            "linked": repeats.links(session, notice),
            "writing": reasons.writing(session, notice, found.service.id, trial.form, trial.errors),
            "twins": reasons.recorded_twins(session, [v.decision for v in found.items]) if tab == "decide" else [],
            "experts": experts.experts(session, found, tab),
            "hearing": hearing.panel(session, found, at=at, form=trial.form, asked_for=request.args)
            if tab == "senders"
            else None,
            "hearing_line": hearing.line(session, found, at=at) if tab == "decide" else "",
            "told": alerts.told(session, found, at=at),
            "sender_drafts": telling.sender_rows(session, found, senders, tab),
        }
        words["keeping"] = keeping.keeping(session, found, words["holds"], at) if tab == "holds" else None
        sent = letter_words.letter_rows(found, in_hand.look(session, (v.letter for v in found.letters), at=at))
        counts = recounted_all(session, [face.clock for face in found.clocks])
    if trial.form == {} and tab == "procedure":
        trial = replace(trial, form=repeats.prefill(words["repeats"], request.args.get("same", "")))
    leading = found.leading and counts[found.leading.clock.id].sheet
    today = japanese_day(at)
    rows = items.item_rows(found)
    local = at.astimezone(JST)
    body = page(
        "staff/case.html",
        f=found,
        tab=tab,
        tabs=tabs.tabs(found, tab, len(sent), words["talk"], len(words["holds"]) + len(words["named"])),
        bans=sum(h.strength is Strength.HARD and not h.over(at) for h in [*found.holds, *words["named"]]),
        hero=hero.hero(found, calendar, today),
        strip=strip(replace(leading, calendar=calendar), today=today, others=False) if leading else [],  # to work by
        ending=hero.ending(found, calendar),
        steps=hero.next_steps(found, outcome, senders, sent, seconds.to_reverse(words["seconds"])),
        items=rows,
        groups=items.item_groups(rows) if len(rows) > FEW else [],
        listing=items.shown_items(found, rows, *(request.args.get(name, "") for name in ("show", "p", "item"))),
        only=request.args.get("item", ""),
        shows=items.SHOWS,
        clocks=clocks.clock_rows(found, counts, at),
        chain=record.chain_rows(found.events),
        letters=sent,
        outcome=outcome,
        breaches=sum(e.event.fact is Fact.BREACH_RECORDED for e in found.events),
        pending=[v for v in found.items if v.measure and not v.measure.executed_at and not v.second],
        unapproved=[i.no for i in found.ready.unapproved],
        undecided=[i.no for i in found.ready.undecided],
        elsewhere=items.numbers(hosts.elsewhere(found.service, [v.item for v in found.items])),
        open_items=[v for v in found.items if not (v.measure and v.measure.executed_at)],
        place_of=decisions.place_of,
        files=files.file_rows(found, scanner=bool(settings().clamd)),
        begun=not any(face.running and face.rule.key == INVESTIGATION.key for face in found.clocks),
        doubts=[_(DOUBTS[Doubt(one)]) for one in notice.doubts] if unseen_in(notice, found.clocks) else [],
        circumstances=tabs.circumstances(found),
        by_hand=notice.channel is not Channel.FORM,
        pick=request.values.get("pick", ""),
        picked={str(value).partition(":")[0] for value in trial.form.get("items", ())},
        rights=[term(Right(value)).label for value in notice.rights],
        received_local=f"{notice.received_at.astimezone(JST):%Y-%m-%dT%H:%M:%S}",
        now_local=f"{local:%Y-%m-%dT%H:%M:%S}",
        kinds=[(k.value, term(k).label) for k in MeasureKind],
        grounds=[(g.value, term(g)) for g in DeferralGround],
        excuses=[("", _("選んでください")), *((e.value, term(e).label) for e in Excuse)],
        exemptions=[
            ("", _("選んでください")),
            *((e.value, _cited(term(e))) for e in SenderExemption),
        ],
        findings=[(f.value, term(f)) for f in Finding],
        bases=[(b.value, term(b)) for b in Basis if b is not Basis.CLAUSE],
        newer=_newer(found, trial) if status == 409 else [],
        repeats_same=sum(row.may for row in words["repeats"]) if not found.case.closed_at else 0,
        preview=trial.preview,
        lead=Role.LEAD,
        trial=trial,
        errors=[(f"f-{name}", text) for name, text in trial.errors.items()],
        **words,
    )
    return body, status


def _then(session: Session, found: Folder) -> dict[str, Any]:
    typed = request.args.get("as_of", "")
    return known.known(session, found, typed, japanese_moment(typed))


def _cited(word: Term) -> str:
    return str(_("%(label)s（%(article)s）", label=word.label, article=citation(word.article)))


def _newer(found: Folder, trial: Trial) -> list[ItemView]:
    """The items of a refused form that somebody else decided meanwhile."""
    seen = dict(str(value).partition(":")[::2] for value in trial.form.get("items", ()))
    return [v for v in found.items if v.decision and seen.get(str(v.item.id), str(v.version)) != str(v.version)]


def of(session: Session, number: str) -> Notice:
    """The notice with this receipt number, or 404."""
    return folder.find(session, number) or abort(404)


def act(
    number: str,
    verb: Callable[[Session, Notice], object],
    *,
    tab: str,
    named: str,
    form: Mapping[str, Any],
    mark: str = "",
    fields: Mapping[str, str] | None = None,
    anchor: str = "work",
    shown: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Carry out one verb on a case in one transaction; a refusal comes back on the page with what was typed.

    `named` is the field that an error belongs to, unless `fields` has one for what it is about; `form` what was typed.
    An act that was not ticked as sure is asked for again at its own tick, which `mark` tells from its like. `shown` is
    what the address of the page names beside its tab.
    """
    try:
        with database().writing() as session:
            verb(session, of(session, number))
    except Conflict as no:
        trial = Trial(tab=tab, banner=(_("先にほかの操作が記録されました"), str(no)), form=form)
        return case_page(number, trial, 409)
    except NotAllowed as no:
        named = (fields or {}).get(no.about, named)
        field = named if no.about != "sure" else f"sure-{mark}" if mark else "sure"
        return case_page(number, Trial(tab=tab, errors={field: str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab=tab, _anchor=anchor, **(shown or {}))


def japanese_moment(text: str) -> datetime | None:
    """The instant of a date and time typed at the desk, which is Japanese time; None when it is not one."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return typed.replace(tzinfo=JST) if typed.tzinfo is None else typed
