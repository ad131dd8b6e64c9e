"""The steps of the demo in which a sender appeals against a measure, and somebody else decides on it."""

from uuid import UUID

from sqlmodel import col, select

from tracker.casework import journal, replies, reversals
from tracker.casework.appeals import deciding, filing
from tracker.casework.holding import ending
from tracker.cli.demo import hearing
from tracker.cli.demo.scene import Scene
from tracker.models import Appeal, Case, DoorPurpose, LogHold, Role, Staff


def read(scene: Scene) -> None:
    """The senders open what was written to them about a measure."""
    scene.at = scene.diary.home(scene.at, 1, 30, until=scene.until)
    _end_holds(scene)
    for sender in hearing.senders(scene):
        hearing.enter(scene, sender, DoorPurpose.NOTICE)


def appeal(scene: Scene, *arguments: str) -> None:
    """The senders appeal against what was done to their posts: at their door, or by phone ("phoned")."""
    phoned = "phoned" in arguments
    scene.at = scene.diary.home(scene.at, 4, 40, until=scene.until)
    _end_holds(scene)
    received = scene.at
    if phoned:
        scene.work(0.1, 2)
    nos = [word for word in arguments if word.isdecimal()]
    chosen = {item.id for item in scene.items(nos)}
    for sender in hearing.senders(scene, nos):
        free = filing.appealable(scene.session, scene.notice, sender.id)
        if measures := [one.measure.id for one in free if one.item.id in chosen]:
            filing.file(
                scene.session, scene.notice, sender, measures, scene.story.appeal,
                actor=journal.staff(scene.hands) if phoned else journal.SENDER, at=scene.at,
                received_at=received, by=scene.hands if phoned else None,
            )  # fmt: skip


def uphold(scene: Scene) -> None:
    """Somebody else looks again: the measure stands."""
    _decide(scene, reverse=False)


def overturn(scene: Scene) -> None:
    """Somebody else looks again: the measure is taken back."""
    _decide(scene, reverse=True)


def respond(scene: Scene) -> None:
    """The sender is told what became of their appeal."""
    scene.work(0.2, 4)
    for row in _appeals(scene):
        if row.decided_at and row.decided_by:
            draft = deciding.answer_draft(scene.session, scene.notice, row)
            deciding.send_answer(scene.session, scene.notice, row.id, draft.digest, by=row.decided_by, at=scene.at)
    scene.settle()


def restored(scene: Scene) -> None:
    """The claimant hears that the measure was taken back, which no article demands."""
    scene.work(0.2, 4)
    if draft := reversals.claimant_draft(scene.session, scene.notice):
        replies.send_draft(scene.session, scene.notice, draft, draft.digest, by=scene.hands, at=scene.at)
    scene.settle()


def retract(scene: Scene) -> None:
    """The sender takes the appeal back."""
    case = scene.session.get_one(Case, scene.notice.case_id)
    scene.at = scene.diary.home(scene.at, 5, 30, until=scene.until)
    for row in _open(scene):
        filing.withdraw(scene.session, case, row.id, actor=journal.SENDER, at=scene.at)


def _end_holds(scene: Scene) -> None:
    """Holds that ended before now were released then: a case is written in the order of its days."""
    ends = select(LogHold.until_at).where(
        LogHold.case_id == scene.notice.case_id, col(LogHold.released_at).is_(None), col(LogHold.until_at) <= scene.at
    )
    for until in sorted({until for until in scene.session.exec(ends) if until}):
        ending.end_due(scene.session, scene.notice.case_id, at=until)


def _decide(scene: Scene, *, reverse: bool) -> None:
    scene.work(20, 70)
    for row in _open(scene):
        deciding.decide(
            scene.session, scene.notice, row.id, reverse=reverse, reason=scene.story.appealed,
            by=_other(scene, row), at=scene.at,
        )  # fmt: skip


def _other(scene: Scene, row: Appeal) -> UUID:
    """Somebody who took no part in the measure: a lead or above, where there is one."""
    part = deciding.took_part(scene.session, row)
    team = scene.session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.email))).all()
    leads = {Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR}
    return next(one.id for one in sorted(team, key=lambda one: one.role not in leads) if one.id not in part)


def _appeals(scene: Scene) -> list[Appeal]:
    query = select(Appeal).where(Appeal.case_id == scene.notice.case_id)
    return list(scene.session.exec(query.order_by(col(Appeal.received_at), col(Appeal.item_id))))


def _open(scene: Scene) -> list[Appeal]:
    return [row for row in _appeals(scene) if row.decided_at is None and row.withdrawn_at is None]
