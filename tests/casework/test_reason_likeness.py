"""Reasons that repeat an earlier one: found by keyed sketches, counted once, erased with their case."""

import random
import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import decisions, delivery, measures, replies
from tracker.casework.decisions import Judgement
from tracker.casework.reasons import deferrals, likeness
from tracker.casework.reasons.likeness import BANDS, NEARLY, alike, marks, nearest
from tracker.casework.reasons.share import Share, alike_share
from tracker.law.grounds import Basis, DeferralGround, MeasureKind, Right, Standing
from tracker.letters.transport import Answer
from tracker.models import Case, CaseKey, DecisionSketch, DeferralMark, DeferralSketch, Letter, Measure, SketchMark

FIXTURES = tomllib.loads((Path(__file__).parent / "fixtures" / "reasons.toml").read_text(encoding="utf-8"))
APRIL, MAY = "2026-04-20T10:00+09:00", "2026-05-12T10:00+09:00"
SAME = "「最低の人間」との投稿は意見の範囲にとどまり、社会生活上の受忍限度を超えるものとは認められません。"
AGAIN = SAME.replace("最低の人間", "消えてほしい")
OTHER = "「40分待たされた」は来店した日の体験で、予約の記録でも待ち時間が生じており、前提の事実は真実と認められます。"
YEAR = date(2026, 4, 1), date(2027, 3, 31)


class Keys:
    """A master key for what needs no database."""

    def __init__(self, key: bytes = b"k" * 32) -> None:
        self.key = key

    def sketch_key(self) -> bytes:
        return self.key


def bands(text: str, keys=None, take: bool = True, right: Right = Right.HONOR) -> set[int]:
    return set(marks(keys or Keys(), text, take=take, right=right))


@pytest.fixture
def house(session):
    """A service and somebody who decides."""
    return make.make_service(session), make.make_staff(session)


def decided(session, house, reason: str, at: str = APRIL, items: int = 1, **more):
    """A notice of its own, decided with `reason`."""
    service, staff = house
    notice = make.make_notice(session, service, at, items=items, **more)
    rows = make.decide(session, notice, Judgement(take=False, reason=reason), staff, at)
    return notice, rows


def send(session, house, notice, at: str) -> Letter:
    """Send the outcome of a notice, and let the mail server take it."""
    draft = replies.outcome_draft(session, notice)
    when = make.instant(at)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=house[1].id, at=when, late_reason="遅れた")
    delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=when)
    return letter


@pytest.mark.parametrize("pair", FIXTURES["same"], ids=lambda p: p["one"][:12])
def test_the_same_boilerplate_with_another_name_is_nearly_the_same(pair):
    """86 to 93 per cent when it was measured."""
    assert alike(pair["one"], pair["other"]) >= FIXTURES["thresholds"]["same_alike"] >= NEARLY
    assert bands(pair["one"]) & bands(pair["other"])


@pytest.mark.parametrize("pair", FIXTURES["different"], ids=lambda p: p["one"][:12])
def test_two_concrete_reasons_about_alike_facts_are_not(pair):
    """23 to 43 per cent, and 64 for two from one template, when it was measured."""
    assert alike(pair["one"], pair["other"]) <= FIXTURES["thresholds"]["different_alike"] < NEARLY


def test_what_is_just_alike_enough_is_nearly_always_found():
    """Of 200 reasons changed until they are hardly 80 per cent alike, wherever the changes stand: 182."""
    chance, found, tried = random.Random(7), 0, 0
    for row in (FIXTURES["concrete"] * 9)[:200]:
        text = list(row["text"])
        while alike("".join(text), row["text"]) > NEARLY + 2:
            start = chance.randrange(len(text) - 4)
            text[start : start + 4] = [chr(chance.randrange(0x4E00, 0x9000)) for _ in range(4)]
        tried += 1
        found += bool(bands(row["text"]) & bands("".join(text)))
    assert found / tried >= 0.9, found / tried


def test_marks_say_nothing_without_the_key_and_keep_rights_and_decisions_apart():
    assert len(bands(SAME)) == BANDS
    assert not bands(SAME) & bands(SAME, Keys(b"x" * 32))
    assert not bands(SAME) & bands(SAME, take=False)
    assert not bands(SAME) & bands(SAME, right=Right.PRIVACY)


def test_the_nearest_reason_of_another_case_is_shown_with_its_share(session, house):
    first, _rows = decided(session, house, SAME)
    decided(session, house, OTHER)
    notice = make.make_notice(session, house[0], MAY)

    twin = nearest(session, notice, AGAIN, take=False, at=make.instant(MAY))

    assert (twin.number, twin.reason, twin.nearly) == (first.number, SAME, True)
    assert twin.alike == alike(SAME, AGAIN)
    assert nearest(session, notice, AGAIN, take=True, at=make.instant(MAY)) is None
    assert nearest(session, notice, " ", take=False, at=make.instant(MAY)) is None


