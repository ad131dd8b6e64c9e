"""The room of appeals in a real browser: to axe at every width of a desk."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

from dataclasses import replace

import pytest
from sqlmodel import select

from tests import make
from tests.browser.test_desk_lists import ago, faults
from tests.browser.test_pages import page, sign_in  # noqa: F401 - page is a fixture
from tests.browser.test_senders_desk import UNFOLD
from tracker.casework import decisions, journal, measures, reversals
from tracker.casework.appeals import deciding, filing
from tracker.models import Case, Clause, Measure, Notice, Role, Sender, Service, Staff

pytestmark = pytest.mark.browser


def judge(session, notice, by, at, second=None):
    """Have every post of a notice removed, the second one by somebody else."""
    clause = session.exec(select(Clause)).first()
    for item in decisions.items_of(session, notice):
        who = second if second and item.no == 2 else by
        judged = replace(make.remove(clause), ai_used=item.no == 1)
        decisions.decide(session, notice, [(item.id, 0)], judged, by=who.id, at=at)
        done = session.exec(select(Measure.id).where(Measure.item_id == item.id)).all()
        measures.execute(session, notice, done, executed_at=at, by=who.id, at=at)


@pytest.fixture
def appealed(app, site):
    """Three removed posts: one appeal is open to whoever is signed in, one barred to them, one decided."""
    with app.extensions["database"].writing() as session:
        notice = session.exec(select(Notice)).one()
        me, other = session.exec(select(Staff)).one(), make.make_staff(session, name="別の人", role=Role.LEAD)
        now = make.instant(ago(minutes=0))
        judge(session, notice, other, now, me)
        sender = session.exec(select(Sender)).one()
        free = [one.measure.id for one in filing.appealable(session, notice, sender.id)]
        words = "投稿は事実を書いたもので、公共の利害に関わるものです。"
        filed = filing.file(session, notice, sender, free, words, actor=journal.SENDER, at=now)
        deciding.decide(session, notice, filed[2].id, reverse=True, reason="認めました。", by=me.id, at=now)
        further = make.make_notice(session, session.exec(select(Service)).one(), ago(days=1), items=4)
        judge(session, further, other, now)
        his = decisions.items_of(session, further)[0].sender_id
        some = [one.measure.id for one in filing.appealable(session, further, his)][:2]
        two = filing.file(session, further, session.get_one(Sender, his), some, words, actor=journal.SENDER, at=now)
        filing.withdraw(session, session.get_one(Case, further.case_id), two[0].id, actor=journal.SENDER, at=now)
        reversals.reverse(session, further, some[1:], "別の理由です。", reversed_at=now, by=other.id, at=now)
        return {
            "further": further.number,
            "open": filed[0].id,
            "barred": filed[1].id,
            "decided": filed[2].id,
            "withdrawn": two[0].id,
            "undone": two[1].id,
            "number": notice.number,
        }


def test_the_room_and_its_pages_have_no_faults_with_content(page, site, appealed):
    sign_in(page, site)
    rooms = [
        "/desk/appeals",
        "/desk/appeals?view=ended",
        "/desk/appeals/figures",
        f"/desk/appeals/{appealed['decided']}/answer",
    ]
    rooms += [f"/desk/appeals/{appealed[one]}" for one in ("open", "barred", "decided", "withdrawn", "undone")]
    case = f"/desk/cases/{appealed['number']}/appeals"
    for room in [*rooms, case, f"/desk/cases/{appealed['further']}/appeals/new"]:
        assert page.goto(site + room).status == 200, room
        page.evaluate(UNFOLD)
        assert faults(page) == [], room
    assert page.problems == []
    page.goto(f"{site}/desk/appeals/{appealed['open']}")
    page.get_by_role("button", name="判断を記録する").click()
    page.wait_for_load_state()
    assert page.locator("#errors").count() == 1
    assert faults(page) == []
