"""事案のページ: one case with its clocks, items, letters and record, and the way small forms on it answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, criteria, decisions, folder, replies
from tracker.casework.folder import Folder
from tracker.i18n import japanese_date
from tracker.law.calendars import Calendar
from tracker.law.clocks import INVESTIGATION
from tracker.law.facts import Fact
from tracker.law.grounds import (
    Basis,
    Channel,
    Circumstance,
    DeferralGround,
    Excuse,
    MeasureKind,
    Right,
    SenderExemption,
    term,
)
from tracker.law.period import JST, japanese_day
from tracker.letters.write import Draft
from tracker.models import Notice, Role, Sender, Staff
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.calculation import day_words, strip
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.render import page, see_other
from tracker.web.staff import bp, parts

TABS = {
    "decide": "判断と実施",
    "letters": "通知",
    "holds": "通信履歴の保存",
    "evidence": "証拠",
    "origin": "申出の原文",
    "procedure": "担当・連絡先・訂正",
    "history": "記録",
}
FEW = 8  # items drawn in full at the top of the page; the decision form lists all


@dataclass
class Trial:
    """What was typed into a form of the page and why it came back: errors by field, a banner, the words kept."""

    tab: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    banner: tuple[str, str] | None = None  # heading and sentence, when somebody else was first
    form: Mapping[str, Any] = field(default_factory=dict)


@bp.get("/cases/<number>")
@allowed(Role.REVIEWER)
def case(number: str) -> ResponseReturnValue:
    """One case. Looking at it records nothing."""
    return case_page(number, Trial(tab=request.args.get("tab", "")))


def case_page(number: str, trial: Trial, status: int = 200) -> tuple[str, int]:
    """The page of a case as it stands now, with what somebody typed put back into its form."""
    at = now()
    tab = trial.tab if trial.tab in TABS else "decide"
    with database().reading() as session:
        notice = of(session, number)
        found = folder.open_folder(session, notice, at=at)
        calendar: Calendar = session.info["calendar"]
        outcome, senders = replies.outcome_draft(session, notice), replies.sender_drafts(session, notice)
        words: dict[str, Any] = {
            "cards": _cards(session, found, at) if tab == "decide" else [],
            "staff_options": _staff(session) if tab == "procedure" else [],
            "versions": _versions(session, found) if tab == "procedure" else [],
            "senders": _senders(session, found) if tab == "procedure" else [],
        }
    letters = parts.letter_rows(found)
    today = japanese_day(at)
    nos = {v.item.id: v.item.no for v in found.items}
    accounts: dict[UUID | None, str] = {v.sender.id: v.sender.account for v in found.items if v.sender}
    items = parts.item_rows(found)
    local = at.astimezone(JST)
    body = page(
        "staff/case.html",
        f=found,
        tab=tab,
        tabs=_tabs(found, tab, len(letters)),
        hero=parts.hero(found, calendar, today),
        strip=strip(found.leading, calendar, today) if found.leading else [],
        steps=_next_steps(found, outcome, senders, letters),
        items=items,
        shown=items if len(items) <= FEW else items[:FEW],
        clocks=parts.clock_rows(found, calendar),
        chain=parts.chain_rows(found.events),
        letters=letters,
        outcome=outcome,
        sender_drafts=[
            {
                "draft": d,
                "nos": parts.numbers(nos[i] for i, _decision in d.covers),
                "account": accounts.get(d.sender_id),
            }
            for d in senders
        ],
        holds=parts.hold_rows(found, at),
        pending=[v for v in found.items if v.measure and not v.measure.executed_at],
        undecided=[i.no for i in found.ready.undecided],
        open_items=[v for v in found.items if not (v.measure and v.measure.executed_at)],
        place_of=decisions.place_of,
        file_words=parts.file_words,
        begun=not any(face.running and face.rule.key == INVESTIGATION.key for face in found.clocks),
        circumstances=_circumstances(found),
        by_hand=notice.channel is not Channel.FORM,
        pick=request.args.get("pick", ""),
        picked={str(value).partition(":")[0] for value in trial.form.get("items", ())},
        rights=[term(Right(value)).label for value in notice.rights],
        received_local=f"{notice.received_at.astimezone(JST):%Y-%m-%dT%H:%M:%S}",
        now_local=f"{local:%Y-%m-%dT%H:%M:%S}",
        kinds=[(k.value, term(k).label) for k in MeasureKind],
        grounds=[(g.value, term(g)) for g in DeferralGround],
        excuses=[("", _("選んでください")), *((e.value, term(e).label) for e in Excuse)],
        exemptions=[
            ("", _("選んでください")),
            *((e.value, f"{term(e).label}（{term(e).article}）") for e in SenderExemption),
        ],
        bases=[(b.value, term(b)) for b in Basis if b is not Basis.CLAUSE],
        trial=trial,
        errors=[(f"f-{name}", text) for name, text in trial.errors.items()],
        **words,
    )
    return body, status


def of(session: Session, number: str) -> Notice:
    """The notice with this receipt number, or 404."""
    return folder.find(session, number) or abort(404)


def act(
    number: str, verb: Callable[[Session, Notice], object], *, tab: str, named: str, form: Mapping[str, Any]
) -> ResponseReturnValue:
    """Carry out one verb on a case in one transaction; a refusal comes back on the page with what was typed.

    `named` is the field that an error belongs to, `form` what was typed.
    """
    try:
        with database().writing() as session:
            verb(session, of(session, number))
    except Conflict as no:
        trial = Trial(tab=tab, banner=(_("先にほかの操作が記録されました"), str(no)), form=form)
        return case_page(number, trial, 409)
    except NotAllowed as no:
        return case_page(number, Trial(tab=tab, errors={named: str(no)}, form=form), 422)
    return see_other("staff.case", number=number, tab=tab, _anchor="work")


def japanese_moment(text: str) -> datetime | None:
    """The instant of a date and time typed at the desk, which is Japanese time; None when it is not one."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return typed.replace(tzinfo=JST) if typed.tzinfo is None else typed


