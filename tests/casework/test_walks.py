"""Random walks over the verbs: whatever is done in whatever order, the journal proves itself, no duty runs twice."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import ACCEPTED, REFUSED
from tracker.casework import Conflict, NotAllowed, decisions, delivery, endings, journal, measures, receipts, replies
from tracker.casework.verify import verify
from tracker.law.grounds import DeferralGround, Excuse, SenderExemption
from tracker.letters.transport import Answer
from tracker.models import Case, Clock, Letter

LATER = Answer(False, 451, "smtp")
STEPS = 22


class Walk:
    """One case, and what may be done to it next."""

    def __init__(self, session, seed: int) -> None:
        self.session, self.random = session, random.Random(seed)
        service, self.staff = make.make_service(session), make.make_staff(session)
        self.clause = make.first_clause(session, make.make_criteria(session, service))
        self.notice = make.make_notice(session, service, items=2)
        self.at = self.notice.received_at

    @property
    def when(self) -> dict:
        return {"by": self.staff.id, "at": self.at}

    def letters(self) -> list[Letter]:
        return list(self.session.exec(select(Letter).where(Letter.case_id == self.notice.case_id)))

    def items(self):
        found = decisions.items_of(self.session, self.notice)
        return self.random.sample(found, self.random.randint(1, len(found)))

    def decide(self) -> None:
        items = self.items()
        current = decisions.latest(self.session, [i.id for i in items])
        seen = [(i.id, current[i.id].version if i.id in current else 0) for i in items]
        judgement = self.random.choice([make.KEEP, make.remove(self.clause)])
        decisions.decide(self.session, self.notice, seen, judgement, **self.when)

    def execute(self) -> None:
        ordered = decisions.standing_measures(self.session, [i.id for i in self.items()])
        measures.execute(self.session, self.notice, [m.id for m in ordered], executed_at=self.at, **self.when)

    def interim(self) -> None:
        ground = self.random.choice(list(DeferralGround))
        draft = replies.interim_draft(self.session, self.notice, [i.id for i in self.items()], ground, "理由です。")
        replies.send_draft(self.session, self.notice, draft, draft.digest, late_reason="遅れた理由", **self.when)

    def tell(self) -> None:
        for draft in [
            replies.outcome_draft(self.session, self.notice),
            *replies.sender_drafts(self.session, self.notice),
        ]:
            if draft:
                replies.send_draft(
                    self.session, self.notice, draft, draft.digest, late_reason="遅れた理由", **self.when
                )

    def settle(self) -> None:
        for letter in self.letters():
            answer = self.random.choice([ACCEPTED, ACCEPTED, REFUSED, LATER])
            delivery.settle(self.session, letter.id, answer, at=self.at)

    def open(self) -> None:
        delivery.opened(self.session, self.random.choice(self.letters()).id, at=self.at)

    def bounce(self) -> None:
        letter = self.random.choice(self.letters())
        delivery.bounced(self.session, letter.id, remark="550", by="system", at=self.at)

    def hand_over(self) -> None:
        letter = self.random.choice(self.letters())
        delivery.hand_over(self.session, letter.id, how="手渡し", when=self.at, **self.when)

    def exempt(self) -> None:
        ids = [i.id for i in self.items()]
        ground = SenderExemption.SAME_BEFORE
        endings.exempt_sender(self.session, self.notice, ids, ground, "通知済み", elsewhere=True, **self.when)

    def change_address(self) -> None:
        receipts.change_email(self.session, self.notice, f"a{self.at:%H%M}@mail.example", **self.when)

    def end(self) -> None:
        if self.random.random() < 0.5:
            endings.excuse(
                self.session, self.notice, Excuse.OTHER_JUST, "正当な理由", late_reason="遅れた理由", **self.when
            )
        else:
            endings.withdraw(self.session, self.notice, actor=journal.CLAIMANT, at=self.at)


DEEDS = [
    *[Walk.decide, Walk.execute, Walk.tell, Walk.settle] * 3,
    *[Walk.interim, Walk.open, Walk.bounce, Walk.hand_over, Walk.exempt, Walk.change_address] * 2,
    Walk.end,
]


@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_done_the_record_is_whole_and_no_duty_runs_twice(session, seed):
    walk = Walk(session, seed)
    for _ in range(STEPS):
        walk.at += timedelta(hours=walk.random.randint(1, 30))
        with suppress(NotAllowed, Conflict, IndexError):
            walk.random.choice(DEEDS)(walk)
        case = session.get_one(Case, walk.notice.case_id)
        clocks = session.exec(select(Clock).where(Clock.case_id == case.id)).all()
        running = Counter((c.rule, c.item_id) for c in clocks if c.stopped_at is None and c.voided_at is None)

        assert max(running.values(), default=0) <= 1
        assert journal.position(journal.history(session, case), clocks) == (case.next_at, case.closed_at is not None)
        assert not (case.closed_at and running)
    assert list(verify(session)) == []
