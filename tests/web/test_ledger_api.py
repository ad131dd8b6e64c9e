"""The door for a platform's own system: a token of its service, a file that is counted later, no word that was sent."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate
from sqlmodel import select

from tests import make
from tests.report.ledger import AT, GOOD, HEADS, LATER, file_of
from tracker import create_app
from tracker.jobs.ledger import carry_ledger
from tracker.law.ledger import Family
from tracker.models import LedgerImport, LedgerToken, Service
from tracker.report.ledger import faults, imports, store, tokens
from tracker.web.api import answers, ledger

CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "docs" / "ledger" / "openapi.yaml").read_text())
M = Family.MEASURES


class System:
    """A platform's own system, with a token for its service and one for another."""

    def __init__(self, app) -> None:
        self.client, self.database = app.test_client(), app.extensions["database"]
        with self.database.writing() as session:
            self.service = make.make_service(session)
            other = make.make_service(session, "うみ", "umi", "UM")
            self.staff = make.make_staff(session)
            self.token, self.secret = tokens.make(session, self.service, "審査の仕組み", by=self.staff.id, at=AT)
            _row, self.other = tokens.make(session, other, "海", by=self.staff.id, at=AT)

    def post(self, body=b"", *, to="tsumugi/measures", secret=None, kind="text/csv", **headers):
        sent = {"Authorization": f"Bearer {self.secret if secret is None else secret}"} | headers
        return self.client.post(f"/api/ledger/{to}", data=body, content_type=kind, headers=sent)

    def get(self, number, *, to="tsumugi", secret=None):
        sent = {"Authorization": f"Bearer {self.secret if secret is None else secret}"}
        return self.client.get(f"/api/ledger/{to}/imports/{number}", headers=sent)

    def carry(self) -> None:
        carry_ledger(self.database, lambda: LATER)

    def imports(self) -> list[LedgerImport]:
        with self.database.reading() as session:
            return list(session.exec(select(LedgerImport)))

    def files(self) -> list[Path]:
        return list(store.folder_of(self.database.info["settings"]).glob("*"))


@pytest.fixture
def system(app, freezer):
    freezer.move_to(LATER)
    return System(app)


def fits(body, name: str) -> None:
    """The body has the form that the contract gives it."""
    jsonschema.validate(body, {"$ref": f"#/components/schemas/{name}"} | CONTRACT)


