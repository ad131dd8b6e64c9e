"""Likely repeats: what matches, what it is worth under 法25条1項ただし書, and that nothing is closed by it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, strategies as st
from sqlalchemy import event

from tests import make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tracker.casework import delivery, endings, intake, journal, receipts, replies
from tracker.casework.intake import FiledItem
from tracker.casework.repeats import LOOK_BACK, MOST, NEARLY, likeness, repeats
from tracker.casework.traces import LENGTH, quote_key, url_key
from tracker.law.grounds import Excuse, Right, Standing
from tracker.letters.transport import Answer
from tracker.models import Case
from tracker.web.places import normal_or_empty

APRIL, MAY, LATER = "2026-04-20T09:00+09:00", "2026-05-11T09:00+09:00", "2026-05-12T09:00+09:00"
LONG = "前の職場で金を盗んだと書かれましたが、円満に退職しており、そのような事実は一切ありません。"
CHANGED = "以前の職場で金を盗んだと書かれましたが、円満に退職しており、そのような事実は一切ありません！"
OTHER = "撮影した写真を許しなく使われました。元の画像も手元にあり、いつでも示せます。"


def item(name: str = "", quote: str = "", account: str = "") -> FiledItem:
    url = f"https://tsumugi.example/p/{name}" if name else ""
    return FiledItem(url, normal_or_empty(url), quote, account)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def session(request, tmp_path):
    """A writing session on either database."""
    if request.param == "sqlite":
        with request.getfixturevalue("database").writing() as session:
            yield session
        return
    with migrated_database("postgresql", tmp_path) as url:
        database = open_database(make_settings(tmp_path, database=url))
        with database.writing() as session:
            yield session
        database.dispose()


@pytest.fixture
def service(session):
    service = make.make_service(session)
    make.make_criteria(session, service)
    return service


def file(session, service, received: str, *items: FiledItem, **changes):
    """A notice about these items, with its receipt."""
    at = make.instant(received)
    filing = replace(make.make_filing(**({"reason": LONG} | changes)), items=list(items))
    notice = intake.file(session, service, filing, at=at)
    receipts.acknowledge(session, service, notice, at=at)
    return notice


def test_the_same_address_filed_again_by_the_same_claimant_may_be_the_same_content(session, service):
    first = file(session, service, APRIL, item("1"))
    again = file(session, service, MAY, item("1"), reason=CHANGED)

    (found,) = repeats(session, again)

    assert (found.number, found.same_claimant, found.urls, found.covered) == (first.number, True, [1], True)
    assert found.likeness and NEARLY <= found.likeness < 100
    assert found.may_be_same
    assert found.outcome.open == 1


def test_seen_from_the_earlier_one_the_later_one_is_no_earlier_filing(session, service):
    first = file(session, service, APRIL, item("1"))
    file(session, service, MAY, item("1"))

    (found,) = repeats(session, first)

    assert not found.earlier and not found.may_be_same


def test_the_same_address_from_another_claimant_is_shown_and_is_never_the_same_filing(session, service):
    file(session, service, APRIL, item("1"), email="b@mail.example")
    (found,) = repeats(session, file(session, service, MAY, item("1")))

    assert found.urls == [1] and found.covered
    assert not found.same_claimant and not found.may_be_same
    assert found.likeness is None  # what somebody else wrote is not compared


def test_filings_without_an_address_of_mail_are_not_taken_for_one_claimant(session, service):
    file(session, service, APRIL, item("1"), email="")
    (found,) = repeats(session, file(session, service, MAY, item("1"), email=""))

    assert not found.same_claimant and not found.may_be_same


def test_nearly_the_same_reason_of_the_same_claimant_is_found_without_the_address(session, service):
    file(session, service, APRIL, item("1"))
    (found,) = repeats(session, file(session, service, MAY, item("2"), reason=CHANGED))

    assert found.same_claimant and found.likeness >= NEARLY
    assert not found.urls and not found.may_be_same  # another post is another 申出


def test_another_reason_a_short_one_or_another_claimant_is_not_found_by_the_reason(session, service):
    file(session, service, APRIL, item("1"), reason=OTHER)
    file(session, service, APRIL, item("2"), reason="削除してください。")
    file(session, service, APRIL, item("3"), email="b@mail.example")

    assert repeats(session, file(session, service, MAY, item("4"))) == []
    assert repeats(session, file(session, service, LATER, item("5"), reason="削除してください。")) == []


def test_the_same_words_of_the_same_account_are_found_without_an_address(session, service):
    first = file(session, service, APRIL, item(quote="ここのあんぱん 虫入り", account="@kaze"))
    again = file(session, service, MAY, item(quote="ここのあんぱん虫入り", account="＠ｋａｚｅ"), reason=OTHER)
    file(session, service, MAY, item(quote="ここのあんぱん虫入り", account="@mob"), email="b@mail.example")

    (found,) = repeats(session, again)

    assert (found.number, found.quotes, found.covered) == (first.number, [1], True)


def test_a_filing_with_one_item_or_one_right_more_is_a_new_one(session, service):
    file(session, service, APRIL, item("1"), rights=[Right.HONOR])
    more = file(session, service, MAY, item("1"), item("2"), rights=[Right.HONOR])
    right = file(session, service, LATER, item("1"), rights=[Right.HONOR, Right.PRIVACY])

    first_of_more = repeats(session, more)[0]
    assert first_of_more.urls == [1] and not first_of_more.covered and not first_of_more.may_be_same
    found = {one.number: one for one in repeats(session, right)}
    assert [one.new_rights for one in found.values()] == [["privacy"], ["privacy"]]
    assert not any(one.may_be_same for one in found.values())


def test_what_was_taken_back_or_was_a_report_of_a_third_party_is_no_earlier_filing(session, service):
    back = file(session, service, APRIL, item("1"))
    endings.withdraw(session, back, actor=journal.CLAIMANT, at=make.instant("2026-04-21T09:00+09:00"), remark="解決")
    (found,) = repeats(session, file(session, service, MAY, item("1")))
    assert found.outcome.withdrawn_at and not found.may_be_same

    file(session, service, APRIL, item("9"), standing=Standing.THIRD_PARTY, email="c@mail.example")
    (found,) = repeats(session, file(session, service, MAY, item("9"), email="c@mail.example"))
    assert not found.may_be_same


def test_it_says_what_became_of_the_item_that_matched_and_when_its_claimant_was_told(session, service):
    staff = make.make_staff(session)
    first = file(session, service, APRIL, item("1"), item("2"))
    make.decide(session, first, make.KEEP, staff, "2026-04-21T10:00+09:00", (1,))
    again = file(session, service, MAY, item("1"))
    (found,) = repeats(session, again)
    assert (found.outcome.items, found.outcome.kept, found.outcome.open, found.outcome.told_at) == (1, 1, 0, None)

    make.decide(session, first, make.KEEP, staff, "2026-04-21T10:00+09:00", (2,))
    draft, at = replies.outcome_draft(session, first), make.instant("2026-04-21T11:00+09:00")
    letter = replies.send_draft(session, first, draft, draft.digest, by=staff.id, at=at)
    delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=at)
    assert repeats(session, again)[0].outcome.told_at == at

    make.decide(session, first, make.KEEP, staff, "2026-04-22T10:00+09:00", (1,))
    assert repeats(session, again)[0].outcome.told_at is None  # decided anew: what was told is no longer so


def test_an_excused_repeat_is_shown_as_such_to_the_next_one(session, service):
    staff = make.make_staff(session)
    file(session, service, APRIL, item("1"))
    second = file(session, service, MAY, item("1"))
    at = make.instant("2026-05-11T10:00+09:00")
    endings.excuse(session, second, Excuse.SAME_CONTENT, "前と同じ", by=staff.id, at=at)

    found = {one.number: one for one in repeats(session, file(session, service, LATER, item("1")))}

    assert found[second.number].outcome.excused_at == at


def test_other_services_of_the_provider_are_searched_too_and_a_filing_there_is_another_one(session, service):
    other = make.make_service(session, name="つむぎ動画", slug="movie", prefix="TV")
    file(session, other, APRIL, item("1"))
    (found,) = repeats(session, file(session, service, MAY, item("1")))

    assert found.service.name == "つむぎ動画" and found.covered and not found.may_be_same


def test_the_same_words_posted_again_at_another_address_are_a_new_infringement(session, service):
    file(session, service, APRIL, item("1", "金を盗んだ", "@kaze"))
    (found,) = repeats(session, file(session, service, MAY, item("2", "金を盗んだ", "@kaze")))

    assert (found.urls, found.quotes, found.moved) == ([], [], [1])  # shown, since it is worth reading
    assert not found.covered and not found.may_be_same


def test_the_same_words_are_the_same_post_where_one_filing_names_no_address(session, service):
    first = file(session, service, APRIL, item("1", "金を盗んだ", "@kaze"))
    (found,) = repeats(session, file(session, service, MAY, item("", "金を盗んだ", "@kaze")))

    assert (found.number, found.quotes, found.moved, found.may_be_same) == (first.number, [1], [], True)


@pytest.mark.parametrize("standing", [Standing.LAWYER, Standing.GUARDIAN, Standing.COMPANY, Standing.BEREAVED])
@pytest.mark.parametrize("both", [True, False])
def test_an_agent_who_files_twice_from_one_address_may_do_so_for_two_people(session, service, standing, both):
    file(session, service, APRIL, item("1"), standing=standing if both else Standing.PERSON)
    (found,) = repeats(session, file(session, service, MAY, item("1"), standing=standing))

    assert found.same_claimant and found.covered
    assert not found.same_person and not found.may_be_same


def test_two_names_at_one_address_of_mail_may_be_two_people(session, service):
    file(session, service, APRIL, item("1"), name="水原 健")
    other = repeats(session, file(session, service, MAY, item("1"), name="水原 あかり"))
    assert not other[0].same_person and not other[0].may_be_same

    again = repeats(session, file(session, service, LATER, item("1"), name="水原　あかり"))
    assert {one.may_be_same for one in again} == {True, False}  # blanks and width make no other person


def test_looking_for_repeats_writes_nothing(session, service):
    file(session, service, APRIL, item("1"))
    again = file(session, service, MAY, item("1"))
    session.flush()
    before = len(journal.history(session, session.get_one(Case, again.case_id)))

    repeats(session, again)

    assert not session.new and not session.dirty
    assert len(journal.history(session, session.get_one(Case, again.case_id))) == before
    assert session.get_one(Case, again.case_id).closed_at is None


def test_the_claimants_own_filing_is_found_first_however_many_others_name_the_address(session, service):
    mine = file(session, service, APRIL, item("1"))
    for n in range(MOST + 3):
        file(session, service, APRIL, item("1"), email=f"m{n}@mail.example")
    found = repeats(session, file(session, service, MAY, item("1")))

    assert found[0].number == mine.number and len(found) == MOST


def test_a_filing_of_three_hundred_items_is_looked_up_in_a_fixed_number_of_queries(session, service):
    file(session, service, APRIL, *(item(str(n)) for n in range(300)))
    big = file(session, service, MAY, *(item(str(n), "言葉", f"@a{n}") for n in range(300)))
    session.flush()
    asked = []

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))

    (found,) = repeats(session, big)

    assert found.covered and found.may_be_same
    assert len(asked) <= 13, asked


@pytest.mark.parametrize("session", ["sqlite"], indirect=True)  # PostgreSQL reads a small table as a whole
def test_the_index_is_used_for_addresses_and_words(session, service):
    file(session, service, APRIL, item("1", "言葉", "@a"))
    for column in ("url_key", "quote_key"):
        plan = session.connection().exec_driver_sql(
            f"explain query plan select id from item where {column} in ('a', 'b') and {column} <> ''"
        )
        assert f"ix_item_{column}" in str(plan.all())


def test_two_texts_that_differ_in_width_blanks_and_case_only_are_alike():
    assert likeness("ＡＢＣ の件、削除を", "abcの件、\n削除を") == 100
    assert likeness(LONG, OTHER) < NEARLY - 30
    assert LOOK_BACK >= 20


@pytest.mark.parametrize(
    "other",
    [
        "http://tsumugi.example/p/1",
        "https://www.tsumugi.example/p/1",
        "https://tsumugi.example/p/1/",
        "https://tsumugi.example/p/1?utm_source=x&fbclid=y",
        "https://tsumugi.example/p/1#:~:text=金を",
        "HTTPS://TSUMUGI.EXAMPLE/p/1",
    ],
)
def test_the_same_page_written_otherwise_has_the_same_key(other):
    assert url_key(normal_or_empty(other)) == url_key("https://tsumugi.example/p/1")


@pytest.mark.parametrize(
    "other",
    [
        "https://tsumugi.example/p/2",
        "https://tsumugi.example/p/1?page=2",
        "https://tsumugi.example/p/1#comment-7",
        "https://other.example/p/1",
        "https://tsumugi.example:8443/p/1",
        "https://tsumugi.example/P/1",
    ],
)
def test_another_place_has_another_key(other):
    assert url_key(normal_or_empty(other)) != url_key("https://tsumugi.example/p/1")


@given(st.text())
@example("http://[::1")
@example("https://例え.テスト/あ?い=う#え")
def test_every_address_that_can_be_filed_has_a_key_of_one_length(text):
    for typed in (text, f"https://tsumugi.example/{text}", f"https://tsumugi.example/?{text}"):
        normal = normal_or_empty(typed)
        assert len(url_key(normal)) == (LENGTH if normal else 0)


@given(st.text(), st.text())
def test_words_have_a_key_only_with_their_account(account, quote):
    key = quote_key(account, quote)
    assert len(key) in (0, LENGTH)
    assert key == quote_key(f" {account} ", f"{quote}\n")
    assert not quote_key("", quote) and not quote_key(account, " ")
