"""Beside a reason that is being written: what it already says, and the reason given before that is most like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import decisions
from tracker.casework.reasons import likeness, templates
from tracker.casework.reasons.checks import About, Point, look_through
from tracker.casework.reasons.fields import fields
from tracker.casework.reasons.likeness import Twin
from tracker.casework.reasons.shipped import BY_KEY, SHIPPED
from tracker.i18n import listed, short_day
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.grounds import Finding, Right
from tracker.law.period import japanese_day
from tracker.models import Clause, Decision, Item, Notice
from tracker.web.staff.case.items import numbers

POINTS: dict[Point, str] = {
    Point.CONTENT: N_("投稿の内容"),
    Point.RIGHT: N_("侵害された権利"),
    Point.FACTS: N_("判断を支える事実"),
    Point.CLAUSE: N_("基準との関係"),
    Point.WEIGHED: N_("侵害と認めない理由"),
}


ENOUGH = 3  # of the four things: what names fewer may be a stock phrase


@dataclass(frozen=True)
class Beside:
    """What stands beside the reason in the preview."""

    checks: list[tuple[str, bool]]
    gaps: list[str]
    twin: dict[str, Any] | None


def beside(
    session: Session, notice: Notice, reason: str, items: Sequence[Item], judged: dict[str, Any], *, at: datetime
) -> Beside:
    """What a reason typed for `items` says, and its nearest twin; `judged` has take, clause_id, finding."""
    take = judged["take"]
    twin = likeness.nearest(session, notice, reason, take=take, at=at) if take is not None else None
    return Beside(
        [(_(POINTS[point]), there) for point, there in look_through(reason, about(session, notice, items, judged))],
        fields(reason),
        twin_words(twin, session.info["calendar"]) if twin and twin.nearly else None,
    )


def about(session: Session, notice: Notice, items: Sequence[Item], judged: dict[str, Any]) -> About:
    """What is known of a reason's subject: the posts, the rights, what the claimant wrote, the rule that is chosen."""
    clause_id: UUID | None = judged["clause_id"]
    finding: Finding | None = judged["finding"]
    clause = session.get(Clause, clause_id) if judged["take"] and clause_id else None
    return About(
        take=judged["take"],
        rights=[Right(value) for value in notice.rights],
        quotes=[words for item in items for words in (item.quote, item.url, item.account) if words],
        claimed="\n".join([notice.reason, *notice.answers.values(), *(item.note for item in items)]),
        clause=clause.number if clause else "",
        clause_title=clause.title if clause else "",
        finding=finding,
    )


def twin_words(twin: Twin, calendar: Calendar) -> dict[str, Any]:
    """A twin as it is shown."""
    return {
        "number": twin.number,
        "reason": twin.reason,
        "alike": twin.alike,
        "day": short_day(japanese_day(twin.at), calendar),
    }


def recorded_twins(session: Session, decided: Sequence[Decision | None]) -> list[dict[str, Any]]:
    """The reasons of a case that stand and nearly say what another case was told, each with that one."""
    found = likeness.recorded(session, [d for d in decided if d])
    return [twin_words(twin, session.info["calendar"]) for _sketch, twin in found]


def thin(session: Session, notice: Notice, covers: Sequence[tuple[UUID, UUID | None]]) -> list[dict[str, Any]]:
    """The items of a letter whose reason names fewer than three of the four things, by what it lacks."""
    found: dict[tuple[str, ...], list[int]] = {}
    looked: dict[tuple[object, ...], tuple[str, ...]] = {}
    ids = [decision_id for _item, decision_id in covers if decision_id]
    known = {one.id: one for one in session.exec(select(Decision).where(col(Decision.id).in_(ids)))}
    items = {item.id: item for item in decisions.items_of(session, notice)}
    for item_id, decision_id in covers:
        decision = known.get(decision_id) if decision_id else None
        if decision is None:
            continue
        item = items[item_id]
        reason = decisions.words(session, decision).get("reason", "")
        key = (reason, decision.clause_id, decision.finding, item.quote, item.url, item.account, item.note)
        if key not in looked:
            judged = {"take": decision.take, "clause_id": decision.clause_id, "finding": decision.finding}
            named = look_through(reason, about(session, notice, [item], judged))
            looked[key] = tuple(_(POINTS[point]) for point, there in named if not there)
            looked[key] = looked[key] if len(named) - len(looked[key]) < ENOUGH else ()
        if looked[key]:
            found.setdefault(looked[key], []).append(item.no)
    return [{"nos": numbers(sorted(nos)), "lacks": listed(lacks)} for lacks, nos in found.items()]


def writing(
    session: Session, notice: Notice, service: UUID, form: Mapping[str, Any], errors: Mapping[str, str]
) -> dict[str, Any]:
    """The reason being written, with the templates that may be chosen: ours first, then those of the product."""
    groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for row in templates.offered(session, notice, service):
        groups[row.take].append((str(row.template), _named(row.title, row.clause)))
    for one in SHIPPED:
        if one.right is None or one.right in notice.rights:
            name = _("%(title)s（はじめからあるひな形）", title=one.title)
            groups[one.take].append((one.key, name))
    return {
        "number": notice.number,
        "groups": [(_("送信防止措置を講ずる"), groups[True]), (_("講じない"), groups[False])],
        "chosen": form.get("template", ""),
        "value": form.get("reason", ""),
        "error": errors.get("reason"),
    }


def template_text(session: Session, chosen: str) -> str:
    """The words of a template by what the form calls it; empty for none, or for one that is no longer offered."""
    if chosen in BY_KEY:
        return BY_KEY[chosen].text
    row = next((row for row in templates.newest(session) if str(row.template) == chosen and not row.retired), None)
    return row.text if row else ""


def _named(title: str, clause: str) -> str:
    return f"{clause} {title}" if clause else title
