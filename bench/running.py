"""Many running clocks quickly: one notice goes through the real intake; cases and clocks are its copies by SQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel, select

from bench.place import Place, analyze
from bench.recipe import REASON
from tracker.casework import intake, receipts
from tracker.casework.intake import FiledItem, Filing
from tracker.law.grounds import Right, Standing
from tracker.models import Clock, Notice, Role, Service, Staff

A_CASE = 10  # clocks
TEAM = {Role.REVIEWER: 8, Role.LEAD: 1, Role.MANAGER: 1}
SCRAMBLE = 2_654_435_761  # odd: ids as scattered as real ones
ONE_DAY = timedelta(days=1)
SPREAD = 30  # days over which what is not yet due falls due


def team(place: Place) -> None:
    """Eight reviewers, who have the cases, a lead and a manager."""
    with place.database.writing() as session:
        for role, many in TEAM.items():
            for n in range(many):
                session.add(Staff(email=f"{role.value}{n}@tsumugi.example", name="小野寺 遥", password="!", role=role))  # noqa: S106


def notice(session: Session, at: datetime) -> Notice:
    """A filing about one post, with its receipt in the outbox."""
    service = session.exec(select(Service)).one()
    filing = Filing(
        token=uuid4().hex,
        standing=Standing.PERSON,
        rights=[Right.HONOR],
        primary_right=Right.HONOR,
        items=[FiledItem("https://tsumugi.example/p/1", "", "前の職場で金を盗んでクビになった人だよ", "@kaze_2198")],
        reason=REASON,
        name="水原 あかり",
        email=f"{uuid4().hex}@mail.example",
    )
    made = intake.file(session, service, filing, at=at)
    receipts.acknowledge(session, service, made, at=at)
    return made


def seed(place: Place, clocks: int, *, lots: int, due: int, ends: Sequence[datetime], at: datetime) -> None:
    """`clocks` running clocks. A lot of `due` of them comes up at `at` and at each minute after it; they end by turns
    at one of `ends`. All others come up days later.
    """
    team(place)
    with place.database.writing() as session:
        original = notice(session, at - 4 * ONE_DAY)
        reply = session.exec(select(Clock).where(Clock.case_id == original.case_id, Clock.rule == "reply")).one()
        for clock in session.exec(select(Clock).where(Clock.case_id == original.case_id)):
            clock.alert_at = None  # the bench looks at the copies alone
            session.add(clock)
        reviewers = session.exec(select(Staff.id).where(Staff.role == Role.REVIEWER)).all()
    with place.database.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma cache_size=-400000")
        _moments(connection, lots, ends, at)
        _count(connection, -(-clocks // A_CASE), reviewers)
        _copy(connection, "case", "copy", original.case_id)
        _copy(connection, "notice", "copy", original.id)
        connection.exec_driver_sql("drop table copy")
        _count(connection, clocks, reviewers)
        which = f"case when n < {lots * due} then -1 - n / {due} * {len(ends)} - n % {len(ends)} else n % {SPREAD} end"
        _copy(connection, "clock", f"copy join moment m on m.k = {which}", reply.id)
        connection.exec_driver_sql("drop table copy")
        connection.exec_driver_sql("drop table moment")
    place.database.dispose()  # and the product's own cache again
    with place.database.writer.begin() as connection:
        analyze(connection)


def _moments(connection: Connection, lots: int, ends: Sequence[datetime], at: datetime) -> None:
    """When a clock ends, and when the watch looks at it: those that come up (below zero), and those that wait."""
    rows = [(k, at + (9 + k) * ONE_DAY, at + (5 + k) * ONE_DAY) for k in range(SPREAD)]
    for lot in range(lots):
        minute = at + lot * timedelta(minutes=1)
        rows += [(-1 - lot * len(ends) - k, end, minute) for k, end in enumerate(ends)]
    kind = "text" if connection.dialect.name == "sqlite" else "timestamptz"
    connection.exec_driver_sql(f"create temporary table moment (k bigint primary key, ends {kind}, alert {kind})")
    connection.execute(
        text("insert into moment values (:k, :ends, :alert)"),
        [{"k": k, "ends": _stored(connection, e), "alert": _stored(connection, a)} for k, e, a in rows],
    )


def _stored(connection: Connection, moment: datetime) -> object:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if connection.dialect.name == "sqlite" else moment


def _count(connection: Connection, many: int, reviewers: Sequence[UUID]) -> None:
    """A table of numbers from 0, each with an id, the id of its case, and who has that."""
    sqlite = connection.dialect.name == "sqlite"
    series = (
        f"with recursive s(n) as (select 0 union all select n + 1 from s where n + 1 < {many}) select n from s"  # noqa: S608
        if sqlite
        else f"select n from generate_series(0, {many - 1}) n"  # noqa: S608
    )
    who = " ".join(f"when {n} then '{id.hex if sqlite else id}'" for n, id in enumerate(reviewers))
    statement = (
        f"create temporary table copy as select n, {_id('n', sqlite)} id, {_id(f'n / {A_CASE}', sqlite)} of_case, "  # noqa: S608
        f"{'' if sqlite else '('}case n % {len(reviewers)} {who} end{'' if sqlite else ')::uuid'} who from ({series}) x"
    )
    connection.execute(text(statement))


def _id(n: str, sqlite: bool) -> str:
    """A number as an id: scattered, and the same every time."""
    if sqlite:
        return f"printf('%08x%024x', ({n}) * {SCRAMBLE} & 4294967295, {n})"
    return f"(lpad(to_hex(({n}) * {SCRAMBLE} & 4294967295), 8, '0') || lpad(to_hex({n}), 24, '0'))::uuid"


def _cells(name: str, sqlite: bool) -> dict[str, str]:
    """What a copy does not have from its original."""
    number = "printf('%07d', n)" if sqlite else "lpad(n::text, 7, '0')"
    return {
        "case": {"id": "copy.id", "assigned_to": "copy.who"},
        "notice": {"id": "copy.id", "case_id": "copy.id", "number": f"'BN-2026-' || {number}", "token": number},
        "clock": {"id": "copy.id", "case_id": "copy.of_case", "due_at": "m.ends", "alert_at": "m.alert"},
    }[name]


def _copy(connection: Connection, name: str, whence: str, original: UUID) -> None:
    sqlite = connection.dialect.name == "sqlite"
    cells = _cells(name, sqlite)
    columns = [column.name for column in SQLModel.metadata.tables[name].columns]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(cells.get(column, f't."{column}"') for column in columns)
    one = f"(select * from \"{name}\" where id = '{original.hex if sqlite else original}') t"  # noqa: S608
    connection.execute(text(f'insert into "{name}" ({names}) select {values} from {whence} cross join {one}'))  # noqa: S608
