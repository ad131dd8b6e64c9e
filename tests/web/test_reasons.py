"""Beside the reason at the desk: what it says, what is left to fill in, and the reason given before that is like it."""

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import boxes, member, post, words
from tracker.casework.decisions import Judgement
from tracker.casework.reasons.checks import About, look_through
from tracker.law.grounds import Right
from tracker.models import Decision, LetterItem

CASE = "/desk/cases/TH-2026-000002"
BEFORE = "「最低の人間」との投稿は意見の範囲にとどまり、社会生活上の受忍限度を超えるものとは認められません。"
AGAIN = BEFORE.replace("最低の人間", "消えてほしい")
GAPS = "「［＿投稿の言葉＿］」の部分は、［＿なぜか＿］ため、第4条1項にあたります。"


def found(reason: str, take: bool | None = True) -> list[bool]:
    """Which of the four are there: the post, the right, the facts, the link to the criteria (or the weighing)."""
    about = About(take, [Right.HONOR, Right.SELF_ESTEEM], ["何度も同じ嘘をつく最低の人間"], clause_title="名誉毀損")
    return [there for _point, there in look_through(reason, about)]


@pytest.mark.parametrize(
    ("reason", "there"),
    [
        ("", [False, False, False, False]),
        ("基準違反のため。", [False, False, False, False]),
        ("同じ嘘をつく最低と書き、名誉感情を害するため。", [True, True, False, False]),
        ("投稿は人格を否定するため。", [False, True, False, False]),
        (
            "「同じ嘘をつく」は人格を否定し、添付の書面から事実と異なり、第4条2項にあたるため。",
            [True, True, True, True],
        ),
        ("名誉毀損の条項にあたるため。", [False, True, False, True]),
        ("提出された資料を確認した結果、第４条にあたるため。", [False, False, False, True]),
        (GAPS, [False, False, False, True]),
    ],
)
def test_a_measure_is_reasoned_by_post_right_facts_and_criteria(reason, there):
    assert found(reason) == there


def test_without_a_measure_it_is_asked_why_there_is_no_infringement():
    reason = "「最低の人間」は意見の範囲にとどまり、名誉感情の侵害が受忍限度を超えるとはいえない。"
    assert found(reason, take=False) == [True, True, False, True]


@pytest.fixture
def scene(database):
    """A reason recorded in one case on 10 June 2026, and another case that waits."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        make.make_criteria(session, service)
        first = make.make_notice(session, service, "2026-06-09T10:00+09:00")
        make.decide(session, first, Judgement(take=False, reason=BEFORE), staff, "2026-06-10T10:00+09:00")
        make.make_notice(session, service, "2026-06-10T10:00+09:00")


@pytest.fixture
def client(app, scene, freezer):
    freezer.move_to("2026-06-11T10:00:00+09:00")
    return member(app)


def typed(client, **changes):
    """What stands in the decision form."""
    items = boxes(client.get(f"{CASE}?pick=undecided"), "item")
    return {"item": items, "take": "no", "finding": "not_infringed", "reason": AGAIN} | changes


def test_the_reason_given_before_is_shown_beside_the_letter_with_its_number(client):
    text = words(post(client, f"{CASE}/decision/preview", **typed(client)))

    assert "前に記録した理由と88％同じです" in text
    assert "6/10(水)にTH-2026-000001に記録した理由と、ほとんど同じです。" in text
    assert BEFORE in text
    other = words(post(client, f"{CASE}/decision/preview", **typed(client, take="yes", kind="remove")))
    assert "％同じです" not in other


def test_it_is_a_warning_and_is_shown_again_once_it_is_recorded(client):
    assert post(client, f"{CASE}/decision", **typed(client)).status_code == 303

    assert "記録した理由は、前に記録した理由と88％同じです" in words(client.get(CASE))
    assert "％同じです" not in words(client.get("/desk/cases/TH-2026-000001"))


@pytest.mark.parametrize(
    "reason",
    [GAPS, f"{AGAIN}［＿補足＿］", "「嘘つき」の部分は、［＿なぜか ため、名誉を害します。", "これは理由＿］です。"],
)
def test_a_reason_with_a_place_left_to_fill_in_is_never_recorded(client, database, reason):
    answer = post(client, f"{CASE}/decision", **typed(client, reason=reason))

    assert answer.status_code == 422
    assert "理由に、書き込んでいない欄［＿…＿］が残っています。" in words(answer)
    assert 'href="#f-reason"' in answer.text
    assert reason in answer.text
    with database.reading() as session:
        assert len(session.exec(select(Decision)).all()) == 2  # those of the other case
        assert session.exec(select(LetterItem).where(LetterItem.decision_id.is_not(None))).all() == []


def test_facts_with_a_place_left_to_fill_in_are_never_recorded(client):
    fields = typed(client, take="yes", kind="remove", basis="emergency", facts="［＿どんな事実か＿］")
    answer = post(client, f"{CASE}/decision", **fields)

    assert answer.status_code == 422
    assert 'href="#f-facts"' in answer.text


@pytest.mark.parametrize("quoted", ["【速報】", "［画像］", "［＿］", "_(._.)_", "○○町", "＿人人人＿", "［＿＿］"])
def test_what_posts_quote_is_taken_for_no_place_to_fill_in(client, quoted):
    reason = f"「{quoted}」と書いた部分は、来店した日の感想であり、名誉権の侵害とは認められません。"

    assert post(client, f"{CASE}/decision", **typed(client, reason=reason)).status_code == 303


def test_what_is_left_to_fill_in_is_named_while_one_types(client):
    text = words(post(client, f"{CASE}/decision/preview", **typed(client, reason=GAPS)))

    assert "まだ書き込んでいない欄: ［＿投稿の言葉＿］ ［＿なぜか＿］すべて書き込むまで、判断は記録できません。" in text
