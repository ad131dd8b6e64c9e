"""The room of the platform's own moderation: files come in, their codes are mapped, tokens let a system send them."""

import re
from io import BytesIO

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests import make
from tests.report.ledger import begin
from tests.web.desk import member, post, token, words
from tracker.law.ledger import FAMILIES, Family, Vocabulary
from tracker.models import JobRun, LedgerImport, Role, Service
from tracker.report.ledger import carry, codes, imports, store, tokens

AT = "2027-04-20T10:00:00+09:00"
PAGE = "/desk/ledger/tsumugi"
HEAD = b"id,day,kind,route,reason,ai,japan,told_on,exemption,count\r\n"
ROWS = HEAD + (
    b"m1,2026-06-01,DEL,AUTO,A-1,yes,yes,2026-06-02,,\r\n"
    b"m2,2026-06-03,DEL,AUTO,A-2,no,yes,,SPAM,\r\n"
    b"m3,2026-13-01,DEL,AUTO,A-2,no,yes,,SPAM,\r\n"
)


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        found = make.make_service(session)
        make.make_criteria(session, found)
        return found


@pytest.fixture
def lead(app, service):
    return member(app)


def send(client, body: bytes = ROWS, family: str = "measures", name: str = "6月.csv"):
    """Send a file as a browser does."""
    sent = {"family": family, "csrf_token": token(client.get("/desk/").text)}
    if name:
        sent["file"] = (BytesIO(body), name)
    return client.post(PAGE, data=sent, content_type="multipart/form-data")


def carried(database) -> None:
    """What the worker does in between."""
    with database.reading() as session:
        waiting = list(imports.waiting(session))
    for one in waiting:
        carry.carry(database, one, lambda: make.instant(AT))


def rows_of(database) -> list[LedgerImport]:
    with database.reading() as session:
        return list(session.exec(select(LedgerImport).order_by(LedgerImport.number)))


