"""The steps of the demo in which a sender is asked: the inquiry, its receipt, what they answer, and silence."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from tracker.casework import evidence, journal
from tracker.casework.hearing import answering, asking, doors, receiving, rows, theirs, waiting
from tracker.casework.hearing.answering import Words
from tracker.casework.hearing.rows import Asked
from tracker.cli.demo.filing import picture
from tracker.cli.demo.scene import MINUTE, Scene
from tracker.cli.demo.texts import words
from tracker.law.inquiries import RULES, Regime
from tracker.models import Case, DoorPurpose, Position, Sender


def apart(act: Callable[..., None]) -> Callable[..., None]:
    """The step with chance of its own: what the other stories draw stays what it was."""

    def alone(scene: Scene, *arguments: str) -> None:
        shared = scene.diary
        scene.diary = replace(shared, random=Random(f"{scene.story.key} {act.__name__}"))  # noqa: S311 - made up
        try:
            act(scene, *arguments)
        finally:
            scene.diary = shared

    return alone


def senders(scene: Scene, nos: Sequence[str] = ()) -> list[Sender]:
    """The accounts behind the items named, in the order of the items."""
    found = dict.fromkeys(item.sender_id for item in scene.items(nos) if item.sender_id)
    return [scene.session.get_one(Sender, id) for id in found]


def enter(scene: Scene, sender: Sender, purpose: DoorPurpose) -> None:
    """The sender follows their link and opens the page by its button, where a letter named one."""
    door = doors.of_sender(scene.session, sender.id).get(purpose)
    if door is None:
        return
    secret = doors.address(scene.session, door).rpartition("/")[2]
    entered = doors.enter(scene.session, sender.id, purpose, secret, at=scene.at)
    if entered and theirs.unopened(scene.session, entered):
        theirs.open_all(scene.session, entered, at=scene.at)


def inquire(scene: Scene, *arguments: str) -> None:
    """Each sender is asked in a letter of their own, under the regime named among the arguments."""
    regime = next((Regime(word) for word in arguments if not word.isdecimal()), Regime.STANDARD)
    at = scene.work(0.2, 3)
    chosen = {item.id for item in scene.items([word for word in arguments if word.isdecimal()])}
    for sender in senders(scene):
        free = asking.askable(scene.session, scene.notice, sender.id)
        if items := [item.id for item in free if item.id in chosen]:
            draft = asking.draft(scene.session, scene.notice, sender.id, items, regime, by_hand=False, at=at)
            asking.ask(
                scene.session, scene.notice, sender.id, items, regime, draft.digest,
                confirmed=list(RULES[regime].elements), by=scene.hands, at=at,
            )  # fmt: skip
    scene.settle()


def free(scene: Scene, *nos: str) -> None:
    """Each element of 法4条2号 is confirmed: these items need neither an inquiry nor a wait."""
    items = [item.id for item in scene.items(nos)]
    rule = RULES[Regime.NO_WAIT]
    asking.confirm(
        scene.session, scene.notice, items, rule.regime, list(rule.elements),
        by=scene.hands, at=scene.work(10 * MINUTE, 1),
    )  # fmt: skip


def reach(scene: Scene) -> None:
    """The senders open their page, and their wait begins."""
    scene.at = scene.diary.home(scene.at, 2, 20, until=scene.until)
    for sender in senders(scene):
        enter(scene, sender, DoorPurpose.INQUIRY)


def prove(scene: Scene) -> None:
    """Staff hold a proof that the letter arrived."""
    case = scene.session.get_one(Case, scene.notice.case_id)
    when = scene.work(3, 20)
    at = scene.work(0.5, 5)
    for one in _asked(scene):
        if one.row.received_at is None:
            receiving.prove(
                scene.session, case, one.row.id, when=when, how=words()["hearing"]["proof"], by=scene.hands, at=at
            )


def mend(scene: Scene) -> None:
    """The day of its receipt was misread: the wait counts from the true one."""
    case = scene.session.get_one(Case, scene.notice.case_id)
    at = scene.work(0.2, 2)
    for one in _asked(scene):
        if one.row.received_at:
            when = max(one.row.asked_at, one.row.received_at - timedelta(minutes=40))
            receiving.correct(
                scene.session, case, one.row.id, when=when, why=words()["hearing"]["misread"], by=scene.hands, at=at
            )


def say(position: Position) -> Callable[..., None]:
    """The step in which the senders who were asked answer so, with a file where the story has one of theirs."""

    def answer(scene: Scene) -> None:
        case = scene.session.get_one(Case, scene.notice.case_id)
        scene.at = scene.diary.home(scene.at, 2, 20, until=scene.until)
        for sender in senders(scene):
            named = {id for one in _asked(scene) if one.row.sender_id == sender.id for id in one.items}
            if named:
                said = Words(position, scene.story.said, _keep(scene))
                answering.answer(
                    scene.session, case, sender, sorted(named), said, actor=journal.SENDER, at=scene.at
                )  # fmt: skip

    return answer


def silence(scene: Scene) -> None:
    """The wait passes without an answer, and is recorded as passed; one that lasts longer than there is time runs."""
    case = scene.session.get_one(Case, scene.notice.case_id)
    running = [clock for clock in rows.waits(scene.session, case.id).values() if clock.stopped_at is None]
    ends = [clock.due_at for clock in running if clock.due_at]
    if ends and max(ends) + timedelta(minutes=2) < scene.until:
        scene.at = scene.diary.soon(max(scene.at, *ends), until=scene.until)
        waiting.end_waits(scene.session, case, at=scene.at)


def _asked(scene: Scene) -> list[Asked]:
    return [one for one in rows.asked(scene.session, scene.notice.case_id) if one.stands]


def _keep(scene: Scene) -> str:
    """A file of the sender's form, kept; gives its token, empty without one."""
    if not scene.story.theirs:
        return ""
    random = scene.diary.random
    token = f"{random.getrandbits(128):032x}"
    for name in scene.story.theirs:
        evidence.keep(scene.session, token, evidence.FileIn(name, picture(random, name)), at=scene.at)
    return token
