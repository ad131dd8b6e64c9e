"""The main proof of the figures: a small year worked out by hand, built by Kigen, line for line."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from tests import make
from tests.report import small_year
from tracker.casework import criteria
from tracker.casework.criteria import ClauseText
from tracker.casework.verify import verify
from tracker.i18n import speaking
from tracker.law.grounds import Standing
from tracker.law.ledger import Family, Vocabulary
from tracker.law.publication import ITEMS
from tracker.models import Notice, Service, Staff
from tracker.report import checks, drill, entries
from tracker.report.build import build
from tracker.report.categories import categories
from tracker.report.content import Dim
from tracker.report.figures import FIGURES, TEXTS, all_lines, moderation, read
from tracker.report.years import year_of

ANSWERS = Path(__file__).with_name("small_year.csv")
AT = make.instant(small_year.CUT_OFF)
BRIDGE = {
    "open-start": 1,  # A
    "received": 11,
    "18-3-1": 2,
    "18-3-2": 3,
    "18-3-4": 1,
    "18-3-5": 1,
    "18-3-3": 2,  # F G
    "withdrawn": 1,  # E
    "open-end": 2,  # I O
}


@pytest.fixture
def report(year_session, year_service):
    return build(year_session, year_service, year_of(year_service, 2026), at=AT)


def test_every_item_has_a_figure_or_a_text_and_no_figure_is_of_another_rule():
    codes = {item.code for item in ITEMS}
    assert set(FIGURES) | set(TEXTS) == codes
    for code, figure in FIGURES.items():
        assert figure.__doc__ and figure.__doc__.startswith(f"{code} (")


def test_every_line_of_the_small_year_is_what_was_worked_out_by_hand(report):
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        wanted = {(r["item"], r["one"], r["two"], r["measure"]): int(r["value"]) for r in csv.DictReader(file)}
    found = {(x.code, x.one.label, x.two.label if x.two else "", x.measure): x.value for x in report.lines}
    assert found == wanted


def test_it_adds_up_nothing_is_missing_and_the_years_tie(report):
    assert (report.failed, report.missing) == ([], {})
    [bridge] = [table for table in report.tables if table.key == "bridge"]
    assert {code: n for code, _label, n in bridge.rows} == BRIDGE


def test_the_tables_beside_the_figures_say_what_the_rule_does_not_ask(report):
    tables = {table.key: {row[0]: row[2:] for row in table.rows} for table in report.tables}
    assert tables["beside"] == {"late": (1,), "mixed": (1,), "third": (4,), "voluntary": (0,)}
    assert tables["further-rights"]["honor"] == (5, 1)  # B names it beside its own
    assert tables["excuses"] == {"same_content": (1,), "other_just": (1,), "total": (2,)}
    assert tables["days"]["total"][:1] == (7,)  # A B C D H L M
    assert tables["requests"]["requests"] == (1, 1, 1, 1, 4)
    assert tables["after-interim"]["total"] == (3,)


def test_texts_carry_the_reasons_that_the_rule_asks_for(report):
    said = {(words.code, words.part.code if words.part else ""): words.words for words in report.texts}
    assert said["18-3-3", "other_just"] == "申出者が亡くなり、通知を受ける方がいなかったためです。"
    assert said["18-3-8", "honor"] == "画像の鑑定に時間を要したためです。"
    assert said["18-4-2", "remove"] == "その他の正当な理由。捜査の妨げになるため、通知しませんでした。"
    assert said["18-4-2", "hide"] == "同一の発信者に同様の理由で通知済み。"
    assert said["18-4-2", "suspend"] == "通知等の措置を講じなかったものはありません。"


def test_what_is_open_at_the_end_of_a_year_is_open_at_the_start_of_the_next(year_session, year_service):
    def bridge(year):
        report = build(year_session, year_service, year_of(year_service, year), at=AT)
        [table] = [table for table in report.tables if table.key == "bridge"]
        return report, {code: n for code, _label, n in table.rows}

    (before, first), (_report, second), (_after, third) = bridge(2025), bridge(2026), bridge(2027)
    assert before.partial and str(before.first) == "2025-07-29"
    assert before.value("18-2") == 2  # A and S; N came before the 届出
    assert (first["open-end"], second["open-end"]) == (second["open-start"], third["open-start"])
    assert third["received"] == 1  # P


def test_what_was_decided_after_the_cut_off_is_still_open_in_the_cohort(year_session, year_service):
    later = build(year_session, year_service, year_of(year_service, 2026), at=make.instant("2027-06-01T10:00+09:00"))
    assert (later.value("18-5-13"), later.value("18-5-14")) == (2, 2)  # a6 as well


def test_a_figure_leads_to_its_cases_and_to_no_other(year_session, year_service):
    year = year_of(year_service, 2026)
    numbers = {notice.case_id: notice.number for notice in year_session.exec(select(Notice))}

    def behind(code, one="total"):
        return {row.number for row in drill.cases(year_session, year_service, year, code, one)}

    report = build(year_session, year_service, year, at=AT)
    for code in ("18-2", "18-3-1", "18-3-2", "18-3-3", "18-3-4", "18-3-5", "18-3-6", "18-3-7", "18-3-8"):
        if code in FIGURES:
            assert len(behind(code)) == report.value(code)
    assert len(behind("18-2", "honor")) == 5
    assert len(behind("18-4-1", "remove")) == 4  # B K L S: seven posts
    assert behind("18-5-2", "not_taken") | behind("18-5-2", "taken") <= set(numbers.values())
    assert len(behind("18-5-2")) == 4  # J K N R
    assert len(behind("18-5-11")) == 1
    assert behind("18-5-3") == set()  # of the ledger no row is kept


def test_the_records_behind_it_verify(filed_year):
    with filed_year.checking() as session:
        assert list(verify(session)) == []


@pytest.mark.parametrize("code", sorted(FIGURES))
@pytest.mark.parametrize("off", [1, -1])
def test_a_part_that_is_counted_one_too_many_or_too_few_breaks_an_identity(year_session, year_service, code, off):
    source = read(year_session, year_service, year_of(year_service, 2026), at=AT)
    lines = all_lines(source)
    parts = [n for n, line in enumerate(lines) if line.code == code and (line.one.code != "total")]
    for n in parts or []:
        wrong = [*lines[:n], replace(lines[n], value=lines[n].value + off), *lines[n + 1 :]]
        found = checks.check(wrong, source)
        assert found and any(code in " ".join(one.rows) for one in found)


def test_what_a_check_names_is_called_as_its_own_item_calls_it_in_the_language_of_the_publication(
    year_session, year_service
):
    source = read(year_session, year_service, year_of(year_service, 2026), at=AT)
    other = Dim("taken", "ほかの項目での名前")
    lines = [replace(x, one=other) if x.code == "18-5-7" and x.one.code == "taken" else x for x in all_lines(source)]
    wrong = [
        replace(x, value=-1) if x.code in {"18-5-5", "18-2"} and x.two is None and x.one.code != "total" else x
        for x in lines
    ]
    with speaking("en"):
        found = checks.check(wrong, source)
    [rows] = [one.rows for one in found if one.check == "negative"]
    assert "18-5-5 講じた" in " ".join(rows) and not any("ほかの項目" in row for row in rows if "18-5-7" not in row)
    assert any(row.startswith("18-2 ") and row.endswith(" 投稿の数") for row in rows)


def test_an_unmapped_code_stops_the_build_and_is_named(year_session, year_service):
    source = read(year_session, year_service, year_of(year_service, 2026), at=AT)
    without = replace(source, names=replace(source.names, lines={}))
    found = checks.check(all_lines(without), without)
    assert any(one.check == "codes" and {"18-4-1", "18-5-2"} <= set(one.rows) for one in found)


def test_where_the_ledger_is_the_home_of_measures_no_case_of_ours_is_behind_their_figures(filed_year):
    with filed_year.writer.connect() as connection, Session(connection) as session:  # rolled back: others read it
        service = session.exec(select(Service)).one()
        session.info.update(filed_year.info)
        by = session.exec(select(Staff.id)).first()
        year = year_of(service, 2026)
        assert len(drill.cases(session, service, year, "18-4-1")) > 0
        entries.enter(session, service, 2026, entries.HOME, number=entries.LEDGER, seen=0, by=by, at=AT)
        assert drill.cases(session, service, year, "18-4-1") == drill.cases(session, service, year, "18-5-2") == []
        assert len(drill.cases(session, service, year, "18-2")) == 11
        lines = {(x.code, x.one.code): x.value for x in all_lines(read(session, service, year, at=AT)) if not x.two}
        # m1 m2 m6 m7 m12(5) m10 m11 m4 m5, and m9 from a 申出, which now has its home here
        assert (lines["18-4-1", "total"], lines["18-5-2", "taken"], lines["18-5-11", "total"]) == (14, 2, 3)


def test_of_a_first_year_that_began_within_a_month_only_what_came_since_is_counted(session):
    service = make.make_service(session, registered_on=date(2026, 9, 15))
    desk = small_year.Desk(session, service, make.make_staff(session), make.make_staff(session), None)
    for day in ("05", "16"):
        desk.notice(f"2026-09-{day}T10:00+09:00", standing=Standing.THIRD_PARTY)
        desk.notice(f"2026-09-{day}T11:00+09:00")
    report = build(session, service, year_of(service, 2026), at=AT)
    [beside] = [{row[0]: row[2] for row in table.rows} for table in report.tables if table.key == "beside"]
    assert (report.value("18-2"), beside["third"], beside["voluntary"]) == (1, 1, 0)


def test_a_clause_is_named_as_it_was_and_its_number_may_be_given_again(session):
    service = make.make_service(session)
    old = make.make_criteria(session, service)
    again = criteria.publish(
        session, service, title="新しい基準", clauses=[ClauseText("第4条1項", "なりすまし", "他人の名で投稿すること")],
        published_at=make.instant("2027-05-01T09:00+09:00"), actor="system", at=make.instant("2027-05-01T09:00+09:00"),
        proof="保存した公表ページ",
    )  # fmt: skip
    mapped = {(Vocabulary.REASON, "def"): "clause:第4条1項"}
    names = categories(session, service, mapped, until=make.instant("2027-04-01T00:00+09:00"))
    first, second = (names.ours(f"clause:{make.first_clause(session, one).id}") for one in (old, again))
    assert (first.label, second.label) == ("第4条1項 名誉毀損", "第4条1項 なりすまし") and first.code != second.code
    assert names.theirs(Vocabulary.REASON, "def") == first  # as it was called in that year


def test_a_kind_of_record_that_never_came_is_asked_about_until_somebody_says_that_there_were_none(session):
    service, staff = make.make_service(session), make.make_staff(session)
    year = year_of(service, 2026)
    assert build(session, service, year, at=AT).missing[entries.NOTHING]
    for family in Family:
        entries.enter(session, service, 2026, entries.NOTHING, part=family.value, number=1, seen=0, by=staff.id, at=AT)
    assert entries.NOTHING not in build(session, service, year, at=AT).missing


def test_another_just_reason_for_not_telling_a_sender_has_to_be_said(year_session, year_service):
    source = read(year_session, year_service, year_of(year_service, 2026), at=AT)
    assert moderation.reasons_missing(source) == []
    without = replace(source, entries={})
    assert [kind.code for kind in moderation.reasons_missing(without)] == ["remove"]
