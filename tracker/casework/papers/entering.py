"""Entering a paper: a case of its own with its clocks and holds. An extension shares the case of its first paper."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, chain, filings, journal
from tracker.casework.holding.unlogged import LOG_CONTENT, has_log_content
from tracker.casework.papers.kinds import KINDS, Ask
from tracker.casework.papers.lines import is_one_account, is_one_address
from tracker.casework.papers.posting import posting_effect
from tracker.casework.papers.readers import name_readers, reading
from tracker.casework.papers.spans import check_extension, within
from tracker.i18n import day_text
from tracker.law import N_
from tracker.law.holds import PRESERVATION_HOLD
from tracker.law.logs import CLASSES, PROVIDED
from tracker.law.period import japanese_day
from tracker.models import Case, CaseKind, LegalPaper, Notice, PaperKind, Service
from tracker.sealed import create_key, open_words, seal_words

WORDS = ("issuer", "reference", "asks", "accounts", "contents")
MOST = 10_000  # characters of one text: a paper is filed as a file, and told here in few words


@dataclass(frozen=True)
class Entry:
    """A paper as somebody wrote it down. `words` are sealed: they name people.

    Of 公示送達 (`posted_on`) `served_at` follows from the day of publication, whatever it says here.
    """

    kind: PaperKind
    served_at: datetime
    words: dict[str, str]
    until: date | None = None
    posted_on: date | None = None
    posted_abroad: bool = False
    classes: Sequence[str] = ()
    provided: str = ""
    objected: bool = False
    logs_from: date | None = None
    logs_until: date | None = None
    notice: str = ""
    confidential: bool = False
    readers: Collection[UUID] = ()
    time_known: bool = True  # of a day alone, `served_at` is the first instant after its midnight


def enter(session: Session, service: Service, entry: Entry, *, by: UUID, at: datetime) -> LegalPaper:
    """Write down a paper that was served. Its fact draws the clocks and the holds of the tables.

    Whoever enters a confidential one is among its readers. Raises NotAllowed, whose `about` names the field.
    """
    rule = KINDS.get(entry.kind)
    if rule is None or Ask.FIRST in rule.asks:
        raise NotAllowed(N_("延長の書面は、最初の要請の画面から記録してください。"), about="kind")
    entry = served_entry(entry)
    notice = _checked(session, service, entry, at)
    _next_in_row(session, service)
    case = Case(kind=CaseKind.PAPER, service_id=service.id, opened_at=at, statutory=False, assigned_to=by)
    session.add(case)
    session.flush()
    create_key(session, case.id)
    paper = _enter(session, case, service, entry, notice, by=by, at=at)
    if entry.kind is PaperKind.DESIGNATION:
        filings.served(session, service, japanese_day(entry.served_at), actor=journal.staff(by), at=at)
    return paper


def extend(session: Session, first: LegalPaper, entry: Entry, *, by: UUID, at: datetime) -> LegalPaper:
    """Write down an extension of a request for preservation (刑訴法197条4項), in the case of the first paper.

    A request may be extended again. Raises NotAllowed beyond thirty days more or sixty in all, and where the paper does
    not go beyond the day that stands; Conflict where the request has ended.
    """
    case = session.get_one(Case, first.case_id)
    service = session.get_one(Service, first.service_id)
    journal.lock(session, case)
    session.refresh(first)
    if first.kind is not PaperKind.PRESERVATION:
        raise NotAllowed(
            N_("延長できるのは、通信履歴の保全の要請だけです。最初の要請を確かめてください。"), about="first"
        )
    if first.ended_at:
        raise Conflict(N_("この要請は、もう終わっています。続けて求められたときは、新しい要請として記録してください。"))
    notice = _checked(session, service, entry, at)
    before = of_case(session, case.id)
    entry = _not_before(entry, max(paper.served_at for paper in before))
    if entry.served_at < max(paper.served_at for paper in before):
        raise NotAllowed(N_("延長の書面を受け取った日が、最初の要請か前の延長より前になっています。"), about="served")
    latest = max((paper.stated_until for paper in before if paper.stated_until), default=None)
    check_extension(first.served_at, first.stated_until, latest, served=entry.served_at, until=entry.until)
    _next_in_row(session, service)
    return _enter(session, case, service, entry, notice or first.notice_id, by=by, at=at)


def row_state(paper: LegalPaper) -> dict[str, Any]:
    """What the record keeps of a paper's row; its words only as a digest of what is sealed."""
    return {
        "paper": str(paper.id),
        "number": paper.number,
        "kind": paper.kind.value,
        "notice": str(paper.notice_id) if paper.notice_id else None,
        "provided": paper.provided,
        "confidential": paper.confidential,
        "classes": list(paper.classes),
        "words": sha256(paper.words_sealed).hexdigest(),
        "entered": chain.iso(paper.entered_at),
        "by": str(paper.entered_by),
        "service": str(paper.service_id),
        "abroad": paper.posted_abroad,
        **({"until": paper.stated_until.isoformat()} if paper.stated_until else {}),
        **({"posted": paper.posted_on.isoformat()} if paper.posted_on else {}),
    }


