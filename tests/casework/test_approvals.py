"""承認: what two people have to see before it takes effect or afterwards, and that nobody sees their own."""

from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, approvals, decisions, endings, journal, measures, replies, reversals
from tracker.casework.receipts import letterhead
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.casework.worklist import Search, worklist
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, DeferralGround, Excuse, MeasureKind
from tracker.letters import write
from tracker.models import Approval, ApprovalCause, Case, Clock, Event, Measure, Notice, Role, Service
from tracker.settings import Office, Settings

ASKED, LATER = "2026-04-29T10:00+09:00", "2026-04-29T15:00+09:00"


@pytest.fixture
def people(session):
    """Who decides, a lead, another lead, and a reviewer."""
    return {
        "author": make.make_staff(session, "判断する人", Role.LEAD),
        "lead": make.make_staff(session, "主任", Role.LEAD),
        "other": make.make_staff(session, "もう一人の主任", Role.LEAD),
        "reviewer": make.make_staff(session, "担当者", Role.REVIEWER),
    }


@pytest.fixture
def clause(session):
    return make.first_clause(session, make.make_criteria(session, make.make_service(session)))


def service_of(session, clause):
    return session.exec(select(Service)).one()


def suspend(clause):
    return replace(make.remove(clause), kind=MeasureKind.SUSPEND)


def asked(session) -> list[Approval]:
    return list(session.exec(select(Approval).order_by(Approval.asked_at)))


def execute(session, notice, by, at=LATER):
    ids = [i.id for i in decisions.items_of(session, notice)]
    ordered = [m.id for m in decisions.standing_measures(session, ids) if not m.executed_at]
    when = make.instant(at)
    measures.execute(session, notice, ordered, executed_at=when, by=by.id, at=when)


def settle(session, notice, by, *, approve=True, remark="", at=LATER):
    [row] = [a for a in asked(session) if not a.settled_at and not a.voided_at]
    return approvals.settle(session, notice, row.id, approve=approve, remark=remark, by=by.id, at=make.instant(at))


def facts(session) -> list[Fact]:
    """The facts of the notices."""
    events = session.exec(select(Event).join(Notice, Notice.case_id == Event.case_id).order_by(Event.seq))
    return [e.fact for e in events]


def sound(session) -> bool:
    session.flush()
    return list(verify(session)) == []


OFFICE = Office({}, before=frozenset({"suspension", "refusals"}), after=frozenset({"urgent"}), many=20)


@pytest.mark.parametrize(
    ("decision", "wanted"),
    [
        ({"take": True, "kind": MeasureKind.SUSPEND}, (ApprovalCause.SUSPENSION, True)),
        ({"take": True, "kind": MeasureKind.REMOVE}, None),
        ({"take": True, "kind": MeasureKind.REMOVE, "fast": True}, (ApprovalCause.URGENT, False)),
        ({"take": True, "kind": MeasureKind.HIDE, "basis": Basis.EMERGENCY}, (ApprovalCause.URGENT, False)),
        ({"take": True, "kind": MeasureKind.SUSPEND, "fast": True}, (ApprovalCause.SUSPENSION, True)),
        ({"take": False, "items": 20}, None),
        ({"take": False, "items": 21}, (ApprovalCause.REFUSALS, True)),
        ({"take": False, "fast": True}, None),
        ({"take": True, "kind": MeasureKind.REMOVE, "items": 300}, None),
    ],
)
def test_the_table_of_what_wants_a_second_person(decision, wanted):
    found = approvals.wanted(OFFICE, **({"kind": None, "basis": None, "items": 1, "fast": False} | decision))

    assert (found and (found.why, found.ahead)) == wanted


def test_an_office_of_one_person_can_ask_for_nobody(tmp_path):
    office = Settings(
        _env_file=None, secret_key="x" * 40, master_key="a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        approve_before="", approve_after="",
    ).office  # fmt: skip

    assert approvals.wanted(office, take=True, kind=MeasureKind.SUSPEND, basis=None, items=1, fast=True) is None


