"""What ends a duty without its letter: an excuse, a withdrawal, an exemption from telling the sender (法25条・27条)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, approvals, cancelling, decisions, journal, news, proof, receipts
from tracker.casework.replies import ended, unanswered
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Excuse, SenderExemption
from tracker.models import Case, Event, Notice, Service

# What ends items that no letter told of.
WITHOUT_NOTICE = frozenset({Fact.NOTICE_WITHDRAWN, Fact.REPLY_EXCUSED})


def excuse(
    session: Session, notice: Notice, ground: Excuse, text: str, *, by: UUID, at: datetime, late_reason: str = ""
) -> None:
    """Record why no notice is given at all (法25条1項ただし書).

    Raises NotAllowed without a text, for an item of which a measure was carried out (its claimant is told so), or after
    the last day without the reason of that: then it is recorded as a breach, as a late reply is. Conflict when ended.
    """
    if not text.strip():
        raise NotAllowed(N_("通知しないことについての正当な理由を書いてください（法25条1項ただし書）。"))
    case, left = _left(session, notice)
    if decisions.executed_measures(session, left):
        raise NotAllowed(
            N_(
                "措置を講じた項目が残っています。講じた項目は、その旨を申出者に通知します（法25条1項1号）。"
                "先に結果を通知すると、残りの項目について記録できます。書いた内容は残っています。"
            )
        )
    late = unanswered(session, case, left, at)
    if late and not late_reason.strip():
        raise NotAllowed(
            N_("7日の期限を過ぎています。遅れた理由を書くと、違反として記録して終えられます（法25条1項）。"),
            about="late",
        )
    if late:
        _breach(session, case, late, actor=journal.staff(by), at=at, remark=late_reason)
    _end(session, case, left, Fact.REPLY_EXCUSED, actor=journal.staff(by), at=at, remark=text, ground=ground.value)


def withdraw(session: Session, notice: Notice, *, actor: str, at: datetime, remark: str = "") -> None:
    """Record that the claimant withdrew the notice, and let them know: a mail says to look at the status page.

    A withdrawal after the last day does not undo that nothing was told in time: the breach is recorded, by nobody's
    hand, where none was for these items (法25条1項). Raises Conflict when nothing of it is open.
    """
    case, left = _left(session, notice)
    late = unanswered(session, case, left, at)
    if late and not _admitted(session, case, late):
        _breach(session, case, late, actor=journal.SYSTEM, at=at)
    _end(session, case, left, Fact.NOTICE_WITHDRAWN, actor=actor, at=at, remark=remark)
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


def _left(session: Session, notice: Notice) -> tuple[Case, list[UUID]]:
    """The case, locked, and the items that nothing has ended. Raises Conflict when there are none."""
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    over = ended(session, notice)
    left = [i.id for i in decisions.items_of(session, notice) if str(i.id) not in over]
    if not left:
        raise Conflict(N_("この申出は、すでにすべて終わっています。"))
    return case, left


def _end(
    session: Session,
    case: Case,
    left: Sequence[UUID],
    fact: Fact,
    *,
    actor: str,
    at: datetime,
    remark: str,
    **said: Any,
) -> None:
    cancelling.cancel_unsent(session, case, left, by=actor, at=at)
    journal.record(session, case, fact, actor=actor, at=at, items=left, remark=remark.strip(), **said)
    approvals.void(session, case, at=at)


def _breach(session: Session, case: Case, items: Sequence[UUID], *, actor: str, at: datetime, remark: str = "") -> None:
    journal.record(
        session,
        case,
        Fact.BREACH_RECORDED,
        actor=actor,
        at=at,
        items=items,
        remark=remark.strip(),
        article=proof.ARTICLE_25,
    )


def _admitted(session: Session, case: Case, items: Sequence[UUID]) -> bool:
    """Whether a breach was recorded before that names all of these items, or the whole case."""
    told = [
        set(e.items)
        for e in journal.history(session, case)
        if e.fact is Fact.BREACH_RECORDED and e.data["said"]["article"] == proof.ARTICLE_25
    ]
    return any(not some for some in told) or {str(i) for i in items} <= set().union(*told)
