"""受付票の紙面: the signed receipt on A4, as a PDF that says nothing the signed file does not say.

PDF/UA-1 (tagged, for a screen reader) and PDF/A-3a (for an archive, with the signed file inside) in one. It is set in
the font that lies here, without a network, and dated by the signature: the same receipt is the same PDF.
"""

import json
from datetime import date, datetime
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from tracker.i18n import day_text, japanese, japanese_time, term
from tracker.law.calendars import Calendar
from tracker.law.grounds import Channel, Force

RECEIPT = Path(__file__).with_name("receipt.typ")
FONTS = Path(__file__).with_name("fonts")
STANDARDS: "list[typst.PDFStandard]" = ["ua-1", "a-3a"]
KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "application/pdf": "PDF"}
LARGEST = 30  # a QR code of 137 squares: 0.44 mm each where it stands, which phones still read
MOST_STRONG = 3200  # digits that may fit it at the level that survives a fold or a stain (M)
LETTER = b"""#set document(title: "?")
#set text(font: "BIZ UDPGothic", lang: "ja")
#sys.inputs.text"""


def receipt(file: bytes, name: str, *, calendar: Calendar, verify: str, keys: str, digits: str) -> bytes:
    """The PDF of a signed receipt, which is attached to it under `name`.

    `verify` is the page that checks it, `keys` the list of keys. `digits` stand for the whole receipt in the QR code;
    where they do not fit, it holds only the address of the page, and the paper says so.
    """
    data = inputs(file, name, calendar=calendar, verify=verify, keys=keys, digits=digits)
    issued = datetime.fromisoformat(json.loads(file)["receipt"]["issued_at"])
    return _set(RECEIPT.read_bytes(), data, dated=int(issued.timestamp()))


def inputs(file: bytes, name: str, *, calendar: Calendar, verify: str, keys: str, digits: str) -> dict[str, str]:
    """What the page is given: the signed file, and its words."""
    says = json.loads(file)
    code, whole = qr(verify, digits)
    words = _words(says["receipt"], calendar) | {
        "digest": sha256(file[len(b'{"receipt":') : file.rindex(b',"signature":')]).hexdigest(),
        "signature": says["signature"],
        "name": name,
        "verify": verify,
        "keys": keys,
        "code": _drawn(code),
        "whole": whole,
    }
    return {"file": file.decode(), "words": json.dumps(words, ensure_ascii=False)}


def qr(address: str, digits: str) -> tuple[segno.QRCode, bool]:
    """The QR code of a receipt, and whether it holds the whole of it: else only the address fits."""
    parts = [f"{address}#", digits]  # each in its own mode
    for level in ("m", "l") if 0 < len(digits) <= MOST_STRONG else ("l",) if digits else ():
        try:
            code = segno.make(parts, error=level, micro=False)  # type: ignore[arg-type]
        except segno.DataOverflowError:
            continue
        if int(code.version) <= LARGEST:
            return code, True
    return segno.make(address, error="m", micro=False), False


@japanese()
def _words(says: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """What the receipt says, as people read it."""
    due, force = says["due"], term(Force(says["due"]["force"]))
    return {
        "number": says["number"],
        "provider": printed(says["provider"]),
        "service": printed(says["service"]),
        "received": japanese_time(datetime.fromisoformat(says["received_at"])),
        "issued": japanese_time(datetime.fromisoformat(says["issued_at"])),
        "channel": term(Channel(says["channel"])).label,
        "items": says["items"],
        "due": day_text(date.fromisoformat(due["last_day"]), calendar=calendar),
        "article": due["article"],
        "force": due["force"],
        "force_label": force.label,
        "force_says": force.says,
        "filing": says["filing"]["sha256"],
        "attachments": [
            {
                "kind": KINDS.get(one["kind"], one["kind"]),
                "size": f"{one.get('size', 0):,}バイト",
                "authority": bool(one.get("authority")),
                "sha256": one["sha256"],
            }
            for one in says["attachments"]
        ],
        "replaces": says["replaces"],
        "key": says["key"],
    }


@lru_cache(maxsize=64)
def printed(text: str) -> str:
    """`text` as the font can print it: the code of a character that it lacks, so that nothing becomes invisible."""
    if _prints(text):
        return text
    out = ""
    for character in text:
        out += character if _prints(out + character) else f"〔U+{ord(character):04X}〕"
    return out


def _prints(text: str) -> bool:
    """Whether the font has a shape for all of `text`: the standards forbid a PDF that shows something else."""
    try:
        _set(LETTER, {"text": text})
    except typst.TypstError:
        return False
    return True


def _set(page: bytes, inputs: dict[str, str], *, dated: int = 0) -> bytes:
    """A PDF, made at `dated` in UNIX seconds: the same words are the same bytes."""
    return typst.compile(
        page,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=STANDARDS,
        timestamp=dated,
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _drawn(code: segno.QRCode) -> str:
    out = BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, omitsize=True, svgclass=None, lineclass=None)
    return out.getvalue().decode()
