"""法的な書面 through the doors: enter, extend, follow, end; and that a confidential one is nobody else's."""

import io
import re

import pytest
from sqlmodel import select

from tests import make, pictures
from tests.casework.test_watch import jst
from tests.web.desk import make_member, post, sign_in, token, words
from tracker.casework.verify import verify
from tracker.casework.watch.sweep import sweep
from tracker.i18n import japanese_time
from tracker.models import Clock, Event, LegalPaper, LogHold, Reconciliation, Role, Service, Staff

NOW = "2026-11-20T16:00:00+09:00"  # Friday
BAN = {
    "kind": "erasure_ban",
    "service": "tsumugi",
    "served": "2026-11-20 14:30",
    "issuer": "東京地方裁判所民事第9部",
    "reference": "令和8年(発チ)第12号",
    "asks": "発信者情報の消去の禁止",
    "accounts": "@kaze_2198",
    "classes": ["2-5", "2-8"],
}
REQUEST = BAN | {
    "kind": "preservation",
    "issuer": "警視庁",
    "asks": "保全",
    "until": "2026-12-20",
    "confidential": "0",
}


@pytest.fixture(autouse=True)
def _now(freezer):
    freezer.move_to(NOW)


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def people(app, database, service):
    """One of each role, signed in, and a second lead."""
    app.extensions["limits"].enabled = False
    with database.writing() as session:
        for name, role in (("lead", Role.LEAD), ("other", Role.LEAD), *((r.value, r) for r in Role if r != Role.LEAD)):
            make_member(app, session, f"{name}@tsumugi.example", role, name=f"係 {name}")
    return {name: sign_in(app, f"{name}@tsumugi.example")[0] for name in ("lead", "other", *(r.value for r in Role))}


def staff_id(database, name) -> str:
    with database.reading() as session:
        return str(session.exec(select(Staff.id).where(Staff.email == f"{name}@tsumugi.example")).one())


def enter(client, **fields):
    answer = post(client, "/desk/papers/new", **fields)
    assert answer.status_code == 303, words(answer)
    return answer.headers["Location"]


def test_the_room_before_the_first_paper_says_how_one_gets_here(people):
    assert "終わっていない書面はありません" in words(people["reviewer"].get("/desk/papers"))


def test_a_lead_chooses_the_kind_and_enters_what_was_served(people, database):
    client = people["lead"]
    assert "消去禁止命令" in words(client.get("/desk/papers/new"))
    form = client.get("/desk/papers/new?kind=erasure_ban")
    assert "残す情報の種類（規則2条）" in words(form) and "書面に書かれた最後の日" not in words(form)
    page = words(client.get(enter(client, **BAN)))
    assert "TH-L-2026-0001" in page and "法16条1項" in page and "消去禁止" in page and "事件が終わるまで" in page
    assert "11/27(金)" in page and "権利" in page  # a week for the appeal
    assert "@kaze_2198" in page and "投稿のIPアドレスとポート番号" in page
    assert "弁護士に確かめること" in page
    listed = words(people["reviewer"].get("/desk/papers"))
    assert "消去禁止命令" in listed and "東京地方裁判所民事第9部" in listed


def test_every_kind_has_a_form(people):
    kinds = set(re.findall(r"kind=(\w+)", people["lead"].get("/desk/papers/new").text))
    assert len(kinds) == 14
    for kind in kinds:
        assert people["lead"].get(f"/desk/papers/new?kind={kind}").status_code == 200


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(people, database):
    client = people["lead"]
    answer = post(client, "/desk/papers/new", **(BAN | {"served": "きのう"}))
    assert answer.status_code == 422 and "日付が読み取れません" in words(answer)
    assert "@kaze_2198" in answer.text and 'value="2-5" checked' in answer.text
    later = post(client, "/desk/papers/new", **(BAN | {"served": "2026-11-21"}))
    assert later.status_code == 422 and "まだ来ていません" in words(later)
    without = post(client, "/desk/papers/new", **(BAN | {"classes": []}))
    assert without.status_code == 422 and "書面を見て選んでください" in words(without)
    with database.reading() as session:
        assert session.exec(select(LegalPaper)).all() == []


