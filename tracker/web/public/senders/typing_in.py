"""What somebody types at a sender's door: words and files, kept while the form is put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _

from tracker.i18n import counted
from tracker.now import now
from tracker.web import uploads
from tracker.web.doors import settings
from tracker.web.forms import form_token
from tracker.web.reading import plain_text


@dataclass(frozen=True)
class Refused:
    """Why a form came back: sentences by the field that they are about, the status, and where to look first."""

    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)
    code: int = 200
    focus: str = ""
    files: int = 0  # how many files were refused, and nothing else is known to be wrong


def token() -> str:
    """The token of the form that was sent, or a new one."""
    return form_token(request.form.get("token"))


def words() -> str:
    """What was written."""
    return plain_text(request.form.get("text"))


def files_in(token: str) -> Refused | None:
    """Keep the good files of a form under its token. Says why the form comes back: one was refused or taken out."""
    do = request.form.get("do", "")
    missed, refused = _missed(token), uploads.take_in(token, request.files.getlist("evidence"), at=now())
    if do.startswith("unfile:"):
        uploads.drop(token, do.partition(":")[2])
        return Refused(focus="evidence")
    if missed or refused:
        return Refused({"evidence": [*missed, *refused]}, 422, files=0 if missed else len(refused))
    return None


def shown(refused: Refused, fields: Sequence[str]) -> dict[str, Any]:
    """What the template of a form wants: what was typed and kept, and what is wrong, in the order of its `fields`."""
    key = token()
    errors = [(name, sentence) for name in fields for sentence in refused.wrong.get(name, ())]
    return {
        "text": words(),
        "token": key,
        "kept": uploads.kept(key) if request.method == "POST" else [],
        "wrong": refused.wrong,
        "errors": errors,
        "focus": refused.focus,
        "heading": counted("受け取れなかったファイルが%(n)s個あります。", refused.files) if refused.files else "",
        "most_files": settings().evidence_files,
        "most_megabytes": settings().evidence_bytes // uploads.MIB,
    }


def one(sentence: str, about: str, names: Mapping[str, str], otherwise: str) -> dict[str, list[str]]:
    """A refusal of casework as an error of the field that shows it."""
    return {names.get(about, otherwise): [sentence]} if sentence else {}


def _missed(token: str) -> list[str]:
    """A complaint when files that the page showed as received are there no more: they must not be missed unsaid."""
    said = request.form.get("kept", "")
    if said.isdecimal() and int(said[:4]) > len(uploads.kept(token)):
        return [_("前に受け取った添付は、もう残っていません。添えるときは、もう一度選んでください。")]
    return []
