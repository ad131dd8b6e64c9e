"""発信者への照会: a sender is asked, what came of it is recorded, and their pages are renewed and shut."""

from tracker.web.staff.senders import asking, pages, recording  # noqa: F401 - their views
