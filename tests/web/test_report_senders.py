"""18-5-1 of the publication: the method and the months are recorded once, and offered in its form to be written."""

import re

import pytest

from tests import make
from tests.web.desk import hidden, member, post, words
from tracker.models import Role
from tracker.report import entries, senders
from tracker.report.senders import Figures

AT = "2026-04-10T10:00:00+09:00"
PAGE = "/desk/report/tsumugi/2025/18-5-1"
METHOD = "各月に投稿した利用者を、登録の番号で数えました。"
FIELDS = ("number", "words")
MONTHS = [*range(202507, 202513), *range(202601, 202604)]  # registered on 29 July 2025


@pytest.fixture
def service(database, freezer):
    freezer.move_to(make.instant(AT))
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def staff(database, service):
    with database.writing() as session:
        return make.make_staff(session).id


@pytest.fixture
def lead(app, service):
    return member(app)


@pytest.fixture
def record(database, service, staff):
    """Write the next version of the method, or the figures of months."""

    def record(method="", months=(), times=0, seen=0):
        common = {"by": staff, "at": make.instant(AT)}
        with database.writing() as session:
            if method:
                senders.set_method(session, service, method, None, seen=seen, **common)
            if months:
                senders.enter_all(session, service, dict.fromkeys(months, Figures(1, 1, times)), seen={}, **common)

    return record


def field(page, name: str) -> str:
    """What stands in a field of the first form, 延べ発信者数の総数."""
    text = page.text[page.text.index('id="w-senders"') :]
    found = re.search(rf'id="f-w-senders-{name}"[^>]*>\n?([^<]*)', text)
    return re.search(r'value="([^"]*)"', found[0])[1] if name == "number" else found[1]


def standing(database, service):
    with database.reading() as session:
        return entries.standing(session, service, 2025).get(("18-5-1", "senders"))


def test_method_and_sum_stand_in_the_fields_and_are_published_when_a_person_writes_them(
    lead, database, service, record
):
    record(METHOD, MONTHS, 1_000)
    page = lead.get(PAGE)
    assert (field(page, "number"), field(page, "words")) == ("9000", METHOD)
    seen = words(page)
    assert "算定方法（第1版、2026年4月10日(金)）を欄に入れてあります。まだ書き込んでいません" in seen
    assert "2025年7月から2026年3月までの、月ごとの延べ発信者数の和です" in seen
    assert 'href="/desk/senders-count/tsumugi?year=2025#method"' in page.text
    assert "まだそろっていません" in seen and standing(database, service) is None

    answer = post(lead, PAGE, part="senders", words=METHOD, number="9000", seen=hidden(page, "seen"))
    assert answer.status_code == 303
    assert standing(database, service).number == 9_000
    seen = words(lead.get(PAGE))
    assert "算定方法（第1版、2026年4月10日(金)）と同じ文章です" in seen and "欄に入れてあります" not in seen


def test_the_month_of_the_registration_is_said_to_be_a_part_only(lead, record):
    record(METHOD)
    assert "2025年7月の数には、届出の日（2025年7月29日(火)）より前の分も入っています" in words(lead.get(PAGE))
    assert "届出の日（" not in words(lead.get("/desk/report/tsumugi/2026/18-5-1"))


def test_while_a_month_is_missing_there_is_no_sum(lead, record):
    record(METHOD, MONTHS[1:], 1_000)
    page = lead.get(PAGE)
    assert (field(page, "number"), field(page, "words")) == ("", METHOD)
    assert "月ごとの延べ発信者数があるのは、9か月のうち8か月です" in words(page)


def test_an_entry_that_differs_stays_and_the_newer_method_can_be_put_into_the_field(lead, record):
    record(METHOD, MONTHS, 1_000)
    post(lead, PAGE, part="senders", words=METHOD, number="8999", seen="0")
    record("投稿した利用者を、端末ごとに数えました。", seen=1)
    page = lead.get(PAGE)
    assert (field(page, "number"), field(page, "words")) == ("8999", METHOD)
    assert "算定方法（第2版、2026年4月10日(金)）と違う文章です" in words(page)
    assert "和は9,000で、書き込んだ数と違います" in words(page)
    page = lead.get(f"{PAGE}?copy=method")
    assert (field(page, "number"), field(page, "words")) == ("8999", "投稿した利用者を、端末ごとに数えました。")
    assert hidden(page, "seen") == "1"


def test_what_was_typed_comes_back_and_the_other_way_keeps_the_fields_empty(lead, database, service, record):
    record(METHOD, MONTHS, 1_000)
    back = post(lead, PAGE, part="senders", words="私の文章です。", number="x", seen="0")
    assert (back.status_code, field(back, "number"), field(back, "words")) == (422, "x", "私の文章です。")
    post(lead, PAGE, part="suspended", words="停止した投稿者の数です。", number="3", seen="0")
    page = lead.get(PAGE)
    assert (field(page, "number"), field(page, "words")) == ("", "")
    assert "欄に入れてあります" not in words(page)


def test_without_a_method_the_page_says_where_it_is_written(app, lead):
    page = lead.get(PAGE)
    assert "算定方法は、発信者数の画面にまだ書かれていません" in words(page)
    assert field(page, "words") == ""
    assert "<form" not in member(app, Role.REVIEWER).get(PAGE).text.split("<main")[1].split("</main")[0]


def test_an_entry_that_the_record_has_left_behind_is_named_in_the_draft_before_it_is_frozen(lead, record):
    draft = "/desk/report/tsumugi/2025"
    record(METHOD, MONTHS, 1_000)
    assert "違う文章です" not in words(lead.get(draft))  # what is not written is something to do, not to look at
    post(lead, PAGE, part="senders", words=METHOD, number="9000", seen="0")
    page = words(lead.get(draft))
    assert "算定方法（第1版" not in page and "書き込んだ数と違います" not in page

    post(lead, PAGE, part="senders", words=METHOD, number="8999", seen="1")
    record("投稿した利用者を、端末ごとに数えました。", seen=1)
    page = lead.get(draft)
    panel = words(page).split("公表の前に見ておくこと")[1].split("誤りとは限りません")[0]
    assert "18-5-1 延べ発信者数の総数" in panel
    assert "算定方法（第2版、2026年4月10日(金)）と違う文章です" in panel
    assert "和は9,000で、書き込んだ数と違います" in panel


def test_a_record_without_a_method_or_with_a_month_missing_says_nothing_in_the_draft(lead, record):
    record("", MONTHS[1:], 1_000)
    post(lead, PAGE, part="senders", words=METHOD, number="8999", seen="0")
    page = words(lead.get("/desk/report/tsumugi/2025"))
    assert "月ごとの延べ発信者数" not in page and "発信者数の画面の算定方法" not in page


def test_fields_are_required_until_something_stands_and_then_say_how_it_is_taken_back(lead):
    def marked(page):
        text = page.text[page.text.index('id="w-senders"') :]
        return ["必須" in re.search(rf'<label for="f-w-senders-{name}">.*?</label>', text)[0] for name in FIELDS]

    back = "取り消すときは、文章と数を空にして書き込みます"
    empty = lead.get(PAGE)
    assert marked(empty) == [True, True] and back not in words(empty)
    post(lead, PAGE, part="senders", words=METHOD, number="8999", seen="0")
    page = lead.get(PAGE)
    assert marked(page) == [False, False] and back in words(page)
    assert post(lead, PAGE, part="senders", words="", number="", seen="1").status_code == 303
    assert marked(lead.get(PAGE)) == [True, True]
