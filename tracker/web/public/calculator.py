"""期限の計算: any clock of the law whose text was seen, for anybody. Nothing is stored, and nobody is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from tracker.casework.editions import unconfirmed
from tracker.i18n import listed
from tracker.i18n.typed import Unreadable
from tracker.law.calendars import Calendar
from tracker.law.clocks import ClockRule, Given
from tracker.law.editions import edition_on
from tracker.law.period import japanese_day
from tracker.law.sheets import spoken
from tracker.now import now
from tracker.web.calculation import Shown, shown
from tracker.web.doors import database
from tracker.web.errors import answer
from tracker.web.public import asked, bp
from tracker.web.public.asked import FIELDS, NOW, Answer, Backward
from tracker.web.public.pages import page
from tracker.web.reading import single_line

OFTEN = "600 per minute"  # from one network address: a whole office may sit behind it

T = TypeVar("T")

questions = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", key_prefix="calculator")


@bp.record_once
def _count_questions(state: Any) -> None:
    questions.init_app(state.app)


def _too_often(limit: RequestLimit) -> Response:
    """When one may ask again, for a person or for a program."""
    again = datetime.fromtimestamp(limit.reset_at, UTC)
    if request.endpoint == "public.calculator_json":
        response = _problem(429, _("短い間に何度も計算されました。少し待ってから、もう一度計算してください。"))
    else:
        response = make_response(answer(429, again=again))
    response.headers["Retry-After"] = str(max(1, round((again - now()).total_seconds())))
    return response


@bp.get("/calculator/")
@questions.limit(OFTEN, on_breach=_too_often)
def calculator() -> ResponseReturnValue:
    """Choose a clock; with a clock and a day, the sheet. The address is the whole question, so it can be shared."""
    name = _typed("clock")
    return _one(name) if name else _all()


@bp.get("/calculator/<clock>")
@questions.limit(OFTEN, on_breach=_too_often)
def calculator_of(clock: str) -> ResponseReturnValue:
    """One clock, to be bookmarked."""
    return _one(clock)


@bp.get("/calculator/<clock>.json")
@questions.limit(OFTEN, on_breach=_too_often)
def calculator_json(clock: str) -> Response:
    """The sheet as data, for any page of any site: it holds nothing of anybody."""
    rule, at = asked.offered().get(clock), now()
    if rule is None:
        return _problem(404, _("この名前の期限はありません。"), clocks=sorted(asked.offered()))
    begin, by = _begin(rule), _typed("by")
    if not begin and not by:
        return _problem(422, _missing(rule), field=FIELDS[rule.given])
    field = "calendar"
    try:
        with database().reading() as session:
            calendar = asked.calendar_of(session, _typed("calendar"))
            field = FIELDS[rule.given] if begin else "by"
            if begin:
                found = asked.answer(session, rule, begin, at=at, calendar=calendar)
                body = spoken(found.sheet, confirmed=found.confirmed) | {"given": asked.canonical(rule, found.given)}
            else:
                body = asked.spoken_backward(asked.backward(session, rule, by, at=at, calendar=calendar))
    except Unreadable as error:
        return _problem(422, str(error), field=field)
    return _open(jsonify(body))


def _all(*, unknown: bool = False) -> ResponseReturnValue:
    """The list of clocks."""
    unread = listed(_(rule.label) for rule in asked.unread())
    body = page("public/calculator.html", groups=asked.grouped(), unread=unread, unknown=unknown, **_today())
    return body, 404 if unknown else 200


def _one(name: str) -> ResponseReturnValue:
    """The sheet of what was typed; else the form with what was typed and what is wrong with it."""
    rule = asked.offered().get(name)
    if rule is None:
        return _all(unknown=True)
    begin, by, at = _begin(rule), _typed("by"), now()
    wrong: dict[str, str] = {}
    version = _typed("calendar")
    found = backward = None
    with database().reading() as session:
        known = _tried("calendar", version or "in use", wrong, lambda: asked.calendar_of(session, version))
        if known:
            found = _tried("begin", begin, wrong, lambda: asked.answer(session, rule, begin, at=at, calendar=known))
            backward = _tried("by", by, wrong, lambda: asked.backward(session, rule, by, at=at, calendar=known))
    wrong |= _left_empty(rule, begin, by)
    question = _question(rule, found, backward)
    if NOW in (begin, by) and not wrong:
        return redirect(url_for("public.calculator", **question | ({"calendar": version} if version else {})))
    shared = question | {"calendar": known.version} if known and (found or backward) else {}
    begin = asked.canonical(rule, found.given) if found else begin
    body = page(
        "public/calculator_clock.html",
        rule=rule,
        groups=asked.grouped(),
        field=FIELDS[rule.given],
        begin=begin,
        picked=_picked(begin),
        kept=bool(begin or _typed("time") or (by and asked.counts_back(rule))),
        by=backward.day.isoformat() if backward else by,
        write=bool(request.args.get("write") or (begin and not found)),
        wrong=wrong,
        answer=found,
        sheet=_shown(found, at) if found else None,
        caution=asked.caution(rule),
        counts_back=asked.counts_back(rule),
        backward=backward,
        back_sheet=_shown_back(backward, at) if backward else None,
        made_at=at,
        in_use=url_for("public.calculator", **_without_calendar(rule)),
        address=url_for("public.calculator", _external=True, **shared) if shared else "",
        data=url_for("public.calculator_json", **shared) if shared else "",
        **_today(),
    )
    return body, 422 if wrong else 200


def _today() -> dict[str, Any]:
    """The law and the calendar by which the page counts today."""
    rules = edition_on(japanese_day(now()))
    with database().reading() as session:
        calendar: Calendar = session.info["calendar"]
        return {"calendar": calendar, "edition": rules, "edition_unconfirmed": unconfirmed(session, rules.key)}


def _shown(found: Answer, at: datetime) -> Shown:
    """The sheet in words."""
    return shown(found.sheet, confirmed=found.confirmed, today=japanese_day(at), proof=found.proof)


def _shown_back(backward: Backward, at: datetime) -> Shown:
    """The wait that begins on the last possible day, at any hour of it."""
    found = backward.answer
    words = shown(found.sheet, confirmed=found.confirmed, today=japanese_day(at), work=False, proof=found.proof)
    begin = _("%(day)sのうち、いつでも", day=found.said)
    return replace(words, facts=[(_(words.sheet.rule.asks), begin), *words.facts[1:]])


def _tried(field: str, typed: str, wrong: dict[str, str], count: Callable[[], T]) -> T | None:
    """What was asked, counted; None where nothing was typed, or what is wrong with it."""
    if not typed:
        return None
    try:
        return count()
    except Unreadable as error:
        wrong[field] = str(error)
        return None


def _typed(name: str) -> str:
    return single_line(request.args.get(name))


def _begin(rule: ClockRule) -> str:
    """What was typed for the beginning; the name of another clock's field will do."""
    own = FIELDS[rule.given]
    if rule.given is Given.MOMENT and not _typed(own) and (day := _typed("day")):
        return f"{day} {_typed('time')}".strip()
    return next((typed for name in (own, *FIELDS.values()) if (typed := _typed(name))), "")


