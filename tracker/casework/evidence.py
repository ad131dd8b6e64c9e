"""Evidence files: sniffed, sealed under random names, kept while a form is put right, attached when it is filed."""

import io
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import filetype
from PIL import Image
from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.keys import Keyring, place, seal, unseal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Upload
from tracker.sealed import case_key, seal_text
from tracker.settings import Settings

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "application/pdf": "PDF"}
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class FileIn:
    """A file as the browser sent it."""

    name: str
    body: bytes


def sniff(file: FileIn, most: int) -> str:
    """The media type of an acceptable file. Raises NotAllowed, in words for the claimant, for any other."""
    name = shown_name(file.name)
    if not file.body:
        raise NotAllowed(N_("「%(name)s」は空のファイルです。"), name=name)
    if len(file.body) > most:
        raise NotAllowed(
            N_("「%(name)s」は%(most)sMBより大きいため、受け取れません。"), name=name, most=most // (1024 * 1024)
        )
    found = filetype.guess(file.body)
    kind = found.mime if found else ""
    if kind not in KINDS:
        raise NotAllowed(N_("「%(name)s」は画像（PNG・JPEG・WebP）でもPDFでもないため、受け取れません。"), name=name)
    if kind.startswith("image/"):
        try:
            with Image.open(io.BytesIO(file.body)) as image:
                image.verify()
        except Exception as error:  # Pillow raises many kinds for a broken image; none may pass
            raise NotAllowed(N_("「%(name)s」は壊れているため、画像として開けません。"), name=name) from error
    return kind


def keep(session: Session, token: str, file: FileIn, *, at: datetime) -> Upload:
    """Keep a good file for the form `token`. Raises NotAllowed for a bad one."""
    settings: Settings = session.info["settings"]
    keyring: Keyring = session.info["keys"]
    kind = sniff(file, settings.evidence_bytes)
    id = uuid4()
    stored = _write(settings.evidence_folder, keyring.upload_key(), file.body, id)
    upload = Upload(
        id=id,
        token=token,
        name_sealed=seal(keyring.upload_key(), shown_name(file.name).encode(), place("upload.name", id)),
        kind=kind,
        size=len(file.body),
        sha256=sha256(file.body).hexdigest(),
        stored=stored,
        added_at=at,
    )
    session.add(upload)
    session.flush()
    return upload


def kept(session: Session, token: str) -> list[Upload]:
    """The files kept for a form, in order."""
    return list(
        session.exec(select(Upload).where(Upload.token == token).order_by(col(Upload.added_at), col(Upload.id)))
    )


def kept_name(session: Session, upload: Upload) -> str:
    """The name of a kept file."""
    keyring: Keyring = session.info["keys"]
    return unseal(keyring.upload_key(), upload.name_sealed, place("upload.name", upload.id)).decode()


def drop(session: Session, upload: Upload) -> None:
    """Forget a kept file."""
    settings: Settings = session.info["settings"]
    (settings.evidence_folder / upload.stored).unlink(missing_ok=True)
    session.delete(upload)
    session.flush()


def attach(session: Session, case: Case, uploads: Sequence[Upload], *, actor: str, at: datetime) -> None:
    """Make kept files evidence of a case, sealed anew under its key, and record it."""
    settings: Settings = session.info["settings"]
    keyring: Keyring = session.info["keys"]
    key = case_key(session, case.id)
    if not uploads or key is None:
        return
    added = []
    for upload in uploads:
        path = settings.evidence_folder / upload.stored
        body = unseal(keyring.upload_key(), path.read_bytes(), place("upload.file", upload.id))
        id = uuid4()
        name = kept_name(session, upload)
        added.append(
            Evidence(
                id=id,
                case_id=case.id,
                name_sealed=seal_text(session, case.id, "evidence.name", id, name),
                kind=upload.kind,
                size=upload.size,
                sha256=upload.sha256,
                stored=_write(settings.evidence_folder, key, body, id, "evidence.file"),
                added_at=at,
            )
        )
        session.delete(upload)  # its file is swept later: the row may yet be rolled back
    session.add_all(added)
    session.flush()
    journal.record(
        session,
        case,
        Fact.EVIDENCE_ADDED,
        actor=actor,
        at=at,
        files=[{"id": str(e.id), "kind": e.kind, "size": e.size, "sha256": e.sha256} for e in added],
    )


def read(session: Session, evidence: Evidence) -> bytes:
    """The bytes of an evidence file. Raises FileNotFoundError, CannotOpen, and NotAllowed after erasure."""
    settings: Settings = session.info["settings"]
    key = case_key(session, evidence.case_id)
    if key is None:
        raise NotAllowed(N_("この証拠は消去されています。"))
    sealed = (settings.evidence_folder / evidence.stored).read_bytes()
    return unseal(key, sealed, place("evidence.file", evidence.id))


def sweep(session: Session, *, at: datetime) -> int:
    """Forget files whose form was never sent, and files on disk that no row names. Says how many went."""
    settings: Settings = session.info["settings"]
    for upload in session.exec(select(Upload).where(Upload.added_at < at - KEPT)):
        session.delete(upload)
    session.flush()
    named = set(session.exec(select(Upload.stored))) | set(session.exec(select(Evidence.stored)))
    gone = 0
    for path in settings.evidence_folder.glob("*"):
        old = path.stat().st_mtime < (at - KEPT).timestamp()
        if path.name not in named and old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def shown_name(name: str) -> str:
    """A file's name as it may be shown: the last part, without control characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return clean[-120:] or "（名前のないファイル）"


def _write(folder: Path, key: bytes, body: bytes, id: UUID, column: str = "upload.file") -> str:
    """Seal `body` into a new file and make it durable before any row names it."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = uuid4().hex
    with (folder / stored).open("xb") as file:
        file.write(seal(key, body, place(column, id)))
        file.flush()
        os.fsync(file.fileno())
    return stored
