"""保存期間の表 and the checklist of safety: what each service keeps for how long, and how it looks after it."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.retention.publishing
import tracker.web.staff.retention.room
import tracker.web.staff.retention.safety
