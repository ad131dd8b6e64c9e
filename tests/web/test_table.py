"""A list of posts as people paste or upload it: every way in which it comes out of a spreadsheet."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tracker.casework.intake import FiledItem
from tracker.web.places import listed_rows
from tracker.web.reading import place_line, plain_text
from tracker.web.table import Unclear, decoded, entries, joined

URL = "https://tsumugi.example/p/1"
TWO = "https://tsumugi.example/p/2"


def cells(text: str) -> list[dict[str, str]]:
    return [entry.cells for entry in entries(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (URL, [{"url": URL}]),
        (f"{URL}\n\n {TWO} \n", [{"url": URL}, {"url": TWO}]),
        (
            f"{URL},ひどい言葉,2:15,一番ひどい",
            [{"url": URL, "quote": "ひどい言葉", "mark": "2:15", "note": "一番ひどい"}],
        ),
        (f"{URL}\tひどい, 言葉\t\tメモ", [{"url": URL, "quote": "ひどい, 言葉", "note": "メモ"}]),
        (f"メモ,ＵＲＬ\n職場,{URL}", [{"note": "職場", "url": URL}]),
        (f"No.,URL,時刻,対応\n1,{URL},0:12,未", [{"url": URL, "mark": "0:12", "note": "未"}]),
        (f"1,{URL},引用\n2,{TWO}", [{"url": URL, "quote": "引用"}, {"url": TWO}]),
        (f'{URL},"二行の\n引用, 読点",,', [{"url": URL, "quote": "二行の\n引用, 読点"}]),
        ("https://tsumugi.example/a,b,c.html", [{"url": "https://tsumugi.example/a,b,c.html"}]),
        (f'{URL},言った"言葉', [{"url": URL, "quote": '言った"言葉'}]),
        (f"{URL},箇所,1:00,メモ,まだ,ある", [{"url": URL, "quote": "箇所", "mark": "1:00", "note": "メモ まだ ある"}]),
        (
            "URL,箇所,アカウント,日時\n,左上の画像,@kaze,昨日",
            [{"quote": "左上の画像", "account": "@kaze", "posted": "昨日"}],
        ),
        (",,,\n  ", []),
        # A cell of a spreadsheet is never a part of an address, in whatever letters.
        (f"{URL}\tliar", [{"url": URL, "quote": "liar"}]),
        (f"{URL}\t@taro\n{TWO}\tx,y.html", [{"url": URL, "quote": "@taro"}, {"url": TWO, "quote": "x,y.html"}]),
        (f"URL,Quote,Note\n{URL},liar,x", [{"url": URL, "quote": "liar", "note": "x"}]),
        (f"Account\tPosted\tMark\tURL\n@taro\t1/2\t0:12\t{URL}",
         [{"account": "@taro", "posted": "1/2", "mark": "0:12", "url": URL}]),
        (f'"{URL}","liar"\n"{TWO}","b.html"', [{"url": URL, "quote": "liar"}, {"url": TWO, "quote": "b.html"}]),
        (f"{URL}/a,b.php?x=1", [{"url": f"{URL}/a,b.php?x=1"}]),
        # Two columns of one meaning, a column of ours that is unknown, numbers that do more than count.
        (f"URL,メモ,備考\n{URL},一,二", [{"url": URL, "note": "一 二"}]),
        (f"URL,本文,対応\n{URL},言葉,未", [{"url": URL, "quote": "言葉", "note": "未"}]),
        (f"番号,URL\n1,{URL}\n甲7,{TWO}", [{"url": URL}, {"url": TWO, "note": "甲7"}]),
        (f"URL,担当者,対応\n{URL},甲,未", [{"url": URL, "note": "甲 未"}]),
        # Quotation marks that a person wrote stay; those that a spreadsheet wrote go.
        (f'{URL}\t"ひどい"', [{"url": URL, "quote": '"ひどい"'}]),
        (f'{URL}\t"二行の\n引用"', [{"url": URL, "quote": "二行の\n引用"}]),
        (f'{URL}\t"言った""と"', [{"url": URL, "quote": '言った"と'}]),
        (f'{URL}\t"はじまりだけ\n{TWO}\t二', [{"url": URL, "quote": '"はじまりだけ'}, {"url": TWO, "quote": "二"}]),
        # The marks of a list are no part of an address; a number that does not count the rows is kept.
        (f"1. {URL}\n2. {TWO}", [{"url": URL}, {"url": TWO}]),
        (f"・{URL}\n・ {TWO}", [{"url": URL}, {"url": TWO}]),
        (f"① {URL}\n②{TWO},二", [{"url": URL}, {"url": TWO, "quote": "二"}]),
        (f"(1) {URL}\n- {TWO}", [{"url": URL}, {"url": TWO}]),
        (f"1.\t{URL}\n７．{TWO}", [{"url": URL}, {"url": TWO, "note": "7"}]),
        # A line of another kind among the rows of a spreadsheet is read as its own kind.
        (f"{URL}\t一\n{TWO},二", [{"url": URL, "quote": "一"}, {"url": TWO, "quote": "二"}]),
    ],
)  # fmt: skip
def test_rows_are_read_as_they_were_meant(text, found):
    assert cells(text) == found


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"{URL},{TWO}", Unclear.TWO),
        (f"{URL}\t{TWO}", Unclear.TWO),
        (f"url,url\n{URL},{TWO}", Unclear.TWO),
        (f"URL\tリンク\n{URL}\t{TWO}", Unclear.TWO),
        (f"{URL},liar", Unclear.MORE),
        (f"{URL},35.6,139.7,17z", Unclear.MORE),
        (f"{URL},b.html,ひどい", Unclear.MORE),
        (f"{URL}/a, b.html", Unclear.MORE),
        (f"URL,Quote\n{URL}/a,b.html", Unclear.MORE),
        (f"URL,Quote\n{URL},liar,thief,x", Unclear.MORE),
        (f"URL\tQuote\n{URL},liar", Unclear.MORE),
        (f"{URL}、ひどい", Unclear.MORE),
        (f"{URL}「ひどい」", Unclear.MORE),
        (f"{URL};ひどい", Unclear.MORE),
        (f"{URL}/東京,あ\tい", Unclear.MORE),
        (f'{URL},"言った', Unclear.MARKS),
        (f'{URL},"言った"と, 書いた', Unclear.MARKS),
        (f'{URL}\t"言った\n{TWO}\tと"', Unclear.MARKS),
        (f'{URL},"言った\n{TWO},と"', Unclear.MARKS),
    ],
)
def test_a_row_that_can_be_read_in_two_ways_is_read_in_neither(row, why):
    assert [entry.unclear for entry in entries(row)] == [why]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{URL} {TWO}", "1行に1つずつ"),
        (f"{URL}、{TWO}", "1行に1つずつ"),
        (f"{URL};{TWO}", "1行に1つずつ"),
        (f"{URL},{TWO}", "1行に1つずつ"),
        (f"{URL}{TWO}", "1行に1つずつ"),
        (f'"{URL}\n{TWO}"', "どこで終わるか"),
        (f"{URL} ひどい言葉", "途中に空白"),
        (f"{URL}、ひどい言葉", "ほかの言葉や記号が続いています"),
        (f"この投稿です。{URL}", "URLとして読み取れません"),
        ("URL,箇所", "URLとして読み取れません"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(app, row, words):
    with app.test_request_context():
        good, bad = listed_rows(row)
    assert good == [] and len(bad) == 1 and words in bad[0].why


@pytest.mark.parametrize(
    "url",
    [f"https://web.example/2020/{URL}", f"https://share.example/?url={URL}", f"{URL};jsessionid=1", f"{URL}/東京・駅"],
)
def test_an_address_that_holds_another_is_one(app, url):
    with app.test_request_context():
        assert [item.url for item in listed_rows(url)[0]] == [url]


LETTERS = st.sampled_from(
    [*"abc12 ,;\"'\t\n、。あ「」@/.:=-", URL, TWO, ".html", "0:12", "liar", "URL", "メモ", "\u3000"]
)
CELLS = st.lists(LETTERS, max_size=6).map("".join)
ADDRESSES = st.sampled_from([URL, TWO, f"{URL}/a,b.html", "tsumugi.example/p/3", f"{URL}?u={TWO}", f"{URL}/東京"])
HEADED = st.sampled_from(
    [
        ("URL", "箇所", "アカウント", "日時", "時刻", "メモ"),
        ("メモ", "備考", "URL", "担当"),
        ("Note", "URL", "Quote", "url"),
        ("番号", "URL", "本文"),
        ("", "リンク", "x", "アカウント"),
    ]
)
FIELDS = ("url", "quote", "account", "posted", "mark", "note")


def read_back(cell: str) -> str:
    """A cell without regard to blanks and line breaks."""
    return "".join(plain_text(place_line(cell.replace("\n", " ").replace("\t", " "))).split())


def kept_once(cells: list[str], item: FiledItem) -> bool:
    """Whether the fields of an item hold these cells and nothing else, each cell in one field and none cut in two."""
    left = [read_back(getattr(item, name)) for name in FIELDS]
    whole = sorted(read_back(cell) for cell in cells if read_back(cell))
    for cell in sorted(whole, key=len, reverse=True):
        at = next((n for n, text in enumerate(left) if text == cell), None)
        at = next((n for n, text in enumerate(left) if cell in text), None) if at is None else at
        if at is None:
            return False
        left[at] = left[at].replace(cell, "", 1)
    return not any(left)


@st.composite
def tables(draw, cells=CELLS):
    """A table with a column of addresses, with names above it or with the address first."""
    names = draw(st.one_of(st.none(), HEADED))
    at = names.index(next(n for n in names if n in ("URL", "リンク"))) if names else 0
    width = len(names) if names else draw(st.integers(1, 5))
    rows = [
        [draw(ADDRESSES) if n == at else draw(cells) for n in range(width)] for _row in range(draw(st.integers(1, 4)))
    ]
    return names, rows


def written_cells(table) -> list[list[str]]:
    """The cells of each row without a number that only counts it."""
    names, rows = table
    counts = bool(names) and names[0] == "番号"
    return [row[1:] if counts and row[0].strip() == str(n) else row for n, row in enumerate(rows, 1)]


ANYTHING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANYTHING
@given(table=tables(), kind=st.sampled_from([("\t", csv.QUOTE_MINIMAL), ("\t", csv.QUOTE_ALL), (",", csv.QUOTE_ALL)]))
def test_each_cell_of_a_spreadsheet_is_in_one_field_of_one_item_or_in_a_bad_row(app, table, kind):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=kind[0], quoting=kind[1], lineterminator="\n")
    writer.writerows([table[0], *table[1]] if table[0] else table[1])
    with app.test_request_context():
        good, bad = listed_rows(out.getvalue())
    above = 2 if table[0] else 1
    taken_out = {row.number - above for row in bad}
    rows = [row for n, row in enumerate(written_cells(table)) if n not in taken_out]
    assert len(rows) == len(good), bad
    assert all(kept_once(row, item) for row, item in zip(rows, good, strict=True)), (rows, good)


@ANYTHING
@given(table=tables(CELLS.map(lambda cell: re.sub(r'[\t\n]|"$', "", cell))))
def test_each_cell_copied_without_quoting_is_in_one_field_of_one_item_or_in_a_bad_row(app, table):
    text = "\n".join("\t".join(row) for row in ([table[0], *table[1]] if table[0] else table[1]))
    with app.test_request_context():
        good, bad = listed_rows(text)
    numbers = {row.number for row in bad}
    refused = read_back("".join(entry.text for entry in entries(text) if entry.number in numbers))
    items = iter(good)
    item = next(items, None)
    for row in written_cells(table):
        if item and kept_once(row, item):
            item = next(items, None)
        else:
            assert all(read_back(cell) in refused for cell in row), (row, good, bad)
    assert item is None


def test_a_row_is_named_by_the_number_a_spreadsheet_shows():
    text = f'URL,箇所\n{URL},"二行\nの引用"\n\nなし,x\n'
    assert [entry.number for entry in entries(text)] == [2, 4]


def test_a_cell_longer_than_any_that_is_read_breaks_nothing():
    assert entries("https://tsumugi.example/" + "a" * 200_000 + "\nx,y")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_file_is_read_in_whatever_a_spreadsheet_writes(codec):
    assert decoded(f"{URL},髙橋①の箇所\r\n".encode(codec)).startswith(f"{URL},髙橋①")


@pytest.mark.parametrize("body", [b"PK\x03\x04", b"%PDF-1.7", b"\x00\x01\x02", b"\x81", b"a" * (3 * 1024 * 1024)])
def test_what_is_no_list_is_refused(body):
    with pytest.raises(ValueError, match=r"no|can't decode|illegal"):
        decoded(body)


@pytest.mark.parametrize(
    ("pasted", "uploaded"),
    [(f"{URL}\t一", f"{TWO},二"), (f"{URL},一", f"{TWO}\t二"), (f"{URL},一", f"URL,箇所\n{TWO},二")],
)
def test_a_file_may_be_added_to_what_was_pasted_in_another_kind_of_columns(pasted, uploaded):
    assert cells(joined(pasted, uploaded)) == [{"url": URL, "quote": "一"}, {"url": TWO, "quote": "二"}]
