"""How many senders a service had in each month: entered in versions, each recorded in its register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.register import register_of, standing_register
from tracker.casework.remarks import remarks_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Case, SenderMonth, Service, Staff

FIRST = 202404  # the year before chapter 5 of the Act: the first designations rested on it
MOST = 10**12


class Figures(NamedTuple):
    """The figures of a month; None for what is not known."""

    senders: int | None = None
    users: int | None = None
    times: int | None = None


NOTHING = Figures()


@dataclass(frozen=True)
class Version:
    """One version of a month, by whom, and why it replaced the one before."""

    row: SenderMonth
    by: str
    why: str


def month_rows(session: Session, service: Service, first_month: int, last_month: int) -> dict[int, SenderMonth]:
    """The newest version of each month from one to another (202604), both with them; unknown ones are left out."""
    query = select(SenderMonth).where(
        SenderMonth.service_id == service.id, col(SenderMonth.month).between(first_month, last_month)
    )
    rows = session.exec(query.order_by(col(SenderMonth.month), col(SenderMonth.version)))
    return {row.month: row for row in rows}


def first_month(session: Session) -> int | None:
    """The oldest month of which any service has a figure."""
    return session.exec(select(func.min(SenderMonth.month))).one()


def figures(row: SenderMonth | None) -> Figures:
    """What a version says; nothing where there is none."""
    return Figures(row.senders, row.users, row.times) if row else NOTHING


def last_ended(at: datetime) -> int:
    """The newest month that was over at `at`, in Japan: no other can be counted."""
    today = japanese_day(at)
    year, month = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
    return year * 100 + month


def enter(
    session: Session,
    service: Service,
    month: int,
    said: Figures,
    *,
    seen: int,
    why: str = "",
    by: UUID,
    at: datetime,
) -> SenderMonth:
    """Record the figures of a month: SENDERS_COUNTED in the register. `seen` is the version on the page, 0 for none.

    What was recorded stays; a correction is a version of its own, with a reason. Raises Conflict where somebody else
    recorded a newer one, NotAllowed for a month that is not over, for nothing, or for the same figures again.
    """
    return enter_all(session, service, {month: said}, seen={month: seen}, why=why, by=by, at=at)[0]


def enter_all(
    session: Session,
    service: Service,
    said: Mapping[int, Figures],
    *,
    seen: Mapping[int, int],
    why: str = "",
    by: UUID,
    at: datetime,
) -> list[SenderMonth]:
    """Record several months in one go, all or none, as `enter` does each."""
    if not said:
        raise NotAllowed(N_("記録する月がありません。"), about="month")
    for month in said:
        check_month(month, at)
    case = register_of(session, service, at)
    journal.lock(session, case)
    there = month_rows(session, service, min(said), max(said))
    return [
        _enter(session, case, month, one, there.get(month), seen.get(month, 0), why, by, at)
        for month, one in sorted(said.items())
    ]


def check_month(month: int, at: datetime) -> None:
    """Raises NotAllowed for what is no month, or one that cannot be recorded yet or any more."""
    if month % 100 not in range(1, 13) or month < FIRST:
        raise NotAllowed(N_("2024年4月より後の月を選んでください。"), about="month")
    if month > last_ended(at):
        raise NotAllowed(N_("まだ終わっていない月は記録できません。月が終わってから記録してください。"), about="month")


def history(session: Session, service: Service) -> Sequence[Version]:
    """Every version that was recorded, the newest first."""
    query = (
        select(SenderMonth, Staff.name)
        .join(Staff, col(Staff.id) == col(SenderMonth.by))
        .where(SenderMonth.service_id == service.id)
    )
    rows = session.exec(
        query.order_by(col(SenderMonth.at).desc(), col(SenderMonth.month).desc(), col(SenderMonth.version).desc())
    ).all()
    case = standing_register(session, service)
    notes = remarks_of(session, case) if case else {}
    events = journal.history(session, case) if case else []
    why = {e.data["said"]["row"]: notes.get(e.id, "") for e in events if e.fact is Fact.SENDERS_COUNTED}
    return [Version(row, name, why.get(str(row.id), "")) for row, name in rows]


def _enter(
    session: Session,
    case: Case,
    month: int,
    said: Figures,
    before: SenderMonth | None,
    seen: int,
    why: str,
    by: UUID,
    at: datetime,
) -> SenderMonth:
    version = before.version if before else 0
    if version != seen:
        raise Conflict(
            N_("この月の数は、画面を開いた後にほかの人が記録しました。新しい数を確かめてください。"), about="month"
        )
    for name, n in said._asdict().items():
        if n is not None and not 0 <= n <= MOST:
            raise NotAllowed(N_("0以上、1兆以下の整数で入力してください。"), about=name)
    if said == figures(before):
        if before is None:
            raise NotAllowed(N_("少なくとも1つの数を入力してください。"), about="senders")
        raise NotAllowed(N_("記録と同じ数です。"), about="senders")
    if before and not why.strip():
        raise NotAllowed(N_("訂正する理由を書いてください。"), about="why")
    row = SenderMonth(service_id=case.service_id, month=month, version=version + 1, by=by, at=at, **said._asdict())
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.SENDERS_COUNTED,
        actor=journal.staff(by),
        at=at,
        remark=why.strip() if before else "",
        row=str(row.id),
        month=month,
        version=row.version,
        **said._asdict(),
    )
    return row
