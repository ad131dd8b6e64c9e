"""The versions of what people wrote: what stands, what was, the next one, and what is offered for the year after."""

import unicodedata
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed
from tracker.law import N_
from tracker.models import Publication, ReportEntry, Service
from tracker.report.entries.forms import FORMS, HERE, HOME, OF_ITS_YEAR, POINTS, Need
from tracker.report.entries.refused import look_at, look_at_letters, look_at_the_part
from tracker.report.years import years_of


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
    look_at_letters(words + part)
    if words or number is not None:
        look_at_the_part(form, part, [one for key, one in standing(session, service, year) if key == code])
        look_at(form, words, number)
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


def _lines(words: str) -> str:
    """A text with plain line ends, and nothing that no file can hold."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _line(words: str) -> str:
    return " ".join(_lines(words).split())


def count(session: Session, service: Service, year: int) -> int:
    """How many versions of texts there are for a year: one more with everything that is written."""
    mine = select(func.count()).where(ReportEntry.service_id == service.id, ReportEntry.year == year)
    return session.exec(mine).one()
