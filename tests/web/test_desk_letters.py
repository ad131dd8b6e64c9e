"""通知 at the desk: what is previewed is what leaves, byte for byte; what did not arrive comes back."""

import email
import email.policy
import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, hidden, items, letter, member, post, words
from tracker.casework import delivery, folder
from tracker.letters import outbox, transport
from tracker.letters.transport import Answer
from tracker.models import Clock, Letter, LetterChannel, LetterKind, Sender, Service

CASE = "/desk/cases/TH-2026-000001"
REASON = "事実でない内容で、社会的評価を下げるため。\n\n　二行目も、そのまま届く。<b>&amp;"


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to("2026-04-30T16:00:00+09:00")


@pytest.fixture
def clause(database):
    """A notice of two items, received on 28 April, and a clause to remove them under."""
    with database.writing() as session:
        service = make.make_service(session)
        version = make.make_criteria(session, service)
        make.make_notice(session, service, "2026-04-28T09:14:37+09:00")
        return make.first_clause(session, version)


def judge(client, *nos: int, clause=None) -> None:
    """Decide items: remove them under a clause, or keep them."""
    known = items(client.get(CASE))
    typed = REASON.replace("\n", "\r\n")  # as browsers send line breaks
    fields = {"item": [known[n] for n in nos], "reason": typed, "take": "yes" if clause else "no"}
    fields |= {} if clause else {"finding": "not_infringed"}
    if clause:
        fields |= {"kind": "remove", "basis": f"clause:{clause.id}"}
    assert post(client, f"{CASE}/decision", **fields).status_code == 303


def execute(client) -> None:
    """Record that everything ordered was done now."""
    page = client.get(CASE)
    now = re.search(r'name="executed_at"[^>]* value="([^"]+)"', page.text)[1]
    answer = post(client, f"{CASE}/execution", measures=boxes(page, "measures"), executed_at=now)
    assert answer.status_code == 303


def send(client, path: str, **fields):
    """Preview a letter, and send what was previewed."""
    page = client.get(path)
    return post(client, path, digest=hidden(page, "digest"), **fields)


def sweep(app, at: str) -> None:
    """What the worker does: carry what is due."""
    database, settings = app.extensions["database"], app.extensions["settings"]
    with database.writing() as session:
        waiting = outbox.due(session, make.instant(at))
    with transport.carrier(settings) as carry:
        for id in waiting:
            with database.writing() as session:
                parcel = outbox.claim(session, id, make.instant(at))
            answer = carry(parcel)
            with database.writing() as session:
                delivery.settle(session, id, answer, at=make.instant(at))


def mails(settings) -> list[email.message.EmailMessage]:
    """The letters in the mail folder."""
    files = sorted(settings.mail_folder.glob("*.eml"))
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def letters(database, kind: LetterKind) -> list[Letter]:
    """The letters of a kind, oldest first."""
    with database.reading() as session:
        return list(session.exec(select(Letter).where(Letter.kind == kind).order_by(Letter.queued_at)))


def reply_clocks(database) -> list[Clock]:
    """The reply clocks that run."""
    with database.reading() as session:
        return [c for c in session.exec(select(Clock).where(Clock.rule == "reply")) if c.stopped_at is None]


def test_the_letter_that_leaves_is_the_preview_byte_for_byte(app, database, settings, clause):
    client = member(app)
    judge(client, 1, clause=clause)
    judge(client, 2)
    execute(client)
    page = client.get(f"{CASE}/letters/outcome")
    shown = letter(page)

    assert REASON in shown
    assert "送信防止措置（削除）を講じました" in shown
    answer = post(client, f"{CASE}/letters/outcome", digest=hidden(page, "digest"))
    assert answer.status_code == 303
    sweep(app, "2026-04-30T16:01+09:00")

    sent = [m for m in mails(settings) if "送信防止措置" in m.get_content()]
    assert [m.get_content().replace("\r\n", "\n").encode() for m in sent] == [shown.encode()]
    assert f"<dd>{sent[0]['Subject']}</dd>" in page.text
    assert reply_clocks(database) == []
    assert "フォルダーに書き出した" in words(client.get(f"{CASE}?tab=letters"))


