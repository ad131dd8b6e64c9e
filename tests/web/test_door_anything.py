"""Whatever bytes are sent to whichever public door, the answer is a page in words: not one 500."""

import io
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlmodel import select

from tests import make
from tests.web.claimant import fields, send
from tracker.casework import corrections
from tracker.models import Letter, Notice

HERE = {"Sec-Fetch-Site": "same-origin"}
TAKEN = {200, 204, 303, 308, 400, 404, 405, 409, 413, 415, 422, 429}
# Text that breaks programs: NUL, halves of surrogates, other encodings, marks that turn a line, numbers without end.
BYTES = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from([
        b"", b"\x00", b"\xed\xa0\x80", b"\xff\xfe\x00", "申出".encode("cp932"), "申出".encode("utf-16"),
        b"-1", b"1e999", b"NaN", b"%00", b"../../x", b"<script>", b"{{7*7}}", b"person", b"honor", b"y", b"send",
        b"unfile:", b"drop:99999999999999999999", b"drop:\xd9\xa3", b"language", "\u202e\u2066\u200f".encode(),
        b"again", b"\r\n\r\n", b"9" * 5000, b"a..b@docomo.ne.jp", b"https://[::1",
        "髙﨑㈱①ﾊﾝｶｸ葛\U000e0100👩‍👩‍👧".encode(), b"https://example.com\\@evil.com",
    ]),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from([name.encode() for name in (
        *fields(), "do", "kept", "form_version", "skip", "withhold", "office", "other", "homepage", "circumstances",
        "mark", "note", "altcha", "follows", "answer-honor_untrue", "list", "evidence", "authority", "text", "sure",
        "email", "code", "number", "secret", "receipt", "file", "item", "tell", "before", "step",
    )]),
    st.binary(max_size=12),
    st.sampled_from([b"", b"url[]", b"url\x00", b'a"b', b"a\r\nb", "名前".encode(), b"x" * 3000]),
)  # fmt: skip
KINDS = st.sampled_from(
    [b"", b"text/plain; charset=utf-7", b"image/png", b"text/csv; charset=cp932", b"\xff", b"a/b; =;"]
)
PART = st.tuples(
    NAMES, st.one_of(st.none(), st.sampled_from([b"", b"a.png", b"\x00.csv", "表\u202e.pdf".encode()])), KINDS, BYTES
)
OF_A_FORM = [
    "multipart/form-data; boundary=b",
    'multipart/form-data; boundary="b"; charset=utf-16',
    "multipart/form-data; boundary=other",
    "multipart/form-data",
    "multipart/mixed; boundary=b",
]
OF_LINES = ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=shift_jis"]
OTHERS = ["application/json", "text/plain", "", "application/octet-stream", "\u00e4/\u00f6"]
QUICKLY = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def parts_of(parts, end: bytes) -> bytes:
    """A multipart body as no browser writes it."""
    out = b""
    for name, filename, kind, body in parts:
        out += b'--b\r\nContent-Disposition: form-data; name="' + name + b'"'
        out += b'; filename="' + filename + b'"' if filename is not None else b""
        out += b"\r\nContent-Type: " + kind if kind else b""
        out += b"\r\n\r\n" + body + b"\r\n"
    return out + end


def lines_of(parts) -> bytes:
    """The same as a form without files; what is no UTF-8 stays none."""
    pairs = (quote_from_bytes(name) + "=" + quote_from_bytes(body) for name, _file, _kind, body in parts)
    return "&".join(pairs).encode()


@pytest.fixture
def client(app, database):
    with database.writing() as session:
        make.make_service(session)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["TESTING"] = False
    app.extensions["settings"].filing_limit = "100000 per minute"
    return app.test_client()


@pytest.fixture
def doors(client, database) -> list[str]:
    """Every public address that a form is sent to, with one of a notice that was asked something."""
    mine = send(client).location.replace("/receipt/", "/status/")
    with database.writing() as session:
        notice = session.exec(select(Notice)).one()
        letter = session.exec(select(Letter)).first()
        asked = corrections.ask(
            session, notice, "URLが開けません。", by=make.make_staff(session).id, at=notice.received_at
        )
        behind = ("messages", f"requests/{asked.id}", "evidence", "gone", "address", "address/code", "reconsideration",
                  f"letters/{letter.id}", "withdrawal")  # fmt: skip
    return [
        "/s/tsumugi/", "/s/tsumugi/", "/s/tsumugi/preview", "/s/tsumugi/reached", "/s/tsumugi/status",
        "/receipts/verify", *(f"{mine}/{place}" for place in behind),
    ]  # fmt: skip


tries = iter(range(10**9))


def ask(client, path: str, body: bytes, kind: str):
    """Send it, each time from another network address: no limit is what is tried here."""
    n = next(tries)
    return client.post(
        path, input_stream=io.BytesIO(body), content_length=len(body), content_type=kind, headers=HERE,
        environ_overrides={"REMOTE_ADDR": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"},
    )  # fmt: skip


@QUICKLY
@given(
    door=st.integers(0, 14), parts=st.lists(PART, max_size=8), kind=st.sampled_from(OF_A_FORM),
    end=st.sampled_from([b"--b--\r\n", b"", b"--b", b"\r\n--b--\r\n--b\r\n"]),
)  # fmt: skip
def test_no_multipart_body_is_an_error_of_ours(client, doors, door, parts, kind, end):
    answer = ask(client, doors[door], parts_of(parts, end), kind)
    assert answer.status_code in TAKEN, (doors[door], answer.status_code)


@QUICKLY
@given(
    door=st.integers(0, 14), parts=st.lists(PART, max_size=8), kind=st.sampled_from([*OF_LINES, *OF_LINES, *OTHERS]),
)  # fmt: skip
def test_no_other_body_is_an_error_of_ours(client, doors, door, parts, kind):
    answer = ask(client, doors[door], lines_of(parts), kind)
    assert answer.status_code in TAKEN, (doors[door], answer.status_code)


@pytest.mark.parametrize("part", ["\x00", "%ED%A0%80", "%FF", "9" * 3000, "..", "%2e%2e%2f", "髙", "\u202e", " "])
def test_no_address_is_an_error_of_ours(client, doors, part):
    for path in ("/{}", "/s/{}/", "/s/tsumugi/status/{}", "/s/tsumugi/status/{0}/{0}", "/s/tsumugi/?follows={}",
                 "/s/tsumugi/receipt/{0}/{0}/filing.json", "/s/tsumugi/status?sent={}", "/?lang={}"):  # fmt: skip
        assert client.get(path.format(part)).status_code in TAKEN, path
    assert ask(client, f"{doors[-1]}/../{part}", b"", OF_LINES[0]).status_code in TAKEN


def test_a_form_of_twelve_hundred_parts_is_taken_or_comes_back(client, doors):
    body = parts_of([(b"url", None, b"", b"https://tsumugi.example/p/%d" % n) for n in range(1200)], b"--b--\r\n")
    for path in (doors[0], doors[5], doors[6]):
        assert ask(client, path, body, OF_A_FORM[0]).status_code in TAKEN, path
