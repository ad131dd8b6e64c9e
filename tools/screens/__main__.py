"""`python -m tools.screens [PAGE …]`: make the pictures, print what is wrong, and fail when anything is."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.screens import sheets
from tools.screens.browse import Seen, browsing
from tools.screens.house import opened
from tools.screens.index import index
from tools.screens.screen import Screen
from tools.screens.table import PARTS, SCREENS

FOLDER = Path(__file__).parents[2] / "docs" / "screens"


def main(wanted: Sequence[str]) -> int:
    """Picture the screens named in `wanted`, or that begin so; all of them by default."""
    chosen = [screen for screen in SCREENS if not wanted or any(_named(screen, name) for name in wanted)]
    if not chosen:
        print("No page is named so. There are: " + ", ".join(screen.name for screen in SCREENS), file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    found: list[Seen] = []
    with tempfile.TemporaryDirectory(prefix="kigen-screens-") as folder, opened(Path(folder)) as house:
        house.furnish()
        with browsing(house) as browser:
            for screen in chosen:
                found.append(browser.see(screen))
                sheets.write(found[-1], FOLDER)
                _say(found[-1])
    if not wanted:
        kept = {picture for screen in SCREENS for picture in screen.pictures}
        for old in FOLDER.glob("*.webp"):
            if old.name not in kept:
                old.unlink()
    (FOLDER / "README.md").write_text(index(PARTS), encoding="utf-8")
    return _details(found)


def _named(screen: Screen, name: str) -> bool:
    return screen.name == name or screen.name.startswith(f"{name}-")


def _say(seen: Seen) -> None:
    cells = [f"{width}: {_cell(shot.sideways, len(shot.violations)):<22}" for width, shot in sorted(seen.shots.items())]
    print(f"{seen.screen.name:<28}" + "".join(cells) + ("; ".join(seen.faults) or ""), flush=True)


def _cell(sideways: int, violations: int) -> str:
    words = [f"sideways {sideways} px"] * bool(sideways) + [f"axe {violations}"] * bool(violations)
    return ", ".join(words) or "ok"


def _details(found: list[Seen]) -> int:
    """Say what is wrong, one line each, the same fault at several widths once. Gives the exit code."""
    wrong = 0
    for seen in found:
        lines: dict[str, list[int]] = {}
        for width, shot in sorted(seen.shots.items()):
            if shot.sideways:
                lines.setdefault("scrolls sideways", []).append(width)
            for fault in shot.violations:
                targets = [" ".join(map(str, node["target"])) for node in fault["nodes"]]
                more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
                lines.setdefault(f"{fault['id']}: {fault['help']} {targets[0]}{more}", []).append(width)
        for fault in seen.faults:
            lines.setdefault(fault, [])
        wrong += len(lines)
        for line, widths in lines.items():
            print(f"{seen.screen.name}: {line}" + (f" ({', '.join(map(str, widths))})" if widths else ""))
    print(f"{len(found)} pages, {wrong} faults.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
