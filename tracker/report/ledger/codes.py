"""What the platform's codes mean: versions of one table, of which the newest counts that another person verified."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select as pick
from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed, criteria, journal
from tracker.casework.ledger_record import map_state
from tracker.casework.register import register_of
from tracker.i18n import gettext
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Basis, Finding, term
from tracker.law.ledger import FAMILIES, Vocabulary
from tracker.models import CodeLine, CodeMap, LedgerCell, Service
from tracker.report.categories import CLAUSE, CLOSED, FINDING
from tracker.report.ledger.rows import can_be

NAME_LETTERS = 60
JAPANESE = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff々〆〇]")
NAMED = frozenset({Vocabulary.REASON, Vocabulary.KEPT, Vocabulary.ASKED})  # a category may be a name of one's own
# clause:第4条 and finding:gone are what a list offers: no name of one's own may look like them.
LIKE_A_CHOICE = re.compile(r"[a-z_-]*\s*:", re.IGNORECASE)
NOBODYS = N_("この符号を使う行は、記録にありません。区分を空にしてください。")
BASES = (Basis.OWN, Basis.LEGAL_DUTY, Basis.EMERGENCY)

Lines = Mapping[tuple[Vocabulary, str], str]


class Unchanged(NotAllowed):
    """The newest version says the very same: another one would only be to verify again."""


@dataclass(frozen=True)
class Used:
    """A code that rows have: how many they stand for, and their last day."""

    vocabulary: Vocabulary
    code: str
    n: int
    last_day: date


def standing(session: Session, service: Service) -> CodeMap | None:
    """The version by which figures are counted: the newest one that was verified."""
    query = select(CodeMap).where(CodeMap.service_id == service.id, col(CodeMap.verified_at).is_not(None))
    return session.exec(query.order_by(col(CodeMap.version).desc()).limit(1)).first()


def draft(session: Session, service: Service) -> CodeMap | None:
    """The newest version, if nobody has verified it yet."""
    newest = _newest(session, service)
    return newest if newest is not None and newest.verified_at is None else None


def lines(session: Session, code_map: CodeMap) -> dict[tuple[Vocabulary, str], str]:
    """The category of each code in a version."""
    return _kept(session, code_map)


def save(session: Session, service: Service, lines: Lines, *, seen: int, note: str, by: UUID, at: datetime) -> CodeMap:
    """Keep a new version, which counts once another person has verified it. Codes without a category are left out.

    `seen` is the newest version that was on the page, 0 for none. Raises Conflict where it is another one by now, and
    NotAllowed about the first line that is wrong, as "vocabulary:code" (`wrong` names them all); Unchanged where the
    newest version says the same.
    """
    session.get_one(Service, service.id, with_for_update={"key_share": True})
    newest = _newest(session, service)
    if (newest.version if newest else 0) != seen:
        raise Conflict(N_("ほかの人が先に、この対応表を保存しました。入力した内容は残っています。"), about="lines")
    told = _told(lines)
    if not told:
        raise NotAllowed(N_("区分を、一つは選んでください。"), about="lines")
    if newest and told == _kept(session, newest):
        raise Unchanged(N_("前に保存した表から変わったところがないので、新しい版は作っていません。"), about="lines")
    for (vocabulary, code), words in wrong(session, service, told).items():
        raise NotAllowed(words, about=f"{vocabulary.value}:{code}")
    row = CodeMap(service_id=service.id, version=seen + 1, made_at=at, made_by=by, note=note.strip())
    session.add(row)
    session.flush()
    session.add_all(
        CodeLine(map_id=row.id, vocabulary=vocabulary, code=code, category=category)
        for (vocabulary, code), category in told.items()
    )
    session.flush()
    return row


def wrong(session: Session, service: Service, lines: Lines) -> dict[tuple[Vocabulary, str], str]:
    """The lines whose category cannot stand, and why: a marked Japanese sentence each."""
    numbers = {number for number, _title in _clauses(session, service)}
    found = {
        key: _refusal(key[0], category, numbers) if can_be(key[1]) else NOBODYS
        for key, category in _told(lines).items()
    }
    return {key: words for key, words in found.items() if words}


def verify(session: Session, service: Service, version: int, *, by: UUID, at: datetime) -> None:
    """Say that the newest version is right: figures are counted by it from now on, and the register says so.

    Raises NotAllowed for who saved it, Conflict where another version is newer, or it was verified before.
    """
    session.get_one(Service, service.id, with_for_update={"key_share": True})
    row = _newest(session, service)
    if row is None or row.version != version:
        raise Conflict(
            N_("ほかの人が先に、新しい対応表を保存しました。新しいものを確かめてください。"), about="version"
        )
    if row.verified_at is not None:
        raise Conflict(N_("この対応表は、すでに確かめられています。"), about="version")
    if row.made_by == by:
        raise NotAllowed(N_("保存した人とは別の人が確かめてください。"), about="version")
    row.verified_at, row.verified_by = at, by
    session.add(row)
    session.flush()
    case = register_of(session, service, at)
    journal.lock(session, case)
    journal.record(session, case, Fact.CODES_VERIFIED, actor=journal.staff(by), at=at, **map_state(session, row))


def used(session: Session, service: Service) -> list[Used]:
    """Every code that rows have, by vocabulary, the most frequent first."""
    return _used(session, service)


def known(session: Session, service: Service) -> set[tuple[Vocabulary, str]]:
    """The codes that rows have, and those that the newest or the standing version maps: what a page asks about."""
    maps = (_newest(session, service), standing(session, service))
    mapped = {key for one in maps if one for key in lines(session, one)}
    return mapped | {(one.vocabulary, one.code) for one in used(session, service)}


def unmapped(session: Session, service: Service, first: date, last: date) -> list[Used]:
    """The codes of rows that lie, or were settled, between two days, and that the standing version does not have."""
    code_map = standing(session, service)
    mapped = lines(session, code_map) if code_map else {}
    within = or_(col(LedgerCell.day).between(first, last), col(LedgerCell.settled_on).between(first, last))
    return [one for one in _used(session, service, within) if (one.vocabulary, one.code) not in mapped]


def choices(session: Session, service: Service, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """The categories that a page offers, with labels in the language spoken now; not all where names are free."""
    if vocabulary in CLOSED:
        return [(one.value, gettext(term(one).label)) for one in CLOSED[vocabulary]]
    if vocabulary is Vocabulary.REASON:
        found = [(CLAUSE + number, f"{number} {title}".strip()) for number, title in _clauses(session, service)]
        return found + [(one.value, gettext(term(one).label)) for one in BASES]
    if vocabulary is Vocabulary.KEPT:
        return [(FINDING + one.value, gettext(term(one).label)) for one in Finding]
    return []


def _refusal(vocabulary: Vocabulary, category: str, numbers: set[str]) -> str:
    """Why a category cannot stand for codes of a vocabulary; empty where it can."""
    if vocabulary in CLOSED:
        fits = category in {one.value for one in CLOSED[vocabulary]}
        return "" if fits else N_("区分を、選択肢から選んでください。")
    if vocabulary is Vocabulary.REASON and category in {one.value for one in BASES}:
        return ""
    if vocabulary is Vocabulary.REASON and category.startswith(CLAUSE):
        fits = category.removeprefix(CLAUSE) in numbers
        return "" if fits else N_("この番号の条項は、公表した基準にありません。")
    if vocabulary is Vocabulary.KEPT and category.startswith(FINDING):
        fits = category.removeprefix(FINDING) in {one.value for one in Finding}
        return "" if fits else N_("区分を、選択肢から選んでください。")
    if LIKE_A_CHOICE.match(category):
        return N_("区分の名前の初めに、英字と「:」は書けません。")
    if len(category) > NAME_LETTERS or not category.isprintable():
        return N_("区分の名前は、60字以内の1行で書いてください。")
    return "" if JAPANESE.search(category) else N_("区分の名前は、日本語で書いてください。そのまま公表されます。")


def _told(lines: Lines) -> dict[tuple[Vocabulary, str], str]:
    """The lines that have a category, each as it is kept: of two names that look alike there is one."""
    tidied = {key: _tidy(category) for key, category in lines.items()}
    return {key: category for key, category in tidied.items() if category}


def _tidy(category: str) -> str:
    offered = category.startswith((CLAUSE, FINDING))  # with the number as it was published
    return unicodedata.normalize("NFC" if offered else "NFKC", category).strip()


def _clauses(session: Session, service: Service) -> list[tuple[str, str]]:
    """Number and title of each clause that was ever published, those of the newest version first."""
    found: dict[str, str] = {}
    for version in criteria.versions(session, service.id):
        for clause in criteria.clauses_of(session, version):
            found.setdefault(clause.number, clause.title)
    return list(found.items())


def _kept(session: Session, code_map: CodeMap) -> dict[tuple[Vocabulary, str], str]:
    found = session.exec(select(CodeLine).where(CodeLine.map_id == code_map.id))
    return {(one.vocabulary, one.code): one.category for one in found}


def _newest(session: Session, service: Service) -> CodeMap | None:
    query = select(CodeMap).where(CodeMap.service_id == service.id)
    return session.exec(query.order_by(col(CodeMap.version).desc()).limit(1)).first()


def _used(session: Session, service: Service, within: Any = None) -> list[Used]:
    """One question for all vocabularies: rows that differ in no code are one row of its answer."""
    names = sorted({column.fills for rule in FAMILIES.values() for column in rule.columns if column.vocabulary})
    columns: list[Any] = [getattr(LedgerCell, name) for name in names]
    query: Any = pick(LedgerCell.family, func.sum(LedgerCell.n), func.max(LedgerCell.day), *columns).where(  # type: ignore[call-overload]
        col(LedgerCell.service_id) == service.id, col(LedgerCell.n) > 0
    )
    if within is not None:
        query = query.where(within)
    sums: dict[tuple[Vocabulary, str], Used] = {}
    for family, n, day, *codes in session.execute(query.group_by(LedgerCell.family, *columns)):
        said = dict(zip(names, codes, strict=True))
        for column in FAMILIES[family].columns:
            if column.vocabulary is None or not said[column.fills]:
                continue
            key = column.vocabulary, said[column.fills]
            before = sums.get(key)
            sums[key] = Used(*key, int(n) + (before.n if before else 0), max(day, before.last_day) if before else day)
    order: Sequence[Vocabulary] = tuple(Vocabulary)
    return sorted(sums.values(), key=lambda one: (order.index(one.vocabulary), -one.n, one.code))
