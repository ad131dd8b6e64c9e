"""Filings of which nobody knows yet whether a person meant them: received like every other, and marked for a look.

A doubt refuses nothing, delays nothing and shortens nothing (法22条2項): it says to staff what to look at first.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, literal_column
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from tracker.casework.faces import Face
from tracker.law import N_
from tracker.law.clocks import INVESTIGATION
from tracker.models import Clock, Doubt, Notice, SpentProof

DOUBTS: dict[Doubt, str] = {
    Doubt.TRAP: N_("人の目に見えない欄に文字がありました。ブラウザーの自動入力が書き入れることもあります。"),
    Doubt.UNPROVEN: N_("確認の答えがありません。スクリプトを使わない人からの申出には、いつもありません。"),
    Doubt.EXPIRED: N_("確認の答えの期限が過ぎていました。時間をかけて書いた人からの申出にもあります。"),
    Doubt.WRONG: N_("確認の答えが合いません。"),
    Doubt.SPENT: N_("同じ確認の答えが、先に別の申出に使われていました。"),
}


def spend(session: Session, nonce: str, expires_at: datetime) -> bool:
    """Use an answer up, in the transaction of its filing. False when another filing did, or is doing so right now.

    Call it before anything else of the filing is written: whoever comes second waits here and holds nothing.
    """
    try:
        with session.begin_nested():
            session.add(SpentProof(nonce=nonce, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def sweep(session: Session, *, at: datetime) -> int:
    """Forget the answers that have expired: they are refused for that. Says how many."""
    done: CursorResult[tuple[()]] = session.exec(delete(SpentProof).where(col(SpentProof.expires_at) < at))
    return done.rowcount


def unseen_in(notice: Notice, clocks: Sequence[Face]) -> bool:
    """Whether a notice has a doubt and nobody has begun to investigate it, seen from its clocks."""
    return bool(notice.doubts) and any(face.running and face.rule.key == INVESTIGATION.key for face in clocks)


def unseen() -> SelectOfScalar[UUID]:
    """The cases with a doubt that nobody has begun to investigate (法23条): beginning is the look."""
    waiting = select(Clock.case_id).where(
        Clock.rule == INVESTIGATION.key, col(Clock.stopped_at).is_(None), col(Clock.voided_at).is_(None)
    )
    doubted: ColumnElement[bool] = literal_column("CAST(notice.doubts AS TEXT) <> '[]'")
    return select(Notice.case_id).where(doubted, col(Notice.case_id).in_(waiting))
