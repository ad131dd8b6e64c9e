"""任意の保存 on the case page: placed with a reason, looked at again, released; a hard one stays."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import member, post, words
from tracker.casework import decisions, journal
from tracker.law.facts import Fact
from tracker.law.grounds import Strength
from tracker.models import Case, LogHold, Notice, Role

NOW = "2026-05-07T10:00:00+09:00"
CASE = "/desk/cases/TH-2026-000001"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(NOW)


@pytest.fixture
def item(database) -> str:
    """A notice of two posts; the id of the first."""
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session), "2026-05-01T09:00+09:00")
        return str(decisions.items_of(session, notice)[0].id)


def holds(database, strength=Strength.SOFT) -> list[LogHold]:
    with database.reading() as session:
        return list(session.exec(select(LogHold).where(LogHold.strength == strength)))


def typed(one, /, **more):
    return {
        "ground": "emergency",
        "reason": "弁護士から連絡があったため。",
        "item": [one],
        "classes": ["2-5", "2-8"],
        "review_on": "2026-07-31",
    } | more


def test_a_hold_is_placed_and_stands_on_the_page_with_its_reason_and_its_review_day(app, database, item):
    client = member(app, Role.REVIEWER)
    answer = post(client, f"{CASE}/holds", **typed(item, logs_from="2026-04-01"))
    assert answer.status_code == 303 and "tab=holds" in answer.location
    said = words(client.get(f"{CASE}?tab=holds"))
    assert "弁護士から連絡があったため。" in said and "2026年7月31日(金)" in said and "項目1" in said
    assert "必要性が解消されるまで" in said and "2026年4月1日(水)以後の記録" in said
    [hold] = holds(database)
    assert hold.classes == ["2-5", "2-8"]


def test_what_was_typed_comes_back_beside_what_is_wrong(app, database, item):
    client = member(app, Role.REVIEWER)
    answer = post(client, f"{CASE}/holds", **typed(item, review_on="2026-08-31", reason="残す理由をここに"))
    assert answer.status_code == 422 and holds(database) == []
    page = answer.get_data(as_text=True)
    assert 'href="#f-review_on"' in page and "3か月以内の2026年8月7日(金)まで" in page
    assert "残す理由をここに" in page and 'value="2026-08-31"' in page
    assert re.search(r'name="ground" value="emergency"[^>]* checked', page)
    assert len(re.findall(r'name="(?:item|classes)"[^>]* checked', page)) == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ground": ""}, "f-ground"),
        ({"reason": ""}, "f-keep_reason"),
        ({"item": []}, "f-keep_items"),
        ({"classes": []}, "f-classes"),
        ({"review_on": "そのうち"}, "f-review_on"),
        ({"logs_from": "2027-01-01"}, "f-logs_from"),
        ({"logs_from": "2026-05-02", "logs_until": "2026-05-01"}, "f-logs_until"),
    ],
)
def test_each_fault_is_named_at_its_field(app, database, item, more, field):
    answer = post(member(app, Role.REVIEWER), f"{CASE}/holds", **typed(item, **more))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'href="#{field}"' in page and f'id="{field}"' in page
    assert holds(database) == []


def test_a_soft_hold_is_looked_at_again_and_then_released(app, database, item, freezer):
    client = member(app, Role.REVIEWER)
    post(client, f"{CASE}/holds", **typed(item))
    id = str(holds(database)[0].id)
    freezer.move_to("2026-07-31T10:00:00+09:00")
    client = member(app, Role.REVIEWER)
    assert "見直す日を過ぎた" in words(client.get(f"{CASE}?tab=holds"))
    path = f"{CASE}/holds/review"
    missing = post(client, path, hold=id, answer="", why="見込みがあるため")
    assert (
        missing.status_code == 422 and f'href="#f-answer-{id}"' in missing.text and "見込みがあるため" in missing.text
    )
    weekend = post(client, path, hold=id, answer="keep", why="見込みがあるため", again_on="2026-09-05")
    assert weekend.status_code == 422 and f'href="#f-again_on-{id}"' in weekend.text
    assert post(client, path, hold=id, answer="keep", why="見込みがあるため", again_on="2026-09-04").status_code == 303
    assert holds(database)[0].review_at == make.instant("2026-09-04T00:00+09:00")
    assert post(client, path, hold=id, answer="release", why="").status_code == 422
    assert post(client, path, hold=id, answer="release", why="請求がなかったため").status_code == 303
    assert holds(database)[0].released_at == make.instant("2026-07-31T10:00+09:00")
    assert "2026年7月31日(金)に解いた" in words(client.get(f"{CASE}?tab=holds"))
    late = post(client, path, hold=id, answer="release", why="もう一度")
    assert late.status_code == 409 and "終わっています" in words(late)


def test_a_hard_hold_says_until_when_and_cannot_be_released(app, database, item):
    with database.writing() as session:
        case = session.get_one(Case, session.exec(select(Notice)).one().case_id)
        journal.record(
            session, case, Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM, at=make.instant(NOW), erasure_ban=True
        )
    client = member(app, Role.REVIEWER)
    [hold] = holds(database, Strength.HARD)
    page = client.get(f"{CASE}?tab=holds")
    assert "消去禁止" in words(page) and "人の判断では解けません。続くのは、事件が終わるまでです。" in words(page)
    assert f'value="{hold.id}"' not in page.text
    answer = post(client, f"{CASE}/holds/review", hold=str(hold.id), answer="release", why="不要")
    assert answer.status_code == 422 and "法16条1項" in words(answer)
    assert holds(database, Strength.HARD)[0].released_at is None


def test_the_picture_says_in_words_what_the_table_says(app, database, item):
    client = member(app, Role.REVIEWER)
    post(client, f"{CASE}/holds", **typed(item))
    page = client.get(f"{CASE}?tab=holds").get_data(as_text=True)
    picture = re.search(r'<svg class="chart holdchart holdchart--wide".*?</svg>', page, re.S)[0]
    for said in ("目印", "任意の保存", "見直し 7月31日(金)", "終わりの日はない", "8月1日(土)まで", "きょう"):
        assert said in picture, said
    assert 'class="h-flag"' in picture and 'class="h-soft"' in picture and 'class="h-look"' in picture


def test_the_page_says_what_the_holds_come_to_together(app, database, item):
    client = member(app, Role.REVIEWER)
    before = words(client.get(f"{CASE}?tab=holds"))
    assert "項目1–2この画面の保存は、消去を止めていません。" in before
    post(client, f"{CASE}/holds", **typed(item))
    after = words(client.get(f"{CASE}?tab=holds"))
    assert (
        "終わりの日はなく、保存が終わるまで消去を依頼できません。" in after
        and "この画面の保存は、消去を止めていません。" in after
    )
