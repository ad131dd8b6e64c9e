"""操作の一覧: which keys do what at the desk, and the switch that turns them off (WCAG 2.1.4)."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.law import N_
from tracker.models import Role
from tracker.web.doors import settings
from tracker.web.guards import allowed
from tracker.web.render import KEYS, page, see_other
from tracker.web.staff import bp

YEAR = 365 * 24 * 60 * 60  # seconds
# The keys, what each does, and how it is done without it.
LIST = (
    (("j", "k"), N_("一覧で下・上の行に動く"), N_("Tabキーで行の見出しに動く")),
    (("o", "Enter"), N_("行の申出を開く"), N_("行の見出しを押す")),
    (("x",), N_("行を選ぶ、選ぶのをやめる"), N_("行の左の欄を押す")),
    (("a",), N_("選んだ行をわたしの担当にする。選んでいないときは、今の行"), N_("「わたしが担当する」を押す")),
    (("/",), N_("探す欄に動く"), N_("探す欄を押す")),
    (("?",), N_("この一覧を開く"), N_("ページの下の「操作の一覧」を押す")),
)


@bp.get("/keys")
@allowed(Role.REVIEWER)
def keys() -> str:
    """The list of keys and the switch."""
    return page("staff/keys.html", room="", keys=[(k, _(does), _(without)) for k, does, without in LIST])


@bp.post("/keys")
@allowed(Role.REVIEWER)
def switch_keys() -> ResponseReturnValue:
    """Turn the keys on or off in this browser; the choice is kept for a year."""
    answer = see_other("staff.keys")
    off = request.form.get("keys") == "off"
    secure = settings().base_url.startswith("https://")
    answer.set_cookie(  # type: ignore[union-attr]
        KEYS, "off" if off else "on", max_age=YEAR, path="/desk", httponly=True, samesite="Lax", secure=secure
    )
    return answer
