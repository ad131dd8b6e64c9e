"""Settings that make no sense stop the program before it starts, by their names."""

import pytest

from tests.conftest import MASTER_KEY
from tracker.settings import from_environment

KEYS = {"TRACKER_SECRET_KEY": "test-secret-key-of-more-than-32-bytes", "TRACKER_MASTER_KEY": MASTER_KEY}


@pytest.fixture(autouse=True)
def _keys(monkeypatch, tmp_path):
    """A folder without a .env file, and the keys in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("value", ["true", "false", ""])
def test_a_setting_that_has_another_name_now_is_not_left_aside_in_silence(value, monkeypatch):
    assert from_environment().smtp_tls == "none"
    monkeypatch.setenv("TRACKER_SMTP_STARTTLS", value)
    with pytest.raises(SystemExit, match=r"TRACKER_SMTP_STARTTLS: is now TRACKER_SMTP_TLS"):
        from_environment()


def test_it_is_found_in_the_file_too_and_named_beside_what_else_is_wrong(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("TRACKER_SMTP_STARTTLS=1\n")
    monkeypatch.setenv("TRACKER_SMTP_TIMEOUT", "0")
    with pytest.raises(SystemExit) as stopped:
        from_environment()
    assert "TRACKER_SMTP_STARTTLS: is now" in str(stopped.value) and "TRACKER_SMTP_TIMEOUT: " in str(stopped.value)
