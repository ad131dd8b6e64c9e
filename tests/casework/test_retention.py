"""保存期間の表 and the checklist of safety: versions by their day, months counted from the record, what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests import make
from tests.vectors import VECTORS
from tracker.casework import Conflict, NotAllowed, journal, retention, safety
from tracker.casework.register import standing_register
from tracker.casework.retention import Line, Stand
from tracker.casework.safety import Finding
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.logs import LOG_RULES, LogKind, Provider
from tracker.law.period import JST, boundary
from tracker.law.safety import MEASURES
from tracker.models import SafetyCheck

AT = make.instant("2026-11-22T10:00:00+09:00")
DAY = date(2026, 11, 22)
LOGIN = Line(LogKind.LOGIN, Provider.CP, "ログインの記録", ("2-9", "2-13"), "誹謗中傷などへの対応", 3)
ACCESS = Line(LogKind.ACCESS, Provider.AP, "接続認証ログ", ("2-5",), "利用状況の問合せへの対応", 6)
OTHER = Line(LogKind.OTHER, Provider.CP, "不正利用の記録", (), "不正利用の防止", None)


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def lead(session):
    return make.make_staff(session)


def publish(session, service, lead, *lines, seen=0, day=DAY, note="", at=AT):
    return retention.publish(session, service, lines, in_force=day, note=note, seen=seen, by=lead.id, at=at)


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if v["clock"] == "log_retention_months"], ids=lambda vector: vector["id"]
)
def test_a_log_is_kept_through_the_day_of_the_worked_example(session, service, lead, vector):
    recorded = date.fromisoformat(vector["input"]["recorded_on"])
    months = vector["input"]["months"]
    publish(session, service, lead, replace(LOGIN, months=months), day=recorded)

    [(_line, last)] = retention.standard_ends(session, service.id, recorded)

    assert last.isoformat() == vector["expected"]["keep_through"]
    erase_from = boundary(retention.steps(recorded, months)).astimezone(JST)
    assert erase_from.isoformat() == vector["expected"]["erase_from"]


def test_five_of_the_worked_examples_of_logs_count_months():
    kept = {v["id"] for v in VECTORS if v["clock"] == "log_retention_months"}

    assert kept == {"V058", "V059", "V060", "V061", "V062"}  # V063 to V065 are days of a paper


def test_the_version_in_force_on_the_day_of_the_record_says_for_how_long_it_is_kept(session, service, lead):
    publish(session, service, lead, LOGIN, day=date(2026, 10, 1))
    longer = replace(LOGIN, months=6)
    publish(session, service, lead, longer, seen=1, day=date(2027, 1, 1), note="開示請求に間に合わないため。")

    assert retention.table_on(session, service.id, date(2026, 9, 30)) is None
    assert retention.table_on(session, service.id, date(2026, 12, 31)).table.version == 1
    assert retention.table_on(session, service.id, date(2027, 1, 1)).lines == (longer,)
    [(_l, before)] = retention.standard_ends(session, service.id, date(2026, 12, 31))
    [(_l, after)] = retention.standard_ends(session, service.id, date(2027, 1, 1))
    assert (before, after) == (date(2027, 3, 31), date(2027, 7, 1))
    [(_l, older)] = retention.standard_ends(session, service.id, date(2026, 9, 1))
    assert older == date(2026, 12, 1)  # older than the first version: the first one speaks
    found = retention.history(session, service.id)
    assert [one.table.version for one in found] == [2, 1]
    assert [one.table.version for one in retention.coming(found, DAY)] == [2]


def test_without_a_table_there_is_no_standard_end_and_without_a_period_no_day(session, service, lead):
    assert retention.standard_ends(session, service.id, DAY) == []
    publish(session, service, lead, OTHER)
    assert retention.standard_ends(session, service.id, DAY) == [(OTHER, None)]


@pytest.mark.parametrize(
    ("line", "months", "expected"),
    [
        (LOGIN, 2, Stand.SHORTER),
        (LOGIN, 3, Stand.WITHIN),
        (LOGIN, 6, Stand.WITHIN),
        (LOGIN, 7, Stand.NEED),  # longer for CP too, if the business needs it
        (LOGIN, None, Stand.OPEN),
        (ACCESS, 6, Stand.WITHIN),
        (ACCESS, 12, Stand.NEED),
        (ACCESS, 13, Stand.BEYOND),
        (OTHER, 36, Stand.UNSAID),
    ],
)
def test_each_period_stands_to_what_the_commentary_says(line, months, expected):
    assert retention.stand(replace(line, months=months)) is expected


def test_shorter_than_is_desirable_is_allowed_and_longer_wants_a_need_of_the_business(session, service, lead):
    publish(session, service, lead, replace(LOGIN, months=1), replace(ACCESS, months=1))
    for line in (replace(LOGIN, months=7), replace(ACCESS, months=12)):
        with pytest.raises(NotAllowed, match="業務上の必要") as refused:
            publish(session, service, lead, line, seen=1, note="長くする。")
        assert refused.value.about == "line-0-reason"
    needed = replace(ACCESS, months=12, reason="年間を通じて回線の状況を把握するため。")
    assert publish(session, service, lead, needed, seen=1, note="長くする。").version == 2


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"name": ""}, "name"),
        ({"provider": Provider.AP}, "provider"),
        ({"classes": ("2-5",)}, "classes"),  # an address of a post is no login
        ({"classes": ()}, "classes"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "", "months": None}, "purpose"),
        ({"months": 0}, "months"),
        ({"months": 121}, "months"),
    ],
)
def test_a_line_that_says_too_little_is_refused_at_its_field(session, service, lead, changed, about):
    with pytest.raises(NotAllowed) as refused:
        publish(session, service, lead, OTHER, replace(LOGIN, **changed))

    assert refused.value.about == f"line-1-{about}"
    assert retention.history(session, service.id) == []


def test_a_version_is_refused_when_it_is_empty_twice_the_same_unchanged_or_older(session, service, lead):
    def refused(*lines, **more):
        with pytest.raises(NotAllowed) as found:
            publish(session, service, lead, *lines, **more)
        return found.value

    assert refused().about == "lines"
    assert refused(LOGIN, replace(LOGIN, months=6)).about == "line-1-name"
    publish(session, service, lead, LOGIN)
    assert refused(OTHER, seen=1).about == "note"
    assert refused(LOGIN, seen=1, note="なし").about == "lines"
    assert refused(OTHER, seen=1, note="足す。", day=date(2026, 11, 21)).about == "in_force"
    assert isinstance(refused(OTHER, seen=0, note="足す。"), Conflict)


def test_what_a_version_changes_is_told_line_by_line():
    renamed = replace(LOGIN, name="サインインの記録", months=6)

    found = retention.changes([LOGIN, ACCESS], [renamed, OTHER])

    assert [(one.kind, one.line.name, one.fields) for one in found] == [
        ("changed", "サインインの記録", ("name", "months")),
        ("new", "不正利用の記録", ()),
        ("gone", "接続認証ログ", ()),
    ]
    assert retention.changes([LOGIN], [LOGIN]) == []


def test_a_version_cannot_be_edited_behind_our_back(database):
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        publish(session, service, lead, LOGIN)
        safety.check(session, service, {"policy": Finding(True)}, by=lead.id, at=AT)
    for statement in (
        "UPDATE retentiontable SET note = 'x'",
        "UPDATE retentionline SET months = 99",
        "DELETE FROM retentionline",
        "UPDATE safetycheck SET note = 'x'",
    ):
        with pytest.raises(DatabaseError), database.writing() as session:
            session.execute(text(statement))


def test_what_was_published_and_checked_is_in_the_register_and_an_edited_row_is_named(database):
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        publish(session, service, lead, LOGIN, note="はじめの版")
        safety.check(session, service, {"policy": Finding(True), "erasure": Finding(False, "まだ")}, by=lead.id, at=AT)
        register = standing_register(session, service)
        told = [(event.fact, event.data["said"]) for event in journal.history(session, register)]
    assert [fact for fact, _said in told] == [Fact.RETENTION_PUBLISHED, Fact.SAFETY_CHECKED]
    assert (told[0][1]["version"], told[0][1]["in_force"]) == (1, "2026-11-22")
    assert [(one["measure"], one["done"]) for one in told[1][1]["checks"]] == [("policy", True), ("erasure", False)]
    assert "まだ" not in str(told)
    assert found_in(database) == []

    for table, change in (("retentionline", "months = 99"), ("safetycheck", "done = true")):
        tamper(database, table, change)
    assert {(one.table, one.says) for one in found_in(database)} == {
        ("retentiontable", "is not the version that was published"),
        ("safetycheck", "is not what was recorded as found"),
    }
    tamper(database, "safetycheck")
    assert ("safetycheck", "the row is missing") in {(one.table, one.says) for one in found_in(database)}


def test_a_check_of_a_service_without_a_register_was_never_recorded(database):
    with database.writing() as session:
        service, lead = make.make_service(session), make.make_staff(session)
        row = SafetyCheck(
            service_id=service.id, measure="policy", done=True, note="", checked_at=AT, checked_by=lead.id
        )
        session.add(row)
    assert [(one.case, one.table, one.says) for one in found_in(database)] == [
        (None, "safetycheck", "was never recorded")
    ]


def found_in(database):
    """What the verifier names."""
    with database.checking() as session:
        return list(verify(session))


def tamper(database, table, change=""):
    """Edit the rows of a table behind the journal's back, or take them all."""
    with database.writer.begin() as connection:
        for trigger in ("fixed", "kept"):
            connection.execute(text(f"drop trigger if exists {table}_{trigger}"))
        connection.execute(text(f"update {table} set {change}" if change else f"delete from {table}"))


