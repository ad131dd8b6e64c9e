"""法的な書面: each kind with the clocks and holds of the tables, its extension, its end, and who may know of it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests import make
from tracker.casework import Conflict, NotAllowed, journal, papers
from tracker.casework.holding import ending as kept
from tracker.casework.papers import KINDS, Ask, Entry, Pending
from tracker.casework.verify import verify
from tracker.law.clocks import CLOCKS
from tracker.law.facts import Fact
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS, Kept, cover
from tracker.law.logs import PROVIDED
from tracker.models import Case, CaseKind, Clock, LogHold, PaperKind, PaperReader, Role

SERVED = make.instant("2026-11-20T14:30+09:00")  # Friday
AT = make.instant("2026-11-20T16:00+09:00")
WORDS = {"issuer": "東京地方裁判所", "reference": "令和8年(発チ)第1号", "asks": "消去の禁止", "accounts": "@kaze_2198"}


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def staff(session):
    return make.make_staff(session)


def entry(kind, **more):
    asks = KINDS[kind].asks
    said = {
        "until": date(2026, 12, 20) if Ask.UNTIL in asks else None,
        "classes": ("2-8", "2-5") if Ask.CLASSES in asks else (),
        "provided": "7-1-ro" if Ask.PROVIDED in asks else "",
    }
    return Entry(**{"kind": kind, "served_at": SERVED, "words": WORDS} | said | more)


def enter(session, service, staff, kind, at=AT, **more):
    return papers.enter(session, service, entry(kind, **more), by=staff.id, at=at)


def end(session, paper, staff, at, reason="事件が終わった"):
    papers.end(session, paper, occurred_at=at, reason=reason, by=staff.id, at=at)


def clocks_of(session, paper):
    return {c.rule: c for c in session.exec(select(Clock).where(Clock.case_id == paper.case_id))}


def holds_of(session, paper):
    return session.exec(select(LogHold).where(LogHold.paper_id == paper.id)).all()


FIRST_KINDS = [kind for kind, rule in KINDS.items() if Ask.FIRST not in rule.asks]


@pytest.mark.parametrize("kind", FIRST_KINDS)
def test_each_kind_draws_the_clocks_and_holds_of_the_tables(session, service, staff, kind):
    paper = enter(session, service, staff, kind)
    rule = KINDS[kind]
    said = dict(rule.said)
    clocks = {
        c.key for c in CLOCKS if rule.fact in {c.starts_on, *c.also_on} and (not c.only_when or said.get(c.only_when))
    }
    assert clocks_of(session, paper).keys() == clocks
    holds = {h.key for h in HOLDS if h.placed_on is rule.fact and (not h.only_when or said.get(h.only_when))}
    placed = holds_of(session, paper)
    assert {hold.rule for hold in placed} == holds
    assert all(hold.classes == ["2-5", "2-8"] and hold.scope_sealed for hold in placed)
    case = session.get_one(Case, paper.case_id)
    assert (case.kind, case.statutory) == (CaseKind.PAPER, False)
    assert [event.fact for event in journal.history(session, case)] == [rule.fact]
    assert paper.number == "TH-L-2026-0001"
    assert list(verify(session)) == []


@pytest.mark.parametrize("kind", FIRST_KINDS)
def test_the_end_of_each_kind_stops_what_it_began(session, service, staff, kind):
    paper = enter(session, service, staff, kind)
    later = AT + timedelta(days=2)
    end(session, paper, staff, later)
    assert paper.ended_at == later
    assert all(hold.released_at == later for hold in holds_of(session, paper))
    duties = [c for rule, c in clocks_of(session, paper).items() if rule != "sender_told_of_order"]
    assert all(clock.stopped_at for clock in duties)
    [seen] = papers.seen(session, [paper], at=later)
    assert seen.pending is Pending.ENDED
    with pytest.raises(Conflict):
        end(session, paper, staff, later)
    assert list(verify(session)) == []


def test_what_a_paper_must_say_is_asked_for_by_its_field(session, service, staff):
    wanted = {
        "served": entry(PaperKind.SUIT, served_at=AT + timedelta(minutes=1)),
        "issuer": entry(PaperKind.SUIT, words=WORDS | {"issuer": " "}),
        "asks": entry(PaperKind.SUIT, words=WORDS | {"asks": ""}),
        "until": entry(PaperKind.PRESERVATION, until=None),
        "classes": entry(PaperKind.ERASURE_BAN, classes=()),
        "accounts": entry(PaperKind.ERASURE_BAN, words=WORDS | {"accounts": ""}),
        "provided": entry(PaperKind.PROVISION_ORDER, provided=""),
        "notice": entry(PaperKind.SUIT, notice="TH-2026-000099"),
        "logs_until": entry(PaperKind.SUIT, logs_from=date(2026, 11, 2), logs_until=date(2026, 11, 1)),
    }
    for about, one in wanted.items():
        with pytest.raises(NotAllowed) as no:
            papers.enter(session, service, one, by=staff.id, at=AT)
        assert no.value.about == about


def test_an_order_to_provide_names_the_set_of_rule_7_and_forbids_no_erasure(session, service, staff):
    paper = enter(session, service, staff, PaperKind.PROVISION_ORDER, provided="7-2")
    assert paper.classes == list(PROVIDED["7-2"][1])
    assert holds_of(session, paper) == []


def test_the_words_of_a_paper_are_sealed_and_its_notice_is_of_the_same_service(session, service, staff):
    notice = make.make_notice(session, service, "2026-11-01T09:00+09:00")
    paper = enter(session, service, staff, PaperKind.ERASURE_BAN, notice=notice.number)
    assert paper.notice_id == notice.id
    assert b"kaze" not in paper.words_sealed and papers.words_of(session, paper)["accounts"] == "@kaze_2198"
    [event] = journal.history(session, session.get_one(Case, paper.case_id))
    assert "kaze" not in str(event.data) and "東京" not in str(event.data)


@pytest.mark.parametrize(
    ("served", "last", "too_late"),
    [
        ("2026-11-20T14:30+09:00", "2026-12-20", "2026-12-21"),
        ("2028-01-31T10:00+09:00", "2028-03-01", "2028-03-02"),  # over a leap day
    ],
)
def test_a_request_for_preservation_lasts_until_its_day_and_thirty_days_at_most(
    session, service, staff, served, last, too_late
):
    at = make.instant(served)
    with pytest.raises(NotAllowed, match="三十日"):
        enter(session, service, staff, PaperKind.PRESERVATION, at, served_at=at, until=date.fromisoformat(too_late))
    paper = enter(session, service, staff, PaperKind.PRESERVATION, at, served_at=at, until=date.fromisoformat(last))
    [hold] = holds_of(session, paper)
    end_of_day = make.instant(f"{last}T00:00+09:00") + timedelta(days=1)
    assert hold.until_at == clocks_of(session, paper)["preservation_request"].due_at == end_of_day


def test_a_shorter_day_in_the_paper_is_the_end(session, service, staff):
    paper = enter(session, service, staff, PaperKind.PRESERVATION, until=date(2026, 12, 1))
    [hold] = holds_of(session, paper)
    assert hold.until_at == make.instant("2026-12-02T00:00+09:00")


def extension(session, first, staff, served, until, **more):
    at = make.instant(served)
    one = entry(PaperKind.PRESERVATION_EXTENSION, served_at=at, until=date.fromisoformat(until), **more)
    return papers.extend(session, first, one, by=staff.id, at=at)


def test_an_extension_goes_to_sixty_days_from_the_first_request_and_shares_its_case(session, service, staff):
    first = enter(session, service, staff, PaperKind.PRESERVATION)
    with pytest.raises(NotAllowed, match="三十日"):
        extension(session, first, staff, "2026-12-15T10:00+09:00", "2027-01-20")
    second = extension(session, first, staff, "2026-12-15T10:00+09:00", "2027-01-19")
    assert second.case_id == first.case_id and second.number == "TH-L-2026-0002"
    [hold] = holds_of(session, second)
    assert hold.until_at == make.instant("2027-01-20T00:00+09:00")
    clocks = clocks_of(session, first)
    assert clocks["preservation_request"].stopped_at and clocks["preservation_extension"].stopped_at is None
    assert clocks["preservation_extension"].due_at == hold.until_at
    assert list(verify(session)) == []


def test_an_extension_is_thirty_days_at_most_and_sixty_in_all(session, service, staff):
    first = enter(session, service, staff, PaperKind.PRESERVATION, until=date(2026, 12, 1))
    with pytest.raises(NotAllowed, match="延長は三十日"):
        extension(session, first, staff, "2026-11-30T10:00+09:00", "2027-01-01")
    assert extension(session, first, staff, "2026-11-30T10:00+09:00", "2026-12-31").stated_until == date(2026, 12, 31)


def test_an_extension_needs_a_first_paper_that_still_runs(session, service, staff):
    with pytest.raises(NotAllowed) as no:
        papers.enter(session, service, entry(PaperKind.PRESERVATION_EXTENSION), by=staff.id, at=AT)
    assert no.value.about == "kind"
    ban = enter(session, service, staff, PaperKind.ERASURE_BAN)
    with pytest.raises(NotAllowed) as no:
        extension(session, ban, staff, "2026-12-01T10:00+09:00", "2026-12-25")
    assert no.value.about == "first"
    first = enter(session, service, staff, PaperKind.PRESERVATION)
    with pytest.raises(NotAllowed) as no:
        extension(session, first, staff, "2026-12-21T10:00+09:00", "2026-12-25")
    assert no.value.about == "served"
    end(session, first, staff, make.instant("2026-12-10T10:00+09:00"))
    with pytest.raises(Conflict):
        extension(session, first, staff, "2026-12-16T10:00+09:00", "2027-01-15")


def test_a_request_is_extended_again_to_a_later_day_and_never_beyond_thirty_more_or_sixty(session, service, staff):
    first = enter(session, service, staff, PaperKind.PRESERVATION, until=date(2026, 12, 15))
    second = extension(session, first, staff, "2026-12-10T10:00+09:00", "2026-12-25")
    for until in ("2026-12-20", "2026-12-25", "2027-01-15"):  # earlier, the same, thirty-one days of extension in all
        with pytest.raises(NotAllowed) as no:
            extension(session, first, staff, "2026-12-20T10:00+09:00", until)
        assert no.value.about == "until"
    with pytest.raises(NotAllowed) as no:
        extension(session, first, staff, "2026-12-26T10:00+09:00", "2027-01-10")
    assert no.value.about == "served" and "12月25日" in str(no.value)
    with pytest.raises(NotAllowed) as no:
        extension(session, first, staff, "2026-12-09T10:00+09:00", "2027-01-10")
    assert no.value.about == "served"
    third = extension(session, first, staff, "2026-12-20T10:00+09:00", "2027-01-14")
    assert (third.case_id, third.number) == (first.case_id, "TH-L-2026-0003")
    at = make.instant("2026-12-26T10:00+09:00")
    seen = {one.paper.id: one for one in papers.seen(session, [first, second, third], at=at)}
    days = {id: [one.clock.due_at for one in view.clocks] for id, view in seen.items()}
    assert days[second.id] == [make.instant("2026-12-26T00:00+09:00")]
    assert days[third.id] == [make.instant("2027-01-15T00:00+09:00")]
    assert seen[second.id].clocks[0].clock.stopped_at and not seen[third.id].clocks[0].clock.stopped_at
    assert not seen[first.id].lapsed and [hold.until_at for hold in seen[third.id].standing] == days[third.id]
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("published", "abroad", "effect"),
    [
        ("2026-11-02", False, "2026-11-17"),  # 14 days from November 3rd; the holiday counts
        ("2026-11-02", True, "2026-12-15"),
        ("2028-02-20", False, "2028-03-06"),  # over a leap day
    ],
)
def test_a_paper_that_was_published_takes_effect_when_two_weeks_have_passed_or_six(published, abroad, effect):
    day = date.fromisoformat(published)
    steps = papers.posting_days(day, abroad=abroad)
    assert (steps[0].day, steps[0].number, steps[-1].number) == (day, 0, 42 if abroad else 14)
    assert papers.posting_effect(day, abroad=abroad) == make.instant(f"{effect}T00:00+09:00")


def test_a_published_paper_is_served_on_the_day_of_its_effect_and_not_entered_before(session, service, staff):
    early = make.instant("2026-11-16T23:59+09:00")
    posted = {"posted_on": date(2026, 11, 2), "served_at": early}
    with pytest.raises(NotAllowed) as no:
        enter(session, service, staff, PaperKind.REPORT_DEMAND, early, **posted)
    assert no.value.about == "posted_on" and "2026年11月17日(火)" in str(no.value)
    paper = enter(session, service, staff, PaperKind.REPORT_DEMAND, early + timedelta(minutes=1), **posted)
    assert (paper.served_at, paper.posted_on) == (make.instant("2026-11-17T00:00+09:00"), date(2026, 11, 2))
    assert papers.row_state(paper) | {"posted": "2026-11-02", "abroad": False} == papers.row_state(paper)
    assert list(verify(session)) == []


def test_only_what_is_served_by_the_minister_is_served_by_publication(session, service, staff):
    suit = enter(session, service, staff, PaperKind.SUIT, posted_on=date(2026, 10, 1))
    assert (suit.served_at, suit.posted_on) == (SERVED, None)


def test_a_warrant_is_kept_and_starts_nothing(session, service, staff):
    paper = enter(session, service, staff, PaperKind.WARRANT, confidential=True)
    assert clocks_of(session, paper) == {} and holds_of(session, paper) == []
    end(session, paper, staff, AT + timedelta(hours=1), reason="記録命令付差押えに応じた")
    case = session.get_one(Case, paper.case_id)
    assert [event.fact for event in journal.history(session, case)] == [Fact.WARRANT_SERVED, Fact.WARRANT_DONE]


def test_the_duty_to_tell_a_sender_of_an_order_outlives_the_case(session, service, staff):
    paper = enter(session, service, staff, PaperKind.DISCLOSURE_ORDER, objected=True)
    later = AT + timedelta(days=1)
    end(session, paper, staff, later)
    [seen] = papers.open_papers(session, reader=staff.id, at=later)
    assert seen.pending is Pending.DUE and papers.ended_papers(session, reader=staff.id, at=later) == ([], False)
    assert papers.owed(session, paper) == [Fact.SENDER_TOLD_OF_ORDER, Fact.SENDER_TELLING_EXEMPTED]
    said = {"occurred_at": later, "by": staff.id, "at": later}
    with pytest.raises(Conflict):
        papers.note(session, paper, Fact.DISCLOSURE_SUIT_FILED, **said)
    papers.note(session, paper, Fact.SENDER_TOLD_OF_ORDER, **said)
    assert clocks_of(session, paper)["sender_told_of_order"].stopped_at == later
    with pytest.raises(Conflict):
        papers.note(session, paper, Fact.SENDER_TOLD_OF_ORDER, **said)
    assert len(papers.ended_papers(session, reader=staff.id, at=later)[0]) == 1


def test_ending_either_ends_a_request_and_its_extension_together(session, service, staff):
    first = enter(session, service, staff, PaperKind.PRESERVATION)
    second = extension(session, first, staff, "2026-12-15T10:00+09:00", "2027-01-10")
    later = make.instant("2026-12-18T10:00+09:00")
    end(session, second, staff, later)
    session.refresh(first)
    assert first.ended_at == second.ended_at == later
    assert all(hold.released_at for paper in (first, second) for hold in holds_of(session, paper))


def test_an_end_releases_its_own_holds_and_what_stands_over_the_same_logs_stays(session, service, staff):
    notice = make.make_notice(session, service, "2026-11-01T09:00+09:00")
    petition = enter(session, service, staff, PaperKind.PETITION, notice=notice.number)
    ban = enter(session, service, staff, PaperKind.ERASURE_BAN, notice=notice.number)
    asked = enter(session, service, staff, PaperKind.PRESERVATION, notice=notice.number)
    later = AT + timedelta(days=1)
    end(session, petition, staff, later)
    standing = [hold for paper in (petition, ban, asked) for hold in holds_of(session, paper) if not hold.over(later)]
    assert {hold.rule for hold in standing} == {"erasure_ban", "preservation"}
    together = cover([Kept(hold.strength, hold.until_at) for hold in standing], later)
    assert (together.strength, together.until) == (Strength.HARD, None)
    assert all(hold.released_at is None for hold in make.holds_of(session, notice))


def test_a_request_that_ran_out_releases_its_hold_by_itself_and_waits_to_be_ended(session, service, staff):
    paper = enter(session, service, staff, PaperKind.PRESERVATION)
    late = make.instant("2026-12-21T00:05+09:00")
    for case in kept.due_cases(session, at=late):
        kept.end_due(session, case, at=late)
    assert papers.due_waits(session, at=late) == [paper.case_id]
    assert papers.end_waits(session, paper.case_id, at=late) == 1
    assert papers.due_waits(session, at=late) == []
    [seen] = papers.seen(session, [paper], at=late)
    assert seen.pending is Pending.OVER and seen.standing == []
    assert list(verify(session)) == []


def test_an_order_to_provide_lapses_after_two_months_and_other_holds_stand(session, service, staff):
    order = enter(session, service, staff, PaperKind.PROVISION_ORDER)
    ban = enter(session, service, staff, PaperKind.ERASURE_BAN)
    made = make.instant("2026-11-25T10:00+09:00")
    with pytest.raises(NotAllowed) as no:
        papers.note(session, order, Fact.PROVISION_MADE, occurred_at=made, by=staff.id, at=made)
    assert no.value.about == "way"
    papers.note(session, order, Fact.PROVISION_MADE, occurred_at=made, way="6-1-3", by=staff.id, at=made)
    lapse = clocks_of(session, order)["provision_lapse"]
    assert lapse.due_at == make.instant("2027-01-26T00:00+09:00")
    assert papers.due_waits(session, at=lapse.due_at - timedelta(seconds=1)) == []
    papers.end_waits(session, order.case_id, at=lapse.due_at)
    seen = {one.paper.id: one for one in papers.open_papers(session, reader=staff.id, at=lapse.due_at)}
    assert seen[order.id].pending is Pending.OVER
    assert [hold.rule for hold in seen[ban.id].standing] == ["erasure_ban"]
    assert list(verify(session)) == []


def test_a_notice_of_the_petition_keeps_the_order_from_lapsing(session, service, staff):
    order = enter(session, service, staff, PaperKind.PROVISION_ORDER)
    made, told = make.instant("2026-11-25T10:00+09:00"), make.instant("2027-01-10T10:00+09:00")
    papers.note(session, order, Fact.PROVISION_MADE, occurred_at=made, way="6-1-1", by=staff.id, at=made)
    papers.note(session, order, Fact.PETITION_NOTIFIED, occurred_at=told, by=staff.id, at=told)
    later = make.instant("2027-03-01T10:00+09:00")
    assert papers.due_waits(session, at=later) == []
    [seen] = papers.seen(session, [order], at=later)
    assert seen.pending is Pending.REST and not seen.lapsed


def test_only_what_belongs_to_a_kind_follows_it(session, service, staff):
    paper = enter(session, service, staff, PaperKind.DISCLOSURE_REQUEST)
    with pytest.raises(NotAllowed) as no:
        papers.note(session, paper, Fact.PROVISION_MADE, occurred_at=AT, by=staff.id, at=AT)
    assert no.value.about == "fact"
    with pytest.raises(NotAllowed) as no:
        papers.note(session, paper, Fact.DISCLOSURE_HEARING_EXEMPTED, occurred_at=AT, by=staff.id, at=AT)
    assert no.value.about == "remark"
    said = {"occurred_at": AT, "by": staff.id, "at": AT}
    for answer, remark, about in (("", "", "answer"), ("perhaps", "", "answer"), ("refused", " ", "remark")):
        with pytest.raises(NotAllowed) as no:
            papers.note(session, paper, Fact.DISCLOSURE_HEARD, answer=answer, remark=remark, **said)
        assert no.value.about == about
    papers.note(session, paper, Fact.DISCLOSURE_HEARD, answer="refused", remark="事実を書いた", **said)
    assert clocks_of(session, paper)["disclosure_hearing"].stopped_at == AT
    heard = journal.history(session, session.get_one(Case, paper.case_id))[-1]
    assert heard.data["said"]["answer"] == "refused" and "事実" not in str(heard.data)


def test_an_order_to_disclose_tells_a_sender_who_objected(session, service, staff):
    paper = enter(session, service, staff, PaperKind.DISCLOSURE_ORDER, objected=True)
    assert "sender_told_of_order" in clocks_of(session, paper)
    assert clocks_of(session, paper)["disclosure_suit"].force == "right"


def test_a_confidential_paper_is_there_for_named_people_alone_whatever_their_role(session, service, staff):
    named = make.make_staff(session, "水野 透", Role.REVIEWER)
    manager = make.make_staff(session, "森 直子", Role.MANAGER)
    paper = enter(session, service, staff, PaperKind.PRESERVATION, confidential=True, readers=[named.id])
    assert paper.number == "TH-LC-2026-0001"
    assert enter(session, service, staff, PaperKind.SUIT).number == "TH-L-2026-0001"
    for person, knows in ((staff, True), (named, True), (manager, False)):
        assert (papers.find(session, paper.number, reader=person.id) is not None) is knows
        assert len(papers.open_papers(session, reader=person.id, at=AT)) == (2 if knows else 1)
    end(session, paper, staff, AT)
    assert papers.ended_papers(session, reader=manager.id, at=AT) == ([], False)
    assert set(papers.reading(session, paper.case_id)) == {staff.id, named.id}


def test_readers_come_and_go_and_somebody_always_remains(session, service, staff):
    other = make.make_staff(session, "森 直子", Role.MANAGER)
    paper = enter(session, service, staff, PaperKind.PRESERVATION, confidential=True)
    with pytest.raises(NotAllowed):
        papers.name_reader(session, paper, other.id, by=other.id, at=AT)
    with pytest.raises(NotAllowed, match="いなくなります"):
        papers.end_reader(session, paper, staff.id, by=staff.id, at=AT)
    papers.name_reader(session, paper, other.id, by=staff.id, at=AT)
    with pytest.raises(Conflict):
        papers.name_reader(session, paper, other.id, by=staff.id, at=AT)
    papers.end_reader(session, paper, staff.id, by=other.id, at=AT + timedelta(hours=1))
    assert papers.find(session, paper.number, reader=staff.id) is None
    rows = session.exec(select(PaperReader).where(PaperReader.staff_id == staff.id)).all()
    assert [row.ended_at for row in rows] == [AT + timedelta(hours=1)]
    facts = {event.fact: event for event in journal.history(session, session.get_one(Case, paper.case_id))}
    assert facts[Fact.READER_NAMED].data["said"]["reader"] == str(other.id)
    assert facts[Fact.READER_ENDED].data["said"]["reader"] == str(staff.id)
    assert list(verify(session)) == []


def test_a_reader_changed_in_the_database_alone_is_named(session, service, staff):
    other = make.make_staff(session, "森 直子", Role.MANAGER)
    paper = enter(session, service, staff, PaperKind.PRESERVATION, confidential=True)
    papers.name_reader(session, paper, other.id, by=staff.id, at=AT)
    assert list(verify(session)) == []
    [mine] = session.exec(select(PaperReader).where(PaperReader.staff_id == staff.id)).all()
    mine.ended_at = AT
    session.add(mine)
    session.flush()
    assert {finding.table for finding in verify(session)} == {"paperreader"}


def test_a_reader_slipped_into_the_database_is_named(session, service, staff):
    other = make.make_staff(session, "森 直子", Role.MANAGER)
    paper = enter(session, service, staff, PaperKind.PRESERVATION, confidential=True)
    session.add(PaperReader(paper_id=paper.id, staff_id=other.id, named_at=AT, named_by=staff.id))
    session.flush()
    assert {finding.table for finding in verify(session)} == {"paperreader"}


def test_an_extension_of_a_confidential_request_keeps_its_readers(session, service, staff):
    named = make.make_staff(session, "水野 透", Role.REVIEWER)
    first = enter(session, service, staff, PaperKind.PRESERVATION, confidential=True, readers=[named.id])
    second = extension(session, first, staff, "2026-12-15T10:00+09:00", "2027-01-10")
    assert second.confidential and second.number == "TH-LC-2026-0002"
    assert papers.find(session, second.number, reader=named.id) is not None


def test_a_confidential_extension_makes_its_first_paper_confidential_too(session, service, staff):
    other = make.make_staff(session, "森 直子", Role.MANAGER)
    first = enter(session, service, staff, PaperKind.PRESERVATION)
    extension(session, first, staff, "2026-12-15T10:00+09:00", "2027-01-10", confidential=True)
    assert papers.find(session, first.number, reader=other.id) is None
    assert papers.find(session, first.number, reader=staff.id) is not None


def test_a_paper_edited_in_the_database_is_named(session, service, staff):
    paper = enter(session, service, staff, PaperKind.SUIT)
    paper.ended_at = AT
    session.add(paper)
    session.flush()
    assert "legalpaper" in {finding.table for finding in verify(session)}


def test_the_paper_of_a_designation_starts_the_months_of_the_filing_in_the_register_once(session, staff):
    new = make.make_service(session, "うみ", "umi", "UM", designated_on=None, registered_on=None)
    paper = enter(session, new, staff, PaperKind.DESIGNATION)
    assert clocks_of(session, paper) == {}
    session.refresh(new)
    assert new.designated_on == date(2026, 11, 20)
    started = select(Clock).join(Case, Case.id == Clock.case_id).where(Clock.rule == "registration")
    assert len(session.exec(started.where(Case.service_id == new.id)).all()) == 1
    enter(session, new, staff, PaperKind.DESIGNATION)
    assert len(session.exec(started.where(Case.service_id == new.id)).all()) == 1
    assert list(verify(session)) == []
