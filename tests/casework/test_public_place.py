"""容易に知り得る状態に置く措置 (法27条): what may stand in public, and where it may be said to stand."""

from dataclasses import replace

import pytest

from tests import make
from tests.casework.test_reply import execute_all
from tracker.casework import NotAllowed, decisions, delivery, journal, public_place, replies
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Standing
from tracker.models import Case, LetterChannel

AT = "2026-04-29T10:00+09:00"


@pytest.mark.parametrize(
    "url",
    ["https://tsumugi.example/p/1", " https://tsumugi.example/お知らせ/3?a=b#c ", "HTTPS://TSUMUGI.EXAMPLE/p"],
)
def test_an_address_that_anybody_can_open_is_kept_as_it_was_typed(url):
    assert public_place.checked(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tsumugi.example/p/1",
        "http://tsumugi.example/p/1",
        "javascript:alert(1)//tsumugi.example",
        "ftp://tsumugi.example/p",
        "https://localhost/p",
        "https:///p",
        "https://tsumugi.example/a b",
        "https://tsumugi.example/" + "a" * 2000,
        "https://tsumugi.example/@kaze_2198",
        "https://tsumugi.example/%40kaze_2198",
        "https://staff:secret@tsumugi.example/",
        "https://tsumugi.example/?to=akari@mail.example",
    ],
)
def test_an_address_that_nobody_can_open_or_that_may_name_somebody_is_refused(url):
    with pytest.raises(NotAllowed) as refused:
        public_place.checked(url)
    assert refused.value.about == "url"


def published(session, reason: str, **filed):
    """The public draft about one item that was removed for `reason`."""
    service, staff = make.make_service(session), make.make_staff(session)
    clause = make.first_clause(session, make.make_criteria(session, service))
    notice = make.make_notice(session, service, items=1, **filed)
    judgement = replace(make.remove(clause), reason=reason)
    make.decide(session, notice, judgement, staff, AT)
    execute_all(session, notice, staff, AT)
    [item] = decisions.items_of(session, notice)
    [draft] = replies.sender_drafts(session, notice, {item.sender_id: LetterChannel.PUBLICATION})
    return notice, staff, draft


@pytest.mark.parametrize(
    "reason",
    [
        "水原さんの社会的評価を下げるため。",
        "あかり さんの勤務先を示すため。",
        "申出者（akari@mail.example）の評価を下げるため。",
        "ＫＡＺＥ＿２１９８による嫌がらせであるため。",
        "「虚偽の 書き込み1」と示すため。",
        "白石 みどり さんの写真であるため。",
    ],
)
def test_a_reason_that_tells_who_it_was_or_what_was_written_is_not_published(session, reason):
    with pytest.raises(NotAllowed) as refused:
        published(session, reason, standing=Standing.LAWYER, whose="白石 みどり")
    assert refused.value.about == "public"


def test_a_publication_is_proved_by_its_address_and_ends_the_duty(session):
    notice, staff, draft = published(session, "事実でない内容で社会的評価を下げているため。")
    at = make.instant(AT)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
    done = {"when": at, "by": staff.id, "at": at}
    with pytest.raises(NotAllowed):
        delivery.hand_over(session, letter.id, how="サービスに表示した", **done)

    delivery.hand_over(session, letter.id, how="", url="https://tsumugi.example/p/1", **done)

    events = journal.history(session, session.get_one(Case, notice.case_id))
    [given] = [e for e in events if e.fact is Fact.LETTER_HANDED_OVER]
    assert (given.data["said"]["channel"], given.data["said"]["url"]) == ("publication", "https://tsumugi.example/p/1")
    assert Fact.SENDER_NOTIFIED in [e.fact for e in events]
    assert replies.sender_drafts(session, notice) == []
    with pytest.raises(NotAllowed, match="不達"):
        delivery.bounced(session, letter.id, remark="", by=journal.staff(staff.id), at=at)
    session.flush()
    assert list(verify(session)) == []
