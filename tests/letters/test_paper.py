"""受付票の紙面: a real PDF, read as a court, a screen reader and a phone would read it."""

import json
import re
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
import typst
import zxingcpp
from hypothesis import HealthCheck, given as of, settings as with_settings, strategies as st
from PIL import Image
from pypdf import PdfReader

from tracker.casework import calendars, carried
from tracker.law.grounds import Force
from tracker.letters import paper

VERIFY = "https://kigen.tsumugi.example/receipts/verify"
KEYS = "https://kigen.tsumugi.example/.well-known/kigen-receipt-keys.json"
NAME = "receipt-TH-2026-000001-1.json"


def digest(of: object) -> str:
    return sha256(str(of).encode()).hexdigest()


def made_file(attachments: int = 1, due: dict | None = None, given: list | None = None, **changes) -> bytes:
    """A receipt as it is stored; its signature is of no key, which the page does not judge."""
    content = {
        "format": "kigen-receipt/1", "number": "TH-2026-000001",
        "provider": "株式会社つむぎネットワーク", "service": "つむぎ広場",
        "channel": "form", "items": 3,
        "filing": {"format": "kigen-filing/1", "form_version": "2026-05", "sha256": digest("filing")},
        "attachments": given
        or [{"kind": "image/png", "size": 1234567 + n, "sha256": digest(n)} for n in range(attachments)],
        "received_at": "2026-04-28T00:14:37Z", "received_at_japan": "2026-04-28T09:14:37+09:00",
        "due": {
            "last_day": "2026-05-05", "before": "2026-05-06T00:00:00+09:00", "rule": "reply",
            "article": "法25条1項・規則16条",
            "force": "duty", "edition": "2026-04-01", "calendar": digest("calendar"),
        } | (due or {}),
        "replaces": None, "key": digest("key")[:32], "issued_at": "2026-04-28T00:14:38Z",
    } | changes  # fmt: skip
    signed = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return b'{"receipt":%s,"signature":"%s"}' % (signed, (digest("one") + digest("two")).encode())


def more(file: bytes) -> dict:
    """What else a page is made with."""
    calendar = calendars.working_calendar()
    return {"calendar": calendar, "verify": VERIFY, "keys": KEYS, "digits": carried.in_digits(file)}


def made(file: bytes) -> bytes:
    return paper.receipt(file, NAME, **more(file))


