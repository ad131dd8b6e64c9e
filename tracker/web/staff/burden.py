"""申出の負担: where people stop in the form, what it refuses, how long it takes; evidence for 規則18条6項1号."""

import csv
import io
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework import burden
from tracker.casework.burden import FEW, MORE, RANGES, Figures, Period
from tracker.casework.intake import FORM_VERSION
from tracker.i18n import LANGUAGES, month_text
from tracker.law import N_
from tracker.models import Counted, Role, Service
from tracker.now import now
from tracker.web.doors import database
from tracker.web.guards import allowed
from tracker.web.render import page
from tracker.web.sections import ASKED, BY_KEY, SECTIONS
from tracker.web.staff import bp

MOST_FIELDS = 8  # drawn; the table lists all
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula

# The sections beside a bar.
SHORT = {
    1: N_("1 立場"),
    2: N_("2 権利"),
    3: N_("3 場所"),
    4: N_("4 理由と証拠"),
    5: N_("5 急ぎの事情"),
    6: N_("6 連絡先"),
    7: N_("7 伝えること"),
    8: N_("8 確認"),
}
WITHIN: dict[Counted, dict[str, str]] = {
    Counted.MINUTES: {
        "2": N_("2分まで"),
        "5": N_("2–5分"),
        "10": N_("5–10分"),
        "20": N_("10–20分"),
        "60": N_("20–60分"),
        MORE: N_("60分超"),
    },
    Counted.TRIES: {"1": N_("1回"), "2": N_("2回"), "3": N_("3回"), MORE: N_("4回以上")},
    Counted.PLACES: {
        "1": N_("1件"),
        "5": N_("2–5件"),
        "20": N_("6–20件"),
        "100": N_("21–100件"),
        MORE: N_("101件以上"),
    },
    Counted.FILES: {"0": N_("なし"), "1": N_("1個"), "5": N_("2–5個"), MORE: N_("6個以上")},
}
NAMES = {
    Counted.STARTED: N_("申出の画面を開いた回数"),
    Counted.REACHED: N_("項目に着いた回数"),
    Counted.RETURNED: N_("直すところがあって戻った回数"),
    Counted.RETURNED_AT: N_("直すところがあった項目"),
    Counted.REFUSED: N_("受け取れなかった欄"),
    Counted.FILED: N_("送られた申出"),
    Counted.SEEN_FILED: N_("送られた申出のうち、着いた項目を数えたもの"),
    Counted.MINUTES: N_("開いてから送るまでの時間"),
    Counted.TRIES: N_("送れるまでに押した回数"),
    Counted.PLACES: N_("1つの申出の投稿の数"),
    Counted.FILES: N_("1つの申出の添付の数"),
}


@bp.get("/burden")
@allowed(Role.REVIEWER)
def burden_meter() -> str:
    """The sums of a month or a year, of one service or of all."""
    services, service, periods, period = _asked()
    with database().reading() as session:
        found = burden.figures(session, period, service.id if service else None)
    return page(
        "staff/burden.html",
        room="staff.burden_meter",
        periods=[(one.key, _named(one)) for one in periods],
        period=period,
        period_name=_named(period),
        services=[("", _("すべてのサービス")), *((one.slug, one.name) for one in services)],
        slug=service.slug if service else "",
        csv_url=url_for("staff.burden_file", period=period.key, service=service.slug if service else None),
        found=found,
        few=FEW,
        tiles=_tiles(found),
        stops=_stops(found),
        minutes=_spread(found, Counted.MINUTES, _minutes_find(found)),
        tries=_spread(found, Counted.TRIES, _tries_find(found)),
        sizes=[(_(NAMES[c]), _rows(found, c)) for c in (Counted.PLACES, Counted.FILES)],
        refused=_refused(found),
        by_service=_by_service(found, [service] if service else services),
        by_language=_by_language(found),
        form=_form(),
    )


@bp.get("/burden.csv")
@allowed(Role.REVIEWER)
def burden_file() -> Response:
    """The stored sums as a table for a spreadsheet."""
    _services, service, _periods, period = _asked()
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([_("日または月"), _("サービス"), _("言語"), _("数えたこと"), _("内訳"), _("回数")])
    with database().reading() as session:
        for row, name in burden.rows(session, period, service.id if service else None):
            day = f"{row.day:%Y-%m}" if row.counted in RANGES else row.day.isoformat()
            language = LANGUAGES.get(row.language, row.language)
            table.writerow([day, _plain(name), language, _(NAMES[row.counted]), _part(row.counted, row.part), row.n])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="burden-{period.key}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked() -> tuple[list[Service], Service | None, list[Period], Period]:
    """The services and the one asked for, the periods and the one asked for; of these the present year by default."""
    with database().reading() as session:
        services = list(session.exec(select(Service).order_by(col(Service.name))))
        periods = burden.periods(session, at=now())
    service = next((one for one in services if one.slug == request.args.get("service")), None)
    period = next((one for one in periods if one.key == request.args.get("period")), periods[0])
    return services, service, periods, period


