"""基準: the text that is hashed, what a version changes, drafts of two at once, emergencies and what answered them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, criteria, decisions, measures
from tracker.casework.criteria import ClauseText, Draft
from tracker.casework.criteria.difference import ChangeKind, Piece, marked
from tracker.casework.decisions import Judgement
from tracker.casework.verify import verify
from tracker.law.grounds import Basis, MeasureKind, Origin
from tracker.models import CriteriaDraft, CriteriaVersion, Measure, Service

DAY1, DAY2, DAY3 = "2026-04-28T10:00+09:00", "2026-04-29T10:00+09:00", "2026-04-30T10:00+09:00"
OLD = ClauseText("第4条", "名誉毀損", "社会的評価を下げる投稿")
LIMITED = ClauseText("第5条", "なりすまし", "他人になりすます投稿", (Origin.NOTICE,), (MeasureKind.HIDE,))


def publish(session, service, clauses, at: str, **more) -> CriteriaVersion:
    moment = make.instant(at)
    return criteria.publish(
        session, service, title="基準", clauses=clauses, published_at=moment, actor="system", at=moment, **more
    )


def test_a_version_that_says_nothing_new_is_hashed_as_versions_of_before_were(session):
    version = make.make_criteria(session, make.make_service(session))
    clauses = criteria.clauses_of(session, version)

    before = "\n".join([version.title, *(f"{c.number}\t{c.title}\t{c.words}" for c in clauses)])

    assert criteria.canonical(session, version) == before
    assert criteria.content_digest(session, version) == sha256(before.encode()).hexdigest()


def test_limits_further_lines_and_the_checklist_are_part_of_what_is_hashed(session):
    long = ClauseText("第6条", "晒し\t住所", "一行目\n二行目\tの続き")
    version = publish(session, make.make_service(session), [LIMITED, long], DAY1, checklist={"plain": "読み合わせた"})

    lines = criteria.canonical(session, version).split("\n")

    assert lines[1:4] == [
        "第5条\tなりすまし\t他人になりすます投稿\torigin=notice\tmeasure=hide",
        "第6条\t晒し 住所\t一行目",
        "\t\t二行目 の続き",
    ]
    assert lines[4].startswith("\tchecklist=")
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    "change",
    [
        "update clause set origins = '[]'",
        "update clause set measures = '[\"remove\"]'",
        "update criteriaversion set checklist = '{}'",
        'update criteriaversion set checklist = \'{"plain": "other"}\'',
    ],
)
def test_what_is_changed_behind_the_journals_back_is_named(database, change):
    with database.writing() as session:
        publish(session, make.make_service(session), [LIMITED], DAY1, checklist={"plain": "読み合わせた"})
    with database.writer.begin() as connection:
        for trigger in ("clause_fixed", "criteriaversion_fixed"):
            connection.execute(text(f"drop trigger {trigger}"))
        connection.execute(text(change))

    with database.checking() as session:
        assert [found.table for found in verify(session)] == ["criteriaversion"]


def test_clauses_stand_in_the_order_of_their_numerals(session):
    rows = [ClauseText(number, "題", "文") for number in ("第10条", "第2条", "第2条3項")]
    version = publish(session, make.make_service(session), rows, DAY1)

    assert [c.number for c in criteria.clauses_of(session, version)] == ["第2条", "第2条3項", "第10条"]


def test_a_difference_names_each_clause_and_marks_the_words_inside_it():
    changed = ClauseText("第4条", "名誉毀損", "社会的な評価を下げる投稿")

    found = criteria.differences([changed, LIMITED], [OLD, ClauseText("第9条", "古い", "もうない")])

    assert [c.kind for c in found] == [ChangeKind.CHANGED, ChangeKind.NEW, ChangeKind.GONE]
    assert found[0].words == [(Piece.SAME, "社会的"), (Piece.ADDED, "な"), (Piece.SAME, "評価を下げる投稿")]
    assert not found[0].covers_otherwise
    assert criteria.differences([OLD], [OLD]) == []
    assert criteria.differences([LIMITED], [ClauseText("第5条", LIMITED.title, LIMITED.words)])[0].covers_otherwise


@pytest.mark.parametrize(
    ("before", "now", "runs"),
    [
        ("14日前", "7日前", [("cut", "14"), ("added", "7"), ("same", "日前")]),
        (
            "評価を下げる投稿",
            "評価を低下させる投稿",
            [
                ("same", "評価を"),
                ("cut", "下げ"),
                ("added", "低下させ"),
                ("same", "る投稿"),
            ],
        ),
        ("", "新しい", [("added", "新しい")]),
        ("同じ", "同じ", [("same", "同じ")]),
    ],
)
def test_words_are_marked_in_reading_order_and_give_both_texts_back(before, now, runs):
    found = marked(before, now)

    assert found == runs
    assert "".join(words for kind, words in found if kind != Piece.ADDED) == before
    assert "".join(words for kind, words in found if kind != Piece.CUT) == now


def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(on_each_engine):
    with on_each_engine.writing() as session:
        service, staff = make.make_service(session).id, make.make_staff(session).id
    gate = Barrier(2)

    def save(title: str) -> str:
        gate.wait()
        try:
            with on_each_engine.writing() as session:
                draft = Draft(title, [OLD])
                owner = session.get_one(Service, service)
                criteria.save(session, owner, draft, seen=0, by=staff, at=make.instant(DAY1))
        except Conflict as no:
            return no.about
        return title

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(save, ["甲", "乙"]))

    with on_each_engine.reading() as session:
        [draft] = session.exec(select(CriteriaDraft)).all()
        assert sorted(ended) == sorted([draft.title, "draft"])
        assert draft.version == 1


def test_of_two_who_publish_a_draft_at_once_one_version_is_made(on_each_engine):
    with on_each_engine.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        criteria.save(session, service, Draft("基準", [OLD]), seen=0, by=staff.id, at=make.instant(DAY1))
        service, staff = service.id, staff.id
    gate = Barrier(2)

    def publish_it(_n: int) -> bool:
        gate.wait()
        try:
            with on_each_engine.writing() as session:
                owner = session.get_one(Service, service)
                criteria.publish_draft(session, owner, seen=1, by=staff, at=make.instant(DAY1))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish_it, range(2))) == [False, True]

    with on_each_engine.reading() as session:
        assert len(session.exec(select(CriteriaVersion)).all()) == 1
        assert session.exec(select(CriteriaDraft)).all() == []
        assert list(verify(session)) == []


def test_an_unfinished_draft_says_what_is_missing(session):
    service, staff = make.make_service(session), make.make_staff(session)
    bare = Draft("基準", [ClauseText("第1条", "", "")])
    criteria.save(session, service, bare, seen=0, by=staff.id, at=make.instant(DAY1))

    with pytest.raises(NotAllowed) as no:
        criteria.publish_draft(session, service, seen=1, by=staff.id, at=make.instant(DAY1))

    assert no.value.about == "clauses"


def emergency(session, service, staff, at: str):
    """A measure of emergency on one item, carried out."""
    notice = make.make_notice(session, service, at, items=1)
    taken = Judgement(True, "緊急のため。", MeasureKind.REMOVE, Basis.EMERGENCY, facts="新種の被害")
    make.decide(session, notice, taken, staff, at)
    ids = [item.id for item in decisions.items_of(session, notice)]
    ordered = [m.id for m in decisions.standing_measures(session, ids)]
    measures.execute(session, notice, ordered, executed_at=make.instant(at), by=staff.id, at=make.instant(at))
    return notice


def test_emergencies_of_a_period_are_listed_with_what_the_criteria_then_made_clear(session):
    service, staff = make.make_service(session), make.make_staff(session)
    publish(session, service, [OLD], "2026-01-05T09:00+09:00")
    answered = emergency(session, service, staff, DAY1)
    open_one = emergency(session, service, staff, DAY2)
    version = publish(session, service, [OLD, LIMITED], DAY3)
    criteria.changed(session, answered, version, by=staff.id, at=make.instant(DAY3))

    first, second = criteria.emergencies(session, service, date(2026, 4, 1), date(2027, 3, 31))

    assert (first.notice.number, first.version.version) == (answered.number, 2)
    assert [change.clause for change in first.changes] == [LIMITED]
    assert first.changed_at == make.instant(DAY3)
    assert (second.notice.number, second.version, list(second.changes)) == (open_one.number, None, [])
    assert len(criteria.emergencies(session, service, date(2026, 4, 28), date(2026, 4, 28))) == 1
    assert criteria.emergencies(session, service, date(2026, 4, 30), date(2026, 5, 30)) == []


# --- the order of versions is that of their publication, not of their entry ----------------------------------------


def enter(session, service, published: str, at: str) -> CriteriaVersion:
    return make.make_criteria(session, service, published=published, at=at)


def test_a_version_entered_last_but_published_before_takes_its_place_in_time(session):
    service = make.make_service(session)
    publish(session, service, [OLD], "2025-12-01T09:00+09:00")
    used = publish(session, service, [OLD], "2026-01-05T09:00+09:00")
    older = enter(session, service, "2025-12-20T09:00+09:00", DAY1)

    now = make.instant(DAY2)
    assert older.version == 3
    assert [v.version for v in criteria.versions(session, service.id)] == [2, 3, 1]
    assert criteria.current(session, service.id, now).id == used.id
    assert criteria.refusal(session, service.id, make.first_clause(session, used), now) is None
    says = criteria.refusal(session, service.id, make.first_clause(session, older), now)
    assert "第2版に置き換えられています" in says
    then = make.instant("2026-01-10T00:00+09:00")
    assert criteria.current(session, service.id, then).id == older.id


def test_a_measure_is_judged_by_the_versions_that_were_known_on_its_day(session):
    service, staff = make.make_service(session), make.make_staff(session)
    used = publish(session, service, [OLD], "2026-01-05T09:00+09:00")
    notice = make.make_notice(session, service, "2026-04-20T10:00+09:00", items=1)
    make.decide(session, notice, make.remove(make.first_clause(session, used)), staff, DAY1)
    enter(session, service, "2026-03-01T09:00+09:00", DAY2)  # usable since 16 March, and unknown here until 29 April
    measure = session.exec(select(Measure)).one()

    with pytest.raises(NotAllowed, match="第2版に置き換えられています"):
        measures.execute(
            session, notice, [measure.id], executed_at=make.instant(DAY3), by=staff.id, at=make.instant(DAY3)
        )
    measures.execute(session, notice, [measure.id], executed_at=make.instant(DAY1), by=staff.id, at=make.instant(DAY3))

    assert measure.breach == ""
    assert list(verify(session)) == []


# --- what was done under a clause that could not carry it ----------------------------------------------------------


@pytest.fixture
def day_14(session):
    """Criteria published on 28 April, a notice, and 12 May: the last of the 14 days."""
    service, staff = make.make_service(session), make.make_staff(session)
    version = publish(session, service, [OLD], DAY1)
    return make.make_notice(session, service, DAY2, items=1), make.first_clause(session, version), staff


def tell(session, scene, at: str, executed: str, reason: str = "使える日を1日早く数えた。"):
    notice, clause, staff = scene
    items = [(item.id, 0) for item in decisions.items_of(session, notice)]
    return measures.decide_done(
        session, notice, items, make.remove(clause), executed_at=make.instant(executed), by=staff.id,
        at=make.instant(at), breach_reason=reason,
    )  # fmt: skip


def test_a_measure_of_day_14_is_told_on_day_14_as_a_breach_with_its_reason_and_never_without(session, day_14):
    notice, clause, staff = day_14
    with pytest.raises(NotAllowed, match="中14日"):
        make.decide(session, notice, make.remove(clause), staff, "2026-05-12T15:00+09:00")
    with session.begin_nested() as step:
        with pytest.raises(NotAllowed, match="違反として") as no:
            tell(session, day_14, "2026-05-12T15:00+09:00", "2026-05-12T14:00+09:00", reason=" ")
        step.rollback()
    assert no.value.about == "breach"

    tell(session, day_14, "2026-05-12T15:00+09:00", "2026-05-12T14:00+09:00")

    measure = session.exec(select(Measure)).one()
    assert (measure.executed_at, measure.breach) == (make.instant("2026-05-12T14:00+09:00"), "法26条1項")
    assert list(verify(session)) == []


def test_what_was_carried_out_on_day_15_is_no_breach(session, day_14):
    tell(session, day_14, "2026-05-13T10:00+09:00", "2026-05-13T00:00+09:00", reason="")
    assert session.exec(select(Measure)).one().breach == ""


def test_what_was_done_before_a_second_person_could_look_is_told_as_it_was(session, day_14):
    session.info["office"] = replace(session.info["office"], before=frozenset({"suspension"}))
    notice, clause, staff = day_14
    items = [(item.id, 0) for item in decisions.items_of(session, notice)]
    judged = replace(make.remove(clause), kind=MeasureKind.SUSPEND)
    moments = {"executed_at": make.instant("2026-05-12T14:00+09:00"), "at": make.instant("2026-05-12T15:00+09:00")}
    measures.decide_done(session, notice, items, judged, by=staff.id, breach_reason="誤った。", **moments)
    assert session.exec(select(Measure)).one().executed_at == moments["executed_at"]
    assert list(verify(session)) == []
