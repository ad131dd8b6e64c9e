"""The language of pages: chosen by a link, kept in a cookie, at no cost to a half-filled form; letters are Japanese."""

import re
from datetime import date
from functools import partial

import pytest
from sqlmodel import select

from tests import make
from tests.web import claimant, desk
from tests.web.desk import boxes, hidden, letter, member
from tracker import i18n
from tracker.casework import NotAllowed, receipts
from tracker.casework.watch.sweep import sweep
from tracker.closed_days import working_calendar
from tracker.i18n import citation, day_text, japanese, short_day, short_time, speaking, time_text
from tracker.law import N_
from tracker.models import Letter, LetterKind, Memo, Notice, Role, Service
from tracker.sealed import open_text

FORM = "/s/tsumugi/"
CASE = "/desk/cases/TH-2026-000001"
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"}
BLANK = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to("2026-04-30T16:00:00+09:00")


@pytest.fixture
def clause(database):
    """A notice of two items, received on 28 April, and a clause to remove them under."""
    with database.writing() as session:
        service = make.make_service(session)
        version = make.make_criteria(session, service)
        make.make_notice(session, service, "2026-04-28T09:14:37+09:00")
        return make.first_clause(session, version)


@pytest.fixture
def client(app, clause):
    """A stranger's browser."""
    return app.test_client()


def language(answer) -> str:
    """What the page says of its own language."""
    said = re.search(r'<html lang="([^"]+)"', answer.text)[1]
    assert answer.headers["Content-Language"] == said
    return said


def switch(answer) -> dict[str, str]:
    """The links of the language switch by the language they are in."""
    links = re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang="\2">', answer.text)
    return {tag: href for href, tag in links}


def test_nobody_chose_and_the_page_is_japanese(client):
    answer = client.get("/")
    assert language(answer) == "ja"
    assert '<span lang="ja" aria-current="true">日本語</span>' in answer.text
    assert switch(answer) == {"en": "/?lang=en"}


def test_a_link_changes_the_language_and_following_pages_keep_it(client):
    assert language(client.get("/?lang=en")) == "en"
    assert language(client.get("/")) == "en"
    assert "My address, medical history" in client.get(FORM).text
    assert language(client.get("/?lang=ja")) == "ja"
    assert language(client.get("/")) == "ja"


def test_the_choice_is_a_cookie_that_says_nothing_else(app, client):
    answer = client.get("/?lang=en")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie == "lang=en; HttpOnly; Path=/; SameSite=Lax"  # gone with the browser: others may use it
    at_the_desk = member(app).get("/desk/?lang=en").headers.getlist("Set-Cookie")
    assert any(c.startswith("lang=en; ") and "Max-Age=31536000" in c for c in at_the_desk)


def test_a_page_is_cached_for_the_language_it_is_in(client):
    vary = {name.strip().lower() for name in client.get("/").headers["Vary"].split(",")}
    assert {"accept-language", "cookie", "hx-request"} <= vary


def test_an_unknown_language_is_not_chosen(client):
    answer = client.get("/?lang=tlh")
    assert language(answer) == "ja"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("en-US,en;q=0.9,ja;q=0.1", "ja"),  # reads Japanese too
        ("ja,en;q=0.9", "ja"),
        ("fr,en;q=0.9", "ja"),  # asks for neither first
        ("*", "ja"),
        ("", "ja"),
    ],
)
def test_without_a_choice_a_public_page_is_english_for_a_browser_that_asks_for_it_and_reads_no_japanese(
    client, asked, got
):
    assert language(client.get("/", headers={"Accept-Language": asked})) == got


def test_the_desk_does_not_ask_the_browser(app, client):
    assert language(member(app).get("/desk/", headers=ENGLISH)) == "ja"
    assert language(client.get("/desk/sign-in", headers=ENGLISH)) == "ja"


def test_what_was_chosen_wins_over_the_browser(client):
    client.get("/?lang=ja")
    assert language(client.get("/", headers=ENGLISH)) == "ja"


def test_an_address_keeps_its_question_in_another_language(app):
    links = switch(member(app).get("/desk/?view=late&q=%E6%B0%B4&lang=ja"))
    assert links == {"en": "/desk/?view=late&amp;q=%E6%B0%B4&amp;lang=en"}


def test_an_error_page_speaks_the_language_too(client):
    assert language(client.get("/no-such-page?lang=en")) == "en"
    assert language(client.get("/no-such-page")) == "en"


