"""What the house writes for itself reaches nobody: no letter, no draft, no preview, no page of the public side."""

import secrets
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, token, words
from tracker.casework import (
    decisions,
    delivery,
    endings,
    intake,
    investigation,
    journal,
    measures,
    receipts,
    replies,
    specialists,
)
from tracker.casework.intake import FiledItem
from tracker.casework.reasons import templates
from tracker.casework.reasons.templates import Wording
from tracker.casework.specialists import Words
from tracker.law.facts import Fact
from tracker.law.grounds import Circumstance, DeferralGround, SenderExemption
from tracker.letters.transport import Answer
from tracker.models import Case, Event, Letter, Notice, Remark
from tracker.sealed import open_text, seal_words

MARK = "内緒の覚え"
# Facts whose free text is written to be read outside: their doors say so beside the field.
TOLD = {Fact.MEASURE_REVERSED, Fact.INTERIM_REPLIED, Fact.NOTICE_WITHDRAWN}


def note(where: str) -> str:
    """A text that only the house may read."""
    return f"{MARK}（{where}）"


def settle(session, letter, at) -> None:
    delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=at)


@pytest.fixture
def scene(database, freezer):
    """A late case of four items with a note in every field that the house keeps for itself."""
    start, day = "2026-06-01T10:00+09:00", make.instant("2026-06-10T10:00+09:00")
    freezer.move_to("2026-06-10T12:00:00+09:00")
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        make.make_criteria(session, service)
        items = [FiledItem(url=f"https://tsumugi.example/p/{n}", account=f"@kaze_{n}") for n in (1, 2, 3, 4)]
        notice = _filed(session, service, items, start)
        rows = decisions.items_of(session, notice)
        investigation.snapshot(session, rows[0], note("受付時の表示"), by=lead.id, at=day)
        investigation.confirm(session, notice, Circumstance.DANGER, note("確かめ方"), by=lead.id, at=day)
        who = Words("榊原 千尋", "1979-11-03", note("所属"), note("選任した理由"), note("専門"))
        person = specialists.appoint(session, service, who, None, day=date(2026, 4, 20), by=lead.id, at=day)
        task = specialists.assign(
            session, notice, person.id, [rows[3].id], conflict=False, note=note("利害関係"), by=lead.id, at=day
        )
        specialists.opine(session, notice, task.id, [rows[3].id], note("専門員の意見"), by=lead.id, at=day)
        templates.write(session, Wording(True, note("ひな形の題"), note("［＿欄＿］")), by=lead.id, at=day)
        remove = make.remove(make.first_clause(session, make.make_criteria(session, service, "2026-05-20T12:00+09:00")))
        make.decide(session, notice, remove, lead, "2026-06-10T10:00+09:00", (1, 2))
        make.decide(session, notice, make.KEEP, lead, "2026-06-10T10:00+09:00", (3,))
        done = [m.id for m in decisions.standing_measures(session, [r.id for r in rows])]
        measures.execute(
            session,
            notice,
            done,
            executed_at=make.instant("2026-06-03T10:00+09:00"),
            by=lead.id,
            at=day,
            breach_reason=note("違反の理由"),
        )
        endings.exempt_sender(
            session, notice, [rows[1].id], SenderExemption.OTHER_JUST, note("通知しない理由"), by=lead.id, at=day
        )
        draft = replies.outcome_draft(session, notice)
        letter = replies.send_draft(
            session, notice, draft, draft.digest, by=lead.id, at=day, late_reason=note("遅れた理由")
        )
        settle(session, letter, day)
        delivery.bounced(session, letter.id, remark=note("戻った様子"), by=journal.staff(lead.id), at=day)
        _note_every_fact(session, session.get_one(Case, notice.case_id))
        secret = receipts.status_secret(session, notice)
        return {"number": notice.number, "id": notice.id, "secret": secret, "lead": lead.id}


def _filed(session, service, items, start):
    filing = replace(make.make_filing(1, **make.urgent(Circumstance.DANGER)), items=items, caution=note("連絡の注意"))
    notice = intake.file(session, service, filing, at=make.instant(start))
    receipts.acknowledge(session, service, notice, at=make.instant(start))
    return notice


