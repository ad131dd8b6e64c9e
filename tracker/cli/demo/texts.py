"""The words of the demo, from the JSON files beside this one: everybody and everything in them is made up."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Story:
    """One notice of the demo: who files what when, and what is done about it.

    `ago` counts Japanese days back from today, `hours` hours back from now; `spring` counts from the 31 March that
    passed. `steps` are read by steps.play. A `time` is the claimant's; without one it is drawn.
    """

    key: str
    service: str  # prefix
    standing: str
    rights: list[str]  # the first one leads
    reason: str
    items: list[list[str]]  # quote, letter of the account ("" when unknown), and an address where it is not drawn
    clause: str = ""
    steps: str = ""
    ago: int = 0
    hours: float = 0
    spring: int = 0  # days before the end of the fiscal year that ended last, where that is longer ago
    time: str = ""
    who: str = ""
    email: str | None = None
    special: list[str] = field(default_factory=list)
    tell: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    channel: str = "form"
    published: bool = True
    repeat: int = 1
    receipt: str = ""
    mail_sender: bool = False
    seen: str = ""
    confirmed: str = ""
    taken: str = ""
    kept: str = ""
    facts: str = ""
    interim: str = ""
    late: str = ""
    early: str = ""
    excused: str = ""
    exempted: str = ""
    withdrawn: str = ""
    withheld: bool = False  # the reason, from the sender
    ai: bool = False  # a machine helped to decide
    said: str = ""  # what the sender answers
    theirs: list[str] = field(default_factory=list)  # the sender's files
    appeal: str = ""
    appealed: str = ""  # why it was decided so
    correct: str = ""


@cache
def words() -> dict[str, Any]:
    """Names, services, criteria and phrases."""
    found: dict[str, Any] = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def keeping() -> dict[str, Any]:
    """What is kept for how long, what is held for whom, and the papers about it."""
    found: dict[str, Any] = json.loads((HERE / "keeping.json").read_text(encoding="utf-8"))
    return found


@cache
def publication() -> dict[str, Any]:
    """What the ledger of a service says, what its codes mean, and the texts of its years."""
    found: dict[str, Any] = json.loads((HERE / "publication" / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def stories() -> list[Story]:
    """The eighty notices."""
    return [Story(**story) for story in json.loads((HERE / "stories.json").read_text(encoding="utf-8"))]