def problem(answer, status: int, code: str) -> dict:
    """A refusal as the contract describes it: Japanese, a code, no cookie."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    fits(answer.json, "Problem")
    assert answer.json["code"] == code and re.search(r"[ぁ-ん]", answer.json["title"])
    assert "Set-Cookie" not in answer.headers
    return answer.json


def test_a_file_is_kept_counted_and_reported(system):
    answer = system.post(
        file_of(GOOD[M], "秘密の行"),
        **{"Content-Disposition": 'attachment; filename="C:\\x\\四月.csv"', "Accept-Language": "en"},
    )
    assert answer.status_code == 202 and "Set-Cookie" not in answer.headers
    fits(answer.json, "Begun")
    assert answer.json == {"import": 1, "url": answer.headers["Location"]}
    waiting = system.get(1)
    fits(waiting.json, "Import")
    assert (waiting.json["state"], waiting.json["rows"]) == ("waiting", 0)

    system.carry()
    done = system.client.get(answer.json["url"], headers={"Authorization": f"bearer {system.secret}"})

    fits(done.json, "Import")
    assert done.headers["Cache-Control"] == "no-store" and done.json["state"] == "done"
    assert [done.json[name] for name in ("rows", "added", "same", "changed", "refused")] == [2, 1, 0, 0, 1]
    assert done.json["read"] == done.json["size"] and done.json["errors"] == [
        {"row": 3, "column": "", "code": "cells", "says": "値の数が、見出しの列の数と違います。"}
    ]
    assert "秘密" not in done.text and system.files() == []
    [row] = system.imports()
    assert (row.began_by, row.began_at) == (f"token:{system.token.id}", LATER)
    with system.database.reading() as session:
        assert session.get_one(LedgerToken, system.token.id).used_at == LATER


def test_the_same_file_is_answered_with_the_number_that_it_has(system):
    system.post(file_of(GOOD[M]))
    again = problem(system.post(file_of(GOOD[M])), 409, "already_taken")
    assert again["import"] == 1 and "取込み 1" in again["title"]
    assert len(system.imports()) == 1 and len(system.files()) == 1


@pytest.mark.parametrize("secret", ["", "kgl_", "kgl_" + "a" * 32, "whsec_abc", "あ"])
def test_without_a_token_nobody_learns_anything(system, secret):
    sent = secret.encode().decode("latin-1")
    for answer in (
        system.post(file_of(GOOD[M]), secret=sent),
        system.post(b"", to="nowhere/x", secret=sent),
        system.get(1, secret=sent),
    ):
        problem(answer, 401, "not_authorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert system.imports() == [] and system.files() == []


def test_a_token_of_another_service_and_one_that_was_revoked_open_nothing(system):
    system.post(file_of(GOOD[M]))
    problem(system.post(file_of(GOOD[M]), secret=system.other), 404, "not_found")
    problem(system.get(1, secret=system.other), 404, "not_found")
    problem(system.get(1, to="umi", secret=system.other), 404, "not_found")
    with system.database.writing() as session:
        tokens.revoke(session, system.token.id, at=LATER)
    problem(system.post(file_of(GOOD[M])), 401, "not_authorized")
    problem(system.get(1), 401, "not_authorized")


@pytest.mark.parametrize("to", ["tsumugi/posts", "nowhere/measures"])
def test_a_service_or_a_family_that_is_not_there_is_not_found(system, to):
    problem(system.post(file_of(GOOD[M]), to=to), 404, "not_found")


def test_an_import_that_is_not_there_is_not_found(system):
    problem(system.get(9), 404, "not_found")
    for number in (1 << 31, 1 << 63, "9" * 5_000):
        assert system.get(number).status_code == 404


def test_a_name_that_no_database_takes_is_not_found(on_each_engine):
    app = create_app(on_each_engine.info["settings"])
    try:
        system = System(app)
        problem(system.get(1, to="%00"), 404, "not_found")
        problem(system.post(b"x", to="%00/measures"), 404, "not_found")
        problem(system.get(1, to="%00", secret="kgl_x"), 401, "not_authorized")
        problem(system.post(b"x", to="%00/measures", secret=""), 401, "not_authorized")
    finally:
        app.extensions["database"].dispose()


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/csv; charset=shift_jis", ""])
def test_what_is_no_csv_in_utf_8_is_not_taken(system, kind):
    problem(system.post(file_of(GOOD[M]), kind=kind), 415, "not_csv")
    assert system.files() == []


def test_nothing_and_too_much_and_no_room_leave_no_file(system, app, monkeypatch):
    problem(system.post(b""), 422, "empty")
    monkeypatch.setattr(ledger, "MOST_BYTES", 10)
    problem(system.post(file_of(GOOD[M])), 413, "too_large")
    monkeypatch.undo()
    app.extensions["settings"].disk_spare = 1 << 60
    problem(system.post(file_of(GOOD[M])), 507, "no_room")
    assert system.files() == [] and system.imports() == []


def test_a_file_that_cannot_be_read_says_why_and_one_that_was_taken_back_says_so(system):
    system.post(b"nothing\r\n")
    system.post(file_of(GOOD[M]))
    system.carry()
    with system.database.writing() as session:
        row = imports.import_of(session, session.get_one(Service, system.service.id), 2)
        imports.withdraw(session, system.service, row.id, reason="違うファイル", by=system.staff.id, at=LATER)
    refused, back = system.get(1).json, system.get(2).json
    for body in (refused, back):
        fits(body, "Import")
    assert (refused["state"], refused["trouble"]["code"], back["state"]) == ("refused", "head_unknown", "withdrawn")


def test_too_many_requests_are_told_when_to_come_back(app):
    client = app.test_client()
    for _n in range(120):
        client.get("/api/ledger/tsumugi/imports/1")
    answer = client.get("/api/ledger/tsumugi/imports/1")
    problem(answer, 429, "too_often")
    assert answer.headers["Retry-After"] == "60"


def test_only_the_hash_of_a_token_is_kept(system):
    with system.database.reading() as session:
        rows = tokens.tokens_of(session, system.service)
    assert [row.name for row in rows] == ["審査の仕組み"] and re.fullmatch(r"kgl_[a-z2-7]{32}", system.secret)
    assert system.secret not in str(rows[0].model_dump())


def test_the_contract_is_openapi_and_agrees_with_the_routes_and_the_codes(app):
    validate(CONTRACT)
    taken = {
        (re.sub(r"<(?:[\w=()]+:)?(\w+)>", r"{\1}", rule.rule).replace("{slug}", "{service}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert taken == {(path, method) for path, verbs in CONTRACT["paths"].items() for method in verbs}
    schemas = CONTRACT["components"]["schemas"]
    assert schemas["Family"]["enum"] == [family.value for family in Family]
    assert schemas["Error"]["properties"]["code"]["enum"] == list(faults.FAULTS)
    assert schemas["Trouble"]["properties"]["code"]["enum"] == list(faults.TROUBLES)
    assert schemas["Problem"]["properties"]["code"]["enum"] == list(answers.TITLES)
    row = LedgerImport(service_id=make.uuid4(), number=1, family=M, name="x", began_at=AT, began_by="x")
    assert list(ledger.state(row)) == schemas["Import"]["required"] == list(schemas["Import"]["properties"])
    for path in CONTRACT["paths"].values():
        for verb in path.values():
            said = json.dumps(verb, ensure_ascii=False) + json.dumps(CONTRACT["components"]["responses"])
            assert set(re.findall(r"`(\w+)`", said)) & set(answers.TITLES)
    example = CONTRACT["paths"]["/api/ledger/{service}/{family}"]["post"]["requestBody"]["content"]["text/csv"][
        "example"
    ]
    assert example.splitlines()[0] + ",count" == HEADS[M]