def test_reasons_of_more_than_a_year_ago_or_of_the_same_case_are_no_twins(session, house):
    notice, _rows = decided(session, house, SAME, "2025-05-01T10:00+09:00")
    later = make.make_notice(session, house[0], MAY)

    assert nearest(session, later, SAME, take=False, at=make.instant(MAY)) is None
    assert nearest(session, notice, SAME, take=False, at=make.instant("2025-05-02T10:00+09:00")) is None


def test_a_reason_that_was_changed_before_anybody_was_told_is_no_twin(session, house):
    first, _rows = decided(session, house, SAME)
    make.decide(session, first, Judgement(take=False, reason=OTHER), house[1], "2026-04-21T10:00+09:00")
    notice = make.make_notice(session, house[0], MAY)

    assert nearest(session, notice, SAME, take=False, at=make.instant(MAY)) is None


def test_three_hundred_items_decided_together_are_one_reason(session, house):
    _notice, rows = decided(session, house, SAME, items=300)

    assert len(rows) == 300
    [sketch] = session.exec(select(DecisionSketch)).all()
    assert (sketch.alike, sketch.twin_id) == (0, None)
    assert len(session.exec(select(SketchMark)).all()) == BANDS


def test_what_a_reason_repeats_is_kept_when_it_is_recorded(session, house):
    _first, [earlier] = decided(session, house, SAME)
    _notice, [row] = decided(session, house, AGAIN, MAY)

    [(sketch, twin)] = likeness.recorded(session, [row])
    assert sketch.decision_id == row.id
    assert (twin.decision_id, twin.reason) == (earlier.id, SAME)
    assert likeness.recorded(session, [earlier]) == []


def test_after_erasure_nothing_finds_a_reason_again(session, house):
    first, _rows = decided(session, house, SAME)
    likeness.forget(session, session.get_one(Case, first.case_id))

    assert session.exec(select(SketchMark)).all() == []
    assert nearest(session, make.make_notice(session, house[0], MAY), SAME, take=False, at=make.instant(MAY)) is None


def test_a_twin_whose_case_key_is_destroyed_is_passed_over(session, house):
    first, _rows = decided(session, house, SAME)
    session.get_one(CaseKey, first.case_id).wrapped = None
    session.flush()

    assert nearest(session, make.make_notice(session, house[0], MAY), SAME, take=False, at=make.instant(MAY)) is None


def test_the_share_counts_reasons_sent_and_those_that_repeat_one(session, house):
    service = house[0]
    assert alike_share(session, service.id, *YEAR) == Share(0, 0)
    first, _rows = decided(session, house, SAME, items=3)
    second, _rows = decided(session, house, AGAIN, MAY)
    third, _rows = decided(session, house, OTHER, MAY)
    decided(session, house, SAME, MAY)  # never sent
    assert alike_share(session, service.id, *YEAR) == Share(0, 0)

    for notice in (first, second, third):
        send(session, house, notice, "2026-05-13T10:00+09:00")

    share = alike_share(session, service.id, *YEAR)
    assert share == Share(3, 1)
    assert share.share == pytest.approx(1 / 3)
    assert Share(0, 0).share is None
    other = make.make_service(session, "別の広場", "other", "OT")
    assert alike_share(session, other.id, *YEAR) == Share(0, 0)


def test_a_reason_is_counted_in_the_year_of_its_first_letter(session, house):
    notice, _rows = decided(session, house, SAME, "2027-03-30T10:00+09:00")
    send(session, house, notice, "2027-03-31T23:59:59+09:00")
    late, _rows = decided(session, house, OTHER, "2027-03-30T10:00+09:00")
    send(session, house, late, "2027-04-01T00:00:00+09:00")

    assert alike_share(session, house[0].id, *YEAR).sent == 1


def test_the_same_reason_said_twice_in_a_case_is_one(session, house):
    service, staff = house
    notice = make.make_notice(session, service, APRIL, items=2)
    make.decide(session, notice, Judgement(take=False, reason=SAME), staff, APRIL, (1,))
    make.decide(session, notice, Judgement(take=False, reason=SAME), staff, "2026-04-21T10:00+09:00", (2,))
    send(session, house, notice, MAY)

    assert alike_share(session, service.id, *YEAR) == Share(1, 0)


def test_measures_are_compared_with_measures(session, house):
    service, staff = house
    clause = make.first_clause(session, make.make_criteria(session, service))
    for at in (APRIL, MAY):
        judgement = Judgement(True, SAME, MeasureKind.REMOVE, Basis.CLAUSE, clause.id)
        make.decide(session, make.make_notice(session, service, at), judgement, staff, at)
    decided(session, house, SAME, MAY)

    assert sorted(s.alike for s in session.exec(select(DecisionSketch))) == [0, 0, 100]


# --- which reasons the rule speaks of (規則18条6項3号) ---------------------------------------------------------------

DELAY = "申出が一時に多く寄せられ、登記の写しの照会に日数を要しているため、判断までに時間がかかっています。"


