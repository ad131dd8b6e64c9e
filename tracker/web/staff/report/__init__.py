"""年次公表 (法28条・規則18条): each year of each service, from what is left to write to what everybody can read."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.report.assessment
import tracker.web.staff.report.draft
import tracker.web.staff.report.item
import tracker.web.staff.report.nothing
import tracker.web.staff.report.room
import tracker.web.staff.report.version
