"""What somebody proposes to change in the calendar: a file, one day, or what the software ships.

A proposal is an edit and not its result: on a calendar that somebody else changed meanwhile it is done anew. Signed
with it go the calendar that it was shown on and the one that it gave: only that one is accepted.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.casework import Conflict, NotAllowed, calendars as books, holiday_file
from tracker.closed_days import PACKAGE, working_calendar
from tracker.i18n import day_text, dotted, gettext, japanese
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.period import japanese_day
from tracker.now import now
from tracker.web.doors import settings

Proposal = dict[str, Any]


class Wrong(Exception):
    """Fields of a form, and what is wrong with each."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = errors


def _from_file(_form: Mapping[str, str]) -> tuple[Proposal, str]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise NotAllowed(_("内閣府の表「syukujitsu.csv」を選んでください。"), about="file")
    table = holiday_file.read(sent.stream.read(holiday_file.MOST_BYTES + 1))
    holidays = {day.isoformat(): name for day, name in table.holidays.items()}
    proposal = {"how": "file", "holidays": holidays, "years": table.years, "partly": table.partly}
    with japanese():  # stored as it stands, whoever reads the page
        day = day_text(japanese_day(now()))
        source = gettext(
            "内閣府「「国民の祝日」について」のsyukujitsu.csv（%(years)s年。ほかの年は前の版のまま。%(day)sに取り込み）",
            years=dotted(table.years),
            day=day,
        )
    return proposal, source


def _from_day(form: Mapping[str, str]) -> tuple[Proposal, str]:
    errors = {}
    try:
        day = date.fromisoformat(form["day"])
        books.check_year(day)
    except ValueError:
        errors["day"] = _("日付を入力してください。")
    except NotAllowed as no:
        errors["day"] = str(no)
    if form["what"] not in ("on", "off"):
        errors["what"] = _("休日にするか、休日ではないことにするかを選んでください。")
    if form["what"] == "on" and not form["name"]:
        errors["name"] = _("休日の名前を書いてください。")
    if not form["why"]:
        errors["why"] = _("何を見て直すのか、出典を書いてください。")
    if errors:
        raise Wrong(errors)
    return {"how": "day", "day": day.isoformat(), "name": form["name"] if form["what"] == "on" else None}, form["why"]


def _from_software(_form: Mapping[str, str]) -> tuple[Proposal, str]:
    return {"how": "shipped"}, PACKAGE


def _no_proposal(_form: Mapping[str, str]) -> tuple[Proposal, str]:
    raise NotAllowed(_("取り込むファイルか、直す日を選んでください。"), about="how")


_PROPOSALS: dict[str, Callable[[Mapping[str, str]], tuple[Proposal, str]]] = {
    "file": _from_file,
    "day": _from_day,
    "shipped": _from_software,
}


def asked(form: Mapping[str, str]) -> tuple[Proposal, str]:
    """What the form proposes, and its source. Raises Wrong or NotAllowed."""
    return _PROPOSALS.get(form["how"], _no_proposal)(form)


def proposed_by(proposal: Proposal, in_use: Calendar) -> Calendar:
    """What the calendar in use becomes. Raises NotAllowed."""
    if proposal["how"] == "file":
        known = {date.fromisoformat(day): name for day, name in proposal["holidays"].items()}
        table = holiday_file.Table(known, tuple(proposal["years"]), tuple(proposal["partly"]))
        return table.onto(in_use)
    if proposal["how"] == "day":
        return books.corrected(in_use, date.fromisoformat(proposal["day"]), proposal["name"])
    return working_calendar()


def bound(proposal: Proposal, in_use: Calendar) -> Proposal:
    """The proposal with what is shown of it: a change of `in_use`, and what it gives."""
    return proposal | {"onto": in_use.version, "to": proposed_by(proposal, in_use).version}


def as_shown(proposal: Proposal, in_use: Calendar) -> Calendar:
    """What the calendar in use becomes. Raises Conflict where that is not what was shown, and NotAllowed."""
    proposed = proposed_by(proposal, in_use)
    if proposal["onto"] == in_use.version and proposal.get("to") != proposed.version:
        # The software was updated meanwhile: what it ships, or how it reads the edit, is another calendar now.
        raise Conflict(N_("確かめた後に、採用する暦の内容が変わりました。変わる日を、もう一度確かめてください。"))
    return proposed


def packed(proposal: Proposal) -> str:
    """The proposal as a form carries it, signed."""
    return str(_signer().dumps(proposal))


def unpacked(text: str) -> Proposal | None:
    """The proposal that a form carried; None where it was not ours."""
    try:
        return cast(Proposal, _signer().loads(text))
    except BadSignature:
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key.get_secret_value(), salt="calendar")
