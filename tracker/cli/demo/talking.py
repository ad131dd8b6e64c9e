"""The steps of the demo in which claimant and staff write to each other on the status page, and find back to it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from tracker.casework import afterwards, chain, contact, corrections, delivery, messages
from tracker.cli.demo import post
from tracker.cli.demo.scene import Scene
from tracker.cli.demo.texts import words
from tracker.keys import Keyring
from tracker.letters import outbox
from tracker.models import Case, Claimant, Message, MessageKind, Service
from tracker.sealed import open_text


def write(scene: Scene) -> None:
    """The claimant writes, and nobody has read it yet."""
    messages.receive(scene.session, scene.notice, words()["talk"]["write"], at=_later(scene, 50))


def tell(scene: Scene) -> None:
    """Staff read it and write back."""
    seen, at = _there(scene), _later(scene, 40)
    messages.send(scene.session, scene.notice, words()["talk"]["tell"], seen=seen, by=scene.hands, at=at)
    _let_go(scene)


def want(scene: Scene) -> None:
    """Staff ask for something that the filing lacks."""
    seen, at = _there(scene), _later(scene, 30)
    corrections.ask(scene.session, scene.notice, words()["talk"]["want"], seen=seen, by=scene.hands, at=at)
    _let_go(scene)


def answer(scene: Scene) -> None:
    """The claimant answers."""
    corrections.answer(scene.session, scene.notice, _asked(scene).id, words()["talk"]["answer"], at=_later(scene, 90))


def drop(scene: Scene) -> None:
    """It is not needed any more."""
    corrections.drop(scene.session, scene.notice, _asked(scene).id, by=scene.hands, at=_later(scene, 60))


def again(scene: Scene) -> None:
    """The claimant asks to look again at the outcome."""
    afterwards.ask_again(scene.session, scene.notice, words()["talk"]["again"], at=_later(scene, 120))


def gone(scene: Scene, *nos: str) -> None:
    """The claimant says that posts cannot be seen any more."""
    items = [item.id for item in scene.items(nos)]
    afterwards.gone(scene.session, scene.notice, items, at=_later(scene, 20))


def lost(scene: Scene) -> None:
    """The claimant lost the secret, and gets the address of the page by mail."""
    claimant = _claimant(scene)
    case = scene.session.get_one(Case, scene.notice.case_id)
    email = open_text(scene.session, case.id, "claimant.email", claimant.id, claimant.email_sealed)
    service = scene.session.get_one(Service, case.service_id)
    contact.send_secret(scene.session, service, scene.notice.number, email, at=_later(scene, 60))
    _let_go(scene)


def move(scene: Scene) -> None:
    """The claimant has mail sent to another address, and proves it by its code."""
    at = _later(scene, 30)
    email = f"moved.{scene.notice.number[-3:]}@example.org"
    contact.ask_to_change(scene.session, scene.notice, email, at=at)
    _let_go(scene)
    keyring: Keyring = scene.session.info["keys"]
    code = keyring.address_code(_claimant(scene).id, email, str(chain.iso(at)))
    contact.confirm_change(scene.session, scene.notice, code, at=_later(scene, 5))
    _let_go(scene)


def _later(scene: Scene, minutes: int) -> datetime:
    scene.at = min(scene.at + timedelta(minutes=minutes), scene.diary.now)
    return scene.at


def _let_go(scene: Scene) -> None:
    """The mail leaves a minute later."""
    _later(scene, 1)
    for letter in post.waiting(scene.session, scene.notice.case_id):
        outbox.claim(scene.session, letter.id, scene.at)
        delivery.settle(scene.session, letter.id, post.ACCEPTED, at=scene.at)


def _there(scene: Scene) -> list[UUID]:
    """All that was written so far: staff have it before them."""
    return [said.message.id for said in messages.exchange(scene.session, scene.notice)]


def _asked(scene: Scene) -> Message:
    query = select(Message).where(
        Message.case_id == scene.notice.case_id,
        Message.kind == MessageKind.CORRECTION,
        col(Message.settled_at).is_(None),
    )
    return scene.session.exec(query).one()


def _claimant(scene: Scene) -> Claimant:
    return scene.session.exec(select(Claimant).where(Claimant.notice_id == scene.notice.id)).one()
