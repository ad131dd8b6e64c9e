"""The messages of the contract, and nothing beyond it: what is not named here is neither sent nor taken."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from tracker.casework.custody.contract import REFERENCE, Message
from tracker.models import LetterKind

MOST_LETTERS = 100  # in one answer to who fetches them


class State(StrEnum):
    """What the platform's system says of a letter."""

    HANDED = "handed"  # it lies in the sender's inbox in the service; that is no receipt
    READ = "read"  # the sender has opened it there
    FAILED = "failed"  # it cannot reach them, for good


class Post(Message):
    """One letter to one sender. Nothing of the claimant beyond the words of the letter."""

    letter: UUID
    kind: LetterKind
    account: str
    subject: str
    body: str
    link: str  # to the sender's own page; empty where it has none that opens


class Waiting(Message):
    """What is given to a system that fetches letters: the longest waiting first."""

    letters: list[Post] = Field(max_length=MOST_LETTERS)


class Answer(Message):
    """What became of a letter."""

    letter: UUID
    state: State
    at: AwareDatetime
    reference: Annotated[str, StringConstraints(pattern=REFERENCE)]
