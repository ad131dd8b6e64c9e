"""The draft of criteria at the desk: saved, edited by two, compared, thrown away, published now or with a true date."""

import re
from datetime import date
from hashlib import sha256

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, hidden, member, post, words
from tracker.casework import criteria
from tracker.casework.verify import verify
from tracker.law.grounds import MeasureKind, Origin
from tracker.models import Clause, CriteriaDraft, CriteriaVersion, Event, Role, Service

DRAFT = "/desk/criteria/tsumugi/draft"
NOW = "2026-06-01T10:00:00+09:00"
ROWS = {
    "title": "投稿の削除などの基準",
    "clause_number": ["第4条1項", "第5条2項", ""],
    "clause_title": ["名誉毀損", "プライバシーの侵害", ""],
    "clause_words": ["事実を示して人の社会的評価を下げる投稿", "住所など、公にされていない事実を示す投稿", ""],
}


@pytest.fixture
def desk(app, database, freezer):
    """A lead on 1 June 2026, and a service with criteria of 2025."""
    freezer.move_to(NOW)
    with database.writing() as session:
        make.make_criteria(session, make.make_service(session))
    return member(app)


def save(client, seen: int = 0, **changes):
    """Send the form of the draft."""
    return post(client, DRAFT, **(ROWS | {"seen": str(seen)} | changes))


def publish(client, **changes):
    """Send the form that publishes, with the draft that its page shows."""
    seen = hidden(client.get(f"{DRAFT}/publish"), "seen")
    return post(client, f"{DRAFT}/publish", **({"seen": seen, "when": "now", "sure": "1"} | changes))


def rows(database, table) -> list:
    with database.reading() as session:
        return list(session.exec(select(table)))


def test_a_new_draft_begins_with_the_newest_version_and_is_kept_as_typed(desk, database):
    fresh = desk.get(DRAFT)
    assert "事実を示して人の社会的評価を下げる投稿" in fresh.text
    assert hidden(fresh, "seen") == "0"

    saved = save(desk, origins=["0:notice", "0:report", "9:court", "1:nonsense"], measures=["1:hide"],
                 check=["plain"], check_note=["", "", "2人に読んでもらった", ""])  # fmt: skip

    assert saved.status_code == 303
    [draft] = rows(database, CriteriaDraft)
    assert draft.version == 1
    assert [c["number"] for c in draft.clauses] == ["第4条1項", "第5条2項"]
    assert draft.clauses[0]["origins"] == ["notice", "report"]
    assert draft.clauses[1] | {"words": ""} == {
        "number": "第5条2項", "title": "プライバシーの侵害", "words": "", "origins": [], "measures": ["hide"]
    }  # fmt: skip
    assert draft.checklist == {"plain": "2人に読んでもらった"}
    page = desk.get(DRAFT)
    assert 'value="0:notice" checked' in page.text and 'value="1:notice">' in page.text
    assert "2人に読んでもらった" in page.text
    assert len(rows(database, CriteriaVersion)) == 1


