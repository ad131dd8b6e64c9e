"""What both digests are written with: parts of a few lines each, and the foot."""

from collections.abc import Sequence

from sqlmodel import Session

from tracker.i18n import gettext as _
from tracker.settings import Settings

SHOWN = 15  # lines of each part; the rest is a number
DUTIES_SHOWN = 200  # of duties: none is left out in an office of any size that keeps up at all


def body(parts: Sequence[str]) -> str:
    """The parts that say something, with an empty line between."""
    return "\n\n".join(part for part in parts if part) + "\n"


def lines(heading: str, rows: Sequence[str], *, shown: int = SHOWN) -> str:
    """A heading and its rows, the rest as a number; nothing without rows."""
    if not rows:
        return ""
    more = [_("・ほか%(n)s件", n=len(rows) - shown)] if len(rows) > shown else []
    return "\n".join([heading, *rows[:shown], *more])


def foot(session: Session) -> str:
    """What to do when a digest does not come."""
    settings: Settings = session.info["settings"]
    desk = f"{settings.base_url.rstrip('/')}/desk/"
    return _(
        "事案は作業一覧から開きます: %(list)s\n"
        "このまとめが営業日の朝に届かないときは、見回りが止まっているか、メールが届いていません。"
        "%(link)s を開いて確かめてください。",
        list=desk,
        link=f"{desk}watch",
    )
