"""不服申立て: a sender appeals against a measure, and somebody who took no part in it decides."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, approvals, delivery, journal, measures, replies, reversals
from tracker.casework.appeals import deciding, filing, finding, rows, withdrawing
from tracker.casework.appeals.counts import figures
from tracker.casework.appeals.finding import Asked
from tracker.casework.appeals.rows import Stage
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import MeasureKind
from tracker.letters.transport import Answer
from tracker.models import Appeal, Case, Clock, Decision, Letter, LetterKind, LogHold, Measure, Role, Sender, Service

DECIDED, DONE, TOLD = "2026-04-29T10:00+09:00", "2026-04-29T12:00+09:00", "2026-04-29T13:00+09:00"
FILED, BACK, AFTER = "2026-05-01T09:00+09:00", "2026-05-07T10:00+09:00", "2026-05-07T11:00+09:00"
WORDS = "投稿は事実を書いたもので、公共の利害に関わる。"
WHY = "ご指摘のとおり、投稿は公共の利害に関する事実を述べたものと認めました。"


@pytest.fixture
def staff(session):
    return make.make_staff(session, role=Role.LEAD, name="判断した人")


@pytest.fixture
def other(session):
    return make.make_staff(session, role=Role.LEAD, name="別の人")


@pytest.fixture
def clause(session):
    return make.first_clause(session, make.make_criteria(session, make.make_service(session)))


@pytest.fixture
def notice(session, clause, staff):
    """Two items of one account, removed with the help of AI; claimant and sender were told."""
    notice = make.make_notice(session, session.exec(select(Service)).one())
    make.decide(session, notice, replace(make.remove(clause), ai_used=True), staff, DECIDED)
    execute(session, notice, staff)
    tell(session, notice, staff)
    return notice


def execute(session, notice, staff, at=DONE):
    when = make.instant(at)
    wanted = select(Measure.id).where(Measure.executed_at.is_(None), Measure.withdrawn_at.is_(None))
    measures.execute(session, notice, list(session.exec(wanted)), executed_at=when, by=staff.id, at=when)


def tell(session, notice, staff, at=TOLD):
    for draft in [replies.outcome_draft(session, notice), *replies.sender_drafts(session, notice)]:
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(at))
        give(session, letter, staff, at)


def give(session, letter, staff, at):
    when = make.instant(at)
    if letter.channel.value == "smtp":
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=when)
    else:
        delivery.hand_over(session, letter.id, how="サービス内の通知", when=when, by=staff.id, at=when)


def sender_of(session) -> Sender:
    return session.exec(select(Sender)).one()


def appeal(session, notice, nos=(1,), at=FILED, by=None, received=None) -> list[Appeal]:
    sender = sender_of(session)
    mine = [one.measure.id for one in filing.appealable(session, notice, sender.id) if one.item.no in nos]
    return filing.file(
        session,
        notice,
        sender,
        mine,
        WORDS,
        actor=journal.staff(by.id) if by else journal.SENDER,
        by=by.id if by else None,
        at=make.instant(at),
        received_at=make.instant(received) if received else None,
    )


def decide(session, notice, row, by, reverse=True, at=BACK, reason=WHY, **more):
    return deciding.decide(
        session, notice, row.id, reverse=reverse, reason=reason, by=by.id, at=make.instant(at), **more
    )


def answer(session, notice, row, by, at=AFTER) -> Letter:
    draft = deciding.answer_draft(session, notice, row)
    letter = deciding.send_answer(session, notice, row.id, draft.digest, by=by.id, at=make.instant(at))
    give(session, letter, by, at)
    return letter


def running(session) -> list[Clock]:
    wanted = select(Clock).where(Clock.rule == "appeal", Clock.stopped_at.is_(None), Clock.voided_at.is_(None))
    return list(session.exec(wanted))


def flags(session) -> list[LogHold]:
    wanted = select(LogHold).where(LogHold.rule == "measure_flag", LogHold.released_at.is_(None))
    return list(session.exec(wanted))


def case_of(session, notice) -> Case:
    return session.get_one(Case, notice.case_id)


def test_an_appeal_that_is_upheld_restores_tells_and_keeps_the_mark_of_ai(session, notice, staff, other):
    [row] = appeal(session, notice)
    assert len(flags(session)) == 2

    decide(session, notice, row, other)

    first = session.get_one(Measure, row.measure_id)
    assert (first.reversed_at, first.reversed_by) == (make.instant(BACK), other.id)
    assert [hold.item_id for hold in flags(session)] != [row.item_id] and len(flags(session)) == 1
    assert deciding.decision_of(session, row).ai_used
    draft = deciding.answer_draft(session, notice, row)
    assert WHY in draft.body and "この措置を取り消しました" in draft.body and "水原" not in draft.body
    assert len(running(session)) == 1  # until the sender is told
    answer(session, notice, row, other)
    assert running(session) == []
    assert reversals.sender_drafts(session, notice) == []  # the answer has said so
    assert counts(session, notice)["18-5-13"] == counts(session, notice)["18-5-14"] == 1


def counts(session, notice):
    year = (make.instant("2026-04-01T00:00+09:00"), make.instant("2027-04-01T00:00+09:00"))
    return figures(session, case_of(session, notice).service_id, *year, until=make.instant("2026-06-01T00:00+09:00"))


def test_a_claimant_who_is_told_reads_nothing_of_the_sender(session, notice, staff, other):
    [row] = appeal(session, notice)

    decide(session, notice, row, other)

    draft = reversals.claimant_draft(session, notice)
    assert deciding.TO_CLAIMANT in draft.body
    assert WHY not in draft.body and "不服" not in draft.body
    own = remarks_of(session, case_of(session, notice)).values()
    assert WHY not in own  # the reason for the sender lies with the appeal alone


def test_a_claimant_may_be_given_a_reason_of_their_own(session, notice, other):
    [row] = appeal(session, notice)

    decide(session, notice, row, other, to_claimant="基準の条項にあたらないと改めたため。")

    assert "基準の条項にあたらないと改めたため。" in reversals.claimant_draft(session, notice).body


def test_an_appeal_that_is_refused_changes_nothing_and_is_answered(session, notice, other):
    [row] = appeal(session, notice)

    decide(session, notice, row, other, reverse=False)

    assert session.get_one(Measure, row.measure_id).reversed_at is None
    assert len(flags(session)) == 2
    letter = answer(session, notice, row, other)
    assert letter.kind is LetterKind.APPEAL_ANSWER and running(session) == []
    assert counts(session, notice)["18-5-12"] == 1 and counts(session, notice)["18-5-13"] == 0
    assert reversals.claimant_draft(session, notice) is None


def test_who_decided_first_does_not_decide_the_appeal(session, notice, staff):
    [row] = appeal(session, notice)

    with pytest.raises(NotAllowed, match="別の人が判断します"):
        decide(session, notice, row, staff)


def test_who_carried_the_measure_out_does_not_decide_the_appeal(session, clause, staff, other):
    notice = make.make_notice(session, session.exec(select(Service)).one())
    make.decide(session, notice, make.remove(clause), staff, DECIDED)
    execute(session, notice, other)
    [row] = appeal(session, notice)

    with pytest.raises(NotAllowed, match="別の人が判断します"):
        decide(session, notice, row, other)


def test_who_approved_the_decision_does_not_decide_the_appeal(session, clause, staff, other):
    notice = make.make_notice(session, session.exec(select(Service)).one())
    suspend = replace(make.remove(clause), kind=MeasureKind.SUSPEND)
    make.decide(session, notice, suspend, staff, DECIDED)
    [asked] = approvals.of_case(session, notice.case_id)
    approvals.settle(session, notice, asked.id, approve=True, by=other.id, at=make.instant(DECIDED))
    execute(session, notice, staff)
    [row] = appeal(session, notice)

    with pytest.raises(NotAllowed, match="別の人が判断します"):
        decide(session, notice, row, other)
    third = make.make_staff(session, role=Role.LEAD)
    assert decide(session, notice, row, third).reversed


def test_a_measure_taken_back_meanwhile_because_of_the_appeal_is_counted_and_answered_so(session, notice, staff, other):
    [row] = appeal(session, notice)
    moment = make.instant("2026-05-02T10:00+09:00")
    reversals.reverse(session, notice, [row.measure_id], "誤りでした。", reversed_at=moment, by=staff.id, at=moment)

    decide(session, notice, row, other)

    assert session.get_one(Measure, row.measure_id).reversed_at == moment  # when it was, not when the appeal ended
    told = journal.history(session, case_of(session, notice))
    assert [e.fact for e in told].count(Fact.MEASURE_REVERSED) == 1


def test_one_that_was_taken_back_asks_nothing_and_stays_counted(session, notice, staff, other):
    one, two = appeal(session, notice, (1, 2))
    at = {"at": make.instant(BACK)}

    with pytest.raises(NotAllowed, match="取下げを記録できません"):
        withdrawing.write_down(session, case_of(session, notice), one.id, remark="電話", by=staff.id, **at)
    with pytest.raises(NotAllowed, match="どのように取り下げたか"):
        withdrawing.write_down(session, case_of(session, notice), one.id, remark=" ", by=other.id, **at)
    withdrawing.write_down(session, case_of(session, notice), one.id, remark="電話で聞いた。", by=other.id, **at)

    assert [clock.item_id for clock in running(session)] == [two.item_id]
    assert counts(session, notice)["18-5-11"] == 2
    with pytest.raises(Conflict):
        decide(session, notice, one, other)


def test_staff_enter_what_came_by_mail_as_of_when_it_came(session, notice, staff, other):
    [row] = appeal(session, notice, by=staff, received="2026-04-30T18:00+09:00")

    assert (row.entered_by, row.received_at) == (staff.id, make.instant("2026-04-30T18:00+09:00"))
    [clock] = running(session)
    assert clock.target_at == row.received_at + timedelta(days=14) and clock.due_at is None
    assert decide(session, notice, row, other).reversed
    with pytest.raises(Conflict, match="すでに不服申立てがある"):
        filing.file(
            session, notice, sender_of(session), [row.measure_id], WORDS, actor=journal.SENDER, at=make.instant(AFTER)
        )


def test_an_appeal_opens_a_case_that_was_over_and_the_answer_closes_it(session, notice, staff, other):
    case = case_of(session, notice)
    execute_all_over(session, notice, staff)
    assert case.closed_at is not None

    [row] = appeal(session, notice)

    assert case.closed_at is None and case.next_at == make.instant(FILED) + timedelta(days=14)
    decide(session, notice, row, other, reverse=False)
    assert case.closed_at is None
    answer(session, notice, row, other)
    assert case.closed_at is not None and case.next_at is None


def execute_all_over(session, notice, staff):
    """Nothing else runs in the case."""
    case = case_of(session, notice)
    left = [c for c in session.exec(select(Clock).where(Clock.case_id == case.id)) if not (c.stopped_at or c.voided_at)]
    assert left == [], [c.rule for c in left]


def test_an_answer_that_came_back_is_owed_again_with_its_old_target(session, notice, other):
    [row] = appeal(session, notice)
    target = running(session)[0].target_at
    decide(session, notice, row, other)
    letter = answer(session, notice, row, other)

    delivery.bounced(session, letter.id, remark="戻ってきた", by=journal.staff(other.id), at=make.instant(AFTER))

    [again] = running(session)
    assert again.target_at == target
    [listed] = finding.find(session, Asked(other.id, "answer"), at=make.instant(AFTER)).rows
    assert listed.stage is Stage.ANSWER
    assert answer(session, notice, row, other, "2026-05-08T10:00+09:00").key.endswith("#2")
    assert running(session) == []


def test_a_second_appeal_about_the_same_post_has_a_target_of_its_own(session, clause, notice, staff, other):
    [first] = appeal(session, notice)
    decide(session, notice, first, other)
    make.decide(session, notice, make.remove(clause), staff, "2026-05-07T10:30+09:00", (1,))
    execute(session, notice, staff, "2026-05-07T10:40+09:00")
    [second] = appeal(session, notice, at="2026-05-07T10:50+09:00")
    assert len(running(session)) == 2

    answer(session, notice, first, other)

    [left] = running(session)
    assert left.started_at == second.received_at
    assert list(verify(session)) == []


def test_each_of_two_appeals_about_one_post_keeps_its_own_target(session, clause, notice, staff, other):
    [first] = appeal(session, notice)
    decide(session, notice, first, other)
    make.decide(session, notice, make.remove(clause), staff, "2026-05-07T10:30+09:00", (1,))
    execute(session, notice, staff, "2026-05-07T10:40+09:00")
    [second] = appeal(session, notice, at="2026-05-07T10:50+09:00")
    case, when = case_of(session, notice), make.instant("2026-05-07T10:55+09:00")
    filing.withdraw(session, case, second.id, actor=journal.SENDER, at=when)
    assert [clock.started_at for clock in running(session)] == [first.received_at]
    filing.reopen(session, case, second.id, why="取り違え", by=other.id, at=when)
    assert {clock.started_at for clock in running(session)} == {first.received_at, second.received_at}
    answer(session, notice, first, other)
    third = make.make_staff(session, role=Role.LEAD, name="三人目")
    decide(session, notice, second, third, reverse=False, at=AFTER)
    letter = answer(session, notice, second, third, "2026-05-08T10:00+09:00")
    assert running(session) == []
    delivery.bounced(
        session, letter.id, remark="戻った", by=journal.staff(third.id), at=make.instant("2026-05-08T11:00+09:00")
    )
    assert [clock.started_at for clock in running(session)] == [second.received_at]
    assert list(verify(session)) == []


def test_a_measure_that_was_upheld_and_taken_back_later_is_told_of(session, notice, staff, other):
    [row] = appeal(session, notice)
    decide(session, notice, row, other, reverse=False)
    answer(session, notice, row, other)
    later = make.instant("2026-05-09T10:00+09:00")
    reversals.reverse(session, notice, [row.measure_id], "別の理由。", reversed_at=later, by=staff.id, at=later)
    assert len(reversals.sender_drafts(session, notice)) == 1
    assert "維持します" not in deciding.answer_draft(session, notice, row).body


def test_a_measure_taken_back_for_another_reason_is_answered_and_not_counted(session, notice, staff, other):
    [row] = appeal(session, notice)
    when = make.instant(BACK)
    reversals.reverse(session, notice, [row.measure_id], "別の理由。", reversed_at=when, by=staff.id, at=when)
    decide(session, notice, row, other, reverse=False, at=AFTER)
    assert "別の理由で、すでに取り消しています" in deciding.answer_draft(session, notice, row).body
    service = session.exec(select(Service)).one().id
    year = (make.instant("2026-04-01T00:00+09:00"), make.instant("2027-04-01T00:00+09:00"))
    assert figures(session, service, *year, until=year[1])["18-5-13"] == 0


def test_the_lists_hold_each_appeal_where_it_belongs(session, notice, staff, other):
    one, two = appeal(session, notice, (1, 2))

    def ids(view, me):
        found = finding.find(session, Asked(me.id, view), at=make.instant(FILED)).rows
        return {row.appeal.id for row in found}

    assert ids("open", staff) == ids("mine", other) == {one.id, two.id}
    assert ids("mine", staff) == ids("answer", staff) == ids("ended", staff) == set()
    decide(session, notice, one, other)
    assert ids("open", staff) == {two.id} and ids("answer", staff) == ids("ended", staff) == {one.id}
    answer(session, notice, one, other)
    assert ids("answer", staff) == set() and ids("ended", staff) == {one.id}
    assert finding.count(session, Asked(staff.id, "open")) == 1


def test_pages_follow_each_other_without_a_gap_or_a_repeat(session, clause, staff, other, monkeypatch):
    service = session.exec(select(Service)).one()
    filed = []
    for n in range(9):
        notice = make.make_notice(session, service, items=1)
        make.decide(session, notice, make.remove(clause), staff if n % 3 else other, DECIDED)
        execute(session, notice, staff)
        sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
        [free] = filing.appealable(session, notice, sender.id)
        filed += filing.file(
            session, notice, sender, [free.measure.id], WORDS, actor=journal.SENDER, at=make.instant(FILED)
        )
    third = make.make_staff(session, role=Role.LEAD)
    monkeypatch.setattr(finding, "PAGE", 2)
    monkeypatch.setattr(finding, "CHUNK", 3)

    def walk(view, me):
        after, seen = "", []
        while True:
            page = finding.find(session, Asked(me.id, view, after), at=make.instant(FILED))
            seen += [row.appeal.id for row in page.rows]
            after = page.after
            if not after:
                return seen

    assert sorted(walk("open", staff)) == sorted(row.id for row in filed) == sorted(walk("mine", third))
    mine = [row.id for row in filed if other.id not in deciding.took_part(session, row)]
    assert sorted(walk("mine", other)) == sorted(mine) and len(mine) == 6
    assert walk("mine", staff) == []


def test_who_took_part_is_the_same_for_one_and_for_many(session, notice, staff, other):
    filed = appeal(session, notice, (1, 2))
    decide(session, notice, filed[0], other)
    expert = make.make_staff(session, role=Role.SPECIALIST)
    case, said = case_of(session, notice), Fact.SPECIALIST_OPINED
    journal.record(session, case, said, actor=journal.staff(expert.id), at=make.instant(AFTER))

    many = rows.barred(session, filed)

    assert many == {row.id: deciding.took_part(session, row) for row in filed}
    assert many[filed[1].id] == {staff.id, expert.id}


def test_two_who_decide_at_once_are_one_decision(on_each_engine):
    with on_each_engine.writing() as session:
        clause = make.first_clause(session, make.make_criteria(session, make.make_service(session)))
        staff, notice = make.make_staff(session), make.make_notice(session, session.exec(select(Service)).one())
        others = [make.make_staff(session).id for _ in range(2)]
        make.decide(session, notice, make.remove(clause), staff, DECIDED)
        execute(session, notice, staff)
        [row] = appeal(session, notice)
        wanted, number = row.id, notice.id

    def settle(by, reverse):
        with on_each_engine.writing() as session:
            found = session.get_one(type(notice), number)
            deciding.decide(session, found, wanted, reverse=reverse, reason=WHY, by=by, at=make.instant(BACK))

    settle(others[0], False)
    with pytest.raises(Conflict, match="すでに判断されたか"):
        settle(others[1], True)

    with on_each_engine.reading() as session:
        found = {view: finding.find(session, Asked(others[1], view), at=make.instant(AFTER)) for view in finding.VIEWS}
        assert {view: len(page.rows) for view, page in found.items()} == {"open": 0, "mine": 0, "answer": 1, "ended": 1}
        again = finding.find(session, Asked(others[1], "ended", found["ended"].rows[0].cursor), at=make.instant(AFTER))
        assert again.rows == [] and finding.count(session, Asked(others[1], "answer")) == 1
        assert list(verify(session)) == []
        assert session.exec(select(Measure.reversed_at)).first() is None
        assert session.exec(select(Decision)).first() and session.get_one(Appeal, wanted).decided_by == others[0]
