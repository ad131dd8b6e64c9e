"""How somebody wants to be told, and the memo by which they try whether it reaches them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework import NotAllowed
from tracker.casework.watch import memos
from tracker.i18n import gettext as _, japanese, short_time
from tracker.law import N_
from tracker.models import Memo, MemoKind, Preference, Staff
from tracker.settings import Settings

TEN_MINUTES = 600  # seconds in which one test goes out


def wishes(session: Session, staff_id: UUID) -> Preference:
    """What somebody wishes; everything, until they say otherwise."""
    return session.get(Preference, staff_id) or Preference(staff_id=staff_id)


def wish(session: Session, staff_id: UUID, *, singles: bool, morning: bool, weekly: bool) -> Preference:
    """Write down how somebody wants to be told from now on. It silences nobody else."""
    one = session.get(Preference, staff_id, with_for_update=True) or Preference(staff_id=staff_id)
    one.singles, one.morning, one.weekly = singles, morning, weekly
    session.add(one)
    session.flush()
    return one


@japanese()
def try_out(session: Session, staff_id: UUID, *, at: datetime) -> Memo:
    """Post a memo to oneself that says nothing but that it came. Raises NotAllowed for a second in ten minutes."""
    staff = session.get_one(Staff, staff_id)
    settings: Settings = session.info["settings"]
    body = _(
        "これは試しのお知らせです。%(time)sに、あなたが自分あてに送りました。事案のことは何も書いていません。\n\n%(link)s",
        time=short_time(at),
        link=f"{settings.base_url.rstrip('/')}/desk/watch",
    )
    key = f"{MemoKind.TEST.value}:{staff_id}:{int(at.timestamp()) // TEN_MINUTES}"
    memo = memos.post(session, staff, MemoKind.TEST, key, _("【試し】お知らせが届くかの確認"), body + "\n", at=at)
    if memo is None:
        raise NotAllowed(
            N_("試しのお知らせは10分に1通までです。先に送ったものの行方は「自分あてのお知らせ」にあります。")
        )
    return memo
