"""Whether the outcome can still go out within its period when a sender is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework.folder import Folder, ItemView
from tracker.casework.hearing import asking, waiting
from tracker.casework.hearing.waiting import Shelter, Standing
from tracker.i18n import last_moment, short_day
from tracker.law.calendars import Calendar
from tracker.law.inquiries import InquiryRule, Regime
from tracker.law.period import japanese_day

# An inquiry could still change where these stand.
BEFORE_THE_WAIT = frozenset({Shelter.NONE, Shelter.SENT})


@dataclass(frozen=True)
class Outlook:
    """In one sentence, whether an outcome can still go out within its period if the wait is waited for."""

    text: str
    possible: bool
    offer: bool  # the interim reply can be given for an item of the sender


def outlook(
    session: Session,
    found: Folder,
    views: Sequence[ItemView],
    stands: Mapping[UUID, Standing],
    calendar: Calendar,
    *,
    at: datetime,
    short: InquiryRule | None = None,
) -> Outlook | None:
    """Whether waiting for this sender leaves time for the outcome; None where there is nothing to wait for.

    `short` is a regime of two days that the filing suggests: whether its elements are there, a person confirms.
    """
    left = [v for v in views if not (v.measure and v.measure.executed_at) and not v.ended]
    running = [stands[v.item.id] for v in left if stands[v.item.id].shelter is Shelter.WAITING]
    if not left or not asking.may_shelter(found.notice):
        return None
    if not running and not any(stands[v.item.id].shelter in BEFORE_THE_WAIT for v in left):
        return None
    last = max(running, key=lambda one: one.due_at or at, default=None)
    regime = last.rule.regime if last and last.rule else Regime.STANDARD
    seen = waiting.in_time(session, found.notice, regime, received_at=(last and last.received_at) or at)
    if seen.reply_due is None or seen.wait_over is None:
        text = _("申出者への通知の期限は動いていません。期限までの通知は済んでいるか、求められていません。")
        return Outlook(text, possible=True, offer=False)
    over = short_day(japanese_day(seen.wait_over), calendar)
    day = short_day(last_moment(seen.reply_due), calendar)
    due = (
        _("申出者への通知の期限（%(day)s、法25条1項）", day=day)
        if found.case.statutory
        else _("申出者への通知の自主的な目標日（%(day)s）", day=day)
    )
    words = {"over": over, "due": due}
    if seen.possible and running:
        text = _("待機は%(over)sの0:00に終わります。それから結果を出しても、%(due)sに間に合います。", **words)
    elif seen.possible:
        text = _("いま照会が届けば、待機は%(over)sの0:00に終わり、%(due)sに間に合います。", **words)
    elif running:
        text = _("待機が終わるのは%(over)sの0:00で、%(due)sに間に合いません。", **words)
    else:
        text = _("いま照会が届いても、待機が終わるのは%(over)sの0:00で、%(due)sに間に合いません。", **words)
    if short and not running:
        two = waiting.in_time(session, found.notice, short.regime, received_at=at).wait_over
        if two:
            day = short_day(japanese_day(two), calendar)
            text += " " + _(
                "要件を確かめて「%(name)s」によるときは、%(day)sの0:00に終わります。", name=_(short.label), day=day
            )
    undecided = {item.id for item in (*found.ready.undecided, *found.ready.unapproved)}
    offer = not seen.possible and any(v.item.id in undecided for v in left)
    return Outlook(text, seen.possible, offer)
