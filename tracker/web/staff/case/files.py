"""The evidence files of a case in words: what each is, what to know before it is opened, what the scanner said."""

from typing import Any

from flask_babel import gettext as _

from tracker.casework.evidence import KINDS
from tracker.casework.folder import EvidenceView, Folder
from tracker.i18n import dotted, short_time
from tracker.law import N_
from tracker.models import Evidence, EvidenceNote, Verdict

NOTES = {
    EvidenceNote.POSITION: N_("原本に、撮影した場所の記録（位置情報）があります。写しにはありません。"),
    EvidenceNote.TRAILING: N_("後ろに別のデータがあります。"),
    EvidenceNote.RENAMED: N_("名前の終わりと中身の種類が違います。表示しているのは中身の種類です。"),
    EvidenceNote.MOVING: N_("動く画像です。"),
    EvidenceNote.SCRIPT: N_("開くと動く仕掛け（スクリプトなど）があります。"),
    EvidenceNote.ENCLOSED: N_("中に別のファイルが入っています。"),
    EvidenceNote.LOCKED: N_("開くのにパスワードが要る場合があります。"),
}
BEHIND_A_PICTURE = N_(
    "後ろに別のデータがあります（写しにはありません）。スマートフォンの動く写真などにも付くものです。"
)
WARNS = frozenset({EvidenceNote.TRAILING, EvidenceNote.SCRIPT, EvidenceNote.ENCLOSED, EvidenceNote.RENAMED})


def file_rows(found: Folder, *, scanner: bool) -> list[dict[str, Any]]:
    """One row for each evidence file; `scanner` says whether one is set up."""
    return [_row(view, scanner) for view in found.evidence]


def file_words(file: Evidence) -> str:
    """PNG・391バイト: the kind and the size of an evidence file."""
    size = file.size
    words: str = _("%(n)sバイト", n=size)
    for unit, word in ((1024, "KB"), (1024 * 1024, "MB")):
        if size >= unit:
            words = f"{size / unit:.1f}{word}"
    return dotted((KINDS[file.kind], words))


def _row(view: EvidenceView, scanner: bool) -> dict[str, Any]:
    file = view.evidence
    picture = file.kind.startswith("image/")
    said = NOTES | {EvidenceNote.TRAILING: BEHIND_A_PICTURE} if picture else NOTES
    return {
        "file": file,
        "name": view.name,
        "words": dotted((file_words(file), short_time(file.added_at))),
        "picture": picture,
        "theirs": file.sender_id is not None,
        "infected": file.verdict is Verdict.INFECTED,
        "scan": _scan(file, scanner),
        "notes": [(_(words), note in WARNS) for note, words in said.items() if note.value in file.notes],
    }


def _scan(file: Evidence, scanner: bool) -> str:
    """What is known of viruses in a file."""
    if scanner and file.verdict is None and file.scanned_at:
        return str(_("ウイルス検査: 検査できず、後でやり直します（%(when)s）", when=short_time(file.scanned_at)))
    if file.verdict is None or file.scanned_at is None:
        return str(_("ウイルス検査: 検査待ち") if scanner else _("ウイルス検査: していません"))
    words: dict[Verdict, str] = {
        Verdict.CLEAN: _("ウイルス検査: 見つからず（%(when)s）", when=short_time(file.scanned_at)),
        Verdict.INFECTED: _("ウイルスが見つかりました"),
        Verdict.TOO_BIG: _("ウイルス検査: 大きすぎて検査できず"),
        Verdict.UNREADABLE: _("ウイルス検査: ファイルを読めず"),
    }
    return words[file.verdict]
