"""The door for answers of custodians' systems: what is signed is taken once, and nothing of it is ever said back."""

import json
from datetime import timedelta
from uuid import uuid4

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate
from sqlmodel import select

from tests import make
from tests.conftest import make_settings
from tests.receiver import running_receiver
from tests.stories.test_custodian_loop import CONTRACT
from tracker import create_app
from tracker.casework import orders
from tracker.casework.custody import reach
from tracker.casework.custody.contract import Answer, Order
from tracker.casework.orders import answers as order_answers
from tracker.casework.verify import verify
from tracker.letters.webhook import deliver, new_secret, signed
from tracker.models import Adapter, HoldOrder, LineAnswer, OrderKind

AT = make.instant("2026-05-07T10:00:00+09:00")
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def app(settings, tmp_path):
    app = create_app(make_settings(tmp_path, webhook_local=True))
    app.config["TESTING"] = True
    yield app
    app.extensions["database"].dispose()


class Office:
    """An office with one order that waits for its answer."""

    def __init__(self, app, freezer) -> None:
        self.client, self.database, self.freezer = app.test_client(), app.extensions["database"], freezer
        with self.database.writing() as session:
            service, staff = make.make_service(session), make.make_staff(session)
            for _n in range(2):
                make.make_notice(session, service, "2026-05-01T09:00+09:00")
            custodian = make.make_custodian(session, service)
            self.secret = reach.connect(session, custodian, Adapter.WEBHOOK, "https://logs.example.jp/orders")
            self.holds = [str(hold.id) for hold in make.session_holds(session)]
            order = orders.place(session, custodian, [h.id for h in make.session_holds(session)], by=staff.id, at=AT)
            self.order, self.staff = str(order.id), staff.id
        freezer.move_to(LATER)

    def answer(self, *said: str, **more) -> dict:
        """An answer, held by default."""
        lines = [
            {"hold": hold, "answer": word, "reference": f"K-{n}", "proof": None}
            for n, (hold, word) in enumerate(zip(self.holds, said or ("held", "held"), strict=True))
        ]
        return {"order": self.order, "answered_at": LATER.isoformat(), "lines": lines} | more

    def post(self, said, *, secret="", id=None, at=LATER, headers=None):
        """Post it, signed."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        sent = signed(secret or self.secret, id or uuid4(), body, at=at) if headers is None else headers
        return self.client.post("/custodian/answers", data=body, headers=sent, content_type="application/json")

    def said(self):
        """What is on record."""
        with self.database.reading() as session:
            order = session.exec(select(HoldOrder)).one()
            return [one.answer for one in order_answers.said_of(session, order).values()]


@pytest.fixture
def office(app, freezer):
    freezer.move_to(AT)
    return Office(app, freezer)


def problem(answer, status: int, code: str) -> dict:
    """A refusal as the contract has it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code and answer.json["status"] == status
    return answer.json


def test_each_hold_gets_its_own_answer(office):
    answer = office.post(office.answer("held", "expired"))
    assert (answer.status_code, answer.json) == (200, {"order": office.order, "again": False})
    assert office.said() == [LineAnswer.HELD, LineAnswer.EXPIRED]
    with office.database.reading() as session:
        lines = orders.order_lines(session, session.exec(select(HoldOrder)).one())
        assert [(line.kept, line.reference) for line in lines] == [(True, "K-0"), (False, "K-1")]
        assert list(verify(session)) == []


def test_the_same_answer_again_changes_nothing_and_another_one_is_refused(office):
    id = uuid4()
    assert office.post(office.answer(), id=id).json["again"] is False
    assert office.post(office.answer(), id=id).json["again"] is True
    problem(office.post(office.answer("held", "expired"), id=id), 409, "answered")
    assert office.said() == [LineAnswer.HELD] * 2


def test_who_cannot_sign_is_told_nothing(office):
    said = office.answer()
    for refused in (
        office.post(said, headers={}),
        office.post(said, secret=new_secret()),
        office.post(said, at=LATER - timedelta(minutes=6)),
        office.post(said, at=LATER + timedelta(minutes=6)),
        office.post(said | {"order": str(uuid4())}),
        office.post(b"{"),
        office.post(b"[1]"),
        office.post({"order": "mizuno@example.jp"}),
    ):
        shown = problem(refused, 401, "not_signed")
        assert set(shown) == {"type", "title", "status", "code"} and "mizuno" not in refused.text
    assert office.said() == []


