"""What a file may say: each mistake is named by row, column and code, never by what somebody wrote."""

import pytest

from tests import make
from tests.report import ledger
from tests.report.ledger import GOOD, counts, file_of, sums, take, take_body
from tracker.law.ledger import Family
from tracker.report.ledger import faults, reading
from tracker.report.ledger.faults import FAULTS, TROUBLES, Trouble, says
from tracker.report.ledger.rows import columns_of

M, R, Q, O, A = Family.MEASURES, Family.REPORTS, Family.REQUESTS, Family.ORDERS, Family.APPEALS  # noqa: E741
# Family, a row, and the column and code that name what is wrong with it.
WRONG = [
    (M, "m-2,2026-04-28,rm", "", "cells"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,,,,", "", "cells"),
    (M, 'm-2,2026-04-28,"rm"x,auto,spam,yes,yes,,,', "", "quotes"),
    (M, '"m-2,2026-04-28,rm,auto,spam,yes,yes,,,', "", "quotes"),
    (M, '"m\n2",2026-04-28,rm,auto,spam,yes,yes,,,', "", "line_break"),
    (M, "", "", "blank"),
    (M, ",2026-04-28,rm,auto,spam,yes,yes,,,", "id", "empty"),
    (M, "m-2,,rm,auto,spam,yes,yes,,,", "day", "empty"),
    (M, "m-2,2026-04-28,,auto,spam,yes,yes,,,", "kind", "empty"),
    (M, "m-2,2026-04-28,rm,auto,spam,,yes,,,", "ai", "empty"),
    (Q, "q-2,2026-04-28,,pending,yes,", "asked", "empty"),
    (Q, "q-2,2026-04-28,defame,,yes,", "outcome", "empty"),
    (M, "m" * 201 + ",2026-04-28,rm,auto,spam,yes,yes,,,", "id", "long"),
    (M, "m-2,2026-04-28," + "r" * 101 + ",auto,spam,yes,yes,,,", "kind", "long"),
    (M, "m\x00-2,2026-04-28,rm,auto,spam,yes,yes,,,", "id", "control"),
    (M, "m-2,2026-04-28,r\x07m,auto,spam,yes,yes,,,", "kind", "control"),
    (M, "m-2,2026/04/28,rm,auto,spam,yes,yes,,,", "day", "day"),
    (M, "m-2,2026-02-30,rm,auto,spam,yes,yes,,,", "day", "day"),
    (M, "m-2,20260428,rm,auto,spam,yes,yes,,,", "day", "day"),
    (M, "m-2,1999-12-31,rm,auto,spam,yes,yes,,,", "day", "day"),
    (M, "m-2,2026-05-02,rm,auto,spam,yes,yes,,,", "day", "future"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,2026-05-02,,", "told_on", "future"),
    (M, "m-2,2026-04-28,rm,auto,spam,true,yes,,,", "ai", "flag"),
    (R, "r-2,2026-04-28,pending,spam,,yes,", "outcome", "word"),
    (A, "a-2,2026-04-28,rm,no,taken,,yes,", "outcome", "word"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,,,0", "count", "count"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,,,1.5", "count", "count"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,,,-3", "count", "count"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,,,９", "count", "count"),
    (R, "r-2,2026-04-28,taken,,,yes,", "reason", "reason_needed"),
    (R, "r-2,2026-04-28,not_taken,,,yes,", "kept", "kept_needed"),
    (R, "r-2,2026-04-28,not_taken,spam,fine,yes,", "reason", "reason_spare"),
    (R, "r-2,2026-04-28,taken,spam,fine,yes,", "kept", "kept_spare"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,2026-04-28,own,", "exemption", "told_and_exempt"),
    (M, "m-2,2026-04-28,rm,auto,spam,yes,yes,2026-04-27,,", "told_on", "told_early"),
    (A, "a-2,2026-04-28,rm,no,pending,2026-04-29,yes,", "settled_on", "settled_pending"),
    (A, "a-2,2026-04-28,rm,no,upheld,2026-04-27,yes,", "settled_on", "settled_early"),
    (M, GOOD[M].replace("rm", "hide"), "id", "twice"),
]


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


@pytest.mark.parametrize(
    ("family", "row", "column", "code"), WRONG, ids=[f"{c}-{n}" for n, (*_, c) in enumerate(WRONG)]
)
def test_a_wrong_row_is_named_and_the_others_count(database, service, family, row, column, code):
    other = GOOD[family].replace("-1,", "-3,", 1)

    done = take(database, service, GOOD[family], row, other, family=family)

    assert done.errors == [{"row": 3, "column": column, "code": code}]
    assert counts(done) == (3, 2, 0, 0, 1) and done.done_at and sum(sums(database, service).values()) == 2


def test_a_row_that_is_not_utf_8_is_named_and_the_others_count(database, service):
    body = file_of(GOOD[M], GOOD[M].replace("m-1", "m-2")).replace(
        b"m-2,2026-04-28,rm", "m-2,2026-04-28,削除".encode("cp932")
    )
    done = take_body(database, service, body)
    assert done.errors == [{"row": 3, "column": "", "code": "encoding"}] and counts(done) == (2, 1, 0, 0, 1)


def test_every_code_has_a_sentence_and_a_test_and_repeats_nothing():
    assert {code for *_rest, code in WRONG} | {"encoding"} == set(FAULTS)
    assert {code for _head, code in HEADS_WRONG} | {"gone", "differs"} == set(TROUBLES)
    for code in FAULTS | TROUBLES:
        assert says(code).endswith("。") and "%" not in says(code)


HEADS_WRONG = [
    (b"", "head_none"),
    (b"\r\n", "head_none"),
    (b"PK\x03\x04\x14\x00\x06\x00", "head_workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "head_workbook"),
    (ledger.HEADS[M].encode("utf-16"), "head_utf16"),
    (b"\xfe\xff" + ledger.HEADS[M].encode("utf-16-be"), "head_utf16"),
    (ledger.HEADS[M].replace(",", "\t").encode(), "head_commas"),
    (ledger.HEADS[M].replace(",", ";").encode(), "head_commas"),
    ("番号,日".encode("cp932"), "head_encoding"),
    (b'"id,day', "head_encoding"),
    (ledger.HEADS[M].replace("told_on", "toldon").encode(), "head_unknown"),
    (ledger.HEADS[M].replace(",told_on", "").encode(), "head_missing"),
    (ledger.HEADS[M].replace("id,", "").encode(), "head_missing"),
    ((ledger.HEADS[M] + ",id").encode(), "head_twice"),
]


@pytest.mark.parametrize(("head", "code"), HEADS_WRONG)
def test_a_file_with_a_wrong_head_counts_nothing_and_stands_in_nobodys_way(database, service, head, code):
    done = take_body(database, service, head + b"\r\n" + GOOD[M].encode() + b"\r\n" if head.strip() else head)
    assert (done.trouble, counts(done)) == (code, (0, 0, 0, 0, 0)) and done.done_at
    assert sums(database, service) == {}


def explained(head: str, family: Family = M) -> str:
    """What somebody who just chose a file with this first row is told."""
    with pytest.raises(Trouble) as trouble:
        columns_of(family, head.split(","))
    return faults.explained(trouble.value)


def test_columns_that_lack_and_columns_of_no_family_are_named_to_who_chose_the_file():
    assert explained(ledger.HEADS[M].replace("told_on", "toldon").replace(",japan", "")).endswith(
        "足りない列: japan、told_on。 この種類にない列: toldon。"
    )
    assert explained(ledger.HEADS[M].replace("id,", "")).endswith("足りない列: id。")
    assert "この種類にない列: remark、ほか3列。" in explained(ledger.HEADS[M] + ",remark,taro@example.jp, 03-1234,")
    assert "ほか2列" in explained(",".join([ledger.HEADS[M], *(f"c{n}" for n in range(12))]))


@pytest.mark.parametrize("other", ["山田太郎", "Yamada", "taro.yamada", "0312345678", "y" * 41, "ｔａｒｏ"])
def test_a_word_of_the_first_row_that_no_system_calls_a_column_is_only_counted(other):
    said = explained(f"{ledger.HEADS[M]},{other}")
    assert said.endswith("この種類にない列: 1列。") and other not in said


def test_a_first_row_that_may_be_values_is_repeated_by_nobody():
    said = explained("m-1,山田太郎,rm,auto,spam,yes,yes,,,")
    assert "列の名前がないか、別の種類の記録のファイルです" in said and "山田" not in said and "足りない" not in said


@pytest.mark.parametrize("family", list(Family))
def test_a_good_row_of_each_family_is_counted(database, service, family):
    assert counts(take(database, service, GOOD[family], family=family)) == (1, 1, 0, 0, 0)
    [said] = sums(database, service)
    assert said[:2] == (family.value, "2026-04-28")


def test_columns_may_come_in_any_order_with_quotes_and_a_bom_and_without_the_count(database, service):
    head = "kind,reason,id,day,route,japan,ai,exemption,told_on"
    rows = ["rm,spam,m-1,2026-04-28,auto,yes,no,,2026-04-29", '"rm","sp""am, or not",m-2,2026-04-28,auto,yes,no,,']
    done = take_body(database, service, b"\xef\xbb\xbf" + file_of(*rows, head=head))
    assert counts(done) == (2, 2, 0, 0, 0)
    assert sums(database, service) == {
        ("measures", "2026-04-28", "rm", "auto", "spam", "2026-04-29"): 1,
        ("measures", "2026-04-28", "rm", "auto", 'sp"am, or not'): 1,
    }


def test_a_row_may_stand_for_many_and_blanks_around_values_are_nothing(database, service):
    take(database, service, " m-1 ,2026-04-28, rm ,auto,spam,yes,no,,,1200", GOOD[M].replace("m-1", "m-2"))
    assert sorted(sums(database, service).values()) == [1, 1200]
    again = take(database, service, "m-1,2026-04-28,rm,auto,spam,yes,no,,,1200")
    assert counts(again) == (1, 0, 1, 0, 0)


def test_both_ends_of_a_line_and_an_end_without_one_are_rows_and_blank_lines_at_the_end_are_not(database, service):
    rows = [GOOD[M].replace("m-1", f"m-{n}") for n in range(4)]
    for no, end in enumerate(("", "\n", "\r\n", "\n\n\r\n")):
        body = "\n".join([ledger.HEADS[M], *(row.replace("m-", f"{no}-") for row in rows)]) + end
        assert counts(take_body(database, service, body.encode())) == (4, 4, 0, 0, 0)


def test_blocks_end_where_rows_do_whatever_their_size(database, service, monkeypatch):
    rows = [f'm-{n},2026-04-28,rm,auto,"{"spam" * (n % 7 + 1)}",yes,yes,,,' for n in range(200)]
    rows[50] = '"m\r\n50",2026-04-28,rm,auto,spam,yes,yes,,,'
    rows[100] = '"m-100,2026-04-28,rm,auto,spam,yes,yes,,,'
    for size in (50, 64, 1000):
        monkeypatch.setattr(reading, "BLOCK", size)
        done = take(database, service, *(row.replace("m-", f"{size}-") for row in rows))
        assert [(one["row"], one["code"]) for one in done.errors] == [(52, "line_break"), (102, "quotes")]
        assert counts(done) == (200, 198, 0, 0, 2) and done.place == done.size


def test_only_the_first_errors_are_kept_and_all_are_counted(database, service):
    done = take(database, service, *("x" for _n in range(150)))
    assert done.refused == 150 and [one["row"] for one in done.errors] == list(range(2, 102))


def test_no_error_holds_what_somebody_wrote(database, service):
    done = take(database, service, "taro@example.jp,秘密,秘密,秘密,秘密,秘密,秘密,秘密,秘密,秘密")
    assert "秘密" not in str(done.errors) and "taro" not in str([done.errors, *map(faults.says, FAULTS)])
