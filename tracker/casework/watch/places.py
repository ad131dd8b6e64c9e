"""What a clock belongs to: how the rows that name it are found, and its name and page of the desk.

Of a confidential paper (刑訴法197条5項), and of an order about one, nothing is named in a memo but its day.
"""

from typing import Any

from sqlalchemy import Select, and_, select as pick
from sqlmodel import Session, col

from tracker.casework.papers.kinds import KINDS, Ask
from tracker.casework.papers.readers import confidential_cases
from tracker.i18n import gettext as _
from tracker.models import Case, CaseKind, Clock, CriteriaVersion, HoldOrder, LegalPaper, Notice, Service
from tracker.settings import Settings

# A case has one paper that is no extension; the extensions stand beside it on its page.
FIRST = [kind for kind, rule in KINDS.items() if Ask.FIRST not in rule.asks]

NAMED: tuple[Any, ...] = (
    Case.kind,
    Service.name,
    Notice.number,
    col(HoldOrder.number).label("order"),
    col(LegalPaper.number).label("paper"),
    CriteriaVersion.version,
    col(Case.id).in_(confidential_cases()).label("secret"),
)


def clocks(*columns: Any) -> Select[Any]:
    """A query of clocks with `columns` and what `place` reads of each row."""
    return (
        pick(*columns, *NAMED)
        .select_from(Clock)
        .join(Case, col(Case.id) == col(Clock.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .outerjoin(LegalPaper, and_(col(LegalPaper.case_id) == col(Case.id), col(LegalPaper.kind).in_(FIRST)))
        .outerjoin(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
    )


def place(row: Any) -> tuple[str, str]:
    """What a clock belongs to, and its page of the desk."""
    if row.number:
        return row.number, f"cases/{row.number}"
    if row.order:
        return row.order, f"holds/orders/{row.order}"
    if row.paper:
        return row.paper, f"papers/{row.paper}"
    if row.kind is CaseKind.CRITERIA:
        return _("%(service)s 基準 第%(version)s版", service=row.name, version=row.version), "criteria"
    return row.name, "filings"


def told(row: Any) -> str:
    """What a memo calls it: of a confidential paper neither number nor kind, for a mail lies open on its way."""
    return _("名指しされた書面の期限") if row.secret else place(row)[0]


def link(session: Session, row: Any) -> str:
    """The address of its page as a memo gives it: for a confidential paper one without its number."""
    settings: Settings = session.info["settings"]
    room = f"watch/clocks/{row.id}" if row.secret else place(row)[1]
    return f"{settings.base_url.rstrip('/')}/desk/{room}"
