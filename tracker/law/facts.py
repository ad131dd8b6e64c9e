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
    DESIGNATED = "designated"
    REGISTERED = "registered"
    REGISTERED_MATTER_CHANGED = "registered_matter_changed"
    CHANGE_FILED = "change_filed"
    SPECIALIST_APPOINTED = "specialist_appointed"
    SPECIALIST_FILED = "specialist_filed"
    YEAR_ENDED = "year_ended"
    YEAR_PUBLISHED = "year_published"
    DIGEST_PUBLISHED = "digest_published"
    SENDER_COUNT_ASKED = "sender_count_asked"
    SENDER_COUNT_REPORTED = "sender_count_reported"
    SENDER_COUNT_ANSWERED = "sender_count_answered"
    REPORT_DEMANDED = "report_demanded"
    REPORT_MADE = "report_made"
    RECOMMENDED = "recommended"
    RECOMMENDATION_FOLLOWED = "recommendation_followed"
    ORDERED_BY_MINISTER = "ordered_by_minister"
    MINISTER_ORDER_FOLLOWED = "minister_order_followed"
    FILED_IN_ENGLISH = "filed_in_english"
    FILED_IN_JAPANESE = "filed_in_japanese"
    DISCLOSURE_REQUESTED = "disclosure_requested"
    DISCLOSURE_HEARD = "disclosure_heard"
    DISCLOSURE_HEARING_EXEMPTED = "disclosure_hearing_exempted"
    DISCLOSURE_REQUEST_ENDED = "disclosure_request_ended"
    DISCLOSURE_ORDERED = "disclosure_ordered"
    SENDER_TOLD_OF_ORDER = "sender_told_of_order"
    SENDER_TELLING_EXEMPTED = "sender_telling_exempted"
    DISCLOSURE_SUIT_FILED = "disclosure_suit_filed"
    PROVISION_MADE = "provision_made"
    PETITION_NOTIFIED = "petition_notified"
    COURT_ORDER_SERVED = "court_order_served"
    COURT_ORDER_APPEALED = "court_order_appealed"
    PETITION_WITHDRAWAL_NOTIFIED = "petition_withdrawal_notified"
    PETITION_WITHDRAWAL_OPPOSED = "petition_withdrawal_opposed"
    PRESERVATION_REQUESTED = "preservation_requested"
    PRESERVATION_EXTENDED = "preservation_extended"
    PRESERVATION_ENDED = "preservation_ended"
    LOG_RECORDED = "log_recorded"
    RETENTION_ENDED = "retention_ended"
    LOGS_ERASED = "logs_erased"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    MESSAGES_READ = "messages_read"
    CORRECTION_ASKED = "correction_asked"
    CORRECTION_ANSWERED = "correction_answered"
    CORRECTION_DROPPED = "correction_dropped"
    RECONSIDERATION_ASKED = "reconsideration_asked"
    CONTENT_GONE = "content_gone"
    SECRET_SENT = "secret_sent"  # noqa: S105 - a fact
    ADDRESS_CHANGE_ASKED = "address_change_asked"
    RECEIPT_SIGNED = "receipt_signed"
    EVIDENCE_OPENED = "evidence_opened"
    EVIDENCE_INFECTED = "evidence_infected"
    MEASURE_REVERSED = "measure_reversed"
    APPROVAL_ASKED = "approval_asked"
    APPROVED = "approved"
    APPROVAL_DENIED = "approval_denied"
    BREACH_SEEN = "breach_seen"
    SPECIALIST_ASSIGNED = "specialist_assigned"
    SPECIALIST_OPINED = "specialist_opined"
    SPECIALIST_LEFT = "specialist_left"
    SPECIALIST_UNFILED = "specialist_unfiled"
    DESIGNATION_CORRECTED = "designation_corrected"
    BINDING_CORRECTED = "binding_corrected"
    HOLD_PLACED = "hold_placed"
    HOLD_REVIEWED = "hold_reviewed"
    PETITION_SERVED = "petition_served"
    SUIT_SERVED = "suit_served"
    SUIT_ENDED = "suit_ended"
    WARRANT_SERVED = "warrant_served"
    WARRANT_DONE = "warrant_done"
    DISCLOSURE_ASKED = "disclosure_asked"
    READER_NAMED = "reader_named"
    READER_ENDED = "reader_ended"
    RETENTION_PUBLISHED = "retention_published"
    SAFETY_CHECKED = "safety_checked"
    ORDER_TELLING_LOST = "order_telling_lost"
    NOTHING_TO_ERASE = "nothing_to_erase"
    STATE_RECONCILED = "state_reconciled"
    CUSTODIAN_CHANGED = "custodian_changed"
    DESIGNATION_SERVED = "designation_served"
    DESIGNATION_DONE = "designation_done"
    INQUIRY_ASKED = "inquiry_asked"
    QUESTION_RECEIVED = "question_received"
    QUESTION_LOST = "question_lost"
    SHELTER_CONFIRMED = "shelter_confirmed"
    SENDER_AGREED = "sender_agreed"
    SENDER_WROTE = "sender_wrote"
    SENDER_ANSWER_VOIDED = "sender_answer_voided"
    SHELTER_UNCONFIRMED = "shelter_unconfirmed"
    SENDER_OPENED = "sender_opened"
    INQUIRY_LOST = "inquiry_lost"
    DOOR_RENEWED = "door_renewed"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_DECIDED = "appeal_decided"
    APPEAL_WITHDRAWN = "appeal_withdrawn"
    APPEAL_REOPENED = "appeal_reopened"
    APPEAL_ANSWERED = "appeal_answered"
    APPEAL_ANSWER_LOST = "appeal_answer_lost"
    SENDER_SYSTEM_CHANGED = "sender_system_changed"
    LEDGER_IMPORTED = "ledger_imported"
    LEDGER_WITHDRAWN = "ledger_withdrawn"
    CODES_VERIFIED = "codes_verified"
    SENDERS_COUNTED = "senders_counted"
    SENDER_METHOD_SET = "sender_method_set"
    REPORT_FROZEN = "report_frozen"
    REPORT_RETURNED = "report_returned"
    REPORT_PUBLISHED = "report_published"


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
    Fact.DESIGNATED: N_("大規模特定電気通信役務提供者の指定を受けた"),
    Fact.REGISTERED: N_("総務大臣に届け出た"),
    Fact.REGISTERED_MATTER_CHANGED: N_("届け出た事項に変更があった"),
    Fact.CHANGE_FILED: N_("変更を届け出た"),
    Fact.SPECIALIST_APPOINTED: N_("専門員を選任し、又は変更した"),
    Fact.SPECIALIST_FILED: N_("専門員を届け出た"),
    Fact.YEAR_ENDED: N_("公表年度・報告年度が終わった"),
    Fact.YEAR_PUBLISHED: N_("実施状況等を公表した"),
    Fact.DIGEST_PUBLISHED: N_("参考となる事例の資料を公表した"),
    Fact.SENDER_COUNT_ASKED: N_("総務大臣が発信者数の報告を求めた"),
    Fact.SENDER_COUNT_REPORTED: N_("年度の発信者数を報告した"),
    Fact.SENDER_COUNT_ANSWERED: N_("総務大臣の要求に発信者数を報告した"),
    Fact.REPORT_DEMANDED: N_("報告徴収の書類を受け取った"),
    Fact.REPORT_MADE: N_("総務大臣に報告した"),
    Fact.RECOMMENDED: N_("勧告の書類を受け取った"),
    Fact.RECOMMENDATION_FOLLOWED: N_("勧告に係る措置を講じた"),
    Fact.ORDERED_BY_MINISTER: N_("命令の書類を受け取った"),
    Fact.MINISTER_ORDER_FOLLOWED: N_("命令に係る措置を講じた"),
    Fact.FILED_IN_ENGLISH: N_("英語の書類を提出した"),
    Fact.FILED_IN_JAPANESE: N_("日本語の書類を提出した"),
    Fact.DISCLOSURE_REQUESTED: N_("発信者情報の開示の請求を受けた"),
    Fact.DISCLOSURE_HEARD: N_("開示について発信者の意見を聴いた"),
    Fact.DISCLOSURE_HEARING_EXEMPTED: N_("開示について意見を聴けない特別の事情を記録した"),
    Fact.DISCLOSURE_REQUEST_ENDED: N_("開示の請求又は事件が終わった"),
    Fact.DISCLOSURE_ORDERED: N_("開示命令の告知を受けた"),
    Fact.SENDER_TOLD_OF_ORDER: N_("開示命令を受けたことを発信者に通知した"),
    Fact.SENDER_TELLING_EXEMPTED: N_("発信者に通知することが困難であることを記録した"),
    Fact.DISCLOSURE_SUIT_FILED: N_("異議の訴えを提起した"),
    Fact.PROVISION_MADE: N_("提供命令により申立人に他の提供者の氏名等を提供した"),
    Fact.PETITION_NOTIFIED: N_("他の提供者への申立ての通知を受けた"),
    Fact.COURT_ORDER_SERVED: N_("提供命令・消去禁止命令の告知を受けた"),
    Fact.COURT_ORDER_APPEALED: N_("即時抗告をした"),
    Fact.PETITION_WITHDRAWAL_NOTIFIED: N_("申立ての取下げの通知を受けた、又は期日で取下げがあった"),
    Fact.PETITION_WITHDRAWAL_OPPOSED: N_("取下げに異議を述べた"),
    Fact.PRESERVATION_REQUESTED: N_("通信履歴の保全の要請を受けた"),
    Fact.PRESERVATION_EXTENDED: N_("保全の要請の延長を受けた"),
    Fact.PRESERVATION_ENDED: N_("保全の要請が終わった"),
    Fact.LOG_RECORDED: N_("通信履歴を記録した"),
    Fact.RETENTION_ENDED: N_("通信履歴の保存期間が過ぎた"),
    Fact.LOGS_ERASED: N_("通信履歴を消去した"),
    Fact.MESSAGE_RECEIVED: N_("申出者から連絡があった"),
    Fact.MESSAGE_SENT: N_("申出者に連絡した"),
    Fact.MESSAGES_READ: N_("申出者の連絡を読んだ"),
    Fact.CORRECTION_ASKED: N_("申出者に補正を依頼した"),
    Fact.CORRECTION_ANSWERED: N_("申出者が補正の依頼に答えた"),
    Fact.CORRECTION_DROPPED: N_("補正の依頼を取り消した"),
    Fact.RECONSIDERATION_ASKED: N_("申出者が再検討を依頼した"),
    Fact.CONTENT_GONE: N_("申出者が、投稿がもう見えないと知らせた"),
    Fact.SECRET_SENT: N_("状況のページのアドレスを申出者に送り直した"),
    Fact.ADDRESS_CHANGE_ASKED: N_("申出者が連絡先の変更を求めた"),
    Fact.RECEIPT_SIGNED: N_("受付票に署名した"),
    Fact.EVIDENCE_OPENED: N_("証拠の原本を開いた"),
    Fact.EVIDENCE_INFECTED: N_("証拠のファイルにウイルスが見つかった"),
    Fact.MEASURE_REVERSED: N_("実施した措置を取り消した"),
    Fact.APPROVAL_ASKED: N_("別の人の承認を求めた"),
    Fact.APPROVED: N_("別の人が承認した"),
    Fact.APPROVAL_DENIED: N_("別の人が承認しなかった"),
    Fact.BREACH_SEEN: N_("主任が違反の記録を確かめた"),
    Fact.SPECIALIST_ASSIGNED: N_("調査を専門員に行わせることとした"),
    Fact.SPECIALIST_OPINED: N_("専門員が調査の結果を述べた"),
    Fact.SPECIALIST_LEFT: N_("専門員が退任した"),
    Fact.SPECIALIST_UNFILED: N_("まだ届け出ていない専門員の選任・変更・退任が残った"),
    Fact.DESIGNATION_CORRECTED: N_("指定を受けた日を訂正した"),
    Fact.BINDING_CORRECTED: N_("届出の日により、法の義務の対象かどうかを改めた"),
    Fact.HOLD_PLACED: N_("通信履歴の保存を決めた"),
    Fact.HOLD_REVIEWED: N_("通信履歴の保存を見直した"),
    Fact.PETITION_SERVED: N_("開示命令の申立書の写しの送付を受けた"),
    Fact.SUIT_SERVED: N_("訴状又は仮処分の書類の送達を受けた"),
    Fact.SUIT_ENDED: N_("訴訟又は仮処分の事件が終わった"),
    Fact.WARRANT_SERVED: N_("令状を示された"),
    Fact.WARRANT_DONE: N_("令状の執行が終わった"),
    Fact.DISCLOSURE_ASKED: N_("開示について発信者に意見を照会した"),
    Fact.READER_NAMED: N_("書面を読める人を名指しした"),
    Fact.READER_ENDED: N_("書面を読める人から外した"),
    Fact.RETENTION_PUBLISHED: N_("通信履歴の保存期間の表を公表した"),
    Fact.SAFETY_CHECKED: N_("安全管理措置を確かめた"),
    Fact.ORDER_TELLING_LOST: N_("開示命令についての発信者への通知が不達になった"),
    Fact.NOTHING_TO_ERASE: N_("消去する記録が保管者にないことがわかった"),
    Fact.STATE_RECONCILED: N_("保管者の持つ記録を照らし合わせた"),
    Fact.CUSTODIAN_CHANGED: N_("通信履歴の保管者を登録し、又は変えた"),
    Fact.DESIGNATION_SERVED: N_("指定の書類を受け取った"),
    Fact.DESIGNATION_DONE: N_("指定の書類についてすることが終わった"),
    Fact.INQUIRY_ASKED: N_("発信者に照会した"),
    Fact.QUESTION_RECEIVED: N_("意見を尋ねる文が発信者に届いた"),
    Fact.QUESTION_LOST: N_("意見を尋ねる文が届いたことの記録を取り消した"),
    Fact.SHELTER_CONFIRMED: N_("免責の要件を確かめた"),
    Fact.SENDER_AGREED: N_("発信者が同意すると回答した"),
    Fact.SENDER_WROTE: N_("発信者が意見を述べた"),
    Fact.SENDER_ANSWER_VOIDED: N_("発信者の回答の記録を取り消した"),
    Fact.SHELTER_UNCONFIRMED: N_("免責の要件の確認を取り消した"),
    Fact.SENDER_OPENED: N_("発信者が自分のページを開いた"),
    Fact.INQUIRY_LOST: N_("照会が発信者に届いたことの記録を取り消した"),
    Fact.DOOR_RENEWED: N_("発信者のページのアドレスを作り、又は変えた"),
    Fact.APPEAL_RECEIVED: N_("発信者の不服申立てを受けた"),
    Fact.APPEAL_DECIDED: N_("不服申立てについて判断した"),
    Fact.APPEAL_WITHDRAWN: N_("不服申立てが取り下げられた"),
    Fact.APPEAL_REOPENED: N_("不服申立ての取下げの記録を取り消した"),
    Fact.APPEAL_ANSWERED: N_("不服申立ての結果を発信者に通知した"),
    Fact.APPEAL_ANSWER_LOST: N_("不服申立ての結果の通知が不達になった"),
    Fact.SENDER_SYSTEM_CHANGED: N_("発信者に渡すシステムの接続を変えた"),
    Fact.LEDGER_IMPORTED: N_("投稿の管理の記録を取り込んだ"),
    Fact.LEDGER_WITHDRAWN: N_("取り込んだ記録を取り消した"),
    Fact.CODES_VERIFIED: N_("記録の符号の対応表を確かめた"),
    Fact.SENDERS_COUNTED: N_("月の発信者数を記録した"),
    Fact.SENDER_METHOD_SET: N_("発信者数の算定方法を定めた"),
    Fact.REPORT_FROZEN: N_("年次公表の版を固め、確認に回した"),
    Fact.REPORT_RETURNED: N_("年次公表の版を差し戻した"),
    Fact.REPORT_PUBLISHED: N_("年次公表の版を公表した"),
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
        Fact.MEASURE_REVERSED,
        Fact.DESIGNATION_CORRECTED,
        Fact.BINDING_CORRECTED,
        Fact.INQUIRY_LOST,
    }
)

