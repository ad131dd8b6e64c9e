"""What is done with an order, line by line, and the answer. It holds words of a closed list, counts and a digest."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from examples.log_custodian import logs
from examples.log_custodian.logs import REGISTERED, Wanted


def answered(database: sqlite3.Connection, order: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    """Carry out an order once. Gives the id of the answer and its body, the same whenever the order comes again."""
    known = database.execute("SELECT id, body FROM answer WHERE order_id = ?", [order["order"]]).fetchone()
    if known:
        return known["id"], known["body"]
    logs.end_usual_period(database, at)
    said = {
        "order": order["order"],
        "answered_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "lines": [{"hold": line["hold"], **_line(database, order["kind"], line, at)} for line in order["lines"]],
    }
    id, body = str(uuid4()), json.dumps(said, ensure_ascii=False)
    database.execute("INSERT INTO answer (order_id, id, body) VALUES (?, ?, ?)", [order["order"], id, body])
    return id, body


def keep_for_later(database: sqlite3.Connection, order: Mapping[str, Any], at: datetime) -> None:
    """Put an order to erase off: who answers later has time to hear that it is taken back."""
    if not database.execute("SELECT 1 FROM answer WHERE order_id = ?", [order["order"]]).fetchone():
        database.execute(
            "INSERT OR IGNORE INTO later VALUES (?, ?, ?)", [order["order"], json.dumps(order), at.timestamp()]
        )


def carry_out_later(database: sqlite3.Connection, at: datetime, wait: float) -> None:
    """Carry out what was put off `wait` seconds ago."""
    due = database.execute("SELECT * FROM later WHERE at <= ?", [at.timestamp() - wait]).fetchall()
    for row in due:
        answered(database, json.loads(row["body"]), at)
        database.execute("DELETE FROM later WHERE order_id = ?", [row["order_id"]])


def is_withdrawn(database: sqlite3.Connection, id: str) -> bool:
    """Whether an order was taken back: then it is not carried out any more, also where it comes only now."""
    return database.execute("SELECT 1 FROM withdrawn WHERE order_id = ?", [id]).fetchone() is not None


def withdraw(database: sqlite3.Connection, id: str) -> None:
    """Take an order back: what was not done yet is not done, and nothing of it is answered any more."""
    database.execute("INSERT OR IGNORE INTO withdrawn VALUES (?)", [id])
    database.execute("DELETE FROM later WHERE order_id = ?", [id])
    database.execute("UPDATE answer SET given = 1 WHERE order_id = ?", [id])


def _line(database: sqlite3.Connection, kind: str, line: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    hold = database.execute("SELECT * FROM hold WHERE id = ?", [line["hold"]]).fetchone()
    reference = hold["reference"] if hold else ""
    if kind == "release" and hold:
        database.execute("UPDATE hold SET released = 1 WHERE id = ?", [line["hold"]])
        return _said("released", reference)
    wanted = _wanted(database, line["posts"], line["classes"], line["logs_from"], line["logs_until"])
    if wanted is None:
        return _said("unlinkable")
    found = logs.rows(database, wanted)
    if kind == "release" or not found:
        return _said("expired" if not found and logs.were_there(database, wanted) else "not_held", reference)
    if kind == "erase":
        return _erase(database, line, found, reference, at)
    return _said("held", _keep(database, line, reference))


def _said(answer: str, reference: str = "", proof: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"answer": answer, "reference": reference, "proof": proof}


def _keep(database: sqlite3.Connection, line: Mapping[str, Any], reference: str) -> str:
    number = database.execute("SELECT count(*) FROM hold").fetchone()[0] + 1
    reference = reference or f"LC-{number:06}"
    database.execute(
        "INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [
            line["hold"], json.dumps(line["posts"]), json.dumps(line["classes"]), line["logs_from"],
            line["logs_until"], line["keep_until"], reference,
        ],
    )  # fmt: skip
    return reference


def _erase(
    database: sqlite3.Connection, line: Mapping[str, Any], found: Mapping[int, str], reference: str, at: datetime
) -> dict[str, Any]:
    """Erase what no other hold keeps. What is registered loses its person, the rest goes."""
    kept = logs.kept_rows(database, at, but=line["hold"])
    going = {id: kind for id, kind in found.items() if id not in kept}
    if not going:
        return _said("held", reference)
    plain = [id for id, kind in going.items() if kind in REGISTERED]
    database.executemany("UPDATE log SET account = NULL, url = NULL, value = '' WHERE id = ?", [[id] for id in plain])
    gone = [id for id in going if id not in set(plain)]
    database.executemany(
        "INSERT INTO gone SELECT account, url, class, day FROM log WHERE id = ?", [[id] for id in gone]
    )
    database.executemany("DELETE FROM log WHERE id = ?", [[id] for id in gone])
    database.execute("UPDATE hold SET released = 1 WHERE id = ?", [line["hold"]])
    number = database.execute("SELECT count(*) FROM erasure").fetchone()[0] + 1
    reference = reference or f"LC-E{number:05}"
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    proof = {
        "classes": list(line["classes"]),
        "counts": _counted(going, gone),
        "deidentified": _counted(going, plain),
        "erased_at": moment,
    }
    record = json.dumps({"hold": line["hold"], "rows": sorted(going), **proof}, sort_keys=True)
    digest = sha256(record.encode()).hexdigest()
    database.execute("INSERT INTO erasure VALUES (?, ?, ?)", [f"{reference}/{number}", record, digest])
    return _said("erased", reference, proof | {"digest": digest})


def _counted(kinds: Mapping[int, str], ids: Sequence[int]) -> dict[str, int]:
    return dict(sorted(Counter(kinds[id] for id in ids).items()))


def wanted_of(database: sqlite3.Connection, hold: sqlite3.Row) -> Wanted:
    """Which rows a hold keeps."""
    posts, classes = json.loads(hold["posts"]), json.loads(hold["classes"])
    wanted = _wanted(database, posts, classes, hold["logs_from"], hold["logs_until"])
    return wanted or Wanted((), (), ())


def _wanted(
    database: sqlite3.Connection, posts: Sequence[Mapping[str, str]], classes: Sequence[str],
    first: str | None, last: str | None,
) -> Wanted | None:  # fmt: skip
    """The rows that a line is about; None where no account of ours is meant."""
    accounts, urls = set(), set()
    for post in posts:
        owner = database.execute("SELECT account FROM post WHERE url = ?", [post["url"]]).fetchone()
        known = database.execute("SELECT handle FROM account WHERE handle = ?", [post["account"]]).fetchone()
        if owner and post["account"] in ("", owner["account"]):
            accounts.add(owner["account"])
            urls.add(post["url"])
        elif known and not owner:
            accounts.add(post["account"])
            urls.add(post["url"])
    urls.discard("")
    if not accounts:
        return None
    return Wanted(tuple(sorted(accounts)), tuple(sorted(urls)), tuple(classes), first, last)
