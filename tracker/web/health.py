"""Whether web, database and jobs are well: for a load balancer as JSON, for the desk as sentences."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from tracker.casework import evidence
from tracker.i18n import short_time
from tracker.models import JobRun, Letter, LetterChannel
from tracker.now import now
from tracker.settings import Settings
from tracker.web.doors import database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the database answers and each job's last success is fresh; else 503 and why. No personal data."""
    at = now()
    try:
        with database().reading() as session:
            jobs = _jobs(session, at)
    except SQLAlchemyError as error:
        return _answer([{"part": "database", "failure": type(error).__name__}], {})
    reasons = [{"part": "job", "job": name} | state for name, state in jobs.items() if not state["fresh"]]
    return _answer(reasons, jobs)


def problems(session: Session, at: datetime) -> list[str]:
    """What is wrong at `at`, as sentences for the desk; empty when all is well."""
    settings: Settings = session.info["settings"]
    found = []
    if not settings.mail:
        waiting = session.exec(
            select(func.count())
            .select_from(Letter)
            .where(col(Letter.ended_at).is_(None), Letter.channel == LetterChannel.SMTP)
        ).one()
        found.append(
            _(
                "メールの送り方が設定されていません。通知は送信されず、%(count)s通が送信待ちです。"
                "期限は進んでいます。TRACKER_MAIL を設定してください。",
                count=waiting,
            )
        )
    if not evidence.has_room(settings):
        found.append(
            _("サーバーの空き容量が足りません。添付は受け取らず、申出だけを受け付けています。空きを増やしてください。")
        )
    jobs = _jobs(session, at)
    stale = {name: state["succeeded_at"] for name, state in jobs.items() if not state["fresh"]}
    if len(stale) == len(jobs) and len(jobs) > 1:  # the worker itself is away: one sentence, not one a job
        known = [last for last in stale.values() if last]
        return [*found, _all_stand(max(map(datetime.fromisoformat, known)) if known else None)]
    return found + [_stands(_(_watch(session)[name][0]), last) for name, last in stale.items()]


def _all_stand(last: datetime | None) -> str:
    if last is None:
        return str(_("定期の処理がまだ一度も成功していません。ワーカーが動いているか確かめてください。"))
    return str(
        _(
            "定期の処理がすべて止まっています。最後の成功は%(when)sです。ワーカーが動いているか確かめてください。",
            when=short_time(last),
        )
    )


def _stands(job: str, last: str | None) -> str:
    if last is None:
        return str(_("「%(job)s」がまだ一度も成功していません。ワーカーが動いているか確かめてください。", job=job))
    when = short_time(datetime.fromisoformat(last))
    return str(
        _("「%(job)s」が%(when)sから成功していません。ワーカーが動いているか確かめてください。", job=job, when=when)
    )


def _jobs(session: Session, at: datetime) -> dict[str, dict[str, Any]]:
    """Each job's last success, whether that is fresh, and the class of its last failure if it came after."""
    found = {}
    rows = {row.name: row for row in session.exec(select(JobRun))}
    for name, (_label, fresh) in _watch(session).items():
        row = rows.get(name)
        last = row.succeeded_at if row else None
        failed = row is not None and row.failed_at is not None and (last is None or row.failed_at > last)
        found[name] = {
            "fresh": last is not None and at - last <= fresh,
            "succeeded_at": last.isoformat() if last else None,
            "failure": row.failure if row and failed else "",
        }
    return found


def _watch(session: Session) -> Mapping[str, tuple[str, timedelta]]:
    watch: Mapping[str, tuple[str, timedelta]] = session.info["watch"]
    return watch


def _answer(reasons: list[dict[str, Any]], jobs: dict[str, dict[str, Any]]) -> tuple[Response, int]:
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    response = jsonify(status="failing" if reasons else "ok", reasons=reasons, jobs=jobs)
    response.headers["Cache-Control"] = "no-store"
    return response, status
