"""The draft of a year: what is left to do before anything else, then the figures; freezing it for another person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed
from tracker.law.ledger import FAMILIES, Family
from tracker.law.period import japanese_day
from tracker.law.publication import BY_CODE, ITEMS
from tracker.models import Publication, Role, Service, Staff
from tracker.now import now
from tracker.report import entries, publishing
from tracker.report.build import build
from tracker.report.content import Report
from tracker.report.figures import read
from tracker.report.ledger import imports
from tracker.report.years import Year
from tracker.web.calculation import day_words
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import plain_text, version_seen
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.report import counted
from tracker.web.staff.report.room import ROOM, found_year, standing
from tracker.web.staff.report.said import Lead, assessed, grouped, lacking, leads, part_label, place, warned
from tracker.web.staff.report.shown import by_right, shown, table_of

HERE, LEDGER = str(entries.HERE), str(entries.LEDGER)


@dataclass(frozen=True)
class Todo:
    """Something to do before the year can be published, and where it is done."""

    says: str
    links: Sequence[Lead] = ()
    name: str = ""  # of what is to be written, with `href` to where
    href: str = ""
    bad: bool = False  # a check that does not hold
    warns: bool = False  # to be looked at: it stops nothing


@bp.get("/report/<slug>/<int:year>")
@allowed(Role.REVIEWER)
def report_draft(slug: str, year: int) -> str:
    """The draft as its records stand now."""
    return _page(slug, year)


@bp.post("/report/<slug>/<int:year>/freeze")
@allowed(Role.LEAD)
def freeze_report(slug: str, year: int) -> ResponseReturnValue:
    """Freeze the draft with all its files, for another person to look at."""
    why = plain_text(request.form.get("why"))
    at = now()
    with database().snapshot() as session:  # the long part: filings go on meanwhile
        report = publishing.drawn(session, *found_year(session, slug, year), at=at)
    try:
        with database().writing() as session:
            service, which = found_year(session, slug, year)
            by = current_staff().id
            version = publishing.freeze(session, service, which, why=why, by=by, at=at, report=report).version
    except NotAllowed as no:
        field = "why" if no.about == "why" else "freeze"
        return _page(slug, year, why, {field: str(no)}), 409 if isinstance(no, Conflict) else 422
    flash(_("第%(n)s版を固めました。別の人が確かめて公表します。", n=version))
    return see_other("staff.report_version", slug=slug, year=year, version=version)


@bp.post("/report/<slug>/<int:year>/home")
@allowed(Role.LEAD)
def choose_report_home(slug: str, year: int) -> ResponseReturnValue:
    """Say where measures from a 申出 are counted: in Kigen, or in the ledger that was imported."""
    where, seen = request.form.get("home", ""), version_seen(request.form.get("seen"))
    with database().reading() as session:
        found_year(session, slug, year)
    if where not in {HERE, LEDGER}:
        return _page(slug, year, wrong={"home": _("どちらかを選んでください。")}), 422
    try:
        with database().writing() as session:
            service, which = found_year(session, slug, year)
            me = current_staff().id
            entries.enter(session, service, which.year, entries.HOME, number=int(where), seen=seen, by=me, at=now())
    except NotAllowed as refused:
        return _page(slug, year, wrong={"home": str(refused)}), 409 if isinstance(refused, Conflict) else 422
    flash(_("数える場所を決めました。"))
    return see_other("staff.report_draft", slug=slug, year=year)


def _page(slug: str, year: int, why: str = "", wrong: dict[str, str] | None = None) -> str:
    wrong, at = wrong or {}, now()
    today = japanese_day(at)
    with database().reading() as session:
        service, which = found_year(session, slug, year)
        report = build(session, service, which, at=at)
        stands = standing(session, service, which, today)
        versions = publishing.versions(session, service, year)
        words: dict[str, Any] = {
            "versions": [(row, _who(session, row)) for row in versions],
            "todo": _todo(session, service, which, report),
            "home": entries.home(session, service, year),
            "nothing": _nothing(session, service, which, at),
            "apart": _apart(session, service, which, report),
            "home_seen": next((row.version for row in entries.history(session, service, year, entries.HOME)), 0),
        }
        calendar = session.info["calendar"]
        entered = entries.standing(session, service, year)
        senders = entered.get((entries.SENDER_TOTAL, entries.SENDERS))
        stale = counted.differs(counted.offer(session, service, which), senders)
    lacks = lacking(report)
    extra = sorted({code for code, _part in entered if code in entries.NEW})
    return page(
        "staff/report/draft.html",
        room=ROOM,
        service=service,
        year=which,
        over=which.over(at),
        stops=[one for one in words["todo"] if not one.warns],
        stands=stands,
        report=report,
        done=len(ITEMS) - len(lacks),
        total=len(ITEMS),
        doubts=_doubts(slug, report, stale),
        paragraphs=[
            (key, label, [shown(slug, report, item, lacks=item.code in lacks) for item in items])
            for key, label, items in grouped()
        ],
        rights=by_right(slug, report),
        tables=[table_of(slug, year, table) for table in report.tables],
        new=[(code, part) for code, part in entered if code in entries.NEW],
        next_new=next((code for code in entries.NEW if code not in extra), ""),
        day=lambda one: day_words(one, calendar, beside=today),
        addresses=publishing.path,
        why=why,
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
        may_enter=current_staff().may(Role.LEAD),
        **words,
    )


def _todo(session: Session, service: Service, year: Year, report: Report) -> list[Todo]:
    """What stands in the way of a publication: checks first, then what nobody has written."""
    slug = service.slug
    ledger = Lead(_("投稿の管理の記録を開く"), url_for("staff.ledger_of", slug=slug))
    codes = Lead(_("符号の対応表を開く"), url_for("staff.ledger_codes", slug=slug))
    ways = {"imports": [ledger], "codes": [codes]} if current_staff().may(Role.LEAD) else {}
    found = [
        Todo(str(_(one.says)), [*ways.get(one.check, []), *leads(slug, year.year, one)], bad=True)
        for one in report.failed
    ]
    found += [
        Todo(str(_(says)), name=f"{code} {_(BY_CODE[code].label)}", href=place(slug, year.year, code))
        for code, says in report.missing.items()
        if code in BY_CODE and not assessed(code)
    ]
    if says := report.missing.get(entries.NOTHING):
        found.append(Todo(str(_(says)), name=_("取り込んだ行のない種類"), href="#nothing"))
    if own := [code for code in report.missing if code in BY_CODE and assessed(code)]:
        where = url_for("staff.report_assessment", slug=slug, year=year.year)
        says = _("まだそろっていない項目: %(codes)s", codes="、".join(own))
        found.append(Todo(says, name=_("自己評価と評価の基準（6項・7項）"), href=where))
    told = ("18-7", entries.CHANGE) in entries.standing(session, service, year.year)
    if not told and entries.changed_criteria(session, service, year.year):
        where = url_for("staff.report_assessment", slug=slug, year=year.year, _anchor="change")
        says = _("評価の基準が、前に公表した年度と違います。変えた内容と理由が要ります（規則18条7項）。")
        found.append(Todo(says, name=_("18-7 評価の基準を変えた理由"), href=where))
    return found + _refused(session, service, year)


def _nothing(session: Session, service: Service, year: Year, at: datetime) -> list[tuple[str, str, bool]]:
    """The kinds of record without a row in the year, and of which somebody has said that there truly were none."""
    source = read(session, service, year, at=at)
    there = {row.family for row in source.ledger}
    said = {part for code, part in source.entries if code == entries.NOTHING}
    return [(one.value, _(FAMILIES[one].label), one.value in said) for one in Family if one not in there]


def _apart(session: Session, service: Service, year: Year, report: Report) -> int:
    """In how many places the year differs from what was published of it last: what a correction would say."""
    last = publishing.newest(session, service, year.year)
    if last is None:
        return 0
    return len(publishing.differences(publishing.files_of(session, last), report, day=year.last, why=""))


def _refused(session: Session, service: Service, year: Year) -> list[Todo]:
    """Rows that imports refused, and no figure has. What came before the year began has none of its rows."""
    return [
        Todo(
            _(
                "取込み %(n)s（%(family)s）の%(rows)s行は、誤りがあるため数えていません。"
                "直した行は、もう一度取り込めます。このままでも公表できます。",
                n=row.number,
                family=_(FAMILIES[row.family].label),
                rows=f"{row.refused:,}",
            ),
            [
                Lead(
                    _("取込み %(n)s", n=row.number),
                    url_for("staff.ledger_import", slug=service.slug, number=row.number),
                )
            ]
            if current_staff().may(Role.LEAD)
            else (),
            warns=True,
        )
        for row in imports.with_refused(session, service)
        if japanese_day(row.began_at) >= year.first
    ]


def _doubts(slug: str, report: Report, stale: Sequence[str]) -> list[tuple[Lead, Sequence[str]]]:
    """Texts in which something may lead to somebody, and what differs from the record of senders."""
    found: list[tuple[Lead, Sequence[str]]] = [
        (Lead(_name(words.code, words.part.label if words.part else ""), _where(slug, report.year, words.code)), says)
        for words in report.texts
        if (says := warned(words.words))
    ]
    if stale:
        code, part = entries.SENDER_TOTAL, entries.SENDERS
        found.append((Lead(_name(code, part_label(code, part)), place(slug, report.year, code)), stale))
    return found


def _name(code: str, part: str) -> str:
    return f"{code} {part}".strip()


def _where(slug: str, year: int, code: str) -> str:
    return place(slug, year, code) if code in BY_CODE else url_for("staff.report_item", slug=slug, year=year, code=code)


def _who(session: Session, row: Publication) -> dict[str, str]:
    """The names of whoever froze, published or sent back a version."""
    people = {"frozen": row.frozen_by, "published": row.published_by, "returned": row.returned_by}
    return {key: session.get_one(Staff, id).name for key, id in people.items() if id}
