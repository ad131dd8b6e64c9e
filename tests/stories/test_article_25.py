"""法25条, a story for each way it knows: three grounds to answer later (2項), two to give no answer (1項ただし書)."""

import pytest
from sqlmodel import select

from tests import make
from tests.web import claimant, desk
from tracker.casework import folder
from tracker.casework.counted import counted
from tracker.casework.verify import verify
from tracker.jobs import mail, tasks
from tracker.law.grounds import DeferralGround, Excuse
from tracker.law.shape import INTERIMS
from tracker.models import Clock
from tracker.now import now

NUMBER = "TH-2026-000001"
CASE = f"/desk/cases/{NUMBER}"
REASON = "投稿の「金を盗んだ」という部分は意見の範囲にとどまり、社会的評価を下げるとまでは認められないため。"


@pytest.fixture
def filed(app, database, freezer):
    """A filing of 28 April through the form, and the page of its status."""
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_criteria(session, make.make_service(session))
    return claimant.send(app.test_client()).location.replace("/receipt/", "/status/")


def carry(app) -> None:
    """What the worker does each minute."""
    assert tasks.run(app.extensions["database"], "mail", mail.carry_mail, now)


def running(database, rule: str) -> int:
    with database.reading() as session:
        found = select(Clock).where(Clock.rule == rule, Clock.stopped_at.is_(None), Clock.voided_at.is_(None))
        return len(session.exec(found).all())


def count(database):
    with database.reading() as session:
        assert list(verify(session)) == []
        return counted(session, folder.find(session, NUMBER))


def interim(client, ground: DeferralGround, content: str):
    """Preview an interim reply for the one item, and send what was previewed."""
    fields = {"ground": ground.value, "items": ["1"], "content": content}
    page = desk.post(client, f"{CASE}/letters/interim", **fields)
    return page, desk.post(client, f"{CASE}/letters/interim", **fields, digest=desk.hidden(page, "digest"))


@pytest.mark.parametrize("ground", DeferralGround)
def test_an_interim_reply_in_time_meets_the_seven_days_and_the_outcome_follows(app, database, filed, freezer, ground):
    lead = desk.member(app)
    freezer.move_to("2026-05-01T10:00:00+09:00")
    if ground is DeferralGround.SPECIALIST:
        with database.writing() as session:
            staff = make.make_staff(session, name="佐伯 隆", email="saeki@tsumugi.example")
            make.give_to_specialist(session, folder.find(session, NUMBER), staff, "2026-05-01T09:00+09:00")
    content = "海外の拠点に記録を照会していて、回答に二週間かかる見込みです。"
    page, sent = interim(lead, ground, content if ground is DeferralGround.UNAVOIDABLE else "")
    assert page.status_code == 200 and sent.status_code == 303
    carry(app)

    assert running(database, "reply") == 0 and running(database, "outcome") == 0  # 判断した後、遅滞なく
    assert (count(database).figure, count(database).interims) == ("", {INTERIMS[ground]})
    assert "途中経過" in claimant.text(app.test_client().get(filed))
    freezer.move_to("2026-05-14T10:00:00+09:00")
    box = desk.items(lead.get(CASE))[1]
    assert (
        desk.post(lead, f"{CASE}/decision", item=[box], take="no", finding="not_infringed", reason=REASON).status_code
        == 303
    )
    assert running(database, "outcome") == 1
    letter = lead.get(f"{CASE}/letters/outcome")
    assert desk.post(lead, f"{CASE}/letters/outcome", digest=desk.hidden(letter, "digest")).status_code == 303
    carry(app)

    assert running(database, "outcome") == 0
    assert (count(database).figure, count(database).late) == ("18-3-5", False)
    assert "措置を講じませんでした" in claimant.text(app.test_client().get(filed))


def test_an_unavoidable_reason_without_its_content_covers_nothing(app, database, filed, freezer):
    freezer.move_to("2026-05-01T10:00:00+09:00")
    page, sent = interim(desk.member(app), DeferralGround.UNAVOIDABLE, " ")
    assert (page.status_code, sent.status_code) == (422, 422)
    assert "やむを得ない理由の具体的な内容を書いてください（法25条2項3号）。" in desk.words(page)
    assert running(database, "reply") == 1 and count(database).interims == frozenset()


@pytest.mark.parametrize(
    ("excuse", "text"),
    [
        (Excuse.SAME_CONTENT, "2026年4月20日に受け付けた申出（TH-2026-000000）と同一の内容の申出であるため。"),
        (Excuse.OTHER_JUST, "申出者と連絡が取れなくなり、通知しても届かないことを確かめたため。"),
    ],
)
def test_a_just_reason_ends_the_duty_with_its_text_and_is_counted_apart(app, database, filed, freezer, excuse, text):
    lead = desk.member(app)
    freezer.move_to("2026-05-01T10:00:00+09:00")
    fields = {"excuse": excuse.value, "sure": "1"}
    empty = desk.post(lead, f"{CASE}/excuse", **fields, excuse_text="")
    assert empty.status_code == 422 and running(database, "reply") == 1
    assert desk.post(lead, f"{CASE}/excuse", **fields, excuse_text=text).status_code == 303

    assert running(database, "reply") == 0
    assert count(database).figure == "18-3-3"
    assert text in desk.words(lead.get(f"{CASE}?tab=history"))


def test_a_reply_after_the_seventh_day_goes_out_as_the_breach_it_is(app, database, filed, freezer):
    lead = desk.member(app)
    freezer.move_to("2026-05-07T10:00:00+09:00")
    box = desk.items(lead.get(CASE))[1]
    assert (
        desk.post(lead, f"{CASE}/decision", item=[box], take="no", finding="not_infringed", reason=REASON).status_code
        == 303
    )
    letter = lead.get(f"{CASE}/letters/outcome")
    digest = desk.hidden(letter, "digest")
    assert desk.post(lead, f"{CASE}/letters/outcome", digest=digest).status_code == 422
    told = {"digest": digest, "late_reason": "担当者が休んでいた。", "sure": "1"}
    assert desk.post(lead, f"{CASE}/letters/outcome", **told).status_code == 303
    carry(app)
    found = count(database)
    assert (found.figure, found.late) == ("18-3-2", True)
