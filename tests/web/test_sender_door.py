"""The sender's door: behind a link, opened by hand, answered in time or late, and shut to whoever has another link."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all
from tests.web.claimant import PDF, files, png, text, value
from tracker.casework import cancelling, delivery, endings, evidence, intake, journal, receipts, replies, reversals
from tracker.casework.appeals import deciding
from tracker.casework.evidence import FileIn
from tracker.casework.hearing import doors, receiving, rows
from tracker.casework.intake import FiledItem
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Standing
from tracker.letters.reference import reference
from tracker.models import (
    Appeal,
    Case,
    DoorPurpose,
    Evidence,
    Inquiry,
    LetterKind,
    Notice,
    Sender,
    SenderAnswer,
)
from tracker.now import now
from tracker.sealed import open_text

HERE = {"Sec-Fetch-Site": "same-origin"}
ASKED, OPENED = "2026-06-01T10:00+09:00", "2026-06-01T12:00+09:00"
LAST_MOMENT, AFTER = "2026-06-08T23:59:59+09:00", "2026-06-09T00:00:00+09:00"
NAME, MAIL, REASON = "水原 あかり", "akari@mail.example", "書かれていることは事実ではありません"
QUOTE = "虚偽の書き込み1"


class House:
    """A service, its staff, a filing that is asked about, and the links that its sender gets."""

    def __init__(self, app, freezer) -> None:
        self.app, self.freezer, self.client = app, freezer, app.test_client()
        self.database = app.extensions["database"]
        with self.database.writing() as session:
            self.service = make.make_service(session)
            self.clause = make.first_clause(session, make.make_criteria(session, self.service))
            self.staff, self.second = make.make_staff(session), make.make_staff(session, name="真鍋 薫")
        self.number = ""

    def file(self, received="2026-05-31T21:00+09:00", **changes) -> None:
        with self.database.writing() as session:
            at, filing = make.instant(received), replace(make.make_filing(), **changes)
            self.number = intake.file(session, self.service, filing, at=at).number

    def ask(self, at=ASKED, **more) -> str:
        """Ask the sender; the path of their link."""
        self.freezer.move_to(at)
        with self.database.writing() as session:
            row = make.ask_sender(session, self.notice(session), self.staff, at, **more)
            return self.path(session, row.sender_id, DoorPurpose.INQUIRY)

    def tell(self, at="2026-06-02T10:00+09:00", nos=()) -> str:
        """Remove the posts, or some, and tell the sender; the path of their link."""
        self.freezer.move_to(at)
        with self.database.writing() as session:
            notice = self.notice(session)
            make.decide(session, notice, make.remove(self.clause), self.staff, at, nos)
            execute_all(session, notice, self.staff, at)
            for draft in replies.sender_drafts(session, notice):
                replies.send_draft(session, notice, draft, draft.digest, by=self.staff.id, at=make.instant(at))
            return self.path(session, session.exec(select(Sender.id)).one(), DoorPurpose.NOTICE)

    def answer_appeal(self, at="2026-06-05T10:30+09:00") -> None:
        """Send the answer to the only appeal: it waits in the outbox."""
        with self.database.writing() as session:
            row, notice = session.exec(select(Appeal)).one(), self.notice(session)
            seen = deciding.answer_draft(session, notice, row).digest
            deciding.send_answer(session, notice, row.id, seen, by=self.second.id, at=make.instant(at))

    def path(self, session, sender, purpose) -> str:
        return urlsplit(doors.link(session, sender, purpose)).path

    def notice(self, session) -> Notice:
        return session.exec(select(Notice).where(Notice.number == self.number)).one()

    def case(self, session) -> Case:
        return session.get_one(Case, self.notice(session).case_id)

    def attach(self, *sent: tuple[str, bytes]) -> None:
        """The claimant's evidence."""
        at = make.instant("2026-05-31T21:30+09:00")
        with self.database.writing() as session:
            for name, body in sent:
                one = FileIn(name, body)
                evidence.keep(session, "a" * 32, one, at=at, looked=evidence.look_at(one, 10_000_000))
            kept = evidence.kept(session, "a" * 32)
            evidence.attach(session, self.case(session), kept, actor=journal.CLAIMANT, at=at)

    def get(self, path: str, **more):
        return self.client.get(path, headers=HERE, **more)

    def open(self, path: str, at=OPENED):
        self.freezer.move_to(at)
        answer = self.client.post(f"{path}/open", headers=HERE)
        assert answer.status_code == 303
        return self.get(answer.location)

    def post(self, path: str, attach=(), **fields):
        """Send a form of the page as a browser without scripts does."""
        page = self.get(path.rpartition("/")[0])
        typed = {"token": value(page, "token")} | fields
        typed["evidence"] = files(*attach)
        return self.client.post(path, data=typed, content_type="multipart/form-data", headers=HERE)

    def items(self, path: str) -> list[str]:
        return re.findall(r'name="items" value="([^"]+)"', self.get(path).text)

    def answer(self, path: str, at=OPENED, **fields):
        self.freezer.move_to(at)
        typed = {"items": self.items(path), "position": "objects", "text": "事実を書いたものです。"} | fields
        return self.post(f"{path}/answer", **typed)

    def facts(self) -> list[Fact]:
        with self.database.reading() as session:
            return [event.fact for event in journal.history(session, self.case(session))]

    def count(self, table) -> int:
        with self.database.reading() as session:
            return len(session.exec(select(table)).all())