def _note_every_fact(session, case) -> None:
    """A free text on each fact of the case that has none: whatever comes to carry one is covered before it does."""
    noted = set(session.exec(select(Remark.event_id).where(Remark.case_id == case.id)))
    for event in session.exec(select(Event).where(Event.case_id == case.id)):
        if event.id not in noted and event.fact not in TOLD:
            row = Remark(event_id=event.id, case_id=case.id, words_sealed=b"")
            said = {"salt": secrets.token_hex(8), "text": note(event.fact.value)}
            row.words_sealed = seal_words(session, case.id, "remark.words", row.id, said)
            session.add(row)


def test_the_house_keeps_its_notes_where_the_desk_reads_them(app, scene):
    """The notes are there to be found: else the tests below would prove nothing."""
    client, case = member(app), f"/desk/cases/{scene['number']}"
    pages = "".join(client.get(f"{case}?tab={tab}").text for tab in ("decide", "procedure", "history", "origin"))

    for where in ("受付時の表示", "確かめ方", "利害関係", "専門員の意見", "通知しない理由", "遅れた理由", "戻った様子"):
        assert note(where) in pages, where


def test_no_letter_and_no_draft_holds_a_note(database, scene):
    at = make.instant("2026-06-10T12:00+09:00")
    with database.writing() as session:
        notice = session.get_one(Notice, scene["id"])
        rows = decisions.items_of(session, notice)
        drafts = [replies.outcome_draft(session, notice), *replies.sender_drafts(session, notice)]
        for ground in DeferralGround:
            drafts.append(replies.interim_draft(session, notice, [rows[3].id], ground, "確認に時間がかかるため。"))
        texts = [draft.subject + draft.body + draft.to for draft in drafts if draft]
        again = replies.outcome_draft(session, notice)
        replies.send_draft(
            session, notice, again, again.digest, by=scene["lead"], at=at, late_reason=note("遅れた理由")
        )
        texts += [_text(session, letter) for letter in session.exec(select(Letter))]

    assert len(texts) > 6
    assert [text for text in texts if MARK in text] == []


def test_no_preview_holds_a_note(app, scene):
    client, case = member(app), f"/desk/cases/{scene['number']}"
    items = boxes(client.get(f"{case}?pick=undecided"), "item")
    for take in ("yes", "no"):
        fields = {
            "item": items,
            "take": take,
            "kind": "remove",
            "basis": "legal_duty",
            "facts": "決定",
            "reason": "理由",
        }
        page = client.post(
            f"{case}/decision/preview",
            data=fields | {"csrf_token": _token(client, case)},
            headers={"HX-Request": "true"},
        )
        assert "理由" in page.text
        assert MARK not in page.text
    outcome = client.get(f"{case}/letters/outcome")
    assert outcome.status_code == 200
    assert MARK not in outcome.text
    assert post(client, f"{case}/decision/preview", item=items, take="no").status_code == 200


def test_no_public_page_holds_a_note(app, scene):
    client = app.test_client()
    at = f"{scene['number']}/{scene['secret']}"
    fixed = [
        rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint.startswith("public.")
    ]
    seen = 0
    for rule in fixed:
        path = rule.replace("<slug>", "tsumugi").replace("<number>/<secret>", at)
        if "<" in path:
            continue
        answer = client.get(path)
        seen += answer.status_code == 200
        assert MARK not in answer.get_data().decode("utf-8", "replace"), path
    assert seen > 8
    status = client.get(f"/s/tsumugi/status/{at}")
    assert (status.status_code, scene["number"] in words(status)) == (200, True)


def _text(session, letter: Letter) -> str:
    """Everything that a letter says."""
    said = (("to", letter.to_sealed), ("subject", letter.subject_sealed), ("body", letter.body_sealed))
    return "\n".join(open_text(session, letter.case_id, f"letter.{name}", letter.id, sealed) for name, sealed in said)


def _token(client, path: str) -> str:
    return token(client.get(path).text)
