"""Letters that came back or were refused: whoever has the case is told of each once, in office hours.

A duty that such a letter had met runs again and is told as a clock; this names the letter, also one without a clock.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select as pick
from sqlmodel import Session, col, or_

from tracker.casework.watch import memos
from tracker.casework.watch.ledger import again, entered
from tracker.casework.watch.people import people
from tracker.i18n import gettext as _, japanese, short_time
from tracker.law.hours import Hours
from tracker.law.period import japanese_day
from tracker.models import Alert, Case, Letter, LetterKind, MemoKind, Notice
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
    columns: list[Any] = [Letter.id, Letter.refused_at, Letter.bounced_at, Case.assigned_to, Notice.number]
    query = (
        pick(*columns)
        .select_from(Letter)
        .join(Case, col(Case.id) == col(Letter.case_id))
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .where(or_(col(Letter.refused_at) > at - SINCE, col(Letter.bounced_at) > at - SINCE))
        .where(col(Letter.kind) != LetterKind.ALERT)
        .order_by(col(Letter.queued_at))
    )
    lost = session.execute(query).all()
    subjects = [f"letter:{id}" for id, *_rest in lost]
    known = entered(session, subjects)
    fresh = [row for row in lost if all(one.lost for one in known.get(f"letter:{row[0]}", ()))]
    if not fresh:
        return 0
    team, today = people(session, at), japanese_day(at)
    told: dict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
    for id, refused, bounced, holder, number in fresh:
        when, subject = bounced or refused, f"letter:{id}"
        for staff in team.told(LEVEL, holder, statutory=True):
            if level := again(known.get(subject, ()), LEVEL, staff.id, today):
                told[staff.id].append((subject, level, f"・{number}　{short_time(when) if when else ''}"))
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
        memo = memos.post(session, team.staff[id], MemoKind.SINGLE, key, subject, body + "\n", at=at)
        session.add_all(
            Alert(subject=one, level=level, recipient=id, memo_id=memo.id if memo else None, raised_at=at)
            for one, level, _text in lines
        )
    session.flush()
    return len({subject for lines in told.values() for subject, _level, _text in lines})
