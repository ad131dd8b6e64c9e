"""Keeping files: sealed under random names, kept while a form is put right, attached when it is filed."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.casework.evidence.looking import FileIn, Looked, copy_of, look_at
from tracker.casework.evidence.names import shown_name
from tracker.casework.evidence.pictures import Broken
from tracker.keys import Keyring, place, seal, unseal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Upload, Verdict
from tracker.sealed import case_key, seal_text
from tracker.settings import Settings

KEPT = timedelta(days=1)
STEP = 100  # forms' files forgotten in one transaction, so that nobody waits for a sweep
NAMES = 500  # files on disk looked up at a time


def keep(
    session: Session,
    token: str,
    file: FileIn,
    *,
    at: datetime,
    authority: bool = False,
    looked: Looked | None = None,
) -> Upload:
    """Keep a good file for the form `token`. Raises NotAllowed for a bad one.

    `authority` marks what shows that one may act for another. A door looks at a file before its transaction begins,
    and hands in what it `looked` at.
    """
    settings: Settings = session.info["settings"]
    keyring: Keyring = session.info["keys"]
    looked = looked or look_at(file, settings.evidence_bytes)
    id = uuid4()
    stored = _write(settings.evidence_folder, keyring.upload_key(), file.body, id)
    upload = Upload(
        id=id,
        token=token,
        authority=authority,
        name_sealed=seal(keyring.upload_key(), shown_name(file.name).encode(), place("upload.name", id)),
        kind=looked.kind,
        size=len(file.body),
        sha256=sha256(file.body).hexdigest(),
        stored=stored,
        added_at=at,
        notes=[note.value for note in looked.notes],
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
                authority=upload.authority,
                name_sealed=seal_text(session, case.id, "evidence.name", id, name),
                kind=upload.kind,
                size=upload.size,
                sha256=upload.sha256,
                stored=_write(settings.evidence_folder, key, body, id, "evidence.file"),
                added_at=at,
                notes=list(upload.notes),
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
    """The original of an evidence file. Raises FileNotFoundError, CannotOpen, and NotAllowed after erasure."""
    settings: Settings = session.info["settings"]
    key = case_key(session, evidence.case_id)
    if key is None:
        raise NotAllowed(N_("この証拠は消去されています。"))
    sealed = (settings.evidence_folder / evidence.stored).read_bytes()
    return unseal(key, sealed, place("evidence.file", evidence.id))


def read_copy(session: Session, evidence: Evidence) -> bytes:
    """What may be seen of an evidence file: a picture without position and the like. Raises as `read` does.

    Made from the original each time: there is no second file that could differ from it. Raises NotAllowed where a
    virus was found, and for a picture of which no copy can be made.
    """
    if evidence.verdict is Verdict.INFECTED:
        raise NotAllowed(N_("ウイルスが見つかったため、写しは開けません。"))
    try:
        return copy_of(evidence.kind, read(session, evidence))
    except Broken as error:
        raise NotAllowed(N_("この画像からは写しを作れません。原本を開いてください。")) from error


def open_original(session: Session, case: Case, evidence: Evidence, *, sure: bool, actor: str, at: datetime) -> None:
    """Record that somebody opened the original. Raises NotAllowed when a virus was found and they are not `sure`."""
    if evidence.verdict is Verdict.INFECTED and not sure:
        raise NotAllowed(N_("ウイルスが見つかったファイルです。開く前に、危険を確かめる欄に印を付けてください。"))
    journal.record(session, case, Fact.EVIDENCE_OPENED, actor=actor, at=at, file=str(evidence.id))


def sweep(session: Session, *, at: datetime) -> int:
    """Forget some files whose form was never sent. Says how many; to be called until it says none."""
    settings: Settings = session.info["settings"]
    old = session.exec(
        select(Upload).where(Upload.added_at < at - KEPT).order_by(col(Upload.added_at)).limit(STEP)
    ).all()
    for upload in old:
        (settings.evidence_folder / upload.stored).unlink(missing_ok=True)
        session.delete(upload)
    session.flush()
    return len(old)


def old_files(folder: Path, at: datetime) -> Iterator[list[str]]:
    """The names of the files on disk that are older than a form is kept, some hundreds at a time."""
    before = (at - KEPT).timestamp()
    old = (path.name for path in folder.glob("*") if path.stat().st_mtime < before)
    while names := list(islice(old, NAMES)):
        yield names


def unnamed(session: Session, names: Sequence[str]) -> set[str]:
    """Those of `names` that no row names."""
    uploads = session.exec(select(Upload.stored).where(col(Upload.stored).in_(names))).all()
    evidence = session.exec(select(Evidence.stored).where(col(Evidence.stored).in_(names))).all()
    return set(names).difference(uploads, evidence)


def _write(folder: Path, key: bytes, body: bytes, id: UUID, column: str = "upload.file") -> str:
    """Seal `body` into a new file and make it durable before any row names it."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = uuid4().hex
    with (folder / stored).open("xb") as file:
        file.write(seal(key, body, place(column, id)))
        file.flush()
        os.fsync(file.fileno())
    return stored
