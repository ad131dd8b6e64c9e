"""One case as a person opens it: everything on the page, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import approvals, chain, decisions, journal, replies
from tracker.casework.faces import Face, face
from tracker.casework.remarks import remarks_of
from tracker.i18n import gettext as _
from tracker.law import N_
from tracker.law.facts import LABELS, LEGAL, Fact
from tracker.law.questions import answered
from tracker.models import (
    Case,
    Claimant,
    Clause,
    Clock,
    CriteriaVersion,
    Decision,
    Event,
    Evidence,
    Item,
    Letter,
    LetterItem,
    LetterKind,
    LogHold,
    Measure,
    Notice,
    Sender,
    Service,
    Staff,
)
from tracker.sealed import open_text


@dataclass(frozen=True)
class ItemView:
    """An item with what was judged, done and told."""

    item: Item
    sender: Sender | None
    decision: Decision | None
    reason: str
    facts: str
    clause: str
    measure: Measure | None
    letters: Sequence[Letter]  # those that cover it, newest first
    snapshot: str
    undone: Measure | None = None  # its measure, where that was reversed and nobody has decided anew
    second: str = ""  # "waiting" for a second person, or "denied" by one
    ended: Fact | None = None  # REPLY_EXCUSED or NOTICE_WITHDRAWN: nothing is owed to the claimant any more

    @property
    def version(self) -> int:
        """The version of its decision; 0 when undecided. A form names it, so that two at once are noticed."""
        return self.decision.version if self.decision else 0

    def told(self, kind: LetterKind) -> Letter | None:
        """The newest letter of `kind` about this item that was not cancelled."""
        return next((x for x in self.letters if x.kind is kind and not x.cancelled_at), None)


@dataclass(frozen=True)
class EventView:
    """An event in words."""

    event: Event
    label: str
    legal: bool
    who: str
    nos: Sequence[int]  # of the items it is about
    remark: str

    @property
    def done_at(self) -> datetime:
        """When it was done by whoever did it: a correction is an act of its own hour, whatever hour it states."""
        return self.event.recorded_at if self.event.fact is Fact.RECEIPT_CORRECTED else self.event.occurred_at

    @property
    def entered_at(self) -> datetime | None:
        """When it was written down, where that was more than a minute after it happened."""
        late = self.event.recorded_at - self.done_at
        return self.event.recorded_at if late > timedelta(minutes=1) else None

    @property
    def corrected(self) -> tuple[datetime, datetime] | None:
        """The time of receipt before and after a correction."""
        if self.event.fact is not Fact.RECEIPT_CORRECTED:
            return None
        return datetime.fromisoformat(self.event.data["said"]["was"]), self.event.occurred_at


@dataclass(frozen=True)
class LetterView:
    """A letter in the clear."""

    letter: Letter
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class EvidenceView:
    """An evidence file and its name as the claimant gave it."""

    evidence: Evidence
    name: str


@dataclass(frozen=True)
class Folder:
    """An open case."""

    case: Case
    service: Service
    notice: Notice
    claimant_name: str
    claimant_email: str
    claimant_phone: str
    claimant_office: str
    whose: str  # whose right it is, where another filed
    claimant_caution: str  # what they ask to mind when they are reached
    answers: Sequence[tuple[str, str]]  # questions about the rights chosen, and what the claimant answered
    assigned: Staff | None
    items: Sequence[ItemView]
    clocks: Sequence[Face]  # running first, by what is due; then stopped and voided
    events: Sequence[EventView]  # newest first
    letters: Sequence[LetterView]  # newest first
    evidence: Sequence[EvidenceView]
    holds: Sequence[LogHold]
    ready: replies.Ready
    chain_ok: bool

    @property
    def leading(self) -> Face | None:
        """The running clock that leads the page: the reply clock while it runs, else the most pressing."""
        running = [f for f in self.clocks if f.running and f.kind != "wait"]
        return next((f for f in running if f.rule.key == "reply"), running[0] if running else None)


def find(session: Session, number: str) -> Notice | None:
    """The notice with a receipt number."""
    return session.exec(select(Notice).where(Notice.number == number)).first()


def open_folder(session: Session, notice: Notice, *, at: datetime) -> Folder:
    """Everything about a notice, as it looks at `at`."""
    case = session.get_one(Case, notice.case_id)
    items = decisions.items_of(session, notice)
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    calendar = session.info["calendar"]
    events = journal.history(session, case)
    remarks = remarks_of(session, case)
    queued = {e.data["said"]["letter"]: e.seq for e in events if e.fact is Fact.LETTER_QUEUED}
    letters = list(session.exec(select(Letter).where(Letter.case_id == case.id, Letter.kind != LetterKind.ALERT)))
    letters.sort(key=lambda letter: queued.get(str(letter.id), 0), reverse=True)
    clocks = [face(c, at, calendar) for c in session.exec(select(Clock).where(Clock.case_id == case.id))]
    clocks.sort(key=lambda f: (not f.running, f.kind == "wait", f.moment or at, f.rule.key))

    def clear(column: str, sealed: bytes | None) -> str:
        return open_text(session, case.id, f"claimant.{column}", claimant.id, sealed)

    return Folder(
        case=case,
        service=session.get_one(Service, case.service_id),
        notice=notice,
        claimant_name=clear("name", claimant.name_sealed),
        claimant_email=clear("email", claimant.email_sealed),
        claimant_phone=clear("phone", claimant.phone_sealed),
        claimant_office=clear("office", claimant.office_sealed),
        whose=clear("whose", claimant.whose_sealed),
        claimant_caution=clear("caution", claimant.caution_sealed),
        answers=[(_(question), answer) for question, answer in answered(notice.answers)],
        assigned=session.get(Staff, case.assigned_to) if case.assigned_to else None,
        items=_items(session, items, letters, _snapshots(events, remarks), events),
        clocks=clocks,
        events=_events(session, events, remarks, {str(i.id): i.no for i in items}),
        letters=[_letter(session, letter) for letter in letters],
        evidence=_evidence(session, case),
        holds=list(session.exec(select(LogHold).where(LogHold.case_id == case.id).order_by(col(LogHold.from_at)))),
        ready=replies.ready(session, notice),
        chain_ok=chain_holds(case, events),
    )


def chain_holds(case: Case, events: Sequence[Event]) -> bool:
    """Whether every event carries the digest of itself and the one before, up to the head."""
    before = ""
    for seq, event in enumerate(events, 1):
        if event.seq != seq or event.digest != chain.digest(event, before):
            return False
        before = event.digest
    return before == case.head_digest and len(events) == case.head_seq


def actor_name(actor: str, names: dict[str, str]) -> str:
    """Who did it, in words."""
    kind, _colon, id = actor.partition(":")
    return (
        names.get(id, _("（退職した担当者）"))
        if kind == "staff"
        else {
            journal.CLAIMANT: _("申出者"),
            journal.SENDER: _("発信者"),
            journal.CUSTODIAN: _("保管者"),
        }.get(kind, _("システム"))
    )


def _snapshots(events: Sequence[Event], remarks: dict[UUID, str]) -> dict[str, str]:
    return {e.items[0]: remarks.get(e.id, "") for e in events if e.fact is Fact.SNAPSHOT_RECORDED and e.items}


def _items(
    session: Session,
    items: Sequence[Item],
    letters: Sequence[Letter],
    snapshots: dict[str, str],
    events: Sequence[Event],
) -> list[ItemView]:
    ended = {id: e.fact for e in events if e.fact in (Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN) for id in e.items}
    ids = [i.id for i in items]
    current = decisions.latest(session, ids)
    measures = {m.item_id: m for m in decisions.standing_measures(session, ids)}
    undone = decisions.reversed_measures(session, ids)
    held = approvals.held(session, items[0].case_id) if items else None
    covered: dict[UUID, set[UUID]] = {}
    for link in session.exec(select(LetterItem).where(col(LetterItem.letter_id).in_([x.id for x in letters]))):
        covered.setdefault(link.item_id, set()).add(link.letter_id)
    views = []
    for item in items:
        decision = current.get(item.id)
        said = decisions.words(session, decision) if decision else {}
        clause = session.get(Clause, decision.clause_id) if decision and decision.clause_id else None
        version = session.get(CriteriaVersion, clause.criteria_id) if clause else None
        views.append(
            ItemView(
                item=item,
                sender=session.get(Sender, item.sender_id) if item.sender_id else None,
                decision=decision,
                reason=said.get("reason", ""),
                facts=said.get("facts", ""),
                clause=decisions.clause_name(version, clause) if version and clause else "",
                measure=measures.get(item.id),
                letters=[x for x in letters if x.id in covered.get(item.id, ())],
                snapshot=snapshots.get(str(item.id), ""),
                undone=next(
                    (m for m in [undone.get(item.id)] if m and decision and m.decision_id == decision.id), None
                ),
                second=_second(held, decision, measures.get(item.id)),
                ended=ended.get(str(item.id)),
            )
        )
    return views


def _second(held: approvals.Held | None, decision: Decision | None, measure: Measure | None) -> str:
    """Whether a decision waits for a second person or was denied, and has no effect."""
    if held is None or decision is None or (measure and measure.executed_at):
        return ""
    return "denied" if decision.id in held.denied else "waiting" if decision.id in held.waiting else ""


def _events(
    session: Session, events: Sequence[Event], remarks: dict[UUID, str], nos: dict[str, int]
) -> list[EventView]:
    names = {str(s.id): s.name for s in session.exec(select(Staff))}
    return [
        EventView(
            event=e,
            label=event_label(e),
            legal=e.fact in LEGAL,
            who=actor_name(e.actor, names),
            nos=sorted(nos[i] for i in e.items if i in nos),
            remark=remarks.get(e.id, ""),
        )
        for e in reversed(events)
    ]


def event_label(event: Event) -> str:
    """The fact in words; a letter that only became a file is not said to have reached a relay."""
    into_folder = event.fact is Fact.LETTER_ACCEPTED and event.data["said"].get("transport") == "folder"
    return N_("通知をフォルダーに書き出した（送信とみなす設定）") if into_folder else LABELS[event.fact]


def _letter(session: Session, letter: Letter) -> LetterView:
    def clear(column: str, sealed: bytes) -> str:
        return open_text(session, letter.case_id, f"letter.{column}", letter.id, sealed)

    return LetterView(
        letter,
        clear("to", letter.to_sealed),
        clear("subject", letter.subject_sealed),
        clear("body", letter.body_sealed),
    )


def _evidence(session: Session, case: Case) -> list[EvidenceView]:
    rows = session.exec(select(Evidence).where(Evidence.case_id == case.id).order_by(col(Evidence.added_at)))
    return [EvidenceView(e, open_text(session, case.id, "evidence.name", e.id, e.name_sealed)) for e in rows]
