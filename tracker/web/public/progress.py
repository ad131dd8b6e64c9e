"""What a claimant may see of a case: facts, and decisions only as far as a letter that was given states them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import decisions, journal
from tracker.casework.receipts import WORK
from tracker.law.clocks import REPLY
from tracker.law.consequences import due as due_of
from tracker.law.editions import rule_on
from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround, MeasureKind
from tracker.law.period import japanese_day
from tracker.models import Case, Decision, Item, Letter, LetterItem, LetterKind, Measure, Notice
from tracker.sealed import open_text
from tracker.web.public.timeline import line, now_words

# Letters that are the claimant's to read.
THEIRS = (LetterKind.RECEIPT, LetterKind.INTERIM, LetterKind.OUTCOME, LetterKind.REVERSAL_CLAIMANT)
ONE_BY_ONE = 20  # more items than this are shown by what has been told about them
MARKS = (
    "check",
    "dash",
    "wait",
    "ring",
)  # told that something was done, that nothing was, that it takes longer, nothing


@dataclass(frozen=True)
class ItemSeen:
    """An item with what its claimant has been told."""

    item: Item
    word: str
    good: bool
    mark: str
    when: datetime | None


@dataclass(frozen=True)
class Together:
    """The items of a long filing about which the same has been told."""

    word: str
    good: bool
    mark: str
    items: Sequence[ItemSeen]


@dataclass(frozen=True)
class LetterSeen:
    """A letter on the status page; its text is empty until it was opened."""

    id: UUID
    name: str
    when: datetime
    opened_at: datetime | None
    returned: bool  # mail did not carry it
    to_do: bool  # it says something new and was not opened yet
    way_in: bool  # it holds the secret as it was then
    subject: str
    body: str


@dataclass(frozen=True)
class Progress:
    """Where a notice stands, for its claimant."""

    items: Sequence[ItemSeen]
    letters: Sequence[LetterSeen]  # newest first
    line: Sequence[dict[str, str]]
    name: str  # what is going on now
    says: str
    to_do: str  # what the claimant should do; empty for nothing
    open: bool  # an outcome is still to come
    waiting: bool  # the reply clock still runs
    late: bool

    @property
    def many(self) -> bool:
        """Whether the items are too many to stand one below the other."""
        return len(self.items) > ONE_BY_ONE

    @property
    def together(self) -> list[Together]:
        """The items by what has been told about them: what was decided first, what is still open last."""
        found: dict[tuple[bool, str, str], list[ItemSeen]] = {}
        for seen in self.items:
            found.setdefault((seen.good, seen.mark, seen.word), []).append(seen)
        ordered = sorted(found.items(), key=lambda one: MARKS.index(one[0][1]))
        return [Together(word, good, mark, seen) for (good, mark, word), seen in ordered]

    @property
    def news(self) -> UUID | None:
        """The newest letter that still has to be opened; the receipt is no news."""
        return next((letter.id for letter in self.letters if letter.to_do), None)


@dataclass(frozen=True)
class _Told:
    """The newest given letters about each item."""

    outcome: dict[UUID, Decision]
    interim: dict[UUID, Letter]
    given: list[Letter]  # oldest first


def progress(session: Session, notice: Notice, *, at: datetime) -> Progress:
    """What the claimant of a notice may know at `at`."""
    case = session.get_one(Case, notice.case_id)
    items = decisions.items_of(session, notice)
    letters = _letters(session, notice)
    events = journal.history(session, case)
    standing = journal.standing(events)
    told = _told(session, letters)
    ended = {i for fact, i in standing if fact in (Fact.REPLY_EXCUSED, Fact.NOTICE_WITHDRAWN)}
    withdrawn = (Fact.NOTICE_WITHDRAWN, "") in standing
    left = [i for i in items if i.id not in told.outcome and str(i.id) not in ended]
    silent = [i for i in left if i.id not in told.interim]
    rule = rule_on(REPLY.key, japanese_day(notice.received_at))
    due = due_of(rule, notice.received_at, session.info["calendar"])
    late = bool(silent and due and at >= due)
    begun = len(told.outcome) + len(told.interim) > 0 or any(event.fact in WORK for event in events)
    name, says = now_words(
        len(items), len(left), len(silent), begun=begun, late=late, withdrawn=withdrawn, ended=bool(ended)
    )
    unread = any(not x.opened_at and x.kind is not LetterKind.RECEIPT for x in letters)
    return Progress(
        items=[_item(session, i, told, begun=begun, closed=str(i.id) in ended) for i in items],
        letters=[_letter(session, x) for x in reversed(letters)],
        line=line(
            events,
            [(x.given_at, _name(session, x)) for x in told.given if x.given_at],
            session.info["calendar"],
            name=name if begun or not left else _("これから調べます"),
            left=bool(left),
            silent=bool(silent),
            ended=bool(ended),
            due=None if late else due,
        ),
        name=name,
        says=says,
        to_do=_("まだ開いていないお知らせがあります。下の「開く」を押すと読めます。") if unread else "",
        open=bool(left),
        waiting=bool(silent),
        late=late,
    )


def letter_of(session: Session, notice: Notice, id: UUID) -> LetterSeen | None:
    """A letter of this notice's claimant, or None."""
    return next((_letter(session, x) for x in _letters(session, notice) if x.id == id), None)


