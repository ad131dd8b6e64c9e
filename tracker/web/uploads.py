"""Files of a form: read in full whatever their size, kept under the form's token, named one by one when refused."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from tracker.casework import NotAllowed, evidence
from tracker.casework.evidence import KINDS, FileIn
from tracker.i18n import time_text
from tracker.law import N_
from tracker.law.period import JST
from tracker.models import EvidenceNote, Upload
from tracker.web.doors import database, settings

MIB = 1024 * 1024
TEXT_BYTES = 8 * MIB  # one text of the form: far above what is accepted, so that too long a text comes back whole
ALL_TEXT = 4 * TEXT_BYTES  # all that is no file, together
PIECE = 64 * 1024
MOST_PARTS = 4_000
FORMS = 5  # files of so many full forms are kept from one network address in an hour

log = logging.getLogger(__name__)


class Capped(SpooledTemporaryFile[bytes]):
    """A file of a form that keeps its first `most` bytes: one that is too big is read to its end, and costs no disk."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=MIB // 2, mode="w+b")
        self._room = most
        self.came = 0

    def write(self, data: Any) -> int:
        """Keep what there is room for."""
        part = data[: self._room]
        self._room -= len(part)
        self.came += len(data)
        super().write(part)
        return len(data)


class _Body:
    """What a browser sends. Whatever goes into no file is text, and is held in memory: of that there is a limit."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._came = self._done = 0
        self._file: Capped | None = None

    def new_file(self, *_args: Any, **_more: Any) -> IO[bytes]:
        """A file that follows the one before: one byte more than allowed says that it was too big."""
        self._done += self._file.came if self._file else 0
        self._file = Capped(settings().evidence_bytes + 1)
        return self._file

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises RequestEntityTooLarge."""
        if size < 0:
            return b"".join(iter(partial(self.read, PIECE), b""))
        data = self._stream.read(size)
        self._came += len(data)
        if self._came - self._done - (self._file.came if self._file else 0) > ALL_TEXT:
            raise RequestEntityTooLarge()
        return data


class _Parser(FormDataParser):
    def parse(self, stream: IO[bytes], *args: Any, **more: Any) -> Any:
        body = _Body(stream)
        self.stream_factory = body.new_file
        return super().parse(cast(IO[bytes], body), *args, **more)


def widen(*, files: bool = True) -> None:
    """Let this request bring 300 items and all its files; an oversize file must cost neither text nor other files."""
    room = 2 * settings().evidence_files * settings().evidence_bytes if files else 0
    request.max_content_length = room + ALL_TEXT
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
    document: bool
    notes: list[str]


def take_in(
    token: str,
    files: Iterable[FileStorage],
    *,
    at: datetime,
    authority: bool = False,
    document: bool = False,
    measured: bool = True,
) -> list[str]:
    """Keep the good files of a form, each in its own transaction; say of each other one why not.

    A file is looked at before its transaction begins: nobody else waits for it. What comes from one network address
    is `measured`, but for people who signed in.
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
                no = _one_too_many(file.filename, most) if len(there) >= most else _no_room(sent)
                if no := no or (_too_much(sent) if measured else ""):
                    complaints.append(no)
                    continue
                evidence.keep(session, token, sent, at=at, authority=authority, document=document, looked=looked)
            if measured:
                _taken().hit(_limit(), get_remote_address(), cost=len(body))
        except NotAllowed as error:
            complaints.append(str(error))
    return complaints


def _no_room(file: FileIn) -> str:
    """A complaint when the disk is nearly full: what is left is for filings."""
    if evidence.has_room(settings(), len(file.body)):
        return ""
    log.error("files are refused: less than TRACKER_DISK_SPARE is free")
    words: str = _(
        "「%(name)s」は、いまは受け取れません。サーバーの空き容量が足りません。申出は、添付がなくても受け付けます。"
        "添付は、申し出た後で「証拠を加える」から加えられます。",
        name=evidence.shown_name(file.name),
    )
    return words


def _too_much(file: FileIn) -> str:
    """A complaint when the files that came from this address within an hour are as many as may be."""
    address = get_remote_address()
    if _taken().test(_limit(), address, cost=len(file.body)):
        return ""
    when = datetime.fromtimestamp(_taken().get_window_stats(_limit(), address).reset_time, JST)
    words: str = _(
        "「%(name)s」は、いまは受け取れません。お使いのネットワークから届いた添付が、1時間に受け取れる量を超えました。"
        "%(time)sを過ぎてから、もう一度選んでください。申出は、添付がなくても受け付けます。"
        "添付は、申し出た後で「証拠を加える」から加えられます。",
        name=evidence.shown_name(file.name),
        time=time_text(when, seconds=False),
    )
    return words


def _limit() -> RateLimitItem:
    return RateLimitItemPerHour(FORMS * settings().evidence_files * settings().evidence_bytes, namespace="files")


def _taken() -> FixedWindowRateLimiter:
    """How many bytes were kept from each address, in the memory of this process."""
    if "files taken" not in current_app.extensions:
        current_app.extensions.setdefault("files taken", FixedWindowRateLimiter(MemoryStorage()))
    return cast(FixedWindowRateLimiter, current_app.extensions["files taken"])


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
                upload.document,
                [_(words) for note, words in SAID.items() if note.value in upload.notes],
            )
            for upload in evidence.kept(session, token)
        ]


def _size(upload: Upload) -> str:
    if upload.size >= MIB:
        return f"{upload.size / MIB:.1f}MB"
    return f"{max(1, round(upload.size / 1024))}KB"
