"""The small year that was counted by hand, as a package: its verifier finds nothing, and its numbers are those."""

import csv
import io

from tests.report import reports
from tests.report.test_small_year import ANSWERS, AT
from tracker.report import package
from tracker.report.build import build
from tracker.report.years import year_of


def test_the_package_of_the_small_year_is_found_right_by_its_own_verifier(year_session, year_service):
    year = year_of(year_service, 2026)
    assert year
    report = build(year_session, year_service, year, at=AT, frozen=True)
    files = package.files(report, built_at=AT, sign=reports.sign)
    assert package.faults(files) == []
    rows = list(csv.DictReader(io.StringIO(files["figures.csv"].decode(), newline="")))
    found = {(row["item_id"], row["dim1_label"], row["dim2_label"], row["measure"]): row["value"] for row in rows}
    with ANSWERS.open(encoding="utf-8") as answers:
        for row in csv.DictReader(answers):
            place = (row["item"], row["one"], row["two"], row["measure"])
            assert int(found.get(place, 0)) == int(row["value"]), place
