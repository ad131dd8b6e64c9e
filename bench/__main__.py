"""Everything that is measured, each size seeded once: `python -m bench [SIZE …] [--many] [--profile]`."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from bench import clock, intake, items, options, worklist
from bench.place import place
from bench.seed import seed


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options.read(__doc__ or "", arguments, times=5)
    filings = replace(asked, times=8 * asked.times)
    written = intake.learn()
    with ExitStack() as stack:
        desks = {}
        for size in asked.sizes:
            here = stack.enter_context(place())
            desks[size] = (here, seed(here, size, many=asked.many))
        worklist.report(worklist.measure(desks, asked))
        if asked.profile:
            for size, (here, _desk) in desks.items():
                worklist.show(here, asked, size)
        items.report([items.line(replace(asked, times=1))])
        clock.report([clock.line(replace(asked, times=2000 * asked.times))])
        intake.report([intake.line(here, written, filings, size) for size, (here, _desk) in desks.items()])


if __name__ == "__main__":
    main()