def test_a_request_longer_than_thirty_days_is_refused_with_the_last_day(people):
    answer = post(people["lead"], "/desk/papers/new", **(REQUEST | {"until": "2026-12-21"}))
    assert answer.status_code == 422 and "2026年12月20日(日)までです" in words(answer)


def test_an_extension_begins_at_the_first_request(people, database, freezer):
    client = people["lead"]
    first = enter(client, **REQUEST)
    assert "2026年12月20日(日)" in words(client.get(first))
    freezer.move_to("2026-12-15T10:00:00+09:00")
    client = sign_in_again(client)
    link = re.search(r'href="([^"]*preservation_extension[^"]*)"', client.get(first).text)[1].replace("&amp;", "&")
    form = client.get(link)
    assert "最初の要請は2026年11月20日(金)" in words(form) and "警視庁" in form.text
    said = REQUEST | {"kind": "preservation_extension", "first": "TH-L-2026-0001", "served": "2026-12-15 09:00"}
    late = post(client, "/desk/papers/new", **(said | {"until": "2027-01-20"}))
    assert late.status_code == 422 and "三十日" in words(late)
    second = enter(client, **(said | {"until": "2027-01-19"}))
    page = words(client.get(second))
    assert "2027年1月19日(火)" in page and "最初の要請 TH-L-2026-0001" in page
    again = post(client, "/desk/papers/new", **(said | {"until": "2027-01-15"}))
    assert again.status_code == 422 and "いまの最後の日の2027年1月19日(火)より後" in words(again)


def test_a_further_extension_begins_at_either_page_and_names_the_day_that_stands(people, freezer):
    client = people["lead"]
    first = enter(client, **(REQUEST | {"until": "2026-12-10"}))
    freezer.move_to("2026-12-08T10:00:00+09:00")
    client = sign_in_again(client)
    said = REQUEST | {"kind": "preservation_extension", "first": "TH-L-2026-0001", "served": "2026-12-08 09:00"}
    second = enter(client, **(said | {"until": "2026-12-20"}))
    for path in (first, second):
        link = re.search(r'href="([^"]*preservation_extension[^"]*)"', client.get(path).text)[1].replace("&amp;", "&")
        assert "いまの最後の日は2026年12月20日(日)" in words(client.get(link))
    third = enter(client, **(said | {"until": "2027-01-09", "served": "2026-12-08 09:30"}))
    assert "2027年1月9日(土)" in words(client.get(third))


DEMAND = {
    "kind": "report_demand",
    "service": "tsumugi",
    "issuer": "総務省",
    "asks": "措置の実施状況の報告",
    "until": "2026-12-20",
    "posted": "1",
}


def test_a_published_paper_is_served_when_its_weeks_have_passed(people):
    client = people["lead"]
    assert "公示送達による" in words(client.get("/desk/papers/new?kind=report_demand"))
    assert "公示送達" not in words(client.get("/desk/papers/new?kind=suit"))
    bare = post(client, "/desk/papers/new", **DEMAND)
    assert bare.status_code == 422 and "掲載された日を入力してください" in words(bare)
    early = post(client, "/desk/papers/new", **(DEMAND | {"posted_on": "2026-11-10"}))
    assert early.status_code == 422 and "2026年11月25日(水)の午前0時に生じます（法33条）" in words(early)
    assert 'value="2026-11-10"' in early.text
    abroad = post(client, "/desk/papers/new", **(DEMAND | {"posted_on": "2026-11-02", "posted_abroad": "1"}))
    assert abroad.status_code == 422 and "2026年12月15日(火)" in words(abroad)
    page = words(client.get(enter(client, **(DEMAND | {"posted_on": "2026-11-02"}))))
    assert "2026年11月17日(火) 0時00分" in page
    assert "翌日の2026年11月3日(火・祝)から14日を数えて、2026年11月16日(月)の終わりに効力が生じました" in page


