"""違反の記録: what was done against the Act and told as it was, and which of it a lead has seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals, journal
from tracker.casework.folder import actor_name
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Event, Notice, Remark, Service, Staff
from tracker.sealed import open_words

PAGE = 50
COUNT_CAP = 1000
VIEWS = {"unseen": N_("まだ確かめていない"), "seen": N_("確かめた"), "all": N_("すべて")}
ARTICLES = ("法25条1項", "法26条1項")


@dataclass(frozen=True)
class Asked:
    """Which breaches: `view` is one of VIEWS, `article` empty for any."""

    view: str = "unseen"
    article: str = ""
    page: int = 1


@dataclass(frozen=True)
class Breach:
    """One recorded breach."""

    event: Event
    number: str
    service: str
    article: str
    reason: str  # empty where nobody said one, or it was erased
    who: str
    seen_by: str
    seen_at: datetime | None


def see(session: Session, notice: Notice, seq: int, *, by: str, at: datetime) -> None:
    """A lead has seen a breach. `by` is their actor, `seq` the number of the breach in the record of the case.

    Raises NotAllowed for what is no breach, by whoever recorded it, or below a lead who may still sign in; Conflict
    when it was seen before.
    """
    who = session.get(Staff, UUID(by.removeprefix("staff:"))) if by.startswith("staff:") else None
    if who is None or not who.active or not approvals.may_settle(who.role):
        raise NotAllowed(N_("違反の記録を確かめられるのは、主任以上の人です。"))
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    events = journal.history(session, case)
    breach = next((e for e in events if e.seq == seq and e.fact is Fact.BREACH_RECORDED), None)
    if breach is None:
        raise NotAllowed(N_("この事案に、その違反の記録はありません。"))
    if any(e.fact is Fact.BREACH_SEEN and e.data["said"]["breach"] == seq for e in events):
        raise Conflict(N_("この違反は、ほかの人がすでに確かめています。"))
    if breach.actor == by:
        raise NotAllowed(N_("自分で記録した違反は、自分では確かめられません。別の主任以上の人が確かめます。"))
    items = [UUID(item) for item in breach.items]
    journal.record(session, case, Fact.BREACH_SEEN, actor=by, at=at, items=items, breach=seq)


def find(session: Session, asked: Asked) -> list[Breach]:
    """A page of breaches, the newest first."""
    return _read(session, _query(asked).offset((asked.page - 1) * PAGE).limit(PAGE))


def every(session: Session, asked: Asked) -> list[Breach]:
    """All of them, for a file."""
    return _read(session, _query(asked))


def count(session: Session, asked: Asked) -> int:
    """How many are meant, never counting past the cap."""
    inner = select(col(Event.id)).where(*_conditions(asked)).limit(COUNT_CAP + 1).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [text("event.fact = 'breach_recorded'")]  # type: ignore[list-item] # of an index
    seen = aliased(Event)
    was_seen = exists().where(
        col(seen.case_id) == col(Event.case_id),
        col(seen.fact) == Fact.BREACH_SEEN,
        col(seen.data)[("said", "breach")].as_integer() == Event.seq,
    )
    if asked.view != "all":
        found.append(was_seen if asked.view == "seen" else ~was_seen)
    if asked.article:
        found.append(col(Event.data)[("said", "article")].as_string() == asked.article)
    return found


def _query(asked: Asked) -> Any:
    return (
        select(Event, Notice.number, Service.name)
        .join(Case, col(Case.id) == col(Event.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .where(*_conditions(asked))
        .order_by(col(Event.recorded_at).desc(), col(Event.id))
    )


def _read(session: Session, query: Any) -> list[Breach]:
    rows = session.exec(query).all()
    names = {str(id): name for id, name in session.exec(select(Staff.id, Staff.name))}
    ids, cases = [e.id for e, _number, _service in rows], {e.case_id for e, _number, _service in rows}
    reasons = {
        note.event_id: open_words(session, note.case_id, "remark.words", note.id, note.words_sealed).get("text", "")
        for note in session.exec(select(Remark).where(col(Remark.event_id).in_(ids)))
    }
    looked = session.exec(select(Event).where(col(Event.case_id).in_(cases), Event.fact == Fact.BREACH_SEEN))
    seen = {(e.case_id, e.data["said"]["breach"]): e for e in looked}

    def breach(event: Event, number: str, service: str) -> Breach:
        by = seen.get((event.case_id, event.seq))
        return Breach(
            event=event,
            number=number,
            service=service,
            article=event.data["said"]["article"],
            reason=reasons.get(event.id, ""),
            who=actor_name(event.actor, names),
            seen_by=actor_name(by.actor, names) if by else "",
            seen_at=by.occurred_at if by else None,
        )

    return [breach(*row) for row in rows]
