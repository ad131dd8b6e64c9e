"""署名付きの受付票 at the public door: saved, checked by anybody, never shown back, never kept."""

import io
import json
import re
from hashlib import sha256

import pytest
from pypdf import PdfReader
from sqlalchemy import text as sql

from tests import make
from tests.web.claimant import PDF, send, text
from tools import verify_receipt as tool
from tracker import create_app
from tracker.casework import carried, intake, receipts, signing
from tracker.law.grounds import Channel

HERE = {"Sec-Fetch-Site": "same-origin"}
KEYS = "/.well-known/kigen-receipt-keys.json"


@pytest.fixture
def client(app, database):
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


@pytest.fixture
def place(client, freezer):
    """The address of a receipt."""
    freezer.move_to("2026-04-28T09:14:37+09:00")
    return send(client, attach=[("証明書.pdf", PDF)]).location


@pytest.fixture
def file(client, place) -> bytes:
    """The signed receipt as it is saved."""
    return client.get(f"{place}/receipt-1.json").data


def check(client, pasted: str = "", chosen: bytes | None = None, **more):
    """Send the page's form as a browser does."""
    data = {"receipt": pasted, "file": (io.BytesIO(chosen or b""), "receipt.json" if chosen is not None else "")}
    return client.post("/receipts/verify", data=data, content_type="multipart/form-data", headers=HERE, **more)


def test_the_receipt_offers_its_file_and_a_fingerprint(client, place, file):
    page = client.get(place)
    words = text(page)
    assert "署名付きの受付票" in words and "受付票のデータ（JSON）を保存" in words
    payload = file[len(b'{"receipt":') : file.rindex(b',"signature"')]
    digest = sha256(payload).hexdigest()
    assert " ".join(digest[i : i + 4] for i in range(0, 64, 4)) in words
    assert f"{place}/receipt-1.json" in page.get_data(as_text=True)


def test_the_files_are_saved_and_not_opened_and_kept_by_no_cache(client, place):
    for name in ("receipt-1.json", "filing.json"):
        answer = client.get(f"{place}/{name}")
        assert answer.status_code == 200 and answer.mimetype == "application/json"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_published_keys_prove_what_was_saved_without_kigen(client, place, file):
    answer = client.get(KEYS)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    content = tool.check(file, tool.read_keys(answer.data))
    assert content["number"] == "TH-2026-000001"
    assert content["filing"]["sha256"] == sha256(client.get(f"{place}/filing.json").data).hexdigest()
    assert [one["sha256"] for one in content["attachments"]] == [sha256(PDF).hexdigest()]


def test_the_private_part_of_a_key_is_published_nowhere(client, place, database):
    with database.reading() as session:
        row = signing.keys(session)[0]
    published = client.get(KEYS).json["keys"]
    assert [set(key) for key in published] == [{"kty", "crv", "alg", "use", "kid", "x", "created_at", "retired_at"}]
    assert row.private_sealed.hex() not in client.get(KEYS).text and '"d"' not in client.get(KEYS).text


def test_before_the_first_filing_no_key_is_published(client):
    assert client.get(KEYS).json == {"keys": []}


@pytest.mark.parametrize("part", ["receipt-2.json", "receipt-0.json", "receipt-x.json", "other.json"])
def test_there_is_no_other_file(client, place, part):
    assert client.get(f"{place}/{part}").status_code == 404


@pytest.mark.parametrize("name", ["receipt-1.json", "filing.json"])
def test_a_wrong_secret_opens_no_file(client, place, name):
    wrong = place.rsplit("/", 1)[0] + "/kaki-kuke-kosa-suse-sota-teto-nani"
    answer, unknown = client.get(f"{wrong}/{name}"), client.get(f"{wrong}/{name}".replace("000001", "000009"))
    assert answer.status_code == unknown.status_code == 404 and text(answer) == text(unknown)


@pytest.mark.parametrize("how", ["pasted", "chosen"])
def test_a_genuine_receipt_is_called_genuine_with_what_it_states(client, file, how):
    answer = check(client, pasted=file.decode()) if how == "pasted" else check(client, chosen=file)
    words = text(answer)
    assert answer.status_code == 200
    for said in (
        "本物です",
        "TH-2026-000001",
        "2026年4月28日(火) 9時14分37秒",
        "投稿1件、添付1点",
        "5月5日(火・祝)が終わるまで",
        "義務",
    ):
        assert said in words, said
    assert "今の記録にありません" not in words and "新しい受付票" not in words