def words(pdf: bytes) -> str:
    """The text of all pages, without blanks and the ends of lines."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def scanned(file: bytes) -> str:
    """What a phone reads from the first page as it is printed."""
    drawn = typst.compile(
        paper.RECEIPT.read_bytes(), format="png", ppi=300, sys_inputs=paper.inputs(file, NAME, **more(file)),
        font_paths=[paper.FONTS], ignore_system_fonts=True,
    )  # fmt: skip
    first = drawn[0] if isinstance(drawn, list) else drawn
    found = zxingcpp.read_barcodes(Image.open(BytesIO(first)).convert("L"))
    return found[0].text


def test_it_says_all_that_was_signed():
    file = made_file(2)
    text = words(made(file))
    payload = file[len(b'{"receipt":') : file.rindex(b',"signature"')]
    for said in (
        "TH-2026-000001", "2026年4月28日(火)9時14分37秒", "2026年5月5日(火・祝)が終わるまで", "義務",
        "法25条1項・規則16条",
        "株式会社つむぎネットワーク", "つむぎ広場", "申出の窓口", "投稿3件、添付2点", "1,234,568バイト",
        VERIFY, KEYS, NAME,
        digest("filing"), digest(0), digest(1), digest("key")[:32], digest("one") + digest("two"),
        sha256(payload).hexdigest(), "2026年4月28日(火)9時14分38秒", "verify_receipt.py",
    ):  # fmt: skip
        assert said in text, said


def test_the_signed_file_lies_inside_byte_for_byte():
    file = made_file()
    attached = PdfReader(BytesIO(made(file))).attachments
    assert dict(attached) == {NAME: [file]}
    assert carried.receipt_in(made(file)) == file


def test_a_screen_reader_and_an_archive_are_promised_what_they_need():
    pdf = PdfReader(BytesIO(made(made_file())))
    root, info = pdf.trailer["/Root"], pdf.metadata
    about = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about and "<pdfaid:part>3</pdfaid:part>" in about
    assert root["/Lang"].startswith("ja") and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert info.title == "受付票 TH-2026-000001" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    assert info.creation_date.isoformat() == "2026-04-28T00:14:38+00:00"


def test_the_picture_of_the_code_is_told_in_words():
    assert "QRコード" in str(structure(PdfReader(BytesIO(made(made_file()))).trailer["/Root"]["/StructTreeRoot"]))


def structure(node: dict) -> list:
    """The texts that stand for pictures, anywhere in the tree of a tagged PDF."""
    inner = node.get("/K", [])
    inner = [k.get_object() for k in (inner if isinstance(inner, list) else [inner])]
    return ([node["/Alt"]] if "/Alt" in node else []) + [a for k in inner if isinstance(k, dict) for a in structure(k)]


def test_the_same_receipt_is_the_same_pdf():
    assert made(made_file()) == made(made_file())
    assert made(made_file()) != made(made_file(items=4))


@pytest.mark.parametrize(("attachments", "pages"), [(0, 1), (3, 1), (20, 2)])
def test_it_takes_one_sheet_and_repeats_the_heading_on_the_next(attachments, pages):
    pdf = made(made_file(attachments))
    read = PdfReader(BytesIO(pdf))
    assert len(read.pages) == pages and len(pdf) < 200_000
    assert all("要約値" in page.extract_text() for page in read.pages)
    text = words(pdf)
    assert [n for n in range(attachments) if digest(n) not in text] == []


@pytest.mark.parametrize("attachments", [0, 3, 20])
def test_the_code_on_paper_carries_the_whole_receipt(attachments):
    file = made_file(attachments)
    said = scanned(file)
    assert said == f"{VERIFY}#{carried.in_digits(file)}"
    assert carried.receipt_in(said.encode()) == file


def test_a_receipt_too_long_for_a_code_is_found_by_its_address_and_says_so():
    file = made_file(40)
    assert scanned(file) == VERIFY
    text = words(made(file))
    assert "QRコードにはページのアドレスだけが入っています" in text and "内容と署名の全部が入っています" not in text


@pytest.mark.parametrize("name", ["#[x] *a* $b$ _c_", "#panic()", "= 見出し", r"\u{41} \ // <a> @b `c`", '"); #sys'])
def test_names_are_never_read_as_markup(name):
    assert re.sub(r"\s", "", name) in words(made(made_file(provider=name, service=name)))


def test_a_character_that_the_font_lacks_is_printed_as_its_code():
    text = words(made(made_file(provider="髙﨑𠮷商店", service="葛\U000e0100城😀①㈱")))
    assert "髙﨑〔U+20BB7〕商店" in text and "城〔U+1F600〕①㈱" in text


@of(st.text(max_size=12))
@with_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_can_be_printed(name):
    shown = paper.printed(name)
    assert paper.printed(shown) == shown


def test_a_voluntary_day_is_no_duty_and_cites_no_article():
    text = words(made(made_file(due={"force": "voluntary"})))
    assert "お知らせする目標" in text and "任意" in text and "法の義務ではなく" in text
    assert "期限" not in text and "法25条" not in text


@pytest.mark.parametrize("force", Force)
def test_every_force_has_its_words(force):
    assert "2026年5月5日" in words(made(made_file(0, due={"force": force.value})))


def test_a_corrected_receipt_names_the_one_it_replaces():
    text = words(made(made_file(replaces=digest("before"), channel="fax")))
    assert "受け付けた日時を訂正しました" in text and digest("before") in text and "ファクス" in text


def test_a_proof_of_authority_is_named_as_one():
    one = {"kind": "application/pdf", "size": 10, "sha256": digest("proof"), "authority": True}
    assert "添付1（委任状など）PDF、10バイト" in words(made(made_file(given=[one])))


def test_the_day_is_a_holiday_by_the_calendar_of_the_receipt():
    file = made_file(due={"last_day": date(2026, 5, 8).isoformat()})
    assert "2026年5月8日(金)が終わるまで" in words(made(file))
