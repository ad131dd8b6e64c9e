"""docs/screens/README.md: one line and one picture a page."""

from collections.abc import Sequence

from tools.screens.house import NOW
from tools.screens.screen import Screen
from tracker.law.period import JST

HEAD = """# Screens

Every page of Kigen, printed by `make screens`; do not edit. Names, posts and addresses are made up (`flask demo`), and
it is always {now} in Japan, the last working day before a long break. `make screens PAGES="worklist case"` makes
the pages named so, and those that begin so. The command also looks for pages that scroll sideways and asks axe about
each page at each width; it fails when it finds something.

Each sheet shows the page at 1280 px beside 360 px (cut into columns); its second sheet shows 1920 px beside 768 px.
A page in another language, an empty one, or one that came back for a mistake has the first sheet only. A dark bar under
a picture says that the page goes on.
"""


def index(parts: dict[str, Sequence[Screen]]) -> str:
    """The index of all screens, part by part."""
    lines = [HEAD.format(now=f"{NOW.astimezone(JST):%Y-%m-%d %H:%M}")]
    for part, screens in parts.items():
        lines.append(f"## {part}\n")
        for screen in screens:
            wide = f" ([1920 and 768 px]({screen.name}-wide.webp))" if screen.wide else ""
            lines.append(f"**{screen.name}**: {screen.says}{wide}\n\n![{screen.says}]({screen.name}.webp)\n")
    return "\n".join(lines)
