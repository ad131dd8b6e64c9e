"""One item of 規則18条: what it is, its figure with what is behind it, and what a person writes for it."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.casework import Conflict, NotAllowed
from tracker.law.ledger import OUTCOMES, Vocabulary
from tracker.law.publication import BASES, BY_CODE, SPLITS, UNITS, Source
from tracker.models import Role
from tracker.now import now
from tracker.report import drill, entries
from tracker.report.behind import Behind, Sum, behind
from tracker.report.build import build
from tracker.report.categories import Categories
from tracker.report.content import ITEMS as POSTS, TOTAL, Line
from tracker.report.figures import FIGURES
from tracker.web.doors import database
from tracker.web.guards import allowed, current_staff
from tracker.web.reading import single_line, version_seen
from tracker.web.render import page, see_other
from tracker.web.staff import bp
from tracker.web.staff.report import counted
from tracker.web.staff.report.parts import Typed, anchor, parts_of
from tracker.web.staff.report.room import ROOM, found_year
from tracker.web.staff.report.said import FROM, assessed, whole
from tracker.web.staff.report.shown import links_to_cases

MOST = 200  # cases, and rows of codes, in sight


@bp.get("/report/<slug>/<int:year>/<code>")
@allowed(Role.REVIEWER)
def report_item(slug: str, year: int, code: str) -> ResponseReturnValue:
    """The item. 6項 and 7項 are on a page of their own."""
    _known(code)
    if code in BY_CODE and assessed(code):
        with database().reading() as session:
            found_year(session, slug, year)
        return see_other("staff.report_assessment", slug=slug, year=year)
    return _page(slug, year, code)


@bp.post("/report/<slug>/<int:year>/<code>")
@allowed(Role.LEAD)
def enter_report_item(slug: str, year: int, code: str) -> ResponseReturnValue:
    """Write a text, or a number with its text; empty fields take the entry back."""
    _known(code)
    form = request.form
    typed = Typed(single_line(form.get("part")), form.get("words", ""), single_line(form.get("number")))
    with database().reading() as session:
        found_year(session, slug, year)
    try:
        number = whole(typed.number)
    except ValueError:
        wrong = {"number": _("数は、整数で入力してください。")}
        return _page(slug, year, code, Typed(typed.part, typed.words, typed.number, wrong)), 422
    try:
        with database().writing() as session:
            service, which = found_year(session, slug, year)
            entries.enter(
                session,
                service,
                which.year,
                code,
                part=typed.part,
                words=typed.words,
                number=number,
                seen=version_seen(form.get("seen")),
                by=current_staff().id,
                at=now(),
            )
    except Conflict as no:
        return _page(slug, year, code, Typed(typed.part, typed.words, typed.number, conflict=str(no))), 409
    except NotAllowed as no:
        about = no.about if no.about in {"words", "number", "part"} else "words"
        return _page(slug, year, code, Typed(typed.part, typed.words, typed.number, {about: str(no)})), 422
    emptied = not typed.words.strip() and number is None
    flash(_("取り消しました。") if emptied else _("書き込みました。"))
    return see_other("staff.report_item", slug=slug, year=year, code=code, _anchor=anchor(code, typed.part))


def _known(code: str) -> None:
    if code not in BY_CODE and code not in entries.NEW:
        abort(404)


def _page(slug: str, year: int, code: str, typed: Typed | None = None) -> str:
    at, one = now(), request.args.get("one", TOTAL.code)
    with database().reading() as session:
        service, which = found_year(session, slug, year)
        report = build(session, service, which, at=at)
        lines = [line for line in report.lines if line.code == code]
        if one not in {line.one.code for line in lines if links_to_cases(line)}:
            one = TOTAL.code
        listed = code in drill.CODES and BY_CODE[code].source is not Source.ENTERED
        cases = drill.cases(session, service, which, code, one, most=MOST + 1) if listed else []
        imported = code in BY_CODE and BY_CODE[code].source is Source.IMPORTED and code in FIGURES
        offer = counted.offer(session, service, which) if code == entries.SENDER_TOTAL else None
        parts = parts_of(session, service, which, code, report, typed, offer)
        words: dict[str, Any] = {
            "behind": _told(behind(session, service, which, code, at=at)) if imported else None,
            "calendar": session.info["calendar"],
        }
    item, form = BY_CODE.get(code), entries.FORMS.get(code)
    wrong = {f"{part.id}-{name}": text for part in parts for name, text in part.wrong.items()}
    chosen = next((line for line in lines if line.one.code == one), None)
    return page(
        "staff/report/item.html",
        room=ROOM,
        service=service,
        year=which,
        code=code,
        item=item,
        title=_(item.label) if item else (parts[0].part or _("自社の項目")),
        about=_about(code),
        monthly=counted.facts(offer) if offer else [],
        method=offer.words if offer else "",
        monthly_href=counted.place(offer) if offer else "",
        with_number=form is not None and form.number is not entries.Need.NONE,
        either=form is not None and form.either,
        rows=_rows(slug, year, lines),
        posts=next((line.value for line in lines if line.measure == POSTS and line.one == TOTAL), None),
        cases=cases[:MOST],
        listed=listed,
        more=len(cases) > MOST,
        most=MOST,
        chosen=chosen,
        failed=[failed for failed in report.failed if any(row.split(" ")[0] == code for row in failed.rows)],
        missing=report.missing.get(code, ""),
        parts=[part for part in parts if part.wanted],
        further=[part for part in parts if not part.wanted],
        published=[one for one in report.texts if one.code == code],
        buckets={key: _(BY_CODE[key].label) for key in BY_CODE},
        may_enter=current_staff().may(Role.LEAD),
        wrong=wrong,
        errors=[(f"f-{name}", text) for name, text in wrong.items()],
        **words,
    )


def _about(code: str) -> list[tuple[str, str]]:
    item = BY_CODE.get(code)
    if item is None:
        return []
    rows = [
        (_("根拠"), item.article),
        (_("何を数えるか"), _(UNITS[item.unit])),
        (_("どの日の年度か"), _(BASES[item.basis])),
        (_("どこから"), _(FROM[item.source])),
    ]
    if item.splits:
        rows.append((_("区分"), " × ".join(str(_(SPLITS[one])) for one in item.splits)))
    if item.within:
        rows.append((_("次の件数の一部"), "、".join(f"{one} {_(BY_CODE[one].label)}" for one in item.within)))
    if item.suspensions is not None:
        says = _("役務提供停止措置だけ") if item.suspensions else _("役務提供停止措置を除く")
        rows.append((_("措置の範囲"), says))
    if item.japan:
        rows.append((_("対象"), _("日本の利用者に関するもの")))
    return rows


def _rows(slug: str, year: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines of a figure as a table: parts under their whole; where cases can be told apart, a link to them."""
    return [
        {
            "label": line.two.label if line.two else line.one.label,
            "level": 2 if line.two else 0 if line.one == TOTAL else 1,
            "n": line.value,
            "href": url_for(
                "staff.report_item", slug=slug, year=year, code=line.code, one=line.one.code, _anchor="cases"
            )
            if line.value and line.code in drill.CODES and links_to_cases(line)
            else url_for("staff.report_item", slug=slug, year=year, code=line.code, _anchor="behind")
            if line.value and BY_CODE[line.code].source is Source.IMPORTED
            else "",
        }
        for line in lines
        if line.measure != POSTS
    ]


