"""V029–V040 through the desk: publish, then measure; the day before the first day of use is refused or a breach."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from tests import make
from tests.vectors import VECTORS
from tests.web.desk import boxes, hidden, member, post, words
from tracker.models import Clause, CriteriaVersion, Event, Measure

FORWARD = [v for v in VECTORS if "V029" <= v["id"] <= "V037"]
BACKWARD = [v for v in VECTORS if "V038" <= v["id"] <= "V040"]
SECOND = timedelta(seconds=1)
DRAFT = "/desk/criteria/tsumugi/draft"
CLAUSE = {"clause_number": "第1条", "clause_title": "名誉毀損", "clause_words": "社会的評価を下げる投稿"}


def named(vector) -> str:
    """The id of a test is that of its vector."""
    return vector["id"]


def publish_now(app, freezer, moment: datetime) -> None:
    """A lead writes a draft and publishes it at an instant, both by the forms of the desk."""
    freezer.move_to(moment)
    client = member(app)
    assert post(client, DRAFT, seen="0", title="投稿の削除などの基準", **CLAUSE).status_code == 303
    sent = {"seen": hidden(client.get(f"{DRAFT}/publish"), "seen"), "when": "now", "sure": "1"}
    assert post(client, f"{DRAFT}/publish", **sent).status_code == 303


def published(database) -> tuple[CriteriaVersion, Clause]:
    """The version that is there, and its clause."""
    with database.reading() as session:
        return session.exec(select(CriteriaVersion)).one(), session.exec(select(Clause)).one()


def decide(client, case: str, clause: Clause):
    """Decide on all items of a case under a clause."""
    page = client.get(f"{case}?pick=undecided")
    fields = {"item": boxes(page, "item"), "take": "yes", "kind": "remove", "basis": f"clause:{clause.id}"}
    return post(client, f"{case}/decision", **fields, reason="投稿は事実に反し、社会的評価を下げるため。")


@pytest.fixture
def case(database) -> str:
    """A notice that came before any of the vectors."""
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session), "2026-04-18T10:00:00+09:00", items=1)
        return f"/desk/cases/{notice.number}"


@pytest.mark.parametrize("vector", FORWARD, ids=named)
def test_published_today_refused_on_day_14_and_accepted_on_day_15(app, database, freezer, case, vector):
    first = make.instant(vector["expected"]["default_earliest_measure"])
    publish_now(app, freezer, make.instant(vector["input"]["published_at"]))
    version, clause = published(database)
    assert version.published_at == make.instant(vector["input"]["published_at"])
    assert version.usable_from == first

    freezer.move_to(first - SECOND)
    client = member(app)
    refused = decide(client, case, clause)
    assert refused.status_code == 422
    assert "公表から中14日、法26条1項・規則17条" in words(refused)

    freezer.move_to(first)
    client = member(app)
    assert decide(client, case, clause).status_code == 303
    freezer.move_to(first + timedelta(hours=1))
    measure = {"measures": boxes(client.get(case), "measures")}
    early = {"executed_at": f"{(first - SECOND + timedelta(hours=9)):%Y-%m-%dT%H:%M:%S}"}
    assert post(client, f"{case}/execution", **measure, **early).status_code == 422
    on_time = {"executed_at": f"{first + timedelta(hours=9):%Y-%m-%dT%H:%M:%S}"}
    assert post(client, f"{case}/execution", **measure, **on_time).status_code == 303
    with database.reading() as session:
        done = session.exec(select(Measure)).one()
        assert (done.executed_at, done.breach) == (first, "")


@pytest.mark.parametrize("vector", FORWARD, ids=named)
def test_a_measure_of_day_14_is_recorded_only_as_a_breach_with_its_reason(app, database, freezer, case, vector):
    first = make.instant(vector["expected"]["default_earliest_measure"])
    publish_now(app, freezer, make.instant(vector["input"]["published_at"]))
    _version, clause = published(database)
    freezer.move_to(first + timedelta(hours=9))
    client = member(app)
    assert decide(client, case, clause).status_code == 303
    measure = {
        "measures": boxes(client.get(case), "measures"),
        "executed_at": f"{(first - SECOND + timedelta(hours=9)):%Y-%m-%dT%H:%M:%S}",
    }

    unsure = post(client, f"{case}/execution", **measure, breach_reason="使える日を1日早く数えた。")
    assert unsure.status_code == 422
    assert "使える日を1日早く数えた。" in unsure.text
    told = post(client, f"{case}/execution", **measure, breach_reason="使える日を1日早く数えた。", sure="1")

    assert told.status_code == 303
    with database.reading() as session:
        done = session.exec(select(Measure)).one()
        facts = [e.fact for e in session.exec(select(Event).where(Event.case_id == done.case_id))]
        assert (done.executed_at, done.breach) == (first - SECOND, "法26条1項")
        assert "breach_recorded" in facts


@pytest.mark.parametrize("vector", FORWARD, ids=named)
def test_on_day_14_itself_what_was_done_is_told_with_the_decision_as_a_breach(app, database, freezer, case, vector):
    first = make.instant(vector["expected"]["default_earliest_measure"])
    publish_now(app, freezer, make.instant(vector["input"]["published_at"]))
    _version, clause = published(database)
    freezer.move_to(first - SECOND)
    client = member(app)
    page = client.get(f"{case}?pick=undecided")
    assert "使えない条項を根拠に、すでに実施した" in words(page)
    fields = {
        "item": boxes(page, "item"), "take": "yes", "kind": "remove", "do": "done",
        "reason": "投稿は事実に反し、社会的評価を下げるため。", "done_basis": f"clause:{clause.id}",
        "done_at": f"{(first - SECOND + timedelta(hours=9)):%Y-%m-%dT%H:%M:%S}",
    }  # fmt: skip

    for kept in ({}, {"done_reason": "使える日を1日早く数えた。"}):
        refused = post(client, f"{case}/decision", **fields, **kept)
        assert refused.status_code == 422
        assert kept.get("done_reason", "") in refused.text
    told = post(client, f"{case}/decision", **fields, done_reason="使える日を1日早く数えた。", done_sure="1")

    assert told.status_code == 303
    with database.reading() as session:
        done = session.exec(select(Measure)).one()
        assert (done.executed_at, done.breach) == (first - SECOND, "法26条1項")
        assert "breach_recorded" in [e.fact for e in session.exec(select(Event).where(Event.case_id == done.case_id))]


@pytest.mark.parametrize("late", [False, True], ids=["in time", "a second too late"])
@pytest.mark.parametrize("vector", BACKWARD, ids=named)
def test_for_a_measure_on_a_planned_day_the_criteria_are_published_by(app, database, freezer, case, vector, late):
    planned = make.instant(vector["input"]["planned_measure_date"] + "T00:00:00+09:00")
    latest = make.instant(vector["expected"]["default_latest_publication"])
    publish_now(app, freezer, latest + SECOND if late else latest)
    _version, clause = published(database)

    freezer.move_to(planned)
    answer = decide(member(app), case, clause)

    assert answer.status_code == (422 if late else 303)
    assert not late or "から使えます（公表から中14日" in words(answer)
