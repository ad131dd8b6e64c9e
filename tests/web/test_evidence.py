"""Evidence through the doors: taken in at the form and at the desk, seen as a copy, the original opened on record."""

import io

import pytest
from hypothesis import HealthCheck, given, settings as how, strategies as st
from sqlmodel import select

from tests import make, pictures
from tests.scanner import EICAR, NAME, running_scanner
from tests.web.claimant import PDF, files, send, text
from tests.web.desk import member, post, token, words
from tracker.casework import evidence, journal
from tracker.casework.evidence import FileIn, scanning
from tracker.jobs import tasks
from tracker.law.facts import Fact
from tracker.models import Case, Event, Evidence, Staff, Upload, Verdict

AT = "2026-05-01T10:42:00+09:00"
TAB = "/desk/cases/TH-2026-000001?tab=evidence"
SANDBOX = "sandbox; default-src 'none'"


@pytest.fixture(autouse=True)
def _frozen(freezer):
    freezer.move_to(AT)


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def add(database, service):
    """Gives a case a file, and the file's id."""
    with database.writing() as session:
        notice = make.make_notice(session, service)

    def add(name: str, body: bytes, verdict: Verdict | None = None, virus: str = ""):
        with database.writing() as session:
            upload = evidence.keep(session, name, FileIn(name, body), at=make.instant(AT))
            case = session.get_one(Case, notice.case_id)
            evidence.attach(session, case, [upload], actor=journal.CLAIMANT, at=make.instant(AT))
            row = session.exec(select(Evidence).where(Evidence.sha256 == upload.sha256)).one()
            row.verdict, row.virus, row.scanned_at = verdict, virus, make.instant(AT) if verdict else None
            session.add(row)
            return row.id

    return add


def opened(database) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == Fact.EVIDENCE_OPENED)))


def test_staff_see_a_copy_without_a_position_and_the_original_stays_as_it_was(app, database, add):
    body = pictures.jpeg(6, behind=b"PK\x03\x04 something")
    id = add("写真\u202e.png", body)
    client = member(app)

    copy = client.get(f"/desk/evidence/{id}")
    original = post(client, f"/desk/evidence/{id}/original")

    assert copy.status_code == original.status_code == 200
    assert b"GPSLatitude" not in copy.data and b"something" not in copy.data
    assert pictures.pixels(copy.data) == pictures.pixels(body)
    assert original.data == body
    for answer, kind in ((copy, "image/jpeg"), (original, "application/octet-stream")):
        assert answer.mimetype == kind and answer.headers["Content-Disposition"].startswith("attachment;")
        assert "%E5%86%99%E7%9C%9F.png.jpg" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Security-Policy"] == SANDBOX
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
    [event] = opened(database)
    with database.reading() as session:
        reader = session.exec(select(Staff)).one()
        assert event.actor == journal.staff(reader.id) and event.data["said"] == {"file": str(id)}
    page = words(client.get(TAB))
    for said in ("位置情報）があります", "後ろに別のデータがあります", "中身の種類が違います", "検査: していません"):
        assert said in page
    assert "証拠の原本を開いた" in words(client.get("/desk/cases/TH-2026-000001?tab=history"))


def test_a_pdf_comes_as_it_was_sent_and_the_page_says_so(app, database, add):
    id = add("委任状.pdf", PDF)
    client = member(app)
    assert client.get(f"/desk/evidence/{id}").data == PDF
    assert "PDFは送られたまま" in words(client.get(TAB))
    assert opened(database) == []


