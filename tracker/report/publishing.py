"""A frozen version of a year's publication is looked at by somebody else, and published or sent back.

What was published stays at its address for ever; a correction is another version, which says what it changes and why.
Each step is one transaction with its fact: after a crash a version is in review, published or sent back, never between.
"""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, chain, journal
from tracker.casework.filings.years import still_owed
from tracker.law import N_
from tracker.law.clocks.minister import PUBLICATION
from tracker.law.facts import Fact
from tracker.law.period import japanese_day, start_of
from tracker.models import Case, Publication, Service
from tracker.report import hindrances
from tracker.report.corrections import differences
from tracker.report.freezing import drawn, freeze, made
from tracker.report.hindrances import LONGEST
from tracker.report.versions import (
    INDEX,
    Named,
    address,
    file,
    files_of,
    in_review,
    listing,
    newest,
    owed,
    path,
    published,
    state,
    versions,
    waits,
)

__all__ = [
    "INDEX",
    "LONGEST",
    "Named",
    "address",
    "differences",
    "drawn",
    "file",
    "files_of",
    "freeze",
    "give_back",
    "in_review",
    "listing",
    "made",
    "newest",
    "owed",
    "path",
    "publish",
    "published",
    "versions",
]


def give_back(session: Session, publication: Publication, *, reason: str, by: UUID, at: datetime) -> None:
    """Send a version in review back; its number is not given again. Whoever froze it may take it back as well.

    Raises Conflict when it is no longer in review, NotAllowed without a reason.
    """
    register, row = _held(session, publication)
    reason = hindrances.in_words(reason, "reason")
    if not reason:
        raise NotAllowed(N_("差し戻す理由を入力してください。"), about="reason")
    row.returned_at, row.returned_by = at, by
    session.add(row)
    session.flush()
    journal.record(session, register, Fact.REPORT_RETURNED, actor=journal.staff(by), at=at, remark=reason, **state(row))


def publish(session: Session, publication: Publication, *, by: UUID, at: datetime) -> None:
    """Publish a version that somebody else froze: from the commit on everybody can read it.

    While the period of this very year runs (法28条), YEAR_PUBLISHED ends it, with the address of the version; it is
    recorded too of a year that ended and was not published, whatever became of its period.
    Raises Conflict when it is no longer in review, NotAllowed for whoever froze it.
    """
    register, row = _held(session, publication)
    if row.frozen_by == by:
        raise NotAllowed(N_("自分で固めた版は公表できません。別の人が内容を確かめて公表します。"), about="by")
    row.published_at, row.published_by = at, by
    session.add(row)
    session.flush()
    service, actor = session.get_one(Service, row.service_id), journal.staff(by)
    journal.record(session, register, Fact.REPORT_PUBLISHED, actor=actor, at=at, **state(row))
    if row.year in still_owed(session, service, PUBLICATION.key):
        journal.record(
            session,
            register,
            Fact.YEAR_PUBLISHED,
            actor=actor,
            at=at,
            remark=address(session, service, row),
            day=japanese_day(at).isoformat(),
            began=chain.iso(start_of(date(row.year + 1, 4, 1))),
        )


def _held(session: Session, publication: Publication) -> tuple[Case, Publication]:
    """The locked register, and the version as it stands now. Raises Conflict where it is no longer in review."""
    register = session.get_one(Case, publication.case_id)
    journal.lock(session, register)
    row = session.get_one(Publication, publication.id, populate_existing=True)
    if not waits(row):
        raise Conflict(N_("この版は、ほかの人が先に公表するか、差し戻しました。新しい状態を確かめてください。"))
    return register, row
