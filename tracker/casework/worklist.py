"""The read side: what is running, due today, overdue, waiting. Flat at a million: one index, a capped count."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, or_, select

from tracker.casework import bands, doubts, mailroom, messages, slices
from tracker.casework.bands import Band, Days
from tracker.casework.rows import Row, rows_of
from tracker.casework.specialists import tasks
from tracker.law import N_
from tracker.law.grounds import Right, Standing
from tracker.law.period import ONE_DAY
from tracker.letters.reference import span
from tracker.models import Case, CaseKind, Letter, Measure, Notice, Sender

PAGE, COUNT_CAP = slices.PAGE, slices.COUNT_CAP


@dataclass(frozen=True)
class Search:
    """What is asked of the worklist. `view` is one of VIEWS; `assigned` is who asks, for their own view."""

    view: str = "all"
    text: str = ""
    service: UUID | None = None
    assigned: UUID | None = None
    page: int = 1
    who: UUID | None = None
    nobody: bool = False  # only what nobody has
    standing: Standing | None = None
    right: Right | None = None
    fast: bool = False
    doubted: bool = False  # only what nobody has yet looked at, whether a person meant it
    due: date | None = None  # only what falls due on this day
    within: int | None = None  # only what falls due in so many days, today being 0; what is late too
    cases: frozenset[UUID] | None = None  # those that the text was found in


@dataclass(frozen=True)
class Page:
    """A page of the list; `total` counts each band up to COUNT_CAP and `capped` says that there are more."""

    rows: Sequence[Row]
    totals: dict[Band, int]  # of every band, on whatever page its rows are; past COUNT_CAP there are more
    total: int
    capped: bool
    page: int

    @property
    def more(self) -> bool:
        """Whether a further page exists."""
        return self.page * PAGE < self.total or self.capped


def worklist(session: Session, search: Search, *, at: datetime) -> Page:
    """Open notices by urgency (see bands.py), within a band by what is due, a duty before what is voluntary.

    Closed ones, the last closed first. What waits for words of the house is open or closed.
    """
    search = narrowed(session, search)
    cut = bands.days(at, session.info["calendar"])
    wanted: slices.Bands = {None: col(Case.closed_at).is_not(None)}
    if search.view != "closed":
        held: dict[Band | None, ColumnElement[bool]] = {
            b: one for b, one in bands.conditions(cut).items() if b in POSSIBLE.get(search.view, Band)
        }
        if search.view == "wrote":  # a claimant may write long after all is over
            open_ones = col(Case.closed_at).is_(None)
            held = {band: and_(open_ones, condition) for band, condition in held.items()}
        wanted = {**held, **(wanted if search.view == "wrote" else {})}
    totals, found = slices.one_page(session, _asked(search, cut), wanted, search.page)
    rows = rows_of(session, found, at)
    if any(row.band is Band.LATE for row in rows):  # by the day that has passed, not by a target before it
        order_of = list(wanted)
        rows.sort(key=lambda row: (order_of.index(row.band), row.late or at))
    capped = any(n > COUNT_CAP for n in totals.values())
    total = sum(min(n, COUNT_CAP) for n in totals.values())
    return Page(rows, {b: n for b, n in totals.items() if b}, total, capped, search.page)


def count(session: Session, search: Search, *, at: datetime) -> int:
    """How many notices `search` finds, never counting past the cap."""
    cut = bands.days(at, session.info["calendar"])
    return slices.count(session, _asked(narrowed(session, search), cut))


VIEWS: dict[str, str] = {
    "mine": N_("わたしの担当"),
    "given": N_("専門員として任された調査"),
    "back": N_("戻ってきたもの"),
    "wrote": N_("申出者からの連絡"),
    "all": N_("すべて"),
    "late": N_("期限超過"),
    "today": N_("今日が期限"),
    "closing": N_("休みの間に期限"),
    "fast": N_("優先"),
    "unassigned": N_("担当未定"),
    "unexecuted": N_("実施の記録待ち"),
    "waiting": N_("待機中"),
    "voluntary": N_("任意の申出"),
    "closed": N_("終わったもの"),
}


# Bands outside of which no notice of a view can stand.
POSSIBLE = {"late": frozenset({Band.FAST, Band.LATE}), "fast": frozenset({Band.FAST})}
SETS = frozenset({"given", "late", "today", "closing", "waiting", "unexecuted", "back", "wrote"})


def _asked(search: Search, cut: Days) -> slices.Asked:
    text = bool(search.text and search.cases is None)
    return slices.Asked(
        _conditions(search, cut),
        of_notice=bool(search.standing or search.right) or text,
        a_set=search.view in SETS or search.within is not None or search.doubted or search.due is not None,
    )


def _conditions(search: Search, cut: Days) -> list[ColumnElement[bool]]:
    closed = col(Case.closed_at)
    conditions: list[ColumnElement[bool]] = [col(Case.kind) == CaseKind.NOTICE]
    if search.view != "wrote":
        conditions.insert(0, closed.is_not(None) if search.view == "closed" else closed.is_(None))
    ordered = select(Measure.case_id).where(col(Measure.executed_at).is_(None), col(Measure.withdrawn_at).is_(None))
    views: dict[str, Callable[[], ColumnElement[bool]]] = {
        "mine": lambda: col(Case.assigned_to) == search.assigned,
        "given": lambda: col(Case.id).in_(tasks.given_to(search.assigned) if search.assigned else []),
        "unassigned": lambda: col(Case.assigned_to).is_(None),
        "late": lambda: bands.late(cut.at),
        "today": lambda: bands.due_between(cut.today, cut.today),
        "closing": lambda: bands.due_between(cut.closed[0], cut.closed[-1]),
        "fast": lambda: col(Case.fast).is_(True),
        "voluntary": lambda: col(Case.statutory).is_(False),
        "waiting": bands.waiting,
        "unexecuted": lambda: col(Case.id).in_(ordered),
        "back": lambda: col(Case.id).in_(select(Letter.case_id).where(*mailroom.lost())),
        "wrote": messages.for_us,
    }
    if search.view in views:
        conditions.append(views[search.view]())
    if search.service:
        conditions.append(col(Case.service_id) == search.service)
    if search.nobody:
        conditions.append(views["unassigned"]())
    if search.who:
        conditions.append(col(Case.assigned_to) == search.who)
    if search.fast:
        conditions.append(views["fast"]())
    if search.doubted:
        conditions.append(col(Case.id).in_(doubts.unseen()))
    if search.standing:
        conditions.append(col(Notice.standing) == search.standing)
    if search.right:
        conditions.append(col(Notice.primary_right) == search.right)
    if search.due is not None:
        conditions.append(bands.due_between(search.due, search.due))
    if search.within is not None:
        conditions.append(bands.due_until(cut.today + ONE_DAY * search.within))
    if search.cases is not None:
        conditions.append(col(Case.id).in_(list(search.cases)))
    elif search.text:
        conditions.append(_holds(search.text))
    return conditions


def narrowed(session: Session, search: Search) -> Search:
    """The search with the cases its text is found in, looked up once; a text that most notices hold stays a text."""
    if not search.text or search.cases is not None:
        return search
    found = session.exec(select(Notice.case_id).where(_holds(search.text)).limit(COUNT_CAP + 1)).all()
    return replace(search, cases=frozenset(found)) if len(found) <= COUNT_CAP else search


def _holds(text: str) -> ColumnElement[bool]:
    """Notices whose number, reason, quotes, addresses or accounts hold `text`, whatever its width and case.

    A poster who answers names the 整理番号 of the letter.
    """
    wanted = unicodedata.normalize("NFKC", text).casefold()
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    conditions = [
        col(Notice.search_text).like(f"%{escaped}%", escape="\\"),
        func.lower(col(Notice.number)).like(f"%{escaped}%", escape="\\"),
    ]
    if ids := span(text):
        conditions.append(col(Notice.case_id).in_(select(Sender.case_id).where(col(Sender.id).between(*ids))))
    return or_(*conditions)
