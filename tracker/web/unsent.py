"""What somebody typed into a form that could not be taken: the sign-in had ended, or the page was too old."""

import re
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from tracker.auth import SIGN_IN
from tracker.i18n import time_text
from tracker.now import now
from tracker.web.doors import settings

# The fields in words. One that is not here is shown under its own name: nothing typed is lost for want of a label.
LABELS = {
    "reason": _l("理由"),
    "facts": _l("その根拠にあたる事実"),
    "content": _l("内容"),
    "text": _l("表示されていた内容"),
    "how": _l("方法・どのように確かめたか"),
    "remark": _l("どのように戻ったか"),
    "late_reason": _l("遅れた理由"),
    "breach_reason": _l("基準が使えない日に実施したときの理由"),
    "withdrawal": _l("いつ、どのように取り下げられたか"),
    "excuse_text": _l("正当な理由"),
    "exemption_text": _l("通知しない理由"),
    "correction_reason": _l("訂正の理由"),
    "received_at": _l("受け付けた日時"),
    "executed_at": _l("実施した日時"),
    "published_at": _l("公表した日時"),
    "when": _l("渡した日時"),
    "title": _l("題"),
    "clauses": _l("条項"),
    "clause_number": _l("条項の番号"),
    "clause_title": _l("条項の題"),
    "clause_words": _l("条項の本文"),
    "check_note": _l("確かめたことのメモ"),
    "proof": _l("公表の証拠"),
    "url": _l("URL"),
    "quote": _l("問題の箇所"),
    "account": _l("アカウント"),
    "posted": _l("投稿された日時"),
    "many": _l("ほかのURL"),
    "name": _l("名前"),
    "phone": _l("電話番号"),
    "caution": _l("連絡するときに気をつけてほしいこと"),
    "email": _l("メールアドレス"),
    "claimant_email": _l("申出者のメールアドレス"),
    "words": _l("だれが、いつ、どのように答えたか"),
    "keeps": _l("持っている記録"),
    "follows": _l("前の申出の受付番号"),
    "reversed_at": _l("取り消した日時"),
    "to_claimant": _l("申出者に知らせるときの理由"),
}
SECRET = {"csrf_token", "password"}
# Chosen from a list or carried along: nobody typed them.
CHOSEN = set(
    [
        "next",
        "token",
        "digest",
        "item",
        "items",
        "measures",
        "letter",
        "sender",
        "take",
        "kind",
        "basis",
        "ai_used",
        "ground",
        "channel",
        "by_published_method",
        "long_ago",
        "withhold",
        "standing",
        "rights",
        "primary",
        "circumstances",
        "circumstance",
        "tell",
        "excuse",
        "exemption",
        "before",
        "elsewhere",
        "result",
        "version",
        "to",
        "no",
        "confirm",
        "sure",
        "look",
        "pick",
        "me",
        "keys",
        "hold",
        "missing",
        "do",
        "custodian",
        "service",
        "view",
        "active",
        "of",
        "kept",
        "what",
        "seen",
        "origins",
        "check",
    ]
)


def typed() -> list[tuple[str, str]]:
    """The texts of the form that was sent, each with the label of its field; no token and no password."""
    return [
        (str(LABELS.get(name, name)), value)
        for name, values in request.form.lists()
        if name not in SECRET | CHOSEN
        for value in values
        if value.strip()
    ]


def unsent(*, signed_in: bool) -> tuple[str, int]:
    """The page that says that nothing was recorded and shows what was typed, to copy; 400, for a stranger 401."""
    signing_in = request.path == SIGN_IN
    code = 400 if signed_in or signing_in else 401
    back = form_page()
    body = render_template(
        "errors/unsent.html",
        code=code,
        stale=signed_in or signing_in,
        texts=[] if signing_in else typed(),
        files=any(file.filename for file in request.files.values()),
        back=back if signed_in or signing_in else url_for("security.login", next=back),
        when=time_text(now()),
        desk=True,
        provider=settings().provider,
        service=None,
        exit_url="",
        home_url="/desk/",
    )
    return body, code


def form_page() -> str:
    """The page that has the form which was sent."""
    known: dict[str, Any] = request.view_args or {}
    if request.path == SIGN_IN:
        return SIGN_IN
    if "number" in known:
        room = "staff.hold_order" if request.path.startswith("/desk/holds/") else "staff.case"
        return url_for(room, number=known["number"])
    if "appeal_id" in known:
        return url_for("staff.appeal", appeal_id=known["appeal_id"])
    if request.path.startswith("/desk/holds/custodians"):
        return request.path
    if request.path.startswith("/desk/holds"):
        return url_for("staff.holds")
    if request.path.startswith("/desk/feeds"):
        return url_for("staff.feeds")
    if "slug" in known and re.match("/desk/(new|criteria)/", request.path):
        return request.path
    return url_for("staff.worklist")
