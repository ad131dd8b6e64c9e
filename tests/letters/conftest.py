"""A case whose letters go to a real relay."""

import pytest

from tests import make
from tests.conftest import make_settings
from tests.relay import running_relay


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture
def settings(settings, relay, tmp_path):
    """Settings on a fresh database whose mail goes to the relay."""
    return make_settings(tmp_path, mail="smtp", smtp_port=relay.port, smtp_timeout=5)


@pytest.fixture
def notice(database):
    """A notice whose receipt waits in the outbox."""
    with database.writing() as session:
        return make.make_notice(session, make.make_service(session), "2026-04-28T09:00+09:00")
