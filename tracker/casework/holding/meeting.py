"""Which holds are about the same logs, in one case or in several: by post, by address of a post, by account.

An order to erase names posts with their accounts, and a custodian knows no paper of ours: whatever another case keeps
must be seen here. What a paper says was typed by a person: see `spoken`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, and_, col, or_, select

from tracker.casework.holding.about import About, about, overlap
from tracker.casework.holding.spoken import Known, handle, known_words, resolved
from tracker.law.grounds import Strength
from tracker.law.logs import LOG_RULES, LogKind
from tracker.models import Case, Item, LegalPaper, LogHold, Notice, Sender
from tracker.sealed import hold_keys, open_words

# The classes that belong to one post. All others belong to its account, whichever post a hold names.
OF_A_POST = frozenset(LOG_RULES[LogKind.POST].classes)

Key = tuple[str, str]


@dataclass(frozen=True)
class Named:
    """What a hold names. `everything` of `case`, where it names no part; `unknown`: nobody can tell, so it may be all.

    `posters` are the accounts of the posts it names, `accounts` those that it names themselves. Addresses and accounts
    are compared as keys, so that case, width and a leading @ make no difference.
    """

    case: UUID
    everything: bool = False
    unknown: bool = False
    items: frozenset[UUID] = frozenset()
    urls: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    posters: frozenset[str] = frozenset()
    nameless: bool = False  # a post of which nobody knows the account: it may be that of any account named

    def traces(self) -> set[Key]:
        """By what another hold about the same logs may be found."""
        found = {("case", str(self.case))} | {("url", url) for url in self.urls}
        return found | {("account", name) for name in self.accounts | self.posters if name}

    def meets(self, other: "Named", classes: Collection[str]) -> bool:
        """Whether both are about common logs of `classes`, as far as anybody can tell: in doubt they are."""
        if self.unknown or other.unknown:
            return True
        if self.case == other.case and (self.everything or other.everything):
            return True
        if self.items & other.items or self.urls & other.urls or self.accounts & other.accounts:
            return True
        if self.accounts & other.posters or self.posters & other.accounts:
            return True
        if (self.nameless and other.accounts) or (other.nameless and self.accounts):
            return True
        return bool(self.posters & other.posters) and not OF_A_POST.issuperset(classes)


@dataclass(frozen=True)
class Keepers:
    """The soft and hard holds of some services, with what they name, found by key."""

    holds: Mapping[UUID, LogHold]
    named: Mapping[UUID, Named]
    by_key: Mapping[Key, Collection[UUID]]
    unknown: Collection[UUID]  # and those about a post of an unknown account
    services: Mapping[UUID, UUID]  # of each hold

    def over(self, hold: LogHold, mine: Named, service: UUID) -> list[LogHold]:
        """Those about any of the logs of `hold`, whether they stand or have ended."""
        ids = set(self.unknown)
        for key in mine.traces():
            ids.update(self.by_key.get(key, ()))
        if mine.unknown or mine.nameless:
            ids.update(self.holds)
        return [
            other
            for id in sorted(ids)
            if id != hold.id
            and self.services[id] == service
            and overlap(hold, other := self.holds[id])
            and mine.meets(self.named[id], set(hold.classes) & set(other.classes))
        ]


def ended(hold: LogHold) -> datetime | None:
    """When a hold was over: its time had passed, or it was released before. None where neither is known."""
    return min((at for at in (hold.until_at, hold.released_at) if at), default=None)


def keepers(session: Session, services: Collection[UUID], *, at: datetime, since: datetime | None = None) -> Keepers:
    """The soft and hard holds of `services` that stand at `at`, and those that ended after `since`.

    What papers and people name is sealed, so no index can find it: these few holds (those of courts, investigators and
    of people; never the flags) are read once for a whole run, and found by key in memory.
    """
    standing = and_(
        col(LogHold.released_at).is_(None), or_(col(LogHold.until_at).is_(None), col(LogHold.until_at) > at)
    )
    wanted = or_(standing, col(LogHold.released_at) > since, col(LogHold.until_at) > since) if since else standing
    rows = session.exec(
        select(LogHold, Case.service_id)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(col(Case.service_id).in_(services), LogHold.strength != Strength.FLAG, wanted)
        .order_by(col(LogHold.id))
    ).all()
    holds = {hold.id: hold for hold, _service in rows}
    named = named_by(session, list(holds.values()))
    by_key: dict[Key, list[UUID]] = defaultdict(list)
    for id, one in named.items():
        for key in one.traces():
            by_key[key].append(id)
    unknown = [id for id, one in named.items() if one.unknown or one.nameless]
    return Keepers(holds, named, by_key, unknown, {hold.id: service for hold, service in rows})


def named_by(session: Session, holds: Sequence[LogHold]) -> dict[UUID, Named]:
    """What each hold names, in a few queries however many there are."""
    papers = _papers(session, {hold.paper_id for hold in holds if hold.paper_id})
    noticed = {hold.id: papers[hold.paper_id][1] if hold.paper_id else None for hold in holds}
    place = {hold.id: noticed[hold.id] or hold.case_id for hold in holds}
    posts = _posts(session, set(place.values()))
    sealed = {hold.case_id for hold in holds if hold.scope_sealed}
    if sealed:
        hold_keys(session, sealed)
    said = {hold.id: _said(session, hold) for hold in holds if hold.paper_id}
    services: dict[UUID, list[Mapping[str, str]]] = defaultdict(list)
    for hold in holds:
        if hold.paper_id:
            services[papers[hold.paper_id][0]].append(said[hold.id])
    known = {service: known_words(session, service, words) for service, words in services.items()}
    return {
        hold.id: _of_paper(
            hold, place[hold.id], posts.get(place[hold.id], ()), said[hold.id], known[papers[hold.paper_id][0]],
            noticed=noticed[hold.id] is not None,
        )
        if hold.paper_id
        else _named(session, hold, posts.get(hold.case_id, ()))
        for hold in holds
    }  # fmt: skip


@dataclass(frozen=True)
class _Post:
    id: UUID
    url: str
    account: str  # as it stands, for what a person named
    poster: str


def _named(session: Session, hold: LogHold, posts: Iterable[_Post]) -> Named:
    scope = about(session, hold)
    return _of(hold.case_id, scope, [post for post in posts if scope.names(post.id, post.account)])


def _of_paper(
    hold: LogHold, case: UUID, posts: Iterable[_Post], words: Mapping[str, str], known: Known, *, noticed: bool
) -> Named:
    """A paper is about all of the notice that it names, and about what it says. Where nobody can tell what a word of it
    is, it may be about anything: caution keeps.
    """
    urls, accounts, posters, clear = resolved(words, known)
    named = _of(case, About(noticed), list(posts) if noticed else [])
    told = bool(urls or accounts) or (noticed and hold.scope_sealed is None)
    return replace(
        named,
        unknown=not (clear and told),
        urls=named.urls | urls,
        accounts=named.accounts | accounts,
        posters=named.posters | posters,
        nameless=named.nameless or "" in posters,
    )


def _of(case: UUID, scope: About, posts: Collection[_Post]) -> Named:
    return Named(
        case,
        everything=scope.everything,
        items=frozenset(post.id for post in posts),
        urls=frozenset(post.url for post in posts if post.url),
        accounts=frozenset(name for name in map(handle, scope.accounts) if name),
        posters=frozenset(post.poster for post in posts if post.poster),
        nameless=any(not post.poster for post in posts),
    )


def _said(session: Session, hold: LogHold) -> Mapping[str, str]:
    """The sealed words of a hold of a paper; empty where there are none, or they are erased."""
    if hold.scope_sealed is None:
        return {}
    return open_words(session, hold.case_id, "loghold.scope", hold.id, hold.scope_sealed)


def _papers(session: Session, papers: Collection[UUID]) -> dict[UUID, tuple[UUID, UUID | None]]:
    """The service of each paper, and the case of the notice that it names."""
    if not papers:
        return {}
    query = select(LegalPaper.id, LegalPaper.service_id, Notice.case_id).join(
        Notice, col(Notice.id) == col(LegalPaper.notice_id), isouter=True
    )
    return {id: (service, case) for id, service, case in session.exec(query.where(col(LegalPaper.id).in_(papers)))}


def _posts(session: Session, cases: Collection[UUID]) -> dict[UUID, list[_Post]]:
    names = dict(session.exec(select(Sender.id, Sender.account).where(col(Sender.case_id).in_(cases))).all())
    found: dict[UUID, list[_Post]] = defaultdict(list)
    columns = (Item.id, Item.case_id, Item.url_key, Item.account, Item.sender_id)
    for id, case, url, account, sender in session.exec(select(*columns).where(col(Item.case_id).in_(cases))):  # type: ignore[call-overload]
        name = names.get(sender, account) if sender else account
        found[case].append(_Post(id, url, name, handle(name)))
    return found
