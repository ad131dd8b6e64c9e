"""Keeping files: sealed under random names, kept while a form is put right, attached when it is filed."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import NotAllowed, journal
from tracker.casework.evidence.looking import FileIn, Looked, copy_of, look_at
from tracker.casework.evidence.names import shown_name
from tracker.casework.evidence.pictures import Broken
from tracker.db import remove_after
from tracker.keys import Keyring, place, seal, unseal
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.models import Case, Evidence, Upload, Verdict
from tracker.sealed import case_key, seal_text
from tracker.settings import Settings

KEPT = timedelta(days=1)
STEP = 100  # forms' files forgotten in one transaction, so that nobody waits for a sweep
NAMES = 500  # files on disk looked up at a time
GONE = N_("前に受け取った添付は、もう残っていません。添えるときは、もう一度選んでください。")


def has_room(settings: Settings, size: int = 0) -> bool:
    """Whether the disk can take `size` more bytes of files and still has what filings need."""
    folder = settings.evidence_folder
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free - size >= settings.disk_spare


def keep(
    session: Session,
    token: str,
    file: FileIn,
    *,
    at: datetime,
    authority: bool = False,
    document: bool = False,
    looked: Looked | None = None,
) -> Upload:
    """Keep a good file for the form `token`. Raises NotAllowed for a bad one.

    `authority` marks what shows that one may act for another, `document` the letter or fax itself that staff enter. A
    door looks at a file before its transaction begins, and hands in what it `looked` at.
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
        document=document,
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
    """The files kept for a form, in order. One that is not on the disk is not kept, whatever its row says."""
    rows = session.exec(select(Upload).where(Upload.token == token).order_by(col(Upload.added_at), col(Upload.id)))
    return [upload for upload in rows if _path(session, upload).is_file()]


def kept_name(session: Session, upload: Upload) -> str:
    """The name of a kept file."""
    keyring: Keyring = session.info["keys"]
    return unseal(keyring.upload_key(), upload.name_sealed, place("upload.name", upload.id)).decode()


def drop(session: Session, upload: Upload) -> None:
    """Forget a kept file, which goes with the commit."""
    _forget(session, upload)
    session.flush()


def attach(
    session: Session, case: Case, uploads: Sequence[Upload], *, actor: str, at: datetime, sender: UUID | None = None
) -> list[UUID]:
    """Make kept files evidence of a case, sealed anew under its key, and record it. Says which they are.

    Those of a `sender` are for staff alone: no claimant sees them.

    With the commit nothing is left that another key than that of the case opens. Raises NotAllowed where a sweep was
    faster.
    """
    settings: Settings = session.info["settings"]
    keyring: Keyring = session.info["keys"]
    key = case_key(session, case.id)
    if not uploads or key is None:
        return []
    added = []
    for upload in uploads:
        try:
            sealed = _path(session, upload).read_bytes()
        except FileNotFoundError as error:
            raise NotAllowed(GONE) from error
        body = unseal(keyring.upload_key(), sealed, place("upload.file", upload.id))
        id = uuid4()
        name = kept_name(session, upload)
        added.append(
            Evidence(
                id=id,
                case_id=case.id,
                authority=upload.authority,
                document=upload.document,
                name_sealed=seal_text(session, case.id, "evidence.name", id, name),
                kind=upload.kind,
                size=upload.size,
                sha256=upload.sha256,
                stored=_write(settings.evidence_folder, key, body, id, "evidence.file"),
                added_at=at,
                notes=list(upload.notes),
                sender_id=sender,
            )
        )
        _forget(session, upload)
    session.add_all(added)
    session.flush()
    journal.record(
        session,
        case,
        Fact.EVIDENCE_ADDED,
        actor=actor,
        at=at,
        files=[state(e) for e in added],
    )
    return [e.id for e in added]


def state(evidence: Evidence) -> dict[str, Any]:
    """What the journal keeps of a file: which one it is, and what it is for."""
    theirs = {"sender": str(evidence.sender_id)} if evidence.sender_id else {}
    plain = {name: getattr(evidence, name) for name in ("kind", "size", "sha256", "authority", "document")}
    return {"id": str(evidence.id)} | plain | theirs


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
    query = select(Upload).where(Upload.added_at < at - KEPT).order_by(col(Upload.added_at)).limit(STEP)
    old = session.exec(query.with_for_update(skip_locked=True)).all()  # a form that is being filed has its files
    for upload in old:
        _forget(session, upload)
    session.flush()
    return len(old)


def old_files(folder: Path, at: datetime) -> Iterator[list[str]]:
    """The names of the files on disk that are older than a form is kept, some hundreds at a time."""
    before = (at - KEPT).timestamp()
    old = (path.name for path in folder.glob("*") if _is_old(path, before))
    while names := list(islice(old, NAMES)):
        yield names


def unnamed(session: Session, names: Sequence[str]) -> set[str]:
    """Those of `names` that no row names."""
    uploads = session.exec(select(Upload.stored).where(col(Upload.stored).in_(names))).all()
    evidence = session.exec(select(Evidence.stored).where(col(Evidence.stored).in_(names))).all()
    return set(names).difference(uploads, evidence)


def _is_old(path: Path, before: float) -> bool:
    """Whether it is a file, and older; folders and links are not ours, and a file may go while one looks."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime < before


def _path(session: Session, upload: Upload) -> Path:
    settings: Settings = session.info["settings"]
    return settings.evidence_folder / upload.stored


def _forget(session: Session, upload: Upload) -> None:
    """Drop the row, and with the commit the file: a row without its file would refuse its form for ever."""
    remove_after(session, _path(session, upload))
    session.delete(upload)


def _write(folder: Path, key: bytes, body: bytes, id: UUID, column: str = "upload.file") -> str:
    """Seal `body` into a new file and make it durable, its name too, before any row names it."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _settle(folder.parent)
    stored = uuid4().hex
    with (folder / stored).open("xb") as file:
        file.write(seal(key, body, place(column, id)))
        file.flush()
        os.fsync(file.fileno())
    _settle(folder)
    return stored


def _settle(folder: Path) -> None:
    """Have the disk keep the names in a folder: a file whose name is lost is lost."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
