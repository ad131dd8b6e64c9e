"""What happens in the demo, whoever does it, in the order in which it happened: registers are written in no other."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple


class Act(NamedTuple):
    """Something that is done at an instant."""

    at: datetime
    do: Callable[[], object]


def play(acts: Iterable[Act]) -> None:
    """Do everything, the earliest first; what falls on one instant in the order given."""
    for act in sorted(acts, key=lambda one: one.at):
        act.do()
