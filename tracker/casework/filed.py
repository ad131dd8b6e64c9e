"""申出の写し: what the claimant stated, in one form that can be made again from the stored rows, byte for byte."""

import json
from hashlib import sha256
from typing import Any

import rfc8785
from sqlmodel import Session, col, select

from tracker.keys import filing_salt
from tracker.models import Claimant, Item, Notice
from tracker.sealed import case_key, open_text

FORMAT = "kigen-filing/1"
OF_AN_ITEM = ("no", "url", "quote", "account", "posted", "mark", "note")


def copy_of(session: Session, notice: Notice) -> bytes | None:
    """The filing as canonical JSON (RFC 8785); None after its key was destroyed.

    It names the claimant, so only the claimant and the desk may see it. The receipt states its SHA-256 and nothing
    else of it: the salt is derived from the key of the case, so that the hash says nothing once that is destroyed.
    """
    key = case_key(session, notice.case_id)
    if key is None:
        return None
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    items = session.exec(select(Item).where(Item.notice_id == notice.id).order_by(col(Item.no)))

    def clear(column: str, sealed: bytes | None) -> str:
        return open_text(session, notice.case_id, f"claimant.{column}", claimant.id, sealed)

    document: dict[str, Any] = {
        "format": FORMAT,
        "salt": filing_salt(key),
        "number": notice.number,
        "form_version": notice.form_version,
        "claimant": clear("name", claimant.name_sealed),
        "office": clear("office", claimant.office_sealed),
        "whose": clear("whose", claimant.whose_sealed),
        "standing": notice.standing.value,
        "rights": notice.rights,
        "primary_right": notice.primary_right.value,
        "circumstances": notice.circumstances,
        "tell": notice.tell,
        "reason": notice.reason,
        "reason_withheld": notice.reason_withheld,
        "answers": notice.answers,
        "items": [{name: getattr(item, name) for name in OF_AN_ITEM} for item in items],
    }
    if notice.follows:  # a filing that names no earlier one is copied as filings were before
        document["follows"] = notice.follows
    return rfc8785.dumps(document)


def is_copy(file: bytes) -> bool:
    """Whether a file says of itself that it is such a copy. Nothing of it is believed."""
    try:
        content = json.loads(file)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def digest_of(session: Session, notice: Notice) -> str | None:
    """SHA-256 of the copy, as `sha256sum` prints it; None after its key was destroyed."""
    document = copy_of(session, notice)
    return None if document is None else sha256(document).hexdigest()