def test_the_rules_name_only_classes_and_every_kind_can_be_published(session, service, lead):
    lines = [
        Line(kind, provider, rule.label, (*rule.classes, *rule.communications), "誹謗中傷などへの対応", 6)
        for kind, rule in LOG_RULES.items()
        for provider in sorted(rule.providers)
    ]
    assert len(publish(session, service, lead, *lines).note) == 0
    assert retention.history(session, service.id)[0].lines == tuple(lines)


def test_a_check_of_safety_is_appended_and_what_is_lacking_has_to_be_said(session, service, lead):
    safety.check(
        session, service, {"policy": Finding(True), "erasure": Finding(False, "まだ試していない")}, by=lead.id, at=AT
    )
    later = make.instant("2026-12-22T10:00:00+09:00")
    safety.check(session, service, {"erasure": Finding(True, "演習で確かめた")}, by=lead.id, at=later)

    found = safety.checks(session, service.id)

    assert list(found) == list(MEASURES)
    assert [(one.check.done, one.check.note, one.who) for one in found["erasure"]] == [
        (True, "演習で確かめた", lead.name),
        (False, "まだ試していない", lead.name),
    ]
    assert found["rules"] == []
    for wrong, about in (
        ({"rules": Finding(False)}, "rules"),
        ({}, "measures"),
        ({"ghost": Finding(True)}, "measures"),
    ):
        with pytest.raises(NotAllowed) as refused:
            safety.check(session, service, wrong, by=lead.id, at=AT)
        assert refused.value.about == about


def test_the_checklist_has_the_headings_of_the_guideline_and_our_own():
    theirs = [one.key for one in MEASURES.values() if one.article]

    assert theirs == ["policy", "rules", "organisation", "people", "places", "technology", "contractors", "abroad"]
    assert {"roles", "each_read", "access_log", "encryption", "periods", "erasure"} == set(MEASURES) - set(theirs)
