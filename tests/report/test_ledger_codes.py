"""What codes mean: versions that another person verifies, categories that can be published, codes without one."""

from datetime import date

import pytest
from sqlalchemy import event, update

from tests import make
from tests.casework.test_verify import findings
from tests.report.ledger import AT, GOOD, LATER, facts, take
from tracker.casework import Conflict, NotAllowed, criteria
from tracker.casework.journal import staff as actor
from tracker.law.facts import Fact
from tracker.law.ledger import Family, Vocabulary
from tracker.models import CodeLine, CodeMap, LedgerCell
from tracker.report.ledger import codes

K, R, W, N, Q, X = (
    Vocabulary.KIND,
    Vocabulary.ROUTE,
    Vocabulary.REASON,
    Vocabulary.KEPT,
    Vocabulary.ASKED,
    Vocabulary.EXEMPTION,
)
LINES = {(K, "rm"): "remove", (R, "auto"): "own_detection", (W, "spam"): "迷惑行為"}


class Office:
    """A service with criteria, one who writes the map and one who verifies it."""

    def __init__(self, database) -> None:
        self.database = database
        with database.writing() as session:
            self.service = make.make_service(session)
            self.writer, self.other = make.make_staff(session), make.make_staff(session, "水原 あかり")
            make.make_criteria(session, self.service)

    def save(self, lines=LINES, *, seen=0, note="") -> CodeMap:
        with self.database.writing() as session:
            return codes.save(session, self.service, lines, seen=seen, note=note, by=self.writer.id, at=AT)

    def verify(self, version=1, *, by=None) -> None:
        with self.database.writing() as session:
            codes.verify(session, self.service, version, by=(by or self.other).id, at=LATER)

    def ask(self, question, *more):
        with self.database.reading() as session:
            return question(session, self.service, *more)


@pytest.fixture
def office(database):
    return Office(database)


def test_only_the_newest_version_that_was_verified_stands(office):
    office.save()
    assert office.ask(codes.standing) is None and office.ask(codes.draft).version == 1
    office.verify()
    assert office.ask(codes.standing).version == 1 and office.ask(codes.draft) is None
    row = office.save({(K, "rm"): "hide"}, seen=1, note="削除ではなく非表示だった")
    assert office.ask(codes.standing).version == 1 and office.ask(codes.draft).note == "削除ではなく非表示だった"
    with office.database.reading() as session:
        assert codes.lines(session, row) == {(K, "rm"): "hide"}


def test_a_verified_version_is_recorded_with_the_hash_of_its_lines(office):
    office.save()
    office.verify()
    [recorded] = facts(office.database, Fact.CODES_VERIFIED)
    said = recorded.data["said"]
    assert said["version"] == 1 and len(said["lines"]) == 64 and recorded.actor == actor(office.other.id)
    assert findings(office.database) == []


def test_who_saved_it_does_not_verify_it_and_nobody_verifies_twice_or_what_is_not_newest(office):
    office.save()
    with pytest.raises(NotAllowed, match="別の人"):
        office.verify(by=office.writer)
    office.verify()
    with pytest.raises(Conflict, match="すでに"):
        office.verify()
    office.save({(K, "rm"): "hide"}, seen=1)
    for version in (1, 3):
        with pytest.raises(Conflict, match="新しい"):
            office.verify(version)


def test_a_version_that_nobody_saw_is_not_written_over(office):
    office.save()
    with pytest.raises(Conflict):
        office.save(seen=0)
    assert office.save({(K, "rm"): "hide"}, seen=1).version == 2


def test_a_version_that_says_what_the_newest_says_is_not_made(office):
    office.save()
    for _verified in range(2):
        with pytest.raises(codes.Unchanged, match="変わったところがない"):
            office.save(LINES | {(X, "z"): " "}, seen=1, note="同じもの")
        if office.ask(codes.draft):
            office.verify()
    assert office.ask(codes.standing).version == 1 and len(facts(office.database, Fact.CODES_VERIFIED)) == 1
    office.save({(K, "rm"): "hide"}, seen=1)
    assert office.save(seen=2).version == 3  # as it stands, and not as the newest says


GOOD_LINES = [
    (K, "suspend"),
    (R, "public_body"),
    (X, "other_just"),
    (W, "clause:第4条1項"),
    (W, "emergency"),
    (W, "own"),
    (W, "legal_duty"),
    (W, "なりすまし"),
    (W, "スパム"),
    (W, "SNS広告の規約違反"),
    (N, "finding:not_infringed"),
    (N, "規約に反しない"),
    (Q, "名誉毀損"),
    (Q, "著作権（DMCA相当）"),
]
WRONG_LINES = [
    (K, "消した", "選択肢"),
    (R, "remove", "選択肢"),
    (W, "clause:第9条", "公表した基準にありません"),
    (W, "spam", "日本語"),
    (W, "clause", "日本語"),
    (W, "迷惑" * 31, "60字以内"),
    (W, "迷惑\n行為", "1行"),
    (N, "finding:own", "選択肢"),
    (N, "own", "日本語"),
    (Q, "finding:gone", "英字と「:」"),
    (Q, "finding:日本語", "英字と「:」"),
    (Q, "ＦＩＮＤＩＮＧ：日本語", "英字と「:」"),
    (Q, "clause:第4条1項", "英字と「:」"),
    (N, "clause:第4条1項", "英字と「:」"),
    (N, "finding:日本語", "選択肢"),
    (W, "finding:gone 日本語", "英字と「:」"),
    (W, "name : 日本語", "英字と「:」"),
]


