"""署名付きの受付票: what it states, that one changed byte shows, and that rotation and erasure leave it genuine."""

import json
import sqlite3
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings as with_settings, strategies as st
from sqlalchemy import text
from sqlmodel import select

from tests import make
from tests.casework.test_verify import findings
from tracker.casework import evidence, filed, intake, journal, receipts, signed, signing
from tracker.casework.evidence import FileIn
from tracker.casework.intake import FiledItem
from tracker.casework.signed import Verdict
from tracker.law.facts import Fact
from tracker.law.grounds import Channel, Standing
from tracker.models import Case, CaseKey, Receipt, SigningKey

DAY1, DAY2, DAY3 = "2026-04-28T09:14:37+09:00", "2026-04-29T10:00+09:00", "2026-04-30T10:00+09:00"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def service(session):
    return make.make_service(session)


def file_of(session, notice) -> bytes:
    return signed.file_of(signed.newest(session, notice))


def by_fax(session, service, staff):
    """A fax that came in the morning, entered with a wrong time."""
    at = make.instant(DAY2)
    notice = intake.file(
        session, service, make.make_filing(), at=at, received_at=make.instant(DAY1), channel=Channel.FAX,
        entered_by=staff.id,
    )  # fmt: skip
    receipts.acknowledge(session, service, notice, at=at)
    return notice


def test_a_receipt_states_when_what_by_when_and_with_which_law(session, service):
    notice = make.make_notice(session, service)
    says = signed.stated(signed.newest(session, notice))
    assert (says["number"], says["provider"], says["service"]) == (
        "TH-2026-000001", "株式会社つむぎネットワーク", "つむぎ広場",
    )  # fmt: skip
    assert says["received_at"] == "2026-04-28T00:14:37Z"
    assert says["received_at_japan"] == "2026-04-28T09:14:37+09:00"
    assert says["due"] == {
        "rule": "reply",
        "last_day": "2026-05-05",
        "before": "2026-05-06T00:00:00+09:00",
        "article": "法25条1項・規則16条",
        "force": "duty",
        "edition": "r7-04",
        "calendar": session.info["calendar"].version,
    } | {"edition": says["due"]["edition"]}
    assert (says["items"], says["attachments"], says["replaces"], says["channel"]) == (2, [], None, "form")
    assert says["filing"]["form_version"] == notice.form_version


def test_a_receipt_names_nobody_and_quotes_nothing(session, service):
    notice = make.make_notice(session, service)
    words = file_of(session, notice).decode()
    for said in ("水原", "akari@mail.example", "事実ではありません", "tsumugi.example/p/", "kaze_2198", notice.salt):
        assert said not in words


def test_each_attachment_is_stated_by_kind_size_and_hash_and_not_by_name(session, service, tmp_path):
    at = make.instant(DAY1)
    filing = make.make_filing()
    evidence.keep(session, filing.token, FileIn("離婚の記録.pdf", PDF), at=at)
    notice = intake.file(session, service, filing, at=at)
    case = session.get_one(Case, notice.case_id)
    evidence.attach(session, case, evidence.kept(session, filing.token), actor=journal.CLAIMANT, at=at)
    receipts.acknowledge(session, service, notice, at=at)
    said = signed.stated(signed.newest(session, notice))["attachments"]
    assert said == [{"kind": "application/pdf", "size": len(PDF), "sha256": sha256(PDF).hexdigest()}]
    assert "離婚" not in file_of(session, notice).decode()


def test_evidence_that_came_later_is_not_in_the_receipt_of_the_filing(session, service):
    staff = make.make_staff(session)
    notice = by_fax(session, service, staff)
    at = make.instant(DAY3)
    evidence.keep(session, "later", FileIn("後から.pdf", PDF), at=at)
    case = session.get_one(Case, notice.case_id)
    evidence.attach(session, case, evidence.kept(session, "later"), actor=journal.staff(staff.id), at=at)
    true = make.instant("2026-04-27T16:40+09:00")
    receipts.correct_receipt(session, notice, true, reason="受信票を読み違えた", by=staff.id, at=at)
    assert signed.stated(signed.newest(session, notice))["attachments"] == []