def test_the_second_of_two_sees_the_newer_draft_keeps_the_own_text_and_may_save_it_over(desk, app, database):
    other = member(app, Role.REVIEWER)
    assert save(desk).status_code == 303
    mine = ["事実を示して人の名誉を毀損する投稿", "住所など、公にされていない事実を示す投稿", ""]

    late = save(other, clause_words=mine)

    assert late.status_code == 409
    assert "下書きが先に変わっていました" in words(late)
    assert "事実を示して人の名誉を毀損する投稿</textarea>" in late.text
    assert "<del>" in late.text and "<ins>" in late.text
    assert hidden(late, "seen") == "1"
    assert save(other, seen=1, clause_words=mine).status_code == 303
    [draft] = rows(database, CriteriaDraft)
    assert (draft.version, draft.clauses[0]["words"]) == (2, mine[0])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"clause_number": ["第1条", "第1条", ""]}, "条項の番号「第1条」が重なっています。"),
        ({"url": "javascript:alert(1)"}, "「https://」か「http://」から始まるURLを入力してください。"),
        ({"check_note": ["", "確かめた日", "", ""]}, "メモを残すには、確かめたことに印を付けてください。"),
        ({"clause_title": ["長" * 201, "", ""]}, "200字までで書いてください。いま201字あります。"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_its_field_and_nothing_is_lost(desk, database, changes, sentence):
    answer = save(desk, **changes)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'class="errors"' in answer.text
    for value in [v for sent in changes.values() for v in ([sent] if isinstance(sent, str) else sent) if v]:
        assert value in answer.text
    anchors = re.findall(r'<li><a href="#([^"]+)"', answer.text)
    assert anchors and all(f'id="{anchor}"' in answer.text for anchor in anchors)
    assert rows(database, CriteriaDraft) == []


def test_a_draft_is_compared_word_by_word_with_the_version_in_use(desk):
    save(desk, clause_number=["第4条1項", "第6条", ""], clause_title=["名誉毀損", "なりすまし", ""],
         clause_words=["事実を示して人の名誉を下げる投稿", "他人になりすます投稿", ""])  # fmt: skip

    page = desk.get(f"{DRAFT}/publish")

    assert "第1版からの変更" in words(page)
    assert "社会的評価" in page.text.partition("<del>")[2].partition("</del>")[0]
    assert "名誉" in page.text.partition("<ins>")[2].partition("</ins>")[0]
    assert "（ここから削った）" in words(page)
    assert {"新設", "変更", "削った"} <= set(re.findall(r'<span class="tag[^"]*">([^<]+)</span>', page.text))


def test_an_unfinished_draft_is_kept_but_not_published(desk, database):
    assert save(desk, clause_words=["", "住所を示す投稿", ""]).status_code == 303

    assert "「第4条1項」は、番号・題・本文がそろっていません。" in words(desk.get(f"{DRAFT}/publish"))
    refused = publish(desk, seen="1")

    assert refused.status_code == 422
    assert len(rows(database, CriteriaVersion)) == 1


def test_publishing_now_is_the_moment_of_the_public_page_and_the_draft_is_gone(desk, app, database):
    save(desk, origins=["0:notice"], check=["kinds", "plain"], check_note=["条ごとに分けた", "", "", ""])
    stranger = app.test_client()
    assert stranger.get("/s/tsumugi/criteria/2").status_code == 404

    answer = publish(desk)

    assert answer.status_code == 303
    assert answer.location == "/desk/criteria/tsumugi/2"
    assert rows(database, CriteriaDraft) == []
    version = next(v for v in rows(database, CriteriaVersion) if v.version == 2)
    assert version.published_at == make.instant(NOW)
    assert version.usable_from == make.instant("2026-06-16T00:00:00+09:00")
    assert version.checklist == {"kinds": "条ごとに分けた", "plain": ""}
    page = words(stranger.get("/s/tsumugi/criteria/2"))
    assert "2026年6月1日(月) 10時00分00秒" in page
    assert "6月16日(火)" in page
    assert "条ごとに分けた" not in page
    text = words(desk.get("/desk/criteria/tsumugi/2"))
    assert "条ごとに分けた" in text and "努力義務" in text and "知る経路: 申出" in text
    with database.checking() as session:
        assert list(verify(session)) == []


def test_the_checklist_never_blocks_and_is_part_of_the_record(desk, database):
    save(desk)
    assert publish(desk).status_code == 303
    save(desk, check=["suspension"], check_note=["", "回数で定めた", "", ""])
    assert publish(desk).status_code == 303

    with database.reading() as session:
        bare, looked_at = sorted(rows(database, CriteriaVersion), key=lambda v: v.version)[1:]
        said = [
            session.exec(select(Event).where(Event.case_id == v.case_id, Event.seq == 1)).one().data["said"]
            for v in (bare, looked_at)
        ]
        assert "checklist" not in said[0] and said[1]["checklist"] == ["suspension"]
        assert said[0]["content"] != said[1]["content"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"when": ""}, "f-when"),
        ({"sure": ""}, "f-sure"),
        ({"when": "earlier", "published_at": "", "proof": "保存した頁"}, "f-published_at"),
        ({"when": "earlier", "published_at": "2026-05-20T09:00", "proof": ""}, "f-proof"),
        ({"when": "earlier", "published_at": "2026-06-02T09:00", "proof": "保存した頁"}, "f-published_at"),
    ],
)
def test_a_publication_that_is_not_whole_is_asked_for_again(desk, database, changes, field):
    save(desk)

    answer = publish(desk, **changes)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text
    assert changes.get("proof", "") in answer.text
    assert len(rows(database, CriteriaVersion)) == 1


