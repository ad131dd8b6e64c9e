"""The story: filed before Golden Week, removed in part, everybody told, the clock stopped, all of it proved."""

import re
from html import unescape

import pytest
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.relay import running_relay
from tests.web import claimant, desk
from tracker import create_app
from tracker.casework.verify import verify
from tracker.jobs import mail, tasks
from tracker.law.facts import Fact
from tracker.models import Clock, Event, LogHold, Notice
from tracker.now import now

URLS = ["https://tsumugi.example/p/81f02c", "https://tsumugi.example/p/81f0b7"]


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture
def app(settings, relay):
    """The app, with a real mail server behind it."""
    app = create_app(
        make_settings(settings.data, mail="smtp", smtp_port=relay.port, base_url="https://kigen.tsumugi.example")
    )
    yield app
    app.extensions["database"].dispose()


def carry(app) -> None:
    """What the worker does each minute."""
    assert tasks.run(app.extensions["database"], "mail", mail.carry_mail, now)


def item_boxes(page, *nos: int) -> list[str]:
    """The boxes of items on the case page, with the versions that were on it."""
    boxes = desk.items(page)
    return [boxes[no] for no in nos]


def clause_value(page, title: str) -> str:
    """The value of the clause card with a title."""
    card = next(c for c in re.findall(r"<label.*?</label>", page.text, re.S) if title in c)
    return unescape(re.search(r'value="([^"]+)"', card)[1])


