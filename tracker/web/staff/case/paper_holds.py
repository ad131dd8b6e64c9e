"""The holds of papers that name a notice, on the tab of its holds: those of papers that the reader may know of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import holdings, papers
from tracker.i18n import citation, day_text, dotted, last_moment, term
from tracker.law.calendars import Calendar
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS
from tracker.law.logs import CLASSES
from tracker.law.period import japanese_day
from tracker.models import LegalPaper, LogHold, Notice

RULES = {rule.key: rule for rule in HOLDS}


def paper_hold_rows(session: Session, notice: Notice, *, reader: UUID, at: datetime) -> list[dict[str, Any]]:
    """Rows like those of the holds of the case itself, each with its paper. What `reader` may not know of is absent."""
    query = (
        select(LogHold, LegalPaper)
        .join(LegalPaper, col(LegalPaper.id) == col(LogHold.paper_id))
        .where(LegalPaper.notice_id == notice.id, papers.may_know(col(LegalPaper.case_id), reader))
        .order_by(col(LogHold.from_at), col(LogHold.id))
    )
    calendar: Calendar = session.info["calendar"]
    found = session.exec(query).all()
    asked = holdings.asked_of(session, [hold.id for hold, _paper in found])
    return [{**_row(session, hold, paper, calendar, at), "asked": asked.get(hold.id, ())} for hold, paper in found]


def named_holds(session: Session, notice: Notice, *, reader: UUID) -> list[LogHold]:
    """The holds of the papers that name a notice, of which `reader` may know."""
    query = (
        select(LogHold)
        .join(LegalPaper, col(LegalPaper.id) == col(LogHold.paper_id))
        .where(LegalPaper.notice_id == notice.id, papers.may_know(col(LegalPaper.case_id), reader))
    )
    return list(session.exec(query))


def _row(session: Session, hold: LogHold, paper: LegalPaper, calendar: Calendar, at: datetime) -> dict[str, Any]:
    rule = RULES[hold.rule]
    words = papers.words_of(session, paper)
    whose = [line.strip() for name in ("accounts", "contents") for line in words[name].split("\n") if line.strip()]
    return {
        "hold": hold,
        "paper": paper,
        "kind": _(papers.KINDS[paper.kind].label),
        "strength": term(Strength(hold.strength)).label,
        "what": _(rule.label),
        "items": dotted(whose) or _("すべての項目"),
        "force": hold.force.value,
        "article": citation(hold.article),
        "classes": dotted(_(CLASSES[name]) for name in hold.classes if name in CLASSES),
        "from": day_text(japanese_day(hold.from_at), calendar=calendar),
        "until": day_text(last_moment(hold.until_at), calendar=calendar) if hold.until_at else "",
        "open_end": _(rule.until) if rule.until else "",
        "released": day_text(japanese_day(hold.released_at), calendar=calendar) if hold.released_at else "",
        "over": hold.over(at),
    }
