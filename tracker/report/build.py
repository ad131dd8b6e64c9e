"""Building the publication of a year: figures, texts, tables beside them, what is missing, what does not hold."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Uuid, bindparam, text
from sqlmodel import Session

from tracker.casework.register import standing_register
from tracker.casework.verify import heads
from tracker.law import N_
from tracker.models import Service
from tracker.report import checks, drift, entries, tables
from tracker.report.content import Report
from tracker.report.figures import all_lines, all_texts, moderation, notices, read, written
from tracker.report.figures.source import Source
from tracker.report.years import Year

AT_ONCE = 20_000
# The same text on both databases: one keeps ids with dashes, the other without.
HEADS = text(
    "select replace(cast(id as varchar(36)), '-', ''), head_seq, head_digest from \"case\" "
    "where service_id = :service order by id"
).bindparams(bindparam("service", type_=Uuid()))


def build(session: Session, service: Service, year: Year, *, at: datetime, frozen: bool = False) -> Report:
    """The publication of `service` for `year` as its records stand at `at`, an aware instant. Writes nothing.

    A year that is not over is built as far as it went. Appeals are counted as decided by `at`. What is to be `frozen`
    names the ends of the chains that it rests on.
    """
    source = read(session, service, year, at=at)
    lines = all_lines(source)
    return Report(
        service=service.slug,
        name=service.name,
        provider=session.info["settings"].provider,
        year=year.year,
        first=year.first,
        last=year.last,
        partial=year.partial,
        due=year.due,
        lines=lines,
        texts=all_texts(source),
        tables=tables.tables(source),
        failed=[*checks.check(lines, source), *checks.check_records(session, service, deep=frozen)],
        missing=missing(session, service, source),
        warnings=drift.warnings(lines, source),
        heads=ends(session, service, year.year) if frozen else {},
    )


def missing(session: Session, service: Service, source: Source) -> dict[str, str]:
    """Item → what a person still has to write before it can be published."""
    found = written.missing(source)
    told = ("18-7", entries.CHANGE) in source.entries
    if not told and "18-7" not in found and entries.changed_criteria(session, service, source.year.year):
        found["18-7"] = N_("評価の基準を変えた内容と理由を書いてください")
    if written.unaccounted(source):
        found[entries.NOTHING] = N_("取り込んだ行が1つもない種類の記録があります。0件でよいか、確かめてください")
    if moderation.reasons_missing(source):
        found["18-4-2"] = N_("「その他の正当な理由」の中身を、措置の種別ごとに書いてください")
    if notices.excuse_missing(source):
        found["18-3-3"] = N_("「その他の正当な理由」の中身を書いてください")
    if notices.unavoidable_missing(source):
        found["18-3-8"] = N_("やむを得ない理由の具体的内容を、申出の理由ごとに書いてください")
    return found


def ends(session: Session, service: Service, year: int) -> dict[str, Any]:
    """Where the chains that the figures rest on end: of every case of the service together, its register, the books.

    Reads the head of each case, which takes seconds for a million.
    """
    digest, count = sha256(), 0
    in_parts = {"yield_per": AT_ONCE}  # of this statement: as options of the connection they would hold for its writes
    rows = session.connection().execute(HEADS, {"service": service.id}, execution_options=in_parts)
    for some in rows.partitions(AT_ONCE):  # said again: of itself it takes all that there is
        digest.update("".join(f"{id} {seq} {head}\n" for id, seq, head in some).encode())
        count += len(some)
    return {
        "cases": {"count": count, "sha256": digest.hexdigest()},
        "register": _register(session, service),
        "texts": entries.count(session, service, year),
        "books": {head.table: {"rows": head.rows, "digest": head.digest} for head in heads(session)},
    }


def unchanged(session: Session, service: Service, year: int, heads: Mapping[str, Any]) -> bool:
    """Whether nothing was written in the register or for the year since the `heads` of a report were read.

    Imports, withdrawals and verified tables of codes are facts of the register. Asked while that is locked.
    """
    now = (_register(session, service), entries.count(session, service, year))
    return now == (heads["register"], heads["texts"])


def _register(session: Session, service: Service) -> dict[str, Any] | None:
    register = standing_register(session, service)
    if register is None or not register.head_seq:
        return None
    return {"events": register.head_seq, "digest": register.head_digest}
