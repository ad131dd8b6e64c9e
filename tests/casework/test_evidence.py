"""Evidence files: what is taken and what is not, and what a copy still shows and no longer tells."""

import io
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings as how, strategies as st
from PIL import Image

from tests import pictures
from tests.web.claimant import PDF
from tracker.casework import NotAllowed
from tracker.casework.evidence import FileIn, copy_of, exif, look_at, saved_name, shown_name
from tracker.casework.evidence.pictures import MOST_ASIDE

MOST = 20 * 1024 * 1024
KINDS = {"写真.jpg": "image/jpeg", "画面.png": "image/png", "絵.webp": "image/webp"}
SAMPLES = {
    "a photo": ("写真.jpg", pictures.jpeg()),
    "a photo lying on its side": ("写真.jpg", pictures.jpeg(6)),
    "a mirrored photo": ("写真.jpg", pictures.jpeg(2)),
    "a progressive photo": ("写真.jpg", pictures.jpeg(progressive=True)),
    "a photo for print": ("写真.jpg", None),
    "a grey photo with restarts": ("写真.jpg", pictures.jpeg(restart_marker_rows=1)),
    "a screenshot": ("画面.png", pictures.png()),
    "a screenshot with transparency": ("画面.png", pictures.png(mode="RGBA")),
    "a screenshot in few colours": ("画面.png", pictures.png(mode="P")),
    "a WebP": ("絵.webp", pictures.webp()),
    "a lossless WebP with transparency": ("絵.webp", pictures.webp(mode="RGBA", lossless=True)),
}


def cmyk() -> bytes:
    out = io.BytesIO()
    pictures.drawing(mode="CMYK").save(out, "JPEG", exif=pictures.exif(), comment=pictures.PLACE)
    return out.getvalue()


SAMPLES["a photo for print"] = ("写真.jpg", cmyk())


def look(name: str, body: bytes, most: int = MOST):
    return look_at(FileIn(name, body), most)


def refused(name: str, body: bytes, most: int = MOST) -> str:
    with pytest.raises(NotAllowed) as caught:
        look(name, body, most)
    return str(caught.value)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_copy_shows_the_same_picture_and_tells_nothing_else(sample):
    name, body = SAMPLES[sample]
    kind = look(name, body).kind
    copy = copy_of(kind, body)
    assert kind == KINDS[name]
    assert pictures.pixels(copy) == pictures.pixels(body)
    for told in (b"GPSLatitude", pictures.MAKER, b"Kigen Phone", b"xmpmeta", b"Photoshop"):
        assert told not in copy
    with Image.open(io.BytesIO(copy)) as image:
        tags = image.getexif()
        assert set(tags) <= {0x0112} and not tags.get_ifd(0x8825) and not tags.get_ifd(0x8769)
        assert not {"comment", "xmp", "Location", "Comment", "photoshop"} & set(image.info)


def test_what_a_copy_tells_is_only_how_to_turn_it():
    for orientation in range(1, 9):
        copy = copy_of("image/jpeg", pictures.jpeg(orientation))
        with Image.open(io.BytesIO(copy)) as image:
            assert image.getexif().get(0x0112, 1) == orientation


def test_a_copy_of_a_copy_is_the_same_file():
    for name, body in SAMPLES.values():
        copy = copy_of(KINDS[name], body)
        assert copy_of(KINDS[name], copy) == copy


def test_a_thumbnail_in_the_head_of_a_photo_is_gone():
    body = pictures.jpeg()
    head = b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + b"THUMBNAIL-12"
    start = body.index(b"\xff\xe0")
    length = int.from_bytes(body[start + 2 : start + 4])
    thumb = body[:start] + b"\xff\xe0" + (2 + len(head)).to_bytes(2) + head + body[start + 2 + length :]
    copy = copy_of("image/jpeg", thumb)
    assert b"THUMBNAIL" not in copy and pictures.pixels(copy) == pictures.pixels(body)


