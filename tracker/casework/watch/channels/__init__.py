"""ほかの知らせ先: webhooks that are told of clocks beside the people who are. They replace no mail."""

from tracker.casework.watch.channels.keep import (
    LEVELS,
    SHOWN,
    Listed,
    Wanted,
    listed,
    make,
    named,
    posts,
    secret,
    stop,
    try_out,
)
from tracker.casework.watch.channels.outbox import Carried, claim, due, settle
from tracker.casework.watch.channels.tell import tell

__all__ = [
    "LEVELS",
    "SHOWN",
    "Carried",
    "Listed",
    "Wanted",
    "claim",
    "due",
    "listed",
    "make",
    "named",
    "posts",
    "secret",
    "settle",
    "stop",
    "tell",
    "try_out",
]
