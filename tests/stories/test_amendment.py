"""An amendment is one line: the period changes everywhere at once, and what began before keeps its own."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import send, text
from tracker.casework.verify import verify
from tracker.i18n import last_moment
from tracker.law import editions
from tracker.law.clocks import CRITERIA_WAIT, REPLY
from tracker.law.period import Days
from tracker.models import Clock, CriteriaVersion, Letter
from tracker.sealed import open_text

AMENDED = editions.R7_ORDINANCE_15.amended(
    "trial",
    "試しの改正",
    date(2026, 5, 1),
    reply=replace(REPLY, length=Days(10)),
    criteria_wait=replace(CRITERIA_WAIT, length=Days(20)),
)


@pytest.fixture
def _amended(monkeypatch):
    book = (editions.R7_ORDINANCE_15, AMENDED)
    monkeypatch.setattr(editions, "EDITIONS", book)
    monkeypatch.setattr(editions, "_BY_KEY", {e.key: e for e in book})


def filed(client, at: str, freezer, token: str) -> str:
    """File at an instant, and give the address of the status page."""
    freezer.move_to(at)
    answer = send(client, token=token * 32)
    assert answer.status_code == 303, text(answer)
    return answer.location.replace("/receipt/", "/status/")


@pytest.mark.usefixtures("_amended")
def test_a_longer_reply_is_promised_counted_and_kept_from_its_first_day_on(app, database, freezer):
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    before = filed(client, "2026-04-30T12:00:00+09:00", freezer, "a")
    after = filed(client, "2026-05-01T12:00:00+09:00", freezer, "b")

    assert "5月11日(月)までに" in text(client.get("/s/tsumugi/"))  # the form, on 1 May
    with database.reading() as session:
        clocks = session.exec(select(Clock).where(Clock.rule == "reply").order_by(Clock.started_at)).all()
        assert [(clock.edition, last_moment(clock.due_at)) for clock in clocks] == [
            ("r7-15", date(2026, 5, 7)),
            ("trial", date(2026, 5, 11)),
        ]
        letters = session.exec(select(Letter).order_by(Letter.queued_at)).all()
        bodies = [open_text(session, x.case_id, "letter.body", x.id, x.body_sealed) for x in letters]
        assert "翌日から7日です" in bodies[0]
        assert "翌日から10日です" in bodies[1]
        assert list(verify(session)) == []

    freezer.move_to("2026-05-09T12:00:00+09:00")
    old, new = text(client.get(before)), text(client.get(after))
    assert "翌日から7日です" in old
    assert "超過" in old or "過ぎ" in old
    assert "翌日から10日です" in new
    assert "過ぎました" not in new


@pytest.mark.usefixtures("_amended")
def test_a_longer_wait_for_criteria_is_the_same_on_the_version_and_in_its_clock(database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service, published="2026-05-01T09:00+09:00")

    with database.reading() as session:
        version = session.exec(select(CriteriaVersion)).one()
        clock = session.exec(select(Clock).where(Clock.rule == "criteria_wait")).one()
        assert version.usable_from == clock.due_at == make.instant("2026-05-22T00:00+09:00")
        assert list(verify(session)) == []