def test_what_a_sender_said_of_a_disclosure_is_kept_with_its_reason(people):
    client = people["lead"]
    path = enter(client, **(BAN | {"kind": "disclosure_request"}))
    heard = {"fact": "disclosure_heard", "occurred": "2026-11-20 15:00"}
    bare = post(client, f"{path}/facts", **heard)
    assert bare.status_code == 422 and "発信者の意見を選んでください" in words(bare)
    without = post(client, f"{path}/facts", **heard, answer="refused")
    assert without.status_code == 422 and "応じるべきでない理由" in words(without)
    assert post(client, f"{path}/facts", **heard, answer="refused", remark="事実を書いた").status_code == 303
    assert "開示に応じるべきでない" in words(client.get(path)) and "事実を書いた" in words(client.get(path))


def test_the_sender_is_still_told_of_an_order_after_the_end(people):
    client = people["lead"]
    path = enter(client, **(BAN | {"kind": "disclosure_order", "objected": "1"}))
    assert (
        post(
            client, f"{path}/end", ended="2026-11-20", ended_untimed="1", reason="異議の訴えを提起しなかった"
        ).status_code
        == 303
    )
    page = words(client.get(path))
    assert "この書面による義務が残っています" in page and "異議の訴えを提起した" not in page
    room = words(client.get("/desk/papers"))
    assert "に終わった" in room and "開示命令を受けたことの発信者への通知" in room
    assert (
        post(
            client, f"{path}/facts", fact="sender_told_of_order", occurred="2026-11-20", occurred_untimed="1"
        ).status_code
        == 303
    )
    assert "この書面による義務が残っています" not in words(client.get(path))


def sign_in_again(client):
    """The same person after the sign-in ran out."""
    app = client.application
    return sign_in(app, "lead@tsumugi.example")[0]


def test_the_end_of_one_paper_leaves_the_holds_of_another(people, database):
    client = people["lead"]
    ban, asked = enter(client, **BAN), enter(client, **REQUEST)
    bare = post(client, f"{ban}/end", ended="2026-11-20", ended_untimed="1", reason="")
    assert bare.status_code == 422 and "どう終わったか" in words(bare)
    done = post(
        client, f"{ban}/end", ended="2026-11-20", ended_untimed="1", reason="申立ての取下げにより事件が終わった"
    )
    assert done.status_code == 303
    assert "申立ての取下げにより" in words(client.get(ban)) and "解きました" in words(client.get(ban))
    with database.reading() as session:
        holds = {hold.rule: hold.released_at for hold in session.exec(select(LogHold))}
    assert holds["erasure_ban"] is not None and holds["preservation"] is None
    again = post(client, f"{ban}/end", ended="2026-11-20", ended_untimed="1", reason="もう一度")
    assert again.status_code == 409 and "もう終わった" in words(again)
    assert "消去禁止命令" in words(client.get("/desk/papers?view=ended"))
    assert "消去禁止命令" not in words(client.get("/desk/papers"))
    assert asked in client.get("/desk/papers").text


def test_a_provision_names_a_way_of_the_rule_and_lapses_after_two_months(people, database, freezer):
    client = people["lead"]
    order = enter(client, **(BAN | {"kind": "provision_order", "provided": "7-1-i"}))
    page = words(client.get(order))
    assert "電子メールの送信" in page and "磁気ディスク" in page and "ここにない方法では提供できません" in page
    without = post(client, f"{order}/facts", fact="provision_made", occurred="2026-11-20", occurred_untimed="1")
    assert without.status_code == 422 and "規則6条1項" in words(without)
    made = post(client, f"{order}/facts", fact="provision_made", occurred="2026-11-20 15:00", way="6-1-1")
    assert made.status_code == 303
    freezer.move_to("2027-01-21T00:30:00+09:00")
    client = sign_in_again(client)
    assert "この書面の期間は過ぎました" in words(client.get(order))
    assert "期間が過ぎたもの" in words(client.get("/desk/papers"))


