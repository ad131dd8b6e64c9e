"""What can be wrong with a row, or with a file: a code for programs, a sentence for people. No cell is repeated."""

import re
from collections.abc import Sequence
from typing import Any

from tracker.i18n import counted, gettext, listed
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
    "head_workbook": N_(
        "CSVではなく、表計算ソフトのファイル（Excelのブックなど）です。"
        "ファイルの種類に「CSV UTF-8（コンマ区切り）」を選んで保存し、そのファイルを選んでください。"
    ),
    "head_utf16": N_(
        "UTF-16（Unicodeテキスト）で保存されたファイルです。"
        "ファイルの種類に「CSV UTF-8（コンマ区切り）」を選んで、保存し直してください。"
    ),
    "head_encoding": N_(
        "1行目を読めません。文字コードが UTF-8 でないか（Shift_JISなど）、引用符が閉じていません。"
        "ファイルの種類に「CSV UTF-8（コンマ区切り）」を選んで、保存し直してください。"
    ),
    "head_commas": N_(
        "1行目が、コンマで区切られていません。ファイルの種類に「CSV UTF-8（コンマ区切り）」を選んで、"
        "保存し直してください。"
    ),
    "head_unknown": N_("この種類の記録にない列があります。ひな形の1行目と同じ名前にしてください。"),
    "head_missing": N_("足りない列があります。ひな形の1行目にある列は、件数（count）のほか、すべて必要です。"),
    "head_twice": N_("1行目に、同じ名前の列が二つあります。一つにしてください。"),
    "gone": N_("受け取ったファイルが、もうありません。数えた行があれば取り消してから、もう一度取り込んでください。"),
    "differs": N_(
        "ファイルの中身が、受け取った時と違います。数えた行があれば取り消してから、もう一度取り込んでください。"
    ),
}


MOST = 10  # names of columns in a sentence
COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")  # as systems call their columns; any other word may be a person's name


class Trouble(Exception):
    """The whole file cannot be read. `code` is one of TROUBLES; of a head, which columns lack and which are unknown."""

    def __init__(self, code: str, missing: Sequence[str] = (), unknown: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code, self.missing, self.unknown = code, missing, unknown


def explained(trouble: Trouble) -> str:
    """What is wrong with a file, for whoever just chose it: with the names of columns, which are kept nowhere.

    A first row in which no column of the family stands may be a row of values: none of it is repeated.
    """
    words = [says(trouble.code)]
    if trouble.missing:
        words.append(gettext(N_("足りない列: %(names)s。"), names=_some(trouble.missing)))
    if trouble.unknown:
        words.append(gettext(N_("この種類にない列: %(names)s。"), names=_some(trouble.unknown)))
    if trouble.code == "head_unknown" and not trouble.unknown:
        words.append(gettext(N_("1行目に列の名前がないか、別の種類の記録のファイルです。")))
    return " ".join(words)


def _some(names: Sequence[str]) -> str:
    """The names that can be columns, as far as they are few; the others as how many they are."""
    plain = [name for name in names if COLUMN.fullmatch(name)][:MOST]
    more = len(names) - len(plain)
    if not plain:
        return counted("%(n)s列", more)
    return listed([*plain, *([counted("ほか%(n)s列", more)] if more else [])])


def says(code: str) -> str:
    """The sentence of a code of either kind, in the language spoken now. Raises KeyError for an unknown one."""
    return gettext((FAULTS | TROUBLES)[code])


def fault(row: int, column: str, code: str) -> dict[str, Any]:
    """An error as an import keeps it: the number of the row (the head is 1), the column, the code."""
    return {"row": row, "column": column, "code": code}