def test_colours_stay_as_they_are():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind, body in (
        ("image/jpeg", pictures.jpeg(icc_profile=profile)),
        ("image/png", pictures.png(icc_profile=profile)),
        ("image/webp", pictures.webp(icc_profile=profile)),
    ):
        with Image.open(io.BytesIO(copy_of(kind, body))) as image:
            assert image.info["icc_profile"] == profile


@pytest.mark.parametrize(
    ("name", "body", "notes"),
    [
        ("写真.jpg", pictures.jpeg(), {"position"}),
        ("写真.JPEG", pictures.jpeg(position=False), set()),
        ("画面.png", pictures.png(), {"position"}),
        ("絵.webp", pictures.webp(), {"position"}),
        ("写真.jpg", pictures.jpeg(position=False, behind=b"\0" * 100 + b"\r\n"), set()),
        ("写真.jpg", pictures.jpeg(position=False, behind=b"PK\x03\x04 a zip"), {"trailing"}),
        ("画面.png", pictures.png(behind=b"<html><script>alert(1)</script>"), {"position", "trailing"}),
        ("絵.webp", pictures.webp(behind=b"#!/bin/sh"), {"position", "trailing"}),
        ("写真.png", pictures.jpeg(position=False), {"renamed"}),
        ("請求書.exe", PDF, {"renamed"}),
        ("動く.png", pictures.moving("PNG"), {"moving"}),
        ("動く.webp", pictures.moving("WEBP"), {"moving"}),
        ("委任状.pdf", PDF, set()),
        ("委任状.pdf", b"\xef\xbb\xbf" + PDF, set()),
        ("委任状.pdf", PDF + b"PK\x03\x04" + b"0" * 50 + b"PK\x05\x06" + b"\0" * 18, {"trailing"}),
        ("委任状.pdf", PDF + b"<html>", {"trailing"}),
        ("委任状.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(1)>>"), {"script"}),
        ("委任状.pdf", PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 3 0 R>>"), {"enclosed"}),
        ("委任状.pdf", PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), {"locked"}),
    ],
)
def test_what_staff_should_know_of_a_file_is_noted(name, body, notes):
    assert {note.value for note in look(name, body).notes} == notes


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp])
def test_what_stands_behind_a_picture_is_cut_off_in_its_copy(make):
    body = make(behind=b"PK\x03\x04<script>alert(1)</script>")
    kind = look("x.png", body).kind
    copy = copy_of(kind, body)
    assert b"<script>" not in copy and b"PK\x03\x04" not in copy
    assert pictures.pixels(copy) == pictures.pixels(make())


@pytest.mark.parametrize("make", [pictures.moving])
@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_a_moving_picture_still_moves_in_its_copy(make, format):
    with Image.open(io.BytesIO(copy_of(f"image/{format.lower()}", make(format, 4)))) as image:
        assert image.n_frames == 4


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空のファイル"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "開くとプログラムが動く"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "開くとプログラムが動く"),
        ("<!DOCTYPE html><html>".encode("utf-16"), "開くとプログラムが動く"),
        (b"GIF89a/*<script>*/=1;", "開くとプログラムが動く"),
        (b"PK\x03\x04" + b"\0" * 40, "圧縮ファイルか、WordやExcel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, "圧縮ファイルか、WordやExcel"),
        (b"\x1f\x8b\x08" + b"\0" * 40, "圧縮ファイルか、WordやExcel"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "iPhoneなどの写真の形式"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 40, "動画か音声"),
        (b"ID3\x04" + b"\0" * 40, "動画か音声"),
        (b"GIF89a" + b"\0" * 40, "受け取れない種類の画像"),
        (b"BM" + b"\0" * 60, "受け取れない種類の画像"),
        (b"MZ\x90\0" + b"\0" * 40, "画像（PNG・JPEG・WebP）でもPDFでもない"),
        ("証言をここに書きます。".encode(), "画像（PNG・JPEG・WebP）でもPDFでもない"),
        (b"<html>" + PDF, "開くとプログラムが動く"),
        (b"GARBAGE" + PDF, "画像（PNG・JPEG・WebP）でもPDFでもない"),
        (pictures.jpeg()[:-200], "途中で切れています"),
        (pictures.png()[:-20], "途中で切れています"),
        (pictures.webp()[:-20], "途中で切れています"),
        (PDF[:-8], "途中で切れています"),
        (b"\xff\xd8\xff\xd9", "壊れている"),
        (b"\x89PNG\r\n\x1a\n" + pictures.png()[33:], "壊れている"),
        (pictures.bomb(65_000, 65_000), "縦横の大きさかコマの数が多すぎる"),
        (pictures.bomb(0, 10), "壊れている"),
        (pictures.jpeg()[:2] + b"\xff\xfe\0\2" * 60_000 + pictures.jpeg()[2:], "壊れている"),
    ],
)
def test_what_is_not_taken_is_refused_with_what_to_send_instead(body, words):
    assert words in refused("証拠.png", body)


