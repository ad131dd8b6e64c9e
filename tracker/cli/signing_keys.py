"""Commands about the keys that sign receipts: flask signing-key …."""

import click
from flask.cli import with_appcontext

from tracker.casework import signing
from tracker.cli import database
from tracker.law.period import JST
from tracker.now import now


@click.group("signing-key")
def signing_key() -> None:
    """Keys that sign receipts. The first is made with the first receipt."""


@signing_key.command("list")
@with_appcontext
def show() -> None:
    """List the keys, newest first, with when each was made and retired."""
    with database().reading() as session:
        for key in signing.keys(session):
            until = key.retired_at.astimezone(JST).isoformat(timespec="minutes") if key.retired_at else "signs"
            click.echo("\t".join((key.kid, key.created_at.astimezone(JST).isoformat(timespec="minutes"), until)))


@signing_key.command("rotate")
@with_appcontext
def rotate() -> None:
    """Retire the key that signs and make another. What was signed before stays genuine."""
    with database().writing() as session:
        kid = signing.rotate(session, at=now()).kid
    click.echo(f"{kid} signs from now on. Copy the published list of keys to where you keep it.")