def test_a_true_earlier_publication_counts_from_there_with_its_proof(desk, database):
    save(desk)

    assert publish(desk, when="earlier", published_at="2026-05-20T09:00", proof="保存した頁").status_code == 303

    version = next(v for v in rows(database, CriteriaVersion) if v.version == 2)
    assert version.published_at == make.instant("2026-05-20T09:00+09:00")
    assert version.usable_from == make.instant("2026-06-04T00:00+09:00")
    assert version.proof == "保存した頁"


def test_a_version_published_before_the_one_in_use_takes_its_place_in_time_and_replaces_nothing(desk, app, database):
    save(desk)
    assert "後から公表した版が使われ続けます" in words(desk.get(f"{DRAFT}/publish"))
    assert publish(desk, when="earlier", published_at="2025-07-01T09:00", proof="保存した頁").status_code == 303

    page = words(desk.get("/desk/criteria"))

    assert page.index("第1版") < page.index("第2版")
    assert "この版は、もう使っていません" in words(app.test_client().get("/s/tsumugi/criteria/2"))
    assert "この版は、もう使っていません" not in words(app.test_client().get("/s/tsumugi/criteria/1"))
    assert app.test_client().get("/s/tsumugi/").text.count('href="/s/tsumugi/criteria"') == 1


def test_the_only_way_to_publish_is_the_draft_with_its_comparison_and_its_confirmation(desk, app):
    assert desk.get("/desk/criteria/tsumugi/new").status_code == 404
    rules = [rule for rule in app.url_map.iter_rules() if "/criteria/" in rule.rule]
    writing = {rule.endpoint for rule in rules if "POST" in rule.methods}
    assert writing == {"staff.save_draft", "staff.publish_draft", "staff.delete_draft"}


def test_clauses_are_pasted_as_lines_and_take_the_place_of_those_of_their_number(desk, database):
    lines = "第5条2項｜住所|住所を晒す投稿\n\n第6条｜中傷｜人を中傷する投稿"
    for wrong, sentence in (
        ("第1条 中傷", "1行目を「番号｜題｜本文」の形で入力してください。"),
        ("第1条｜a｜b\n第1条｜c｜d", "2行目の番号「第1条」が重なっています。"),
    ):
        refused = save(desk, lines=wrong)
        assert refused.status_code == 422 and sentence in words(refused)
        assert f">\n{wrong}</textarea>" in refused.text or f">{wrong}</textarea>" in refused.text

    assert save(desk, lines=lines).status_code == 303

    [draft] = rows(database, CriteriaDraft)
    assert [(c["number"], c["title"]) for c in draft.clauses] == [
        ("第4条1項", "名誉毀損"), ("第5条2項", "住所"), ("第6条", "中傷")
    ]  # fmt: skip


def test_a_draft_that_changed_under_the_page_is_neither_published_nor_deleted(desk, database):
    save(desk)
    save(desk, seen=1, title="新しい題")

    stale = post(desk, f"{DRAFT}/publish", seen="1", when="now", sure="1")
    assert stale.status_code == 409
    assert hidden(stale, "seen") == "2"
    assert post(desk, f"{DRAFT}/delete", seen="1", sure="1").status_code == 409
    assert len(rows(database, CriteriaDraft)) == 1 and len(rows(database, CriteriaVersion)) == 1


