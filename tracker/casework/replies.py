"""What the claimant and the sender are told (法25条・27条): drafts as they will go, and what may be sent when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from tracker.casework import (
    Conflict,
    NotAllowed,
    approvals,
    decisions,
    delivery,
    journal,
    proof,
    public_place,
    specialists,
)
from tracker.casework.hearing import doors
from tracker.casework.hearing.ways import way_to
from tracker.casework.reasons import deferrals
from tracker.casework.reasons.fields import unfilled
from tracker.casework.receipts import letterhead
from tracker.i18n import japanese
from tracker.law import N_
from tracker.law.facts import ENDS, Fact
from tracker.law.grounds import DeferralGround, Right
from tracker.letters import write
from tracker.letters.write import Draft, Line
from tracker.models import (
    Case,
    Claimant,
    Clause,
    CriteriaVersion,
    Decision,
    DoorPurpose,
    Item,
    Letter,
    LetterChannel,
    LetterItem,
    LetterKind,
    Measure,
    Notice,
    Sender,
    Service,
)
from tracker.sealed import open_text, seal_text


@dataclass(frozen=True)
class Ready:
    """What could be told now: items whose outcome may be written, and those that still lack something."""

    outcome: Sequence[Item]
    undecided: Sequence[Item]  # also those to be decided anew: their measure was reversed, or nobody approved them
    unexecuted: Sequence[Item]
    unapproved: Sequence[Item] = ()  # decided, and waiting for a second person


def ready(session: Session, notice: Notice) -> Ready:
    """Which items have an outcome to tell that no letter has told yet: not taken, or taken and executed."""
    items = decisions.items_of(session, notice)
    ids = [i.id for i in items]
    current = decisions.latest(session, ids)
    executed = {m.item_id for m in decisions.standing_measures(session, ids) if m.executed_at}
    undone = {m.decision_id for m in decisions.reversed_measures(session, ids).values()}
    held = approvals.held(session, notice.case_id)
    told = _told(session, ids)
    over = ended(session, notice)
    open_items = [i for i in items if str(i.id) not in over and (i.id not in current or current[i.id].id not in told)]

    def stage(item: Item) -> str:
        decision = current.get(item.id)
        if item.id in executed:
            return "outcome"
        if decision is None or decision.id in undone or decision.id in held.denied:
            return "undecided"
        if decision.id in held.waiting:
            return "unapproved"
        return "unexecuted" if decision.take else "outcome"

    stages: dict[str, list[Item]] = defaultdict(list)
    for item in open_items:
        stages[stage(item)].append(item)
    return Ready(stages["outcome"], stages["undecided"], stages["unexecuted"], stages["unapproved"])


@japanese()
def outcome_draft(session: Session, notice: Notice) -> Draft | None:
    """The letter to the claimant about every item whose outcome is ready; None when there is none."""
    found = ready(session, notice)
    if not found.outcome:
        return None
    case, service = case_of(session, notice)
    deferred = journal.standing(journal.history(session, case))
    lines = lines_of(session, notice, found.outcome)
    draft = write.outcome(
        letterhead(session, service, case, notice),
        **addressed(session, case, notice),
        lines=lines,
        left=len(found.undecided) + len(found.unexecuted) + len(found.unapproved),
        deferred=[line.item for line in lines if (Fact.INTERIM_REPLIED, str(line.item)) in deferred],
    )
    return write.by_post(draft)


@japanese()
def interim_draft(
    session: Session, notice: Notice, items: Sequence[UUID], ground: DeferralGround, content: str
) -> Draft:
    """The interim reply for undecided items (法25条2項). Raises NotAllowed when it would lack what the Act asks."""
    found = ready(session, notice)
    unavoidable = ground is DeferralGround.UNAVOIDABLE  # also for what was decided and could not be carried out yet
    possible = [*found.undecided, *([*found.unexecuted, *found.unapproved] if unavoidable else [])]
    chosen = [i for i in possible if i.id in items]
    if not chosen or len(chosen) != len(set(items)):
        raise NotAllowed(
            N_(
                "途中経過を通知できるのは、まだ判断していない項目だけです。"
                "講ずると判断して実施していない項目と、承認を待つ項目は、やむを得ない理由（3号）として通知できます。"
            )
        )
    if ground is DeferralGround.UNAVOIDABLE and not content.strip():
        raise NotAllowed(N_("やむを得ない理由の具体的な内容を書いてください（法25条2項3号）。"), about="content")
    if unfilled(content):
        raise NotAllowed(
            N_("内容に、書き込んでいない欄［＿…＿］が残っています。すべて書き込んでください。"), about="content"
        )
    case, service = case_of(session, notice)
    if ground is DeferralGround.SPECIALIST and specialists.uncovered(session, case, items):
        raise NotAllowed(
            N_(
                "専門員に調査させることとした記録のない項目があります（法25条2項2号）。"
                "先に「手続き」で、その項目の調査を専門員に任せてください。"
            ),
            about="specialist",
        )
    draft = write.interim(
        letterhead(session, service, case, notice),
        **addressed(session, case, notice),
        lines=lines_of(session, notice, chosen),
        ground=ground,
        content=content.strip(),
        left=sum(map(len, (found.outcome, found.undecided, found.unexecuted, found.unapproved))) - len(chosen),
    )
    return write.by_post(draft)


@japanese()
def sender_drafts(session: Session, notice: Notice, ways: Mapping[UUID, LetterChannel] | None = None) -> list[Draft]:
    """One letter for each sender account with an executed measure that it has not been told of (法27条).

    `ways` is how a sender shall be told: handed over or published. Else by mail, or handed over without an address.
    Raises NotAllowed (about "public") where what would be published may not be.
    """
    case, service = case_of(session, notice)
    items = decisions.items_of(session, notice)
    ids = [i.id for i in items]
    told = _told(session, ids, LetterKind.SENDER_NOTICE)
    untold = {m.item_id: m for m in decisions.executed_measures(session, ids) if m.decision_id not in told}
    exempt = {i for f, i in journal.standing(journal.history(session, case)) if f is Fact.SENDER_NOTICE_EXEMPTED}
    by_sender: dict[UUID, list[Item]] = defaultdict(list)
    for item in items:
        if item.id in untold and item.sender_id and str(item.id) not in exempt:
            by_sender[item.sender_id].append(item)
    drafts = []
    for sender_id, found in by_sender.items():
        sender = session.get_one(Sender, sender_id)
        email = open_text(session, case.id, "sender.email", sender.id, sender.email_sealed)
        usual = way_to(session, service.id, email, found[0].account)
        way = (ways or {}).get(sender_id, usual)
        lines = [line_of(session, notice, i, untold[i.id]) for i in found]
        public = way is LetterChannel.PUBLICATION
        drafts.append(
            write.sender_notice(
                letterhead(session, service, case, notice),
                to=email if way is LetterChannel.SMTP else "",
                channel=way,
                sender=sender.id,
                account="" if public else found[0].account,
                lines=public_place.lines_in_public(session, notice, lines) if public else lines,
                public=public,
                link="" if public else doors.link(session, sender.id, DoorPurpose.NOTICE),
            )
        )
    return drafts


def take_up(session: Session, notice: Notice) -> None:
    """Hold the case while a letter is drawn and sent, so that nobody changes what it states meanwhile."""
    journal.lock(session, session.get_one(Case, notice.case_id))


def send_draft(
    session: Session, notice: Notice, draft: Draft, seen: str, *, by: UUID, at: datetime, late_reason: str = ""
) -> Letter | None:
    """Queue a previewed letter, drawn after `take_up`. `seen` is the digest of the text on the page.

    None when the same letter waits or was given. Raises Conflict when the text has changed since, NotAllowed without
    an address, for an outcome that a second person has to approve first, or when it comes too late for an item and no
    reason is given: a late reply goes out, marked as a breach (法25条1項).
    """
    case = session.get_one(Case, notice.case_id)
    journal.lock(session, case)
    if draft.digest != seen:
        raise Conflict(N_("この通知の内容が、画面を開いた後に変わりました。新しい文面を確かめてください。"))
    if draft.channel is LetterChannel.SMTP and not draft.to:
        raise NotAllowed(N_("宛先のメールアドレスがありません。"))
    if draft.kind is LetterKind.OUTCOME:
        done = {m.decision_id for m in decisions.executed_measures(session, [item for item, _ in draft.covers])}
        approvals.must_be_free(session, case, {decision for _, decision in draft.covers if decision} - done)
    late = overdue(session, case, draft, at)
    if late and not late_reason.strip():
        raise NotAllowed(
            N_("7日の期限を過ぎています。遅れた理由を書くと、違反として記録して送れます（法25条1項）。"), about="late"
        )
    letter = delivery.send(session, case, draft, by=journal.staff(by), at=at)
    if letter is None:
        return None
    if draft.kind is LetterKind.SENDER_NOTICE and draft.sender_id and draft.channel is not LetterChannel.PUBLICATION:
        doors.hang(session, case, draft.sender_id, DoorPurpose.NOTICE, by=journal.staff(by), at=at)
    if draft.deferral:
        deferrals.remember(session, notice, letter.id, draft.deferral, at=at)
    if late:
        journal.record(
            session,
            case,
            Fact.BREACH_RECORDED,
            actor=journal.staff(by),
            at=at,
            items=late,
            remark=late_reason.strip(),
            article=proof.ARTICLE_25,
        )
    if draft.ground == DeferralGround.SENDER_OPINION.value:
        journal.record(
            session, case, Fact.SENDER_ASKED, actor=journal.staff(by), at=at, items=[i for i, _ in draft.covers]
        )
    return letter


def overdue(session: Session, case: Case, draft: Draft, at: datetime) -> list[UUID]:
    """The items of a reply for which it comes after the last day at `at` (法25条1項), no interim reply being there."""
    return unanswered(session, case, [item for item, _ in draft.covers], at) if draft.kind in proof.REPLIES else []


def unanswered(session: Session, case: Case, items: Iterable[UUID], at: datetime) -> list[UUID]:
    """Those of `items` of which the last day (法25条1項) has passed at `at` without a reply."""
    reply = proof.running_reply(session, case)
    if reply is None or reply.due_at is None or at < reply.due_at or not case.statutory:
        return []
    standing = journal.standing(journal.history(session, case))
    return [item for item in items if (Fact.INTERIM_REPLIED, str(item)) not in standing]


def set_sender_email(session: Session, sender: Sender, email: str, *, by: UUID, at: datetime) -> None:
    """Note the sender's address, sealed; the next letter goes by mail. An empty one forgets it."""
    case = session.get_one(Case, sender.case_id)
    journal.lock(session, case)
    sender.email_sealed = seal_text(session, case.id, "sender.email", sender.id, email) if email else None
    session.add(sender)
    journal.record(session, case, Fact.ADDRESS_CHANGED, actor=journal.staff(by), at=at, whose=str(sender.id))