def test_the_hash_of_the_filing_is_that_of_the_copy_and_comes_out_the_same_every_time(session, service):
    notice = make.make_notice(session, service)
    copy = filed.copy_of(session, notice)
    assert signed.stated(signed.newest(session, notice))["filing"]["sha256"] == sha256(copy).hexdigest()
    session.expire_all()
    assert filed.copy_of(session, notice) == copy
    says = json.loads(copy)
    assert says["claimant"] == "水原 あかり" and says["items"][1]["quote"] == "虚偽の書き込み2"
    assert "akari@mail.example" not in copy.decode()


def test_rare_characters_are_filed_as_they_were_written(session, service):
    name, reason = "髙﨑 葛󠄀子", '㈱①の件です。👩‍👩‍👧 ﾊﾝｶｸ \u202e逆\u2028改行\t\x7f"\\/ 1.0 1e3'
    item = FiledItem(url="https://例え.テスト/①?q=髙", quote="𠮷野家", account="@﨑")
    at = make.instant(DAY1)
    notice = intake.file(session, service, replace(make.make_filing(name=name, reason=reason), items=[item]), at=at)
    receipts.acknowledge(session, service, notice, at=at)
    says = json.loads(filed.copy_of(session, notice))
    assert (says["claimant"], says["reason"], says["items"][0]["quote"]) == (name, reason, "𠮷野家")
    assert says["items"][0]["url"] == "https://例え.テスト/①?q=髙"
    assert signed.check(session, file_of(session, notice)).verdict is Verdict.GENUINE


def test_a_filing_by_a_third_party_says_that_the_day_is_a_voluntary_aim(session, service):
    notice = make.make_notice(session, service, standing=Standing.THIRD_PARTY)
    assert signed.stated(signed.newest(session, notice))["due"]["force"] == "voluntary"


def test_a_genuine_receipt_is_found_genuine_and_on_record(session, service):
    notice = make.make_notice(session, service)
    found = signed.check(session, file_of(session, notice))
    assert (found.verdict, found.on_record, found.replaced_by) == (Verdict.GENUINE, True, None)
    assert found.content["number"] == notice.number


def test_white_space_and_a_mark_around_the_file_do_not_matter(session, service):
    file = file_of(session, make.make_notice(session, service))
    assert signed.check(session, b"\xef\xbb\xbf\r\n " + file + b"\r\n").verdict is Verdict.GENUINE


@given(data=st.data())
@with_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_anywhere_shows(session, service, data):
    notice = session.exec(select(Receipt)).first()
    if notice is None:
        make.make_notice(session, service)
        notice = session.exec(select(Receipt)).one()
    file = signed.file_of(notice)
    at = data.draw(st.integers(0, len(file) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != file[at]))
    changed = file[:at] + bytes([byte]) + file[at + 1 :]
    assert signed.check(session, changed).verdict is not Verdict.GENUINE


def test_a_byte_more_or_less_shows(session, service):
    file = file_of(session, make.make_notice(session, service))
    for at in range(0, len(file), 7):
        assert signed.check(session, file[:at] + file[at + 1 :]).verdict is not Verdict.GENUINE
        assert signed.check(session, file[:at] + b"0" + file[at:]).verdict is not Verdict.GENUINE


def test_the_same_content_written_in_another_form_is_not_the_file(session, service):
    file = file_of(session, make.make_notice(session, service))
    for form in (json.dumps(json.loads(file), ensure_ascii=False), json.dumps(json.loads(file), indent=1)):
        assert signed.check(session, form.encode()).verdict is Verdict.UNREADABLE
    escaped = json.dumps(json.loads(file), separators=(",", ":"), sort_keys=True)
    assert signed.check(session, escaped.encode()).verdict is Verdict.ALTERED


