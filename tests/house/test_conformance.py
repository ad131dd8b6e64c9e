"""docs/conformance: another product can run the vectors, and Kigen agrees with all of them."""

import ast
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "docs" / "conformance" / "run.py"

# A product that adds seven days to the date in UTC, and knows no other clock.
NAIVE = """
import json, sys
from datetime import datetime, timedelta
for line in sys.stdin:
    given = line.strip()
    day = datetime.fromisoformat(given).date() + timedelta(days=7)
    print(json.dumps({"last_day": str(day), "boundary": f"{day + timedelta(days=1)}T00:00:00+09:00"}))
"""


def expectations() -> int:
    """How many dates, weekdays and moments all the vectors expect."""
    vectors = json.loads(RUN.with_name("vectors.json").read_text(encoding="utf-8"))["vectors"]
    found = [value for vector in vectors for value in vector["expected"].values()]
    return sum(len(value) if isinstance(value, dict) else 1 for value in found)


def conformance(command: str, *options: str, **environment: str) -> subprocess.CompletedProcess:
    """The runner on a program, by a Python that sees nothing but its standard library."""
    return subprocess.run(
        [sys.executable, "-I", RUN, command, *options],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_kigen_agrees_with_all_sixty_five_vectors(settings):
    flask = shlex.join([sys.executable, "-m", "flask", "--app", "app", "clock"])
    done = conformance(
        f"{flask} {{key}} - --json",
        TRACKER_DATABASE=settings.database,
        TRACKER_SECRET_KEY=settings.secret_key.get_secret_value(),
        TRACKER_MASTER_KEY=settings.master_key.get_secret_value(),
    )

    assert (done.stdout, done.stderr) == (f"65 of 65 vectors agree ({expectations()} dates compared)\n", "")
    assert done.returncode == 0


def test_a_product_that_counts_otherwise_is_told_where(tmp_path):
    naive = tmp_path / "naive.py"
    naive.write_text(NAIVE)
    done = conformance(shlex.join([sys.executable, str(naive)]), "--chosen")

    assert done.returncode == 1
    assert "V001" not in done.stdout  # an ordinary Wednesday: right by luck
    assert "V002 default.date: expected 2026-04-14, found 2026-04-15\n" in done.stdout  # midnight
    assert "V005 default.date: expected 2026-04-15, found 2026-04-14\n" in done.stdout  # the day in Japan is the next
    assert done.stdout.splitlines()[-1] == "29 of 65 vectors agree (203 dates compared)"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no-such-program", "no-such-program"),
        (f"{sys.executable} -c pass", "0 answers to"),
        (f"{sys.executable} -c 'import sys; [print(1) for _ in sys.stdin]; sys.exit(3)'", "exit 3"),
        (f"{sys.executable} -c 'import sys; [print(line) for line in sys.stdin]'", "answers to"),
        (
            f"{sys.executable} -c 'import sys; [print(line, end=\"\") for line in sys.stdin]'",
            "not one JSON object a line",
        ),
        (f"{sys.executable} -c 'import sys; [print(1) for _ in sys.stdin]'", "not one JSON object a line"),
    ],
)
def test_a_program_that_cannot_be_used_is_named_and_nothing_is_judged(command, says):
    done = conformance(command)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_runner_needs_the_standard_library_only():
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
