"""Print the documents that come from tables: docs/legal-calendar.md. A test keeps them true."""

from pathlib import Path

from tracker.law.articles import ARTICLES
from tracker.law.clocks import Bound, ClockRule
from tracker.law.editions import EDITIONS, Edition
from tracker.law.grounds import term
from tracker.law.holds import HoldRule
from tracker.law.period import Days, Length

ROOT = Path(__file__).parents[1]
BOUNDS = {Bound.WITHIN: "within (以内)", Bound.NOT_BEFORE: "not before (経過後)", Bound.PROMPTLY: "promptly (遅滞なく)"}


def legal_calendar() -> str:
    """Every clock and hold of every edition, as a document."""
    parts = [
        "# Legal calendar\n\n"
        "Printed from `tracker/law` by `make docs`; do not edit. Summaries are ours, not the text of the law.\n"
        "Promptness (遅滞なく・速やかに) has no number in law: the office sets a target (docs/settings.md).\n"
    ]
    parts += [_edition(edition) for edition in EDITIONS]
    rows = "".join(f"| {article} | {summary} |\n" for article, summary in ARTICLES.items())
    parts.append(f"## Provisions cited\n\n| provision | in one line |\n|---|---|\n{rows}")
    return "\n".join(parts)


def _edition(edition: Edition) -> str:
    clocks = "".join(_clock(rule) for rule in edition.clocks)
    holds = "".join(_hold(rule) for rule in edition.holds)
    return (
        f"## {edition.label}, in force from {edition.in_force}\n\n"
        "| clock | article | force | bound | length | starts on | stops on |\n"
        f"|---|---|---|---|---|---|---|\n{clocks}\n"
        f"| hold | source | force | strength | length | placed on |\n|---|---|---|---|---|---|\n{holds}"
    )


def _clock(rule: ClockRule) -> str:
    stops = ", ".join(sorted(rule.stops_on))
    return (
        f"| {rule.label} | {rule.article} | {term(rule.force).label} | {BOUNDS[rule.bound]} | {_length(rule.length)} "
        f"| {rule.starts_on} | {stops} |\n"
    )


def _hold(rule: HoldRule) -> str:
    return (
        f"| {rule.label} | {rule.article} | {term(rule.force).label} | {term(rule.strength).label} "
        f"| {_length(rule.length)} | {rule.placed_on} |\n"
    )


def _length(length: Length | None) -> str:
    if length is None:
        return "–"
    return f"{length.n} days" if isinstance(length, Days) else f"{length.n} months"


DOCUMENTS = {"docs/legal-calendar.md": legal_calendar}

if __name__ == "__main__":
    for path, text in DOCUMENTS.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
