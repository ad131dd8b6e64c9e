"""見張り: whether the watch runs, what it tells of now, who has it, and how somebody wants to be told."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.watch.actions
import tracker.web.staff.watch.room
