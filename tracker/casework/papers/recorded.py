"""What the record alone says of papers: of which moments only the day is known, and which fact stopped a clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.i18n import day_text, gettext as _, time_text
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import Event, LegalPaper


@dataclass(frozen=True)
class Recorded:
    """Of some cases: the papers that were served, and that ended, on a day of which nobody knew the time."""

    untimed: frozenset[str] = frozenset()
    untimed_ends: frozenset[str] = frozenset()
    stopped_by: Mapping[str, Fact] = field(default_factory=dict)


def recorded(session: Session, cases: Collection[UUID]) -> Recorded:
    """What the events of `cases` say, in one query."""
    served: set[str] = set()
    ended: set[str] = set()
    stops: dict[str, Fact] = {}
    query = select(Event).where(col(Event.case_id).in_(cases)).order_by(col(Event.case_id), col(Event.seq))
    for event in session.exec(query):
        said = event.data["said"]
        stops |= dict.fromkeys(event.data.get("stops", ()), event.fact)
        if said.get("time_known") is not False:
            continue
        ended.update(said.get("papers", ()))
        served.update({said["paper"]} if "number" in said else ())
    return Recorded(frozenset(served), frozenset(ended), stops)


def time_known(session: Session, paper: LegalPaper) -> bool:
    """Whether the time of day at which a paper was served is known."""
    return str(paper.id) not in recorded(session, [paper.case_id]).untimed


def moment_text(instant: datetime, *, known: bool) -> str:
    """2026年11月20日(金) 14時30分; of a day of which nobody knew the time, that it is unknown."""
    if known:
        return time_text(instant, seconds=False)
    return _("%(day)s（時刻は不明）", day=day_text(japanese_day(instant)))
