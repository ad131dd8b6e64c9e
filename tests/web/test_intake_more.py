"""What the form asks more, all of it voluntary: lists, questions, proof of authority, what the poster is told."""

import io
import re
from html import unescape

import pytest
from sqlmodel import select
from werkzeug.datastructures import MultiDict

from tests import make
from tests.web.claimant import PDF, fields, png, send, text, value
from tests.web.desk import member, words
from tracker.casework import decisions, filed, folder, intake, verify
from tracker.casework.intake import FORM_VERSION
from tracker.law.grounds import Standing
from tracker.letters import write
from tracker.models import Case, Claimant, Evidence, Item, Notice
from tracker.web.forms import IntakeForm
from tracker.web.places import Row
from tracker.web.reading import true_host

NOW = "2026-04-28T09:14:37+09:00"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to(NOW)
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def one(database, table):
    with database.reading() as session:
        return session.exec(select(table)).one()


def items(database) -> list[Item]:
    with database.reading() as session:
        return list(session.exec(select(Item).order_by(Item.no)))


def rows(good: int, bad: tuple[int, ...]) -> str:
    """A list of `good` rows with bad ones at the numbers named (the header is row 1)."""
    lines, n = ["URL,箇所,時刻,メモ"], 0
    while n < good or len(lines) + 1 in bad:
        if len(lines) + 1 in bad:
            lines.append("リンク切れ,x,,")
        else:
            n += 1
            lines.append(f"https://tsumugi.example/p/{n},箇所{n},0:{n % 60:02d},メモ{n}")
    return "\n".join(lines)


def upload(client, body: bytes, name: str = "一覧.csv", **changes):
    """Send the form with a list as a file."""
    data = fields(url=[""], quote=[""], **changes) | {"list": (io.BytesIO(body), name)}
    return client.post("/s/tsumugi/", data=data, content_type="multipart/form-data", headers=HERE)


def test_time_mark_and_note_belong_to_their_item(client, database):
    answer = send(
        client,
        url=["https://tsumugi.example/p/1", "https://tsumugi.example/p/2"],
        quote=["一", "二"],
        account=["", ""],
        posted=["", ""],
        mark=["2:15から", ""],
        note=["", "一番つらい"],
    )
    assert answer.status_code == 303
    assert [(i.mark, i.note) for i in items(database)] == [("2:15から", ""), ("", "一番つらい")]


def test_a_list_of_three_hundred_rows_with_seven_bad_ones_names_them_and_takes_the_rest_when_told(client, database):
    bad = (5, 17, 60, 99, 150, 200, 299)
    typed = rows(293, bad)
    answer = send(client, url=[""], quote=[""], many=typed)
    page = text(answer)
    assert answer.status_code == 422 and "5、17、60、99、150、200、299行目が読み取れません" in page
    assert "293件を読み取りました" in page and "読み取れない行: 7行" in page and "投稿293件を申し出ます" in page
    assert "リンク切れ" in page and typed.splitlines()[300] in answer.get_data(as_text=True)
    assert send(client, url=[""], quote=[""], many=typed, skip="y").status_code == 303
    filed = items(database)
    assert len(filed) == 293
    assert (filed[292].quote, filed[292].mark, filed[292].note) == ("箇所293", "0:53", "メモ293")


def test_many_bad_rows_are_told_by_their_reason_and_counted(client):
    typed = "\n".join(
        [*(f"ここ{n}" for n in range(1, 41)), "https://tsumugi.example/p/1", f"https://{'a' * 5000}.example/"]
    )
    page = text(send(client, url=[""], quote=[""], many=typed))
    assert "1、2、3、4、5、6、7、8、9、10行目など、あわせて41行が読み取れません" in page and "ほか行目" not in page
    assert "1〜40行目" in page and page.count("URLとして読み取れません") == 1 and "40行を見る" in page
    assert "ここ17" in page and "42行目" in page


