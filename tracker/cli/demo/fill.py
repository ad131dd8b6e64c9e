"""Filling an empty house with eighty made-up notices, relative to now, through the verbs that the doors call."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework.holding import ending
from tracker.casework.watch import memos
from tracker.casework.watch.sweep import sweep
from tracker.cli.demo import agenda, burden, custodians, experts, keeping, legal, post, publication
from tracker.cli.demo.agenda import Act
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.filing import file, received
from tracker.cli.demo.house import furnish, slugs, staff_up, team_addresses
from tracker.cli.demo.orders import place_orders
from tracker.cli.demo.scene import Scene
from tracker.cli.demo.steps import play
from tracker.cli.demo.texts import Story, stories
from tracker.cli.people import EMAIL
from tracker.models import HoldOrder, LogHold, Notice, Role, Service, Staff


class Inhabited(Exception):
    """The house has notices, services or people of its own: made-up ones never come among real ones."""


def fill(
    session: Session, *, now: datetime, seed: int, password: str, say: Callable[[str], None] = lambda _: None
) -> None:
    """Fill a house in which nobody lives. The same `seed` and `now` give the same texts and dates, under new ids.

    `password` is the hash of the colleagues' password. Raises Inhabited where there is a notice, or a service or
    member of the team that neither `flask setup` nor the demo made.
    """
    if _inhabited(session):
        raise Inhabited
    diary = Diary(now, session.info["calendar"], Random(seed))  # noqa: S311 - made-up notices need no secrets
    services = furnish(session, diary)
    team = staff_up(session, password)
    say(f"{len(services)} services with their criteria, {len(team)} people in the team.")
    apart = Diary(now, diary.calendar, Random(f"registers {seed}"))  # noqa: S311 - so that they move no notice
    registers = [
        *keeping.publish_first(session, diary, services, by=_lead(team)),
        *experts.appoint_all(session, diary, services, by=_lead(team), expert=_expert(team)),
        *keeping.look_after(session, apart, services, by=_lead(team)),
        *publication.plan(session, apart, services["TH"], team),
    ]
    say(f"{len(registers)} entries in the registers of the services.")
    notices: dict[str, Notice] = {}

    def tell(story: Story, moment: datetime) -> None:
        notices[story.key] = _tell(session, diary, story, services[story.service], team, moment)
        if len(notices) % 20 == 0:
            say(f"{len(notices)} notices.")

    told = sorted(((received(diary, story), story) for story in stories()), key=lambda one: one[0])
    agenda.play([*registers, *(Act(moment, partial(tell, story, moment)) for moment, story in told)])
    say(f"{burden.count(session, seed)} filings in the figures of the form.")
    experts.move(session, diary, services["TV"], by=_lead(team), expert=_expert(team))
    say(f"{keeping.hold(session, diary, notices, by=_lead(team))} holds by people.")
    keeper = custodians.keep(session, diary, services, by=_lead(team))
    ended = _end_holds(session, now)
    place_orders(session, diary, services, _lead(team))
    custodians.erase(session, diary, keeper, by=_lead(team))
    say(f"{ended} holds that ended, {session.exec(select(func.count()).select_from(HoldOrder)).one()} hold orders.")
    say(f"{legal.receive(session, diary, services, notices, team)} papers of courts, investigators and the minister.")
    say(f"{_alert(session, now)} alerts.")


def _inhabited(session: Session) -> bool:
    """Whether somebody has begun to use the house in earnest."""
    ours = {EMAIL, *(email for email, _role, _name in team_addresses())}
    return bool(
        session.exec(select(Notice.id).limit(1)).first()
        or session.exec(select(Service.id).where(col(Service.slug).not_in(slugs())).limit(1)).first()
        or session.exec(select(Staff.id).where(col(Staff.email).not_in(ours)).limit(1)).first()
    )


def _tell(
    session: Session, diary: Diary, story: Story, service: Service, team: list[Staff], moment: datetime
) -> Notice:
    """File one notice, let its receipt go, and do what its story says."""
    clerks = [one for one in team if one.role in {Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR}]
    hands = diary.random.choice(clerks).id
    notice, at = file(session, diary, story, service, moment, hands)
    if story.receipt != "wait":
        at = post.settle_case(session, diary, notice.case_id, hands, at, story.receipt)
    play(Scene(session, diary, story, notice, hands, _expert(team), at))
    return notice


def _lead(team: list[Staff]) -> UUID:
    return next(one for one in team if one.role is Role.LEAD).id


def _expert(team: list[Staff]) -> UUID:
    return next(one for one in team if one.role is Role.SPECIALIST).id


def _end_holds(session: Session, now: datetime) -> int:
    """Release the holds whose time has passed, each shortly after it did."""
    past = select(LogHold.until_at, LogHold.case_id).where(
        col(LogHold.released_at).is_(None), col(LogHold.until_at) <= now
    )
    ended = 0
    for until, case_id in sorted({(until, id) for until, id in session.exec(past) if until}):
        ended += ending.end_due(session, case_id, at=until)
    return ended


def _alert(session: Session, now: datetime) -> int:
    """Raise what is due and settle it, so that the night watch has nothing old to say."""
    raised = 0
    while (done := sweep(session, at=now)).claimed:
        raised += done.alerts
    for memo in memos.due(session, now, limit=1000):
        memos.settle(session, memo, post.ACCEPTED, at=now)
    return raised
