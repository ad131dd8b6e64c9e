"""flask clock KEY TIMESTAMP: any clock of the statute book, from an instant to its date, with every step."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import OperationalError

from tracker.casework import calendars, editions
from tracker.cli import database, settings
from tracker.cli.calendars import what_if_command
from tracker.closed_days import working_calendar
from tracker.law.calendars import Calendar, Uncovered
from tracker.law.clocks import CLOCKS, ClockRule, Given
from tracker.law.editions import EDITIONS, edition_on
from tracker.law.period import JST, japanese_day
from tracker.law.sheets import Sheet, calculate, spoken, start

STDIN = "-"
DAY = "%Y-%m-%d %a"


class Unreadable(ValueError):
    """A timestamp that is none, or from which nothing can be counted; the text says why."""


@click.group()
def clock() -> None:
    """When does a period end that began at TIMESTAMP? Each clock of the statute book is a command of its own."""


def _command(rule: ClockRule) -> click.Command:
    """The command of one clock."""

    @click.command(rule.name, short_help=f"{rule.label} ({rule.article})")
    @click.argument("timestamp")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
    @with_appcontext
    def command(timestamp: str, as_json: bool) -> None:
        if rule.length is None:
            raise click.UsageError(f"The law names no number of days for {rule.name} ({rule.article}).")
        calendar, confirmed = _book()
        lines: Iterable[str] = _lines() if timestamp == STDIN else [timestamp]

        def answer(line: str) -> str:
            sheet = _sheet(rule, line, calendar)
            sure = sheet.edition.key in confirmed
            if not as_json:
                return _readable(sheet, sure=sure)
            return json.dumps({"given": line} | spoken(sheet, confirmed=sure), ensure_ascii=False)

        if not all([*_answered(lines, answer, numbered=timestamp == STDIN)]):
            sys.exit(2)

    asks = f"TIMESTAMP is {_asks(rule)}; "
    asks += f"{STDIN} reads one a line from standard input. A time without an offset is Japanese."
    command.help = f"{rule.label} ({rule.article}): {rule.says}。\n\n{asks}"
    return command


def _asks(rule: ClockRule) -> str:
    forms = {
        Given.MOMENT: "an ISO 8601 date and time, or a date without one",
        Given.DAY: "an ISO 8601 date",
        Given.YEAR: "a fiscal year such as 2025, or any day in it",
    }
    return f"{forms[rule.given]} ({rule.asks})"


def _lines() -> Iterator[str]:
    """The lines of standard input; what is no UTF-8 is read as a sign that no timestamp holds."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", errors="replace").strip()


def _answered(lines: Iterable[str], answer: Callable[[str], str], *, numbered: bool) -> Iterator[bool]:
    """Print the answer to each line, and say of each whether there was one; what is bad is named on stderr."""
    for number, line in enumerate(lines, 1):
        try:
            click.echo(answer(line))
            yield True
        except Unreadable as error:
            click.echo(f"line {number}: {error}" if numbered else str(error), err=True)
            yield False


def _book() -> tuple[Calendar, set[str]]:
    """The calendar in use and the editions confirmed here; before there is a database, what is shipped.

    A database that is there and cannot be read is an error: its calendar may not be the shipped one.
    """
    url = make_url(settings().database)
    if url.database and url.get_backend_name() == "sqlite" and not Path(url.database).exists():
        return working_calendar(), {e.key for e in EDITIONS if e.text_seen}  # asking makes no file
    try:
        with database().reading() as session:
            there = inspect(session.connection()).has_table("editionconfirmation")
            confirmed = {e.key for e in EDITIONS if e.text_seen or (there and not editions.unconfirmed(session, e.key))}
            return calendars.current(session), confirmed
    except OperationalError as error:
        raise click.ClickException("The database cannot be read, and with it the calendar in use.") from error


def _sheet(rule: ClockRule, line: str, calendar: Calendar) -> Sheet:
    """The sheet of `rule` from a timestamp as it was typed. Raises Unreadable."""
    given = _given(line, rule)
    try:
        begins = start(rule, given)
        edition = edition_on(japanese_day(begins))
        return calculate(rule, begins, calendar, edition, timed=isinstance(given, datetime))
    except Uncovered as error:
        known = f"{calendar.years[0]} to {calendar.years[-1]}"
        raise Unreadable(f"the end hangs on closed days, and holidays are known for {known} only") from error
    except (OverflowError, ValueError) as error:
        raise Unreadable("the end lies outside the years that can be counted") from error


def _given(line: str, rule: ClockRule) -> datetime | date:
    if not line:
        raise Unreadable("empty")
    if rule.given is Given.YEAR and line.isascii() and line.isdigit() and len(line) == 4 and line > "0000":
        return date(int(line), 4, 1)
    try:
        return date.fromisoformat(line)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(line)
        return (instant if instant.tzinfo else instant.replace(tzinfo=JST)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"not an ISO 8601 timestamp: {line[:40]!r}") from error


def _readable(sheet: Sheet, *, sure: bool) -> str:
    """The sheet for a terminal."""
    rule, begins = sheet.rule, sheet.started_at
    lines = [
        f"{rule.label} ({rule.article}; {rule.force}; {rule.confidence})",
        f"from {sheet.free_day:{DAY}} 0:00" if sheet.free_day else f"until the end of {sheet.last_day:{DAY}}",
        f"  begins {begins.astimezone(JST).isoformat()} ({begins:%Y-%m-%dT%H:%M:%SZ})"
        if sheet.timed
        else f"  begins on {sheet.steps[0].day:{DAY}}, at no time named",
    ]
    for step in sheet.steps:
        number = "moved" if step.moved else str(step.number) if step.number else "not counted"
        lines.append(f"  {step.day:{DAY}}  {number}  {sheet.calendar.closed(step.day) or ''}".rstrip())
    if sheet.last_working_day:
        lines.append(f"  last working day {sheet.last_working_day:{DAY}}")
    for reading in sheet.readings:
        if reading.differs:
            article = f" ({reading.article})" if reading.article else ""
            lines.append(f"  not chosen: {reading.key}{article} ends {reading.last_day:{DAY}}")
    edition = sheet.edition.key if sure else f"{sheet.edition.key} (text not confirmed)"
    return "\n".join([*lines, f"  edition {edition}, calendar {sheet.calendar.version}"])


for _rule in CLOCKS:
    clock.add_command(_command(_rule))
clock.add_command(what_if_command)
