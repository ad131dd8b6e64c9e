"""法的な書面 and their readers, against what the records of their cases say of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.casework import chain, papers
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, CaseKind, Event, LegalPaper, PaperReader


def check_legal_papers(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each paper of a case: what was entered, when it was served, and when it ended. Other cases have none."""
    if case.kind is not CaseKind.PAPER:
        for stray in session.exec(select(LegalPaper.id).where(LegalPaper.case_id == case.id)):
            yield Finding(case.id, "legalpaper", str(stray), "was never entered: its case is of another kind")
        return
    expected: dict[str, dict[str, Any]] = {}
    entered = {rule.fact for rule in papers.KINDS.values()}
    for event in events:
        said = event.data["said"]
        if event.fact in entered and "words" in said:
            expected[said["paper"]] = {"said": said, "served": event.occurred_at, "ended": None}
        for id in said.get("papers", []):
            expected[id]["ended"] = event.occurred_at
    for row in session.exec(select(LegalPaper).where(LegalPaper.case_id == case.id)):
        told = expected.pop(str(row.id), None)
        state = papers.row_state(row)
        same = told is not None and (
            {name: told["said"].get(name) for name in state} == state
            and row.service_id == case.service_id
            and (told["served"], told["ended"]) == (row.served_at, row.ended_at)
            and told["said"].get("until") == (row.stated_until.isoformat() if row.stated_until else None)
            and told["said"].get("posted") == (row.posted_on.isoformat() if row.posted_on else None)
        )
        if not same:
            yield Finding(case.id, "legalpaper", str(row.id), "differs from what was recorded")
    for id in expected:
        yield Finding(case.id, "legalpaper", id, "the row is missing")
    yield from _check_readers(session, case, events)


def _check_readers(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Who may know of the papers of a case: named with the paper or later, and taken off."""
    named: dict[tuple[str, str, str | None, str], datetime | None] = {}  # paper, person, when, by whom: until when
    for event in events:
        said, by = event.data["said"], event.actor.removeprefix("staff:")
        for person in said.get("readers", []):
            named[said["paper"], person, chain.iso(event.recorded_at), by] = None
        if event.fact is Fact.READER_NAMED:
            named[said["paper"], said["reader"], chain.iso(event.recorded_at), by] = None
        if event.fact is Fact.READER_ENDED:
            open_ones = [key for key, ended in named.items() if key[1] == said["reader"] and ended is None]
            named |= dict.fromkeys(open_ones, event.recorded_at)
    papers_of = select(LegalPaper.id).where(LegalPaper.case_id == case.id)
    for row in session.exec(select(PaperReader).where(col(PaperReader.paper_id).in_(papers_of))):
        key = (str(row.paper_id), str(row.staff_id), chain.iso(row.named_at), str(row.named_by))
        if key not in named or named.pop(key) != row.ended_at:
            yield Finding(case.id, "paperreader", str(row.id), "differs from what was recorded")
    for paper, *_rest in named:
        yield Finding(case.id, "paperreader", paper, "the row is missing")
