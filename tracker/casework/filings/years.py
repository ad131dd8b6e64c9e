"""Each year: the publication of 法28条 (5月31日まで) and the report of senders of 法20条3項 (4月30日まで).

The end of a fiscal year starts both periods in the register of each registered service; what was done is recorded here
until the publication itself is made by Kigen.
"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, chain, journal
from tracker.casework.filings.rows import moment_of, past_day
from tracker.casework.register import register_of, standing_register
from tracker.law import N_
from tracker.law.clocks.minister import PUBLICATION, SENDER_REPORT
from tracker.law.facts import Fact
from tracker.law.period import japanese_day, start_of
from tracker.models import Clock, Event, Service

YEARLY = {PUBLICATION.key: Fact.YEAR_PUBLISHED, SENDER_REPORT.key: Fact.SENDER_COUNT_REPORTED}
NEW_YEAR = (4, 1)  # 公表年度・報告年度 are fiscal years: 4月1日から3月31日


def last_year(day: date) -> int:
    """The newest fiscal year that had ended by `day`, by the year in which it began."""
    return day.year - 1 if (day.month, day.day) >= NEW_YEAR else day.year - 2


def end_years(session: Session, *, at: datetime) -> int:
    """Start the periods of the fiscal year that ended last, once for each registered service. Says how many.

    A register that never saw a year before begins with the next one: what was due before Kigen was used is not its to
    call late.
    """
    today = japanese_day(at)
    year = last_year(today)
    began = date(year + 1, *NEW_YEAR)
    started = 0
    for service in session.exec(select(Service).where(col(Service.registered_on) < began).order_by(col(Service.slug))):
        known = years(session, service)
        if year in known or (not known and today.replace(day=1) > date(began.year, 5, 31)):
            continue
        case = register_of(session, service, at)
        journal.lock(session, case)
        if year in years(session, service):
            continue
        journal.record(
            session,
            case,
            Fact.YEAR_ENDED,
            actor=journal.SYSTEM,
            at=at,
            occurred_at=start_of(began),
            year=year,
            over_threshold=True,  # whoever is designated was above what 規則9条1項 asks of a report
        )
        started += 1
    return started


def years(session: Session, service: Service) -> set[int]:
    """The fiscal years whose end stands in the register of a service."""
    case = standing_register(session, service)
    found = journal.history(session, case) if case else []
    return {event.data["said"]["year"] for event in found if event.fact is Fact.YEAR_ENDED}


def publications(session: Session, service: Service) -> dict[int, bool]:
    """The fiscal years whose end is recorded, and of each whether the register says that it was published (法28条).

    It is asked what was recorded, and not whether a period runs. A publication that names no year is about every one
    that had ended when it was made, as it stops the period of each (law/consequences.py).
    """
    register = standing_register(session, service)
    if register is None:
        return {}
    facts = col(Event.fact).in_([Fact.YEAR_ENDED, Fact.YEAR_PUBLISHED])
    told = session.exec(select(Event).where(Event.case_id == register.id, facts)).all()
    done = [event for event in told if event.fact is Fact.YEAR_PUBLISHED]
    ended = sorted(event.data["said"]["year"] for event in told if event.fact is Fact.YEAR_ENDED)
    return {year: any(_about(event, _began(year)) for event in done) for year in ended}


def still_owed(session: Session, service: Service, rule: str) -> list[int]:
    """The fiscal years of which a publication or a report can be recorded, the oldest first.

    Those whose period runs; of the publication those too that ended and were not published, whatever became of it.
    """
    running = {ended_year(clock) for clock in yearly_clocks(session, service) if clock.rule == rule}
    left = publications(session, service) if rule == PUBLICATION.key else {}
    return sorted(running | {year for year, done in left.items() if not done})


def ended_year(clock: Clock) -> int:
    """The fiscal year whose end started a yearly period, by the year in which it began."""
    return japanese_day(clock.started_at).year - 1


def yearly_clocks(session: Session, service: Service) -> list[Clock]:
    """The running periods of the publication and the report of a service."""
    case = standing_register(session, service)
    if case is None:
        return []
    query = select(Clock).where(
        Clock.case_id == case.id,
        col(Clock.rule).in_(list(YEARLY)),
        col(Clock.stopped_at).is_(None),
        col(Clock.voided_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Clock.due_at))))


def yearly_done(
    session: Session,
    service: Service,
    rule: str,
    day: date,
    reference: str,
    *,
    actor: str,
    at: datetime,
    year: int | None = None,
) -> Event:
    """Record that the publication was made, or the report handed in, on `day`, and where or under which reference.

    It is that of `year`, or of the oldest one that is still owed. Raises NotAllowed for a day to come or before the
    year ended, without a reference, and when nothing is owed.
    """
    case = register_of(session, service, at)
    journal.lock(session, case)
    owed = next((one for one in still_owed(session, service, rule) if year in {None, one}), None)
    if owed is None:
        raise NotAllowed(N_("この期限は、いま動いていません。"))
    began = _began(owed)
    past_day(day, at, "filed_on")
    if day < japanese_day(began):
        raise NotAllowed(N_("年度の終わりより前の日は選べません。"), about="filed_on")
    if not reference.strip():
        raise NotAllowed(N_("公表した場所（URL）か、報告の控えの番号を書いてください。"), about="reference")
    return journal.record(
        session,
        case,
        YEARLY[rule],
        actor=actor,
        at=at,
        occurred_at=moment_of(day, at),
        remark=reference.strip(),
        day=day.isoformat(),
        began=chain.iso(began),
    )


def _began(year: int) -> datetime:
    """When the period began within which a fiscal year is published and reported: the first instant after it."""
    return start_of(date(year + 1, *NEW_YEAR))


def _about(event: Event, began: datetime) -> bool:
    """Whether a publication is that of the year whose period began then."""
    named = event.data["said"].get("began")
    return named == chain.iso(began) if named else event.occurred_at >= began
