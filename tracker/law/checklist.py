"""What the criteria should be like (法26条2項): four things to look at before publication. An effort, no duty."""

from typing import NamedTuple

from tracker.law import N_
from tracker.law.grounds import Force

FORCE = Force.EFFORT  # 「努めなければならない」; outside 法29条・30条
ARTICLE = "法26条2項"


class Check(NamedTuple):
    """One of the four: its key is stored for ever, `asks` is what to look at."""

    key: str
    article: str
    label: str
    asks: str


CHECKLIST: tuple[Check, ...] = (
    Check(
        "kinds",
        "法26条2項1号",
        N_("対象となる情報の種類"),
        N_("知ることとなった原因の別に応じて、対象となる情報の種類をできる限り具体的に書いた"),
    ),
    Check(
        "suspension",
        "法26条2項2号",
        N_("役務提供停止措置"),
        N_("アカウントの利用を止める措置を講ずることがあるときは、その基準をできる限り具体的に書いた"),
    ),
    Check(
        "plain",
        "法26条2項3号",
        N_("分かりやすい表現"),
        N_("発信者など、読む人が容易に理解できる表現を用いた"),
    ),
    Check(
        "consistent",
        "法26条2項4号",
        N_("ほかの法令との整合"),
        N_("送信防止措置について努力義務を定めるほかの法令があるときは、その法令と整合している"),
    ),
)
