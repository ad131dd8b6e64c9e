"""Every clock of the Act, one block each, citing its article. A lawyer reads this without help.

Four sheets: toward the claimant, around a measure, toward the minister, toward the courts and in the logs. What has no
day at all stands in `standing.py`.
"""

from tracker.law.clocks.claimant import (
    CORRECTION,
    DECIDE,
    FAST_LANE,
    INTERIM,
    INVESTIGATION,
    OUTCOME,
    RECEIPT,
    REPLY,
)
from tracker.law.clocks.courts import (
    DISCLOSURE_APPEAL,
    DISCLOSURE_HEARING,
    DISCLOSURE_SUIT,
    PROVISION_LAPSE,
    SENDER_TOLD_OF_ORDER,
    WITHDRAWAL_CONSENT,
)
from tracker.law.clocks.logs import (
    BAN_ORDER,
    ERASURE,
    HOLD_ANSWER,
    HOLD_ORDER,
    LOG_RETENTION,
    LOG_RETENTION_LONG,
    PRESERVATION,
    PRESERVATION_EXTENDED,
)
from tracker.law.clocks.measures import (
    APPEAL,
    CRITERIA_CHANGE,
    CRITERIA_WAIT,
    DIGEST,
    EXECUTION,
    SENDER_NOTICE,
    SENDER_WAIT,
    SHORT_SENDER_WAIT,
)
from tracker.law.clocks.minister import (
    JAPANESE_FILING,
    MINISTER_ORDER,
    PUBLICATION,
    RECOMMENDATION,
    REGISTRATION,
    REGISTRATION_CHANGE,
    REPORT_DEMAND,
    SENDER_REPORT,
    SENDER_REPORT_REQUEST,
    SPECIALIST_FILING,
)
from tracker.law.clocks.rule import CONFIDENCES, Bound, ClockRule, Confidence, Effect, Given, Whom
from tracker.law.clocks.standing import STANDING, StandingRule

CLOCKS: tuple[ClockRule, ...] = (
    RECEIPT,
    INVESTIGATION,
    FAST_LANE,
    REPLY,
    INTERIM,
    DECIDE,
    OUTCOME,
    CORRECTION,
    EXECUTION,
    SENDER_NOTICE,
    CRITERIA_CHANGE,
    CRITERIA_WAIT,
    DIGEST,
    SENDER_WAIT,
    SHORT_SENDER_WAIT,
    APPEAL,
    REGISTRATION,
    REGISTRATION_CHANGE,
    SPECIALIST_FILING,
    PUBLICATION,
    SENDER_REPORT,
    SENDER_REPORT_REQUEST,
    REPORT_DEMAND,
    RECOMMENDATION,
    MINISTER_ORDER,
    JAPANESE_FILING,
    DISCLOSURE_HEARING,
    SENDER_TOLD_OF_ORDER,
    DISCLOSURE_SUIT,
    PROVISION_LAPSE,
    DISCLOSURE_APPEAL,
    WITHDRAWAL_CONSENT,
    PRESERVATION,
    PRESERVATION_EXTENDED,
    LOG_RETENTION,
    LOG_RETENTION_LONG,
    ERASURE,
    HOLD_ANSWER,
    HOLD_ORDER,
    BAN_ORDER,
)

__all__ = [
    "CLOCKS",
    "CONFIDENCES",
    "CRITERIA_CHANGE",
    "CRITERIA_WAIT",
    "INVESTIGATION",
    "REPLY",
    "SENDER_WAIT",
    "SHORT_SENDER_WAIT",
    "STANDING",
    "Bound",
    "ClockRule",
    "Confidence",
    "Effect",
    "Given",
    "StandingRule",
    "Whom",
]
