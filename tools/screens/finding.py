"""Where things are in the demo: the case of a story, a claimant's secret address, an order, a letter."""

import re
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, select

from tracker.casework import receipts, signed, specialists
from tracker.casework.orders import letter as order_letter
from tracker.casework.reasons import templates
from tracker.cli.demo.texts import stories
from tracker.models import (
    Case,
    Clock,
    Custodian,
    HoldOrder,
    Item,
    LegalPaper,
    Letter,
    LetterKind,
    Message,
    MessageKind,
    Notice,
    OrderKind,
    PaperKind,
    Sender,
    Service,
)

MANY = "https://tsumugi.example/archive/"  # the 300 posts that only these pictures have


def notice(session: Session, key: str) -> Notice:
    """The notice of a story of the demo, found by what its claimant wrote."""
    if key == "many":
        case = select(Item.case_id).where(col(Item.url).startswith(MANY)).limit(1)
        return session.exec(select(Notice).where(Notice.case_id == case.scalar_subquery())).one()
    told = next(story.reason for story in stories() if story.key == key)
    words = re.compile(re.escape(told).replace(re.escape("{sei}"), ".+"), re.DOTALL)
    return next(found for found in session.exec(select(Notice)) if words.fullmatch(found.reason))


def number(key: str) -> Callable[[Session], str]:
    """The receipt number of a story."""
    return lambda session: notice(session, key).number


def service(session: Session, key: str) -> Service:
    """The service that a story is about."""
    return session.get_one(Service, session.get_one(Case, notice(session, key).case_id).service_id)


def slug(key: str) -> Callable[[Session], str]:
    """The name in addresses of a story's service."""
    return lambda session: service(session, key).slug


def secret(key: str) -> Callable[[Session], str]:
    """The claimant's secret of a story."""
    return lambda session: receipts.status_secret(session, notice(session, key))


def claimant(key: str) -> dict[str, Any]:
    """The arguments of a claimant's own pages."""
    return {"slug": slug(key), "number": number(key), "secret": secret(key)}


def receipt_file(key: str) -> Callable[[Session], str]:
    """The signed receipt of a story, as its claimant saved it."""
    return lambda session: signed.file_of(signed.receipts_of(session, notice(session, key))[0]).decode()


def question(key: str) -> dict[str, Any]:
    """The arguments of the page on which a claimant answers what staff asked."""

    def asked(session: Session) -> Any:
        mine = (Message.case_id == notice(session, key).case_id, Message.kind == MessageKind.CORRECTION)
        return session.exec(select(Message.id).where(*mine).order_by(col(Message.written_at).desc())).first()

    return {**claimant(key), "asked": asked}


def clock(key: str) -> dict[str, Any]:
    """The arguments of the sheet of a story's reply clock."""
    return {
        "number": number(key),
        "id": lambda session: session.exec(
            select(Clock.id).where(Clock.case_id == notice(session, key).case_id, Clock.rule == "reply")
        ).first(),
    }


def sender(key: str) -> Callable[[Session], Any]:
    """The first sender account of a story."""
    return lambda session: session.exec(
        select(Sender.id).where(Sender.case_id == notice(session, key).case_id).order_by(col(Sender.account))
    ).first()


def letter(key: str, kind: LetterKind) -> Callable[[Session], Any]:
    """The first letter of a kind in a story."""
    return lambda session: session.exec(
        select(Letter.id)
        .where(Letter.case_id == notice(session, key).case_id, Letter.kind == kind)
        .order_by(col(Letter.queued_at))
    ).first()


def custodian(session: Session) -> Any:
    """The first custodian by name."""
    return session.exec(select(Custodian.id).order_by(col(Custodian.name))).first()


def template(session: Session) -> Any:
    """The first template of a reason by what it is for."""
    return templates.newest(session)[0].template


def specialist(session: Session) -> Any:
    """Somebody in the register of the first service."""
    service = session.exec(select(Service).where(Service.slug == "tsumugi")).one()
    return specialists.standing_for(session, service.id)[0].entry.person


def order(state: str) -> Callable[[Session], str]:
    """The number of the oldest order that is open, answered or withdrawn, or that erased."""
    answered, withdrawn = col(HoldOrder.answered_at), col(HoldOrder.withdrawn_at)
    wanted = {
        "open": answered.is_(None) & withdrawn.is_(None),
        "answered": answered.is_not(None),
        "withdrawn": withdrawn.is_not(None),
        "erased": col(HoldOrder.kind) == OrderKind.ERASE,
    }[state]
    rows = select(HoldOrder.number).where(wanted).order_by(col(HoldOrder.ordered_at))
    return lambda session: session.exec(rows).first() or ""


def order_secret(state: str) -> Callable[[Session], str]:
    """The custodian's secret of that order."""

    def found(session: Session) -> str:
        row = session.exec(select(HoldOrder).where(HoldOrder.number == order(state)(session))).one()
        return order_letter.link(session, row).rpartition("/")[2]

    return found


def paper(kind: PaperKind) -> Callable[[Session], str]:
    """The number of the first paper of a kind."""
    wanted = select(LegalPaper.number).where(LegalPaper.kind == kind).order_by(col(LegalPaper.served_at))
    return lambda session: session.exec(wanted).first() or ""
