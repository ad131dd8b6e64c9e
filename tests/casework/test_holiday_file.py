"""The Cabinet Office's table as it is published, and as it comes when something went wrong."""

from datetime import date

import pytest

from tracker.casework import NotAllowed, calendars
from tracker.casework.holiday_file import HEAD, MOST_BYTES, read
from tracker.closed_days import working_calendar

SHIPPED = working_calendar()


def table(first: int = 1955, last: int = 2027, *more: str) -> str:
    """The table as published: what we call 振替休日 is only 休日 there, and it begins long before our years."""
    lines = [",".join(HEAD), "1955/1/1,元日", "2019/10/22,休日（祝日扱い）"]
    for day, name in sorted(SHIPPED.holidays.items()):
        if first <= day.year <= last:
            bare = name in {"振替休日", "国民の休日"}
            lines.append(f"{day.year}/{day.month}/{day.day},{'休日' if bare else name}")
    return "\r\n".join([*lines, *more]) + "\r\n"


def refused(content: bytes | str) -> str:
    with pytest.raises(NotAllowed) as no:
        read(content if isinstance(content, bytes) else content.encode("cp932"))
    assert no.value.about == "file"
    return str(no.value)


@pytest.mark.parametrize("coding", ["cp932", "utf-8", "utf-8-sig"])
def test_the_table_as_published_changes_nothing_where_we_agree(coding):
    found = read(table().encode(coding))
    assert found.years == tuple(range(2020, 2028)) and found.partly == ()
    assert calendars.diff(SHIPPED, found.onto(SHIPPED)) == []


def test_a_day_that_the_table_calls_only_a_rest_day_keeps_our_name_and_a_new_one_gets_theirs():
    taken = read(table(1955, 2027, "2027/6/1,休日").encode("cp932")).onto(SHIPPED)
    assert taken.holidays[date(2026, 5, 6)] == "振替休日" and taken.holidays[date(2026, 9, 22)] == "国民の休日"
    assert calendars.diff(SHIPPED, taken) == [(date(2027, 6, 1), None, "休日")]


def test_years_that_the_table_does_not_reach_keep_the_forecast():
    taken = read(table(1955, 2026).encode("cp932")).onto(SHIPPED)
    assert [day for day in taken.holidays if day.year > 2026] == [d for d in SHIPPED.holidays if d.year > 2026]


def test_a_year_that_is_cut_off_is_not_taken():
    whole = table()
    found = read(whole[: whole.index("2027/5/3")].encode("cp932"))
    assert found.years[-1] == 2026 and found.partly == (2027,)
    assert calendars.diff(SHIPPED, found.onto(SHIPPED)) == []


def test_days_outside_our_years_are_passed_over():
    assert read(table(1955, 2027, "2041/1/1,元日").encode("cp932")).years[-1] == 2027


def test_empty_lines_quotes_and_other_ways_to_write_a_day_are_read():
    found = read(table(1955, 2027, "", ",", '"2027-06-01","式典の日"', "２０２７/06/02,式典の日").encode("cp932"))
    assert found.holidays[date(2027, 6, 1)] == found.holidays[date(2027, 6, 2)] == "式典の日"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ファイルが空です"),
        (b" \r\n\r\n", "ファイルが空です"),
        (b"\r\n  <!DOCTYPE html><html lang=ja>", "ウェブページです"),
        (b"x" * (MOST_BYTES + 1), "大きすぎます"),
        (b"\xff\xfe\x00\x81", "文字を読み取れません"),
        (b"PK\x03\x04 not a table", "1行目が見出し"),
        ("日付,名前\r\n2027/1/1,元日", "1行目が見出し"),
        ("\r\n" + ",".join(HEAD[::-1]), "2行目が見出し"),
        (",".join(HEAD), "1年分がそろっている年がありません"),
        (table(1955, 2019), "1年分がそろっている年がありません"),
        (table(2026, 2026, "2027/2/30,式典の日"), "22行目の日付"),
        (table(2026, 2026, "令和9年1月1日,元日"), "22行目の日付"),
        (table(2026, 2026, "2027/1/1"), "22行目が「日付,名前」の2列"),
        (table(2026, 2026, "2027/1/1,元日,祝日"), "22行目が「日付,名前」の2列"),
        (table(2026, 2026, ",元日"), "22行目の日付"),
        (table(2026, 2026, f"2027/1/1,{'元' * 41}"), "22行目の休日の名前"),
        (table(2026, 2026, '2027/1/1,"元\r\n日"'), "22行目の休日の名前"),
        (table(2026, 2026, "2026/1/1,元日"), "22行目の日付は、4行目と同じ"),
        (table(2026, 2026, '2027/1/1,"元日'), "22行目をCSVとして読み取れません"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, said):
    assert said in refused(content)