@pytest.fixture
def house(app, freezer):
    freezer.move_to("2026-05-31T21:00+09:00")
    house = House(app, freezer)
    yield house
    with house.database.reading() as session:
        assert list(verify(session)) == []


@pytest.fixture
def link(house):
    """The link of an inquiry about two posts of one account."""
    house.file()
    return house.ask()


def test_looking_at_the_link_shows_nothing_and_proves_nothing(house, link):
    for _again in range(3):
        page = house.get(link)
        assert page.status_code == 200
        words = text(page)
        assert "株式会社つむぎネットワーク" in words and "つむぎ広場" in words
        assert "開くと、照会を受けた日として記録されます" in words and "回答の期間は、開いた日の翌日から" in words
        assert not any(secret in page.text for secret in (QUOTE, REASON, NAME, "@kaze_2198", "/p/1", house.number))
    assert Fact.SENDER_OPENED not in house.facts() and Fact.INQUIRY_RECEIVED not in house.facts()


def test_opening_by_hand_starts_the_wait_at_that_moment(house, link):
    page = house.open(link)
    assert {Fact.SENDER_OPENED, Fact.INQUIRY_RECEIVED} <= set(house.facts())
    words = text(page)
    assert "2026年6月8日(月)が終わるまで" in words
    assert QUOTE in words and REASON in words and "名誉権" in words
    with house.database.reading() as session:
        assert session.exec(select(Inquiry)).one().received_at == make.instant(OPENED)
        assert {c.due_at for c in rows.waits(session, house.case(session).id).values()} == {make.instant(AFTER)}
    house.open(link, "2026-06-02T09:00+09:00")
    assert house.facts().count(Fact.INQUIRY_RECEIVED) == 1


def test_what_the_claimant_did_not_release_is_not_on_the_page(house, link):
    page = house.open(link)
    assert not any(secret in page.text for secret in (NAME, MAIL, house.number))
    assert text(page).count("伏せています") == 3


def test_what_the_claimant_released_is_on_the_page(house):
    house.file(tell=["name", "contact", "evidence"])
    house.attach(("画面.png", png()), ("書類.pdf", PDF))
    page = house.open(house.ask())
    assert NAME in page.text and MAIL in page.text
    sent = [house.get(path) for path in re.findall(r'href="([^"]*/files/[^"]+)"', page.text)]
    assert {one.mimetype for one in sent} == {"image/png", "application/pdf"} and PDF in [one.data for one in sent]
    assert "画面" not in page.text


def test_a_withheld_reason_is_not_shown_and_no_wait_starts(house):
    house.file(reason_withheld=True, answers={"honor_untrue": "yes"})
    path = house.ask()
    assert "回答の期間" not in text(house.get(path))
    page = house.open(path)
    words = text(page)
    assert REASON not in words and "申出者の希望により伏せています" in words
    assert "回答の期限はありません" in words and "受け取った日から7日以内をめやすに" in words
    assert "免責" not in words and Fact.INQUIRY_RECEIVED not in house.facts()
    assert Fact.QUESTION_RECEIVED in house.facts()


def test_a_report_by_a_third_party_is_called_a_report(house):
    house.file(standing=Standing.THIRD_PARTY)
    words = text(house.open(house.ask()))
    assert "通報がありました" in words and "通報した人の名前" in words and "申し出た人" not in words
    assert "回答の期限はありません" in words


