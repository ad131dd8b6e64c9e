"""Column types and keys that every table uses."""

from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Enum
from sqlmodel import Field


def coded(kind: type[StrEnum]) -> Any:
    """A column type that stores an enum's values as plain text, the same on every database."""
    return Enum(
        kind, native_enum=False, create_constraint=False, length=40, values_callable=lambda k: [m.value for m in k]
    )


def new_id() -> Any:
    """A primary key made here, so that the AAD of sealed columns is known before the row is written."""
    return Field(default_factory=uuid4, primary_key=True)
