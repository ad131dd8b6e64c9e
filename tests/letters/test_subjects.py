"""What others may read over somebody's shoulder: the subject of a mail to a claimant says nothing of its matter."""

from pathlib import Path

import pytest

from tracker.models import LetterKind

LETTERS = Path(__file__).parents[2] / "templates" / "letters"
# To staff, to custodians of logs and to the poster; every other kind of letter goes to a claimant.
TO_SENDERS = {
    LetterKind.INQUIRY,
    LetterKind.APPEAL_ANSWER,
    LetterKind.SENDER_NOTICE,
    LetterKind.REVERSAL,
    LetterKind.DISCLOSURE_INQUIRY,
    LetterKind.ORDER_TOLD,
}
NOT_TO_CLAIMANTS = {LetterKind.ALERT, LetterKind.HOLD_ORDER} | TO_SENDERS
NEUTRAL = {"受付番号 {{ head.number }} のお知らせ", "お知らせがあります", "確認の番号"}


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - NOT_TO_CLAIMANTS))
def test_the_subject_of_a_letter_to_a_claimant_is_neutral(kind):
    assert (LETTERS / kind.value / "subject.txt").read_text().strip() in NEUTRAL
