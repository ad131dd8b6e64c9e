"""The verbs of the Act: functions of a session, a case and an instant. They never commit and never ask the time."""


class NotAllowed(Exception):
    """What was asked cannot be done now. The message is a whole Japanese sentence for the person who asked."""


class Conflict(NotAllowed):
    """Somebody else was first; the page shows the newer state and keeps what was typed."""
