"""What a channel is sent: numbers, articles, dates and links to the desk. Nobody's name, no content, no address."""

import json
from collections.abc import Collection
from datetime import datetime
from heapq import nsmallest
from typing import Any

from sqlmodel import Session

from tracker.casework.watch.words import MOST, Line, single
from tracker.i18n import gettext as _
from tracker.models import Dialect


def alert(session: Session, kind: Dialect, lines: Collection[Line], *, at: datetime) -> str:
    """The body of a post that tells of clocks, the most pressing first."""
    subject, body = single(session, lines, at=at)
    if kind is Dialect.SLACK:
        return _slack(f"{subject}\n\n{body}")
    clocks = [_clock(one) for one in nsmallest(MOST, lines)]
    return _standard("clock.due", {"text": subject, "total": len(lines), "clocks": clocks}, at=at)


def trial(kind: Dialect, *, at: datetime) -> str:
    """The body of a post that tries a channel."""
    text = _("期限のお知らせの試し送りです。この知らせ先に、期限が届くようになりました。することはありません。")
    return _slack(text) if kind is Dialect.SLACK else _standard("channel.test", {"text": text}, at=at)


def escaped(text: str) -> str:
    """Text in which Slack reads no command and no link of somebody's making."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(one: Line) -> dict[str, Any]:
    return {
        "id": one.subject.removeprefix("clock:"),
        "rule": one.rule.key,
        "article": one.row.article,
        "force": one.row.force.value,
        "service": one.row.slug,
        "number": one.row.number,
        "level": one.level,
        "ends_at": _moment(one.end),
        "text": one.text,
        "link": one.link,
    }


def _slack(text: str) -> str:
    return json.dumps({"text": escaped(text.strip())}, ensure_ascii=False)


def _standard(type: str, data: dict[str, Any], *, at: datetime) -> str:
    return json.dumps({"type": type, "timestamp": _moment(at), "data": data}, ensure_ascii=False)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
