"""不服申立て at the desk: the list, one appeal and its decision, the answer, entering one, and the yearly figures."""
# ruff: noqa: F401 - the views register themselves

import tracker.web.staff.appeals.answer
import tracker.web.staff.appeals.entering
import tracker.web.staff.appeals.one
import tracker.web.staff.appeals.room