def test_a_measure_not_yet_done_makes_no_letter_that_says_removed(app, database, clause):
    client = member(app)
    judge(client, 1, clause=clause)
    assert client.get(f"{CASE}/letters/outcome").status_code == 409
    judge(client, 2)

    shown = letter(client.get(f"{CASE}/letters/outcome"))

    assert "措置を講じました" not in shown
    assert "削除）" not in shown
    assert "このほかの1件は、別にお知らせします。" in shown
    assert send(client, f"{CASE}/letters/outcome").status_code == 303
    sweep(app, "2026-04-30T16:01+09:00")
    assert len(reply_clocks(database)) == 1  # one letter of several never stops the clock


def test_a_text_that_changed_after_the_preview_is_shown_again_and_not_sent(app, database, clause):
    client = member(app)
    judge(client, 1)
    old = hidden(client.get(f"{CASE}/letters/outcome"), "digest")
    judge(client, 2)

    refused = post(client, f"{CASE}/letters/outcome", digest=old)

    assert refused.status_code == 409
    assert "画面を開いた後に変わりました" in words(refused)
    assert "項目2" in letter(refused)
    assert letters(database, LetterKind.OUTCOME) == []
    assert post(client, f"{CASE}/letters/outcome", digest=hidden(refused, "digest")).status_code == 303
    assert post(client, f"{CASE}/letters/outcome", digest=hidden(refused, "digest")).status_code == 409


def test_a_late_reply_goes_out_with_its_reason_as_a_breach(app, database, clause, freezer):
    freezer.move_to("2026-05-06T09:00:00+09:00")
    client = member(app)
    judge(client, 1, 2)
    page = client.get(f"{CASE}/letters/outcome")
    assert "7日の期限を過ぎています" in words(page)

    refused = post(client, f"{CASE}/letters/outcome", digest=hidden(page, "digest"), late_reason=" ")
    assert refused.status_code == 422
    assert "遅れた理由を書くと" in words(refused)
    asked = post(client, f"{CASE}/letters/outcome", digest=hidden(page, "digest"), late_reason="受付の障害")
    assert (asked.status_code, "確かめて、印を付けてください" in words(asked)) == (422, True)
    assert "受付の障害" in asked.text
    late = {"late_reason": "受付の障害", "sure": "1"}
    sent = post(client, f"{CASE}/letters/outcome", digest=hidden(page, "digest"), **late)

    assert sent.status_code == 303
    history = words(client.get(f"{CASE}?tab=history"))
    assert "違反を記録した 法25条1項" in history
    assert "受付の障害" in history


def test_an_interim_reply_names_its_ground_and_content(app, database, settings, clause):
    client = member(app)
    fields = {"ground": "unavoidable", "items": ["1", "2"]}

    refused = post(client, f"{CASE}/letters/interim", **fields, content="")
    assert refused.status_code == 422
    assert "やむを得ない理由の具体的な内容を書いてください" in words(refused)
    assert post(client, f"{CASE}/letters/interim", items=["1"]).status_code == 422
    page = post(client, f"{CASE}/letters/interim", **fields, content="海外の拠点に照会しています。")
    assert page.status_code == 200
    assert "法25条2項3号" in letter(page)
    assert letter(page) == letter(
        client.get(f"{CASE}/letters/interim", query_string=fields | {"content": "海外の拠点に照会しています。"})
    )
    sent = post(
        client,
        f"{CASE}/letters/interim",
        **fields,
        content=hidden(page, "content"),
        digest=hidden(page, "digest"),
    )

    assert sent.status_code == 303
    sweep(app, "2026-04-30T16:01+09:00")
    assert reply_clocks(database) == []
    assert "海外の拠点に照会しています。" in mails(settings)[-1].get_content() + mails(settings)[0].get_content()