def test_one_changed_character_is_told(client, file):
    answer = check(client, pasted=file.decode().replace("2026-05-05", "2026-05-06"))
    assert answer.status_code == 200 and "本物ではありません" in text(answer) and "1文字以上違います" in text(answer)


def test_the_key_of_another_provider_is_told(client, file):
    kid = json.loads(file)["receipt"]["key"]
    answer = check(client, pasted=file.decode().replace(kid, "0" * 32))
    assert answer.status_code == 200 and "知らない鍵です" in text(answer)


@pytest.fixture
def corrected(client, database, freezer) -> str:
    """The address of a receipt that replaced one."""
    freezer.move_to("2026-04-30T10:00+09:00")
    at, true = make.instant("2026-04-29T10:00+09:00"), make.instant("2026-04-27T16:40+09:00")
    with database.writing() as session:
        staff, service = make.make_staff(session), make.make_service(session, slug="two", prefix="TW")
        arrived = make.instant("2026-04-28T09:14:37+09:00")
        notice = intake.file(
            session, service, make.make_filing(), at=at, received_at=arrived, channel=Channel.FAX, entered_by=staff.id
        )
        receipts.acknowledge(session, service, notice, at=at)
        receipts.correct_receipt(session, notice, true, reason="読み違えた", by=staff.id, at=at)
        return f"/s/two/receipt/{notice.number}/{receipts.status_secret(session, notice)}"


def test_a_receipt_of_before_a_correction_is_genuine_and_said_to_be_replaced(client, corrected):
    place = corrected
    words = text(client.get(place))
    assert (
        "受け付けた日時を訂正しました" in words
        and "前の受付票（受け付けた日時は2026年4月28日(火) 9時14分37秒）" in words
    )
    old = client.get(f"{place}/receipt-1.json").text
    words = text(check(client, pasted=old))
    assert "本物です" in words and "この後に、新しい受付票を出しています" in words
    assert "新しい受付票" not in text(check(client, pasted=client.get(f"{place}/receipt-2.json").text))


def test_a_receipt_that_is_on_no_record_of_ours_is_said_to_be(client, file, database):
    with database.writer.begin() as connection:
        connection.execute(sql("drop trigger receipt_kept"))
        connection.execute(sql("delete from receipt"))
    words = text(check(client, pasted=file.decode()))
    assert "本物です" in words and "同じ受付票が、今の記録にありません" in words


SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "pasted", ["", "   \r\n", "水原 あかり", SCRIPT, "[" * 30_000, "{}", "x" * 200_000, "\x00\ud7ff髙﨑"]
)
def test_whatever_else_is_pasted_gets_the_page_again_with_a_sentence(client, pasted):
    answer = check(client, pasted=pasted)
    assert answer.status_code == 422 and "まだ確かめられていません" in text(answer)
    assert 'aria-invalid="true"' in answer.text


def test_the_copy_of_a_filing_is_told_from_a_receipt(client, place):
    copy = client.get(f"{place}/filing.json").data
    for answer in (check(client, chosen=copy), check(client, pasted=copy.decode())):
        assert answer.status_code == 422
        assert "これは「申出の写し」で、受付票ではありません。" in text(answer) and "円満" not in answer.text


def test_what_was_sent_is_called_by_what_it_was(client):
    pasted, chosen, nothing = "貼り付けたものは、残していません", "選ばれたファイルは、残していません", "残していません"
    assert pasted in text(check(client, pasted="x"))
    assert chosen in text(check(client, chosen=b"x")) and pasted not in text(check(client, chosen=b"x"))
    assert nothing not in text(check(client))


def test_the_command_that_the_page_shows_is_one_that_the_tool_takes(settings, database):
    for base, keys in (
        ("http://127.0.0.1:8000", "kigen-receipt-keys.json"),
        ("https://kigen.example", f"https://kigen.example{KEYS}"),
    ):
        app = create_app(settings.model_copy(update={"base_url": base}))
        page = text(app.test_client().get("/receipts/verify"))
        assert f"python3 verify_receipt.py receipt-受付番号-1.json {keys}" in page
        assert ("道具と鍵の一覧を保存し" in page) is not base.startswith("https")


@pytest.mark.parametrize("chosen", [b"\xff\xfe\x00", b"\x89PNG\r\n", b"{" * 100_000, b"\xed\xa0\x80"])
def test_a_file_that_is_no_receipt_gets_the_page_again(client, chosen):
    assert check(client, chosen=chosen).status_code == 422


