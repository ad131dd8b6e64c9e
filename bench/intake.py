"""A filing: POST through the real app against a bare one that writes the same rows and bytes, by turns.

`python -m bench.intake [SIZE …] [--many] [--rounds N] [--times N] [--profile]`
"""

import sys
from collections.abc import Sequence

from bench import bare, options
from bench.measure import Answer, Pair, in_turns, profile, send, spread, table
from bench.place import Place, bytes_written, place, twin
from bench.recipe import file, make_service, recipe, request
from bench.seed import seed

BESIDE = ("formcount",)  # the real app counts at its form when the answer has gone: that is timed, and no part of it
HEADS = ("notices", "real / bare", "real ms p50 / p95 / p99", "bare ms p50 / p95 / p99", "real a second", "the same")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options.read(__doc__ or "", arguments, times=40)
    written = learn()
    rows = []
    for size in asked.sizes:
        with place() as here:
            seed(here, size, many=asked.many)
            rows.append(line(here, written, asked, size))
    report(rows)


def learn() -> bare.Recipe:
    """What one filing writes."""
    with place() as here:
        make_service(here)
        file(here, 0)
        return recipe(here)


def line(here: Place, written: bare.Recipe, asked: options.Options, size: int) -> Sequence[object]:
    """One line of the table: `size` notices are in the place."""
    pair, same = measure(here, written, asked)
    if asked.profile:
        numbers = iter(range(1_000_000, 2_000_000))
        print(f"\n## A filing at {size} notices: where the time goes\n")
        print(profile(lambda: [file(here, next(numbers)) for _ in range(asked.times)]))
    real = spread(pair.real)
    a_second = 1000 * sum(map(len, pair.real)) / sum(map(sum, pair.real))
    return size, f"{pair.ratio:.1f}", real, spread(pair.bare), f"{a_second:.0f}", same


def measure(here: Place, written: bare.Recipe, asked: options.Options) -> tuple[Pair, str]:
    """File the same filings in both, and compare what was written: every table's rows, every column's bytes."""
    with twin(here) as copy:
        app = bare.create_app(copy, written)
        turns = {name: iter(range(1, 1_000_000)) for name in ("real", "bare")}

        def bare_one() -> Answer:
            answer = send(app, "/s/tsumugi/", **request(next(turns["bare"])))
            assert answer.status == 303
            return answer

        def real_one() -> Answer:
            return file(here, next(turns["real"]))

        in_turns(1, 5, [real_one, bare_one])  # everybody's caches are warm
        pair = Pair(*in_turns(asked.rounds, asked.times, [real_one, bare_one]))
        app.extensions["raw"].close()
        real, other = bytes_written(here.url), bytes_written(copy)
        differing = [name for name in real if real[name] != other[name] and name not in BESIDE]
        assert not differing, f"not the same rows and bytes: {[(n, real[n], other[n]) for n in differing]}"
        return pair, f"{sum(rows[0] for rows in real.values())} rows"


def report(rows: Sequence[Sequence[object]]) -> None:
    """Print the table."""
    print("\n## A filing: POST, limiter and checks on\n")
    print(table(HEADS, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
