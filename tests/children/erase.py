"""The night's orders to erase as a process of its own: `erase.py INSTANT [N]` is killed at its N-th write."""

from tests.children import killed
from tracker.jobs.custody import carry_orders, order_erasures

killed.run(order_erasures, carry_orders)
