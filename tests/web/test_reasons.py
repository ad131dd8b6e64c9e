"""The hints beside a reason: words are looked for, nothing is judged and nothing is refused."""

import pytest

from tracker.models import Item
from tracker.web.staff.reasons import checks

ITEM = Item(no=1, url="", quote="何度も同じ嘘をつく最低の人間", notice_id=None, case_id=None)


def found(app, reason: str, take: bool | None = True) -> list[bool]:
    """Which of the four are there: the post, the right, the facts, the link to the criteria (or the weighing)."""
    with app.test_request_context():
        return [there for _words, there in checks(reason, [ITEM], take=take)]


@pytest.mark.parametrize(
    ("reason", "there"),
    [
        ("", [False, False, False, False]),
        ("基準違反のため。", [False, False, False, True]),
        ("同じ嘘をつく最低と書き、名誉感情を害するため。", [True, True, False, False]),
        ("投稿は人格を否定し、添付の書面から事実と異なり、第4条2項にあたるため。", [True, True, True, True]),
    ],
)
def test_a_measure_is_reasoned_by_post_right_facts_and_criteria(app, reason, there):
    assert found(app, reason) == there


def test_without_a_measure_it_is_asked_why_there_is_no_infringement(app):
    assert found(app, "投稿は意見の範囲にとどまり、受忍限度を超えない。", take=False) == [True, True, False, True]