def _picked(begin: str) -> tuple[str, str]:
    """A beginning as a picker of a day and one of a time hold it; without one, what was left in them."""
    day, _t, time = begin.partition("T") if begin else (_typed("day"), "", _typed("time"))
    return day, time


def _without_calendar(rule: ClockRule) -> dict[str, Any]:
    """The same question to the calendar in use."""
    named = {name: typed for name in (*FIELDS.values(), "time", "by") if (typed := _typed(name))}
    return {"clock": rule.name} | named


def _left_empty(rule: ClockRule, begin: str, by: str) -> dict[str, str]:
    """What is wrong with a form that was sent without a day."""
    if not begin and _typed("time"):
        return {"begin": _("時刻だけでは計算できません。日付を書いてください。")}
    if begin or by:
        return {}
    if "by" in request.args:
        return {"by": _("逆算する日を書いてください。例: 2026-12-01")}
    return {"begin": _missing(rule)} if {*FIELDS.values(), "time"} & request.args.keys() else {}


def _missing(rule: ClockRule) -> str:
    words: str = _("「%(asks)s」を書いてください。", asks=_(rule.asks))
    return words


def _question(rule: ClockRule, found: Answer | None, backward: Backward | None) -> dict[str, Any]:
    """The question as an address says it."""
    question: dict[str, Any] = {"clock": rule.name}
    if found:
        question[FIELDS[rule.given]] = asked.canonical(rule, found.given)
    if backward:
        question["by"] = backward.day.isoformat()
    return question


def _problem(code: int, says: str, **more: object) -> Response:
    """What is wrong, for a program (RFC 9457). It never says back what was typed."""
    response = jsonify({"title": says, "status": code} | more)
    response.status_code, response.mimetype = code, "application/problem+json"
    return _open(response)


def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    return response
