"""判断: whether a measure is taken for each item, on which lawful basis, and why (法25条・26条)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, or_, select

from tracker.casework import Conflict, NotAllowed, approvals, cancelling, chain, journal
from tracker.casework.criteria import refusal
from tracker.casework.reasons import likeness
from tracker.casework.reasons.fields import unfilled
from tracker.i18n import gettext
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import TOLD, Basis, Finding, MeasureKind, Origin, Standing
from tracker.models import Case, Clause, CriteriaVersion, Decision, Item, Measure, Message, MessageKind, Notice
from tracker.sealed import open_words, seal_words


@dataclass(frozen=True)
class Judgement:
    """What is decided, for one item or several. `kind` and `basis` are None when no measure is taken."""

    take: bool
    reason: str
    kind: MeasureKind | None = None
    basis: Basis | None = None
    clause_id: UUID | None = None
    facts: str = ""  # for 法26条1項1–3号: the facts that make it apply
    ai_used: bool = False
    finding: Finding | None = None  # where none is taken


def decide(
    session: Session,
    notice: Notice,
    items: Sequence[tuple[UUID, int]],
    judgement: Judgement,
    *,
    by: UUID,
    at: datetime,
    carried_out: bool = False,
) -> list[Decision]:
    """Decide `items`, each named with the version of its decision that was on the page (0 for none).

    1. Somebody else's newer decision wins: Conflict, and the page keeps what was typed.
    2. A clause must have been public for 14 clear days (法26条1項) and cover what is done; 1–3号 need their facts.
       Where the measure was carried out already (`carried_out`), that is judged by its day (measures.decide_done).
    3. Letters that state the old decision are cancelled; a measure ordered but not executed is withdrawn.
    4. DECISION_MADE; a measure that is to be taken is ordered, and is no measure until it is executed.
    5. Where the office wants a second person, APPROVAL_ASKED: until then nothing takes effect (approvals.py).

    Raises Conflict and NotAllowed.
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    ids = [id for id, _ in items]
    known = {item.id for item in items_of(session, notice)}
    if not ids or len(set(ids)) != len(ids) or not known.issuperset(ids):
        raise NotAllowed(N_("判断する項目を選んでください。"))
    current = latest(session, ids)
    if any((current[id].version if id in current else 0) != seen for id, seen in items):
        raise Conflict(
            N_("ほかの担当者が先に判断を記録しました。新しい判断を確かめてください。入力した理由は残っています。"),
            about="decision",
        )
    _check(session, case, notice, judgement, at, carried_out=carried_out)
    if not judgement.take and _ended(session, case, ids):
        raise NotAllowed(
            N_("通知せずに終えた項目（取下げ、ただし書）が入っています。講じないという判断を届ける先がありません。"),
            about="which",
        )
    measures = {m.item_id: m for m in standing_measures(session, ids)}
    if any(m.executed_at for m in measures.values()):
        raise NotAllowed(N_("措置を実施した項目の判断は変えられません。措置の取消しとして記録してください。"))
    cancelling.cancel_unsent(session, case, ids, by=journal.staff(by), at=at)
    _withdraw(session, case, list(measures.values()), by=by, at=at)
    decisions = [_decision(session, case, id, seen + 1, judgement, by=by, at=at) for id, seen in items]
    session.add_all(decisions)
    session.flush()
    journal.record(
        session,
        case,
        Fact.DECISION_MADE,
        actor=journal.staff(by),
        at=at,
        items=ids,
        take=judgement.take,
        basis=judgement.basis.value if judgement.basis else "",
        decisions=[decision_state(session, d) for d in decisions],
    )
    likeness.remember(session, notice, decisions, judgement.reason, at=at)
    if judgement.take and judgement.kind:
        cancelling.cancel_reversals(session, case, ids, by=journal.staff(by), at=at)
        _order(session, case, notice, decisions, judgement.kind, by=by, at=at)
    approvals.ask(session, case, decisions, by=by, at=at)
    return decisions


def told(finding: Finding | None) -> str:
    """What a letter says of a finding beside the reason, in whole Japanese sentences; nothing of the plain one."""
    return gettext(TOLD[finding]) if finding in TOLD else ""


