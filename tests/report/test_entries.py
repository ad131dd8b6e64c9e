"""What people write for a year: versions, who was first, what each item can hold, what is offered again."""

import pytest

from tests import make
from tests.report import made
from tracker.casework import Conflict, NotAllowed
from tracker.casework.digest.known import Kind
from tracker.law.publication import ITEMS, Source
from tracker.report import entries
from tracker.report.doubts import FEW, SAYS, doubts, warnings

AT = make.instant("2027-04-20T10:00+09:00")
WORDS = "法律の資格を持つ者を専門員に選任し、年に二度訓練している。"


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def staff(session):
    return make.make_staff(session)


@pytest.fixture
def enter(session, service, staff):
    def one(code: str, words: str = "", *, seen: int = 0, year: int = 2026, **more):
        return entries.enter(session, service, year, code, words=words, seen=seen, by=staff.id, **({"at": AT} | more))

    return one


def standing(session, service, year=2026):
    return {key: row.words for key, row in entries.standing(session, service, year).items()}


def test_the_newest_version_counts_and_every_one_is_kept(session, service, enter):
    enter("18-5-19", WORDS)
    enter("18-5-19", WORDS + "増員した。", seen=1)

    assert standing(session, service) == {("18-5-19", ""): WORDS + "増員した。"}
    assert [row.version for row in entries.history(session, service, 2026, "18-5-19")] == [2, 1]


def test_who_did_not_see_the_newest_version_is_told_so_and_writes_nothing(session, service, enter):
    enter("18-5-19", WORDS)

    for seen in (0, 2):
        with pytest.raises(Conflict):
            enter("18-5-19", "別の文章です。", seen=seen)
    assert standing(session, service) == {("18-5-19", ""): WORDS}


def test_an_empty_entry_takes_it_back_and_the_next_one_starts_from_nothing_or_from_that(session, service, enter):
    enter("18-5-19", WORDS)
    enter("18-5-19", "  \n", seen=1)
    assert standing(session, service) == {}
    with pytest.raises(NotAllowed, match="内容を入力"):
        enter("18-5-19", "", seen=2)

    enter("18-5-19", WORDS, seen=0)
    assert standing(session, service) == {("18-5-19", ""): WORDS}
    assert [row.words for row in entries.history(session, service, 2026, "18-5-19")] == [WORDS, "", WORDS]


@pytest.mark.parametrize(
    ("code", "more", "about"),
    [
        ("18-2", {"words": WORDS}, "code"),  # Kigen counts it
        ("18-3-8", {"words": WORDS}, "code"),  # for one right at a time
        ("18-3-8", {"words": WORDS, "part": "voice"}, "code"),
        ("18-7", {"words": WORDS, "part": "8"}, "code"),
        ("18-5-19", {"words": "Trained twice a year."}, "words"),  # 規則21条5項
        ("18-5-19", {"words": "あ" * 20_001}, "words"),
        ("18-5-19", {"words": WORDS, "number": 3}, "number"),
        ("18-5-20", {"words": WORDS}, "number"),
        ("18-5-20", {"number": 3}, "words"),
        ("18-5-20", {"words": WORDS, "number": -1}, "number"),
        ("18-5-20", {"words": WORDS, "number": 10**12}, "number"),
        ("18-5-1", {"words": WORDS, "number": 5}, "code"),  # which of the two it is
        ("home", {"number": 2}, "number"),
        ("home", {"number": 1, "words": WORDS}, "words"),
        ("new-1", {"words": WORDS, "part": "title"}, "part"),
        ("new-1", {"words": WORDS}, "part"),
        ("new-10", {"words": WORDS, "part": "題"}, "code"),
        ("18-5-19", {"words": WORDS, "year": 2027 + 1}, "year"),  # not begun
        ("18-5-19", {"words": WORDS, "year": 2024}, "year"),  # before 届出
    ],
)
def test_what_an_item_cannot_hold_is_refused_at_its_field(session, service, enter, code, more, about):
    with pytest.raises(NotAllowed) as refused:
        enter(code, **more)

    assert refused.value.about == about
    assert not any(standing(session, service, year) for year in (2024, 2026, 2028))


def test_figures_parts_and_rights_are_kept_apart(session, service, enter):
    enter("18-5-20", WORDS, number=0)
    enter("18-5-1", WORDS, part="senders", number=999_999_999_999)
    enter("18-3-8", "証拠が多い。", part="honor")
    enter("18-3-8", "照会先が外国にある。", part="privacy")
    enter("18-7", "7日以内に答えた割合で評価する。", part="2")
    enter("new-1", WORDS, part=" 大規模特定電気通信役務の  新しい項目 ")

    rows = entries.standing(session, service, 2026)
    assert (rows["18-5-20", ""].number, rows["18-5-1", "senders"].number) == (0, 999_999_999_999)
    assert {key for key in rows if key[0] == "18-3-8"} == {("18-3-8", "honor"), ("18-3-8", "privacy")}
    assert ("new-1", "大規模特定電気通信役務の 新しい項目") in rows


