"""How the steps of a story are read: names of acts, each with its arguments, one after the other."""

from collections.abc import Callable
from datetime import timedelta

from tracker.casework import proof
from tracker.cli.demo import acts, appeals, hearing, papers, talking, telling
from tracker.cli.demo.scene import Scene
from tracker.law.grounds import DeferralGround, MeasureKind
from tracker.models import Case, Position


def play(scene: Scene) -> None:
    """Do the steps of the story, one after the other."""
    for step in filter(None, (part.strip() for part in scene.story.steps.split(","))):
        name, *arguments = step.split()
        STEPS[name](scene, *arguments)


def _wait(scene: Scene, how_long: str) -> None:
    """Let days (3d) or hours (5h) pass."""
    amount = int(how_long[:-1])
    passed = timedelta(days=amount) if how_long.endswith("d") else timedelta(hours=amount)
    scene.at = min(scene.at + passed, scene.until)


def _today(scene: Scene) -> None:
    """Nothing until the last day and night before now, so that what follows is fresh."""
    scene.at = max(scene.at, scene.diary.now - timedelta(hours=20))


def _late(scene: Scene) -> None:
    """The last day of the reply passes."""
    reply = proof.running_reply(scene.session, scene.session.get_one(Case, scene.notice.case_id))
    if reply and reply.due_at:
        scene.at = max(scene.at, reply.due_at)


STEPS: dict[str, Callable[..., None]] = {
    "take": acts.take,
    "see": acts.see,
    "confirm": acts.confirm,
    **{kind.value: acts.measure(kind) for kind in MeasureKind},
    "keep": acts.keep,
    "do": acts.do,
    "early": acts.early,
    "ask": telling.interim(DeferralGround.SENDER_OPINION),
    "specialist": telling.interim(DeferralGround.SPECIALIST),
    "unavoidable": telling.interim(DeferralGround.UNAVOIDABLE),
    "reply": telling.reply,
    "queue": telling.queue,
    "sender": telling.sender,
    "exempt": acts.exempt,
    "excuse": acts.excuse,
    "withdraw": acts.withdraw,
    "open": telling.open_letter,
    "bounce": telling.bounce,
    "address": telling.address,
    "correct": acts.correct,
    "write": talking.write,
    "tell": talking.tell,
    "want": talking.want,
    "answer": talking.answer,
    "drop": talking.drop,
    "again": talking.again,
    "gone": talking.gone,
    "lost": talking.lost,
    "move": talking.move,
    **{
        name: hearing.apart(act)
        for name, act in {
            "inquire": hearing.inquire,
            "free": hearing.free,
            "reach": hearing.reach,
            "prove": hearing.prove,
            "mend": hearing.mend,
            "agree": hearing.say(Position.AGREES),
            "object": hearing.say(Position.OBJECTS),
            "say": hearing.say(Position.WORDS),
            "silence": hearing.silence,
            "read": appeals.read,
            "appeal": appeals.appeal,
            "uphold": appeals.uphold,
            "overturn": appeals.overturn,
            "respond": appeals.respond,
            "restored": appeals.restored,
            "retract": appeals.retract,
        }.items()
    },
    "wait": _wait,
    "today": _today,
    "late": _late,
    "changed": acts.changed,
    "original": papers.original,
    "virus": papers.virus,
}
