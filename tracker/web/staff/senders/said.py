"""What the tab 発信者 says after an act, beside the sender whom it was about."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.law import N_

DONE: dict[str, str] = {
    "ask": N_("照会を送信待ちに入れました。発信者に届いたことがわかるまで、待機は始まりません。"),
    "hand": N_("渡す照会を作りました。渡した後に、渡した日時と方法を記録してください。"),
    "question": N_("問い合わせを作りました。回答がなくても、免責はありません。"),
    "free": N_("要件を確かめたことを記録しました。"),
    "unfree": N_("要件の確認を取り消しました。"),
    "proof": N_("照会が届いたことを記録しました。"),
    "fix": N_("届いた日時を訂正しました。"),
    "lost": N_("届いていなかったことを記録しました。"),
    "say": N_("発信者の回答を記録しました。"),
    "void": N_("回答の記録を取り消しました。"),
    "renew": N_("新しいアドレスを作りました。前のアドレスは、もう使えません。"),
    "close": N_("発信者のページを閉じました。"),
}


def said(answer: ResponseReturnValue, sender: object, act: str) -> ResponseReturnValue:
    """The answer to a form; where it was taken, the next page says so in the panel of `sender`."""
    if not isinstance(answer, tuple):
        flash(_(DONE[act]), f"sender-{sender}")
    return answer
