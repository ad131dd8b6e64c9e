"""署名付きの受付票: its file for the claimant, the keys for everybody, the page that checks one and keeps nothing."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlmodel import Session
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.casework import calendars, carried, filed, signed, signing
from tracker.casework.signed import Checked, Verdict
from tracker.i18n import citation, term, time_text
from tracker.law.calendars import Calendar
from tracker.law.grounds import Force
from tracker.letters import paper
from tracker.models import Notice, Receipt
from tracker.web.calculation import day_words
from tracker.web.doors import database, settings
from tracker.web.public import bp
from tracker.web.public.own import secret_tries
from tracker.web.public.pages import notice_in, page, service_in

KEYS = "/.well-known/kigen-receipt-keys.json"
MOST_BYTES = 4 * carried.MOST_BYTES  # of a whole request: a PDF of 20 files is 120 kB; what is pasted grows
TOOL = Path(__file__).parents[3] / "tools" / "verify_receipt.py"
OFTEN = "60 per minute"  # from one network address

checks = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="receipt")


@bp.record_once
def _count_checks(state: Any) -> None:
    checks.init_app(state.app)


def signature(session: Session, notice: Notice) -> dict[str, Any] | None:
    """What the page of a receipt says of its signature, and which ones it replaced. None before there were any."""
    found = signed.receipts_of(session, notice)
    if not found:
        return None
    return {
        "no": found[0].no,
        "digest": in_fours(found[0].sha256),
        "kid": in_fours(found[0].kid),
        "verify": _address(url_for("public.verify_receipt")),
        "key_list": _address(KEYS),
        "filing": in_fours(filed.digest_of(session, notice) or ""),
        "replaced": [(row.no, _time(signed.stated(row)["received_at"])) for row in found[1:]],
    }


def in_fours(digest: str) -> str:
    """A hash as people compare it: groups of four."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


@bp.get("/s/<slug>/receipt/<number>/<secret>/receipt-<int:no>.json")
@secret_tries
def receipt_file(slug: str, number: str, secret: str, no: int) -> Response:
    """The signed receipt, byte for byte."""
    with database().reading() as session:
        notice = notice_in(session, service_in(session, slug), number, secret)
        return _saved(signed.file_of(_numbered(session, notice, no)), f"receipt-{notice.number}-{no}.json")


@bp.get("/s/<slug>/receipt/<number>/<secret>/receipt-<int:no>.pdf")
@secret_tries
def receipt_paper(slug: str, number: str, secret: str, no: int) -> Response:
    """The signed receipt on paper, with its file inside. Made when it is asked for: the same each time."""
    with database().reading() as session:
        notice = notice_in(session, service_in(session, slug), number, secret)
        found = _numbered(session, notice, no)
        calendar = _calendar(session, signed.stated(found)["due"]["calendar"])
        file, name = signed.file_of(found), f"receipt-{notice.number}-{no}"
    made = paper.receipt(
        file,
        f"{name}.json",
        calendar=calendar,
        verify=_address(url_for("public.verify_receipt")),
        keys=_address(KEYS),
        digits=carried.in_digits(file),
    )
    return _saved(made, f"{name}.pdf", "application/pdf")


@bp.get("/s/<slug>/receipt/<number>/<secret>/filing.json")
@secret_tries
def filing_file(slug: str, number: str, secret: str) -> Response:
    """The copy of the filing whose SHA-256 the receipt states."""
    with database().reading() as session:
        notice = notice_in(session, service_in(session, slug), number, secret)
        return _saved(filed.copy_of(session, notice) or abort(404), f"filing-{notice.number}.json")


@bp.get(KEYS)
def receipt_keys() -> Response:
    """Every public key that receipts were ever signed with, for anybody."""
    with database().reading() as session:
        response = jsonify(signing.published(signing.keys(session)))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/receipts/verify_receipt.py")