@pytest.mark.parametrize("name", ["名前も", "名前は伏せる"])
def test_files_that_were_not_released_or_say_who_made_them_do_not_open(house, name):
    house.file(tell=["evidence", "name"] if name == "名前も" else ["evidence"])
    house.attach(("水原あかり.png", png()), ("書類.pdf", PDF))
    path = house.ask()
    with house.database.reading() as session:
        ids = {row.kind: row.id for row in session.exec(select(Evidence))}
    assert house.get(f"{path}/files/{ids['image/png']}").status_code == 404  # not opened yet
    page = house.open(path)
    assert "水原あかり" not in page.text
    answer = house.get(f"{path}/files/{ids['image/png']}")
    assert answer.status_code == 200 and "水原" not in str(answer.headers)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert house.get(f"{path}/files/{ids['application/pdf']}").status_code == (200 if name == "名前も" else 404)
    assert ("PDFには、作った人の名前など" in text(page)) is (name != "名前も")


def test_evidence_that_is_kept_back_opens_for_nobody_behind_the_door(house):
    house.file()
    house.attach(("画面.png", png()))
    path = house.ask()
    page = house.open(path)
    with house.database.reading() as session:
        id = session.exec(select(Evidence.id)).one()
    assert "/files/" not in page.text and house.get(f"{path}/files/{id}").status_code == 404


@pytest.mark.parametrize(
    ("position", "fact"),
    [("agrees", Fact.SENDER_AGREED), ("objects", Fact.SENDER_OBJECTED), ("words", Fact.SENDER_WROTE)],
)
def test_each_answer_is_recorded_as_what_it_says(house, link, position, fact):
    house.open(link)
    said = {"text": "", "sure": "1"} if position == "agrees" else {"text": "理由です。"}
    answer = house.answer(link, LAST_MOMENT, position=position, **said)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, link)
    assert fact in house.facts()
    page = house.get(answer.location)
    assert "回答を受け取りました" in text(page)
    assert "期間の後の回答" not in text(page) and "2026年6月8日(月) 23時59分" in text(page)
    name = {"agrees": "同意する", "objects": "同意しない", "words": "意見だけを述べる"}[position]
    box = box_of(page)
    assert f"「{name}」という回答を、2026年6月8日(月) 23時59分に受け取りました。" in box
    assert ("「同意しない」という回答がないときは" in box) is (position == "words")
    assert "考えが変わったときは、もう一度送れます。" in box


def box_of(page) -> str:
    """The words of the box at the top of an inquiry."""
    return text(page).partition("申し立てられた投稿（")[0].rpartition("がありました。")[2]


def test_an_agreement_is_taken_once_it_is_confirmed(house, link):
    house.open(link)
    page = house.answer(link, position="agrees", text="そのとおりです。")
    assert page.status_code == 422 and house.count(SenderAnswer) == 0
    assert '<a href="#sure">同意するときは、' in page.text and 'id="sure-error"' in page.text
    assert ">\nそのとおりです。</textarea>" in page.text and re.search(r'value="agrees" checked', page.text)
    assert house.answer(link, position="agrees", sure="1", text="").status_code == 303
    assert Fact.SENDER_AGREED in house.facts()


def test_the_box_says_of_each_post_what_was_answered(house, link):
    house.open(link)
    first, second = house.items(link)
    house.answer(link, items=[first], token="a" * 32)
    box = box_of(house.get(link))
    assert "1件目「同意しない」という回答を、2026年6月1日(月) 12時00分に受け取りました" in box.replace(" 「", "「")
    assert "2026年6月8日(月)が終わるまで" in box and "という回答がないときは" in box
    house.answer(link, "2026-06-02T12:00+09:00", items=[second], position="agrees", sure="1", token="b" * 32)
    box = box_of(house.get(link))
    assert "「同意する」という回答を、2026年6月2日(火) 12時00分に" in box and "という回答がないときは" not in box


def test_a_repeated_objection_keeps_its_day_and_words_change_nothing_of_it(house, link):
    house.open(link)
    for day, position in enumerate(("objects", "words", "objects"), 2):
        house.answer(
            link, f"2026-06-{day:02}T12:00+09:00", position=position, text=f"{day}日の言葉", token=f"{day}" * 32
        )
    box = box_of(house.get(link))
    assert "「同意しない」という回答を、2026年6月2日(火) 12時00分に受け取りました。" in box
    assert box.count("に受け取りました") == 1


def test_an_answer_after_the_wait_is_kept_and_shown_as_late(house, link):
    house.open(link)
    house.freezer.move_to(AFTER)
    assert "期間は過ぎました" in text(house.get(link))
    assert house.answer(link, AFTER).status_code == 303
    assert "期間の後の回答" in text(house.get(link)).partition("これまでの回答")[2].partition("もう一度回答する")[0]


def test_an_answer_about_one_of_two_posts_leaves_the_other_waiting(house, link):
    house.open(link)
    first, second = house.items(link)
    house.answer(link, items=[first])
    with house.database.reading() as session:
        clocks = rows.waits(session, house.case(session).id)
        assert {str(id): clock.stopped_at is None for id, clock in clocks.items()} == {first: False, second: True}


