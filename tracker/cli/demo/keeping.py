"""How long the services of the demo keep their logs, how safely, and what people hold for longer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import holding, retention, safety
from tracker.casework.decisions import items_of
from tracker.casework.holding import Wish
from tracker.casework.retention import Line
from tracker.casework.safety import Finding
from tracker.cli.demo import texts
from tracker.cli.demo.agenda import Act
from tracker.cli.demo.diary import Diary
from tracker.law.logs import LogKind, Provider
from tracker.law.period import japanese_day
from tracker.models import Event, Notice, Service

LACKS = "!"  # before what is lacking


def publish_first(session: Session, diary: Diary, services: dict[str, Service], *, by: UUID) -> list[Act]:
    """The first version of each service's retention table."""
    tables = texts.keeping()["retention"].items()
    return [_publish(session, diary, services[prefix], versions[0], by) for prefix, versions in tables]


def look_after(session: Session, diary: Diary, services: dict[str, Service], *, by: UUID) -> list[Act]:
    """The later versions, and the checks of safety."""
    later = [(prefix, one) for prefix, all in texts.keeping()["retention"].items() for one in all[1:]]
    acts = [_publish(session, diary, services[prefix], one, by) for prefix, one in later]
    for one in texts.keeping()["safety"]:
        found = {key: Finding(not note.startswith(LACKS), note.lstrip(LACKS)) for key, note in one["found"].items()}
        at = moment(diary, one)
        acts.append(Act(at, partial(safety.check, session, services[one["service"]], found, by=by, at=at)))
    return acts


def hold(session: Session, diary: Diary, notices: Mapping[str, Notice], *, by: UUID) -> int:
    """What a person keeps for longer than the standard period. One of them was looked at again since."""
    for given in texts.keeping()["soft"]:
        notice = notices[given["story"]]
        at = diary.office(_last(session, notice), 20, 60, until=diary.now)
        items = frozenset(item.id for item in items_of(session, notice))
        review_on = diary.calendar.last_working_day(japanese_day(at) + timedelta(days=given["days"]))
        wish = Wish(given["ground"], given["reason"], frozenset(given["classes"]), review_on, items=items)
        row = holding.place(session, notice, wish, by=by, at=at)
        if "again" in given:
            at = diary.office(at + timedelta(days=given["days"] // 2), 0, 3, until=diary.now)
            review_on = diary.calendar.last_working_day(japanese_day(at) + timedelta(days=given["days"]))
            holding.review(session, notice, row.id, reason=given["again"], review_on=review_on, by=by, at=at)
    return len(texts.keeping()["soft"])


def moment(diary: Diary, given: Mapping[str, Any]) -> datetime:
    """The working moment at or after the one that is given as `ago` and `clock`."""
    return diary.office(diary.day(given["ago"], given["clock"]), 0, 0, until=diary.now)


def _publish(session: Session, diary: Diary, service: Service, given: Mapping[str, Any], by: UUID) -> Act:
    lines = [
        Line(LogKind(kind), Provider(provider), name, tuple(classes), purpose, months, reason)
        for kind, provider, name, classes, purpose, months, reason in given["lines"]
    ]
    in_force, at = japanese_day(diary.now) - timedelta(days=given["from"]), moment(diary, given)

    def publish() -> None:
        newest = next(iter(retention.history(session, service.id)), None)
        seen = newest.table.version if newest else retention.NO_TABLE
        retention.publish(session, service, lines, in_force=in_force, note=given["note"], seen=seen, by=by, at=at)

    return Act(at, publish)


def _last(session: Session, notice: Notice) -> datetime:
    """When something was last written down about a notice."""
    query = select(func.max(col(Event.recorded_at))).where(Event.case_id == notice.case_id)
    return session.exec(query).one()
