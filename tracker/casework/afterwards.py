"""What a claimant says later: look again at the outcome (再検討の依頼), or the content is not there any more."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import NotAllowed, decisions, journal, messages
from tracker.law import N_
from tracker.law.facts import LOSSES, Fact
from tracker.models import Case, Event, Message, MessageKind, Notice


def ask_again(session: Session, notice: Notice, text: str, *, at: datetime) -> Message:
    """The claimant asks to look again at an outcome. No clock of law runs for it, and it is no appeal (不服申立て).

    Raises NotAllowed without words, before an outcome was given, or while an earlier request waits for its answer. The
    same form sent twice is one request.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    waiting = next((said for said in messages.exchange(session, notice) if _waits(said.message)), None)
    if waiting and waiting.text == text.strip() and at - waiting.message.written_at < messages.TWICE:
        return waiting.message
    asking_again(session, notice)
    if not text.strip():
        raise NotAllowed(N_("もう一度見てほしいところと、その理由を書いてください。"))
    return messages.put_down(session, notice, MessageKind.RECONSIDERATION, text, actor=journal.CLAIMANT, at=at)


def asking_again(session: Session, notice: Notice) -> None:
    """Whether one may ask to look again now. Raises NotAllowed with the reason why not."""
    if any(_waits(said.message) for said in messages.exchange(session, notice)):
        raise NotAllowed(
            N_(
                "前に受け取った再検討の依頼を、いま見直しています。加えて伝えたいことは、状況のページの「窓口に伝えたいこと」に書いてください。"
            )
        )
    if not may_ask_again(journal.history(session, session.get_one(Case, notice.case_id))):
        raise NotAllowed(
            N_(
                "再検討は、結果のお知らせの後に依頼できます。いま伝えたいことは、状況のページの「窓口に伝えたいこと」に書いてください。"
            )
        )


def _waits(message: Message) -> bool:
    return message.kind is MessageKind.RECONSIDERATION and message.settled_at is None


def answer_again(
    session: Session, notice: Notice, asked: UUID, text: str, *, seen: Collection[UUID] = (), by: UUID, at: datetime
) -> Message:
    """Staff answer a 再検討の依頼: it stays open until then, on a case that has ended too.

    Raises NotAllowed without words, Conflict when it was answered before.
    """
    request = messages.open_one(session, notice, asked, MessageKind.RECONSIDERATION)
    if not text.strip():
        raise NotAllowed(N_("見直した結果と、その理由を書いてください。"))
    messages.read(session, notice, seen={*seen, asked}, by=by, at=at)
    return messages.put_down(session, notice, MessageKind.WORDS, text, actor=journal.staff(by), at=at, answers=request)


def may_ask_again(events: Iterable[Event]) -> bool:
    """Whether an outcome was told of any item, by a letter that did not come back.

    A decision made since takes nothing away: the claimant was not told of it, and must not find it out here.
    """
    told: set[str] = set()
    for event in events:
        if event.fact is Fact.OUTCOME_GIVEN:
            told.update(event.items)
        elif event.fact is not Fact.DECISION_MADE and Fact.OUTCOME_GIVEN in LOSSES.get(event.fact, ()):
            told.difference_update(event.items)
    return bool(told)


def gone(session: Session, notice: Notice, items: Iterable[UUID], *, at: datetime) -> None:
    """The claimant says that items cannot be seen any more. It is no measure: the duties run on.

    Items already named are left out. Raises NotAllowed without an item of this notice.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    mine = {item.id for item in decisions.items_of(session, notice)} & set(items)
    if not mine:
        raise NotAllowed(N_("もう見えない投稿を選んでください。"))
    new = mine - said_gone(session, notice)
    if new:
        journal.record(session, case, Fact.CONTENT_GONE, actor=journal.CLAIMANT, at=at, items=new)


def said_gone(session: Session, notice: Notice) -> set[UUID]:
    """The items of which the claimant said that they cannot be seen any more."""
    case = session.get_one(Case, notice.case_id)
    events = journal.history(session, case)
    return {UUID(item) for event in events if event.fact is Fact.CONTENT_GONE for item in event.items}
