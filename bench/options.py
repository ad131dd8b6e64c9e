"""What a bench may be told."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass

SIZES = "1000,100000"


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    sizes: Sequence[int]
    rounds: int
    times: int
    many: bool
    profile: bool


def read(says: str, arguments: Sequence[str] | None, *, times: int) -> Options:
    """The options of a command line; sizes may also stand in SIZE, as for make."""
    parser = argparse.ArgumentParser(description=says.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, help="how many notices are in the database")
    parser.add_argument("--rounds", type=int, default=5, help="how often real and bare take turns")
    parser.add_argument("--times", type=int, default=times, help="requests in each turn")
    parser.add_argument("--many", action="store_true", help="each view holds its share of all, not sixty notices")
    parser.add_argument("--profile", action="store_true", help="print where the time of the real one goes")
    found = parser.parse_args(arguments)
    sizes = found.sizes or [int(n) for n in os.environ.get("SIZE", SIZES).split(",")]
    return Options(sizes, found.rounds, found.times, found.many, found.profile)
