"""The shape of 法25条: in which stage an item stands toward its claimant, what leads on from there, how it is counted.

Pure: casework folds the facts of a case into steps, and reads stage and figure from these tables.
"""

from enum import StrEnum

from tracker.law import N_
from tracker.law.grounds import DeferralGround


class Stage(StrEnum):
    """Where one item stands. In every stage but OPEN the claimant has an answer that stands.

    An item decided anew is OPEN again though its days of 1項 were kept by the first answer: their clock stays stopped,
    and the new outcome is owed without delay.
    """

    OPEN = "open"
    DEFERRED = "deferred"
    TAKEN = "taken"
    KEPT = "kept"
    TAKEN_LATER = "taken_later"
    KEPT_LATER = "kept_later"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What moves an item: a letter that was given or came back, a decision made anew, an excuse, a withdrawal."""

    INTERIM = "interim"
    TOLD_TAKEN = "told_taken"
    TOLD_KEPT = "told_kept"
    EXCUSE = "excuse"
    WITHDRAW = "withdraw"
    REDECIDED = "redecided"
    OUTCOME_LOST = "outcome_lost"  # the outcome came back, an interim reply before it stands
    REPLY_LOST = "reply_lost"  # and none stands


# Stage and step → the next stage. What is not here cannot happen, or changes nothing.
STEPS: dict[tuple[Stage, Step], Stage] = {
    (Stage.OPEN, Step.INTERIM): Stage.DEFERRED,
    (Stage.OPEN, Step.TOLD_TAKEN): Stage.TAKEN,
    (Stage.OPEN, Step.TOLD_KEPT): Stage.KEPT,
    (Stage.OPEN, Step.EXCUSE): Stage.EXCUSED,
    (Stage.OPEN, Step.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DEFERRED, Step.TOLD_TAKEN): Stage.TAKEN_LATER,
    (Stage.DEFERRED, Step.TOLD_KEPT): Stage.KEPT_LATER,
    (Stage.DEFERRED, Step.EXCUSE): Stage.EXCUSED,
    (Stage.DEFERRED, Step.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DEFERRED, Step.REPLY_LOST): Stage.OPEN,
    (Stage.TAKEN, Step.REDECIDED): Stage.OPEN,
    (Stage.TAKEN, Step.REPLY_LOST): Stage.OPEN,
    (Stage.TAKEN, Step.OUTCOME_LOST): Stage.OPEN,
    (Stage.KEPT, Step.REDECIDED): Stage.OPEN,
    (Stage.KEPT, Step.REPLY_LOST): Stage.OPEN,
    (Stage.KEPT, Step.OUTCOME_LOST): Stage.OPEN,
    (Stage.TAKEN_LATER, Step.REDECIDED): Stage.DEFERRED,
    (Stage.TAKEN_LATER, Step.OUTCOME_LOST): Stage.DEFERRED,
    (Stage.TAKEN_LATER, Step.REPLY_LOST): Stage.OPEN,
    (Stage.KEPT_LATER, Step.REDECIDED): Stage.DEFERRED,
    (Stage.KEPT_LATER, Step.OUTCOME_LOST): Stage.DEFERRED,
    (Stage.KEPT_LATER, Step.REPLY_LOST): Stage.OPEN,
}

LABELS: dict[Stage, str] = {
    Stage.OPEN: N_("通知を待つ"),
    Stage.DEFERRED: N_("途中経過を通知した"),
    Stage.TAKEN: N_("講じた旨を通知した"),
    Stage.KEPT: N_("講じなかった旨と理由を通知した"),
    Stage.TAKEN_LATER: N_("途中経過の後、講じた旨を通知した"),
    Stage.KEPT_LATER: N_("途中経過の後、講じなかった旨と理由を通知した"),
    Stage.EXCUSED: N_("正当な理由により通知しない"),
    Stage.WITHDRAWN: N_("取り下げられた"),
}

# The item of 規則18条3項 that a stage is counted in; none while open, and none for what was withdrawn.
FIGURES: dict[Stage, str] = {
    Stage.TAKEN: "18-3-1",
    Stage.KEPT: "18-3-2",
    Stage.EXCUSED: "18-3-3",
    Stage.TAKEN_LATER: "18-3-4",
    Stage.KEPT_LATER: "18-3-5",
}
INTERIMS: dict[DeferralGround, str] = {
    DeferralGround.SENDER_OPINION: "18-3-6",
    DeferralGround.SPECIALIST: "18-3-7",
    DeferralGround.UNAVOIDABLE: "18-3-8",
}
OVER = frozenset(Stage) - {Stage.OPEN, Stage.DEFERRED}


def after(stage: Stage, step: Step) -> Stage:
    """The stage that `step` leads to; the same one where the step changes nothing."""
    return STEPS.get((stage, step), stage)
