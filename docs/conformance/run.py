"""Run the 65 vectors against a program that counts the periods of 情報流通プラットフォーム対処法.

    python docs/conformance/run.py "flask --app app clock {key} - --json"

{key} becomes the name of a clock. The program reads one timestamp a line on standard input and prints one JSON object a
line, in the same order (README.md says which fields). Needs Python 3.11 and nothing else.

Exit status: 0 all agree, 1 some differ, 2 the program or its answers could not be used.
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).with_name("vectors.json")
JAPAN = timezone(timedelta(hours=9))
SECOND = timedelta(seconds=1)

# What a vector calls its clock: what {key} becomes, and the input from which the clock begins.
CLOCKS = {
    "art25_7day_notice": ("reply", "received_at"),
    "art26_14day_publication": ("criteria_notice", "published_at"),
    "sender_inquiry_7day_wait": ("sender_inquiry", "inquiry_received_by_sender_at"),
    "sender_inquiry_2day_wait": ("sender_inquiry_2d", "inquiry_received_by_sender_at"),
    "art28_yearly_publication": ("publication", "fiscal_year"),
    "rule9_monthly_sender_report": ("sender_report", "fiscal_year"),
    "art21_registration": ("registration", "designation_served"),
    "log_retention_months 3": ("log_retention_3m", "recorded_on"),
    "log_retention_months 6": ("log_retention_6m", "recorded_on"),
    "criminal_preservation_request 30": ("preservation_request", "request_received"),
    "criminal_preservation_request 60": ("preservation_extension", "request_received"),
}

# Counted back: which is the last moment to publish, so that a day is free? Asked forwards, at that moment and after it.
BACKWARD = "art26_14day_latest_publication"
BACKWARD_KEY = "criteria_notice"
BACKWARD_READINGS = {"default_latest_publication": "", "alt_D_minus_14": "fourteenth_day"}

# What a vector expects by the reading chosen, and by others: their keys in the `readings` of an answer.
CHOSEN = {
    "default",
    "default_earliest_measure",
    "default_last_day_of_wait",
    "default_earliest_action",
    "statutory_with_gov_holiday_rule",
    "keep_through",
    "erase_from",
    "hold_through",
    "release_from",
}
READINGS = {
    "proviso_off": "proviso_off",
    "art142_literal_once": "art142_once",
    "art142_next_open_day": "art142_next_open_day",
    "gov_holidays_next_open_day": "government_holidays",
    "alt_14_full_days_incl_midnight_publication": "midnight_counts",
    "alt_D_minus_14": "fourteenth_day",
    "cautious_art142_earliest_action": "art142_next_open_day",
    "proviso_on_earliest_action": "midnight_counts",
    "default_internal": "unextended",
}

Vector = Mapping[str, Any]
Answer = Mapping[str, Any]
Asked = tuple[str, str]  # the name of a clock, a timestamp
Difference = tuple[str, str, str]  # what was compared, what was expected, what was found


class Unusable(Exception):
    """The program could not be run, or did not answer as it should."""


def main() -> int:
    """Ask the program once for each clock, compare every expectation, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", help="how the program is run; {key} becomes the name of a clock")
    parser.add_argument("--chosen", action="store_true", help="compare only what the chosen reading gives")
    options = parser.parse_args()
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    try:
        answers = ask(options.command, [asked for vector in vectors for asked in questions(vector)])
        compared = {vector["id"]: list(compare(vector, answers, chosen=options.chosen)) for vector in vectors}
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    wrong = {name: [d for d in found if d[1] != d[2]] for name, found in compared.items()}
    for name, differences in wrong.items():
        for what, expected, found in differences:
            print(f"{name} {what}: expected {expected}, found {found}")
    agree = sum(not differences for differences in wrong.values())
    print(f"{agree} of {len(vectors)} vectors agree ({sum(map(len, compared.values()))} dates compared)")
    return 0 if agree == len(vectors) else 1


def questions(vector: Vector) -> Iterator[Asked]:
    """What the program is asked for a vector."""
    if vector["clock"] == BACKWARD:
        for expected in vector["expected"].values():
            last = datetime.fromisoformat(expected)
            yield from ((BACKWARD_KEY, moment.isoformat()) for moment in (last, last + SECOND))
    else:
        yield question(vector)


def question(vector: Vector) -> Asked:
    """The one question of a vector that is counted forwards. A fiscal year is asked by its first day."""
    given = vector["input"]
    length = given.get("months") or given.get("days")
    key, field = CLOCKS[f"{vector['clock']} {length}" if length else vector["clock"]]
    return key, f"{given[field]}-04-01" if field == "fiscal_year" else given[field]


