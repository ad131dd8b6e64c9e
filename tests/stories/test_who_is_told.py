"""docs/who-is-told.md, line by line: what happens brings exactly these letters to either side, and no other."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests import make
from tests.casework.test_reply import ACCEPTED, execute_all
from tracker.casework import (
    afterwards,
    approvals,
    contact,
    corrections,
    decisions,
    delivery,
    endings,
    intake,
    journal,
    messages,
    receipts,
    replies,
    reversals,
)
from tracker.casework.appeals import deciding, filing
from tracker.casework.hearing import answering, waiting
from tracker.casework.hearing.answering import Words
from tracker.law.grounds import Channel, DeferralGround, Excuse, MeasureKind, SenderExemption, Standing
from tracker.models import Appeal, Case, Letter, LetterKind, Position, Sender
from tracker.sealed import open_text

ROOT = Path(__file__).parents[2]
AT = make.instant("2026-04-28T10:00+09:00")
SENDERS = delivery.TO_SENDER


class House:
    """One notice of one item whose sender has an address; `happens` says which letters an act brought about."""

    def __init__(self, session, channel=Channel.FORM, **changes) -> None:
        self.session = session
        self.service, self.staff = make.make_service(session), make.make_staff(session)
        self.clause = make.first_clause(session, make.make_criteria(session, self.service))
        at = make.instant("2026-04-28T09:14:37+09:00")
        filing = make.make_filing(1, **changes)
        self.notice = intake.file(session, self.service, filing, at=at, channel=channel)
        receipts.acknowledge(session, self.service, self.notice, at=at)
        self.settle()

    @property
    def when(self) -> dict:
        return {"by": self.staff.id, "at": AT}

    def letters(self) -> list[Letter]:
        return list(self.session.exec(select(Letter).where(Letter.case_id == self.notice.case_id)))

    def settle(self) -> None:
        """The relay takes what waits."""
        for letter in self.letters():
            if letter.ended_at is None:
                delivery.settle(self.session, letter.id, ACCEPTED, at=AT)

    def send(self, *drafts) -> None:
        """A person sends what they read."""
        for draft in drafts:
            if draft:
                replies.send_draft(self.session, self.notice, draft, draft.digest, **self.when)
        self.settle()

    def items(self) -> list:
        return [item.id for item in decisions.items_of(self.session, self.notice)]

    def decide(self, judgement) -> None:
        decided = decisions.latest(self.session, self.items())
        pairs = [(id, decided[id].version if id in decided else 0) for id in self.items()]
        decisions.decide(self.session, self.notice, pairs, judgement, **self.when)

    def tell(self) -> None:
        """Everything that may be told now."""
        self.send(replies.outcome_draft(self.session, self.notice))
        self.send(*replies.sender_drafts(self.session, self.notice))

    def interim(self, ground) -> None:
        self.send(replies.interim_draft(self.session, self.notice, self.items(), ground, "鑑定の結果を待っています。"))

    def take(self) -> None:
        self.decide(make.remove(self.clause))
        execute_all(self.session, self.notice, self.staff, AT.isoformat())

    def keep_and_tell(self) -> None:
        self.decide(make.KEEP)
        self.tell()

    def moved(self) -> None:
        contact.ask_to_change(self.session, self.notice, "new@mail.example", at=AT)
        self.settle()
        code = next(x for x in self.letters() if x.kind is LetterKind.ADDRESS_CODE)
        body = open_text(self.session, code.case_id, "letter.body", code.id, code.body_sealed)
        contact.confirm_change(self.session, self.notice, re.search(r"\d{4} \d{4}", body)[0], at=AT)

    def came_back_and_again(self) -> None:
        sent = next(x for x in self.letters() if x.kind is LetterKind.OUTCOME)
        delivery.bounced(self.session, sent.id, remark="550", by=journal.staff(self.staff.id), at=AT)
        self.tell()

    def look_again(self) -> None:
        asked = afterwards.ask_again(self.session, self.notice, "写真を見てください。", at=AT)
        afterwards.answer_again(self.session, self.notice, asked.id, "見ました。", **self.when)

    def reverse(self) -> None:
        measures = [m.id for m in reversals.may_reverse(self.session, self.notice)]
        reversals.reverse(self.session, self.notice, measures, "基準にあたらなかった。", reversed_at=AT, **self.when)
        self.send(*reversals.sender_drafts(self.session, self.notice))
        self.send(reversals.claimant_draft(self.session, self.notice))

    def suspend(self) -> None:
        self.decide(replace(make.remove(self.clause), kind=MeasureKind.SUSPEND))

    def deny(self) -> None:
        [asked] = approvals.of_case(self.session, self.notice.case_id)
        other = make.make_staff(self.session, "もう一人の主任")
        approvals.settle(self.session, self.notice, asked.id, approve=False, remark="期間が長い。", by=other.id, at=AT)

    def sender(self) -> Sender:
        return self.session.exec(select(Sender)).one()

    def objects(self) -> None:
        case, said = self.session.get_one(Case, self.notice.case_id), Words(Position.OBJECTS, "事実を書いた。")
        answering.answer(self.session, case, self.sender(), self.items(), said, actor=journal.SENDER, at=AT)

    def wait(self) -> None:
        later = AT + timedelta(days=9)
        waiting.end_waits(self.session, self.session.get_one(Case, self.notice.case_id), at=later)

    def appeal(self) -> None:
        free = [one.measure.id for one in filing.appealable(self.session, self.notice, self.sender().id)]
        filing.file(self.session, self.notice, self.sender(), free, "戻してほしい。", actor=journal.SENDER, at=AT)

    def judge_appeal(self, *, reverse: bool) -> None:
        other, [row] = make.make_staff(self.session, "もう一人の主任"), self.session.exec(select(Appeal)).all()
        when = {"by": other.id, "at": AT}
        deciding.decide(self.session, self.notice, row.id, reverse=reverse, reason="見直した。", **when)
        seen = deciding.answer_draft(self.session, self.notice, row).digest
        deciding.send_answer(self.session, self.notice, row.id, seen, **when)
        self.send(*reversals.sender_drafts(self.session, self.notice))
        self.send(reversals.claimant_draft(self.session, self.notice))

    def exempt(self) -> None:
        endings.exempt_sender(
            self.session, self.notice, self.items(), SenderExemption.OTHER_JUST, "退会している。", **self.when
        )
        self.tell()


# What happened → what comes before, what happens, and how the notice differs.
EVENTS: dict[str, tuple] = {
    "a notice came in": (None, None, {}),
    "a third party's report came in (通報)": (None, None, {"standing": Standing.THIRD_PARTY}),
    "its time of receipt was put right": (
        lambda h: None,
        lambda h: receipts.correct_receipt(
            h.session, h.notice, make.instant("2026-04-28T09:10+09:00"), reason="書き間違い", **h.when
        ),
        {"channel": Channel.FAX},
    ),
    "staff wrote to the claimant": (
        lambda h: None,
        lambda h: messages.send(h.session, h.notice, "教えてください。", **h.when),
        {},
    ),
    "staff asked for a correction (補正依頼)": (
        lambda h: None,
        lambda h: corrections.ask(h.session, h.notice, "URLをください。", **h.when),
        {},
    ),
    "the claimant wrote, or added evidence": (
        lambda h: None,
        lambda h: messages.receive(h.session, h.notice, "まだ見えます。", at=AT),
        {},
    ),
    "the sender's opinion is to be heard (法25条2項1号)": (
        lambda h: None,
        lambda h: h.interim(DeferralGround.SENDER_OPINION),
        {},
    ),
    "a specialist is to investigate (法25条2項2号)": (
        lambda h: make.give_to_specialist(h.session, h.notice, h.staff, AT),
        lambda h: h.interim(DeferralGround.SPECIALIST),
        {},
    ),
    "there is an unavoidable reason (法25条2項3号)": (
        lambda h: None,
        lambda h: h.interim(DeferralGround.UNAVOIDABLE),
        {},
    ),
    "a measure was decided, not yet carried out": (
        lambda h: None,
        lambda h: (h.decide(make.remove(h.clause)), h.tell()),
        {},
    ),
    "a measure was carried out (法25条1項1号・27条)": (lambda h: None, lambda h: (h.take(), h.tell()), {}),
    "no measure is taken (法25条1項2号)": (lambda h: None, lambda h: h.keep_and_tell(), {}),
    "a decision was changed before its letter left": (
        lambda h: h.decide(make.KEEP),
        lambda h: h.decide(make.remove(h.clause)),
        {},
    ),
    "a second person is asked to approve": (lambda h: None, lambda h: (h.suspend(), h.tell()), {}),
    "a second person does not approve": (lambda h: h.suspend(), lambda h: (h.deny(), h.tell()), {}),
    "the sender is exempt from being told (法27条各号)": (lambda h: h.take(), lambda h: h.exempt(), {}),
    "no notice is given, for a just reason (法25条1項ただし書)": (
        lambda h: None,
        lambda h: endings.excuse(h.session, h.notice, Excuse.OTHER_JUST, "申出者が亡くなった。", **h.when),
        {},
    ),
    "the claimant took the notice back": (
        lambda h: None,
        lambda h: endings.withdraw(h.session, h.notice, actor=journal.CLAIMANT, at=AT),
        {},
    ),
    "the claimant asked to look again, and staff answered (再検討)": (
        lambda h: h.keep_and_tell(),
        lambda h: h.look_again(),
        {},
    ),
    "the claimant's address was changed with its code": (lambda h: None, lambda h: h.moved(), {}),
    "the claimant lost the way in and asked for it": (
        lambda h: None,
        lambda h: contact.send_secret(h.session, h.service, h.notice.number, "akari@mail.example", at=AT),
        {},
    ),
    "the outcome came back, and was sent again": (
        lambda h: h.keep_and_tell(),
        lambda h: h.came_back_and_again(),
        {},
    ),
    "a measure was reversed after the sender had been told": (
        lambda h: (h.take(), h.tell()),
        lambda h: h.reverse(),
        {},
    ),
    "a measure was reversed before anybody was told": (lambda h: h.take(), lambda h: h.reverse(), {}),
    "after a reversal it was decided anew, and carried out": (
        lambda h: (h.take(), h.tell(), h.reverse()),
        lambda h: (h.take(), h.tell()),
        {},
    ),
    "the sender is asked whether they agree (照会)": (
        lambda h: None,
        lambda h: make.ask_sender(h.session, h.notice, h.staff, AT.isoformat()),
        {},
    ),
    "the sender answered, or their wait was over": (
        lambda h: make.ask_sender(h.session, h.notice, h.staff, AT.isoformat(), opened=AT.isoformat()),
        lambda h: (h.objects(), h.wait()),
        {},
    ),
    "the sender appealed (不服申立て)": (lambda h: (h.take(), h.tell()), lambda h: h.appeal(), {}),
    "an appeal was decided, and the measure stands": (
        lambda h: (h.take(), h.tell(), h.appeal()),
        lambda h: h.judge_appeal(reverse=False),
        {},
    ),
    "an appeal was decided, and the measure was reversed": (
        lambda h: (h.take(), h.tell(), h.appeal()),
        lambda h: h.judge_appeal(reverse=True),
        {},
    ),
}


def printed() -> dict[str, tuple[list[str], list[str]]]:
    """The table of the document."""
    found = {}
    for line in (ROOT / "docs/who-is-told.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "what happened":
            kinds = [re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", cell)) for cell in cells[1:]]
            found[cells[0]] = (sorted(kinds[0]), sorted(kinds[1]))
    return found


def test_the_document_and_the_test_name_the_same_events():
    assert list(printed()) == list(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_what_happens_brings_exactly_these_letters(session, event):
    before, act, changes = EVENTS[event]
    house = House(session, **changes)
    had: set = set()
    if before and act:
        before(house)
        had = {letter.id for letter in house.letters()}
        act(house)
        house.settle()
    new = [letter for letter in house.letters() if letter.id not in had and letter.kind is not LetterKind.ALERT]
    to_sender = sorted(letter.kind.value for letter in new if letter.kind in SENDERS)
    to_claimant = sorted(letter.kind.value for letter in new if letter.kind not in SENDERS)
    assert (to_claimant, to_sender) == printed()[event]
