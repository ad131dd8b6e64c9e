"""Published criteria in words, for pages on both sides: each version, from when it may be used, what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import criteria
from tracker.casework.criteria import Change, ClauseText
from tracker.casework.criteria.clauses import text_of
from tracker.casework.faces import Face, face
from tracker.i18n import dotted, short_day, term
from tracker.law.calendars import Calendar
from tracker.law.checklist import CHECKLIST
from tracker.law.clocks import CRITERIA_WAIT
from tracker.law.grounds import MeasureKind, Origin
from tracker.law.period import japanese_day
from tracker.models import Clause, Clock, CriteriaVersion, Service
from tracker.web.calculation import Shown, day_words, recounted


@dataclass(frozen=True)
class Version:
    """One published version as pages show it. `standing` is used, waits or replaced."""

    version: CriteriaVersion
    clauses: Sequence[ClauseText]
    digest: str
    standing: str
    published: str
    first_day: str  # of use, with its weekday
    first_day_short: str
    replaced_on: date | None  # the first day on which a newer version may be used; it may be to come
    replaced: str
    replaced_by: int | None
    face: Face | None
    clock: Clock | None
    before: int | None
    changes: Sequence[Change]

    @property
    def waits(self) -> bool:
        """Whether it may not be used yet."""
        return self.standing == "waits"

    @property
    def in_use(self) -> bool:
        """Whether it is the newest that may be used."""
        return self.standing == "used"

    @property
    def link(self) -> str:
        """Where else it is published, if staff typed the address of a page."""
        return self.version.url if self.version.url.startswith(("https://", "http://")) else ""


def shown_versions(session: Session, service: Service, at: datetime) -> list[Version]:
    """All versions of a service, that of the latest publication first."""
    rows = criteria.versions(session, service.id)
    current = criteria.current(session, service.id, at)
    texts = {row.id: texts_of(session, row) for row in rows}
    clocks = _waits(session, rows)
    return [
        _version(session, row, rows[:n], rows[n + 1 :], texts, clocks.get(str(row.case_id)), current, at)
        for n, row in enumerate(rows)
    ]


def texts_of(session: Session, version: CriteriaVersion) -> list[ClauseText]:
    """The clauses of a version as texts, in order."""
    return [text_of(clause) for clause in criteria.clauses_of(session, version)]


def calculation(session: Session, one: Version, at: datetime, *, work: bool) -> Shown | None:
    """How the first day of use was counted; `work` adds the readings not chosen, which the desk sees."""
    return recounted(session, one.clock).shown(today=japanese_day(at), work=work) if one.clock else None


def coverage(clause: ClauseText | Clause) -> list[str]:
    """What a clause is limited to, as short sentences; empty for a clause that says nothing of it."""
    found = []
    if clause.origins:
        found.append(_("知る経路: %(origins)s", origins=dotted(term(Origin(o)).label for o in clause.origins)))
    if clause.measures:
        found.append(_("講じられる措置: %(kinds)s", kinds=dotted(term(MeasureKind(m)).label for m in clause.measures)))
    return found


def checks(ticked: dict[str, str]) -> list[dict[str, object]]:
    """The checklist of 法26条2項: each thing, whether it was looked at, and the note."""
    return [
        {
            "key": check.key,
            "label": _(check.label),
            "asks": _(check.asks),
            "article": check.article,
            "done": criteria.is_ticked(ticked, check.key),
            "note": ticked.get(check.key, ""),
        }
        for check in CHECKLIST
    ]


def _waits(session: Session, rows: Sequence[CriteriaVersion]) -> dict[str, Clock]:
    """The wait of each version, by its case."""
    cases = [row.case_id for row in rows]
    found = session.exec(select(Clock).where(Clock.rule == CRITERIA_WAIT.key, col(Clock.case_id).in_(cases)))
    return {str(clock.case_id): clock for clock in found}


def _version(
    session: Session,
    row: CriteriaVersion,
    newer: Sequence[CriteriaVersion],
    older: Sequence[CriteriaVersion],
    texts: dict[UUID, list[ClauseText]],
    clock: Clock | None,
    current: CriteriaVersion | None,
    at: datetime,
) -> Version:
    calendar: Calendar = session.info["calendar"]
    today, first = japanese_day(at), japanese_day(row.usable_from)
    follower = min(newer, key=lambda v: (v.usable_from, -v.version), default=None)
    replaced_on = max(japanese_day(follower.usable_from), first) if follower else None
    waits = row.usable_from > at
    before = older[0] if older else None
    return Version(
        version=row,
        clauses=texts[row.id],
        digest=criteria.content_digest(session, row),
        standing="waits" if waits else "used" if current and row.id == current.id else "replaced",
        published=day_words(japanese_day(row.published_at), calendar, beside=today),
        first_day=day_words(first, calendar, beside=today),
        first_day_short=short_day(first, calendar),
        replaced_on=replaced_on,
        replaced=day_words(replaced_on, calendar, beside=today) if replaced_on else "",
        replaced_by=follower.version if follower else None,
        face=face(clock, at, calendar) if clock else None,
        clock=clock,
        before=before.version if before else None,
        changes=criteria.differences(texts[row.id], texts[before.id]) if before else [],
    )
