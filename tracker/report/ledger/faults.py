"""What can be wrong with a row, or with a file: a code for programs, a sentence for people. No cell is repeated."""

from typing import Any

from tracker.i18n import gettext
from tracker.law import N_

# Of one row: it is counted nowhere, and everything else goes on.
FAULTS: dict[str, str] = {
    "cells": N_("値の数が、見出しの列の数と違います。"),
    "quotes": N_('引用符（"）の付け方が正しくありません。'),
    "line_break": N_("値の中に改行があります。"),
    "encoding": N_("UTF-8 で書かれていない文字があります。"),
    "blank": N_("空の行です。"),
    "empty": N_("値がありません。"),
    "long": N_("値が長すぎます。"),
    "control": N_("使えない文字（制御文字）があります。"),
    "day": N_("日付は、2026-04-28 の形で書いてください。"),
    "future": N_("ファイルを受け取った日より後の日付です。"),
    "flag": N_("yes か no で書いてください。"),
    "word": N_("この列に使えない言葉です。"),
    "count": N_("件数は、1以上の整数で書いてください。"),
    "reason_needed": N_("措置を講じた通報には、講じた理由が必要です。"),
    "kept_needed": N_("措置を講じなかった通報には、講じなかった理由が必要です。"),
    "reason_spare": N_("措置を講じなかった通報に、講じた理由が書かれています。"),
    "kept_spare": N_("措置を講じた通報に、講じなかった理由が書かれています。"),
    "told_and_exempt": N_("通知した日と、通知しなかった理由の両方が書かれています。"),
    "told_early": N_("通知した日が、措置を講じた日より前です。"),
    "settled_pending": N_("まだ決めていない不服申立てに、結果が出た日が書かれています。"),
    "settled_early": N_("結果が出た日が、不服申立てを受けた日より前です。"),
    "twice": N_("同じ番号の行が、このファイルの前の行に、違う内容であります。"),
}
# Of the whole file: nothing of it is read, or nothing more.
TROUBLES: dict[str, str] = {
    "head_none": N_("ファイルが空です。1行目に、列の名前を書いてください。"),
    "head_encoding": N_("1行目を読めません。ファイルを UTF-8 の CSV で保存してください。"),
    "head_unknown": N_("この種類の記録にない列があります。見本の1行目と同じ名前にしてください。"),
    "head_missing": N_("足りない列があります。見本の1行目にある列は、件数（count）のほか、すべて必要です。"),
    "head_twice": N_("同じ名前の列が二つあります。"),
    "gone": N_("受け取ったファイルが、もうありません。数えた行があれば取り消してから、もう一度取り込んでください。"),
    "differs": N_(
        "ファイルの中身が、受け取った時と違います。数えた行があれば取り消してから、もう一度取り込んでください。"
    ),
}


class Trouble(Exception):
    """The whole file cannot be read. `code` is one of TROUBLES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def says(code: str) -> str:
    """The sentence of a code of either kind, in the language spoken now. Raises KeyError for an unknown one."""
    return gettext((FAULTS | TROUBLES)[code])


def fault(row: int, column: str, code: str) -> dict[str, Any]:
    """An error as an import keeps it: the number of the row (the head is 1), the column, the code."""
    return {"row": row, "column": column, "code": code}
