"""Commands about calendars and editions: flask calendar …, flask edition …, flask clock what-if."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlmodel import Session

from tracker.casework import NotAllowed, calendars as books, editions, holiday_file
from tracker.casework.calendars import Change
from tracker.casework.what_if import Difference, what_if
from tracker.cli import database
from tracker.i18n import last_moment
from tracker.law.calendars import Calendar
from tracker.law.editions import Edition, edition as edition_called
from tracker.law.period import JST
from tracker.now import now

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("calendar")
def calendar() -> None:
    """Versions of the calendar. No command here moves a stored date."""


@calendar.command("list")
@with_appcontext
def list_versions() -> None:
    """List the versions, newest first. The first line is the one in use."""
    with database().reading() as session:
        for row in books.versions(session):
            accepted = row.accepted_at.astimezone(JST).isoformat(timespec="minutes")
            click.echo("\t".join((str(row.number), row.version, accepted, str(len(row.holidays)), row.source)))


@calendar.command("diff")
@click.argument("file", type=FILE)
@with_appcontext
def show_diff(file: Path) -> None:
    """Print the days that FILE (the Cabinet Office's syukujitsu.csv) would change. Changes nothing."""
    with database().reading() as session:
        in_use: Calendar = session.info["calendar"]
    click.echo(_said(books.diff(in_use, _read(file).onto(in_use))))


@calendar.command("import")
@click.argument("file", type=FILE)
@click.option("--source", required=True, help="What FILE is: title, address, day.")
@click.option("--note", default="")
@click.option("--yes", is_flag=True, help="Accept without being asked.")
@with_appcontext
def import_file(file: Path, source: str, note: str, yes: bool) -> None:
    """Show the days that FILE changes, ask, and take the new version into use."""
    table = _read(file)
    with database().reading() as session:
        in_use: Calendar = session.info["calendar"]
    proposed = table.onto(in_use)
    changes = books.diff(in_use, proposed)
    click.echo(_said(changes))
    if not changes:
        return
    if not yes:
        click.confirm("Take this calendar into use? No stored date moves.", abort=True)
    with database().writing() as session, _plainly():
        row = books.accept(session, proposed, source=source, note=note, by=None, at=now(), onto=in_use.version)
        said = f"Version {row.number} ({row.version}) is in use."
    click.echo(said)


@click.group("edition")
def edition() -> None:
    """Editions of the law, and whether somebody has read their text."""


@edition.command("list")
@with_appcontext
def list_editions() -> None:
    """List the editions with the day from which they are in force."""
    with database().reading() as session:
        for one in editions.seen(session):
            said = "text not confirmed" if one.unconfirmed else "confirmed"
            source = one.confirmed.source if one.confirmed else ""
            click.echo("\t".join((one.edition.key, one.edition.in_force.isoformat(), said, source)).rstrip())


@edition.command("confirm")
@click.argument("key")
@click.option("--source", required=True, help="Where the text was read: title and address.")
@click.option("--note", default="")
@with_appcontext
def confirm(key: str, source: str, note: str) -> None:
    """Record that the text of edition KEY was read and agrees with its rules. No stored date moves."""
    _edition(key)
    with database().writing() as session, _plainly():
        editions.confirm(session, key, source=source, note=note, by=None, at=now())
    click.echo(f"{key} is confirmed.")


@edition.command("withdraw")
@click.argument("key")
@click.option("--reason", required=True)
@with_appcontext
def withdraw(key: str, reason: str) -> None:
    """Take back the confirmation of edition KEY."""
    _edition(key)
    with database().writing() as session, _plainly():
        editions.withdraw(session, key, reason=reason, by=None, at=now())
    click.echo(f"{key} is not confirmed.")


@click.command("what-if")
@click.option("--calendar", "wanted", help="A version (12 characters) or a holiday file (syukujitsu.csv).")
@click.option("--edition", "key", help="An edition, as `flask edition list` names it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def what_if_command(wanted: str | None, key: str | None, as_json: bool) -> None:
    """List running clocks whose date would differ under another calendar or edition. Nothing stored moves."""
    if not wanted and not key:
        raise click.UsageError("Name a calendar, an edition or both.")
    rules = _edition(key) if key else None
    moved = shifted = 0
    with database().reading() as session:
        other = _calendar(session, wanted) if wanted else None
        for found in what_if(session, calendar=other, edition=rules):
            click.echo(json.dumps(_facts(found), ensure_ascii=False) if as_json else _line(found))
            moved, shifted = moved + found.moves, shifted + (not found.moves)
    click.echo(
        f"{moved} running clocks would have another date, {shifted} only another last working day. Nothing has moved.",
        err=True,
    )


def _facts(found: Difference) -> dict[str, object]:
    """One difference as data: boundaries in Japanese time, days as ISO."""
    due, other = (at.astimezone(JST).isoformat() if at else None for at in (found.due_at, found.other_due_at))
    work, other_work = (
        day.isoformat() if day else None for day in (found.last_working_day, found.other_last_working_day)
    )
    return {
        "clock": str(found.clock), "case": str(found.case), "number": found.number, "key": found.rule,
        "edition": found.edition, "calendar": found.calendar,
        "started_at": found.started_at.astimezone(JST).isoformat(), "boundary": due, "other_boundary": other,
        "last_working_day": work, "other_last_working_day": other_work, "gone": found.gone, "unknown": found.unknown,
    }  # fmt: skip


def _line(found: Difference) -> str:
    ends = [last_moment(at).isoformat() if at else "-" for at in (found.due_at, found.other_due_at)]
    if found.gone:
        ends[1] = "no such clock"
    elif found.unknown:
        ends[1] = "not in the calendar"
    work = [str(day or "-") for day in (found.last_working_day, found.other_last_working_day)]
    return "\t".join((found.number or str(found.case), found.rule, " -> ".join(ends), " -> ".join(work)))


def _calendar(session: Session, wanted: str) -> Calendar:
    found = books.pinned(session, wanted)
    if found is not None:
        return found
    if not Path(wanted).is_file():
        raise click.ClickException(f"{wanted} is neither a version of the calendar nor a file.")
    in_use: Calendar = session.info["calendar"]
    return _read(Path(wanted)).onto(in_use)


def _edition(key: str) -> Edition:
    try:
        return edition_called(key)
    except KeyError:
        raise click.ClickException(f"There is no edition {key}. `flask edition list` names them.") from None


def _read(file: Path) -> holiday_file.Table:
    with _plainly():
        return holiday_file.read(file.read_bytes())


def _said(changes: list[Change]) -> str:
    if not changes:
        return "No day differs from the calendar in use."
    return "\n".join(
        f"{_sign(c)} {c.day} {c.day:%a} {' -> '.join(n for n in (c.before, c.after) if n)}" for c in changes
    )


def _sign(change: Change) -> str:
    return "+" if change.before is None else "-" if change.after is None else "~"


@contextmanager
def _plainly() -> Iterator[None]:
    """Say a refusal as a command does."""
    try:
        yield
    except NotAllowed as no:
        raise click.ClickException(str(no)) from no


COMMANDS = (calendar, edition)
