"""The loop with a custodian that is a process of its own: order, answer, release, erasure, proof."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from uuid import uuid4

import jsonschema
import pytest
import yaml
from sqlmodel import select
from werkzeug.serving import make_server

from tests import make
from tests.conftest import make_settings, open_database
from tests.sample_custodian import Sample, sample_custodian
from tracker import create_app
from tracker.casework import Conflict, NotAllowed, journal, orders
from tracker.casework.custody import answers, reach
from tracker.casework.holding.ending import due_cases, end_due
from tracker.casework.orders import answers as order_answers
from tracker.casework.verify import verify
from tracker.jobs.custody import carry_orders
from tracker.keys import Keyring
from tracker.law.facts import Fact
from tracker.letters.webhook import deliver, signed
from tracker.models import Adapter, Case, Custodian, HoldOrder, Letter, LineAnswer, OrderKind, Staff
from tracker.now import now
from tracker.sealed import open_text

AT = make.instant("2026-05-07T10:00:00+09:00")  # Thursday
OVER = make.instant("2026-08-03T09:00:00+09:00")  # the flags of 2026-05-01 are over
CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "docs/custodian/openapi.yaml").read_text("utf-8"))


class World:
    """An installation, its custodian, and the process on the other side."""

    def __init__(self, database, sample: Sample, secret: str) -> None:
        self.database, self.sample, self.secret = database, sample, secret

    def order(self, kind=OrderKind.PRESERVE, at=AT):
        """Order what is about the only notice."""
        with self.database.writing() as session:
            custodian, staff = session.exec(select(Custodian)).one(), session.exec(select(Staff)).first()
            holds = [hold.id for hold in make.session_holds(session)]
            return orders.place(session, custodian, holds, by=staff.id, at=at, kind=kind).id

    def carry(self, at=AT):
        """One run of the worker's job, while it is `at` on both sides."""
        self.sample.now(at)
        carry_orders(self.database, lambda: at)

    def said(self, id):
        """The answers of an order, as they are on record."""
        with self.database.reading() as session:
            return list(order_answers.said_of(session, session.get_one(HoldOrder, id)).values())

    def facts(self, id):
        """What the record of an order says."""
        with self.database.reading() as session:
            case = session.get_one(Case, session.get_one(HoldOrder, id).case_id)
            return [event.fact for event in journal.history(session, case)]

    def payload(self, id):
        """The order as it left."""
        with self.database.reading() as session:
            case = session.get_one(HoldOrder, id).case_id
            letter = session.exec(select(Letter).where(Letter.case_id == case)).first()
            return json.loads(open_text(session, case, "letter.body", letter.id, letter.body_sealed))

    def end_holds(self, at=OVER):
        """The night's job."""
        with self.database.writing() as session:
            for case in due_cases(session, at=at):
                end_due(session, case, at=at)

    def sound(self) -> bool:
        """Whether every row is as the record says."""
        with self.database.reading() as session:
            return list(verify(session)) == []


@pytest.fixture
def settings(tmp_path, migrated):
    (tmp_path / "kigen.db").write_bytes(migrated.read_bytes())
    return make_settings(tmp_path, webhook_local=True)


@pytest.fixture
def database(settings):
    database = open_database(settings)
    yield database
    database.dispose()


