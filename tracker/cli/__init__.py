"""Commands: `flask --app app COMMAND`. Each opens one transaction, calls one verb and prints what happened."""

from typing import cast

from flask import Flask, current_app

from tracker.db import Database
from tracker.settings import Settings


def init_app(app: Flask) -> None:
    """Register the commands."""
    from tracker.cli import calendars, clock, demo, ledger, people, report, services, setting_up, signing_keys, upkeep

    for command in (
        *upkeep.COMMANDS,
        *calendars.COMMANDS,
        people.staff,
        services.service,
        services.criteria,
        setting_up.setup,
        demo.demo,
        clock.clock,
        ledger.ledger,
        signing_keys.signing_key,
        report.report,
    ):
        app.cli.add_command(command)


def database() -> Database:
    """The database of this app."""
    return cast(Database, current_app.extensions["database"])


def settings() -> Settings:
    """The settings of this app."""
    return cast(Settings, current_app.extensions["settings"])
