"""Entering senders: a month by itself, many at once as a spreadsheet has them, and how they are counted."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed
from tracker.law.senders import Exclusion, Part, together, year_of
from tracker.models import Role, SenderMonth
from tracker.now import now
from tracker.report import senders
from tracker.report.senders import Figures, Pasted
from tracker.report.senders.yearly import drawn as year_of_rows
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import DIGITS, plain_text, single_line, version_seen
from tracker.web.render import page, see_other
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.sender_counts import drawn
from tracker.web.staff.sender_counts.room import ROOM, Sent, asked_year, one_page
from tracker.web.table import decoded

FEW = 10  # lines that are named one by one
YEARS = range(2000, 2200)  # of a month that somebody may mean
LONGEST = 1000  # characters of a reason


@bp.post("/senders-count/<slug>/month", endpoint="enter_sender_month")
@allowed(Role.LEAD)
def enter_sender_month(slug: str) -> ResponseReturnValue:
    """One month, or its correction."""
    month = _month()
    typed = {name: single_line(request.form.get(name)) for name in (*Part, "why")}
    said, errors = {}, {}
    for part in Part:
        try:
            said[part.value] = senders.figure(typed[part])
        except ValueError:
            errors[part.value] = str(_("0以上の整数を入力してください。分からないときは空にします。"))
    if len(typed["why"]) > LONGEST:
        errors["why"] = str(_("%(most)s字までで書いてください。", most=f"{LONGEST:,}"))
    back, year = Sent("month", typed, errors), year_of(month)
    if errors:
        return one_page(slug, year, month=month, sent=back), 422
    at, by = now(), current_staff().id
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            senders.enter(session, service, month, Figures(**said), seen=_whole("seen"), why=typed["why"], by=by, at=at)
    except NotAllowed as no:
        known = {*said, "why"}
        back = Sent("month", typed, {no.about if no.about in known else Part.SENDERS.value: str(no)})
        return one_page(slug, year, month=month, sent=back), 409 if isinstance(no, Conflict) else 422
    flash(_("%(month)sの数を記録しました。", month=drawn.month_name(month, year=True)))
    return see_other("staff.sender_counts_of", slug=slug, year=year)


@bp.post("/senders-count/<slug>/many", endpoint="enter_sender_months")
@allowed(Role.LEAD)
def enter_sender_months(slug: str) -> ResponseReturnValue:
    """Many months: first shown as they were read, then recorded, all or none."""
    typed = {"list": plain_text(request.form.get("list")), "why": single_line(request.form.get("why"))}
    file = request.files.get("file")
    if file and file.filename:
        try:
            typed["list"] = plain_text(decoded(file.stream.read()))
        except ValueError:
            return _back(slug, typed, {"file": str(_("このファイルは読み取れません。CSVで保存し直してください。"))})
    read = senders.read(typed["list"])
    if read.faults or not read.months:
        return _back(slug, typed, {"list": _unread(read)})
    if len(typed["why"]) > LONGEST:
        return _back(slug, typed, {"list": str(_("%(most)s字までで書いてください。", most=f"{LONGEST:,}"))})
    at, by = now(), current_staff().id
    sure = request.form.get("do") == "enter"
    try:
        for month in read.months:
            senders.check_month(month, at)
    except NotAllowed as no:
        return _back(slug, typed, {"list": str(no)})
    with database().reading() as session:
        there = senders.month_rows(session, service_of(session, slug), min(read.months), max(read.months))
    said = senders.changed(read.months, there)
    if not said:
        return _back(slug, typed, {"list": str(_("どの月も、記録と同じ数です。"))})
    if not sure:
        return _checked(slug, typed, said, {})
    try:
        with database().writing() as session:
            service = service_of(session, slug)
            senders.enter_all(session, service, said, seen=_seen(), why=typed["why"], by=by, at=at)
    except Conflict as no:
        return _checked(slug, typed, said, {"list": str(no)}), 409
    except NotAllowed as no:
        return _checked(slug, typed, said, {"why" if no.about == "why" else "list": str(no)}), 422
    flash(_("%(n)sか月の数を記録しました。", n=len(said)))
    return see_other("staff.sender_counts_of", slug=slug, year=year_of(max(said)))


@bp.post("/senders-count/<slug>/method", endpoint="set_sender_method")
@allowed(Role.LEAD)
def set_sender_method(slug: str) -> ResponseReturnValue:
    """How senders are counted, and whether 規則8条6項 leaves the service out."""
    typed = {
        "words": plain_text(request.form.get("words")),
        "excluded": request.form.get("excluded", ""),
        "why": single_line(request.form.get("why")),
    }
    excluded = Exclusion(typed["excluded"]) if typed["excluded"] in set(Exclusion) else None
    at, by, year = now(), current_staff().id, asked_year(request.form.get("year"))
    try:
        with database().writing() as session:
            senders.set_method(
                session,
                service_of(session, slug),
                typed["words"],
                excluded,
                seen=_whole("seen"),
                why=typed["why"],
                by=by,
                at=at,
            )
    except NotAllowed as no:
        back = Sent("method", typed, {no.about or "words": str(no)})
        return one_page(slug, year, sent=back), 409 if isinstance(no, Conflict) else 422
    flash(_("算定方法を記録しました。"))
    return see_other("staff.sender_counts_of", slug=slug, year=year)


def _checked(
    slug: str,
    typed: Mapping[str, str],
    said: Mapping[int, Figures],
    errors: Mapping[str, str],
) -> str:
    """What would be recorded, beside what is: a person looks at it before it is."""
    with database().reading() as session:
        service = service_of(session, slug)
        there = senders.month_rows(session, service, min(said), max(said))  # read again: who lost sees what is newer
        doubts = []
        for year in sorted({year_of(month) for month in said}):
            known = senders.yearly(session, service, year).rows
            new = {month: _row(month, one) for month, one in said.items() if year_of(month) == year}
            doubts += drawn.doubts(year_of_rows(year, {**known, **new}), list(new))
    return page(
        "staff/sender_counts/check.html",
        room=ROOM,
        service=service,
        rows=[_line(month, one, there.get(month)) for month, one in sorted(said.items())],
        doubts=doubts,
        corrects=any(month in there for month in said),
        typed=typed,
        year=year_of(max(said)),
        seen=[f"{month}:{there[month].version if month in there else 0}" for month in sorted(said)],
        wrong=errors,
        errors=[(f"f-{name}", text) for name, text in errors.items()],
    )


def _line(month: int, said: Figures, row: SenderMonth | None) -> dict[str, Any]:
    cells = (*said[:2], together(said.senders, said.users), said.times)
    was = senders.figures(row)
    before = (*was[:2], together(was.senders, was.users), was.times)
    return {
        "name": drawn.month_name(month, year=True),
        "cells": [
            ("" if n is None else f"{n:,}", "" if n == old or old is None else f"{old:,}")
            for n, old in zip(cells, before, strict=True)
        ],
        "corrects": row is not None,
    }


def _row(month: int, said: Figures) -> SenderMonth:
    """A row that is never stored: what a year would look like with it."""
    return SenderMonth.model_construct(month=month, **said._asdict())


def _unread(read: Pasted) -> str:
    if not read.faults:
        return str(_("月の行がありません。"))
    named = [
        str(_("%(line)s行目: %(text)s", line=one.line, text=_(one.words) % one.values)) for one in read.faults[:FEW]
    ]
    if len(read.faults) > FEW:
        named.append(str(_("ほかに%(n)s行あります。", n=len(read.faults) - FEW)))
    return " ".join(named)


def _back(slug: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    return one_page(slug, asked_year(request.form.get("year")), sent=Sent("many", typed, errors)), 422


def _seen() -> dict[int, int]:
    """The version of each month that was on the page."""
    pairs = [text.split(":") for text in request.form.getlist("seen")]
    return {version_seen(pair[0]): version_seen(pair[1]) for pair in pairs if len(pair) == 2}


def _month() -> int:
    """The month of a form of ours; 400 for what is none."""
    month = _whole("month")
    if month % 100 not in range(1, 13) or month // 100 not in YEARS:
        abort(400)
    return month


def _whole(name: str) -> int:
    """A number that a form of ours carries along; 400 for anything else."""
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        abort(400)
    return int(text)
