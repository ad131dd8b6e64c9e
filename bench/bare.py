"""The limit: bare Flask and a raw driver. Writes the rows and bytes of a filing; serves the rows of the worklist.

It seals, chains, validates and asks nothing, and has no layout: what the real app takes longer, the product costs.
Nothing of the product is used here but its clock.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from secrets import token_hex
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader

from tracker.now import now

JST = timezone(timedelta(hours=9))
PAGE, CAP = 50, 1000
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=15000", "cache_size=-16000")
ASKED = ("token", "standing", "rights", "url", "reason", "name", "email", "confirm")


@dataclass(frozen=True)
class Sealed:
    """A text that the real app seals: as many bytes, unreadable ones in front."""

    text: str
    more: int = 29  # version, nonce and tag


@dataclass(frozen=True)
class Line:
    """One row that a filing writes. A text may name slots: {number}, {token}, {id0}, …"""

    table: str
    columns: Sequence[str]
    values: Sequence[Any]


@dataclass(frozen=True)
class Recipe:
    """All that one filing writes, in order, and how many ids it needs."""

    lines: Sequence[Line]
    ids: int


class Raw:
    """One raw connection, with the question mark for a value on both databases."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self.connection: Any
        if self.sqlite:
            self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in PRAGMAS:
                self.connection.execute("pragma " + pragma)
        else:
            self.connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True, options="-c timezone=UTC")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement."""
        if self.sqlite:
            return self.connection.execute(statement, values)
        return self.connection.execute(statement.replace("%", "%%").replace("?", "%s"), values or None)

    def begin(self) -> None:
        """Begin to write."""
        self.connection.execute("begin immediate" if self.sqlite else "begin")

    def close(self) -> None:
        """End it."""
        self.connection.close()


connect = Raw


def create_app(url: str, recipe: Recipe, deadlines: Sequence[str] = ()) -> Flask:
    """The bare app on a database that has a service. `deadlines` are the rules whose end makes a case late."""
    app, raw = Flask("bare"), Raw(url)
    app.extensions["raw"] = raw  # whoever made the app closes it
    app.jinja_loader = DictLoader({"list.html": LIST})
    service = raw.execute("select id, slug, prefix from service").fetchone()
    key = raw.execute("select kid from signingkey where retired_at is null order by number desc").fetchone()
    statements = [_insert(line) for line in recipe.lines]

    @app.post("/s/<slug>/")
    def take(slug: str) -> ResponseReturnValue:
        if slug != service[1] or not all(request.form.get(name) for name in ASKED):
            return "", 422
        slots = _slots(raw, recipe, request.form, str(service[0])) | {"kid": key[0]}
        raw.begin()
        number = slots["number"] = _number(raw, service[0], service[2])
        slots["secret"] = token_hex(17)
        for statement, line in zip(statements, recipe.lines, strict=True):
            raw.execute(statement, [_filled(value, slots) for value in line.values])
        raw.execute("commit")
        return redirect(f"/s/{slug}/receipt/{number}/{slots['secret']}", 303)

    @app.get("/desk/")
    def worklist() -> str:
        view, text = request.args.get("view", "all"), request.args.get("q", "")
        found, total = rows(raw, view, text, request.args.get("me", ""), deadlines)
        return render_template("list.html", rows=found, total=total)

    return app


def _insert(line: Line) -> str:
    names = ", ".join(f'"{name}"' for name in line.columns)
    return f'insert into "{line.table}" ({names}) values ({", ".join("?" * len(line.columns))})'  # noqa: S608


def _number(raw: Raw, service: Any, prefix: str) -> str:
    year = now().astimezone(JST).year
    raw.execute("insert into counter (service_id, year, last) values (?, ?, 0) on conflict do nothing", [service, year])
    last = raw.execute(
        "update counter set last = last + 1 where service_id = ? and year = ? returning last", [service, year]
    ).fetchone()[0]
    return f"{prefix}-{year}-{last:06d}"


def _slots(raw: Raw, recipe: Recipe, form: Mapping[str, str], service: str) -> dict[str, str]:
    """What differs between two filings."""
    at = now()
    local = at.astimezone(JST)
    slots = {
        "token": form["token"],
        "serial": form["email"].partition("@")[0],
        "bidx": sha256(form["email"].encode()).hexdigest(),
        "sha256": sha256(form["token"].encode()).hexdigest(),
        "stored": stored(raw, at),
        "iso": at.isoformat(),
        "stamp": f"{at:%Y%m%dT%H%M%S}",
        "hour": f"{local.hour}時",
        "hservice": service.replace("-", ""),
        "service": service,
    }
    for n in range(recipe.ids):
        id = uuid4()
        slots[f"id{n}"], slots[f"hid{n}"] = str(id), id.hex
    return slots


def stored(raw: Raw, at: datetime) -> str:
    """An instant as the database keeps it."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if raw.sqlite else f"{at:%Y-%m-%d %H:%M:%S}+00"


def _filled(value: Any, slots: Mapping[str, str]) -> Any:
    if isinstance(value, Sealed):
        return os.urandom(value.more) + value.text.format_map(slots).encode()
    return value.format_map(slots) if isinstance(value, str) else value


# ── the worklist ───────────────────────────────────────────────────────────────────────────────────────────────

