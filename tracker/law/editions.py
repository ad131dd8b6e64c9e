"""Which rules were in force from which day. Editions are appended, never edited; a running clock keeps its own."""

from dataclasses import dataclass, replace
from datetime import date

from tracker.law import N_
from tracker.law.clocks import CLOCKS, ClockRule
from tracker.law.holds import HOLDS, HoldRule


@dataclass(frozen=True)
class Edition:
    """The rules in force from the Japanese day `in_force`.

    `text_seen` is false while the makers of Kigen have not read the text in force from that day: whoever runs it
    confirms it with a source (casework/editions.py), and until then every sheet of that edition says so.
    """

    key: str
    label: str
    in_force: date
    clocks: tuple[ClockRule, ...]
    holds: tuple[HoldRule, ...]
    text_seen: bool = True

    def clock(self, key: str) -> ClockRule:
        """The clock called `key`. Raises KeyError."""
        for rule in self.clocks:  # fewer than a dictionary is worth
            if rule.key == key:
                return rule
        raise KeyError(key)

    def hold(self, key: str) -> HoldRule:
        """The hold called `key`. Raises KeyError."""
        return {rule.key: rule for rule in self.holds}[key]

    def amended(
        self, key: str, label: str, in_force: date, *, text_seen: bool = True, **changed: ClockRule
    ) -> "Edition":
        """A later edition in which the clocks named in `changed` read differently. Raises KeyError for a new name."""
        for name in changed:
            self.clock(name)
        clocks = tuple(changed.get(rule.key, rule) for rule in self.clocks)
        return replace(self, key=key, label=label, in_force=in_force, clocks=clocks, text_seen=text_seen)


R7_ORDINANCE_15 = Edition(
    key="r7-15",
    label=N_("令和6年法律第25号・令和7年総務省令第15号"),
    in_force=date(2025, 4, 1),
    clocks=CLOCKS,
    holds=HOLDS,
)

# 令和8年法律第58号 was promulgated on 2026-07-17. Two days of coming into force are listed; its articles were not read.
R8_ACT_58 = R7_ORDINANCE_15.amended(
    "r8-58", N_("令和8年法律第58号（2026年7月17日施行分）"), date(2026, 7, 17), text_seen=False
)
R8_ACT_58_SECOND = R8_ACT_58.amended(
    "r8-58-2", N_("令和8年法律第58号（2027年3月1日施行分）"), date(2027, 3, 1), text_seen=False
)

EDITIONS: tuple[Edition, ...] = (R7_ORDINANCE_15, R8_ACT_58, R8_ACT_58_SECOND)


def edition_on(day: date) -> Edition:
    """The edition in force on a Japanese day. Earlier days: the first one; of two of one day the later line."""
    return max((e for e in reversed(EDITIONS) if e.in_force <= day), key=lambda e: e.in_force, default=EDITIONS[0])


def rule_on(key: str, day: date) -> ClockRule:
    """The clock called `key` as it reads on a Japanese day. Raises KeyError."""
    return edition_on(day).clock(key)


def edition(key: str) -> Edition:
    """The edition called `key`. Raises KeyError."""
    return _BY_KEY[key]


_BY_KEY = {e.key: e for e in EDITIONS}
