"""ひな形 at the desk: kept by leads in versions, put into the reason without losing what was typed."""

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, hidden, member, post, words
from tracker.casework import delivery, replies
from tracker.casework.decisions import Judgement
from tracker.casework.reasons.fields import fields, unfilled
from tracker.casework.reasons.shipped import BY_KEY, SHIPPED
from tracker.law.grounds import Finding, Right
from tracker.letters.transport import Answer
from tracker.models import ReasonTemplate, Role

ROOM = "/desk/reason-templates"
CASE = "/desk/cases/TH-2026-000001"
TEXT = "「［＿投稿の言葉＿］」の部分は、［＿なぜ事実と異なるか＿］ため、名誉権を侵害します。"
FORM = {"title": "退職の理由", "take": "yes", "right": "honor", "finding": "", "clause": "第4条1項", "service": ""}


@pytest.fixture
def scene(database, freezer):
    """A case of 10 June 2026 about honour and privacy, and a service that has nothing to do with it."""
    freezer.move_to("2026-06-11T10:00:00+09:00")
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        other = make.make_service(session, "別の広場", "other", "OT")
        make.make_notice(session, service, "2026-06-10T10:00+09:00")
        return {"service": str(service.id), "other": str(other.id)}


@pytest.fixture
def lead(app, scene):
    return member(app)


def rows(database) -> list[ReasonTemplate]:
    with database.reading() as session:
        return list(session.exec(select(ReasonTemplate).order_by(ReasonTemplate.version)))


def written(client, **changes):
    """A template kept through the form."""
    answer = post(client, f"{ROOM}/new", **(FORM | {"text": TEXT} | changes))
    assert answer.status_code == 303, words(answer)


def test_there_is_a_template_for_each_of_the_ten_rights_both_ways_and_for_each_finding():
    named = [right for right in Right if right is not Right.OTHER]
    assert {(one.right, one.take) for one in SHIPPED if one.right} == {(r, t) for r in named for t in (True, False)}
    assert {one.finding for one in SHIPPED if not one.take} == set(Finding)
    for one in SHIPPED:
        assert len(fields(one.text)) >= 3, one.key
        assert unfilled(one.text)
        assert one.title
        assert len(one.text) < 500
    assert len(BY_KEY) == len(SHIPPED)