def receipt_tool() -> Response:
    """The program that checks a receipt without this house."""
    response = Response(TOOL.read_bytes(), mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="verify_receipt.py"'
    return response


@bp.get("/receipts/verify")
def verify_receipt() -> str:
    """The page that checks a receipt."""
    return _page()


@bp.post("/receipts/verify")
@checks.limit(OFTEN)
def check_receipt() -> ResponseReturnValue:
    """Check what was pasted or chosen. It is neither kept nor shown again: only what was truly signed is."""
    request.max_content_length = MOST_BYTES
    try:
        file = _shown()
    except RequestEntityTooLarge:
        return _page(
            problem=_("大きすぎます。署名付きの受付票は、20点の添付があっても、データで10KB、PDFで200KBほどです。"),
            not_kept=_("送られたものは、残していません。"),
        ), 422
    if not file:
        return _page(problem=_("受付票のファイルを選ぶか、QRコードの内容かデータを貼り付けてください。")), 422
    with database().reading() as session:
        found = signed.check(session, file)
        rows = _rows(session, found)
    if found.verdict is Verdict.UNREADABLE and filed.is_copy(file):
        says = _(
            "これは「申出の写し」で、受付票ではありません。名前が receipt- で始まるファイルを選んでください。"
            "写しは、受付票と合わせて確かめます。写しの要約値が受付票にあるものと同じなら、同じ写しです。"
        )
        return _page(problem=says), 422
    if found.verdict is Verdict.UNREADABLE:
        says = _(
            "受付票のデータとして読み取れません。途中が欠けているか、1文字でも書き換わると読めないことがあります。"
        )
        return _page(problem=says), 422
    return _page(found=found, rows=rows)


def _shown() -> bytes:
    """What somebody shows: the file they chose, else what they pasted."""
    chosen = request.files.get("file")
    body = chosen.stream.read() if chosen and chosen.filename else b""
    return body or request.form.get("receipt", "").encode("utf-8", "replace").strip()


def _not_kept() -> str:
    """That nothing of what was sent is here any more, in the words of what was sent; empty where nothing was."""
    chosen = request.files.get("file")
    if chosen and chosen.filename:
        return str(_("選ばれたファイルは、残していません。"))
    return str(_("貼り付けたものは、残していません。")) if request.form.get("receipt", "").strip() else ""


def _page(**words: Any) -> str:
    first: dict[str, Any] = {
        "found": None,
        "problem": "",
        "rows": [],
        "not_kept": "" if "not_kept" in words else _not_kept(),
        # The tool takes keys from nobody who could have changed them on the way: without TLS they are saved first.
        "key_list": key_list if (key_list := _address(KEYS)).startswith("https://") else "",
    }
    return page("public/verify_receipt.html", **(first | words))


def _rows(session: Session, found: Checked) -> list[tuple[str, ...]]:
    """What a genuine receipt says, in words."""
    if found.content is None:
        return []
    says, due = found.content, found.content["due"]
    calendar = _calendar(session, due["calendar"])
    day = day_words(date.fromisoformat(due["last_day"]), calendar)
    return [
        (_("受付番号"), says["number"]),
        (_("受け付けた日時"), _("%(time)s（日本時間）", time=_time(says["received_at"]))),
        (_("受け付けた者"), _("%(provider)s（%(service)s）", provider=says["provider"], service=says["service"])),
        (
            _("受け付けたもの"),
            _("投稿%(items)s件、添付%(files)s点", items=says["items"], files=len(says["attachments"])),
        ),
        _due(day, due),
        (_("署名した日時"), _("%(time)s（日本時間）", time=_time(says["issued_at"]))),
        (_("申出の写しの要約値"), in_fours(says["filing"]["sha256"]), "digest"),
        *((_("添付%(n)sの要約値", n=n), in_fours(a["sha256"]), "digest") for n, a in enumerate(says["attachments"], 1)),
        (_("署名の鍵"), in_fours(says["key"]), "digest"),
    ]


def _due(day: str, due: dict[str, Any]) -> tuple[str, str]:
    """By when the claimant hears. What no law asks for is an aim, and cites none."""
    if due["force"] != Force.DUTY:
        return _("お知らせの目標"), _("%(day)sが終わるまで（法律の期限ではありません）", day=day)
    article, force = citation(due["article"]), _(term(Force.DUTY).label)
    return _("通知の期限"), _("%(day)sが終わるまで（%(article)s、%(force)s）", day=day, article=article, force=force)


def _time(text: str) -> str:
    return time_text(datetime.fromisoformat(text))


def _numbered(session: Session, notice: Notice, no: int) -> Receipt:
    return next((row for row in signed.receipts_of(session, notice) if row.no == no), None) or abort(404)


def _calendar(session: Session, version: str) -> Calendar:
    return calendars.pinned(session, version) or calendars.current(session)


def _address(path: str) -> str:
    return settings().base_url.rstrip("/") + path


def _saved(body: bytes, name: str, kind: str = "application/json") -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