@pytest.mark.parametrize(("vocabulary", "category"), GOOD_LINES)
def test_a_category_that_can_be_published_is_kept(office, vocabulary, category):
    row = office.save({(vocabulary, "x"): f" {category} "})
    with office.database.reading() as session:
        assert codes.lines(session, row) == {(vocabulary, "x"): category.translate({0xFF08: "(", 0xFF09: ")"})}


@pytest.mark.parametrize(("vocabulary", "category", "says"), WRONG_LINES)
def test_a_category_that_cannot_be_published_is_refused_at_its_line(office, vocabulary, category, says):
    lines = LINES | {(vocabulary, "x"): category}
    with pytest.raises(NotAllowed, match=says) as no:
        office.save(lines)
    assert no.value.about == f"{vocabulary.value}:x"
    assert set(office.ask(codes.wrong, lines)) == {(vocabulary, "x")}
    assert office.ask(codes.draft) is None


def test_names_that_look_alike_are_one_and_a_clause_keeps_its_number_as_published(office):
    with office.database.writing() as session:
        clauses = [criteria.ClauseText("第１条", "宣伝", "同じ宣伝を繰り返す投稿")]
        at = make.instant("2026-04-01T10:00+09:00")
        criteria.publish(
            session, office.service, title="基準", clauses=clauses, published_at=at, actor="system", at=at, proof="控え"
        )
    row = office.save({(W, "a"): "ｽﾊﾟﾑ　ＳＮＳ", (W, "b"): "clause:第１条"})
    with office.database.reading() as session:
        assert codes.lines(session, row) == {(W, "a"): "スパム SNS", (W, "b"): "clause:第１条"}


@pytest.mark.parametrize("code", ["", "x\0", "x" * 400_000])
def test_a_code_that_no_row_can_have_is_not_kept(office, code):
    with pytest.raises(NotAllowed, match="この符号を使う行は"):
        office.save(LINES | {(W, code): "迷惑行為"})


def test_a_page_asks_about_codes_in_use_and_codes_that_a_version_maps(office):
    take(office.database, office.service, GOOD[Family.MEASURES])
    office.save({(K, "ban"): "suspend"})
    assert office.ask(codes.known) == {*LINES, (K, "ban")}
    with office.database.writing() as session:
        session.exec(update(LedgerCell).values(n=0))
    assert office.ask(codes.known) == {(K, "ban")}


def test_the_codes_of_all_vocabularies_are_one_question(office):
    asked = []
    with office.database.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *said: asked.append(said[2]))
        codes.used(session, office.service)
    assert len(asked) == 1


def test_codes_without_a_category_are_left_out_and_a_map_of_nothing_is_none(office):
    row = office.save(LINES | {(X, "z"): "  "})
    with office.database.reading() as session:
        assert codes.lines(session, row) == LINES
    with pytest.raises(NotAllowed):
        office.save({(X, "z"): ""}, seen=1)


def test_every_code_in_use_is_listed_with_how_many_and_when_last(office):
    take(office.database, office.service, GOOD[Family.MEASURES], "m-2,2026-04-20,ban,auto,spam,no,yes,,x,5")
    take(office.database, office.service, GOOD[Family.REPORTS], family=Family.REPORTS)
    take(office.database, office.service, GOOD[Family.REQUESTS], family=Family.REQUESTS)
    take(office.database, office.service, GOOD[Family.ORDERS], family=Family.ORDERS)
    found = {(one.vocabulary, one.code): (one.n, one.last_day) for one in office.ask(codes.used)}
    last = date(2026, 4, 28)
    assert found == {
        (K, "ban"): (5, date(2026, 4, 20)),
        (K, "rm"): (1, last),
        (R, "auto"): (6, last),
        (W, "spam"): (7, last),
        (Q, "defame"): (2, last),
        (X, "x"): (5, date(2026, 4, 20)),
    }
    assert [one.vocabulary for one in office.ask(codes.used)][:2] == [K, K]


def test_a_code_is_unmapped_where_the_standing_version_lacks_it_in_the_year_of_its_day_or_of_the_telling(office):
    rows = ["m-1,2026-03-31,rm,auto,spam,yes,yes,2026-04-01,,", "m-2,2025-06-01,ban,auto,spam,yes,yes,,,"]
    take(office.database, office.service, *rows)
    office.save()
    year = (date(2026, 4, 1), date(2027, 3, 31))
    assert {one.code for one in office.ask(codes.unmapped, *year)} == {"rm", "auto", "spam"}
    office.verify()
    assert office.ask(codes.unmapped, *year) == []
    assert [(one.code, one.n) for one in office.ask(codes.unmapped, date(2025, 4, 1), date(2026, 3, 31))] == [
        ("ban", 1)
    ]


def test_choices_are_the_law_s_members_the_clauses_and_the_bases(office):
    assert [value for value, _label in office.ask(codes.choices, K)] == ["remove", "hide", "suspend"]
    reasons = office.ask(codes.choices, W)
    assert ("clause:第4条1項", "第4条1項 名誉毀損") in reasons and {"own", "legal_duty", "emergency"} <= dict(
        reasons
    ).keys()
    assert "finding:gone" in dict(office.ask(codes.choices, N)) and office.ask(codes.choices, Q) == []


def test_a_map_that_claims_to_be_verified_and_a_line_that_was_added_are_named(office):
    row = office.save()
    office.verify()
    with office.database.writing() as session:
        session.add(CodeLine(map_id=row.id, vocabulary=K, code="ban", category="suspend"))
    assert [one.says for one in findings(office.database)] == ["is not the version that was verified"]
    with office.database.writing() as session:
        other = make.make_service(session, "うみ", "umi", "UM")
        session.add(CodeMap(service_id=other.id, version=1, made_at=AT, made_by=office.writer.id, verified_at=AT))
    assert "was never recorded" in {one.says for one in findings(office.database)}
