"""What was filed in English for special circumstances, and the Japanese that follows it (規則21条2項・3項)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.filings.rows import moment_of, past_day
from tracker.casework.register import register_of, standing_register
from tracker.casework.remarks import remarks_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.filing_sheets import Paper
from tracker.models import Case, Event, Service


@dataclass(frozen=True)
class InEnglish:
    """A paper that was filed in English: which, when, why, and when its Japanese followed."""

    event: Event
    paper: Paper
    day: date
    why: str
    japanese_on: date | None
    reference: str = ""  # of the Japanese


def filed_in_english(session: Session, service: Service) -> Sequence[InEnglish]:
    """Every paper that a service filed in English, in the order in which it was recorded."""
    case = standing_register(session, service)
    if case is None:
        return []
    notes, events = remarks_of(session, case), journal.history(session, case)
    followed = {e.data["said"]["english"]: e for e in events if e.fact is Fact.FILED_IN_JAPANESE}
    found = []
    for event in events:
        said = event.data["said"]
        if event.fact is not Fact.FILED_IN_ENGLISH or "paper" not in said:
            continue
        japanese = followed.get(event.seq)
        found.append(
            InEnglish(
                event,
                Paper(said["paper"]),
                date.fromisoformat(said["day"]),
                notes.get(event.id, ""),
                date.fromisoformat(japanese.data["said"]["day"]) if japanese else None,
                notes.get(japanese.id, "") if japanese else "",
            )
        )
    return found


def file_in_english(
    session: Session, service: Service, paper: Paper, day: date, *, why: str, actor: str, at: datetime
) -> Event:
    """Record that a paper was filed in English on `day`: its Japanese is due without delay (規則21条3項).

    The filing itself is recorded where it belongs. Raises NotAllowed for an impossible day, and without the special
    circumstances for which the Japanese could not be filed in time (2項).
    """
    case = _case(session, service, at)
    past_day(day, at, "filed_on")
    if not why.strip():
        raise NotAllowed(N_("日本語で出せなかった特別の事情を書いてください（規則21条2項）。"), about="reason")
    return journal.record(
        session,
        case,
        Fact.FILED_IN_ENGLISH,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        remark=why.strip(),
        paper=paper.value,
        day=day.isoformat(),
    )


def file_in_japanese(
    session: Session, service: Service, english: int, day: date, *, reference: str, actor: str, at: datetime
) -> Event:
    """Record that the Japanese of a paper followed. `english` is the number of the event of its English.

    Where the Japanese of another paper is still owed, the clock runs on from the day of that one. Raises Conflict
    where it was recorded already, NotAllowed.
    """
    case = _case(session, service, at)
    waiting = {one.event.seq: one for one in filed_in_english(session, service) if one.japanese_on is None}
    mine = waiting.pop(english, None)
    if mine is None:
        raise Conflict(N_("この書類の日本語版は、もう記録されています。"))
    past_day(day, at, "filed_on")
    if day < mine.day:
        raise NotAllowed(N_("英語のものを提出した日より前の日は選べません。"), about="filed_on")
    if not reference.strip():
        raise NotAllowed(N_("届出の控えや受付番号など、届け出たことが分かるものを書いてください。"), about="reference")
    event = journal.record(
        session,
        case,
        Fact.FILED_IN_JAPANESE,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        remark=reference.strip(),
        english=english,
        day=day.isoformat(),
    )
    if waiting:  # the Japanese of one paper ended the clock that they shared: it runs again from the oldest of them
        journal.record(
            session,
            case,
            Fact.FILED_IN_ENGLISH,
            actor=actor,
            at=at,
            occurred_at=min(one.event.occurred_at for one in waiting.values()),
            still=sorted(waiting),
        )
    return event


def _case(session: Session, service: Service, at: datetime) -> Case:
    case = register_of(session, service, at)
    journal.lock(session, case)
    return case
