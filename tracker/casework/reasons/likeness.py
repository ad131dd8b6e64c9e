"""Reasons that are nearly the same as one given before, found without opening every sealed reason.

A reason is sealed under the key of its case. Beside a decision lies a sketch: MinHash over pairs of characters, in
bands, each band hashed under a key that is derived from the master key. Whoever has the database alone learns nothing
from it; whoever erases a case deletes it (`forget`). Reasons with a band in common are candidates; the few that have
most are opened and compared character by character.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import islice
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, func, or_, select

from tracker.casework.traces import plain
from tracker.keys import Keyring
from tracker.law.grounds import Right
from tracker.models import Case, Decision, DecisionSketch, DeferralMark, DeferralSketch, LetterItem, Notice, SketchMark
from tracker.sealed import open_words

# Of a hundred characters of both reasons, how many stand in both in the same order. The fixtures of the tests say
# why: the same boilerplate with another name or number stays above, two reasons that say what this post says of
# this person lie below, even about alike facts and from one template.
NEARLY = 80
LOOK_BACK = timedelta(days=365)
BANDS, ROWS = 16, 4  # 64 minima: of reasons 80 per cent alike 99 of 100 share a band, of unlike ones one of hundreds
OPENED = 8  # candidates that are opened, those with most bands in common first
MOST_PAIRS = 1000  # of a long reason: the same ones of alike texts, because they are the smallest by their hash
WORD = (1 << 64) - 1


@dataclass(frozen=True)
class Twin:
    """The reason of another case that is most like the one looked at, of a decision or of an interim reply."""

    number: str
    reason: str
    alike: int  # per cent
    decision_id: UUID | None
    at: datetime
    letter_id: UUID | None = None  # of an interim reply (法25条2項3号)

    @property
    def nearly(self) -> bool:
        """Whether the two are nearly the same."""
        return self.alike >= NEARLY


def alike(one: str, other: str) -> int:
    """How alike two reasons are in per cent, rounded down, whatever their blanks, width and case."""
    return int(fuzz.ratio(plain(one), plain(other)))


def marks(keyring: Keyring, reason: str, *, take: bool, right: Right) -> list[int]:
    """The bands of a reason; those of another right, or of the other decision, have none in common with them."""
    return bands(keyring, reason, f"{take:d}:{right.value}")


def bands(keyring: Keyring, reason: str, scope: str) -> list[int]:
    """The bands of a text; those of another scope have none in common with them."""
    key, text = keyring.sketch_key(), plain(reason)
    pairs = {text[i : i + 2] for i in range(max(1, len(text) - 1))}
    smallest = nsmallest(MOST_PAIRS, (_number(key, pair) for pair in pairs))
    minima = [min([((n ^ x) * m) & WORD for n in smallest]) for x, m in _mixers(key)]
    return [_signed(key, f"{scope}:{b}:{minima[b * ROWS : (b + 1) * ROWS]}") for b in range(BANDS)]


def nearest(session: Session, notice: Notice, reason: str, *, take: bool, at: datetime) -> Twin | None:
    """The most alike reason of another case in the year before `at`, same right and same decision; None without one.

    1. The sketches that have most bands in common with this one, by index.
    2. Of those, the decisions that still stand, or that a letter stated before they were changed.
    3. The reasons of the few that are left, opened and compared.
    """
    if not plain(reason):
        return None
    keyring: Keyring = session.info["keys"]
    found = _candidates(session, notice, marks(keyring, reason, take=take, right=notice.primary_right), at)
    best: Twin | None = None
    for decision, number in found:
        said = open_words(session, decision.case_id, "decision.words", decision.id, decision.words_sealed)
        how = alike(reason, said["reason"]) if said else 0
        if said and (best is None or how > best.alike):
            best = Twin(number, said["reason"], how, decision.id, decision.at)
    return best


def remember(session: Session, notice: Notice, decisions: Sequence[Decision], reason: str, *, at: datetime) -> None:
    """Keep the sketch of the one reason that `decisions` carry, and which earlier one it is most like."""
    first, keyring = decisions[0], session.info["keys"]
    twin = nearest(session, notice, reason, take=first.take, at=at)
    sketch = DecisionSketch(
        decision_id=first.id,
        case_id=first.case_id,
        at=at,
        whole=whole(keyring, first.case_id, reason),
        alike=twin.alike if twin else 0,
        twin_id=twin.decision_id if twin else None,
    )
    session.add(sketch)
    session.flush()
    own = set(marks(keyring, reason, take=first.take, right=notice.primary_right))
    session.add_all(SketchMark(mark=mark, sketch=sketch.no or 0) for mark in own)
    session.flush()


def whole(keyring: Keyring, case: UUID, reason: str) -> int:
    """A keyed number of a case and a whole text: the same reason said again in its case is the same one."""
    return _signed(keyring.sketch_key(), f"{case}:{plain(reason)}")


def forget(session: Session, case: Case) -> None:
    """Delete the sketches of a case whose key is being destroyed: they would still find the same text again."""
    letters = select(DeferralSketch.letter_id).where(DeferralSketch.case_id == case.id)
    session.exec(delete(DeferralMark).where(col(DeferralMark.letter_id).in_(letters)))
    session.exec(delete(DeferralSketch).where(col(DeferralSketch.case_id) == case.id))
    nos = select(DecisionSketch.no).where(DecisionSketch.case_id == case.id)
    session.exec(delete(SketchMark).where(col(SketchMark.sketch).in_(nos)))
    session.exec(delete(DecisionSketch).where(col(DecisionSketch.case_id) == case.id))


def recorded(session: Session, decisions: Iterable[Decision]) -> list[tuple[DecisionSketch, Twin]]:
    """The reasons of a case that stand and are nearly the same as one before, each with that one."""
    standing = {(d.at, d.take) for d in decisions}
    cases = {d.case_id for d in decisions}
    query = select(DecisionSketch, Decision).join(Decision, col(Decision.id) == col(DecisionSketch.decision_id))
    query = query.where(col(DecisionSketch.case_id).in_(cases), DecisionSketch.alike >= NEARLY)
    rows = session.exec(query.order_by(col(DecisionSketch.at).desc())).all()
    mine = [sketch for sketch, decision in rows if (decision.at, decision.take) in standing]
    twins = _numbered(session, [sketch.twin_id for sketch in mine if sketch.twin_id])
    found = []
    for sketch in mine:
        if sketch.twin_id in twins:
            decision, number = twins[sketch.twin_id]
            said = open_words(session, decision.case_id, "decision.words", decision.id, decision.words_sealed)
            found.append((sketch, Twin(number, said.get("reason", ""), sketch.alike, decision.id, decision.at)))
    return found


def _candidates(session: Session, notice: Notice, wanted: Sequence[int], at: datetime) -> list[tuple[Decision, str]]:
    """The decisions that share most bands, most first, each with the number of its notice."""
    query = (
        select(DecisionSketch.decision_id)
        .join(SketchMark, col(SketchMark.sketch) == col(DecisionSketch.no))
        .where(col(SketchMark.mark).in_(wanted), DecisionSketch.case_id != notice.case_id)
        .where(DecisionSketch.at > at - LOOK_BACK, DecisionSketch.at <= at)
        .group_by(col(DecisionSketch.decision_id), col(DecisionSketch.at))
        .order_by(func.count(col(SketchMark.mark)).desc(), col(DecisionSketch.at).desc())
        .limit(OPENED * 4)
    )
    ids = list(session.exec(query))
    rows = _numbered(session, ids)
    return list(islice((rows[id] for id in ids if id in rows and _stands(session, rows[id][0])), OPENED))


def _stands(session: Session, first: Decision) -> bool:
    """Whether a decision with this reason is the newest of its item, or a letter stated it before it was changed."""
    newer = aliased(Decision)
    changed = exists().where(col(newer.item_id) == col(Decision.item_id), col(newer.version) > col(Decision.version))
    told = exists().where(
        col(LetterItem.item_id) == col(Decision.item_id), col(LetterItem.decision_id) == col(Decision.id)
    )
    stands = select(Decision.id).where(or_(~changed, told)).limit(1)
    alone = stands.where(Decision.id == first.id)
    group = stands.where(Decision.case_id == first.case_id, Decision.at == first.at)  # decided with it, the same reason
    return any(session.exec(query).first() is not None for query in (alone, group))


def _numbered(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, str]]:
    query = select(Decision, Notice.number).join(Notice, col(Notice.case_id) == col(Decision.case_id))
    return {
        decision.id: (decision, number) for decision, number in session.exec(query.where(col(Decision.id).in_(ids)))
    }


def _number(key: bytes, text: str) -> int:
    """A keyed number of 64 bits for a text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest())


def _signed(key: bytes, text: str) -> int:
    """The same as a column of either database holds it."""
    return _number(key, text) - (1 << 63)


@cache
def _mixers(key: bytes) -> list[tuple[int, int]]:
    """What makes 64 orders of one: a number to cross with, and an odd one to multiply by."""
    return [(_number(key, f"cross:{n}"), _number(key, f"by:{n}") | 1) for n in range(BANDS * ROWS)]
