"""What mail servers say in their own words of a letter that did not arrive: carriers, qmail, old Exim, appliances.

Only the beginning of such a message is the server's word: below it stands a copy of the letter.
"""

import re

from tracker.models import BounceKind

HEAD = 4000  # characters in which a server says what became of a letter
COPY = re.compile(
    r"^[ \t>]*(-{2,}.*|return-path:.*|received:.*|message-id:.*|mime-version:.*|以下.*(元|送信).*)$",
    re.IGNORECASE | re.MULTILINE,
)
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)(?:550|551|552|553|554|556)(?!\d)")


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases).replace(" ", r"\s+"), re.IGNORECASE)


LATER = _any(
    "delayed",
    "warning: (message|could)",
    "will (keep|continue)( on)? trying",
    "retry(ing)? (for|until)",
    "do(es)? not need to resend",
    "(配信|配送)が遅(れて|延)",
    "再送(を)?(続け|試み|信し)",
)
# The first that is said decides; the code is the one of RFC 3463 that means the same, where the server gives none.
LOST: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        _any(
            "user unknown|unknown user|unknown (local part|address)",
            "no such (user|mailbox|address|recipient)",
            "address(es)? (was|were) unknown",
            "does(n't| not) (exist|have an? .{0,40}(account|mailbox))",
            "no mailbox here|invalid (recipient|mailbox|address)",
            "宛先(が)?(不明|見つかりません|存在しません)",
            "(アドレス|ユーザー?|送信先.{0,20})(が|は)?(見つかりません|存在しません|不明)",
        ),
        "5.1.1",
    ),
    (
        _any(
            "account is disabled|account (has been|is) (suspended|inactive)",
            "mailbox (is )?(disabled|unavailable)",
            "利用停止|解約",
        ),
        "5.2.1",
    ),
    (
        _any(
            "over (the )?quota|quota exceeded|mailbox (is )?full",
            "account is temporarily limited",
            "(容量|保存件数).{0,20}(超|一杯|いっぱい)",
        ),
        "5.2.2",
    ),
    (_any("too (large|big)|size limit", "サイズ.{0,20}(超|大き)"), "5.3.4"),
    (
        _any(
            "host unknown|unknown host|couldn't find any host|domain .{0,60}not (exist|found)",
            "ドメイン.{0,20}(見つかりません|存在しません)",
        ),
        "5.1.2",
    ),
    (_any("refus|reject|denied|blocked", "受信(を)?拒否|拒否され|受け?取りを拒"), "5.7.1"),
    (
        _any(
            "undeliver(able|ed)|not delivered|returned (mail|to sender)|failure notice",
            "(delivery|mail|message).{0,20} fail(ed|ure)",
            r"(could|can|was|were)\s?n[o']t (able to )?(be )?deliver",
            "cannot be delivered|unable to deliver|permanent (fatal )?error",
            "配(信|送|達)(でき|出来)ません|(お)?届け(でき|出来)ません|送信(でき|出来)ません",
            "不達|(配信|送信)エラー",
        ),
        "",
    ),
)


def meaning(subject: str, text: str, *, failed: bool) -> tuple[BounceKind, str] | None:
    """What a server means, and the code; None where nothing is known. `failed`: a header said so already."""
    copy = COPY.search(text[:HEAD])
    said = f"{subject}\n{text[: copy.start() if copy else HEAD]}"
    if LATER.search(said):
        return BounceKind.DELAYED, ""
    meant = next((status for words, status in LOST if words.search(said)), None)
    if meant is None and not failed and not REPLY_CODE.search(said):
        return None
    code = STATUS.search(said)
    return BounceKind.FAILED, code.group() if code else meant or ""
