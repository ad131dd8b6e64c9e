"""見張り番の具合: whether each job's last success is fresh, and whether alerts can reach anybody at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework.watch.people import unreached
from tracker.models import JobRun, Letter, LetterChannel, Memo, Role, Staff

SKEW = timedelta(minutes=5)  # by which clocks of two machines may differ
STUCK = timedelta(minutes=45)
NOBODY = "NobodyToTell"  # the failure of the sweep when the team has nobody active


@dataclass(frozen=True)
class State:
    """A job at an instant. `failure` is the class of its last failure, if that came after the last success."""

    label: str
    fresh: bool
    succeeded_at: datetime | None
    failure: str


def states(session: Session, at: datetime) -> dict[str, State]:
    """Every job of the schedule by its name; the schedule is `info["watch"]`, as create_app gives it."""
    watch: Mapping[str, tuple[str, timedelta]] = session.info["watch"]
    rows = {row.name: row for row in session.exec(select(JobRun))}
    found = {}
    for name, (label, fresh) in watch.items():
        row = rows.get(name)
        last = row.succeeded_at if row else None
        failed = row is not None and row.failed_at is not None and (last is None or row.failed_at > last)
        now_fresh = last is not None and -SKEW <= at - last <= fresh  # a clock set back makes no job fresh
        found[name] = State(label, now_fresh, last, row.failure if row and failed else "")
    return found


def well(session: Session, at: datetime, *, but: str = "") -> bool:
    """Whether every job is fresh, `but` one left out."""
    fresh = all(state.fresh for name, state in states(session, at).items() if name != but)
    return fresh and not stuck(session, at) and not deaf_roles(session)


def stuck(session: Session, at: datetime) -> bool:
    """Whether a memo has waited so long that nobody can be said to be told: no relay, or one that takes nothing."""
    query = select(func.min(Memo.queued_at)).where(col(Memo.ended_at).is_(None))
    oldest = session.exec(query).one()
    return oldest is not None and oldest < at - STUCK


def deaf_roles(session: Session) -> dict[Role, list[str]]:
    """Roles of which the relay refuses the memos of every active member, with their names."""
    away = unreached(session)
    if not away:
        return {}
    members: dict[Role, dict[UUID, str]] = {}
    team = select(Staff.id, Staff.role, Staff.name).where(col(Staff.active).is_(True)).order_by(Staff.name)
    for id, role, name in session.exec(team):
        members.setdefault(Role(role), {})[id] = name
    return {role: list(names.values()) for role, names in members.items() if away.issuperset(names)}


def waiting(session: Session) -> int:
    """Letters and memos that wait for a relay."""
    letters: Sequence[int] = session.exec(
        select(func.count())
        .select_from(Letter)
        .where(col(Letter.ended_at).is_(None), Letter.channel == LetterChannel.SMTP)
    ).all()
    memos: Sequence[int] = session.exec(
        select(func.count()).select_from(Memo).where(col(Memo.ended_at).is_(None))
    ).all()
    return sum(letters) + sum(memos)
