"""照合 that found logs gone: what a custodian said it keeps, and by its own system does not keep any more.

Leads are told of each comparison once, in office hours. What a confidential paper keeps is told to the people it names
alone, and its mail names neither the paper nor the custodian.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework.papers.readers import may_know, who_may_know
from tracker.casework.watch import memos
from tracker.casework.watch.ledger import again, entered
from tracker.casework.watch.people import People, people
from tracker.i18n import gettext as _, japanese, short_time
from tracker.law.hours import Hours
from tracker.law.period import japanese_day
from tracker.models import Alert, Custodian, LogHold, MemoKind, Reconciliation, Role, Staff
from tracker.settings import Settings

LEVEL = "gone"
NAMED = "gone-named"
SINCE = timedelta(days=30)


@dataclass(frozen=True)
class Gone:
    """The newest comparison with a custodian, where it found logs gone: how many of those that the reader knows of."""

    custodian: Custodian
    row: Reconciliation
    n: int


@dataclass(frozen=True)
class _Line:
    subject: str
    level: str
    text: str


def gone_now(session: Session, *, reader: UUID) -> list[Gone]:
    """What the newest comparison with each active custodian found gone, until one finds all that should be there."""
    newest = (
        select(Reconciliation.custodian_id, func.max(Reconciliation.received_at).label("at"))
        .group_by(col(Reconciliation.custodian_id))
        .subquery()
    )
    query = (
        select(Custodian, Reconciliation)
        .join(Reconciliation, col(Reconciliation.custodian_id) == col(Custodian.id))
        .join(
            newest,
            (newest.c.custodian_id == Reconciliation.custodian_id) & (newest.c.at == Reconciliation.received_at),
        )
        .where(col(Custodian.active).is_(True))
        .order_by(col(Custodian.name))
    )
    found = []
    for custodian, row in session.exec(query).all():
        known = _known(session, row.missing, reader)
        if known:
            found.append(Gone(custodian, row, known))
    return found


@japanese()
def tell_gone(session: Session, *, at: datetime) -> int:
    """Tell of every comparison of the last days that found logs gone, once. Says to how many people."""
    hours: Hours = session.info["office"].hours
    if not hours.working(at, session.info["calendar"]):
        return 0
    query = (
        select(Reconciliation, Custodian)
        .join(Custodian, col(Custodian.id) == col(Reconciliation.custodian_id))
        .where(Reconciliation.received_at > at - SINCE)
        .order_by(col(Reconciliation.received_at))
    )
    rows = [(row, custodian) for row, custodian in session.exec(query).all() if row.missing]
    known = entered(session, [f"reconciliation:{row.id}" for row, _custodian in rows])
    fresh = [one for one in rows if all(entry.lost for entry in known.get(f"reconciliation:{one[0].id}", ()))]
    if not fresh:
        return 0
    team, today = people(session, at), japanese_day(at)
    open_lines: dict[UUID, list[_Line]] = defaultdict(list)
    secret_lines: dict[UUID, list[_Line]] = defaultdict(list)
    for row, custodian in fresh:
        subject, when = f"reconciliation:{row.id}", short_time(row.received_at)
        everybodys, named = _whose(session, row.missing)
        wanted: list[tuple[dict[UUID, list[_Line]], str, Iterable[Staff], str]] = []
        if everybodys:
            text = _("・%(name)s　%(n)s件　%(time)s", name=custodian.name, n=everybodys, time=when)
            wanted.append((open_lines, LEVEL, _leads(team), text))
        if named:
            text = _("・名指しされた書面の保存　%(time)s", time=when)
            wanted.append((secret_lines, NAMED, team.readers(named, statutory=True), text))
        for lines, kind, who, text in wanted:
            for staff in who:
                if level := again(known.get(subject, ()), kind, staff.id, today):
                    lines[staff.id].append(_Line(subject, level, text))
    settings: Settings = session.info["settings"]
    desk = f"{settings.base_url.rstrip('/')}/desk"
    for id in sorted({*open_lines, *secret_lines}):
        body = []
        if open_lines[id]:
            body += [
                _("保存していると保管者が答えた記録が、保管者のシステムになくなっています。保管者に確かめてください。"),
                "", *(one.text for one in open_lines[id]), "", f"{desk}/holds/custodians", "",
            ]  # fmt: skip
        if secret_lines[id]:
            body += [
                _("名指しされた書面により保存している記録が、保管者のシステムになくなっています。書面の画面で確かめてください。"),
                "", *(one.text for one in secret_lines[id]), "", f"{desk}/papers", "",
            ]  # fmt: skip
        _post(session, team, id, [*open_lines[id], *secret_lines[id]], "\n".join(body), at)
    return len({*open_lines, *secret_lines})


def _post(session: Session, team: People, id: UUID, lines: Collection[_Line], body: str, at: datetime) -> None:
    key = memos.key_of(MemoKind.SINGLE, id, [f"{one.subject} {one.level}" for one in lines])
    to = team.staff.get(id) or team.away[id]
    subject = _("【保存した記録が保管者にない】%(n)s件の照合", n=len({one.subject for one in lines}))
    memo = memos.post(session, to, MemoKind.SINGLE, key, subject, body, at=at)
    session.add_all(
        Alert(subject=one.subject, level=one.level, recipient=id, memo_id=memo.id if memo else None, raised_at=at)
        for one in lines
    )
    session.flush()


def _leads(team: People) -> list[Staff]:
    """Leads; where none can be reached, everybody who can: logs that are gone are never nobody's."""
    everybody = list(team.staff.values())
    return [one for one in everybody if one.role is Role.LEAD] or everybody


def _whose(session: Session, missing: Collection[str]) -> tuple[int, frozenset[UUID]]:
    """How many of the holds everybody may know of, and who is named for any of the others."""
    cases: Mapping[UUID, UUID] = dict(
        session.exec(select(LogHold.id, LogHold.case_id).where(col(LogHold.id).in_([UUID(id) for id in missing]))).all()
    )
    named = who_may_know(session, set(cases.values()))
    everybodys = sum(1 for case in cases.values() if case not in named)
    return everybodys, frozenset().union(*named.values())


def _known(session: Session, missing: Collection[str], reader: UUID) -> int:
    if not missing:
        return 0
    ids = [UUID(id) for id in missing]
    query = select(func.count()).where(col(LogHold.id).in_(ids), may_know(col(LogHold.case_id), reader))
    return session.exec(query).one()