def test_a_webp_that_says_it_is_enormous_is_refused_before_anything_is_set_aside_for_it():
    body = bytearray(pictures.webp())
    start = body.index(b"VP8X") + 8
    body[start + 4 : start + 10] = b"\xff" * 6
    assert "縦横の大きさ" in refused("絵.webp", bytes(body))


def test_a_file_of_twenty_megabytes_is_looked_at_and_copied_in_little_memory():
    photo = pictures.jpeg(6, size=(64, 64))
    scan = photo.index(b"\xff\xda")
    head, tail = photo[: scan + 14], photo[scan + 14 :]
    body = head + b"\xff\x00\x12\x34" * (19 * 1024 * 1024 // 4) + tail  # a scan as long as that of a huge photo
    look("写真.jpg", body)
    copy = copy_of("image/jpeg", body)
    assert len(body) - 2000 < len(copy) <= len(body)
    tracemalloc.start()
    copy_of("image/jpeg", body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(body)


def most_memory(body: bytes) -> int:
    """The most bytes that looking at a picture and copying it take at a time."""
    tracemalloc.start()
    try:
        copy_of(look("証拠.png", body).kind, body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_entries_that_all_point_at_the_same_bytes_are_not_followed(format):
    body = pictures.fuse(format, 1024 * 1024)  # followed, it takes 250 times its size
    assert most_memory(body) < 4 * len(body)


def test_colours_that_swell_or_come_again_and_again_are_not_taken_along():
    profile = pictures.chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 1_000_000))
    primaries = pictures.chunk(b"cHRM", b"\1" * 1024 * 1024)  # each number of it would become an object of Python
    body = pictures.with_chunks(*[profile] * 1_000, primaries)
    assert most_memory(body) < 4 * len(body)
    copy = copy_of("image/png", body)
    assert copy.count(b"iCCP") == 1 and b"cHRM" not in copy
    assert pictures.pixels(copy) == pictures.pixels(pictures.with_chunks())


def test_a_photo_with_the_tables_of_a_thousand_photos_is_refused():
    photo = pictures.jpeg()
    frame = photo.index(b"\xff\xc0")
    again = pictures.segment(0xC0, b"\x08\0\x20\0\x30\x03" + bytes(9))
    long = pictures.segment(0xC0, b"\x08\0\x20\0\x30\x03" + bytes(60_000))
    quantization = pictures.segment(0xDB, bytes(65) * 1_000)
    for more in (again, long, quantization):
        assert "壊れている" in refused("写真.jpg", photo[:frame] + more + photo[frame:])
    levels = pictures.segment(0xDE, b"\x08\0\x20\0\x30\x03" + bytes(60_000)) * 10
    body = photo[:frame] + levels + photo[frame:]
    assert most_memory(body) < 4 * len(body) and b"\xff\xde" not in copy_of("image/jpeg", body)


def with_texts(format: str, number: int, size: int) -> bytes:
    text = (pictures.XMP + b"x" * size)[-size:]
    if format == "JPEG":
        body = pictures.jpeg(position=False)
        return body[:2] + pictures.segment(0xE1, text) * number + body[2:]
    if format == "PNG":
        return pictures.with_chunks(*[pictures.chunk(b"iTXt", text)] * number)
    body = pictures.webp()[12:] + (b"XMP " + size.to_bytes(4, "little") + text) * number
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WEBP" + body


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_in_thousands_of_parts_that_are_no_picture_is_refused(format):
    assert "壊れている" in refused("証拠.png", with_texts(format, MOST_ASIDE + 1, 400))
    look("証拠.png", with_texts(format, MOST_ASIDE - 50, 400))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_texts_of_twenty_megabytes_take_no_memory_but_that_of_the_longest(format):
    body = with_texts(format, MOST_ASIDE - 50, 10_000)
    assert len(body) > 18 * 1024 * 1024
    assert most_memory(body) < 4 * 1024 * 1024


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("width", [3, 4])
def test_a_position_and_a_turn_are_found_in_both_orders_of_bytes(format, order, width):
    tags = (0x010F, 2, 4, 0x41414100), (0x0112, width, 1, 6), (0x8825, 4, 1, 50)
    place = pictures.directory(order, (0, 1, 4, 0x02030000), (5, 1, 1, 0))[8:]
    body = pictures.telling(format, pictures.directory(order, *tags, behind=place))
    looked = look("証拠.png", body)
    assert "position" in looked.notes
    copy = copy_of(looked.kind, body)
    assert "position" not in look("証拠.png", copy).notes
    with Image.open(io.BytesIO(copy)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
    still = pictures.telling(format, pictures.directory(order, tags[0]))
    assert "position" not in look("証拠.png", still).notes and b"II*\0" not in copy_of(looked.kind, still)


@pytest.mark.parametrize(
    ("block", "position"),
    [
        (pictures.directory("<", (0x8825, 4, 1, 26), behind=b"\0\0"), False),  # nothing in it
        (pictures.directory("<", (0x8825, 4, 1, 26), behind=b"\1\0"), True),
        (pictures.directory("<", (0x8825, 4, 1, 0)), False),
        (pictures.directory("<", (0x8825, 4, 1, 0xFFFFFFFF)), True),  # of what cannot be read, the worse is said
        (pictures.directory("<", (0x8825, 4, 1, 26), behind=b"\1\0")[:20], False),
        (b"II*\0\xff\xff\xff\xff", False),
        (b"II*\0\x08\0\0\0\xff\xff", False),
        (b"II", False),
        (b"", False),
        (b"XX*\0\x08\0\0\0", False),
    ],
)
def test_a_directory_that_does_not_hold_is_read_as_far_as_it_goes(block, position):
    assert exif.told(block) == exif.told(b"Exif\0\0" + block) == exif.Told(0, position)


@how(max_examples=200, deadline=None)
@given(
    st.sampled_from(["<", ">"]),
    st.dictionaries(
        st.sampled_from([0x0100, 0x010F, 0x0112, 0x8769]),
        st.tuples(st.sampled_from([3, 4]), st.integers(0, 0xFFFF)),
    ),
)
def test_a_turn_is_read_as_other_programs_read_it(order, entries):
    block = pictures.directory(order, *((tag, type, 1, value) for tag, (type, value) in sorted(entries.items())))
    tags = Image.Exif()
    tags.load(b"Exif\0\0" + block)
    assert exif.told(block) == exif.Told(tags.get(0x0112, 0), False)


ENTRIES = st.tuples(
    st.sampled_from([0x0112, 0x8825, 0x8769, 0x010F]) | st.integers(0, 0xFFFF),
    st.integers(0, 14).filter(lambda type: type != 3),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 80) | st.integers(0, 0xFFFFFFFF),
)


@how(max_examples=300, deadline=None)
@given(
    format=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    order=st.sampled_from(["<", ">"]),
    entries=st.lists(ENTRIES, max_size=6),
    said=st.integers(0, 0xFFFF) | st.none(),
    start=st.integers(0, 0xFFFFFFFF) | st.none(),
    behind=st.binary(max_size=40),
    cut=st.integers(0, 200),
)
def test_no_directory_however_broken_leads_to_a_fault_or_into_a_copy(format, order, entries, said, start, behind, cut):
    block = bytearray(pictures.directory(order, *entries, behind=behind))
    end = {"<": "little", ">": "big"}[order]
    if start is not None:
        block[4:8] = start.to_bytes(4, end)
    if said is not None:
        block[8:10] = said.to_bytes(2, end)
    body = pictures.telling(format, bytes(block[:cut]))
    kind = look("証拠.png", body).kind
    copy = copy_of(kind, body)
    with Image.open(io.BytesIO(copy)) as image:
        assert set(image.getexif()) <= {0x0112}
    assert pictures.pixels(copy)


@how(max_examples=300, deadline=None)
@given(st.sampled_from([b"", b"II*\0", b"MM\0*", b"Exif\0\0II*\0\x08\0\0\0"]), st.binary(max_size=200))
def test_no_bytes_at_all_are_a_fault_of_a_block(head, tail):
    assert exif.upright(exif.told(head + tail).turn) in {b"", *map(exif.upright, range(2, 9))}


MUTANTS = [body for _name, body in SAMPLES.values()] + [PDF, pictures.moving("WEBP"), pictures.moving("PNG")]


@how(max_examples=300, deadline=None)
@given(
    body=st.sampled_from(MUTANTS),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=6)), max_size=6),
    behind=st.binary(max_size=20),
)
def test_no_mutation_of_a_file_leads_to_anything_but_a_sentence_or_a_copy(body, cut, changes, behind):
    mutant = bytearray(body[: int(len(body) * max(cut, 0.01))] if cut < 0.7 else body)
    for where, what in changes:
        at = int(where * len(mutant))
        mutant[at : at + len(what)] = what
    sent = bytes(mutant) + behind
    try:
        kind = look("証拠.png", sent).kind
    except NotAllowed as no:
        assert "証拠.png" in str(no)
    else:
        copy = copy_of(kind, sent)
        assert copy_of(kind, copy) == copy and look("証拠.png", copy).kind == kind


