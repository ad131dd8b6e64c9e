"""What a form of a paper says, read into an entry; each complaint by its field."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar

from flask import request
from flask_babel import gettext as _

from tracker.casework.papers import KINDS, Ask, Entry
from tracker.i18n.typed import Unreadable, day as read_day, moment as read_moment
from tracker.law.period import JST, japanese_day
from tracker.models import PaperKind
from tracker.web.reading import identities, plain_text, single_line

LINES = (
    "service",
    "first",
    "served",
    "issuer",
    "reference",
    "until",
    "provided",
    "logs_from",
    "logs_until",
    "notice",
    "posted_on",
)
TEXTS = ("asks", "accounts", "contents")
T = TypeVar("T", bound=date)
BOXES = ("objected", "confidential", "posted", "posted_abroad", "served_untimed")


@dataclass
class Typed:
    """A form as it came: its texts, what was ticked, and what is wrong with it."""

    form: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def typed() -> Typed:
    """What was sent."""
    form = {name: single_line(request.form.get(name, "")) for name in (*LINES, *BOXES)}
    form |= {name: plain_text(request.form.get(name, "")) for name in TEXTS}
    return Typed(form, request.form.getlist("classes"), request.form.getlist("readers"))


def entry(said: Typed, kind: PaperKind, at: datetime) -> Entry:
    """The entry that a form makes. Where a day cannot be read, `said.errors` says which, and it stands for none."""
    form, asks = said.form, KINDS[kind].asks
    posted = Ask.POSTED in asks and bool(form["posted"])
    posted_on = _read(said, "posted_on", read_day) if posted else None
    if posted and not form["posted_on"]:
        said.errors["posted_on"] = _("官報又は新聞紙に掲載された日を入力してください。")
    moment = None if posted else moment_field(said, "served", at)
    until = _read(said, "until", read_day) if Ask.UNTIL in asks else None
    period = [_read(said, name, read_day) if Ask.CLASSES in asks else None for name in ("logs_from", "logs_until")]
    return Entry(
        kind=kind,
        served_at=moment.at if moment else at,
        time_known=moment is None or moment.known,
        words={name: form[name] for name in ("issuer", "reference", "asks", "accounts", "contents")},
        until=until,
        posted_on=posted_on,
        posted_abroad=bool(form["posted_abroad"]),
        classes=tuple(said.classes),
        provided=form["provided"],
        objected=bool(form["objected"]),
        logs_from=period[0],
        logs_until=period[1],
        notice=form["notice"],
        confidential=form["confidential"] == "1",
        readers=identities(said.readers) if form["confidential"] == "1" else (),
    )


@dataclass(frozen=True)
class Moment:
    """When something was, and whether its time of day is `known`."""

    at: datetime
    known: bool = True


def moment_field(said: Typed, name: str, at: datetime, *, least: datetime | None = None) -> Moment | None:
    """The instant in a field. A day alone is enough only where the box beside it says that nobody knows the time.

    For such a day its earliest instant stands, or `least` where that lies on it: office targets end early rather than
    late. It is a second after midnight: what begins at midnight itself counts its first day (民法140条ただし書).
    """
    untimed = bool(said.form.get(f"{name}_untimed"))
    if not said.form[name]:
        said.errors[name] = _("日付と時刻を入力してください。時刻がわからないときは、日付だけを入力して印を付けます。")
        return None
    found = _read(said, name, read_moment)
    if found is None:
        return None
    day = japanese_day(found) if isinstance(found, datetime) else found
    earliest = datetime.combine(day, time(second=1), JST)
    if least and japanese_day(least) == day:
        earliest = max(earliest, least)
    if isinstance(found, datetime):
        return Moment(earliest, known=False) if untimed else Moment(found)
    if not untimed and day <= japanese_day(at):
        said.errors[name] = _("時刻も入力してください。わからないときは「時刻がわからない」に印を付けてください。")
        return None
    return Moment(earliest, known=False)


def _read(said: Typed, name: str, read: Callable[[str], T]) -> T | None:
    if not said.form[name]:
        return None
    try:
        return read(said.form[name])
    except Unreadable as error:
        said.errors[name] = str(error)
        return None
