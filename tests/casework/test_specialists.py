"""侵害情報調査専門員 (法24条, 規則14条・15条): the register, its filing, what is given to whom, what they say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tracker.casework import Conflict, NotAllowed, decisions, journal, replies, specialists, worklist
from tracker.casework.register import register_of, standing_register
from tracker.casework.specialists import Words
from tracker.casework.verify import verify
from tracker.casework.worklist import Search
from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround, Force
from tracker.models import Case, CaseKind, Clock, Role, Service, Specialist, SpecialistTask, Staff

NOW = make.instant("2026-04-28T10:00+09:00")
LATER = make.instant("2026-05-11T10:00+09:00")
WHO = Words("榊原 千尋", "1979-11-03", "宵待法律事務所", "名誉毀損の事件を十年扱ってきたため。", "弁護士")
OTHER = Words("八重樫 環", "1984-02-29", "法務部", "人権相談の窓口に八年いたため。")


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def lead(session):
    return make.make_staff(session)


def clocks(session, service) -> list[Clock]:
    case = standing_register(session, service)
    return list(session.exec(select(Clock).where(Clock.case_id == case.id).order_by(Clock.started_at)))


def sound(session) -> bool:
    return list(verify(session)) == []


def appoint(session, service, lead, words=WHO, day="2026-04-20", staff=None):
    return specialists.appoint(session, service, words, staff, day=date.fromisoformat(day), by=lead.id, at=NOW)


def test_a_service_has_one_register_opened_on_first_need_and_closed_while_nothing_is_due(session, service):
    assert standing_register(session, service) is None
    first = register_of(session, service, NOW)
    assert register_of(session, service, LATER).id == first.id
    assert (first.kind, first.closed_at) == (CaseKind.REGISTER, NOW)
    assert sound(session)


def test_an_appointment_starts_the_filing_on_its_true_day_as_a_duty_without_a_number_in_law(session, service, lead):
    appoint(session, service, lead)
    (clock,) = clocks(session, service)
    assert (clock.rule, clock.force, clock.due_at) == ("specialist_filing", Force.DUTY, None)
    assert clock.started_at == make.instant("2026-04-20T00:00+09:00")
    assert clock.target_at == make.instant("2026-05-04T00:00+09:00")
    assert sound(session)


def test_an_appointment_before_the_registration_of_the_service_is_filed_voluntarily(session, lead):
    young = make.make_service(session, "ひざし通り", "hizashi", "HZ", registered_on=None)
    appoint(session, young, lead)
    assert clocks(session, young)[0].force is Force.VOLUNTARY


def test_what_was_filed_stops_the_clock_and_says_the_number_after_the_change(session, service, lead):
    appoint(session, service, lead)
    appoint(session, service, lead, OTHER, "2026-04-21")
    (clock,) = clocks(session, service)  # one filing is due, for both
    day = date(2026, 4, 24)
    event = specialists.file_entries(session, service, day=day, reference="到達番号 20260424-7", by=lead.id, at=NOW)
    assert event.data["said"]["number"] == 2
    assert clock.stopped_at == make.instant("2026-04-24T00:00+09:00")
    found = specialists.roster_of(session, service, at=NOW)
    assert (found.unfiled, [f.reference for f in found.filings]) == ([], ["到達番号 20260424-7"])
    with pytest.raises(NotAllowed, match="届け出ていない"):
        specialists.file_entries(session, service, day=day, reference="x", by=lead.id, at=NOW)
    assert standing_register(session, service).closed_at is not None
    assert sound(session)


def test_a_filing_covers_what_had_happened_by_its_day_and_what_came_after_stays_unfiled(session, service, lead):
    appoint(session, service, lead, day="2026-04-20")
    appoint(session, service, lead, OTHER, "2026-04-25")
    specialists.file_entries(session, service, day=date(2026, 4, 22), reference="控え", by=lead.id, at=NOW)
    assert [one.name for one in specialists.roster_of(session, service, at=NOW).unfiled] == ["八重樫 環"]
    (done, running) = clocks(session, service)
    assert done.stopped_at == make.instant("2026-04-22T00:00+09:00")
    assert (running.stopped_at, running.started_at) == (None, make.instant("2026-04-25T00:00+09:00"))
    assert sound(session)


def test_a_departure_changes_the_number_and_is_filed_like_a_change(session, service, lead):
    first = appoint(session, service, lead)
    appoint(session, service, lead, OTHER)
    specialists.file_entries(session, service, day=date(2026, 4, 21), reference="控え", by=lead.id, at=NOW)
    specialists.leave(session, service, first.id, day=date(2026, 4, 24), by=lead.id, at=NOW)
    running = [clock for clock in clocks(session, service) if clock.stopped_at is None]
    assert [(c.rule, c.force, c.started_at) for c in running] == [
        ("specialist_filing", Force.DUTY, make.instant("2026-04-24T00:00+09:00"))
    ]
    filed = specialists.file_entries(session, service, day=date(2026, 4, 25), reference="控え2", by=lead.id, at=NOW)
    assert filed.data["said"]["number"] == 1
    assert sound(session)


def test_a_filing_recorded_late_says_the_number_of_its_own_day_and_not_of_today(session, service, lead):
    first = appoint(session, service, lead, day="2026-04-20")
    appoint(session, service, lead, OTHER, day="2026-04-24")
    specialists.leave(session, service, first.id, day=date(2026, 4, 27), by=lead.id, at=NOW)
    filed = {"reference": "控え", "by": lead.id, "at": NOW}
    numbers = [
        specialists.file_entries(session, service, day=date(2026, 4, day), **filed).data["said"]["number"]
        for day in (22, 26, 28)
    ]
    assert numbers == [1, 2, 1]
    assert sound(session)


def test_a_change_is_a_new_entry_and_is_filed_again(session, service, lead):
    first = appoint(session, service, lead)
    specialists.file_entries(session, service, day=date(2026, 4, 21), reference="控え", by=lead.id, at=NOW)
    moved = Words(**(vars(WHO) | {"affiliation": "つむぎ法律事務所"}))
    second = specialists.change(session, service, first.id, moved, None, day=date(2026, 4, 27), by=lead.id, at=NOW)
    assert (second.person, second.version) == (first.person, 2)
    (one,) = specialists.roster_of(session, service, at=NOW).standing
    assert (one.words.affiliation, one.appointed_on) == ("つむぎ法律事務所", date(2026, 4, 20))
    assert [c.stopped_at is None for c in clocks(session, service)] == [False, True]
    with pytest.raises(Conflict):
        specialists.change(session, service, first.id, OTHER, None, day=date(2026, 4, 27), by=lead.id, at=NOW)
    assert sound(session)


def test_a_service_without_a_specialist_is_named_until_one_is_there_and_again_when_the_last_left(
    session, service, lead
):
    make.make_service(session, "ひざし通り", "hizashi", "HZ", registered_on=None)
    make.make_service(session, "小さな掲示板", "chiisana", "CK", registered_on=None, designated_on=None)

    def named():
        return [(lack.service.slug, lack.number, lack.bound) for lack in specialists.lacking(session, at=NOW)]

    assert named() == [("tsumugi", 0, True), ("hizashi", 0, False)]
    entry = appoint(session, service, lead)
    assert named() == [("hizashi", 0, False)]
    specialists.leave(session, service, entry.id, day=date(2026, 4, 27), by=lead.id, at=NOW)
    assert named() == [("tsumugi", 0, True), ("hizashi", 0, False)]
    assert [one.kind for one in specialists.roster_of(session, service, at=NOW).unfiled] == ["left", "appointed"]
    with pytest.raises(Conflict):
        specialists.leave(session, service, entry.id, day=date(2026, 4, 27), by=lead.id, at=NOW)
    assert sound(session)


@pytest.mark.parametrize(
    ("words", "day", "about"),
    [
        ({"name": " "}, "2026-04-20", "name"),
        ({"affiliation": ""}, "2026-04-20", "affiliation"),
        ({"reason": ""}, "2026-04-20", "reason"),
        ({"born": "1979-02-30"}, "2026-04-20", "born"),
        ({"born": "2026-04-28"}, "2026-04-20", "born"),
        ({}, "2026-04-29", "day"),
    ],
)
def test_what_the_filing_would_lack_is_refused_at_its_field(session, service, lead, words, day, about):
    with pytest.raises(NotAllowed) as no:
        appoint(session, service, lead, Words(**(vars(WHO) | words)), day)
    assert no.value.about == about


def test_one_person_and_one_account_stand_in_a_register_once(session, service, lead):
    expert = make.make_staff(session, role=Role.SPECIALIST)
    appoint(session, service, lead, staff=expert.id)
    with pytest.raises(NotAllowed, match="すでに登録"):
        appoint(session, service, lead)
    with pytest.raises(NotAllowed, match="結び付いて"):
        appoint(session, service, lead, OTHER, staff=expert.id)
    other = make.make_service(session, "ひざし通り", "hizashi", "HZ")
    assert appoint(session, other, lead, staff=expert.id)


def test_a_name_stands_in_no_row_in_the_clear(session, service, lead):
    appoint(session, service, lead)
    session.flush()
    for table in ("event", "specialist", '"case"', "clock"):
        for row in session.connection().execute(text(f"select * from {table}")):
            assert not any("榊原" in str(value) or "1979" in str(value) for value in row)


def interim(session, notice, nos=()):
    items = [i.id for i in decisions.items_of(session, notice) if not nos or i.no in nos]
    return replies.interim_draft(session, notice, items, DeferralGround.SPECIALIST, "")


def test_an_interim_reply_on_the_second_ground_needs_a_standing_task_for_each_of_its_items(session, service, lead):
    notice = make.make_notice(session, service)
    with pytest.raises(NotAllowed, match="法25条2項2号"):
        interim(session, notice)
    make.give_to_specialist(session, notice, lead, NOW, (1,))
    with pytest.raises(NotAllowed, match="法25条2項2号"):
        interim(session, notice)
    assert "専門員" in interim(session, notice, (1,)).body
    entry = specialists.standing_for(session, service.id)[0].entry
    specialists.leave(session, service, entry.id, day=date(2026, 4, 28), by=lead.id, at=NOW)
    with pytest.raises(NotAllowed, match="法25条2項2号"):
        interim(session, notice, (1,))


def give(session, notice, lead, **changes):
    values = {
        "seen": specialists.standing_for(session, session.get_one(Case, notice.case_id).service_id)[0].entry.id,
        "items": [i.id for i in decisions.items_of(session, notice)],
        "conflict": False,
        "note": "本人に聞いた。",
    }
    values |= changes
    return specialists.assign(
        session, notice, values["seen"], values["items"], conflict=values["conflict"], note=values["note"],
        by=lead.id, at=NOW,
    )  # fmt: skip


def test_a_specialist_with_an_interest_in_the_case_is_not_given_it_and_nobody_without_being_asked(
    session, service, lead
):
    notice = make.make_notice(session, service)
    appoint(session, service, lead)
    for changes, about in (
        ({"conflict": True}, "conflict"),
        ({"conflict": None}, "conflict"),
        ({"note": " "}, "conflict_note"),
        ({"items": []}, "given"),
        ({"seen": None}, "specialist"),
    ):
        with pytest.raises(NotAllowed) as no:
            give(session, notice, lead, **changes)
        assert no.value.about == about
    assert session.exec(select(SpecialistTask)).all() == []
    give(session, notice, lead)
    with pytest.raises(Conflict):
        give(session, notice, lead)
    assert sound(session)


def test_a_specialist_of_another_service_is_not_given_the_case(session, service, lead):
    other = make.make_service(session, "ひざし通り", "hizashi", "HZ")
    theirs = appoint(session, other, lead)
    notice = make.make_notice(session, service)
    appoint(session, service, lead, OTHER)
    with pytest.raises(NotAllowed, match="このサービスの専門員"):
        give(session, notice, lead, seen=theirs.id)


def test_an_opinion_is_on_file_and_the_task_ends_with_the_last_of_its_items(session, service, lead):
    expert = make.make_staff(session, role=Role.SPECIALIST)
    stranger = make.make_staff(session, role=Role.SPECIALIST)
    appoint(session, service, lead, staff=expert.id)
    notice = make.make_notice(session, service)
    row = give(session, notice, lead)
    one, two = (i.id for i in decisions.items_of(session, notice))

    def mine(who):
        return worklist.count(session, Search(view="given", assigned=who.id), at=NOW)

    assert (mine(expert), mine(stranger), mine(lead)) == (1, 0, 0)
    with pytest.raises(NotAllowed, match="ほかの専門員"):
        specialists.opine(session, notice, row.id, [one], "事実。", by=stranger.id, at=NOW)
    with pytest.raises(NotAllowed, match="意見を書いて"):
        specialists.opine(session, notice, row.id, [one], " ", by=expert.id, at=NOW)
    specialists.opine(session, notice, row.id, [one], "公表された記録と違う。", by=expert.id, at=NOW)
    assert (row.opined_at, mine(expert)) == (None, 1)
    specialists.opine(session, notice, row.id, [two], "意見の範囲にとどまる。", by=lead.id, at=LATER)
    assert (row.opined_at, mine(expert)) == (LATER, 0)
    specialists.opine(session, notice, row.id, [two], "追って確かめた。", by=expert.id, at=LATER)
    (task,) = specialists.tasks_of(session, notice)
    assert [(o.nos, o.text) for o in task.opinions] == [
        ([1], "公表された記録と違う。"),
        ([2], "意見の範囲にとどまる。"),
        ([2], "追って確かめた。"),
    ]
    assert (task.open_nos, task.stands, task.note) == ([], True, "本人に聞いた。")
    case = session.get_one(Case, notice.case_id)
    facts = [e.fact for e in journal.history(session, case)]
    assert facts.count(Fact.SPECIALIST_OPINED) == 3
    assert sound(session)


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        ("specialist", "update specialist set since = '2026-01-01'"),
        ("specialist", "update specialist set version = 9"),
        ("specialist", "update specialist set left_on = '2026-04-21'"),
        ("specialist", "delete from specialist"),
        ("specialisttask", "update specialisttask set items = '[]'"),
        ("specialisttask", "update specialisttask set opined_at = given_at"),
        ("specialisttask", "delete from specialisttask"),
    ],
)
def test_the_proof_names_an_edited_entry_and_an_edited_task(database, table, edit):
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        entry = appoint(session, service, lead)
        task = give(session, make.make_notice(session, service), lead)
        wanted = str(entry.id if table == "specialist" else task.id)
    with database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("pragma defer_foreign_keys=on")
        for kind in ("fixed", "kept"):
            connection.exec_driver_sql(f"drop trigger {table}_{kind}")
        if edit == "delete from specialist":
            connection.exec_driver_sql("drop trigger specialisttask_kept")
            connection.exec_driver_sql("delete from specialisttask")
        connection.exec_driver_sql(edit)
    with database.reading() as session:
        assert wanted in {finding.row for finding in verify(session)}


def test_words_that_were_moved_from_another_entry_do_not_open(database):
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        first, second = appoint(session, service, lead), appoint(session, service, lead, OTHER)
    with database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("drop trigger specialist_fixed")
        session.get_one(Specialist, first.id).words_sealed = session.get_one(Specialist, second.id).words_sealed
    with database.reading() as session:
        assert any("does not open" in finding.says for finding in verify(session))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request, tmp_path):
    """A migrated database on each engine, with a service and a lead."""
    with migrated_database(request.param, tmp_path) as url:
        database = open_database(make_settings(tmp_path, database=url))
        with database.writing() as session:
            ids = make.make_service(session).id, make.make_staff(session).id
        yield database, *ids
        database.dispose()


def both(either, words) -> list[object]:
    """What two leads get who appoint at the same moment: an entry, or the refusal."""
    database, service, lead = either
    gate = Barrier(2)

    def one(said):
        gate.wait()
        try:
            with database.writing() as session:
                entry = appoint(session, session.get_one(Service, service), session.get_one(Staff, lead), said)
                return entry.version
        except NotAllowed as no:
            return no.about

    with ThreadPoolExecutor(2) as pool:
        return sorted(map(str, pool.map(one, words)))


def test_two_people_appointed_at_once_stand_in_one_register_with_one_filing_due(either):
    assert both(either, (WHO, OTHER)) == ["1", "1"]
    database, service, _lead = either
    with database.reading() as session:
        assert len(session.exec(select(Case).where(Case.kind == CaseKind.REGISTER)).all()) == 1
        assert len(specialists.standing_for(session, service)) == 2
        assert len(session.exec(select(Clock)).all()) == 1
        assert sound(session)


def test_the_same_person_appointed_twice_at_once_is_entered_once(either):
    assert both(either, (WHO, WHO)) == ["1", "name"]
    database, service, _lead = either
    with database.reading() as session:
        assert len(specialists.standing_for(session, service)) == 1
        assert sound(session)
