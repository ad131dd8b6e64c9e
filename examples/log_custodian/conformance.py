"""Whether a custodian keeps the contract: `python examples/log_custodian/conformance.py URL`. Needs Python 3.11 alone.

LOG_CUSTODIAN_SECRET signs. --account and --url name something of which there are logs; they are kept, released and
erased, so take what is made up. A custodian that answers later (202) is checked as far as its response goes.
"""

import argparse
import hmac
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID, uuid4

ALWAYS = {"not_held", "expired", "unlinkable"}
FITS = {
    "preserve": ALWAYS | {"held"},
    "extend": ALWAYS | {"held"},
    "release": ALWAYS | {"released"},
    "erase": ALWAYS | {"erased", "held"},
}
CLASSES = [f"2-{n}" for n in range(1, 15)]


@dataclass(frozen=True)
class Came:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Asked:
    """Whom to ask, and about what."""

    url: str
    secret: str
    account: str
    post: str
    at: int  # seconds that are added to this machine's clock


def order(asked: Asked, kind: str = "preserve", **more: Any) -> dict[str, Any]:
    """An order of one line."""
    line = {
        "hold": str(uuid4()),
        "posts": [{"account": asked.account, "url": asked.post}],
        "classes": CLASSES,
        "logs_from": None,
        "logs_until": None,
        "keep_until": "2099-12-31",
    }
    moment = datetime.fromtimestamp(time.time() + asked.at, UTC).isoformat(timespec="seconds")
    made = {"order": str(uuid4()), "number": "XX-H-2026-0001", "kind": kind, "ordered_at": moment, "lines": [line]}
    return made | more


