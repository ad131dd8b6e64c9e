"""What can happen to a case, in the Act's words. A fact enters through `casework.journal.record` and nowhere else."""

from enum import StrEnum

from tracker.law import N_


class Fact(StrEnum):
    """One kind of event in a case's record. The value is stored for ever: append, never rename."""

    NOTICE_RECEIVED = "notice_received"
    RECEIPT_GIVEN = "receipt_given"
    RECEIPT_CORRECTED = "receipt_corrected"
    EVIDENCE_ADDED = "evidence_added"
    SNAPSHOT_RECORDED = "snapshot_recorded"
    CASE_ASSIGNED = "case_assigned"
    ADDRESS_CHANGED = "address_changed"
    CIRCUMSTANCE_CONFIRMED = "circumstance_confirmed"
    INVESTIGATION_STARTED = "investigation_started"
    SENDER_ASKED = "sender_asked"
    INQUIRY_RECEIVED = "inquiry_received"
    SHORT_INQUIRY_RECEIVED = "short_inquiry_received"
    SENDER_OBJECTED = "sender_objected"
    WAIT_OVER = "wait_over"
    DECISION_MADE = "decision_made"
    MEASURE_ORDERED = "measure_ordered"
    MEASURE_EXECUTED = "measure_executed"
    MEASURE_WITHDRAWN = "measure_withdrawn"
    BREACH_RECORDED = "breach_recorded"
    LETTER_QUEUED = "letter_queued"
    LETTER_CANCELLED = "letter_cancelled"
    LETTER_ACCEPTED = "letter_accepted"
    LETTER_REFUSED = "letter_refused"
    LETTER_OPENED = "letter_opened"
    LETTER_HANDED_OVER = "letter_handed_over"
    LETTER_BOUNCED = "letter_bounced"
    INTERIM_REPLIED = "interim_replied"
    OUTCOME_GIVEN = "outcome_given"
    NOTICE_ANSWERED = "notice_answered"
    REPLY_EXCUSED = "reply_excused"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    REPLY_LOST = "reply_lost"
    OUTCOME_LOST = "outcome_lost"
    SENDER_NOTICE_LOST = "sender_notice_lost"
    SENDER_NOTIFIED = "sender_notified"
    SENDER_NOTICE_EXEMPTED = "sender_notice_exempted"
    CRITERIA_PUBLISHED = "criteria_published"
    CRITERIA_CHANGED = "criteria_changed"
    HOLD_RELEASED = "hold_released"
    HOLD_ORDERED = "hold_ordered"
    HOLD_ACKNOWLEDGED = "hold_acknowledged"
    HOLD_ORDER_WITHDRAWN = "hold_order_withdrawn"


