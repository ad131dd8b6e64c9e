"""docs/settings.md says what can be set."""

from pathlib import Path

from tracker.cli.upkeep import settings_page
from tracker.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_what_the_settings_say():
    assert PAGE.read_text() == settings_page(), "print it again: flask --app app settings > docs/settings.md"


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
