"""What an entry cannot be: not Japanese, too long, without the number that its item asks for, a second of two ways."""

import unicodedata
from collections.abc import Iterable

from tracker.casework import NotAllowed
from tracker.law import N_
from tracker.report.entries.forms import Form, Need
from tracker.report.package import machine_readable

LONGEST = 20_000  # characters of a text
LONGEST_TITLE = 200
FEW_NAMED = 10  # characters that a refusal names


def look_at_letters(words: str) -> None:
    """Refuse what no machine reads for certain."""
    if doubtful := machine_readable.doubtful(words):
        raise NotAllowed(
            N_("機械によって読めないことのある文字があります: %(what)s。ほかの文字で書いてください。"),
            about="words",
            what=" ".join(doubtful[:FEW_NAMED]),
        )


def look_at(form: Form, words: str, number: int | None) -> None:
    """Refuse what the item cannot hold, the field named."""
    if number is None and form.number is Need.MUST:
        raise NotAllowed(N_("数を入力してください。"), about="number")
    if number is not None and form.number is Need.NONE:
        raise NotAllowed(N_("この項目に数はありません。"), about="number")
    if number is not None and not 0 <= number <= form.most:
        raise NotAllowed(N_("数は、0から%(most)sまでの整数で入力してください。"), about="number", most=f"{form.most:,}")
    if words and form.words is Need.NONE:
        raise NotAllowed(N_("この項目に文章はありません。"), about="words")
    if not words and form.words is Need.MUST:
        raise NotAllowed(N_("文章を入力してください。"), about="words")
    if words and not japanese(words):
        raise NotAllowed(N_("日本語で書いてください（規則21条5項）。"), about="words")
    if len(words) > LONGEST:
        raise NotAllowed(
            N_("文章は%(most)s文字までです。いま%(n)s文字あります。"),
            about="words",
            most=f"{LONGEST:,}",
            n=f"{len(words):,}",
        )


def look_at_the_part(form: Form, part: str, standing: Iterable[str]) -> None:
    """A title is Japanese; of what stands one at a time, no other may stand. `standing`: the parts that do."""
    if form.parts is None and (not japanese(part) or len(part) > LONGEST_TITLE):
        raise NotAllowed(
            N_("項目の題を、日本語で%(most)s文字までで入力してください。"), about="part", most=LONGEST_TITLE
        )
    if form.single and any(one != part for one in standing):
        raise NotAllowed(N_("この項目には、別の内容がすでにあります。先にそれを空にしてください。"), about="part")


def japanese(words: str) -> bool:
    """Whether a kana or a kanji stands in a text."""
    return any(unicodedata.name(one, "").startswith(("HIRAGANA", "KATAKANA", "CJK UNIFIED")) for one in words)
