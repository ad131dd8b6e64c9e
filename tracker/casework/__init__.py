"""The verbs of the Act: functions of a session, a case and an instant. They never commit and never ask the time."""

from tracker.i18n import gettext


class NotAllowed(Exception):
    """What was asked cannot be done now. `str()` is a whole sentence in the language of whoever asked.

    `words` is the marked Japanese text with its %(name)s; `about` names what is at fault, where a form must know.
    """

    def __init__(self, words: str, *, about: str = "", **values: object) -> None:
        super().__init__(words)
        self.words, self.about, self.values = words, about, values

    def __str__(self) -> str:
        return gettext(self.words, **self.values)


class Conflict(NotAllowed):
    """Somebody else was first; the page shows the newer state and keeps what was typed."""
