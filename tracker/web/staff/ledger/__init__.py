"""投稿の管理の記録: what the platform's own moderation did, taken in as files, and what its codes mean."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.ledger.codes
import tracker.web.staff.ledger.one
import tracker.web.staff.ledger.room
import tracker.web.staff.ledger.tokens
