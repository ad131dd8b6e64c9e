"""What the meter of the form would have counted while the notices of the demo were filed, and others were given up."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import burden
from tracker.casework.burden import Happened
from tracker.law.grounds import Channel
from tracker.models import Case, Counted, Evidence, Item, Notice

ENGLISH = 0.08  # of all forms
# Sections in which a form is given up, by how often: most read, begin, and stop where it gets hard.
GIVEN_UP = {0: 6, 1: 4, 2: 3, 3: 5, 4: 9, 5: 1, 6: 4, 7: 2, 8: 1}
REFUSED = {"url": 7, "confirm": 5, "evidence": 4, "email": 4, "reason": 3, "many": 2, "rights": 2, "standing": 1}
SECTION = {"url": 3, "many": 3, "confirm": 8, "evidence": 4, "reason": 4, "email": 6, "rights": 2, "standing": 1}
MINUTES = (1.6, 3.2, 4.1, 4.8, 6.5, 7.4, 9.0, 12.0, 16.5, 28.0, 51.0, 190.0)


def count(session: Session, seed: int) -> int:
    """Count the filings that came through the form, and around each of them the forms that were given up."""
    random = Random(f"form {seed}")  # noqa: S311 - figures of the demo need no secrets
    filings = session.exec(
        select(Notice.received_at, Case.service_id, Case.id)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(Notice.channel == Channel.FORM)
        .order_by(col(Notice.received_at), col(Notice.number))
    ).all()
    for at, service_id, case_id in filings:
        places = session.exec(select(func.count()).where(Item.case_id == case_id)).one()
        files = session.exec(
            select(func.count()).where(Evidence.case_id == case_id, col(Evidence.sender_id).is_(None))
        ).one()
        _add(session, random, service_id, at, _filing(random, places, files))
        for _ in range(random.randrange(1, 5)):
            _add(session, random, service_id, at - timedelta(minutes=random.randrange(5, 50)), _given_up(random))
    return len(filings)


def _add(session: Session, random: Random, service_id: UUID, at: datetime, happened: list[Happened]) -> None:
    language = "en" if random.random() < ENGLISH else "ja"
    burden.add(session, service_id, happened, language=language, at=at)


def _filing(random: Random, places: int, files: int) -> list[Happened]:
    """A form that was opened, came back or not, and was filed."""
    came_back = random.choices((0, 1, 2, 4), (10, 4, 2, 1))[0]
    seen = random.random() < 0.9
    happened: list[Happened] = [(Counted.STARTED, "")]
    for _ in range(came_back):
        happened += _returned(random)
    happened += burden.reached(0, burden.SECTIONS) if seen else []
    return happened + burden.filed(
        places=places, files=files, minutes=random.choice(MINUTES), tries=came_back + 1, seen=seen
    )


def _given_up(random: Random) -> list[Happened]:
    """A form that was opened and never filed."""
    last = random.choices(list(GIVEN_UP), list(GIVEN_UP.values()))[0]
    happened: list[Happened] = [(Counted.STARTED, ""), *burden.reached(0, last)]
    return happened + (_returned(random) if last == burden.SECTIONS else [])


def _returned(random: Random) -> list[Happened]:
    fields = set(random.choices(list(REFUSED), list(REFUSED.values()), k=random.choice((1, 1, 2))))
    sections = {SECTION[field] for field in fields}
    refused: list[Happened] = [(Counted.REFUSED, field) for field in sorted(fields)]
    return [(Counted.RETURNED, ""), *refused, *((Counted.RETURNED_AT, str(n)) for n in sorted(sections))]
