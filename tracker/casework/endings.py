"""What ends a duty without its letter: an excuse, a withdrawal, an exemption from telling the sender (法25条・27条)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import (
    Conflict,
    NotAllowed,
    approvals,
    cancelling,
    decisions,
    journal,
    news,
    proof,
    receipts,
    told_before,
)
from tracker.casework.replies import ended, unanswered
from tracker.i18n import gettext, listed
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Excuse, SenderExemption
from tracker.models import Case, Event, LetterKind, Notice, Service

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
    cancelling.cancel_waiting(session, case, frozenset({LetterKind.INQUIRY}), by=actor, at=at)
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
    before: UUID | None = None,
    elsewhere: bool = False,
) -> None:
    """Record why the sender of executed measures is not told (法27条各号).

    That a notice went before (2号前段) rests on `before`, a letter that `told_before.found` finds, or, where it was
    given outside Kigen (`elsewhere`), on the proof in the text. Every ground needs a word of reason.
    Raises NotAllowed without what the ground needs, or for an item without an executed measure; Conflict when the
    sender was told or exempted before.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    rested = ground is SenderExemption.SAME_BEFORE
    if not text.strip() and not (rested and elsewhere):  # there the proof is asked for, below
        raise NotAllowed(N_("発信者に通知しない理由を書いてください（法27条）。"), about="text")
    executed = {m.item_id for m in decisions.executed_measures(session, items)}
    if not items or not executed.issuperset(items):
        raise NotAllowed(N_("措置を実施した項目だけが対象です。"))
    standing = journal.standing(journal.history(session, case))
    over = {Fact.SENDER_NOTIFIED, Fact.SENDER_NOTICE_EXEMPTED}
    if any((fact, str(item)) in standing for fact in over for item in items):
        raise Conflict(N_("この発信者への通知は、すでに記録されています。"))
    rests = _rests_on(session, notice, items, text, before, elsewhere) if rested else {}
    journal.record(
        session,
        case,
        Fact.SENDER_NOTICE_EXEMPTED,
        actor=journal.staff(by),
        at=at,
        items=items,
        remark=text.strip(),
        ground=ground.value,
        **rests,
    )


def without_notice(session: Session, cases: Iterable[UUID]) -> dict[UUID, Fact]:
    """Those of `cases` that were taken back, or of which no notice is given, and which of the two came last."""
    query = select(Event.case_id, Event.fact).where(
        col(Event.case_id).in_(list(cases)), col(Event.fact).in_(WITHOUT_NOTICE)
    )
    return {case: Fact(fact) for case, fact in session.exec(query.order_by(col(Event.seq)))}


def _rests_on(
    session: Session, notice: Notice, items: Sequence[UUID], text: str, before: UUID | None, elsewhere: bool
) -> dict[str, Any]:
    """What the event says of the earlier notice (法27条2号前段). Raises NotAllowed without one or without proof."""
    if elsewhere:
        if not text.strip():
            raise NotAllowed(
                N_("前の通知をいつ、どのように行ったかと、その証拠を書いてください（法27条2号）。"), about="text"
            )
        return {"elsewhere": True}
    record = told_before.earlier(session, notice, {notice.id: items})[notice.id]
    if not record.notices:
        lacks = listed(gettext(told_before.PARTS[part]) for part in record.lacks)
        raise NotAllowed(
            N_(
                "もとになる前の通知が、記録に見つかりません（法27条2号前段）。足りないもの: %(lacks)s。"
                "Kigenの外で通知していたときは、下の印を付けて、その証拠を書いてください。"
            ),
            about="before",
            lacks=lacks,
        )
    if before not in {one.letter for one in record.notices}:
        raise NotAllowed(N_("もとになる前の通知を選んでください（法27条2号前段）。"), about="before")
    return {"before": str(before)}


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
