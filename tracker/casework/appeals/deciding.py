"""An appeal is decided by somebody who took no part in the measure: it stands, or it is taken back."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, decisions, delivery, journal, replies, reversals
from tracker.casework.appeals import filing
from tracker.casework.hearing.ways import way_to
from tracker.casework.reasons.fields import unfilled
from tracker.casework.receipts import letterhead
from tracker.i18n import japanese
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters import write
from tracker.letters.write import Draft
from tracker.models import (
    Appeal,
    Approval,
    Case,
    Decision,
    Event,
    Item,
    Letter,
    Measure,
    Notice,
    Sender,
    Staff,
)
from tracker.sealed import open_text, open_words, seal_words

# Why a measure was taken back, for a claimant who is told: what a sender wrote is not theirs to read.
TO_CLAIMANT = N_("この措置を社内であらためて見直した結果、取り消すことが相当と判断したためです。")


def took_part(session: Session, row: Appeal) -> set[UUID]:
    """Who may not decide an appeal: whoever decided the item in any version, approved it, carried a measure out on it
    or took one back, gave an opinion on the case as a specialist, or decided an earlier appeal about the item.
    """
    made = session.exec(select(Decision.id, Decision.by).where(Decision.item_id == row.item_id)).all()
    mine = {str(id) for id, _by in made}
    hands = session.exec(select(Measure.executed_by, Measure.reversed_by).where(Measure.item_id == row.item_id)).all()
    asked = session.exec(select(Approval).where(Approval.case_id == row.case_id)).all()
    opined = session.exec(
        select(Event.actor).where(Event.case_id == row.case_id, Event.fact == Fact.SPECIALIST_OPINED)
    ).all()
    before = session.exec(
        select(Appeal.decided_by).where(Appeal.item_id == row.item_id, col(Appeal.id) != row.id)
    ).all()
    people = [by for _id, by in made]
    people += [who for pair in hands for who in pair if who]
    people += [who for one in asked if mine & set(one.decisions) for who in (one.asked_by, one.settled_by) if who]
    people += [UUID(actor.removeprefix("staff:")) for actor in opined if actor.startswith("staff:")]
    return {*people, *(who for who in before if who)}


def decide(
    session: Session,
    notice: Notice,
    appeal: UUID,
    *,
    reverse: bool,
    reason: str,
    by: UUID,
    at: datetime,
    reversed_at: datetime | None = None,
    to_claimant: str = "",
) -> Appeal:
    """Decide an appeal. `reverse` takes the measure back, as of `reversed_at` (now by default): it was restored then.

    `reason` is for the sender alone. A claimant who is told (任意) reads `to_claimant`, by default a sentence that says
    nothing of the sender.

    1. Nobody decides an appeal against what they took part in.
    2. A measure that was taken back meanwhile cannot be upheld: then the appeal is answered by that.
    3. APPEAL_DECIDED. The AI flag of the decision behind the measure stays what it was; the figures read it there.
    4. Holds: MEASURE_REVERSED takes the flag of the measure away (law/holds.py); what a paper or a person holds stays.

    Raises Conflict when it was ended, NotAllowed without a reason, by somebody who took part, or for a bad time.
    """
    case = session.get_one(Case, notice.case_id)
    row = filing.open_one(session, case, appeal)
    if not session.get_one(Staff, by).active or by in took_part(session, row):
        raise NotAllowed(
            N_("この措置の判断や実施に加わった人は、不服申立てを判断できません。別の人が判断します。"), about="by"
        )
    if not reason.strip():
        raise NotAllowed(N_("理由を書いてください。発信者に届く文です。"), about="reason")
    if unfilled(reason):
        raise NotAllowed(
            N_("理由に、書き込んでいない欄［＿…＿］が残っています。すべて書き込んでください。"), about="reason"
        )
    measure = session.get_one(Measure, row.measure_id, populate_existing=True)
    if reverse and not measure.reversed_at:
        when = reversed_at or at
        if when < row.received_at:
            raise NotAllowed(N_("取り消した日時が、不服申立てを受けた日時より前になっています。"), about="reversed_at")
        told = to_claimant.strip() or TO_CLAIMANT
        reversals.reverse(session, notice, [measure.id], told, reversed_at=when, by=by, at=at)
    said = {"salt": secrets.token_hex(16), "text": reason.strip()}
    row.decided_at, row.decided_by, row.reversed = at, by, reverse
    row.reason_sealed = seal_words(session, case.id, "appeal.reason", row.id, said)
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.APPEAL_DECIDED,
        actor=journal.staff(by),
        at=at,
        items=[row.item_id],
        appeal=str(row.id),
        reversed=reverse,
        words=commitment(said["salt"], said["text"]),
    )
    return row


def reason_of(session: Session, row: Appeal) -> dict[str, str]:
    """Why an appeal was decided as it was; empty while it is not, and after the case was erased."""
    return open_words(session, row.case_id, "appeal.reason", row.id, row.reason_sealed) if row.reason_sealed else {}


@japanese()
def answer_draft(session: Session, notice: Notice, row: Appeal) -> Draft:
    """The letter that tells a sender what became of their appeal. Raises NotAllowed while nobody decided it."""
    if row.decided_at is None or row.reversed is None:
        raise NotAllowed(N_("この不服申立ては、まだ判断されていません。"))
    case, service = replies.case_of(session, notice)
    sender = session.get_one(Sender, row.sender_id)
    item, measure = session.get_one(Item, row.item_id), session.get_one(Measure, row.measure_id)
    email = open_text(session, case.id, "sender.email", sender.id, sender.email_sealed)
    return write.appeal_answer(
        letterhead(session, service, case, notice),
        to=email,
        channel=way_to(session, service.id, email, item.account),
        sender=sender.id,
        account=item.account,
        line=replies.line_of(session, notice, item, measure),
        reversed=row.reversed,
        reason=reason_of(session, row).get("text", ""),
        received_at=row.received_at,
    )


def send_answer(session: Session, notice: Notice, appeal: UUID, seen: str, *, by: UUID, at: datetime) -> Letter | None:
    """Send the answer that was previewed; `seen` is the digest of its text. None when the same letter is out.

    Raises Conflict when the text changed since, NotAllowed while the appeal is not decided.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    row = session.get(Appeal, appeal, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotAllowed(N_("この不服申立ては見つかりません。"))
    draft = answer_draft(session, notice, row)
    if draft.digest != seen:
        raise Conflict(N_("この通知の内容が、画面を開いた後に変わりました。新しい文面を確かめてください。"))
    return delivery.send(session, case, draft, by=journal.staff(by), at=at)


def decision_of(session: Session, row: Appeal) -> Decision:
    """The decision behind the measure that an appeal is against: its AI flag is the one that is published."""
    return session.get_one(Decision, session.get_one(Measure, row.measure_id).decision_id)


def history_of(session: Session, row: Appeal) -> list[Decision]:
    """Every version of the decision on the item of an appeal, oldest first."""
    rows = select(Decision).where(Decision.item_id == row.item_id).order_by(col(Decision.version))
    return list(session.exec(rows))


def original_of(session: Session, row: Appeal) -> dict[str, str]:
    """Reason and facts of the decision that an appeal is against; empty after the case was erased."""
    return decisions.words(session, decision_of(session, row))