def test_rows_of_a_list_with_the_same_address_are_named_and_both_are_filed(client, database):
    typed = "https://tsumugi.example/p/1\nhttps://tsumugi.example/p/2\n\nhttps://tsumugi.example/p/1"
    page = text(send(client, url=[""], quote=[""], many=typed, name=""))
    assert "同じURLの行があります" in page and "1・4行目" in page
    assert send(client, url=[""], quote=[""], many=typed).status_code == 303
    assert len(items(database)) == 3


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://tsumugi.example/p/1 https://tsumugi.example/p/2", "1件目のURLの欄に、URLが2つ以上あります"),
        ("https://tsumugi.example/p/1、https://tsumugi.example/p/2", "1件目のURLの欄に、URLが2つ以上あります"),
        ("https://tsumugi.example/p/1 左上の画像", "1件目のURLの途中に空白があります"),
        ("https://tsumugi.example/p/1\tひどい言葉", "1件目のURLの途中に空白があります"),
    ],
)
def test_a_field_for_one_address_takes_one_address_and_keeps_what_was_typed(client, url, words):
    answer = send(client, url=[url])
    assert answer.status_code == 422 and words in text(answer)
    assert value(answer, "url") == url.replace("\t", " ")


def test_a_line_break_in_a_cell_of_one_line_joins_no_words(client, database):
    listed = 'URL\tアカウント\nhttps://tsumugi.example/p/1\t"風\n@kaze"'
    assert send(client, url=[""], quote=[""], many=listed).status_code == 303
    assert items(database)[0].account == "風 @kaze"


def test_two_addresses_on_a_line_are_said_next_to_the_line_and_never_filed_as_one(client, database):
    listed = "https://tsumugi.example/p/1\nhttps://tsumugi.example/p/2、https://tsumugi.example/p/3"
    answer = send(client, url=[""], quote=[""], many=listed)
    assert answer.status_code == 422 and "2行目が読み取れません" in text(answer)
    assert "URLが2つ以上あります。1行に1つずつ書いてください。" in text(answer)
    assert listed.split("\n")[1] in answer.get_data(as_text=True)
    assert send(client, url=[""], quote=[""], many=listed, skip="y").status_code == 303
    assert [item.url for item in items(database)] == ["https://tsumugi.example/p/1"]


def test_an_empty_cell_at_the_beginning_of_a_list_is_a_cell(client, database):
    listed = "\tURL\t箇所\r\n甲\thttps://tsumugi.example/p/1\t一\r\n\thttps://tsumugi.example/a,b\t"
    assert send(client, url=[""], quote=[""], many=listed).status_code == 303
    filed = [(item.url, item.quote, item.note) for item in items(database)]
    assert filed == [("https://tsumugi.example/p/1", "一", "甲"), ("https://tsumugi.example/a,b", "", "")]


