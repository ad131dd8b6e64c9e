"""照会: a sender is asked whether they agree to a measure (法3条2項2号 and the regimes beside it), or what they think.

A withheld reason leaves no shelter of that provision; the letter then asks and claims nothing of silence.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, decisions, delivery, journal, replies
from tracker.casework.hearing import doors, rows
from tracker.casework.hearing.ways import way_to
from tracker.casework.receipts import letterhead
from tracker.i18n import gettext, japanese
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Right, Standing, term
from tracker.law.inquiries import RULES, Regime, missing
from tracker.law.questions import answered
from tracker.letters import write
from tracker.letters.write import Draft, Told
from tracker.models import (
    Case,
    Claimant,
    DoorPurpose,
    Event,
    Inquiry,
    Item,
    LetterChannel,
    Notice,
    Sender,
)
from tracker.sealed import open_text


def told(session: Session, notice: Notice) -> Told:
    """What a sender may learn of a filing: right and reason unless withheld, the rest only where it was released."""
    may, withheld = set(notice.tell), notice.reason_withheld
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()

    def clear(column: str, sealed: bytes | None) -> str:
        return open_text(session, notice.case_id, f"claimant.{column}", claimant.id, sealed)

    return Told(
        rights=[gettext(term(Right(right)).label) for right in notice.rights],
        reason="" if withheld else notice.reason,
        answers=[] if withheld else answered(notice.answers),
        name=clear("name", claimant.name_sealed) if "name" in may else "",
        contact=clear("email", claimant.email_sealed) if "contact" in may else "",
        evidence="evidence" in may,
    )


def may_shelter(notice: Notice) -> bool:
    """Whether an inquiry about this filing can give a shelter: the infringed person filed, and the reason is shown."""
    return notice.standing is not Standing.THIRD_PARTY and not notice.reason_withheld


def askable(session: Session, notice: Notice, sender: UUID) -> list[Item]:
    """The items of a sender that nobody has asked about, and that neither a measure nor an end has overtaken."""
    items = [item for item in decisions.items_of(session, notice) if item.sender_id == sender]
    out = {id for one in rows.asked(session, notice.case_id) if one.stands for id in one.items}
    done = {m.item_id for m in decisions.standing_measures(session, [i.id for i in items]) if m.executed_at}
    over = replies.ended(session, notice)
    return [item for item in items if item.id not in out | done and str(item.id) not in over]


@japanese()
def draft(
    session: Session,
    notice: Notice,
    sender: UUID,
    items: Sequence[UUID],
    regime: Regime,
    *,
    by_hand: bool,
    at: datetime,
) -> Draft:
    """The inquiry as it would leave at `at`. `by_hand`: staff hand it over although a mail address is known.

    Raises NotAllowed without items that may be asked about, for a right that the regime is not about, or for a short
    regime where the filing allows no shelter.
    """
    chosen = [item for item in askable(session, notice, sender) if item.id in items]
    if not chosen or len(chosen) != len(set(items)):
        raise NotAllowed(N_("照会できるのは、まだ照会しておらず、終わっていない項目だけです。"), about="items")
    rule = RULES[regime]
    if rule.wait is None:
        raise NotAllowed(N_("この場合は、照会が要りません。"), about="regime")
    if regime is not Regime.STANDARD and not may_shelter(notice):
        raise NotAllowed(N_("理由を示さない照会と、第三者の通報では、2日の特例は使えません。"), about="regime")
    if rule.right and rule.right.value not in notice.rights:
        raise NotAllowed(N_("この特例は、名誉の侵害の申出だけが対象です。"), about="regime")
    case, service = replies.case_of(session, notice)
    row = session.get_one(Sender, sender)
    email = "" if by_hand else open_text(session, case.id, "sender.email", row.id, row.email_sealed)
    account = chosen[0].account  # of an unnamed one the sender's row has a number of ours
    return write.inquiry(
        letterhead(session, service, case, notice),
        to=email,
        channel=LetterChannel.HANDOVER if by_hand else way_to(session, service.id, email, account),
        sender=sender,
        account=account,
        lines=replies.lines_of(session, notice, chosen),
        told=told(session, notice),
        days=rule.days,
        article=rule.article,
        report=notice.standing is Standing.THIRD_PARTY,
        link=doors.link(session, sender, DoorPurpose.INQUIRY),
    )


def ask(
    session: Session,
    notice: Notice,
    sender: UUID,
    items: Sequence[UUID],
    regime: Regime,
    seen: str,
    *,
    confirmed: Sequence[str] = (),
    by_hand: bool = False,
    by: UUID,
    at: datetime,
) -> Inquiry:
    """Send a previewed inquiry. `seen` is the digest of the text on the page, `confirmed` the elements ticked.

    1. A short regime needs each of its elements confirmed by a person (SHELTER_CONFIRMED).
    2. The letter goes into the outbox, or waits for the platform or for whoever hands it over; its link opens a door.
    3. No wait starts: that takes evidence that the sender received it.

    Raises what `draft` raises, Conflict when the text changed since, NotAllowed where an element is not confirmed.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    letter_text = draft(session, notice, sender, items, regime, by_hand=by_hand, at=at)
    if letter_text.digest != seen:
        raise Conflict(N_("この照会の内容が、画面を開いた後に変わりました。新しい文面を確かめてください。"))
    if RULES[regime].elements:
        confirm(session, notice, items, regime, confirmed, by=by, at=at)
    letter = delivery.send(session, case, letter_text, by=journal.staff(by), at=at)
    if letter is None:
        raise Conflict(N_("同じ照会が、すでに送られています。"))
    doors.hang(session, case, sender, DoorPurpose.INQUIRY, by=journal.staff(by), at=at)
    row = Inquiry(
        id=uuid4(),
        case_id=case.id,
        sender_id=sender,
        letter_id=letter.id,
        regime=regime,
        shelter=bool(letter_text.article),
        asked_at=at,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        case,
        Fact.INQUIRY_ASKED,
        actor=journal.staff(by),
        at=at,
        items=[item for item, _ in letter_text.covers],
        **inquiry_state(row),
    )
    return row