def latest(session: Session, items: Sequence[UUID]) -> dict[UUID, Decision]:
    """The newest decision of each item that has one."""
    rows = session.exec(select(Decision).where(col(Decision.item_id).in_(items)).order_by(col(Decision.version)))
    return {row.item_id: row for row in rows}


def words(session: Session, decision: Decision) -> dict[str, str]:
    """Reason and facts of a decision; empty after its case key was destroyed."""
    return open_words(session, decision.case_id, "decision.words", decision.id, decision.words_sealed)


def standing_measures(session: Session, items: Sequence[UUID]) -> list[Measure]:
    """Measures ordered for `items`, neither withdrawn before they were carried out nor reversed afterwards."""
    return list(
        session.exec(
            select(Measure).where(
                col(Measure.item_id).in_(items),
                col(Measure.withdrawn_at).is_(None),
                col(Measure.reversed_at).is_(None),
            )
        )
    )


def executed_measures(session: Session, items: Sequence[UUID]) -> list[Measure]:
    """Measures that were carried out on `items` (講じた), reversed ones too: the sender is told of each (法27条)."""
    done = select(Measure).where(col(Measure.item_id).in_(items), col(Measure.executed_at).is_not(None))
    return list(session.exec(done.order_by(col(Measure.executed_at))))


def reversed_measures(session: Session, items: Sequence[UUID]) -> dict[UUID, Measure]:
    """The measure of each item that was reversed last."""
    return {m.item_id: m for m in executed_measures(session, items) if m.reversed_at}


def clause_name(version: CriteriaVersion, clause: Clause) -> str:
    """第2版 第4条2項 侮辱・名誉感情の侵害."""
    return gettext(
        "第%(version)s版 %(number)s %(title)s", version=version.version, number=clause.number, title=clause.title
    )


def decision_state(session: Session, decision: Decision) -> dict[str, Any]:
    """What the event keeps of a decision: its row's digest, and a commitment to its words."""
    said = words(session, decision)
    return {
        "id": str(decision.id),
        "row": row_digest(decision),
        "words": commitment(said["salt"], said["reason"] + "\n" + said["facts"]) if said else "",
    }


def row_digest(decision: Decision) -> str:
    """SHA-256 over the plain columns of a decision."""
    plain: dict[str, Any] = {
        "id": str(decision.id),
        "item": str(decision.item_id),
        "case": str(decision.case_id),
        "version": decision.version,
        "take": decision.take,
        "kind": decision.kind.value if decision.kind else "",
        "basis": decision.basis.value if decision.basis else "",
        "clause": str(decision.clause_id or ""),
        "by": str(decision.by),
        "at": chain.iso(decision.at),
        "ai_used": decision.ai_used,
    }
    if decision.finding:  # a decision from before findings were told apart is digested as it was
        plain["finding"] = decision.finding.value
    return sha256(rfc8785.dumps(plain)).hexdigest()


def _ended(session: Session, case: Case, items: Sequence[UUID]) -> bool:
    """Whether nothing more is owed to the claimant about some of `items`: taken back, or excused."""
    named = {str(id) for id in items}
    ends = (Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN)
    return any(event.fact in ends and named & set(event.items) for event in journal.history(session, case))


def _check(
    session: Session, case: Case, notice: Notice, judgement: Judgement, at: datetime, *, carried_out: bool
) -> None:
    if not judgement.reason.strip():
        raise NotAllowed(N_("理由を書いてください。申出者と発信者に届く文です。"), about="reason")
    if unfilled(judgement.reason):
        raise NotAllowed(
            N_("理由に、書き込んでいない欄［＿…＿］が残っています。すべて書き込んでください。"), about="reason"
        )
    if judgement.take and unfilled(judgement.facts):
        raise NotAllowed(
            N_("事実に、書き込んでいない欄［＿…＿］が残っています。すべて書き込んでください。"), about="facts"
        )
    if not judgement.take:
        if judgement.finding is Finding.NOT_FOUND and not asked_to_complete(session, case):
            raise NotAllowed(
                N_(
                    "補正依頼の記録がないため、「特定できない」とは通知できません。先に「やりとり」で補正を依頼するか、"
                    "ほかの理由を選んでください。入力した理由は残っています。"
                ),
                about="finding",
            )
        return
    if judgement.kind is None or judgement.basis is None:
        raise NotAllowed(N_("措置の種類と根拠を選んでください。"))
    if judgement.basis is Basis.CLAUSE:
        clause = session.get(Clause, judgement.clause_id) if judgement.clause_id else None
        if clause is None:
            raise NotAllowed(N_("基準の条項を選んでください。"), about="criteria")
        no = refusal(session, case.service_id, clause, at, origin=origin_of(notice), kind=judgement.kind)
        if no and not carried_out:
            raise NotAllowed(N_("%(refusal)s入力した理由は残っています。"), about="criteria", refusal=no)
    elif not judgement.facts.strip():
        raise NotAllowed(N_("この根拠を選んだ事実を書いてください。"))


