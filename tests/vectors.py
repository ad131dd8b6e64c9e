"""The 65 worked examples of docs/conformance, which every room is tested against."""

import json
from pathlib import Path

FILE = Path(__file__).parents[1] / "docs" / "conformance" / "vectors.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