def confirm(
    session: Session,
    notice: Notice,
    items: Sequence[UUID],
    regime: Regime,
    confirmed: Sequence[str],
    *,
    by: UUID,
    at: datetime,
) -> None:
    """Record that a person confirmed each element of a special regime for `items` (法4条, and two other Acts).

    Raises NotAllowed while one is missing, for another right, and where an infringed person did not file.
    """
    case, rule = session.get_one(Case, notice.case_id), RULES[regime]
    journal.lock(session, case)
    if missing(rule, confirmed):
        raise NotAllowed(
            N_("要件を1つずつ確かめて、すべてに印を付けてください。印のない要件があります。"), about="elements"
        )
    if notice.standing is Standing.THIRD_PARTY:
        raise NotAllowed(N_("第三者の通報では、この免責はありません。"), about="elements")
    if rule.right and rule.right.value not in notice.rights:
        raise NotAllowed(N_("この特例は、名誉の侵害の申出だけが対象です。"), about="regime")
    known = {item.id for item in decisions.items_of(session, notice)}
    if not items or not known.issuperset(items):
        raise NotAllowed(N_("項目を選んでください。"), about="items")
    journal.record(
        session,
        case,
        Fact.SHELTER_CONFIRMED,
        actor=journal.staff(by),
        at=at,
        items=items,
        regime=regime.value,
        elements=list(rule.elements),
    )


def unconfirm(session: Session, notice: Notice, items: Sequence[UUID], *, why: str, by: UUID, at: datetime) -> None:
    """Take back that the elements of 法4条2号 were confirmed for `items`: a mistake is mended by a fact.

    Raises NotAllowed without a reason, or for items for which nothing was confirmed.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if not why.strip():
        raise NotAllowed(N_("確認を取り消す理由を書いてください。"), about="why")
    if not items or not without_inquiry(journal.history(session, case)) >= set(items):
        raise NotAllowed(N_("要件を確かめた項目を選んでください。"), about="items")
    journal.record(
        session, case, Fact.SHELTER_UNCONFIRMED, actor=journal.staff(by), at=at, items=items, remark=why.strip()
    )


def without_inquiry(events: Sequence[Event]) -> set[UUID]:
    """The items of which the last word of the record is that neither inquiry nor wait is asked for (法4条2号)."""
    last: dict[str, str] = {}
    for event in events:
        if event.fact is Fact.SHELTER_CONFIRMED:
            last |= dict.fromkeys(event.items, event.data["said"]["regime"])
        elif event.fact is Fact.SHELTER_UNCONFIRMED:
            last |= dict.fromkeys(event.items, "")
    return {UUID(item) for item, regime in last.items() if regime == Regime.NO_WAIT}


def inquiry_state(row: Inquiry) -> dict[str, Any]:
    """What the record keeps of an inquiry."""
    return {
        "inquiry": str(row.id),
        "sender": str(row.sender_id),
        "letter": str(row.letter_id),
        "regime": row.regime.value,
        "shelter": row.shelter,
    }
