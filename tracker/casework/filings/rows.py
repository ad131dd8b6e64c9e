"""The rows of a register: how they are written, sealed, and bound to their events."""

from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlmodel import Session, select

from tracker.casework import NotAllowed
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import JST, japanese_day
from tracker.models import Case, Event, Matter, RegisterChange, RegisterFiling
from tracker.sealed import open_words, seal_words

IN_FORCE = date(2025, 4, 1)  # of chapter 5 of the Act: nobody was designated before


def row_digest(row: RegisterChange | RegisterFiling) -> str:
    """SHA-256 over a row as it stands, its words as they are sealed."""
    plain: dict[str, Any] = {"id": str(row.id), "case": str(row.case_id), "words": sha256(row.words_sealed).hexdigest()}
    if isinstance(row, RegisterChange):
        plain |= {"matter": row.matter.value, "on": row.changed_on.isoformat(), "corrects": str(row.corrects or "")}
    else:
        plain |= {"first": row.first, "on": row.filed_on.isoformat(), "changes": sorted(row.changes)}
    return sha256(rfc8785.dumps(plain)).hexdigest()


def add_change(
    session: Session, case: Case, matter: Matter, day: date, before: str, after: str, corrects: UUID | None = None
) -> RegisterChange:
    """Write a change down; its fact is the caller's."""
    id = uuid4()
    row = RegisterChange(
        id=id,
        case_id=case.id,
        matter=matter,
        changed_on=day,
        words_sealed=seal_words(
            session, case.id, "registerchange.words", id, {"before": before.strip(), "after": after.strip()}
        ),
        corrects=corrects,
    )
    session.add(row)
    session.flush()
    return row


def add_filing(
    session: Session, case: Case, day: date, reference: str, who: str, *, first: bool, changes: list[UUID]
) -> RegisterFiling:
    """Write a filing down; its fact is the caller's."""
    id = uuid4()
    words = {"reference": reference.strip(), "who": who.strip()}
    row = RegisterFiling(
        id=id,
        case_id=case.id,
        first=first,
        filed_on=day,
        changes=sorted(map(str, changes)),
        words_sealed=seal_words(session, case.id, "registerfiling.words", id, words),
    )
    session.add(row)
    session.flush()
    return row


def change_words(session: Session, row: RegisterChange) -> dict[str, str]:
    """What a matter was and is."""
    return open_words(session, row.case_id, "registerchange.words", row.id, row.words_sealed)


def filing_words(session: Session, row: RegisterFiling) -> dict[str, str]:
    """By which reference a filing is known, and who made it."""
    return open_words(session, row.case_id, "registerfiling.words", row.id, row.words_sealed)


def past_day(day: date, at: datetime, about: str) -> None:
    """Raises NotAllowed for a day that has not come, or on which the duties of chapter 5 were not there."""
    if day > japanese_day(at):
        raise NotAllowed(N_("今日より後の日は記録できません。その日になってから記録してください。"), about=about)
    if day < IN_FORCE:
        raise NotAllowed(N_("情プラ法が施行された2025年4月1日より前の日は記録できません。"), about=about)


def moment_of(day: date, at: datetime) -> datetime:
    """The instant that stands for a day of which no time is known: noon, or now on the day itself."""
    return min(datetime.combine(day, time(12), JST), at)


def last_event(session: Session, case: Case, fact: Fact) -> Event | None:
    """The newest event of a fact in a register."""
    found = session.exec(select(Event).where(Event.case_id == case.id, Event.fact == fact)).all()
    return max(found, key=lambda event: event.seq, default=None)
