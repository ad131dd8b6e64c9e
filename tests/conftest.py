"""Real parts for tests: databases migrated once and copied, apps, clients, a real SMTP server."""

import base64
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from freezegun import api as freezing
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import Rule

from tracker.casework import calendars
from tracker.db import Database, connect
from tracker.keys import Keyring
from tracker.migrations import migrate
from tracker.settings import Settings

# Each test makes an app of its own, and each app would compile every template anew: they share what is compiled, as all
# have the same filters and extensions.
TEMPLATES: dict[tuple[str, str], CodeType] = {}


class Compiled(BytecodeCache):
    """Templates as they were compiled by the first app, as long as their text is the same."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """What the first app made of this template; None for the first."""
        bucket.code = TEMPLATES.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the others."""
        TEMPLATES[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": Compiled()}
# The same for the rules of addresses, some 280 for each app, compiled from the rule alone.
RULES: dict[tuple, dict] = {}
compile_rule = Rule.compile


def shared_rule(rule: Rule) -> None:
    """Compile the rule of an address, once for all apps that have it."""
    place = rule.map.host_matching, rule.host, rule.subdomain
    key = (rule.rule, rule.endpoint, *place, rule.is_leaf, rule.merge_slashes, str(rule.defaults))
    if key not in RULES:
        compile_rule(rule)
        made = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters", "arguments")}
        RULES[key] = made | {name: getattr(rule, name).__func__ for name in ("_build", "_build_unknown")}
        return
    for name, value in RULES[key].items():
        setattr(rule, name, value.__get__(rule) if name.startswith("_build") else value)


Rule.compile = shared_rule
# And for statements: engines of one kind of database compile them alike.
STATEMENTS: dict[type, LRUCache] = {}
make_engine = Engine.__init__


def sharing_engine(engine: Engine, *arguments, **more) -> None:
    """An engine with the compiled statements of all others of its kind."""
    make_engine(engine, *arguments, **more)
    engine._compiled_cache = STATEMENTS.setdefault(type(engine.dialect), LRUCache(2000))


Engine.__init__ = sharing_engine
DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))
DefaultDialect.__eq__ = lambda dialect, other: type(dialect) is type(other)
# A frozen clock looks for functions of time in every module, and knows a module again by the names in it. How many
# they are tells as much, as nobody renames anything in a module while tests run, and is found in a third of the time.
freezing._get_module_attributes_hash = lambda module: f"{id(module)}-{len(getattr(module, '__dict__', ()))}"
# Hashing is slow on purpose, and would be the slowest part of each sign-in.
CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
Flask.default_config = ImmutableDict(Flask.default_config | {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP})

IN_CI = bool(os.environ.get("KIGEN_CI"))
MASTER_KEY = base64.b64encode(b"k" * 32).decode()


def missing(what: str) -> None:
    """Skip on a newcomer's machine, and say so; fail in CI, where nothing may be skipped."""
    if IN_CI:
        pytest.fail(f"{what} is missing in CI")
    pytest.skip(f"{what} is not installed here")


def make_settings(folder: Path, **more) -> Settings:
    """Settings for a test: an own folder, an own database, mail as files."""
    values = {
        "database": f"sqlite:///{folder}/kigen.db",
        "data": folder,
        "secret_key": "test-secret-key-of-more-than-32-bytes",
        "master_key": MASTER_KEY,
        "provider": "株式会社つむぎネットワーク",
        "mail": "folder",
    }
    return Settings(_env_file=None, **(values | more))


def open_database(settings: Settings) -> Database:
    """The database of `settings` as casework needs it: no door, no Flask."""
    return connect(settings, keys=Keyring(settings), calendar=calendars.current)


def pytest_configure() -> None:
    """The collector looks through everything that stays anyway less often: a quarter of the time of all tests."""
    gc.set_threshold(200_000, 50, 1000)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """An SQLite file brought up to date once; tests copy it."""
    folder = tmp_path_factory.mktemp("migrated")
    database = open_database(make_settings(folder))
    migrate(database)
    database.dispose()
    return folder / "kigen.db"


@pytest.fixture
def settings(tmp_path, migrated) -> Settings:
    """Settings on a fresh copy of the migrated database."""
    shutil.copy(migrated, tmp_path / "kigen.db")
    return make_settings(tmp_path)


@pytest.fixture
def database(settings) -> Iterator[Database]:
    """A fresh database."""
    database = open_database(settings)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def on_each_engine(request, tmp_path) -> Iterator[Database]:
    """A fresh database of either kind: a test asks for it by this name, or calls it its `database`."""
    from tests.postgres import settings_of

    with settings_of(request.param, tmp_path, migrated=True) as settings:
        database = open_database(settings)
        yield database
        database.dispose()


@pytest.fixture
def session(database):
    """A writing session, committed when the test ends."""
    with database.writing() as session:
        yield session


@pytest.fixture
def app(settings) -> Iterator:
    """An app on the same fresh database."""
    from tracker import create_app

    app = create_app(settings)
    app.config["TESTING"] = True
    yield app
    app.extensions["database"].dispose()
