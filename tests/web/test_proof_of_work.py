"""No spam, no third party: what a browser computes before it files, and that no filing is ever lost for want of it."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import altcha
import pytest
from hypothesis import given, settings, strategies as st
from sqlmodel import func, select

from tests import make
from tests.conftest import make_settings
from tests.postgres import migrated_database
from tests.web import desk
from tests.web.claimant import fields, send, text
from tracker import create_app
from tracker.casework import worklist
from tracker.casework.verify import verify
from tracker.jobs import tasks
from tracker.models import Case, Clock, Doubt, Notice, SpentProof
from tracker.web.public.proof_of_work import GOOD_FOR

ARRIVAL = "2026-04-28T09:14:37+09:00"


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to(ARRIVAL)
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def ask(client, slug: str = "tsumugi") -> altcha.Challenge:
    return altcha.Challenge.from_dict(client.get(f"/s/{slug}/challenge").get_json())


def solve(client, slug: str = "tsumugi") -> str:
    """What the widget of the form sends."""
    challenge = ask(client, slug)
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def file(client, n: int = 1, **changes):
    """One of several different filings."""
    return send(client, token=f"{n:032x}", reason=f"理由{n}", **changes)


def notices(database) -> list[Notice]:
    with database.reading() as session:
        return list(session.exec(select(Notice).order_by(Notice.number)).all())


def test_a_question_is_signed_good_for_an_hour_never_kept_and_sets_no_cookie(client):
    answer = client.get("/s/tsumugi/challenge")
    asked = answer.get_json()["parameters"]
    assert answer.status_code == 200 and answer.is_json and answer.get_json()["signature"]
    assert asked["expiresAt"] == int((make.instant(ARRIVAL) + GOOD_FOR).timestamp())
    assert answer.headers["Cache-Control"] == "no-store" and not answer.headers.getlist("Set-Cookie")
    assert asked["nonce"] != ask(client).parameters.nonce
    assert client.get("/s/nowhere/challenge").status_code == 404


def test_a_filing_with_a_good_answer_has_no_mark(client, database):
    assert file(client, altcha=solve(client)).status_code == 303
    (notice,) = notices(database)
    assert notice.doubts == [] and notice.received_at == make.instant(ARRIVAL)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(SpentProof)).one() == 1


def test_an_answer_is_good_for_one_filing_and_the_next_one_arrives_with_a_mark(client, database):
    answer = solve(client)
    assert file(client, 1, altcha=answer).status_code == file(client, 2, altcha=answer).status_code == 303
    assert [notice.doubts for notice in notices(database)] == [[], [Doubt.SPENT]]


def test_an_answer_from_before_its_hour_ended_is_late_after_it(client, database, freezer):
    answer = solve(client)
    freezer.move_to("2026-04-28T10:14:39+09:00")
    assert file(client, altcha=answer).status_code == 303
    (notice,) = notices(database)
    assert notice.doubts == [Doubt.EXPIRED] and notice.received_at == make.instant("2026-04-28T10:14:39+09:00")


def altered(answer: str, **changes) -> str:
    """The answer with something else in it."""
    said = json.loads(base64.b64decode(answer))
    said["challenge"]["parameters"] |= changes
    return base64.b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"cost": 1}, "an easier question"),
        ({"expiresAt": 4102444800}, "a longer hour"),
        ({"nonce": "00" * 16}, "another nonce"),
        ({"data": {"service": "other"}}, "another service"),
    ],
)
def test_an_answer_that_was_altered_is_wrong_and_the_filing_arrives(client, database, changes, why):
    assert file(client, altcha=altered(solve(client), **changes)).status_code == 303, why
    assert notices(database)[0].doubts == [Doubt.WRONG], why


def test_an_answer_for_another_service_is_wrong(client, database):
    with database.writing() as session:
        make.make_service(session, name="つむぎ写真", slug="photo", prefix="PH")
    assert file(client, altcha=solve(client, "photo")).status_code == 303
    assert notices(database)[0].doubts == [Doubt.WRONG]


def test_a_guess_is_wrong(client, database):
    challenge = ask(client)
    guess = altcha.Payload(challenge, altcha.Solution(7, "00" * 32)).to_base64()
    assert file(client, altcha=guess).status_code == 303
    assert notices(database)[0].doubts == [Doubt.WRONG]


def test_without_a_script_the_filing_arrives_binds_and_runs_like_every_other(client, database):
    with_answer, without = file(client, 1, altcha=solve(client)), file(client, 2)
    assert with_answer.status_code == without.status_code == 303
    plain, marked = notices(database)
    assert (plain.doubts, marked.doubts) == ([], [Doubt.UNPROVEN])
    assert plain.received_at == marked.received_at == make.instant(ARRIVAL)

    def legal(session, notice):
        clocks = session.exec(select(Clock).where(Clock.case_id == notice.case_id)).all()
        return {(c.rule, c.started_at, c.due_at, c.target_at, c.force, c.stopped_at) for c in clocks}

    with database.reading() as session:
        assert legal(session, plain) == legal(session, marked)
        cases = [session.get_one(Case, notice.case_id) for notice in (plain, marked)]
        assert cases[0].statutory and cases[1].statutory and cases[0].next_at == cases[1].next_at
        assert list(verify(session)) == []
    assert "自動送信" not in text(client.get(without.location))  # nothing of it is said to the claimant


def test_the_same_form_sent_twice_leads_to_one_receipt_and_no_mark(client, database):
    answer = solve(client)
    first, second = file(client, altcha=answer), file(client, altcha=answer)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert [notice.doubts for notice in notices(database)] == [[]]


def test_a_form_that_comes_back_uses_nothing_up(client, database):
    answer = solve(client)
    assert file(client, altcha=answer, name="").status_code == 422
    assert file(client, altcha=answer, do="add").status_code == 200
    assert file(client, altcha=answer).status_code == 303
    assert notices(database)[0].doubts == []


def test_a_filing_that_fails_uses_nothing_up(client, database, app):
    answer, folder = solve(client), app.extensions["settings"].evidence_folder
    file(client, attach=[("証拠.pdf", b"%PDF-1.7\n%%EOF\n")], name="", altcha=answer)
    for path in folder.iterdir():
        path.write_bytes(b"damaged")
    app.config["TESTING"] = app.config["PROPAGATE_EXCEPTIONS"] = False
    assert file(client, altcha=answer).status_code == 500
    assert file(client, 2, altcha=answer).status_code == 303
    assert [notice.doubts for notice in notices(database)] == [[]]


def test_what_a_browser_filled_in_unseen_is_marked_beside_a_good_answer(client, database):
    assert file(client, altcha=solve(client), homepage="https://akari.example").status_code == 303
    assert notices(database)[0].doubts == [Doubt.TRAP]


NAMES = [
    "challenge", "solution", "parameters", "signature", "counter", "derivedKey", "algorithm", "nonce", "salt", "cost",
    "keyLength", "keyPrefix", "expiresAt", "data", "__proto__",
]  # fmt: skip
ODD = st.one_of(
    st.text(max_size=80),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner,
            )
        ),
        max_leaves=12,
    ).map(lambda said: base64.b64encode(json.dumps(said).encode()).decode()),
    st.just("A" * 10_000),
)


@settings(max_examples=80, deadline=None)
@given(sent=ODD)
def test_whatever_comes_as_an_answer_is_never_an_error(app_with_service, sent):
    from tracker.web.public.proof_of_work import proof_sent

    app, service = app_with_service
    with app.test_request_context("/s/tsumugi/", method="POST", data={"altcha": sent}):
        assert proof_sent(service) in {Doubt.UNPROVEN, Doubt.EXPIRED, Doubt.WRONG}


@pytest.fixture(scope="module")
def app_with_service(tmp_path_factory, migrated):
    folder = tmp_path_factory.mktemp("odd")
    (folder / "kigen.db").write_bytes(migrated.read_bytes())
    app = create_app(make_settings(folder))
    with app.extensions["database"].writing() as session:
        service = make.make_service(session)
    yield app, service
    app.extensions["database"].dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_of_two_filings_at_once_with_one_answer_exactly_one_has_no_mark(kind, tmp_path):
    with migrated_database(kind, tmp_path) as url:
        app = create_app(make_settings(tmp_path, database=url))
        database = app.extensions["database"]
        with database.writing() as session:
            make.make_service(session)
        answer, ready = solve(app.test_client()), Barrier(4)

        def press(n: int) -> tuple[int, str]:
            client = app.test_client()
            ready.wait(20)
            answered = file(client, n // 2, altcha=answer)  # and each of them twice
            return answered.status_code, answered.location

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(press, range(4)))
        assert [status for status, _location in answers] == [303] * 4
        assert answers[0] == answers[1] and answers[2] == answers[3] and answers[0] != answers[2]
        assert sorted(notice.doubts for notice in notices(database)) == [[], [Doubt.SPENT]]
        database.dispose()


def test_used_answers_are_forgotten_once_they_would_be_too_late_anyway(client, database, freezer):
    file(client, altcha=solve(client))

    def left(at: str) -> int:
        tasks.sweep_evidence(database, lambda: make.instant(at))
        with database.reading() as session:
            return session.exec(select(func.count()).select_from(SpentProof)).one()

    assert left("2026-04-28T10:14:00+09:00") == 1
    assert left("2026-04-28T10:15:00+09:00") == 0


def test_no_cookie_is_set_before_somebody_chooses_a_language(client):
    headers = {"Sec-Fetch-Site": "same-origin"}
    answers = [
        client.get("/"),
        client.get("/s/tsumugi/"),
        client.get("/s/tsumugi/challenge"),
        client.post("/s/tsumugi/preview", data=fields(), headers=headers),
        file(client, name=""),
        file(client, do="add"),
        file(client, altcha=solve(client)),
        file(client, 2),
        client.get("/s/tsumugi/about"),
        client.get("/s/tsumugi/status"),
    ]
    answers.append(client.get(answers[6].location))
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 422, 200, 303, 303, 200, 200, 200]
    assert [a.headers.getlist("Set-Cookie") for a in answers] == [[]] * len(answers)
    assert client.get("/s/tsumugi/?lang=en").headers.getlist("Set-Cookie")


def test_questions_are_limited_and_the_filing_arrives_all_the_same(app, database):
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()  # in real time, by which limits are forgotten
    assert [client.get("/s/tsumugi/challenge").status_code for _n in range(61)] == [200] * 60 + [429]
    assert file(client).status_code == 303


def test_staff_see_the_mark_why_and_that_the_clock_runs_until_they_begin_to_look(client, app, database):
    file(client, 1, altcha=solve(client))
    file(client, 2, homepage="x")
    plain, marked = notices(database)
    lead = desk.member(app)
    assert desk.words(lead.get("/desk/")).count("自動送信の確認なし") == 1
    found = desk.words(lead.get("/desk/?doubted=1"))
    assert marked.number in found and plain.number not in found
    page = desk.words(lead.get(f"/desk/cases/{marked.number}"))
    for said in ("人の目に見えない欄", "スクリプトを使わない人", "期限は同じように進んでいます", "あと7日"):
        assert said in page
    assert "自動送信の確認なし" not in desk.words(lead.get(f"/desk/cases/{plain.number}"))
    assert desk.post(lead, f"/desk/cases/{marked.number}/investigation").status_code == 303
    assert "自動送信の確認なし" not in desk.words(lead.get(f"/desk/cases/{marked.number}"))
    assert "自動送信の確認なし" not in desk.words(lead.get("/desk/"))
    assert "自動送信の確認確認なし" in desk.words(lead.get(f"/desk/cases/{marked.number}?tab=origin"))
    assert "この条件に合う申出はありません" in desk.words(lead.get("/desk/?doubted=1"))


def test_the_marked_are_found_along_their_own_index(client, database):
    file(client)
    with database.reading() as session:
        found = worklist.worklist(session, worklist.Search(doubted=True), at=make.instant(ARRIVAL))
        assert [row.doubted for row in found.rows] == [True]
        plan = session.connection().exec_driver_sql(
            "explain query plan select case_id from notice where CAST(notice.doubts AS TEXT) <> '[]'"
        )
        assert "ix_notice_doubted" in str(plan.fetchall())
