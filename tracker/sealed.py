"""Personal data in and out of sealed columns, under the key of its case."""

import json
from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from tracker.keys import CannotOpen, Keyring, place, seal, unseal
from tracker.models import CaseKey

ERASED = "（消去済み）"


def create_key(session: Session, case_id: UUID) -> None:
    """Give a new case its key."""
    keyring: Keyring = session.info["keys"]
    row = CaseKey(case_id=case_id, wrapped=keyring.new_case_key(case_id))
    session.add(row)
    _hold(session, row)


def case_key(session: Session, case_id: UUID) -> bytes | None:
    """The key of a case, or None after it was destroyed. Raises CannotOpen."""
    row = session.get(CaseKey, case_id)
    if row is None or row.wrapped is None:
        return None
    _hold(session, row)
    keyring: Keyring = session.info["keys"]
    return keyring.case_key(case_id, row.wrapped)


def hold_keys(session: Session, cases: Iterable[UUID]) -> None:
    """Read the keys of many cases in one query, for what is opened or sealed next in this session."""
    for row in session.exec(select(CaseKey).where(col(CaseKey.case_id).in_(set(cases)))):
        _hold(session, row)


def _hold(session: Session, row: CaseKey) -> None:
    """Keep the row in hand: a session forgets what nobody holds, and would read it again for every sealed value."""
    session.info.setdefault("case_keys", {})[row.case_id] = row


def seal_text(session: Session, case_id: UUID, column: str, row: UUID, text: str) -> bytes:
    """`text` sealed for `column` ("table.column") of `row`. Raises CannotOpen when the case key is destroyed."""
    key = case_key(session, case_id)
    if key is None:
        raise CannotOpen(column)
    return seal(key, text.encode(), place(column, row))


def open_text(session: Session, case_id: UUID, column: str, row: UUID, sealed: bytes | None) -> str:
    """What was sealed; empty for nothing; ERASED after the key was destroyed. Raises CannotOpen when altered."""
    if sealed is None:
        return ""
    key = case_key(session, case_id)
    return ERASED if key is None else unseal(key, sealed, place(column, row)).decode()


def seal_words(session: Session, case_id: UUID, column: str, row: UUID, words: dict[str, str]) -> bytes:
    """Several texts sealed as one value."""
    return seal_text(session, case_id, column, row, json.dumps(words, ensure_ascii=False))


def open_words(session: Session, case_id: UUID, column: str, row: UUID, sealed: bytes) -> dict[str, str]:
    """The texts sealed by `seal_words`; empty after the key was destroyed. Raises CannotOpen when altered."""
    text = open_text(session, case_id, column, row, sealed)
    if text == ERASED:
        return {}
    words: dict[str, str] = json.loads(text)
    return words
