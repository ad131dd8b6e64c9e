"""The platform's own system: it gets letters to senders and nothing else, and what it says of them is taken once."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate
from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all
from tests.conftest import make_settings
from tests.receiver import running_receiver
from tests.web.desk import member, post, words
from tracker import create_app
from tracker.casework import cancelling, decisions, journal, replies
from tracker.casework.hearing import asking, rows, theirs
from tracker.casework.hearing.system import carriage, connect
from tracker.casework.hearing.system.contract import Answer, Post, State, Waiting
from tracker.casework.verify import verify
from tracker.jobs import JOBS
from tracker.jobs.senders import carry_to_systems
from tracker.law.facts import Fact
from tracker.law.inquiries import Regime
from tracker.letters.webhook import Heard, is_signed, new_secret, signed
from tracker.models import (
    Case,
    CaseKind,
    Clock,
    DoorPurpose,
    Event,
    Inquiry,
    Letter,
    LetterChannel,
    LetterKind,
    Notice,
    ReceivedHow,
    Role,
    Sender,
    SenderSystem,
)

CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "docs" / "senders" / "openapi.yaml").read_text())
ASKED = make.instant("2026-06-01T10:00+09:00")
LATER, READ = ASKED + timedelta(minutes=10), ASKED + timedelta(hours=2)
FREE = make.instant("2026-06-09T00:00+09:00")
NAME, MAIL = "水原 あかり", "akari@mail.example"


@pytest.fixture
def app(settings, tmp_path):
    app = create_app(make_settings(tmp_path, webhook_local=True))
    app.config["TESTING"] = True
    yield app
    app.extensions["database"].dispose()


class Office:
    """A service with a system of its own, and an inquiry that waits for it."""

    def __init__(self, app, freezer) -> None:
        self.client, self.database, self.freezer = app.test_client(), app.extensions["database"], freezer
        with self.database.writing() as session:
            self.service, self.staff = make.make_service(session), make.make_staff(session)
            self.other = make.make_service(session, "うみ", "umi", "UM")
            self.clause = make.first_clause(session, make.make_criteria(session, self.service))
            self.secret = connect.connect(session, self.service, "", by=self.staff.id, at=ASKED)
            self.other_secret = connect.connect(session, self.other, "", by=self.staff.id, at=ASKED)
            notice = make.make_notice(session, self.service, "2026-05-31T21:00+09:00")
            self.case, self.notice = notice.case_id, notice.id
            draft = make_inquiry(session, notice, self.staff)
            self.letter = str(draft.letter_id)
        self.freezer.move_to(LATER)

    def tell(self, at=ASKED) -> str:
        """Remove every post and write the notice to its sender for the system. The id of the letter."""
        with self.database.writing() as session:
            notice = session.get_one(Notice, self.notice)
            make.decide(session, notice, make.remove(self.clause), self.staff, at.isoformat())
            execute_all(session, notice, self.staff, at.isoformat())
            ways = dict.fromkeys(session.exec(select(Sender.id)).all(), LetterChannel.PLATFORM)
            [draft] = replies.sender_drafts(session, notice, ways)
            return str(replies.send_draft(session, notice, draft, draft.digest, by=self.staff.id, at=at).id)

    def post_to(self, url: str) -> None:
        """Have letters posted instead of fetched."""
        with self.database.writing() as session:
            self.secret = connect.connect(session, self.service, url, by=self.staff.id, at=LATER)

    def pause(self, active=False) -> None:
        with self.database.writing() as session:
            connect.pause(session, self.service, active=active, by=self.staff.id, at=LATER)

    def carry(self, at=LATER) -> None:
        carry_to_systems(self.database, lambda: at)

    def fetch(self, *, secret="", at=LATER, headers=None):
        sent = signed(secret or self.secret, uuid4(), b"", at=at) if headers is None else headers
        return self.client.get("/senders/letters", headers=sent)

    def answer(self, state="handed", *, letter="", when=LATER, **more) -> dict:
        return {"letter": letter or self.letter, "state": state, "at": when.isoformat(), "reference": "M-1"} | more

    def post(self, said, *, secret="", id=None, at=LATER, headers=None):
        """Post it, signed."""
        self.freezer.move_to(at)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        sent = signed(secret or self.secret, id or uuid4(), body, at=at) if headers is None else headers
        return self.client.post("/senders/answers", data=body, headers=sent, content_type="application/json")

    def say(self, state, **more) -> bool:
        """Say it, and hear whether it was on record before."""
        at = more.pop("at", LATER)
        answer = self.post(self.answer(state, when=more.pop("when", at), **more), at=at)
        assert answer.status_code == 200, answer.text
        return answer.json["again"]

    def row(self, letter="") -> Letter:
        with self.database.reading() as session:
            return session.get_one(Letter, UUID(letter or self.letter))

    def facts(self) -> list[Fact]:
        with self.database.reading() as session:
            return [e.fact for e in journal.history(session, session.get_one(Case, self.case))]

    def waits(self) -> set:
        with self.database.reading() as session:
            return {clock.due_at for clock in rows.waits(session, self.case).values()}

    def whole(self) -> None:
        with self.database.reading() as session:
            assert list(verify(session)) == []


def make_inquiry(session, notice, staff, nos=()) -> Inquiry:
    """An inquiry to a sender without an address, as the desk sends it where a system is connected."""
    items = [item for item in decisions.items_of(session, notice) if not nos or item.no in nos]
    sender, ids = items[0].sender_id, [item.id for item in items]
    draft = asking.draft(session, notice, sender, ids, Regime.STANDARD, by_hand=False, at=ASKED)
    assert draft.channel is LetterChannel.PLATFORM
    return asking.ask(session, notice, sender, ids, Regime.STANDARD, draft.digest, by=staff.id, at=ASKED)


@pytest.fixture
def office(app, freezer):
    freezer.move_to(ASKED)
    return Office(app, freezer)


def problem(answer, status: int, code: str) -> dict:
    """A refusal as the contract has it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code and answer.json["status"] == status
    return answer.json


