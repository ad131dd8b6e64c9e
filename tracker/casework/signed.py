"""署名付きの受付票: what was received, when and by when it is answered, signed so that anybody can check it.

The file is `{"receipt":…,"signature":…}` in RFC 8785; the signature is over the bytes of the receipt as they stand in
it. It holds no personal data: it may be shown to a court, and outlives the erasure of the case.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import uuid4

import rfc8785
from sqlmodel import Session, col, func, select

from tracker.casework import chain, filed, journal, signing
from tracker.casework.carried import MOST_BYTES, receipt_in
from tracker.law.clocks import REPLY
from tracker.law.facts import Fact
from tracker.law.period import JST, japanese_day
from tracker.models import Case, Clock, Event, Item, Notice, Receipt, Service
from tracker.settings import Settings

FORMAT = "kigen-receipt/1"
KID = re.compile("[0-9a-f]{32}")
ENVELOPE = re.compile(rb'\{"receipt":(\{.*\}),"signature":"([0-9a-f]{128})"\}', re.DOTALL)


def sign(session: Session, service: Service, notice: Notice, *, at: datetime) -> Receipt:
    """Sign the receipt of a notice, or give the one there is while the time of receipt is the one it states.

    Call it when the evidence of the filing has been attached. A corrected time makes a new receipt that names the one
    it replaces; whatever else was received stays as it was stated first.
    """
    before = newest(session, notice)
    if before and stated(before)["received_at"] == utc(notice.received_at):
        return before
    case = session.get_one(Case, notice.case_id)
    key = signing.current(session, at=at)
    content = _content(session, service, case, notice, before) | {"key": key.kid, "issued_at": utc(at)}
    payload = rfc8785.dumps(content)
    row = Receipt(
        id=uuid4(),
        notice_id=notice.id,
        case_id=case.id,
        no=before.no + 1 if before else 1,
        kid=key.kid,
        payload=payload,
        sha256=sha256(payload).hexdigest(),
        signature=signing.sign(session, key, payload),
        signed_at=at,
    )
    session.add(row)
    session.flush()
    journal.record(session, case, Fact.RECEIPT_SIGNED, actor=journal.SYSTEM, at=at, **recorded(row))
    return row


def recorded(row: Receipt) -> dict[str, Any]:
    """What the journal keeps of a receipt; its key is called by its public part, so that it is kept too."""
    return {"receipt": str(row.id), "no": row.no, "kid": row.kid, "sha256": row.sha256}


def receipts_of(session: Session, notice: Notice) -> list[Receipt]:
    """The receipts of a notice, the one that counts first, then those it replaced."""
    return list(session.exec(select(Receipt).where(Receipt.notice_id == notice.id).order_by(col(Receipt.no).desc())))


def newest(session: Session, notice: Notice) -> Receipt | None:
    """The receipt that counts."""
    return next(iter(receipts_of(session, notice)), None)


def stated(row: Receipt) -> dict[str, Any]:
    """What a receipt says."""
    content: dict[str, Any] = json.loads(row.payload)
    return content


def file_of(row: Receipt) -> bytes:
    """The file that the claimant keeps and anybody can check."""
    return b'{"receipt":%s,"signature":"%s"}' % (row.payload, row.signature.hex().encode())


def utc(instant: datetime) -> str:
    """An instant to the second, in UTC, as receipts write it."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def attached(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The files that came with a filing, without their names: those recorded in the moment of its entry."""
    filing = events[0]
    found = [e for e in events if e.fact is Fact.EVIDENCE_ADDED and e.recorded_at == filing.recorded_at]
    names = ("kind", "size", "sha256", "authority")
    return [{name: f[name] for name in names if f.get(name)} for e in found for f in e.data["said"]["files"]]


def due(clock: dict[str, Any]) -> dict[str, str]:
    """By when the claimant hears, by which rule, law and calendar; `clock` as the journal states it."""
    end = datetime.fromisoformat(clock["due_at"])  # the Act has always named the seven days
    return {
        "last_day": japanese_day(end - timedelta(seconds=1)).isoformat(),
        "before": end.astimezone(JST).isoformat(),
    } | {name: clock[name] for name in ("rule", "article", "force", "edition", "calendar")}


def _content(session: Session, service: Service, case: Case, notice: Notice, before: Receipt | None) -> dict[str, Any]:
    settings: Settings = session.info["settings"]
    clocks = select(Clock).where(
        Clock.case_id == case.id, Clock.rule == REPLY.key, col(Clock.voided_at).is_(None), col(Clock.resumes).is_(None)
    )
    items = select(func.count()).select_from(Item).where(Item.notice_id == notice.id)
    first = {
        "format": FORMAT,
        "number": notice.number,
        "provider": settings.provider,
        "service": service.name,
        "channel": notice.channel.value,
        "items": session.exec(items).one(),
        "filing": {
            "format": filed.FORMAT,
            "form_version": notice.form_version,
            "sha256": filed.digest_of(session, notice),
        },
        "attachments": attached(journal.history(session, case)),
    }
    return (stated(before) if before else first) | {
        "received_at": utc(notice.received_at),
        "received_at_japan": notice.received_at.astimezone(JST).isoformat(timespec="seconds"),
        "due": due(chain.clock_state(session.exec(clocks).one())),
        "replaces": before.sha256 if before else None,
    }


class Verdict(StrEnum):
    """What can be said of a file that somebody shows."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Checked:
    """The answer about a file. `content` is what was signed, of a genuine one only."""

    verdict: Verdict
    content: dict[str, Any] | None = None
    on_record: bool = False  # we keep this very receipt: else the key may be in other hands, or our records are older
    replaced_by: Receipt | None = None


def check(session: Session, file: bytes) -> Checked:
    """Whether `file` is a receipt of ours of which not a byte was changed: its file, its PDF, or what its QR code says.

    White space around it does not matter.
    """
    found = ENVELOPE.fullmatch(receipt_in(file))
    content = _read(found[1]) if found else None
    if found is None or content is None:
        return Checked(Verdict.UNREADABLE)
    kid = str(content.get("key"))
    key = signing.named(session, kid) if KID.fullmatch(kid) else None
    if key is None:
        return Checked(Verdict.UNKNOWN_KEY)
    if not signing.genuine(key.public, found[1], bytes.fromhex(found[2].decode())):
        return Checked(Verdict.ALTERED)
    if not utc(key.created_at) <= str(content.get("issued_at")) <= (utc(key.retired_at) if key.retired_at else "9"):
        return Checked(Verdict.ALTERED)  # nobody of ours signed with this key then
    row = session.exec(select(Receipt).where(Receipt.sha256 == sha256(found[1]).hexdigest())).first()
    later = select(Receipt).where(Receipt.notice_id == row.notice_id, Receipt.no > row.no) if row else None
    after = session.exec(later.order_by(col(Receipt.no).desc())).first() if later is not None else None
    return Checked(Verdict.GENUINE, content, row is not None, after)


def _read(payload: bytes) -> dict[str, Any] | None:
    """The receipt in a file that somebody shows; None for what is none."""
    if len(payload) > MOST_BYTES:
        return None
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and content.get("format") == FORMAT else None
