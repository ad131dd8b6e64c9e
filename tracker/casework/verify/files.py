"""Evidence files, against what the events say of them."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, select

from tracker.casework import chain, evidence
from tracker.casework.verify.finding import Finding
from tracker.law.facts import Fact
from tracker.models import Case, Event, Evidence, Verdict
from tracker.sealed import case_key, open_text


def check_files(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each file's kind, size and hash, what it is for, when it came, and a virus found. Old events say less of a file.

    The name of each file opens, and the sealed file is where its row says.
    """
    added = [e for e in events if e.fact is Fact.EVIDENCE_ADDED]
    files = [f | {"added": chain.iso(e.recorded_at)} for e in added for f in e.data["said"].get("files", [])]
    expected = {file["id"]: file for file in files}
    infected = {e.data["said"]["file"] for e in events if e.fact is Fact.EVIDENCE_INFECTED}
    folder, there = session.info["settings"].evidence_folder, case_key(session, case.id) is not None
    for row in session.exec(select(Evidence).where(Evidence.case_id == case.id)):
        said = expected.pop(str(row.id), None)
        state = evidence.state(row) | {"added": chain.iso(row.added_at)}
        if said is None or any(state.get(name) != value for name, value in ({"sender": None} | said).items()):
            yield Finding(case.id, "evidence", str(row.id), "differs from what was recorded")
        elif (row.verdict is Verdict.INFECTED) != (str(row.id) in infected):
            yield Finding(case.id, "evidence", str(row.id), "the scanner's verdict is not the one recorded")
        elif there and not (folder / row.stored).is_file():
            yield Finding(case.id, "evidence", str(row.id), "the sealed file is missing")
        if there:
            open_text(session, case.id, "evidence.name", row.id, row.name_sealed)
    for id in expected:
        yield Finding(case.id, "evidence", id, "the row is missing")
