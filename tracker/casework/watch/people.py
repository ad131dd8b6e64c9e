"""Whom an alert goes to: who has it, who leads, who manages; never nobody where a duty is at stake."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.watch.rungs import DAY, FAST, LATE
from tracker.law.period import japanese_day
from tracker.models import Memo, Preference, Role, Staff, StaffDay

AT_WORK = frozenset({Role.REVIEWER, Role.SPECIALIST, Role.LEAD})
UNREACHED = timedelta(days=3)  # how long others are told instead of somebody whose mail was refused: then both are


@dataclass(frozen=True)
class People:
    """The team as the watch needs it: who can be told, and who does not want single mails."""

    staff: Mapping[UUID, Staff]
    no_singles: frozenset[UUID]
    off: frozenset[UUID] = frozenset()  # who does not work today: leads read along of what they have
    away: Mapping[UUID, Staff] = field(default_factory=dict)  # who works here and cannot be reached

    def told(self, level: str, holder: UUID | None, *, statutory: bool, fast: bool = False) -> Sequence[Staff]:
        """Who is told at `level`: whoever has it, or everybody at work; leads on the last day, managers once late.

        Leads also read of the fast lane, and of what somebody has who is off today.

        A wish not to be told holds only while somebody else is told of a duty.
        """
        kind = level.partition(":")[0]
        known = self.staff.get(holder) if holder else None
        mine = [known] if known else self._with(AT_WORK) or list(self.staff.values())
        above = {DAY: {Role.LEAD}, FAST: {Role.LEAD}, LATE: {Role.LEAD, Role.MANAGER}}.get(kind, set())
        if fast or (known and known.id in self.off):
            above = above | {Role.LEAD}
        wanted = mine + [one for one in self._with(frozenset(above)) if one not in mine]
        willing = [one for one in wanted if one.id not in self.no_singles]
        return willing or (wanted if statutory else [])

    def readers(self, named: Collection[UUID], *, statutory: bool) -> Sequence[Staff]:
        """Who is told of a confidential paper: those it names, at every level, and nobody in their place."""
        wanted = [one for id, one in self.staff.items() if id in named]
        wanted = wanted or [one for id, one in self.away.items() if id in named]
        willing = [one for one in wanted if one.id not in self.no_singles]
        return willing or (wanted if statutory else [])

    def _with(self, roles: frozenset[Role]) -> list[Staff]:
        return [one for one in self.staff.values() if one.role in roles]


def people(session: Session, at: datetime) -> People:
    """Everybody who works and can be reached. Whose newest memo was refused is left out, unless all are."""
    active = {
        one.id: one for one in session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.email))
    }
    away = unreached(session, since=at - UNREACHED)
    here = {id: one for id, one in active.items() if id not in away} or active
    silent = session.exec(select(Preference.staff_id).where(col(Preference.singles).is_(False)))
    today = japanese_day(at)
    off = session.exec(select(StaffDay.staff_id).where(StaffDay.day == today, col(StaffDay.working).is_(False)))
    missed = {id: one for id, one in active.items() if id not in here}
    return People(here, frozenset(silent), frozenset(off), missed)


def unreached(session: Session, *, since: datetime | None = None) -> set[UUID]:
    """Who works here, and whose newest ended memo was refused by the relay, or came back; since then, or ever."""
    newest = (
        select(Memo.refused_at)
        .where(Memo.staff_id == Staff.id, col(Memo.cancelled_at).is_(None), col(Memo.ended_at).is_not(None))
        .order_by(col(Memo.queued_at).desc())
        .limit(1)
        .correlate(Staff)
        .scalar_subquery()
    )  # every page of the desk asks: one look into an index for each of the team, however long the history is
    query = select(Staff.id).where(col(Staff.active).is_(True), newest.is_not(None))
    return set(session.exec(query.where(newest > since) if since else query))


def replaced(session: Session) -> set[UUID]:
    """Who cannot be reached while somebody else can, and is told instead."""
    away = unreached(session)
    here = session.exec(select(Staff.id).where(col(Staff.active).is_(True))).all() if away else ()
    return away if any(id not in away for id in here) else set()