def test_one_request_leaves_no_language_behind(client):
    client.get("/?lang=en")
    assert i18n.language() == "ja"


def test_the_link_of_a_refused_form_leads_to_the_page_that_has_the_form(app, clause):
    reviewer = member(app)
    answer = desk.post(reviewer, f"{CASE}/decision", take="")
    assert answer.status_code == 422
    assert switch(answer) == {"en": f"{CASE}?lang=en"}


def test_a_half_filled_form_changes_its_language_and_loses_nothing(client, database):
    typed = {"do": "language", "confirm": "", "name": "", "reason": "まだ途中です", "rights": ["privacy"]}
    page = client.get(FORM)
    assert re.search(r'<button type="submit" form="filing" formaction="/s/tsumugi/\?lang=en" name="do"', page.text)
    answer = client.post(
        f"{FORM}?lang=en",
        data=claimant.fields(**typed) | {"evidence": claimant.files(("a.png", claimant.png()))},
        content_type="multipart/form-data",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200, "nothing is said of what is missing"
    assert language(answer) == "en"
    assert "まだ途中です" in answer.text
    assert claimant.value(answer, "email") == "akari@mail.example"
    assert re.search(r'value="privacy"[^>]* checked', answer.text)
    assert "a.png" in answer.text
    with database.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 1, "nothing was filed"
    assert language(client.get(FORM)) == "en"


def test_the_enter_key_in_the_form_does_not_change_the_language(client):
    buttons = re.findall(r"<button[^>]*>", client.get(FORM).text)
    mine = [b for b in buttons if 'form="filing"' in b]
    assert "name=" not in mine[0], "the first button of a form is what Enter presses"


def test_a_paper_filing_changes_its_language_and_loses_nothing(app, clause):
    reviewer = member(app)
    token = desk.token(reviewer.get("/desk/new/tsumugi").text)
    answer = reviewer.post(
        "/desk/new/tsumugi?lang=en",
        data={"csrf_token": token, "do": "language", "reason": "電話で聞いたとおり", "received_at": "2026-04-29T10:00"},
    )
    assert answer.status_code == 200
    assert language(answer) == "en"
    assert "電話で聞いたとおり" in answer.text
    assert 'value="2026-04-29T10:00"' in answer.text


def test_a_refusal_by_casework_is_said_in_the_language_of_whoever_asked():
    refused = NotAllowed(N_("「%(name)s」は空のファイルです。"), name="a.png")
    assert str(refused) == "「a.png」は空のファイルです。"
    with speaking("en"):
        assert str(refused) == "“a.png” is an empty file."


def test_a_file_that_cannot_be_taken_is_refused_in_english(client):
    client.get("/?lang=en")
    answer = claimant.send(client, attach=[("notes.txt", b"plain words")])
    assert answer.status_code == 422
    assert "“notes.txt” is neither a picture (PNG, JPEG, WebP) nor a PDF" in claimant.text(answer)


def test_a_wrong_password_is_refused_in_english(app, clause):
    client = app.test_client()
    client.get("/desk/sign-in?lang=en")
    data = {"email": "nobody@tsumugi.example", "password": "x", "csrf_token": ""}
    data["csrf_token"] = desk.token(client.get("/desk/sign-in").text)
    answer = client.post("/desk/sign-in", data=data)
    assert language(answer) == "en"
    assert "The e-mail address or the password is wrong." in answer.text


def judged(client, clause) -> None:
    """The first item refused, the second removed and carried out."""
    first, second = boxes(client.get(CASE), "item")
    fields = {"reason": "事実でない内容のため。", "kind": "remove", "basis": f"clause:{clause.id}"}
    assert (
        desk.post(
            client, f"{CASE}/decision", item=[first], take="no", finding="not_infringed", reason="基準にあたらない。"
        ).status_code
        == 303
    )
    assert desk.post(client, f"{CASE}/decision", item=[second], take="yes", **fields).status_code == 303
    page = client.get(CASE)
    now = re.search(r'name="executed_at"[^>]* value="([^"]+)"', page.text)[1]
    done = desk.post(client, f"{CASE}/execution", measures=boxes(page, "measures"), executed_at=now)
    assert done.status_code == 303


def test_a_letter_is_the_same_whoever_reads_the_page(app, clause, database):
    client = member(app, Role.LEAD)
    judged(client, clause)
    outcome = f"{CASE}/letters/outcome"
    in_japanese, in_english = client.get(outcome), client.get(f"{outcome}?lang=en")
    assert language(in_english) == "en"
    assert letter(in_english) == letter(in_japanese) != ""
    assert "第1版" in letter(in_english)
    assert hidden(in_english, "digest") == hidden(in_japanese, "digest")
    sender = re.search(rf'{CASE}/letters/sender/[^"/]+', client.get(f"{CASE}?tab=letters").text)
    assert sender, "the notice to the sender is ready"
    assert letter(client.get(f"{sender[0]}?lang=en")) == letter(client.get(f"{sender[0]}?lang=ja")) != ""
    client.get("/desk/?lang=en")
    assert desk.post(client, outcome, digest=hidden(in_japanese, "digest")).status_code == 303
    with database.reading() as session:
        sent = session.exec(select(Letter).where(Letter.kind == LetterKind.OUTCOME)).one()
        body = open_text(session, sent.case_id, "letter.body", sent.id, sent.body_sealed)
    assert body.strip() == letter(in_japanese).strip()


def written(session, write) -> tuple[str, str]:
    """Subject and body of the letter that `write` posts."""
    known = set(session.exec(select(Letter.id)))
    write()
    [new] = [x for x in session.exec(select(Letter)) if x.id not in known]
    columns = (("subject", new.subject_sealed), ("body", new.body_sealed))
    return tuple(open_text(session, new.case_id, f"letter.{name}", new.id, sealed) for name, sealed in columns)


@pytest.mark.parametrize("kind", ["alert", "receipt"])
def test_an_alert_and_a_receipt_are_the_same_whoever_is_served(database, clause, kind):
    found = []
    for language in ("ja", "en"):
        with database.writing() as session, speaking(language):
            at = make.instant("2026-05-05T09:00+09:00")
            if kind == "alert":
                make.make_staff(session)
                sweep(session, at=at)
                found.append(tuple(session.exec(select(Memo.subject, Memo.body)).one()))
            else:
                service = session.exec(select(Service)).one()
                notice = session.exec(select(Notice)).one()
                for old in session.exec(select(Letter)):
                    old.cancelled_at = old.ended_at = at
                session.flush()
                found.append(written(session, partial(receipts.acknowledge, session, service, notice, at=at)))
            session.rollback()
    in_japanese, in_english = found
    assert in_english == in_japanese
    assert not re.search("[A-Za-z]{4,}", re.sub(r"https?://\S+", "", "".join(in_english)))


def test_days_and_hours_are_written_as_each_language_writes_them():
    calendar, holiday = working_calendar(), date(2026, 5, 5)
    instant = make.instant("2026-04-28T09:14:37+09:00")
    assert (time_text(instant), short_time(instant)) == ("2026年4月28日(火) 9時14分37秒", "4/28 9:14")
    assert day_text(holiday, year=False, calendar=calendar) == "5月5日(火・祝)"
    with speaking("en"):
        assert time_text(instant).replace(BLANK, " ") == "Tue 28 April 2026 9:14:37"
        assert time_text(instant).partition(" ")[2] == "9:14:37", "the first plain blank stands before the hour"
        assert short_time(instant).replace(BLANK, " ") == "28 Apr 9:14"
        assert day_text(holiday, year=False, calendar=calendar).replace(BLANK, " ") == "Tue 5 May (holiday)"
        assert short_day(holiday, calendar).replace(BLANK, " ") == "Tue 5 May (holiday)"
        with japanese():
            assert short_day(holiday, calendar) == "5/5(火・祝)"


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("法25条1項・規則16条", "Act art. 25(1), Rules art. 16"),
        ("法3条2項2号", "Act art. 3(2) item 2"),
        ("法25条1項ただし書", "Act art. 25(1), proviso"),
        ("民法140条・141条", "Civil Code art. 140, art. 141"),
        ("事務所の目標", "Office target"),
        ("何とか法の附則", "何とか法の附則"),
    ],
)
def test_a_citation_is_written_as_each_language_writes_it(article, english):
    assert citation(article) == article
    with speaking("en"):
        assert citation(article) == english


@pytest.mark.parametrize("first", ["en", "ja"])
def test_a_citation_that_stands_in_a_page_is_in_the_language_of_each_reader(app, clause, first):
    """Whoever comes first, in whatever language: a template keeps no answer for the next one."""
    client = app.test_client()
    client.get("/", headers={"Accept-Language": first})
    client.delete_cookie("lang")
    assert "法22条2項3号" in client.get("/", headers={"Accept-Language": "ja"}).text
    assert "Act art. 22(2) item 3" in client.get("/", headers={"Accept-Language": "en"}).text