def test_a_suspension_waits_for_a_second_person_and_is_then_carried_out(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    assert facts(session)[-1] is Fact.APPROVAL_ASKED  # in the transaction of the decision
    with pytest.raises(NotAllowed, match="承認を待っています"):
        execute(session, notice, people["author"])

    settle(session, notice, people["lead"], remark="根拠を確かめた")

    execute(session, notice, people["author"])
    assert [i.no for i in replies.ready(session, notice).outcome] == [1]
    assert sound(session)


def test_many_refusals_at_once_are_told_only_after_approval(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    decided = make.decide(session, notice, make.KEEP, people["author"], ASKED)
    assert replies.outcome_draft(session, notice) is None
    assert len(replies.ready(session, notice).unapproved) == 21
    case, service = replies.case_of(session, notice)
    draft = write.outcome(
        letterhead(session, service, case, notice),
        **replies.addressed(session, case, notice),
        lines=replies.lines_of(session, notice, decisions.items_of(session, notice)),
        left=0,
        deferred=[],
    )
    with pytest.raises(NotAllowed, match="承認を待っています"):
        replies.send_draft(session, notice, draft, draft.digest, by=people["author"].id, at=make.instant(LATER))

    settle(session, notice, people["lead"])

    drawn = replies.outcome_draft(session, notice)
    assert len(drawn.covers) == len(decided)
    assert replies.send_draft(session, notice, drawn, drawn.digest, by=people["author"].id, at=make.instant(LATER))
    assert sound(session)


def test_the_days_run_on_and_an_interim_reply_can_say_why(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    ids = [i.id for i in decisions.items_of(session, notice)]

    draft = replies.interim_draft(session, notice, ids, DeferralGround.UNAVOIDABLE, "社内の確認に日数を要するため")

    assert draft.covers
    assert session.get_one(Case, notice.case_id).next_at is not None
    with pytest.raises(NotAllowed, match="承認を待つ項目"):
        replies.interim_draft(session, notice, ids, DeferralGround.SENDER_OPINION, "")


def test_a_denial_needs_its_reason_and_sends_the_decision_back(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    with pytest.raises(NotAllowed, match="理由を書いてください") as no:
        settle(session, notice, people["lead"], approve=False, remark="  ")
    assert no.value.about == "remark"

    settle(session, notice, people["lead"], approve=False, remark="根拠の条項が違います。")

    with pytest.raises(NotAllowed, match="もう一度判断"):
        execute(session, notice, people["author"])
    assert [i.no for i in replies.ready(session, notice).undecided] == [1]
    make.decide(session, notice, suspend(clause), people["author"], "2026-04-29T16:00+09:00")
    assert [a.approved for a in asked(session)] == [False, None]  # it is asked for anew
    settle(session, notice, people["lead"], at="2026-04-29T17:00+09:00")
    execute(session, notice, people["author"], "2026-04-29T18:00+09:00")
    assert sound(session)


@pytest.mark.parametrize("who", ["author", "reviewer"])
def test_nobody_approves_their_own_decision_nor_below_a_lead(session, clause, people, who):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)

    with pytest.raises(NotAllowed):
        settle(session, notice, people[who])

    assert Fact.APPROVED not in facts(session)


def test_whoever_decided_an_earlier_version_took_part(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, make.KEEP, people["other"], ASKED)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)

    with pytest.raises(NotAllowed, match="加わった"):
        settle(session, notice, people["other"])

    assert settle(session, notice, people["lead"]).approved


def test_whoever_carried_the_measure_out_does_not_look_afterwards(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1, **make.urgent())
    make.decide(session, notice, make.remove(clause), people["author"], ASKED)
    execute(session, notice, people["other"])

    with pytest.raises(NotAllowed, match="加わった"):
        settle(session, notice, people["other"])


def test_an_urgent_removal_goes_ahead_and_is_looked_at_afterwards(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1, **make.urgent())
    make.decide(session, notice, make.remove(clause), people["author"], ASKED)
    execute(session, notice, people["author"])
    draft = replies.outcome_draft(session, notice)
    assert replies.send_draft(session, notice, draft, draft.digest, by=people["author"].id, at=make.instant(LATER))
    assert [a.settled_at for a in asked(session)] == [None]

    settle(session, notice, people["lead"], approve=False, remark="急ぐ事情がありません。")

    assert not replies.ready(session, notice).undecided  # what was carried out is reversed, not decided again
    assert sound(session)


def test_what_is_denied_afterwards_but_not_yet_carried_out_stops(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1, **make.urgent())
    make.decide(session, notice, make.remove(clause), people["author"], ASKED)
    settle(session, notice, people["lead"], approve=False, remark="別の投稿です。")

    with pytest.raises(NotAllowed, match="もう一度判断"):
        execute(session, notice, people["author"])


def test_newer_decisions_void_the_asking_of_the_older_ones(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    make.decide(session, notice, make.KEEP, people["author"], ASKED)
    make.decide(session, notice, make.KEEP, people["author"], ASKED, (1,))
    assert asked(session)[0].voided_at is None  # twenty of its decisions still stand
    assert not replies.ready(session, notice).outcome  # the new one is one of many still

    make.decide(session, notice, make.KEEP, people["author"], ASKED, tuple(range(2, 22)))

    [row] = [one for one in asked(session) if one.voided_at]
    assert len(row.decisions) == 21
    with pytest.raises(Conflict, match="判断が新しく"):
        approvals.settle(session, notice, row.id, approve=True, by=people["lead"].id, at=make.instant(LATER))
    for one in asked(session)[1:]:
        approvals.settle(session, notice, one.id, approve=True, by=people["lead"].id, at=make.instant(LATER))
    assert len(replies.ready(session, notice).outcome) == 21
    assert sound(session)


def test_the_second_answer_finds_the_first(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    row = settle(session, notice, people["lead"])

    with pytest.raises(Conflict, match="ほかの人が先に"):
        approvals.settle(session, notice, row.id, approve=False, remark="x", by=people["other"].id, at=row.settled_at)


@pytest.mark.parametrize(
    "change", ["settled_at = null, settled_by = null, approved = null", "approved = not approved", "decisions = '[]'"]
)
def test_an_edited_answer_is_named(session, clause, people, change):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    settle(session, notice, people["lead"], remark="よい")
    session.flush()

    session.execute(text("drop trigger approval_fixed"))
    session.execute(text(f"update approval set {change}"))
    session.expire_all()

    assert {finding.table for finding in verify(session)} == {"approval"}


def test_the_remark_of_an_answer_stays_with_its_event(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    settle(session, notice, people["lead"], remark="根拠を確かめた")

    case = session.get_one(Case, notice.case_id)
    assert "根拠を確かめた" in remarks_of(session, case).values()


def test_the_list_names_the_longest_waiting_first_and_who_took_part(session, clause, people):
    service = service_of(session, clause)
    for at in ("2026-04-29T12:00+09:00", "2026-04-29T09:00+09:00"):
        notice = make.make_notice(session, service, items=1)
        make.decide(session, notice, suspend(clause), people["author"], at)

    found = approvals.open_ones(session, me=people["author"].id)

    assert [one.number for one in found] == ["TH-2026-000002", "TH-2026-000001"]
    assert all(one.mine for one in found)
    assert not any(one.mine for one in approvals.open_ones(session, me=people["lead"].id))


def test_refusals_made_a_few_at_a_time_are_added_up(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=24)
    author = people["author"]
    for first in (1, 9):
        make.decide(session, notice, make.KEEP, author, ASKED, nos=tuple(range(first, first + 8)))
    assert asked(session) == []
    make.decide(session, notice, make.KEEP, author, ASKED, nos=tuple(range(17, 25)))
    [row] = asked(session)
    assert (row.why, row.ahead, len(row.decisions)) == (ApprovalCause.REFUSALS, True, 24)
    assert len(replies.ready(session, notice).unapproved) == 24
    settle(session, notice, people["lead"])
    make.decide(session, notice, make.remove(clause), author, LATER, nos=(1,))
    make.decide(session, notice, make.KEEP, author, LATER, nos=(1,))
    [_old, new] = asked(session)
    assert len(new.decisions) == 1  # the others were approved; this one is new, and one of many still
    assert sound(session)


def outcome_ready(session, notice) -> int:
    return len(replies.ready(session, notice).outcome)


def test_refusals_that_wait_are_not_freed_by_deciding_them_again_one_by_one(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    make.decide(session, notice, make.KEEP, people["author"], ASKED)

    for no in range(1, 22):
        make.decide(session, notice, make.KEEP, people["author"], LATER, (no,))
        assert outcome_ready(session, notice) == 0

    assert [one.voided_at is None for one in asked(session)] == [False] + [True] * 21
    assert len(replies.ready(session, notice).unapproved) == 21
    assert sound(session)


def test_refusals_that_were_denied_are_asked_for_again_in_whatever_parts_they_come_back(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    make.decide(session, notice, make.KEEP, people["author"], ASKED)
    settle(session, notice, people["lead"], approve=False, remark="理由が一つ一つの投稿に合いません。")

    make.decide(session, notice, make.KEEP, people["author"], LATER, tuple(range(1, 12)))
    make.decide(session, notice, make.KEEP, people["author"], LATER, tuple(range(12, 22)))

    assert [len(one.decisions) for one in asked(session)[1:]] == [11, 10]
    assert outcome_ready(session, notice) == 0
    assert len(replies.ready(session, notice).unapproved) == 21
    assert sound(session)


def test_a_denied_refusal_that_becomes_a_measure_needs_nobody(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    make.decide(session, notice, make.KEEP, people["author"], ASKED)
    settle(session, notice, people["lead"], approve=False, remark="講ずるべきです。")

    make.decide(session, notice, make.remove(clause), people["author"], LATER)

    assert len(asked(session)) == 1


@pytest.mark.parametrize("withdrawn", [True, False])
def test_an_ending_takes_the_askings_of_what_it_ends_with_it(session, clause, people, withdrawn):
    notice = make.make_notice(session, service_of(session, clause), items=21)
    make.decide(session, notice, make.KEEP, people["author"], ASKED)
    [row] = asked(session)

    if withdrawn:
        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant(LATER))
    else:
        endings.excuse(
            session, notice, Excuse.SAME_CONTENT, "同一の内容", by=people["author"].id, at=make.instant(LATER)
        )

    assert row.voided_at
    assert approvals.open_ones(session, me=people["lead"].id) == []
    with pytest.raises(Conflict):
        approvals.settle(
            session, notice, row.id, approve=False, remark="x", by=people["lead"].id, at=make.instant(LATER)
        )
    assert sound(session)


def test_a_suspension_that_nobody_approved_is_not_freed_by_a_withdrawal(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant(LATER))

    with pytest.raises(NotAllowed, match="承認されないまま"):
        execute(session, notice, people["author"])


def test_what_was_carried_out_is_looked_at_also_after_a_withdrawal(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=2, **make.urgent())
    make.decide(session, notice, make.remove(clause), people["author"], ASKED)
    [first, _second] = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
    when = make.instant(LATER)
    measures.execute(session, notice, [first.id], executed_at=when, by=people["author"].id, at=when)

    endings.withdraw(session, notice, actor=journal.CLAIMANT, at=when)

    assert asked(session)[0].voided_at is None
    assert len(approvals.open_ones(session, me=people["lead"].id)) == 1
    assert sound(session)


def test_a_suspension_carried_out_before_its_approval_is_told_as_it_was(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    [ordered] = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
    when = make.instant(LATER)

    measures.execute(
        session,
        notice,
        [ordered.id],
        executed_at=when,
        by=people["other"].id,
        at=when,
        unapproved_reason="夜間に当番が先に止めた。",
    )

    case = session.get_one(Case, notice.case_id)
    executed = next(e for e in journal.history(session, case) if e.fact is Fact.MEASURE_EXECUTED)
    assert executed.data["said"]["unapproved"] is True
    assert remarks_of(session, case)[executed.id] == "夜間に当番が先に止めた。"
    clocks = session.exec(select(Clock).where(Clock.case_id == case.id, Clock.rule == "sender_notice")).all()
    assert [c.started_at for c in clocks] == [when]  # 法27条 runs from the measure, whatever the office's rule says
    assert Fact.BREACH_RECORDED not in facts(session)
    [one] = approvals.open_ones(session, me=people["lead"].id)
    assert (one.done, one.mine) == (True, False)
    assert approvals.stages(session, [case.id]) == {case.id: "afterwards"}
    settle(session, notice, people["lead"], approve=False, remark="停止は重すぎます。")
    assert approvals.stages(session, [case.id]) == {case.id: "reverse"}
    assert sound(session)


def test_an_urgent_removal_denied_afterwards_stays_in_the_lists_until_it_is_taken_back(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1, **make.urgent())
    make.decide(session, notice, make.remove(clause), people["author"], ASKED)
    execute(session, notice, people["author"])
    settle(session, notice, people["lead"], approve=False, remark="急ぐ事情がありません。")
    case = notice.case_id
    assert approvals.stages(session, [case]) == {case: "reverse"}
    [row] = worklist(session, Search(), at=make.instant(LATER)).rows
    assert row.next_step == "取消しを検討する"
    assert [one.case.id for one in approvals.to_reverse(session, me=people["lead"].id)] == [case]

    done = [m.id for m in session.exec(select(Measure))]
    when = make.instant("2026-04-29T16:00+09:00")
    reversals.reverse(
        session, notice, done, "急ぐ事情がなかったため。", reversed_at=when, by=people["lead"].id, at=when
    )

    assert approvals.stages(session, [case]) == {}
    assert approvals.to_reverse(session, me=people["lead"].id) == []


def test_somebody_who_has_left_approves_nothing(session, clause, people):
    notice = make.make_notice(session, service_of(session, clause), items=1)
    make.decide(session, notice, suspend(clause), people["author"], ASKED)
    people["lead"].active = False

    with pytest.raises(NotAllowed, match="主任以上"):
        settle(session, notice, people["lead"])


def test_the_list_is_whole_and_costs_the_same_however_many_wait(session, clause, people):
    """What whoever looks may settle is found behind any number that they took part in."""
    service = service_of(session, clause)

    def wait(by, at) -> None:
        make.decide(session, make.make_notice(session, service, items=1), suspend(clause), people[by], at)

    def asks() -> tuple[int, int]:
        """How many questions the list puts to the database, and how many rows whoever looks may settle."""
        session.flush()
        put = []

        def watch(_connection, _cursor, statement, *_more) -> None:
            put.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", watch)
        found = approvals.open_ones(session, me=people["author"].id)
        event.remove(session.get_bind(), "before_cursor_execute", watch)
        return len(put), sum(not one.mine for one in found)

    wait("other", LATER)
    few = asks()
    for _n in range(104):
        wait("author", ASKED)

    assert asks() == few == (few[0], 1)