def test_a_draft_is_deleted_after_a_question(desk, database):
    save(desk)
    assert "削除した下書きは戻せません。" in words(desk.get(f"{DRAFT}/delete"))
    assert post(desk, f"{DRAFT}/delete", seen="1").status_code == 422

    assert post(desk, f"{DRAFT}/delete", seen="1", sure="1").status_code == 303

    assert rows(database, CriteriaDraft) == []
    assert desk.get(f"{DRAFT}/delete").status_code == 404
    assert save(desk, seen=1).status_code == 409


def test_a_reviewer_drafts_and_only_a_lead_publishes(desk, app, database):
    reviewer = member(app, Role.REVIEWER)
    assert save(reviewer).status_code == 303
    page = reviewer.get(f"{DRAFT}/publish")
    assert "公表するのは、主任以上の人です。" in words(page)

    assert post(reviewer, f"{DRAFT}/publish", seen="1", when="now", sure="1").status_code == 403
    assert len(rows(database, CriteriaVersion)) == 1
    assert "次の版の下書き" in words(reviewer.get("/desk/criteria"))


def test_what_is_used_from_when_stands_as_a_picture_and_a_table(desk):
    save(desk)
    publish(desk)

    page = desk.get("/desk/criteria")
    text = words(page)

    assert page.text.count('<svg class="chart chart--across"') == 1
    assert "6/2(火)から6/15(月)まで" in text
    assert "6月16日(火)（第2版）" in text
    assert "第1版" in text and "まだない" in text


def test_the_public_pages_say_what_is_used_what_waits_and_how_to_check_the_text(desk, app, freezer):
    save(desk, origins=["0:notice", "0:report"])
    publish(desk)
    stranger = app.test_client()

    index = words(stranger.get("/s/tsumugi/criteria"))
    assert "いま使っている版" in index and "公表した、まだ使えない版" in index
    first, second = stranger.get("/s/tsumugi/criteria/1"), stranger.get("/s/tsumugi/criteria/2")
    assert "この版は、まだ使えません" in words(second)
    assert "第1版から変わったところ" in words(second)
    for n, page in enumerate((first, second), 1):
        text = stranger.get(f"/s/tsumugi/criteria/{n}.txt")
        assert text.mimetype == "text/plain"
        assert f'<p class="digest">{sha256(text.data).hexdigest()}</p>' in page.text
    assert "origin=notice,report" in stranger.get("/s/tsumugi/criteria/2.txt").text
    assert stranger.get("/s/tsumugi/criteria/3").status_code == 404
    assert stranger.get("/s/tsumugi/criteria/3.txt").status_code == 404
    assert stranger.get("/s/nowhere/criteria").status_code == 404

    freezer.move_to("2026-06-16T00:00:00+09:00")
    assert "この版は、もう使っていません" in words(stranger.get("/s/tsumugi/criteria/1"))


def test_the_front_page_leads_to_the_versions_when_they_stand_nowhere_else(desk, app):
    page = app.test_client().get("/s/tsumugi/about").text

    assert 'href="/s/tsumugi/criteria/1"' in page
    assert 'href="/s/tsumugi/criteria"' in page


def clause(database, **limits) -> Clause:
    """A clause of a version long published, limited as said."""
    with database.writing() as session:
        service = make.make_service(session, slug="hiroba", prefix="HB", name="ひろば")
        text = criteria.ClauseText("第1条", "名誉毀損", "社会的評価を下げる投稿", **limits)
        at = make.instant("2026-01-05T09:00+09:00")
        version = criteria.publish(
            session, service, title="基準", clauses=[text], published_at=at, actor="system", at=at
        )
        make.make_notice(session, service, "2026-05-30T10:00+09:00", items=1)
        return make.first_clause(session, version)


def judge(client, found: Clause, kind: str = "remove"):
    case = "/desk/cases/HB-2026-000001"
    fields = {"item": boxes(client.get(f"{case}?pick=undecided"), "item"), "take": "yes", "kind": kind}
    return post(client, f"{case}/decision", **fields, basis=f"clause:{found.id}", reason="社会的評価を下げるため。")


