"""What the form asks, section by section: to name where people stop, and to count how much is asked of them."""

import re
from dataclasses import dataclass

from tracker.law import N_
from tracker.law.grounds import Circumstance
from tracker.law.questions import QUESTIONS

# The eight sections of the form by their number.
SECTIONS = {
    1: N_("あなたの立場"),
    2: N_("侵害された権利"),
    3: N_("どこに書かれているか"),
    4: N_("理由と証拠"),
    5: N_("急ぎの事情"),
    6: N_("連絡先"),
    7: N_("投稿した人に伝えること"),
    8: N_("確認して送る"),
}


@dataclass(frozen=True)
class Asked:
    """One thing that the form asks: `must` without which nothing is filed; `typed` or pasted, else ticked or chosen."""

    key: str  # of the field on the page, without the number of an item
    section: int
    label: str
    must: bool = False
    typed: bool = True
    follows: bool = False  # asked only after a certain answer


ASKED = (
    Asked("standing", 1, N_("あなたの立場"), must=True, typed=False),
    Asked("authority", 1, N_("立場を示す書類"), typed=False, follows=True),
    Asked("rights", 2, N_("侵害された権利"), must=True, typed=False),
    Asked("primary", 2, N_("中心になる権利"), typed=False),
    Asked("url", 3, N_("URL"), must=True),
    Asked("quote", 3, N_("問題の箇所")),
    Asked("mark", 3, N_("位置・時刻")),
    Asked("account", 3, N_("投稿した人のアカウント")),
    Asked("posted", 3, N_("投稿された日時")),
    Asked("note", 3, N_("ひとこと")),
    Asked("many", 3, N_("まとめて貼る")),
    Asked("list", 3, N_("一覧のファイル(CSV)を読み込む"), typed=False),
    Asked("reason", 4, N_("理由"), must=True),
    Asked("evidence", 4, N_("証拠の画像やPDF"), typed=False),
    Asked("circumstances", 5, N_("急ぎの事情"), typed=False),
    Asked("name", 6, N_("名前"), must=True),
    Asked("office", 6, N_("部署・担当者"), follows=True),
    Asked("whose", 6, N_("権利を侵害された人の名前"), follows=True),
    Asked("email", 6, N_("メールアドレス"), must=True),
    Asked("other", 6, N_("別のメールアドレス"), follows=True),
    Asked("phone", 6, N_("電話番号")),
    Asked("caution", 6, N_("連絡するときに気をつけてほしいこと")),
    Asked("tell", 7, N_("投稿した人に伝えてよいこと"), typed=False),
    Asked("withhold", 7, N_("理由も伝えないでほしいとき"), typed=False),
    Asked("confirm", 8, N_("事実の確認"), must=True, typed=False),
    *(
        Asked(f"answer-{q.key}", 5 if isinstance(one, Circumstance) else 4, q.label, typed=not q.options, follows=True)
        for one, questions in QUESTIONS.items()
        for q in questions
    ),
)
BY_KEY = {one.key: one for one in ASKED}


def asked_at(anchor: str) -> Asked | None:
    """What a place on the page asks, as url-3 the address of a post; None for a place that asks nothing."""
    return BY_KEY.get(anchor) or BY_KEY.get(re.sub(r"-\d+$", "", anchor))
