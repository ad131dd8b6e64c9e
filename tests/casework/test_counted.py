"""規則18条3項: each item ends in one figure, whatever path it took; the real verbs walk every path of the table."""

from collections import Counter
from itertools import pairwise

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import ACCEPTED, execute_all
from tracker.casework import Conflict, NotAllowed, decisions, delivery, endings, journal, replies
from tracker.casework.counted import counted, fold
from tracker.law.grounds import DeferralGround, Excuse, Standing
from tracker.law.shape import FIGURES, INTERIMS, LABELS, OVER, STEPS, Stage, Step, after
from tracker.models import Case, Letter, LetterKind

AT = "2026-04-28T10:00+09:00"
DEPTH = 4


class Desk:
    """One notice, and what may happen to it."""

    def __init__(self, session, name=("つむぎ広場", "tsumugi", "TH"), **more) -> None:
        self.session, self.at = session, make.instant(AT)
        service, self.staff = make.make_service(session, *name), make.make_staff(session)
        self.clause = make.first_clause(session, make.make_criteria(session, service))
        self.notice = make.make_notice(session, service, **({"items": 1} | more))

    @property
    def stages(self) -> list[Stage]:
        return [one.stage for one in counted(self.session, self.notice).items.values()]

    def decide(self, judgement, nos=()) -> None:
        make.decide(self.session, self.notice, judgement, self.staff, AT, nos)

    def send(self, draft) -> None:
        if draft is None:
            raise NotAllowed("nothing to send")
        letter = replies.send_draft(
            self.session, self.notice, draft, draft.digest, by=self.staff.id, at=self.at, late_reason="遅れた理由"
        )
        if letter is None:
            raise NotAllowed("sent before")
        delivery.settle(self.session, letter.id, ACCEPTED, at=self.at)

    def interim(self, ground=DeferralGround.UNAVOIDABLE, nos=()) -> None:
        items = [i.id for i in decisions.items_of(self.session, self.notice) if not nos or i.no in nos]
        self.send(replies.interim_draft(self.session, self.notice, items, ground, "鑑定の結果を待っています。"))

    def tell_taken(self, nos=()) -> None:
        self.decide(make.remove(self.clause), nos)
        execute_all(self.session, self.notice, self.staff, AT)
        self.send(replies.outcome_draft(self.session, self.notice))

    def tell_kept(self, nos=()) -> None:
        self.decide(make.KEEP, nos)
        self.send(replies.outcome_draft(self.session, self.notice))

    def excuse(self) -> None:
        endings.excuse(
            self.session, self.notice, Excuse.OTHER_JUST, "申出者が亡くなった。", by=self.staff.id, at=self.at
        )

    def withdraw(self) -> None:
        endings.withdraw(self.session, self.notice, actor=journal.CLAIMANT, at=self.at)

    def redecide(self) -> None:
        self.decide(make.KEEP)

    def outcome_came_back(self) -> None:
        self.came_back(LetterKind.OUTCOME)

    def interim_came_back(self) -> None:
        self.came_back(LetterKind.INTERIM)

    def came_back(self, kind: LetterKind) -> None:
        letters = select(Letter).where(Letter.case_id == self.notice.case_id, Letter.kind == kind)
        given = [x for x in self.session.exec(letters) if x.given_at and not x.bounced_at]
        if not given:
            raise NotAllowed("nothing was sent")
        delivery.bounced(self.session, given[-1].id, remark="550", by=journal.staff(self.staff.id), at=self.at)

    def moves(self) -> set[tuple[Stage, Stage]]:
        """From which stage to which the one item has moved, fact by fact."""
        events = journal.history(self.session, self.session.get_one(Case, self.notice.case_id))
        folded = [fold(events[:n], statutory=True).items for n in range(1, len(events) + 1)]
        stages = [one.stage for items in folded for one in items.values()]
        return {(before, now) for before, now in pairwise(stages) if before is not now}


VERBS = (
    "interim", "tell_taken", "tell_kept", "excuse", "withdraw", "redecide", "outcome_came_back", "interim_came_back",
)  # fmt: skip


def walk(desk, said: tuple[str, ...], seen: dict) -> None:
    """Every sequence of verbs that the house allows, `DEPTH` long at most; a refused one changes nothing."""
    for verb in VERBS:
        step = desk.session.begin_nested()
        try:
            getattr(desk, verb)()
        except (NotAllowed, Conflict):
            step.rollback()
            continue
        seen[*said, verb] = desk.moves(), desk.stages[0]
        if len(said) + 1 < DEPTH:
            walk(desk, (*said, verb), seen)
        step.rollback()


def test_every_path_of_the_table_is_walked_and_each_ends_in_one_figure(session):
    seen: dict = {}
    walk(Desk(session), (), seen)

    assert set().union(*(moves for moves, _end in seen.values())) == {(one, to) for (one, _step), to in STEPS.items()}
    assert {end for _moves, end in seen.values()} == set(Stage)
    for path, (_moves, end) in seen.items():
        if end in {Stage.TAKEN_LATER, Stage.KEPT_LATER}:  # 18-3-4 and -5 only after one of 18-3-6 … 8
            assert "interim" in path
    assert len(seen) > 200


def test_a_refused_step_changes_no_stage_and_no_stage_is_without_words_or_figure(session):
    for stage in Stage:
        assert LABELS[stage]
        assert (stage in FIGURES) is (stage in OVER - {Stage.WITHDRAWN})
        for step in Step:
            assert after(stage, step) is STEPS.get((stage, step), stage)
    assert set(INTERIMS) == set(DeferralGround)


def test_a_notice_counts_as_taken_if_any_item_was_and_mixed_is_shown_apart(session):
    desk = Desk(session, items=2)
    desk.tell_taken((1,))
    assert counted(session, desk.notice).figure == ""  # something is still to be told
    desk.tell_kept((2,))
    found = counted(session, desk.notice)
    assert (found.figure, found.mixed, found.interims) == ("18-3-1", True, frozenset())


@pytest.mark.parametrize(("ground", "figure"), INTERIMS.items())
def test_an_interim_reply_is_counted_by_its_ground_and_its_outcome_as_a_later_one(session, ground, figure):
    desk = Desk(session)
    if ground is DeferralGround.SPECIALIST:
        make.give_to_specialist(session, desk.notice, desk.staff, AT)
    desk.interim(ground)
    found = counted(session, desk.notice)
    assert (found.figure, found.interims) == ("", {figure})
    desk.tell_kept()
    found = counted(session, desk.notice)
    assert (found.figure, found.interims) == ("18-3-5", {figure})


def test_a_notice_that_was_taken_back_and_one_that_binds_nobody_add_to_no_figure(session):
    desk = Desk(session)
    desk.withdraw()
    assert counted(session, desk.notice).figure == ""
    third = Desk(session, ("つむぎ日記", "nikki", "TD"), standing=Standing.THIRD_PARTY)
    third.tell_kept()
    found = counted(session, third.notice)
    assert (found.figure, found.statutory, [one.figure for one in found.items.values()]) == ("", False, ["18-3-2"])


def test_an_outcome_told_anew_after_a_changed_decision_is_counted_once(session):
    desk = Desk(session)
    desk.tell_kept()
    desk.tell_taken()
    found = counted(session, desk.notice)
    assert found.figure == "18-3-1"
    assert Counter(one.figure for one in found.items.values()) == {"18-3-1": 1}
