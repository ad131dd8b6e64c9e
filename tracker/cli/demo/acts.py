"""The steps of the demo by which a notice is looked into, judged and acted on, through the verbs of casework."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from tracker.casework import (
    approvals,
    criteria,
    decisions,
    endings,
    investigation,
    journal,
    measures,
    receipts,
    replies,
    told_before,
)
from tracker.casework.decisions import Judgement
from tracker.cli.demo import experts
from tracker.cli.demo.scene import MINUTE, Scene
from tracker.cli.demo.texts import words
from tracker.law.grounds import Basis, Circumstance, Excuse, MeasureKind, SenderExemption
from tracker.models import Case, Sender, Staff


def take(scene: Scene) -> None:
    """Somebody takes the case and begins to look."""
    at = scene.work(0.4, 5)
    investigation.assign(scene.session, scene.notice, scene.hands, by=scene.hands, at=at)
    investigation.begin(scene.session, scene.notice, by=scene.hands, at=scene.work(MINUTE, 20 * MINUTE))


def see(scene: Scene, *nos: str) -> None:
    """What stood there at receipt is written down."""
    for item in scene.items(nos):
        text = scene.story.seen or scene.diary.random.choice(words()["seen"])
        investigation.snapshot(scene.session, item, text, by=scene.hands, at=scene.work(3 * MINUTE, 25 * MINUTE))


def confirm(scene: Scene) -> None:
    """The urgency that was ticked is looked into."""
    for which in scene.story.special:
        at = scene.work(10 * MINUTE, 90 * MINUTE)
        investigation.confirm(
            scene.session, scene.notice, Circumstance(which), scene.story.confirmed, by=scene.hands, at=at
        )


def measure(kind: MeasureKind) -> Callable[..., None]:
    """The step that decides on a measure of `kind`, on the basis named among its arguments."""

    def decide(scene: Scene, *arguments: str) -> None:
        basis = next((Basis(word) for word in arguments if not word.isdecimal()), Basis.CLAUSE)
        scene.work(0.5, 9)
        _decide(scene, [word for word in arguments if word.isdecimal()], kind, basis)

    return decide


def _decide(scene: Scene, nos: Sequence[str], kind: MeasureKind, basis: Basis) -> None:
    if scene.story.mail_sender:
        _sender_addresses(scene)
    clause = _clause(scene) if basis is Basis.CLAUSE else None
    facts = "" if clause else scene.story.facts
    _judge(scene, nos, Judgement(True, scene.story.taken, kind, basis, clause, facts, ai_used=scene.story.ai))


def keep(scene: Scene, *nos: str) -> None:
    """No measure is taken."""
    scene.work(0.5, 9)
    _judge(scene, nos, Judgement(False, scene.story.kept))


def _judge(scene: Scene, nos: Sequence[str], judgement: Judgement) -> None:
    experts.opine(scene)
    items = scene.items(nos)
    known = decisions.latest(scene.session, [item.id for item in items])
    seen = [(item.id, known[item.id].version if item.id in known else 0) for item in items]
    decisions.decide(scene.session, scene.notice, seen, judgement, by=scene.hands, at=scene.at)
    _second(scene)


def _second(scene: Scene) -> None:
    """What takes no effect before a second person approved it is approved by a lead beside them."""
    team = scene.session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.email))).all()
    for row in approvals.of_case(scene.session, scene.notice.case_id):
        if row.ahead and row.settled_at is None:
            part = approvals.took_part(scene.session, row)
            lead = next(one for one in team if approvals.may_settle(one.role) and one.id not in part)
            approvals.settle(scene.session, scene.notice, row.id, approve=True, by=lead.id, at=scene.at)


def _clause(scene: Scene) -> UUID:
    """The clause that the story names, in the criteria of the day."""
    service = scene.session.get_one(Case, scene.notice.case_id).service_id
    version = criteria.current(scene.session, service, scene.at)
    if version is None:
        raise ValueError("no criteria can be used yet")
    return {clause.title: clause.id for clause in criteria.clauses_of(scene.session, version)}[scene.story.clause]


def _sender_addresses(scene: Scene) -> None:
    """The office knows the addresses of the accounts: it notes them before it writes."""
    senders = select(Sender).where(Sender.case_id == scene.notice.case_id, col(Sender.email_sealed).is_(None))
    for sender in scene.session.exec(senders.order_by(col(Sender.account))).all():
        address = f"{sender.account.lstrip('@')}@{scene.diary.random.choice(words()['mail_hosts'])}"
        replies.set_sender_email(scene.session, sender, address, by=scene.hands, at=scene.at)


def do(scene: Scene, *nos: str) -> None:
    """What was ordered is carried out on the platform."""
    before = scene.at
    at = scene.work(10 * MINUTE, 2)
    done = max(before, at - timedelta(minutes=scene.diary.random.randrange(1, 9)))
    _execute(scene, nos, done)


def _execute(scene: Scene, nos: Sequence[str], done: datetime, breach: str = "") -> None:
    ids = [item.id for item in scene.items(nos)]
    ordered = [m.id for m in decisions.standing_measures(scene.session, ids) if not m.executed_at]
    measures.execute(
        scene.session, scene.notice, ordered, executed_at=done, by=scene.hands, at=scene.at, breach_reason=breach
    )


def early(scene: Scene) -> None:
    """Carried out on the day of the filing under criteria too young, and entered as the breach that it is."""
    done = scene.work(1, 3)
    young = criteria.versions(scene.session, scene.session.get_one(Case, scene.notice.case_id).service_id)[0]
    scene.at = max(scene.at, young.usable_from)
    scene.work(0.2, 1)
    _decide(scene, (), MeasureKind.REMOVE, Basis.CLAUSE)
    scene.work(5 * MINUTE, 30 * MINUTE)
    _execute(scene, (), done, scene.story.early)


def exempt(scene: Scene, ground: str) -> None:
    """The sender is not told, for a reason."""
    at = scene.work(10 * MINUTE, 1)
    ids = [item.id for item in scene.items(())]
    earlier = told_before.found(scene.session, scene.notice, ids)
    endings.exempt_sender(
        scene.session,
        scene.notice,
        ids,
        SenderExemption(ground),
        scene.story.exempted,
        by=scene.hands,
        at=at,
        before=earlier[0].letter if earlier else None,
        elsewhere=not earlier,
    )


def excuse(scene: Scene, ground: str) -> None:
    """The claimant is not told, for a reason."""
    at = scene.work(1, 9)
    endings.excuse(scene.session, scene.notice, Excuse(ground), scene.story.excused, by=scene.hands, at=at)


def withdraw(scene: Scene) -> None:
    """The claimant takes the notice back."""
    scene.at = scene.diary.home(scene.at, 6, 30, until=scene.until)
    endings.withdraw(scene.session, scene.notice, actor=journal.CLAIMANT, at=scene.at, remark=scene.story.withdrawn)
    scene.settle()


def correct(scene: Scene) -> None:
    """The time of receipt was mistyped."""
    at = scene.work(5 * MINUTE, 1)
    true = scene.notice.received_at - timedelta(minutes=scene.diary.random.randrange(20, 55))
    receipts.correct_receipt(scene.session, scene.notice, true, reason=scene.story.correct, by=scene.hands, at=at)
    scene.settle()


def changed(scene: Scene) -> None:
    """The criteria are changed after an emergency: the first version published since."""
    case = scene.session.get_one(Case, scene.notice.case_id)
    later = [v for v in criteria.versions(scene.session, case.service_id) if v.published_at > scene.at]
    scene.at = later[-1].published_at
    criteria.changed(scene.session, scene.notice, later[-1], by=scene.hands, at=scene.work(5 * MINUTE, 1))
