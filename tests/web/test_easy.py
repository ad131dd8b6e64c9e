"""Easy Japanese on the public door: readings over the words of a page, and nowhere that HTML allows none."""

import re
from html import escape

import pytest

from tests import make
from tests.web import claimant
from tests.web.desk import member
from tracker.closed_days import working_calendar
from tracker.i18n import EASY, citation, day_text, ruby, short_day, speaking, tag
from tracker.i18n.language import catalogue

FORM = "/s/tsumugi/"
KANJI = re.compile("[一-龠々]")
WORD = '<ruby>期限<rp>（</rp><rt aria-hidden="true">きげん</rt><rp>）</rp></ruby>'
TERM = ruby.marked("[期限|きげん]")
# Whose kanji have no reading: names, dates, and what staff or a claimant wrote.
OURS = re.compile("つむぎ広場|株式会社つむぎネットワーク|日本語|[月火水木金土日・祝年時分秒]")


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to("2026-04-30T16:00:00+09:00")


@pytest.fixture
def client(app, database):
    """A stranger's browser that has chosen easy Japanese."""
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    client.get(f"/?lang={EASY}")
    return client


def without_readings(answer) -> str:
    """The words of a page that stand under no reading; without typed text and letters."""
    text = re.sub(r"<ruby>.*?</ruby>", "", answer.text, flags=re.DOTALL)
    text = re.sub(r"<(title|textarea|option|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r'<div lang="ja">.*?</div></div>|<dd lang="ja">.*?</dd>', "", text, flags=re.DOTALL)
    return OURS.sub("", re.sub(r"<[^>]*>", "\n", text))


def test_the_switch_offers_easy_japanese_in_kana(app, database):
    answer = app.test_client().get("/")
    assert f'<a href="/?lang={EASY}" lang="ja">やさしい にほんご</a>' in answer.text
    assert "<ruby>" not in answer.text


def test_the_choice_is_kept_as_that_of_another_language(client):
    answer = client.get(f"/?lang={EASY}")
    assert answer.headers.getlist("Set-Cookie") == [f"lang={EASY}; HttpOnly; Path=/; SameSite=Lax"]
    page = client.get(FORM)
    assert '<html lang="ja" class="easy">' in page.text
    assert page.headers["Content-Language"] == "ja"
    assert '<span lang="ja" aria-current="true">やさしい にほんご</span>' in page.text
    assert "<ruby>" not in client.get("/?lang=ja").text


def test_a_browser_that_asks_for_japanese_gets_it_as_it_is(app, database):
    assert "<ruby>" not in app.test_client().get("/", headers={"Accept-Language": "ja"}).text


def walked(client) -> list:
    """The pages of a filing, from the front page to the receipt, and two that went wrong."""
    wrong = claimant.send(client, standing="", rights=[], reason="", name="", email="", confirm="", url=["x"])
    sent = claimant.send(client)
    return [client.get("/"), client.get(FORM), wrong, client.get(sent.location), client.get("/no-such-page")]


def test_every_kanji_on_the_way_of_a_filing_has_its_reading(client):
    for page in walked(client):
        left = [line.strip() for line in without_readings(page).split("\n") if KANJI.search(line)]
        assert left == [], page.request.path


def test_no_mark_and_no_bracket_of_the_catalogue_is_left_on_a_page(client):
    for page in walked(client):
        assert ruby.SECRET not in page.text
        assert not re.search(r"\[[^][<>|]*\|[ぁ-ん]", page.text)


def test_attributes_and_titles_hold_no_markup(client):
    for page in walked(client):
        tags = re.findall(r"<[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", page.text)
        assert not [one for one in tags if "ruby" in one and one != "<ruby>"]
        assert "<" not in re.search("<title>(.*?)</title>", page.text)[1]
        assert not re.search(r"<option[^>]*>[^<]*<(?!/option>)", page.text)


def test_what_looks_like_the_notation_stays_as_it_was_typed(client):
    typed = "[期限|きげん] \U000f1234\U00100000期限\U00100001"
    page = claimant.send(client, reason=typed, name=typed, quote=[typed], confirm="")
    assert page.status_code == 422
    assert f">\n{escape(typed)}</textarea>" in page.text.replace("\r", "")
    assert claimant.value(page, "name") == typed
    preview = client.post(
        f"{FORM}preview", data=claimant.fields(reason=typed), headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert f"<mark>{escape(typed)}</mark>" in preview.text


def test_a_piece_of_a_page_has_readings_too(client):
    data = claimant.fields(reason="")
    answer = client.post(f"{FORM}preview", data=data, headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"})
    assert "<html" not in answer.text
    assert "<ruby>" in answer.text
    assert ruby.SECRET not in answer.text


def test_a_half_filled_form_becomes_easy_and_loses_nothing(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    button = f'formaction="{FORM}?lang={EASY}" name="do" value="language" lang="ja">やさしい にほんご</button>'
    assert button in client.get(FORM).text
    data = claimant.fields(do="language", reason="まだ途中です", confirm="")
    answer = client.post(f"{FORM}?lang={EASY}", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert "<ruby>" in answer.text
    assert "まだ途中です</textarea>" in answer.text


def test_a_letter_is_not_in_easy_japanese(client, database):
    preview = claimant.fields()
    page = client.post(f"{FORM}preview", data=preview, headers={"Sec-Fetch-Site": "same-origin"})
    letter = re.search(r'<div lang="ja">(.*?)</div></div>', page.text, re.DOTALL)[1]
    assert KANJI.search(letter)
    assert "<ruby>" not in letter


def test_the_desk_is_in_japanese_for_whoever_chose_easy_japanese(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app)
    client.get(f"/?lang={EASY}")
    desk = client.get("/desk/")
    assert "<ruby>" not in desk.text
    assert "やさしい" not in desk.text
    assert "Set-Cookie" not in client.get(f"/desk/?lang={EASY}").headers


def test_json_has_no_readings(client):
    answer = client.get("/calculator?clock=no-such-clock", headers={"Accept": "application/json"})
    assert ruby.SECRET not in answer.text


def test_dates_and_citations_are_japanese():
    day = make.instant("2026-05-05T09:00+09:00").date()
    with speaking(EASY):
        assert tag() == "ja"
        assert day_text(day) == "2026年5月5日(火)"
        assert short_day(day, working_calendar()) == "5/5(火・祝)"
        assert ruby.bracketed(citation("法25条1項")) == "法（ほう）25条（じょう）1項（こう）"
        assert ruby.plain(citation("民法140条・141条")) == "民法140条・141条"


def test_a_text_without_an_easy_form_is_the_japanese_one():
    assert catalogue(EASY).gettext("名前のない言葉") == "名前のない言葉"


def test_readings_stand_over_words_of_a_page():
    assert ruby.page(f"<p>{TERM}まで</p>") == f"<p>{WORD}まで</p>"
    assert ruby.page(f'<!-- it\'s --><b title="a > b">{TERM}</b>') == f'<!-- it\'s --><b title="a > b">{WORD}</b>'


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<title>{}</title>", "<title>期限</title>"),
        ("<TEXTAREA>{}</TEXTAREA>", "<TEXTAREA>期限</TEXTAREA>"),
        ("<script>{}</script>", "<script>期限</script>"),
        ('<svg><text x="1">{}</text></svg>', '<svg><text x="1">期限</text></svg>'),
        ('<option value="{}">{}</option>', '<option value="期限（きげん）">期限（きげん）</option>'),
        ('<p aria-label="{}">', '<p aria-label="期限">'),
        ("<p title='{}' placeholder=\"{}\">", "<p title='期限' placeholder=\"期限（きげん）\">"),
        ("<p data-busy='{}'>", "<p data-busy='期限（きげん）'>"),
        ("<!-- it's {} -->", "<!-- it's 期限 -->"),
    ],
)  # fmt: skip
def test_where_html_allows_no_reading_the_word_stands_alone_or_with_brackets(given, shown):
    assert ruby.page(given.replace("{}", TERM)) == shown.replace("{}", TERM)


def test_a_text_without_marks_is_not_touched():
    page = "<p>[期限|きげん]</p>"
    assert ruby.page(page) is page
    assert ruby.plain(TERM) == "期限"
    assert ruby.bracketed(TERM) == "期限（きげん）"
