"""What a reason already says and what it lacks: a hint for whoever writes it, never a block.

A reason must be individual and concrete (法25条1項2号・2項3号・27条); how well it is, the provider says itself once
a year (規則18条6項3号). Words are looked for, nothing is judged: a reason without any of them can be recorded.
"""

import re
from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.models import Item

RIGHTS = re.compile(
    "名誉|社会的評価|侮辱|プライバシー|私生活|平穏|肖像|氏名|パブリシティ|著作|商標|営業|権利|人格|受忍限度"
)
FACTS = re.compile(
    "添付|資料|書面|証拠|説明|確認|確かめ|記録|経緯|回答|照会|報道|判決|公にされて|公表され|実際|事実と|事実で"
)
CRITERIA = re.compile("基準|第?[0-9０-９一二三四五六七八九十]+条|該当|あたる|当たる|法令")
WEIGHED = re.compile(
    "認められない|認めることはできない|あたらない|当たらない|該当しない|受忍限度|公共|公益|真実|意見|論評"
)
OF_A_POST = re.compile("「.+?」|投稿|書き込み|コメント|画像|動画|アカウント名")
ENOUGH = 6  # signs in a row that the reason and the post have in common


def checks(reason: str, items: Sequence[Item], *, take: bool | None) -> list[tuple[str, bool]]:
    """What the reason is looked through for, and whether it seems to be there."""
    found = [
        (_("投稿の内容"), bool(OF_A_POST.search(reason)) or any(_quoted(reason, item.quote) for item in items)),
        (_("侵害された権利"), bool(RIGHTS.search(reason))),
        (_("判断を支える事実"), bool(FACTS.search(reason))),
    ]
    if take is False:
        return [*found, (_("侵害と認めない理由"), bool(WEIGHED.search(reason)))]
    return [*found, (_("基準との関係"), bool(CRITERIA.search(reason)))]


def _quoted(reason: str, quote: str) -> bool:
    return any(quote[i : i + ENOUGH] in reason for i in range(len(quote) - ENOUGH + 1))