@pytest.mark.parametrize("sent", [{"pasted": "x" * 300_000}, {"chosen": b"x" * 300_000}, {"chosen": b"x" * 30_000_000}])
def test_what_is_too_big_is_refused_in_words(client, sent):
    answer = check(client, **sent)
    assert answer.status_code == 422 and "大きすぎます" in text(answer)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_body_that_is_no_form_of_ours_gets_the_page_again(client, kind):
    assert client.post("/receipts/verify", data=b"\xff\x00{", content_type=kind, headers=HERE).status_code == 422


def test_what_was_pasted_is_never_shown_again(client, file):
    for pasted in (
        "秘密の言葉",
        SCRIPT,
        file.decode().replace("TH-2026", "秘密の言葉"),
        file.decode().replace("つむぎ広場", SCRIPT),
    ):
        answer = check(client, pasted=pasted)
        assert "秘密の言葉" not in answer.text and "alert(1)" not in answer.text


def test_nothing_is_stored_by_checking(client, file, database):
    def counted():
        with database.reader.connect() as connection:
            tables = connection.exec_driver_sql("select name from sqlite_master where type = 'table'").scalars().all()
            return {t: connection.exec_driver_sql(f'select count(*) from "{t}"').scalar_one() for t in tables}

    before = counted()
    check(client, pasted=file.decode())
    check(client, chosen=b"x")
    assert counted() == before


def test_the_page_of_another_site_cannot_ask(client, file):
    answer = client.post("/receipts/verify", data={"receipt": file}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_too_many_checks_are_put_off(client):
    codes = [check(client, pasted="x").status_code for _ in range(61)]
    assert set(codes[:60]) == {422} and codes[60] == 429


def test_the_page_reads_in_english(client, file):
    assert check(client, pasted=file.decode(), query_string={"lang": "en"}).status_code == 200


def test_the_receipt_offers_its_pdf_which_is_saved_and_kept_by_no_cache(client, place, file):
    assert "受付票（PDF）を保存" in text(client.get(place))
    answer = client.get(f"{place}/receipt-1.pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-TH-2026-000001-1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert dict(PdfReader(io.BytesIO(answer.data)).attachments) == {"receipt-TH-2026-000001-1.json": [file]}
    assert client.get(f"{place}/receipt-1.pdf").data == answer.data


def test_the_pdf_holds_neither_secret_nor_name_nor_address(client, place):
    answer = client.get(f"{place}/receipt-1.pdf")
    pdf = PdfReader(io.BytesIO(answer.data))
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages)) + answer.data.decode("latin-1")
    for hidden in (place.rsplit("/", 1)[1], "水原", "akari", "81f02c", "円満"):
        assert hidden not in said


def test_the_pdf_speaks_japanese_whoever_asks(client, place):
    assert client.get(f"{place}/receipt-1.pdf?lang=en").data == client.get(f"{place}/receipt-1.pdf").data


def test_the_pdf_proves_itself_to_the_page_and_without_kigen(client, place):
    pdf = client.get(f"{place}/receipt-1.pdf").data
    words = text(check(client, chosen=pdf))
    assert "本物です" in words and "2026年4月28日(火) 9時14分37秒" in words and "紙面ではありません" in words
    assert tool.check(pdf, tool.read_keys(client.get(KEYS).data))["number"] == "TH-2026-000001"


@pytest.mark.parametrize("shown", ["http://127.0.0.1:8000/receipts/verify#{}", "#{}", "{}"])
def test_what_a_phone_reads_from_the_paper_is_genuine(client, file, shown):
    words = text(check(client, pasted=shown.format(carried.in_digits(file))))
    assert "本物です" in words and "TH-2026-000001" in words


def test_a_wrong_secret_opens_no_pdf_and_no_other_number_is_there(client, place):
    wrong = place.rsplit("/", 1)[0] + "/kaki-kuke-kosa-suse-sota-teto-nani"
    assert client.get(f"{wrong}/receipt-1.pdf").status_code == 404
    assert client.get(f"{place}/receipt-2.pdf").status_code == 404


def test_each_of_two_receipts_has_its_own_pdf(client, corrected):
    for no, day in ((1, "2026年4月28日(火)"), (2, "2026年4月27日(月)")):
        pdf = PdfReader(io.BytesIO(client.get(f"{corrected}/receipt-{no}.pdf").data))
        said = pdf.pages[0].extract_text().replace(" ", "")
        assert day in said and ("受け付けた日時を訂正しました" in said) is (no == 2)
        assert f"/receipt-{no}.pdf" in client.get(corrected).text
