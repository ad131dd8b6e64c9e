"""Every letter in every case it is written for: whole Japanese sentences that cite what applies and nothing else."""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest

from tests import make
from tracker.law.grounds import Basis, DeferralGround, MeasureKind, Right
from tracker.letters import write
from tracker.letters.reference import reference, span
from tracker.letters.write import Letterhead, Line
from tracker.models import LetterChannel

AT = make.instant("2026-04-28T09:14:37+09:00")
DUTY = Letterhead("株式会社つむぎネットワーク", "つむぎ広場", "TH-2026-000001", AT, statutory=True, registered=True)
FREE = replace(DUTY, statutory=False, registered=False)
LINE = Line(uuid4(), uuid4(), 1, "https://tsumugi.example/p/1", "引用", Right.HONOR, reason="理由です。")
TAKEN = replace(LINE, taken=True, kind=MeasureKind.REMOVE, executed_at=AT)
WHO = {"to": "a@mail.example", "name": "水原 あかり"}

GROUNDS = {
    DeferralGround.SENDER_OPINION: "発信者の意見を聴くこととしたため（法25条2項1号）、",
    DeferralGround.SPECIALIST: "専門員に調査させることとしたため（法25条2項2号）、",
    DeferralGround.UNAVOIDABLE: "やむを得ない理由があるため（法25条2項3号）、",
}


@pytest.mark.parametrize("ground", DeferralGround)
def test_an_interim_reply_names_its_ground_in_a_whole_sentence(ground):
    draft = write.interim(DUTY, **WHO, lines=[LINE], ground=ground, content="内容です。", left=0)

    assert GROUNDS[ground] in draft.body
    assert "遅滞なく" in draft.body


@pytest.mark.parametrize("ground", DeferralGround)
def test_a_voluntary_interim_reply_cites_no_article(ground):
    draft = write.interim(FREE, **WHO, lines=[LINE], ground=ground, content="", left=2)

    assert "条" not in draft.body
    assert draft.article == ""


@pytest.mark.parametrize(("basis", "kind"), list(product(Basis, MeasureKind)))
def test_every_basis_and_measure_is_told_to_both_sides(basis, kind):
    clause = "第2版 第4条2項 侮辱" if basis is Basis.CLAUSE else ""
    line = replace(TAKEN, kind=kind, basis=basis, clause=clause, facts="事実です。")
    told = write.outcome(DUTY, **WHO, lines=[line], left=0, deferred=[])
    sender = write.sender_notice(
        DUTY, to="", channel=LetterChannel.HANDOVER, sender=uuid4(), account="@kaze", lines=[line]
    )

    assert "（法25条1項1号）" in told.body
    assert "理由です。" in told.body
    assert ("基準との関係" in sender.body) == (basis is Basis.CLAUSE)  # 法27条後段
    for body in (told.body, sender.body):
        assert "None" not in body
        assert "{{" not in body


def test_an_outcome_after_an_interim_reply_cites_the_second_paragraph_and_only_for_its_items():
    other = replace(LINE, item=uuid4(), decision=uuid4(), no=2)
    draft = write.outcome(DUTY, **WHO, lines=[LINE, other], left=0, deferred=[other.item])

    assert "（法25条1項2号）" in draft.body
    assert "（法25条2項、同条1項2号）" in draft.body
    assert draft.article == "法25条1項・法25条2項"


def test_a_removal_is_never_said_to_be_a_disclosure():
    draft = write.outcome(DUTY, **WHO, lines=[TAKEN], left=0, deferred=[])

    assert "開示するものではありません" in draft.body
    assert "3か月から6か月" in draft.body


def test_a_subject_says_nothing_of_what_happened():
    for draft in (
        write.outcome(DUTY, **WHO, lines=[TAKEN], left=0, deferred=[]),
        write.interim(DUTY, **WHO, lines=[LINE], ground=DeferralGround.SPECIALIST, content="", left=0),
    ):
        assert draft.subject == "受付番号 TH-2026-000001 のお知らせ"


def test_the_sender_is_told_where_to_object():
    head = replace(DUTY, contact="https://tsumugi.example/contact")
    draft = write.sender_notice(
        head, to="", channel=LetterChannel.HANDOVER, sender=uuid4(), account="@kaze", lines=[TAKEN]
    )

    assert "https://tsumugi.example/contact" in draft.body


