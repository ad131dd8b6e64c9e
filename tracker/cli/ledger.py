"""Commands for the moderation ledger: flask ledger import | list | withdraw | template."""

import csv
import io
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed
from tracker.casework.journal import SYSTEM
from tracker.cli import database
from tracker.law.ledger import FAMILIES, Family
from tracker.models import LedgerImport, Service
from tracker.now import now
from tracker.report.ledger import faults, imports, store
from tracker.report.ledger.carry import carry

FAMILY = click.Choice([family.value for family in Family])


@click.group()
def ledger() -> None:
    """The moderation ledger (規則18条4項・5項): files of the platform's own moderation."""


@ledger.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--service", "slug", required=True, help="Short name of the service, as in its address.")
@click.option("--family", required=True, type=FAMILY)
@with_appcontext
def take_in(file: Path, slug: str, family: str) -> None:
    """Count the rows of FILE, which is read where it lies and stays there. The same command goes on after a break."""
    kept, kind = store.measure(file), Family(family)
    with database().writing() as session:
        service = _service(session, slug)
        row = imports.same(session, service, kind, kept.sha256)
        if row is None or row.done_at is not None:
            try:
                row = imports.begin(
                    session,
                    service,
                    kind,
                    file.name,
                    stored=kept.stored,
                    size=kept.size,
                    sha256=kept.sha256,
                    actor=SYSTEM,
                    at=now(),
                )
            except NotAllowed as no:
                raise click.ClickException(str(no)) from no
    carry(database(), row.id, now, told=_progress)
    with database().reading() as session:
        row = session.get_one(LedgerImport, row.id)
    click.echo(_line(row))
    for one in row.errors:
        click.echo(f"row {one['row']} {one['column']}: {faults.says(one['code'])}", err=True)
    if row.trouble:
        raise click.ClickException(faults.says(row.trouble))


@ledger.command("list")
@click.option("--service", "slug", default="", help="Only this service.")
@with_appcontext
def show(slug: str) -> None:
    """List the imports, the newest of each service first."""
    with database().reading() as session:
        services = [_service(session, slug)] if slug else session.exec(select(Service).order_by(col(Service.slug)))
        for service in services:
            for row in imports.imports_of(session, service):
                click.echo(f"{service.slug}\t{_line(row)}")


@ledger.command("withdraw")
@click.argument("number", type=int)
@click.option("--service", "slug", required=True)
@click.option("--reason", required=True, help="Why; it is sealed in the register of the service.")
@with_appcontext
def withdraw(number: int, slug: str, reason: str) -> None:
    """Take import NUMBER back: what it was the last to say is counted no more."""
    with database().writing() as session:
        service = _service(session, slug)
        row = imports.import_of(session, service, number)
        if row is None:
            raise click.ClickException(f"There is no import {number} of {slug}.")
        try:
            imports.withdraw(session, service, row.id, reason=reason, by=None, at=now())
        except NotAllowed as no:
            raise click.ClickException(str(no)) from no
    carry(database(), row.id, now)
    click.echo(f"Import {number} was taken back.")


@ledger.command("template")
@click.option("--family", required=True, type=FAMILY)
def template(family: str) -> None:
    """Print the first row of a file of a family."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(column.name for column in FAMILIES[Family(family)].columns)
    click.echo(written.getvalue(), nl=False)


def _service(session: Session, slug: str) -> Service:
    found = session.exec(select(Service).where(Service.slug == slug)).first()
    if found is None:
        raise click.ClickException(f"There is no service {slug}.")
    return found


def _progress(row: LedgerImport) -> None:
    percent = 100 * row.place // row.size if row.size else 100
    over = bool(row.done_at) or not sys.stderr.isatty()
    click.echo(f"\r{percent:3d} %  {row.rows:,} rows, {row.refused:,} refused", nl=over, err=True)


def _line(row: LedgerImport) -> str:
    state = "taken back" if row.withdrawn_at else row.trouble or ("done" if row.done_at else "being read")
    counts = ", ".join(f"{getattr(row, name)} {name}" for name in ("rows", "added", "same", "changed", "refused"))
    return f"{row.number}\t{row.family.value}\t{row.name}\t{state}\t{counts}"
