"""The answers to the lines of a hold order as somebody types them: on the custodian's page, or at the desk."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _, lazy_gettext as _l

from tracker.casework.holding.unlogged import has_log_content
from tracker.casework.orders.answers import DONE, FITS, SKEW, Said
from tracker.casework.orders.typed import typed_proof
from tracker.i18n import time_text
from tracker.i18n.typed import Unreadable, moment as read_moment
from tracker.law import N_
from tracker.law.logs import CLASSES
from tracker.models import HoldOrder, LineAnswer, OrderKind
from tracker.web.reading import single_line

MOST = 10**9  # rows of a class that one line may count
REFERENCE = r"[\w.:/()（）#-]{0,80}"  # a custodian's own number, Japanese too; without blanks no sentence fits in
EVERY = "every"  # the box that answers each line without an answer of its own: that it was done as asked

WORDS: Mapping[LineAnswer, str] = {
    LineAnswer.HELD: N_("保存した"),
    LineAnswer.RELEASED: N_("保存を解いた"),
    LineAnswer.ERASED: N_("消去した"),
    LineAnswer.NOT_HELD: N_("記録がない（もともとない）"),
    LineAnswer.EXPIRED: N_("依頼の前に消去されていた"),
    LineAnswer.UNLINKABLE: N_("このアカウントや投稿に結び付く記録が分からない"),
}
OTHER_HOLD = N_("ほかの保存がかかっているため、残している")
EVERYTHING: Mapping[OrderKind, str] = {
    OrderKind.PRESERVE: N_("すべて保存した"),
    OrderKind.EXTEND: N_("すべて引き続き保存した"),
    OrderKind.RELEASE: N_("すべて保存を解いた"),
}
LOGGED = _l("IPアドレスが書かれています。通信履歴の中身は、ここに書けません。消してから送ってください。")
NO_REFERENCE = _l(
    "整理番号は、英数字、かな、漢字と . _ : / - ( ) # だけで、空白を入れずに80文字までで書いてください。"
    "記録の中身は書かないでください。"
)


@dataclass(frozen=True)
class Read:
    """What was read of a form: the answers, what was typed by the names of fields, and what is wrong with it."""

    said: Mapping[UUID, Said]
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


def options(kind: OrderKind) -> list[tuple[str, str]]:
    """The answers that fit an order, in words, beginning with none: nobody answers by leaving a list as it is."""
    done = DONE[kind]
    found = [("", str(_("選んでください"))), (done.value, str(_(WORDS[done])))]
    if kind is OrderKind.ERASE:
        found.append((LineAnswer.HELD.value, str(_(OTHER_HOLD))))
    rest = (LineAnswer.NOT_HELD, LineAnswer.EXPIRED, LineAnswer.UNLINKABLE)
    return found + [(one.value, str(_(WORDS[one]))) for one in rest]


def everything(kind: OrderKind) -> str:
    """What one box says of all lines; none for an erasure, where each line has its counts."""
    return str(_(EVERYTHING[kind])) if kind in EVERYTHING else ""


def log_content(form: Mapping[str, str], *names: str) -> dict[str, str]:
    """What is wrong with texts of which some hold what was logged, by their fields."""
    return {name: str(LOGGED) for name in names if has_log_content(form.get(name))}


def read(order: HoldOrder, asked: Mapping[UUID, Sequence[str]], form: Mapping[str, str], *, at: datetime) -> Read:
    """Read what was typed of every line. The names of fields end with the id of their hold.

    `asked`: the classes that the order is about, by hold, in the order of its lines.
    """
    typed: dict[str, str] = {"erased_at": single_line(form.get("erased_at"))}
    typed[EVERY] = "1" if form.get(EVERY) and order.kind in EVERYTHING else ""
    wrong: dict[str, str] = {}
    said: dict[UUID, Said] = {}
    erased_at: datetime | None = None
    for hold, classes in asked.items():
        for name in _names(hold, classes, order.kind):
            typed[name] = single_line(form.get(name))
    if any(typed[f"answer-{hold}"] == LineAnswer.ERASED for hold in asked):
        erased_at = _moment(typed["erased_at"], order, wrong, at)
    for no, (hold, classes) in enumerate(asked.items(), 1):
        answer, reference = typed[f"answer-{hold}"], typed[f"reference-{hold}"]
        if not answer and typed[EVERY]:
            answer = DONE[order.kind].value
        if answer not in FITS[order.kind]:
            wrong[f"answer-{hold}"] = _("%(n)s番の回答を選んでください。", n=no)
            continue
        if not re.fullmatch(REFERENCE, reference) or has_log_content(reference):
            wrong[f"reference-{hold}"] = str(LOGGED if has_log_content(reference) else NO_REFERENCE)
            continue
        proof = None
        if answer == LineAnswer.ERASED:
            gone, plain = (_counts(sort, hold, classes, typed, wrong) for sort in ("gone", "plain"))
            if f"counts-{hold}" in wrong or erased_at is None:
                continue
            if not gone and not plain:
                wrong[f"counts-{hold}"] = _("%(n)s番の消去した件数を、種類ごとに書いてください。", n=no)
                continue
            proof = typed_proof(
                order, hold, classes=classes, counts=gone, deidentified=plain, erased_at=erased_at,
                reference=reference,
            )  # fmt: skip
        said[hold] = Said(LineAnswer(answer), reference, proof)
    return Read(said, typed, wrong)


def class_names() -> dict[str, str]:
    """The classes of 規則2条 by their names, in the reader's language."""
    return {name: str(_(words)) for name, words in CLASSES.items()}