def of_case(session: Session, case_id: UUID) -> Sequence[LegalPaper]:
    """The papers of a case, in the order in which they were entered."""
    query = select(LegalPaper).where(LegalPaper.case_id == case_id)
    return session.exec(query.order_by(col(LegalPaper.entered_at), col(LegalPaper.number))).all()


def words_of(session: Session, paper: LegalPaper) -> dict[str, str]:
    """What a paper says; empty texts after its key was destroyed."""
    return dict.fromkeys(WORDS, "") | open_words(
        session, paper.case_id, "legalpaper.words", paper.id, paper.words_sealed
    )


def served_entry(entry: Entry) -> Entry:
    """The same entry with the instant of 公示送達 worked out; only what 法31条 names is served in this way."""
    if Ask.POSTED not in KINDS[entry.kind].asks or entry.posted_on is None:
        return replace(entry, posted_on=None, posted_abroad=False)
    return replace(entry, served_at=posting_effect(entry.posted_on, abroad=entry.posted_abroad))


def _not_before(entry: Entry, earlier: datetime) -> Entry:
    """An extension of which only the day is known came after what came on that same day at a known time."""
    same = not entry.time_known and japanese_day(entry.served_at) == japanese_day(earlier)
    return replace(entry, served_at=max(entry.served_at, earlier)) if same else entry


def _enter(
    session: Session, case: Case, service: Service, entry: Entry, notice: UUID | None, *, by: UUID, at: datetime
) -> LegalPaper:
    rule = KINDS[entry.kind]
    confidential = entry.confidential or any(paper.confidential for paper in of_case(session, case.id))
    id = uuid4()
    words = {name: entry.words.get(name, "").strip() for name in WORDS}
    classes = list(PROVIDED[entry.provided][1]) if Ask.PROVIDED in rule.asks else sorted(entry.classes, key=ORDER.index)
    paper = LegalPaper(
        id=id,
        case_id=case.id,
        service_id=service.id,
        number=_number(session, service, at, confidential=confidential),
        kind=entry.kind,
        served_at=entry.served_at,
        stated_until=entry.until if Ask.UNTIL in rule.asks else None,
        posted_on=entry.posted_on,
        posted_abroad=entry.posted_abroad,
        provided=entry.provided if Ask.PROVIDED in rule.asks else "",
        confidential=confidential,
        notice_id=notice,
        classes=classes,
        words_sealed=seal_words(session, case.id, "legalpaper.words", id, words),
        entered_at=at,
        entered_by=by,
    )
    session.add(paper)
    session.flush()
    readers: list[UUID] = []
    if confidential:
        readers = name_readers(session, paper, {by, *entry.readers, *reading(session, case.id)}, by=by, at=at)
    scope = journal.HoldScope(
        classes=classes,
        paper_id=id,
        logs_from=entry.logs_from,
        logs_until=entry.logs_until,
        words={name: words[name] for name in ("accounts", "contents") if words[name]} or None,
    )
    said: dict[str, Any] = dict(rule.said) | (
        {"sender_objected": True} if Ask.OBJECTED in rule.asks and entry.objected else {}
    )
    said |= {"readers": [str(reader) for reader in readers]} if readers else {}
    said |= {} if entry.time_known or entry.posted_on else {"time_known": False}
    journal.record(
        session, case, rule.fact, actor=journal.staff(by), at=at, occurred_at=entry.served_at, scope=scope,
        **said, **row_state(paper),
    )  # fmt: skip
    return paper


ORDER = list(CLASSES)


