"""Why logs may not be ordered erased: what stands over each of the holds chosen, as far as the reader may know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import holding, holdings, papers
from tracker.casework.holding.about import overlap
from tracker.casework.holding.covering import holds_about
from tracker.casework.holdings import Held
from tracker.i18n import citation, day_text, last_moment, term
from tracker.law.grounds import Strength
from tracker.law.holds import HARDNESS
from tracker.models import Item, LegalPaper, LogHold, Notice


@dataclass(frozen=True)
class Reason:
    """One hold that stands in the way: in words, and where it is seen."""

    text: str
    href: str
    label: str


@dataclass(frozen=True)
class Blocked:
    """A hold that was chosen, what keeps its logs, and whether only its own flag does not let it be ordered yet."""

    held: Held
    reasons: Sequence[Reason]
    flag: str = ""  # until when its flag stands


def blocked(session: Session, chosen: Collection[UUID], *, at: datetime, reader: UUID) -> list[Blocked]:
    """Which of `chosen` cannot be ordered erased, and why.

    Named is what the page of the case shows `reader` anyway: its own holds, and those of papers that name it. What
    other cases keep stays unsaid for everybody, so that silence says nothing of a confidential paper (刑訴法197条5項).
    """
    known = holdings.known(session, chosen, reader=reader)
    rows = session.exec(select(LogHold).where(col(LogHold.id).in_(known)).order_by(col(LogHold.id))).all()
    found = []
    for held in holdings.described(session, rows):
        hold = held.hold
        own = [hold] if not hold.over(at) and hold.strength is not Strength.FLAG else []
        standing = sorted([*own, *_over(session, hold, at, reader)], key=lambda one: -HARDNESS[one.strength])
        flag = ""
        if not hold.over(at) and hold.strength is Strength.FLAG:
            flag = _until(session, hold)
        if standing or flag:
            found.append(Blocked(held, [_reason(session, one, held.number) for one in standing], flag))
    return found


def _over(session: Session, hold: LogHold, at: datetime, reader: UUID) -> list[LogHold]:
    """The other soft and hard holds of the same case and of the papers that name it, about common logs."""
    notice = session.exec(select(Notice).where(Notice.case_id == hold.case_id)).first()
    if notice is None:
        return []
    item = session.get(Item, hold.item_id) if hold.item_id else None
    several = [
        one
        for one in holds_about(session, notice)
        if one.id != hold.id and one.strength is not Strength.FLAG and not one.over(at) and overlap(hold, one)
    ]
    if item:
        account = item.account
        several = [one for one in several if one.paper_id or holding.about(session, one).names(item.id, account)]
    seen = holdings.known(session, [one.id for one in several], reader=reader)
    return [one for one in several if one.id in seen]


def _reason(session: Session, hold: LogHold, number: str) -> Reason:
    paper = session.get(LegalPaper, hold.paper_id) if hold.paper_id else None
    text = _(
        "%(strength)s（%(article)s）。%(until)s",
        strength=term(Strength(hold.strength)).label,
        article=citation(hold.article),
        until=_until(session, hold),
    )
    if paper:
        label = _("書面 %(number)s（%(kind)s）", number=paper.number, kind=_(papers.KINDS[paper.kind].label))
        return Reason(text, url_for("staff.paper", number=paper.number), label)
    href = url_for("staff.case", number=number, tab="holds", _anchor=f"hold-{hold.id}")
    return Reason(text, href, _("%(number)sの保存を見る", number=number))


def _until(session: Session, hold: LogHold) -> str:
    if hold.until_at:
        day = day_text(last_moment(hold.until_at), calendar=session.info["calendar"])
        return str(_("%(day)sまで続きます。", day=day))
    return str(_("終わりの日はありません。"))