def _plain(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(RISKY) else text


def _part(counted: Counted, part: str) -> str:
    if counted in RANGES:
        return str(_(WITHIN[counted][part]))
    if counted in (Counted.REACHED, Counted.RETURNED_AT):
        return f"{part} {_(SECTIONS[int(part)])}"
    if counted is Counted.REFUSED:
        return _field(part)
    return ""


def _field(key: str) -> str:
    return str(_(BY_KEY[key].label)) if key in BY_KEY else key


def _named(period: Period) -> str:
    if period.yearly:
        return str(_("%(year)s年度", year=period.first.year))
    return str(_("%(year)s年%(month)s", year=period.first.year, month=month_text(period.first)))


def _tiles(found: Figures) -> list[dict[str, Any]]:
    middle = found.middle(Counted.MINUTES)
    return [
        {"label": _("開いた"), "n": found.total(Counted.STARTED), "unit": _("回")},
        {"label": _("送られた申出"), "n": found.total(Counted.FILED), "unit": _("件")},
        {"label": _("直すところがあって戻った"), "n": found.total(Counted.RETURNED), "unit": _("回")},
        {"label": _("時間のまん中"), "n": _(WITHIN[Counted.MINUTES][middle]) if middle else "―", "unit": ""},
    ]


def _stops(found: Figures) -> dict[str, Any]:
    sections = found.sections()
    started, filed = found.total(Counted.STARTED), found.total(Counted.SEEN_FILED)
    returned = found.parts(Counted.RETURNED_AT)
    worst = max(sections, key=lambda one: one.stopped)
    if worst.stopped:
        find = _(
            "いちばん多く止まるのは「%(section)s」で、%(n)s回です。",
            section=_(SECTIONS[worst.number]),
            n=worst.stopped,
        )
    elif sections[0].reached:
        find = _("途中で止まった画面はありません。")
    else:
        find = _("どこまで進んだかは、まだ数えていません。")
    rows: list[dict[str, Any]] = [{"label": _("開いた"), "n": started, "parts": [("h-free", started)]}]
    rows += [
        {
            "label": _(SHORT[one.number]),
            "n": one.reached,
            "parts": [("h-soft", one.reached - one.stopped), ("f-deep", one.stopped, "t-in")],
        }
        for one in sections
    ]
    rows.append({"label": _("送った"), "n": filed, "parts": [("f-done", filed)]})
    table = [
        (False, [f"{s.number} {_(SECTIONS[s.number])}", s.reached, s.stopped, returned[str(s.number)]])
        for s in sections
    ]
    return {
        "rows": rows,
        "top": max(1, *(row["n"] for row in rows)),
        "find": find,
        "table": [
            (False, [_("開いた（数えない画面も含む）"), started, "―", "―"]),
            *table,
            (False, [_("送った（着いた項目を数えた画面から）"), filed, "―", "―"]),
        ],
    }


def _rows(found: Figures, counted: Counted) -> list[tuple[str, int]]:
    return [(str(_(WITHIN[counted][part])), n) for part, n in found.ranges(counted)]


def _spread(found: Figures, counted: Counted, find: str) -> dict[str, Any]:
    rows = _rows(found, counted)
    return {
        "rows": [{"label": label, "n": n, "parts": [("f-key", n)]} for label, n in rows],
        "top": max([1, *(n for _label, n in rows)]),
        "find": find,
        "table": [(False, [label, n]) for label, n in rows],
    }


def _minutes_find(found: Figures) -> str:
    middle, n = found.middle(Counted.MINUTES), sum(n for _part, n in found.ranges(Counted.MINUTES))
    if not middle:
        return _too_few()
    return str(_("%(n)s件のまん中の申出は、%(range)sで送られました。", n=n, range=_(WITHIN[Counted.MINUTES][middle])))


def _tries_find(found: Figures) -> str:
    ranges = dict(found.ranges(Counted.TRIES))
    if not ranges:
        return _too_few()
    return str(_("%(all)s件のうち%(n)s件は、1回で送れました。", n=ranges["1"], all=sum(ranges.values())))


def _too_few() -> str:
    return str(_("%(n)s件以上の申出があると、ここに出ます。", n=FEW))


def _refused(found: Figures) -> dict[str, Any]:
    fields = found.parts(Counted.REFUSED).most_common()
    return {
        "rows": [{"label": _field(key), "n": n, "parts": [("f-key", n)]} for key, n in fields[:MOST_FIELDS]],
        "top": max([1, *(n for _key, n in fields)]),
        "find": _("いちばん多いのは「%(field)s」の%(n)s回です。", field=_field(fields[0][0]), n=fields[0][1])
        if fields
        else _("受け取れなかった欄はありません。"),
        "table": [
            (
                False,
                [_field(key), f"{BY_KEY[key].section} {_(SECTIONS[BY_KEY[key].section])}" if key in BY_KEY else "", n],
            )
            for key, n in fields
        ],
    }


def _by_service(found: Figures, services: list[Service]) -> list[tuple[str, Any, Any, Any, Any]]:
    rows = []
    for service in services:
        one = found.of(service.id)
        middle = one.middle(Counted.MINUTES)
        said = _(WITHIN[Counted.MINUTES][middle]) if middle else "―"
        rows.append((service.name, *_counts(one), said))
    return rows


def _by_language(found: Figures) -> list[tuple[str, Any, Any, Any]]:
    return [(name, *_counts(found.in_language(tag))) for tag, name in LANGUAGES.items()]


def _counts(found: Figures) -> tuple[int, int, int]:
    return found.total(Counted.STARTED), found.total(Counted.FILED), found.total(Counted.RETURNED)


def _form() -> list[tuple[str, str]]:
    """How much the form asks, counted in its own table."""
    always = [one for one in ASKED if not one.follows]
    must = [one for one in ASKED if one.must]
    return [
        (
            _("尋ねること"),
            _(
                "%(n)s項目。必須は%(must)s項目です。ほかに、選んだ答えによって現れる任意の項目が%(more)sあります。",
                n=len(always),
                must=len(must),
                more=len(ASKED) - len(always),
            ),
        ),
        (
            _("いちばん短い申出"),
            _(
                "%(pick)sか所を選び、%(type)sか所に書いて、送るだけです。",
                pick=sum(not one.typed for one in must),
                type=sum(one.typed for one in must),
            ),
        ),
        (_("求めないもの"), _("アカウント、本人確認書類、手数料は求めません。")),
        (_("書式の版"), FORM_VERSION),
    ]