def _tabs(found: Folder, tab: str, letters: int) -> list[dict[str, Any]]:
    counts = {
        "decide": len(found.ready.undecided) + len(found.ready.unexecuted),
        "letters": letters,
        "holds": len(found.holds),
        "evidence": len(found.evidence),
        "history": len(found.events),
    }
    return [
        {
            "href": url_for("staff.case", number=found.notice.number, tab=name, _anchor="work"),
            "label": _(label),
            "current": name == tab,
            "n": counts.get(name),
        }
        for name, label in TABS.items()
    ]


def _next_steps(
    found: Folder, outcome: Draft | None, senders: list[Draft], letters: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """What can be done next, the most pressing first: the first one is the main button of the page."""
    number = found.notice.number

    def to(tab: str, anchor: str) -> str:
        return url_for("staff.case", number=number, tab=tab, _anchor=anchor)

    steps = []
    undecided, unexecuted = found.ready.undecided, found.ready.unexecuted
    if outcome and not undecided and not unexecuted:
        steps.append((_("結果の通知を確かめて送る"), url_for("staff.outcome", number=number)))
    if unexecuted:
        steps.append((_("実施を記録する"), to("decide", "execute")))
    if undecided:
        steps.append((_("判断する"), to("decide", "decide")))
        steps.append((_("途中経過を通知する"), to("letters", "interim")))
    if outcome and (undecided or unexecuted):
        steps.append((_("終わった項目の結果だけ先に送る"), url_for("staff.outcome", number=number)))
    if senders:
        first = url_for("staff.sender_letter", number=number, sender_id=senders[0].sender_id)
        steps.append((_("発信者への通知を確かめて送る"), first))
    if any(row["to_hand_over"] for row in letters):
        steps.append((_("渡したことを記録する"), to("letters", "sent")))
    return [{"label": label, "href": href} for label, href in steps]


def _cards(session: Session, found: Folder, at: datetime) -> list[dict[str, Any]]:
    """The clauses one may choose, and those that wait, which are shown with the day from which they may be used."""
    cards = []
    calendar: Calendar = session.info["calendar"]
    current = criteria.current(session, found.service.id, at)
    for version in criteria.versions(session, found.service.id):
        if current and version.version < current.version:
            continue
        clauses = criteria.clauses_of(session, version)
        refusal = criteria.refusal(session, found.service.id, clauses[0], at) if clauses else None
        shown = {
            "version": version,
            "refusal": refusal,
            "usable": day_words(japanese_day(version.usable_from), calendar),
            "published": japanese_date(japanese_day(version.published_at)),
        }
        cards += [shown | {"clause": clause} for clause in clauses]
    return sorted(cards, key=lambda card: card["refusal"] is not None)  # what may be used comes first


def _versions(session: Session, found: Folder) -> list[tuple[str, str]]:
    """The versions that could answer an emergency measure; empty when no such duty runs (法26条3項)."""
    clock = next((c for c in found.clocks if c.running and c.rule.key == "criteria_change"), None)
    if clock is None:
        return []
    after = [v for v in criteria.versions(session, found.service.id) if v.published_at >= clock.clock.started_at]
    return [("", _("選んでください")), *((str(v.version), f"第{v.version}版 {v.title}") for v in after)]


def _staff(session: Session) -> list[tuple[str, str]]:
    active = session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(col(Staff.name)))
    return [("", _("（決めない）")), *((str(s.id), s.name) for s in active)]


def _senders(session: Session, found: Folder) -> list[dict[str, Any]]:
    """The sender accounts of the case with the address known, and the items each posted."""
    rows = session.exec(select(Sender).where(Sender.case_id == found.case.id).order_by(col(Sender.account)))
    return [
        {
            "sender": s,
            "email": open_text(session, s.case_id, "sender.email", s.id, s.email_sealed),
            "nos": parts.numbers(v.item.no for v in found.items if v.item.sender_id == s.id),
        }
        for s in rows
    ]


def _circumstances(found: Folder) -> list[dict[str, Any]]:
    said = [
        e.event.data["said"].get("circumstance") for e in found.events if e.event.fact is Fact.CIRCUMSTANCE_CONFIRMED
    ]
    return [
        {"value": value, "term": term(Circumstance(value)), "confirmed": value in said}
        for value in found.notice.circumstances
    ]