def ask(command: str, asked: Sequence[Asked]) -> dict[Asked, Answer]:
    """The program's answers: one run for each clock, one line for each timestamp."""
    answers: dict[Asked, Answer] = {}
    for key in dict.fromkeys(key for key, _ in asked):
        lines = list(dict.fromkeys(line for name, line in asked if name == key))
        for line, answer in zip(lines, run(command.replace("{key}", key), lines), strict=True):
            answers[key, line] = answer
    return answers


def run(command: str, lines: Sequence[str]) -> list[Answer]:
    """One run of the program. Raises Unusable unless it answers each line."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        done = subprocess.run(
            shlex.split(command), input=text, capture_output=True, encoding="utf-8", timeout=300, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"{command}: {error}") from error
    found = done.stdout.splitlines()
    if done.returncode or len(found) != len(lines):
        raise Unusable(f"{command}: {len(found)} answers to {len(lines)} lines, exit {done.returncode}\n{done.stderr}")
    try:
        answers = [json.loads(line) for line in found]
    except ValueError as error:
        raise Unusable(f"{command}: not one JSON object a line: {error}") from error
    if not all(isinstance(answer, dict) for answer in answers):
        raise Unusable(f"{command}: not one JSON object a line")
    return answers


def compare(vector: Vector, answers: Mapping[Asked, Answer], *, chosen: bool) -> Iterator[Difference]:
    """Every expectation of a vector beside what the program said. An expectation nobody knows is an error."""
    for name, expected in vector["expected"].items():
        if vector["clock"] == BACKWARD:
            if not (chosen and BACKWARD_READINGS[name]):
                yield backward(name, expected, vector, answers)
            continue
        answer = answers[question(vector)]
        if name == "first_counted_day":
            if not chosen:
                yield name, expected, next((s["day"] for s in answer.get("steps", ()) if s["number"] == 1), "nothing")
        elif name == "default_weekday":
            yield name, expected, weekday(japanese_day(answer.get("boundary")))
        elif name in CHOSEN:
            yield from dates(name, expected, answer)
        elif not chosen:
            yield from dates(name, expected, reading(answer, READINGS[name]))


def backward(name: str, expected: str, vector: Vector, answers: Mapping[Asked, Answer]) -> Difference:
    """Whether a day is free of a wait begun at the last moment that a vector names, and not of one begun after it."""
    last = datetime.fromisoformat(expected)
    planned = date.fromisoformat(vector["input"]["planned_measure_date"])

    def frees(moment: datetime) -> bool:
        answer = answers[BACKWARD_KEY, moment.isoformat()]
        key = BACKWARD_READINGS[name]
        return japanese_day((reading(answer, key) if key else answer).get("boundary")) <= planned

    found = {(True, False): expected, (True, True): "later", (False, False): "earlier"}
    return name, expected, found.get((frees(last), frees(last + SECOND)), "neither")


def reading(answer: Answer, key: str) -> Answer:
    """One reading of an answer; nothing if the program does not say."""
    return next((r for r in answer.get("readings", ()) if r["key"] == key), {})


def dates(name: str, expected: str | Mapping[str, str], found: Answer) -> Iterator[Difference]:
    """What a vector expects of one reading: a day, an instant, or both with weekday and last second."""
    if isinstance(expected, str):
        if len(expected) == len("2026-01-01"):
            yield name, expected, str(found.get("last_day"))
        else:
            yield name, expected, instant(found.get("boundary"))
        return
    day = date.fromisoformat(found["last_day"]) if found.get("last_day") else None
    said = {
        "date": str(day),
        "weekday": weekday(day) if day else "None",
        "last_moment": f"{day}T23:59:59+09:00",
        "exclusive": instant(found.get("boundary")),
    }
    yield from ((f"{name}.{part}", text, said[part]) for part, text in expected.items())


def instant(text: str | None) -> str:
    """An instant as the vectors write it: in Japan, whatever offset it came with."""
    return datetime.fromisoformat(text).astimezone(JAPAN).isoformat() if text else "nothing"


def japanese_day(text: str | None) -> date:
    """The day in Japan of an instant; the last day of all for nothing."""
    return datetime.fromisoformat(text).astimezone(JAPAN).date() if text else date.max


def weekday(day: date) -> str:
    """The English short name of a weekday, as the vectors write it, in every locale."""
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]


if __name__ == "__main__":
    sys.exit(main())
