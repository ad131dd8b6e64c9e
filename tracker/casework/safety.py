"""安全管理措置の点検: who looked at which measure of the checklist when, and what was found. Rows are appended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed
from tracker.casework.retention_record import record_checks
from tracker.law import N_
from tracker.law.safety import MEASURES
from tracker.models import SafetyCheck, Service, Staff


@dataclass(frozen=True)
class Finding:
    """What somebody found of one measure."""

    done: bool
    note: str = ""


@dataclass(frozen=True)
class Checked:
    """A check, and the name of who made it."""

    check: SafetyCheck
    who: str


def problem(finding: Finding) -> NotAllowed | None:
    """Why a finding cannot be recorded: what is lacking has to be said."""
    if finding.done or finding.note:
        return None
    return NotAllowed(N_("できていないときは、何が足りないか、いつまでにどうするかを書いてください。"))


def check(session: Session, service: Service, found: Mapping[str, Finding], *, by: UUID, at: datetime) -> None:
    """Keep what was found, one row for each measure, and record it in the register of the service.

    Raises NotAllowed, with the key as `about`.
    """
    if not found:
        raise NotAllowed(N_("点検した措置を、1つは選んでください。"), about="measures")
    made = []
    for key, finding in found.items():
        wrong = problem(finding)
        if key not in MEASURES:
            raise NotAllowed(N_("一覧にある措置を選んでください。"), about="measures")
        if wrong:
            raise NotAllowed(wrong.words, about=key)
        made.append(
            SafetyCheck(
                service_id=service.id, measure=key, done=finding.done, note=finding.note, checked_at=at, checked_by=by
            )
        )
    session.add_all(made)
    session.flush()
    record_checks(session, service, made, by=by, at=at)


def checks(session: Session, service_id: UUID) -> dict[str, list[Checked]]:
    """Every check of a service by its measure, the newest first; a measure that nobody looked at has an empty list."""
    found: dict[str, list[Checked]] = {key: [] for key in MEASURES}
    for row, name in session.exec(
        select(SafetyCheck, Staff.name)
        .join(Staff, col(Staff.id) == col(SafetyCheck.checked_by))
        .where(SafetyCheck.service_id == service_id)
        .order_by(col(SafetyCheck.checked_at).desc(), col(SafetyCheck.id))
    ):
        found.setdefault(row.measure, []).append(Checked(row, name))
    return found
