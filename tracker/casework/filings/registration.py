"""指定 and the first 届出 (法21条1項). The columns of the service and the facts of its register change in one verb."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.filings.addresses import criteria_address, form_address
from tracker.casework.filings.binding import count_rebound, rebind
from tracker.casework.filings.rows import (
    add_filing,
    filing_words,
    last_event,
    moment_of,
    past_day,
    row_digest,
)
from tracker.casework.register import register_of
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Event, RegisterFiling, Service


def designate(session: Session, service: Service, day: date, *, actor: str, at: datetime) -> None:
    """Record the day on which the papers of the designation were served (法20条1項・31条): three months run from it.

    Raises Conflict when it is recorded already, NotAllowed for a day that cannot be.
    """
    case = _case(session, service, at)
    if last_event(session, case, Fact.DESIGNATED):
        raise Conflict(N_("指定を受けた日は、もう記録されています。"), about="designated")
    past_day(day, at, "designated")
    if service.registered_on and day > service.registered_on:
        raise NotAllowed(N_("指定を受けた日が、届け出た日より後になっています。"), about="designated")
    _designated(session, service, case, day, actor=actor, at=at)


def served(session: Session, service: Service, day: date, *, actor: str, at: datetime) -> None:
    """The papers of the designation were entered: designate by them, unless the day is recorded or known already."""
    session.refresh(service)
    if service.designated_on is None:
        designate(session, service, day, actor=actor, at=at)


def register(
    session: Session, service: Service, day: date, *, reference: str = "", who: str = "", actor: str, at: datetime
) -> None:
    """Record the first filing (法21条1項). The duties of 法22条以下 bind from this day (法22条1項).

    What the addresses of form and criteria are now is what was registered of them. Recorded late, it binds toward the
    notices that came since its day (binding.py). Raises Conflict, NotAllowed.
    """
    case = _case(session, service, at)
    if last_event(session, case, Fact.REGISTERED):
        raise Conflict(N_("届け出た日は、もう記録されています。"), about="registered")
    past_day(day, at, "registered")
    if service.designated_on is None:
        raise NotAllowed(
            N_("先に、指定を受けた日を記録してください。届け出るのは、指定を受けた者です（法21条1項）。"),
            about="registered",
        )
    if day < service.designated_on:
        raise NotAllowed(N_("届け出た日が、指定を受けた日より前になっています。"), about="registered")
    _registered(session, service, case, day, reference, who, actor=actor, at=at)


def take_up(session: Session, service: Service, *, actor: str, at: datetime) -> None:
    """Record as facts the days that a service had before its register was kept. Raises Conflict when none is left."""
    case = _case(session, service, at)
    designated = service.designated_on and not last_event(session, case, Fact.DESIGNATED)
    registered = service.registered_on and not last_event(session, case, Fact.REGISTERED)
    if not designated and not registered:
        raise Conflict(N_("記録していない日付は、もうありません。"))
    if designated and service.designated_on:
        past_day(service.designated_on, at, "designated")
        _designated(session, service, case, service.designated_on, actor=actor, at=at)
    if registered and service.registered_on:
        past_day(service.registered_on, at, "registered")
        _registered(session, service, case, service.registered_on, "", "", actor=actor, at=at)


def correct(
    session: Session,
    service: Service,
    *,
    designated: date | None,
    registered: date | None,
    reason: str,
    actor: str,
    at: datetime,
) -> None:
    """Put right the days of a service, with a reason. No fact and no stored date is edited.

    Before the filing there is the designation alone: its period is voided and counted again from the true day. After
    it both facts are recorded anew, each naming the one it corrects, and the notices bind as the true day says
    (binding.py). Raises NotAllowed.
    """
    case = _case(session, service, at)
    first, second = last_event(session, case, Fact.DESIGNATED), last_event(session, case, Fact.REGISTERED)
    if first is None and second is None:
        raise NotAllowed(N_("訂正する日付は、まだ記録されていません。"), about="reason")
    if not reason.strip():
        raise NotAllowed(N_("訂正する理由を書いてください。"), about="reason")
    if first and second is None:
        _designation_corrected(session, service, case, first, designated, actor=actor, at=at, why=reason)
        return
    if registered is None or second is None:
        raise NotAllowed(N_("届け出た日を入力してください。"), about="registered")
    if (designated, registered) == (service.designated_on, service.registered_on):
        raise NotAllowed(N_("どちらの日も、記録と同じです。"), about="registered")
    past_day(registered, at, "registered")
    if first and designated is None:
        raise NotAllowed(N_("指定を受けた日を入力してください。"), about="designated")
    if designated:
        past_day(designated, at, "designated")
        if registered < designated:
            raise NotAllowed(N_("届け出た日が、指定を受けた日より前になっています。"), about="registered")
        _designated(
            session, service, case, designated, actor=actor, at=at, corrects=first.seq if first else None, why=reason
        )
    known = session.get_one(RegisterFiling, UUID(second.data["said"]["filing"]))
    words = filing_words(session, known)
    _registered(
        session, service, case, registered, words.get("reference", ""), words.get("who", ""),
        actor=actor, at=at, corrects=second.seq, why=reason,
    )  # fmt: skip


def _case(session: Session, service: Service, at: datetime) -> Case:
    case = register_of(session, service, at)
    journal.lock(session, case)
    session.refresh(service)
    return case


def _designated(
    session: Session,
    service: Service,
    case: Case,
    day: date,
    *,
    fact: Fact = Fact.DESIGNATED,
    actor: str,
    at: datetime,
    corrects: int | None = None,
    why: str = "",
) -> None:
    service.designated_on = day
    session.add(service)
    journal.record(
        session,
        case,
        fact,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        corrects=corrects,
        remark=why,
        day=day.isoformat(),
    )


def _designation_corrected(
    session: Session,
    service: Service,
    case: Case,
    wrong: Event,
    day: date | None,
    *,
    actor: str,
    at: datetime,
    why: str,
) -> None:
    """The three months run from the true day: their clock is voided and another starts (法21条1項)."""
    if day is None:
        raise NotAllowed(N_("指定を受けた日を入力してください。"), about="designated")
    if day == service.designated_on:
        raise NotAllowed(N_("指定を受けた日が、記録と同じです。"), about="designated")
    past_day(day, at, "designated")
    _designated(
        session, service, case, day, fact=Fact.DESIGNATION_CORRECTED, actor=actor, at=at, corrects=wrong.seq, why=why
    )


def _registered(
    session: Session,
    service: Service,
    case: Case,
    day: date,
    reference: str,
    who: str,
    *,
    actor: str,
    at: datetime,
    corrects: int | None = None,
    why: str = "",
) -> None:
    service.registered_on = day
    service.form_url = service.form_url or form_address(session, service)
    service.criteria_url = service.criteria_url or criteria_address(session, service)
    session.add(service)
    session.flush()
    filing = add_filing(session, case, day, reference, who, first=True, changes=[])
    concerned = count_rebound(session, service, day)
    journal.record(
        session,
        case,
        Fact.REGISTERED,
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        corrects=corrects,
        remark=why,
        filing=str(filing.id),
        row=row_digest(filing),
        day=day.isoformat(),
        rebound=concerned,
    )
    rebind(session, service, actor=actor, at=at)
