"""Requests straight into a WSGI app, timed one by one, and what the times say."""

import cProfile
import io
import pstats
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

TOP = 25


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    text: str
    ms: float


def send(app: Flask, path: str, **request: Any) -> Answer:
    """One request, all of its answer read. Making the request is not timed."""
    builder = EnvironBuilder(path=path, **request)
    environ = builder.get_environ()
    start = perf_counter()
    parts, status, _headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    body = b"".join(parts)
    ms = (perf_counter() - start) * 1000
    builder.close()
    return Answer(int(status.split()[0]), body.decode(), ms)


Rounds = list[list[float]]  # milliseconds, round by round


def in_turns(rounds: int, times: int, all_of: Sequence[Callable[[], Answer]]) -> list[Rounds]:
    """Each of several, by turns: a machine's speed drifts, so only what was measured side by side is compared."""
    found: list[Rounds] = [[] for _ in all_of]
    for round in range(rounds):
        for kept, ask in list(zip(found, all_of, strict=True))[:: 1 if round % 2 else -1]:
            kept.append([ask().ms for _ in range(times)])
    return found


@dataclass(frozen=True)
class Pair:
    """The times of the real and of the bare app."""

    real: Rounds
    bare: Rounds

    @property
    def ratio(self) -> float:
        """How many times as long the real one takes: the middle one of the rounds."""
        return median(map(against, self.real, self.bare))


def against(one: Sequence[float], other: Sequence[float]) -> float:
    """How many times as long one took as the other, in one round."""
    return median(one) / median(other)


def percentiles(rounds: Rounds) -> tuple[float, float, float]:
    """p50, p95 and p99 of all times."""
    every = [ms for one in rounds for ms in one]
    cuts = quantiles(every, n=100, method="inclusive") if len(every) > 1 else every * 99
    return cuts[49], cuts[94], cuts[98]


def spread(rounds: Rounds) -> str:
    """p50/p95/p99 as the tables print them."""
    return " / ".join(f"{ms:.1f}" for ms in percentiles(rounds))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown, its columns aligned."""
    lines = [[str(cell) for cell in line] for line in [heads, *rows]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |" for line in lines
    )


def profile(work: Callable[[], Any]) -> str:
    """Where the time of `work` goes: by own time, then with everything called from there."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).strip_dirs()
    stats.sort_stats("tottime").print_stats(TOP)
    stats.sort_stats("cumulative").print_stats(2 * TOP)
    return out.getvalue()
