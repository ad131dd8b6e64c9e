"""Everything that a page prints of a calculation sheet, in the language spoken now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tracker.casework.faces import kind_of
from tracker.i18n import citation, counted, day_text, gettext as _, listed, short_day, time_text
from tracker.law import N_
from tracker.law.clocks import CONFIDENCES, Bound, ClockRule, Confidence, Given
from tracker.law.grounds import Force
from tracker.law.period import JST, ONE_DAY, Counting, Days, japanese_day
from tracker.law.sheets import Sheet
from tracker.web.calculation.days import lettered, marked_day, opens_use, safe_day
from tracker.web.calculation.notes import notes
from tracker.web.calculation.proof import Proof
from tracker.web.calculation.rows import Row, counted_days, folded, rows
from tracker.web.calculation.strip import strip

LONG = 24  # rows that a table shows one by one

# How sure a clock is while the text of its edition was not read: what was read is the text before the amendment.
BEFORE = CONFIDENCES | {
    Confidence.TEXT: N_("改正前の条文を確認"),
    Confidence.SECONDARY: N_("改正前の条文を二次資料で確認"),
    Confidence.READING: N_("改正前の条文を確認、日数は当方の読み"),
}


@dataclass(frozen=True)
class Other:
    """A reading that was not chosen and would give another day; `letter` marks it in the picture."""

    letter: str
    label: str
    article: str
    day: str  # by when, or from when
    why: str


@dataclass(frozen=True)
class Shown:
    """A calculation sheet in words. `day` is the answer; what follows proves it."""

    sheet: Sheet
    label: str
    says: str
    article: str
    force: str  # the law's key, for force_tag
    kind: str  # deadline, wait or target, for clock_badge
    confidence: str
    sure: bool  # the text in force was read
    question: str  # for counsel; empty where there is none
    day: str
    tail: str
    chosen: str  # the reading chosen, in one sentence
    strip: Sequence[dict[str, Any]]
    strip_label: str
    rows: Sequence[Row]
    short_rows: Sequence[Row]  # long ones drawn together; empty where `rows` is short
    others: Sequence[Other]
    agreeing: str  # readings that give the same day, in one line
    facts: list[tuple[str, str]]
    sources: list[tuple[str, str]]
    unconfirmed: bool
    edition: str
    notes: Sequence[str]


def shown(
    sheet: Sheet,
    *,
    confirmed: bool,
    today: date,
    work: bool = True,
    force: Force | None = None,
    mark_today: bool = False,
    proof: Proof | None = None,
) -> Shown:
    """`sheet` in words. `confirmed`: the text of its edition was read (not casework.editions.unconfirmed).

    `today` tells which equinoxes are forecasts still; `work` adds the last working day and the readings not chosen;
    `force` is how strongly this one clock binds, where that is not what the law says of all; `proof` is the
    confirmation, where one was needed.
    """
    rule = sheet.rule
    force = force or rule.force
    every = rows(sheet, work=work, others=work)
    name = _(rule.label)
    answer = marked_day(sheet, sheet.last_day)
    return Shown(
        sheet=sheet,
        label=name,
        says=says(rule),
        article=citation(rule.article),
        force=force.value,
        kind=kind_of(rule, force),
        confidence=_confidence(rule, confirmed=confirmed),
        sure=rule.confidence is Confidence.TEXT,
        question=_(rule.counsel) if rule.counsel else "",
        day=day_text(answer, calendar=sheet.calendar),
        tail=_tail(rule, force),
        chosen=_chosen(sheet),
        strip=strip(sheet, today=today if mark_today else None, work=work, others=work),
        strip_label=_("%(name)sの数え方", name=name),
        rows=every,
        short_rows=folded(every) if len(every) > LONG else [],
        others=_others(sheet) if work else [],
        agreeing=listed(_(one.label) for one in sheet.readings if not one.differs) if work else "",
        facts=_facts(sheet, work=work),
        sources=_sources(sheet, confirmed=confirmed, proof=proof),
        unconfirmed=not confirmed,
        edition=_(sheet.edition.label),
        notes=notes(sheet, today),
    )


def says(rule: ClockRule) -> str:
    """What a clock asks, as a whole sentence."""
    return _("%(says)s。", says=_(rule.says).rstrip("。"))


def asked_again(sheet: Sheet) -> dict[str, str]:
    """The question that the public calculator answers with this sheet: its query."""
    local = sheet.started_at.astimezone(JST)
    asked = {"clock": sheet.rule.name}
    if sheet.rule.given is Given.MOMENT:
        return asked | {"at": local.isoformat(timespec="seconds") if sheet.timed else local.date().isoformat()}
    if sheet.rule.given is Given.DAY:
        return asked | {"day": local.date().isoformat()}
    return asked | {"year": str((local.date() - ONE_DAY).year - 1)}


def _tail(rule: ClockRule, force: Force) -> str:
    if rule.bound is Bound.NOT_BEFORE:
        return _("の0時から使える") if opens_use(rule) else _("の0時に待機が明ける")
    return (
        _("が自主的な目標日") if force is Force.VOLUNTARY and rule.force is not Force.VOLUNTARY else _("が終わるまで")
    )


def _chosen(sheet: Sheet) -> str:
    if sheet.rule.counting is Counting.FILING:
        return _("日本の暦日で数えます。末日が閉庁日なら次の開庁日まで延びます（行政機関の休日に関する法律2条）。")
    if sheet.rule.counting is Counting.COURT:
        return _("日本の暦日で数えます。末日が閉庁日なら次の開庁日まで延びるとしました（民訴法95条3項、要確認）。")
    if sheet.rule.counting is Counting.FULL_DAYS:
        return _("初日は数えず、その後の丸一日だけを数えます。休日も数えます。待つ期間なので、遅い日を採りました。")
    if sheet.rule.bound is Bound.NOT_BEFORE:
        return _("日本の暦日で数えます。休日も数えます（民法140条・141条）。")
    return _("日本の暦日で数えます。休日も数え、休日でも延びません（民法140条・141条）。")


def _others(sheet: Sheet) -> list[Other]:
    wait = sheet.rule.bound is Bound.NOT_BEFORE
    found: list[Other] = []
    said: dict[str, str] = {}  # the first letter of each reason: it is printed once
    for letter, one in lettered(sheet):
        day = day_text(marked_day(sheet, one.last_day), calendar=sheet.calendar)
        when = _("%(day)sの0時から", day=day) if wait else _("%(day)sが終わるまで", day=day)
        first = said.setdefault(one.says, letter)
        why = _(one.says) if first == letter else _("採らなかった理由は%(letter)sと同じです。", letter=first)
        article = "" if one.article in one.label else citation(one.article)
        found.append(Other(letter, _(one.label), article, when, why))
    return found


def _facts(sheet: Sheet, *, work: bool) -> list[tuple[str, str]]:
    first, last, n = counted_days(sheet)
    found = [*_beginning(sheet), (_("数えない日"), _excluded(sheet))]
    days = {"first": short_day(first, sheet.calendar), "last": short_day(last, sheet.calendar)}
    length = sheet.rule.length
    if isinstance(length, Days) or length is None:
        found.append((_("数えた日"), counted("%(first)sから%(last)sまでの%(n)s日", n, **days)))
    else:
        words = counted("%(first)sから%(last)sまでの%(n)sか月（民法143条）", length.n, **days)
        found.append((_("数えた日"), words))
    moved = [step.day for step in sheet.steps if step.moved]
    if moved:
        found.append(
            (_("延びた日"), counted("%(first)sから%(last)sへ、%(n)s日", len(moved), **_ends(sheet, last, moved[-1])))
        )
    if work and (safe := safe_day(sheet)):
        found.append((_("延びる前の最後の開庁日"), day_text(safe, calendar=sheet.calendar)))
    found.append(_moment(sheet))
    if work and sheet.rule.bound is Bound.WITHIN:
        working = sheet.last_working_day
        unknown = _("%(year)s年の休日がまだ分からないため、言えません", year=sheet.last_day.year)
        found.append((_("最終営業日"), day_text(working, calendar=sheet.calendar) if working else unknown))
    return found


def _ends(sheet: Sheet, first: date, last: date) -> dict[str, str]:
    return {"first": short_day(first, sheet.calendar), "last": short_day(last, sheet.calendar)}


def _beginning(sheet: Sheet) -> list[tuple[str, str]]:
    rule, start = sheet.rule, sheet.started_at
    if rule.given is Given.DAY:
        return [(_(rule.asks) or _("始まりの日"), day_text(japanese_day(start), calendar=sheet.calendar))]
    asked = _(rule.asks) if rule.asks and rule.given is Given.MOMENT else _("期間の始まり")
    if not sheet.timed:
        day = day_text(japanese_day(start), calendar=sheet.calendar)
        return [(asked, _("%(day)s（時刻は書かれていません）", day=day))]
    return [
        (asked, _("%(time)s（日本時間）", time=time_text(start))),
        (_("協定世界時（UTC）"), f"{start.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"),
    ]


def _excluded(sheet: Sheet) -> str:
    first = sheet.steps[0]
    if first.number:
        return _("なし。午前零時に始まるため、初日から数えます（民法140条ただし書）")
    return _("%(day)s（初日。民法140条）", day=short_day(first.day, sheet.calendar))


def _moment(sheet: Sheet) -> tuple[str, str]:
    if sheet.rule.bound is Bound.NOT_BEFORE:
        return _("待機が明ける瞬間"), _("%(time)s（日本時間）", time=time_text(sheet.boundary))
    last = datetime.combine(sheet.last_day, datetime.max.time(), JST)
    return _("最後の瞬間"), _("%(time)s（日本時間）", time=time_text(last))


def _confidence(rule: ClockRule, *, confirmed: bool) -> str:
    return _((CONFIDENCES if confirmed else BEFORE)[rule.confidence])


def _sources(sheet: Sheet, *, confirmed: bool, proof: Proof | None) -> list[tuple[str, str]]:
    edition = _(sheet.edition.label)
    if proof:
        edition = proof.beside(edition)
    elif not confirmed:
        edition = _("%(edition)s 改正後条文未確認", edition=edition)
    return [
        (_("条文の確かめ"), _confidence(sheet.rule, confirmed=confirmed)),
        (_("法令の版"), edition),
        (_("暦の版"), sheet.calendar.version),
    ]
