"""flask ledger: a file is read where it lies, with progress; the same command goes on; what was wrong is taken back."""

import pytest

from tests import make
from tests.report.ledger import GOOD, HEADS, file_of, sums
from tracker.law.ledger import Family
from tracker.report.ledger import reading

M = Family.MEASURES


@pytest.fixture
def run(app):
    with app.extensions["database"].writing() as session:
        make.make_service(session)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["ledger", *words])


def test_a_file_is_read_where_it_lies_and_stays_there(app, run, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 100)
    path = tmp_path / "四月.csv"
    path.write_bytes(file_of(*(GOOD[M].replace("m-1", f"m-{n}") for n in range(5)), "x"))

    done = run("import", str(path), "--service", "tsumugi", "--family", "measures")

    assert done.exit_code == 0 and "1\tmeasures\t四月.csv\tdone\t6 rows, 5 added" in done.stdout
    assert "100 %  6 rows, 1 refused" in done.stderr and "row 7 : 値の数が" in done.stderr and path.exists()
    again = run("import", str(path), "--service", "tsumugi", "--family", "measures")
    assert again.exit_code == 1 and "取込み 1 で取り込んでいます" in again.stderr
    assert "tsumugi\t1\tmeasures" in run("list").stdout and run("list", "--service", "tsumugi").stdout.count("\n") == 1


def test_an_import_is_taken_back_with_its_reason_and_may_come_again(app, run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(file_of(GOOD[M]))
    taken = ("import", str(path), "--service", "tsumugi", "--family", "measures")
    run(*taken)
    back = ("withdraw", "1", "--service", "tsumugi", "--reason", "違うファイル")
    assert "Import 1 was taken back." in run(*back).stdout and "すでに" in run(*back).stderr
    with app.extensions["database"].reading() as session:
        service = session.exec(make.select(make.Service)).one()
    assert sums(app.extensions["database"], service) == {} and "taken back" in run("list").stdout
    assert run(*taken).exit_code == 0 and path.exists()


def test_a_file_that_is_none_of_ours_is_refused_with_its_reason(run, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n")
    done = run("import", str(path), "--service", "tsumugi", "--family", "measures")
    assert done.exit_code == 1 and "この種類の記録にない列" in done.stderr
    for words in (("import", str(path), "--service", "x", "--family", "measures"), ("list", "--service", "x")):
        assert "There is no service x." in run(*words).stderr
    assert "no import 9" in run("withdraw", "9", "--service", "tsumugi", "--reason", "x").stderr


@pytest.mark.parametrize("family", list(Family))
def test_the_template_is_the_head_of_a_file(run, family):
    assert run("template", "--family", family.value).stdout == HEADS[family] + "\n"
