"""The texts of the years of the demo, and the versions of the one that ended: as it was published, and as corrected."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from tracker.casework import filings, journal
from tracker.cli.demo.agenda import Act
from tracker.cli.demo.publication.days import Days
from tracker.cli.demo.texts import publication
from tracker.law.clocks.minister import SENDER_REPORT
from tracker.law.period import japanese_day
from tracker.models import Service, Staff
from tracker.report import entries, publishing, senders
from tracker.report.figures import notices, read
from tracker.report.years import Year

Texts = Mapping[str, Mapping[str, str]]
BEGUN = timedelta(weeks=4)  # ago, when somebody began with the texts of the year that runs


def acts(session: Session, days: Days, service: Service, lead: Staff, manager: Staff) -> Iterator[Act]:
    """All that was written and published."""
    given = publication()
    if days.ended:
        yield from _ended(session, days, service, days.ended, lead, manager)
    texts: Texts = {code: given["texts"][code] for code in given["running"]}
    begun = max(days.running.first + timedelta(days=9), japanese_day(days.diary.now) - BEGUN)
    yield from _written(session, days, service, days.running, texts, begun, lead)


def _ended(session: Session, days: Days, service: Service, year: Year, lead: Staff, manager: Staff) -> Iterator[Act]:
    """It ends at night, as the job ends it. In spring its senders are reported and its texts written; in May it is
    published, and once more in June.
    """
    given, spring = publication(), year.year + 1
    at = days.at(date(spring, 4, 1), "00:05")
    yield Act(at, partial(filings.end_years, session, at=at))
    at = days.working(date(spring, 4, 20), "10:50")
    yield Act(at, partial(_report, session, year, lead, at))
    texts: Texts = given["texts"]
    yield from _written(session, days, service, year, texts, date(spring, 4, 8), lead)
    at = days.working(date(spring, 5, 8), "15:20")
    yield Act(at, partial(_reasons, session, service, year, lead, at))
    for why, frozen, told in (
        ("", date(spring, 5, 12), date(spring, 5, 14)),
        (given["late"]["why"], date(spring, 6, 4), date(spring, 6, 5)),
    ):
        at = days.working(frozen, "16:10")
        yield Act(at, partial(publishing.freeze, session, service, year, why=why, by=lead.id, at=at))
        at = days.working(told, "17:30")
        yield Act(at, partial(_publish, session, service, year, manager, at))


def _written(
    session: Session, days: Days, service: Service, year: Year, texts: Texts, first: date, lead: Staff
) -> Iterator[Act]:
    """Texts one after the other, some a day; what was edited has two versions."""
    parts = [(code, part, words) for code, told in texts.items() for part, words in told.items()]
    for no, (code, part, words) in enumerate(parts):
        day = first + timedelta(days=no // 2)
        begun = publication()["edited"].get(code)
        for seen, text in enumerate(filter(None, (begun, words))):
            at = days.working(day, f"{13 + no % 2}:{10 + 30 * seen}")
            yield Act(at, partial(_enter, session, service, year, code, part, text, seen, lead, at))


def _enter(
    session: Session,
    service: Service,
    year: Year,
    code: str,
    part: str,
    words: str,
    seen: int,
    lead: Staff,
    at: datetime,
) -> None:
    """Write a text, and the figure that belongs to it."""
    number = publication()["numbers"].get(code)
    if code == entries.SENDER_TOTAL:
        months = senders.month_rows(session, service, year.months[0], year.months[-1])
        number = sum(month.times or 0 for month in months.values())
    entries.enter(
        session, service, year.year, code, part=part, words=words, number=number, seen=seen, by=lead.id, at=at
    )


def _reasons(session: Session, service: Service, year: Year, lead: Staff, at: datetime) -> None:
    """Say why notices of the year were not answered, or took longer, where the records leave that to a person."""
    source, given = read(session, service, year, at=at), publication()
    said = [("18-3-3", one.value, given["other_just"]) for one in notices.excuse_missing(source)]
    said += [("18-3-8", right.value, given["unavoidable"]) for right in notices.unavoidable_missing(source)]
    for code, part, words in said:
        _enter(session, service, year, code, part, words, 0, lead, at)


def _report(session: Session, year: Year, lead: Staff, at: datetime) -> None:
    """Write down that the senders of each service were reported to the minister (法20条3項): not by Kigen."""
    for service in session.exec(select(Service).where(col(Service.registered_on) <= year.last).order_by(Service.slug)):
        filings.yearly_done(
            session, service, SENDER_REPORT.key, japanese_day(at), publication()["reported"],
            actor=journal.staff(lead.id), at=at,
        )  # fmt: skip


def _publish(session: Session, service: Service, year: Year, manager: Staff, at: datetime) -> None:
    waiting = publishing.in_review(session, service, year.year)
    if waiting:
        publishing.publish(session, waiting, by=manager.id, at=at)
