"""A list of posts as people paste or upload it: every way in which it comes out of a spreadsheet."""

import pytest

from tracker.web.table import decoded, entries, joined

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
        (f"{URL},{TWO}", [{"url": URL, "quote": TWO}]),
        (f'{URL},言った"言葉', [{"url": URL, "quote": '言った"言葉'}]),
        (f"{URL},箇所,1:00,メモ,まだ,ある", [{"url": URL, "quote": "箇所", "mark": "1:00", "note": "メモ まだ ある"}]),
        (
            "URL,箇所,アカウント,日時\n,左上の画像,@kaze,昨日",
            [{"quote": "左上の画像", "account": "@kaze", "posted": "昨日"}],
        ),
        (",,,\n  ", []),
    ],
)
def test_rows_are_read_as_they_were_meant(text, found):
    assert cells(text) == found


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
