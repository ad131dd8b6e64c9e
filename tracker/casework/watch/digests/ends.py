"""What else the morning names: letters that came back, holds that end or are looked at again, waits that are over.

Of a confidential paper (刑訴法197条5項) it says only the day, and only to the people it names.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, select as pick, type_coerce
from sqlmodel import Session, and_, col, or_, select

from tracker.casework.holdings.gaps import without_table
from tracker.casework.papers.ending import WAITS as PASSING
from tracker.casework.papers.readers import confidential_cases, may_know
from tracker.casework.watch.many import parts, sound
from tracker.casework.watch.places import FIRST, clocks, link, told
from tracker.casework.watch.rungs import AHEAD, FREE
from tracker.i18n import gettext as _, last_moment, short_day, short_time
from tracker.law.calendars import Calendar
from tracker.law.clocks import CLOCKS, Bound
from tracker.law.grounds import Strength, term
from tracker.law.period import japanese_day, start_of
from tracker.models import (
    Alert,
    Case,
    Clock,
    HoldOrder,
    LegalPaper,
    Letter,
    LetterKind,
    LogHold,
    Memo,
    MemoKind,
    Notice,
    Staff,
)
from tracker.settings import Settings

log = logging.getLogger(__name__)

BACK = timedelta(days=7)  # how long a letter that came back is named
REVIEWED = 5  # working days before the day of a review from which it is named
OVER = timedelta(days=14)  # how long ago a wait may have ended that is told of: more than any row of closed days
WAITS = {rule.key: rule.label for rule in CLOCKS if rule.bound is Bound.NOT_BEFORE}
OF_PAPERS = PASSING  # after which a paper binds no longer, and nothing becomes free to use

Named = Mapping[str, Sequence[str]]  # a line of the digest, and the subjects it stands for in the ledger


def theirs(staff_id: UUID) -> ColumnElement[bool]:
    """One's own, what nobody has, and what somebody had who left."""
    left = select(Staff.id).where(col(Staff.active).is_(False))
    return or_(col(Case.assigned_to) == staff_id, col(Case.assigned_to).is_(None), col(Case.assigned_to).in_(left))


def readable(staff_id: UUID, *, everything: bool) -> list[ColumnElement[bool]]:
    """The cases of which a digest tells somebody: theirs, or all; and the confidential ones that name them."""
    known = may_know(col(Case.id), staff_id)
    return [known] if everything else [known, or_(theirs(staff_id), ~may_know(col(Case.id), None))]


def horizon(at: datetime, calendar: Calendar, days: int = AHEAD) -> datetime:
    """The end of the working days ahead; the closed days after the last of them count to it."""
    day = japanese_day(at)
    for _n in range(days):
        day = calendar.next_working_day(day)
    return start_of(calendar.next_working_day(day))


