"""`flask report`: the package in a folder, and what stops it."""

import subprocess
import sys

import pytest

from tests import make
from tests.report import small_year


@pytest.fixture
def filed(app, settings, tmp_path):
    """The small year, as the database of an app."""
    database = app.extensions["database"]
    with database.writing() as session:
        desk = small_year.new_desk(session)
        small_year.file_notices(desk)
    small_year.import_files(database, settings, desk, tmp_path)
    return desk


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["report", *arguments, "--service", "tsumugi", "--year", "2026"])


def test_a_year_is_built_into_a_folder_whose_own_verifier_passes(app, filed, tmp_path, freezer):
    freezer.move_to(make.instant(small_year.CUT_OFF))
    refused = run(app, "build", "--out", str(tmp_path / "too-early"))
    assert refused.exit_code == 1 and "missing 18-3-8" in refused.output
    assert not (tmp_path / "too-early").exists()
    with app.extensions["database"].writing() as session:
        small_year.write_texts(session, filed)
    out = tmp_path / "package"
    built = run(app, "build", "--out", str(out))
    assert built.exit_code == 0, built.output
    verify = [sys.executable, "-I", str(out / "verify_publication.py"), str(out)]
    checked = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert run(app, "build", "--out", str(out)).exit_code == 1  # never over what is there
    assert "everything holds: 42 of 42 items" in run(app, "check").output


def test_what_is_not_there_is_named(app, filed):
    no_service = app.test_cli_runner().invoke(args=["report", "check", "--service", "nobody", "--year", "2026"])
    assert no_service.exit_code == 1 and "no service nobody" in no_service.output
    too_old = app.test_cli_runner().invoke(args=["report", "check", "--service", "tsumugi", "--year", "2020"])
    assert too_old.exit_code == 1 and "not registered" in too_old.output
