"""The jobs of the sender's side as a process of its own: `senders.py INSTANT [N]` is killed at its N-th write."""

from tests.children import killed
from tracker.jobs.senders import carry_to_systems, end_sender_waits

killed.run(end_sender_waits, carry_to_systems)