def test_a_public_notice_names_no_account_no_post_and_none_of_its_words():
    """容易に知り得る状態に置く措置 (法27条): what was removed is not published again."""
    line = replace(TAKEN, place="https://tsumugi.example/@kaze/1", quote="虚偽の書き込み", clause="第2版 第4条2項 侮辱")
    who = uuid4()
    draft = write.sender_notice(
        DUTY,
        to="",
        channel=LetterChannel.PUBLICATION,
        sender=who,
        account="@kaze",
        lines=[line, line],
        public=True,
    )

    for hidden in ("@kaze", "https://tsumugi.example/", "虚偽の書き込み", DUTY.number, "あなた"):
        assert hidden not in draft.subject + draft.body
    for said in (
        "（法27条）",
        "投稿2件",
        "投稿の削除（送信防止措置）を行いました",
        "理由です。",
        "第4条2項 侮辱",
        reference(who),
        "投稿のURL・アカウント・言葉は書いていません",
    ):
        assert said in draft.body


@pytest.mark.parametrize(("days", "article"), [(7, "法3条2項2号"), (2, "法4条1号")])
def test_an_inquiry_says_which_day_is_the_last_and_what_the_law_says_of_silence(days, article):
    told, link = write.Told(rights=["名誉権"], reason="理由です。"), "https://kigen.example/sender/inquiry/1/a"
    who = {"to": "", "channel": LetterChannel.HANDOVER, "sender": uuid4(), "account": "@kaze"}
    draft = write.inquiry(DUTY, **who, lines=[LINE], told=told, days=days, article=article, link=link)

    assert f"受け取った日の翌日から数えて{days}日目が終わるまでに、「同意しない」とお知らせください。" in draft.body
    assert f"この照会を受けた日から{days}日を経過しても、同意しない旨のお知らせがないときは、" in draft.body
    assert f"削除などの措置を講ずることがあります（{article}）。" in draft.body
    assert f"\n\n{link}\n\n" in draft.body and "\n\n\n" not in draft.body


@pytest.mark.parametrize(
    ("kind", "name", "restored"),
    [
        (MeasureKind.REMOVE, "投稿の削除", "投稿を元に戻しました。"),
        (MeasureKind.HIDE, "投稿の非表示", "投稿を元に戻しました。"),
        (MeasureKind.SUSPEND, "アカウントの利用停止", "アカウントを再び使えるようにしました。"),
    ],
)
def test_a_sender_reads_what_was_done_and_undone_in_plain_words(kind, name, restored):
    line = replace(TAKEN, kind=kind, reversed_at=AT)
    who = {"to": "", "channel": LetterChannel.HANDOVER, "sender": uuid4(), "account": "@kaze"}
    notice = write.sender_notice(DUTY, **who, lines=[line])
    answer = write.appeal_answer(DUTY, **who, line=line, reversed=True, reason="理由です。", received_at=AT)
    back = write.reversal(DUTY, **who, lines=[line])

    for draft in (notice, answer, back):
        assert f"{name}（送信防止措置）" in draft.body and "役務提供停止" not in draft.body
    assert restored in answer.body


def test_a_poster_learns_neither_by_subject_nor_by_text_the_number_that_opens_the_status_page():
    head, who = replace(DUTY, contact="https://tsumugi.example/contact"), uuid4()
    common = {"to": "", "channel": LetterChannel.HANDOVER, "account": "@kaze", "lines": [TAKEN]}
    told = write.Told(rights=["名誉権"], reason="理由です。")
    for where in (head, replace(DUTY, contact="")):
        for draft in (
            write.sender_notice(where, sender=who, **common),
            write.inquiry(where, sender=who, told=told, **common),
        ):
            assert DUTY.number not in draft.subject + draft.body
            assert f"整理番号 {reference(who)}" in draft.subject
            assert "受付番号" not in draft.body


def test_the_reference_of_a_poster_is_short_stays_and_finds_its_sender_again():
    who = uuid4()
    assert reference(who) == reference(who) != reference(uuid4())
    first, last = span(f" {reference(who).lower()} ")
    assert first <= who <= last
    for other in ("", "TH-2026-000001", "1234", "zzzz-zzzz", str(who)):
        assert span(other) is None
    assert span("１２３４-ＡＢＣＤ") == span("1234-abcd")


def test_an_inquiry_after_a_report_of_a_third_party_claims_no_shelter():
    told = write.Told(rights=["名誉権"], reason="理由です。")
    draft = write.inquiry(
        DUTY, to="", channel=LetterChannel.HANDOVER, sender=uuid4(), account="", lines=[LINE], told=told, report=True
    )
    assert draft.article == "" and draft.subject.startswith("あなたの投稿についてのお尋ね")
    assert "理由です。" in draft.body and "条" not in draft.body and "同意" not in draft.body
