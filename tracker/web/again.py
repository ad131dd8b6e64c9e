"""A form that comes a second time: the same page sent again, or the same filing from a fresh page."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select
from werkzeug.datastructures import FileStorage

from tracker.casework import decisions, intake
from tracker.casework.intake import FiledItem, Filing
from tracker.keys import Keyring
from tracker.models import Case, Claimant, Evidence, Item, Notice, Service
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.forms import IntakeForm

LATELY = timedelta(minutes=30)


def filed_before(service: Service, form: IntakeForm) -> Notice | None:
    """The notice that this service received from this very page."""
    with database().reading() as session:
        return intake.filed_from(session, service, form.token.data)


def same(notice: Notice, form: IntakeForm, files: Iterable[FileStorage]) -> bool:
    """Whether a form says what was filed from it before, and brings no file that the case does not have."""
    filing = form.filing()
    if not _states(notice, filing):
        return False
    with database().reading() as session:
        mine = select(Evidence.sha256).where(Evidence.case_id == notice.case_id, col(Evidence.sender_id).is_(None))
        there = set(session.exec(mine))
        return _says(session, notice, filing) and {_digest(file) for file in files if file.filename} <= there


def _digest(file: FileStorage) -> str:
    digest = sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return digest


def _states(notice: Notice, filing: Filing) -> bool:
    """Whether a notice has the choices, the words and the contact of a filing."""
    stated = (
        notice.search_text,
        notice.standing,
        notice.rights,
        notice.primary_right,
        notice.circumstances,
        notice.tell,
        notice.answers,
        notice.reason_withheld,
        notice.follows,
    )
    return (*stated, *_contact(notice)) == (
        intake.searchable(filing),
        filing.standing,
        [right.value for right in filing.rights],
        filing.primary_right,
        [circumstance.value for circumstance in filing.circumstances],
        list(filing.tell),
        filing.answers,
        filing.reason_withheld,
        filing.follows,
        filing.name,
        filing.email,
        filing.phone,
        filing.office,
        filing.whose,
        filing.caution,
    )


def _contact(notice: Notice) -> tuple[str, ...]:
    """Name, address, telephone and office as they were filed: one that was mistyped and put right is no repetition."""
    with database().reading() as session:
        claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()

        def clear(column: str, sealed: bytes | None) -> str:
            return open_text(session, notice.case_id, f"claimant.{column}", claimant.id, sealed)

        return (
            clear("name", claimant.name_sealed),
            clear("email", claimant.email_sealed),
            clear("phone", claimant.phone_sealed),
            clear("office", claimant.office_sealed),
            clear("whose", claimant.whose_sealed),
            clear("caution", claimant.caution_sealed),
        )


def filed_lately(service: Service, form: IntakeForm, *, at: datetime) -> datetime | None:
    """When the same address last filed the same text about the same content within half an hour, if it did.

    Anybody may type an address of mail: the answer is a time, never the number or the secret.
    """
    filing = form.filing()
    if not filing.email:
        return None
    with database().reading() as session:
        keyring: Keyring = session.info["keys"]
        notices = session.exec(
            select(Notice)
            .join(Case, col(Case.id) == col(Notice.case_id))
            .join(Claimant, col(Claimant.notice_id) == col(Notice.id))
            .where(
                Case.service_id == service.id,
                Claimant.email_bidx == keyring.blind_index(filing.email),
                Notice.received_at > at - LATELY,
                # not the very same page, sent twice at once
                col(Notice.token).not_in((filing.token, intake.token_here(service, filing.token))),
            )
            .order_by(col(Notice.received_at).desc())
        )
        return next((notice.received_at for notice in notices if _says(session, notice, filing)), None)


def _says(session: Session, notice: Notice, filing: Filing) -> bool:
    """Whether a notice has the reason and the items of a filing, in their order."""
    items = [_of(item) for item in decisions.items_of(session, notice)]
    said = (notice.reason, notice.answers, items)
    return said == (filing.reason, filing.answers, [_of(item) for item in filing.items])


def _of(item: Item | FiledItem) -> tuple[str, ...]:
    return (item.url, item.quote, item.account, item.posted, item.mark, item.note)