@how(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8 ", b"%PDF-1.4", b"\0\0\0\x18ftyp"]
    ),
    st.binary(max_size=400),
)
def test_no_bytes_at_all_lead_to_anything_but_a_sentence_or_a_copy(head, tail):
    try:
        copy_of(look("証拠.png", head + tail).kind, head + tail)
    except NotAllowed as no:
        assert "証拠.png" in str(no)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("証拠画像.png", "証拠画像.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\写真\\顔.jpg", "顔.jpg"),
        ("請求書\u202egnp.exe", "請求書gnp.exe"),
        ("ゼロ\u200b幅\ufeff.png", "ゼロ幅.png"),
        ("😀髙﨑㈱①.png", "😀髙﨑㈱①.png"),
        ("神\U000e0100.png", "神\U000e0100.png"),
        ("あ" * 350 + ".png", "あ" * 116 + ".png"),
        ("改\r\n行\0.png", "改行.png"),
        ("a\ud800b.png", "ab.png"),
        ("..", "（名前のないファイル）"),
        ("  ", "（名前のないファイル）"),
        ("folder/", "（名前のないファイル）"),
    ],
)
def test_a_name_is_shown_without_what_cannot_be_seen(sent, shown):
    assert shown_name(sent) == shown


def test_a_file_is_saved_with_the_ending_of_what_it_is():
    assert saved_name("写真.exe", "image/png") == "写真.exe.png"
    assert saved_name("写真.JPG", "image/jpeg") == "写真.JPG"
