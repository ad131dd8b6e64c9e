"""Which rules were in force from which day. Editions are appended, never edited; a running clock keeps its own."""

from dataclasses import dataclass, replace
from datetime import date

from tracker.law import N_
from tracker.law.clocks import CLOCKS, ClockRule
from tracker.law.holds import HOLDS, HoldRule


@dataclass(frozen=True)
class Edition:
    """The rules in force from the Japanese day `in_force`."""

    key: str
    label: str
    in_force: date
    clocks: tuple[ClockRule, ...]
    holds: tuple[HoldRule, ...]

    def clock(self, key: str) -> ClockRule:
        """The clock called `key`. Raises KeyError."""
        return {rule.key: rule for rule in self.clocks}[key]

    def hold(self, key: str) -> HoldRule:
        """The hold called `key`. Raises KeyError."""
        return {rule.key: rule for rule in self.holds}[key]

    def amended(self, key: str, label: str, in_force: date, **changed: ClockRule) -> "Edition":
        """A later edition in which the clocks named in `changed` read differently."""
        clocks = tuple(changed.get(rule.key, rule) for rule in self.clocks)
        return replace(self, key=key, label=label, in_force=in_force, clocks=clocks)


R7_ORDINANCE_15 = Edition(
    key="r7-15",
    label=N_("令和7年総務省令第15号"),
    in_force=date(2025, 4, 1),
    clocks=CLOCKS,
    holds=HOLDS,
)

EDITIONS: tuple[Edition, ...] = (R7_ORDINANCE_15,)


def edition_on(day: date) -> Edition:
    """The edition in force on a Japanese day. Earlier days are read by the first one."""
    return max((e for e in EDITIONS if e.in_force <= day), key=lambda e: e.in_force, default=EDITIONS[0])


def edition(key: str) -> Edition:
    """The edition called `key`. Raises KeyError."""
    return {e.key: e for e in EDITIONS}[key]
