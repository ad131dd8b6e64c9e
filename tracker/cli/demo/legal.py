"""The papers of the demo: of claimants, courts, investigators and the minister, and what followed them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tracker.casework import papers
from tracker.casework.decisions import items_of
from tracker.casework.papers import Entry
from tracker.cli.demo import keeping, texts
from tracker.cli.demo.diary import Diary
from tracker.law.facts import Fact
from tracker.law.period import japanese_day
from tracker.models import LegalPaper, Notice, PaperKind, Role, Service, Staff

REIWA = 2018  # the year before the first of the era


def receive(
    session: Session, diary: Diary, services: dict[str, Service], notices: Mapping[str, Notice], team: list[Staff]
) -> int:
    """Enter the papers in the order in which they came. Says how many."""
    lead, manager = (next(one for one in team if one.role is role) for role in (Role.LEAD, Role.MANAGER))
    given = texts.keeping()["papers"]
    for one in given:
        served = keeping.moment(diary, one)
        at = diary.office(served, 0.3, 3, until=diary.now)
        notice = notices.get(one.get("story", ""))
        entry = Entry(
            PaperKind(one["kind"]),
            served,
            _words(session, one, notice, served.year - REIWA),
            until=japanese_day(served) + timedelta(days=one["until"]) if "until" in one else None,
            classes=one.get("classes", ()),
            provided=one.get("provided", ""),
            notice=notice.number if notice else "",
            confidential=one.get("secret", False),
            readers=[manager.id] if "secret" in one else [],
        )
        paper = papers.enter(session, services[one["service"]], entry, by=lead.id, at=at)
        _follow(session, diary, paper, one, lead)
    return len(given)


def _words(session: Session, given: Mapping[str, Any], notice: Notice | None, era: int) -> dict[str, str]:
    """What a paper says; it names the posts of the notice that it is about."""
    said = {name: given[name].format(era=era) for name in ("issuer", "reference", "asks")}
    if notice is None:
        return said
    return said | {"contents": "\n".join(item.url for item in items_of(session, notice))}


def _follow(session: Session, diary: Diary, paper: LegalPaper, given: Mapping[str, Any], lead: Staff) -> None:
    for fact, days, remark, *answer in given.get("then", []):
        at = diary.office(paper.served_at + timedelta(days=days), 0, 3, until=diary.now)
        way = "6-1-1" if fact == Fact.PROVISION_MADE else ""
        papers.note(
            session, paper, Fact(fact), occurred_at=at, way=way, answer="".join(answer), remark=remark,
            by=lead.id, at=at,
        )  # fmt: skip
    if "ends" in given:
        days, reason = given["ends"]
        at = diary.office(paper.served_at + timedelta(days=days), 0, 3, until=diary.now)
        papers.end(session, paper, occurred_at=at, reason=reason, by=lead.id, at=at)
