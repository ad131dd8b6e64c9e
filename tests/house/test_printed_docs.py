"""Documents printed from tables equal the tables."""

from pathlib import Path

import pytest

from tools.print_docs import DOCUMENTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_printed_document_says_what_the_tables_say(path):
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path](), "run `make docs`"
