"""Letters that came back or were refused: whoever has the case is told of each once, in office hours.

A duty that such a letter had met runs again and is told as a clock; this names the letter, also one without a clock.
Of a letter about a confidential paper only the people it names are told, and not its number.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select as pick
from sqlmodel import Session, and_, col, or_

from tracker.casework.papers.readers import confidential_cases, who_may_know
from tracker.casework.watch import memos
from tracker.casework.watch.ledger import again, entered
from tracker.casework.watch.people import people
from tracker.casework.watch.places import FIRST
from tracker.i18n import gettext as _, japanese, short_time
from tracker.law.hours import Hours
from tracker.law.period import japanese_day
from tracker.models import Alert, Case, HoldOrder, LegalPaper, Letter, LetterKind, MemoKind, Notice
from tracker.settings import Settings

LEVEL = "back"
SINCE = timedelta(days=30)  # longer than any down-time that is not a case of its own
MOST = 30  # lines in one memo


@japanese()
def tell_lost(session: Session, *, at: datetime) -> int:
    """Tell of every letter lost in the last days that nobody was told of, or that no memo reached. Says of how many."""
    hours: Hours = session.info["office"].hours
    if not hours.working(at, session.info["calendar"]):
        return 0
    columns: list[Any] = [
        Letter.id, Letter.case_id, Letter.refused_at, Letter.bounced_at, Case.assigned_to, Notice.number,
        col(LegalPaper.number).label("paper"), col(HoldOrder.number).label("ordered"),
        col(Case.id).in_(confidential_cases()).label("secret"),
    ]  # fmt: skip
    query = (
        pick(*columns)
        .select_from(Letter)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .outerjoin(Notice, col(Notice.case_id) == col(Case.id))
        .outerjoin(LegalPaper, and_(col(LegalPaper.case_id) == col(Case.id), col(LegalPaper.kind).in_(FIRST)))
        .outerjoin(HoldOrder, col(HoldOrder.case_id) == col(Case.id))
        .where(or_(col(Notice.id).is_not(None), col(LegalPaper.id).is_not(None), col(HoldOrder.id).is_not(None)))
        .where(or_(col(Letter.refused_at) > at - SINCE, col(Letter.bounced_at) > at - SINCE))
        .where(col(Letter.kind) != LetterKind.ALERT)
        .order_by(col(Letter.queued_at))
    )
    lost = session.execute(query).all()
    subjects = [f"letter:{row.id}" for row in lost]
    known = entered(session, subjects)
    fresh = [row for row in lost if all(one.lost for one in known.get(f"letter:{row[0]}", ()))]
    if not fresh:
        return 0
    team, today = people(session, at), japanese_day(at)
    told: dict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    named = who_may_know(session, {row.case_id for row in fresh if row.secret})
    for row in fresh:
        when, subject = row.bounced_at or row.refused_at, f"letter:{row.id}"
        what = _("名指しされた書面の通知") if row.secret else row.number or row.paper or row.ordered
        who = (
            team.readers(named.get(row.case_id, frozenset()), statutory=True)
            if row.secret
            else team.told(LEVEL, row.assigned_to, statutory=True)
        )
        for staff in who:
            if level := again(known.get(subject, ()), LEVEL, staff.id, today):
                told[staff.id].append((subject, level, f"・{what}　{short_time(when) if when else ''}"))
    settings: Settings = session.info["settings"]
    link = f"{settings.base_url.rstrip('/')}/desk/letters?view=back"
    for id, lines in told.items():
        rows = [text for _subject, _level, text in lines]
        more = [_("・ほか%(n)s件", n=len(rows) - MOST)] if len(rows) > MOST else []
        body = "\n".join(
            [
                _("次の通知が届きませんでした。別の連絡先を確かめて、送り直してください。"),
                "",
                *rows[:MOST],
                *more,
                "",
                link,
            ]
        )
        key = memos.key_of(MemoKind.SINGLE, id, [f"{subject} {level}" for subject, level, _text in lines])
        subject = _("【届かなかった通知】%(n)s件", n=len(rows))
        to = team.staff.get(id) or team.away[id]
        memo = memos.post(session, to, MemoKind.SINGLE, key, subject, body + "\n", at=at)
        session.add_all(
            Alert(subject=one, level=level, recipient=id, memo_id=memo.id if memo else None, raised_at=at)
            for one, level, _text in lines
        )
    session.flush()
    return len({subject for lines in told.values() for subject, _level, _text in lines})
