"""Whatever is sent to the form's endpoint, it is received or comes back; nothing that can be typed is a 500."""

import io

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests import make
from tests.web.claimant import fields

HERE = {"Sec-Fetch-Site": "same-origin"}
ODD = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "https://[::1", "a" * 5000,
         "https://example.com\\@evil.com", "a..b@docomo.ne.jp", "髙﨑㈱①", "\u202e\u2066", '"', '"\n,\t"', "https://\u0456.jp/",
         "person", "honor", "intimate", "again", "list", "preview", "restore", "drop:999999999", "unfile:x", "y"]
    ),
)  # fmt: skip
NAMES = [
    *fields(), "mark", "note", "do", "kept", "form_version", "skip", "withhold", "office", "homepage", "altcha",
    "circumstances",
    "tell", "answer-honor_untrue", "answer-intimate_consent",
]  # fmt: skip


@pytest.fixture
def client(app, database, freezer):
    with database.writing() as session:
        make.make_service(session)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["TESTING"] = False
    app.extensions["settings"].filing_limit = "100000 per minute"
    return app.test_client()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.dictionaries(st.sampled_from(NAMES), st.one_of(ODD, st.lists(ODD, max_size=4)), max_size=12),
    listed=st.one_of(st.none(), st.binary(max_size=200)),
    path=st.sampled_from(["/s/tsumugi/", "/s/tsumugi/preview"]),
)
def test_nothing_that_is_sent_to_the_form_is_an_error_of_ours(client, changes, listed, path):
    data = fields(**changes)
    if listed is not None:
        data["list"] = (io.BytesIO(listed), "一覧.csv")
    answer = client.post(path, data=data, content_type="multipart/form-data", headers=HERE)
    assert answer.status_code in {200, 303, 409, 422, 429}, answer.status_code
