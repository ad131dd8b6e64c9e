"""Commands about the team: flask staff add, flask staff password, flask staff list."""

import sys
from uuid import uuid4

import click
from flask.cli import with_appcontext
from sqlmodel import Session, col, func, select

from tracker.auth import make_password
from tracker.cli import database
from tracker.models import Role, Staff

SHORTEST = 12
EMAIL = "desk@tsumugi.example"  # of the account that `flask setup` makes


@click.group()
def staff() -> None:
    """Members of the team."""


@staff.command("add")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.REVIEWER.value, show_default=True
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@with_appcontext
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a member of the team. Asks for the password."""
    password = _asked(password_stdin)
    with database().writing() as session:
        add_staff(session, email, name, Role(role), password)
    click.echo(f"Added {email} as {role}.")


@staff.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@with_appcontext
def new_password(email: str, password_stdin: bool) -> None:
    """Set a new password. Whoever is signed in with the old one is signed out."""
    password = _asked(password_stdin)
    with database().writing() as session:
        found = _known(session, email.strip())
        if found is None:
            raise click.ClickException(f"{email.strip()} is not in the team.")
        found.password, found.fs_uniquifier = make_password(_long_enough(password)), uuid4().hex
        session.add(found)
    click.echo(f"Set a new password for {found.email}.")


@staff.command("list")
@with_appcontext
def show() -> None:
    """List the team."""
    with database().reading() as session:
        for one in session.exec(select(Staff).order_by(col(Staff.email))):
            click.echo("\t".join((one.email, one.name, one.role.value, "active" if one.active else "inactive")))


def add_staff(session: Session, email: str, name: str, role: Role, password: str) -> Staff:
    """Add a member of the team. Raises click.ClickException for an address in use, a bad one or a short password."""
    address = email.strip()
    if "@" not in address:
        raise click.ClickException(f"{address} is not an e-mail address.")
    _long_enough(password)
    if _known(session, address):
        raise click.ClickException(f"{address} is in the team already.")
    made = Staff(email=address, name=name.strip(), role=role, password=make_password(password))
    session.add(made)
    session.flush()
    return made


def _asked(from_stdin: bool) -> str:
    """The password, from standard input or asked for twice."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _long_enough(password: str) -> str:
    if len(password) < SHORTEST:
        raise click.ClickException(f"The password must have at least {SHORTEST} characters.")
    return password


def _known(session: Session, address: str) -> Staff | None:
    return session.exec(select(Staff).where(func.lower(col(Staff.email)) == address.lower())).first()
