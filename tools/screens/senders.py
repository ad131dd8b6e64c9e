"""The sender's side in the pictures: where their doors and appeals are, and what is done there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tools.screens import finding
from tools.screens.acting import MAIN, colleague
from tools.screens.house import NOW
from tools.screens.screen import Visit
from tracker.casework.appeals import deciding
from tracker.casework.hearing import asking, doors
from tracker.law.inquiries import Regime
from tracker.models import Appeal, DoorPurpose, Role, Sender, SenderDoor, Staff

WHY = "公の通りの写真であっても、家の窓を示して「ここが自宅」と書くことで、住む人の平穏を害するため。"


def door(key: str, purpose: DoorPurpose = DoorPurpose.INQUIRY) -> dict[str, Any]:
    """The arguments of a sender's page of a story."""

    def found(session: Session) -> SenderDoor:
        case = finding.notice(session, key).case_id
        query = select(SenderDoor).join(Sender, col(Sender.id) == col(SenderDoor.sender_id))
        query = query.where(SenderDoor.case_id == case, SenderDoor.purpose == purpose).order_by(col(Sender.account))
        return session.exec(query).first()  # type: ignore[return-value]

    return {
        "purpose": purpose.value,
        "sender": lambda session: found(session).sender_id.hex,
        "secret": lambda session: doors.address(session, found(session)).rpartition("/")[2],
    }


def appeal(key: str) -> Callable[[Session], UUID | None]:
    """The first appeal of a story."""
    return lambda session: session.exec(
        select(Appeal.id)
        .where(Appeal.case_id == finding.notice(session, key).case_id)
        .order_by(col(Appeal.received_at), col(Appeal.item_id))
    ).first()


def ask(session: Session) -> None:
    """The sender of a case that waits was asked an hour ago."""
    notice, at = finding.notice(session, "landlord"), NOW - timedelta(hours=1)
    sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
    items = [item.id for item in asking.askable(session, notice, sender.id)]
    draft = asking.draft(session, notice, sender.id, items, Regime.STANDARD, by_hand=True, at=at)
    asking.ask(
        session, notice, sender.id, items, Regime.STANDARD, draft.digest,
        by_hand=True, by=colleague(session).id, at=at,
    )  # fmt: skip


def uphold(session: Session) -> None:
    """An appeal was decided by somebody else, and its answer is still to be sent."""
    notice, id = finding.notice(session, "dentist"), appeal("dentist")(session)
    row = session.get_one(Appeal, id)
    part = deciding.took_part(session, row)
    team = session.exec(select(Staff).where(col(Staff.role).in_([Role.LEAD, Role.MANAGER])).order_by(col(Staff.email)))
    who = next(one for one in team if one.id not in part)
    deciding.decide(session, notice, row.id, reverse=False, reason=WHY, by=who.id, at=NOW - timedelta(minutes=20))


def come_in(visit: Visit) -> None:
    """Open the page by its button."""
    visit.send(MAIN)


def answer_nothing(visit: Visit) -> None:
    """Open the page, and send the form empty."""
    come_in(visit)
    visit.send(MAIN)


def look_at_inquiry(visit: Visit) -> None:
    """Preview an inquiry."""
    visit.send("form[action$='/inquiry'] .actions button")
