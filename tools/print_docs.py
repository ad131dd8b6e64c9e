"""Print the documents that come from tables. A test keeps them true."""

from pathlib import Path

from tools.legal_calendar import legal_calendar

ROOT = Path(__file__).parents[1]


DOCUMENTS = {"docs/legal-calendar.md": legal_calendar}

if __name__ == "__main__":
    for path, text in DOCUMENTS.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
