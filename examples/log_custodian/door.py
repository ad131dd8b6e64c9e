"""The door: POST /orders takes a signed order. The answer goes back at once, or is posted to the office later."""

import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, request

from examples.log_custodian import logs, orders
from examples.log_custodian.contract import faults
from examples.log_custodian.signing import is_signed, signed

log = logging.getLogger("log_custodian")
MOST_BYTES = 4 << 20
PAUSE = 5.0  # seconds between two attempts to post an answer


@dataclass(frozen=True)
class House:
    """Where the logs are, what signs, what time it is, and where answers go (empty: back in the response)."""

    database: Path
    secret: str
    now: Callable[[], datetime]
    answers_to: str = ""
    wait: float = 0.0  # seconds after which an order to erase is carried out, where answers go later


def create_app(house: House) -> Flask:
    """The service."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES

    @app.get("/health")
    def health() -> dict[str, bool]:
        """That it runs."""
        return {"ok": True}

    @app.post("/orders")
    def take() -> Response:
        """An order. Nothing of it is logged but its number of lines."""
        body, at = request.get_data(), house.now()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not is_signed(house.secret, headers, body, at):
            return problem(401, "not_signed", "The signature is missing, wrong or too old.")
        try:
            order = json.loads(body)
        except ValueError:
            return problem(422, "not_json", "This is no JSON.")
        if wrong := sorted(set(faults(order))):
            return problem(422, "not_understood", "This is not of the contract.", wrong)
        with logs.writing(house.database) as database:
            if "withdrawn" in order:
                orders.withdraw(database, order["withdrawn"])
                return Response(status=202)
            if orders.is_withdrawn(database, order["order"]):
                return Response(status=202)
            if house.answers_to and order["kind"] == "erase" and house.wait:
                orders.keep_for_later(database, order, at)
                return Response(status=202)
            id, said = orders.answered(database, order, at)
        log.info("%s, %s lines", order["kind"], len(order["lines"]))
        if house.answers_to:
            return Response(status=202)
        return Response(said, 200, signed(house.secret, id, said.encode(), at), mimetype="application/json")

    return app


def problem(status: int, code: str, title: str, at: list[str] | None = None) -> Response:
    """RFC 9457."""
    said = {"type": "about:blank", "title": title, "status": status, "code": code} | ({"at": at} if at else {})
    return Response(json.dumps(said), status, mimetype="application/problem+json")


def post_answers(house: House, stop: threading.Event) -> None:
    """Post answers to the office until each was taken, or refused for good."""
    while not stop.wait(PAUSE if post_waiting(house) else 0.2):
        pass


def post_waiting(house: House) -> bool:
    """Post what waits, once. True while the office is away."""
    with logs.writing(house.database) as database:
        orders.carry_out_later(database, house.now(), house.wait)
        waiting = database.execute("SELECT order_id, id, body FROM answer WHERE NOT given").fetchall()
    away = False
    for row in waiting:
        body = row["body"].encode()
        headers = signed(house.secret, row["id"], body, house.now()) | {"Content-Type": "application/json"}
        try:
            asked = urllib.request.Request(house.answers_to, body, headers)
            with urllib.request.urlopen(asked, timeout=10):
                pass
        except urllib.error.HTTPError as no:
            log.warning("an answer was refused: %s", no.code)
            if no.code >= 500 or no.code in (401, 408, 429):
                away = True
                continue
        except OSError as error:
            log.warning("the office is away: %s", type(error).__name__)
            away = True
            continue
        with logs.writing(house.database) as database:
            database.execute("UPDATE answer SET given = 1 WHERE order_id = ?", [row["order_id"]])
    return away
