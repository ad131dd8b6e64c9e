"""保存の依頼: one order to a log custodian that lists many holds, its letters, and the custodian's answer."""

from tracker.casework.orders.answers import answer, answer_lines
from tracker.casework.orders.placing import MOST, draft, place
from tracker.casework.orders.record import KEEPS, order_holds, order_lines
from tracker.casework.orders.sending import by_mail_instead, classes_of, may_have, send_again, taking, withdraw

__all__ = [
    "KEEPS",
    "MOST",
    "answer",
    "answer_lines",
    "by_mail_instead",
    "classes_of",
    "draft",
    "may_have",
    "order_holds",
    "order_lines",
    "place",
    "send_again",
    "taking",
    "withdraw",
]