def asked_to_complete(session: Session, case: Case) -> bool:
    """Whether the claimant was asked to complete the filing (補正依頼), and the request was not dropped unanswered."""
    answer = aliased(Message)
    answered = exists().where(col(answer.answers) == col(Message.id))
    asked = select(Message.id).where(
        Message.case_id == case.id,
        Message.kind == MessageKind.CORRECTION,
        or_(col(Message.settled_at).is_(None), answered),
    )
    return session.exec(asked.limit(1)).first() is not None


def _decision(
    session: Session, case: Case, item: UUID, version: int, judgement: Judgement, *, by: UUID, at: datetime
) -> Decision:
    id = uuid4()
    said = {"salt": secrets.token_hex(16), "reason": judgement.reason.strip(), "facts": judgement.facts.strip()}
    return Decision(
        id=id,
        item_id=item,
        case_id=case.id,
        version=version,
        take=judgement.take,
        kind=judgement.kind if judgement.take else None,
        basis=judgement.basis if judgement.take else None,
        finding=None if judgement.take else judgement.finding or Finding.NOT_INFRINGED,
        clause_id=judgement.clause_id if judgement.take and judgement.basis is Basis.CLAUSE else None,
        words_sealed=seal_words(session, case.id, "decision.words", id, said),
        by=by,
        at=at,
        ai_used=judgement.ai_used,
    )


def _withdraw(session: Session, case: Case, measures: Sequence[Measure], *, by: UUID, at: datetime) -> None:
    for measure in measures:
        measure.withdrawn_at = at
        session.add(measure)
    if measures:
        journal.record(
            session,
            case,
            Fact.MEASURE_WITHDRAWN,
            actor=journal.staff(by),
            at=at,
            items=[m.item_id for m in measures],
            measures=sorted(str(m.id) for m in measures),
        )


def _order(
    session: Session,
    case: Case,
    notice: Notice,
    decisions: Sequence[Decision],
    kind: MeasureKind,
    *,
    by: UUID,
    at: datetime,
) -> None:
    origin = origin_of(notice)
    ordered = [
        Measure(
            id=uuid4(), item_id=d.item_id, case_id=case.id, decision_id=d.id, kind=kind, origin=origin, ordered_at=at
        )
        for d in decisions
    ]
    session.add_all(ordered)
    session.flush()
    journal.record(
        session,
        case,
        Fact.MEASURE_ORDERED,
        actor=journal.staff(by),
        at=at,
        items=[m.item_id for m in ordered],
        measures=[
            {
                "id": str(m.id),
                "item": str(m.item_id),
                "decision": str(m.decision_id),
                "kind": kind.value,
                "origin": origin.value,
            }
            for m in ordered
        ],
    )


def origin_of(notice: Notice) -> Origin:
    """How the provider came to know of what a notice is about: by a 申出, or by a third party's 通報."""
    return Origin.REPORT if notice.standing is Standing.THIRD_PARTY else Origin.NOTICE


def place_of(item: Item) -> str:
    """Where an item stands, in one line: its URL, else the account that posted it and the words quoted."""
    return item.url or " ".join(part for part in (item.account, f"「{item.quote}」" if item.quote else "") if part)


def items_of(session: Session, notice: Notice) -> list[Item]:
    """The items of a notice, in order."""
    return list(session.exec(select(Item).where(Item.notice_id == notice.id).order_by(col(Item.no))))
