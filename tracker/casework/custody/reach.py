"""Where a custodian's system is reached, and what both sides sign with. Both are sealed; the secret is shown once."""

import re
from base64 import b64decode, b64encode
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from tracker.casework import NotAllowed
from tracker.keys import CannotOpen, Keyring, place, seal, unseal
from tracker.law import N_
from tracker.letters.webhook import Forbidden, new_secret, target
from tracker.models import Adapter, Custodian
from tracker.settings import Settings

FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

NO_ADDRESS: dict[str, str] = {
    "form": N_("アドレスを読み取れません。保管者が示した https:// で始まるアドレスを、そのまま貼ってください。"),
    "scheme": N_("https:// で始まるアドレスにしてください。暗号化されていない送り先には送りません。"),
    "port": N_("ポートは443か8443だけ使えます。"),
    "address": N_("この送り先には送れません。組織の中や、この機械そのものを指すアドレスは使えません。"),
}


class Reach(NamedTuple):
    """The address of a webhook or the name of a folder, and the secret, in the clear."""

    target: str
    secret: str


def connect(session: Session, custodian: Custodian, adapter: Adapter, where: str = "") -> str:
    """Send a custodian's orders to its own system from now on. Gives the new secret, which is not shown again.

    `where` is the address of a webhook, or the name of a folder; back to mail, it and the secret are forgotten.
    Raises NotAllowed, about `target`.
    """
    settings: Settings = session.info["settings"]
    secret = ""
    if adapter is Adapter.WEBHOOK:
        try:
            target(where, local=settings.webhook_local)
        except Forbidden as no:
            raise NotAllowed(NO_ADDRESS[no.about], about="target") from None
    elif adapter is Adapter.FOLDER and not FOLDER.fullmatch(where):
        raise NotAllowed(N_("フォルダーの名前は、英小文字、数字、-、_ で60文字までにしてください。"), about="target")
    custodian.adapter = adapter
    custodian.target_sealed = custodian.secret_sealed = None
    if adapter is not Adapter.MAIL:
        secret = new_secret()
        custodian.target_sealed = _seal(session, "target", custodian.id, where)
        custodian.secret_sealed = _seal(session, "secret", custodian.id, secret)
    session.add(custodian)
    session.flush()
    return secret


def renew(session: Session, custodian: Custodian) -> str:
    """Give a custodian's system a new secret; the one before is void. Raises CannotOpen, and NotAllowed by mail."""
    return connect(session, custodian, custodian.adapter, reach(session, custodian).target)


def once(session: Session, custodian: UUID, secret: str) -> str:
    """A new secret on its way to the page that shows it once: sealed, for nobody but this installation."""
    return b64encode(_seal(session, "shown", custodian, secret)).decode()


def shown(session: Session, custodian: UUID, carried: str) -> str:
    """The secret that `once` sealed; empty for anything else."""
    keyring: Keyring = session.info["keys"]
    try:
        return unseal(keyring.channel_key(), b64decode(carried), place("custodian.shown", custodian)).decode()
    except (CannotOpen, ValueError):
        return ""


def reach(session: Session, custodian: Custodian) -> Reach:
    """Where and with what. Raises CannotOpen, and NotAllowed for one that is reached by mail."""
    if custodian.target_sealed is None or custodian.secret_sealed is None:
        raise NotAllowed(N_("この保管者への依頼は、メールで送ります。"))
    keyring: Keyring = session.info["keys"]

    def clear(column: str, sealed: bytes) -> str:
        return unseal(keyring.channel_key(), sealed, place(f"custodian.{column}", custodian.id)).decode()

    return Reach(clear("target", custodian.target_sealed), clear("secret", custodian.secret_sealed))


def folder(settings: Settings, name: str) -> Path:
    """The folder of a custodian whose adapter is one: orders/ and answers/ are in it."""
    if not FOLDER.fullmatch(name):
        raise ValueError("a folder's name")
    return Path(settings.data) / "custodians" / name


def _seal(session: Session, column: str, id: UUID, text: str) -> bytes:
    keyring: Keyring = session.info["keys"]
    return seal(keyring.channel_key(), text.encode(), place(f"custodian.{column}", id))