def problems(session: Session, service: Service | None, entry: Entry, at: datetime) -> list[NotAllowed]:
    """Everything that a paper still lacks, each by its field, in the order of the form."""
    entry = served_entry(entry)
    asks, words = KINDS[entry.kind].asks, {name: entry.words.get(name, "").strip() for name in WORDS}
    found = []

    def say(about: str, text: str, **values: object) -> None:
        found.append(NotAllowed(text, about=about, **values))

    if entry.posted_on and entry.served_at > at:
        effect = day_text(japanese_day(entry.served_at))
        say(
            "posted_on",
            N_("公示送達の効力は%(day)sの午前0時に生じます（法33条）。その後で記録してください。"),
            day=effect,
        )
    elif entry.served_at > at:
        say("served", N_("受け取った日時が、まだ来ていません。受け取ってから記録してください。"))
    if not words["issuer"]:
        say("issuer", N_("書面を出した裁判所、捜査機関などを書いてください。"))
    if not words["asks"]:
        say("asks", N_("書面が何を求めているかを書いてください。"))
    for name in WORDS:
        if len(words[name]) > MOST:
            say(name, N_("長すぎます。%(most)s字までで書き、全文はファイルで残してください。"), most=MOST)
        elif has_log_content(words[name]):
            say(name, LOG_CONTENT)
    if Ask.UNTIL in asks and entry.until is None:
        say("until", N_("書面に書かれた最後の日を入力してください。"))
    elif Ask.UNTIL in asks and entry.until and entry.until < japanese_day(entry.served_at):
        say("until", N_("書面の最後の日が、受け取った日より前になっています。"))
    elif entry.kind is PaperKind.PRESERVATION and entry.until:
        try:
            within(PRESERVATION_HOLD, entry.served_at, entry.until)
        except NotAllowed as no:
            found.append(no)
    if service and entry.notice and _notice(session, service, entry.notice) is None:
        say("notice", N_("このサービスに、この受付番号の申出はありません。"))
    if Ask.PROVIDED in asks and entry.provided not in PROVIDED:
        say("provided", N_("提供を命じられた情報（規則7条）を、命令を見て選んでください。"))
    if Ask.CLASSES in asks:
        if not all(_is_url(line.strip()) for line in words["contents"].splitlines() if line.strip()):
            say("contents", N_("投稿のURLは、http:// か https:// から書いてください。1行に1つです。"))
        elif not all(is_one_address(line) for line in words["contents"].splitlines() if line.strip()):
            say("contents", N_("1行にはURLを1つだけ書き、前後に言葉や記号を付けないでください。"))
        if not all(is_one_account(line) for line in words["accounts"].splitlines() if line.strip()):
            say(
                "accounts",
                N_("1行にはアカウントを1つだけ書き、見出しやかっこを付けないでください。例: @kaze_2198"),
            )
        if not (words["accounts"] or words["contents"]):
            say("accounts", N_("アカウントか投稿のURLを書いてください。通信履歴を調べて発信者を探すことはしません。"))
        if not entry.classes or not set(entry.classes).issubset(CLASSES):
            say("classes", N_("残す情報の種類を、書面を見て選んでください。"))
    if entry.logs_from and entry.logs_until and entry.logs_until < entry.logs_from:
        say("logs_until", N_("通信履歴の期間の終わりが、始まりより前になっています。"))
    return found


def _is_url(line: str) -> bool:
    try:
        parts = urlsplit(line)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _checked(session: Session, service: Service, entry: Entry, at: datetime) -> UUID | None:
    """The id of the notice that a paper is about. Raises the first thing that it lacks."""
    for problem in problems(session, service, entry, at):
        raise problem
    return _notice(session, service, entry.notice) if entry.notice else None


def _notice(session: Session, service: Service, number: str) -> UUID | None:
    named = select(Notice.id).join(Case, col(Case.id) == col(Notice.case_id))
    return session.exec(named.where(Notice.number == number, Case.service_id == service.id)).first()


def _next_in_row(session: Session, service: Service) -> None:
    """Hold the service until the transaction ends, so that numbers are given one after another."""
    session.get_one(Service, service.id, with_for_update={"key_share": True})


def _number(session: Session, service: Service, at: datetime, *, confidential: bool) -> str:
    """TH-L-2026-0001, for each service and Japanese year. Confidential ones are a row of their own (TH-LC-…):

    a gap in the row that everybody sees would say that there is one.
    """
    head = f"{service.prefix}-{'LC' if confidential else 'L'}-{japanese_day(at).year}-"
    known = session.exec(
        select(func.count()).select_from(LegalPaper).where(col(LegalPaper.number).like(f"{head}%"))
    ).one()
    return f"{head}{known + 1:04d}"
