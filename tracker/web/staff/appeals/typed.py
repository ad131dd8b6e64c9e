"""A form of the room as it came."""

from dataclasses import dataclass, field


@dataclass
class Typed:
    """The texts of a form, what was chosen of several, and what is wrong with it by field."""

    form: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