def test_a_template_is_written_improved_and_retired_and_every_version_stays(lead, database):
    written(lead)
    [first] = rows(database)
    path = f"{ROOM}/{first.template}"
    page = lead.get(path)
    assert TEXT in page.text

    post(lead, path, **(FORM | {"text": TEXT + "第2の文。", "seen": hidden(page, "seen")}))
    post(lead, f"{path}/retirement", seen="2")

    assert [(r.version, r.retired) for r in rows(database)] == [(1, False), (2, False), (3, True)]
    assert "使わないことにしたひな形（1件）" in words(lead.get(ROOM))
    assert f'value="{first.template}"' not in lead.get(CASE).text
    assert post(lead, f"{path}/retirement", seen="3").status_code == 409
    post(lead, path, **(FORM | {"text": TEXT, "seen": "3"}))
    assert f'value="{first.template}"' in lead.get(CASE).text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "題を入力してください。"),
        ({"title": "題" * 101}, "title", "題は100字までで入力してください。"),
        ({"text": ""}, "text", "ひな形の文を入力してください。"),
        ({"text": "いつも同じ文です。"}, "text", "事案ごとに書き込む欄が1つもありません。"),
        ({"text": "「［＿投稿の言葉」です。"}, "text", "［＿と＿］の組がそろっていない所があります。"),
        ({"text": TEXT * 200}, "text", "ひな形の文は4,000字までで入力してください。"),
        ({"take": "x"}, "take", "措置を講ずるときのひな形か"),
        ({"right": "x"}, "right", "権利を一覧から選んでください。"),
        ({"service": "x"}, "service", "サービスを一覧から選んでください。"),
        ({"service": "00000000-0000-0000-0000-000000000000"}, "service", "サービスを一覧から選んでください。"),
        ({"finding": "gone"}, "finding", "措置を講ずるひな形に"),
        ({"finding": "x"}, "finding", "講じない理由の種類を一覧から選んでください。"),
        ({"take": "no"}, "clause", "条項は、措置を講ずるひな形にだけ書けます。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(lead, database, changes, field, sentence):
    answer = post(lead, f"{ROOM}/new", **(FORM | {"text": TEXT} | changes))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'href="#f-{field}"' in answer.text
    assert (FORM | {"text": TEXT} | changes)["text"] in answer.text
    assert rows(database) == []


def test_everything_that_is_wrong_is_said_at_once(lead):
    answer = post(lead, f"{ROOM}/new", **(FORM | {"title": "", "text": ""}))

    assert "2か所を直すと保存できます" in words(answer)


def test_the_second_of_two_leads_sees_the_first_and_keeps_their_own_words(lead, app, database):
    written(lead)
    [first] = rows(database)
    path = f"{ROOM}/{first.template}"
    mine, theirs = TEXT + "わたしの文。", TEXT + "先に保存された文。"
    post(member(app), path, **(FORM | {"text": theirs, "seen": "1"}))

    late = post(lead, path, **(FORM | {"text": mine, "seen": "1"}))

    assert late.status_code == 409
    assert "先にほかの操作が記録されました" in words(late)
    assert theirs in late.text
    assert f"{mine}</textarea>" in late.text
    again = post(lead, path, **(FORM | {"text": mine, "seen": hidden(late, "seen")}))
    assert again.status_code == 303
    assert [r.text for r in rows(database)] == [TEXT, theirs, mine]


def test_reviewers_read_templates_and_leads_write_them(app, lead, database):
    written(lead)
    path = f"{ROOM}/{rows(database)[0].template}"
    reviewer = member(app, Role.REVIEWER)

    assert TEXT in reviewer.get(path).text
    assert "<textarea" not in reviewer.get(path).text
    for way in (f"{ROOM}/new", path, f"{path}/retirement"):
        assert post(reviewer, way, **(FORM | {"text": TEXT})).status_code == 403
    assert lead.get(f"{ROOM}/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_template_of_the_product_is_where_one_of_the_house_may_start(lead):
    page = lead.get(f"{ROOM}/new?start=privacy-not")

    assert BY_KEY["privacy-not"].text in page.text
    assert '<option value="not_infringed" selected>' in page.text
    assert lead.get(f"{ROOM}/new?start=unknown").status_code == 200


def test_what_is_offered_is_for_the_service_and_the_rights_of_the_case(lead, scene):
    written(lead, title="この広場の名誉", service=scene["service"])
    written(lead, title="別の広場の名誉", service=scene["other"])
    written(lead, title="商標のひな形", right="trademark")
    written(lead, title="何にでも", right="", clause="")

    text = words(lead.get(CASE))

    assert "第4条1項 この広場の名誉" in text
    assert "何にでも" in text
    assert "名誉権: 示された事実が真実でない（はじめからあるひな形）" in text
    assert "別の広場の名誉" not in text
    assert "商標" not in text


def test_a_template_goes_behind_what_is_typed_and_keeps_everything_else(lead):
    items = boxes(lead.get(f"{CASE}?pick=undecided"), "item")
    fields = {"item": items[:1], "take": "yes", "kind": "hide", "basis": "legal_duty", "facts": "命令の写し"}

    page = post(
        lead, f"{CASE}/decision/template", **fields, reason="先に書いた文。", template="honor-take", ai_used="1"
    )

    assert page.status_code == 200
    assert f"先に書いた文。\n\n{BY_KEY['honor-take'].text}</textarea>" in page.text
    assert f'value="{items[0]}" checked' in page.text
    assert f'value="{items[1]}" checked' not in page.text
    for kept in ("命令の写し</textarea>", '<option value="hide" selected>', 'value="legal_duty" checked'):
        assert kept in page.text
    assert '<option value="honor-take" selected>' in page.text


def test_where_scripts_run_only_the_reason_is_drawn_anew(lead):
    answer = lead.post(
        f"{CASE}/decision/template",
        data={"template": "gone", "csrf_token": hidden(lead.get(ROOM), "csrf_token")},
        headers={"HX-Request": "true"},
    )

    assert answer.text.lstrip().startswith('<div class="stack-s" id="reason-part">')
    assert BY_KEY["gone"].text in answer.text
    assert answer.headers["HX-Trigger-After-Settle"] == "reason-filled"


@pytest.mark.parametrize("template", ["", "unknown", "00000000-0000-0000-0000-000000000000"])
def test_no_template_changes_nothing(lead, template):
    page = post(lead, f"{CASE}/decision/template", reason="先に書いた文。", template=template)

    assert (page.status_code, "先に書いた文。</textarea>" in page.text) == (200, True)


def test_the_share_of_reasons_that_repeat_is_shown_by_year_and_service(lead, database):
    assert "理由を書いた通知は、まだ送られていません。" in words(lead.get(ROOM))
    with database.writing() as session:
        service, staff = make.make_service(session, "みずべ", "mizube", "MZ"), make.make_staff(session)
        for day in ("05-11", "05-12"):
            notice = make.make_notice(session, service, f"2026-{day}T10:00+09:00")
            make.decide(
                session, notice, Judgement(False, "権利の侵害は認められません。"), staff, f"2026-{day}T11:00+09:00"
            )
            draft, at = replies.outcome_draft(session, notice), make.instant(f"2026-{day}T12:00+09:00")
            letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
            delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=at)

    assert "2026年度みずべ2150.0%" in words(lead.get(ROOM)).replace(" ", "")
