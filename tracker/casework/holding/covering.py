"""What stands over the logs of an item, until when, and what may be erased: input for erase orders."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from tracker.casework import NotAllowed
from tracker.casework.holding.about import About, about
from tracker.casework.holding.meeting import ended, keepers, named_by
from tracker.i18n import citation
from tracker.law import N_
from tracker.law.grounds import Strength
from tracker.law.holds import HARDNESS, Cover, Kept, cover, kept_until
from tracker.models import (
    Case,
    Custodian,
    HoldOrder,
    HoldOrderLine,
    Item,
    LegalPaper,
    LineAnswer,
    LogHold,
    Notice,
    OrderKind,
    Sender,
)

AGAIN = timedelta(days=30)  # the office's: after an answer that another hold keeps it, erasure is ordered again

A_PAGE = 1000  # holds that are looked at together

# The end of the standard period of the logs of a hold; None: their purpose lasts.
Standard = Callable[[LogHold], datetime | None]


@dataclass(frozen=True)
class Effective:
    """What the holds over the logs of one item or account come to together, and the holds themselves, hardest first.

    `until` is None while a hold without an end stands, or while the purpose of the logs lasts.
    """

    cover: Cover | None
    until: datetime | None
    holds: Sequence[LogHold]


def effective(
    session: Session,
    notice: Notice,
    *,
    item: Item | None = None,
    account: str = "",
    standard: datetime | None,
    at: datetime,
) -> Effective:
    """Until when the logs of an item, or of an account, are kept at `at`. `standard`: the end of the usual period."""
    if item and not account:
        account = _account(session, item)
    posts = _posts(session, notice)
    standing = [
        hold
        for hold in holds_about(session, notice)
        if not hold.over(at) and _named(about(session, hold), item, account, posts)
    ]
    standing.sort(key=lambda hold: (-HARDNESS[hold.strength], hold.from_at, str(hold.id)))
    kept = [Kept(hold.strength, hold.until_at) for hold in standing]
    return Effective(cover(kept, at), kept_until(standard, kept, at), standing)


def holds_about(session: Session, notice: Notice) -> list[LogHold]:
    """Every hold over the logs of a notice: those of its case, and those of the papers that name it."""
    papers = select(LegalPaper.id).where(LegalPaper.notice_id == notice.id)
    query = select(LogHold).where(or_(col(LogHold.case_id) == notice.case_id, col(LogHold.paper_id).in_(papers)))
    return list(session.exec(query.order_by(col(LogHold.from_at), col(LogHold.id))))


def refuse_erasure(session: Session, holds: Iterable[LogHold], *, at: datetime) -> None:
    """Raises NotAllowed where a soft or hard hold stands over logs that are to be erased.

    Holds of other cases of the same service count, where they are about a common post or account. Only a hold of the
    very case is named by its article. All others are refused in the same words: if they differed, what was left unsaid
    would tell of a confidential paper (刑訴法197条5項).
    """
    asked = list(holds)
    for id, over in _over(session, asked, at=at).items():
        standing = [one for one in over if not one.over(at)]
        if not standing:
            continue
        cases = {one.case_id for one in asked if one.id == id}
        own = [one for one in standing if one.case_id in cases]
        first = min(own, key=lambda one: (-HARDNESS[one.strength], one.from_at, str(one.id)), default=None)
        if first is None:
            raise NotAllowed(N_("ほかの根拠による保存がかかっているため、消去を依頼できません。"), about="holds")
        text = N_("%(article)sによる消去禁止がかかっているため、消去を依頼できません。")
        if first.strength is Strength.SOFT:
            text = N_(
                "理由を記録した任意の保存（%(article)s）がかかっているため、消去を依頼できません。先に保存を解きます。"
            )
        raise NotAllowed(text, about="holds", article=citation(first.article))


def refuse_release(session: Session, custodian: Custodian, holds: Iterable[LogHold], *, at: datetime) -> None:
    """Raises NotAllowed where a soft or hard hold stands over logs that are to be released, and this custodian did not
    answer that it keeps them for that hold: with the release its usual period would end them.
    """
    over = {one.id for several in _over(session, list(holds), at=at).values() for one in several if not one.over(at)}
    kept = set(session.scalars(_kept(custodian).where(col(HoldOrderLine.hold_id).in_(over))))
    if over - kept:
        raise NotAllowed(
            N_(
                "ほかの根拠による保存がかかり、そのための保存をこの保管者がまだ答えていない記録が選ばれています。"
                "先にその保存を依頼し、回答を待ってから解除を依頼してください。"
            ),
            about="holds",
        )


def to_erase(
    session: Session,
    standard: Standard,
    *,
    at: datetime,
    held_by: Custodian | None = None,
    limit: int = 500,
    only: Collection[UUID] | None = None,
) -> list[LogHold]:
    """The holds whose logs are due for erasure at `at`: they are over, the standard period has passed, no soft or hard
    hold of any case of the service stands over any of the same logs, and no erase order names them. The longest over
    first. `held_by`: those that this custodian was asked to keep and answered held, and was not ordered to erase.
    `only`: of these.
    """
    over = or_(col(LogHold.released_at).is_not(None), col(LogHold.until_at) <= at)
    query = (
        select(LogHold.id, Case.service_id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(over, ~_ordered(held_by, at).exists())
        .order_by(col(LogHold.from_at), col(LogHold.id))
    )
    if held_by:
        query = query.where(col(LogHold.id).in_(_kept(held_by)))
    if only is not None:
        query = query.where(col(LogHold.id).in_(only))
    services = dict(session.exec(query).all())
    standing = keepers(session, set(services.values()), at=at) if services else None
    found: list[LogHold] = []
    for page in batched(services, A_PAGE):
        rows = {hold.id: hold for hold in session.exec(select(LogHold).where(col(LogHold.id).in_(page)))}
        ripe = [rows[id] for id in page if (end := standard(rows[id])) is not None and end <= at]
        named = named_by(session, ripe)
        found += [one for one in ripe if standing and not standing.over(one, named[one.id], services[one.id])]
        if len(found) >= limit:
            break
    return found[:limit]


def free_since(session: Session, standard: Standard, holds: Sequence[LogHold], *, at: datetime) -> dict[UUID, datetime]:
    """From when nothing kept the logs of each of `holds`, which are due for erasure at `at`: the last of the ends of
    the hold, of the standard period, and of the soft and hard holds that stood over the same logs.
    """
    own = {hold.id: max(ended(hold) or at, standard(hold) or at) for hold in holds}
    kept = _over(session, holds, at=at, since=min(own.values(), default=at))
    return {id: min(at, max([first, *(end for one in kept[id] if (end := ended(one)))])) for id, first in own.items()}


def _over(
    session: Session, holds: Sequence[LogHold], *, at: datetime, since: datetime | None = None
) -> dict[UUID, list[LogHold]]:
    """The soft and hard holds over the logs of each of `holds`: those standing, and those ended after `since`."""
    services = dict(session.exec(select(Case.id, Case.service_id).where(col(Case.id).in_(_cases(holds)))).all())
    standing = keepers(session, set(services.values()), at=at, since=since)
    named = named_by(session, holds)
    return {hold.id: standing.over(hold, named[hold.id], services[hold.case_id]) for hold in holds}


def batched(ids: Iterable[UUID], n: int) -> Iterator[list[UUID]]:
    """`ids` by and by, `n` together."""
    left = iter(ids)
    while page := list(islice(left, n)):
        yield page


def _cases(holds: Sequence[LogHold]) -> set[UUID]:
    return {hold.case_id for hold in holds}


def _ordered(custodian: Custodian | None, at: datetime) -> SelectOfScalar[UUID]:
    """The erase orders that name a hold of the query around it, and stand. One of which the answer was that another
    hold keeps it counts for the days of AGAIN: then the custodian is asked again.
    """
    query = (
        select(HoldOrderLine.hold_id)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(
            HoldOrderLine.hold_id == LogHold.id,
            HoldOrder.kind == OrderKind.ERASE,
            col(HoldOrder.withdrawn_at).is_(None),
            or_(
                col(HoldOrderLine.answer).is_distinct_from(LineAnswer.HELD),
                col(HoldOrder.answered_at) > at - AGAIN,
            ),
        )
    )
    return query.where(HoldOrder.custodian_id == custodian.id) if custodian else query


def _kept(custodian: Custodian) -> SelectOfScalar[UUID]:
    """The holds that a custodian was asked to keep, and answered held."""
    return (
        select(HoldOrderLine.hold_id)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .where(
            HoldOrder.custodian_id == custodian.id,
            col(HoldOrder.kind).in_([OrderKind.PRESERVE, OrderKind.EXTEND]),
            col(HoldOrderLine.kept).is_(True),
        )
    )


def _account(session: Session, item: Item) -> str:
    sender = session.get(Sender, item.sender_id) if item.sender_id else None
    return sender.account if sender else item.account


def _posts(session: Session, notice: Notice) -> dict[UUID, str]:
    """The account of each item of a notice."""
    names = dict(session.exec(select(Sender.id, Sender.account).where(Sender.case_id == notice.case_id)).all())
    items = session.exec(select(Item).where(Item.case_id == notice.case_id))
    return {item.id: names.get(item.sender_id, item.account) if item.sender_id else item.account for item in items}


def _named(one: About, item: Item | None, account: str, posts: dict[UUID, str]) -> bool:
    if item:
        return one.names(item.id, account)
    return one.everything or account in one.accounts or any(posts.get(id) == account for id in one.items)
