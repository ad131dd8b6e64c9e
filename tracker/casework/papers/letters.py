"""To senders, about a paper: what they say to a disclosure (法6条1項), and that an order to disclose came (同条2項)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, delivery, journal
from tracker.casework.holding.unlogged import LOG_CONTENT, has_log_content
from tracker.casework.papers.entering import words_of
from tracker.casework.papers.kinds import KINDS
from tracker.casework.papers.recorded import time_known
from tracker.i18n import japanese, listed
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.logs import CLASSES
from tracker.letters import write
from tracker.letters.write import BLANK, Disclosure, Draft, PaperHead
from tracker.models import Case, Claimant, LegalPaper, Letter, LetterChannel, LetterKind, Notice, PaperKind, Service
from tracker.sealed import open_text
from tracker.settings import Settings

# What a paper must be followed by for a letter of the kind to be written about it.
FOLLOWS: Mapping[LetterKind, Fact] = {
    LetterKind.DISCLOSURE_INQUIRY: Fact.DISCLOSURE_HEARD,
    LetterKind.ORDER_TOLD: Fact.SENDER_TOLD_OF_ORDER,
}
LETTER_CHANNELS = (LetterChannel.SMTP, LetterChannel.HANDOVER)
MOST = 20_000
SHORTEST = 2  # signs of a name that are looked for in a text


def letter_kinds(paper: LegalPaper) -> list[LetterKind]:
    """Which letters may be written about a paper. Nobody is asked any more after the end, though still told."""
    found = [kind for kind, fact in FOLLOWS.items() if fact in KINDS[paper.kind].then]
    return [kind for kind in found if kind is LetterKind.ORDER_TOLD or not paper.ended_at]


@japanese()
def known_of(session: Session, paper: LegalPaper) -> Disclosure:
    """What the register knows for a letter already; the rest is for somebody to write."""
    words = words_of(session, paper)
    return Disclosure(content=words["contents"], asked=listed(CLASSES[name] for name in paper.classes))


def letter_draft(
    session: Session, paper: LegalPaper, kind: LetterKind, *, to: str, account: str, said: Disclosure
) -> Draft:
    """The letter as it would be worded. Raises NotAllowed where none of this kind belongs to the paper."""
    if kind not in letter_kinds(paper):
        raise NotAllowed(N_("この書面について、この通知は作れません。"))
    settings: Settings = session.info["settings"]
    service = session.get_one(Service, paper.service_id)
    petition = paper.kind is PaperKind.PETITION
    head = PaperHead(
        settings.provider,
        service.name,
        paper.number,
        paper.served_at,
        petition,
        settings.contact,
        time_known=time_known(session, paper),
    )
    make = write.disclosure_inquiry if kind is LetterKind.DISCLOSURE_INQUIRY else write.order_told
    return make(head, to=to, account=account, said=said)


def send_letter(
    session: Session,
    paper: LegalPaper,
    kind: LetterKind,
    *,
    channel: LetterChannel,
    to: str,
    subject: str,
    body: str,
    claimant: str = "",
    released: bool = False,
    by: UUID,
    at: datetime,
) -> Letter:
    """Put a letter to a sender into the outbox, in the words of whoever checked it.

    What it proves is recorded when a relay accepts it, or when it was handed over. Unless the claimant released their
    name (`released`) it must not stand in it: neither `claimant` nor who filed the notice that the paper names.
    Raises NotAllowed, or Conflict for a letter that went already.
    """
    case = session.get_one(Case, paper.case_id)
    journal.lock(session, case)
    session.refresh(paper)
    draft = letter_draft(session, paper, kind, to=to.strip(), account="", said=Disclosure())
    for problem in letter_problems(session, paper, channel, to, subject, body, claimant, released=released):
        raise problem
    worded = write.worded(draft, channel=channel, subject=subject.strip(), body=body.strip() + "\n")
    letter = delivery.send(session, case, worded, by=journal.staff(by), at=at)
    if letter is None:
        raise Conflict(N_("同じ宛先への同じ通知は、すでに送信待ちか、送信済みです。"))
    return letter


def letter_problems(
    session: Session,
    paper: LegalPaper,
    channel: LetterChannel,
    to: str,
    subject: str,
    body: str,
    claimant: str,
    *,
    released: bool,
) -> list[NotAllowed]:
    """Everything that a letter still lacks, each by its field, in the order of the form."""
    found = []
    if channel not in LETTER_CHANNELS:
        found.append(NotAllowed(N_("送り方を選んでください。"), about="channel"))
    if not to.strip():
        found.append(NotAllowed(N_("宛先を入力してください。"), about="to"))
    elif has_log_content(to):
        found.append(NotAllowed(LOG_CONTENT, about="to"))
    if not subject.strip():
        found.append(NotAllowed(N_("件名を書いてください。"), about="subject"))
    if not body.strip() or BLANK in body:
        found.append(NotAllowed(N_("文面に、まだ書いていないところがあります。"), about="body"))
    elif len(body) > MOST:
        found.append(NotAllowed(N_("長すぎます。%(most)s字までで書いてください。"), about="body", most=MOST))
    elif has_log_content(body) or has_log_content(subject):
        found.append(NotAllowed(LOG_CONTENT, about="body" if has_log_content(body) else "subject"))
    elif not released and any(name in f"{subject}\n{body}" for name in _names(session, paper, claimant)):
        found.append(
            NotAllowed(
                N_("文面に、請求した人の名前があります。本人が明かすことを認めたときだけ、印を付けて書きます。"),
                about="body",
            )
        )
    return found


def letters_of(session: Session, paper: LegalPaper) -> Sequence[Letter]:
    """The letters about a paper, the newest first."""
    query = select(Letter).where(Letter.case_id == paper.case_id, col(Letter.kind).in_(list(FOLLOWS)))
    return session.exec(query.order_by(col(Letter.queued_at).desc(), col(Letter.id))).all()


def _names(session: Session, paper: LegalPaper, claimant: str) -> list[str]:
    """The names that must not stand in a letter: the one typed, and who filed the notice that the paper names."""
    names = [claimant.strip()]
    notice = session.get(Notice, paper.notice_id) if paper.notice_id else None
    filed = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).first() if notice else None
    if notice and filed:
        for column, sealed in (("name", filed.name_sealed), ("whose", filed.whose_sealed)):
            if sealed:
                names.append(open_text(session, notice.case_id, f"claimant.{column}", filed.id, sealed).strip())
    return [name for name in names if len(name) >= SHORTEST]
