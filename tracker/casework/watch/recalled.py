"""An order to erase that was taken back after it had left: whoever leads is told at once that it may be too late."""

from datetime import datetime

from sqlmodel import Session

from tracker.casework import orders
from tracker.casework.papers.readers import who_may_know
from tracker.casework.watch import memos
from tracker.casework.watch.people import people
from tracker.casework.watch.rungs import DAY
from tracker.i18n import gettext as _, japanese, short_time
from tracker.models import Alert, Case, HoldOrder, MemoKind, OrderKind
from tracker.settings import Settings

LEVEL = "recalled"


@japanese()
def tell_leads(session: Session, order: HoldOrder, *, at: datetime) -> int:
    """Tell of an order to erase that was withdrawn and that the custodian has, or may have. Says how many are told.

    At any hour: what is erased cannot be put back, and a telephone may still stop it. Of an order about a confidential
    paper only the people it names are told.
    """
    if order.kind is not OrderKind.ERASE or not order.withdrawn_at or not orders.may_have(session, order):
        return 0
    team, subject = people(session, at), f"order:{order.id}"
    named = who_may_know(session, {order.case_id})
    if order.case_id in named:
        told = team.readers(named[order.case_id], statutory=True)
    else:
        told = team.told(DAY, session.get_one(Case, order.case_id).assigned_to, statutory=True)
    settings: Settings = session.info["settings"]
    what = _("名指しされた書面の依頼") if order.case_id in named else order.number
    body = "\n".join(
        [
            _("保管者に届いた消去の依頼を取り消しました。消去がすでに行われたおそれがあります。"),
            _("保管者に電話などで確かめ、まだであれば消去しないよう伝えてください。"),
            "",
            f"・{what}　{short_time(order.withdrawn_at)}",
            "",
            f"{settings.base_url.rstrip('/')}/desk/holds",
        ]
    )
    for one in told:
        key = memos.key_of(MemoKind.SINGLE, one.id, [f"{subject} {LEVEL}"])
        memo = memos.post(session, one, MemoKind.SINGLE, key, _("【至急】取り消した消去の依頼"), body + "\n", at=at)
        session.add(
            Alert(subject=subject, level=LEVEL, recipient=one.id, memo_id=memo.id if memo else None, raised_at=at)
        )
    session.flush()
    return len(told)