def ended(session: Session, notice: Notice) -> set[str]:
    """The items (as ids) of which nothing more is owed to the claimant."""
    case = session.get_one(Case, notice.case_id)
    return {i for f, i in journal.standing(journal.history(session, case)) if f in ENDS and i}


def _told(session: Session, items: Sequence[UUID], kind: LetterKind = LetterKind.OUTCOME) -> set[UUID]:
    """Decisions that a letter of `kind`, on its way or given and not lost, states."""
    rows = session.exec(
        select(LetterItem.decision_id)
        .join(Letter, col(Letter.id) == col(LetterItem.letter_id))
        .where(
            col(LetterItem.item_id).in_(items),
            Letter.kind == kind,
            col(Letter.cancelled_at).is_(None),
            or_(col(Letter.refused_at).is_(None), col(Letter.given_at).is_not(None)),
            col(Letter.bounced_at).is_(None),
        )
    )
    return {row for row in rows if row}


def case_of(session: Session, notice: Notice) -> tuple[Case, Service]:
    """The case of a notice, and its service."""
    case = session.get_one(Case, notice.case_id)
    return case, session.get_one(Service, case.service_id)


def addressed(session: Session, case: Case, notice: Notice) -> dict[str, str]:
    """Where letters to the claimant go, and to whom."""
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    return {
        "to": open_text(session, case.id, "claimant.email", claimant.id, claimant.email_sealed),
        "name": open_text(session, case.id, "claimant.name", claimant.id, claimant.name_sealed),
    }