def test_the_signature_of_another_receipt_does_not_fit(session, service):
    one, two = make.make_notice(session, service), make.make_notice(session, service)
    first, second = signed.newest(session, one), signed.newest(session, two)
    swapped = Receipt(**first.model_dump() | {"signature": second.signature})
    assert signed.check(session, signed.file_of(swapped)).verdict is Verdict.ALTERED


def test_a_key_that_is_not_ours_is_unknown(session, service):
    row = signed.newest(session, make.make_notice(session, service))
    for kid in ("0" * 32, "\\ud800", "x" * 5000):
        forged = row.payload.replace(row.kid.encode(), kid.encode())
        file = b'{"receipt":%s,"signature":"%s"}' % (forged, row.signature.hex().encode())
        assert signed.check(session, file).verdict is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize("file", [
    b"", b"{}", b"null", b"[" * 50_000, b'{"receipt":{},"signature":"00"}', b'{"receipt":{"key":1},"signature":"%s"}',
    b'{"receipt":{%s},"signature":"%s"}' % (b"[" * 60_000, b"0" * 128),
    b'{"receipt":{"a":%s},"signature":"%s"}' % (b"9" * 60_000, b"0" * 128),
    b'{"receipt":{"\xff":1},"signature":"%s"}' % (b"0" * 128), b'{"receipt":{"a":"%s"},"signature":"%s"}'
    % (b"x" * signed.MOST_BYTES, b"0" * 128),
])  # fmt: skip
def test_anything_else_is_no_receipt(session, file):
    assert signed.check(session, file).verdict is Verdict.UNREADABLE


def test_old_receipts_stay_genuine_after_the_key_was_changed(session, service):
    old = make.make_notice(session, service)
    before = signed.newest(session, old).kid
    key = signing.rotate(session, at=make.instant(DAY2))
    new = make.make_notice(session, service, received=DAY3)
    assert signed.newest(session, new).kid == key.kid != before
    assert signed.check(session, file_of(session, old)).verdict is Verdict.GENUINE
    assert signed.check(session, file_of(session, new)).verdict is Verdict.GENUINE
    assert [(k["kid"], k["retired_at"]) for k in signing.published(signing.keys(session))["keys"]] == [
        (key.kid, None),
        (before, "2026-04-29T01:00:00Z"),
    ]


def test_one_key_signs_all_until_it_is_changed(session, service):
    kids = {signed.newest(session, make.make_notice(session, service)).kid for _ in range(3)}
    assert len(kids) == 1


def test_a_filing_is_received_though_the_key_does_not_open(session, service):
    make.make_notice(session, service)
    session.connection().execute(text("drop trigger signingkey_fixed"))
    session.connection().execute(text("update signingkey set private_sealed = x'00'"))
    session.expire_all()
    notice = make.make_notice(session, service, received=DAY2)
    assert signed.check(session, file_of(session, notice)).verdict is Verdict.GENUINE
    assert [key.retired_at is None for key in signing.keys(session)] == [True, False]


def test_a_corrected_time_of_receipt_makes_a_new_receipt_and_keeps_the_old_one(session, service):
    staff = make.make_staff(session)
    notice = by_fax(session, service, staff)
    old = signed.newest(session, notice)
    true = make.instant("2026-04-27T16:40+09:00")
    receipts.correct_receipt(session, notice, true, reason="受信票を読み違えた", by=staff.id, at=make.instant(DAY3))
    new = signed.newest(session, notice)
    says = signed.stated(new)
    assert (says["received_at"], says["replaces"], says["due"]["last_day"]) == (
        "2026-04-27T07:40:00Z", old.sha256, "2026-05-04",
    )  # fmt: skip
    assert says["filing"] == signed.stated(old)["filing"]
    found = signed.check(session, signed.file_of(old))
    assert (found.verdict, found.replaced_by.id) == (Verdict.GENUINE, new.id)