def test_a_confidential_paper_is_not_there_for_anybody_who_is_not_named(people, database):
    client = people["lead"]
    path = enter(client, **(REQUEST | {"confidential": "1", "readers": [staff_id(database, "reviewer")]}))
    assert "TH-LC-2026-0001" in path
    for name, other in people.items():
        knows = name in ("lead", "reviewer")
        page, room = other.get(path), other.get("/desk/papers")
        assert page.status_code == (200 if knows else 404), name
        assert ("警視庁" in words(room)) is knows and ("TH-LC" in room.text) is knows
        assert ("終わっていないもの 1" in words(room)) is knows
        for act in ("facts", "end", "readers", "files"):
            tried = post(
                other,
                f"{path}/{act}",
                reader=staff_id(database, "manager"),
                ended="2026-11-20",
                ended_untimed="1",
                reason="x",
            )
            assert knows or tried.status_code in (403, 404), (name, act)
        if knows:
            break  # the lead's own attempt above ended it: enough
    with database.reading() as session:
        assert session.exec(select(LegalPaper.ended_at)).one() is not None


def test_roles_do_not_open_what_only_names_do(people, database):
    path = enter(people["lead"], **(REQUEST | {"confidential": "1"}))
    for name in ("other", "manager", "administrator", "reviewer", "specialist"):
        client = people[name]
        assert client.get(path).status_code == 404
        assert (
            "警視庁" not in client.get("/desk/papers").text
            and "警視庁" not in client.get("/desk/papers?view=ended").text
        )
        assert post(client, f"{path}/readers", do="name", reader=staff_id(database, name)).status_code == 404
        first = post(
            client,
            "/desk/papers/new",
            **(REQUEST | {"kind": "preservation_extension", "first": "TH-LC-2026-0001", "until": "2026-12-25"}),
        )
        assert first.status_code in (403, 422) and "警視庁 " not in first.text


def test_a_named_reader_reads_and_may_name_others(people, database):
    lead, reviewer, manager = people["lead"], people["reviewer"], people["manager"]
    path = enter(lead, **(REQUEST | {"confidential": "1"}))
    assert post(lead, f"{path}/readers", do="name", reader=staff_id(database, "reviewer")).status_code == 303
    assert "係 lead" in words(reviewer.get(path))
    assert post(reviewer, f"{path}/readers", do="name", reader=staff_id(database, "manager")).status_code == 303
    assert manager.get(path).status_code == 200
    gone = post(lead, f"{path}/readers", do="end", reader=staff_id(database, "lead"))
    assert gone.status_code == 303 and gone.headers["Location"] == "/desk/papers"
    assert lead.get(path).status_code == 404
    nobody = post(reviewer, f"{path}/readers", do="name", reader="")
    assert nobody.status_code == 422 and "選んでください" in words(nobody)


def test_a_reviewer_reads_and_does_not_enter(people):
    assert people["reviewer"].get("/desk/papers/new").status_code == 403
    path = enter(people["lead"], **BAN)
    page = people["reviewer"].get(path)
    assert page.status_code == 200 and "主任以上ができます" in words(page)
    assert post(people["reviewer"], f"{path}/end", ended="2026-11-20", ended_untimed="1", reason="x").status_code == 403


def test_the_paper_itself_is_kept_as_a_file_and_its_opening_is_recorded(people, database):
    client = people["lead"]
    path = enter(client, **(REQUEST | {"confidential": "1"}))
    nothing = post(client, f"{path}/files")
    assert nothing.status_code == 422 and "ファイルを選んでください" in words(nothing)
    body = pictures.png()
    known = {"csrf_token": token(client.get("/desk/").text)}
    sent = client.post(f"{path}/files", data=known | {"file": (io.BytesIO(body), "要請書.png")})
    assert sent.status_code == 303, words(sent)
    page = client.get(path)
    assert "要請書.png" in words(page)
    file = re.search(rf'action="({re.escape(path)}/files/[^"]+)"', page.text)[1]
    for name, other in people.items():
        if name != "lead":
            assert post(other, file).status_code == 404
            assert other.get(f"/desk/evidence/{file.rsplit('/', 1)[1]}").status_code == 404
    opened = post(client, file)
    assert opened.status_code == 200 and opened.data == body
    with database.reading() as session:
        assert "evidence_opened" in {event.fact.value for event in session.exec(select(Event))}
        assert session.exec(select(Clock)).first() is not None


