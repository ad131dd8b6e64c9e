"""What one filing writes: read off the tables after the real app took one, for the bare app to write the same."""

import io
from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Uuid
from sqlmodel import SQLModel, select

from bench.bare import JST, Line, Recipe, Sealed, connect, stored
from bench.measure import Answer, send
from bench.place import Place
from tracker.casework.receipts import status_secret
from tracker.models import Case, Claimant, Notice, Receipt, Service
from tracker.sealed import open_text

NOT_OF_A_FILING = frozenset({"service", "staff", "counter", "jobrun", "calendarversion", "signingkey", "formcount"})
REASON = (
    "書かれていることは事実ではありません。前の職場は円満に退職しており、金銭の問題は一切ありませんでした。"
    "勤務先に問い合わせの電話が続き、家族も近所で声をかけられるなど、生活に大きな支障が出ています。"
)


def make_service(place: Place) -> Service:
    """A registered service to file at."""
    registered = datetime(2025, 7, 30, tzinfo=JST).date()
    service = Service(slug="tsumugi", name="つむぎ広場", prefix="TH", registered_on=registered)
    with place.database.writing() as session:
        session.add(service)
    return service


def fields(n: int, word: str = "") -> dict[str, Any]:
    """A filing about two posts as a browser sends it. Every one differs from every other, and has as many bytes."""
    serial = f"bench-{n:07d}"
    return {
        "token": uuid4().hex,
        "standing": "person",
        "rights": ["honor", "privacy"],
        "primary": "",
        "url": [f"https://tsumugi.example/p/{serial}-{no}" for no in (1, 2)],
        "quote": ["前の職場で金を盗んでクビになった人だよ", "住所はここ。近くに行ったら声をかけてやって"],
        "account": ["@kaze_2198", ""],
        "posted": ["先週の月曜", ""],
        "many": "",
        "reason": f"{REASON}{word} {serial}",
        "name": "水原 あかり",
        "email": f"{serial}@mail.example",
        "phone": "",
        "confirm": "y",
    }


def request(n: int, word: str = "") -> dict[str, Any]:
    """A filing as a request: from our own page, and from one of a thousand addresses."""
    return {
        "method": "POST",
        "data": fields(n, word) | {"evidence": (io.BytesIO(b""), "")},
        "content_type": "multipart/form-data",
        "headers": {"Sec-Fetch-Site": "same-origin"},
        "environ_base": {"REMOTE_ADDR": f"192.0.2.{n % 250 + 1}"},
    }


def file(place: Place, n: int, word: str = "") -> Answer:
    """One filing through the real door."""
    answer = send(place.app, "/s/tsumugi/", **request(n, word))
    assert answer.status == 303, answer.text
    return answer


def recipe(place: Place) -> Recipe:
    """What a filing writes, from a place with one filing in it."""
    with place.database.reading() as session:
        notice = session.exec(select(Notice)).one()
        case = session.get_one(Case, notice.case_id)
        claimant = session.exec(select(Claimant)).one()
        receipt = session.exec(select(Receipt)).one()
        email = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
        secret = status_secret(session, notice)
    with closing(connect(place.url)) as raw:
        ids: list[UUID] = []
        rows = []
        for table in SQLModel.metadata.sorted_tables:
            if table.name in NOT_OF_A_FILING:
                continue
            for row in raw.execute(_select(table.name, list(table.columns), raw.sqlite)).fetchall():
                rows.append((table, row))
                ids += [UUID(str(v)) for c, v in zip(table.columns, row, strict=True) if c.name == "id"]
        at = notice.received_at
        slots = {
            secret: "secret",
            notice.number: "number",
            notice.token: "token",
            email.partition("@")[0]: "serial",
            claimant.email_bidx: "bidx",
            receipt.kid: "kid",
            receipt.sha256: "sha256",
            stored(raw, at): "stored",
            at.isoformat(): "iso",
            f"{at:%Y%m%dT%H%M%S}": "stamp",
            f"{at.astimezone(JST).hour}時": "hour",
            case.service_id.hex: "hservice",
            str(case.service_id): "service",
        }
        for n, id in enumerate(ids):
            slots |= {str(id): f"id{n}", id.hex: f"hid{n}"}

        def pattern(text: str) -> str:
            text = text.replace("{", "{{").replace("}", "}}")
            for old, name in slots.items():
                text = text.replace(old, f"{{{name}}}")
            return text

        def value(column: Column[Any], found: Any, id: UUID) -> Any:
            if found is not None and column.name.endswith("_sealed"):
                with place.database.reading() as session:
                    name = f"{column.table.name}.{column.name.removesuffix('_sealed')}"
                    return Sealed(pattern(open_text(session, case.id, name, id, bytes(found))))
            if isinstance(found, (bytes, memoryview)):
                return Sealed("", len(found))
            return pattern(found) if isinstance(found, str) else found

        lines = []
        for table, row in rows:
            cells = dict(zip(table.columns.keys(), row, strict=True))
            id = UUID(str(cells.get("id", case.id)))
            values = [value(c, v, id) for c, v in zip(table.columns, row, strict=True)]
            lines.append(Line(table.name, table.columns.keys(), values))
    return Recipe(lines, len(ids))


def _select(table: str, columns: list[Column[Any]], sqlite: bool) -> str:
    """All rows, with everything but bytes, numbers and truths as text."""
    names = [f'"{c.name}"' + ("" if sqlite or _plain(c) else "::text") for c in columns]
    return f'select {", ".join(names)} from "{table}"'  # noqa: S608


def _plain(column: Column[Any]) -> bool:
    return not isinstance(column.type, Uuid) and column.type.python_type in {bytes, bool, int}
