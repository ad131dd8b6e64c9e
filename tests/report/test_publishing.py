"""A version of the yearly publication: frozen, looked at by somebody else, published or sent back, corrected."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from threading import Barrier

import pytest
from sqlmodel import select

from tests import make
from tests.report import made
from tracker.casework import Conflict, NotAllowed, filings, journal, signing
from tracker.casework.register import register_of, standing_register
from tracker.casework.remarks import remarks_of
from tracker.casework.verify import verify
from tracker.casework.watch import digests
from tracker.law.facts import Fact
from tracker.law.ledger import Family
from tracker.law.publication import BY_CODE
from tracker.models import Clock, LedgerImport, Publication, PublicationFile, Role, Service, Staff
from tracker.report import build, entries, publishing
from tracker.report.bundle import bundle
from tracker.report.content import Dim, Failed, Words
from tracker.report.years import years_of

PATIENCE = 20  # seconds; a deadlock would show earlier
WHY = "二重に数えた申出を除いた。"


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def who(session):
    """Who freezes, and who publishes."""
    return make.make_staff(session), make.make_staff(session, name="真鍋 修")


def facts(session, service) -> list[Fact]:
    register = standing_register(session, service)
    return [event.fact for event in journal.history(session, register)] if register else []


def lines(files: dict[str, bytes], name: str = "corrections.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def test_what_was_frozen_is_kept_byte_for_byte_and_signed_with_the_key_of_the_receipts(session, service, who):
    publication = made.freeze(session, service, who[0])
    files = publishing.files_of(session, publication)

    assert {"index.html", "figures.csv", "manifest.json", "corrections.csv"} <= files.keys()
    assert publication.sha256 == sha256(files["manifest.json"]).hexdigest()
    assert [(one.name, one.sha256, one.size) for one in publishing.listing(session, publication)] == [
        (name, sha256(content).hexdigest(), len(content)) for name, content in sorted(files.items())
    ]
    one = publishing.file(session, publication, "index.html")
    assert one and one.content == files["index.html"]
    assert publishing.file(session, publication, "nothing.csv") is None
    assert json.loads(files["manifest.json"])["format"].startswith("kigen-publication/")
    assert signing.current(session, at=made.FROZEN).kid in str(files)
    assert lines(files) == []
    assert list(verify(session)) == []


def test_a_version_waits_for_somebody_else_and_ends_the_period_of_its_year(session, service, who):
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    publication = made.freeze(session, service, who[0])
    assert publishing.newest(session, service, 2026) is None
    assert filings.still_owed(session, service, "publication") == [2026]

    with pytest.raises(NotAllowed, match="別の人"):
        publishing.publish(session, publication, by=who[0].id, at=made.PUBLISHED)
    publishing.publish(session, publication, by=who[1].id, at=made.PUBLISHED)

    assert publishing.newest(session, service, 2026) == publication
    assert facts(session, service) == [
        Fact.YEAR_ENDED, Fact.REPORT_FROZEN, Fact.REPORT_PUBLISHED, Fact.YEAR_PUBLISHED,
    ]  # fmt: skip
    register = standing_register(session, service)
    last = journal.history(session, register)[-1]
    assert remarks_of(session, register)[last.id].endswith("/s/tsumugi/report/2026/v1/index.html")
    said = {"day": "2027-05-11", "began": "2027-03-31T15:00:00+00:00"}  # of the period of this very year
    assert (last.data["said"], last.occurred_at) == (said, made.PUBLISHED)
    [clock] = session.exec(select(Clock).where(Clock.rule == "publication")).all()
    assert clock.stopped_at == made.PUBLISHED
    assert list(verify(session)) == []


def test_the_morning_tells_whoever_may_publish_that_a_version_waits(session, service):
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    froze, other = (make.make_staff(session, name, Role.MANAGER) for name in ("小野寺 遥", "真鍋 修"))
    lead = make.make_staff(session, "水原 あかり", Role.LEAD)
    publication = made.freeze(session, service, froze)

    def told(staff, day):
        return digests.morning(session, staff.id, at=make.instant(f"{day}T08:30+09:00")).body

    body = told(other, "2027-05-11")
    assert "■ 確認を待っている年次公表の版\n・「つむぎ広場」2026年度 第1版　公表の期限 5/31(月)\n" in body
    assert "/desk/report/tsumugi/2026/versions/1" in body
    assert not any("年次公表の版" in told(one, "2027-05-11") for one in (froze, lead))

    publishing.publish(session, publication, by=other.id, at=made.PUBLISHED)
    assert "年次公表の版" not in told(other, "2027-05-12")


def test_the_period_of_another_year_runs_on(session, service, who):
    filings.end_years(session, at=make.instant("2026-04-01T00:05+09:00"))  # of the year before, never published
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    made.published(session, service, who)

    assert filings.still_owed(session, service, "publication") == [2025]
    assert facts(session, service).count(Fact.YEAR_PUBLISHED) == 1


def test_a_year_whose_period_was_voided_is_recorded_as_published_too(session, service, who):
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    for clock in session.exec(select(Clock)):
        clock.voided_at = make.instant("2027-04-02T10:00+09:00")
        session.add(clock)
    made.published(session, service, who)

    assert facts(session, service).count(Fact.YEAR_PUBLISHED) == 1
    assert publishing.owed(session, service, years_of(service, made.PUBLISHED)) == set()


def test_a_publication_that_names_no_year_is_about_every_one_that_had_ended(session, service):
    for year in (2026, 2027):
        filings.end_years(session, at=make.instant(f"{year}-04-01T00:05+09:00"))
    years = years_of(service, make.instant("2028-05-01T10:00+09:00"))
    assert publishing.owed(session, service, years) == {2025, 2026}

    register, at = standing_register(session, service), make.instant("2027-05-11T10:00+09:00")
    journal.record(session, register, Fact.YEAR_PUBLISHED, actor="system", at=at, day="2027-05-11")
    assert publishing.owed(session, service, years) == set()
    filings.end_years(session, at=make.instant("2028-04-01T00:05+09:00"))

    assert publishing.owed(session, service, years) == {2027}
    assert filings.publications(session, service) == {2025: True, 2026: True, 2027: False}
    assert list(verify(session)) == []


def test_what_was_sent_back_leaves_its_number_and_says_why(session, service, who):
    first = made.freeze(session, service, who[0])
    with pytest.raises(NotAllowed, match="理由"):
        publishing.give_back(session, first, reason=" ", by=who[1].id, at=made.FROZEN)
    publishing.give_back(session, first, reason="18-5-20の人数が古い。", by=who[1].id, at=made.FROZEN)
    second = made.published(session, service, who)

    assert [row.version for row in publishing.versions(session, service, 2026)] == [2, 1]
    assert (publishing.newest(session, service, 2026), second.why) == (second, "")
    assert json.loads(publishing.files_of(session, second)["manifest.json"])["version"] == 2
    register = standing_register(session, service)
    returned = next(e for e in journal.history(session, register) if e.fact is Fact.REPORT_RETURNED)
    assert remarks_of(session, register)[returned.id] == "18-5-20の人数が古い。"
    for late in (
        lambda: publishing.publish(session, first, by=who[1].id, at=made.PUBLISHED),
        lambda: publishing.give_back(session, second, reason="もう遅い。", by=who[1].id, at=made.PUBLISHED),
    ):
        with pytest.raises(Conflict):
            late()
    assert list(verify(session)) == []


def test_one_is_in_review_at_a_time(session, service, who):
    first = made.freeze(session, service, who[0])
    assert publishing.in_review(session, service, 2026) == first

    with pytest.raises(Conflict):
        made.freeze(session, service, who[1])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"failed": (Failed("sum", "申出の理由の別の合計が合わない"),)}, "申出の理由の別の合計が合わない"),
        ({"failed": tuple(Failed("x", f"点検{n}") for n in range(9))}, "ほか4件"),
        ({"missing": {"18-5-19": "文章を書いてください"}}, "規則18条5項19号"),
    ],
)
def test_what_does_not_hold_or_is_not_written_stops_it_and_is_named(session, service, who, changes, says):
    with pytest.raises(NotAllowed) as refused:
        made.freeze(session, service, who[0], made.report(**changes))

    assert says in str(refused.value)
    assert publishing.versions(session, service, 2026) == []


def test_a_year_that_runs_is_not_frozen(session, service, who):
    with pytest.raises(NotAllowed, match="まだ終わっていません"):
        made.freeze(session, service, who[0], at=make.instant("2027-03-31T23:59+09:00"))


def test_an_import_that_is_not_done_is_named(session, service, who):
    row = LedgerImport(
        service_id=service.id, number=3, family=Family.MEASURES, name="march.csv", stored="x", began_at=made.FROZEN,
        began_by=journal.staff(who[0].id),
    )  # fmt: skip
    session.add(row)
    session.flush()

    with pytest.raises(NotAllowed) as refused:
        made.freeze(session, service, who[0])
    assert "#3 march.csv" in str(refused.value)


def test_criteria_that_changed_need_their_reason(session, service, who):
    def criterion(year: int, part: str, words: str):
        entries.enter(session, service, year, "18-7", part=part, words=words, seen=0, by=who[0].id, at=made.FROZEN)

    criterion(2025, "1", "割合で評価する。")
    year = replace(made.year_2026(service), year=2025)
    before = publishing.freeze(session, service, year, by=who[0].id, at=made.FROZEN, report=made.report(2025))
    publishing.publish(session, before, by=who[1].id, at=made.FROZEN)
    criterion(2026, "1", "日数で評価する。")

    with pytest.raises(NotAllowed) as refused:
        made.freeze(session, service, who[0])
    assert refused.value.about == "18-7"
    criterion(2026, "change", "分かりやすい日数に改めた。")
    made.freeze(session, service, who[0])


def test_a_correction_says_why_and_names_every_line_that_it_changes(session, service, who):
    first = made.published(session, service, who)
    other = made.found(790)
    fewer = [line for line in other.lines if (line.code, line.one) != ("18-5-3", made.ABUSE)]
    fraud = replace(next(line for line in fewer if line.code == "18-5-3"), one=Dim("name-bb", "詐欺"), value=100)
    texts = [one for one in other.texts if one.code != "18-5-19"]
    tables = [replace(one, title="日数") if one.key == "days" else one for one in other.tables]
    days = [("honor", "名誉権", 3, 5.5), ("other", "その他", 0, "―"), ("total", "合計", 3, 4.5)]
    other = replace(
        other,
        lines=[*fewer, fraud],
        texts=[
            *texts,
            Words("18-5-19", None, 1, "弁護士を選任した。"),
            Words("18-7", Dim("change", "変更"), 8, "細かくした。"),
        ],
        tables=[replace(one, rows=days) if one.key == "days" else one for one in tables],
    )

    with pytest.raises(NotAllowed) as refused:
        made.freeze(session, service, who[0], other)
    assert refused.value.about == "why"
    with pytest.raises(NotAllowed, match="日本語で"):
        made.freeze(session, service, who[0], other, why="Counted twice.")  # it is published (規則21条5項)
    with pytest.raises(NotAllowed, match="違うところがありません"):
        made.freeze(session, service, who[0], why=WHY)
    second = made.published(session, service, who, other, why=WHY)

    assert (second.version, second.why) == (2, WHY)
    found = lines(publishing.files_of(session, second))
    before = f"{BY_CODE['18-5-19'].label}について書いた文章です。 2つ目の段落です。"  # its paragraphs in one cell
    values = [("before_value", "before_text"), ("after_value", "after_text")]
    assert [
        (one["item_id"], one["dim1_code"], one["dim2_code"], *(one[a] or one[b] for a, b in values)) for one in found
    ] == [
        ("18-5-3", "total", "", "900", "890"),
        ("18-5-3", made.SPAM.code, "", "800", "790"),
        ("18-5-3", made.ABUSE.code, "", "100", ""),
        ("18-5-19", "", "", before, "弁護士を選任した。"),
        ("days", "median", "honor", "4.5", "5.5"),
        ("18-5-3", "name-bb", "", "", "100"),
        ("18-7", "change", "", "", "細かくした。"),
    ]  # fmt: skip
    assert {(one["version"], one["why"], one["day"]) for one in found} == {("2", WHY, "2027-05-10")}
    assert lines(publishing.files_of(session, first)) == []  # what was published stays as it was


def test_corrections_add_up_over_versions(session, service, who):
    made.published(session, service, who)
    made.published(session, service, who, made.found(790), why=WHY)
    third = made.published(session, service, who, made.found(780), why="さらに10件を除いた。")

    found = lines(publishing.files_of(session, third))
    totals = [(one["version"], one["before_value"], one["after_value"]) for one in found if one["dim1_code"] == "total"]
    assert totals == [("2", "900", "890"), ("3", "890", "880")]
    assert [one["version"] for one in found] == ["2", "2", "3", "3"]


def test_a_version_in_which_only_a_name_differs_says_so(session, service, who):
    before = publishing.files_of(session, made.published(session, service, who))
    renamed = [
        replace(one, one=replace(one.one, label="宣伝")) if one.one == made.SPAM else one for one in made.report().lines
    ]
    day = made.FROZEN.date()

    [one] = publishing.differences(before, made.report(lines=renamed), day=day, why=WHY)
    assert (one.code, one.before, one.after, one.why) == ("labels", "", "", WHY)
    [one] = publishing.differences(before, made.report(name="つむぎ広場プラス"), day=day, why=WHY)
    assert (one.code, one.one, one.before, one.after) == ("report", "name", "つむぎ広場", "つむぎ広場プラス")


def test_files_that_their_own_verifier_refuses_are_not_frozen(session, service, who):
    with pytest.raises(NotAllowed) as refused:
        made.freeze(session, service, who[0], made.report(texts=()))

    assert "規則18条のすべての事項がある" in str(refused.value)


def test_the_same_report_changes_nothing(session, service, who):
    first = made.published(session, service, who)

    assert (
        publishing.differences(publishing.files_of(session, first), made.report(), day=made.FROZEN.date(), why="") == []
    )


def test_all_files_in_one_are_the_same_bytes_each_time():
    files = {"b.csv": "二".encode(), "a/index.html": b"<p>"}

    assert bundle(files, "x") == bundle(dict(reversed(files.items())), "x")
    assert bundle(files, "x") != bundle(files, "y")


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("publication", "why = 'かってに書いた'", "is not the version that was recorded"),
        ("publication", "frozen_at = '2027-01-01 00:00:00'", "is not the version that was recorded"),
        ("publication", "published_at = null", "is not the version that was recorded"),
        ("publication", "sha256 = 'x'", "the manifest is not the one that was recorded"),
        ("publicationfile", "content = x'00'", "is not the file that was frozen"),
        ("publicationfile", "name = 'other.csv'", "the file is missing"),
    ],
)
def test_whatever_is_changed_in_the_tables_is_named(database, table, change, says):
    with database.writing() as session:
        service = make.make_service(session)
        made.published(session, service, (make.make_staff(session), make.make_staff(session)))
    with database.writing() as session:
        one = "" if table == "publication" else " where name = 'figures.csv'"
        for (name,) in (
            session.connection()
            .exec_driver_sql(f"select name from sqlite_master where type = 'trigger' and tbl_name = '{table}'")
            .all()
        ):
            session.connection().exec_driver_sql(f"drop trigger {name}")
        session.connection().exec_driver_sql(f"update {table} set {change}{one}")

    with database.reading() as session:
        assert says in {finding.says for finding in verify(session)}


def test_a_version_that_no_fact_knows_is_named(database):
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        case = make.make_notice(session, service).case_id
        session.add(
            Publication(
                case_id=case,
                service_id=service.id,
                year=2026,
                version=1,
                sha256="x",
                frozen_at=made.FROZEN,
                frozen_by=staff.id,
            )
        )

    with database.reading() as session:
        assert {one.table for one in verify(session)} == {"publication"}


def both(database, act) -> list[str]:
    """What two get who do the same at once: "done", or "late" for whoever was second."""
    start = Barrier(2)

    def try_it(n: int) -> str:
        start.wait(PATIENCE)
        try:
            with database.writing() as session:
                act(session, n)
        except Conflict:
            return "late"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(one.result(PATIENCE) for one in [pool.submit(try_it, n) for n in range(2)])


def test_of_two_who_do_the_same_at_once_one_does_it_and_the_other_hears_of_it(on_each_engine):
    database = on_each_engine
    with database.writing() as session:
        service = make.make_service(session)
        people = [make.make_staff(session, name=name).id for name in ("一", "二", "三")]

    def own(session):
        return session.get_one(Service, service.id)

    def write(session, n):
        entries.enter(session, own(session), 2026, "18-5-19", words="訓練した。", seen=0, by=people[n], at=made.FROZEN)

    def freeze(session, n):
        made.freeze(session, own(session), session.get_one(Staff, people[n]))

    def publish(session, n):
        row = publishing.in_review(session, own(session), 2026)
        if row is None:
            raise Conflict("late")
        publishing.publish(session, row, by=people[2], at=made.PUBLISHED)

    for act in (write, freeze, publish):
        assert both(database, act) == ["done", "late"]
    with database.reading() as session:
        assert facts(session, service) == [Fact.REPORT_FROZEN, Fact.REPORT_PUBLISHED]
        assert len(session.exec(select(PublicationFile.name)).all()) == len(
            publishing.listing(session, publishing.newest(session, service, 2026))
        )
        assert list(verify(session)) == []


@pytest.mark.parametrize("change", ["a text", "the register"])
def test_what_was_drawn_before_something_changed_is_not_frozen(session, service, who, change):
    register_of(session, service, made.FROZEN)
    heads = build.ends(session, service, 2026)
    freeze = {"by": who[0].id, "at": made.FROZEN, "report": replace(made.report(), heads=heads)}
    if change == "a text":
        entries.enter(session, service, 2026, "18-5-21", words="体制の説明です。", seen=0, by=who[1].id, at=made.FROZEN)
    else:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    with pytest.raises(Conflict, match="変わりました"):
        publishing.freeze(session, service, made.year_2026(service), **freeze)
    fresh = replace(made.report(), heads=build.ends(session, service, 2026))
    assert publishing.freeze(session, service, made.year_2026(service), **(freeze | {"report": fresh})).version == 1
