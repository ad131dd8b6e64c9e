"""判断と実施 at the desk: fourteen clear days, two people at once, the truth even when it is a breach."""

import re
import threading
import time

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, token, words
from tracker.casework import decisions, folder
from tracker.models import Clock, Decision, LogHold, Measure

CASE = "/desk/cases/TH-2026-000001"
MINE = "投稿は事実に反し、申出者の社会的評価を下げるため。"


@pytest.fixture
def scene(database):
    """A service whose second criteria were published on 1 June 2026 at noon, and a notice of 10 June."""
    with database.writing() as session:
        service = make.make_service(session)
        first = make.make_criteria(session, service)
        young = make.make_criteria(session, service, "2026-06-01T12:00+09:00")
        make.make_notice(session, service, "2026-06-10T10:00+09:00")
        return {"old": make.first_clause(session, first), "young": make.first_clause(session, young)}


def decide(client, clause=None, page=None, nos=(1, 2), **changes):
    """Send the decision form for items by their numbers."""
    page = page or client.get(f"{CASE}?pick=undecided")
    items = boxes(page, "item")
    fields = {"item": [items[n - 1] for n in nos], "take": "yes", "kind": "remove", "reason": MINE}
    if clause:
        fields["basis"] = f"clause:{clause.id}"
    return post(client, f"{CASE}/decision", **(fields | changes))


def rows(database, table) -> list:
    """All rows of a table."""
    with database.reading() as session:
        return list(session.exec(select(table)))


def test_a_clause_is_refused_until_fourteen_clear_days_have_passed(app, database, scene, freezer):
    """V029: published on 1 June 2026, usable from 16 June, 0:00."""
    freezer.move_to("2026-06-15T23:59:00+09:00")
    client = member(app)
    page = client.get(CASE)
    assert "6月16日(火) 0:00から" in words(page)
    assert f'value="clause:{scene["young"].id}" disabled' in page.text

    refused = decide(client, scene["young"])

    assert refused.status_code == 422
    assert "2026年6月16日(火)から使えます" in words(refused)
    assert MINE in refused.text
    assert rows(database, Decision) == []
    freezer.move_to("2026-06-16T00:00:00+09:00")
    assert decide(client, scene["young"]).status_code == 303
    assert {d.clause_id for d in rows(database, Decision)} == {scene["young"].id}


