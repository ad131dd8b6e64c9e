"""条文の確認: whether somebody has read the text of an edition, and where. A confirmation moves no date."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, chain
from tracker.casework.calendars import lock
from tracker.law import N_
from tracker.law.editions import EDITIONS, Edition, edition
from tracker.models import EditionConfirmation


@dataclass(frozen=True)
class Seen:
    """An edition, and what was said about its text here, newest first."""

    edition: Edition
    history: tuple[EditionConfirmation, ...]

    @property
    def confirmed(self) -> EditionConfirmation | None:
        """The confirmation that stands."""
        return self.history[0] if self.history and self.history[0].confirmed else None

    @property
    def unconfirmed(self) -> bool:
        """Nobody has seen the text: neither those who wrote the rules down nor anybody here."""
        return not self.edition.text_seen and self.confirmed is None


def unconfirmed(session: Session, key: str) -> bool:
    """Whether what rests on the edition called `key` must say 改正後条文未確認. Raises KeyError."""
    return not edition(key).text_seen and _latest(session, key) is not True


def standing(session: Session, key: str) -> EditionConfirmation | None:
    """The confirmation of the edition called `key` that stands; None where there is none."""
    query = select(EditionConfirmation).where(EditionConfirmation.edition == key)
    newest = session.exec(query.order_by(col(EditionConfirmation.number).desc()).limit(1)).first()
    return newest if newest and newest.confirmed else None


def _latest(session: Session, key: str) -> bool | None:
    query = select(EditionConfirmation.confirmed).where(EditionConfirmation.edition == key)
    return session.exec(query.order_by(col(EditionConfirmation.number).desc()).limit(1)).first()


def seen(session: Session) -> list[Seen]:
    """Every edition in the order of coming into force, with its confirmations."""
    rows = session.exec(select(EditionConfirmation).order_by(col(EditionConfirmation.number).desc())).all()
    ordered = sorted(EDITIONS, key=lambda e: e.in_force)
    return [Seen(e, tuple(row for row in rows if row.edition == e.key)) for e in ordered]


def confirm(
    session: Session, key: str, *, source: str, note: str = "", by: UUID | None, at: datetime
) -> EditionConfirmation:
    """Record that somebody read the text of the edition called `key` and compared it with its rules.

    Raises NotAllowed without a source, Conflict if it is confirmed already, KeyError.
    """
    rules = edition(key)
    lock(session)
    if rules.text_seen or _latest(session, key):
        raise Conflict(N_("この版の条文は、もう確認されています。"))
    if not source.strip():
        raise NotAllowed(N_("どこで条文を読んだか、題名やURLを書いてください。"), about="source")
    return _append(session, key, True, source, note, by, at)


def withdraw(session: Session, key: str, *, reason: str, by: UUID | None, at: datetime) -> EditionConfirmation:
    """Take back the confirmation that stands: 改正後条文未確認 is shown again.

    Raises NotAllowed without a reason, Conflict where no confirmation stands, KeyError.
    """
    edition(key)
    lock(session)
    if not _latest(session, key):
        raise Conflict(N_("この版には、取り消せる確認がありません。"))
    if not reason.strip():
        raise NotAllowed(N_("確認を取り消す理由を書いてください。"), about="reason")
    return _append(session, key, False, reason, "", by, at)


def _append(
    session: Session, key: str, confirmed: bool, source: str, note: str, by: UUID | None, at: datetime
) -> EditionConfirmation:
    last = session.exec(select(EditionConfirmation).order_by(col(EditionConfirmation.number).desc()).limit(1)).first()
    row = EditionConfirmation(
        number=last.number + 1 if last else 1,
        edition=key,
        confirmed=confirmed,
        source=source.strip(),
        note=note.strip(),
        confirmed_at=at,
        confirmed_by=by,
        digest="",
    )
    row.digest = chain.confirmation_digest(row, last.digest if last else "")
    session.add(row)
    session.flush()
    return row
