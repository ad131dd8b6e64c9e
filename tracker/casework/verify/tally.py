"""What a notice and its measures add to the yearly figures, against what the events say of them."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, select

from tracker.casework import tallies
from tracker.casework.verify.finding import Finding
from tracker.models import Case, CaseKind, Event, MeasureTally, NoticeTally


def check_tallies(session: Session, case: Case, events: Sequence[Event]) -> Iterator[Finding]:
    """Each row is what the events give, none is missing and none too many."""
    if case.kind is not CaseKind.NOTICE:
        return
    notice, measures = tallies.expected(session, case, events)
    rows = session.exec(select(NoticeTally).where(NoticeTally.case_id == case.id)).all()
    if [row.model_dump() for row in rows] != [notice.model_dump()]:
        yield Finding(case.id, "noticetally", str(case.id), "is not what the events add to the yearly figures")
    wanted = {row.measure_id: row.model_dump() for row in measures}
    for row in session.exec(select(MeasureTally).where(MeasureTally.case_id == case.id)):
        if wanted.pop(row.measure_id, None) != row.model_dump():
            yield Finding(case.id, "measuretally", str(row.measure_id), "is not what the events add to the figures")
    for id in wanted:
        yield Finding(case.id, "measuretally", str(id), "the row is missing")