LABELS: dict[Fact, str] = {
    Fact.NOTICE_RECEIVED: N_("申出を受けた"),
    Fact.RECEIPT_GIVEN: N_("受け付けた日時を申出者に明らかにした"),
    Fact.RECEIPT_CORRECTED: N_("受付の日時を訂正した"),
    Fact.EVIDENCE_ADDED: N_("証拠を加えた"),
    Fact.SNAPSHOT_RECORDED: N_("受付時の内容を記録した"),
    Fact.ADDRESS_CHANGED: N_("連絡先を変えた"),
    Fact.CASE_ASSIGNED: N_("担当を決めた"),
    Fact.CIRCUMSTANCE_CONFIRMED: N_("急ぎの事情を確かめた"),
    Fact.INVESTIGATION_STARTED: N_("調査に着手した"),
    Fact.SENDER_ASKED: N_("発信者に意見を聴くこととした"),
    Fact.INQUIRY_RECEIVED: N_("照会が発信者に届いた"),
    Fact.SHORT_INQUIRY_RECEIVED: N_("照会が発信者に届いた（2日の特例）"),
    Fact.SENDER_OBJECTED: N_("発信者が同意しないと回答した"),
    Fact.WAIT_OVER: N_("待機の期間が過ぎた"),
    Fact.DECISION_MADE: N_("判断した"),
    Fact.MEASURE_ORDERED: N_("措置の実施を指示した"),
    Fact.MEASURE_EXECUTED: N_("送信防止措置を講じた"),
    Fact.MEASURE_WITHDRAWN: N_("措置の指示を取り消した"),
    Fact.BREACH_RECORDED: N_("違反を記録した"),
    Fact.LETTER_QUEUED: N_("通知を送信待ちにした"),
    Fact.LETTER_CANCELLED: N_("送信待ちの通知を取り消した"),
    Fact.LETTER_ACCEPTED: N_("中継サーバーが通知を受理した"),
    Fact.LETTER_REFUSED: N_("サーバーが通知を拒んだ"),
    Fact.LETTER_OPENED: N_("申出者が通知を開いた"),
    Fact.LETTER_HANDED_OVER: N_("通知を手渡し・発送した"),
    Fact.LETTER_BOUNCED: N_("通知が不達になった"),
    Fact.INTERIM_REPLIED: N_("途中経過を通知した"),
    Fact.OUTCOME_GIVEN: N_("結果を通知した"),
    Fact.NOTICE_ANSWERED: N_("すべての項目について通知した"),
    Fact.REPLY_EXCUSED: N_("通知しない正当な理由を記録した"),
    Fact.NOTICE_WITHDRAWN: N_("申出が取り下げられた"),
    Fact.REPLY_LOST: N_("通知が不達となり、通知の義務が戻った"),
    Fact.OUTCOME_LOST: N_("結果の通知が不達になった"),
    Fact.SENDER_NOTICE_LOST: N_("発信者への通知が不達になった"),
    Fact.SENDER_NOTIFIED: N_("発信者に通知した"),
    Fact.SENDER_NOTICE_EXEMPTED: N_("発信者に通知しない理由を記録した"),
    Fact.CRITERIA_PUBLISHED: N_("基準を公表した"),
    Fact.CRITERIA_CHANGED: N_("緊急の措置に応じて基準を変更した"),
    Fact.HOLD_RELEASED: N_("通信履歴の保存を解いた"),
    Fact.HOLD_ORDERED: N_("通信履歴の保存を保管者に依頼した"),
    Fact.HOLD_ACKNOWLEDGED: N_("保管者が保存の依頼に答えた"),
    Fact.HOLD_ORDER_WITHDRAWN: N_("保存の依頼を取り消した"),
}

# Facts by which the law changes something: printed with a black number in the history.
LEGAL: frozenset[Fact] = frozenset(
    {
        Fact.NOTICE_RECEIVED,
        Fact.RECEIPT_CORRECTED,
        Fact.INQUIRY_RECEIVED,
        Fact.SHORT_INQUIRY_RECEIVED,
        Fact.DECISION_MADE,
        Fact.MEASURE_EXECUTED,
        Fact.BREACH_RECORDED,
        Fact.LETTER_BOUNCED,
        Fact.INTERIM_REPLIED,
        Fact.OUTCOME_GIVEN,
        Fact.NOTICE_ANSWERED,
        Fact.REPLY_EXCUSED,
        Fact.NOTICE_WITHDRAWN,
        Fact.REPLY_LOST,
        Fact.SENDER_NOTIFIED,
        Fact.SENDER_NOTICE_EXEMPTED,
        Fact.CRITERIA_PUBLISHED,
    }
)

# What a fact makes no longer so for its items: a letter came back, a decision changed, an order was carried out.
LOSSES: dict[Fact, frozenset[Fact]] = {
    Fact.REPLY_LOST: frozenset({Fact.INTERIM_REPLIED, Fact.OUTCOME_GIVEN, Fact.NOTICE_ANSWERED}),
    Fact.OUTCOME_LOST: frozenset({Fact.OUTCOME_GIVEN}),
    Fact.SENDER_NOTICE_LOST: frozenset({Fact.SENDER_NOTIFIED}),
    Fact.DECISION_MADE: frozenset({Fact.OUTCOME_GIVEN}),
}

# What ends an item: nothing more is owed to the claimant about it.
ENDS: frozenset[Fact] = frozenset({Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN})