def test_hundreds_of_rows_too_many_come_back_as_a_list_with_everything_that_was_typed(client, database):
    n = range(600)
    typed = {
        "url": [f"https://tsumugi.example/p/{i}" for i in n],
        "quote": [f'言葉{i}\n"二行目", {i}' for i in n],
        "account": [f"@kaze{i}" for i in n],
        "posted": ["昨日" for _ in n],
        "mark": [f"{i}:15" for i in n],  # never empty: the test client writes empty parts as no browser does
        "note": [f'"{i}"' for i in n],
    }
    answer = send(client, many="https://tsumugi.example/own", **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "いま601件あります" in text(answer)
    assert page.count('name="url"') < 300 and len(page) < 1_000_000
    kept = unescape(re.search(r'<textarea[^>]*name="many"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]).strip("\n")
    drawn = page.count('name="url"')
    again = {name: typed[name][:drawn] for name in typed}
    form = IntakeForm(MultiDict(fields(many=kept, **again)))
    with client.application.test_request_context():
        form.validate()
    assert form.bad_rows == [] and form.rows == [Row(*one) for one in zip(*again.values(), strict=True)]
    own, *listed = form.items[drawn:]
    assert own.url == "https://tsumugi.example/own"
    read = [(one.url, one.quote, one.account, one.posted, one.mark, one.note) for one in listed]
    assert read == list(zip(*(typed[name][drawn:] for name in typed), strict=True))


def test_no_more_rows_can_be_added_than_can_be_filed(client):
    answer = send(client, do="add", url=[f"https://tsumugi.example/p/{i}" for i in range(300)])
    assert answer.status_code == 200 and answer.get_data(as_text=True).count('name="url"') == 300


def test_a_list_of_bad_rows_alone_cannot_be_filed(client):
    assert send(client, url=[""], quote=[""], many="なし\nこれも", skip="y").status_code == 422


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_file_of_a_spreadsheet_is_read_and_can_be_looked_at_before_it_is_sent(client, database, codec):
    body = rows(3, ()).replace("\n", "\r\n").encode(codec)
    looked = upload(client, body, do="list")
    assert looked.status_code == 200 and "3件を読み取りました" in text(looked)
    assert "https://tsumugi.example/p/3,箇所3" in looked.get_data(as_text=True)
    assert upload(client, body).status_code == 303
    assert [i.quote for i in items(database)] == ["箇所1", "箇所2", "箇所3"]


def test_a_workbook_is_no_list_and_costs_nothing_that_was_typed(client):
    answer = upload(client, b"PK\x03\x04workbook", "一覧.xlsx", many="https://tsumugi.example/p/9")
    assert answer.status_code == 422 and "「一覧.xlsx」は一覧として読み取れません" in text(answer)
    assert "https://tsumugi.example/p/9" in answer.get_data(as_text=True)


def test_another_locator_than_an_address_comes_in_a_list_too(client, database):
    listed = "箇所,アカウント,URL\n左上の画像,@kaze,"
    assert send(client, url=[""], quote=[""], many=listed).status_code == 303
    assert (items(database)[0].quote, items(database)[0].account) == ("左上の画像", "@kaze")


def test_only_the_answers_about_chosen_rights_are_filed(client, database):
    asked = {"answer-honor_untrue": "盗んだという部分", "answer-trademark_number": "第1号"}
    assert send(client, rights=["honor"], **asked).status_code == 303
    assert one(database, Notice).answers == {"honor_untrue": "盗んだという部分"}
    with database.reading() as session:
        found = folder.open_folder(session, session.exec(select(Notice)).one(), at=make.instant(NOW))
        assert found.answers == [("事実でないのは、どの部分ですか", "盗んだという部分")]


def test_an_answer_too_long_comes_back_whole(client):
    answer = send(client, rights=["honor"], **{"answer-honor_untrue": "あ" * 1001})
    assert answer.status_code == 422 and "あ" * 1001 in answer.get_data(as_text=True)
    assert 'href="#answer-honor_untrue"' in answer.get_data(as_text=True)


def test_an_answer_to_a_choice_is_stored_by_its_code_and_shown_in_words(client, database):
    answer = send(client, circumstances=["intimate"], **{"answer-intimate_consent": "withdrawn"})
    assert answer.status_code == 303 and one(database, Notice).answers == {"intimate_consent": "withdrawn"}
    with database.reading() as session:
        found = folder.open_folder(session, session.exec(select(Notice)).one(), at=make.instant(NOW))
        assert found.answers == [("公開に同意したことがありますか", "同意したが、取り消した")]


def test_the_journal_commits_to_everything_that_was_stated(client, database):
    asked = {"answer-honor_untrue": "盗んだという部分"}
    send(client, rights=["honor"], mark=["2:15"], note=["ここ"], withhold="y", **asked)
    changes = (
        ("mark", "9:99", Item),
        ("note", "別", Item),
        ("answers", {}, Notice),
        ("reason_withheld", False, Notice),
    )
    for name, other, table in changes:
        with database.reading() as session:
            case = session.exec(select(Case)).one()
            assert not [f for f in verify.verify_case(session, case) if f.table == "notice"]
            row = session.exec(select(table)).one()
            setattr(row, name, other)
            assert [f for f in verify.verify_case(session, case) if f.table == "notice"], name
            session.rollback()


def test_a_filing_that_says_nothing_more_is_committed_to_as_before(session):
    service = make.make_service(session)
    notice = make.make_notice(session, service, items=1)
    item = decisions.items_of(session, notice)[0]
    plain = f"{notice.reason}\n1\t{item.url}\t{item.quote}\t{item.account}\t{item.posted}"
    assert intake.stated(notice, [item]) == plain


def test_proof_of_authority_is_kept_over_a_page_that_comes_back_and_marked_as_such(client, database):
    first = fields(standing="lawyer", name="") | {"authority": [(io.BytesIO(PDF), "委任状.pdf")]}
    answer = client.post("/s/tsumugi/", data=first, content_type="multipart/form-data", headers=HERE)
    assert answer.status_code == 422 and "受け取った書類(1個)" in text(answer)
    assert send(client, standing="lawyer", kept="1", attach=[("画面.png", png())]).status_code == 303
    with database.reading() as session:
        found = {e.kind: e.authority for e in session.exec(select(Evidence))}
    assert found == {"application/pdf": True, "image/png": False}


def test_a_bad_proof_of_authority_is_named_at_its_own_field(client):
    data = fields(standing="lawyer") | {"authority": [(io.BytesIO(b"MZ"), "委任状.exe")]}
    answer = client.post("/s/tsumugi/", data=data, content_type="multipart/form-data", headers=HERE)
    assert answer.status_code == 422 and 'href="#authority"' in answer.get_data(as_text=True)


def test_who_answers_for_a_company_is_sealed_and_asked_of_nobody_else(client, database):
    send(client, standing="company", office="総務部 渡邉")
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        assert b"\xe7\xb7\x8f" not in session.exec(select(Claimant)).one().office_sealed
        assert folder.open_folder(session, notice, at=make.instant(NOW)).claimant_office == "総務部 渡邉"
    send(client, token="b" * 32, reason="別の理由", office="総務部 渡邉")
    with database.reading() as session:
        person = session.exec(select(Notice).where(Notice.standing == Standing.PERSON)).one()
        assert session.exec(select(Claimant).where(Claimant.notice_id == person.id)).one().office_sealed is None


@pytest.mark.parametrize("standing", ["guardian", "lawyer", "bereaved"])
def test_whose_right_it_is_when_another_files_is_sealed_and_never_told_to_the_poster(client, database, app, standing):
    assert "水原 そら" not in preview(client, standing=standing, whose="水原 そら", tell=["name", "contact"])
    send(client, standing=standing, whose="水原 そら", tell=["name", "contact"])
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        assert "水原 そら".encode() not in session.exec(select(Claimant)).one().whose_sealed
        assert "水原 そら" in (filed.copy_of(session, notice) or b"").decode()
    page = words(member(app).get(f"/desk/cases/{notice.number}?tab=origin"))
    assert "権利を侵害された人水原 そら" in page


def test_a_person_who_files_for_themselves_is_not_asked_whose_right_it_is(client, database):
    send(client, whose="水原 そら")
    with database.reading() as session:
        assert session.exec(select(Claimant)).one().whose_sealed is None


def preview(client, **changes) -> str:
    data = fields(**changes)
    return text(client.post("/s/tsumugi/preview", data=data, content_type="multipart/form-data", headers=HERE))


def test_the_preview_is_the_letter_itself_word_for_word(client, app):
    shown = preview(client, mark=["2:15"], **{"answer-honor_untrue": "盗んだという部分"})
    line = write.Line(None, None, 1, "https://tsumugi.example/p/81f02c", fields()["quote"][0], None, mark="2:15")
    told = write.Told(
        rights=["名誉権", "プライバシー"],
        reason=fields()["reason"],
        answers=[("事実でないのは、どの部分ですか", "盗んだという部分")],
    )
    head = write.Letterhead(
        "株式会社つむぎネットワーク",
        "つむぎ広場",
        "",
        make.instant(NOW),
        True,
        True,
        app.extensions["settings"].contact,
    )
    letter = write.inquiry(head, to="", channel="handover", sender=None, account="", lines=[line], told=told)
    assert letter.article == "法3条2項2号"
    assert re.sub(r"\s+", " ", letter.body).strip() in shown


@pytest.mark.parametrize(
    ("tell", "shown", "hidden"),
    [
        ([], "申出者（名前は伏せています）から", "水原"),
        (["name"], "申出者（水原 あかり）から", "akari@"),
        (["contact"], "akari@mail.example、090-0000-0000", "水原"),
    ],
)
def test_the_preview_tells_only_what_may_be_told(client, tell, shown, hidden):
    page = preview(client, tell=tell, phone="090-0000-0000")
    assert shown in page and hidden not in page


def test_without_the_reason_there_is_no_shelter_and_the_letter_claims_none(client, database):
    page = preview(client, withhold="y")
    assert "申出者の希望により、伏せています" in page and "円満に退職" not in page and "法3条2項2号" not in page
    assert "あなたの投稿についてのお尋ね" in page
    assert send(client, withhold="y").status_code == 303 and one(database, Notice).reason_withheld


def test_the_preview_for_a_third_party_asks_without_the_inquiry_of_the_law(client):
    page = preview(client, standing="third_party", circumstances=["intimate"])
    letter, note = page.partition("あなたの投稿についてのお尋ね")[2], page.partition("あなたの投稿についてのお尋ね")[0]
    assert letter and "円満に退職" in letter  # the reason is shown: it is not withheld
    assert "通報者（名前は伏せています）から" in letter and "通報を受けました" in letter
    for threat in ("照会", "法3条2項2号", "同意", "講ずることがあります", "申出者"):
        assert threat not in letter
    assert "返事がないことを理由に削除することはできません" in note and "法3条2項2号" in note
    assert "2日" not in page  # the short wait shelters after an inquiry of those concerned alone


@pytest.mark.parametrize(
    ("ticked", "articles"),
    [
        (["intimate"], ["私事性的画像記録法4条"]),
        (["av"], ["AV法16条"]),
        (["election"], ["法4条"]),
        (["danger", "av", "intimate"], ["私事性的画像記録法4条", "AV法16条"]),
    ],
)
def test_a_tick_does_not_shorten_the_wait_and_the_page_says_what_would(client, ticked, articles):
    page = preview(client, circumstances=ticked)
    note, _subject, letter = page.partition("あなたの投稿についての照会")
    assert "7日を経過しても" in letter and "2日" not in letter and "法3条2項2号" in letter
    assert "担当者が1つずつ確かめ" in note and "2日" in note
    assert all(article in note for article in articles)


@pytest.mark.parametrize(
    "changes", [{}, {"circumstances": ["danger", "child"]}, {"circumstances": ["av"], "withhold": "y"}]
)
def test_two_days_are_not_spoken_of_where_they_cannot_apply(client, changes):
    assert "2日" not in preview(client, **changes)


@pytest.mark.parametrize(
    ("accounts", "letters"), [(["", ""], 2), (["@x", "＠ｘ"], 1), (["@x", " @x "], 1), (["@x", "@y"], 2)]
)
def test_the_preview_and_the_filing_take_the_same_posts_for_one_posters(client, database, accounts, letters):
    two = {"url": ["https://tsumugi.example/p/1", "https://tsumugi.example/p/2"], "quote": ["一つめ", "二つめ"]}
    page = preview(client, **two, account=accounts, posted=["", ""])
    assert ("二つめ" in page) == (letters == 1)
    assert ("1件目を投稿した人への文です" in page) == (letters > 1)
    send(client, **two, account=accounts, posted=["", ""])
    assert len({item.sender_id for item in items(database)}) == letters


def test_the_page_says_that_staff_start_from_the_text_and_does_not_promise_it(client):
    page = text(client.get("/s/tsumugi/"))
    assert "担当者が尋ねるときは、この文をもとにします" in page and "この文が届きます" not in page


def test_an_empty_form_has_a_preview_too(client):
    page = text(client.get("/s/tsumugi/"))
    for said in ("ここに問題の箇所が入ります", "ここに選んだ権利が入ります", "ここに理由が入ります"):
        assert said in page


def test_nothing_typed_becomes_markup_in_the_preview(client):
    data = fields(reason="<b>太い</b>\ue001\ue002\ue003", quote=["<script>"], account=["<i>"])
    body = client.post("/s/tsumugi/preview", data=data, headers=HERE).get_data(as_text=True)
    assert "<b>" not in body and "<script>" not in body and "<i>" not in body and "&lt;b&gt;太い" in body


@pytest.mark.parametrize(
    ("sent", "stored"),
    [({}, "2026-11"), ({"form_version": FORM_VERSION}, FORM_VERSION), ({"form_version": "1999-01"}, FORM_VERSION)],
)
def test_a_page_that_was_opened_before_is_accepted_and_its_version_recorded(client, database, sent, stored):
    assert send(client, **sent).status_code == 303
    assert one(database, Notice).form_version == stored


def test_the_page_says_its_version(client):
    assert value(client.get("/s/tsumugi/"), "form_version") == FORM_VERSION


def test_a_filing_that_a_program_seems_to_have_written_arrives_and_is_marked(client, database):
    assert send(client, homepage="https://spam.example").status_code == 303
    assert one(database, Notice).doubts == ["trap", "unproven"]
    assert one(database, Case).statutory  # no doubt of ours shortens a right of theirs


def test_people_and_screen_readers_do_not_meet_the_trap(client):
    body = client.get("/s/tsumugi/").get_data(as_text=True)
    trap = re.search(r'<div class="hidden-text" aria-hidden="true">.*?name="homepage"[^>]*>', body, re.DOTALL).group()
    assert 'tabindex="-1"' in trap and 'autocomplete="off"' in trap


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://tsumugi.example/p/1", ""),
        ("HTTPS://TSUMUGI.example:443/p/1", ""),
        ("tsumugi.example/p/1", ""),
        ("https://tsumug\u0456.example/p/1", "xn--tsumug-uvf.example"),  # a Cyrillic letter
        ("https://xn--r8jz45g.jp/", "xn--r8jz45g.jp"),
        ("https://example.com\\@evil.com", "example.com"),
        ("https://\u202etsumugi.example/p/1", "tsumugi.example"),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_that_looks_like_another_is_shown_as_browsers_open_it(typed, host):
    assert true_host(typed) == host


def test_strange_letters_are_kept_as_they_were_typed_and_shown_apart(client, database):
    words = "髙﨑㈱①ｶﾀｶﾅ葛\U000e0100飾👩\u200d⚕️"
    turned = "https://tsumugi.example/\u202egpj.p"
    answer = send(client, name=words, quote=[f"{words}\u202e逆"], url=[turned], reason=f"{words}\u200f")
    assert answer.status_code == 303
    item, notice = items(database)[0], one(database, Notice)
    assert (item.quote, item.url, notice.reason) == (f"{words}\u202e逆", turned, f"{words}\u200f")
    assert "\u202e" not in item.url_normal and "%E2%80%AE" not in item.url_normal


def test_a_doubtful_address_is_taken_and_a_telephone_number_asked_for_where_the_page_comes_back(client):
    again = send(client, email="a..b@docomo.ne.jp", name="")
    assert 'id="unsure">' in again.get_data(as_text=True)
    assert send(client, email="a..b@docomo.ne.jp").status_code == 303


def test_a_third_party_reads_what_the_law_makes_of_it_and_a_family_what_to_write(client):
    page = text(client.get("/s/tsumugi/"))
    assert "「通報」として受け付け" in page and "続柄を、理由に書いてください" in page


def test_what_to_mind_when_the_claimant_is_reached_is_sealed_and_shown_to_staff_alone(app, client, database):
    answer = send(client, caution="夫も電話に出ます。平日の昼だけ。")
    assert answer.status_code == 303
    with database.reading() as session:
        row = session.exec(select(Claimant)).one()
        notice = session.exec(select(Notice)).one()
        assert "夫も".encode() not in row.caution_sealed
        assert "夫も" not in f"{notice.search_text} {filed.copy_of(session, notice).decode()}"
    assert "夫も" not in text(client.get(answer.location))
    for tab in ("talk", "origin", "procedure"):
        page = text(member(app).get(f"/desk/cases/TH-2026-000001?tab={tab}"))
        assert "連絡する前に（申出者からのお願い）" in page and "夫も電話に出ます。平日の昼だけ。" in page


def test_the_form_says_when_files_of_an_unsent_filing_are_deleted(client):
    assert "申し出ないまま24時間たったものは、次の朝までに消します" in text(client.get("/s/tsumugi/"))
