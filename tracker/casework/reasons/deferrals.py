"""The concrete content of やむを得ない理由 (法25条2項3号) that is nearly the same as one another claimant was told.

It must be as individual as the reason of a decision (規則18条6項3号), and is found the same way (likeness.py), whatever
right is said to be infringed: what keeps an outcome back has little to do with that.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from tracker.casework.reasons.likeness import LOOK_BACK, OPENED, Twin, alike, bands, whole
from tracker.casework.traces import plain
from tracker.keys import Keyring
from tracker.models import DeferralMark, DeferralSketch, Letter, Notice
from tracker.sealed import open_words, seal_words

SCOPE = "deferral"
COLUMN = "deferralsketch.words"


def nearest(session: Session, notice: Notice, content: str, *, at: datetime) -> Twin | None:
    """The most alike content that another case was told in the year before `at`; None without one."""
    if not plain(content):
        return None
    keyring: Keyring = session.info["keys"]
    best: Twin | None = None
    for sketch, number in _candidates(session, notice, bands(keyring, content, SCOPE), at):
        said = open_words(session, sketch.case_id, COLUMN, sketch.letter_id, sketch.words_sealed)
        how = alike(content, said["content"]) if said else 0
        if said and (best is None or how > best.alike):
            best = Twin(number, said["content"], how, None, sketch.at, sketch.letter_id)
    return best


def remember(session: Session, notice: Notice, letter: UUID, content: str, *, at: datetime) -> None:
    """Keep the sketch of what an interim reply says, and which earlier one it is most like."""
    keyring: Keyring = session.info["keys"]
    twin = nearest(session, notice, content, at=at)
    session.add(
        DeferralSketch(
            letter_id=letter,
            case_id=notice.case_id,
            at=at,
            words_sealed=seal_words(session, notice.case_id, COLUMN, letter, {"content": content}),
            whole=whole(keyring, notice.case_id, content),
            alike=twin.alike if twin else 0,
            twin_id=twin.letter_id if twin else None,
        )
    )
    session.flush()
    session.add_all(DeferralMark(mark=mark, letter_id=letter) for mark in set(bands(keyring, content, SCOPE)))
    session.flush()


def _candidates(
    session: Session, notice: Notice, wanted: Sequence[int], at: datetime
) -> Sequence[tuple[DeferralSketch, str]]:
    """The contents that share most bands, most first, each with the number of its notice; no cancelled letter's."""
    most = (
        select(DeferralMark.letter_id, func.count(col(DeferralMark.mark)).label("shared"))
        .where(col(DeferralMark.mark).in_(wanted))
        .group_by(col(DeferralMark.letter_id))
        .subquery()
    )
    query = (
        select(DeferralSketch, Notice.number)
        .join(most, most.c.letter_id == col(DeferralSketch.letter_id))
        .join(Letter, col(Letter.id) == col(DeferralSketch.letter_id))
        .join(Notice, col(Notice.case_id) == col(DeferralSketch.case_id))
        .where(
            DeferralSketch.case_id != notice.case_id,
            DeferralSketch.at > at - LOOK_BACK,
            DeferralSketch.at <= at,
            or_(col(Letter.cancelled_at).is_(None), col(Letter.given_at).is_not(None)),
        )
        .order_by(most.c.shared.desc(), col(DeferralSketch.at).desc())
        .limit(OPENED)
    )
    return session.exec(query).all()
