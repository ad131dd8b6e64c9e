"""The house in which the demo plays: three services with their criteria, and the team."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from tracker.casework import criteria, journal
from tracker.casework.criteria import ClauseText
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import words
from tracker.law.period import JST
from tracker.models import CriteriaVersion, Role, Service, Staff

REGISTERED, DESIGNATED = date(2025, 7, 30), date(2025, 5, 1)
FIRST = datetime(2025, 7, 15, 9, tzinfo=JST)  # the first criteria, in time for the registration
MAIL = "tsumugi.example"


def furnish(session: Session, diary: Diary) -> dict[str, Service]:
    """The services of the demo by prefix, made where they are not there, and their criteria published over time."""
    services = {given["prefix"]: _service(session, given) for given in words()["services"]}
    criteria.end_waits(session, at=diary.now)  # of criteria that were there before the demo
    for prefix, ago, parts in (
        ("TH", None, ["clauses"]),
        ("TV", None, ["clauses"]),
        ("TP", 250, ["clauses", "added"]),
        ("TH", 170, ["clauses", "added"]),
        ("TV", 70, ["clauses", "added", "synthetic"]),
        ("TH", 5, ["clauses", "added", "newest"]),
    ):
        service = services[prefix]
        if ago:
            _publish(session, service, parts, diary.day(ago, "09:30:00"))
        elif not criteria.versions(session, service.id):
            _publish(session, service, parts, FIRST.astimezone(UTC))
    for version in sorted(_versions(session, services), key=lambda v: v.usable_from):
        if version.usable_from < diary.now:
            criteria.end_waits(session, at=diary.soon(version.usable_from, until=diary.now))
    return services


def staff_up(session: Session, password: str) -> list[Staff]:
    """The team of the demo: whoever was there first, then the colleagues. `password` is the hash of theirs."""
    there = list(session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(col(Staff.email)).limit(1)))
    for email, role, name in team_addresses():
        known = session.exec(select(Staff).where(func.lower(col(Staff.email)) == email)).first()
        there.append(known or Staff(name=name, email=email, role=Role(role), password=password))
    session.add_all(there)
    session.flush()
    return there


def slugs() -> list[str]:
    """The slugs of the demo's services; the first is the one that `flask setup` makes."""
    return [given["slug"] for given in words()["services"]]


def team_addresses() -> list[tuple[str, str, str]]:
    """Address, role and name of each colleague."""
    return [(f"{local}@{MAIL}", role, name) for name, local, role in words()["team"]]


def _service(session: Session, given: dict[str, Any]) -> Service:
    found = session.exec(select(Service).where(Service.slug == given["slug"])).first()
    service = found or Service(
        slug=given["slug"], name=given["name"], prefix=given["prefix"],
        registered_on=REGISTERED if given["registered"] else None,
        designated_on=DESIGNATED if given["registered"] else None,
    )  # fmt: skip
    service.hosts = service.hosts or given["hosts"]
    service.criteria_url = service.criteria_url or given["criteria_url"]
    session.add(service)
    session.flush()
    return service


def _publish(session: Session, service: Service, parts: list[str], at: datetime) -> None:
    clauses = [ClauseText(*clause) for part in parts for clause in words()[part]]
    criteria.publish(
        session, service, title="投稿の削除などの基準", clauses=clauses, published_at=at, at=at,
        actor=journal.SYSTEM, url=service.criteria_url,
    )  # fmt: skip


def _versions(session: Session, services: dict[str, Service]) -> list[CriteriaVersion]:
    return [version for service in services.values() for version in criteria.versions(session, service.id)]
