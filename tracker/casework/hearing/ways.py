"""How a letter reaches a sender: by mail where an address is known, else through the platform or by hand."""

from uuid import UUID

from sqlmodel import Session, select

from tracker.models import LetterChannel, SenderSystem


def way_to(session: Session, service: UUID, email: str, account: str) -> LetterChannel:
    """By mail to `email`; without one through the platform's own active system, else by the hand of staff."""
    if email:
        return LetterChannel.SMTP
    if not account:  # nobody named it: the platform would not know whom to give it to
        return LetterChannel.HANDOVER
    system = session.exec(select(SenderSystem).where(SenderSystem.service_id == service)).first()
    return LetterChannel.PLATFORM if system and system.active else LetterChannel.HANDOVER