def test_a_sender_without_an_address_is_told_by_hand_with_when_and_how(app, database, clause, freezer):
    client = member(app)
    judge(client, 1, 2, clause=clause)
    execute(client)
    with database.reading() as session:
        sender = session.exec(select(Sender)).one()
    path = f"{CASE}/letters/sender/{sender.id}"
    assert "渡した後に、日時と方法を記録してください" in words(client.get(path))

    assert send(client, path).status_code == 303
    [written] = letters(database, LetterKind.SENDER_NOTICE)
    assert written.channel is LetterChannel.HANDOVER
    freezer.move_to("2026-04-30T17:00:00+09:00")
    url = f"{CASE}/letters/{written.id}/handover"
    refused = post(client, url, when="2026-04-30T16:30:00", how="")
    assert (refused.status_code, 'value="2026-04-30T16:30:00"' in refused.text) == (422, True)
    early = post(client, url, when="2026-04-30T09:00:00", how="早すぎる記録")
    assert (early.status_code, "早すぎる記録" in early.text) == (422, True)
    assert post(client, url, when="", how="x").status_code == 422
    assert post(client, url, when="2026-04-30T16:30:00", how="サービス内の通知で表示した").status_code == 303

    text = words(client.get(f"{CASE}?tab=letters"))
    assert "渡した 4/30 16:30" in text
    assert "発信者に通知した" in words(client.get(f"{CASE}?tab=history"))
    assert post(client, url, when="2026-04-30T16:31:00", how="もう一度").status_code == 409


def test_a_sender_with_an_address_is_written_to(app, database, settings, clause):
    client = member(app)
    judge(client, 1, clause=clause)
    execute(client)
    with database.reading() as session:
        sender = session.exec(select(Sender)).one()
    post(client, f"{CASE}/sender", sender=str(sender.id), email="kaze@mail.example")

    assert send(client, f"{CASE}/letters/sender/{sender.id}").status_code == 303
    sweep(app, "2026-04-30T16:01+09:00")

    assert [m["To"] for m in mails(settings)].count("kaze@mail.example") == 1


def test_a_refused_letter_comes_back_loudly_and_goes_to_another_address(app, database, clause):
    client = member(app)
    judge(client, 1, 2)
    assert send(client, f"{CASE}/letters/outcome").status_code == 303
    [first] = letters(database, LetterKind.OUTCOME)
    with database.writing() as session:
        answer = Answer(accepted=False, code=550, transport="smtp", status="5.1.1")
        delivery.settle(session, first.id, answer, at=make.instant("2026-04-30T16:01+09:00"))

    text = words(client.get(CASE))
    assert "結果の通知が届いていません（サーバーが拒んだ 4/30 16:01）" in text
    assert "不達" in words(client.get("/desk/?view=back"))
    assert len(reply_clocks(database)) == 1
    post(client, f"{CASE}/claimant", claimant_email="akari@new.example")
    assert "akari@new.example" in client.get(f"{CASE}/letters/outcome").text
    assert send(client, f"{CASE}/letters/outcome").status_code == 303
    sweep(app, "2026-04-30T16:02+09:00")

    assert reply_clocks(database) == []
    assert "結果の通知が届いていません" not in words(client.get(CASE))


def test_a_letter_that_bounced_brings_its_duty_back_with_the_old_date(app, database, clause):
    client = member(app)
    judge(client, 1, 2)
    send(client, f"{CASE}/letters/outcome")
    sweep(app, "2026-04-30T16:01+09:00")
    assert reply_clocks(database) == []
    [given] = letters(database, LetterKind.OUTCOME)

    assert post(client, f"{CASE}/letters/{given.id}/bounce", remark="あて先不明で戻った", sure="1").status_code == 303

    [clock] = reply_clocks(database)
    assert clock.due_at == make.instant("2026-05-06T00:00+09:00")
    assert "結果の通知が届いていません（不達になった" in words(client.get(CASE))
    assert post(client, f"{CASE}/letters/{given.id}/bounce", remark="もう一度", sure="1").status_code == 422


def test_a_receipt_that_was_refused_is_sent_again(app, database, clause):
    [first] = letters(database, LetterKind.RECEIPT)
    with database.writing() as session:
        answer = Answer(accepted=False, code=550, transport="smtp", status="5.1.1")
        delivery.settle(session, first.id, answer, at=make.instant("2026-04-30T15:00+09:00"))
    client = member(app)
    assert "受付のお知らせをもう一度送る" in words(client.get(f"{CASE}?tab=letters"))

    assert post(client, f"{CASE}/letters/receipt").status_code == 303

    assert len(letters(database, LetterKind.RECEIPT)) == 2


