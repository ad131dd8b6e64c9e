"""保存期間の表: for how long a service keeps each kind of log, and why. Versions are appended; none is ever edited.

The standard end of a log is counted from the day on which it was recorded, by the version in force on that day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.retention_record import record_table
from tracker.law import N_
from tracker.law.logs import CLASSES, COMMUNICATIONS, LOG_RULES, LogKind, LogRule, Provider
from tracker.law.period import Counting, Months, Step, count, start_of
from tracker.models import RetentionLine, RetentionTable, Service, Staff

MOST_LINES = 30
MOST_MONTHS = 120  # ten years: what is more is a slip of the finger
NO_TABLE = 0  # what a form saw where there was no version yet


@dataclass(frozen=True)
class Line:
    """One kind of log: what is kept, for what, and for how many months; None until the purpose ends."""

    kind: LogKind
    provider: Provider
    name: str
    classes: tuple[str, ...]
    purpose: str
    months: int | None
    reason: str = ""

    @property
    def rule(self) -> LogRule:
        """What the commentary says of this kind."""
        return LOG_RULES[self.kind]


class Stand(StrEnum):
    """How a period stands to what the commentary says. None of them makes anybody directly liable."""

    UNSAID = "unsaid"  # the commentary names no period for it
    OPEN = "open"  # no period although the commentary names one: until the purpose ends
    SHORTER = "shorter"  # than what is 望ましい
    WITHIN = "within"
    NEED = "need"  # longer than is generally allowed, for a need of the business that is written down
    BEYOND = "beyond"  # longer than even that: what the commentary names for a need


@dataclass(frozen=True)
class Version:
    """One version of a table, with its lines and who published it."""

    table: RetentionTable
    lines: tuple[Line, ...]
    maker: str


@dataclass(frozen=True)
class Change:
    """What became of a line from one version to the next: new, gone or changed, and then in which fields."""

    kind: str
    before: Line | None
    after: Line | None
    fields: tuple[str, ...] = ()

    @property
    def line(self) -> Line:
        """The line as it is now, or as it last was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two always stands
        return found


def stand(line: Line) -> Stand:
    """How the period of a line stands to the commentary (電気通信個人情報ガイドライン38条1項解説)."""
    rule = line.rule
    ceiling = _ceiling(rule)
    if rule.least is None or ceiling is None:
        return Stand.UNSAID
    if line.months is None:
        return Stand.OPEN
    if line.months < rule.least.n:
        return Stand.SHORTER
    if line.months <= ceiling.n:
        return Stand.WITHIN
    return Stand.BEYOND if rule.with_need and line.months > rule.with_need.n else Stand.NEED


def problems(line: Line) -> Iterator[tuple[str, NotAllowed]]:
    """What is at fault in a line, by its field. A period shorter than is 望ましい is no fault: see `stand`."""
    rule = line.rule
    known = {*rule.classes, *rule.communications} or {*CLASSES, *COMMUNICATIONS}
    if line.provider not in rule.providers:
        yield "provider", NotAllowed(N_("この種類の記録は、その立場では保存しません。"))
    if not line.name:
        yield "name", NotAllowed(N_("この記録の名前を入力してください。"))
    if not set(line.classes) <= known:
        yield "classes", NotAllowed(N_("この種類の記録に含まれる情報から選んでください。"))
    elif known and not line.classes and line.kind is not LogKind.OTHER:
        yield "classes", NotAllowed(N_("記録に含まれる情報を、1つは選んでください。"))
    if not line.purpose and line.months is None:
        yield (
            "purpose",
            NotAllowed(N_("期間を定めない記録は、目的を達するまでしか保存できません。その目的を入力してください。")),
        )
    elif not line.purpose:
        yield "purpose", NotAllowed(N_("記録する業務上の目的を入力してください。目的のない通信履歴は記録できません。"))
    if line.months is not None and not 1 <= line.months <= MOST_MONTHS:
        yield "months", NotAllowed(N_("保存する月数は、1から%(most)sまでの整数で入力してください。"), most=MOST_MONTHS)
    elif stand(line) in {Stand.NEED, Stand.BEYOND} and not line.reason:
        ceiling = _ceiling(rule)
        yield (
            "reason",
            NotAllowed(
                N_("%(months)sか月より長く保存するのは、業務上の必要があるときです。その必要を入力してください。"),
                months=ceiling.n if ceiling else 0,
            ),
        )


