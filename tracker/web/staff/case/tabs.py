"""The tabs of a case page, and what only one of them shows."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import criteria, decisions
from tracker.casework.folder import Folder
from tracker.i18n import day_text, dotted, term
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance, MeasureKind, Origin
from tracker.law.period import japanese_day
from tracker.models import Clause, Sender, Staff
from tracker.sealed import open_text
from tracker.web.calculation import day_words
from tracker.web.staff.case.items import numbers

TABS = {
    "decide": N_("判断と実施"),
    "letters": N_("通知"),
    "talk": N_("やりとり"),
    "senders": N_("発信者"),
    "holds": N_("通信履歴の保存"),
    "evidence": N_("証拠"),
    "origin": N_("申出の原文"),
    "procedure": N_("手続き"),
    "history": N_("記録"),
}


def tabs(found: Folder, tab: str, letters: int, talk: dict[str, Any], holds: int) -> list[dict[str, Any]]:
    counts = {
        "decide": len(found.ready.undecided) + len(found.ready.unexecuted),
        "letters": letters,
        "talk": len(talk["lines"]),
        "senders": len({v.item.sender_id for v in found.items if v.item.sender_id}),
        "holds": holds,
        "evidence": len(found.evidence),
        "history": len(found.events),
    }
    return [
        {
            "href": url_for("staff.case", number=found.notice.number, tab=name, _anchor="work"),
            "label": _(label),
            "current": name == tab,
            "n": counts.get(name),
            "kind": "today" if name == "talk" and (talk["unread"] or talk["waits"] or talk["again"]) else None,
        }
        for name, label in TABS.items()
    ]


def cards(session: Session, found: Folder, at: datetime) -> list[dict[str, Any]]:
    """The clauses one may choose, and those that wait, which are shown with the day from which they may be used."""
    cards = []
    calendar: Calendar = session.info["calendar"]
    current = criteria.current(session, found.service.id, at)
    origin = decisions.origin_of(found.notice)
    known = criteria.versions(session, found.service.id)
    for version in known[: known.index(current) + 1] if current else known:
        clauses = criteria.clauses_of(session, version)
        refusal = criteria.refusal(session, found.service.id, clauses[0], at) if clauses else None
        shown = {
            "version": version,
            "refusal": refusal,
            "waits": version.usable_from > at,
            "usable": day_words(japanese_day(version.usable_from), calendar),
            "published": day_text(japanese_day(version.published_at)),
        }
        cards += [shown | _covering(clause, refusal, origin) for clause in clauses]
    return sorted(cards, key=lambda card: card["refusal"] is not None)  # what may be used comes first


def _covering(clause: Clause, refusal: str | None, origin: Origin) -> dict[str, Any]:
    """A clause, why it does not speak of this case where it does not, and the measures to which it is limited."""
    return {
        "clause": clause,
        "refusal": refusal or criteria.uncovered(clause, origin, None),
        "measures": dotted(term(MeasureKind(one)).label for one in clause.measures),
    }


def versions(session: Session, found: Folder) -> list[tuple[str, str]]:
    """The versions that could answer an emergency measure; empty when no such duty runs (法26条3項)."""
    clock = next((c for c in found.clocks if c.running and c.rule.key == "criteria_change"), None)
    if clock is None:
        return []
    after = [v for v in criteria.versions(session, found.service.id) if v.published_at >= clock.clock.started_at]
    names = {str(v.version): _("第%(version)s版 %(title)s", version=v.version, title=v.title) for v in after}
    return [("", _("選んでください")), *names.items()]


def staff(session: Session) -> list[tuple[str, str]]:
    active = session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(col(Staff.name)))
    return [("", _("（決めない）")), *((str(s.id), s.name) for s in active)]


def senders(session: Session, found: Folder) -> list[dict[str, Any]]:
    """The sender accounts of the case with the address known, and the items each posted."""
    rows = session.exec(select(Sender).where(Sender.case_id == found.case.id).order_by(col(Sender.account)))
    return [
        {
            "sender": s,
            "email": open_text(session, s.case_id, "sender.email", s.id, s.email_sealed),
            "nos": numbers(v.item.no for v in found.items if v.item.sender_id == s.id),
        }
        for s in rows
    ]


def circumstances(found: Folder) -> list[dict[str, Any]]:
    said = [
        e.event.data["said"].get("circumstance") for e in found.events if e.event.fact is Fact.CIRCUMSTANCE_CONFIRMED
    ]
    return [
        {"value": value, "term": term(Circumstance(value)), "confirmed": value in said}
        for value in found.notice.circumstances
    ]