LIST = """<!doctype html><title>list</title><table>{% for row in rows %}
<tr><td>{{ row.due }}</td><td><a href="/desk/cases/{{ row.number }}">{{ row.title }}</a> {{ row.number }}
{{ row.received }}{% if row.fast %} fast{% endif %}{% if not row.statutory %} voluntary{% endif %}</td>
<td>{{ row.decided }}/{{ row.items }} {{ row.right }}</td><td>{{ row.who }}</td></tr>{% endfor %}</table>
<p>{{ total }}</p>"""

OPEN = "c.closed_at is null"
LATE = """c.id in (select k.case_id from clock k where k.stopped_at is null and k.voided_at is null and k.due_at <= ?
and k.force <> 'voluntary' and k.rule in ({}))"""
UNEXECUTED = "c.id in (select m.case_id from measure m where m.executed_at is null and m.withdrawn_at is null)"
NEWER = """n.case_id = l.case_id and n.kind = l.kind and n.queued_at >= l.queued_at and n.id <> l.id
and n.refused_at is null and n.bounced_at is null and n.cancelled_at is null"""
BACK = f"""c.id in (select l.case_id from letter l where (l.refused_at is not null or l.bounced_at is not null)
and l.kind in ('receipt', 'interim', 'outcome', 'sender_notice', 'hold_order') and l.opened_at is null
and (exists (select 1 from letteritem i where i.letter_id = l.id and not exists (select 1 from letter n
join letteritem j on j.letter_id = n.id and j.item_id = i.item_id where {NEWER}))
or (not exists (select 1 from letteritem i where i.letter_id = l.id)
and not exists (select 1 from letter n where {NEWER}))))"""  # noqa: S608 - words of ours
FOUND = "(n.search_text like ? or lower(n.number) like ?)"


VIEWS = frozenset({"all", "closed", "mine", "unassigned", "late", "fast", "voluntary", "unexecuted", "back"})


def knows(page: str) -> bool:
    """Whether the bare app has this page: a view of its own, or a search."""
    return page in VIEWS or page.startswith("search")


def rows(raw: Raw, view: str, text: str, me: str, deadlines: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
    """The first page of a view, and how many there are up to the cap."""
    where, values = _where(raw, view, text, me, deadlines)
    order = "c.closed_at desc, c.id" if view == "closed" else "c.fast desc, c.next_at, c.statutory desc, c.id"
    tables = '"case" c join notice n on n.case_id = c.id'
    page = raw.execute(
        f"select c.id, c.fast, c.statutory, c.next_at, c.assigned_to, n.number, n.received_at, n.primary_right "  # noqa: S608
        f"from {tables} where {where} order by {order} limit {PAGE}",
        values,
    ).fetchall()
    total = raw.execute(f"select count(*) from (select 1 from {tables} where {where} limit {CAP + 1}) x", values)  # noqa: S608
    return _with_items(raw, page), min(total.fetchone()[0], CAP)


def _where(raw: Raw, view: str, text: str, me: str, deadlines: Sequence[str]) -> tuple[str, list[Any]]:
    of_view: dict[str, tuple[str, list[Any]]] = {
        "all": (OPEN, []),
        "closed": ("c.closed_at is not null", []),
        "mine": (f"{OPEN} and c.assigned_to = ?", [me.replace("-", "") if raw.sqlite else me]),
        "unassigned": (f"{OPEN} and c.assigned_to is null", []),
        "late": (f"{OPEN} and {LATE.format(', '.join('?' * len(deadlines)))}", [stored(raw, now()), *deadlines]),
        "fast": (f"{OPEN} and c.fast = ?", [True]),
        "voluntary": (f"{OPEN} and c.statutory = ?", [False]),
        "unexecuted": (f"{OPEN} and {UNEXECUTED}", []),
        "back": (f"{OPEN} and {BACK}", []),
    }
    where, values = of_view[view]
    if text:
        where, values = f"{where} and {FOUND}", [*values, f"%{text.lower()}%", f"%{text.lower()}%"]
    return f"c.kind = 'notice' and {where}", values


def _with_items(raw: Raw, page: Sequence[Any]) -> list[dict[str, Any]]:
    ids = [row[0] for row in page]
    if not ids:
        return []
    these = ", ".join("?" * len(ids))

    def by_case(statement: str) -> dict[Any, Any]:
        return dict(raw.execute(statement.format(these), ids).fetchall())

    items = by_case("select case_id, count(*) from item where case_id in ({}) group by case_id")
    titles = by_case("select case_id, quote from item where case_id in ({}) and no = 1")
    decided = by_case("select case_id, count(distinct item_id) from decision where case_id in ({}) group by case_id")
    due = by_case(
        "select case_id, min(coalesce(due_at, target_at)) from clock "
        "where case_id in ({}) and stopped_at is null and voided_at is null group by case_id"
    )
    names = dict(raw.execute("select id, name from staff").fetchall())
    return [
        {
            "number": number,
            "title": titles.get(id),
            "received": received,
            "due": due.get(id),
            "fast": fast,
            "statutory": statutory,
            "right": right,
            "items": items.get(id, 0),
            "decided": decided.get(id, 0),
            "who": names.get(who, ""),
        }
        for id, fast, statutory, _next, who, number, received, right in page
    ]
