"""The digest of examples (法26条4項): what is taken out of a reason, what may be published, what stays as it was."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, delivery, digest, intake, measures, receipts, replies, reversals
from tracker.casework.intake import FiledItem
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Right
from tracker.letters import outbox
from tracker.letters.transport import Answer
from tracker.models import Clock, DigestExample, Event, Letter, LetterKind, Measure, Notice

AT = make.instant("2026-11-19T13:30:00+09:00")
URL = "https://tsumugi.example/p/1"
POST = "駅前の高橋美咲は患者の金を盗んで病院をクビになった"


def make_told(session, service, staff, judgement, **changes):
    """A notice of one item, decided, carried out and told."""
    item = FiledItem(url=URL, url_normal=URL, quote=POST, account="@kaze_2198")
    values = {"name": "髙橋 美咲", "email": "misaki.takahashi@mail.example", "phone": "090-1234-5678"}
    filing = replace(make.make_filing(1, **(values | changes)), items=[item])
    notice = intake.file(session, service, filing, at=make.instant("2026-04-28T09:14:37+09:00"))
    receipts.acknowledge(session, service, notice, at=make.instant("2026-04-28T09:14:37+09:00"))
    at = make.instant("2026-04-29T10:00:00+09:00")
    make.decide(session, notice, judgement, staff, at.isoformat())
    if judgement.take:
        for measure in measures_of(session, notice):
            measures.execute(session, notice, [measure.id], executed_at=at, by=staff.id, at=at)
    replies.take_up(session, notice)
    draft = replies.outcome_draft(session, notice)
    replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
    letter = session.exec(
        select(Letter).where(Letter.kind == LetterKind.OUTCOME, Letter.case_id == notice.case_id)
    ).one()
    assert outbox.claim(session, letter.id, at)
    delivery.settle(session, letter.id, Answer(250, "ok", "smtp"), at=at)
    return notice


def measures_of(session, notice):
    return session.exec(select(Measure).where(Measure.case_id == notice.case_id)).all()


@pytest.fixture
def staff(session):
    return make.make_staff(session)


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def clause(session, service):
    return make.first_clause(session, make.make_criteria(session, service))


@pytest.fixture
def told(session, service, staff, clause):
    """A filing whose one item was removed by a clause, and its claimant told."""
    reason = (
        "髙橋 美咲さん（090-1234-5678、misaki.takahashi@mail.example）は2026年4月26日 23:40の投稿"
        f"「{POST}」により社会的評価を下げられた。場所は {URL}、投稿者は@kaze_2198。"
    )
    return make_told(session, service, staff, replace(make.remove(clause), reason=reason))


def drafted(session, service):
    picked = [one.decision for one in digest.candidates(session, service.id)]
    digest.draft_entries(session, service, picked, at=AT)
    return digest.entries_of(session, service)


def write(session, service, entry, words, *, by, heading="名誉毀損", read=True, confirmed=()):
    return digest.write_entry(
        session, service, entry.row.id, entry.row.revision, heading=heading, text=words, read=read,
        confirmed=confirmed, by=by.id, at=AT,
    )  # fmt: skip


def published(session, service, staff, words="職業上の犯罪を行ったと実名で述べる投稿を削除した。"):
    for entry in digest.entries_of(session, service):
        write(session, service, entry, words, by=staff)
    seen = [(entry.row.id, entry.row.revision) for entry in digest.entries_of(session, service)]
    return digest.publish(session, service, seen, title="参考となる事例", foreword="", by=staff.id, at=AT)


# --- personal data -------------------------------------------------------------------------------------------------

PLANTED = {
    "as it was filed": "髙橋 美咲",
    "without the blank": "髙橋美咲",
    "the plainer character": "高橋美咲",
    "blanks inside": "高 橋　美\u200b咲",
    "a dot between": "高橋・美咲",
    "the family name alone": "高橋という人",
    "the given name alone": "美咲という人",
    "coded for a URL": quote("高橋"),
    "coded twice": quote(quote("高橋")),
    "coded in another character set": quote("高橋", encoding="cp932"),
    "as entities": "&#39640;&#27211;",
    "as escapes": "\\u9ad8\\u6a4b",
    "mail": "misaki.takahashi@mail.example",
    "mail in full width": "ｍｉｓａｋｉ．ｔａｋａｈａｓｈｉ＠ｍａｉｌ．ｅｘａｍｐｌｅ",
    "mail in capitals": "MISAKI.TAKAHASHI@MAIL.EXAMPLE",
    "the local part of the mail": "misaki.takahashi というアカウント",
    "telephone": "090-1234-5678",
    "telephone without bars": "09012345678",
    "telephone in full width": "０９０－１２３４－５６７８",
    "telephone in brackets": "090（1234）5678",
    "telephone in kanji": "〇九〇一二三四五六七八",
    "telephone abroad": "+81 90 1234 5678",
    "account": "@kaze_2198",
    "account without its sign": "kaze_2198 の投稿",
    "account in full width": "＠ｋａｚｅ＿２１９８",
    "account in capitals": "KAZE_2198",
    "address": "https://tsumugi.example/p/1",
    "address without its scheme": "tsumugi.example/p/1",
    "address in full width": "ｈｔｔｐｓ：／／ｔｓｕｍｕｇｉ．ｅｘａｍｐｌｅ／ｐ／１",
    "receipt number": "TH-2026-000001",
    "receipt number in full width": "ＴＨ－２０２６－０００００１",
    "the post itself": POST,
    "the post, spaced": "駅前の高橋美咲は 患者の金を盗んで 病院をクビになった",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_what_is_known_of_the_people_is_found_and_taken_out_however_it_is_written(session, told, planted):
    values = digest.known_values(session, told)
    words = f"この投稿は、{planted} について述べたものである。"
    assert digest.left_over(words, values)
    assert not digest.left_over(digest.remove(words, values), values)


@pytest.mark.parametrize("kana", ["みずはら あかり", "ミズハラアカリ", "ﾐｽﾞﾊﾗ ｱｶﾘ", "あかりさん", "アカリ"])
def test_a_name_in_kana_is_found_in_the_other_kana_and_in_half_width(session, service, staff, clause, kana):
    notice = make_told(session, service, staff, make.remove(clause), name="ミズハラ あかり")
    assert digest.left_over(f"{kana}について。", digest.known_values(session, notice))


def test_a_name_of_one_character_is_known_by_what_follows_it_and_not_in_every_word(session, service, staff, clause):
    notice = make_told(session, service, staff, make.remove(clause), name="林 誠")
    values = digest.known_values(session, notice)
    assert digest.left_over("林さんは", values)
    assert digest.left_over("林　誠は", values)
    assert not digest.left_over("森林について誠実に", values)


def test_a_company_is_known_without_its_form_and_its_department_is_nobody(session, service, staff, clause):
    notice = make_told(session, service, staff, make.remove(clause), name="株式会社かなた食品 総務部 渡邉")
    values = digest.known_values(session, notice)
    assert digest.left_over("かなた食品の弁当", values)
    assert digest.left_over("渡辺が", values)
    assert not digest.left_over("株式会社の総務部が", values)


def test_a_latin_name_is_not_found_inside_another_word(session, service, staff, clause):
    notice = make_told(session, service, staff, make.remove(clause), name="Ann Moreau")
    values = digest.known_values(session, notice)
    assert digest.left_over("Ann が", values)
    assert digest.left_over("ＭＯＲＥＡＵの写真", values)
    assert not digest.left_over("channel の投稿", values)


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("2026年4月26日に", "【日付】"),
        ("令和8年4月26日(日)に", "【日付】"),
        ("4/26の", "【日付】"),
        ("２０２６／４／２６", "【日付】"),
        ("二〇二六年四月二六日", "【日付】"),
        ("23:40に", "【時刻】"),
        ("午後９時半に", "【時刻】"),
        ("https://a.example/x?y=1 を", "【URL】"),
        ("hxxps://a.example/x", "【URL】"),
        ("a.b@c.example に", "【メールアドレス】"),
        ("03-1234-5678 に", "【電話番号】"),
        ("ID:x7Qk2 の", "【アカウント】"),
        ("@someone_else が", "【アカウント】"),
        ("AB-2025-000123 の", "【受付番号】"),
        ("東京都千代田区霞が関2丁目1番2号の", "【住所】"),
        ("〒100-8926", "【住所】"),
        ("山田さんが", "【氏名】"),
        ("佐藤氏の", "【氏名】"),
    ],
)
def test_what_looks_like_personal_data_is_marked_as_a_help(words, mark):
    assert mark in digest.remove(words, [])


@pytest.mark.parametrize(
    "words", ["皆様に", "24時間以内に", "3件の投稿", "第4条1項", "その様子を", "社会的評価を下げる投稿"]
)
def test_plain_words_stay(words):
    assert digest.remove(words, []) == words


# --- drafts and publication ----------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_reason_and_names_nobody(session, service, told):
    [entry] = drafted(session, service)
    assert entry.heading == "名誉毀損"
    assert "社会的評価を下げられた" in entry.text
    for word in ("髙橋", "高橋", "美咲", "090", "misaki", "2026", "kaze", "tsumugi.example", "クビ"):
        assert word not in entry.text
    assert not entry.left
    assert not entry.ready  # no person read it


def test_only_what_was_told_and_still_stands_is_offered(session, service, staff, clause, told):
    notice = make.make_notice(session, service, items=1)
    make.decide(session, notice, make.KEEP, staff, "2026-04-29T10:00+09:00")
    [offered] = digest.candidates(session, service.id)
    assert offered.number == told.number
    drafted(session, service)
    assert digest.candidates(session, service.id) == []


def test_candidates_are_spread_over_outcomes_and_rights(session, service, staff, clause):
    for right in (Right.HONOR, Right.HONOR, Right.HONOR, Right.PRIVACY):
        make_told(session, service, staff, make.remove(clause), rights=[right], primary_right=right)
    make_told(session, service, staff, make.KEEP)
    first = digest.candidates(session, service.id)[:3]
    assert {(one.take, one.right) for one in first} == {
        (True, Right.HONOR), (True, Right.PRIVACY), (False, Right.HONOR),
    }  # fmt: skip


def test_an_example_with_something_known_left_in_it_cannot_be_called_read(session, service, staff, told):
    [entry] = drafted(session, service)
    with pytest.raises(NotAllowed, match="特定できる言葉") as refused:
        write(session, service, entry, "ﾀｶﾊｼ、いや高 橋さんの件。", by=staff)
    assert refused.value.about == "text"
    with pytest.raises(NotAllowed) as refused:
        write(session, service, entry, "ある人の件。", heading="高橋の件", by=staff)
    assert refused.value.about == "heading"
    write(session, service, entry, "高橋さんの件。", by=staff, read=False)  # kept as a draft, sealed
    [entry] = digest.entries_of(session, service)
    assert entry.left


def test_an_example_that_nobody_read_is_not_published_and_one_changed_is_to_be_read_again(
    session, service, staff, told
):
    [entry] = drafted(session, service)
    seen = [(entry.row.id, entry.row.revision)]
    with pytest.raises(NotAllowed, match="確かめて"):
        digest.publish(session, service, seen, title="事例", foreword="", by=staff.id, at=AT)
    write(session, service, entry, "ある人の件。", by=staff)
    [entry] = digest.entries_of(session, service)
    assert entry.ready
    write(session, service, entry, "ほかの文。", by=staff, read=False)
    [entry] = digest.entries_of(session, service)
    assert not entry.ready


def test_a_digest_is_published_with_its_hash_its_fact_and_a_year_until_the_next(session, service, staff, told):
    drafted(session, service)
    version = published(session, service, staff)
    assert version.version == 1
    event = session.exec(select(Event).where(Event.fact == Fact.DIGEST_PUBLISHED)).one()
    assert event.data["said"]["content"] == version.content
    clock = session.exec(select(Clock).where(Clock.case_id == version.case_id)).one()
    assert (clock.rule, clock.force) == ("digest", "effort")
    assert digest.entries_of(session, service) == []
    session.flush()
    assert list(verify(session)) == []


def test_a_second_digest_is_a_second_version_and_the_first_stays(session, service, staff, clause, told):
    drafted(session, service)
    first = published(session, service, staff)
    make_told(session, service, staff, make.remove(clause))
    drafted(session, service)
    second = published(session, service, staff, "勤め先での犯罪を述べる投稿を削除した。")
    assert [v.version for v in digest.versions(session, service)] == [2, 1]
    assert digest.published(session, first).count == digest.published(session, second).count == 1
    running = session.exec(select(Clock).where(Clock.rule == "digest", Clock.stopped_at.is_(None))).all()
    assert len(running) == 1
    session.flush()
    assert list(verify(session)) == []


def test_somebody_elses_newer_words_win(session, service, staff, told):
    [entry] = drafted(session, service)
    seen = [(entry.row.id, entry.row.revision)]
    write(session, service, entry, "ある人の件。", by=staff)
    stale = replace(entry, row=entry.row.model_copy(update={"revision": 1}))
    with pytest.raises(Conflict):
        write(session, service, stale, "別の文。", by=staff)
    with pytest.raises(Conflict):
        digest.publish(session, service, seen, title="事例", foreword="", by=staff.id, at=AT)


def test_an_example_taken_out_may_be_picked_again(session, service, staff, told):
    [entry] = drafted(session, service)
    digest.drop_entry(session, service, entry.row.id, entry.row.revision, at=AT)
    assert digest.entries_of(session, service) == []
    assert len(digest.candidates(session, service.id)) == 1


@pytest.mark.parametrize(
    "edit",
    [
        "update digestexample set words = 'x'",
        "delete from digestexample",
        "update digestversion set title = 'x'",
        "update digestversion set content = 'x'",
    ],
)
def test_an_edited_digest_is_named_by_the_verifier(session, service, staff, told, edit):
    drafted(session, service)
    published(session, service, staff)
    session.flush()
    for table in ("digestexample", "digestversion"):
        for trigger in ("fixed", "kept"):
            session.exec(text(f"drop trigger {table}_{trigger}"))
    session.exec(text(edit))
    session.expire_all()
    assert [finding.table for finding in verify(session)] == ["digestversion"]


def test_an_example_names_no_case(session, service, staff, told):
    drafted(session, service)
    published(session, service, staff)
    [example] = session.exec(select(DigestExample)).all()
    assert told.number not in " ".join(map(str, example.model_dump().values()))


# --- what may lead to somebody although nothing known stands there -------------------------------------------------

PART = "患者の金を盗んで病院をクビになった"  # of the post


def publish(session, service, staff, **words):
    seen = [(entry.row.id, entry.row.revision) for entry in digest.entries_of(session, service)]
    asked = {"title": "参考となる事例", "foreword": ""} | words
    return digest.publish(session, service, seen, **asked, by=staff.id, at=AT)


@pytest.mark.parametrize(
    "words",
    [
        f"「{PART}」と述べる投稿。",
        f"{PART}と述べる投稿。",
        "その人が 患者の金を盗んで いたという投稿。",
        "患者ノ金ヲ盗ンデ病院ヲ、と述べる投稿。",
        "「無能な医者」と述べる投稿。",
        "『無能な医者』と述べる投稿。",
        "“無能な医者”と述べる投稿。",
        "「無能な医者と述べて、閉じない投稿。",
        "投稿者の山田太郎による投稿。",
        "2026年4月26日の投稿。",
    ],
)
def test_a_part_of_a_post_a_quote_or_a_name_is_published_only_after_a_click_on_it(session, service, staff, told, words):
    [entry] = drafted(session, service)
    with pytest.raises(NotAllowed, match="確かめて印を付けてください") as refused:
        write(session, service, entry, words, by=staff)
    assert refused.value.about == "confirmed"

    write(session, service, entry, words, by=staff, read=False)
    [entry] = digest.entries_of(session, service)
    assert entry.doubts
    write(session, service, entry, words, by=staff, confirmed=entry.doubts)
    [entry] = digest.entries_of(session, service)
    assert entry.ready
    assert publish(session, service, staff).version == 1


def test_what_was_confirmed_is_doubtful_again_in_other_words(session, service, staff, told):
    [entry] = drafted(session, service)
    write(session, service, entry, "「無能」と述べる投稿。", by=staff, confirmed=["「無能」"])
    [entry] = digest.entries_of(session, service)
    assert entry.ready
    with pytest.raises(NotAllowed, match="確かめて印"):
        write(session, service, entry, "「無能な医者」と述べる投稿。", by=staff, confirmed=["「無能」"])


@pytest.mark.parametrize(
    "words", ["「【投稿の文】」と述べる投稿。", "患者の金の話をする投稿。", "職業上の犯罪を述べる投稿。"]
)
def test_a_mark_in_quotes_and_a_few_common_words_are_not_doubtful(session, service, staff, told, words):
    [entry] = drafted(session, service)
    write(session, service, entry, words, by=staff)
    [entry] = digest.entries_of(session, service)
    assert entry.ready


def test_the_kind_of_information_is_looked_at_like_the_words(session, service, staff, told):
    [entry] = drafted(session, service)
    with pytest.raises(NotAllowed, match="確かめて印"):
        write(session, service, entry, "ある投稿。", heading="「無能」という投稿", by=staff)


def test_title_and_foreword_are_looked_at_before_they_are_published(session, service, staff, told):
    [entry] = drafted(session, service)
    write(session, service, entry, "ある投稿を削除した。", by=staff)
    for about in ("title", "foreword"):
        with pytest.raises(NotAllowed, match="特定できる言葉") as refused:
            publish(session, service, staff, **{about: "高橋さんの事例"})
        assert refused.value.about == about
        with pytest.raises(NotAllowed, match="題か前書き") as refused:
            publish(session, service, staff, **{about: f"{PART}という投稿など"})
        assert refused.value.about == "confirmed"
    words = "2026年4月から「つむぎ広場」で判断した事例です。"
    publish(session, service, staff, foreword=words, confirmed=["2026年4月", "「つむぎ広場」"])


# --- what is published still stands --------------------------------------------------------------------------------


def test_an_example_whose_measure_was_taken_back_since_it_was_read_is_not_published(session, service, staff, told):
    [entry] = drafted(session, service)
    write(session, service, entry, "ある投稿を削除した。", by=staff)
    [measure] = measures_of(session, told)
    reversals.reverse(session, told, [measure.id], "取り違えていたため。", reversed_at=AT, by=staff.id, at=AT)

    with pytest.raises(NotAllowed, match=f"「名誉毀損」の事例（{told.number}）は公表できません") as refused:
        publish(session, service, staff)

    assert refused.value.about == f"e-{entry.row.id}"
    assert not digest.entries_of(session, service)[0].stands


def test_an_example_whose_item_was_decided_anew_is_not_published(session, service, staff, clause, told):
    make_told(session, service, staff, replace(make.KEEP, reason="意見の範囲にとどまり、受忍限度を超えない。"))
    for entry in drafted(session, service):
        write(session, service, entry, "ある投稿について判断した。", by=staff)
    [kept] = [one for one in digest.entries_of(session, service) if not one.decision.take]
    notice = session.exec(select(Notice).where(Notice.case_id == kept.row.case_id)).one()
    make.decide(session, notice, make.KEEP, staff, "2026-11-18T10:00+09:00")

    with pytest.raises(NotAllowed, match=notice.number):
        publish(session, service, staff)
    digest.drop_entry(session, service, kept.row.id, kept.row.revision, at=AT)
    assert publish(session, service, staff).version == 1


def test_a_digest_without_any_measure_is_none_of_article_26(session, service, staff, clause):
    make_told(session, service, staff, make.KEEP)
    [entry] = drafted(session, service)
    write(session, service, entry, "ある投稿をそのままにした。", by=staff)

    with pytest.raises(NotAllowed, match="措置を講じた事例が一つもありません"):
        publish(session, service, staff)
    assert session.exec(select(Clock).where(Clock.rule == "digest")).all() == []


def test_a_digest_says_whether_it_has_examples_that_the_article_is_not_about(session, service, staff, clause, told):
    drafted(session, service)
    first = published(session, service, staff)
    assert not digest.published(session, first).beyond
    make_told(session, service, staff, make.KEEP)
    make_told(session, service, staff, make.remove(clause))
    drafted(session, service)
    assert digest.published(session, published(session, service, staff, "ある投稿について判断した。")).beyond