# What a fact makes no longer so for its items: a letter came back, a decision changed, an order was carried out.
LOSSES: dict[Fact, frozenset[Fact]] = {
    Fact.REPLY_LOST: frozenset({Fact.INTERIM_REPLIED, Fact.OUTCOME_GIVEN, Fact.NOTICE_ANSWERED}),
    Fact.OUTCOME_LOST: frozenset({Fact.OUTCOME_GIVEN}),
    Fact.SENDER_NOTICE_LOST: frozenset({Fact.SENDER_NOTIFIED}),
    Fact.ORDER_TELLING_LOST: frozenset({Fact.SENDER_TOLD_OF_ORDER}),
    Fact.DECISION_MADE: frozenset({Fact.OUTCOME_GIVEN}),
    Fact.QUESTION_LOST: frozenset({Fact.QUESTION_RECEIVED}),
    Fact.INQUIRY_LOST: frozenset({Fact.INQUIRY_RECEIVED, Fact.SHORT_INQUIRY_RECEIVED, Fact.WAIT_OVER}),
    Fact.SENDER_ANSWER_VOIDED: frozenset({Fact.SENDER_AGREED, Fact.SENDER_OBJECTED, Fact.SENDER_WROTE}),
    Fact.APPEAL_ANSWER_LOST: frozenset({Fact.APPEAL_ANSWERED}),
    Fact.APPEAL_REOPENED: frozenset({Fact.APPEAL_WITHDRAWN}),
}

# What ends an item: nothing more is owed to the claimant about it.
ENDS: frozenset[Fact] = frozenset({Fact.OUTCOME_GIVEN, Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN})
