"""The claimant's own way back in: a lost secret goes to the address on file, a new address proves itself by a code."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from tracker.casework import NotAllowed, chain, delivery, journal, receipts
from tracker.keys import Keyring
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.letters import write
from tracker.models import Case, Claimant, Event, Notice, Service
from tracker.sealed import open_text, seal_text
from tracker.settings import Settings

A_DAY = timedelta(days=1)
MOST_A_DAY = 3  # mails of each kind for one notice: enough to lose one, too few to annoy anybody
CODE_HOURS = 24


def send_secret(session: Session, service: Service, number: str, email: str, *, at: datetime) -> bool:
    """Mail the address of the status page to the claimant, if `email` is the one on file for this number.

    Says whether it was sent; whoever asked is told the same either way, and a door must not show the difference.
    """
    keyring: Keyring = session.info["keys"]
    notice = receipts.find_by_number(session, service, number)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one() if notice else None
    known = claimant.email_bidx if claimant and claimant.email_bidx else "no-such-address"
    if not secrets.compare_digest(known, keyring.blind_index(email)) or notice is None or claimant is None:
        return False
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if _lately(session, case, Fact.SECRET_SENT, at) >= MOST_A_DAY:
        return False
    to = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    settings: Settings = session.info["settings"]
    link = receipts.status_link(session, service, notice)
    draft = write.way_in(settings.provider, to=to, key=f"way_in:{case.id}:{case.head_seq}", link=link)
    delivery.send(session, case, draft, by=journal.SYSTEM, at=at)
    journal.record(session, case, Fact.SECRET_SENT, actor=journal.CLAIMANT, at=at)
    return True


def ask_to_change(session: Session, notice: Notice, email: str, *, at: datetime) -> None:
    """Send a code to a new address; nothing changes until it comes back. `email` is a checked address.

    Raises NotAllowed for the address on file, or when asked too often.
    """
    case, claimant = _of(session, notice)
    keyring: Keyring = session.info["keys"]
    if keyring.blind_index(email) == claimant.email_bidx:
        raise NotAllowed(N_("いまのお知らせの送り先と同じアドレスです。"))
    if _lately(session, case, Fact.ADDRESS_CHANGE_ASKED, at) >= MOST_A_DAY:
        raise NotAllowed(N_("確認の番号は、1日に3回まで送れます。明日、もう一度試してください。"))
    claimant.new_email_sealed = seal_text(session, case.id, "claimant.new_email", claimant.id, email)
    claimant.new_email_at = at
    session.add(claimant)
    session.flush()
    settings: Settings = session.info["settings"]
    draft = write.address_code(
        settings.provider,
        to=email,
        key=f"address_code:{case.id}:{case.head_seq}",
        code=_spaced(_code(session, claimant, email, at)),
        hours=CODE_HOURS,
    )
    delivery.send(session, case, draft, by=journal.SYSTEM, at=at)
    journal.record(session, case, Fact.ADDRESS_CHANGE_ASKED, actor=journal.CLAIMANT, at=at)


def asked_to_change(session: Session, notice: Notice, *, at: datetime) -> str:
    """The new address whose code is awaited; empty for none, or when the code is too old."""
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    if claimant.new_email_at is None or at >= claimant.new_email_at + timedelta(hours=CODE_HOURS):
        return ""
    return open_text(session, notice.case_id, "claimant.new_email", claimant.id, claimant.new_email_sealed)


def confirm_change(session: Session, notice: Notice, typed: str, *, at: datetime) -> None:
    """Put the new address in the place of the old one, which is told so and nothing else.

    The secret is new after it. Raises NotAllowed for a wrong or old code.
    """
    case, claimant = _of(session, notice)
    email, asked_at = asked_to_change(session, notice, at=at), claimant.new_email_at
    if not email or asked_at is None:
        raise NotAllowed(N_("この番号はもう使えません。新しいアドレスをもう一度書いて、番号を送り直してください。"))
    digits = "".join(c for c in typed if c.isdecimal())
    given = "".join(str(int(c)) for c in digits)  # full-width digits are digits
    if not secrets.compare_digest(_code(session, claimant, email, asked_at), given):
        raise NotAllowed(N_("番号が違います。メールの8桁の番号を、もう一度確かめてください。"))
    old = open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    claimant.new_email_sealed = claimant.new_email_at = None
    session.add(claimant)
    receipts.change_email(session, notice, email, by=None, at=at)
    if old:
        settings: Settings = session.info["settings"]
        slug = session.get_one(Service, case.service_id).slug
        key, window = f"address_moved:{case.id}:{case.head_seq}", f"{settings.base_url.rstrip('/')}/s/{slug}/"
        draft = write.address_moved(settings.provider, to=old, key=key, contact=settings.contact or window)
        delivery.send(session, case, draft, by=journal.SYSTEM, at=at)


def _of(session: Session, notice: Notice) -> tuple[Case, Claimant]:
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    session.refresh(claimant)
    return case, claimant


def _code(session: Session, claimant: Claimant, email: str, asked_at: datetime) -> str:
    keyring: Keyring = session.info["keys"]
    return keyring.address_code(claimant.id, email, str(chain.iso(asked_at)))


def _spaced(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _lately(session: Session, case: Case, fact: Fact, at: datetime) -> int:
    query = select(func.count()).select_from(Event)
    return session.exec(
        query.where(Event.case_id == case.id, Event.fact == fact, col(Event.occurred_at) > at - A_DAY)
    ).one()


def mask(email: str) -> str:
    """As much of an address as its owner needs to know it again: a…i@mail.example."""
    local, _at, domain = email.rpartition("@")
    end = local[-1:] if len(local) > 3 else ""
    return f"{local[:1]}…{end}@{domain}" if email else ""