def test_the_room_of_holds_does_not_tell_of_a_confidential_paper(people):
    enter(people["lead"], **(REQUEST | {"confidential": "1"}))
    for name in ("manager", "other", "reviewer"):
        page = people[name].get("/desk/holds").text
        assert "刑訴法197" not in page and "捜査機関から" not in page
    assert "捜査機関から" in people["lead"].get("/desk/holds").text


def test_naming_and_taking_off_a_reader_stand_in_the_record_of_the_paper(people, database):
    lead = people["lead"]
    path = enter(lead, **(REQUEST | {"confidential": "1"}))
    manager = staff_id(database, "manager")
    for do in ("name", "end"):
        assert post(lead, f"{path}/readers", do=do, reader=manager).status_code == 303
    page = words(lead.get(path))
    assert "書面を読める人を名指しした" in page and "書面を読める人から外した" in page and "係 manager" in page


def test_the_case_shows_the_holds_of_papers_to_those_who_may_know(people, database):
    with database.writing() as session:
        notice = make.make_notice(session, session.exec(select(Service)).one(), "2026-11-01T09:00+09:00").number
    tab = f"/desk/cases/{notice}?tab=holds"
    always = "この画面に見えない保存があるときも、消去の前に必ず確かめられます。"
    before = words(people["reviewer"].get(tab))
    assert always in before and "この画面の保存は、消去を止めていません" in before
    enter(people["lead"], **(REQUEST | {"confidential": "1", "notice": notice}))
    hidden, shown = words(people["reviewer"].get(tab)), words(people["lead"].get(tab))
    assert hidden == before
    assert "TH-LC-2026-0001" in shown and "12月20日(日)まで消去を依頼できません" in shown and always in shown
    enter(people["lead"], **(BAN | {"notice": notice}))
    ban = words(people["reviewer"].get(tab))
    assert "TH-L-2026-0001" in ban and "法16条1項" in ban and "終わりの日はなく" in ban and "TH-LC" not in ban


def test_an_end_does_not_say_that_somebody_did_what_nobody_did(people):
    client = people["lead"]
    ban = enter(client, **BAN)
    asked = enter(client, **(BAN | {"kind": "disclosure_request"}))
    for path in (ban, asked):
        assert post(client, f"{path}/end", ended="2026-11-20 15:30", reason="取下げにより終わった").status_code == 303
        page = words(client.get(path))
        assert "請求・事件が終わったため、不要（したことではありません）" in page and "済み" not in page


def test_a_day_of_which_nobody_knows_the_time_is_shown_as_such_and_counts_from_its_beginning(people, database):
    client = people["lead"]
    request = BAN | {"kind": "disclosure_request", "served": "2026-11-20"}
    bare = post(client, "/desk/papers/new", **request)
    assert bare.status_code == 422 and "時刻も入力してください" in words(bare) and "@kaze_2198" in bare.text
    path = enter(client, **(request | {"served_untimed": "1"}))
    page = words(client.get(path))
    assert "2026年11月20日(金)（時刻は不明）" in page and "12時00分" not in page and "0時00分" not in page
    assert "時刻がわからないため、その日の初めから数えています" in page
    assert "（時刻は不明）" in words(client.get("/desk/papers"))
    with database.reading() as session:
        clock = session.exec(select(Clock).where(Clock.rule == "disclosure_hearing")).one()
        assert japanese_time(clock.started_at, seconds=False) == "2026年11月20日(金) 0時00分"
        assert list(verify(session)) == []
    timed = words(client.get(enter(client, **(BAN | {"kind": "disclosure_request"}))))
    assert "14時30分" in timed and "時刻は不明" not in timed


