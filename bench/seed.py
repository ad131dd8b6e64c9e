"""Many notices quickly: a few of each kind go through the real intake and casework, the rest are their copies.

A copy has new ids and its own moment, and the bytes of the original: what is sealed in it does not open, and its chain
does not verify. Lists and inserts do not notice.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import Connection, Table, Uuid, text
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.sqltypes import UTCDateTime

from bench.place import Place, analyze
from bench.recipe import REASON, make_service
from tracker.casework import criteria, decisions, delivery, intake, investigation, receipts, replies
from tracker.casework.criteria import ClauseText
from tracker.casework.decisions import Judgement
from tracker.casework.intake import FiledItem, Filing
from tracker.law.grounds import Basis, Circumstance, MeasureKind, Right, Standing
from tracker.letters.transport import Answer
from tracker.models import Clause, Notice, Role, Service, Staff
from tracker.now import now

ORIGINALS = 3  # of each kind
RARE_ONES = range(5)
RARE = "希少語彙検索試験"  # said in five notices, whatever the size
DAY = 86_400
SCRAMBLE = 2_654_435_761  # odd: numbers below 2**32 stay different, and new ids are as scattered as real ones
FIXED = frozenset({"service", "staff", "clause", "criteriaversion"})  # what a copy shares with its original
APART = {("claimant", "email_bidx")}  # not unique, but of a claimant of their own

ACCEPTED, REFUSED = Answer(True, 250, "smtp"), Answer(False, 550, "smtp", "5.1.1")
KEEP = Judgement(take=False, reason="意見の範囲にとどまり、受忍限度を超えるとは認められないため。")


@dataclass(frozen=True)
class Desk:
    """Who works on what is seeded."""

    service: Service
    me: UUID
    clause: UUID


@dataclass(frozen=True)
class Kind:
    """A kind of notice: how long ago it came, what happened since, and how far back its copies reach (days)."""

    share: float  # of all; the rest are plain
    age: float
    reach: float
    work: Callable[[Session, Desk, Notice, datetime], None] | None = None
    standing: Standing = Standing.PERSON
    fast: bool = False


def _assign(session: Session, desk: Desk, notice: Notice, at: datetime) -> None:
    investigation.assign(session, notice, desk.me, by=desk.me, at=at)


def _decide(session: Session, desk: Desk, notice: Notice, judgement: Judgement, at: datetime) -> None:
    items = [(item.id, 0) for item in decisions.items_of(session, notice)]
    decisions.decide(session, notice, items, judgement, by=desk.me, at=at)


def _order(session: Session, desk: Desk, notice: Notice, at: datetime) -> None:
    _decide(
        session,
        desk,
        notice,
        Judgement(
            take=True,
            reason="事実でない内容で社会的評価を下げているため。",
            kind=MeasureKind.REMOVE,
            basis=Basis.CLAUSE,
            clause_id=desk.clause,
        ),
        at,
    )


def _tell(session: Session, desk: Desk, notice: Notice, at: datetime, answer: Answer) -> None:
    _decide(session, desk, notice, KEEP, at)
    draft = replies.outcome_draft(session, notice)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=desk.me, at=at)
    assert letter
    delivery.settle(session, letter.id, answer, at=at)


def _answered(session: Session, desk: Desk, notice: Notice, at: datetime) -> None:
    _tell(session, desk, notice, at, ACCEPTED)


def _came_back(session: Session, desk: Desk, notice: Notice, at: datetime) -> None:
    _tell(session, desk, notice, at, REFUSED)


KINDS: Mapping[str, Kind] = {
    "plain": Kind(0, age=0.1, reach=6),
    "closed": Kind(1 / 3, age=2, reach=300, work=_answered),
    "late": Kind(0.05, age=9, reach=20),
    "fast": Kind(0.05, age=0.1, reach=5, fast=True),
    "voluntary": Kind(0.10, age=0.1, reach=5, standing=Standing.THIRD_PARTY),
    "unexecuted": Kind(0.05, age=1, reach=5, work=_order),
    "back": Kind(0.05, age=1, reach=5, work=_came_back),
    "mine": Kind(0.10, age=0.1, reach=5, work=_assign),
}
FEW = 60  # of each kind but plain and closed: what presses does not grow with the archive


def seed(place: Place, size: int, *, many: bool = False) -> Desk:
    """Fill a place with `size` notices. Each view holds sixty of them; with `many` its share, however many that are."""
    print(f"seeding {size} notices", file=sys.stderr)
    desk = _desk(place)
    at = now()
    kinds = {}
    for name, kind in KINDS.items():
        kinds[name] = [_original(place, desk, kind, at, f"{name}-{n}") for n in range(min(ORIGINALS, size))]
    copies = {name: _wanted(name, size, many) - ORIGINALS for name in KINDS if name != "plain"}
    copies["plain"] = size - sum(max(n, 0) for n in copies.values()) - ORIGINALS * len(KINDS) - len(RARE_ONES)
    for n in RARE_ONES:
        _original(place, desk, KINDS["plain"], at, f"rare-{n}", RARE)
    with place.database.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "pragma cache_size=-400000"
            )  # scattered ids: else each page is written many times
        _copy(connection, kinds, copies, at)
    place.database.dispose()  # and the product's own cache again
    with place.database.writer.begin() as connection:
        analyze(connection)
    return desk


def _wanted(name: str, size: int, many: bool) -> int:
    return round(KINDS[name].share * size) if many or name == "closed" else min(FEW, size // 10)


def _desk(place: Place) -> Desk:
    service = make_service(place)
    staff = Staff(email="bench@tsumugi.example", name="小野寺 遥", password="!", role=Role.LEAD)  # noqa: S106
    published = now() - timedelta(days=400)
    with place.database.writing() as session:
        session.add(staff)
        session.flush()
        version = criteria.publish(
            session,
            service,
            title="投稿の削除などの基準",
            clauses=[ClauseText("第4条1項", "名誉毀損", "事実を示して人の社会的評価を下げる投稿")],
            published_at=published,
            actor="system",
            at=published,
            proof="保存した公表ページ",
        )
        clause = session.exec(select(Clause.id).where(Clause.criteria_id == version.id)).one()
    return Desk(service, staff.id, clause)


def _original(place: Place, desk: Desk, kind: Kind, at: datetime, name: str, word: str = "") -> UUID:
    """One notice through the real casework; says its case."""
    received = (at - timedelta(days=kind.age)).replace(microsecond=0)
    filing = Filing(
        token=f"seed-{name}",
        standing=kind.standing,
        rights=[Right.HONOR, Right.PRIVACY],
        primary_right=Right.HONOR,
        items=[
            FiledItem(f"https://tsumugi.example/p/{name}-{no}", "", "前の職場で金を盗んでクビになった人だよ", "@kaze")
            for no in (1, 2)
        ],
        reason=REASON + word,
        name="水原 あかり",
        email=f"{name}@mail.example",
        circumstances=[Circumstance.INTIMATE] if kind.fast else [],
    )
    with place.database.writing() as session:
        service = session.get_one(Service, desk.service.id)
        notice = intake.file(session, service, filing, at=received)
        receipts.acknowledge(session, service, notice, at=received)
        if kind.work:
            kind.work(session, desk, notice, received + (at - received) / 2)
        return notice.case_id


def _copy(connection: Connection, kinds: Mapping[str, list[UUID]], copies: Mapping[str, int], at: datetime) -> None:
    """Copy originals by SQL alone: the database reads and writes its own rows."""
    random, sqlite = Random(16), connection.dialect.name == "sqlite"  # the same every time
    connection.exec_driver_sql(
        "create temporary table copy (n bigint primary key, case_id "
        + ("text" if sqlite else "uuid")
        + " not null, head text not null, shift bigint not null)"
    )
    rows, n = [], 1
    for name, originals in kinds.items():
        for _ in range(max(copies[name], 0)):
            case = originals[n % len(originals)]
            rows.append(
                {
                    "n": n,
                    "case": case.hex if sqlite else case,
                    "head": f"{n * SCRAMBLE % 2**32:08x}",
                    "shift": -random.randrange(round(KINDS[name].reach * DAY)),
                }
            )
            n += 1
    if not rows:
        return
    connection.execute(text("insert into copy values (:n, :case, :head, :shift)"), rows)
    for table in SQLModel.metadata.sorted_tables:
        if from_ := _belongs(table):
            cells = ", ".join(_cell(table, c.name, sqlite) for c in table.columns)
            names = ", ".join(f'"{c.name}"' for c in table.columns)
            connection.exec_driver_sql(f'insert into "{table.name}" ({names}) select {cells} from {from_}')  # noqa: S608
    connection.exec_driver_sql("drop table copy")


def _belongs(table: Table) -> str:
    """The rows of a table that hang on an original, each as often as it is copied."""
    if table.name in {*FIXED, "alert", "decisionsketch"}:  # numbered by the database; no bench looks for twins
        return ""
    if table.name == "case":
        return 'copy join "case" t on t.id = copy.case_id'
    if "case_id" in table.columns:
        return f'copy join "{table.name}" t on t.case_id = copy.case_id'
    way = next((key for key in table.foreign_keys if key.column.table.name in {"notice", "letter"}), None)
    if way is None:
        return ""
    up = way.column.table.name
    return f'copy join "{up}" u on u.case_id = copy.case_id join "{table.name}" t on t."{way.parent.name}" = u.id'


def _cell(table: Table, name: str, sqlite: bool) -> str:
    """How a column of a copy is made from its original."""
    column, mine = table.columns[name], f't."{name}"'
    if (table.name, name) == ("notice", "number"):
        width = "printf('%06d', copy.n)" if sqlite else "lpad(copy.n::text, 6, '0')"
        return f"'BN-2026-' || {width}"
    if (table.name, name) in APART or (column.unique and not isinstance(column.type, Uuid)):
        return f"copy.head || {mine}"
    if isinstance(column.type, Uuid):
        if any(key.column.table.name in FIXED for key in column.foreign_keys):
            return mine
        if sqlite:
            return f"copy.head || substr({mine}, 9)"
        return f"(copy.head || substr(replace({mine}::text, '-', ''), 9))::uuid"
    if isinstance(column.type, UTCDateTime):
        if sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {mine}, copy.shift || ' seconds')"
        return f"{mine} + copy.shift * interval '1 second'"
    return mine
