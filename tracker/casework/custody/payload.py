"""What an order says to a custodian's system: holds, posts, classes and days, after the contract and no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed
from tracker.casework.custody.contract import Message, Order, OrderLine, Post, Withdrawal
from tracker.casework.custody.reach import reach
from tracker.casework.holding.about import ACCOUNTS, ITEMS
from tracker.casework.holding.going import Going
from tracker.i18n import last_moment
from tracker.law import N_
from tracker.letters.webhook import target
from tracker.letters.write import Draft
from tracker.models import (
    Adapter,
    Custodian,
    Item,
    LegalPaper,
    LetterChannel,
    LetterKind,
    LogHold,
    Notice,
    OrderKind,
    Sender,
)
from tracker.sealed import hold_keys, open_words
from tracker.settings import Settings

CONTENTS = "contents"  # in the sealed words of a paper: posts, a line each


def draft(
    session: Session,
    custodian: Custodian,
    holds: Sequence[LogHold],
    *,
    id: UUID,
    number: str,
    kind: OrderKind,
    at: datetime,
    version: int = 1,
    going: Mapping[UUID, Going] | None = None,
) -> Draft:
    """The order as it leaves. Its recipient is the host or the folder: the whole address is a secret. `going` is what
    an order to erase takes of each hold.

    Raises NotAllowed for a hold of which nobody can tell what it is about.
    """
    posts, takes = posts_of(session, holds), going or {}
    lines = [_line(hold, posts[hold.id], takes.get(hold.id)) for hold in holds]
    said = Order(order=id, number=number, kind=kind, ordered_at=at, lines=lines)
    return _draft(session, custodian, holds, f"hold_order:{number}:{version}", f"{kind.value} {number}", said)


def withdrawal(
    session: Session, custodian: Custodian, holds: Sequence[LogHold], *, id: UUID, number: str, at: datetime
) -> Draft:
    """That an order which the custodian has is taken back."""
    said = Withdrawal(withdrawn=id, number=number, withdrawn_at=at, holds=[hold.id for hold in holds])
    return _draft(session, custodian, holds, f"hold_order:{number}:withdrawn", f"withdrawn {number}", said)


def _draft(
    session: Session, custodian: Custodian, holds: Sequence[LogHold], key: str, subject: str, said: Message
) -> Draft:
    where = reach(session, custodian).target
    settings: Settings = session.info["settings"]
    webhook = custodian.adapter is Adapter.WEBHOOK
    return Draft(
        kind=LetterKind.HOLD_ORDER,
        channel=LetterChannel.CUSTODIAN,
        article="・".join(sorted({hold.article for hold in holds})),
        key=key,
        to=target(where, local=settings.webhook_local).host if webhook else where,
        subject=subject,
        body=said.model_dump_json(),
    )


def _line(hold: LogHold, posts: Sequence[Post], going: Going | None) -> OrderLine:
    if not posts:
        raise NotAllowed(
            N_("どの投稿又はアカウントの記録かが分からないものがあるため、依頼できません。"), about="holds"
        )
    return OrderLine.model_validate(
        {
            "hold": hold.id,
            "posts": posts,
            "classes": going.classes if going else hold.classes,
            "logs_from": hold.logs_from,
            "logs_until": going.logs_until if going else hold.logs_until,
            "keep_until": last_moment(hold.until_at) if hold.until_at else None,
        }
    )


def posts_of(session: Session, holds: Sequence[LogHold]) -> dict[UUID, list[Post]]:
    """The posts and accounts that each hold is about: those it names, or all of its case. A few queries for all."""
    sealed = {hold.case_id for hold in holds if hold.item_id is None and hold.scope_sealed}
    if sealed:
        hold_keys(session, sealed)
    cases = _noticed(session, holds)
    names = dict(session.exec(select(Sender.id, Sender.account).where(col(Sender.case_id).in_(cases.values()))).all())
    items: dict[UUID, list[Item]] = defaultdict(list)
    for item in session.exec(select(Item).where(col(Item.case_id).in_(cases.values())).order_by(col(Item.no))):
        items[item.case_id].append(item)
    return {hold.id: _posts(session, hold, items[cases[hold.id]], names) for hold in holds}


def _posts(session: Session, hold: LogHold, items: Sequence[Item], names: Mapping[UUID, str]) -> list[Post]:
    words = {}
    if hold.item_id is None and hold.scope_sealed is not None:
        words = open_words(session, hold.case_id, "loghold.scope", hold.id, hold.scope_sealed)
    named = {UUID(one) for one in words.get(ITEMS, "").split()}
    accounts = _lines(words.get(ACCOUNTS, ""))
    found: list[Post] = []
    if named or not (accounts or words.get(CONTENTS)):
        for item in items:
            if hold.item_id in (None, item.id) and (not named or item.id in named):
                account = names.get(item.sender_id, "") if item.sender_id else item.account
                found.append(Post(account=account, url=item.url))
    found += [Post(account=name, url="") for name in accounts]
    found += [Post(account="", url=place) for place in _lines(words.get(CONTENTS, ""))]
    return list(dict.fromkeys(found))


def _noticed(session: Session, holds: Sequence[LogHold]) -> dict[UUID, UUID]:
    """The case with the posts of each hold: that of the notice which its paper names, or its own."""
    papers = {hold.paper_id for hold in holds if hold.paper_id}
    query = select(LegalPaper.id, Notice.case_id).join(Notice, col(Notice.id) == col(LegalPaper.notice_id))
    noticed = dict(session.exec(query.where(col(LegalPaper.id).in_(papers))).all()) if papers else {}
    return {hold.id: noticed.get(hold.paper_id, hold.case_id) if hold.paper_id else hold.case_id for hold in holds}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
