"""What a case page says of specialists: what they were given, what they said, who could be given something."""

from typing import Any

from sqlmodel import Session, col, select

from tracker.casework import specialists
from tracker.casework.folder import Folder, actor_name
from tracker.models import Role, Staff
from tracker.web.guards import current_staff
from tracker.web.staff.case.items import numbers


def experts(session: Session, found: Folder, tab: str) -> dict[str, Any]:
    """The words of the templates _specialist*.html. Names and opinions are for the desk: no letter is made of them."""
    me = current_staff()
    tasks = specialists.tasks_of(session, found.notice)
    names = {str(s.id): s.name for s in session.exec(select(Staff).order_by(col(Staff.name)))} if tasks else {}
    undecided = [item.id for item in found.ready.undecided]
    without = set(specialists.uncovered(session, found.case, undecided)) if tab == "letters" else set()
    over = found.case.closed_at is not None
    return {
        "tasks": [
            {
                "task": task,
                "nos": numbers(task.nos),
                "open_nos": numbers(task.open_nos),
                "mine": me.may(Role.LEAD) or (me.may(Role.SPECIALIST) and task.staff_id == me.id),
                "opinions": [
                    {"opinion": one, "nos": numbers(one.nos), "who": actor_name(one.actor, names)}
                    for one in task.opinions
                ],
            }
            for task in tasks
        ],
        "standing": specialists.standing_for(session, found.service.id) if tab == "procedure" and not over else [],
        "without": numbers(sorted(i.no for i in found.ready.undecided if i.id in without)),
        "open": [view.item for view in found.items if not over],
    }
