"""`flask report …`: build the yearly publication into a folder, and say what does not hold."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlmodel import Session, select

from tracker.cli import database
from tracker.law.publication import ITEMS
from tracker.models import Service
from tracker.now import now
from tracker.report import publishing
from tracker.report.build import build
from tracker.report.content import Report
from tracker.report.years import Year, year_of

report = AppGroup("report", help="The yearly publication of 法28条.")
SERVICE = click.option("--service", "slug", required=True, help="Slug of the service.")
YEAR = click.option("--year", required=True, type=int, help="The 公表年度 by the year in which it begins, in April.")


@report.command("build")
@SERVICE
@YEAR
@click.option("--out", required=True, type=click.Path(path_type=Path), help="An empty folder, or one to make.")
def build_command(slug: str, year: int, out: Path) -> None:
    """Write the whole package as it would be frozen now. Stops, and writes nothing, while something does not hold."""
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty")
    at = now()
    with database().snapshot() as session:
        found = publishing.drawn(session, *_year(session, slug, year), at=at)
    _stop(found)
    with database().writing() as session:  # the first signature makes the key
        files = publishing.made(session, found, at=at)
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    click.echo(f"{len(files)} files in {out}")


@report.command("check")
@SERVICE
@YEAR
def check_command(slug: str, year: int) -> None:
    """Say what does not hold, what is missing and what looks odd; exits with 1 where something stops a publication."""
    with database().snapshot() as session:
        found = build(session, *_year(session, slug, year), at=now())
    for sentence in found.warnings:
        click.echo(f"warning: {sentence}")
    _stop(found)
    complete = len({line.code for line in found.lines} | {words.code for words in found.texts})
    click.echo(f"everything holds: {complete} of {len(ITEMS)} items, {len(found.lines)} lines")


def _year(session: Session, slug: str, year: int) -> tuple[Service, Year]:
    service = session.exec(select(Service).where(Service.slug == slug)).first()
    if service is None:
        raise click.ClickException(f"there is no service {slug}")
    wanted = year_of(service, year)
    if wanted is None:
        raise click.ClickException(f"{slug} was not registered (届出) by the end of {year}年度")
    return service, wanted


def _stop(found: Report) -> None:
    for failed in found.failed:
        click.echo(f"{failed.check}: {failed.says} [{', '.join(failed.rows)}]", err=True)
    for code, says in found.missing.items():
        click.echo(f"missing {code}: {says}", err=True)
    if found.failed or found.missing:
        raise click.ClickException("nothing was written")
