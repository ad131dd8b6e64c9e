"""Six filings as claimants write them, sent through the real form, come out with what must follow."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import PDF, fields, files, png, text
from tracker.casework import decisions, delivery, folder, journal, measures, replies
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance, DeferralGround, Right, Standing, term
from tracker.letters.transport import Answer
from tracker.models import Case, Evidence, Item, Letter, LetterKind, Notice

FILINGS = json.loads((Path(__file__).parent / "filings.json").read_text())["filings"]
SERVICES = {"ひろば掲示板": ("hiroba", "HB"), "みじかい動画": ("mijikai", "MD"), "まとめ広場": ("matome", "MH")}
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(app, database):
    with database.writing() as session:
        for name, (slug, prefix) in SERVICES.items():
            make.make_service(session, name, slug, prefix)
    return app.test_client()


def member(kind, label: str) -> str:
    """The value of a word of the form."""
    return next(m.value for m in kind if term(m).label == label)


def items_of(filing: dict) -> list[dict]:
    """The items of a filing, written out."""
    if "items" in filing:
        return filing["items"]
    made = filing["items_generated"]
    return [
        {"url": made["url_pattern"].format(n=n), "quote": made["quote"].format(n=n)}
        for n in range(made["from"], made["from"] + made["count"])
    ]


def typed(filing: dict) -> dict:
    """A filing as the fields of the form."""
    items = items_of(filing)
    told = filing["disclose_to_sender"]
    who = filing["claimant"]
    return fields(
        standing=member(Standing, filing["standing"]),
        rights=[member(Right, label) for label in filing["rights"]],
        primary=member(Right, filing["primary"]),
        url=[i["url"] for i in items],
        quote=[i["quote"] for i in items],
        account=[i.get("account", "") for i in items],
        posted=[i.get("posted_at", "") for i in items],
        reason=filing["reason"],
        circumstances=filing.get("special", []),
        tell=[name for name in ("name", "contact", "evidence") if told[name]],
        name=who["name"],
        email=who["email"],
        phone=who.get("phone", ""),
    )


def body_of(name: str) -> bytes:
    """What stands in a file of that name."""
    return {"pdf": PDF + name.encode(), "png": png(side=len(name)), "csv": "番号,URL\n1,x\n".encode()}[name[-3:]]


def file(client, filing: dict):
    """Send a filing as a browser does: what the form refuses is taken out, and sent again from the page that came."""
    slug = SERVICES[filing["service"]][0]
    evidence = [(name, body_of(name)) for name in filing.get("evidence", [])]
    data = typed(filing) | {"evidence": files(*evidence)}
    answer = client.post(f"/s/{slug}/", data=data, content_type="multipart/form-data", headers=HERE)
    if answer.status_code == 422:
        assert "「対比一覧.csv」は画像（PNG・JPEG・WebP）でもPDFでもない" in text(answer)
        assert "受け取った添付(2個)" in text(answer)
        answer = client.post(f"/s/{slug}/", data=typed(filing), content_type="multipart/form-data", headers=HERE)
    assert answer.status_code == 303, text(answer)
    return client.get(answer.location)


@pytest.mark.parametrize("filing", FILINGS, ids=lambda f: f["key"])
def test_a_filing_as_written_comes_out_with_what_must_follow(client, database, freezer, filing):
    freezer.move_to(filing["received_at"])
    receipt = text(file(client, filing))
    expect = filing["expect"]
    received = datetime.fromisoformat(filing["received_at"])
    clock_time = f"{received.hour}時{received.minute:02d}分{received.second:02d}秒"
    assert clock_time in receipt
    with database.reading() as session:
        notice, case = session.exec(select(Notice)).one(), session.exec(select(Case)).one()
        opened = folder.open_folder(session, notice, at=received)
        assert case.statutory is expect["statutory"]
        assert case.fast is expect.get("fast_lane", False)
        assert notice.received_at == received and notice.reason == filing["reason"]
        assert len(session.exec(select(Item)).all()) == len(items_of(filing))
        assert opened.claimant_name == filing["claimant"]["name"]
        assert opened.claimant_email == filing["claimant"]["email"]
        wanted = [name for name in filing.get("evidence", []) if not name.endswith(".csv")]
        assert sorted(e.name for e in opened.evidence) == sorted(wanted)
        assert notice.tell == [name for name in ("name", "contact", "evidence") if filing["disclose_to_sender"][name]]
        assert notice.circumstances == [c.value for c in Circumstance if c.value in filing.get("special", [])]
    reply = next(f for f in opened.clocks if f.rule.key == "reply")
    if "reply_last_day" in expect:
        last = date.fromisoformat(expect["reply_last_day"])
        assert reply.last_day == last and f"{last.month}月{last.day}日" in receipt and "義務" in receipt
    if "last_working_day_before" in expect:
        assert reply.last_working_day == date.fromisoformat(expect["last_working_day_before"])


def by_key(key: str) -> dict:
    return next(f for f in FILINGS if f["key"] == key)


def test_the_company_is_told_by_the_last_day_and_gets_its_reasons_after(client, database, freezer):
    """The desk asks the sender on the last day but one; the sender objects; not removed, with reasons."""
    filing = by_key("company-review")
    freezer.move_to(filing["received_at"])
    file(client, filing)
    by = date.fromisoformat(filing["expect"]["interim_reply_needed_by"])
    with database.writing() as session:
        staff = make.make_staff(session)
        notice = session.exec(select(Notice)).one()
        items = [i.id for i in decisions.items_of(session, notice)]
        at = make.instant("2026-06-08T10:00+09:00")
        draft = replies.interim_draft(session, notice, items, DeferralGround.SENDER_OPINION, "")
        assert "法25条2項1号" in draft.body
        interim = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
    with database.reading() as session:
        reply = next(f for f in folder.open_folder(session, notice, at=at).clocks if f.rule.key == "reply")
        assert reply.running and reply.last_day == by  # queued is not given
    with database.writing() as session:
        delivery.settle(session, interim.id, Answer(True, 250, "smtp"), at=at)
        case = session.get_one(Case, notice.case_id)
        objected = make.instant("2026-06-09T15:00+09:00")
        journal.record(session, case, Fact.SENDER_OBJECTED, actor=journal.SENDER, at=objected, items=items)
        make.decide(session, notice, make.KEEP, staff, "2026-06-10T10:00+09:00")
        draft = replies.outcome_draft(session, notice)
        assert "送信防止措置を講じませんでした" in draft.body and "理由" in draft.body
        outcome = replies.send_draft(
            session, notice, draft, draft.digest, by=staff.id, at=make.instant("2026-06-10T10:05+09:00")
        )
        assert outcome.article == "法25条2項"
        delivery.settle(session, outcome.id, Answer(True, 250, "smtp"), at=make.instant("2026-06-10T10:06+09:00"))
    with database.reading() as session:
        opened = folder.open_folder(session, notice, at=make.instant("2026-06-10T11:00+09:00"))
        assert not any(f.running for f in opened.clocks) and opened.case.closed_at


def test_the_letters_of_a_neighbours_report_never_cite_the_duty(client, database, freezer):
    filing = by_key("neighbour-report")
    freezer.move_to(filing["received_at"])
    receipt = text(file(client, filing))
    assert "通報を受け付けました" in receipt and "25条" not in receipt
    with database.writing() as session:
        staff = make.make_staff(session)
        notice = session.exec(select(Notice)).one()
        service = folder.open_folder(session, notice, at=notice.received_at).service
        clause = make.first_clause(session, make.make_criteria(session, service))
        [measure] = make_and_execute(session, notice, clause, staff)
        assert measure.origin == "report"
        draft = replies.outcome_draft(session, notice)
        assert "25条" not in draft.body + draft.article
        letters = session.exec(select(Letter).where(Letter.kind == LetterKind.RECEIPT)).all()
        texts = [letter.body for letter in folder.open_folder(session, notice, at=notice.received_at).letters]
    assert len(letters) == 1 and not any("25条" in words for words in texts)


def make_and_execute(session, notice, clause, staff) -> list:
    """Decide to remove everything, and record it as done."""
    make.decide(session, notice, make.remove(clause), staff, "2026-11-15T10:00+09:00")
    found = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
    at = make.instant("2026-11-15T10:10+09:00")
    measures.execute(session, notice, [m.id for m in found], executed_at=at, by=staff.id, at=at)
    return found


def test_intimate_images_start_no_short_wait_by_a_tick(client, database, freezer):
    filing = by_key("intimate-image")
    freezer.move_to(filing["received_at"])
    file(client, filing)
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        opened = folder.open_folder(session, notice, at=notice.received_at)
        assert {f.rule.key for f in opened.clocks if f.running} == {"reply", "investigation", "fast_lane"}
        assert notice.tell == [] and session.exec(select(Evidence)).all() == []