def measured(session, house, reason: str, at: str, **more):
    """A notice of one item that was removed by a clause, and its claimant told."""
    service, staff = house
    clause = make.first_clause(session, make.make_criteria(session, service))
    notice = make.make_notice(session, service, at, items=1, **more)
    make.decide(session, notice, Judgement(True, reason, MeasureKind.REMOVE, Basis.CLAUSE, clause.id), staff, at)
    when = make.instant(at)
    rows = [m.id for m in session.exec(select(Measure).where(Measure.case_id == notice.case_id))]
    measures.execute(session, notice, rows, executed_at=when, by=staff.id, at=when)
    send(session, house, notice, at)
    return notice


def give(session, house, notice, draft, at: str = MAY) -> Letter:
    """Send a draft, and let the mail server or the hand of staff give it."""
    when = make.instant(at)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=house[1].id, at=when, late_reason="遅れた")
    letter.given_at = when
    session.add(letter)
    session.flush()
    return letter


def deferred(session, house, content: str, at: str = MAY, **more):
    """A notice whose claimant got an interim reply for やむを得ない理由."""
    notice = make.make_notice(session, house[0], at, items=1, **more)
    ids = [item.id for item in decisions.items_of(session, notice)]
    draft = replies.interim_draft(session, notice, ids, DeferralGround.UNAVOIDABLE, content)
    give(session, house, notice, draft, at)
    return notice


def test_why_a_measure_was_taken_counts_when_its_sender_is_told_and_not_before(session, house):
    notice = measured(session, house, SAME, MAY)
    assert alike_share(session, house[0].id, *YEAR) == Share(0, 0)

    [draft] = replies.sender_drafts(session, notice)
    give(session, house, notice, draft)

    assert alike_share(session, house[0].id, *YEAR) == Share(1, 0)


def test_what_a_third_party_is_told_is_voluntary_and_not_counted(session, house):
    report = {"standing": Standing.THIRD_PARTY}
    notice, _rows = decided(session, house, SAME, MAY, **report)
    send(session, house, notice, MAY)
    deferred(session, house, DELAY, **report)
    assert alike_share(session, house[0].id, *YEAR) == Share(0, 0)

    of_a_report = measured(session, house, OTHER, MAY, **report)
    [draft] = replies.sender_drafts(session, of_a_report)
    give(session, house, of_a_report, draft)
    assert alike_share(session, house[0].id, *YEAR) == Share(1, 0)  # 法27条 binds whoever it was that told of the post


def test_the_content_of_an_unavoidable_delay_is_a_reason_and_is_compared_with_such_contents(session, house):
    first = deferred(session, house, DELAY, APRIL)
    decided(session, house, DELAY, MAY)  # the same words as a reason of another kind
    deferred(session, house, "原本を保管する裁判所の回答を待っているため、撮影の日を確かめられません。")
    assert alike_share(session, house[0].id, *YEAR) == Share(2, 0)

    waiting = make.make_notice(session, house[0], MAY, rights=[Right.PRIVACY], primary_right=Right.PRIVACY)
    twin = deferrals.nearest(session, waiting, DELAY.replace("登記", "戸籍"), at=make.instant(MAY))
    assert (twin.number, twin.reason, twin.nearly) == (first.number, DELAY, True)
    deferred(session, house, DELAY.replace("登記", "戸籍"))

    assert alike_share(session, house[0].id, *YEAR) == Share(3, 1)


def test_an_interim_reply_that_never_went_is_no_twin_and_not_counted(session, house):
    notice = make.make_notice(session, house[0], APRIL, items=1)
    ids = [item.id for item in decisions.items_of(session, notice)]
    draft = replies.interim_draft(session, notice, ids, DeferralGround.UNAVOIDABLE, DELAY)
    at = make.instant(APRIL)
    letter = replies.send_draft(session, notice, draft, draft.digest, by=house[1].id, at=at)
    letter.cancelled_at = at
    session.add(letter)
    session.flush()

    later = make.make_notice(session, house[0], MAY)
    assert deferrals.nearest(session, later, DELAY, at=make.instant(MAY)) is None
    assert alike_share(session, house[0].id, *YEAR) == Share(0, 0)


def test_another_ground_than_an_unavoidable_delay_has_no_reason_to_count(session, house):
    notice = make.make_notice(session, house[0], APRIL, items=1)
    ids = [item.id for item in decisions.items_of(session, notice)]
    draft = replies.interim_draft(session, notice, ids, DeferralGround.SENDER_OPINION, DELAY)
    give(session, house, notice, draft, APRIL)

    assert session.exec(select(DeferralSketch)).all() == []
    assert alike_share(session, house[0].id, *YEAR) == Share(0, 0)


def test_after_erasure_nothing_finds_the_content_of_a_delay_again(session, house):
    notice = deferred(session, house, DELAY, APRIL)
    likeness.forget(session, session.get_one(Case, notice.case_id))

    assert session.exec(select(DeferralMark)).all() == session.exec(select(DeferralSketch)).all() == []
