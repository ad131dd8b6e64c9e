"""The logs: made up, of accounts that do not exist. Each row is one item of 規則2条 on one day."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
USUAL = timedelta(days=180)  # how long logs are kept where no hold asks for more

# What is registered and stays in use; of a log that names it, the person is taken out instead of the row.
REGISTERED = ("2-1", "2-2", "2-3", "2-4", "2-12", "2-14")

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (handle TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS post (url TEXT PRIMARY KEY, account TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (
  id INTEGER PRIMARY KEY, account TEXT, url TEXT, class TEXT NOT NULL, day TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS log_account ON log (account, day);
CREATE TABLE IF NOT EXISTS gone (account TEXT NOT NULL, url TEXT, class TEXT NOT NULL, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hold (
  id TEXT PRIMARY KEY, posts TEXT NOT NULL, classes TEXT NOT NULL, logs_from TEXT, logs_until TEXT, keep_until TEXT,
  reference TEXT NOT NULL, released INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS erasure (reference TEXT PRIMARY KEY, record TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answer (
  order_id TEXT PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, given INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS later (order_id TEXT PRIMARY KEY, body TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS withdrawn (order_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS state (
  day TEXT PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, given INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True)
class Wanted:
    """Which rows a hold or an order is about."""

    accounts: tuple[str, ...]
    urls: tuple[str, ...]
    classes: tuple[str, ...]
    first: str | None = None
    last: str | None = None

    def condition(self) -> tuple[str, list[str]]:
        """SQL over log or gone. What has no address of a post (a sign-in) belongs to the account alone."""
        where = [f"account IN ({_marks(self.accounts)})", f"class IN ({_marks(self.classes)})"]
        values = [*self.accounts, *self.classes]
        if self.urls:
            where.append(f"(url IS NULL OR url IN ({_marks(self.urls)}))")
            values += self.urls
        for sign, day in ((">=", self.first), ("<=", self.last)):
            if day:
                where.append(f"day {sign} ?")
                values.append(day)
        return " AND ".join(where), values


def _marks(values: tuple[str, ...]) -> str:
    return ",".join("?" * len(values))


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, alone."""
    database = sqlite3.connect(path, timeout=20, isolation_level=None)
    database.row_factory = sqlite3.Row
    try:
        database.execute("BEGIN IMMEDIATE")
        yield database
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    finally:
        database.close()


def japanese_day(at: datetime) -> date:
    """The day in Japan."""
    return at.astimezone(JST).date()


def fill(path: Path, accounts: Path, at: datetime) -> None:
    """Make the tables and, the first time, the logs: the same at every machine that starts on the same day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(SCHEMA)
    database.close()
    with writing(path) as database:
        if database.execute("SELECT 1 FROM account LIMIT 1").fetchone():
            return
        for line in accounts.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                handle, url, ago = line.split()
                database.execute("INSERT OR IGNORE INTO account VALUES (?)", [handle])
                database.execute("INSERT INTO post VALUES (?, ?)", [url, handle])
                if ago != "none":
                    _make(database, handle, url, japanese_day(at) - timedelta(days=int(ago)))


def _make(database: sqlite3.Connection, handle: str, url: str, posted: date) -> None:
    """A post, the sign-ins of the days about it, and what is registered. Addresses are those of examples (RFC 5737)."""
    chance = Random(f"{handle} {url}")  # noqa: S311 - made up, not secret

    def row(kind: str, day: date, value: str, at: str | None = None) -> None:
        database.execute(
            "INSERT INTO log (account, url, class, day, value) VALUES (?, ?, ?, ?, ?)",
            [handle, at, kind, day.isoformat(), value],
        )

    def address() -> str:
        return f"192.0.2.{chance.randrange(1, 255)}:{chance.randrange(1024, 65535)}"

    row("2-5", posted, address(), url)
    row("2-8", posted, f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}", url)
    for back in range(0, 15, 5):
        row("2-9", posted - timedelta(days=back), address())
        row("2-13", posted - timedelta(days=back), f"{chance.randrange(24):02}:{chance.randrange(60):02}:00")
    row("2-3", posted, f"000-0000-{chance.randrange(10000):04}")
    row("2-4", posted, f"{chance.randrange(10**6):06}@mail.example")


def end_usual_period(database: sqlite3.Connection, at: datetime) -> int:
    """Erase what is older than the usual period and in no hold that runs. What went is noted without its content."""
    before = (japanese_day(at) - USUAL).isoformat()
    rows = database.execute("SELECT id, account, url, class, day FROM log WHERE day < ? AND account NOT NULL", [before])
    old = {row["id"]: row for row in rows}
    for id in kept_rows(database, at):
        old.pop(id, None)
    database.executemany("INSERT INTO gone VALUES (?, ?, ?, ?)", [tuple(row)[1:] for row in old.values()])
    database.executemany("DELETE FROM log WHERE id = ?", [[id] for id in old])
    return len(old)


def kept_rows(database: sqlite3.Connection, at: datetime, *, but: str = "") -> set[int]:
    """The rows that some hold keeps at `at`, other than the hold `but`."""
    from examples.log_custodian.orders import wanted_of

    today = japanese_day(at).isoformat()
    running = database.execute(
        "SELECT * FROM hold WHERE NOT released AND id <> ? AND (keep_until IS NULL OR keep_until >= ?)", [but, today]
    ).fetchall()
    kept: set[int] = set()
    for hold in running:
        kept.update(rows(database, wanted_of(database, hold)))
    return kept


def kept_holds(database: sqlite3.Connection, at: datetime) -> list[str]:
    """The holds that run at `at`, by the names that the office gave them."""
    today = japanese_day(at).isoformat()
    running = database.execute(
        "SELECT id FROM hold WHERE NOT released AND (keep_until IS NULL OR keep_until >= ?) ORDER BY id", [today]
    )
    return [row["id"] for row in running]


def rows(database: sqlite3.Connection, wanted: Wanted) -> dict[int, str]:
    """The rows wanted, by id, with their class. Never their value: nothing outside the database needs it."""
    where, values = wanted.condition()
    return {row["id"]: row["class"] for row in database.execute(f"SELECT id, class FROM log WHERE {where}", values)}  # noqa: S608


def were_there(database: sqlite3.Connection, wanted: Wanted) -> bool:
    """Whether such rows were erased before."""
    where, values = wanted.condition()
    return database.execute(f"SELECT 1 FROM gone WHERE {where} LIMIT 1", values).fetchone() is not None  # noqa: S608
