"""What a clock belongs to: how the rows that name it are found, and its name and page of the desk."""

from typing import Any

from sqlalchemy import Select, select as pick
from sqlmodel import col

from tracker.i18n import gettext as _
from tracker.models import Case, CaseKind, Clock, CriteriaVersion, HoldOrder, Notice, Service

NAMED: tuple[Any, ...] = (
    Case.kind,
    Service.name,
    Notice.number,
    col(HoldOrder.number).label("order"),
    CriteriaVersion.version,
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
        .outerjoin(CriteriaVersion, col(CriteriaVersion.case_id) == col(Case.id))
    )


def place(row: Any) -> tuple[str, str]:
    """What a clock belongs to, and its page of the desk."""
    if row.number:
        return row.number, f"cases/{row.number}"
    if row.order:
        return row.order, f"holds/orders/{row.order}"
    if row.kind is CaseKind.CRITERIA:
        return _("%(service)s 基準 第%(version)s版", service=row.name, version=row.version), "criteria"
    return row.name, "filings"
