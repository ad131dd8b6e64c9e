"""How a service counts its senders (算定方法, 規則18条5項1号), and whether 規則8条6項 leaves it out: in versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.register import register_of, standing_register
from tracker.casework.remarks import remarks_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.senders import Exclusion
from tracker.models import SenderMethod, Service, Staff

LONGEST = 4000  # characters


@dataclass(frozen=True)
class Method:
    """One version, by whom, and the reason that was given for it."""

    row: SenderMethod
    by: str
    why: str


def methods(session: Session, service: Service) -> Sequence[Method]:
    """Every version, the newest first."""
    query = select(SenderMethod, Staff.name).join(Staff, col(Staff.id) == col(SenderMethod.by))
    rows = session.exec(
        query.where(SenderMethod.service_id == service.id).order_by(col(SenderMethod.version).desc())
    ).all()
    case = standing_register(session, service)
    notes = remarks_of(session, case) if case else {}
    events = journal.history(session, case) if case else []
    why = {e.data["said"]["row"]: notes.get(e.id, "") for e in events if e.fact is Fact.SENDER_METHOD_SET}
    return [Method(row, name, why.get(str(row.id), "")) for row, name in rows]


def method(session: Session, service: Service) -> SenderMethod | None:
    """The version that counts; None where nobody wrote one."""
    query = select(SenderMethod).where(SenderMethod.service_id == service.id)
    return session.exec(query.order_by(col(SenderMethod.version).desc())).first()


def set_method(
    session: Session,
    service: Service,
    words: str,
    excluded: Exclusion | None,
    *,
    seen: int,
    why: str = "",
    by: UUID,
    at: datetime,
) -> SenderMethod:
    """Write how senders are counted, and whether the service is one that is not designated; an exclusion says why.

    The text is offered for 18-5-1. Raises Conflict where a newer version than `seen` is there, NotAllowed.
    """
    case = register_of(session, service, at)
    journal.lock(session, case)
    before = method(session, service)
    if (before.version if before else 0) != seen:
        raise Conflict(
            N_("算定方法は、画面を開いた後にほかの人が変えました。新しい内容を確かめてください。"), about="words"
        )
    words, code = words.strip(), excluded.value if excluded else ""
    if len(words) > LONGEST:
        raise NotAllowed(N_("%(most)s字までで書いてください。"), about="words", most=f"{LONGEST:,}")
    if not words and not code:
        raise NotAllowed(N_("算定方法を書くか、除かれる役務かどうかを選んでください。"), about="words")
    if before and (words, code) == (before.words, before.excluded):
        raise NotAllowed(N_("変わったところがありません。"), about="words")
    if code != (before.excluded if before else "") and not why.strip():
        raise NotAllowed(N_("除かれる役務かどうかを変える理由を書いてください。"), about="why")
    row = SenderMethod(service_id=service.id, version=seen + 1, words=words, excluded=code, by=by, at=at)
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.SENDER_METHOD_SET,
        actor=journal.staff(by),
        at=at,
        remark=why.strip(),
        row=str(row.id),
        version=row.version,
        excluded=code,
        words=sha256(words.encode()).hexdigest(),
    )
    return row