def _told(found: Behind) -> dict[str, Any]:
    """What is behind a figure of the ledger, in words: codes as they came."""
    return {
        "total": sum(found.months.values()),
        "months": [(_month(month), n) for month, n in found.months.items()],
        "sums": [(_codes(one, found.names), _span(one), one.n) for one in found.sums[:MOST]],
        "more": max(0, len(found.sums) - MOST),
    }


def _month(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def _span(one: Sum) -> str:
    first, last = _month(one.first), _month(one.last)
    return first if first == last else _("%(first)sから%(last)sまで", first=first, last=last)


def _codes(one: Sum, names: Categories) -> list[tuple[str, str, str]]:
    """What rows say: what it is, their own code, what that is published as; a fixed word has no code."""
    labels = {
        Vocabulary.KIND: _("種別"),
        Vocabulary.ROUTE: _("経緯"),
        Vocabulary.REASON: _("理由"),
        Vocabulary.ASKED: _("理由"),
        Vocabulary.KEPT: _("講じなかった理由"),
    }
    found = [(labels[which], code, str(_(names.theirs(which, code).label))) for which, code in one.said.codes]
    if one.said.outcome:
        found.append((_("結果"), "", str(_(OUTCOMES[one.said.outcome]))))
    if one.said.ai:
        found.append((_("人工知能関連技術"), "", _("用いた")))
    return found