def publish(
    session: Session,
    service: Service,
    lines: Sequence[Line],
    *,
    in_force: date,
    note: str,
    seen: int,
    by: UUID,
    at: datetime,
) -> RetentionTable:
    """The next version of the table of `service`, in force from a Japanese day; `seen` is the newest one known. The
    register of the service records it.

    A day that is over is accepted: the table may have been in force before it was written down here, and the version
    says when that was. It never begins before the version that it follows. Raises Conflict where somebody else
    published first, NotAllowed with `about` = "line-0-months", "lines", "in_force" or "note".
    """
    session.get_one(Service, service.id, with_for_update={"key_share": True})
    newest = next(iter(history(session, service.id)), None)
    if seen != (newest.table.version if newest else NO_TABLE):
        raise Conflict(N_("ほかの人が先に新しい版を公表しました。新しい版を確かめてから、もう一度公表してください。"))
    if not lines or len(lines) > MOST_LINES:
        raise NotAllowed(N_("記録を1件から%(most)s件まで書いてください。"), about="lines", most=MOST_LINES)
    for no, line in enumerate(lines):
        for about, wrong in problems(line):
            raise NotAllowed(wrong.words, about=f"line-{no}-{about}", **wrong.values)
    names = [(line.kind, line.provider, line.name) for line in lines]
    for no, name in enumerate(names):
        if name in names[:no]:
            raise NotAllowed(N_("同じ種類に同じ名前の記録があります。名前を分けてください。"), about=f"line-{no}-name")
    if newest and in_force < newest.table.in_force:
        raise NotAllowed(
            N_("前の版の適用が始まる日より前の日からは、適用できません。その日か、その後の日を入力してください。"),
            about="in_force",
        )
    if newest and not note:
        raise NotAllowed(N_("前の版から変える理由を入力してください。"), about="note")
    if newest and not changes(newest.lines, lines):
        raise NotAllowed(N_("前の版と同じ内容です。変える行を直してから公表してください。"), about="lines")
    table = RetentionTable(
        service_id=service.id,
        version=(newest.table.version if newest else NO_TABLE) + 1,
        in_force=in_force,
        note=note,
        made_at=at,
        made_by=by,
    )
    session.add(table)
    session.flush()
    for no, line in enumerate(lines, 1):
        words = {field.name: getattr(line, field.name) for field in fields(line)}
        session.add(RetentionLine(table_id=table.id, no=no, **(words | {"classes": list(line.classes)})))
    session.flush()
    record_table(session, service, table, by=by, at=at)
    return table


def history(session: Session, service_id: UUID) -> list[Version]:
    """Every version of a service's table, the newest first."""
    found = session.exec(
        select(RetentionTable, Staff.name)
        .join(Staff, col(Staff.id) == col(RetentionTable.made_by))
        .where(RetentionTable.service_id == service_id)
        .order_by(col(RetentionTable.version).desc())
    ).all()
    lines: dict[UUID, list[Line]] = {table.id: [] for table, _name in found}
    for row in session.exec(
        select(RetentionLine).where(col(RetentionLine.table_id).in_(lines)).order_by(col(RetentionLine.no))
    ):
        lines[row.table_id].append(_line(row))
    return [Version(table, tuple(lines[table.id]), name) for table, name in found]


def in_force(versions: Sequence[Version], day: date) -> Version | None:
    """The version of a history in force on a Japanese day: the newest of those that had begun."""
    return next((one for one in versions if one.table.in_force <= day), None)


def table_on(session: Session, service_id: UUID, day: date) -> Version | None:
    """The version of a service's table in force on a Japanese day; None before the first."""
    return in_force(history(session, service_id), day)


def coming(versions: Sequence[Version], day: date) -> list[Version]:
    """The versions of a history that begin after `day`, the soonest first."""
    return [one for one in reversed(versions) if one.table.in_force > day]


def steps(recorded_on: date, months: int) -> list[Step]:
    """The days of the standard period of a log, counted from the day after it was recorded (民法140条・143条)."""
    return count(start_of(recorded_on), Months(months), Counting.FULL_DAYS)


def last_day(line: Line, recorded_on: date) -> date | None:
    """The last Japanese day on which a log of that day is kept; None while its purpose lasts."""
    return steps(recorded_on, line.months)[-1].day if line.months is not None else None


def standard_ends(session: Session, service_id: UUID, recorded_on: date) -> list[tuple[Line, date | None]]:
    """For each line the last day of a log recorded on a day, by the version in force then.

    Of a log older than the first version the first one speaks: nothing earlier was written down. Empty without a table.
    """
    versions = history(session, service_id)
    found = in_force(versions, recorded_on) or (versions[-1] if versions else None)
    return [(line, last_day(line, recorded_on)) for line in found.lines] if found else []


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """What a version changes against the one before, in the order of its lines; a renamed line is found by its kind."""
    left = list(before)
    pairs: list[tuple[Line | None, Line]] = []
    for line in after:
        same = next((one for one in left if _key(one) == _key(line)), None)
        if same:
            left.remove(same)
        pairs.append((same, line))
    found = []
    for same, line in pairs:
        was = same
        alike = [one for one in left if _key(one)[:2] == _key(line)[:2]]
        new = [one for known, one in pairs if known is None and _key(one)[:2] == _key(line)[:2]]
        if was is None and len(alike) == len(new) == 1:
            was = alike[0]  # the only one of its kind that went, and the only one that came: renamed
            left.remove(was)
        if was is None:
            found.append(Change("new", None, line))
        elif was != line:
            differ = tuple(
                field.name for field in fields(Line) if getattr(was, field.name) != getattr(line, field.name)
            )
            found.append(Change("changed", was, line, differ))
    return [*found, *(Change("gone", line, None) for line in left)]


def _key(line: Line) -> tuple[LogKind, Provider, str]:
    return line.kind, line.provider, line.name


def _ceiling(rule: LogRule) -> Months | None:
    """What is generally allowed; where nothing is said of that, the longer end of what is 望ましい."""
    return rule.allowed or rule.most


def _line(row: RetentionLine) -> Line:
    return Line(row.kind, row.provider, row.name, tuple(row.classes), row.purpose, row.months, row.reason)