def fields(page) -> dict[str, str]:
    """The fields of the mapping as the page has them."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", page.text):
        name = re.search(r'name="([a-z]+-\d+|seen)"', tag)
        if name:
            found[name[1]] = re.search(r'value="([^"]*)"', tag)[1]
    for name, body in re.findall(r'<select[^>]+name="([a-z]+-\d+)"[^>]*>(.*?)</select>', page.text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def mapped(page, **categories: str) -> dict[str, str]:
    """The fields with categories for codes: of a list, or a name with a leading ="""
    sent = fields(page)
    for no in [key.removeprefix("code-") for key in sent if key.startswith("code-")]:
        category = categories.get(sent[f"code-{no}"].replace("-", "_"), "")
        if category:
            sent[("name-" if category.startswith("=") else "category-") + no] = category.removeprefix("=")
    return sent


ALL = {"DEL": "remove", "AUTO": "own_detection", "A_1": "=わいせつな投稿", "A_2": "legal_duty", "SPAM": ""}


def test_a_file_comes_in_and_its_months_counts_and_errors_are_shown(lead, database):
    empty = words(lead.get(PAGE))
    assert "まだ何も取り込んでいません" in empty and "数えた記録はまだありません" in empty

    sent = send(lead)

    assert (sent.status_code, sent.headers["Location"]) == (303, PAGE)
    waiting = lead.get(PAGE)
    assert "読込中 0%" in words(waiting) and 'hx-trigger="every 3s"' in waiting.text
    carried(database)
    done = lead.get(PAGE)
    assert "一部を数えなかった" in words(done) and "加えた 2" in words(done) and "hx-trigger" not in done.text
    assert "2026-06" in words(done) and "何を表すか決めていない符号が5件あります" in words(done)
    one = words(lead.get(f"{PAGE}/imports/1"))
    assert "4行目" in one and "日付は、2026-04-28 の形で書いてください" in one
    assert "6月.csv" in words(lead.get(PAGE)) and "送信防止措置" in words(lead.get("/desk/ledger"))


def test_what_is_missing_is_said_and_the_same_file_does_not_come_twice(lead, database, settings):
    for answer, field in ((send(lead, family="nothing"), "family"), (send(lead, name=""), "file")):
        assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text
    assert rows_of(database) == []
    assert send(lead).status_code == 303
    twice = send(lead)
    assert twice.status_code == 422 and "同じファイルを" in words(twice) and len(rows_of(database)) == 1
    assert len(list((settings.data / "ledger").iterdir())) == 1


def test_a_file_that_is_larger_than_other_forms_may_be_is_taken(lead, database):
    big = HEAD + b"".join(b"m%d,2026-06-01,DEL,AUTO,A-1,yes,yes,2026-06-02,,\r\n" % n for n in range(50))
    assert send(lead, big + b" " * (40 * 1024 * 1024)).status_code == 303
    [row] = rows_of(database)
    assert row.size == len(big) + 40 * 1024 * 1024


def test_who_may_not_send_a_file_is_not_heard_to_its_end(app, lead, database):
    for client in (member(app, Role.REVIEWER), app.test_client()):
        assert send(client, HEAD + b" " * (40 * 1024 * 1024)).status_code == 413
    assert rows_of(database) == []


def test_a_file_that_cannot_be_read_says_why(lead, database, service):
    begin(database, service, b"number,date\r\n1,2\r\n")  # as a system sends it
    carried(database)
    page = lead.get(f"{PAGE}/imports/1")
    text = words(page)
    assert "ファイルを読めませんでした" in text and "この種類の記録にない列があります" in text
    assert f'href="{PAGE}/template/measures.csv"' in page.text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "ファイルが空です"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "表計算ソフトのファイル"),
        (ROWS.decode().encode("utf-16"), "UTF-16"),
        ("番号,日\r\n".encode("cp932"), "文字コードが UTF-8 でないか"),
        (ROWS.replace(b",", b";"), "コンマで区切られていません"),
        (ROWS.replace(b"told_on", b"told"), "足りない列: told_on。 この種類にない列: told。"),
        (ROWS.replace(b"japan,", b"", 1), "足りない列: japan。"),
        (ROWS.replace(HEAD, b""), "1行目に列の名前がない"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_at_once_beside_its_field(lead, database, settings, body, says):
    answer = send(lead, body)
    assert answer.status_code == 422 and 'id="f-file-error"' in answer.text and 'href="#f-file"' in answer.text
    assert says in words(answer) and 'value="measures" selected' in answer.text
    assert answer.text.count(f'href="{PAGE}/template/measures.csv"') == 2  # beside the field, too
    assert rows_of(database) == [] and list((settings.data / "ledger").glob("*")) == []


def test_while_a_file_waits_its_page_says_for_whom_since_when_and_what_to_do_where_no_worker_runs(lead, database):
    send(lead)
    asleep = words(lead.get(f"{PAGE}/imports/1"))
    assert "ワーカーが動いていないようです" in asleep and "flask worker" in asleep
    assert "まだ1行も読んでいません" in asleep
    assert "ワーカーが動いていないようです" in words(lead.get(PAGE))
    with database.writing() as session:
        session.add(JobRun(name="alerts", started_at=make.instant("2027-04-20T09:56+09:00")))
    send(lead, HEAD, name="二つ目.csv")
    first, second = (words(lead.get(f"{PAGE}/imports/{number}")) for number in (1, 2))
    assert "2027年4月20日(火) 10時00分に受け取りました" in first
    assert "ふつうは1分ほどで始まります" in first and "この画面を離れても続きます" in first
    assert "動いていない" not in first and "先に受け取った1件が終わると始まります" in second
    carried(database)
    assert "離れても" not in words(lead.get(f"{PAGE}/imports/1"))


def test_a_file_that_a_command_reads_says_so(lead, database, service, tmp_path):
    path = tmp_path / "year.csv"
    path.write_bytes(ROWS)
    kept = store.measure(path)
    with database.writing() as session:
        file = {"stored": kept.stored, "size": kept.size, "sha256": kept.sha256}
        imports.begin(session, service, Family.MEASURES, path.name, **file, actor="system", at=make.instant(AT))
    text = words(lead.get(f"{PAGE}/imports/1"))
    assert "同じコマンドをもう一度動かすと、続きから読みます" in text and "ワーカーが動いていない" not in text


def test_an_import_is_taken_back_with_a_reason_and_only_when_sure(lead, database, service):
    send(lead)
    carried(database)
    path = f"{PAGE}/imports/1"

    wrong = post(lead, f"{path}/withdraw", reason=" ")
    assert wrong.status_code == 422 and "2か所を直すと取り消せます" in words(wrong)
    assert post(lead, f"{path}/withdraw", reason="別の月のファイルだった。", sure="1").status_code == 303
    going = lead.get(PAGE)
    assert "取り消している" in words(going) and 'hx-trigger="every 3s"' in going.text and "2026-06" in words(going)
    assert "いま引いています" in words(lead.get(path))
    carried(database)

    text = words(lead.get(PAGE))
    assert "取り消した" in text and "数えた記録はまだありません" in text
    assert "小野寺 遥が取り消しました" in words(lead.get(path))
    assert post(lead, f"{path}/withdraw", reason="もう一度。", sure="1").status_code == 409
    for number in (9, 1 << 31, 1 << 63, "9" * 5_000):
        assert lead.get(f"{PAGE}/imports/{number}").status_code == 404


def test_while_files_are_read_only_their_list_is_asked_for(lead, database):
    send(lead)
    polled = lead.get(PAGE, headers={"HX-Request": "true", "HX-Target": "imports"})
    assert polled.text.lstrip().startswith('<section class="panel panel--flush" id="imports"')
    assert 'hx-trigger="every 3s"' in polled.text and "読込中 0%" in words(polled) and "<form" not in polled.text
    carried(database)
    assert "hx-trigger" not in lead.get(PAGE, headers={"HX-Target": "imports"}).text
    assert lead.get("/desk/ledger/nowhere", headers={"HX-Target": "imports"}).status_code == 404


def test_a_file_that_the_disk_has_no_room_for_is_refused_before_it_is_written(lead, database, settings):
    settings.disk_spare = 1 << 60
    answer = send(lead)
    assert answer.status_code == 422 and "空き容量が足りません" in words(answer)
    assert rows_of(database) == [] and list((settings.data / "ledger").iterdir()) == []


def test_versions_and_codes_that_no_page_sent_are_refused(lead, database):
    send(lead)
    carried(database)
    page = lead.get(f"{PAGE}/codes")
    assert post(lead, f"{PAGE}/codes", **(mapped(page, **ALL) | {"seen": "9" * 5_000})).status_code in (303, 409)
    assert post(lead, f"{PAGE}/codes/verify", version="9" * 5_000, sure="1").status_code == 409
    for code in ("A-1\0", "A" * 400_000):
        answer = post(lead, f"{PAGE}/codes", **(mapped(page, **ALL) | {"code-0": code, "category-0": "remove"}))
        assert answer.status_code in (409, 422), code[:9]


@pytest.mark.parametrize("family", Family)
def test_every_family_has_a_template_with_its_columns(lead, family):
    answer = lead.get(f"{PAGE}/template/{family.value}.csv")
    assert answer.text.strip().split(",") == [column.name for column in FAMILIES[family].columns]
    assert lead.get(f"{PAGE}/template/nothing.csv").status_code == 404


def test_codes_are_mapped_by_one_and_verified_by_another(app, lead, database, service):
    assert "対応させる符号はまだありません" in words(lead.get(f"{PAGE}/codes"))
    send(lead)
    carried(database)
    page = lead.get(f"{PAGE}/codes")
    assert "対応のない符号 5件" in words(page)

    saved = post(lead, f"{PAGE}/codes", **mapped(page, **ALL), note="最初の表。")

    assert saved.status_code == 303
    mine = words(lead.get(f"{PAGE}/codes"))
    assert "あなたが作った版です" in mine and "わいせつな投稿" in mine and "対応のない符号 1件" in mine
    own = post(lead, f"{PAGE}/codes/verify", version="1", sure="1")
    assert own.status_code == 422 and "保存した人とは別の人が確かめてください" in words(own)
    other = member(app)
    assert "違いを確かめて、印を付けてください" in words(post(other, f"{PAGE}/codes/verify", version="1"))
    assert post(other, f"{PAGE}/codes/verify", version="1", sure="1").status_code == 303
    with database.reading() as session:
        lines = codes.lines(session, codes.standing(session, service))
    assert lines == {
        (Vocabulary.KIND, "DEL"): "remove",
        (Vocabulary.ROUTE, "AUTO"): "own_detection",
        (Vocabulary.REASON, "A-1"): "わいせつな投稿",
        (Vocabulary.REASON, "A-2"): "legal_duty",
    }
    text = words(lead.get(PAGE))
    assert "何を表すか決めていない符号が1件あります" in text


def test_a_category_that_cannot_stand_is_said_at_its_row_and_everything_typed_stays(lead, database):
    send(lead)
    carried(database)
    page = lead.get(f"{PAGE}/codes")

    answer = post(lead, f"{PAGE}/codes", **mapped(page, **(ALL | {"A_1": "=porn"})))

    assert answer.status_code == 422 and "区分の名前は、日本語で書いてください" in words(answer)
    found = re.search(r'href="#(f-row-\d+)"', answer.text)
    assert found and f'id="{found[1]}"' in answer.text and f'id="{found[1]}-error"' in answer.text
    assert 'value="porn"' in answer.text and 'value="remove" selected' in answer.text
    late = post(lead, f"{PAGE}/codes", **(mapped(page, **ALL) | {"seen": "4"}))
    assert late.status_code == 409 and 'value="わいせつな投稿"' in late.text


def test_a_clause_and_a_name_for_one_code_are_refused_at_its_row_and_both_stay(lead, database, service):
    send(lead)
    carried(database)
    sent = mapped(lead.get(f"{PAGE}/codes"), **ALL)
    no = next(key.removeprefix("code-") for key, code in sent.items() if code == "A-1")

    answer = post(lead, f"{PAGE}/codes", **(sent | {f"category-{no}": "clause:第4条1項"}))

    assert answer.status_code == 422 and "どちらか一方にしてください" in words(answer)
    assert f'href="#f-row-{no}"' in answer.text and f'id="f-row-{no}-error"' in answer.text
    assert 'value="わいせつな投稿"' in answer.text and 'value="clause:第4条1項" selected' in answer.text
    with database.reading() as session:
        assert codes.draft(session, service) is None


def test_saving_a_map_as_it_is_makes_no_version_and_says_so(app, lead, database, service):
    send(lead)
    carried(database)
    post(lead, f"{PAGE}/codes", **mapped(lead.get(f"{PAGE}/codes"), **ALL))
    for version in ("draft", "standing"):
        same = post(lead, f"{PAGE}/codes", **fields(lead.get(f"{PAGE}/codes")), note="同じもの。")
        assert (same.status_code, same.headers["Location"]) == (303, f"{PAGE}/codes")
        text = words(lead.get(f"{PAGE}/codes"))
        assert "変わったところがないので、新しい版は作っていません" in text and "保存しました" not in text
        assert "「変えた理由」も保存していません" in text
        with database.reading() as session:
            assert getattr(codes, version)(session, service).version == 1
        post(member(app), f"{PAGE}/codes/verify", version="1", sure="1")


def test_where_no_reason_was_written_none_is_said_to_be_lost(lead, database):
    send(lead)
    carried(database)
    post(lead, f"{PAGE}/codes", **mapped(lead.get(f"{PAGE}/codes"), **ALL))
    post(lead, f"{PAGE}/codes", **fields(lead.get(f"{PAGE}/codes")), note=" ")
    text = words(lead.get(f"{PAGE}/codes"))
    assert "新しい版は作っていません" in text and "も保存していません" not in text


def test_a_change_of_the_map_shows_its_difference(app, lead, database):
    send(lead)
    carried(database)
    post(lead, f"{PAGE}/codes", **mapped(lead.get(f"{PAGE}/codes"), **ALL))
    other = member(app)
    post(other, f"{PAGE}/codes/verify", version="1", sure="1")

    changed = mapped(lead.get(f"{PAGE}/codes"), A_1="=児童の性的な画像")
    assert changed["seen"] == "1"
    assert post(lead, f"{PAGE}/codes", **changed, note="名前を改めた。").status_code == 303

    text = words(other.get(f"{PAGE}/codes"))
    assert "A-1わいせつな投稿児童の性的な画像" in text and "名前を改めた。" in text
    assert "対応表の第2版が、確かめる人を待っています" in words(other.get(PAGE))


def test_a_token_is_shown_once_and_revoked_when_sure(app, database, service):
    manager = member(app, Role.MANAGER)
    path = f"{PAGE}/tokens"
    assert "鍵はまだありません" in words(manager.get(path))
    assert post(manager, path, name=" ").status_code == 422

    assert post(manager, path, name="投稿監視システム").status_code == 303

    shown = manager.get(path)
    secret = re.search(r"kgl_[a-z2-7]+", shown.text)[0]
    assert secret not in manager.get(path).text
    with database.reading() as session:
        [row] = tokens.tokens_of(session, service)
        assert tokens.known(session, secret)
    asked = post(manager, f"{path}/{row.id}/revoke")
    assert asked.status_code == 422 and f'id="f-sure-{row.id}-error"' in asked.text
    assert post(manager, f"{path}/{row.id}/revoke", sure="1").status_code == 303
    with database.reading() as session:
        assert tokens.known(session, secret) is None
    assert "無効" in words(manager.get(path))
    assert post(manager, f"{path}/{row.id}/revoke", sure="1").status_code == 409


def test_a_token_of_another_service_is_not_found(app, database, service):
    manager = member(app, Role.MANAGER)
    with database.writing() as session:
        other = make.make_service(session, name="つむぎ動画", slug="douga", prefix="TD")
        by = make.make_staff(session).id
        row, _secret = tokens.make(session, session.get_one(Service, other.id), "x", by=by, at=make.instant(AT))
        id = row.id
    assert post(manager, f"{PAGE}/tokens/{id}/revoke", sure="1").status_code == 404


def test_the_list_of_services_asks_once_what_the_worker_has_to_do(app, lead, database, service):
    with database.writing() as session:
        others = [make.make_service(session, name=f"つむぎ{n}", slug=f"tsumugi-{n}", prefix=f"T{n}") for n in "AB"]
    for one in (service, *others):
        begin(database, one, ROWS)
    asked: list[str] = []
    event.listen(app.extensions["database"].reader, "before_cursor_execute", lambda *said: asked.append(said[2]))

    page = lead.get("/desk/ledger")

    assert words(page).count("読込中 0%") == 3
    assert sum("max(jobrun.started_at)" in one for one in asked) == 1
    assert sum("FROM ledgerimport" in one and "service_id =" not in one for one in asked) == 1


def test_a_reviewer_does_not_see_the_ledger_and_a_lead_no_tokens(app, lead, service):
    reviewer = member(app, Role.REVIEWER)
    for path in ("/desk/ledger", PAGE, f"{PAGE}/codes"):
        assert reviewer.get(path).status_code == 403
    assert lead.get(f"{PAGE}/tokens").status_code == 403 and "送信用の鍵" not in words(lead.get(PAGE))
    assert lead.get("/desk/ledger/nowhere").status_code == 404