def signature(secret: str, id: str, moment: str, body: bytes) -> str:
    """What proves a message."""
    digest = hmac.new(b64decode(secret.removeprefix("whsec_")), f"{id}.{moment}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def send(asked: Asked, said: Any, *, id: str = "", late: int = 0, secret: str | None = None, more: str = "") -> Came:
    """Post a message, signed unless `secret` is empty."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    id, moment = id or str(uuid4()), str(int(time.time()) + asked.at - late)
    headers = {"Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": moment}
    secret = asked.secret if secret is None else secret
    if secret:
        headers["webhook-signature"] = signature(secret, id, moment, body)
    try:
        with urllib.request.urlopen(
            urllib.request.Request(asked.url, body + more.encode(), headers), timeout=15
        ) as got:
            return Came(got.status, {k.lower(): v for k, v in got.headers.items()}, got.read(1 << 20))
    except urllib.error.HTTPError as no:
        return Came(no.code, {k.lower(): v for k, v in no.headers.items()}, no.read(1 << 20))


def faults(asked: Asked, made: dict[str, Any], came: Came) -> list[str]:
    """What is wrong with an answer to an order."""
    if came.status == 202:
        return []
    if came.status != 200:
        return [f"{came.status} instead of 200 or 202"]
    id, moment = came.headers.get("webhook-id", ""), came.headers.get("webhook-timestamp", "")
    if came.headers.get("webhook-signature", "") != signature(asked.secret, id, moment, came.body):
        return ["the answer is not signed, or signed wrongly"]
    try:
        said = json.loads(came.body)
        lines = {line["hold"]: line for line in said["lines"]}
        wrong = [] if set(said) == {"order", "answered_at", "lines"} else ["fields of the answer"]
        wrong += [] if said["order"] == made["order"] else ["the answer is for another order"]
        wrong += [] if datetime.fromisoformat(said["answered_at"]).tzinfo else ["answered_at has no offset"]
        if sorted(lines) != sorted(line["hold"] for line in made["lines"]) or len(lines) != len(said["lines"]):
            return [*wrong, "not every line is answered once"]
        for line in made["lines"]:
            wrong += _line_faults(made["kind"], line, lines[line["hold"]])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"the answer cannot be read: {type(error).__name__}"]
    return wrong


def _line_faults(kind: str, line: dict[str, Any], said: dict[str, Any]) -> list[str]:
    wrong = [] if set(said) == {"hold", "answer", "reference", "proof"} else ["fields of a line"]
    if said["answer"] not in FITS[kind]:
        wrong.append("an answer that does not fit the order")
    if not re.fullmatch(r"[A-Za-z0-9._:/-]{0,80}", said["reference"]):
        wrong.append("a reference of other characters")
    proof = said["proof"]
    if (proof is not None) != (said["answer"] == "erased"):
        return [*wrong, "a proof goes with erased, and with nothing else"]
    if proof is None:
        return wrong
    if set(proof) != {"classes", "counts", "deidentified", "erased_at", "digest"}:
        return [*wrong, "fields of a proof"]
    counted = [*proof["counts"].items(), *proof["deidentified"].items()]
    if set(proof["classes"]) != set(line["classes"]) or any(name not in proof["classes"] for name, _n in counted):
        wrong.append("classes other than those asked for")
    numbers = [n for _name, n in counted]
    if any(not isinstance(n, int) or not 0 <= n <= 10**9 for n in numbers) or not any(numbers):
        wrong.append("counts that are none")
    if not re.fullmatch(r"[0-9a-f]{64}", proof["digest"]):
        wrong.append("the digest is no SHA-256")
    if not datetime.fromisoformat(proof["erased_at"]).tzinfo:
        wrong.append("erased_at has no offset")
    return wrong


def refuses(came: Came, *codes: int) -> list[str]:
    """What is wrong with a refusal."""
    return [] if came.status in codes else [f"{came.status} instead of {' or '.join(map(str, codes))}"]


def checks(asked: Asked) -> dict[str, Callable[[], list[str]]]:
    """Every check, by what it says."""
    kept = order(asked)
    hold = kept["lines"]
    id = str(uuid4())
    unknown = [{**hold[0], "hold": str(uuid4()), "posts": [{"account": "@nobody_" + uuid4().hex, "url": ""}]}]

    def answered(made: dict[str, Any], **how: Any) -> list[str]:
        return faults(asked, made, send(asked, made, **how))

    def same() -> list[str]:
        first, second, third = send(asked, kept, id=id), send(asked, kept, id=id), send(asked, kept)
        if 202 in (first.status, second.status):
            return []
        return [] if first.body == second.body == third.body else ["the order was answered anew"]

    def withdrawn_first() -> list[str]:
        made = order(asked, "erase", lines=[{**hold[0], "hold": str(uuid4())}])
        moment = {"withdrawn": made["order"], "number": made["number"], "withdrawn_at": made["ordered_at"]}
        told = send(asked, {**moment, "holds": [line["hold"] for line in made["lines"]]})
        return refuses(told, 202) or refuses(send(asked, made), 202)

    def not_linked() -> list[str]:
        made = order(asked, lines=unknown)
        came = send(asked, made)
        if wrong := faults(asked, made, came):
            return wrong
        if came.status == 202:
            return []
        return [] if json.loads(came.body)["lines"][0]["answer"] in ALWAYS else ["logs of an account that is none"]

    return {
        "an order without a signature is refused": lambda: refuses(send(asked, order(asked), secret=""), 401),
        "one that is signed with another secret is refused": lambda: refuses(
            send(asked, order(asked), secret="whsec_" + b64encode(b"x" * 32).decode()),
            401,
        ),
        "one that was changed on the way is refused": lambda: refuses(send(asked, order(asked), more=" "), 401),
        "one that is ten minutes old is refused": lambda: refuses(send(asked, order(asked), late=600), 401),
        "what is no JSON is refused": lambda: refuses(send(asked, b"{"), 400, 422),
        "an order with a field too many is refused": lambda: refuses(send(asked, order(asked, note="x")), 400, 422),
        "an order of an unknown kind is refused": lambda: refuses(send(asked, order(asked, "analyse")), 400, 422),
        "an order without lines is refused": lambda: refuses(send(asked, order(asked, lines=[])), 400, 422),
        "preserve is answered": lambda: answered(kept, id=id),
        "the same order is answered the same": same,
        "an order to erase that was taken back before it came is not carried out": withdrawn_first,
        "extend is answered": lambda: answered(order(asked, "extend", lines=hold)),
        "release is answered": lambda: answered(order(asked, "release", lines=hold)),
        "erase is answered, with a proof if something was erased": lambda: answered(order(asked, "erase", lines=hold)),
        "an account that is none has no logs": not_linked,
    }


def state_faults(asked: Asked, headers: dict[str, str], body: bytes) -> list[str]:
    """What is wrong with a state that was pushed."""
    id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if headers.get("webhook-signature", "") != signature(asked.secret, id, moment, body):
        return ["the state is not signed, or signed wrongly"]
    try:
        said = json.loads(body)
        wrong = [] if set(said) == {"counted_at", "holds"} else ["fields of the state"]
        wrong += [] if datetime.fromisoformat(said["counted_at"]).tzinfo else ["counted_at has no offset"]
        if any(str(UUID(one)) != one for one in said["holds"]):
            wrong.append("a hold by another name")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"the state cannot be read: {type(error).__name__}"]
    return wrong


def waits_for_state(asked: Asked, port: int, seconds: float) -> list[str]:
    """Stand where Kigen's door for states would be, and look at the first that comes."""
    found: list[list[str]] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 1 << 20))
            found.append(state_faults(asked, {name.lower(): value for name, value in self.headers.items()}, body))
            said = json.dumps({"again": False, "compared": 0, "missing": [], "overkept": [], "unknown": 0}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", port), Door) as server:
        server.timeout = 0.5
        until = time.monotonic() + seconds
        while not found and time.monotonic() < until:
            server.handle_request()
    return found[0] if found else ["no state came"]


def main() -> int:
    """Run every check, one line each; 1 if any failed."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("url")
    given.add_argument("--account", default="@midori_no_yane")
    given.add_argument("--url", dest="post", default="https://tsumugi.example/p/31")
    given.add_argument("--ahead", type=int, default=0, help="seconds by which the custodian's clock is ahead")
    given.add_argument("--state-port", type=int, default=0, help="wait here for the state that is pushed each night")
    given.add_argument("--state-seconds", type=float, default=60, help="for how long")
    said = given.parse_args()
    asked = Asked(said.url, os.environ.get("LOG_CUSTODIAN_SECRET", ""), said.account, said.post, said.ahead)
    if not asked.secret:
        print("LOG_CUSTODIAN_SECRET is missing.", file=sys.stderr)
        return 2
    failed = 0
    every = checks(asked)
    if said.state_port:
        every["the state that is pushed is signed and of the contract"] = lambda: waits_for_state(
            asked, said.state_port, said.state_seconds
        )
    for name, check in every.items():
        wrong = check()
        failed += bool(wrong)
        print(f"{'no ' if wrong else 'ok '} {name}{': ' + '; '.join(wrong) if wrong else ''}")
    print(f"{failed} failed" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
