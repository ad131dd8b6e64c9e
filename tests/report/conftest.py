"""The small year, filed, imported and written once for all tests that only read it."""

import pytest
from sqlmodel import select

from tests.conftest import make_settings, open_database
from tests.report import small_year
from tracker.migrations import migrate
from tracker.models import Service


@pytest.fixture(scope="session")
def filed_year(tmp_path_factory):
    """A database with everything that small_year.py tells."""
    folder = tmp_path_factory.mktemp("small-year")
    settings = make_settings(folder)
    database = open_database(settings)
    migrate(database)
    with database.writing() as session:
        desk = small_year.new_desk(session)
        small_year.file_notices(desk)
        small_year.write_texts(session, desk)
    small_year.import_files(database, settings, desk, folder)
    yield database
    database.dispose()


@pytest.fixture
def year_session(filed_year):
    """A session that reads it."""
    with filed_year.reading() as session:
        yield session


@pytest.fixture
def year_service(year_session) -> Service:
    """Its one service."""
    return year_session.exec(select(Service)).one()
