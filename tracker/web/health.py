"""Whether web, database and jobs are well: for a load balancer as JSON, for the desk as sentences."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from tracker.casework import evidence
from tracker.casework.watch import health
from tracker.casework.watch.health import State
from tracker.i18n import counted, listed, short_time
from tracker.models import ROLES
from tracker.now import now
from tracker.settings import Settings
from tracker.web.doors import database

bp = Blueprint("health", __name__)
FEW = 2  # jobs that stand still and are named in a sentence each


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the database answers, each job's last success is fresh, and mail leaves; else 503 and why."""
    at = now()
    try:
        with database().reading() as session:
            jobs = _jobs(session, at)
            deaf = health.deaf_roles(session)
            stuck = health.stuck(session, at)
            unset = not session.info["settings"].mail and health.waiting(session) > 0
    except SQLAlchemyError as error:
        return _answer([{"part": "database", "failure": type(error).__name__}], {})
    reasons = [{"part": "job", "job": name} | state for name, state in jobs.items() if not state["fresh"]]
    if jobs.get("alerts", {}).get("failure") == health.NOBODY:  # at once: nobody is there to see it grow old
        reasons.append({"part": "team", "failure": health.NOBODY})
    reasons += [{"part": "memos", "failure": "Refused", "role": role.value} for role in deaf]
    reasons += [{"part": "memos", "failure": "Stuck"}] if stuck else []
    reasons += [{"part": "mail", "failure": "NotSet"}] if unset else []
    return _answer(reasons, jobs)


def problems(session: Session, at: datetime) -> list[str]:
    """What is wrong at `at`, as sentences for the desk; empty when all is well."""
    settings: Settings = session.info["settings"]
    found = []
    if not settings.mail:
        found.append(
            _(
                "メールの送り方が設定されていません。通知も担当者へのお知らせも送信されず、%(count)s通が送信待ちです。"
                "期限は進んでいます。TRACKER_MAIL を設定してください。",
                count=health.waiting(session),
            )
        )
    if not evidence.has_room(settings):
        found.append(
            _("サーバーの空き容量が足りません。添付は受け取らず、申出だけを受け付けています。空きを増やしてください。")
        )
    jobs = health.states(session, at)
    found += _unheard(session, jobs)
    stale = {name: state for name, state in jobs.items() if not state.fresh}
    if len(stale) == len(jobs) and len(jobs) > 1:  # the worker itself is away: one sentence, not one a job
        return [*found, _all_stand(max((one.succeeded_at for one in stale.values() if one.succeeded_at), default=None))]
    if len(stale) > FEW:
        return [*found, _several_stand([_(state.label) for state in stale.values()])]
    return found + [_stands(_(state.label), state.succeeded_at) for state in stale.values()]


def _unheard(session: Session, jobs: Mapping[str, State]) -> list[str]:
    """That alerts reach nobody: nobody is there, or the relay refuses everybody of a role."""
    found = []
    if "alerts" in jobs and jobs["alerts"].failure == health.NOBODY:
        found.append(
            str(_("期限のお知らせを受け取る人がいません。いま働いている人を登録するまで、だれにも知らせません。"))
        )
    for role, names in health.deaf_roles(session).items():
        found.append(
            counted(
                "「%(role)s」の%(n)s人全員あてのお知らせが、メールの中継サーバーに断られています（%(names)s）。"
                "次の営業日にもう一度送ります。メールアドレスを確かめてください。",
                len(names),
                names=listed(names),
                role=_(ROLES[role]),
            )
        )
    return found


def _all_stand(last: datetime | None) -> str:
    if last is None:
        return str(_("定期の処理がまだ一度も成功していません。ワーカーが動いているか確かめてください。"))
    return str(
        _(
            "定期の処理がすべて止まっています。最後の成功は%(when)sです。ワーカーが動いているか確かめてください。",
            when=short_time(last),
        )
    )


def _several_stand(jobs: list[str]) -> str:
    named = listed(jobs)
    return str(_("止まっている処理があります: %(jobs)s。ワーカーが動いているか確かめてください。", jobs=named))


def _stands(job: str, last: datetime | None) -> str:
    if last is None:
        return str(_("「%(job)s」がまだ一度も成功していません。ワーカーが動いているか確かめてください。", job=job))
    when = short_time(last)
    return str(
        _("「%(job)s」が%(when)sから成功していません。ワーカーが動いているか確かめてください。", job=job, when=when)
    )


def _jobs(session: Session, at: datetime) -> dict[str, dict[str, Any]]:
    """Each job as the load balancer reads it."""
    return {
        name: {
            "fresh": state.fresh,
            "succeeded_at": state.succeeded_at.isoformat() if state.succeeded_at else None,
            "failure": state.failure,
        }
        for name, state in health.states(session, at).items()
    }


def _answer(reasons: list[dict[str, Any]], jobs: dict[str, dict[str, Any]]) -> tuple[Response, int]:
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    response = jsonify(status="failing" if reasons else "ok", reasons=reasons, jobs=jobs)
    response.headers["Cache-Control"] = "no-store"
    return response, status
