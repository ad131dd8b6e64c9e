"""Decisions, measures, letters, remarks and the notice itself, against what the events say of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, select

from tracker.casework import chain, criteria, decisions, intake, journal
from tracker.casework.verify.finding import Finding
from tracker.keys import commitment
from tracker.law.facts import Fact
from tracker.letters.outbox import content_digest
from tracker.models import (
    Case,
    CriteriaVersion,
    Decision,
    Event,
    Letter,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
    Remark,
)
from tracker.sealed import open_words


def check_decisions(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each decision's row and words against what was recorded."""
    expected = {d["id"]: d for e in events if e.fact is Fact.DECISION_MADE for d in e.data["said"]["decisions"]}
    for row in session.exec(select(Decision).where(Decision.case_id == case.id)):
        said = expected.pop(str(row.id), None)
        if said is None or said["row"] != decisions.row_digest(row):
            yield Finding(case.id, "decision", str(row.id), "differs from what was recorded")
        elif said != (decisions.decision_state(session, row) | ({} if decisions.words(session, row) else said)):
            yield Finding(case.id, "decision", str(row.id), "its reason is not the one recorded")
    for id in expected:
        yield Finding(case.id, "decision", id, "the row is missing")


def check_measures(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each measure against when it was ordered, executed, withdrawn or reversed, by whom, and in breach of what."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.fact is Fact.MEASURE_ORDERED:
            for m in event.data["said"]["measures"]:
                expected[m["id"]] = m | {
                    "ordered": chain.iso(event.occurred_at),
                    "executed": None,
                    "executed_by": "",
                    "withdrawn": None,
                    "reversed": None,
                    "reversed_by": "",
                    "breach": False,
                }
        if event.fact in {Fact.MEASURE_EXECUTED, Fact.MEASURE_WITHDRAWN}:
            name = "executed" if event.fact is Fact.MEASURE_EXECUTED else "withdrawn"
            for id in event.data["said"]["measures"]:
                expected[id][name] = chain.iso(event.occurred_at)
                if event.fact is Fact.MEASURE_EXECUTED:
                    expected[id] |= {"executed_by": event.actor, "breach": id in event.data["said"]["breaches"]}
        if event.fact is Fact.MEASURE_REVERSED:
            for id in event.data["said"]["measures"]:
                expected[id] |= {"reversed": chain.iso(event.occurred_at), "reversed_by": event.actor}
    for row in session.exec(select(Measure).where(Measure.case_id == case.id)):
        state = {
            "id": str(row.id),
            "item": str(row.item_id),
            "decision": str(row.decision_id),
            "kind": row.kind.value,
            "origin": row.origin.value,
            "ordered": chain.iso(row.ordered_at),
            "executed": chain.iso(row.executed_at),
            "executed_by": journal.staff(row.executed_by) if row.executed_by else "",
            "breach": bool(row.breach),
            "withdrawn": chain.iso(row.withdrawn_at),
            "reversed": chain.iso(row.reversed_at),
            "reversed_by": journal.staff(row.reversed_by) if row.reversed_by else "",
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
    Fact.SENDER_OPENED: "opened_at",
    Fact.LETTER_BOUNCED: "bounced_at",
}


MOMENTS = (*dict.fromkeys(LETTER_FACTS.values()), "ended_at")


def check_letters(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each letter against what was queued and what became of it."""
    expected: dict[str, dict[str, Any]] = {}
    for event in events:
        said, when = event.data["said"], chain.iso(event.occurred_at)
        if event.fact is Fact.LETTER_QUEUED:
            names = ("content", "kind", "channel", "article", "ground", "decisions")
            expected[said["letter"]] = {name: said[name] for name in names} | dict.fromkeys(MOMENTS)
            expected[said["letter"]] |= {"items": event.items, "queued_at": when}
        elif event.fact in LETTER_FACTS and said.get("letter") in expected:
            state = expected[said["letter"]]
            by_reader = LETTER_FACTS[event.fact] == "opened_at"
            if by_reader and (state["given_at"] is None or state["bounced_at"]):
                state |= {"given_at": when, "bounced_at": None}
            moment = LETTER_FACTS[event.fact]
            state[moment] = (state[moment] if moment == "given_at" else None) or when  # given once, by whatever first
            if event.fact is not Fact.LETTER_BOUNCED and (not by_reader or state["given_at"] == when):
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
        "queued_at": chain.iso(row.queued_at),
    } | {name: chain.iso(getattr(row, name)) for name in MOMENTS}


def check_remarks(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each free text against the commitment in its event."""
    expected = {e.id: e.data["remark"] for e in events if e.data["remark"]}
    for row in session.exec(select(Remark).where(Remark.case_id == case.id)):
        words = open_words(session, case.id, "remark.words", row.id, row.words_sealed)
        said = expected.pop(row.event_id, None)
        if words and said != commitment(words["salt"], words["text"]):
            yield Finding(case.id, "remark", str(row.id), "is not the text recorded")
    for id in expected:
        yield Finding(case.id, "remark", str(id), "the text of the event is missing")


def check_facts(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
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
        if recorded != (version.version, content, version.published_at, chain.iso(version.usable_from)):
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
    if any(said[name] != now for name, now in intake.declared(notice).items() if name in said):  # of before: it is not
        yield Finding(
            case.id, "notice", str(notice.id), "what may be told or how it was filed is not what was recorded"
        )
    renewed = [e.data["said"].get("secret_version") for e in events if e.fact is Fact.ADDRESS_CHANGED]
    if notice.secret_version != next((version for version in reversed(renewed) if version), 1):
        yield Finding(case.id, "notice", str(notice.id), "its secret is not the one recorded last")
    if {name: said[name] for name in ("follows", "earlier") if name in said} != intake.named_before(notice):
        yield Finding(case.id, "notice", str(notice.id), "the earlier filing that it names is not the one recorded")
