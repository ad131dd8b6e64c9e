"""docs/legal-calendar.md: the statute book as a document that counsel can check and sign, in Japanese.

Printed from the tables by which dates are counted, so that what counsel reads is what the program does.
"""

from tools.legal_calendar.counting import examples, ways_of_counting
from tools.legal_calendar.rules import how_to_read, in_force, later, provisions, questions, targets
from tools.legal_calendar.words import CALENDAR
from tracker.closed_days import PACKAGE

HEAD = f"""
# 法定の期限の一覧（弁護士の確認用）

情報流通プラットフォーム対処法などが定める期限と待機について、Kigenがどの規定をどう読み、どう日付を数えているかの一覧です。

弁護士に確認していただくために作っています。問いは7節に、確認の記録は9節にあります。

- 日付の計算に使う表から印刷しています。手で書き換えません。表と食い違えば試験が失敗します。
- 内容の説明と規定の要約は当方の言葉で、条文の引用ではありません。法律の助言でもありません。
- 計算例の休日は、{PACKAGE}による暦（版 {CALENDAR.version}、{CALENDAR.years[0]}年から{CALENDAR.years[-1]}年まで）です。
- 翌年の春分の日と秋分の日は、2月の官報で決まるまでは予測です。
"""

SIGNATURE = """
## 9. 確認の記録

| 確認した弁護士 | 確認した日 | 対象の版 | 意見・直す点 |
|---|---|---|---|
|  |  |  |  |
|  |  |  |  |
"""


def legal_calendar() -> str:
    """The whole document."""
    parts = (
        HEAD,
        how_to_read(),
        in_force(),
        later(),
        ways_of_counting(),
        examples(),
        targets(),
        questions(),
        provisions(),
        SIGNATURE,
    )
    return "\n".join(part.strip() + "\n" for part in parts)