LAST = ("erased_at", "by", "words", "reason")  # fields below the lines, as the pages have them


def in_order(wrong: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong, as the summary of errors lists it: line by line, then what stands below the lines."""
    names = [*(name for name in wrong if name not in LAST), *(name for name in LAST if name in wrong)]
    return [(f"f-{name}", wrong[name]) for name in names]


def _names(hold: UUID, classes: Sequence[str], kind: OrderKind) -> list[str]:
    names = [f"answer-{hold}", f"reference-{hold}"]
    if kind is OrderKind.ERASE:
        names += [f"{sort}-{name}-{hold}" for name in classes for sort in ("gone", "plain")]
    return names


def _counts(
    sort: str, hold: UUID, classes: Sequence[str], typed: Mapping[str, str], wrong: dict[str, str]
) -> dict[str, int]:
    """The counts that are not nought, by class."""
    found = {}
    for name in classes:
        text = unicodedata.normalize("NFKC", typed[f"{sort}-{name}-{hold}"]).replace(",", "")
        if text and not (text.isascii() and text.isdigit() and int(text) <= MOST):
            wrong[f"counts-{hold}"] = _("件数は、0以上の整数で書いてください。ないものは、空けておけます。")
        elif text and int(text):
            found[name] = int(text)
    return found


def _moment(text: str, order: HoldOrder, wrong: dict[str, str], at: datetime) -> datetime | None:
    if not text:
        wrong["erased_at"] = _("消去した日時を書いてください。例: 2026-04-28 09:14")
        return None
    try:
        found = read_moment(text)
    except Unreadable as error:
        wrong["erased_at"] = str(error)
        return None
    if not isinstance(found, datetime):
        wrong["erased_at"] = _("消去した時刻も書いてください。例: 2026-04-28 09:14")
        return None
    if found < order.ordered_at - SKEW:
        wrong["erased_at"] = _(
            "消去した日時が、依頼した%(time)sより前です。依頼の後に消去した日時を書いてください。"
            "依頼より前に消去していたときは、回答で「依頼の前に消去されていた」を選んでください。",
            time=time_text(order.ordered_at, seconds=False),
        )
        return None
    if found > at + SKEW:
        wrong["erased_at"] = _(
            "消去した日時が、これから先になっています。いまは%(now)sです。消去を終えてから回答してください。",
            now=time_text(at, seconds=False),
        )
        return None
    return found
