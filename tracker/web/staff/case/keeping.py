"""What the tab 通信履歴の保存 needs beside its rows: what each hold is about, its forms, and the picture of a year."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import holding, retention
from tracker.casework.folder import Folder
from tracker.casework.holding.placing import accounts_of
from tracker.i18n import day_text, dotted, last_moment, term
from tracker.law.calendars import Calendar
from tracker.law.grounds import Strength
from tracker.law.holds import HOLDS, SENDER_CLASSES, Cover, Kept, cover
from tracker.law.logs import CLASSES
from tracker.law.period import japanese_day
from tracker.models import LogHold, Staff
from tracker.web.guards import current_staff
from tracker.web.staff.case.hold_chart import NARROW, hold_chart
from tracker.web.staff.case.items import numbers
from tracker.web.staff.case.paper_holds import paper_hold_rows


def keeping(session: Session, found: Folder, rows: Sequence[Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """Everything about the holds of a case that only their tab shows."""
    calendar: Calendar = session.info["calendar"]
    people = dict(session.exec(select(Staff.id, Staff.name).where(col(Staff.id).in_(_placers(found.holds)))).all())
    why = {
        hold: event.remark
        for event in reversed(found.events)
        for hold in (state["id"] for state in event.event.data["holds"])
        if event.remark
    }
    standard = standard_end(session, found)
    more = {str(row["hold"].id): _more(session, found, row["hold"], people, why, calendar, at) for row in rows}
    named = paper_hold_rows(session, found.notice, reader=current_staff().id, at=at)
    drawn = [{**row, "items": more[str(row["hold"].id)]["whose"] or row["items"]} for row in rows]
    drawn += [{**row, "items": row["paper"].number} for row in named]
    return {
        "now": _now(session, found, [row["hold"] for row in named], standard, calendar, at),
        "papers": named,
        "more": more,
        "chart": hold_chart(drawn, at, standard),
        "narrow": hold_chart(drawn, at, standard, NARROW),
        "standard": day_text(standard, calendar=calendar) if standard else "",
        "unending": dotted(unending(session, found)),
        "posts": [
            {"id": str(v.item.id), "no": v.item.no, "account": v.sender.account if v.sender else v.item.account}
            for v in found.items
        ],
        "accounts": accounts_of(session, found.case),
        "classes": [(name, _(label)) for name, label in CLASSES.items()],
        "usual": SENDER_CLASSES,
        "strengths": {one.value: term(one).label for one in Strength},
        "grounds": [
            {"value": key, "label": _(rule.label), "says": _(rule.says)} for key, rule in holding.REASONS.items()
        ],
        "last": day_text(holding.last_review_day(calendar, at), calendar=calendar),
        "today": japanese_day(at),
    }


def standard_end(session: Session, found: Folder) -> date | None:
    """The last day of the standard periods of what was recorded on the day of receipt, as far as any is set."""
    day = japanese_day(found.notice.received_at)
    ends = [end for _line, end in retention.standard_ends(session, found.service.id, day)]
    known = [end for end in ends if end is not None]
    return max(known, default=None)


def unending(session: Session, found: Folder) -> list[str]:
    """The names of the records that are kept until their purpose ends."""
    day = japanese_day(found.notice.received_at)
    return [line.name for line, end in retention.standard_ends(session, found.service.id, day) if end is None]


def _now(
    session: Session,
    found: Folder,
    named: Sequence[LogHold],
    standard: date | None,
    calendar: Calendar,
    at: datetime,
) -> list[tuple[str, str, str]]:
    """What the holds on this page come to together, by items alike: which items, the hardest strength, in words.

    `named` are those of papers that name this notice. There may be others, of which the reader may not know: so the
    words speak of this page alone.
    """
    standing = [(hold, holding.about(session, hold)) for hold in [*found.holds, *named] if not hold.over(at)]
    alike: dict[Cover | None, list[int]] = {}
    for view in found.items:
        account = view.sender.account if view.sender else view.item.account
        over = [
            Kept(hold.strength, hold.until_at)
            for hold, scope in standing
            if hold.strength is not Strength.FLAG and scope.names(view.item.id, account)
        ]
        alike.setdefault(cover(over, at), []).append(view.item.no)
    lines = []
    for together, nos in alike.items():
        items = _("項目%(nos)s", nos=numbers(nos))
        if together is None:
            free = _("この画面の保存は、消去を止めていません。")
            if standard:
                day = day_text(standard, calendar=calendar)
                free = _(
                    "この画面の保存は、消去を止めていません。申出の日の記録は、標準では%(day)sまで残します。", day=day
                )
            lines.append((items, "", free))
        elif together.until is None:
            lines.append(
                (items, together.strength.value, _("終わりの日はなく、保存が終わるまで消去を依頼できません。"))
            )
        else:
            day = day_text(last_moment(together.until), calendar=calendar)
            lines.append((items, together.strength.value, _("%(day)sまで消去を依頼できません。", day=day)))
    return lines


def _placers(holds: Sequence[LogHold]) -> set[UUID]:
    return {hold.placed_by for hold in holds if hold.placed_by}


def _more(
    session: Session,
    found: Folder,
    hold: LogHold,
    people: Mapping[UUID, str],
    why: Mapping[str, str],
    calendar: Calendar,
    at: datetime,
) -> dict[str, Any]:
    """A hold in words: whose logs, which classes and days, who decided and why, when it is looked at again."""
    scope = holding.about(session, hold)
    nos = [v.item.no for v in found.items if v.item.id in scope.items]
    posts = [_("項目%(nos)s", nos=numbers(nos))] if nos else []
    released = japanese_day(hold.released_at) if hold.released_at and hold.released_at != hold.until_at else None
    rule = next((rule for rule in HOLDS if rule.key == hold.rule), None)
    review = japanese_day(hold.review_at) if hold.review_at else None
    return {
        "whose": "" if hold.item_id else dotted([*posts, *sorted(scope.accounts)]),
        "classes": dotted(_(CLASSES[name]) for name in hold.classes if name in CLASSES),
        "days": _days(hold, calendar),
        "by": people.get(hold.placed_by, "") if hold.placed_by else "",
        "why": why.get(str(hold.id), "") if hold.strength is Strength.SOFT else "",
        "review": day_text(review, calendar=calendar) if review else "",
        "late": bool(hold.review_at and hold.review_at <= at and not hold.over(at)),
        "released": day_text(released, calendar=calendar) if released else "",
        "ends": _(rule.until) if rule and rule.until else "",
        "may": "review" if hold.strength is Strength.SOFT else "release" if hold.strength is Strength.FLAG else "",
    }


def _days(hold: LogHold, calendar: Calendar) -> str:
    """The period of the logs in words; empty where it is not limited."""
    start = day_text(hold.logs_from, calendar=calendar) if hold.logs_from else ""
    end = day_text(hold.logs_until, calendar=calendar) if hold.logs_until else ""
    if start and end:
        return str(_("%(start)sから%(end)sまでの記録", start=start, end=end))
    if start:
        return str(_("%(day)s以後の記録", day=start))
    return str(_("%(day)s以前の記録", day=end)) if end else ""
