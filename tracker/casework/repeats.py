"""同じ内容らしい申出: notices that may say the same again, each with what matched. A person decides.

法25条1項ただし書 lets the notice to a claimant fall away where *the claimant* filed the *same content* before. What
is found is a hint for that, and also shows what was done about the same URL when somebody else filed it. Nothing is
closed or recorded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from tracker.casework import decisions
from tracker.casework.outcomes import Outcome, outcomes
from tracker.casework.traces import plain
from tracker.law.grounds import Standing
from tracker.models import Case, CaseKey, Claimant, Item, Notice, Service
from tracker.sealed import ERASED, open_text

# Of a hundred characters of both texts, how many stand in both in the same order. Japanese has no blanks between words,
# so characters are compared, not words. A text filed again with a changed greeting or address stays above 90; two
# texts by one person about two different posts lie far below, unless both come from one form letter.
NEARLY = 90
SHORTEST = 20  # a reason shorter than this (「事実ではありません」) is alike by chance
LOOK_BACK = 50  # newest notices of the same claimant whose reasons are compared
MOST_HITS = 500  # items with the same key that are looked at: an address that thousands report stays quick
MOST = 20  # notices shown


@dataclass(frozen=True)
class Repeat:
    """Another notice and what it has in common with the one that is looked at."""

    id: UUID
    number: str
    received_at: datetime
    service: Service
    standing: Standing
    same_claimant: bool  # the same address of mail
    told_apart: bool  # both gave one, so that another address says something
    earlier: bool
    urls: Sequence[int]  # numbers of the items of ours that name the same address
    quotes: Sequence[int]  # … that quote the same words of the same account, where one of the two names no address
    moved: Sequence[int]  # … that quote the same words of the same account at another address: a new infringement
    items: int  # how many items ours has
    new_rights: Sequence[str]  # that ours names and the other one does not
    theirs: frozenset[UUID]  # its items that matched; empty: only the reason is alike
    same_service: bool = False
    agent: bool = False  # one of the two was filed for somebody else: one agent may act for many
    same_person: bool = False  # both by the infringed person, under the same name
    likeness: float | None = None  # of the reasons, in per cent; None where they are not compared
    outcome: Outcome = field(default_factory=lambda: Outcome(0))

    @property
    def covered(self) -> bool:
        """Whether every item of ours stands in the other one."""
        return len({*self.urls, *self.quotes}) == self.items

    @property
    def may_be_same(self) -> bool:
        """Whether it can be the 過去の同一の内容の申出 of 法25条1項ただし書, as far as a machine can tell.

        The same claimant by address and name, for themselves, before, at the same service, a 申出 that was not taken
        back, every item, no right that was not named then.
        """
        same = self.same_claimant and self.same_person and self.same_service and self.earlier
        return same and not self.outcome.withdrawn_at and self.covered and not self.new_rights


@dataclass(frozen=True)
class Hit:
    """An item of another notice that has a key of ours."""

    notice_id: UUID
    item_id: UUID
    urls: Sequence[int]
    quotes: Sequence[int]
    moved: Sequence[int]


def repeats(session: Session, notice: Notice) -> list[Repeat]:
    """The notices that may say the same as `notice`, the most alike first, at most MOST.

    1. The newest notices of the same claimant (by the blind index of the address of mail).
    2. Items of any notice with the same address, or the same words of the same account: one query by index for each.
    3. Of the same claimant only, how alike the reasons are; alone it counts when they are nearly the same.
    """
    items = decisions.items_of(session, notice)
    mark, here = session.exec(
        select(Claimant.email_bidx, Case.service_id)
        .join(Notice, col(Notice.id) == col(Claimant.notice_id))
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(Notice.id == notice.id)
    ).one()
    mine = _of_claimant(session, notice, mark) if mark else []
    hits = _hits(session, notice, items, mine)
    reasons = _reasons(session, mine) if len(plain(notice.reason)) >= SHORTEST else {}
    alike = {id: likeness(notice.reason, reason) for id, reason in reasons.items()}
    nearly = {id for id, how in alike.items() if how >= NEARLY and len(plain(reasons[id])) >= SHORTEST}
    found = _notices(session, notice, len(items), mark, hits, {*(h.notice_id for h in hits), *nearly})
    found = [replace(one, likeness=alike.get(one.id), same_service=one.service.id == here) for one in found]
    found.sort(key=_order)
    return _with_outcomes(session, _with_persons(session, notice, found[:MOST]))


def likeness(one: str, other: str) -> float:
    """How alike two reasons are, in per cent, whatever their blanks, width and case."""
    return float(fuzz.ratio(plain(one), plain(other)))


def _order(one: Repeat) -> tuple[bool, bool, int, float, float]:
    """The same claimant first, then who covers most, then the reason, then the newest."""
    matched = len({*one.urls, *one.quotes, *one.moved})
    return not one.same_claimant, not matched, -matched, -(one.likeness or 0), -one.received_at.timestamp()


def _of_claimant(session: Session, notice: Notice, mark: str) -> list[UUID]:
    query = select(Notice.id).join(Claimant, col(Claimant.notice_id) == col(Notice.id))
    query = query.where(Claimant.email_bidx == mark, Notice.id != notice.id)
    return list(session.exec(query.order_by(col(Notice.received_at).desc()).limit(LOOK_BACK)))


def _reasons(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    return dict(session.exec(select(Notice.id, Notice.reason).where(col(Notice.id).in_(ids))).all())


def _hits(session: Session, notice: Notice, items: Sequence[Item], mine: Sequence[UUID]) -> list[Hit]:
    """The items elsewhere that have a key of ours; those of the same claimant however many others there are."""
    urls, quotes = _numbers((i.url_key, i.no) for i in items), _numbers((i.quote_key, i.no) for i in items)
    places = {i.no: i.url_key or i.url for i in items}
    same_url, same_quote = col(Item.url_key).in_(list(urls)), col(Item.quote_key).in_(list(quotes))
    asked: list[ColumnElement[bool]] = []
    if urls:
        asked.append(same_url)
    if quotes:
        asked.append(same_quote)
    if mine and asked:
        asked.append(col(Item.notice_id).in_(mine) & or_(*asked))
    hits: dict[UUID, Hit] = {}
    for condition in asked:
        query = select(Item.id, Item.notice_id, Item.url_key, Item.quote_key, Item.url).where(condition)  # type: ignore[call-overload]
        if condition is same_url:
            query = query.where(Item.url_key != "")  # said again: the index leaves out the empty ones
        elif condition is same_quote:
            query = query.where(Item.quote_key != "")
        for id, where, url, quote, typed in session.exec(query.where(Item.notice_id != notice.id).limit(MOST_HITS)):
            same, words, place = urls.get(url, []), quotes.get(quote, []), url or typed
            moved = [no for no in words if place and places[no] and places[no] != place]
            hits[id] = Hit(where, id, same, [no for no in words if no not in moved], moved)
    return list(hits.values())


def _numbers(keyed: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, no in keyed:
        if key:
            found.setdefault(key, []).append(no)
    return found


def _notices(
    session: Session, notice: Notice, items: int, mark: str, hits: Sequence[Hit], ids: set[UUID]
) -> list[Repeat]:
    columns = (Notice.id, Notice.number, Notice.received_at, Notice.rights, Notice.standing)
    query = (
        select(*columns, Claimant.email_bidx, Service)  # type: ignore[call-overload]
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Service, col(Service.id) == col(Case.service_id))
        .join(Claimant, col(Claimant.notice_id) == col(Notice.id))
        .where(col(Notice.id).in_(ids))
    )
    by_notice: dict[UUID, list[Hit]] = {}
    for hit in hits:
        by_notice.setdefault(hit.notice_id, []).append(hit)
    return [
        Repeat(
            id=id,
            number=number,
            received_at=received_at,
            service=service,
            standing=standing,
            agent={standing, notice.standing} != {Standing.PERSON},
            same_claimant=bool(mark) and theirs == mark,
            told_apart=bool(mark and theirs),
            earlier=(received_at, number) < (notice.received_at, notice.number),
            urls=sorted({no for hit in by_notice.get(id, ()) for no in hit.urls}),
            quotes=sorted({no for hit in by_notice.get(id, ()) for no in hit.quotes}),
            moved=sorted(
                {no for hit in by_notice.get(id, ()) for no in hit.moved}
                - {no for hit in by_notice.get(id, ()) for no in (*hit.urls, *hit.quotes)}
            ),
            items=items,
            new_rights=[right for right in notice.rights if right not in rights],
            theirs=frozenset(hit.item_id for hit in by_notice.get(id, ())),
        )
        for id, number, received_at, rights, standing, theirs, service in session.exec(query)
    ]


def _with_persons(session: Session, notice: Notice, found: Sequence[Repeat]) -> list[Repeat]:
    """Each with whether the same person filed it for themselves: one household or office may share an address."""
    asked = {one.id for one in found if one.same_claimant and not one.agent}
    if not asked:
        return list(found)
    query = select(Claimant, Notice.case_id, CaseKey).join(Notice, col(Notice.id) == col(Claimant.notice_id))
    query = query.join(CaseKey, col(CaseKey.case_id) == col(Notice.case_id))
    rows = session.exec(query.where(col(Notice.id).in_({*asked, notice.id}))).all()  # the keys stay in hand meanwhile
    names = {
        claimant.notice_id: open_text(session, case, "claimant.name", claimant.id, claimant.name_sealed)
        for claimant, case, _key in rows
    }
    ours = names.get(notice.id, ERASED)
    return [
        replace(one, same_person=one.id in asked and ours != ERASED and plain(names.get(one.id, ERASED)) == plain(ours))
        for one in found
    ]


def _with_outcomes(session: Session, found: Sequence[Repeat]) -> list[Repeat]:
    """Each with what became of its items that matched, or of all where only the reason is alike."""
    became = outcomes(session, {one.id: one.theirs for one in found})
    return [replace(one, outcome=became[one.id]) for one in found]
