"""Mail that comes back by itself: each message once, the duty again with its old date, nothing for who cannot know."""

import gc
import signal
import tracemalloc
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tests import children, make
from tests.certificates import certified
from tests.conftest import make_settings, open_database
from tests.imap import running_imap
from tests.postgres import settings_of
from tests.relay import running_relay
from tracker.casework import delivery, folder, replies, worklist
from tracker.casework.verify import verify
from tracker.jobs import JOBS, tasks, watching
from tracker.jobs.mail import carry_mail
from tracker.law.facts import Fact
from tracker.letters import outbox, verp
from tracker.letters.mailbox import MOST
from tracker.letters.write import Draft
from tracker.models import Bounce, BounceKind, Case, Clock, Event, JobRun, Letter, LetterChannel, LetterKind, Memo, Role
from tracker.settings import MIB

[JOB] = [job for job in JOBS if job.name == "bounces"]
SENT = "2026-04-30T17:00+09:00"
BACK = "2026-05-03T09:00+09:00"


@pytest.fixture
def relay():
    with running_relay() as relay:
        yield relay


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request, relay, tmp_path):
    """Settings with a relay, an address of bounces and a Maildir, on a fresh database of either kind."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    with settings_of(request.param, tmp_path, migrated=True) as settings:
        yield settings.model_copy(
            update={
                "mail": "smtp",
                "smtp_port": relay.port,
                "bounce_address": "bounces@kigen.example",
                "bounce_mailbox": f"maildir:{tmp_path}/bounces",
            }
        )


@pytest.fixture
def database(settings):
    database = open_database(settings)
    yield database
    database.dispose()


@pytest.fixture
def notice(database):
    """A notice that was answered: receipt and outcome have left, and its clocks are stopped."""
    with database.writing() as session:
        staff = make.make_staff(session)
        notice = make.make_notice(session, make.make_service(session), "2026-04-28T09:00+09:00")
        make.decide(session, notice, make.KEEP, staff, "2026-04-30T16:20+09:00")
        draft = replies.outcome_draft(session, notice)
        replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=make.instant(SENT))
    carry_mail(database, lambda: make.instant(SENT))
    return notice


def outcome(database) -> Letter:
    with database.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == LetterKind.OUTCOME)).one()


def report(settings, letter: Letter, *, action="failed", status="5.1.1", token: str | None = None) -> bytes:
    """What a mail server far away sends back."""
    mark = verp.token(settings, letter.id) if token is None else token
    mail = EmailMessage()
    mail["From"], mail["To"] = "MAILER-DAEMON@mx.example", f"bounces+{mark}@kigen.example"
    mail["Subject"], mail["Auto-Submitted"] = "Undelivered", "auto-replied"
    mail["MIME-Version"], mail["Content-Type"] = "1.0", 'multipart/report; report-type=delivery-status; boundary="b"'
    fields = f"Final-Recipient: rfc822; akari@mail.example\nAction: {action}\nStatus: {status}"
    mail.set_payload(
        "--b\nContent-Type: text/plain\n\nakari@mail.example did not get it.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{fields}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{letter.id}@kigen.example>\n--b--\n"
    )
    return mail.as_bytes()


def arrive(settings, raw: bytes, name: str = "", where: str = "new") -> str:
    name = name or f"1777000000.{uuid4().hex}.mx"
    (make_folder(settings) / where / name).write_bytes(raw)
    return name


def make_folder(settings):
    return settings.data / "bounces"


def read(database, at: str = BACK) -> bool:
    return tasks.run(database, JOB.name, JOB.work, lambda: make.instant(at))


def rows(database) -> list[Bounce]:
    with database.reading() as session:
        return list(session.exec(select(Bounce).order_by(Bounce.read_at)))


def events(database, fact: Fact) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == fact)))


def reply_clocks(database) -> list[Clock]:
    with database.reading() as session:
        return list(session.exec(select(Clock).where(Clock.rule == "reply").order_by(Clock.started_at)))


def unseen(settings) -> list[str]:
    return [f.name for f in (make_folder(settings) / "new").iterdir()]


def whole(database) -> bool:
    with database.reading() as session:
        return list(verify(session)) == []


def test_a_late_report_brings_the_duty_back_with_its_old_date(database, settings, notice):
    [stopped] = reply_clocks(database)
    assert stopped.stopped_at is not None
    name = arrive(settings, report(settings, outcome(database)))
    assert read(database)
    letter = outcome(database)
    assert letter.bounced_at == make.instant(BACK)
    assert [event.data["said"]["status"] for event in events(database, Fact.LETTER_BOUNCED)] == ["5.1.1"]
    running = [clock for clock in reply_clocks(database) if clock.stopped_at is None]
    assert [(c.started_at, c.due_at) for c in running] == [(stopped.started_at, stopped.due_at)]
    [row] = rows(database)
    assert (row.letter_id, row.kind, row.status) == (letter.id, BounceKind.FAILED, "5.1.1")
    assert (unseen(settings), (make_folder(settings) / "cur" / f"{name}:2,S").exists()) == ([], True)
    with database.reading() as session:
        page = worklist.worklist(session, worklist.Search(view="back"), at=make.instant(BACK))
        assert [row.notice.number for row in page.rows] == [notice.number]
        assert (
            folder.open_folder(session, folder.find(session, notice.number), at=make.instant(BACK)).case.closed_at
            is None
        )
    assert whole(database)


def test_nobodys_address_is_kept_or_logged(database, settings, notice, caplog):
    arrive(settings, report(settings, outcome(database)))
    read(database)
    kept = [repr(row.model_dump()) for row in rows(database)] + [
        str(e.data) for e in events(database, Fact.LETTER_BOUNCED)
    ]
    assert "akari" not in str(kept) + caplog.text


def test_the_same_report_twice_does_nothing_more(database, settings, notice):
    raw = report(settings, outcome(database))
    arrive(settings, raw)
    read(database)
    read(database, "2026-05-03T09:05+09:00")
    arrive(settings, raw)
    assert read(database, "2026-05-03T09:10+09:00")
    assert len(events(database, Fact.LETTER_BOUNCED)) == 1
    assert len(rows(database)) == 2
    assert outcome(database).bounced_at == make.instant(BACK)


@pytest.mark.parametrize("token", ["0" * 48, "", "another letter", "another house"])
def test_a_forged_report_does_nothing_and_is_noted(token, database, settings, notice, tmp_path):
    letter = outcome(database)
    if token == "another letter":
        token = uuid4().hex + verp.token(settings, letter.id)[32:]
    elif token == "another house":
        token = verp.token(make_settings(tmp_path, secret_key="another"), letter.id)
    arrive(settings, report(settings, letter, token=token))
    assert read(database)
    assert [(row.letter_id, row.kind) for row in rows(database)] == [(None, BounceKind.FAILED)]
    assert outcome(database).bounced_at is None
    assert unseen(settings) == []


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("delayed", "4.4.1", BounceKind.DELAYED),
        ("delivered", "2.1.5", BounceKind.DELIVERED),
        ("relayed", "2.1.9", BounceKind.DELIVERED),
    ],
)
def test_a_delay_or_a_delivery_is_known_and_changes_nothing(action, status, kind, database, settings, notice):
    letter = outcome(database)
    before = len(events(database, Fact.LETTER_ACCEPTED))
    arrive(settings, report(settings, letter, action=action, status=status))
    assert read(database)
    assert [(row.letter_id, row.kind, row.status) for row in rows(database)] == [(letter.id, kind, status)]
    assert outcome(database) == letter
    assert len(events(database, Fact.LETTER_ACCEPTED)) == before


def test_without_an_address_of_bounces_the_message_id_tells_the_letter(database, settings, notice):
    database.info["settings"] = settings.model_copy(update={"bounce_address": ""})
    arrive(settings, report(settings, outcome(database), token="x"))
    read(database)
    assert outcome(database).bounced_at


def test_what_the_claimant_opened_did_arrive(database, settings, notice):
    letter = outcome(database)
    with database.writing() as session:
        delivery.opened(session, letter.id, at=make.instant("2026-05-01T08:00+09:00"))
    arrive(settings, report(settings, letter))
    assert read(database)
    assert outcome(database).bounced_at is None
    assert [row.letter_id for row in rows(database)] == [letter.id]


def test_a_report_about_a_letter_still_on_its_way_waits_for_it(database, settings, relay):
    with database.writing() as session:
        make.make_notice(session, make.make_service(session), "2026-04-28T09:00+09:00")
    relay.data = ["drop"]  # the relay has it, and we do not know
    assert not tasks.run(database, "mail", carry_mail, lambda: make.instant("2026-04-28T09:01+09:00"))
    with database.reading() as session:
        letter = session.exec(select(Letter)).one()
    arrive(settings, report(settings, letter))
    assert read(database, "2026-04-28T09:01:30+09:00")
    assert (rows(database), len(unseen(settings))) == ([], 1)
    carry_mail(database, lambda: make.instant("2026-04-28T09:03+09:00"))
    assert read(database, "2026-04-28T09:05+09:00")
    assert [row.letter_id for row in rows(database)] == [letter.id]
    assert len(events(database, Fact.LETTER_BOUNCED)) == 1
    assert unseen(settings) == []


def test_an_alert_that_came_back_is_marked_and_no_fact_of_the_case(database, settings, relay):
    at = make.instant("2026-05-05T09:00+09:00")
    with database.writing() as session:
        notice = make.make_notice(session, make.make_service(session), "2026-04-28T09:00+09:00")
        reminder = Draft(LetterKind.ALERT, LetterChannel.SMTP, "", "alert", "staff@kigen.example", "期限", "期限です")
        alert = outbox.post(session, session.get_one(Case, notice.case_id), reminder, by="system", at=at)
    carry_mail(database, lambda: at)
    arrive(settings, report(settings, alert))
    assert read(database, "2026-05-05T09:05+09:00")
    with database.reading() as session:
        assert session.get_one(Letter, alert.id).bounced_at == make.instant("2026-05-05T09:05+09:00")
    assert events(database, Fact.LETTER_BOUNCED) == []
    assert whole(database)


NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000))


def test_a_memo_that_came_back_is_told_to_somebody_else(database, settings, relay):
    with database.writing() as session:
        away = make.make_staff(session, "届かない人", Role.REVIEWER)
        lead = make.make_staff(session, "主任", Role.LEAD)
        notice = make.make_notice(session, make.make_service(session), "2026-04-28T09:00+09:00")
        session.get_one(Case, notice.case_id).assigned_to = away.id
    on_the_day = "2026-04-30T09:00+09:00"
    watching.raise_alerts(database, lambda: make.instant(on_the_day))
    watching.carry_memos(database, lambda: make.instant(on_the_day))
    with database.reading() as session:
        memo = session.exec(select(Memo).where(Memo.staff_id == away.id)).first()
        before = set(session.exec(select(Memo.id)))
    arrive(settings, report(settings, memo))
    assert read(database, "2026-04-30T10:00+09:00")

    watching.raise_alerts(database, lambda: make.instant("2026-04-30T10:05+09:00"))
    with database.reading() as session:
        assert session.get_one(Memo, memo.id).refused_at
        [noted] = session.exec(select(Bounce)).all()
        assert (noted.memo_id, noted.letter_id) == (memo.id, None)
        told = set(session.exec(select(Memo.staff_id).where(col(Memo.id).not_in(before))))
    assert told == {lead.id}


@pytest.mark.parametrize(
    "poison",
    [b"", b"\x00" * 1000, NESTED, b"Content-Type: text/plain; charset=\xff\xfe\n\n\xff", b"To: " + b"<" * 100_000],
    ids=["nothing", "zeros", "nested", "charset", "address"],
)
def test_a_poisoned_message_never_stops_the_others(poison, database, settings, notice):
    arrive(settings, poison, "0.first")
    arrive(settings, report(settings, outcome(database)), "9.last")
    read(database)
    assert outcome(database).bounced_at
    assert unseen(settings) == []
    assert {row.kind for row in rows(database)} & {BounceKind.OTHER, BounceKind.UNREADABLE}


def test_a_huge_copy_of_the_letter_does_not_matter(database, settings, notice):
    arrive(settings, report(settings, outcome(database)) + b"x" * 3 * MOST)
    read(database)
    assert outcome(database).bounced_at


def test_a_message_that_another_program_moved_is_read_also_when_somebody_looked_at_it(database, settings, notice):
    raw = report(settings, outcome(database))
    arrive(settings, raw, "1.a.mx:2,", "cur")
    arrive(settings, raw, "2.b.mx:2,FS", "cur")  # somebody looked at this one
    for at in (BACK, "2026-05-03T09:05+09:00"):
        assert read(database, at)
        assert len(rows(database)) == 2
    assert sorted(file.name for file in (make_folder(settings) / "cur").iterdir()) == ["1.a.mx:2,S", "2.b.mx:2,FS"]


def test_a_mailbox_that_is_away_fails_the_job_and_loses_nothing(database, settings, notice):
    arrive(settings, report(settings, outcome(database)))
    make_folder(settings).rename(settings.data / "elsewhere")
    assert not read(database)
    with database.reading() as session:
        assert session.get_one(JobRun, "bounces").failure == "Away"
    (settings.data / "elsewhere").rename(make_folder(settings))
    assert read(database)
    assert outcome(database).bounced_at


def test_without_a_mailbox_nothing_is_done(database, settings, notice):
    database.info["settings"] = settings.model_copy(update={"bounce_mailbox": ""})
    arrive(settings, report(settings, outcome(database)))
    assert read(database)
    assert len(unseen(settings)) == 1


def test_killed_before_it_was_marked_as_seen_it_is_settled_once(database, settings, notice):
    arrive(settings, report(settings, outcome(database)))
    child = children.start("bounces.py", settings, BACK, "after_commit")
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    assert (len(rows(database)), len(unseen(settings))) == (1, 1)
    assert read(database)
    assert (len(rows(database)), unseen(settings)) == (1, [])
    assert len(events(database, Fact.LETTER_BOUNCED)) == 1


def test_killed_before_the_commit_nothing_is_half_done(database, settings, notice):
    arrive(settings, report(settings, outcome(database)))
    child = children.start("bounces.py", settings, BACK, "before_commit")
    children.go(child)
    assert child.wait(30) == -signal.SIGKILL
    assert (rows(database), outcome(database).bounced_at, len(unseen(settings))) == ([], None, 1)
    assert read(database)
    assert len(events(database, Fact.LETTER_BOUNCED)) == 1


def test_two_workers_at_once_settle_each_message_once(database, settings, notice):
    letter = outcome(database)
    for _ in range(12):
        arrive(settings, report(settings, letter))
    started = [children.start("bounces.py", settings, BACK) for _ in range(2)]
    children.go(*started)
    assert {child.wait(60) for child in started} == {0}
    read(database)
    assert (len(rows(database)), len(events(database, Fact.LETTER_BOUNCED)), unseen(settings)) == (12, 1, [])
    assert whole(database)


@pytest.fixture
def imap(database, settings, tmp_path):
    """The same by IMAP."""
    certificate = certified(tmp_path / "tls")
    with running_imap(certificate.server) as box:
        database.info["settings"] = settings.model_copy(
            update={
                "bounce_mailbox": f"imaps://bounces%40kigen.example@localhost:{box.port}/bounces",
                "bounce_password": make_settings(tmp_path, bounce_password=box.password).bounce_password,
                "mail_ca": str(certificate.authority),
                "smtp_timeout": 5,
            }
        )
        yield box


def test_an_imap_folder_is_read_over_tls_and_its_messages_marked(imap, database, settings, notice):
    imap.messages = {4: b"rubbish", 9: report(settings, outcome(database)) + b"x" * 2 * MOST}
    assert read(database)
    assert outcome(database).bounced_at
    assert imap.seen == {4, 9}
    assert 'SELECT "bounces"' in imap.asked
    assert 'LOGIN "bounces@kigen.example" "himitsu"' in imap.asked
    imap.seen.clear()  # a person marks them as new
    assert read(database)
    assert (len(rows(database)), imap.seen) == (2, {4, 9})
    imap.seen.clear()
    imap.validity = 8  # the folder was made anew: its numbers mean other messages
    assert read(database)
    assert len(rows(database)) == 4
    assert len(events(database, Fact.LETTER_BOUNCED)) == 1


def test_what_somebody_opened_in_a_webmail_before_is_read_all_the_same(imap, database, settings, notice):
    imap.messages, imap.seen = {4: b"rubbish", 9: report(settings, outcome(database))}, {4, 9}
    assert read(database)
    assert outcome(database).bounced_at and len(rows(database)) == 2
    before = len(imap.asked)
    assert read(database)
    assert not [asked for asked in imap.asked[before:] if "FETCH" in asked or "STORE" in asked]


def test_a_mailbox_of_ten_thousand_is_looked_through_in_flat_memory(imap, database, settings, notice):
    imap.messages = {1: b""}
    assert read(database)
    name = rows(database)[0].source.partition(":")[0]
    with database.writing() as session:
        for uid in range(2, 10_001):
            session.add(Bounce(source=f"{name}:{uid}", kind=BounceKind.OTHER, status="", read_at=make.instant(BACK)))
    imap.messages = {uid: b"" for uid in range(1, 10_001)} | {10_001: report(settings, outcome(database))}
    imap.seen = set(range(1, 10_001))
    gc.collect()
    tracemalloc.start()
    try:
        assert read(database)
        assert tracemalloc.get_traced_memory()[1] < 12 * MIB
    finally:
        tracemalloc.stop()
    assert outcome(database).bounced_at
    assert [asked for asked in imap.asked if "FETCH" in asked][1:] == [f"UID FETCH 10001 (BODY.PEEK[]<0.{MOST}>)"]


@pytest.mark.parametrize("moment", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_an_imap_server_that_hangs_up_is_asked_again_later(moment, imap, database, settings, notice):
    imap.messages = {9: report(settings, outcome(database))}
    imap.dropping = moment
    assert not read(database)
    assert read(database)
    assert (len(rows(database)), len(events(database, Fact.LETTER_BOUNCED)), imap.seen) == (1, 1, {9})


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_ca": ""},
        {"bounce_mailbox": "imaps://a@127.0.0.1:{port}/bounces"},
        {"bounce_mailbox": "imaps://a@localhost:{port}/none"},
    ],
)
def test_a_server_of_another_name_or_a_folder_that_is_not_there_is_not_used(wrong, imap, database, settings, notice):
    update = {name: value.format(port=imap.port) for name, value in wrong.items()}
    database.info["settings"] = database.info["settings"].model_copy(update=update)
    imap.messages = {9: report(settings, outcome(database))}
    assert not read(database)
    assert imap.seen == set()
    if "none" not in str(wrong):
        assert not [asked for asked in imap.asked if "LOGIN" in asked]


def test_a_mailbox_over_a_bare_connection_cannot_be_set(tmp_path):
    for where in ("imap://a@mail.example/x", "/var/mail", "maildir:relative", "imaps://mail.example/x"):
        with pytest.raises(ValueError, match="bounce_mailbox"):
            make_settings(tmp_path, bounce_mailbox=where)