def test_a_letter_is_posted_signed_with_account_words_and_link_and_nothing_of_the_claimant(office):
    with running_receiver() as receiver:
        office.post_to(receiver.url)
        office.carry()
        office.carry(LATER + timedelta(hours=1))
    [came] = receiver.came
    assert is_signed(office.secret, came.headers, came.body, at=LATER) and came.headers["webhook-id"] == office.letter
    said = json.loads(came.body)
    assert set(said) == {"letter", "kind", "account", "subject", "body", "link"}
    assert (said["letter"], said["kind"], said["account"]) == (office.letter, "inquiry", "@kaze_2198")
    assert "/sender/inquiry/" in said["link"] and said["link"] in said["body"]
    assert NAME not in came.body.decode() and MAIL not in came.body.decode()
    assert office.row().given_at == LATER and office.waits() == set()  # accepted by the system: no receipt
    assert Fact.LETTER_ACCEPTED in office.facts() and office.fetch().json == {"letters": []}
    office.whole()


def test_letters_are_fetched_with_a_signature_and_stay_until_an_answer_came(office):
    for _n in range(2):
        answer = office.fetch()
        [said] = answer.json["letters"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert said["letter"] == office.letter and NAME not in str(said) and MAIL not in str(said)
    office.carry()
    assert office.fetch(secret=office.other_secret).json == {"letters": []}
    for refused in (
        office.fetch(headers={}),
        office.fetch(secret=new_secret()),
        office.fetch(at=LATER - timedelta(minutes=6)),
    ):
        problem(refused, 401, "not_signed")
    assert office.say("handed") is False
    assert office.fetch().json == {"letters": []}
    office.whole()


def test_handed_over_is_no_receipt_and_read_begins_the_wait_as_of_its_own_moment(office):
    assert office.say("handed") is False
    assert (office.row().given_at, office.waits()) == (LATER, set())
    assert office.say("read", at=READ + timedelta(hours=3), when=READ) is False
    assert office.waits() == {FREE}
    with office.database.reading() as session:
        row = session.exec(select(Inquiry)).one()
        assert (row.received_at, row.received_how) == (READ, ReceivedHow.SYSTEM)
        assert session.exec(select(Letter.opened_at).where(Letter.kind == LetterKind.INQUIRY)).one() is None
    assert office.facts().count(Fact.LETTER_HANDED_OVER) == 2
    office.whole()


def test_what_was_said_before_changes_nothing_under_whatever_id(office):
    id, said = uuid4(), office.answer("read")
    assert office.post(said, id=id).json == {"letter": office.letter, "again": False}
    before = office.facts()
    assert office.post(said, id=id).json["again"] is True
    assert office.post(said).json["again"] is True
    assert office.post(office.answer("handed")).json["again"] is True
    assert office.facts() == before
    problem(office.post(office.answer("handed"), id=id), 409, "id_used")
    office.whole()


def test_a_sender_who_opened_their_page_before_stays_with_that_moment(office):
    with office.database.writing() as session:
        sender = session.exec(select(Sender).where(Sender.case_id == office.case)).one()
        at = ASKED + timedelta(minutes=1)
        theirs.open_all(session, make.enter_door(session, sender.id, DoorPurpose.INQUIRY, at.isoformat()), at=at)
    assert office.say("read", at=READ) is False
    with office.database.reading() as session:
        row = session.exec(select(Inquiry)).one()
        assert (row.received_at, row.received_how) == (at, ReceivedHow.OPENED)
    problem(office.post(office.answer("failed")), 409, "read")
    office.whole()


def test_what_was_never_handed_over_is_refused_and_the_items_may_be_asked_about_again(office):
    assert office.say("failed") is False and office.say("failed") is True
    assert office.row().refused_at == LATER and office.waits() == set()
    problem(office.post(office.answer("read")), 409, "failed")
    with office.database.writing() as session:
        notice = session.get_one(Notice, office.notice)
        assert str(make_inquiry(session, notice, office.staff).letter_id) != office.letter
    office.whole()


def test_a_notice_counts_as_given_when_it_was_handed_over_and_its_duty_runs_again_when_it_failed(office):
    letter = office.tell()
    assert office.say("handed", letter=letter) is False
    duty = "sender_notice"
    assert Fact.SENDER_NOTIFIED in office.facts() and running(office, duty) == []
    started = clocks(office, duty)[0].started_at
    assert office.say("failed", letter=letter) is False
    assert office.row(letter).bounced_at == LATER
    assert {clock.started_at for clock in running(office, duty)} == {started}
    assert Fact.SENDER_NOTICE_LOST in office.facts()
    problem(office.post(office.answer("handed", letter=letter)), 409, "failed")
    office.whole()


def test_a_notice_that_was_read_proves_that_its_sender_was_told_and_cannot_fail_any_more(office):
    letter = office.tell()
    assert office.say("read", letter=letter) is False
    assert Fact.SENDER_NOTIFIED in office.facts() and running(office, "sender_notice") == []
    problem(office.post(office.answer("failed", letter=letter)), 409, "read")
    assert office.row(letter).opened_at is None
    office.whole()


def clocks(office, rule: str) -> list[Clock]:
    with office.database.reading() as session:
        return list(session.exec(select(Clock).where(Clock.case_id == office.case, Clock.rule == rule)))


def running(office, rule: str) -> list[Clock]:
    return [clock for clock in clocks(office, rule) if not (clock.stopped_at or clock.voided_at)]


def test_a_letter_taken_back_after_it_was_fetched_is_recorded_as_handed_over_and_proves_nothing(office):
    with office.database.writing() as session:
        case = session.get_one(Case, office.case)
        cancelling.cancel_waiting(session, case, frozenset({LetterKind.INQUIRY}), by="system", at=LATER)
    assert office.fetch().json == {"letters": []}
    assert office.say("handed") is False and office.say("read") is False
    assert office.row().given_at and office.row().cancelled_at and office.waits() == set()
    office.whole()


def test_a_paused_system_gets_nothing_and_is_still_heard(office):
    with running_receiver() as receiver:
        office.post_to(receiver.url)
        office.pause()
        office.carry()
        assert receiver.came == [] and office.fetch().json == {"letters": []} and office.row().attempts == 0
        assert office.say("handed") is False
        office.pause(active=True)
    with office.database.reading() as session:
        facts = session.exec(
            select(Event.fact).join(Case).where(Case.kind == CaseKind.REGISTER, Case.service_id == office.service.id)
        ).all()
        assert facts.count(Fact.SENDER_SYSTEM_CHANGED) == 4
    office.whole()


def test_a_system_that_is_away_gets_the_same_letter_later_and_one_that_refuses_brings_it_back(office):
    with running_receiver() as receiver:
        receiver.answers = [(503, {}), (404, {})]
        office.post_to(receiver.url)
        office.carry()
        assert office.row().ended_at is None
        office.carry(LATER + timedelta(minutes=2))
    assert len({came.headers["webhook-id"] for came in receiver.came}) == 1 and len(receiver.came) == 2
    assert office.row().refused_at == LATER + timedelta(minutes=2) and office.waits() == set()
    office.whole()


def test_an_answer_that_comes_before_the_post_is_settled_stands(office):
    with running_receiver() as receiver:
        office.post_to(receiver.url)
        with office.database.writing() as session:
            carried = carriage.claim(session, office.row().id, LATER)
        assert office.say("read") is False
        with office.database.writing() as session:
            carriage.settle(session, carried, Heard(status=202), at=LATER + timedelta(seconds=5))
    assert office.row().given_at == LATER and len(office.waits()) == 1
    office.whole()


def test_who_cannot_sign_is_told_nothing_and_makes_nobody_wait(office):
    said = office.answer("read")
    with office.database.writing() as session:  # the one write lock is taken
        make.make_service(session, "つむぎ動画", "douga", "TV")
        stale = signed(office.secret, uuid4(), json.dumps(said).encode(), at=LATER - timedelta(minutes=6))
        for refused in (
            office.post(said, headers={}),
            office.post(said, secret=new_secret()),
            office.post(said, headers=signed(office.secret, uuid4(), b"{}", at=LATER)),
            office.post(said, headers=stale),
            office.post(b"{", headers={}),
        ):
            assert set(problem(refused, 401, "not_signed")) == {"type", "title", "status", "code"}
    assert office.waits() == set()


def test_what_is_beyond_the_contract_is_refused_and_not_repeated(office):
    for said, where in (
        (office.answer("opened"), ["state"]),
        (office.answer("read", ip="192.0.2.1"), ["?"]),
        (office.answer("read", reference="水野 葵 090-0000-0000"), ["reference"]),
        (office.answer("read") | {"at": "2026-06-01T12:00:00"}, ["at"]),
        (office.answer("read") | {"letter": "mizuno@example.jp"}, ["letter"]),
        (b"{", ["body"]),
    ):
        refused = office.post(said)
        assert problem(refused, 422, "not_understood")["at"] == where
        assert not any(word in refused.text for word in ("192.0.2.1", "090", "mizuno", "opened"))
    assert office.waits() == set()


def test_a_letter_of_another_service_or_of_another_channel_is_not_the_system_s_to_speak_of(office):
    with office.database.reading() as session:
        receipt = session.exec(select(Letter.id).where(Letter.kind == LetterKind.RECEIPT)).first()
    problem(office.post(office.answer(letter=str(receipt))), 422, "unknown_letter")
    problem(office.post(office.answer(letter=str(uuid4()))), 422, "unknown_letter")
    problem(office.post(office.answer(), secret=office.other_secret), 422, "unknown_letter")
    assert office.row().given_at is None


@pytest.mark.parametrize(
    ("said", "recorded"),
    [
        (ASKED - timedelta(minutes=4), ASKED),
        (LATER + timedelta(minutes=4), LATER),
        (ASKED - timedelta(minutes=6), None),
        (LATER + timedelta(minutes=6), None),
    ],
)
def test_two_clocks_may_differ_by_five_minutes_and_no_more(office, said, recorded):
    answer = office.post(office.answer("read", when=said))
    if recorded is None:
        problem(answer, 422, "at")
    with office.database.reading() as session:
        assert session.exec(select(Inquiry.received_at)).one() == recorded


def test_more_than_a_mebibyte_is_not_read(office):
    problem(office.post(b" " * ((1 << 20) + 1)), 413, "too_large")


def test_too_many_questions_are_told_when_to_come_back(app):
    answers = [app.test_client().get("/senders/letters") for _n in range(121)]
    problem(answers[-1], 429, "too_often")
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_secret_that_the_key_does_not_open_is_recorded_as_a_refusal_and_nobody_signs_with_it(office):
    with running_receiver() as receiver:
        office.post_to(receiver.url)
        with office.database.writing() as session:
            row = session.exec(select(SenderSystem).where(SenderSystem.service_id == office.service.id)).one()
            row.secret_sealed = b"0" * 40
            session.add(row)
        office.carry()
        assert receiver.came == [] and office.row().refused_at == LATER
    problem(office.fetch(), 401, "not_signed")


def test_the_contract_is_openapi_and_says_what_the_product_takes_and_sends():
    validate(CONTRACT)
    schemas = CONTRACT["components"]["schemas"]
    for model in (Post, Answer, Waiting):
        assert set(schemas[model.__name__]["properties"]) == set(model.model_fields)
        assert schemas[model.__name__]["additionalProperties"] is False
    assert schemas["Answer"]["properties"]["state"]["enum"] == [one.value for one in State]
    kinds = {kind for kinds in theirs.KINDS.values() for kind in kinds}
    assert set(schemas["Post"]["properties"]["kind"]["enum"]) == {kind.value for kind in kinds}
    taken = CONTRACT["paths"]
    letter = taken["/letters"]["post"]["requestBody"]["content"]["application/json"]["example"]
    answer = taken["/senders/answers"]["post"]["requestBody"]["content"]["application/json"]["example"]
    for model, example in ((Post, letter), (Answer, answer)):
        jsonschema.validate(example, {"$ref": f"#/components/schemas/{model.__name__}"} | CONTRACT)
        model.model_validate_json(json.dumps(example))


def test_the_job_stands_in_the_schedule():
    assert carry_to_systems in {job.work for job in JOBS}


def test_a_lead_connects_a_system_sees_its_secret_once_and_pauses_it(app, office):
    lead = member(app, Role.LEAD)
    place = "/desk/sender-systems/umi"
    assert "うみ" in words(lead.get("/desk/sender-systems")) and "つないでいる" in words(lead.get(place))
    url = "https://inbox.umi.example/hook?key=abc"
    assert post(lead, place, how="posted", url=url).status_code == 303
    page = lead.get(place)
    assert "whsec_" in page.text and "inbox.umi.example" in page.text and "key=abc" not in page.text
    assert "whsec_" not in lead.get(place).text
    answer = post(lead, f"{place}/secret")
    assert answer.status_code == 422 and "確かめて、印を付けてください" in words(answer)
    assert post(lead, f"{place}/secret", sure="1").status_code == 303 and "whsec_" in lead.get(place).text
    assert post(lead, f"{place}/pause", active="").status_code == 303 and "止めている" in words(lead.get(place))
    assert post(lead, f"{place}/pause", active="").status_code == 409
    assert post(lead, f"{place}/pause", active="1").status_code == 303
    office.whole()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how": "posted", "url": "http://inbox.example/x"}, "https:// で始まるアドレス"),
        ({"how": "posted", "url": "https://10.0.0.1/x"}, "この送り先には送れません"),
        ({"how": "posted", "url": ""}, "アドレスを入力してください"),
        ({"how": "", "url": "https://inbox.example/x"}, "渡し方を選んでください"),
    ],
)
def test_what_cannot_be_connected_comes_back_with_what_was_typed(app, office, typed, said):
    lead = member(app, Role.LEAD)
    answer = post(lead, "/desk/sender-systems/umi", **typed)
    assert answer.status_code == 422 and said in words(answer) and typed["url"] in answer.text


def test_a_service_without_a_system_has_nothing_to_renew_or_pause(app, office):
    with office.database.writing() as session:
        make.make_service(session, "つむぎ動画", "douga", "TV")
    lead = member(app, Role.LEAD)
    assert "つないでいない" in words(lead.get("/desk/sender-systems/douga"))
    assert post(lead, "/desk/sender-systems/douga/secret", sure="1").status_code == 422
    assert post(lead, "/desk/sender-systems/douga/pause", active="").status_code == 422
    assert lead.get("/desk/sender-systems/nowhere").status_code == 404
    with office.database.reading() as session:
        registers = session.exec(select(Case.service_id).where(Case.kind == CaseKind.REGISTER)).all()
        assert len(registers) == 2  # nothing was opened for what was refused


def test_a_reviewer_does_not_connect_systems(app, office):
    reviewer = member(app, Role.REVIEWER)
    for path in ("/desk/sender-systems", "/desk/sender-systems/umi"):
        assert reviewer.get(path).status_code == 403
    assert post(reviewer, "/desk/sender-systems/umi", how="fetched").status_code == 403
