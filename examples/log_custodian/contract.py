"""What an order may look like: the schema of docs/custodian/openapi.yaml, by hand. Anything else is refused."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

KINDS = ("preserve", "extend", "release", "erase")
CLASSES = tuple(f"2-{n}" for n in range(1, 15))
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ORDER = ("order", "number", "kind", "ordered_at", "lines")
LINE = ("hold", "posts", "classes", "logs_from", "logs_until", "keep_until")
MOST = 300


WITHDRAWAL = ("withdrawn", "number", "withdrawn_at", "holds")


def faults(order: Any) -> Iterator[str]:
    """Where an order, or a withdrawal, is not of the contract. Never what stands there."""
    if isinstance(order, dict) and "withdrawn" in order:
        yield from _withdrawal(order)
        return
    if not _has(order, ORDER):
        yield "order"
        return
    if not _is(order["order"], UUID):
        yield "order.order"
    if not isinstance(order["number"], str) or not order["number"]:
        yield "order.number"
    if order["kind"] not in KINDS:
        yield "order.kind"
    if not _moment(order["ordered_at"]):
        yield "order.ordered_at"
    lines = order["lines"]
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST:
        yield "order.lines"
        return
    for n, line in enumerate(lines):
        yield from (f"order.lines.{n}{where}" for where in _line(line))
    if len({str(line.get("hold")) for line in lines if isinstance(line, dict)}) != len(lines):
        yield "order.lines"


def _withdrawal(said: dict[str, Any]) -> Iterator[str]:
    if not _has(said, WITHDRAWAL):
        yield "withdrawal"
        return
    if not _is(said["withdrawn"], UUID):
        yield "withdrawal.withdrawn"
    if not isinstance(said["number"], str) or not said["number"]:
        yield "withdrawal.number"
    if not _moment(said["withdrawn_at"]):
        yield "withdrawal.withdrawn_at"
    holds = said["holds"]
    if not isinstance(holds, list) or not 1 <= len(holds) <= MOST or not all(_is(one, UUID) for one in holds):
        yield "withdrawal.holds"


def _line(line: Any) -> Iterator[str]:
    if not _has(line, LINE):
        yield ""
        return
    if not _is(line["hold"], UUID):
        yield ".hold"
    posts, classes = line["posts"], line["classes"]
    if not isinstance(posts, list) or not 1 <= len(posts) <= MOST or not all(_post(post) for post in posts):
        yield ".posts"
    if not isinstance(classes, list) or not classes or not _classes(classes):
        yield ".classes"
    for name in ("logs_from", "logs_until", "keep_until"):
        if line[name] is not None and not _day(line[name]):
            yield f".{name}"


def _post(post: Any) -> bool:
    return _has(post, ("account", "url")) and all(isinstance(value, str) for value in post.values())


def _classes(classes: list[Any]) -> bool:
    return all(one in CLASSES for one in classes) and len(set(classes)) == len(classes)


def _has(thing: Any, names: tuple[str, ...]) -> bool:
    return isinstance(thing, dict) and set(thing) == set(names)


def _is(value: Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
