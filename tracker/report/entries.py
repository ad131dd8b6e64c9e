"""What people write for a year: versions of each text and figure that no record knows (規則18条3項3号・8号ほか).

The newest version counts, and an empty one takes the entry back. Nothing here is a fact: a version of the publication
freezes what stands, and is chained.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed
from tracker.law import N_
from tracker.law.grounds import Excuse, MeasureKind, Right
from tracker.law.ledger import Family
from tracker.law.publication import ITEMS, Source
from tracker.models import Publication, ReportEntry, Service
from tracker.report import doubts
from tracker.report.package import machine_readable
from tracker.report.years import years_of

LONGEST = 20_000  # characters of a text
LONGEST_TITLE = 200
FEW_NAMED = 10  # characters that a refusal names
GREATEST = 999_999_999_999  # of a figure: beyond it somebody's finger stayed on a key
HOME = "home"  # where a measure that came from a 申出 is counted
NOTHING = "nothing"  # that a kind of record of the platform's own moderation truly has no row in the year
HERE, LEDGER = 0, 1  # the numbers of HOME: in Kigen's own records, or in the ledger that was imported
POINTS = tuple("1234567")  # 規則18条6項各号, and the criterion for each (7項)
CHANGE = "change"  # of 18-7: what changed in the criteria, and why
SENDERS, SUSPENDED = "senders", "suspended"  # the two alternatives of 規則18条5項1号
warnings = doubts.warnings  # who writes an entry is told beside it
NEW = tuple(f"new-{no}" for no in range(1, 10))  # room for what 令和8年法律58号 may ask for


class Need(StrEnum):
    """Whether a part of an entry has to be there."""

    MUST = "must"
    MAY = "may"
    NONE = "none"


@dataclass(frozen=True)
class Form:
    """What an entry of a code may hold. `parts` are its divisions; None: a title that a person gives.

    `single`: one of them stands at a time.
    """

    parts: tuple[str, ...] | None = ("",)
    number: Need = Need.NONE
    words: Need = Need.MUST
    most: int = GREATEST  # of the number
    single: bool = False


def _values(members: Iterable[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in members)


FORMS: dict[str, Form] = (
    {item.code: Form() for item in ITEMS if item.source is Source.ENTERED}
    | {
        "18-3-3": Form(_values(Excuse)),
        "18-3-8": Form(_values(Right)),
        "18-4-2": Form(_values(MeasureKind)),
        "18-5-1": Form((SENDERS, SUSPENDED), number=Need.MUST, single=True),
        "18-5-20": Form(number=Need.MUST),
        "18-7": Form((*POINTS, CHANGE)),
        HOME: Form(number=Need.MUST, words=Need.NONE, most=LEDGER),
        NOTHING: Form(_values(Family), number=Need.MAY, words=Need.NONE, most=1),
    }
    | {code: Form(None, number=Need.MAY, single=True) for code in NEW}
)
# What is of one year alone: never offered for the next.
OF_ITS_YEAR = {(HOME, ""), ("18-7", CHANGE), *((NOTHING, family.value) for family in Family)}


def standing(
    session: Session, service: Service, year: int, *, as_of: datetime | None = None
) -> dict[tuple[str, str], ReportEntry]:
    """What stands for a year, by code and part: the newest version of each; those that were taken back are left out.

    `as_of`: as it stood at an earlier instant (that one included).
    """
    query = select(ReportEntry).where(ReportEntry.service_id == service.id, ReportEntry.year == year)
    if as_of:
        query = query.where(col(ReportEntry.at) <= as_of)
    newest = {(row.code, row.part): row for row in session.exec(query.order_by(col(ReportEntry.version)))}
    return {key: newest[key] for key in sorted(newest) if not _empty(newest[key])}


def history(session: Session, service: Service, year: int, code: str, part: str = "") -> list[ReportEntry]:
    """Every version of an entry, the newest first; empty ones are where it was taken back."""
    query = select(ReportEntry).where(
        ReportEntry.service_id == service.id,
        ReportEntry.year == year,
        ReportEntry.code == code,
        ReportEntry.part == part,
    )
    return list(session.exec(query.order_by(col(ReportEntry.version).desc())))


def enter(
    session: Session,
    service: Service,
    year: int,
    code: str,
    *,
    part: str = "",
    words: str = "",
    number: int | None = None,
    seen: int,
    by: UUID,
    at: datetime,
) -> ReportEntry:
    """Write the next version of an entry; without words and number it takes the entry back.

    `seen` is the newest version that the person saw, 0 where nothing stood: Conflict when there is a newer one.
    NotAllowed for a code or part that there is not, a year that has not begun, a text that is not Japanese (規則21条
    5項) or longer than LONGEST, a figure that is missing or below 0.
    """
    form, part = FORMS.get(code), _line(part)
    if form is None or (form.parts is not None and part not in form.parts):
        raise NotAllowed(N_("この項目には書けません。"), about="code")
    if year not in {one.year for one in years_of(service, at)}:
        raise NotAllowed(N_("この公表年度は、まだ始まっていないか、届出の前の年度です。"), about="year")
    session.get_one(Service, service.id, with_for_update={"key_share": True})  # one version after the other
    newest = next(iter(history(session, service, year, code, part)), None)
    if seen != (newest.version if newest else 0) and not (seen == 0 and newest and _empty(newest)):
        raise Conflict(N_("ほかの人が先に書き換えました。新しい内容を確かめてから、もう一度入力してください。"))
    words = _lines(words)
    if doubtful := machine_readable.doubtful(words + part):
        raise NotAllowed(
            N_("機械によって読めないことのある文字があります: %(what)s。ほかの文字で書いてください。"),
            about="words",
            what=" ".join(doubtful[:FEW_NAMED]),
        )
    if words or number is not None:
        _look_at_the_part(session, service, year, code, part)
        _look_at(form, words, number)
    elif newest is None or _empty(newest):
        raise NotAllowed(N_("内容を入力してください。"), about="words" if form.words is not Need.NONE else "number")
    row = ReportEntry(
        service_id=service.id,
        year=year,
        code=code,
        part=part,
        version=newest.version + 1 if newest else 1,
        number=number,
        words=words,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def home(session: Session, service: Service, year: int) -> int:
    """Where a measure that came from a 申出 is counted in a year: HERE (as long as nobody says otherwise) or LEDGER."""
    row = standing(session, service, year).get((HOME, ""))
    return HERE if row is None or row.number is None else row.number


def copied(session: Session, service: Service, year: int) -> dict[tuple[str, str], str]:
    """The words of the year before, as a draft for what this year still lacks. Nothing is entered."""
    there = standing(session, service, year)
    return {
        key: row.words
        for key, row in standing(session, service, year - 1).items()
        if row.words and key not in there and key not in OF_ITS_YEAR
    }


def changed_criteria(session: Session, service: Service, year: int) -> bool:
    """Whether a criterion of 規則18条7項 differs from the year published last: then the part CHANGE has to say why.

    What was published is what stood when that version was frozen. A criterion that is not written yet differs from
    nothing; before anything was published none changed.
    """
    query = select(Publication).where(
        Publication.service_id == service.id,
        col(Publication.year) < year,
        col(Publication.published_at).is_not(None),
    )
    last = session.exec(query.order_by(col(Publication.year).desc(), col(Publication.version).desc()).limit(1)).first()
    if last is None:
        return False
    before, now = standing(session, service, last.year, as_of=last.frozen_at), standing(session, service, year)
    keys = [("18-7", point) for point in POINTS]
    return any(key in now and (key not in before or before[key].words != now[key].words) for key in keys)


def _empty(row: ReportEntry) -> bool:
    return not row.words and row.number is None


def _look_at(form: Form, words: str, number: int | None) -> None:
    """Refuse what the item cannot hold, the field named."""
    if number is None and form.number is Need.MUST:
        raise NotAllowed(N_("数を入力してください。"), about="number")
    if number is not None and form.number is Need.NONE:
        raise NotAllowed(N_("この項目に数はありません。"), about="number")
    if number is not None and not 0 <= number <= form.most:
        raise NotAllowed(N_("数は、0から%(most)sまでの整数で入力してください。"), about="number", most=f"{form.most:,}")
    if words and form.words is Need.NONE:
        raise NotAllowed(N_("この項目に文章はありません。"), about="words")
    if not words and form.words is Need.MUST:
        raise NotAllowed(N_("文章を入力してください。"), about="words")
    if words and not japanese(words):
        raise NotAllowed(N_("日本語で書いてください（規則21条5項）。"), about="words")
    if len(words) > LONGEST:
        raise NotAllowed(
            N_("文章は%(most)s文字までです。いま%(n)s文字あります。"),
            about="words",
            most=f"{LONGEST:,}",
            n=f"{len(words):,}",
        )


def _look_at_the_part(session: Session, service: Service, year: int, code: str, part: str) -> None:
    """A title is Japanese; of what stands one at a time, no other may stand."""
    form = FORMS[code]
    if form.parts is None and (not japanese(part) or len(part) > LONGEST_TITLE):
        raise NotAllowed(
            N_("項目の題を、日本語で%(most)s文字までで入力してください。"), about="part", most=LONGEST_TITLE
        )
    if form.single and any(key[0] == code and key[1] != part for key in standing(session, service, year)):
        raise NotAllowed(N_("この項目には、別の内容がすでにあります。先にそれを空にしてください。"), about="part")


def japanese(words: str) -> bool:
    """Whether a kana or a kanji stands in a text."""
    return any(unicodedata.name(one, "").startswith(("HIRAGANA", "KATAKANA", "CJK UNIFIED")) for one in words)


def _lines(words: str) -> str:
    """A text with plain line ends, and nothing that no file can hold."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _line(words: str) -> str:
    return " ".join(_lines(words).split())


def parts_of(code: str) -> Sequence[str]:
    """The parts of a code in the order of the law; none where a person gives a title."""
    form = FORMS.get(code)
    return (form.parts or ()) if form else ()


def count(session: Session, service: Service, year: int) -> int:
    """How many versions of texts there are for a year: one more with everything that is written."""
    mine = select(func.count()).where(ReportEntry.service_id == service.id, ReportEntry.year == year)
    return session.exec(mine).one()
