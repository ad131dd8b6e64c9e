"""Every service with its year, and one of them: its months, its means, whether it reports, and the forms to enter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.i18n import day_text
from tracker.law.period import japanese_day
from tracker.law.senders import EXCLUSIONS, PARTS, Count, Exclusion, year_of
from tracker.models import Role, Service
from tracker.now import now
from tracker.report import senders
from tracker.report.years import year_of as published_year
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.services import service_of
from tracker.web.staff import bp
from tracker.web.staff.sender_counts import drawn
from tracker.web.staff.sender_counts.standing import Standing, verdict

ROOM = "staff.sender_counts"


@dataclass(frozen=True)
class Sent:
    """A form that came back: which one, what was typed, and what is wrong with it."""

    do: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@bp.get("/senders-count", endpoint="sender_counts")
@allowed(Role.REVIEWER)
def sender_counts() -> str:
    """Every service in a 報告年度, as far as it is known: the one that is reported next, or the one that was chosen."""
    at, year = now(), asked_year(request.args.get("year"))
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        calendar = session.info["calendar"]
        found = []
        for service in services:
            one = senders.yearly(session, service, year)
            method = senders.method(session, service)
            found.append(
                {
                    "service": service,
                    "year": one,
                    "standing": Standing(one, senders.due(session, service, year), japanese_day(at)),
                    "means": drawn.means(one),
                    "excluded": _exclusion(method.excluded) if method else "",
                }
            )
        first = senders.first_month(session)
    years = _years([*([year_of(first)] if first else []), *map(_registered, services)], at)
    return page(
        "staff/sender_counts/room.html",
        room=ROOM,
        found=found,
        year=year,
        years=_tabs(years, year, lambda one: url_for("staff.sender_counts", year=one)),
        day=lambda day: day_text(day, calendar=calendar),
    )


@bp.get("/senders-count/<slug>", endpoint="sender_counts_of")
@allowed(Role.REVIEWER)
def sender_counts_of(slug: str) -> str:
    """One service and one 報告年度; `month` says which month the form is for."""
    return one_page(slug, asked_year(request.args.get("year")), month=_number(request.args.get("month")))


@bp.get("/senders-count/<slug>/senders.csv", endpoint="sender_counts_file")
@allowed(Role.REVIEWER)
def sender_counts_file(slug: str) -> Response:
    """Everything that is recorded, in the columns in which it can be pasted again."""
    with database().reading() as session:
        service = service_of(session, slug)
        rows = senders.month_rows(session, service, senders.FIRST, senders.last_ended(now()))
    answer = Response("\ufeff" + senders.written(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="senders-{slug}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def one_page(slug: str, year: int, *, month: int | None = None, sent: Sent | None = None) -> str:
    """The page of a service, with the form that came back, if one did."""
    at, back = now(), sent or Sent()
    with database().reading() as session:
        service = service_of(session, slug)
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        calendar = session.info["calendar"]
        found = senders.yearly(session, service, year)
        due = senders.due(session, service, year)
        others = senders.obliging(session, services, year)
        methods = senders.methods(session, service)
        history = senders.history(session, service)

    def day(one: date) -> str:
        return day_text(one, calendar=calendar)

    rows = drawn.rows(found, at)
    years = _years([*(year_of(one.row.month) for one in history), _registered(service)], at)
    published = published_year(service, year)
    method = methods[0].row if methods else None
    return page(
        "staff/sender_counts/one.html",
        room=ROOM,
        service=service,
        year=year,
        years=_tabs(years, year, lambda one: url_for("staff.sender_counts_of", slug=service.slug, year=one)),
        yearly=found,
        verdict=verdict(Standing(found, due, japanese_day(at)), day, others, service),
        published=published,
        first_month=drawn.month_name(published.months[0], year=True) if published and published.partial else "",
        charts=[drawn.chart(found, count, at) for count in Count],
        means=drawn.means(found),
        rows=rows,
        doubts=drawn.doubts(found),
        entry=_entry(rows, found, month, back),
        parts=[(part.value, _(label)) for part, label in PARTS.items()],
        exclusions=[(one.value, _(rule.label), rule.article) for one, rule in EXCLUSIONS.items()],
        excluded=_exclusion(method.excluded) if method else "",
        method=method,
        methods=methods,
        history=[(one, drawn.month_name(one.row.month, year=True)) for one in history],
        day=day,
        sent=back,
        wrong=back.errors,
        errors=[(f"f-{back.do}-{name}", text) for name, text in back.errors.items()],
        may=current_staff().may(Role.LEAD),
    )


def _entry(rows: list[dict[str, Any]], year: senders.Yearly, month: int | None, back: Sent) -> dict[str, Any] | None:
    """The month that the form is for: as asked, else the first that lacks a figure; None where none does."""
    over = [row for row in rows if row["over"]]
    wanted = next((row for row in over if row["month"] == month), None)
    row = wanted or next((row for row in over if not row["whole"]), None)
    if row is None:
        return None
    known = senders.figures(year.rows.get(row["month"]))._asdict()
    typed = back.typed if back.do == "month" else {}
    said = {name: typed.get(name, "" if n is None else f"{n}") for name, n in known.items()}
    return {"row": row, "said": said, "why": typed.get("why", ""), "open": wanted is not None or bool(typed)}


def _exclusion(code: str) -> str:
    if not code:
        return ""
    rule = EXCLUSIONS[Exclusion(code)]
    return str(_("%(label)s（%(article)s）", label=_(rule.label), article=rule.article))


def _tabs(years: Sequence[int], shown: int, href: Callable[[int], str]) -> list[dict[str, Any]]:
    return [{"href": href(one), "label": _("%(year)s年度", year=one), "current": one == shown} for one in years]


def _next_year(at: datetime) -> int:
    """The 報告年度 that is reported next: in April and May the one that has just ended, else the running one."""
    return _running(at) - 1 if japanese_day(at).month in (4, 5) else _running(at)


def _years(known: Sequence[int | None], at: datetime) -> list[int]:
    """The years to choose from, the newest first: from the running one back to the first of which anything is known."""
    first = [year for year in known if year is not None]
    lowest = max(min([*first, _next_year(at) - 1]), year_of(senders.FIRST))
    return list(range(_running(at), lowest - 1, -1))


def _registered(service: Service) -> int | None:
    """The 報告年度 in which a service was registered."""
    day = service.registered_on
    return year_of(day.year * 100 + day.month) if day else None


def _running(at: datetime) -> int:
    today = japanese_day(at)
    return year_of(today.year * 100 + today.month)


def asked_year(text: str | None) -> int:
    """The 報告年度 of an address; the one that is reported next where it names none that can be."""
    number = _number(text)
    first, last = year_of(senders.FIRST), year_of(int(f"{japanese_day(now()):%Y%m}"))
    return number if number is not None and first <= number <= last else _next_year(now())


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else None
