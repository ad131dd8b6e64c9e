"""What comes to the address of bounces: reports, carriers' own words, answers by machines. Samples in our own words."""

from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tracker.letters.dsn import Report, parse
from tracker.models import BounceKind

ID = UUID("11111111-2222-4333-8444-555555555555")
TOKEN = ID.hex + "0123456789abcdef"
ADDRESS = f"bounces+{TOKEN}@kigen.example"
COPY = f"""Return-Path: <{ADDRESS}>
From: kigen@kigen.example
To: akari@mail.example
Subject: =?utf-8?b?44GK55+l44KJ44Gb?=
Message-ID: <{ID}@kigen.example>
Auto-Submitted: auto-generated
"""


def report(
    fields: str, *, said: str = "This is the mail system.", kind: str = "message/delivery-status", copy: str = COPY
) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {ADDRESS}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_part"

--=_part
Content-Type: text/plain; charset=utf-8

{said}

--=_part
Content-Type: {kind}

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 28 Apr 2026 09:01:00 +0900

{fields}
--=_part
Content-Type: text/rfc822-headers

{copy}
--=_part--
""".encode()


FAILED = """Final-Recipient: rfc822; akari@mail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <akari@mail.example>: no such user
"""


def test_a_report_of_failure_names_the_letter_and_nobody():
    found = parse(report(FAILED))
    assert found == Report(BounceKind.FAILED, "5.1.1", TOKEN, ID)
    assert "akari" not in repr(found)


@pytest.mark.parametrize(
    ("fields", "kind", "status"),
    [
        ("Final-Recipient: rfc822; a@x\nAction: delayed\nStatus: 4.4.1", BounceKind.DELAYED, "4.4.1"),
        ("Final-Recipient: rfc822; a@x\nAction: failed\nStatus: 4.4.7", BounceKind.FAILED, "4.4.7"),  # gave up
        ("Final-Recipient: rfc822; a@x\nAction: delivered\nStatus: 2.1.5", BounceKind.DELIVERED, "2.1.5"),
        ("Final-Recipient: rfc822; a@x\nAction: relayed\nStatus: 2.1.9", BounceKind.DELIVERED, "2.1.9"),
        ("Final-Recipient: rfc822; a@x\nAction: expanded (to a list)\nStatus: 2.1.5", BounceKind.DELIVERED, "2.1.5"),
        ("Final-Recipient: rfc822; a@x\nACTION: Failed (bounced)\nStatus: 5.2.2 (full)", BounceKind.FAILED, "5.2.2"),
        ("Final-Recipient: rfc822; a@x\nStatus: 5.1.1", BounceKind.FAILED, "5.1.1"),  # action forgotten
        ("Final-Recipient: rfc822; a@x\nAction: failed", BounceKind.FAILED, ""),  # status forgotten
        (  # a forwarding to two: one of them did not arrive
            "Final-Recipient: rfc822; a@x\nAction: delivered\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822; b@x\nAction: failed\nStatus: 5.1.1",
            BounceKind.FAILED,
            "5.1.1",
        ),
    ],
)  # fmt: skip
def test_what_a_report_says(fields, kind, status):
    found = parse(report(fields))
    assert (found.kind, found.status) == (kind, status)


def test_a_report_about_an_international_address_is_read():
    assert parse(report(FAILED, kind="message/global-delivery-status")).status == "5.1.1"


def test_a_report_with_other_line_ends_is_read():
    assert parse(report(FAILED).replace(b"\n", b"\r\n")) == parse(report(FAILED))


def test_a_report_cut_off_in_the_copy_is_read():
    raw = report(FAILED)
    assert parse(raw[: raw.index(b"Message-ID")]) == Report(BounceKind.FAILED, "5.1.1", TOKEN, None)


def test_a_mark_counts_where_the_message_was_sent_to_and_not_in_its_text():
    raw = report(FAILED, said=f"to {ADDRESS}").replace(f"To: {ADDRESS}".encode(), b"To: kigen@kigen.example")
    assert parse(raw).token == ""


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_mark_is_found_where_a_mail_server_keeps_it(name):
    raw = report(FAILED).replace(f"To: {ADDRESS}".encode(), f"To: bounces@kigen.example\n{name}: {ADDRESS}".encode(), 1)
    assert parse(raw).token == TOKEN


def plain(
    body: str,
    *,
    author: str = "Mail System <MAILER-DAEMON@mx.example>",
    subject: str = "failure notice",
    charset: str = "utf-8",
    copy: str = COPY,
    **headers: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = author, ADDRESS, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{body}\n\n{copy}", charset=charset)
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        # qmail
        (plain("Hello, this is qmail-send of mx.example. I wasn't able to deliver your message.\n"
               "<akari@mail.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- A copy.\n"), "5.1.1"),
        # docomo: in Japanese, as ISO-2022-JP
        (plain("送信したメールは、次の宛先に送信できませんでした。\n宛先が見つかりません。",
               author="docomo mail <mailer-daemon@docomo.example>",
               subject="メールを送信できませんでした", charset="iso-2022-jp"), "5.1.1"),
        # au: English, with the server's answer
        (plain("Each of these recipients was rejected by the server.\n<akari@ezweb.example>: 550 User unknown",
               author="Postmaster@ezweb.example", subject="Mail System Error - Returned Mail"), "5.1.1"),
        (plain("The user(s) account is disabled.\n<akari@ezweb.example>", author="Postmaster@ezweb.example",
               subject="Mail System Error - Returned Mail"), "5.2.1"),
        # softbank: the mailbox is full
        (plain("メールボックスの容量を超えているため、お届けできませんでした。", subject="送信エラー",
               author="Mail Administrator <postmaster@softbank.example>", charset="shift_jis"), "5.2.2"),
        # a filter of a carrier
        (plain("受信者がメールの受信を拒否されています。", subject="Undelivered Mail"), "5.7.1"),
        # Exim of old
        (plain("A message that you sent has an address that failed.", author="Mail Delivery System <x@mx.example>",
               subject="Mail: bad news", X_Failed_Recipients="akari@mail.example"), ""),
        # only a code
        (plain("<akari@mail.example>: 554 5.4.4 what", subject="Mail system"), "5.4.4"),
        # nothing but a subject
        (plain("?", author="postmaster@x.example", subject="Returned mail: see transcript"), ""),
    ],
)  # fmt: skip
def test_bounces_in_a_servers_own_words(raw, status):
    assert parse(raw) == Report(BounceKind.FAILED, status, TOKEN, ID)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Warning: message delayed 24 hours", "You do not need to resend. The server will keep trying. 451 4.4.1"),
        ("配信遅延", "宛先への配信が遅れています。再送を続けます。"),
    ],
)
def test_a_delay_in_a_servers_own_words_is_no_bounce(subject, body):
    assert parse(plain(body, subject=subject)).kind is BounceKind.DELAYED


@pytest.mark.parametrize(
    "raw",
    [
        plain("休暇中です。急ぎのメールは送信できませんでした、と思ってください。", author="akari@mail.example",
              subject="自動返信: お知らせ", Auto_Submitted="auto-replied"),
        plain("I am away; user unknown.", author="akari@mail.example", subject="Re", Auto_Submitted="auto-replied"),
        plain("Back on Monday. 550 things to do.", author="akari@mail.example", subject="Out of office"),
        plain("営業時間外です", author="postmaster <postmaster@mail.example>", subject="自動応答メール"),
        plain("away", author="akari@mail.example", subject="Re", X_Autoreply="yes"),
        plain("away", author="akari@mail.example", subject="Re", Precedence="auto_reply"),
    ],
)  # fmt: skip
def test_an_answer_by_a_machine_is_never_a_bounce(raw):
    found = parse(raw)
    assert (found.kind, found.token) == (BounceKind.REPLIED, TOKEN)


def test_a_receipt_that_mail_was_read_is_no_bounce():
    fields = "Final-Recipient: rfc822; a@x\nDisposition: automatic-action/MDN-sent; deleted"
    raw = report(fields, kind="message/disposition-notification")
    for old, new in (
        (b"report-type=delivery-status", b"report-type=disposition-notification"),
        (b"Undelivered Mail Returned to Sender", b"Read: letter"),
        (b"MAILER-DAEMON@mx.example (Mail Delivery System)", b"akari@mail.example"),
    ):
        raw = raw.replace(old, new)
    assert parse(raw).kind is BounceKind.REPLIED


def test_a_person_who_writes_back_is_no_bounce():
    found = parse(
        plain(
            "宛先不明で戻ってきたのですが、拒否されたのでしょうか。",
            author="akari@mail.example",
            subject="Re: お知らせ",
        )
    )
    assert found.kind is BounceKind.OTHER


def test_words_in_the_copy_of_the_letter_are_not_the_servers():
    raw = plain(
        "Your message was handled.", subject="Mail system", copy=COPY + "\nお届けできません。拒否されました。550\n"
    )
    assert parse(raw).kind is BounceKind.OTHER


def test_the_letter_is_found_by_what_a_message_answers():
    mail = EmailMessage()
    mail["From"], mail["In-Reply-To"] = "akari@mail.example", f"<{ID}@kigen.example>"
    mail.set_content("はい")
    assert parse(mail.as_bytes()).letter == ID


@given(st.binary(max_size=400))
def test_rubbish_is_never_a_bounce(raw):
    assert parse(raw).kind in {BounceKind.OTHER, BounceKind.REPLIED}


@given(st.data())
def test_a_report_with_a_damaged_place_gives_a_report_all_the_same(data):
    raw = bytearray(report(FAILED))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=6)):
        raw[place] = data.draw(st.integers(0, 255))
    assert isinstance(parse(bytes(raw)), Report)


@pytest.mark.parametrize(
    "poison", [b"\n" * 10**6, b"Message-ID:" * 90_000, b"To: " + b"+" * 10**6, b" \n-" * 300_000, b"A" * 10**6]
)
def test_a_megabyte_of_anything_is_read_in_no_time(poison):
    head = b"From: MAILER-DAEMON@mx.example\nSubject: failure\n\n"
    assert parse(head + poison).letter is None
    assert parse(poison).letter is None