def test_who_gave_no_address_is_answered_by_post_and_that_stops_the_clock(app, database, clause, freezer):
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        make.make_notice(session, service, "2026-04-28T10:00+09:00", items=1, email="")
    case = "/desk/cases/TH-2026-000002"
    client = member(app)
    post(
        client,
        f"{case}/decision",
        item=boxes(client.get(case), "item"),
        take="no",
        finding="not_infringed",
        reason=REASON,
    )
    assert send(client, f"{case}/letters/outcome").status_code == 303
    [written] = letters(database, LetterKind.OUTCOME)
    assert written.channel is LetterChannel.POST

    freezer.move_to("2026-04-30T18:00:00+09:00")
    url = f"{case}/letters/{written.id}/handover"
    assert post(client, url, when="2026-04-30T17:30:00", how="簡易書留 123-45").status_code == 303

    with database.reading() as session:
        found = folder.open_folder(
            session, folder.find(session, "TH-2026-000002"), at=make.instant("2026-04-30T18:00+09:00")
        )
        assert not [f for f in found.clocks if f.running and f.rule.key == "reply"]


def test_a_letter_of_another_case_cannot_be_touched_from_here(app, database, clause):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one(), "2026-04-29T09:00+09:00")
    client = member(app)
    [_mine, other] = letters(database, LetterKind.RECEIPT)

    for what in ("handover", "bounce"):
        answer = post(client, f"{CASE}/letters/{other.id}/{what}", when="2026-04-30T15:00:00", how="x", remark="x")
        assert answer.status_code == 404


def test_an_interim_reply_that_says_what_another_was_told_shows_that_one_before_it_goes(app, database, clause):
    with database.writing() as session:
        make.make_notice(session, session.exec(select(Service)).one(), "2026-04-29T09:00+09:00", items=1)
    client = member(app)
    other = "/desk/cases/TH-2026-000002"
    fields = {"ground": "unavoidable", "content": "登記の写しの照会に日数を要しているため、まだ判断できません。"}
    first = post(client, f"{other}/letters/interim", items=["1"], **fields)
    assert "％同じです" not in words(first)
    sent = post(client, f"{other}/letters/interim", items=["1"], digest=hidden(first, "digest"), **fields)
    assert sent.status_code == 303

    page = post(client, f"{CASE}/letters/interim", items=["1"], **fields)

    assert "前に通知したやむを得ない理由の内容と100％同じです" in words(page)
    assert "TH-2026-000002で通知した内容と、ほとんど同じです。" in words(page)


def test_an_interim_reply_with_a_place_left_to_fill_in_comes_back_beside_the_field(app, database, clause):
    client = member(app)
    fields = {"ground": "sender_opinion", "content": "［＿理由＿］のため。", "items": ["1"]}

    page = post(client, f"{CASE}/letters/interim", **fields)

    assert page.status_code == 422
    assert 'href="#f-content"' in page.text
    assert "［＿理由＿］のため。" in page.text


def test_a_reason_that_names_nothing_of_the_case_is_said_before_it_goes(app, clause):
    client = member(app)
    known = items(client.get(CASE))
    stock = {"take": "no", "finding": "not_infringed", "reason": "ガイドラインに照らし総合的に判断しました。"}
    assert post(client, f"{CASE}/decision", item=list(known.values()), **stock).status_code == 303
    seen = words(client.get(f"{CASE}/letters/outcome"))
    assert "理由が、個別・具体的でないかもしれません" in seen and "項目1–2" in seen
    assert "判断を支える事実" in seen


def sender_page(database) -> str:
    """Where the notice to the one sender account is previewed."""
    with database.reading() as session:
        return f"{CASE}/letters/sender/{session.exec(select(Sender)).one().id}"


def told(client, clause) -> None:
    """Both items are removed, for a reason that may be published."""
    known = items(client.get(CASE))
    fields = {"item": list(known.values()), "reason": "社会的評価を下げるため。", "take": "yes", "kind": "remove"}
    assert post(client, f"{CASE}/decision", basis=f"clause:{clause.id}", **fields).status_code == 303
    execute(client)