def came_back(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> list[str]:
    """The letters of open cases that were refused, or came back, in the last days."""
    columns: list[Any] = [
        Notice.number, Letter.refused_at, Letter.bounced_at, col(LegalPaper.number).label("paper"),
        col(HoldOrder.number).label("ordered"), col(Case.id).in_(confidential_cases()).label("secret"),
    ]  # fmt: skip
    query = (
        pick(*columns)
        .select_from(Letter)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(LegalPaper, and_(col(LegalPaper.case_id) == col(Case.id), col(LegalPaper.kind).in_(FIRST)))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .where(or_(col(Notice.id).is_not(None), col(LegalPaper.id).is_not(None), col(HoldOrder.id).is_not(None)))
        .where(or_(col(Letter.refused_at) > at - BACK, col(Letter.bounced_at) > at - BACK))
        .where(col(Letter.kind) != LetterKind.ALERT, col(Case.closed_at).is_(None))
        .where(*readable(staff_id, everything=everything))
        .order_by(col(Notice.number), col(LegalPaper.number))
    )
    found = [
        (
            _("名指しされた書面の通知") if row.secret else row.number or row.paper or row.ordered,
            row.bounced_at or row.refused_at,
        )
        for row in session.execute(query)
    ]
    return [f"・{name}　{short_time(when)}" for name, when in found if when]


def holds_ending(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The holds that end in the next working days, those that forbid erasure first: what they keep is looked at before.

    The flags of a notice that end together are one line. Those of papers are among them.
    """
    calendar: Calendar = session.info["calendar"]
    strength = type_coerce(col(LogHold.strength), String)  # as it stands: one bad record must not silence the others
    query = (
        _holds(LogHold.until_at, LogHold.article, strength.label("strength"))
        .where(col(LogHold.until_at) > at, col(LogHold.until_at) <= horizon(at, calendar))
        .where(*readable(staff_id, everything=everything))
        .order_by(col(LogHold.until_at), col(Notice.number), col(LegalPaper.number))
    )
    kinds = {one.value: _(term(one).label) for one in reversed(Strength)}
    binding = list(kinds)
    found: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(query)
    for row in sorted(rows, key=lambda row: binding.index(row.strength) if row.strength in kinds else 0):
        day = short_day(last_moment(row.until_at), calendar)
        text = (
            _("・名指しされた書面の保存　%(day)s", day=day)
            if row.secret
            else f"・{row.number or row.paper}　{day}　{kinds.get(row.strength, '―')}　{row.article}"
        )
        found[f"{text}\n　{_room(session, row)}"].append(f"hold:{row.id}")
    return found


def reviews_due(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The soft holds whose need is looked at again soon, or should have been: each morning until somebody has.

    Those of a notice with one day are one line.
    """
    calendar: Calendar = session.info["calendar"]
    query = (
        _holds(LogHold.review_at)
        .where(col(LogHold.strength) == Strength.SOFT, col(LogHold.review_at) < horizon(at, calendar, REVIEWED))
        .where(or_(col(LogHold.until_at).is_(None), col(LogHold.until_at) > at))
        .where(*readable(staff_id, everything=everything))
        .order_by(col(LogHold.review_at), col(Notice.number))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(query):
        day, late = japanese_day(row.review_at), row.review_at <= at
        name = _("名指しされた書面の保存") if row.secret else row.number or row.paper
        words = {"name": name, "day": short_day(day, calendar), "n": (japanese_day(at) - day).days}
        text = (
            _("・%(name)s　見直しの日 %(day)s　%(n)s日過ぎています　開示請求の見込みはありますか", **words)
            if late and words["n"]
            else _("・%(name)s　見直しの日 %(day)s　開示請求の見込みはありますか", **words)
        )
        found[f"{text}\n　{_room(session, row)}"].append(f"hold:{row.id}")
    return found


def without_erasure(session: Session, staff_id: UUID) -> str:
    """One line: the services with holds whose logs nobody is ordered to erase, for want of a table."""
    settings: Settings = session.info["settings"]
    names = [_("「%(service)s」", service=one.name) for one in without_table(session, reader=staff_id)]
    if not names:
        return ""
    return _(
        "保存期間の表がなく、消去の依頼が自動では出ないサービス: %(services)s　%(link)s",
        services="".join(names),
        link=f"{settings.base_url.rstrip('/')}/desk/retention",
    )


def _holds(*columns: Any) -> Select[Any]:
    """A query of the holds that nobody released, with what names each: its notice, or its paper."""
    named: list[Any] = [
        LogHold.id, Notice.number, col(LegalPaper.number).label("paper"),
        col(Case.id).in_(confidential_cases()).label("secret"),
    ]  # fmt: skip
    return (
        pick(*columns, *named)
        .select_from(LogHold)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(LegalPaper, col(LegalPaper.id) == col(LogHold.paper_id))
        .where(col(LogHold.released_at).is_(None))
    )


def _room(session: Session, row: Any) -> str:
    """The address where one acts; of a confidential paper that of the room, which lists it for those it names."""
    settings: Settings = session.info["settings"]
    page = "papers" if row.secret else f"cases/{row.number}?tab=holds" if row.number else f"papers/{row.paper}"
    return f"{settings.base_url.rstrip('/')}/desk/{page}"


def waits_over(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The waits that are recorded as over, after which something may be used, and of which somebody has not read yet.

    They have stopped before the office opens, so the sweep does not see them. One of which a digest told that did not
    arrive is named again.
    """
    calendar: Calendar = session.info["calendar"]
    found: dict[str, list[str]] = defaultdict(list)
    for row in _over(session, staff_id, at, WAITS.keys() - OF_PAPERS, everything=everything):
        text = _(
            "%(name)s　%(label)s（%(article)s）　%(when)s",
            name=told(row),
            label=_(WAITS[row.rule]),
            article=row.article,
            when=_("%(day)sから使えます", day=short_day(japanese_day(row.due_at), calendar)),
        )
        found[f"・{text}"].append(f"clock:{row.id}")
    return found


def papers_over(session: Session, staff_id: UUID, at: datetime, *, everything: bool) -> Named:
    """The papers that bind no longer because their time has passed: somebody looks, and writes down their end."""
    calendar: Calendar = session.info["calendar"]
    found: dict[str, list[str]] = defaultdict(list)
    for row in _over(session, staff_id, at, OF_PAPERS, everything=everything):
        day = short_day(last_moment(row.due_at), calendar)
        text = (
            _("%(name)s　%(day)sで過ぎました", name=told(row), day=day)
            if row.secret
            else _(
                "%(name)s　%(label)s（%(article)s）　%(day)sで過ぎました",
                name=told(row),
                day=day,
                label=_(WAITS[row.rule]),
                article=row.article,
            )
        )
        found[f"・{text}\n　{link(session, row)}"].append(f"clock:{row.id}")
    return found


def _over(
    session: Session, staff_id: UUID, at: datetime, rules: Collection[str], *, everything: bool
) -> list[Row[Any]]:
    query = (
        clocks(Clock.id, Clock.rule, Clock.due_at, Clock.article)
        .where(col(Clock.rule).in_(rules), col(Clock.voided_at).is_(None))
        .where(col(Clock.due_at) > at - OVER, col(Clock.due_at) <= at, col(Clock.stopped_at) >= col(Clock.due_at))
        .where(*readable(staff_id, everything=everything))
        .order_by(col(Clock.due_at))
    )
    rows, damaged = sound(session, query)
    for id, failure in damaged.items():
        log.error("clock %s: %s", id, failure)
    known = _read(session, staff_id, [f"clock:{row.id}" for row in rows])
    return [row for row in rows if f"clock:{row.id}" not in known]


def _read(session: Session, staff_id: UUID, subjects: Sequence[str]) -> set[str]:
    """The waits that somebody was told of, by the sweep or by a digest that arrived."""
    arrived = (col(Memo.given_at).is_not(None)) & (col(Memo.refused_at).is_(None))
    query = (
        select(Alert.subject)
        .outerjoin(Memo, col(Memo.id) == col(Alert.memo_id))
        .where(Alert.recipient == staff_id, col(Alert.level).startswith(FREE))
        .where(or_(Memo.kind != MemoKind.MORNING, col(Memo.id).is_(None), arrived))
    )
    found: set[str] = set()
    for some in parts(subjects):
        found.update(session.exec(query.where(col(Alert.subject).in_(some))))
    return found