def test_a_period_counted_by_days_is_the_same_whether_the_time_is_known_or_not(people, database):
    for said in ({"served": "2026-11-20 14:30"}, {"served": "2026-11-20", "served_untimed": "1"}):
        enter(people["lead"], **(BAN | said))
    with database.reading() as session:
        ends = {clock.due_at for clock in session.exec(select(Clock).where(Clock.rule == "disclosure_appeal"))}
    assert len(ends) == 1


@pytest.mark.parametrize("field", ["issuer", "reference", "asks", "accounts", "contents", "notice"])
@pytest.mark.parametrize("address", ["203.0.113.9", "http://[2001:db8::1]/p"])
def test_no_field_of_a_paper_takes_an_ip_address(people, database, field, address):
    answer = post(people["lead"], "/desk/papers/new", **(BAN | {field: address}))
    assert answer.status_code == 422 and "IPアドレスが書かれています" in words(answer)
    assert address in answer.text
    with database.reading() as session:
        assert session.exec(select(LegalPaper)).first() is None


def test_what_follows_and_the_end_take_no_ip_address_either(people):
    client = people["lead"]
    path = enter(client, **BAN)
    noted = post(
        client, f"{path}/facts", fact="court_order_appealed", occurred="2026-11-20 15:00", remark="203.0.113.9"
    )
    ended = post(client, f"{path}/end", ended="2026-11-20 15:00", reason="2001:db8::1 を確かめた")
    for answer in (noted, ended):
        assert answer.status_code == 422 and "IPアドレスが書かれています" in words(answer)


def test_a_url_of_a_post_begins_with_its_scheme(people):
    answer = post(people["lead"], "/desk/papers/new", **(BAN | {"contents": "tsumugi.example/p/1"}))
    assert answer.status_code == 422 and "https:// から書いてください" in words(answer)


def test_every_fault_of_a_form_is_said_at_once(people):
    client = people["lead"]
    answer = post(
        client,
        "/desk/papers/new",
        **(REQUEST | {"served": "2026-11-20", "notice": "TH-2026-9999", "asks": "", "confidential": ""}),
    )
    page = words(answer)
    for text in ("時刻も入力してください", "この受付番号の申出はありません", "何を求めているか", "どうかを選んで"):
        assert text in page
    path = enter(client, **(BAN | {"kind": "disclosure_request"}))
    bare = words(post(client, f"{path}/end", ended="2026-11-20", reason=""))
    assert "時刻も入力してください" in bare and "どう終わったかを書いてください" in bare
    heard = words(post(client, f"{path}/facts", fact="disclosure_heard", occurred="", answer=""))
    assert "日付と時刻を入力してください" in heard and "発信者の意見を選んでください" in heard


def test_an_extension_tells_of_an_unknown_notice_beside_its_other_faults(people):
    client = people["lead"]
    enter(client, **REQUEST)
    said = REQUEST | {"kind": "preservation_extension", "first": "TH-L-2026-0001", "notice": "TH-2026-9999", "asks": ""}
    page = words(post(client, "/desk/papers/new", **said))
    assert "この受付番号の申出はありません" in page and "何を求めているか" in page


def test_only_papers_of_investigators_ask_whether_they_bind_to_silence(people):
    client = people["lead"]
    assert "197条5項" in words(client.get("/desk/papers/new?kind=preservation"))
    court = words(client.get("/desk/papers/new?kind=erasure_ban"))
    assert "197条5項" not in court and "見る人を限る（事務所の判断）" in court
    bare = post(client, "/desk/papers/new", **(REQUEST | {"confidential": ""}))
    assert bare.status_code == 422 and "漏らさないよう求められているかどうか" in words(bare)
    closed = words(client.get(enter(client, **(BAN | {"confidential": "1"}))))
    assert "事務所の判断で、見る人を限っています" in closed and "197条5項により" not in closed
    asked = words(client.get(enter(client, **(REQUEST | {"confidential": "1"}))))
    assert "刑訴法197条5項により" in asked


