"""Commands about the team: flask staff add, flask staff list."""

import sys

import click
from flask.cli import with_appcontext
from sqlmodel import Session, col, func, select

from tracker.auth import make_password
from tracker.cli import database
from tracker.models import Role, Staff

SHORTEST = 12


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
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with database().writing() as session:
        add_staff(session, email, name, Role(role), password)
    click.echo(f"Added {email} as {role}.")


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
    if len(password) < SHORTEST:
        raise click.ClickException(f"The password must have at least {SHORTEST} characters.")
    if session.exec(select(Staff).where(func.lower(col(Staff.email)) == address.lower())).first():
        raise click.ClickException(f"{address} is in the team already.")
    made = Staff(email=address, name=name.strip(), role=role, password=make_password(password))
    session.add(made)
    session.flush()
    return made
