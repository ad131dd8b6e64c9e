"""The content of each sheet, by the table of law (law.filing_sheets), in the language spoken now."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlmodel import Session

from tracker.casework import filings, specialists
from tracker.i18n import day_text, gettext as _
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.clocks.minister import REGISTRATION
from tracker.law.filing_sheets import KNOWN, PAPERS, Known, Paper, Stated
from tracker.law.period import japanese_day
from tracker.law.senders import PARTS, RULES, Count, Part as Figure, shown, together, year_months
from tracker.models import Matter, Service
from tracker.report import senders
from tracker.report.sheet.stated import Field, Filled, Grid, Part, Sheet
from tracker.settings import Settings

KINDS = {"appointed": N_("選任"), "changed": N_("変更"), "left": N_("退任")}


def sheet(session: Session, service: Service, paper: Paper, *, year: int, at: datetime) -> Sheet:
    """The sheet of `paper` for a service; `year` is the 報告年度 of the report of senders."""
    rule = PAPERS[paper]
    settings: Settings = session.info["settings"]
    found = SOURCES[paper](session, service, year, at)
    values = {"name": settings.provider, "service": service.name, **found.values}
    fields = [_field(one, values.get(one.key, "")) for one in rule.stated if one.key not in found.apart]
    return Sheet(
        rule=rule,
        service=service,
        provider=settings.provider,
        day=japanese_day(at),
        due=found.due or _(rule.when),
        fields=fields,
        parts=found.parts,
        grid=found.grid,
        lacking=found.lacking,
        notes=[*found.notes, *map(_, rule.notes)],
    )


def _field(stated: Stated, value: str) -> Field:
    there = value or stated.known is Known.WRITTEN
    known = _(KNOWN[stated.known]) if there else _("記録にまだない")
    return Field(_(stated.label), value, known, stated.article, _(stated.says))


def _senders(session: Session, service: Service, year: int, at: datetime) -> Filled:
    found = senders.yearly(session, service, year)
    due = senders.due(session, service, year)
    method = senders.method(session, service)
    means = {f"mean_{count}": shown(mean) for count in Count if (mean := found.mean(count)) is not None}
    lacking = []
    for part in Figure:
        if n := sum(month not in found.rows or getattr(found.rows[month], part) is None for month in year_months(year)):
            lacking.append(_("「%(part)s」が、12か月のうち%(n)sか月分ありません。", part=_(PARTS[part]), n=n))
    if found.must_report is False:
        lacking.append(
            _("この年度の平均は、規則9条1項の数に達していません。要求があったとき（規則9条2項）に使います。")
        )
    if method is None or not method.words:
        lacking.append(_("算定方法が書かれていません。"))
    return Filled(
        {
            "year": _(
                "%(year)s年度（%(first)sから%(last)sまで）",
                year=year,
                first=day_text(date(year, 4, 1)),
                last=day_text(date(year + 1, 3, 31)),
            ),
            "method": method.words if method else "",
            **means,
        },
        due=_("%(day)sまで（規則9条1項）", day=_day(session, due.day)),
        grid=_months(found),
        lacking=lacking,
        notes=[_("平均は四捨五入していません。「…」は、小数第三位より後があることを示します。")] if means else [],
    )


def _months(year: senders.Yearly) -> Grid:
    rows = []
    for month in year_months(year.year):
        row = year.rows.get(month)
        said = senders.figures(row)
        cells = (said.senders, said.users, together(said.senders, said.users), said.times)
        rows.append([f"{month // 100}-{month % 100:02d}", *("" if n is None else f"{n:,}" for n in cells)])
    columns = [_("月"), _("発信者"), _("準ずる者"), _(RULES[Count.SENDERS].label), _(RULES[Count.TIMES].label)]
    return Grid(_("月ごとの数"), columns, rows)


def _registration(session: Session, service: Service, year: int, at: datetime) -> Filled:
    view = filings.open_register(session, service, at=at)
    clock = next((one for one in view.clocks if one.running and one.rule.key == REGISTRATION.key), None)
    criteria = filings.criteria_address(session, service)
    lacking = []
    if service.designated_on is None:
        lacking.append(_("指定を受けた日が記録されていません。"))
    if not criteria:
        lacking.append(_("基準のアドレスが記録されていません。"))
    notes = []
    if service.registered_on:
        notes.append(_("この届出は、%(day)sに済んでいます。", day=_day(session, service.registered_on)))
    online = _("インターネットを利用した方法")
    return Filled(
        {
            "designated": _day(session, service.designated_on) if service.designated_on else "",
            "form_how": online,
            "form": filings.form_address(session, service),
            "criteria_how": online if criteria else "",
            "criteria": criteria,
        },
        due=_("%(day)sまで（法21条1項）", day=_day(session, clock.last_day)) if clock and clock.last_day else "",
        lacking=lacking,
        notes=notes,
    )


def _power(session: Session, service: Service, year: int, at: datetime) -> Filled:
    return Filled({"power": _("法の規定により総務大臣が行う処分の通知を受領する権限")})


def _change(session: Session, service: Service, year: int, at: datetime) -> Filled:
    view = filings.open_register(session, service, at=at)
    known = _(KNOWN[Known.REGISTER])
    parts = [
        Part(
            _(filings.MATTERS[change.row.matter].label),
            [
                Field(_("変わった日"), _day(session, change.row.changed_on), known),
                Field(_("変更の前"), change.before, known),
                Field(_("変更の後"), change.after, known, filings.MATTERS[change.row.matter].article),
            ],
        )
        for change in reversed(view.open_changes)
    ]
    foreign = [change for change in view.open_changes if change.row.matter is Matter.DOMESTIC]
    return Filled(
        {"registered": _day(session, service.registered_on) if service.registered_on else ""},
        parts=parts,
        lacking=[] if parts else [_("まだ届け出ていない変更は、記録にありません。")],
        notes=[_("国内代表者等を変更したときは、様式第三による書類も作ります。")] if foreign else [],
        apart=frozenset({"changes"} if parts else ()),
    )


def _specialists(session: Session, service: Service, year: int, at: datetime) -> Filled:
    roster = specialists.roster_of(session, service, at=at)
    rules = {one.key: one for one in PAPERS[Paper.SPECIALISTS].stated}
    known, gone = _(KNOWN[Known.SPECIALISTS]), _("（消去済み）")
    why = rules["why"]
    parts = [
        Part(
            _("専門員 %(n)s", n=n),
            [
                Field(_("氏名"), one.name or gone, known, rules["people"].article),
                Field(_("生年月日"), _born(one.born), known, rules["people"].article),
                Field(_("所属"), one.words.affiliation if one.words else gone, known, rules["people"].article),
                Field(_("選任した日"), _day(session, one.appointed_on), known),
                Field(_(why.label), one.words.reason if one.words else gone, known, why.article),
            ],
        )
        for n, one in enumerate(roster.standing, 1)
    ]
    waiting = [
        _("まだ届け出ていないこと: %(what)s", what=f"{_day(session, one.day)} {_(KINDS[one.kind])} {one.name or gone}")
        for one in reversed(roster.unfiled)
    ]
    return Filled(
        {"number": _("%(n)s人", n=len(roster.standing))},
        parts=parts,
        lacking=[] if waiting else [_("まだ届け出ていない選任・変更・退任はありません。")],
        notes=waiting,
        apart=frozenset({"people", "why"} if parts else ()),
    )


def _born(day: date | None) -> str:
    if day is None:
        return _("（消去済み）")
    return _("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day)


def _day(session: Session, day: date) -> str:
    calendar: Calendar = session.info["calendar"]
    return day_text(day, calendar=calendar)


SOURCES: Mapping[Paper, Callable[[Session, Service, int, datetime], Filled]] = {
    Paper.SENDERS: _senders,
    Paper.REGISTRATION: _registration,
    Paper.POWER: _power,
    Paper.CHANGE: _change,
    Paper.SPECIALISTS: _specialists,
}