def test_a_clause_for_what_the_provider_detects_itself_does_not_carry_a_measure_on_a_filing(desk, database):
    found = clause(database, origins=(Origin.OWN_DETECTION, Origin.PUBLIC_BODY))

    page = desk.get("/desk/cases/HB-2026-000001")
    assert "この事案には使えない条項（1条項）" in words(page)
    assert f'value="clause:{found.id}" disabled' in page.text
    refused = judge(desk, found)

    assert refused.status_code == 422
    said = "「第1条 名誉毀損」は、自ら探知、公的機関で知った情報を対象にしています。申出で知った情報には使えません"
    assert said in words(refused)
    assert "社会的評価を下げるため。" in refused.text


def test_a_clause_that_allows_hiding_does_not_carry_a_suspension(desk, database):
    found = clause(database, measures=(MeasureKind.REMOVE, MeasureKind.HIDE), origins=(Origin.NOTICE,))

    assert "この条項で講じられる措置: 削除・非表示" in words(desk.get("/desk/cases/HB-2026-000001"))
    refused = judge(desk, found, kind="suspend")
    assert refused.status_code == 422
    assert "「第1条 名誉毀損」が認める措置は、削除、非表示です。役務提供停止には使えません" in words(refused)
    assert judge(desk, found, kind="hide").status_code == 303


def test_an_emergency_is_answered_by_a_version_that_is_drafted_published_and_recorded_on_its_case(
    desk, database, freezer
):
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        make.make_notice(session, service, "2026-05-31T10:00+09:00", items=1)
    case = "/desk/cases/TH-2026-000001"
    page = desk.get(f"{case}?pick=undecided")
    taken = {"item": boxes(page, "item"), "take": "yes", "kind": "remove", "basis": "emergency", "facts": "新種の被害"}
    assert post(desk, f"{case}/decision", **taken, reason="緊急に止める必要があるため。").status_code == 303
    done = {"measures": boxes(desk.get(case), "measures"), "executed_at": "2026-06-01T09:30:00"}
    assert post(desk, f"{case}/execution", **done).status_code == 303
    assert f'href="{case}?tab=procedure#change"' in desk.get(case).text
    procedure = words(desk.get(f"{case}?tab=procedure"))
    assert "措置の後に公表した版が、まだありません。" in procedure

    titles = ["名誉毀損", "プライバシーの侵害", "新種"]
    texts = ["事実を示して人の社会的評価を下げる投稿", "住所などを示す投稿", "新種の被害を生む投稿"]
    save(desk, clause_number=["第4条1項", "第5条2項", "第6条"], clause_title=titles, clause_words=texts)
    assert publish(desk).status_code == 303
    freezer.move_to("2026-06-01T11:00:00+09:00")
    assert post(desk, f"{case}/criteria-change", version="2").status_code == 303

    assert "#change" not in desk.get(case).text
    with database.reading() as session:
        service = session.exec(select(Service)).one()
        [found] = criteria.emergencies(session, service, date(2026, 4, 1), date(2027, 3, 31))
        assert [change.clause.number for change in found.changes] == ["第5条2項", "第6条"]


def test_examples_that_were_published_are_linked_from_the_criteria(desk, app, database):
    places = ("/s/tsumugi/criteria", "/s/tsumugi/criteria/1", "/s/tsumugi/about")
    stranger = app.test_client()
    assert all('href="/s/tsumugi/examples"' not in stranger.get(place).text for place in places)
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        make.keep_register(session, service, make.make_staff(session), make.instant(NOW))
    assert all('href="/s/tsumugi/examples"' in stranger.get(place).text for place in places)


def test_the_layout_leads_to_the_newer_version_and_not_to_the_page_that_was_registered(desk, app, database):
    with database.writing() as session:
        service = session.exec(select(Service)).one()
        service.criteria_url = "https://tsumugi.example/old-rules"
        session.add(service)
    page = app.test_client().get("/s/tsumugi/")
    assert re.findall(r'<a href="([^"]*)">公表している基準', page.text) == ["/s/tsumugi/criteria"]