def build(database, folder, *, items=None, more=(), adapter=Adapter.WEBHOOK):
    """A notice, its custodian, and the process, which listens at the address that the custodian has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with database.writing() as session:
        service = make.make_service(session)
        make.publish_periods(session, service, make.make_staff(session))
        make.make_notice(session, service, **({"items": 2, "received": "2026-05-01T09:00+09:00"} | (items or {})))
        custodian = make.make_custodian(session, service)
        where = f"http://127.0.0.1:{port}/orders" if adapter is Adapter.WEBHOOK else "kiban"
        secret = reach.connect(session, custodian, adapter, where)
    return port, secret


@pytest.fixture
def world(database, tmp_path):
    port, secret = build(database, tmp_path)
    with sample_custodian(tmp_path / "custodian", secret) as sample:
        sample.port = port
        sample.now(AT)
        sample.start()
        yield World(database, sample, secret)


def rows(world) -> int:
    """How many rows of logs the custodian has of the account."""
    with sqlite3.connect(world.sample.database) as logs:
        [[n]] = logs.execute("SELECT count(*) FROM log WHERE account = '@kaze_2198'").fetchall()
    logs.close()
    return n


def test_an_order_is_answered_at_once_and_nothing_but_the_contract_leaves(world):
    id = world.order()
    world.carry()
    [said] = world.said(id)
    assert (said.answer, said.reference, said.proof) == (LineAnswer.HELD, "LC-000001", None)
    assert world.facts(id) == [
        Fact.HOLD_ORDERED, Fact.LETTER_QUEUED, Fact.LETTER_ACCEPTED, Fact.HOLD_ACKNOWLEDGED,
    ]  # fmt: skip
    payload = world.payload(id)
    jsonschema.validate(payload, {"$ref": "#/components/schemas/Order", "components": CONTRACT["components"]})
    [line] = payload["lines"]
    assert line["posts"] == [
        {"account": "@kaze_2198", "url": f"https://tsumugi.example/p/{n}"} for n in (1, 2)
    ]  # fmt: skip
    assert line["keep_until"] == "2026-08-01"
    assert "水原" not in json.dumps(payload, ensure_ascii=False) and "虚偽" not in json.dumps(payload)
    assert world.sound()


def test_released_and_then_erased_with_a_proof(world):
    world.order()
    world.carry()
    with pytest.raises(NotAllowed, match="保存が続いている"):
        world.order(OrderKind.ERASE)
    world.end_holds()
    released, before = world.order(OrderKind.RELEASE, OVER), rows(world)
    world.carry(OVER)
    assert [said.answer for said in world.said(released)] == [LineAnswer.RELEASED]
    erased = world.order(OrderKind.ERASE, OVER)
    world.carry(OVER)
    [said] = world.said(erased)
    proof = said.proof
    assert said.answer is LineAnswer.ERASED and len(proof.digest) == 64 and proof.erased_at == OVER
    assert sum(proof.counts.values()) + sum(proof.deidentified.values()) == before and rows(world) == 0
    assert set(proof.deidentified) == {"2-3", "2-4"} and set(proof.counts) == {"2-5", "2-8", "2-9", "2-13"}
    assert world.facts(erased)[-2:] == [Fact.HOLD_ACKNOWLEDGED, Fact.LOGS_ERASED]
    assert world.sound()


def test_a_custodian_that_is_down_for_a_day_gets_the_very_same_order(world):
    world.sample.stop()
    id = world.order()
    at = AT
    for _hour in range(24):
        world.carry(at)
        at += timedelta(hours=1)
    assert world.said(id) == [] and world.facts(id) == [Fact.HOLD_ORDERED, Fact.LETTER_QUEUED]
    world.sample.start()
    world.carry(at)
    assert [said.answer for said in world.said(id)] == [LineAnswer.HELD]
    assert world.facts(id).count(Fact.HOLD_ACKNOWLEDGED) == 1 and world.sound()


def test_sent_again_it_is_carried_out_once(world):
    id = world.order()
    world.carry()
    body = json.dumps(world.payload(id)).encode()

    def post(message):
        headers = signed(world.secret, message, body, at=AT) | {"Content-Type": "application/json"}
        heard = deliver(f"http://127.0.0.1:{world.sample.port}/orders", body, headers, local=True, keep=10_000)
        assert (heard.status, heard.headers["webhook-id"] != str(message)) == (200, True)
        return heard.said

    assert post(uuid4()) == post(uuid4())
    assert [said.reference for said in world.said(id)] == ["LC-000001"]


def test_what_was_erased_before_the_order_came_is_counted_as_expired(database, tmp_path):
    items = {"items": 1}
    port, secret = build(database, tmp_path, items=items)
    with sample_custodian(tmp_path / "custodian", secret) as sample:
        sample.accounts.write_text("@kaze_2198 https://tsumugi.example/p/1 400\n")
        sample.port = port
        sample.now(AT)
        sample.start()
        world = World(database, sample, secret)
        id = world.order()
        world.carry()
        assert [said.answer for said in world.said(id)] == [LineAnswer.EXPIRED]
        assert world.sound()


@pytest.mark.parametrize(
    ("accounts", "answer"),
    [
        ("@kaze_2198 https://tsumugi.example/p/1 none\n", LineAnswer.NOT_HELD),
        ("@someone_else https://tsumugi.example/p/9 10\n", LineAnswer.UNLINKABLE),
    ],
)
def test_what_was_never_there_is_said_in_its_own_word(database, tmp_path, accounts, answer):
    port, secret = build(database, tmp_path, items={"items": 1})
    with sample_custodian(tmp_path / "custodian", secret) as sample:
        sample.accounts.write_text(accounts)
        sample.port = port
        sample.now(AT)
        sample.start()
        world = World(database, sample, secret)
        id = world.order()
        world.carry()
        assert [said.answer for said in world.said(id)] == [answer]


def test_an_answer_signed_with_another_secret_is_none(database, tmp_path):
    port, _secret = build(database, tmp_path)
    with sample_custodian(tmp_path / "custodian", "whsec_" + "eA" * 21 + "eA==") as sample:
        sample.port = port
        sample.now(AT)
        sample.start()
        world = World(database, sample, "")
        id = world.order()
        world.carry()  # the custodian refuses ours, and says so for good
        assert world.said(id) == [] and world.facts(id)[-1] is Fact.LETTER_REFUSED


def test_an_order_to_erase_is_taken_back_when_a_hold_came_over_it_on_its_way(world):
    world.order()
    world.carry()
    world.end_holds()
    world.sample.stop()
    id = world.order(OrderKind.ERASE, OVER)
    world.carry(OVER)
    with world.database.writing() as session:
        [hold] = make.session_holds(session)
        journal.record(
            session, session.get_one(Case, hold.case_id), Fact.COURT_ORDER_SERVED, actor=journal.SYSTEM,
            at=OVER + timedelta(hours=1), erasure_ban=True,
        )  # fmt: skip
    world.sample.start()
    before = rows(world)
    world.carry(OVER + timedelta(hours=2))
    assert world.facts(id)[-1] is Fact.HOLD_ORDER_WITHDRAWN
    assert rows(world) == before and world.sound()


def test_a_custodian_that_answers_later_posts_to_the_door(database, settings, tmp_path):
    port, secret = build(database, tmp_path, items={"received": (now() - timedelta(days=1)).isoformat()})
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    at = now()
    try:
        with sample_custodian(tmp_path / "custodian", secret) as sample:
            sample.port = port
            sample.now(at)
            sample.start("--answers-to", f"http://127.0.0.1:{server.server_port}/custodian/answers")
            world = World(database, sample, secret)
            id = world.order(at=at)
            world.carry(at)
            assert world.said(id) == []
            until = monotonic() + 15
            while not world.said(id) and monotonic() < until:
                sleep(0.1)
            assert world.said(id)[0].answer in (LineAnswer.HELD, LineAnswer.EXPIRED)
            assert world.sound()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["database"].dispose()


def test_the_sample_keeps_the_contract_as_the_conformance_check_reads_it(world):
    world.sample.now(now())
    command = [
        sys.executable, "examples/log_custodian/conformance.py", f"http://127.0.0.1:{world.sample.port}/orders",
        "--account", "@kaze_2198", "--url", "https://tsumugi.example/p/1",
    ]  # fmt: skip
    environment = os.environ | {"LOG_CUSTODIAN_SECRET": world.secret}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "all passed"), done.stdout


def test_by_a_folder_the_order_and_the_answer_are_files(database, settings, tmp_path):
    _port, secret = build(database, tmp_path, adapter=Adapter.FOLDER)
    folder = reach.folder(settings, "kiban")
    sample = Sample(tmp_path, secret)
    world = World(database, sample, secret)
    id = world.order()
    world.carry()
    [file] = (folder / "orders").glob("*.json")
    order = json.loads(json.loads(file.read_text())["body"])
    answer = {
        "order": order["order"],
        "answered_at": AT.isoformat(),
        "lines": [{"hold": one["hold"], "answer": "held", "reference": "K-1", "proof": None} for one in order["lines"]],
    }
    body = json.dumps(answer)
    (folder / "answers").mkdir()
    headers = signed(secret, uuid4(), body.encode(), at=AT)
    (folder / "answers" / "a.json").write_text(json.dumps(headers | {"body": body}))
    (folder / "answers" / "b.json").write_text(json.dumps(headers | {"body": body.replace("held", "expired")}))
    world.carry(AT + timedelta(days=3))
    assert [(said.answer, said.reference) for said in world.said(id)] == [(LineAnswer.HELD, "K-1")]
    assert (folder / "answers/taken/a.json").exists() and (folder / "answers/refused/b.json").exists()
    assert world.sound()


def test_neither_address_nor_secret_of_a_custodian_is_stored_in_the_clear(world, settings):
    file = Path(settings.data) / "kigen.db"
    assert Keyring(settings) and world.secret.encode() not in file.read_bytes()


class Meddler:
    """Somebody on the wire who passes orders on, and spoils the answers to the first of them."""

    def __init__(self, port: int, spoil, times: int = 1) -> None:
        self.passed: list[tuple[str, str]] = []  # of each order: its id, and the id of the message
        meddler = self

        class Wire(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                names = ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")
                headers = {name: self.headers[name] for name in names}
                meddler.passed.append((json.loads(body)["order"], headers["webhook-id"]))
                answer = deliver(f"http://127.0.0.1:{port}/orders", body, headers, local=True, keep=100_000)
                said, signs = answer.said, {k: v for k, v in answer.headers.items() if k.startswith("webhook-")}
                if len(meddler.passed) <= times:
                    said, signs = spoil(said, signs)
                if said is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status)
                for name, value in {"content-type": "application/json", "content-length": len(said), **signs}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


SPOILT = {
    "garbled": lambda said, signs: (said[:-7] + b"\xff\x00}", signs),
    "another answer": lambda said, signs: (said.replace(b'"erased"', b'"expired"'), signs),
    "signed wrongly": lambda said, signs: (said, signs | {"webhook-signature": "v1," + "A" * 43 + "="}),
    "not signed": lambda said, signs: (said, {}),
    "of another time": lambda said, signs: (said, signs | {"webhook-timestamp": "1700000000"}),
    "cut off": lambda said, signs: (None, signs),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_custodian_that_took_an_order_whose_answer_was_spoilt_does_it_once(world, how):
    world.order()
    world.carry()
    world.end_holds()
    before = rows(world)
    meddler = Meddler(world.sample.port, SPOILT[how])
    try:
        with world.database.writing() as session:
            custodian = session.exec(select(Custodian)).one()
            where = f"http://127.0.0.1:{meddler.server.server_port}/orders"
            custodian.target_sealed = reach._seal(session, "target", custodian.id, where)
            session.add(custodian)
        id = world.order(OrderKind.ERASE, OVER)
        world.carry(OVER)
        assert before and rows(world) == 0 and world.said(id) == []  # taken there, and nothing is believed here
        later = OVER + timedelta(hours=2)
        world.carry(later)
    finally:
        meddler.close()
    [said] = world.said(id)
    assert said.answer is LineAnswer.ERASED and said.proof.erased_at == OVER
    assert {order for order, _message in meddler.passed} == {str(id)}
    assert len(meddler.passed) == 2 and len({message for _order, message in meddler.passed}) == 1
    assert world.facts(id).count(Fact.LOGS_ERASED) == 1 and world.sound()


def test_an_answer_that_comes_twice_is_taken_once_and_another_one_is_refused(world):
    id = world.order()
    world.carry()
    answer = {
        "order": str(id),
        "answered_at": AT.isoformat(),
        "lines": [
            {"hold": one["hold"], "answer": "held", "reference": "LC-000001", "proof": None}
            for one in world.payload(id)["lines"]
        ],
    }

    def say(body):
        with world.database.writing() as session:
            return answers.take(session, signed(world.secret, uuid4(), body, at=AT), body, at=AT)

    facts = world.facts(id)
    assert [say(json.dumps(answer).encode()).again for _twice in range(2)] == [True, True]
    with pytest.raises(Conflict):
        say(json.dumps(answer).replace("held", "expired").encode())
    assert world.facts(id) == facts and world.sound()