def test_deciding_is_no_measure_and_says_so_until_it_is_done(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    decide(client, scene["old"])

    text = words(client.get(CASE))
    assert "記録がない" in text
    assert "削除した" not in text.replace("「削除した」", "")
    assert client.get(f"{CASE}/letters/outcome").status_code == 409
    assert [h.rule for h in rows(database, LogHold)] == ["notice_flag"]

    freezer.move_to("2026-06-11T11:00:00+09:00")
    measures = boxes(client.get(CASE), "measures")
    done = post(client, f"{CASE}/execution", measures=measures, executed_at="2026-06-11T10:30:00")

    assert done.status_code == 303
    assert "削除した" in words(client.get(CASE))
    assert {m.executed_at for m in rows(database, Measure)} == {make.instant("2026-06-11T10:30+09:00")}
    assert sorted(h.rule for h in rows(database, LogHold)) == ["measure_flag", "measure_flag", "notice_flag"]
    assert len([c for c in rows(database, Clock) if c.rule == "sender_notice"]) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"item": []}, "判断する項目を選んでください。"),
        ({"take": ""}, "措置を講ずるか、講じないかを選んでください。"),
        ({"kind": ""}, "措置の種類を選んでください。"),
        ({"basis": ""}, "措置の根拠を選んでください。"),
        ({"basis": "emergency"}, "この根拠を選んだ事実を書いてください。"),
        ({"basis": "clause:00000000-0000-0000-0000-000000000000"}, "基準の条項を選んでください。"),
        ({"reason": " \n"}, "理由を書いてください。"),
        ({"reason": "理" * 20_001}, "20,000字までで書いてください。いま20,001字あります。"),
        ({"item": ["00000000-0000-0000-0000-000000000000:0", "x:y"]}, "判断する項目を選んでください。"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(app, database, scene, freezer, changes, sentence):
    freezer.move_to("2026-06-11T10:00:00+09:00")

    answer = decide(member(app), scene["old"], **({"facts": "", "reason": MINE} | changes))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'class="errors"' in answer.text
    assert changes.get("reason", MINE).strip() in answer.text
    assert rows(database, Decision) == []


def test_the_second_of_two_decisions_sees_the_first_and_keeps_its_own_words(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    fast, slow = member(app), member(app)
    page = slow.get(f"{CASE}?pick=undecided")
    assert decide(fast, scene["old"]).status_code == 303

    late = decide(
        slow, page=page, take="no", finding="not_infringed", reason="意見の範囲にとどまるため。受忍限度を超えない。"
    )

    assert late.status_code == 409
    assert words(late).count("判断がすでに記録されています") == 1
    assert "ほかの担当者が先に" not in words(late)
    assert "講ずる 第1版 第4条1項 （第1回の判断）" in words(late)
    assert "意見の範囲にとどまるため。受忍限度を超えない。" in late.text
    assert {d.take for d in rows(database, Decision)} == {True}

    again = decide(slow, page=late, take="no", finding="not_infringed", reason="読み直したうえで、講じないと判断した。")
    assert again.status_code == 303
    assert sorted(d.version for d in rows(database, Decision)) == [1, 1, 2, 2]


def test_a_measure_done_without_usable_criteria_is_recorded_as_the_breach_it_is(app, database, scene, freezer):
    freezer.move_to("2026-06-16T09:00:00+09:00")
    client = member(app)
    decide(client, scene["young"])
    measures = boxes(client.get(CASE), "measures")
    fields = {"measures": measures, "executed_at": "2026-06-15T23:00:00"}

    refused = post(client, f"{CASE}/execution", **fields)
    assert refused.status_code == 422
    assert "違反として記録してください" in words(refused)
    assert 'value="2026-06-15T23:00:00"' in refused.text
    asked = post(client, f"{CASE}/execution", **fields, breach_reason="担当者が先に削除していた")
    assert (asked.status_code, "確かめて、印を付けてください" in words(asked)) == (422, True)
    assert "担当者が先に削除していた" in asked.text
    assert {m.executed_at for m in rows(database, Measure)} == {None}
    done = post(client, f"{CASE}/execution", **fields, breach_reason="担当者が先に削除していた", sure="1")

    assert done.status_code == 303
    assert {m.breach for m in rows(database, Measure)} == {"法26条1項"}
    assert "担当者が先に削除していた" in words(client.get(f"{CASE}?tab=history"))


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-06-11T12:00:00", "2026-06-09T12:00:00"])
def test_a_time_that_cannot_be_is_not_recorded(app, database, scene, freezer, typed):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    decide(client, scene["old"])

    answer = post(client, f"{CASE}/execution", measures=boxes(client.get(CASE), "measures"), executed_at=typed)

    assert answer.status_code == 422
    assert {m.executed_at for m in rows(database, Measure)} == {None}


def test_a_measure_is_not_executed_twice(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    decide(client, scene["old"])
    fields = {"measures": boxes(client.get(CASE), "measures"), "executed_at": "2026-06-11T10:00:00"}

    assert post(client, f"{CASE}/execution", **fields).status_code == 303
    assert post(client, f"{CASE}/execution", **fields).status_code == 409


def test_a_signed_in_request_may_write_while_another_writer_is_at_work(app, database, scene):
    """On SQLite the one writer is waited for, and reading who is signed in does not lock the request against itself."""
    client = member(app)
    page = client.get(f"{CASE}?pick=undecided")
    holding, done = threading.Event(), []

    def write() -> None:
        with database.writing() as session:
            make.make_service(session, "つむぎ動画", "douga", "TV")  # takes the one write lock
            holding.set()
            time.sleep(1)
            done.append(time.monotonic())

    other = threading.Thread(target=write)
    other.start()
    holding.wait()
    answer = decide(client, page=page, take="no", finding="not_infringed")
    ended = time.monotonic()
    other.join()

    assert answer.status_code == 303
    assert done and ended >= done[0]


def test_the_history_shows_the_decision_in_an_unbroken_chain(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    decide(client, scene["old"], nos=(1,), ai_used="1")

    with database.reading() as session:
        notice = folder.find(session, "TH-2026-000001")
        found = folder.open_folder(session, notice, at=make.instant("2026-06-11T10:00+09:00"))
        items = [i.id for i in decisions.items_of(session, notice)]
        assert found.chain_ok
        assert decisions.latest(session, items)[items[0]].ai_used
    assert "項目1: 判断した" in words(client.get(f"{CASE}?tab=history"))


@pytest.mark.parametrize("gone", ["session", "token"])
def test_a_reason_typed_before_the_page_grew_old_is_given_back_to_copy(app, database, scene, freezer, gone):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    fields = {
        "item": boxes(client.get(f"{CASE}?pick=undecided"), "item"),
        "take": "no",
        "finding": "not_infringed",
        "reason": MINE,
    }
    known = token(client.get("/desk/").text)
    if gone == "session":
        client.delete_cookie("session")
        known = token(client.get("/desk/sign-in").text)

    answer = client.post(f"{CASE}/decision", data=fields | {"csrf_token": known if gone == "session" else "old"})

    assert answer.status_code == (401 if gone == "session" else 400)
    assert f'readonly="">\n{MINE}</textarea>' in answer.text
    assert known not in answer.text
    if gone == "session":
        assert "サインインが切れていました" in words(answer)
        assert f'href="/desk/sign-in?next={CASE}"' in answer.text
    else:
        assert "画面が古くなっていました。内容は下に残っています。" in words(answer)
        assert f'href="{CASE}"' in answer.text
    assert rows(database, Decision) == []


def test_criteria_that_wait_are_folded_and_what_has_been_decided_can_be_decided_anew(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    page = client.get(CASE)
    waiting = page.text.index("まだ使えない基準（2条項）")

    assert page.text.index(f'value="clause:{scene["old"].id}"') < waiting
    assert page.text.index(f'value="clause:{scene["young"].id}" disabled') > waiting
    assert "事実を示して人の社会的評価を下げる投稿" in words(page)
    assert "判断を改める" not in words(page)

    decide(client, scene["old"])

    assert "<details><summary>判断を改める</summary>" in client.get(CASE).text
    assert "<details open><summary>判断を改める</summary>" in decide(client, scene["old"], reason="").text


@pytest.mark.parametrize("finding", ["", "x"])
def test_a_refusal_says_why_and_nothing_is_chosen_beforehand(app, database, scene, freezer, finding):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)
    page = client.get(f"{CASE}?pick=undecided")
    assert not re.search(r'name="finding"[^>]* checked', page.text)

    answer = decide(client, page=page, take="no", finding=finding)

    assert answer.status_code == 422
    assert "講じないのはなぜかを、一覧から選んでください。" in words(answer)
    assert 'href="#f-finding"' in answer.text
    assert 'id="f-finding-error"' in answer.text
    assert MINE in answer.text
    assert rows(database, Decision) == []
    assert decide(client, scene["old"], finding="").status_code == 303  # a measure is taken: it is not asked


def test_what_was_never_asked_cannot_be_said_to_have_been_asked_in_vain(app, database, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    client = member(app)

    answer = decide(client, take="no", finding="not_found")

    assert answer.status_code == 422
    assert "先に「やりとり」で補正を依頼するか、ほかの理由を選んでください。" in words(answer)
    assert 'href="#f-finding"' in answer.text
    assert re.search(r'value="not_found"[^>]* checked', answer.text)
    assert rows(database, Decision) == []


def test_picking_many_items_keeps_what_was_typed(app, database, scene):
    client = member(app)
    fields = {"take": "no", "finding": "not_infringed", "reason": "書きかけの理由", "pick": "undecided"}
    page = post(client, f"{CASE}/decision/preview", **fields)
    assert page.status_code == 200 and "書きかけの理由" in page.text
    assert len(re.findall(r'name="item" value="[^"]+" checked', page.text)) == 2
    none = post(client, f"{CASE}/decision/preview", **(fields | {"pick": "none"}))
    assert "書きかけの理由" in none.text and not re.findall(r'name="item" value="[^"]+" checked', none.text)
