"""Print the documents that come from tables. A test keeps them true."""

from pathlib import Path

from tools.legal_calendar import legal_calendar
from tools.report_figures import report_figures

ROOT = Path(__file__).parents[1]


DOCUMENTS = {"docs/legal-calendar.md": legal_calendar, "docs/report-figures.md": report_figures}

if __name__ == "__main__":
    for path, text in DOCUMENTS.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