def test_a_request_for_preservation_says_until_when_and_not_what_comes_after(people):
    page = words(people["lead"].get(enter(people["lead"], **REQUEST)))
    assert "12月20日(日)の終わりまで残す" in page and "0:00から" not in page


def test_a_hold_that_is_over_commands_no_more(people):
    client = people["lead"]
    path = enter(client, **BAN)
    assert "残す情報:" in words(client.get(path))
    assert post(client, f"{path}/end", ended="2026-11-20 15:30", reason="事件が終わった").status_code == 303
    page = words(client.get(path))
    assert "この保存は終わりました" in page and "残していた情報:" in page and "残す情報:" not in page


def test_no_heading_of_the_room_denies_the_wait_in_its_row(people):
    client = people["lead"]
    order = enter(client, **(BAN | {"kind": "provision_order", "provided": "7-1-i"}))
    for said in (
        {"fact": "court_order_appealed"},
        {"fact": "provision_made", "way": "6-1-1"},
    ):
        assert post(client, f"{order}/facts", occurred="2026-11-20 15:00", **said).status_code == 303
    room = words(client.get("/desk/papers"))
    assert "待機" in room and "動いている期限はありません" not in room


def test_on_the_phone_the_page_reads_from_the_paper_down_to_its_end_which_is_folded(people):
    client = people["lead"]
    text = client.get(enter(client, **(REQUEST | {"confidential": "1"}))).text
    order = [text.index(f'id="{id}"') for id in ("paper", "clocks", "holds", "extend", "readers", "record", "end")]
    assert order == sorted(order)
    assert re.search(r'<details class="panel paper__end" id="end">', text)


def test_without_a_custodian_the_page_says_what_to_do(people):
    path = enter(people["lead"], **BAN)
    page = people["lead"].get(path)
    assert "依頼する保管者が、まだ登録されていません" in words(page) and "/desk/holds/custodians" in page.text
    other = words(people["reviewer"].get(path))
    assert "保管者を登録するのは主任です" in other and "保管者への保存の依頼（消去禁止命令）" in other


def test_with_a_custodian_the_page_and_the_watch_lead_to_the_order(people, database, service, freezer):
    with database.writing() as session:
        make.make_custodian(session, session.get_one(Service, service.id))
    path = enter(people["lead"], **BAN)
    page = people["lead"].get(path)
    there = "/desk/holds?view=unordered&amp;number=TH-L-2026-0001"
    assert "この書面の保存を依頼する" in words(page) and there in page.text
    room = people["lead"].get(there.replace("&amp;", "&"))
    assert "投稿のIPアドレスとポート番号" in words(room) or "TH-L-2026-0001" in words(room)
    freezer.move_to("2026-11-24T10:00:00+09:00")
    with database.writing() as session:
        sweep(session, at=jst("2026-11-24T09:30"))
    watch = people["lead"].get("/desk/watch")
    assert there in watch.text and "保存を依頼する" in words(watch)


def test_that_logs_are_gone_stands_on_the_watch_the_worklist_and_the_dashboard(people, database, service):
    with database.writing() as session:
        service = session.get_one(Service, service.id)
        custodian = make.make_custodian(session, service)
        make.make_notice(session, service, "2026-11-18T09:14:37+09:00")
        [hold, *_rest] = make.session_holds(session)
        at = jst("2026-11-20T10:00")
        session.add(
            Reconciliation(
                custodian_id=custodian.id, message="m", received_at=at, compared=1, missing=[str(hold.id)], overkept=[]
            )
        )
    for path in ("/desk/watch", "/desk/", "/desk/dashboard"):
        page = people["lead"].get(path)
        assert "あるはずの記録が1件ありません" in words(page), path
        assert "/desk/holds/custodians/" in page.text
    assert "照合の結果を開く" not in words(people["reviewer"].get("/desk/watch"))
