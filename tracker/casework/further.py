"""More evidence for the same items, after the filing. A new URL or a new right is a new filing."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, evidence, journal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Notice
from tracker.sealed import case_key
from tracker.settings import Settings

TWICE = timedelta(minutes=10)  # the same file again so soon is the same form, sent twice
TIMES = 5  # in one notice, so many times the files of one form


def add_evidence(session: Session, notice: Notice, token: str, *, at: datetime) -> list[UUID]:
    """Make the files kept under `token` evidence of the notice, and say which they are. None is fine.

    A file that was added minutes ago is that one, and not kept a second time.

    Raises NotAllowed after a withdrawal or erasure, or when the notice holds too many files.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    uploads = evidence.kept(session, token)
    if not uploads:
        return []
    if (Fact.NOTICE_WITHDRAWN, "") in journal.standing(journal.history(session, case)):
        raise NotAllowed(N_("この申出は取り下げられているため、証拠は加えられません。"))
    if case_key(session, case.id) is None:
        raise NotAllowed(N_("この申出の記録は消去されているため、書き込めません。"))
    settings: Settings = session.info["settings"]
    most = TIMES * settings.evidence_files
    theirs = select(Evidence).where(Evidence.case_id == case.id, col(Evidence.sender_id).is_(None))  # none of a sender
    there = session.exec(theirs).all()
    later = [one for one in there if one.added_at > notice.received_at and at - one.added_at < TWICE]
    lately = {(one.sha256, one.authority): one.id for one in later}
    new = [upload for upload in uploads if (upload.sha256, upload.authority) not in lately]
    again = [lately[upload.sha256, upload.authority] for upload in uploads if upload not in new]
    for upload in uploads:
        if upload not in new:
            evidence.drop(session, upload)
    if len(there) + len(new) > most:
        raise NotAllowed(N_("1つの申出に添付できるのは、合わせて%(most)s個までです。"), most=most)
    return again + evidence.attach(session, case, new, actor=journal.CLAIMANT, at=at)
