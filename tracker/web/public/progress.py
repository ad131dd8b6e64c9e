"""What a claimant may see of a case: facts, and decisions only as far as a letter that was given states them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import decisions, journal
from tracker.i18n import japanese_time
from tracker.law.clocks import REPLY
from tracker.law.facts import Fact
from tracker.law.grounds import DeferralGround, MeasureKind
from tracker.law.period import boundary, count
from tracker.models import Case, Decision, Event, Item, Letter, LetterItem, LetterKind, Measure, Notice
from tracker.sealed import open_text

# Letters that are the claimant's to read.
THEIRS = (LetterKind.RECEIPT, LetterKind.INTERIM, LetterKind.OUTCOME)


@dataclass(frozen=True)
class ItemSeen:
    """An item with what its claimant has been told."""

    item: Item
    word: str
    good: bool
    mark: str
    when: datetime | None


@dataclass(frozen=True)
class LetterSeen:
    """A letter on the status page; its text is empty until it was opened."""

    id: UUID
    name: str
    when: datetime
    opened_at: datetime | None
    returned: bool  # mail did not carry it
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
    waiting: bool  # the reply clock still runs
    late: bool


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
    due = boundary(count(notice.received_at, REPLY.length, REPLY.counting)) if REPLY.length else None
    late = bool(silent and due and at >= due)
    name, says = _now(len(items), len(left), len(silent), late=late, withdrawn=withdrawn, ended=bool(ended))
    unread = any(not x.opened_at and x.kind is not LetterKind.RECEIPT for x in letters)
    return Progress(
        items=[_item(session, i, told, closed=str(i.id) in ended) for i in items],
        letters=[_letter(session, x) for x in reversed(letters)],
        line=_line(session, events, told, name=name, left=bool(left), silent=bool(silent), ended=bool(ended)),
        name=name,
        says=says,
        to_do=_("まだ開いていないお知らせがあります。下の「開く」を押すと読めます。") if unread else "",
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
        elif link.decision_id:
            told.outcome[link.item_id] = session.get_one(Decision, link.decision_id)
    return told


def _item(session: Session, item: Item, told: _Told, *, closed: bool) -> ItemSeen:
    if decision := told.outcome.get(item.id):
        if not decision.take:
            return ItemSeen(item, _("措置を講じませんでした"), False, "dash", None)
        measure = session.exec(select(Measure).where(Measure.decision_id == decision.id)).first()
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
    return ItemSeen(item, _("調べています"), False, "ring", None)


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
    }
    return names[letter.kind]


def _now(total: int, left: int, silent: int, *, late: bool, withdrawn: bool, ended: bool) -> tuple[str, str]:
    """What is going on, in a few words and in a sentence."""
    if withdrawn:
        return _("取り下げられました"), _("この申出は取り下げられ、手続は終わりました。")
    if not left and ended:
        return _("手続は終わりました"), _("わからないことがあるときは、受付番号を添えて窓口にお尋ねください。")
    if not left:
        return _("すべての結果をお知らせしました"), _("結果と理由は、お知らせに書いてあります。")
    name = _("残りの%(n)s件を調べています", n=left) if left < total else _("調べています")
    if late:
        return name, _(
            "お知らせの日を過ぎています。申し訳ありません。調査を続けており、判断した後、すぐにお知らせします。"
        )
    if silent:
        return name, ""
    return name, _(
        "途中経過をお知らせしました。結果は、判断した後、遅滞なくお知らせします。法律に日数の定めはありません。"
    )


def _line(
    session: Session, events: Sequence[Event], told: _Told, *, name: str, left: bool, silent: bool, ended: bool
) -> list[dict[str, str]]:
    """Done, now, to come. Decisions and measures are no entries: they are told by their letter.

    When everything was told, the last letter is the last entry: nothing goes on now.
    """
    entries = []
    for event in events:
        if event.fact is Fact.NOTICE_RECEIVED:
            entries.append((event.occurred_at, _("受け付けました")))
        elif event.fact is Fact.RECEIPT_CORRECTED:
            entries.append((event.recorded_at, _("受付の日時を訂正しました")))
        elif event.fact is Fact.INVESTIGATION_STARTED:
            entries.append((event.occurred_at, _("調査を始めました")))
    for letter in told.given:
        if letter.given_at:
            entries.append((letter.given_at, _("%(what)sをお知らせしました", what=_name(session, letter))))
    line = [{"name": words, "when": japanese_time(when)} for when, words in sorted(entries)]
    if left or ended:
        line.append({"state": "now", "name": _("いま: %(name)s", name=name), "when": ""})
    if left:
        then = _("結果、または途中経過をお知らせします") if silent else _("結果をお知らせします")
        line.append({"state": "next", "name": then, "when": ""})
    return line
