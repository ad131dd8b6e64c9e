"""Memos to the office reach the office: no claimant, no sender and nobody else can be their recipient."""

from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all
from tracker.casework import contact, replies
from tracker.casework.watch import wishes
from tracker.jobs import watching
from tracker.jobs.mail import carry_mail
from tracker.models import Letter, Memo, MemoKind, Preference, Role, Staff

AT = make.instant("2026-05-07T09:00+09:00")  # the first working day of a week, after the holidays


def test_the_recipient_of_a_memo_is_a_row_of_staff_and_nothing_else():
    columns = Memo.__table__.columns
    assert {key.target_fullname for column in columns for key in column.foreign_keys} == {
        "staff.id",
        "memo.id",  # the newer one that stands for it
    }
    assert not columns["staff_id"].nullable
    assert {"to", "address", "recipient"} & {one.name for one in columns} == set()
    assert [one.name for one in columns if "mail" in one.name] == []
    assert {key.target_fullname for key in Preference.__table__.foreign_keys} == {"staff.id"}


def test_everything_that_the_watch_sends_goes_to_staff_and_names_nobody(database, relay, settings):
    filled = {"name": "水原 あかり", "email": "akari@mail.example", "reason": "ここだけの話です。"}
    with database.writing() as session:
        service = make.make_service(session)
        clause = make.first_clause(session, make.make_criteria(session, service))
        team = [make.make_staff(session, f"{role}の人", role) for role in Role]
        for day in ("2026-04-20", "2026-04-28", "2026-04-30", "2026-05-06"):
            notice = make.make_notice(session, service, f"{day}T10:00+09:00", **filled)
            contact.ask_to_change(session, notice, "moved@mail.example", at=make.instant(f"{day}T11:00+09:00"))
        make.make_notice(session, service, "2026-05-06T21:00+09:00", **filled, **make.urgent())
        make.decide(session, notice, make.remove(clause), team[0], "2026-05-06T12:00+09:00")
        execute_all(session, notice, team[0], "2026-05-06T12:30+09:00")
        for draft in replies.sender_drafts(session, notice):
            at = make.instant("2026-05-06T13:00+09:00")
            replies.send_draft(session, notice, draft, draft.digest, by=team[0].id, at=at)
        wishes.try_out(session, team[0].id, at=AT)
    for work in (watching.morning, watching.weekly, watching.raise_alerts, watching.carry_memos, carry_mail):
        work(database, lambda: AT)

    with database.reading() as session:
        staff = {one.email for one in session.exec(select(Staff))}
        memos = {str(one.id): one for one in session.exec(select(Memo))}
        letters = {str(one.id) for one in session.exec(select(Letter))}
    assert {one.kind for one in memos.values()} == set(MemoKind)
    went = [
        (mail["Message-ID"].strip("<>").partition("@")[0], to, content.decode())
        for mail, (_from, *to), content in zip(relay.mailbox, relay.envelopes, relay.contents, strict=True)
    ]
    ours = [(to, content) for id, to, content in went if id in memos]
    theirs = [to for id, to, _content in went if id in letters]
    assert len(ours) + len(theirs) == len(went) and ours and theirs
    for to, _content in ours:
        assert len(to) == 1 and set(to) <= staff
    for to in theirs:
        assert not set(to) & staff
    for memo in memos.values():
        for secret in (*filled.values(), "moved@mail.example", "@kaze_2198", "tsumugi.example/p/"):
            assert secret not in memo.subject + memo.body
