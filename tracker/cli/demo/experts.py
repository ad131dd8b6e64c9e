"""The specialists of the demo: who stands in the registers, what was filed, and what they say of a case."""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session

from tracker.casework import specialists
from tracker.casework.specialists import Words
from tracker.cli.demo.agenda import Act
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.scene import Scene
from tracker.cli.demo.texts import words
from tracker.law.period import japanese_day
from tracker.models import Case, Service

BEGAN = 180  # days ago


def appoint_all(session: Session, diary: Diary, services: dict[str, Service], *, by: UUID, expert: UUID) -> list[Act]:
    """The colleague stands in each register, in one after somebody else."""
    said = words()["experts"]
    before, now = Words(**said["before"]), Words(**said["now"])
    acts = [
        _appoint(session, services["TH"], before, None, diary.day(BEGAN + 60, "10:12:00"), by),
        _file(session, services["TH"], diary.day(BEGAN + 55, "15:40:00"), said["reference"], by),
    ]
    for service in services.values():
        acts.append(_appoint(session, service, now, expert, diary.day(BEGAN, "11:05:00"), by))
        if service is services["TH"]:
            left = diary.day(BEGAN, "11:20:00")
            acts.append(Act(left, partial(_leave, session, service, by, left)))
        acts.append(_file(session, service, diary.day(BEGAN - 6, "14:10:00"), said["reference"], by))
    return acts


def move(session: Session, diary: Diary, service: Service, *, by: UUID, expert: UUID) -> None:
    """The colleague changed their office of late: that is still to be filed."""
    said = words()["experts"]
    entry = next(one.entry for one in specialists.standing_for(session, service.id) if one.entry.staff_id == expert)
    at = diary.day(4, "09:50:00")
    moved = Words(**(said["now"] | {"affiliation": said["moved"]}))
    specialists.change(session, service, entry.id, moved, expert, day=japanese_day(at), by=by, at=at)


def give(scene: Scene, items: list[UUID]) -> None:
    """The specialist is asked whether they know anybody in the case, and is given the items."""
    service = scene.session.get_one(Case, scene.notice.case_id).service_id
    who = next(
        one for one in specialists.standing_for(scene.session, service) if one.entry.staff_id == scene.specialist
    )
    specialists.assign(
        scene.session, scene.notice, who.entry.id, items, conflict=False, note=words()["experts"]["asked"],
        by=scene.hands, at=scene.at,
    )  # fmt: skip


def opine(scene: Scene) -> None:
    """The specialist says what they found, before it is decided."""
    for task in specialists.tasks_of(scene.session, scene.notice):
        if task.open_nos:
            items = [item.id for item in scene.items([str(no) for no in task.open_nos])]
            said = words()["experts"]["opinion"]
            specialists.opine(scene.session, scene.notice, task.row.id, items, said, by=scene.specialist, at=scene.at)


def _appoint(session: Session, service: Service, said: Words, staff: UUID | None, at: datetime, by: UUID) -> Act:
    return Act(at, partial(specialists.appoint, session, service, said, staff, day=japanese_day(at), by=by, at=at))


def _leave(session: Session, service: Service, by: UUID, at: datetime) -> None:
    """Whoever is no colleague leaves."""
    first = next(one.entry for one in specialists.standing_for(session, service.id) if one.entry.staff_id is None)
    specialists.leave(session, service, first.id, day=japanese_day(at), by=by, at=at)


def _file(session: Session, service: Service, at: datetime, reference: str, by: UUID) -> Act:
    return Act(
        at,
        partial(specialists.file_entries, session, service, day=japanese_day(at), reference=reference, by=by, at=at),
    )
