"""The letters that a decision would lead to, drawn while it is being written. Nothing is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import decisions, journal, replies
from tracker.casework.decisions import Judgement
from tracker.casework.receipts import letterhead
from tracker.i18n import japanese, japanese_time
from tracker.law.facts import Fact
from tracker.law.grounds import Basis
from tracker.letters import write
from tracker.letters.write import Draft, Line
from tracker.models import Clause, CriteriaVersion, Item, LetterChannel, Notice, Sender
from tracker.sealed import open_text

MOST = 8  # items written out; the letter itself names every one
NOT_YET = datetime(9999, 12, 31, 3, tzinfo=UTC)  # stands where the moment of the measure will stand
NO_REASON = "\ue000"  # stands where the reason will stand


@dataclass(frozen=True)
class Foretold:
    """What would leave: to the claimant, and to the account that posted the first of the items."""

    claimant: Draft
    sender: Draft | None
    more: int  # items that the letter will name and the preview does not
    waits: bool  # the letter can be sent only after the measure was recorded as carried out


def moment_words() -> str:
    """The words in a draft where the moment of the measure will stand."""
    return japanese_time(NOT_YET, seconds=False)


@japanese()
def foretell(session: Session, notice: Notice, items: Sequence[UUID], judgement: Judgement) -> Foretold | None:
    """The letters as they would be after `judgement` on `items`; None without items of the notice."""
    found = replies.ready(session, notice)
    everything = decisions.items_of(session, notice)
    chosen = [i for i in everything if i.id in set(items)]
    if not chosen:
        return None
    others = [i for i in found.outcome if i not in chosen]
    listed = sorted([*chosen, *others] if len(chosen) + len(others) <= MOST else chosen[:MOST], key=lambda i: i.no)
    lines = [
        _as_judged(session, line, judgement) if line.item in set(items) else line
        for line in replies.lines_of(session, notice, listed)
    ]
    case, service = replies.case_of(session, notice)
    head = letterhead(session, service, case, notice)
    standing = journal.standing(journal.history(session, case))
    open_items = {i.id for i in (*found.outcome, *found.undecided, *found.unexecuted, *found.unapproved)}
    told = {i.id for i in (*chosen, *others)}
    claimant = write.outcome(
        head,
        **replies.addressed(session, case, notice),
        lines=lines,
        left=len(open_items - told),
        deferred=[line.item for line in lines if (Fact.INTERIM_REPLIED, str(line.item)) in standing],
    )
    sender = next((i.sender_id for i in chosen if i.sender_id), None) if judgement.take else None
    return Foretold(
        claimant=write.by_post(claimant),
        sender=_to_sender(session, head, sender, chosen, lines) if sender else None,
        more=len(told) - len(lines),
        waits=judgement.take,
    )


def _as_judged(session: Session, line: Line, judgement: Judgement) -> Line:
    clause = session.get(Clause, judgement.clause_id) if judgement.take and judgement.clause_id else None
    version = session.get(CriteriaVersion, clause.criteria_id) if clause else None
    return replace(
        line,
        decision=None,
        taken=judgement.take,
        kind=judgement.kind,
        executed_at=NOT_YET if judgement.take else None,
        reason=judgement.reason.strip() or NO_REASON,
        basis=judgement.basis if judgement.take else None,
        clause=decisions.clause_name(version, clause) if version and clause and judgement.basis is Basis.CLAUSE else "",
        facts=judgement.facts.strip() if judgement.take else "",
        finding="" if judgement.take else decisions.told(judgement.finding),
    )


def _to_sender(
    session: Session, head: write.Letterhead, id: UUID, chosen: Sequence[Item], lines: Sequence[Line]
) -> Draft:
    sender = session.get_one(Sender, id)
    email = open_text(session, sender.case_id, "sender.email", sender.id, sender.email_sealed)
    mine = {i.id for i in chosen if i.sender_id == id}
    return write.sender_notice(
        head,
        to=email,
        channel=LetterChannel.SMTP if email else LetterChannel.HANDOVER,
        sender=id,
        account=sender.account,
        lines=[line for line in lines if line.item in mine],
    )