def _letters(session: Session, notice: Notice) -> list[Letter]:
    """Letters to the claimant, oldest first. A letter that was taken back before it left is none."""
    return list(
        session.exec(
            select(Letter)
            .where(Letter.case_id == notice.case_id, col(Letter.kind).in_(THEIRS), col(Letter.cancelled_at).is_(None))
            .order_by(col(Letter.queued_at), col(Letter.id))
        )
    )


def _told(session: Session, letters: Sequence[Letter]) -> _Told:
    told = _Told({}, {}, [x for x in letters if x.given_at and not x.bounced_at and x.kind is not LetterKind.RECEIPT])
    by_id = {x.id: x for x in told.given}
    links = session.exec(select(LetterItem).where(col(LetterItem.letter_id).in_(list(by_id)))).all()
    for link in sorted(links, key=lambda link: by_id[link.letter_id].queued_at):
        letter = by_id[link.letter_id]
        if letter.kind is LetterKind.INTERIM:
            told.interim[link.item_id] = letter
        elif link.decision_id and letter.kind is LetterKind.OUTCOME:
            told.outcome[link.item_id] = session.get_one(Decision, link.decision_id)
    return told


def _item(session: Session, item: Item, told: _Told, *, begun: bool, closed: bool) -> ItemSeen:
    if decision := told.outcome.get(item.id):
        if not decision.take:
            return ItemSeen(item, _("措置を講じませんでした"), False, "dash", None)
        measure = session.exec(select(Measure).where(Measure.decision_id == decision.id)).first()
        if measure and measure.reversed_at:
            return ItemSeen(item, _("講じた措置を取り消した"), False, "dash", measure.reversed_at)
        kind = decision.kind or MeasureKind.REMOVE
        words = {
            MeasureKind.REMOVE: _("削除した"),
            MeasureKind.HIDE: _("見えないようにした"),
            MeasureKind.SUSPEND: _("アカウントの利用を止めた"),
        }
        return ItemSeen(item, words[kind], True, "check", measure.executed_at if measure else None)
    if closed:
        return ItemSeen(item, _("手続は終わりました"), False, "dash", None)
    if letter := told.interim.get(item.id):
        words_of = {
            DeferralGround.SENDER_OPINION: _("投稿した人に意見を聴くこととした"),
            DeferralGround.SPECIALIST: _("専門員に調査させることとした"),
        }
        ground = DeferralGround(letter.ground)
        return ItemSeen(item, words_of.get(ground, _("途中経過をお知らせした")), False, "wait", None)
    return ItemSeen(item, _("調べています") if begun else _("これから調べます"), False, "ring", None)


def _letter(session: Session, letter: Letter) -> LetterSeen:
    def clear(column: str, sealed: bytes) -> str:
        return open_text(session, letter.case_id, f"letter.{column}", letter.id, sealed)

    opened = letter.opened_at is not None
    return LetterSeen(
        id=letter.id,
        name=_name(session, letter),
        when=letter.given_at or letter.queued_at,
        opened_at=letter.opened_at,
        returned=bool(letter.refused_at or letter.bounced_at) and not opened,
        to_do=not opened and letter.kind is not LetterKind.RECEIPT,
        way_in=letter.kind is LetterKind.RECEIPT,
        subject=clear("subject", letter.subject_sealed) if opened else "",
        body=clear("body", letter.body_sealed) if opened else "",
    )


def _name(session: Session, letter: Letter) -> str:
    """What a letter is about, without saying what it decides."""
    n = len(session.exec(select(LetterItem.item_id).where(LetterItem.letter_id == letter.id)).all())
    names: dict[LetterKind, str] = {
        LetterKind.RECEIPT: _("受付のお知らせ"),
        LetterKind.INTERIM: _("%(n)s件の途中経過", n=n),
        LetterKind.OUTCOME: _("%(n)s件の結果", n=n),
        LetterKind.REVERSAL_CLAIMANT: _("%(n)s件の、結果の後のこと", n=n),
    }
    return names[letter.kind]
