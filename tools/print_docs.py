"""Print the documents that come from tables. A test keeps them true."""

from pathlib import Path

from tools.legal_calendar import legal_calendar

ROOT = Path(__file__).parents[1]


def vectors() -> str:
    """The vectors by which the tests of law are run, for other products to run too."""
    return (ROOT / "tests/law/vectors.json").read_text(encoding="utf-8")


DOCUMENTS = {"docs/legal-calendar.md": legal_calendar, "docs/conformance/vectors.json": vectors}

if __name__ == "__main__":
    for path, text in DOCUMENTS.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
