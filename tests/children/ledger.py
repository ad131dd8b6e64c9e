"""Reading ledger files as a process of its own, in small blocks: `ledger.py INSTANT [N]` ends at its N-th write."""

from tests.children import killed
from tracker.jobs.ledger import carry_ledger
from tracker.report.ledger import reading

reading.BLOCK = 1_000
killed.run(carry_ledger)