def test_a_file_with_a_virus_is_opened_only_by_who_says_that_they_know(app, database, add):
    id = add("書面.pdf", PDF + EICAR, Verdict.INFECTED, NAME)
    client = member(app)

    page = client.get(TAB)
    refused = client.get(f"/desk/evidence/{id}")
    unsure = post(client, f"/desk/evidence/{id}/original")

    assert "ウイルスが見つかりました" in words(page) and NAME in words(page)
    assert f'href="/desk/evidence/{id}"' not in page.text
    assert refused.status_code == unsure.status_code == 422 and opened(database) == []
    assert "写しは開けません" in words(refused) and f'href="#f-copy-{id}"' in refused.text
    assert "危険を確かめる欄" in words(unsure) and f'href="#f-sure-{id}"' in unsure.text
    assert post(client, f"/desk/evidence/{id}/original", sure="1").data == PDF + EICAR
    assert len(opened(database)) == 1


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (None, "ウイルス検査: していません"),
        (Verdict.CLEAN, "ウイルス検査: 見つからず（5/1 10:42）"),
        (Verdict.TOO_BIG, "大きすぎて検査できず"),
        (Verdict.UNREADABLE, "ファイルを読めず"),
    ],
)
def test_the_desk_says_what_is_known_of_viruses_and_keeps_nothing_back_but_an_infected_file(app, add, verdict, says):
    id = add("画面.png", pictures.png(), verdict)
    client = member(app)
    assert says in words(client.get(TAB))
    assert client.get(f"/desk/evidence/{id}").status_code == 200


def test_a_file_that_waits_for_the_scanner_says_so(app, add):
    app.extensions["settings"].clamd = "127.0.0.1:3310"
    add("画面.png", pictures.png())
    assert "ウイルス検査: 検査待ち" in words(member(app).get(TAB))


def test_a_filing_does_not_wait_for_the_scanner(app, database, service):
    with running_scanner() as scanner:
        app.extensions["settings"].clamd = scanner.address
        scanner.mute = True
        assert send(app.test_client(), attach=[("書面.pdf", PDF + EICAR)]).status_code == 303
        assert scanner.asked == 0
        scanner.mute = False
        database.info["settings"].clamd = scanner.address
        tasks.scan_evidence(database, lambda: make.instant(AT))
    with database.reading() as session:
        assert session.exec(select(Evidence.verdict)).one() is Verdict.INFECTED


def test_the_original_is_for_forms_of_the_desk_only(app, database, add):
    id = add("画面.png", pictures.png())
    client = member(app)
    assert client.get(f"/desk/evidence/{id}/original").status_code in (404, 405)
    assert client.post(f"/desk/evidence/{id}/original").status_code == 400
    assert app.test_client().post(f"/desk/evidence/{id}/original").status_code in (303, 400, 401)
    assert post(client, "/desk/evidence/00000000-0000-0000-0000-000000000000/original").status_code == 404
    assert opened(database) == []


def test_a_picture_taken_in_before_files_were_looked_at_has_no_copy_but_its_original(app, database, add):
    id = add("画面.png", pictures.png())
    with database.writing() as session:
        row = session.get_one(Evidence, id)
        row.kind = "image/jpeg"
        session.add(row)
    client = member(app)
    answer = client.get(f"/desk/evidence/{id}")
    assert answer.status_code == 422 and "写しを作れません" in words(answer)
    assert post(client, f"/desk/evidence/{id}/original").data == pictures.png()


NAMES = ["../../etc/passwd.png", "請求書\u202egnp.exe", "あ" * 350 + ".png", "😀\u200b.png", "  .png", "a'b;<b>.png"]


def test_files_with_strange_names_are_filed_and_shown_harmlessly(app, database, service):
    attach = [(name, pictures.jpeg(size=(40 + n, 30))) for n, name in enumerate(NAMES)]
    assert send(app.test_client(), attach=attach).status_code == 303
    client = member(app)
    page = client.get(TAB)
    assert "passwd.png" in page.text and "etc/passwd" not in page.text and "\u202e" not in page.text
    assert "<b>.png" not in page.text and "&lt;b&gt;.png" in page.text
    with database.reading() as session:
        ids = session.exec(select(Evidence.id)).all()
    assert len(ids) == len(NAMES)
    for id in ids:
        assert client.get(f"/desk/evidence/{id}").status_code == 200


REFUSED = {
    "絵.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "開くとプログラムが動く"),
    "頁.png": (b"<html><script>alert(1)</script>", "開くとプログラムが動く"),
    "爆弾.zip": (b"PK\x03\x04" + b"\0" * 99, "圧縮ファイルか"),
    "IMG_0042.HEIC": (b"\0\0\0\x18ftypheic" + b"\0" * 99, "iPhoneなどの写真の形式"),
    "半分.jpg": (pictures.jpeg()[:-300], "途中で切れています"),
    "空.png": (b"", "空のファイル"),
    "巨大.png": (pictures.bomb(60_000, 60_000), "縦横の大きさ"),
}