def test_a_sender_without_an_address_can_be_told_by_publication(app, database, clause):
    client = member(app)
    told(client, clause)
    path = sender_page(database)
    usual = client.get(path)
    assert "@kaze_2198 様" in letter(usual)
    assert "知らせる方法を変える" in words(usual)

    page = client.get(f"{path}?channel=publication")
    shown = letter(page)
    assert "だれでも読める文です" in words(page)
    for hidden_word in ("@kaze_2198", "https://tsumugi.example/p/", "虚偽の書き込み", "水原", "TH-2026-000001"):
        assert hidden_word not in shown
    assert "社会的評価を下げるため。" in shown
    assert "第4条1項 名誉毀損" in shown
    answer = post(client, path, digest=hidden(page, "digest"), channel=hidden(page, "channel"))
    assert answer.status_code == 303

    [sent] = letters(database, LetterKind.SENDER_NOTICE)
    assert sent.channel is LetterChannel.PUBLICATION
    assert "掲示して、URLと日時を記録する" in words(client.get("/desk/letters?view=handover"))
    record, form = f"{CASE}/letters/{sent.id}/handover", {"when": "2026-04-30T16:00:00", "how": "画面の写しを保存"}
    for wrong in ("", "つむぎ広場", "http://tsumugi.example/n/1", "https://tsumugi.example/@kaze_2198", "https://n1"):
        refused = post(client, record, url=wrong, **form)
        assert refused.status_code == 422
        assert f'href="#f-url-{sent.id}"' in refused.text
        assert f'value="{wrong}"' in refused.text
        assert "画面の写しを保存" in refused.text
    assert post(client, record, url="https://tsumugi.example/n/1", **form).status_code == 303

    tab = client.get(f"{CASE}?tab=letters")
    assert 'href="https://tsumugi.example/n/1"' in tab.text
    assert "掲示した" in words(tab)
    assert "この通知が届かなかったことを確かめました" not in words(tab)
    bounced = post(client, f"{CASE}/letters/{sent.id}/bounce", sure="1", remark="")
    assert (bounced.status_code, "掲示した通知に、不達はありません" in words(bounced)) == (422, True)
    with database.reading() as session:
        clocks = session.exec(select(Clock).where(Clock.rule == "sender_notice")).all()
        assert clocks and all(clock.stopped_at for clock in clocks)


@pytest.mark.parametrize("reason", ["水原さんの評価を下げるため。", "「虚偽の書き込み1」と書いているため。"])
def test_a_reason_that_names_the_claimant_or_repeats_the_post_is_not_published(app, database, clause, reason):
    client = member(app)
    known = items(client.get(CASE))
    fields = {"item": list(known.values()), "reason": reason, "take": "yes", "kind": "remove"}
    assert post(client, f"{CASE}/decision", basis=f"clause:{clause.id}", **fields).status_code == 303
    execute(client)
    path = sender_page(database)

    refused = client.get(f"{path}?channel=publication")
    assert (refused.status_code, "掲示できません" in words(refused)) == (422, True)
    sent = post(client, path, digest=hidden(client.get(path), "digest"), channel="publication")
    assert (sent.status_code, "まだ送っていません" in words(sent)) == (422, True)
    assert letters(database, LetterKind.SENDER_NOTICE) == []
    assert client.get(path).status_code == 200


def test_a_sender_with_an_address_can_still_be_told_by_hand(app, database, clause):
    client = member(app)
    told(client, clause)
    with database.writing() as session:
        from tracker.casework import replies

        sender, staff = session.exec(select(Sender)).one(), make.make_staff(session)
        replies.set_sender_email(
            session, sender, "kaze@mail.example", by=staff.id, at=make.instant("2026-04-30T16:00+09:00")
        )
    path = sender_page(database)
    assert "kaze@mail.example" in client.get(path).text
    page = client.get(f"{path}?channel=handover")
    assert "kaze@mail.example" not in page.text
    assert letter(page) == letter(client.get(path))

    assert post(client, path, digest=hidden(page, "digest"), channel="handover").status_code == 303

    assert letters(database, LetterKind.SENDER_NOTICE)[0].channel is LetterChannel.HANDOVER
