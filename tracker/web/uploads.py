"""Files of a form: read in full whatever their size, kept under the form's token, named one by one when refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser

from tracker.casework import NotAllowed, evidence
from tracker.casework.evidence import KINDS, FileIn
from tracker.law import N_
from tracker.models import EvidenceNote, Upload
from tracker.web.doors import database, settings

MIB = 1024 * 1024
TEXT_BYTES = 8 * MIB  # one text of the form: far above what is accepted, so that too long a text comes back whole
MOST_PARTS = 4_000


class Capped(SpooledTemporaryFile[bytes]):
    """A file of a form that keeps its first `most` bytes: one that is too big is read to its end, and costs no disk."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=MIB // 2, mode="w+b")
        self._room = most

    def write(self, data: Any) -> int:
        """Keep what there is room for."""
        part = data[: self._room]
        self._room -= len(part)
        super().write(part)
        return len(data)


class _Parser(FormDataParser):
    def __init__(self, stream_factory: Any = None, **more: Any) -> None:
        super().__init__(_capped, **more)


def _capped(*_args: Any, **_more: Any) -> IO[bytes]:
    return Capped(settings().evidence_bytes + 1)  # one byte more than allowed says that it was too big


def widen() -> None:
    """Let this request bring 300 items and all its files; an oversize file must cost neither text nor other files."""
    request.max_content_length = 2 * settings().evidence_files * settings().evidence_bytes + 4 * TEXT_BYTES
    request.max_form_memory_size = TEXT_BYTES
    request.max_form_parts = MOST_PARTS
    request.form_data_parser_class = _Parser


# What the person who sends a file may want to know of it before they send.
SAID = {
    EvidenceNote.POSITION: N_("撮影した場所の記録が入っています。見せるための写しからは除きます。"),
    EvidenceNote.RENAMED: N_("名前の終わりと中身の種類が違います。中身の種類で受け取りました。"),
    EvidenceNote.LOCKED: N_("開くのにパスワードが要る場合があります。担当者が開けるか、確かめてください。"),
}


@dataclass(frozen=True)
class Kept:
    """A kept file, as the form lists it."""

    id: UUID
    name: str
    kind: str
    size: str
    authority: bool
    notes: list[str]


def take_in(token: str, files: Iterable[FileStorage], *, at: datetime, authority: bool = False) -> list[str]:
    """Keep the good files of a form, each in its own transaction; say of each other one why not.

    A file is looked at before its transaction begins: nobody else waits for it.
    """
    complaints = []
    most = settings().evidence_files
    for file in files:
        if not file.filename:
            continue
        body = file.stream.read()
        sent = FileIn(file.filename, body)
        try:
            looked = evidence.look_at(sent, settings().evidence_bytes)
            with database().writing() as session:
                there = evidence.kept(session, token)
                same = (evidence.shown_name(file.filename), sha256(body).hexdigest())
                if same in {(evidence.kept_name(session, upload), upload.sha256) for upload in there}:
                    continue  # sent again with the form that came back
                if len(there) < most:
                    evidence.keep(session, token, sent, at=at, authority=authority, looked=looked)
                else:
                    complaints.append(_one_too_many(file.filename, most))
        except NotAllowed as error:
            complaints.append(str(error))
    return complaints


def _one_too_many(name: str, most: int) -> str:
    name = evidence.shown_name(name)
    words: str = _("「%(name)s」は、添付が%(most)s個を超えるため受け取れません。", name=name, most=most)
    return words


def drop(token: str, id: str) -> None:
    """Forget a kept file of a form."""
    with database().writing() as session:
        for upload in evidence.kept(session, token):
            if str(upload.id) == id:
                evidence.drop(session, upload)


def kept(token: str) -> list[Kept]:
    """The files kept for a form."""
    with database().reading() as session:
        return [
            Kept(
                upload.id,
                evidence.kept_name(session, upload),
                KINDS[upload.kind],
                _size(upload),
                upload.authority,
                [_(words) for note, words in SAID.items() if note.value in upload.notes],
            )
            for upload in evidence.kept(session, token)
        ]


def _size(upload: Upload) -> str:
    if upload.size >= MIB:
        return f"{upload.size / MIB:.1f}MB"
    return f"{max(1, round(upload.size / 1024))}KB"
