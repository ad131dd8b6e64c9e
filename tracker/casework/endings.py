"""What ends a duty without its letter: an excuse, a withdrawal, an exemption from telling the sender (法25条・27条)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, decisions, delivery, journal, news, receipts
from tracker.casework.replies import ended
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Excuse, SenderExemption
from tracker.models import Case, Event, Notice, Service

# What ends items that no letter told of.
WITHOUT_NOTICE = frozenset({Fact.NOTICE_WITHDRAWN, Fact.REPLY_EXCUSED})


def excuse(session: Session, notice: Notice, ground: Excuse, text: str, *, by: UUID, at: datetime) -> None:
    """Record why no notice is given at all (法25条1項ただし書). NotAllowed without a text, Conflict when ended."""
    if not text.strip():
        raise NotAllowed(N_("通知しないことについての正当な理由を書いてください（法25条1項ただし書）。"))
    _end(session, notice, Fact.REPLY_EXCUSED, actor=journal.staff(by), at=at, remark=text, ground=ground.value)


def withdraw(session: Session, notice: Notice, *, actor: str, at: datetime, remark: str = "") -> None:
    """Record that the claimant withdrew the notice, and let them know: a mail says to look at the status page.

    Raises Conflict when nothing of it is open.
    """
    _end(session, notice, Fact.NOTICE_WITHDRAWN, actor=actor, at=at, remark=remark)
    case = session.get_one(Case, notice.case_id)
    link = receipts.status_link(session, session.get_one(Service, case.service_id), notice)
    news.tell(session, case, notice, about=f"withdrawn:{at.isoformat()}", link=link, at=at)


def exempt_sender(
    session: Session,
    notice: Notice,
    items: Sequence[UUID],
    ground: SenderExemption,
    text: str,
    *,
    by: UUID,
    at: datetime,
) -> None:
    """Record why the sender of executed measures is not told (法27条各号).

    Raises NotAllowed without a text where the ground is a just reason, or for an item without an executed measure;
    Conflict when the sender was told or exempted before.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if ground is not SenderExemption.OWN and not text.strip():
        raise NotAllowed(N_("発信者に通知しない理由を書いてください（法27条2号）。"))
    executed = {m.item_id for m in decisions.executed_measures(session, items)}
    if not items or not executed.issuperset(items):
        raise NotAllowed(N_("措置を実施した項目だけが対象です。"))
    standing = journal.standing(journal.history(session, case))
    over = {Fact.SENDER_NOTIFIED, Fact.SENDER_NOTICE_EXEMPTED}
    if any((fact, str(item)) in standing for fact in over for item in items):
        raise Conflict(N_("この発信者への通知は、すでに記録されています。"))
    journal.record(
        session,
        case,
        Fact.SENDER_NOTICE_EXEMPTED,
        actor=journal.staff(by),
        at=at,
        items=items,
        remark=text.strip(),
        ground=ground.value,
    )


def without_notice(session: Session, cases: Iterable[UUID]) -> dict[UUID, Fact]:
    """Those of `cases` that were taken back, or of which no notice is given, and which of the two came last."""
    query = select(Event.case_id, Event.fact).where(
        col(Event.case_id).in_(list(cases)), col(Event.fact).in_(WITHOUT_NOTICE)
    )
    return {case: Fact(fact) for case, fact in session.exec(query.order_by(col(Event.seq)))}


def _end(session: Session, notice: Notice, fact: Fact, *, actor: str, at: datetime, remark: str, **said: Any) -> None:
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    over = ended(session, notice)
    left = [i.id for i in decisions.items_of(session, notice) if str(i.id) not in over]
    if not left:
        raise Conflict(N_("この申出は、すでにすべて終わっています。"))
    delivery.cancel_unsent(session, case, left, by=actor, at=at)
    journal.record(session, case, fact, actor=actor, at=at, items=left, remark=remark.strip(), **said)
