"""The status page: everything that was told, nothing that was not."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.claimant import send, text
from tracker.casework import decisions, delivery, endings, folder, investigation, journal, measures, replies
from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround
from tracker.letters.transport import Answer
from tracker.models import Event, Letter, LetterKind

ACCEPTED = Answer(True, 250, "smtp")
REFUSED = Answer(False, 550, "smtp", "5.1.1")
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to("2026-04-28T09:14:37+09:00")
    with database.writing() as session:
        make.make_service(session)
        make.make_service(session, "つむぎ日記", "nikki", "TD")
    return app.test_client()


@pytest.fixture
def address(client):
    """The status page of a filing with two items."""
    url = ["https://tsumugi.example/p/1", "https://tsumugi.example/p/2"]
    found = send(client, url=url, quote=["一つ目の言葉", "二つ目の言葉"]).location
    return found.replace("/receipt/", "/status/")


@pytest.fixture
def desk(database):
    """Staff and usable criteria."""
    with database.writing() as session:
        _notice, service = _notice_of(session)
        return make.make_staff(session), make.first_clause(session, make.make_criteria(session, service))


def _notice_of(session):
    notice = folder.find(session, "TH-2026-000001")
    return notice, folder.open_folder(session, notice, at=make.instant("2026-04-30T09:00+09:00")).service


def decide_first(database, desk, *, execute: bool) -> None:
    staff, clause = desk
    with database.writing() as session:
        notice, _service = _notice_of(session)
        make.decide(session, notice, make.remove(clause), staff, "2026-04-30T16:20+09:00", (1,))
        if execute:
            found = decisions.standing_measures(session, [i.id for i in decisions.items_of(session, notice)])
            measures.execute(
                session,
                notice,
                [m.id for m in found],
                executed_at=make.instant("2026-04-30T16:48+09:00"),
                by=staff.id,
                at=make.instant("2026-04-30T16:50+09:00"),
            )


def send_outcome(database, desk, answer: Answer | None):
    staff, _clause = desk
    at = make.instant("2026-04-30T17:00+09:00")
    with database.writing() as session:
        notice, _service = _notice_of(session)
        draft = replies.outcome_draft(session, notice)
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
        if answer:
            delivery.settle(session, letter.id, answer, at=at)
        return letter.id


def test_before_anything_happened_the_day_of_the_answer_is_shown(client, address):
    words = text(client.get(address))
    assert "受け付けました。これから調べます" in words and "調べています" not in words
    assert "5月5日(火・祝)が終わるまでに、結果か途中経過をお知らせします" in words
    assert "2026年4月28日(火) 9時14分37秒" in words and "2件の投稿" in words
    assert "いま、あなたにしていただくことはありません" in words


def test_that_it_is_looked_into_is_said_once_somebody_began(client, address, database, desk):
    staff, _clause = desk
    with database.writing() as session:
        investigation.begin(session, _notice_of(session)[0], by=staff.id, at=make.instant("2026-04-28T12:00+09:00"))
    words = text(client.get(address))
    assert words.count("調べています") == 4 and "これから調べます" not in words


def test_a_decision_or_a_measure_is_never_shown_before_its_letter(client, address, database, desk):
    decide_first(database, desk, execute=True)
    words = text(client.get(address))
    for told_too_early in ("削除した", "16時48分", "措置を講じ", "事実でない内容", "小野寺", "第4条"):
        assert told_too_early not in words, told_too_early
    assert words.count("調べています") >= 3


def test_once_the_letter_was_given_its_items_say_what_was_done(client, address, database, desk):
    decide_first(database, desk, execute=True)
    send_outcome(database, desk, ACCEPTED)
    words = text(client.get(address))
    assert "削除した2026年4月30日(木) 16時48分" in words and "残りの1件を調べています" in words
    assert "結果をお知らせしました" in words and "まだ開いていないお知らせがあります" in words
    assert "小野寺" not in words and "事実でない内容" not in words


def test_a_later_decision_does_not_show_until_it_is_told(client, address, database, desk):
    decide_first(database, desk, execute=True)
    send_outcome(database, desk, ACCEPTED)
    staff, _clause = desk
    with database.writing() as session:
        notice, _service = _notice_of(session)
        make.decide(session, notice, make.KEEP, staff, "2026-05-01T10:00+09:00", (2,))
    words = text(client.get(address))
    assert "措置を講じませんでした" not in words and "残りの1件を調べています" in words


def test_a_letter_is_opened_by_a_post_and_then_read(client, address, database, desk, freezer):
    decide_first(database, desk, execute=True)
    id = send_outcome(database, desk, REFUSED)
    assert "メールでは届けられませんでした" in text(client.get(address))
    place = f"{address}/letters/{id}"
    assert client.get(place).status_code == 303  # a link scanner opens nothing
    with database.reading() as session:
        assert session.get_one(Letter, id).opened_at is None
    freezer.move_to("2026-04-30T18:00:00+09:00")
    answer = client.post(place, headers=HERE)
    assert answer.status_code == 303
    words = text(client.get(answer.location))
    assert "事実でない内容で社会的評価を下げているため" in words and "開示するものではありません" in words
    with database.reading() as session:
        assert session.get_one(Letter, id).given_at == make.instant("2026-04-30T18:00+09:00")
        facts = [e.fact for e in session.exec(select(Event).order_by(Event.seq))]
    assert Fact.LETTER_OPENED in facts and Fact.OUTCOME_GIVEN in facts
    client.post(place, headers=HERE)
    with database.reading() as session:
        assert len([e for e in session.exec(select(Event)) if e.fact is Fact.LETTER_OPENED]) == 1


def test_a_letter_to_the_sender_or_of_another_case_cannot_be_opened(client, address, database, desk):
    decide_first(database, desk, execute=True)
    staff, _clause = desk
    at = make.instant("2026-04-30T17:00+09:00")
    with database.writing() as session:
        notice, service = _notice_of(session)
        [draft] = replies.sender_drafts(session, notice)
        to_sender = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at).id
        other = make.make_notice(session, service)
        elsewhere = session.exec(select(Letter.id).where(Letter.case_id == other.case_id)).one()
    for id in (to_sender, elsewhere):
        assert client.post(f"{address}/letters/{id}", headers=HERE).status_code == 404
        assert str(id) not in client.get(address).get_data(as_text=True)


def test_an_interim_reply_is_told_with_its_ground_and_the_wait_has_no_number(client, address, database, desk):
    staff, _clause = desk
    at = make.instant("2026-05-01T17:20+09:00")
    with database.writing() as session:
        notice, _service = _notice_of(session)
        ids = [i.id for i in decisions.items_of(session, notice)]
        draft = replies.interim_draft(session, notice, ids, DeferralGround.SENDER_OPINION, "")
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=at)
        delivery.settle(session, letter.id, ACCEPTED, at=at)
    words = text(client.get(address))
    assert "投稿した人に意見を聴くこととした" in words and "途中経過をお知らせしました" in words
    assert "法律に日数の定めはありません" in words


def test_after_the_day_the_page_says_that_it_is_late(client, address, freezer):
    freezer.move_to("2026-05-06T00:00:00+09:00")
    words = text(client.get(address))
    assert "お知らせの日を過ぎています" in words and "超過" in words


def test_a_withdrawn_notice_says_so(client, address, database):
    with database.writing() as session:
        notice, _service = _notice_of(session)
        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=make.instant("2026-04-29T09:00+09:00"))
    words = text(client.get(address))
    assert "取り下げられました" in words and "調べています" not in words


def test_number_and_secret_lead_to_the_page_however_they_are_typed(client, address):
    number, secret = address.split("/")[-2:]
    typed = {"number": f" {number.lower()} ", "secret": secret.replace("-", " ").upper()}
    answer = client.post("/s/tsumugi/status", data=typed, headers=HERE)
    assert answer.status_code == 303 and answer.location == address


@pytest.mark.parametrize(
    "typed",
    ["ＴＨ−２０２６−０００００１", "th‐2026‐000001", "THー2026ー000001", "TH2026000001", "TH 2026 1", "TH–2026–01"],
)
def test_a_number_is_found_by_its_letters_and_digits(client, address, typed):
    data = {"number": typed, "secret": address.rsplit("/", 1)[1]}
    assert client.post("/s/tsumugi/status", data=data, headers=HERE).location == address


@pytest.mark.parametrize("typed", ["1", "000001", "2026-000001", "TH-000001", "TH-2026", "TD-2026-000001"])
def test_half_a_number_is_not_guessed(client, address, typed):
    data = {"number": typed, "secret": address.rsplit("/", 1)[1]}
    assert client.post("/s/tsumugi/status", data=data, headers=HERE).status_code == 422


def test_when_everything_was_told_the_line_ends_with_its_letter(client, address, database, desk):
    staff, _clause = desk
    with database.writing() as session:
        notice, _service = _notice_of(session)
        make.decide(session, notice, make.KEEP, staff, "2026-04-30T10:00+09:00")
    send_outcome(database, desk, ACCEPTED)
    words = text(client.get(address))
    assert words.count("すべての結果をお知らせしました") == 1 and "下のお知らせ" not in words
    line = words.split("これまでと、これから")[1]
    assert "2件の結果をお知らせしました" in line and "いま" not in line.split("7日の数え方")[0]


def test_an_unknown_number_and_a_wrong_secret_get_the_same_sentence(client, address):
    number, secret = address.split("/")[-2:]
    pairs = [(number, "wrong"), ("TH-2026-009999", secret), ("", ""), ("\x00", "\x00")]
    answers = [client.post("/s/tsumugi/status", data={"number": n, "secret": s}, headers=HERE) for n, s in pairs]
    assert [a.status_code for a in answers] == [422] * 4
    said = {re.search(r'id="number-error".*?</p>', a.get_data(as_text=True), re.S).group() for a in answers}
    assert len(said) == 1
    other = client.post("/s/nikki/status", data={"number": number, "secret": secret}, headers=HERE)
    assert other.status_code == 422
    assert number in answers[0].get_data(as_text=True)


def test_the_receipt_letter_is_listed_and_reads_as_it_was_sent(client, address, database):
    with database.reading() as session:
        letter = session.exec(select(Letter).where(Letter.kind == LetterKind.RECEIPT)).one()
    answer = client.post(f"{address}/letters/{letter.id}", headers=HERE)
    assert "5月5日(火)が終わるまでに" in text(client.get(answer.location))


def test_only_the_newest_letter_that_says_something_new_has_the_main_button(client, address, database, desk):
    def main_buttons() -> list[str]:
        body = client.get(address).get_data(as_text=True)
        return re.findall(r'button--main[^>]*>([^<]+)<span class="hidden-text">([^<]+)', body)

    assert main_buttons() == []  # the receipt waits to be opened, and is no news
    decide_first(database, desk, execute=True)
    letter_id = send_outcome(database, desk, ACCEPTED)
    assert main_buttons() == [("開く", "(1件の結果)")]
    client.post(f"{address}/letters/{letter_id}", headers=HERE)
    assert main_buttons() == []


def test_what_comes_next_has_its_day_while_the_law_names_one(client, address, database, desk):
    assert "結果、または途中経過をお知らせします5月5日(火・祝)が終わるまで" in text(client.get(address))
    with database.writing() as session:
        notice, _service = _notice_of(session)
        ids = [i.id for i in decisions.items_of(session, notice)]
        draft = replies.interim_draft(session, notice, ids, DeferralGround.SENDER_OPINION, "")
        letter = replies.send_draft(session, notice, draft, draft.digest, by=desk[0].id, at=notice.received_at)
        delivery.settle(session, letter.id, ACCEPTED, at=notice.received_at)
    words = text(client.get(address))
    assert "結果をお知らせします判断した後、遅滞なく(法25条2項)" in words
    assert "判断の後、遅滞なく" in words and "義務法25条2項" in words.replace(" ", "")


def test_the_items_of_a_long_filing_are_told_together(client):
    many = "\n".join(f"https://tsumugi.example/p/{n}" for n in range(25))
    found = send(client, token="c" * 32, url=[""], quote=[""], many=many, email="long@mail.example").location
    page = client.get(found.replace("/receipt/", "/status/"))
    assert text(page).count("これから調べます") < 5 and "25件の投稿" in text(page)
    assert page.get_data(as_text=True).count("https://tsumugi.example/p/") == 25
