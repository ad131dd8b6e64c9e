"""The intake form: what goes in, what comes back, and that nothing typed or attached is lost."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import func, select

from tests import make
from tests.conftest import make_settings
from tests.web.claimant import PDF, fields, files, png, send, text, value
from tracker import create_app
from tracker.casework import evidence
from tracker.casework.criteria import ClauseText, publish
from tracker.law.grounds import Right
from tracker.models import Case, Evidence, Item, Letter, Notice, Service, Upload
from tracker.web.reading import doubtful, mail_address, normal_url, plain_text, single_line

NOT_YET = "まだ受け付けてはいません"


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def count(database, table) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def one(database, table):
    with database.reading() as session:
        return session.exec(select(table)).one()


def test_the_front_page_leads_to_each_form(client):
    page = client.get("/")
    assert "株式会社つむぎネットワーク" in text(page) and "つむぎ広場" in text(page)
    assert 'href="/s/tsumugi/"' in page.get_data(as_text=True)


def test_the_form_has_a_fresh_token_and_sets_no_cookie(client):
    first, second = client.get("/s/tsumugi/"), client.get("/s/tsumugi/")
    assert re.fullmatch("[0-9a-f]{32}", value(first, "token")) and value(first, "token") != value(second, "token")
    answers = [first, send(client), send(client, name=""), client.get("/s/tsumugi/status")]
    assert not any(answer.headers.getlist("Set-Cookie") for answer in answers)
    assert first.headers["Referrer-Policy"] == "same-origin"


def test_a_missing_service_is_not_found(client):
    assert client.get("/s/nowhere/").status_code == 404
    assert send(client, slug="nowhere").status_code == 404
    assert client.get("/s/%00/").status_code == 404


def test_a_filing_becomes_a_notice_with_evidence_and_receipt_in_one(client, database):
    answer = send(
        client,
        attach=[("画面.png", png()), ("証明書.pdf", PDF)],
        url=["https://tsumugi.example/p/1", "HTTPS://TSUMUGI.example:443/p/./2"],
        quote=["一つ目", "二つ目\r\n続き"],
        account=["@kaze", "@kaze"],
        posted=["4月26日", ""],
        many="https://tsumugi.example/p/3\r\n\r\n https://tsumugi.example/p/4 ",
        rights=["privacy", "honor"],
        primary="privacy",
        circumstances=["danger"],
        tell=["name"],
    )
    assert answer.status_code == 303 and answer.location.startswith("/s/tsumugi/receipt/TH-2026-000001/")
    notice = one(database, Notice)
    assert notice.received_at == make.instant("2026-04-28T09:14:37+09:00")
    assert (notice.rights, notice.primary_right) == (["honor", "privacy"], Right.PRIVACY)
    assert (notice.circumstances, notice.tell) == (["danger"], ["name"])
    case = one(database, Case)
    assert case.fast and case.statutory and case.next_at is not None
    with database.reading() as session:
        items = session.exec(select(Item).order_by(Item.no)).all()
        assert [(i.url, i.url_normal) for i in items[:2]] == [
            ("https://tsumugi.example/p/1", "https://tsumugi.example/p/1"),
            ("HTTPS://TSUMUGI.example:443/p/./2", "https://tsumugi.example/p/2"),
        ]
        assert [i.url for i in items[2:]] == ["https://tsumugi.example/p/3", "https://tsumugi.example/p/4"]
        assert items[1].quote == "二つ目\n続き" and items[0].posted == "4月26日"
        assert len(session.exec(select(Evidence)).all()) == 2
        letter = session.exec(select(Letter)).one()
        assert letter.kind == "receipt"
    assert count(database, Upload) == 0


def test_an_empty_form_says_what_is_missing_and_that_nothing_was_received(client, database):
    answer = client.post("/s/tsumugi/", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    page = text(answer)
    for words in (
        "あなたの立場を選んで",
        "権利を1つ以上",
        "URLを1つ以上",
        "理由を書いて",
        "名前を書いて",
        "印を付けて",
    ):
        assert words in page
    assert NOT_YET in page and "7か所を直すと送れます" in page
    body = answer.get_data(as_text=True)
    for anchor in re.findall(r'href="#([\w-]+)"', body):
        assert f'id="{anchor}"' in body, anchor
    assert count(database, Notice) == 0


def test_what_was_typed_stays_when_something_is_wrong(client):
    answer = send(
        client,
        url=["tumugi example 81f0b7", "https://tsumugi.example/p/2"],
        quote=["<b>一つ目</b>", "二つ目"],
        account=["@kaze", ""],
        posted=["", "昨日"],
        many="https://tsumugi.example/p/3",
        circumstances=["child"],
        tell=["evidence"],
        email="akari.mail.example",
        phone="090-0000-0000",
    )
    assert answer.status_code == 422
    body, page = answer.get_data(as_text=True), text(answer)
    assert "1件目のURLが読み取れません" in page and "「@」を含むメールアドレス" in page
    kept = (
        "tumugi example 81f0b7",
        "&lt;b&gt;一つ目&lt;/b&gt;",
        "二つ目",
        "@kaze",
        "昨日",
        "p/3",
        "akari.mail.example",
    )
    for typed in (*kept, "円満に退職", "水原 あかり", "090-0000-0000"):
        assert typed in body
    for name, chosen in (("standing", "person"), ("rights", "honor"), ("circumstances", "child"), ("tell", "evidence")):
        assert re.search(rf'name="{name}" value="{chosen}"[^>]* checked', body), name
    assert value(answer, "token") == fields()["token"]


def test_a_line_is_added_and_taken_out_without_a_script_and_keeps_everything(client, database):
    more = send(client, do="add", attach=[("画面.png", png())], name="", reason="書きかけ")
    body = more.get_data(as_text=True)
    assert more.status_code == 200 and "か所を直すと" not in text(more)
    assert 'id="url-2"' in body and "書きかけ" in body and "画面.png" in body
    less = send(client, do="drop:1", url=["https://a.example/1", "https://a.example/2"], quote=["一", "二"])
    assert "https://a.example/1" not in less.get_data(as_text=True) and "https://a.example/2" in less.get_data(
        as_text=True
    )
    assert count(database, Notice) == 0


def test_the_enter_key_never_takes_a_line_out(client):
    form = client.get("/s/tsumugi/").get_data(as_text=True).split("<form")[1]
    assert "name=" not in re.search(r"<button[^>]*>", form).group()


def test_three_hundred_urls_are_taken(client, database):
    urls = "\n".join(f"https://tsumugi.example/p/{n}" for n in range(300))
    assert send(client, url=[""], quote=[""], many=urls).status_code == 303
    assert count(database, Item) == 300


def test_three_hundred_lines_with_words_are_taken(client, database):
    n = range(300)
    answer = send(
        client,
        url=[f"https://tsumugi.example/p/{i}" for i in n],
        quote=["あ" * 700 for _ in n],
        account=["" for _ in n],
        posted=["" for _ in n],
    )
    assert answer.status_code == 303
    assert count(database, Item) == 300


def test_one_more_is_refused_and_the_text_stays(client, database):
    urls = "\n".join(f"https://tsumugi.example/p/{n}" for n in range(301))
    answer = send(client, url=[""], quote=[""], many=urls)
    assert answer.status_code == 422 and "いま301件あります" in text(answer)
    assert "https://tsumugi.example/p/300" in answer.get_data(as_text=True)
    assert count(database, Notice) == 0


def test_an_oversize_file_is_named_and_text_and_other_files_stay(client, database):
    big = b"\x89PNG\r\n\x1a\n" + b"0" * (20 * 1024 * 1024)
    answer = send(client, attach=[("画面.png", png()), ("録画.png", big), ("証明書.pdf", PDF)])
    page = text(answer)
    assert answer.status_code == 422 and "「録画.png」は20MBより大きいため" in page and NOT_YET in page
    assert "受け取った添付(2個)" in page and "画面.png" in page and "証明書.pdf" in page
    assert "円満に退職" in answer.get_data(as_text=True)
    assert send(client).status_code == 303
    with database.reading() as session:
        assert sorted(e.kind for e in session.exec(select(Evidence))) == ["application/pdf", "image/png"]


def test_a_file_of_many_times_the_limit_costs_no_more_than_the_limit(client, app):
    app.extensions["settings"].evidence_bytes = 1024 * 1024
    answer = send(client, attach=[("映画.png", b"\x89PNG\r\n\x1a\n" + b"0" * (30 * 1024 * 1024)), ("証明書.pdf", PDF)])
    assert answer.status_code == 422 and "「映画.png」は1MBより大きいため" in text(answer)
    assert "証明書.pdf" in text(answer)


def test_more_than_everything_together_may_be_gets_its_own_page(client, app):
    app.extensions["settings"].evidence_bytes = 1024
    answer = send(client, attach=[("映画.png", b"0" * (33 * 1024 * 1024))])
    assert answer.status_code == 422 and "全体が大きすぎて、まだ受け付けられていません" in text(answer)


def test_problems_are_told_in_the_order_of_the_page(client):
    answer = send(client, attach=[("写真.png", b"MZ")], url=[""], quote=[""], reason="", name="", standing="")
    links = re.findall(
        r'<li><a href="#([\w-]+)">', answer.get_data(as_text=True).split('class="errors"')[1].split("</section>")[0]
    )
    assert links == ["standing", "url-1", "reason", "evidence", "name"]


def test_a_program_with_a_new_name_is_no_picture(client, database):
    answer = send(client, attach=[("写真.png", b"MZ\x90\x00" + b"\x00" * 200), ("画面.png", png())])
    assert answer.status_code == 422 and "「写真.png」は画像（PNG・JPEG・WebP）でもPDFでもないため" in text(answer)
    assert "受け取った添付(1個)" in text(answer)


def test_the_same_file_sent_again_is_kept_once(client, database):
    for _time in range(2):
        send(client, attach=[("画面.png", png())], name="")
    assert count(database, Upload) == 1


def test_a_kept_file_can_be_taken_out(client, database):
    send(client, attach=[("画面.png", png())], name="")
    upload = one(database, Upload)
    answer = send(client, do=f"unfile:{upload.id}")
    assert answer.status_code == 200 and "受け取った添付" not in text(answer)
    assert count(database, Upload) == 0


def test_somebody_elses_form_shows_and_drops_no_files_of_mine(client, database):
    send(client, attach=[("画面.png", png())], name="")
    upload = one(database, Upload)
    answer = send(client, token="f" * 32, do=f"unfile:{upload.id}")
    assert "画面.png" not in text(answer) and count(database, Upload) == 1


def test_a_twenty_first_file_is_named(client, database):
    many = [(f"画面{n}.png", png(side=n)) for n in range(1, 22)]
    answer = send(client, attach=many)
    assert answer.status_code == 422 and "「画面21.png」は、添付が20個を超えるため" in text(answer)
    assert count(database, Upload) == 20


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript://tsumugi.example/%0aalert(1)",
        "data:text/html,x",
        "https://user:secret@tsumugi.example/p/1",
        "https://",
        "https:// tsumugi.example/",
        "tsumugi.example",
        "画面.png",
        "この投稿です。tsumugi.example/p/1",
        "user@tsumugi.example/p/1",
        "https://[::1",
        "https://" + "あ" * 80 + ".example/",
        "https://tsumugi.example/" + "a" * 4001,
    ],
)
def test_what_is_no_web_address_is_refused_and_kept(client, url):
    answer = send(client, url=[url])
    assert answer.status_code == 422
    assert "「https://」から始まる" in text(answer) or "4,000字までです" in text(answer)
    assert send(client, url=[""], many=url).status_code == 422


def test_an_address_without_its_scheme_is_taken_and_kept_as_it_was_typed(client, database):
    answer = send(client, url=["tsumugi.example/p/1"], many="ＷＷＷ.tsumugi.example/p/2?x=1")
    assert answer.status_code == 303
    with database.reading() as session:
        found = [(i.url, i.url_normal) for i in session.exec(select(Item).order_by(Item.no))]
    assert found == [
        ("tsumugi.example/p/1", "https://tsumugi.example/p/1"),
        ("ＷＷＷ.tsumugi.example/p/2?x=1", "https://www.tsumugi.example/p/2?x=1"),
    ]


def test_an_item_without_url_needs_words_and_account(client, database):
    assert send(client, url=[""], quote=["ひどい言葉"]).status_code == 422
    assert send(client, url=[""], quote=["ひどい言葉"], account=["@kaze"]).status_code == 303
    assert one(database, Item).url == ""


def test_control_characters_go_and_nothing_breaks(client, database):
    answer = send(
        client,
        name="水原\x00 あか\x07り\u202e",
        reason="一行目\x00\r\n\t二行目\x1b[31m",
        quote=["言\x00葉"],
        url=["https://tsumugi.example/p/\x001"],
        phone="\x00",
        many="\x00",
    )
    assert answer.status_code == 303
    notice, item = one(database, Notice), one(database, Item)
    assert (
        notice.reason == "一行目\n\t二行目[31m" and item.quote == "言葉" and item.url == "https://tsumugi.example/p/1"
    )
    assert send(client, token="\x00", standing="\x00", rights=["\x00"], primary="\x00").status_code == 422


def test_a_reason_of_a_hundred_thousand_characters_comes_back_whole(client):
    answer = send(client, reason="あ" * 100_000)
    assert answer.status_code == 422 and "理由は20,000字までです。いま100,000字あります" in text(answer)
    assert "あ" * 100_000 in answer.get_data(as_text=True)
    assert send(client, reason="あ" * 20_000).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(client, database, headers):
    answer = client.post("/s/tsumugi/", data=fields(), content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 403 and "別のサイトから送られた" in text(answer)
    assert client.post("/s/tsumugi/status", data={}, headers=headers).status_code == 403
    assert count(database, Notice) == 0


def test_a_form_of_our_own_page_is_taken(client):
    for headers in ({}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}):
        answer = client.post("/s/tsumugi/", data=fields(), content_type="multipart/form-data", headers=headers)
        assert answer.status_code == 303


def test_the_same_form_sent_twice_is_one_notice(client, database):
    first = send(client, attach=[("画面.png", png())])
    second = send(client, attach=[("画面.png", png())])
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert count(database, Notice) == count(database, Evidence) == count(database, Letter) == 1
    assert count(database, Upload) == 0


def test_the_same_form_sent_six_times_at_once_is_one_notice(client, app, database):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: send(app.test_client(), attach=[("画面.png", png())]), range(6)))
    assert {a.status_code for a in answers} == {303} and len({a.location for a in answers}) == 1
    assert count(database, Notice) == count(database, Evidence) == count(database, Letter) == 1
    assert count(database, Upload) == 0


def test_a_file_that_is_there_no_more_is_not_missed_unsaid(client, database):
    send(client, attach=[("画面.png", png())], name="")
    with database.writing() as session:
        evidence.sweep(session, at=make.instant("2026-04-30T09:00+09:00"))
    answer = send(client, kept="1")
    assert answer.status_code == 422 and "もう残っていません" in text(answer)
    assert send(client, kept="0").status_code == 303


def test_a_file_whose_row_outlived_it_is_not_listed_and_costs_no_filing(client, app, database):
    send(client, attach=[("画面.png", png()), ("証明書.pdf", PDF)], name="")
    with database.reading() as session:
        lost = session.exec(select(Upload.stored).where(Upload.kind == "image/png")).one()
    (app.extensions["settings"].evidence_folder / lost).unlink()
    answer = send(client, kept="2")
    assert answer.status_code == 422 and "もう残っていません" in text(answer)
    assert "受け取った添付(1個)" in text(answer) and "画面.png" not in text(answer)
    assert send(client, kept="1").status_code == 303
    assert one(database, Evidence).kind == "application/pdf"


def test_what_is_left_on_disk_after_a_filing_opens_with_the_key_of_the_case_alone(client, app, database):
    send(client, attach=[("画面.png", png()), ("証明書.pdf", PDF)], name="")
    with database.reading() as session:
        dropped = session.exec(select(Upload.id).where(Upload.kind == "application/pdf")).one()
    send(client, do=f"unfile:{dropped}", name="")
    assert send(client).status_code == 303
    on_disk = {path.name for path in app.extensions["settings"].evidence_folder.iterdir()}
    assert on_disk == {one(database, Evidence).stored}


def padded(size: int) -> bytes:
    """A PDF of that many bytes."""
    return PDF.replace(b"trailer", b" " * (size - len(PDF)) + b"trailer")


def test_one_network_address_cannot_fill_the_disk_and_can_always_file(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    app.extensions["settings"].evidence_files, app.extensions["settings"].evidence_bytes = 1, 100_000
    for n in range(5):
        assert send(client, token=f"{n:032x}", do="add", attach=[("書面.pdf", padded(100_000))]).status_code == 200
    again = send(client, token=f"{0:032x}", do="add", attach=[("書面.pdf", padded(100_000))])
    assert again.status_code == 200  # it is there already
    answer = send(client, token="a" * 32, attach=[("書面.pdf", padded(100_000))])
    assert answer.status_code == 422 and "1時間に受け取れる量" in text(answer)
    assert re.search(r"\d+時\d+分を過ぎてから", text(answer))
    assert 'href="#evidence"' in answer.text and "円満に退職" in answer.text
    other = app.test_client().post(
        "/s/tsumugi/",
        data={"do": "add", "token": "b" * 32, "evidence": files(("書面.pdf", PDF))},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert other.status_code == 200
    assert count(database, Upload) == 6
    assert send(client, token="a" * 32).status_code == 303


def test_a_disk_that_is_nearly_full_refuses_files_and_takes_filings(client, app, database):
    app.extensions["settings"].disk_spare = 10**18
    answer = send(client, attach=[("画面.png", png())])
    assert answer.status_code == 422 and "空き容量が足りません" in text(answer)
    assert "円満に退職" in answer.text and count(database, Upload) == 0
    assert send(client).status_code == 303


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_all_texts_together_have_a_limit_too_and_files_do_not_count(client, app, database, kind):
    many = fields(note=["x" * (7 * 1024 * 1024)] * 5)
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/s/tsumugi/", data=many, content_type=kind, headers=headers)
    assert answer.status_code == 422 and "全体が大きすぎて" in text(answer)
    assert count(database, Notice) == 0


def test_the_preview_has_no_room_for_files(client):
    sent = fields(evidence=files(("書面.pdf", padded(33 * 1024 * 1024))))
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/s/tsumugi/preview", data=sent, content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 422


def test_a_form_changed_after_it_was_received_comes_back_as_a_new_one(client, database):
    first = send(client)
    changed = send(client, reason="書き直した理由です。", attach=[("画面.png", png())])
    assert changed.status_code == 409
    assert "TH-2026-000001" in text(changed) and first.location in changed.get_data(as_text=True)
    assert "書き直した理由です。" in changed.get_data(as_text=True) and "画面.png" in text(changed)
    assert count(database, Notice) == 1
    assert send(client, reason="書き直した理由です。", token=value(changed, "token")).status_code == 303
    assert count(database, Notice) == 2 and count(database, Evidence) == 1


@pytest.mark.parametrize(
    "changed",
    [{"posted": ["2026-04-27"]}, {"attach": [("画面.png", png()), ("続き.png", png("black"))]}],
    ids=["when it was posted", "one more file"],
)
def test_nothing_that_was_added_to_a_form_after_it_was_received_is_thrown_away(client, database, changed):
    send(client, attach=[("画面.png", png())])
    answer = send(client, **({"attach": [("画面.png", png())]} | changed))
    assert answer.status_code == 409 and value(answer, "token") != fields()["token"]
    assert count(database, Notice) == 1
    if "attach" in changed:
        assert "続き.png" in text(answer)


def test_a_page_that_was_filed_at_another_service_is_filed_here_all_the_same(client, database):
    with database.writing() as session:
        make.make_service(session, "つむぎ動画", "movie", "MV")
    there = send(client, "movie", attach=[("画面.png", png())])
    here = [send(client, attach=[("画面.png", png())]) for _time in range(2)]
    assert [a.status_code for a in here] == [303, 303] and here[0].location == here[1].location
    assert "/s/tsumugi/receipt/TH-" in here[0].location and "/s/movie/receipt/MV-" in there.location
    assert client.get(here[0].location).status_code == 200
    assert send(client, "movie", attach=[("画面.png", png())]).location == there.location
    assert send(client, reason="書き直した理由です。").status_code == 409
    assert (count(database, Notice), count(database, Evidence), count(database, Upload)) == (2, 2, 0)


def test_the_same_filing_from_a_fresh_page_is_asked_about_without_giving_number_or_secret_away(client, database):
    secret = send(client).location.rsplit("/", 1)[1]
    again = send(client, token="a" * 32, email="AKARI＠mail.example", attach=[("画面.png", png())])
    body = again.get_data(as_text=True)
    assert again.status_code == 409 and "2026年4月28日(火) 9時14分に、同じメールアドレスから" in text(again)
    assert "TH-2026-000001" not in body and secret not in body and "/receipt/" not in body
    assert "画面.png" in body and "円満に退職" in body and value(again, "token") == "a" * 32
    assert re.search(r'<button[^>]* name="do" value="again"[^>]* form="filing"', body)
    assert count(database, Notice) == 1
    twice = [send(client, token="a" * 32, kept="1", do="again") for _time in range(2)]
    assert [a.status_code for a in twice] == [303, 303] and twice[0].location == twice[1].location
    assert count(database, Notice) == 2 and count(database, Evidence) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"email": "misaki@mail.example"},
        {"reason": "別の理由です。"},
        {"url": ["https://tsumugi.example/p/81F02C"]},
        {"slug": "nikki"},
        {},
    ],
)
def test_another_filing_is_asked_nothing(client, database, freezer, other):
    with database.writing() as session:
        make.make_service(session, "つむぎ日記", "nikki", "TD")
    send(client)
    if not other:
        freezer.move_to("2026-04-28T09:44:38+09:00")
    assert send(client, token="a" * 32, **other).status_code == 303


def test_the_button_that_files_again_still_says_what_is_missing(client, database):
    answer = send(client, do="again", name="")
    assert answer.status_code == 422 and "名前を書いてください" in text(answer) and count(database, Notice) == 0


def test_the_preview_shows_the_contact_only_when_it_may_be_told(client):
    assert "申出者の連絡先: 伏せています" in text(send(client, name="", phone="03-0000-0000"))
    told = send(client, name="", phone="03-0000-0000", tell=["contact"])
    assert "申出者の連絡先: akari@mail.example、03-0000-0000" in text(told)
    assert re.search(r'name="tell" value="contact"[^>]* checked', told.get_data(as_text=True))


@pytest.mark.parametrize(
    ("versions", "own", "shown"),
    [
        ([], "", []),
        ([], "https://tsumugi.example/rules", ["https://tsumugi.example/rules"]),
        ([("2025-07-15T09:00+09:00", "javascript:alert(1)")], "", ["/s/tsumugi/criteria"]),  # the page of the house
        ([("2026-04-27T09:00+09:00", "https://a.example/1")], "", ["https://a.example/1"]),
        (
            [("2025-07-15T09:00+09:00", "https://a.example/1"), ("2026-04-27T09:00+09:00", "https://a.example/2")],
            "https://tsumugi.example/rules",
            ["https://a.example/1"],  # in use; the second is not yet
        ),
    ],
)
def test_the_footer_links_the_criteria_in_use(client, database, versions, own, shown):
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        service.criteria_url = own
        for published, url in versions:
            at = make.instant(published)
            clause = ClauseText("1", "名誉毀損", "社会的評価を下げる投稿")
            publish(session, service, title="基準", clauses=[clause], published_at=at, actor="system", at=at, url=url)
    for path in ("/s/tsumugi/", "/s/tsumugi/status"):
        body = client.get(path).get_data(as_text=True)
        assert re.findall(r'<a href="([^"]*)">公表している基準', body) == shown


def test_no_public_page_shows_the_inside_of_the_program(client, database):
    receipt = send(client).location
    status = receipt.replace("/receipt/", "/status/")
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()
    own = {"Sec-Fetch-Site": "same-origin"}
    opened = client.post(f"{status}/letters/{letter.id}", headers=own).location
    paths = ["/", "/s/tsumugi/", "/s/tsumugi/status", receipt, status, opened, receipt[:-3], "/nowhere"]
    pages = [client.get(path) for path in paths]
    pages += [
        send(client, token="b" * 32),
        send(client, name="", url=["x", ""]),
        send(client, reason="変えた", token=""),
    ]
    pages += [
        client.post("/s/tsumugi/status", data={}, headers=own),
        client.post("/s/tsumugi/status", data={}, headers={"Origin": "null"}),
    ]
    for page in pages:
        body = page.get_data(as_text=True)
        assert "object at 0x" not in body and "None" not in body and "Undefined" not in body, page.request.path


def test_the_same_url_twice_is_pointed_out_and_never_merged(client, database):
    twice = {"url": ["https://tsumugi.example/p/1", "https://tsumugi.example/p/%31"], "quote": ["一", "二"]}
    assert "1・2件目は、同じURLです" in text(send(client, **twice, name=""))
    answer = send(client, **twice)
    assert answer.status_code == 303 and count(database, Item) == 2
    assert "1・2件目は、同じURLでした" in text(client.get(answer.location))


def test_after_too_many_filings_the_form_comes_back_with_what_was_typed(tmp_path, migrated):
    (tmp_path / "kigen.db").write_bytes(migrated.read_bytes())
    app = create_app(make_settings(tmp_path, filing_limit="2 per hour"))
    with app.extensions["database"].writing() as session:
        make.make_service(session)
    client = app.test_client()
    assert send(client, name="").status_code == 422  # a form that comes back costs nothing
    for n in range(2):
        assert send(client, token=f"{n:032x}", reason=f"理由{n}").status_code == 303
    answer = send(client, token="a" * 32, attach=[("画面.png", png())])
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "まだ受け付けていません" in text(answer) and "画面.png" in text(answer)
    assert "円満に退職" in answer.get_data(as_text=True)
    assert send(client, token="a" * 32, do="add").status_code == 200
    app.extensions["database"].dispose()


def test_a_filing_that_fails_leaves_no_half(client, database, app):
    send(client, attach=[("画面.png", png())], name="")
    for path in app.extensions["settings"].evidence_folder.iterdir():
        path.write_bytes(b"damaged")
    app.config["TESTING"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert send(client).status_code == 500
    assert count(database, Notice) == count(database, Case) == count(database, Letter) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("akari＠mail.example ", "akari@mail.example"),  # full width, and a blank behind
        ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),  # carriers gave such addresses out
        ("abc.@ezweb.ne.jp", "abc.@ezweb.ne.jp"),
        ("akari@例え.jp", "akari@xn--r8jz45g.jp"),
        ("k.sasaki+kodomo@example.jp", "k.sasaki+kodomo@example.jp"),
    ],
)
def test_a_real_address_is_taken(typed, kept):
    assert mail_address(typed) == kept
    assert doubtful("a..b@docomo.ne.jp") and not doubtful("akari@mail.example")


@pytest.mark.parametrize(
    "typed",
    [
        "akari.mail.example",
        "あかり@mail.example",
        "a@b@c.example",
        "a@x.example, b@x.example",
        "a b@x.example",
        "@x.example",
        "a@",
    ],
)
def test_what_cannot_be_written_to_is_an_error_with_advice(app, typed):
    with app.test_request_context(), pytest.raises(ValueError, match=r"メールアドレス|日本語の宛先"):
        mail_address(typed)


def test_a_doubtful_address_never_costs_the_filing_and_the_receipt_says_so(client):
    answer = send(client, email="a..b@docomo.ne.jp")
    assert answer.status_code == 303
    assert "メールが届かないことがあります" in text(client.get(answer.location))


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("https://tsumugi.example\\@evil.example/", "https://tsumugi.example/@evil.example/"),
        ("ｈｔｔｐｓ：／／例え.テスト/あ", "https://xn--r8jz45g.xn--zckzah/%E3%81%82"),
        ("http://TSUMUGI.example:80/a/../b?x=1#f", "http://tsumugi.example/b?x=1#f"),
    ],
)
def test_addresses_are_compared_as_browsers_read_them(typed, normal):
    assert normal_url(typed) == normal


def test_words_stay_as_sent_but_for_control_characters():
    assert single_line("  髙橋\x00\u2028 美咲\u202e👩\u200d⚕️ ") == "髙橋 美咲👩\u200d⚕️"
    assert plain_text("一\r\n二\r三\x0b\t") == "一\n二\n三"
