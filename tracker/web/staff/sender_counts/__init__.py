"""発信者数: the senders of each month, the means of a year; and the 記載事項シート of what the minister is handed."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.sender_counts.entering
import tracker.web.staff.sender_counts.room
import tracker.web.staff.sender_counts.sheets
