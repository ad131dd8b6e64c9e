"""`flask clock KEY - --json`: thousands of timestamps in one process, against a loop that adds days and writes JSON.

`python -m bench.clock [--rounds N] [--times LINES] [--profile]`
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import StringIO
from statistics import median
from time import perf_counter

from bench import options
from bench.measure import profile, table
from bench.place import place

HEADS = ("lines", "real / bare", "real s", "bare s")
KEY = "reply"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    report([line(options.read(__doc__ or "", arguments, times=10_000))])


def line(asked: options.Options) -> Sequence[object]:
    """One line of the table. Both read the same text and print as many days, by turns; the middle round counts."""
    first = datetime.fromisoformat("2026-01-01T00:00:00+09:00")
    text = "".join(f"{(first + timedelta(minutes=37 * n)).isoformat()}\n" for n in range(asked.times))
    with place() as here:
        runner = here.app.test_cli_runner()

        def real() -> None:
            done = runner.invoke(args=["clock", KEY, "-", "--json"], input=text)
            assert done.exit_code == 0, done.stderr

        if asked.profile:
            print("\n## Timestamps: where the time goes\n")
            print(profile(real))
        found = [(seconds(real), seconds(lambda: bare(text))) for _ in range(asked.rounds)]
    ratio = median(r / b for r, b in found)
    return asked.times, f"{ratio:.1f}", *(f"{median(column):.2f}" for column in zip(*found, strict=True))


def bare(text: str) -> None:
    """What remains without law: read, add days, write. It knows no midnight, month, holiday or other reading."""
    out = StringIO()
    for read in StringIO(text):
        start = datetime.fromisoformat(read.strip())
        days = [(start + timedelta(days=n)).date() for n in range(8)]
        steps = [{"day": str(day), "weekday": day.strftime("%a"), "number": n} for n, day in enumerate(days)]
        out.write(json.dumps({"key": KEY, "last_day": str(days[-1]), "steps": steps}) + "\n")


def seconds(run: Callable[[], None]) -> float:
    """How long one call takes."""
    start = perf_counter()
    run()
    return perf_counter() - start


def report(rows: Sequence[Sequence[object]]) -> None:
    """Print the table."""
    print("\n## Timestamps to dates on the command line\n")
    print(table(HEADS, rows))


if __name__ == "__main__":
    main()
