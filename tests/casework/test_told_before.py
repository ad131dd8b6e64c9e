"""法27条2号前段: a sender need not be told again who was told of similar information for a like reason."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all
from tracker.casework import (
    Conflict,
    NotAllowed,
    criteria,
    decisions,
    delivery,
    endings,
    intake,
    journal,
    replies,
    told_before,
)
from tracker.casework.intake import FiledItem
from tracker.casework.told_before import Part
from tracker.casework.verify import verify
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, MeasureKind, SenderExemption
from tracker.models import Case, Clock, Letter, LetterChannel, Notice, Service

BEFORE, NOW = "2026-04-02", "2026-04-28"
ALL = list(Part)


class Desk:
    """A service with two clauses, and somebody who removes and tells."""

    def __init__(self, session) -> None:
        self.session = session
        self.service, self.staff = make.make_service(session), make.make_staff(session)
        self.clauses = criteria.clauses_of(session, make.make_criteria(session, self.service))
        self.judgement = make.remove(self.clauses[0])

    def filed(self, *accounts: str, day: str, service: Service | None = None) -> Notice:
        """A notice with one item of each account."""
        items = [
            FiledItem(url=f"https://tsumugi.example/p/{n}", quote="虚偽の書き込み", account=account)
            for n, account in enumerate(accounts, 1)
        ]
        at = make.instant(f"{day}T09:00+09:00")
        filing = replace(make.make_filing(), items=items)
        return intake.file(self.session, service or self.service, filing, at=at)

    def removed(self, *accounts: str, day=BEFORE, judgement=None, service: Service | None = None) -> Notice:
        """A notice whose items, one of each account, were acted on."""
        notice = self.filed(*accounts, day=day, service=service)
        make.decide(self.session, notice, judgement or self.judgement, self.staff, f"{day}T10:00+09:00")
        execute_all(self.session, notice, self.staff, f"{day}T11:00+09:00")
        return notice

    def tell(self, notice: Notice, day=BEFORE, way=LetterChannel.HANDOVER, given=True) -> Letter:
        """The sender of a notice is told."""
        at = make.instant(f"{day}T12:00+09:00")
        senders = [i.sender_id for i in decisions.items_of(self.session, notice)]
        [draft] = replies.sender_drafts(self.session, notice, dict.fromkeys(senders, way))
        letter = replies.send_draft(self.session, notice, draft, draft.digest, by=self.staff.id, at=at)
        if given:
            url = "https://tsumugi.example/notices/1"
            delivery.hand_over(self.session, letter.id, how="表示", when=at, by=self.staff.id, at=at, url=url)
        return letter

    def ids(self, notice: Notice) -> list:
        return [i.id for i in decisions.items_of(self.session, notice)]

    def found(self, notice: Notice) -> list:
        return [one.letter for one in told_before.found(self.session, notice, self.ids(notice))]

    def lacks(self, notice: Notice) -> list[Part]:
        return list(told_before.earlier(self.session, notice, {notice.id: self.ids(notice)})[notice.id].lacks)

    def exempt(self, notice: Notice, ground=SenderExemption.SAME_BEFORE, text="同じ投稿のため。", **more) -> None:
        at = make.instant(f"{NOW}T13:00+09:00")
        endings.exempt_sender(self.session, notice, self.ids(notice), ground, text, by=self.staff.id, at=at, **more)


@pytest.fixture
def desk(session) -> Desk:
    return Desk(session)


@pytest.mark.parametrize("typed", ["@kaze_2198", "＠ｋａｚｅ＿２１９８", "kaze_2198", "@Kaze_2198"])
def test_an_earlier_notice_to_the_same_account_for_the_same_clause_is_found_however_it_is_typed(desk, typed):
    letter = desk.tell(desk.removed("@kaze_2198"))

    notice = desk.removed(typed, day=NOW)
    [before] = told_before.found(desk.session, notice, desk.ids(notice))

    assert before.letter == letter.id
    assert before.number == "TH-2026-000001"
    assert before.clauses == ["第4条1項 名誉毀損"]
    assert before.channel is LetterChannel.HANDOVER


def test_a_published_notice_is_one_to_rest_on_too(desk):
    """通知等の措置: 通知し、又は容易に知り得る状態に置く措置."""
    letter = desk.tell(desk.removed("@kaze"), way=LetterChannel.PUBLICATION)

    assert desk.found(desk.removed("@kaze", day=NOW)) == [letter.id]


def test_the_newest_earlier_notice_comes_first(desk):
    letters = [desk.tell(desk.removed("@kaze", day=day), day=day).id for day in ("2026-04-02", "2026-04-09")]

    assert desk.found(desk.removed("@kaze", day=NOW)) == letters[::-1]


def test_what_is_missing_of_the_provision_is_named(desk):
    """過去に同一の発信者に対して同様の情報の送信を同様の理由により防止したことについて通知等の措置を講じていたとき."""
    hidden = replace(desk.judgement, kind=MeasureKind.HIDE)
    other = make.remove(desk.clauses[1])
    duty = replace(desk.judgement, basis=Basis.LEGAL_DUTY, clause_id=None, facts="仮処分の決定があった。")
    desk.tell(desk.removed("@told"))

    assert desk.lacks(desk.removed("@somebody_else", day=NOW)) == ALL
    assert desk.lacks(desk.removed("@told", day=NOW, judgement=hidden)) == [Part.INFORMATION]
    assert desk.lacks(desk.removed("@told", day=NOW, judgement=other)) == [Part.REASON]
    assert desk.lacks(desk.removed("@told", day=NOW, judgement=duty)) == [Part.REASON]
    assert desk.lacks(desk.removed("@told", day=NOW)) == []
    desk.removed("@untold")
    assert desk.lacks(desk.removed("@untold", day=NOW)) == [Part.TOLD]


def test_a_notice_that_waits_or_came_back_is_none_to_rest_on(desk):
    waiting = desk.removed("@waits")
    desk.tell(waiting, given=False)
    letter = desk.tell(desk.removed("@kaze"))
    at = make.instant(f"{BEFORE}T15:00+09:00")
    delivery.bounced(desk.session, letter.id, remark="宛先不明", by=journal.staff(desk.staff.id), at=at)

    assert desk.lacks(desk.removed("@waits", day=NOW)) == [Part.TOLD]
    assert desk.lacks(desk.removed("@kaze", day=NOW)) == [Part.TOLD]


def test_an_account_of_the_same_name_at_another_service_is_somebody_else(desk):
    other = make.make_service(desk.session, name="つむぎ動画", slug="douga", prefix="TV")
    duty = replace(desk.judgement, basis=Basis.LEGAL_DUTY, clause_id=None, facts="仮処分の決定があった。")
    desk.tell(desk.removed("@kaze", service=other, judgement=duty))

    assert desk.lacks(desk.removed("@kaze", day=NOW, judgement=duty)) == ALL


def test_posters_whom_nobody_named_are_not_one_poster(desk):
    """Both are 項目1の投稿者: a number of ours, not an account."""
    desk.tell(desk.removed(""))

    assert desk.lacks(desk.removed("", day=NOW)) == ALL


def test_one_earlier_notice_has_to_have_told_of_all_of_it(desk):
    first, second = desk.judgement, make.remove(desk.clauses[1])
    for day, judgement in (("2026-04-02", first), ("2026-04-09", second)):
        desk.tell(desk.removed("@kaze", day=day, judgement=judgement), day=day)
    mixed = desk.filed("@kaze", "@kaze", day=NOW)
    for no, judgement in ((1, first), (2, second)):
        make.decide(desk.session, mixed, judgement, desk.staff, f"{NOW}T10:00+09:00", (no,))
    execute_all(desk.session, mixed, desk.staff, f"{NOW}T11:00+09:00")

    assert desk.lacks(mixed) == [Part.TOLD]
    assert len(told_before.found(desk.session, mixed, desk.ids(mixed)[:1])) == 1


def test_nothing_is_found_of_items_of_two_accounts(desk):
    desk.tell(desk.removed("@kaze"))

    assert desk.found(desk.removed("@kaze", "@umi", day=NOW)) == []


def test_the_exemption_names_the_notice_it_rests_on_and_ends_the_duty(desk):
    letter, notice = desk.tell(desk.removed("@kaze")), desk.removed("@kaze", day=NOW)

    desk.exempt(notice, before=letter.id)

    case = desk.session.get_one(Case, notice.case_id)
    event = next(e for e in journal.history(desk.session, case) if e.fact is Fact.SENDER_NOTICE_EXEMPTED)
    assert (event.data["said"]["ground"], event.data["said"]["before"]) == ("same_before", str(letter.id))
    assert replies.sender_drafts(desk.session, notice) == []
    clock = select(Clock).where(Clock.case_id == case.id, Clock.rule == "sender_notice")
    assert all(c.stopped_at for c in desk.session.exec(clock))
    with pytest.raises(Conflict):
        desk.exempt(notice, before=letter.id)
    desk.session.flush()
    assert list(verify(desk.session)) == []


def test_the_exemption_is_refused_without_one_of_the_notices_that_were_found(desk):
    letter, notice = desk.tell(desk.removed("@kaze")), desk.removed("@kaze", day=NOW)
    other = desk.tell(desk.removed("@umi"))

    for wrong in (None, uuid4(), other.id):
        with pytest.raises(NotAllowed, match="選んでください") as refused:
            desk.exempt(notice, text="通知済み", before=wrong)
        assert refused.value.about == "before"
    assert desk.found(notice) == [letter.id]


def test_the_refusal_says_what_is_missing(desk):
    notice = desk.removed("@kaze", day=NOW)
    with pytest.raises(NotAllowed) as refused:
        desk.exempt(notice, text="通知済み")

    assert "同一の発信者" in str(refused.value)
    assert "同様の情報" in str(refused.value)
    assert "同様の理由" in str(refused.value)
    assert "通知等の措置" in str(refused.value)


def test_a_notice_given_outside_of_kigen_needs_its_proof_in_words(desk):
    notice = desk.removed("@kaze", day=NOW)
    with pytest.raises(NotAllowed, match="証拠"):
        desk.exempt(notice, text=" ", elsewhere=True)

    desk.exempt(notice, text="2024年3月に、旧システムから通知した（送信記録を保存）。", elsewhere=True)

    case = desk.session.get_one(Case, notice.case_id)
    event = next(e for e in journal.history(desk.session, case) if e.fact is Fact.SENDER_NOTICE_EXEMPTED)
    assert event.data["said"]["elsewhere"] is True
    assert "before" not in event.data["said"]


def test_a_provider_that_posted_itself_writes_a_word_of_reason_too(desk):
    notice = desk.removed("@kaze", day=NOW)
    with pytest.raises(NotAllowed, match="法27条") as refused:
        desk.exempt(notice, SenderExemption.OWN, " ")
    assert refused.value.about == "text"

    desk.exempt(notice, SenderExemption.OWN, "当社の広報のアカウントであるため。")

    assert replies.sender_drafts(desk.session, notice) == []


def test_the_record_of_an_account_is_read_alike_on_each_engine(on_each_engine):
    with on_each_engine.writing() as session:
        desk = Desk(session)
        letter = desk.tell(desk.removed("@Kaze"))

        assert desk.found(desk.removed("@Kaze", day=NOW)) == [letter.id]
        assert desk.lacks(desk.removed("@umi", day=NOW)) == ALL
