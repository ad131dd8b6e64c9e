"""違反の記録: told as it was, and seen by a lead who did not record it."""

import csv
from io import StringIO

import pytest
from sqlmodel import select

from tests import make
from tests.web.desk import make_member, member, post, sign_in, words
from tracker.casework import NotAllowed, breaches, journal, replies
from tracker.law.facts import Fact
from tracker.models import Event, Notice, Role

LATE = "2026-05-07T10:00:00+09:00"
REASON = "=連休中の当番が決まっていなかったため"


@pytest.fixture
def author(app, database, freezer):
    """Who recorded the breach: a reply sent on the day after the last."""
    freezer.move_to(LATE)
    with database.writing() as session:
        by = make_member(app, session, "author@tsumugi.example", name="遅れて送った人")
        service = make.make_service(session)
        for _n in range(2):
            notice = make.make_notice(session, service, items=1)
            make.decide(session, notice, make.KEEP, by, "2026-04-29T10:00+09:00")
            draft = replies.outcome_draft(session, notice)
            replies.send_draft(
                session, notice, draft, draft.digest, by=by.id, at=make.instant(LATE), late_reason=REASON
            )
    return sign_in(app, "author@tsumugi.example")[0]


def breach(database) -> Event:
    with database.reading() as session:
        return session.exec(select(Event).where(Event.fact == Fact.BREACH_RECORDED)).first()


def seen(database) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.fact == Fact.BREACH_SEEN)))


def see(client, seq, number="TH-2026-000001"):
    return post(client, f"/desk/breaches/{number}/{seq}/seen", view="unseen")


def test_a_lead_is_told_of_breaches_and_reads_each(app, author):
    lead = member(app)

    assert "確かめていない違反の記録が2件あります" in words(lead.get("/desk/"))
    assert "確かめていない違反の記録が2件あります" in words(lead.get("/desk/dashboard"))
    text = words(lead.get("/desk/breaches"))
    assert "法25条1項" in text
    assert "TH-2026-000001" in text
    assert "遅れて送った人" in text
    assert REASON in text


def test_a_breach_is_seen_once_and_by_somebody_else(app, author, database):
    seq, lead = breach(database).seq, member(app)
    own = see(author, seq)
    assert own.status_code == 422
    assert "自分で記録した違反は、自分では確かめられません" in words(own)

    assert see(lead, seq).status_code == 303

    assert len(seen(database)) == 1
    assert see(member(app), seq).status_code == 409
    assert "TH-2026-000001" not in words(lead.get("/desk/breaches"))
    assert "TH-2026-000001" in words(lead.get("/desk/breaches?view=seen"))
    assert "確かめていない違反の記録が1件あります" in words(lead.get("/desk/"))


@pytest.mark.parametrize("seq", [1, 999])
def test_what_is_no_breach_cannot_be_seen(app, author, database, seq):
    answer = see(member(app), seq)

    assert answer.status_code == 422
    assert "その違反の記録はありません" in words(answer)
    assert seen(database) == []


def test_a_reviewer_reads_no_list_of_breaches(app, author, database):
    reviewer = member(app, Role.REVIEWER)

    assert reviewer.get("/desk/breaches").status_code == 403
    assert reviewer.get("/desk/breaches.csv").status_code == 403
    assert see(reviewer, breach(database).seq).status_code == 403
    assert "違反の記録が" not in words(reviewer.get("/desk/"))


def test_the_list_is_narrowed_by_article(app, author):
    lead = member(app)

    assert "確かめる違反はありません" in words(lead.get("/desk/breaches?article=法26条1項"))
    assert "TH-2026-000001" in words(lead.get("/desk/breaches?article=法25条1項"))
    assert "TH-2026-000001" in words(lead.get("/desk/breaches?article=nonsense&view=nonsense&page=x"))


def test_the_file_holds_the_same_and_no_cell_reckons(app, author):
    answer = member(app).get("/desk/breaches.csv")

    table = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(table) == 3
    assert {row[0] for row in table[1:]} == {"TH-2026-000001", "TH-2026-000002"}
    assert {row[5] for row in table[1:]} == {"'" + REASON}


@pytest.mark.parametrize("who", ["reviewer", "left", "nobody"])
def test_below_the_door_too_only_a_lead_who_works_here_has_seen_a_breach(app, author, database, who):
    seq = breach(database).seq
    with database.writing() as session:
        person = make.make_staff(session, "見る人", Role.REVIEWER if who == "reviewer" else Role.LEAD)
        person.active = who != "left"
        session.flush()
        by = journal.SYSTEM if who == "nobody" else journal.staff(person.id)
        notice = session.exec(select(Notice).where(Notice.number == "TH-2026-000001")).one()
        with pytest.raises(NotAllowed, match="主任以上"):
            breaches.see(session, notice, seq, by=by, at=make.instant(LATE))

    assert seen(database) == []