def test_of_two_ways_to_count_senders_and_of_two_titles_one_stands_at_a_time(session, service, enter):
    enter("18-5-1", WORDS, part="senders", number=5)
    enter("new-1", WORDS, part="はじめの題")

    for code, part, number in (("18-5-1", "suspended", 5), ("new-1", "別の題", None)):
        with pytest.raises(NotAllowed, match="先にそれを空に"):
            enter(code, WORDS, part=part, number=number)
    enter("18-5-1", part="senders", seen=1)
    enter("18-5-1", WORDS, part="suspended", number=5)

    assert ("18-5-1", "suspended") in entries.standing(session, service, 2026)


def test_every_item_that_a_person_writes_can_be_entered():
    assert {item.code for item in ITEMS if item.source is Source.ENTERED} <= entries.FORMS.keys()
    assert entries.parts_of("18-7") == (*"1234567", "change")
    assert entries.parts_of("18-2") == entries.parts_of("new-1") == ()


def test_what_no_file_can_hold_is_left_out(session, service, enter):
    enter("18-5-19", " 一行目\r\n二行目\x00\x0b \n")

    assert standing(session, service) == {("18-5-19", ""): "一行目\n二行目"}


def test_measures_from_notices_are_counted_here_until_somebody_says_otherwise(session, service, enter):
    assert entries.home(session, service, 2026) == entries.HERE
    enter("home", number=1)
    assert entries.home(session, service, 2026) == entries.LEDGER
    enter("home", number=0, seen=1)
    assert entries.home(session, service, 2026) == entries.HERE


def test_the_words_of_last_year_are_offered_and_not_entered(session, service, enter):
    enter("18-5-19", WORDS, year=2025)
    enter("18-5-20", "毎月訓練する。", number=4, year=2025)
    enter("18-7", "割合で評価する。", part="1", year=2025)
    enter("18-7", "前の年度より細かくした。", part="change", year=2025)
    enter("home", number=1, year=2025)
    enter("18-5-19", "今年の文章です。")

    offered = entries.copied(session, service, 2026)

    assert offered == {("18-5-20", ""): "毎月訓練する。", ("18-7", "1"): "割合で評価する。"}
    assert standing(session, service) == {("18-5-19", ""): "今年の文章です。"}


def test_criteria_that_differ_from_the_year_published_last_have_changed(session, service, staff, enter):
    enter("18-7", "7日以内の割合で評価する。", part="1", at=make.instant("2027-04-02T10:00+09:00"))
    enter("18-7", "7日以内の割合で評価する。", part="1", year=2027)
    assert not entries.changed_criteria(session, service, 2027)  # nothing was published before
    made.published(session, service, (staff, make.make_staff(session)))

    assert not entries.changed_criteria(session, service, 2027)
    later = make.instant("2027-06-01T10:00+09:00")
    enter("18-7", "5日以内の割合で評価する。", part="1", seen=1, at=later)  # after it was frozen: not published
    assert not entries.changed_criteria(session, service, 2027)
    enter("18-7", "5日以内の割合で評価する。", part="1", year=2027, seen=1, at=later)
    assert entries.changed_criteria(session, service, 2027)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("お問い合わせは info@tsumugi.example へ。", "メールアドレス"),
        ("電話03-1234-5678で受け付けた。", "電話番号"),
        ("https://x.example/@kaze_2198 の投稿", "個人のページのURL"),
        ("@kaze_2198 の投稿を削除した。", "アカウント名"),
        ("郵便番号100-0001の地域", "郵便番号"),
        ("〒100-0001", "郵便番号"),
        ("生年月日は1990年4月1日", "生年月日"),
        ("平成2年5月3日生まれの人", "生年月日"),
        ("TH-2026-000123について調べた。", "受付番号"),
        ("水原さんから申出があった。", "人の名前"),
        ("水原氏の投稿", "人の名前"),
        ("水原様の申出", "人の名前"),
        ("該当は1件であった。", "ごく少ない数"),
        ("専門員２名", "ごく少ない数"),
    ],
)
def test_what_may_lead_to_somebody_is_pointed_at(text, says):
    assert [one for one in warnings(text) if says in one]
    assert all(text[one.start : one.end] for one in doubts(text))


@pytest.mark.parametrize(
    "text",
    [
        "資料は https://tsumugi.example/s/tsumugi/examples で公表している。",  # 規則18条5項23号 asks for it
        "令和8年4月1日から体制を改め、10件、21件、1,201件の申出を調べた。",
        "利用者の皆様、申出者様への説明を、第1件から分かりやすくした。1人称の投稿は数えない。",
        "投稿の態様は多様であり、同様の申出も仕様を改めて扱う。弁護士の意見を聴く。",
    ],
)
def test_what_harms_nobody_is_let_be(text):
    assert warnings(text) == []


def test_each_warning_is_given_once():
    assert warnings("1件と2件。a@b.example と c@d.example。") == [FEW, SAYS[Kind.MAIL]]


def test_a_character_that_only_some_machines_know_is_refused_where_it_is_written(enter):
    with pytest.raises(NotAllowed, match="①"):
        enter("18-5-21", "①体制の説明です。")
