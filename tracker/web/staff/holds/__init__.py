"""通信履歴の保存: what is held, the orders to custodians, and the custodians."""
# ruff: noqa: F401 - the rooms register their views

import tracker.web.staff.holds.custodians
import tracker.web.staff.holds.keeping
import tracker.web.staff.holds.orders
import tracker.web.staff.holds.room