@pytest.mark.parametrize(
    ("changes", "anchor", "sentence"),
    [
        ({"position": ""}, "position", "同意するかどうかを選んでください。"),
        ({"position": "maybe"}, "position", "同意するかどうかを選んでください。"),
        ({"items": []}, "items", "回答する投稿を選んでください。"),
        ({"items": ["x"]}, "items", "回答する投稿を選んでください。"),
        ({"text": " "}, "text", "理由や意見を書いてください。"),
        ({"text": "長" * 20_001}, "text", "文が長すぎます。"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_everything(house, link, changes, anchor, sentence):
    house.open(link)
    page = house.answer(link, attach=[("画面.png", png())], **changes)
    assert page.status_code == 422
    assert f'<a href="#{anchor}">{sentence}' in page.text and f'id="{anchor}"' in page.text
    assert f'id="{anchor}-error"' in page.text
    assert "画面.png" in text(page)
    if "position" not in changes:
        assert re.search(r'value="objects" checked', page.text)
    if "text" not in changes:
        assert ">\n事実を書いたものです。</textarea>" in page.text
    if "items" not in changes:
        assert page.text.count('type="checkbox" name="items"') == page.text.count(
            'checked><span class="card__name">'
        ) - ("position" not in changes)
    assert house.count(SenderAnswer) == 0


def test_files_are_the_senders_and_a_bad_one_is_named(house, link):
    house.open(link)
    house.freezer.move_to(OPENED)
    typed = {"items": house.items(link), "position": "objects", "text": "画面です。"}
    page = house.post(f"{link}/answer", attach=[("画面.png", png()), ("メモ.txt", b"memo")], **typed)
    assert page.status_code == 422 and "メモ.txt" in text(page) and "画面.png" in text(page)
    assert "受け取れなかったファイルが1個あります。" in text(page) and "直すと送れます" not in text(page)
    id = re.search(r'value="(unfile:[^"]+)"', page.text)[1]
    token = value(page, "token")
    again = {"token": token, "kept": "1", "attach": [("別.png", png("red"))]}
    page = house.post(f"{link}/answer", do=id, **again, **typed)
    assert page.status_code == 200 and "別.png" in text(page) and "(画面.png)" not in text(page)
    assert house.post(f"{link}/answer", token=token, kept="1", **typed).status_code == 303
    assert "添付: 別.png" in text(house.get(link))
    with house.database.reading() as session:
        [row] = session.exec(select(Evidence)).all()
        assert row.sender_id == session.exec(select(Sender.id)).one()
        assert open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed) == "別.png"


def test_an_answer_never_shows_on_the_claimants_page(house, link):
    house.open(link)
    house.answer(link, text="発信者だけの言葉", attach=[("発信者の画面.png", png())])
    with house.database.reading() as session:
        status = urlsplit(receipts.status_link(session, house.service, house.notice(session))).path
    page = house.get(status)
    assert page.status_code == 200
    assert not any(words in page.text for words in ("発信者だけの言葉", "発信者の画面", "/sender/"))


def test_the_same_form_sent_twice_is_one_answer(house, link):
    house.open(link)
    token = "b" * 32
    assert [house.answer(link, token=token).status_code for _n in range(2)] == [303, 303]
    assert house.count(SenderAnswer) == 1


def same(one, other) -> bool:
    """Whether two answers say the same."""
    return (one.status_code, text(one)) == (other.status_code, text(other))


def test_every_link_that_opens_nothing_gets_the_same_answer(house, link):
    stem, _slash, secret = link.rpartition("/")
    wrong = house.get(f"{stem}/xx{secret[2:]}")
    assert wrong.status_code == 404
    assert "このアドレスでは開けません" in text(wrong) and "つむぎ広場" not in text(wrong)
    nobody = f"/sender/inquiry/{'0' * 32}/{secret}"
    other = link.replace("/inquiry/", "/notice/")
    for path in (
        nobody,
        other,
        "/sender/other/x/y",
        "/sender/inquiry",
        "/sender/",
        f"{link}/files",
        f"{stem}/",
        f"{stem}/ひみつ",
    ):
        assert same(house.get(path), wrong), path
    for path in (f"{other}/open", f"{other}/appeal", f"{link}/appeal", f"{stem}/x/answer", f"{stem}/x/open"):
        assert same(house.client.post(path, headers=HERE), wrong), path
    with house.database.writing() as session:
        sender = session.exec(select(Sender.id)).one()
        doors.renew(
            session, house.case(session), sender, DoorPurpose.INQUIRY, by=house.staff.id, at=make.instant(OPENED)
        )
        new = house.path(session, sender, DoorPurpose.INQUIRY)
    assert same(house.get(link), wrong) and house.get(new).status_code == 200
    house.freezer.move_to("2026-11-28T11:59+09:00")
    assert house.get(new).status_code == 200
    house.freezer.move_to("2026-11-28T12:00+09:00")
    assert same(house.get(new), wrong)


def test_an_answer_to_a_link_that_was_voided_meanwhile_is_shown_to_be_copied(house, link):
    house.open(link)
    items = house.items(link)
    with house.database.writing() as session:
        sender = session.exec(select(Sender.id)).one()
        doors.close(
            session, house.case(session), sender, DoorPurpose.INQUIRY, by=house.staff.id, at=make.instant(OPENED)
        )
    page = house.answer(link, items=items, token="c" * 32, text="長く書いた理由")
    assert page.status_code == 404 and "長く書いた理由" in text(page) and house.count(SenderAnswer) == 0


def test_a_form_of_another_site_is_refused(house, link):
    answer = house.client.post(f"{link}/open", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and Fact.SENDER_OPENED not in house.facts()


def test_a_link_stays_out_of_other_sites_search_engines_and_caches(house, link):
    headers = house.open(link).headers
    assert headers["Referrer-Policy"] == "same-origin"  # none would send our own forms with "Origin: null"
    assert headers["X-Robots-Tag"] == "noindex" and headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_a_withdrawn_filing_shows_nothing_but_that_it_was_withdrawn(house):
    house.file(tell=["name", "contact", "evidence"])
    house.attach(("画面.png", png()))
    link = house.ask()
    page = house.open(link)
    house.answer(link, text="まえの回答です。")
    [file] = set(re.findall(r'href="([^"]*/files/[^"]+)"', page.text))
    items, sent = house.items(link), house.count(SenderAnswer)
    with house.database.writing() as session:
        endings.withdraw(session, house.notice(session), actor=journal.CLAIMANT, at=make.instant(OPENED), remark="")
    late = house.answer(link, "2026-06-02T12:00+09:00", items=items, text="入れ違いの回答です。", token="e" * 32)
    assert late.status_code == 409 and house.count(SenderAnswer) == sent
    assert ">\n入れ違いの回答です。</textarea>" in late.text and "受け取りませんでした" in text(late)
    page = house.get(link)
    assert page.status_code == 200 and "<textarea" not in page.text
    for one in (page, late):
        assert "この申出は取り下げられました" in text(one) and "回答する必要はありません" in text(one)
        hidden = (NAME, MAIL, REASON, QUOTE, "/p/1", "@kaze_2198", "/files/", "まえの回答", "<form", *items)
        assert not any(secret in one.text.partition("<main")[2] for secret in hidden)
    assert house.get(file).status_code == 404


@pytest.mark.parametrize("account", ["@kaze_2198", ""])
def test_an_account_that_nobody_named_is_not_shown_by_our_name_for_it(house, account):
    house.file(items=[FiledItem(url="https://tsumugi.example/p/1", quote=QUOTE, account=account)])
    asked = house.open(house.ask())
    told = house.open(house.tell(), "2026-06-02T12:00+09:00")
    for page in (asked, told):
        assert ("アカウント: @kaze_2198" in text(page)) is bool(account)
        assert ("アカウント" in text(page)) is bool(account) and "項目1" not in text(page)


def test_a_measure_that_was_carried_out_is_said_on_the_inquiry(house, link):
    house.open(link)
    house.tell()
    page = house.get(link)
    assert "すでに措置を講じました" in box_of(page) and "そのお知らせから不服を申し立てられます" in box_of(page)
    assert "という回答がないときは" not in box_of(page) and "すぐに措置を講ずることがあります" not in text(page)
    assert "すでに講じた措置に同意する、という回答です。" in text(page)
    assert house.answer(link, "2026-06-03T10:00+09:00", position="agrees", text="").status_code == 303


def test_a_measure_on_one_of_two_posts_leaves_the_other_to_be_agreed_to(house, link):
    house.open(link)
    first, second = house.items(link)
    house.tell(nos=(1,))
    assert "すでに措置を講じました" not in box_of(house.get(link))
    assert house.answer(link, "2026-06-03T10:00+09:00", items=[second], position="agrees").status_code == 422
    assert house.answer(link, "2026-06-03T10:00+09:00", items=[first], position="agrees").status_code == 303


def test_a_second_inquiry_is_covered_until_it_is_opened(house):
    house.file()
    link = house.ask(nos=(1,))
    assert "虚偽の書き込み2" not in house.open(link).text
    [first] = house.items(link)
    assert house.ask("2026-06-02T10:00+09:00", nos=(2,)) == link
    cover = house.get(link)
    assert "虚偽の書き込み" not in cover.text and "開く" in text(cover)
    back = house.answer(link, "2026-06-02T11:00+09:00", items=[first], text="", token="d" * 32)
    assert back.status_code == 422 and "虚偽の書き込み2" not in back.text
    page = house.open(link, "2026-06-02T12:00+09:00")
    assert "2026年6月8日(月)が終わるまで" in text(page) and "2026年6月9日(火)が終わるまで" in text(page)


def test_posts_of_others_in_the_same_filing_leave_no_gap_in_the_count(house):
    posts = [("@umi", "ほかの人の投稿"), ("@kaze_2198", "風の投稿"), ("@kaze_2198", "風の別の投稿")]
    house.file(
        items=[FiledItem(url=f"https://tsumugi.example/p/{n}", quote=q, account=a) for n, (a, q) in enumerate(posts)]
    )
    page = house.open(house.ask(nos=(2, 3)))
    words = text(page)
    assert "1件目" in words and "2件目" in words and "3件目" not in words and "ほかの人" not in words
    assert words.index("1件目") < words.index("風の投稿") < words.index("2件目")


def test_an_inquiry_that_is_known_to_have_arrived_does_not_promise_another_day(house, link):
    with house.database.writing() as session:
        row = session.exec(select(Inquiry)).one()
        at = make.instant("2026-06-01T11:00+09:00")
        receiving.prove(session, house.case(session), row.id, when=at, how="既読の表示", by=house.staff.id, at=at)
    assert "すでに届いたものとして記録されています。回答の期間は、" in text(house.get(link))
    assert "2026年6月8日(月)が終わるまで" in text(house.open(link, "2026-06-03T12:00+09:00"))


def test_the_page_speaks_english_and_keeps_the_letter_japanese(house, link):
    house.open(link)
    page = house.get(f"{link}?lang=en")
    assert '<html lang="en"' in page.text and REASON in page.text
    assert house.get(f"{link}/answer?lang=ja").location.startswith(link)


def measures_of(house, path: str) -> list[str]:
    return re.findall(r'name="measures" value="([^"]+)"', house.get(path).text)


@pytest.fixture
def told(house):
    """The link of a notice of two removals, opened."""
    house.file()
    path = house.tell()
    house.cover = house.get(path)
    house.open(path, "2026-06-02T12:00+09:00")
    return path


def test_the_notice_says_what_was_done_and_why_once_it_is_opened(house, told):
    assert "事実でない内容" not in house.cover.text and "通知を受けた日として記録されます" in text(house.cover)
    words = text(house.get(told))
    assert "投稿の削除（送信防止措置）" in words and "事実でない内容で社会的評価を下げているため" in words
    assert "基準の" in words and "第4条1項" in words
    assert "2026年6月2日(火)" in words and not any(secret in words for secret in (NAME, MAIL, house.number, REASON))


def test_an_appeal_is_filed_answered_and_shown(house, told):
    first, second = measures_of(house, told)
    house.freezer.move_to("2026-06-03T10:00+09:00")
    answer = house.post(f"{told}/appeal", measures=[first], text="公益のための意見です。", attach=[("資料.pdf", PDF)])
    assert answer.status_code == 303
    words = text(house.get(answer.location))
    assert "不服申立てを受け取りました" in words and "見直しています" in words and "添付: 資料.pdf" in words
    assert measures_of(house, told) == [second]
    again = house.post(f"{told}/appeal", measures=[first], text="もう一度。")
    assert again.status_code == 409 and ">\nもう一度。</textarea>" in again.text
    with house.database.writing() as session:
        row = session.exec(select(Appeal)).one()
        at = make.instant("2026-06-05T10:00+09:00")
        deciding.decide(
            session, house.notice(session), row.id, reverse=True, reason="公益の目的が認められる。", by=house.second.id,
            at=at,
        )  # fmt: skip
    house.freezer.move_to("2026-06-05T11:00+09:00")
    words = text(house.get(told))  # nobody has told them yet
    assert "見直しています" in words and "別の人が見直しています" in words
    assert not any(said in words for said in ("取り消しました", "公益の目的が認められる。", "取り下げる"))
    house.answer_appeal()
    cover = house.get(told)
    assert "不服申立ての結果が届いています。" in text(cover) and "公益の目的" not in cover.text
    words = text(house.open(told, "2026-06-05T12:00+09:00"))
    assert "措置を取り消しました" in words and "公益の目的が認められる。" in words
    assert "この措置は、2026年6月5日(金) 10時00分に取り消しました" in words


def test_an_answer_to_an_appeal_that_waits_to_be_sent_or_was_cancelled_shows_nothing(house, told):
    house.post(f"{told}/appeal", measures=measures_of(house, told)[:1], text="公益のための意見です。")
    at = make.instant("2026-06-05T10:00+09:00")
    with house.database.writing() as session:
        row = session.exec(select(Appeal)).one()
        notice, by = house.notice(session), house.second.id
        deciding.decide(session, notice, row.id, reverse=False, reason="理由の印です。", by=by, at=at)
    house.answer_appeal()
    house.freezer.move_to("2026-06-05T11:00+09:00")
    back = house.client.post(f"{told}/appeal", data={"measures": [], "text": ""}, headers=HERE)
    assert back.status_code == 422 and "理由の印です。" not in back.text and "見直しています" in text(back)
    with house.database.writing() as session:
        kinds, late = frozenset({LetterKind.APPEAL_ANSWER}), make.instant("2026-06-05T11:00+09:00")
        cancelling.cancel_waiting(session, house.case(session), kinds, by=journal.staff(by), at=late)
    words = text(house.get(told))
    assert "見直しています" in words and "理由の印です。" not in words and "維持します" not in words


def test_appeals_stand_in_the_order_of_the_posts_and_one_forms_words_once(house, told):
    first, second = measures_of(house, told)
    house.freezer.move_to("2026-06-03T10:00+09:00")
    house.post(f"{told}/appeal", measures=[second, first], text="どちらも公益のためです。", attach=[("資料.pdf", PDF)])
    words = text(house.get(told)).partition("あなたの不服申立て")[2]
    assert words.count("どちらも公益のためです。") == 1 and words.count("添付: 資料.pdf") == 1
    assert words.index("1件目の投稿") < words.index("どちらも公益のためです。") < words.index("2件目の投稿")
    assert "書かれたことと添付は、1件目の投稿と同じです。" in words


def test_words_of_two_forms_stand_under_each_post(house, told):
    first, second = measures_of(house, told)
    for minute, (measure, words) in enumerate([(second, "あとの投稿。"), (first, "はじめの投稿。")]):
        house.freezer.move_to(f"2026-06-03T10:0{minute}+09:00")
        assert house.post(f"{told}/appeal", measures=[measure], text=words).status_code == 303
    words = text(house.get(told)).partition("あなたの不服申立て")[2]
    assert words.index("はじめの投稿。") < words.index("あとの投稿。") and "と同じです" not in words


@pytest.mark.parametrize("contact", ["", "発信者窓口 help@tsumugi.example"])
def test_both_pages_name_whom_to_ask_and_under_which_number(house, contact):
    settings = house.app.extensions["settings"]
    house.app.extensions["settings"] = settings.model_copy(update={"contact": contact})
    house.file()
    pages = [house.open(house.ask()), house.open(house.tell(), "2026-06-02T12:00+09:00")]
    with house.database.reading() as session:
        number = reference(session.exec(select(Sender.id)).one())
    for page in pages:
        words = text(page)
        assert f"整理番号: {number}" in words
        if contact:
            assert f"窓口: 株式会社つむぎネットワーク（{contact}）" in words
        else:
            assert "株式会社つむぎネットワークに、「つむぎ広場」のヘルプにある問い合わせ先から" in words


def test_a_measure_that_was_told_of_while_a_form_was_filled_in_stays_shut(house):
    house.file()
    path = house.tell(nos=(1,))
    house.open(path, "2026-06-02T12:00+09:00")
    [first] = measures_of(house, path)
    page = house.get(path)
    assert "虚偽の書き込み1" in page.text and "虚偽の書き込み2" not in page.text
    house.tell("2026-06-03T10:00+09:00", nos=(2,))
    back = house.client.post(f"{path}/appeal", data={"measures": [first], "text": ""}, headers=HERE)
    assert back.status_code == 422 and "虚偽の書き込み1" in back.text and "虚偽の書き込み2" not in back.text
    assert first in back.text and "通知を受けた日として記録されます" in text(house.get(path))
    assert "虚偽の書き込み2" in house.open(path, "2026-06-03T12:00+09:00").text


def test_an_appeal_against_what_was_taken_back_for_another_reason_is_told_so(house, told):
    house.freezer.move_to("2026-06-03T10:00+09:00")
    house.post(f"{told}/appeal", measures=measures_of(house, told)[:1], text="公益のための意見です。")
    at = make.instant("2026-06-05T10:00+09:00")
    with house.database.writing() as session:
        row, notice = session.exec(select(Appeal)).one(), house.notice(session)
        reversals.reverse(session, notice, [row.measure_id], "別の理由。", reversed_at=at, by=house.staff.id, at=at)
        deciding.decide(
            session, notice, row.id, reverse=False, reason="先に戻していました。", by=house.second.id, at=at
        )
        draft = deciding.answer_draft(session, notice, row)
        letter = deciding.send_answer(session, notice, row.id, draft.digest, by=house.second.id, at=at)
        delivery.hand_over(session, letter.id, how="サービス内の通知", when=at, by=house.second.id, at=at)
    words = text(house.open(told, "2026-06-05T11:00+09:00"))
    assert "別の理由で取り消しました" in words and "この不服申立てとは別の理由で、すでに取り消しています" in words
    assert "維持します" not in words


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [({"measures": []}, "measures"), ({"text": ""}, "text"), ({"measures": ["0" * 32]}, "measures")],
)
def test_an_appeal_that_lacks_something_comes_back_with_everything(house, told, changes, anchor):
    typed = {"measures": measures_of(house, told), "text": "納得できません。"} | changes
    page = house.post(f"{told}/appeal", attach=[("資料.png", png())], **typed)
    assert page.status_code in (409, 422) and f'<a href="#{anchor}">' in page.text
    assert "資料.png" in text(page) and house.count(Appeal) == 0
    assert "text" in changes or ">\n納得できません。</textarea>" in page.text


def test_an_appeal_is_taken_back_after_it_is_confirmed(house, told):
    house.post(f"{told}/appeal", measures=measures_of(house, told)[:1], text="不服です。")
    path = re.search(r'href="([^"]+/withdraw)"', house.get(told).text)[1]
    assert "元には戻せません" in text(house.get(path))
    refused = house.client.post(path, headers=HERE)
    assert refused.status_code == 422 and "印を付けると取り下げられます" in text(refused)
    assert Fact.APPEAL_WITHDRAWN not in house.facts()
    answer = house.client.post(path, data={"sure": "1"}, headers=HERE)
    assert answer.status_code == 303 and "取り下げました" in text(house.get(answer.location))
    assert house.client.post(path, data={"sure": "1"}, headers=HERE).status_code == 409
    assert "取り下げられません" in text(house.get(path))


def test_an_appeal_of_somebody_else_is_not_found(house, told):
    house.post(f"{told}/appeal", measures=measures_of(house, told)[:1], text="不服です。")
    path = re.search(r'href="([^"]+)(/appeals/[^"]+/withdraw)"', house.get(told).text)
    house.file()
    other = None
    with house.database.writing() as session:
        notice = house.notice(session)
        sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
        at = make.instant("2026-06-02T12:00+09:00")
        doors.hang(session, house.case(session), sender.id, DoorPurpose.NOTICE, by="system", at=at)
        other = house.path(session, sender.id, DoorPurpose.NOTICE)
    assert house.get(other).status_code == 200
    assert house.get(other + path[2]).status_code == 404
    assert house.client.post(other + path[2], data={"sure": "1"}, headers=HERE).status_code == 404
    assert Fact.APPEAL_WITHDRAWN not in house.facts()


class RealTime:
    """A clock that goes as it does: limits are forgotten by it."""

    def move_to(self, _at: str) -> None: ...


@pytest.fixture
def today(app):
    """The same in real time, asked and opened."""
    house = House(app, RealTime())
    house.file(received=now().isoformat())
    house.link = house.ask(now().isoformat())
    house.open(house.link)
    return house


def test_wrong_links_are_stopped_and_cost_claimants_nothing(today):
    stem = today.link.rpartition("/")[0]
    codes = [today.get(f"{stem}/wrong{n}").status_code for n in range(61)]
    assert codes == [404] * 60 + [429]
    assert today.get("/s/tsumugi/status/TH-2026-000001/wrong").status_code == 404


def test_too_many_forms_come_back_whole_and_another_door_is_not_counted(today):
    items = today.items(today.link)
    words = {"items": items, "position": "words", "token": "e" * 32}
    codes = {today.post(f"{today.link}/answer", text=f"意見{n}", **words).status_code for n in range(40)}
    assert codes == {303}
    page = today.post(f"{today.link}/answer", text="四十一番目", **words)
    assert page.status_code == 429 and ">\n四十一番目</textarea>" in page.text
    assert "続けて送られたため、まだ受け取っていません" in text(page) and int(page.headers["Retry-After"]) > 0
    notice = today.tell(now().isoformat())
    today.open(notice)
    assert today.post(f"{notice}/appeal", measures=measures_of(today, notice), text="不服です").status_code == 303
