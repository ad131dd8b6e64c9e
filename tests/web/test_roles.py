"""Every route of the desk × every role: strangers are sent away everywhere, and nobody does more than they may."""

import re
import shutil
from uuid import UUID

import pytest
from sqlmodel import SQLModel, func, select

from tests import make
from tests.conftest import make_settings
from tests.web.desk import make_member, member, post, sign_in, token
from tracker import create_app
from tracker.models import ROLES, Role
from tracker.settings import Settings
from tracker.web.guards import ORDER

OPEN = {"security.login"}
ZERO = str(UUID(int=0))


def desk_routes() -> list[tuple[str, str, str]]:
    """Endpoint, method and a path, for every route under /desk."""
    app = create_app(
        Settings(_env_file=None, secret_key="x" * 40, master_key="a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    )
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<uuid:[^>]*>", ZERO, rule.rule)
        path = re.sub(r"<int[:(][^>]*>", "1", path)
        path = path.replace("<number>", "TH-2026-000001").replace("<slug>", "tsumugi")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.rule.startswith("/desk"):
                found.append((rule.endpoint, method, path))
    return sorted(found)


ROUTES = desk_routes()
GUARDED = [route for route in ROUTES if route[0].startswith("staff.")]


def test_the_desk_has_routes():
    assert len(GUARDED) > 25


@pytest.fixture(scope="module")
def closed(migrated, tmp_path_factory):
    """An app for strangers, who change nothing: one for all of them."""
    folder = tmp_path_factory.mktemp("closed")
    shutil.copy(migrated, folder / "kigen.db")
    app = create_app(make_settings(folder))
    app.config["TESTING"] = True
    before = everything(app)
    yield app
    assert everything(app) == before
    app.extensions["database"].dispose()


def everything(app) -> dict[str, int]:
    """How many rows each table has."""
    with app.extensions["database"].reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.mark.parametrize("endpoint", sorted({route[0] for route in GUARDED}))
def test_every_view_of_the_desk_carries_a_guard(closed, endpoint):
    assert closed.view_functions[endpoint].least_role in Role


@pytest.mark.parametrize(("endpoint", "method", "path"), ROUTES, ids=lambda part: str(part).replace(ZERO, "0"))
def test_a_stranger_is_sent_to_sign_in(closed, endpoint, method, path):
    client = closed.test_client()
    known = token(client.get("/desk/sign-in").text)  # the guard itself, not a missing token, must refuse

    answer = client.open(path, method=method, data={"csrf_token": known} if method == "POST" else None)

    if endpoint in OPEN:
        assert answer.status_code in {200, 422}
    else:
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/desk/sign-in")


def test_each_role_may_do_what_the_roles_below_it_may(app, database):
    with database.writing() as session:
        service = make.make_service(session)
        make.make_criteria(session, service)
        make.make_notice(session, service)
        for role in ROLES:
            make_member(app, session, f"{role.value}@tsumugi.example", role)
    app.extensions["limits"].enabled = False
    for role in ROLES:
        client, _answer = sign_in(app, f"{role.value}@tsumugi.example")
        known = {"csrf_token": token(client.get("/desk/").text)}
        for endpoint, method, path in GUARDED:
            answer = client.open(path, method=method, data=known if method == "POST" else None)
            enough = ORDER.index(role) >= ORDER.index(app.view_functions[endpoint].least_role)
            assert (answer.status_code == 403) is not enough, (role, endpoint, answer.status_code)
            assert answer.status_code < 500, (role, endpoint)


def test_a_reviewer_does_not_publish_criteria(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = member(app, Role.REVIEWER)

    refused = post(client, "/desk/criteria/tsumugi/draft/publish", seen="0", when="now", sure="1")

    assert refused.status_code == 403
    assert "この操作をする権限がありません" in refused.text
    lead = member(app, Role.LEAD)
    assert post(lead, "/desk/criteria/tsumugi/draft/publish", seen="0", when="now", sure="1").status_code == 409