def test_the_form_says_of_each_file_that_is_not_taken_what_to_send_instead_and_keeps_the_rest(app, database, service):
    attach = [(name, body) for name, (body, _says) in REFUSED.items()] + [("写真.png", pictures.jpeg())]
    answer = send(app.test_client(), attach=attach)
    assert answer.status_code == 422
    for _body, says in REFUSED.values():
        assert says in text(answer)
    assert "受け取った添付(1個)" in text(answer) and "円満に退職" in answer.text


def paper(client, *attach, **changes):
    """A letter as staff enter it."""
    data = {
        "token": "a" * 32,
        "standing": "person",
        "rights": "honor",
        "url": "https://tsumugi.example/p/3",
        "reason": "別紙のとおりです。",
        "name": "水原 あかり",
        "channel": "fax",
        "received_at": "2026-04-30T09:00:00",
        "by_published_method": "no",
        "csrf_token": token(client.get("/desk/").text),
    } | changes
    data["evidence"] = files(*attach)
    return client.post("/desk/new/tsumugi", data=data, content_type="multipart/form-data")


def test_staff_filing_takes_and_refuses_the_same_files(app, database, service):
    client = member(app)
    attach = [(name, body) for name, (body, _says) in REFUSED.items()] + [("写真.png", pictures.jpeg())]
    answer = paper(client, *attach)
    assert answer.status_code == 422
    for _body, says in REFUSED.values():
        assert says in words(answer)
    assert "写真.png" in words(answer)
    assert paper(client).status_code == 303
    with database.reading() as session:
        assert session.exec(select(Evidence.notes)).one() == ["position", "renamed"]


def test_a_file_above_the_limit_costs_staff_nothing_they_typed(app, database, service):
    app.extensions["settings"].evidence_bytes = 1024 * 1024
    client = member(app)
    answer = paper(client, ("走査.pdf", PDF + b"\0" * (30 * 1024 * 1024)), ("写真.jpg", pictures.jpeg()))
    assert answer.status_code == 422 and "「走査.pdf」は1MBより大きいため" in words(answer)
    assert "別紙のとおりです。" in answer.text and "写真.jpg" in words(answer)


MUTANTS = [pictures.jpeg(), pictures.png(), pictures.webp(), PDF]


@how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.sampled_from(MUTANTS),
    cut=st.floats(0, 1),
    where=st.floats(0, 0.99),
    what=st.binary(max_size=8),
    name=st.text(max_size=40),
)
def test_no_mutated_file_under_any_name_leads_to_a_fault(app, service, body, cut, where, what, name):
    mutant = bytearray(body if cut > 0.5 else body[: int(2 * cut * len(body))])
    at = int(where * len(mutant))
    mutant[at : at + len(what)] = what
    name = name.encode("utf-8", "replace").decode().translate(dict.fromkeys(map(ord, '\r\n\0"\\'))) or "x"
    data = {"token": "b" * 32, "evidence": [(io.BytesIO(bytes(mutant)), name)]}
    answer = app.test_client().post(
        "/s/tsumugi/", data=data, content_type="multipart/form-data", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 422


def test_the_desk_says_that_a_file_could_not_be_scanned_and_will_be_again(app, database, add):
    app.extensions["settings"].clamd = "127.0.0.1:3310"
    id = add("画面.png", pictures.png())
    with database.writing() as session:
        scanning.note_try(session, id, at=make.instant(AT))
    assert "検査できず、後でやり直します（5/1 10:42）" in words(member(app).get(TAB))


def test_who_signed_in_is_not_measured_by_address(app, database, service):
    app.extensions["settings"].evidence_bytes, app.extensions["settings"].evidence_files = len(PDF), 1
    client = member(app)
    for n in range(7):
        assert paper(client, ("書面.pdf", PDF), token=f"{n:032x}", name="").status_code == 422
    with database.reading() as session:
        assert len(session.exec(select(Upload)).all()) == 7
