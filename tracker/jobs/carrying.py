"""What waits is carried once in a run: what fails is named by its id, and everything else goes on."""

import logging
from collections.abc import Callable, Sequence
from uuid import UUID


def carry_each(
    due: Callable[[], Sequence[UUID]], carry: Callable[[UUID], None], log: logging.Logger, what: str
) -> list[str]:
    """Carry what is `due`, and what becomes so meanwhile, each once. Says which exceptions there were, by name."""
    failures: list[str] = []
    seen: set[UUID] = set()
    while batch := [id for id in due() if id not in seen]:
        for id in batch:
            seen.add(id)
            try:
                carry(id)
            except Exception as error:
                failures.append(type(error).__name__)
                log.error("%s %s: %s", what, id, type(error).__name__)
    return failures
