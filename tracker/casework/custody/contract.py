"""The four messages of the contract, and nothing beyond it: what is not named here is neither sent nor taken."""

from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from tracker.law.logs import CLASSES
from tracker.models import LineAnswer, OrderKind

MOST_BYTES = 1 << 20  # of an answer
MOST_LINES = 300
MOST_HOLDS = 20_000  # in one state; more would be more than a mebibyte
REFERENCE = r"^[A-Za-z0-9._:/-]{0,80}$"  # a custodian's own number: no room for a name or an address of the net

Class = Literal[
    "2-1", "2-2", "2-3", "2-4", "2-5", "2-6", "2-7", "2-8", "2-9", "2-10", "2-11", "2-12", "2-13", "2-14"
]  # fmt: skip
MOST_ROWS = 10**9
Count = Annotated[int, Field(ge=0, le=MOST_ROWS, strict=True)]
assert set(get_args(Class)) == set(CLASSES)  # noqa: S101 - the law has another: here it must be named, too


class Message(BaseModel):
    """What is sent or taken: closed, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Post(Message):
    """One post or account. Either may be unknown, and is empty then."""

    account: str
    url: str


class OrderLine(Message):
    """One hold."""

    hold: UUID
    posts: list[Post]
    classes: list[Class]
    logs_from: date | None
    logs_until: date | None
    keep_until: date | None


class Order(Message):
    """What goes to a custodian."""

    order: UUID
    number: str
    kind: OrderKind
    ordered_at: AwareDatetime
    lines: list[OrderLine]


class Withdrawal(Message):
    """What goes to a custodian that has an order which is taken back. Nothing is answered."""

    withdrawn: UUID  # the order
    number: str
    withdrawn_at: AwareDatetime
    holds: list[UUID]


class Proof(Message):
    """That logs were erased, of every class of the line. A class without a count had no rows."""

    classes: list[Class] = Field(min_length=1)
    counts: dict[Class, Count]
    deidentified: dict[Class, Count]
    erased_at: AwareDatetime
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @field_validator("classes")
    @classmethod
    def _once(cls, classes: list[str]) -> list[str]:
        if len(set(classes)) != len(classes):
            raise ValueError("a class twice")
        return classes


class AnswerLine(Message):
    """What is said of one hold."""

    hold: UUID
    answer: LineAnswer
    reference: Annotated[str, StringConstraints(pattern=REFERENCE)]
    proof: Proof | None


class Answer(Message):
    """What comes from a custodian."""

    order: UUID
    answered_at: AwareDatetime
    lines: list[AnswerLine] = Field(min_length=1, max_length=MOST_LINES)


class State(Message):
    """What a custodian says it keeps for us now: names of holds and nothing else."""

    counted_at: AwareDatetime
    holds: list[UUID] = Field(max_length=MOST_HOLDS)


def places(no: ValidationError, *kinds: type[Message]) -> list[str]:
    """Where in a message something is wrong, with names of the contract alone: that of a field too many is a
    stranger's. `kinds`: the messages of another contract.
    """
    known = {name for kind in kinds or (Answer, AnswerLine, Proof, State) for name in kind.model_fields}

    def place(where: tuple[int | str, ...]) -> str:
        return ".".join(str(part) if isinstance(part, int) or part in known else "?" for part in where) or "body"

    return sorted({place(error["loc"]) for error in no.errors(include_input=False)})
