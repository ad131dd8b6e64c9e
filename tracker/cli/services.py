"""Commands about services and their published criteria: flask service …, flask criteria …."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, filings
from tracker.casework.criteria import ClauseText, publish
from tracker.casework.journal import SYSTEM
from tracker.cli import database
from tracker.i18n import japanese_date
from tracker.law.period import JST, japanese_day
from tracker.models import Service
from tracker.now import now

SLUG, PREFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), re.compile(r"[A-Z0-9]{1,8}")


@click.group()
def service() -> None:
    """Services (大規模特定電気通信役務)."""


@service.command("add")
@click.argument("slug")
@click.argument("name")
@click.option("--prefix", required=True, help="Begins every receipt number: TH makes TH-2026-000001.")
@click.option("--registered-on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the 届出; the duties bind from it.")
@click.option("--designated-on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the 指定.")
@with_appcontext
def add(slug: str, name: str, prefix: str, registered_on: datetime | None, designated_on: datetime | None) -> None:
    """Add a service. Its form stands at /s/SLUG/."""
    with database().writing() as session:
        made = add_service(session, slug, name, prefix, _day(registered_on), _day(designated_on))
        keep_days(session, made)
    click.echo(f"Added {name}. Its form is at /s/{slug}/.")


@service.command("list")
@with_appcontext
def show() -> None:
    """List the services."""
    with database().reading() as session:
        for one in session.exec(select(Service).order_by(col(Service.slug))):
            registered = str(one.registered_on) if one.registered_on else "not registered"
            click.echo("\t".join((one.slug, one.name, one.prefix, registered)))


@click.group()
def criteria() -> None:
    """Published criteria (法26条の基準)."""


@criteria.command("add")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--published-at", required=True, help="When they were published: 2025-07-15T09:00 (Japanese time).")
@click.option("--proof", default="", help="What proves that moment; needed when it is not today.")
@click.option("--title", default="投稿の削除などの基準", show_default=True)
@click.option("--url", default="", help="Where they are published.")
@with_appcontext
def add_criteria(slug: str, file: Path, published_at: str, proof: str, title: str, url: str) -> None:
    """Enter criteria as published. FILE has one clause a line: 番号｜題｜本文."""
    clauses = read_clauses(file.read_text(encoding="utf-8-sig"))
    with database().writing() as session:
        owner = session.exec(select(Service).where(Service.slug == slug)).first()
        if owner is None:
            raise click.ClickException(f"There is no service {slug}.")
        try:
            version = publish(
                session,
                owner,
                title=title,
                clauses=clauses,
                published_at=_instant(published_at),
                actor=SYSTEM,
                at=now(),
                url=url,
                proof=proof,
            )
        except NotAllowed as error:
            raise click.ClickException(str(error)) from error
        first_day = japanese_date(japanese_day(version.usable_from))
    click.echo(f"Entered version {version.version} with {len(clauses)} clauses; it may be used from {first_day}.")


def add_service(
    session: Session, slug: str, name: str, prefix: str, registered_on: date | None, designated_on: date | None
) -> Service:
    """Add a service. Raises click.ClickException for a slug or prefix that is malformed or in use."""
    if not SLUG.fullmatch(slug):
        raise click.ClickException("A slug has lower-case letters, digits and single hyphens: tsumugi-hiroba.")
    if not PREFIX.fullmatch(prefix):
        raise click.ClickException("A prefix has one to eight capital letters or digits: TH.")
    if session.exec(select(Service).where((col(Service.slug) == slug) | (col(Service.prefix) == prefix))).first():
        raise click.ClickException(f"The slug {slug} or the prefix {prefix} is in use already.")
    made = Service(slug=slug, name=name, prefix=prefix, registered_on=registered_on, designated_on=designated_on)
    session.add(made)
    session.flush()
    return made


def keep_days(session: Session, service: Service) -> None:
    """Record the days of a new service as facts of its register. Raises click.ClickException for impossible days."""
    try:
        if service.designated_on or service.registered_on:
            filings.take_up(session, service, actor=SYSTEM, at=now())
    except NotAllowed as error:
        raise click.ClickException(str(error)) from error


def read_clauses(text: str) -> list[ClauseText]:
    """The clauses of a plain text, one a line: 番号｜題｜本文. Raises click.ClickException naming the line at fault."""
    clauses: list[ClauseText] = []
    for no, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("|", "｜").split("｜", 2)]
        if len(parts) != 3 or not all(parts):
            raise click.ClickException(f"Line {no} is not 番号｜題｜本文.")
        if parts[0] in {clause.number for clause in clauses}:
            raise click.ClickException(f"Line {no}: the number {parts[0]} stands twice.")
        clauses.append(ClauseText(parts[0], parts[1], parts[2]))
    return clauses


def _instant(text: str) -> datetime:
    """An instant; without an offset it is Japanese time."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.ClickException(f"{text} is not a date and time: write 2025-07-15T09:00.") from error
    return (given if given.tzinfo else given.replace(tzinfo=JST)).astimezone(UTC)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
