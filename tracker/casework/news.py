"""The mail that says only that something new is on the status page, so that a claimant knows to look."""

from datetime import datetime

from sqlmodel import Session, col, select

from tracker.casework import delivery, journal
from tracker.letters import write
from tracker.models import Case, Claimant, Letter, LetterKind, Notice
from tracker.sealed import open_text
from tracker.settings import Settings


def tell(session: Session, case: Case, notice: Notice, *, about: str, link: str, at: datetime) -> Letter | None:
    """Put the mail with the `link` of the status page into the outbox.

    None where no address is known, or where one still waits to be sent.
    """
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    email = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    waiting = select(Letter.id).where(
        Letter.case_id == case.id, Letter.kind == LetterKind.NEWS, col(Letter.ended_at).is_(None)
    )
    if not email or session.exec(waiting).first():
        return None
    settings: Settings = session.info["settings"]
    draft = write.news(settings.provider, to=email, key=f"news:{case.id}:{about}", link=link)
    return delivery.send(session, case, draft, by=journal.SYSTEM, at=at)


def unheard(session: Session, case: Case) -> bool:
    """Whether the newest such mail did not get through: taken back, refused, or come back."""
    newest = (
        select(Letter)
        .where(Letter.case_id == case.id, Letter.kind == LetterKind.NEWS)
        .order_by(col(Letter.queued_at).desc(), col(Letter.id))
    )
    last = session.exec(newest).first()
    return last is not None and bool(last.cancelled_at or last.refused_at or last.bounced_at)
