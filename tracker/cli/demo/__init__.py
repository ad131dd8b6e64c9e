"""`flask demo`: eighty made-up notices over three services, for a first look at a house with people in it."""

import os
import secrets
import time
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.auth import make_password
from tracker.cli import database, settings
from tracker.cli.demo.fill import Inhabited, fill
from tracker.cli.demo.house import team_addresses
from tracker.now import now

TEAM_FILE = "sign-in-demo.txt"
NO_RELAY = "TRACKER_MAIL is smtp, and letters to made-up people never leave. Set TRACKER_MAIL=folder."


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="Another number: other names, addresses and hours.")
@with_appcontext
def demo(seed: int) -> None:
    """Fill a database without notices with 80 made-up ones, relative to now."""
    if settings().mail == "smtp":
        raise click.ClickException(NO_RELAY)
    try:
        run_demo(now(), seed)
    except Inhabited as error:
        raise click.ClickException(
            "This database holds notices already, or services or people of its own, and made-up ones never come "
            "among them. Take an empty one."
        ) from error


def fill_new_house() -> None:
    """The demo of a first start: none where letters would reach a relay."""
    if settings().mail == "smtp":
        click.echo(f"No demo: {NO_RELAY}")
        return
    run_demo(now(), seed=1)
    click.echo("  To start empty: stop, delete the database and the data folder, and start with DEMO=0 make run.")


def run_demo(at: datetime, seed: int) -> None:
    """Fill the database in one transaction, as if now were `at`, and keep how to sign in. Raises Inhabited."""
    started = time.monotonic()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    file = settings().data / TEAM_FILE
    click.echo("Filling in the demo. Everybody and everything in it is made up.")
    with database().writing() as session:
        fill(session, now=at, seed=seed, password=make_password(password), say=lambda text: click.echo(f"  {text}"))
        _keep(file, password)
    click.echo(f"  Done in {time.monotonic() - started:.0f} seconds. {file} says how the colleagues sign in.")


def _keep(file: Path, password: str) -> None:
    """Write down how the colleagues sign in, for the owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(one) for one in team_addresses()]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write("\n".join([f"Password of each: {password}", "", *lines, ""]))
