"""記録のある時点: the page shows what had been written down by then, and how the notice is counted."""

import re

import pytest

from tests import make
from tests.web.desk import member, words
from tracker.casework import as_of, delivery, folder, replies
from tracker.law.shape import Stage
from tracker.letters.transport import Answer

CASE = "/desk/cases/TH-2026-000001"
DAY1, DAY2 = "2026-04-28T10:00+09:00", "2026-04-29T10:00+09:00"


@pytest.fixture
def told(database, freezer):
    """A notice of 28 April, decided on the 29th and told on the 30th."""
    freezer.move_to("2026-05-01T10:00:00+09:00")
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        notice = make.make_notice(session, service, DAY1, items=2)
        make.decide(session, notice, make.KEEP, staff, DAY2)
        draft = replies.outcome_draft(session, notice)
        at = make.instant("2026-04-30T10:00+09:00")
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=at)


def test_the_case_is_shown_as_it_was_known_at_a_moment(app, database, told):
    desk = member(app)
    before = words(desk.get(f"{CASE}?tab=history&as_of=2026-04-28T23:00"))
    assert "2026年4月28日(火) 23時00分" in before and "に分かっていたこと" in before
    assert "通知を待つ" in before and "動いていた" in before
    after = words(desk.get(f"{CASE}?tab=history&as_of=2026-04-30T11:00"))
    assert "講じなかった旨と理由を通知した" in after
    with database.reading() as session:
        notice = folder.find(session, "TH-2026-000001")
        seen = as_of.as_known(session, notice, as_of=make.instant("2026-04-29T11:00+09:00"))
        assert {one.stage for one in seen.items.values()} == {Stage.OPEN}
        assert all(one.decision and not one.executed for one in seen.items.values())
        reply = next(clock for clock in seen.clocks if clock.rule.key == "reply")
        assert reply.running and reply.due_at == make.instant("2026-05-06T00:00+09:00")
        now = as_of.as_known(session, notice, as_of=make.instant("2026-05-01T11:00+09:00"))
        assert not any(clock.running for clock in now.clocks if clock.rule.key == "reply")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("きのう", "日時を「2026-05-01T12:00」のように入力してください。"), ("2020-01-01T00:00", "より前の日時です")],
)
def test_a_moment_that_is_none_is_named_and_kept(app, told, typed, said):
    page = member(app).get(f"{CASE}?tab=history&as_of={typed}")
    assert page.status_code == 200 and said in words(page) and typed in page.text


def test_the_page_says_in_which_figure_the_notice_is_counted(app, told):
    page = words(member(app).get(f"{CASE}?tab=history"))
    assert re.search("規則18条3項2号「[^」]+」に1件として数えます", page)
    assert "「保留」はありません" in page


def test_an_open_notice_is_counted_nowhere_yet(app, database, freezer):
    freezer.move_to("2026-05-01T10:00:00+09:00")
    with database.writing() as session:
        make.make_notice(session, make.make_service(session), DAY1)
    assert "まだ終わっていないので、どの件数にも入りません。" in words(member(app).get(f"{CASE}?tab=history"))
