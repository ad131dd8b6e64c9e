"""保存の見直し: before a soft hold goes on somebody asks whether it is needed; a hard one is not a person's to end."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.holding.placing import review_moment
from tracker.casework.holding.unlogged import LOG_CONTENT, has_log_content
from tracker.i18n import citation, gettext, short_time
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS
from tracker.models import Case, LogHold, Notice


def review(
    session: Session, notice: Notice, hold_id: UUID, *, reason: str, review_on: date | None, by: UUID, at: datetime
) -> LogHold:
    """A disclosure request is still likely, or the need goes on: keep a soft hold until it is looked at again.

    Raises NotAllowed for a flag or a hard hold: a flag is kept on by a soft hold of its own.
    """
    hold, case = _standing(session, notice, hold_id, at)
    if hold.strength is not Strength.SOFT:
        text = N_(
            "見直しの日を置けるのは、任意の保存だけです。標準の期間を超えて残すときは、理由を付けて保存を置きます。"
        )
        raise NotAllowed(text, about="answer")
    if not reason.strip():
        raise NotAllowed(N_("残し続ける理由を書いてください。"), about="why")
    _check_words(reason)
    hold.review_at = review_moment(session, review_on, at=at)
    session.add(hold)
    journal.record(
        session,
        case,
        Fact.HOLD_REVIEWED,
        actor=journal.staff(by),
        at=at,
        items=[hold.item_id] if hold.item_id else [],
        remark=reason.strip(),
        hold=str(hold.id),
        review_at=hold.review_at.isoformat(),
    )
    return hold


def release(
    session: Session, notice: Notice, hold_ids: Collection[UUID], *, reason: str, by: UUID, at: datetime
) -> list[LogHold]:
    """Release soft holds or flags: no disclosure request is likely, or the need is over.

    Their logs return to the standard period, or are due for erasure now where that has passed. Raises NotAllowed for a
    hard hold, which only the fact that its article names brings to an end.
    """
    found = [_standing(session, notice, id, at) for id in sorted(hold_ids)]
    for hold, _case in found:
        if hold.strength is Strength.HARD:
            until = next((gettext(rule.until) for rule in HOLDS if rule.key == hold.rule and rule.until), "")
            text = N_("%(article)sによる消去禁止は、人の判断では解けません。書面の定める日までです。")
            if until:
                text = N_("%(article)sによる消去禁止は、人の判断では解けません。続くのは、%(until)sです。")
            raise NotAllowed(text, about="answer", article=citation(hold.article), until=until)
    if not found:
        raise NotAllowed(N_("この申出の保存ではありません。画面を開き直してください。"), about="answer")
    if not reason.strip():
        raise NotAllowed(N_("保存を解く理由を書いてください。"), about="why")
    _check_words(reason)
    for hold, _case in found:
        hold.released_at = at
        session.add(hold)
    journal.record(
        session,
        found[0][1],
        Fact.HOLD_RELEASED,
        actor=journal.staff(by),
        at=at,
        items={hold.item_id for hold, _case in found if hold.item_id},
        remark=reason.strip(),
        holds=[str(hold.id) for hold, _case in found],
    )
    return [hold for hold, _case in found]


def _standing(session: Session, notice: Notice, hold_id: UUID, at: datetime) -> tuple[LogHold, Case]:
    """The hold of the notice's case, locked. Raises Conflict when it stands no longer."""
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    query = select(LogHold).where(LogHold.id == hold_id, LogHold.case_id == case.id).with_for_update()
    hold = session.exec(query.execution_options(populate_existing=True)).first()
    if hold is None:
        raise NotAllowed(N_("この申出の保存ではありません。画面を開き直してください。"), about="answer")
    if hold.over(at):
        ended = hold.released_at or hold.until_at
        raise Conflict(N_("この保存は%(time)sに終わっています。"), time=short_time(ended) if ended else "")
    return hold, case


def _check_words(reason: str) -> None:
    if has_log_content(reason):
        raise NotAllowed(LOG_CONTENT, about="why")
