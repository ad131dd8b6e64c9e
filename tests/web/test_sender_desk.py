"""What the desk says in the tab 発信者 and around it: dead links, what was done, what has arrived, who is not told."""

import re

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import member, post, words
from tests.web.test_senders import AT, ELECTION, FREE, ask, file, prove, tab, the
from tracker.casework import decisions, endings, journal, measures
from tracker.casework.appeals import filing
from tracker.law.grounds import Circumstance, SenderExemption
from tracker.models import (
    CriteriaVersion,
    Inquiry,
    Letter,
    Measure,
    Notice,
    Role,
    Sender,
    SenderAnswer,
    SenderDoor,
    Staff,
)

DEAD = "この文面のアドレスは使えなくなりました。"
NEWER = "「手渡しするアドレス」の新しいアドレスに替えて渡してください。"
HAND = "/desk/letters?view=handover"


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        return service


def act(client, case, sender, verb):
    """Renew or shut the page of an inquiry, and the page that follows."""
    done = post(client, f"{case}/senders/{sender.id}/pages/inquiry/{verb}", sure="1")
    assert done.status_code == 303, words(done)
    return client.get(done.headers["Location"])


def test_a_letter_in_hand_whose_link_was_renewed_or_shut_says_so_wherever_it_waits(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    places = (f"{case}?tab=letters", f"{case}?tab=senders", HAND)
    assert not any(DEAD in words(lead.get(place)) for place in places)
    freezer.move_to("2026-06-01T10:05:00+09:00")
    act(lead, case, sender, "renew")
    assert all(DEAD + NEWER in words(lead.get(place)) for place in places)
    with database.reading() as session:
        one = session.exec(select(Letter).where(Letter.sender_id == sender.id)).one()
    alone = words(lead.get(f"{case}/letters/{one.id}"))
    assert DEAD in alone and "渡す文面です。" in alone and "送ったまま" not in alone
    act(lead, case, sender, "close")
    assert all(DEAD + "「発信者」のタブでアドレスを作り直して" in words(lead.get(place)) for place in places)
    given = {"when": "2026-06-01T10:05", "how": "サービス内の通知"}
    assert post(lead, f"{case}/letters/{one.id}/handover", **given).status_code == 303
    assert not any(DEAD in words(lead.get(place)) for place in places)
    assert "送ったままの文面です。" in words(lead.get(f"{case}/letters/{one.id}"))


def test_a_link_that_expired_before_the_letter_was_given_is_dead_too(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    ask(member(app), case, sender)
    freezer.move_to("2027-06-01T10:00:00+09:00")
    assert DEAD in words(tab(member(app), case))


def test_each_act_of_the_tab_is_said_once_beside_its_sender_and_a_new_link_lies_open(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    _preview, sent = ask(lead, case, sender)
    said = "渡す照会を作りました。渡した後に、渡した日時と方法を記録してください。"
    assert said in words(lead.get(sent.headers["Location"])) and said not in words(tab(lead, case))
    freezer.move_to("2026-06-01T13:00:00+09:00")
    page = act(lead, case, sender, "renew")
    assert "新しいアドレスを作りました。" in words(page)
    assert "<details open><summary>手渡しするアドレス" in page.text
    assert "<details><summary>手渡しするアドレス" in tab(lead, case).text
    inquiry = the(database, Inquiry)
    prove(lead, case, inquiry, of=str(sender.id))
    assert "照会が届いたことを記録しました。" in words(tab(lead, case))
    refused = post(lead, f"{case}/inquiries/{inquiry.id}/correction", when="", why="", of=str(sender.id))
    assert refused.status_code == 422 and "訂正しました" not in words(refused)
    lost = {"lost": "1", "why": "別の人の表示だった", "of": str(sender.id)}
    post(lead, f"{case}/inquiries/{inquiry.id}/correction", **lost)
    assert "届いていなかったことを記録しました。" in words(tab(lead, case))


def test_a_true_time_and_not_arrived_are_not_taken_together(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-03T13:00:00+09:00")
    inquiry = the(database, Inquiry)
    prove(lead, case, inquiry, of=str(sender.id))
    both = {"when": "2026-06-02T09:00", "lost": "1", "why": "見間違い", "of": str(sender.id)}
    refused = post(lead, f"{case}/inquiries/{inquiry.id}/correction", **both)
    assert refused.status_code == 422
    assert "正しい日時と「届いていなかった」の、どちらか一方だけを入力してください。" in words(refused)
    assert 'value="2026-06-02T09:00"' in refused.text and ">\n見間違い</textarea>" in refused.text
    assert the(database, Inquiry).received_at == make.instant("2026-06-01T12:00:00+09:00")


def test_nobody_was_asked_yet_is_said_apart_from_an_inquiry_that_shelters_from_nothing(database, service, app):
    _notice, sender, case = file(database, service)
    lead = member(app)
    fresh = "まだ照会していません。照会が届き、待機の間に「同意しない」という回答がなければ、免責されます。"
    assert fresh in words(tab(lead, case))
    ask(lead, case, sender, items=("1",))
    text = words(tab(lead, case))
    assert text.count(fresh) == 1 and "待機は始まっていません。" in text
    _other, _sender, mute = file(database, service, reason_withheld=True, reason="別の理由です。")
    text = words(tab(lead, mute))
    assert fresh not in text and "措置は、いつでも講じられます。" in text


def test_an_inquiry_about_nothing_asks_which_posts(database, service, app):
    _notice, sender, case = file(database, service)
    none = post(member(app), f"{case}/senders/{sender.id}/inquiry", regime="standard", way="hand")
    assert none.status_code == 422 and "照会する項目を、1つ以上選んでください。" in words(none)


def test_an_inquiry_that_arrived_waits_for_nobody_to_hand_it_over(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-01T13:00:00+09:00")
    prove(lead, case, the(database, Inquiry), of=str(sender.id))
    for place in (f"{case}?tab=letters", f"{case}?tab=senders", HAND):
        text = words(lead.get(place))
        assert "届いている（渡した記録はない）" in text and "渡すのを待っている" not in text


def test_an_objection_after_the_wait_is_not_said_to_be_missing(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    lead = member(app)
    ask(lead, case, sender, items=("1",))
    prove(lead, case, the(database, Inquiry), when="2026-06-01T10:00", of=str(sender.id))
    freezer.move_to("2026-06-10T13:00:00+09:00")
    lead = member(app)
    assert "同意しない旨の回答はありません。" in words(tab(lead, case))
    form = {"items": ["1"], "text": "遅くなりました。", "when": "2026-06-10T12:00", "position": "objects"}
    assert post(lead, f"{case}/senders/{sender.id}/answer", **form).status_code == 303
    text = words(tab(lead, case))
    assert "「同意しない」という回答はありませんでした（期間の後の回答があります）。" in text
    assert "同意しない旨の回答はありません" not in text


def test_the_elements_of_a_short_wait_stand_under_its_own_choice(database, service, app):
    _notice, sender, case = file(database, service, **make.urgent(Circumstance.ELECTION))
    lead = member(app)
    page = tab(lead, case).text
    card, ways = page.index('value="election"'), page.index('name="way"')
    assert card < page.index(f'value="election.{ELECTION[0]}"') < ways
    assert "法4条2号の要件を確かめた項目です" not in page
    elements = [f"no_wait.{one}" for one in FREE]
    assert post(lead, f"{case}/senders/{sender.id}/no-wait", items=["1"], elements=elements).status_code == 303
    text = words(tab(lead, case))
    assert "要件を確かめたことを記録しました。" in text
    assert text.count("法4条2号の要件を確かめた項目です。照会も待機も要りません。") == 1


def test_a_time_typed_to_the_minute_of_the_inquiry_itself_is_taken(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    freezer.move_to("2026-06-01T10:05:40+09:00")
    lead = member(app)
    ask(lead, case, sender)
    freezer.move_to("2026-06-01T10:05:50+09:00")
    inquiry = the(database, Inquiry)
    early = prove(lead, case, inquiry, when="2026-06-01T10:04", of=str(sender.id))
    assert early.status_code == 422 and "照会を作った時より前" in words(early)
    assert prove(lead, case, inquiry, when="2026-06-01T10:05", of=str(sender.id)).status_code == 303
    assert the(database, Inquiry).received_at == inquiry.asked_at
    form = {"items": ["1"], "text": "事実です。", "when": "2026-06-01T10:05", "position": "objects"}
    assert post(lead, f"{case}/senders/{sender.id}/answer", **form).status_code == 303
    assert the(database, SenderAnswer).received_at == inquiry.asked_at


def test_a_page_that_can_be_used_into_next_year_names_the_year(database, service, app, freezer):
    _notice, sender, case = file(database, service)
    freezer.move_to("2026-06-01T10:05:00+09:00")
    ask(member(app), case, sender)
    with database.writing() as session:
        door = session.exec(select(SenderDoor)).one()
        door.expires_at = make.instant("2027-01-03T10:05:00+09:00")
        session.add(door)
    assert "2027年1月3日(日) 10:05まで使える" in words(tab(member(app), case))


@pytest.fixture
def done(database, service):
    """A notice both posts of which were removed, and its address."""
    notice, _sender, case = file(database, service)
    with database.writing() as session:
        row, by = session.get_one(Notice, notice.id), make.make_staff(session, name="実施した人")
        clause = make.first_clause(session, session.exec(select(CriteriaVersion)).one())
        at = make.instant("2026-06-01T09:30:00+09:00")
        make.decide(session, row, make.remove(clause), by, "2026-06-01T09:20:00+09:00")
        ids = [m.id for m in session.exec(select(Measure))]
        measures.execute(session, row, ids, executed_at=at, by=by.id, at=at)
    return notice, case


def test_a_sender_who_is_not_told_is_shown_with_the_ground_where_the_item_says_who_was_told(database, app, done):
    notice, case = done
    lead = member(app)
    assert "発信者へまだ" in words(lead.get(case)) and "当社自身が投稿した" in words(lead.get(f"{case}?tab=letters"))
    with database.writing() as session:
        row, by = session.get_one(Notice, notice.id), session.exec(select(Staff)).first()
        items = [item.id for item in decisions.items_of(session, row)]
        at = make.instant(AT)
        endings.exempt_sender(session, row, items, SenderExemption.OWN, "広報の投稿。", by=by.id, at=at)
    text = words(lead.get(case))
    assert "発信者へ通知しない（法27条1号）" in text and "発信者へまだ" not in text


def test_a_measure_that_is_kept_is_not_said_to_be_undone(database, app, done):
    notice, _case = done
    with database.writing() as session:
        row, sender = session.get_one(Notice, notice.id), session.exec(select(Sender)).one()
        first = filing.appealable(session, row, sender.id)[0]
        at = make.instant(AT)
        [appeal] = filing.file(session, row, sender, [first.measure.id], "事実です。", actor=journal.SENDER, at=at)
    lead, path = member(app), f"/desk/appeals/{appeal.id}/decision"
    keep = {"result": "keep", "reason": "基準のとおりです。", "reversed_at": "2026-06-01T09:50:00"}
    refused = post(lead, path, **keep, sure="1")
    assert refused.status_code == 422
    assert (
        "元に戻したという印があります。取り消すときは「取り消す」を選び、維持するときは印を消してください。"
        in words(refused)
    )
    assert "基準のとおりです。" in refused.text
    assert post(lead, path, **keep).status_code == 303


def test_the_room_of_appeals_stands_in_the_menu_with_how_many_wait(database, app, done):
    notice, _case = done
    reviewer = member(app, Role.REVIEWER)
    link = r'<a href="/desk/appeals"([^>]*)>不服申立て(?:&nbsp;<span class="count">(\d+)</span>)?</a>'
    assert re.findall(link, reviewer.get("/desk/letters").text) == [("", "")]
    with database.writing() as session:
        row, sender = session.get_one(Notice, notice.id), session.exec(select(Sender)).one()
        ids = [one.measure.id for one in filing.appealable(session, row, sender.id)]
        filing.file(session, row, sender, ids, "事実です。", actor=journal.SENDER, at=make.instant(AT))
    assert re.findall(link, reviewer.get("/desk/letters").text) == [("", "2")]
    assert re.findall(link, reviewer.get("/desk/appeals").text) == [(' aria-current="page"', "2")]
