"""The proof: every clock, hold, decision, measure and letter is drawn again from the events and compared with its row.

Editing one row of a chained table, or removing the last event, is named. Nothing here writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import criteria, decisions, intake, journal
from tracker.keys import CannotOpen, commitment
from tracker.law.consequences import Binds, KnownClock, draw
from tracker.law.editions import edition_on
from tracker.law.facts import Fact
from tracker.law.grounds import Force
from tracker.law.period import japanese_day
from tracker.letters.outbox import content_digest
from tracker.models import (
    Case,
    Clock,
    Counter,
    CriteriaVersion,
    Decision,
    Event,
    Letter,
    LetterItem,
    LetterKind,
    LogHold,
    Measure,
    Notice,
    Remark,
    Service,
)
from tracker.sealed import open_words


class Finding(NamedTuple):
    """Something that does not agree with the journal."""

    case: UUID
    table: str
    row: str
    says: str


def verify(session: Session) -> Iterator[Finding]:
    """Check every case, and that no receipt number is missing. Memory stays flat: one case at a time."""
    for id in session.exec(select(Case.id).order_by(col(Case.opened_at), col(Case.id))).all():
        case = session.get_one(Case, id)
        yield from verify_case(session, case)
        session.expunge_all()
    yield from _numbers(session)


def verify_case(session: Session, case: Case) -> Iterator[Finding]:
    """Check one case against its events."""
    events = list(session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))))
    clocks = list(session.exec(select(Clock).where(Clock.case_id == case.id)))
    try:
        yield from _chain(case, events)
        yield from _clocks(case, events, clocks)
        yield from _holds(session, case, events)
        yield from _decisions(session, case, events)
        yield from _measures(session, case, events)
        yield from _letters(session, case, events)
        yield from _remarks(session, case, events)
        yield from _facts(session, case, events)
    except CannotOpen as error:
        yield Finding(case.id, *str(error).partition(".")[::2], "a sealed value does not open")
    next_at, closed = journal.position(events, clocks)
    if (case.next_at, case.closed_at is not None) != (next_at, closed):
        yield Finding(case.id, "case", str(case.id), "next_at or closed_at differs from what the events give")


def _chain(case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    before = ""
    for seq, event in enumerate(events, 1):
        if event.seq != seq:
            yield Finding(case.id, "event", str(event.id), f"seq is {event.seq} where {seq} is due")
        if event.digest != journal.digest(event, before):
            yield Finding(case.id, "event", str(event.id), "its digest is not that of its content and the one before")
        before = event.digest
    if (len(events), before) != (case.head_seq, case.head_digest):
        yield Finding(case.id, "case", str(case.id), "the chain does not end at the head: events were removed or added")


def _clocks(case: Case, events: Sequence[Event], rows: Sequence[Clock]) -> Iterator[Finding]:
    """Draw the consequences of each event again; the clocks that result must be the rows, date for date."""
    expected: dict[str, dict[str, Any]] = {}
    for n, event in enumerate(events):
        data = event.data
        drawn = draw(
            edition_on(japanese_day(event.occurred_at)),
            event.fact,
            event.occurred_at,
            items=event.items,
            said=data["said"],
            clocks=[_known(state) for state in expected.values()],
            happened=journal.standing(events[:n]),
            binds=Binds(*data["binds"]),
            target=_no_target,
        )
        law = sorted((s.rule.key, s.item or "", journal.iso(s.started_at), journal.iso(s.due_at)) for s in drawn.starts)
        said = sorted((s["rule"], s["item"] or "", s["started_at"], s["due_at"]) for s in data["starts"])
        same = (law, sorted(drawn.stops), sorted(drawn.voids)) == (said, data["stops"], data["voids"])
        if not same:
            yield Finding(case.id, "event", str(event.id), "its clocks are not those that the tables of law give")
        for state in data["starts"]:
            expected[state["id"]] = state | {"voided_at": None}
        for id in data["stops"]:
            expected[id]["stopped_at"] = journal.iso(event.occurred_at)
        for id in data["voids"]:
            expected[id]["voided_at"] = journal.iso(event.recorded_at)
    for row in rows:
        state = journal.clock_state(row) | {"voided_at": journal.iso(row.voided_at)}
        if expected.pop(str(row.id), None) != state:
            yield Finding(case.id, "clock", str(row.id), f"{row.rule} differs from what the events give")
    for id in expected:
        yield Finding(case.id, "clock", id, "the row is missing")


def _holds(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        for state in event.data["holds"]:
            expected[state["id"]] = state | {"released_at": None}
        for id in [*event.data["releases"], *event.data["said"].get("holds", [])]:
            if id in expected:
                expected[id]["released_at"] = journal.iso(event.recorded_at)
    for row in session.exec(select(LogHold).where(LogHold.case_id == case.id)):
        state = journal.hold_state(row) | {"released_at": journal.iso(row.released_at)}
        if expected.pop(str(row.id), None) != state:
            yield Finding(case.id, "loghold", str(row.id), f"{row.rule} differs from what the events give")
    for id in expected:
        yield Finding(case.id, "loghold", id, "the row is missing")


def _decisions(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected = {d["id"]: d for e in events if e.fact is Fact.DECISION_MADE for d in e.data["said"]["decisions"]}
    for row in session.exec(select(Decision).where(Decision.case_id == case.id)):
        said = expected.pop(str(row.id), None)
        if said is None or said["row"] != decisions.row_digest(row):
            yield Finding(case.id, "decision", str(row.id), "differs from what was recorded")
        elif said != (decisions.decision_state(session, row) | ({} if decisions.words(session, row) else said)):
            yield Finding(case.id, "decision", str(row.id), "its reason is not the one recorded")
    for id in expected:
        yield Finding(case.id, "decision", id, "the row is missing")


def _measures(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.fact is Fact.MEASURE_ORDERED:
            for m in event.data["said"]["measures"]:
                expected[m["id"]] = m | {
                    "ordered": journal.iso(event.occurred_at),
                    "executed": None,
                    "executed_by": "",
                    "withdrawn": None,
                    "breach": False,
                }
        if event.fact in {Fact.MEASURE_EXECUTED, Fact.MEASURE_WITHDRAWN}:
            name = "executed" if event.fact is Fact.MEASURE_EXECUTED else "withdrawn"
            for id in event.data["said"]["measures"]:
                expected[id][name] = journal.iso(event.occurred_at)
                if event.fact is Fact.MEASURE_EXECUTED:
                    expected[id] |= {"executed_by": event.actor, "breach": id in event.data["said"]["breaches"]}
    for row in session.exec(select(Measure).where(Measure.case_id == case.id)):
        state = {
            "id": str(row.id),
            "item": str(row.item_id),
            "decision": str(row.decision_id),
            "kind": row.kind.value,
            "origin": row.origin.value,
            "ordered": journal.iso(row.ordered_at),
            "executed": journal.iso(row.executed_at),
            "executed_by": journal.staff(row.executed_by) if row.executed_by else "",
            "breach": bool(row.breach),
            "withdrawn": journal.iso(row.withdrawn_at),
        }
        if expected.pop(str(row.id), None) != state:
            yield Finding(case.id, "measure", str(row.id), "differs from what was recorded")
    for id in expected:
        yield Finding(case.id, "measure", id, "the row is missing")


# Which instant of a letter each fact sets; all but the last two end it.
LETTER_FACTS: dict[Fact, str] = {
    Fact.LETTER_ACCEPTED: "given_at",
    Fact.LETTER_HANDED_OVER: "given_at",
    Fact.LETTER_REFUSED: "refused_at",
    Fact.LETTER_CANCELLED: "cancelled_at",
    Fact.LETTER_OPENED: "opened_at",
    Fact.LETTER_BOUNCED: "bounced_at",
}
MOMENTS = (*dict.fromkeys(LETTER_FACTS.values()), "ended_at")


def _letters(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said, when = event.data["said"], journal.iso(event.occurred_at)
        if event.fact is Fact.LETTER_QUEUED:
            names = ("content", "kind", "channel", "article", "ground", "decisions")
            expected[said["letter"]] = {name: said[name] for name in names} | dict.fromkeys(MOMENTS)
            expected[said["letter"]] |= {"items": event.items, "queued_at": when}
        elif event.fact in LETTER_FACTS and said["letter"] in expected:
            state = expected[said["letter"]]
            if event.fact is Fact.LETTER_OPENED and (state["given_at"] is None or state["bounced_at"]):
                state |= {"given_at": when, "bounced_at": None}
            state[LETTER_FACTS[event.fact]] = when
            if event.fact is not Fact.LETTER_BOUNCED and (
                event.fact is not Fact.LETTER_OPENED or state["given_at"] == when
            ):
                state["ended_at"] = state["ended_at"] or when
    for row in session.exec(select(Letter).where(Letter.case_id == case.id, Letter.kind != LetterKind.ALERT)):
        state = expected.pop(str(row.id), {})
        found = _letter_state(session, row)
        if found != (state if found["content"] else state | {"content": ""}):
            yield Finding(case.id, "letter", str(row.id), "differs from what was recorded")
    for id in expected:
        yield Finding(case.id, "letter", id, "the row is missing")


def _letter_state(session: Session, row: Letter) -> dict[str, Any]:
    links = session.exec(select(LetterItem).where(LetterItem.letter_id == row.id)).all()
    return {
        "content": content_digest(session, row),
        "kind": row.kind.value,
        "channel": row.channel.value,
        "article": row.article,
        "ground": row.ground,
        "items": sorted(str(link.item_id) for link in links),
        "decisions": sorted(str(link.decision_id) for link in links if link.decision_id),
        "queued_at": journal.iso(row.queued_at),
    } | {name: journal.iso(getattr(row, name)) for name in MOMENTS}


def _remarks(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    expected = {e.id: e.data["remark"] for e in events if e.data["remark"]}
    for row in session.exec(select(Remark).where(Remark.case_id == case.id)):
        words = open_words(session, case.id, "remark.words", row.id, row.words_sealed)
        said = expected.pop(row.event_id, None)
        if words and said != commitment(words["salt"], words["text"]):
            yield Finding(case.id, "remark", str(row.id), "is not the text recorded")
    for id in expected:
        yield Finding(case.id, "remark", str(id), "the text of the event is missing")


def _facts(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """What the claimant stated, the time of receipt, whom the duties bind, and the criteria as they were published."""
    if events and case.statutory != events[-1].data["binds"][1]:
        yield Finding(case.id, "case", str(case.id), "statutory differs from what was recorded")
    notice = session.exec(select(Notice).where(Notice.case_id == case.id)).first()
    if notice and events:
        yield from _notice(session, case, notice, events)
    version = session.exec(select(CriteriaVersion).where(CriteriaVersion.case_id == case.id)).first()
    if version and events:
        said = events[0].data["said"]
        waits = [s for e in events for s in e.data["starts"] if s["rule"] == "criteria_wait"]
        recorded = (said["version"], said["content"], events[0].occurred_at, waits[-1]["due_at"] if waits else None)
        content = criteria.content_digest(session, version)
        if recorded != (version.version, content, version.published_at, journal.iso(version.usable_from)):
            yield Finding(case.id, "criteriaversion", str(version.id), "the criteria are not those published")


def _notice(session: Session, case: Case, notice: Notice, events: Sequence[Event]) -> Iterator[Finding]:
    receipts = [e for e in events if e.fact in {Fact.NOTICE_RECEIVED, Fact.RECEIPT_CORRECTED}]
    said = events[0].data["said"]
    if receipts[-1].occurred_at != notice.received_at:
        yield Finding(case.id, "notice", str(notice.id), "its time of receipt is not the one recorded")
    if said.get("words") != commitment(notice.salt, intake.stated(notice, decisions.items_of(session, notice))):
        yield Finding(case.id, "notice", str(notice.id), "reason or items are not those recorded")
    recorded = [
        said.get(name) for name in ("number", "channel", "standing", "rights", "primary_right", "circumstances")
    ]
    plain = [notice.number, notice.channel, notice.standing, notice.rights, notice.primary_right, notice.circumstances]
    if recorded != plain:
        yield Finding(case.id, "notice", str(notice.id), "how and by whom it was filed is not what was recorded")


def _numbers(session: Session) -> Iterable[Finding]:
    """Receipt numbers have no gaps: a notice that vanished with its case is named."""
    prefixes = {s.id: s.prefix for s in session.exec(select(Service))}
    for counter in session.exec(select(Counter)):
        prefix = f"{prefixes[counter.service_id]}-{counter.year}-"
        there = set(session.exec(select(Notice.number).where(col(Notice.number).startswith(prefix))))
        for n in range(1, counter.last + 1):
            if f"{prefix}{n:06d}" not in there:
                yield Finding(counter.service_id, "notice", f"{prefix}{n:06d}", "the notice is missing")


def _no_target(name: str, at: datetime) -> timedelta:
    """Office targets are not law: the event says which was set."""
    return timedelta(0)


def _known(state: dict[str, Any]) -> KnownClock:
    def instant(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return KnownClock(
        id=state["id"],
        rule=state["rule"],
        item=state["item"],
        started_at=datetime.fromisoformat(state["started_at"]),
        due_at=instant(state["due_at"]),
        target_at=instant(state["target_at"]),
        stopped_at=instant(state["stopped_at"]),
        voided=state["voided_at"] is not None,
        resumes=state["resumes"],
        force=Force(state["force"]),
        edition=state["edition"],
    )
