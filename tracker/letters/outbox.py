"""The outbox: a letter is written with the fact it belongs to, claimed by one worker, sent outside any transaction."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, or_, select

from tracker.letters.write import Draft
from tracker.models import Case, Custodian, HoldOrder, Letter, LetterChannel, LetterItem, LetterKind
from tracker.sealed import case_key, hold_keys, open_text, seal_text

CLAIM = timedelta(minutes=15)  # longer than an attempt of a dozen slow answers: after it, a crash is assumed
BACKOFF = (1, 2, 5, 15, 30, 60)  # minutes between attempts after a temporary refusal; the last one repeats
AHEAD = timedelta(minutes=BACKOFF[-1] + 1)  # no attempt is put off further: a later one is of a clock that was wrong


@dataclass(frozen=True)
class Parcel:
    """A claimed letter in the clear, on its way. `again` says that an earlier attempt may have reached the relay."""

    id: UUID
    to: str
    subject: str
    body: str
    queued_at: datetime
    again: bool
    claimed_until: datetime | None = None  # by which a claim knows itself again


def post(session: Session, case: Case, draft: Draft, *, by: str, at: datetime) -> Letter | None:
    """Write `draft` into the outbox. None if the same letter waits or was given: it goes once, again only if lost."""
    key, tries = draft.key, 1
    while earlier := session.exec(select(Letter).where(Letter.key == key)).first():
        if not (earlier.cancelled_at or earlier.bounced_at or (earlier.refused_at and not earlier.given_at)):
            return None
        tries += 1
        key = f"{draft.key}#{tries}"
    id = uuid4()

    def seal(column: str, text: str) -> bytes:
        return seal_text(session, case.id, f"letter.{column}", id, text)

    letter = Letter(
        id=id,
        case_id=case.id,
        sender_id=draft.sender_id,
        kind=draft.kind,
        channel=draft.channel,
        article=draft.article,
        ground=draft.ground,
        key=key,
        to_sealed=seal("to", draft.to),
        subject_sealed=seal("subject", draft.subject),
        body_sealed=seal("body", draft.body),
        queued_at=at,
        queued_by=by,
        try_at=at,
    )
    session.add(letter)
    session.flush()
    session.add_all(LetterItem(letter_id=id, item_id=item, decision_id=decision) for item, decision in draft.covers)
    session.info["posted"] = True
    return letter


def due(session: Session, at: datetime, limit: int = 100, *, channel: LetterChannel = LetterChannel.SMTP) -> list[UUID]:
    """Letters that could be sent at `at`, the longest waiting first."""
    ready = select(Letter.id).where(Letter.channel == channel, *waiting(at))
    return list(session.exec(ready.order_by(col(Letter.try_at)).limit(limit)))


def claim_some(session: Session, at: datetime, many: int) -> list[Parcel]:
    """Take up to `many` letters for sending that nobody else has, the longest waiting first.

    Raises what the worst of them raises: then they are claimed one by one.
    """
    locking = (
        select(Letter)
        .where(Letter.channel == LetterChannel.SMTP, *waiting(at))
        .order_by(col(Letter.try_at))
        .limit(many)
        .with_for_update(skip_locked=True)
    )
    letters = session.exec(locking.execution_options(populate_existing=True)).all()
    hold_keys(session, [letter.case_id for letter in letters])
    return [_take(session, letter, at) for letter in letters]


def claim(session: Session, id: UUID, at: datetime) -> Parcel | None:
    """Take one letter for sending, or None if it is not ours. Raises keys.CannotOpen when it was altered."""
    wanted = select(Letter).where(col(Letter.id) == id, *waiting(at)).with_for_update()
    letter = session.exec(wanted.execution_options(populate_existing=True)).first()
    return _take(session, letter, at) if letter else None


def waiting(at: datetime) -> Sequence[ColumnElement[bool]]:
    """Waiting, and in nobody's hands. What lies further ahead than it is ever put was written by a wrong clock."""
    wanted = col(Letter.try_at)
    return col(Letter.ended_at).is_(None), or_(wanted <= at, wanted > at + AHEAD), _unclaimed(at), ~_stopped()


def _stopped() -> ColumnElement[bool]:
    """An order to a custodian that gets none now. That an order is taken back goes to it all the same."""
    return (
        select(HoldOrder.id)
        .join(Custodian, col(Custodian.id) == col(HoldOrder.custodian_id))
        .where(
            Letter.kind == LetterKind.HOLD_ORDER,
            HoldOrder.case_id == Letter.case_id,
            col(HoldOrder.withdrawn_at).is_(None),
            col(Custodian.active).is_(False),
        )
        .correlate(Letter)
        .exists()
    )


def _unclaimed(at: datetime) -> ColumnElement[bool]:
    claim = col(Letter.claimed_until)
    return or_(claim.is_(None), claim <= at, claim > at + CLAIM)


def _take(session: Session, letter: Letter, at: datetime) -> Parcel:
    before = letter.claimed_until
    letter.claimed_until, letter.attempts = at + CLAIM, letter.attempts + 1
    session.add(letter)

    def clear(column: str, sealed: bytes) -> str:
        return open_text(session, letter.case_id, f"letter.{column}", letter.id, sealed)

    return Parcel(
        id=letter.id,
        to=clear("to", letter.to_sealed),
        subject=clear("subject", letter.subject_sealed),
        body=clear("body", letter.body_sealed),
        queued_at=letter.queued_at,
        again=before is not None,  # a claim that nobody settled, or an attempt that the relay left unanswered
        claimed_until=letter.claimed_until,
    )


def release(letter: Letter, at: datetime, *, unsure: bool) -> None:
    """Give up a claim under which nothing was tried. `unsure` as below, of what was before it."""
    letter.claimed_until = at if unsure else None
    letter.attempts -= 1


def put_back(letter: Letter, at: datetime, *, unsure: bool = False) -> None:
    """Try again later than `at`. `unsure`: the relay may have taken it, and an expired claim stays to mark that."""
    letter.claimed_until = at if unsure else None
    letter.try_at = at + timedelta(minutes=BACKOFF[min(letter.attempts, len(BACKOFF)) - 1])


def cancel(session: Session, letter: Letter, at: datetime) -> bool:
    """Take a waiting letter out of the outbox; False while a worker carries it or it is over. One update decides."""
    taken = session.execute(
        update(Letter)
        .where(
            col(Letter.id) == letter.id,
            col(Letter.ended_at).is_(None),
            _unclaimed(at),
        )
        .values(cancelled_at=at, ended_at=at)
        .returning(col(Letter.id))
    ).scalar()
    session.refresh(letter)
    return taken is not None


def unsent(session: Session, items: Iterable[UUID]) -> list[Letter]:
    """Letters still in the outbox that cover any of `items`."""
    return list(
        session.exec(
            select(Letter)
            .join(LetterItem, col(LetterItem.letter_id) == col(Letter.id))
            .where(col(Letter.ended_at).is_(None), col(LetterItem.item_id).in_(list(items)))
            .distinct()
        )
    )


def content_digest(session: Session, letter: Letter) -> str:
    """An HMAC under the case key over recipient, subject and body; empty after the key was destroyed."""
    key = case_key(session, letter.case_id)
    if key is None:
        return ""
    parts = [
        open_text(session, letter.case_id, f"letter.{column}", letter.id, sealed)
        for column, sealed in (
            ("to", letter.to_sealed),
            ("subject", letter.subject_sealed),
            ("body", letter.body_sealed),
        )
    ]
    return hmac.new(key, "\n".join(parts).encode(), sha256).hexdigest()
