"""Commands that keep the house in order: migrate, worker, verify-journal, settings."""

import logging
import sys

import click
from flask.cli import with_appcontext
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from sqlmodel import func, select

from tracker.casework.verify import heads, verify
from tracker.cli import database, settings
from tracker.jobs.engine import run_worker
from tracker.migrations import migrate
from tracker.models import Case, Event
from tracker.settings import Settings


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database up to date."""
    migrate(database())
    click.echo("The database is up to date.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mail, raise alerts and keep the other times of the schedule, until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    run_worker(settings(), database())


@click.command("verify-journal")
@with_appcontext
def verify_journal() -> None:
    """Recompute every case from its events, and name whatever differs. Exit code 1 if anything does.

    First come the ends of the books of calendars and editions, for a copy kept elsewhere.
    """
    found = 0
    with database().checking() as session:
        for head in heads(session):
            click.echo(f"{head.table}: {head.rows} rows, the last digest {head.digest or '-'}")
        for finding in verify(session):
            where = f"case {finding.case}: " if finding.case else ""
            click.echo(f"{where}{finding.table} {finding.row}: {finding.says}")
            found += 1
    if found:
        click.echo(f"{found} findings.", err=True)
        sys.exit(1)
    with database().reading() as session:
        cases, events = (session.exec(select(func.count()).select_from(one)).one() for one in (Case, Event))
    click.echo(f"The journal is whole: {cases} cases, {events} events.")


@click.command("settings")
def list_settings() -> None:
    """Print docs/settings.md."""
    click.echo(settings_page(), nl=False)


def settings_page() -> str:
    """Every setting with its default and what it is for, as Markdown."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return HEAD + "\n".join(rows) + "\n"


HEAD = """# Settings

Kigen reads environment variables, and a `.env` file in the folder it is started in; a variable wins over the file.
`make run` writes `.env` with fresh keys. This page is printed by `flask --app app settings`, and a test keeps it true.
`python app.py` (`make run`) reads `PORT` (8000), `HOST` (127.0.0.1) and `DEMO` (`0` leaves a new database empty) too;
where `TRACKER_BASE_URL` is not set, it takes the address of that port. A new `.env` of a house with the demo says
`TRACKER_MAIL=folder`.

| Variable | Default | What it is for |
|---|---|---|
"""


def _row(name: str, field: FieldInfo) -> str:
    says = (field.description or "").replace("|", "\\|")
    return f"| `TRACKER_{name.upper()}` | {_default(field)} | {says} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "empty" if value == "" else f"`{value}`"


COMMANDS = (migrate_command, worker, verify_journal, list_settings)