def test_what_is_beyond_the_contract_is_refused_and_not_repeated(office):
    extra = office.answer()
    extra["lines"][0]["ip"] = "192.0.2.1"
    named = office.answer()
    named["lines"][0]["reference"] = "水野 葵 090-0000-0000"
    for said in (extra, named, office.answer(log=["192.0.2.1"]), office.answer("held", "analysed")):
        refused = office.post(said)
        shown = problem(refused, 422, "not_understood")
        assert shown["at"] and "192.0.2.1" not in refused.text and "090" not in refused.text
        assert "analysed" not in refused.text and "ip" not in " ".join(shown["at"])
    assert office.said() == []


def test_lines_that_are_not_the_order_s_and_answers_that_do_not_fit(office):
    foreign = office.answer()
    foreign["lines"][0]["hold"] = str(uuid4())
    problem(office.post(foreign), 422, "unknown_line")
    short = office.answer()
    short["lines"].pop()
    problem(office.post(short), 422, "missing_line")
    double = office.answer()
    double["lines"].append(double["lines"][0])
    problem(office.post(double), 422, "not_understood")
    problem(office.post(office.answer("erased", "held")), 422, "unfit")
    problem(office.post(office.answer("released", "held")), 422, "unfit")
    assert office.said() == []


def test_an_order_that_was_taken_back_wants_no_answer(office):
    with office.database.writing() as session:
        order = session.exec(select(HoldOrder)).one()
        orders.withdraw(session, order, reason="保管者を間違えた", by=office.staff, at=LATER)
    problem(office.post(office.answer()), 409, "withdrawn")


def test_more_than_a_mebibyte_is_not_read(office):
    problem(office.post(b" " * ((1 << 20) + 1)), 413, "too_large")


def test_too_many_posts_are_told_when_to_come_back(app):
    answers = [app.test_client().post("/custodian/answers", data=b"{}") for _n in range(121)]
    problem(answers[-1], 429, "too_often")
    assert answers[-1].headers["Retry-After"] == "60"


def test_the_contract_is_openapi_and_says_what_the_product_takes_and_sends():
    validate(CONTRACT)
    schemas = CONTRACT["components"]["schemas"]
    assert set(schemas["Answer"]["properties"]) == set(Answer.model_fields)
    assert set(schemas["Order"]["properties"]) == set(Order.model_fields)
    assert schemas["AnswerLine"]["properties"]["answer"]["enum"] == [one.value for one in LineAnswer]
    assert schemas["Order"]["properties"]["kind"]["enum"] == [one.value for one in OrderKind]
    closed = ("Order", "OrderLine", "Post", "Answer", "AnswerLine", "Proof")
    assert all(schemas[name]["additionalProperties"] is False for name in closed)


def test_the_examples_in_the_contract_are_of_the_contract():
    for said in (CONTRACT["paths"]["/orders"]["post"],):
        order = said["requestBody"]["content"]["application/json"]["example"]
        answer = said["responses"]["200"]["content"]["application/json"]["example"]
        for name, example in (("Order", order), ("Answer", answer)):
            ref = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
            jsonschema.validate(example, ref)
        Order.model_validate_json(json.dumps(order))
        Answer.model_validate_json(json.dumps(answer))
    assert yaml.safe_dump(CONTRACT)


def test_an_answer_that_is_cut_short_on_the_way_counts_as_none_and_the_order_goes_again():
    with running_receiver() as receiver:
        receiver.answers = [(200, {"Content-Length": "50"}), (200, {"webhook-id": "a"})]
        cut = deliver(receiver.url, b"{}", {}, local=True, keep=100)
        assert not cut.given and not cut.refused and cut.unsure
        whole = deliver(receiver.url, b"{}", {}, local=True, keep=100)
        assert whole.given and whole.headers["webhook-id"] == "a" and whole.said == b""
