"""The steps of the demo by which claimants and senders are told, and what comes back."""

from collections.abc import Callable

from tracker.casework import investigation, receipts, replies
from tracker.cli.demo import experts, post
from tracker.cli.demo.scene import MINUTE, Scene
from tracker.law.grounds import DeferralGround
from tracker.letters.write import Draft
from tracker.models import LetterKind


def interim(ground: DeferralGround) -> Callable[..., None]:
    """The step that tells the claimant why it takes longer."""

    def defer(scene: Scene, *nos: str) -> None:
        at = scene.work(2, 14)
        if ground is DeferralGround.SPECIALIST:
            investigation.assign(scene.session, scene.notice, scene.specialist, by=scene.hands, at=at)
        ids = [item.id for item in scene.items(nos)]
        if ground is DeferralGround.SPECIALIST:
            experts.give(scene, ids)
        _send(scene, replies.interim_draft(scene.session, scene.notice, ids, ground, scene.story.interim))
        scene.settle()
        if ground is DeferralGround.SPECIALIST:
            scene.hands = scene.specialist

    return defer


def reply(scene: Scene, how: str = "") -> None:
    """The claimant is told what is ready."""
    scene.work(8 * MINUTE, 3)
    draft = replies.outcome_draft(scene.session, scene.notice)
    if draft is None:
        raise ValueError(f"{scene.story.key}: there is nothing to tell")
    _send(scene, draft)
    scene.settle(how)


def queue(scene: Scene) -> None:
    """A letter is written while the relay is away, and taken back before it leaves."""
    reply(scene, "away")


def _send(scene: Scene, draft: Draft) -> None:
    late = scene.story.late or "送り直しに日数がかかった。"
    replies.send_draft(scene.session, scene.notice, draft, draft.digest, by=scene.hands, at=scene.at, late_reason=late)


def sender(scene: Scene) -> None:
    """Each sender whose post was acted on is told."""
    scene.work(0.2, 5)
    for draft in replies.sender_drafts(scene.session, scene.notice):
        _send(scene, draft)
    scene.settle()


def open_letter(scene: Scene) -> None:
    """The claimant reads the newest letter in the portal."""
    scene.at = scene.diary.home(scene.at, 0.3, 20, until=scene.until)
    post.open_latest(scene.session, scene.notice.case_id, scene.at)


def bounce(scene: Scene, kind: str = "outcome") -> None:
    """A letter comes back."""
    wanted = {"sender": LetterKind.SENDER_NOTICE, "appeal": LetterKind.APPEAL_ANSWER}.get(kind, LetterKind.OUTCOME)
    scene.at = scene.diary.office(scene.at, 0.5, 6, until=scene.diary.now)
    post.bounce_latest(scene.session, scene.notice.case_id, wanted, scene.hands, scene.at)


def address(scene: Scene) -> None:
    """The claimant gives another address."""
    scene.at = scene.diary.office(scene.at, 1, 5, until=scene.diary.now)
    new = f"new{scene.diary.random.randrange(100, 999)}@example.org"
    receipts.change_email(scene.session, scene.notice, new, by=scene.hands, at=scene.at)