def lines_of(session: Session, notice: Notice, items: Sequence[Item]) -> list[Line]:
    """What a letter says of `items` as they stand."""
    ids = [i.id for i in items]
    current = decisions.latest(session, ids)
    measures = {m.item_id: m for m in decisions.standing_measures(session, ids)}
    undone = decisions.reversed_measures(session, ids)
    return [_line(session, notice, i, current.get(i.id), measures.get(i.id), undone.get(i.id)) for i in items]


def line_of(session: Session, notice: Notice, item: Item, measure: Measure) -> Line:
    """What a letter says of a measure that was carried out, whatever was decided since."""
    return _line(session, notice, item, session.get_one(Decision, measure.decision_id), measure)


def _line(
    session: Session,
    notice: Notice,
    item: Item,
    decision: Decision | None,
    measure: Measure | None,
    undone: Measure | None = None,
) -> Line:
    said = decisions.words(session, decision) if decision else {}
    clause = session.get(Clause, decision.clause_id) if decision and decision.clause_id else None
    version = session.get(CriteriaVersion, clause.criteria_id) if clause else None
    return Line(
        item=item.id,
        decision=decision.id if decision else None,
        no=item.no,
        place=decisions.place_of(item),
        quote=item.quote if item.url else "",
        right=Right(notice.primary_right),
        taken=bool(measure and measure.executed_at),
        kind=measure.kind if measure else None,
        executed_at=measure.executed_at if measure else None,
        reversed_at=measure.reversed_at if measure else None,
        undone=(undone.executed_at, undone.reversed_at)
        if undone and undone.executed_at and undone.reversed_at
        else None,
        reason=said.get("reason", ""),
        basis=decision.basis if decision else None,
        clause=decisions.clause_name(version, clause) if clause and version else "",
        facts=said.get("facts", ""),
        finding=decisions.told(decision.finding) if decision else "",
    )
