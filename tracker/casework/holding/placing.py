"""任意の保存: a person keeps logs for longer than the standard period, with a reason and a day to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.casework.holding.about import words_of
from tracker.casework.holding.unlogged import LOG_CONTENT, has_log_content
from tracker.i18n import day_text
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.facts import Fact
from tracker.law.holds import BUSINESS_NEED, EMERGENCY, HoldRule
from tracker.law.logs import CLASSES
from tracker.law.period import Counting, Months, japanese_day, last_day, start_of
from tracker.models import Case, Item, LogHold, Notice, Sender, Service

# The two grounds on which a person may keep logs for longer. The key is what HOLD_PLACED says.
REASONS: Mapping[str, HoldRule] = {rule.only_when: rule for rule in (EMERGENCY, BUSINESS_NEED)}

LONGEST = Months(3)  # until a soft hold is looked at again, at the latest


@dataclass(frozen=True)
class Wish:
    """What is to be kept and why. `ground` is a key of REASONS, `review_on` a Japanese day.

    The period of the logs is in Japanese days, too; None: not limited on that side.
    """

    ground: str
    reason: str
    classes: frozenset[str]
    review_on: date | None
    items: frozenset[UUID] = frozenset()
    accounts: frozenset[str] = frozenset()
    logs_from: date | None = None
    logs_until: date | None = None


def place(session: Session, notice: Notice, wish: Wish, *, by: UUID, at: datetime) -> LogHold:
    """Keep logs of items or accounts of a notice for a reason, until the need is over.

    Raises NotAllowed, about the field that is at fault, unless the reason, the posts or accounts, the classes and the
    day on which it is looked at again are named. A case that has ended may still need its logs.
    """
    case = session.get_one(Case, notice.case_id)
    # An order to erase holds the service, too: it sees this hold, or this hold sees the order.
    session.get_one(Service, case.service_id, with_for_update={"key_share": True})
    journal.lock(session, case)
    _check(session, case, wish, at)
    scope = journal.HoldScope(
        classes=[name for name in CLASSES if name in wish.classes],
        placed_by=by,
        review_at=review_moment(session, wish.review_on, at=at),
        logs_from=wish.logs_from,
        logs_until=wish.logs_until,
        words=words_of(wish.items, wish.accounts),
    )
    said: dict[str, Any] = {wish.ground: True}
    event = journal.record(
        session,
        case,
        Fact.HOLD_PLACED,
        actor=journal.staff(by),
        at=at,
        items=wish.items,
        remark=wish.reason.strip(),
        scope=scope,
        **said,
    )
    return session.get_one(LogHold, UUID(event.data["holds"][0]["id"]))


def last_review_day(calendar: Calendar, at: datetime) -> date:
    """The last day to which a review may be put off at `at`: the last working day within three months."""
    return calendar.last_working_day(last_day(at, LONGEST, Counting.FULL_DAYS))


def review_moment(session: Session, day: date | None, *, at: datetime) -> datetime:
    """The start of the review day, as it is stored. Raises NotAllowed for a day on which nobody would look."""
    calendar: Calendar = session.info["calendar"]
    if day is None:
        raise NotAllowed(N_("見直す日を入力してください。"), about="review_on")
    if day <= japanese_day(at):
        raise NotAllowed(N_("見直す日は、あした以後の日にしてください。"), about="review_on")
    last = last_review_day(calendar, at)
    if day > last:
        text = N_("見直す日は、3か月以内の%(day)sまでにしてください。")
        raise NotAllowed(text, about="review_on", day=day_text(last, calendar=calendar))
    if calendar.closed(day):
        text = N_("見直す日は営業日にしてください。前の営業日は%(before)s、次の営業日は%(after)sです。")
        before, after = calendar.last_working_day(day), calendar.next_working_day(day)
        raise NotAllowed(
            text,
            about="review_on",
            before=day_text(before, calendar=calendar),
            after=day_text(after, calendar=calendar),
        )
    return start_of(day)


def accounts_of(session: Session, case: Case) -> list[str]:
    """The accounts of a case, as its senders and items name them."""
    senders = session.exec(select(Sender.account).where(Sender.case_id == case.id))
    named = session.exec(select(Item.account).where(Item.case_id == case.id).order_by(col(Item.no)))
    return [name for name in dict.fromkeys([*senders, *named]) if name]


def _check(session: Session, case: Case, wish: Wish, at: datetime) -> None:
    if wish.ground not in REASONS:
        raise NotAllowed(N_("保存の根拠を選んでください。"), about="ground")
    if not wish.reason.strip():
        raise NotAllowed(N_("標準の期間を超えて残す理由を書いてください。"), about="reason")
    if has_log_content(wish.reason):
        raise NotAllowed(LOG_CONTENT, about="reason")
    if not wish.items and not wish.accounts:
        raise NotAllowed(N_("どの投稿又はアカウントの記録を残すかを選んでください。"), about="items")
    known = set(session.exec(select(Item.id).where(Item.case_id == case.id)))
    if not wish.items <= known or not wish.accounts <= set(accounts_of(session, case)):
        raise NotAllowed(
            N_("この申出にない投稿又はアカウントが選ばれました。画面を開き直してください。"), about="items"
        )
    if not wish.classes or not wish.classes <= set(CLASSES):
        raise NotAllowed(N_("残す情報の種類を選んでください。"), about="classes")
    if wish.logs_from and wish.logs_from > japanese_day(at):
        raise NotAllowed(N_("まだ記録されていない日から始まる記録は残せません。"), about="logs_from")
    if wish.logs_from and wish.logs_until and wish.logs_until < wish.logs_from:
        raise NotAllowed(N_("記録の期間の終わりが、始まりより前になっています。"), about="logs_until")
