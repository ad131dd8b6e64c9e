"""What the records say beside each point of the self-assessment (規則18条6項): material for who writes it."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlmodel import Session, col, func, select

from tracker.casework import burden
from tracker.casework.reasons.share import alike_share
from tracker.i18n import counted
from tracker.models import Counted, CriteriaVersion, Service
from tracker.report.content import COUNT, TOTAL, Report
from tracker.report.years import Year
from tracker.web.sections import SECTIONS
from tracker.web.staff.burden import WITHIN

ENDED = ("18-3-1", "18-3-2", "18-3-4", "18-3-5", "18-3-3")
FEW = 3  # reasons of filings in sight


@dataclass(frozen=True)
class Fact:
    """What the records say of a point; `extra` where nobody asks for it (任意)."""

    label: str
    says: str
    extra: bool = False


def facts(session: Session, service: Service, year: Year, report: Report) -> dict[str, list[Fact]]:
    """What the records say beside each point."""
    return {
        "1": _intake(session, service, year),
        "2": _told(report),
        "3": _reasons(session, service, year),
        "4": [_figure(report, "18-5-20", _("日本語を理解する、措置を検討する者"))],
        "5": _criteria(session, service, year),
        "6": [
            _figure(report, "18-5-3", _("自ら探知して講じた措置")),
            _figure(report, "18-5-8", _("役務提供停止措置")),
            _figure(report, "18-5-9", _("人工知能関連技術を用いた措置")),
            _share(_("不服申立てにより撤回した措置"), report.value("18-5-13") or 0, report.value("18-5-11") or 0),
        ],
        "7": _circulation(report),
    }


def _intake(session: Session, service: Service, year: Year) -> list[Fact]:
    found = burden.figures(session, burden.Period(year.first.replace(day=1), year.last), service.id)
    middle = found.middle(Counted.MINUTES)
    worst = max(found.sections(), key=lambda one: one.stopped)
    facts = [
        Fact(_("申出の画面を開いた"), counted("%(n)s回", found.total(Counted.STARTED))),
        Fact(_("送られた申出"), counted("%(n)s件", found.total(Counted.FILED))),
        Fact(_("直すところがあって戻った"), counted("%(n)s回", found.total(Counted.RETURNED))),
    ]
    if middle:
        facts.append(Fact(_("開いてから送るまで（まん中）"), str(_(WITHIN[Counted.MINUTES][middle])), extra=True))
    if worst.stopped:
        where = _("「%(section)s」で%(n)s回", section=_(SECTIONS[worst.number]), n=worst.stopped)
        facts.append(Fact(_("いちばん多く止まった所"), str(where)))
    return facts


def _told(report: Report) -> list[Fact]:
    """The share that was told in time, and the days in the middle."""
    sums = _column(report, "bridge", 2)
    ended = sum(int(sums.get(code, 0)) for code in ENDED)
    late = int(_column(report, "beside", 2).get("late", 0))
    facts = [_share(_("7日以内に通知した申出"), ended - late, ended)]
    median = _column(report, "days", 3).get("total", "―")
    if median != "―":
        facts.append(Fact(_("受付から通知までの日数（中央値）"), counted("%(n)s日", int(median)), extra=True))
    return facts


def _column(report: Report, key: str, at: int) -> dict[str, int | float | str]:
    """A column of one of the tables beside the figures, by the code of each row."""
    found = next((table for table in report.tables if table.key == key), None)
    return {str(row[0]): row[at] for row in found.rows} if found else {}


def _reasons(session: Session, service: Service, year: Year) -> list[Fact]:
    share = alike_share(session, service.id, year.first, year.last)
    return [_share(_("ほかの申出とほとんど同じ理由"), share.nearly, share.sent)]


def _criteria(session: Session, service: Service, year: Year) -> list[Fact]:
    start, end = year.span
    n = session.exec(
        select(func.count())
        .select_from(CriteriaVersion)
        .where(
            CriteriaVersion.service_id == service.id,
            col(CriteriaVersion.published_at) >= start,
            col(CriteriaVersion.published_at) < end,
        )
    ).one()
    return [Fact(_("年度内に公表した基準の版"), counted("%(n)s件", n))]


def _circulation(report: Report) -> list[Fact]:
    """The most frequent reasons of what was filed."""
    lines = [
        line
        for line in report.lines
        if line.code == "18-2" and line.measure == COUNT and line.one != TOTAL and line.value
    ]
    most = sorted(lines, key=lambda line: -line.value)[:FEW]
    return [
        _figure(report, "18-2", _("受け付けた申出")),
        *(Fact(_("うち %(right)s", right=line.one.label), counted("%(n)s件", line.value)) for line in most),
    ]


def _figure(report: Report, code: str, label: str) -> Fact:
    n = report.value(code)
    return Fact(f"{label}（{code}）", "―" if n is None else f"{n:,}")


def _share(label: str, n: int, all: int) -> Fact:
    says = f"{n / all:.0%}" if all else "―"
    return Fact(label, f"{says}（{n:,} / {all:,}）" if all else str(_("まだありません")))
