"""One hold as the desk reads it: which logs of which posts, for how long, and what was asked of whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework.holding.about import ACCOUNTS, About, about
from tracker.casework.holding.going import Going, classes_asked
from tracker.casework.papers.readers import may_know
from tracker.i18n import gettext, term
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS, HoldRule
from tracker.law.logs import CLASSES
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
    Sender,
    Service,
)
from tracker.sealed import hold_keys, open_words


@dataclass(frozen=True)
class Asked:
    """What was asked of one custodian about a hold. `answer` is None while unanswered."""

    order: HoldOrder
    custodian: str
    answer: LineAnswer | None


@dataclass(frozen=True)
class Held:
    """One hold: which logs of which posts, for how long, and what was asked of whom.

    `number` is that of the notice, or of the paper that placed it; `contents` are posts that a paper names.
    """

    hold: LogHold
    number: str
    service: Service
    posts: Sequence[Item]
    accounts: Sequence[str]
    asked: Sequence[Asked]
    contents: Sequence[str] = ()
    paper: str = ""  # its number, where a paper placed it
    going: Going | None = None  # what an order to erase takes of its logs
    named_only: bool = False  # only named people may know of it: an order about it is one of its own

    @property
    def law(self) -> HoldRule:
        """Its rule."""
        return next(rule for rule in HOLDS if rule.key == self.hold.rule)

    @property
    def strength(self) -> str:
        """How strongly it binds, in the reader's language."""
        return term(Strength(self.hold.strength)).label

    @property
    def classes(self) -> list[str]:
        """The classes of 発信者情報 (規則2条) it covers, or that an order takes, in the reader's language."""
        return [gettext(CLASSES[name]) for name in self.asks]

    @property
    def asks(self) -> Sequence[str]:
        """The same by their keys."""
        return classes_asked({self.hold.id: self.going} if self.going else {}, [self.hold])[self.hold.id]


def described(session: Session, holds: Sequence[LogHold], *, going: Mapping[UUID, Going] | None = None) -> list[Held]:
    """Each hold with its posts, accounts and orders, in a few queries however many there are.

    `going`: what an order to erase takes of them.
    """
    cases = {hold.case_id for hold in holds}
    numbers = dict(session.exec(select(Notice.case_id, Notice.number).where(col(Notice.case_id).in_(cases))).all())
    papers = _papers(session, {hold.paper_id for hold in holds if hold.paper_id})
    named = {noticed for _number, noticed in papers.values() if noticed}
    services = dict(
        session.exec(
            select(Case.id, Service)
            .join(Service, col(Service.id) == col(Case.service_id))
            .where(col(Case.id).in_(cases))
        ).all()
    )
    posts: dict[UUID, list[Item]] = defaultdict(list)
    places = cases | named
    for item in session.exec(select(Item).where(col(Item.case_id).in_(places)).order_by(col(Item.no))):
        posts[item.case_id].append(item)
    accounts = dict(session.exec(select(Sender.id, Sender.account).where(col(Sender.case_id).in_(places))).all())
    asked = asked_of(session, [hold.id for hold in holds])
    secret = set(session.exec(select(Case.id).where(col(Case.id).in_(cases), ~may_know(col(Case.id), None))))
    if any(hold.scope_sealed for hold in holds):
        hold_keys(session, cases)
    rows = []
    for hold in holds:
        scope, typed, contents = about(session, hold), list[str](), list[str]()
        paper, noticed = papers.get(hold.paper_id, ("", None)) if hold.paper_id else ("", None)
        if paper:
            typed, contents = _paper_words(session, hold)
            if typed or contents:  # what a paper names itself; where it names nothing, the posts of its notice
                scope = About(False)
        known = posts[noticed or hold.case_id]
        whose = {i.id: accounts.get(i.sender_id, "") if i.sender_id else i.account for i in known}
        mine = [item for item in known if scope.names(item.id, whose[item.id])]
        names = dict.fromkeys([*(whose[item.id] for item in mine), *sorted(scope.accounts), *typed])
        rows.append(
            Held(
                hold,
                numbers.get(hold.case_id, "") or paper,
                services[hold.case_id],
                mine,
                [name for name in names if name],
                asked[hold.id],
                contents,
                paper,
                (going or {}).get(hold.id),
                hold.case_id in secret,
            )
        )
    return rows


def asked_of(session: Session, holds: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """What was asked of which custodian about each hold, orders that were taken back left out."""
    found: dict[UUID, list[Asked]] = defaultdict(list)
    rows = session.exec(
        select(HoldOrderLine, HoldOrder, Custodian.name)
        .join(HoldOrder, col(HoldOrder.id) == col(HoldOrderLine.order_id))
        .join(Custodian, col(Custodian.id) == col(HoldOrder.custodian_id))
        .where(col(HoldOrderLine.hold_id).in_(holds), col(HoldOrder.withdrawn_at).is_(None))
        .order_by(col(HoldOrder.ordered_at), col(HoldOrder.number))
    )
    for line, order, custodian in rows:
        found[line.hold_id].append(Asked(order, custodian, line.answer))
    return found


def _papers(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """The number of each paper, and the case of the notice that it names."""
    if not ids:
        return {}
    query = (
        select(LegalPaper.id, LegalPaper.number, Notice.case_id)
        .join(Notice, col(Notice.id) == col(LegalPaper.notice_id), isouter=True)
        .where(col(LegalPaper.id).in_(ids))
    )
    return {id: (number, noticed) for id, number, noticed in session.exec(query).all()}


def _paper_words(session: Session, hold: LogHold) -> tuple[list[str], list[str]]:
    """The accounts and the posts that a paper names, a line each."""
    if not hold.scope_sealed:
        return [], []
    said = open_words(session, hold.case_id, "loghold.scope", hold.id, hold.scope_sealed)
    accounts, contents = (
        [line.strip() for line in said.get(name, "").splitlines() if line.strip()] for name in (ACCOUNTS, "contents")
    )
    return accounts, contents