def test_a_letter_that_goes_again_signs_nothing_new(session, service):
    staff = make.make_staff(session)
    notice = make.make_notice(session, service)
    receipts.change_email(session, notice, "new@mail.example", by=staff.id, at=make.instant(DAY2))
    assert len(signed.receipts_of(session, notice)) == 1


def test_after_erasure_the_receipt_stands_and_says_nothing_of_what_was_filed(session, service):
    notice = make.make_notice(session, service)
    file = file_of(session, notice)
    session.get_one(CaseKey, notice.case_id).wrapped = None
    session.info["case_keys"].clear()
    session.flush()
    assert filed.copy_of(session, notice) is None
    assert signed.check(session, file).verdict is Verdict.GENUINE


def test_nothing_is_filed_without_its_receipt(database):
    with database.writing() as session:
        service = make.make_service(session)
    with pytest.raises(RuntimeError), database.writing() as session:
        make.make_notice(session, session.merge(service))
        raise RuntimeError
    with database.reading() as session:
        assert session.exec(select(Receipt)).all() == [] and session.exec(select(SigningKey)).all() == []


# ---- the verifier


@pytest.fixture
def kept(database):
    """A filing, a fax whose time was corrected, and a key that was changed between them."""
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        make.make_notice(session, service)
        signing.rotate(session, at=make.instant(DAY2))
        notice = by_fax(session, service, staff)
        true = make.instant("2026-04-27T16:40+09:00")
        receipts.correct_receipt(session, notice, true, reason="受信票を読み違えた", by=staff.id, at=make.instant(DAY3))
        facts = [e.fact for e in journal.history(session, session.get_one(Case, notice.case_id))]
        assert facts.count(Fact.RECEIPT_SIGNED) == 2


def test_untouched_receipts_and_keys_are_not_named(database, kept):
    assert findings(database) == []


@pytest.mark.parametrize(("table", "change"), [
    ("receipt", "payload = cast(replace(payload, '000001', '000009') as blob)"),
    ("receipt", "payload = x'7b7d'"),
    ("receipt", "payload = 'text'"),
    ("receipt", "signature = 'text'"),
    ("receipt", "sha256 = 'x'"),
    ("receipt", "signature = x'00'"),
    ("receipt", "no = 7"),
    ("receipt", "signed_at = '2026-01-01 00:00:00.000000'"),
    ("receipt", "kid = (select kid from signingkey where number = 2)"),
    ("signingkey", "public = x'00'"),
    ("signingkey", "kid = 'x'"),
    ("signingkey", "number = 9"),
    ("signingkey", "private_sealed = x'00'"),
])  # fmt: skip
def test_an_edited_receipt_or_key_is_named(database, kept, table, change):
    order = "number desc" if table == "signingkey" else "rowid"
    raw = sqlite3.connect(database.writer.url.database)  # as somebody with the file could: no triggers, no references
    with raw:
        raw.execute(f"drop trigger {table}_fixed")
        raw.execute(f"update {table} set {change} where id = (select id from {table} order by {order} limit 1)")
    raw.close()
    assert table in {finding.table for finding in findings(database)}


def test_a_receipt_that_was_taken_away_is_named(database, kept):
    with database.writer.begin() as connection:
        connection.execute(text("drop trigger receipt_kept"))
        connection.execute(text("delete from receipt where no = 2"))
    assert [f.says for f in findings(database) if f.table == "receipt"] == ["the row is missing"]


def test_a_receipt_signed_with_our_key_that_states_another_time_is_named(database, kept):
    """Whoever holds database and master key can sign; the journal still tells."""
    with database.writing() as session:
        row = session.exec(select(Receipt).where(Receipt.no == 1)).first()
        session.connection().execute(text("drop trigger receipt_fixed"))
        row.payload = row.payload.replace(b"2026-04-28T00:14:37Z", b"2026-04-28T00:14:38Z")
        row.sha256 = sha256(row.payload).hexdigest()
        row.signature = signing.sign(session, signing.named(session, row.kid), row.payload)
    assert "receipt" in {finding.table for finding in findings(database)}
