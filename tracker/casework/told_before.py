"""同様の情報・同様の理由で通知済み (法27条2号前段): the earlier notice on which not telling a sender again can rest.

The provision asks for four things: the same sender, similar information, a similar reason, and that a notice was given
or published then. What a machine can compare is the account, what was done (the kind of measure), and what it rested on
(the number of the clause, or the other basis). Whether two posts are similar, a person judges.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, and_, col, select

from tracker.casework import decisions
from tracker.casework.traces import plain
from tracker.law import N_
from tracker.law.grounds import Basis, MeasureKind
from tracker.models import (
    Case,
    Clause,
    Decision,
    Item,
    Letter,
    LetterChannel,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
    Sender,
)

MOST = 20  # notices shown of one account
LOOK_BACK = 2000  # newest measures that are looked at


class Part(StrEnum):
    """One of the things that 法27条2号前段 asks for."""

    SENDER = "sender"
    INFORMATION = "information"
    REASON = "reason"
    TOLD = "told"


PARTS: dict[Part, str] = {
    Part.SENDER: N_("同一の発信者（同じアカウントに講じた前の措置）"),
    Part.INFORMATION: N_("同様の情報（同じ種類の措置）"),
    Part.REASON: N_("同様の理由（同じ条項・根拠）"),
    Part.TOLD: N_("通知等の措置（届かなかったものを除く）"),
}


class Footing(NamedTuple):
    """What a measure was, and on what it rested: the number of the clause, where the basis is one."""

    kind: MeasureKind
    basis: Basis | None
    clause: str


@dataclass(frozen=True)
class Before:
    """A notice that was given or published before: in which case, when, by which way, and on which clauses."""

    letter: UUID
    number: str
    given_at: datetime
    channel: LetterChannel
    clauses: Sequence[str]


@dataclass(frozen=True)
class Earlier:
    """What stands in the record of an account: the notices to rest on, or else what the nearest measure lacks."""

    notices: Sequence[Before]
    lacks: Sequence[Part]


@dataclass(frozen=True)
class _Past:
    """A measure that was carried out on a named account."""

    who: str
    item: UUID
    decision: UUID
    footing: Footing
    title: str


def found(session: Session, notice: Notice, items: Sequence[UUID]) -> list[Before]:
    """The earlier notices on which it can rest that the sender of `items` is not told (法27条2号前段), newest first."""
    return list(earlier(session, notice, {notice.id: items})[notice.id].notices)


def earlier(session: Session, notice: Notice, groups: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, Earlier]:
    """For each group of items, which belong to one sender account, what the record of that account holds.

    1. Senders of the same service whose account is spelled alike, by an index: a dozen accounts are one query.
    2. Their measures that were carried out, but for those that are to be exempted.
    3. The notices to them that were given or published and did not come back. One that states, for each measure of the
       group, one of the same kind on the same clause or basis, is an earlier notice to rest on.

    An account that nobody named is nobody's: nothing is found of it, and nothing of items of two accounts.
    """
    wanted = {key: _latest(session, ids) for key, ids in groups.items()}
    names = {key: _account(session, ids) for key, ids in groups.items()}
    ours = {m.decision_id for measures in wanted.values() for m in measures}
    past = [p for p in _past(session, notice, {n for n in names.values() if n}) if p.decision not in ours]
    letters = _letters(session, past)
    footings = _footings(session, ours)
    answers = {}
    for key, measures in wanted.items():
        mine = [p for p in past if names[key] and p.who == plainly(names[key])]
        needed = {footings[m.decision_id]._replace(kind=m.kind) for m in measures}
        answers[key] = _earlier(needed, mine, letters)
    return answers


def plainly(account: str) -> str:
    """An account for comparing: NFKC, casefolded, without blanks and a leading @."""
    return plain(account).lstrip("@")


def _earlier(needed: set[Footing], mine: Sequence[_Past], letters: Mapping[UUID, Sequence[Before]]) -> Earlier:
    stated: dict[UUID, set[Footing]] = defaultdict(set)
    clauses: dict[UUID, list[str]] = defaultdict(list)
    known: dict[UUID, Before] = {}
    for one in mine:
        for letter in letters.get(one.decision, ()):
            known[letter.letter] = letter
            stated[letter.letter].add(one.footing)
            if one.title and one.title not in clauses[letter.letter]:
                clauses[letter.letter].append(one.title)
    fitting = [known[id] for id, said in stated.items() if needed and needed <= said]
    fitting.sort(key=lambda one: one.given_at, reverse=True)
    notices = [Before(b.letter, b.number, b.given_at, b.channel, sorted(clauses[b.letter])) for b in fitting[:MOST]]
    return Earlier(notices, [] if notices else _lacks(needed, mine, letters))


def _lacks(needed: set[Footing], mine: Sequence[_Past], letters: Mapping[UUID, Sequence[Before]]) -> list[Part]:
    """What the nearest earlier measure lacks, in the order of the provision, for the footing that has least."""

    def missing(want: Footing, one: _Past) -> list[Part]:
        apart = {
            Part.INFORMATION: one.footing.kind is not want.kind,
            Part.REASON: one.footing[1:] != want[1:],
            Part.TOLD: not letters.get(one.decision),
        }
        return [part for part, lacking in apart.items() if lacking]

    if not mine or not needed:
        return list(Part)
    nearest = [min((missing(want, one) for one in mine), key=len) for want in needed]
    # Each measure was told of before, but no one letter told of all of them: then it is the telling that is lacking.
    return max(nearest, key=len) or [Part.TOLD]


def _latest(session: Session, items: Sequence[UUID]) -> list[Measure]:
    """The last measure that was carried out on each item: what its sender would be told of."""
    last: dict[UUID, Measure] = {}
    for measure in decisions.executed_measures(session, items):
        before = last.get(measure.item_id)
        if before is None or (measure.executed_at and before.executed_at and measure.executed_at > before.executed_at):
            last[measure.item_id] = measure
    return list(last.values())


def _account(session: Session, items: Sequence[UUID]) -> str:
    """The account that all of `items` name; empty where one names none, or another one."""
    query = select(Sender.account, Item.account).join(Item, col(Item.sender_id) == col(Sender.id))
    rows = session.exec(query.where(col(Item.id).in_(list(items)))).all()
    accounts = {account for account, _typed in rows}
    return accounts.pop() if len(accounts) == 1 and all(typed.strip() for _account, typed in rows) else ""


def _past(session: Session, notice: Notice, accounts: Iterable[str]) -> list[_Past]:
    """The measures that were carried out on these accounts at the same service, newest first."""
    keys = {plainly(account) for account in accounts}
    spelled = {spelling for account in accounts for spelling in _spellings(account)}
    if not spelled:
        return []
    service = session.get_one(Case, notice.case_id).service_id
    columns = (Sender.account, Item.id, Measure.decision_id, Measure.kind, Decision.basis, Clause.number, Clause.title)
    query = (
        select(*columns)  # type: ignore[call-overload]
        .select_from(Sender)
        .join(Case, col(Case.id) == col(Sender.case_id))
        .join(Item, and_(col(Item.case_id) == col(Sender.case_id), col(Item.sender_id) == col(Sender.id)))
        .join(Measure, col(Measure.item_id) == col(Item.id))
        .join(Decision, col(Decision.id) == col(Measure.decision_id))
        .outerjoin(Clause, col(Clause.id) == col(Decision.clause_id))
        .where(
            col(Sender.account).in_(spelled),
            Sender.account != "",  # said again: the words of the index
            Item.account != "",  # else the account is only a number of ours
            Case.service_id == service,
            col(Measure.executed_at).is_not(None),
            col(Measure.reversed_at).is_(None),  # what was taken back is no 防止したこと to rest on
        )
        .order_by(col(Measure.executed_at).desc())
        .limit(LOOK_BACK)
    )
    return [
        _Past(plainly(account), item, decision, _footing(kind, basis, number), " ".join(filter(None, (number, title))))
        for account, item, decision, kind, basis, number, title in session.exec(query)
        if plainly(account) in keys
    ]


def _spellings(account: str) -> set[str]:
    """How an account may stand in the index: as it is here or in small letters, with and without a leading @."""
    bare = {account.lstrip("@"), account.lstrip("@").lower(), plainly(account)}
    return {*bare, *(f"@{name}" for name in bare)} - {"", "@"}


def _footings(session: Session, decided: Iterable[UUID]) -> dict[UUID, Footing]:
    query = select(Decision, Clause.number).outerjoin(Clause, col(Clause.id) == col(Decision.clause_id))
    rows = session.exec(query.where(col(Decision.id).in_(list(decided))))
    return {d.id: _footing(d.kind or MeasureKind.REMOVE, d.basis, number) for d, number in rows}


def _footing(kind: MeasureKind, basis: Basis | None, number: str | None) -> Footing:
    return Footing(kind, basis, (number or "") if basis is Basis.CLAUSE else "")


def _letters(session: Session, past: Sequence[_Past]) -> dict[UUID, list[Before]]:
    """For each decision, the notices to its sender that were given or published and did not come back."""
    columns = (LetterItem.decision_id, Letter.id, Notice.number, Letter.given_at, Letter.channel)
    query = (
        select(*columns)  # type: ignore[call-overload]
        .select_from(LetterItem)
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .join(Notice, col(Notice.case_id) == col(Letter.case_id))
        .where(
            col(LetterItem.item_id).in_({one.item for one in past}),
            Letter.kind == LetterKind.SENDER_NOTICE,
            col(Letter.given_at).is_not(None),
            col(Letter.bounced_at).is_(None),
        )
    )
    letters: dict[UUID, list[Before]] = defaultdict(list)
    for decision, letter, number, given_at, channel in session.exec(query) if past else ():
        letters[decision].append(Before(letter, number, given_at, channel, ()))
    return letters