def test_a_victim_is_heard_answered_in_time_and_everything_is_on_record(app, relay, freezer):
    database = app.extensions["database"]
    freezer.move_to("2026-04-21T10:00:00+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_criteria(session, service, "2026-04-21T10:00+09:00")  # a new version, 14 days too young for a while

    # Tuesday 28 April: a victim without an account files, and holds a receipt.
    freezer.move_to("2026-04-28T09:14:37+09:00")
    victim = app.test_client()
    assert victim.get("/s/tsumugi/").status_code == 200
    answer = claimant.send(
        victim, url=URLS, quote=["前の職場で金を盗んでクビになった人", "住んでるのは○○町の△△ハイツ"],
        account=["@kaze_2198", "@kaze_2198"], posted=["", ""], attach=[("画面.png", claimant.png())],
    )  # fmt: skip
    assert answer.status_code == 303
    receipt = victim.get(answer.location)
    words = claimant.text(receipt)
    for said in ("TH-2026-000001", "2026年4月28日(火) 9時14分37秒", "5月5日(火・祝)", "法25条1項・規則16条"):
        assert said in words
    status_link = unescape(re.search(r'href="([^"]*/status/TH-2026-000001/[^"]+)"', receipt.text)[1])
    carry(app)
    mail = relay.mailbox[0].get_content()
    assert "TH-2026-000001" in mail
    assert "9時14分37秒" in mail
    assert "5月5日(火)が終わるまで" in mail
    assert status_link in mail

    # The desk: on the list by what is due; one opens it.
    freezer.move_to("2026-04-28T11:02:00+09:00")
    staff = desk.member(app)
    assert "前の職場で金を盗んで" in desk.words(staff.get("/desk/"))
    case = "/desk/cases/TH-2026-000001"
    page = staff.get(case)
    for said in ("5/5(火・祝)", "最終営業日", "民法140条", "円満に退職しました", "申出を受けた"):
        assert said in desk.words(page), said
    assert desk.post(staff, f"{case}/investigation").status_code == 303
    snapshot = {"no": "1", "text": "投稿は受付時に公開されていた。本文は引用のとおり。"}
    assert desk.post(staff, f"{case}/snapshot", **snapshot).status_code == 303

    # Thursday 30 April: too young a clause is refused, the day of first use is named, the text is kept.
    freezer.move_to("2026-04-30T16:20:00+09:00")
    page = staff.get(case)
    with database.reading() as session:
        from tracker.casework import criteria

        young, old = criteria.versions(session, service.id)
        clauses = {v.version: criteria.clauses_of(session, v)[0].id for v in (young, old)}
    decision = {
        "item": item_boxes(page, 1), "take": "yes", "kind": "remove", "basis": f"clause:{clauses[2]}",
        "reason": "事実でない窃盗を述べ、社会的評価を下げている。",
    }  # fmt: skip
    refused = desk.post(staff, f"{case}/decision", **decision)
    assert refused.status_code == 422
    assert "5月6日(水)から使えます" in desk.words(refused)
    assert "事実でない窃盗を述べ" in desk.words(refused)
    assert desk.post(staff, f"{case}/decision", **decision | {"basis": f"clause:{clauses[1]}"}).status_code == 303
    keep = {
        "item": item_boxes(staff.get(case), 2),
        "take": "no",
        "finding": "not_infringed",
        "reason": "住所の記載は既に広く公表されている事項にとどまる。",
    }
    assert desk.post(staff, f"{case}/decision", **keep).status_code == 303

    # Not done yet: no letter may say so, and no duty to the sender runs.
    assert "講じました" not in desk.letter(staff.get(f"{case}/letters/outcome"))
    with database.reading() as session:
        assert not session.exec(select(Clock).where(Clock.rule == "sender_notice")).all()
        assert {h.rule for h in session.exec(select(LogHold))} == {"notice_flag"}

    # Done on the platform at 16:48: now it is a measure.
    freezer.move_to("2026-04-30T16:50:00+09:00")
    measure = desk.boxes(staff.get(case), "measures")
    done = {"measures": measure, "executed_at": "2026-04-30T16:48"}
    assert desk.post(staff, f"{case}/execution", **done).status_code == 303
    with database.reading() as session:
        assert [c.article for c in session.exec(select(Clock).where(Clock.rule == "sender_notice"))] == ["法27条"]
        assert {h.rule for h in session.exec(select(LogHold))} == {"notice_flag", "measure_flag"}

    # Friday 1 May, the last working day: the claimant is told, exactly as previewed.
    freezer.move_to("2026-05-01T10:42:00+09:00")
    preview = staff.get(f"{case}/letters/outcome")
    sent = desk.post(staff, f"{case}/letters/outcome", digest=desk.hidden(preview, "digest"))
    assert sent.status_code == 303
    carry(app)
    told = relay.mailbox[-1].get_content().replace("\r\n", "\n")
    assert told == desk.letter(preview)
    for said in (
        "16時48分に、送信防止措置（削除）を講じました",
        "講じませんでした",
        "開示するものではありません",
        "3か月から6か月",
    ):
        assert said in told
    with database.reading() as session:
        reply = session.exec(select(Clock).where(Clock.rule == "reply")).one()
        assert reply.stopped_at == make.instant("2026-05-01T10:42:00+09:00")
        assert reply.due_at == make.instant("2026-05-06T00:00:00+09:00")

    # The sender's account: no address is known, so the notice is handed over, and that is recorded.
    page = staff.get(f"{case}?tab=letters")
    sender_path = unescape(re.search(r'href="([^"]*/letters/sender/[^"]+)"', page.text)[1])
    preview = staff.get(sender_path)
    letter = desk.letter(preview)
    assert "第1版 第4条1項 名誉毀損" in letter
    assert "水原" not in letter
    assert desk.post(staff, sender_path, digest=desk.hidden(preview, "digest")).status_code == 303
    freezer.move_to("2026-05-01T11:05:00+09:00")
    page = staff.get(f"{case}?tab=letters")
    handover = unescape(re.search(r'action="([^"]*/handover)"', page.text)[1])
    how = {"when": "2026-05-01T11:00", "how": "アカウントの管理画面から本人に表示"}
    assert desk.post(staff, handover, **how).status_code == 303

    # The claimant opens the status page, then the letter.
    status = victim.get(status_link.removeprefix("https://kigen.tsumugi.example"))
    assert "削除した" in claimant.text(status) or "講じました" in claimant.text(status)

    # The history shows every step, chained, and proves itself.
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        facts = session.exec(select(Event.fact).where(Event.case_id == notice.case_id).order_by(Event.seq)).all()
        assert list(verify(session)) == []
    told_in_order = [
        Fact.NOTICE_RECEIVED, Fact.RECEIPT_GIVEN, Fact.INVESTIGATION_STARTED, Fact.SNAPSHOT_RECORDED,
        Fact.DECISION_MADE, Fact.MEASURE_ORDERED, Fact.DECISION_MADE, Fact.MEASURE_EXECUTED, Fact.OUTCOME_GIVEN,
        Fact.NOTICE_ANSWERED, Fact.SENDER_NOTIFIED,
    ]  # fmt: skip
    assert [f for f in facts if f in told_in_order] == told_in_order
    assert "連鎖" in desk.words(staff.get(f"{case}?tab=history"))
