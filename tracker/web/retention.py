"""A 保存期間の表 in words, for the desk and for everybody: what is kept, how long, from when, on which ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.casework.retention import Change, Line, Stand, last_day, stand
from tracker.i18n import counted, listed
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.grounds import Force
from tracker.law.logs import CLASSES, COMMUNICATIONS, ERASING, Provider
from tracker.web.calculation import day_words

# In a tag: how a period stands to what the commentary says.
TAGS: dict[Stand, str] = {
    Stand.UNSAID: N_("解説に期間の目安なし"),
    Stand.OPEN: N_("期間を定めない"),
    Stand.SHORTER: N_("望ましい期間より短い"),
    Stand.WITHIN: N_("望ましい期間の範囲"),
    Stand.NEED: N_("一般の目安より長い"),
    Stand.BEYOND: N_("解説の例より長い"),
}
SAYS: dict[Stand, str] = {
    Stand.UNSAID: N_("解説は、目的を達するのに必要最小限の範囲で期間を定めるものとしています"),
    Stand.OPEN: N_("解説の案は、少なくとも%(least)s〜%(most)sか月程度の保存を望ましいとしています"),
    Stand.SHORTER: N_(
        "望ましいのは少なくとも%(least)s〜%(most)sか月程度です。直ちに法的責任が生じるものではありません"
    ),
    Stand.WITHIN: N_("望ましいのは少なくとも%(least)s〜%(most)sか月程度です"),
    Stand.NEED: N_("一般の目安の%(ceiling)sか月程度より長い保存は、業務上の必要があるときに認められます"),
    Stand.BEYOND: N_("解説が業務上の必要の例とする%(need)sか月程度より長い保存です。必要をよく確かめてください"),
}
# In what capacity a log is kept, short enough for a cell.
CAPACITIES: dict[Provider, str] = {
    Provider.CP: N_("SNSや掲示板などの提供者（CP）"),
    Provider.AP: N_("インターネット接続の提供者（AP）"),
}
FIELDS: dict[str, str] = {
    "name": N_("名前"),
    "classes": N_("含まれる情報"),
    "purpose": N_("目的"),
    "months": N_("期間"),
    "reason": N_("期間の理由"),
}


@dataclass(frozen=True)
class Row:
    """A line of a table as it is read."""

    line: Line
    kind: str
    says: str
    provider: str
    classes: Sequence[str]
    period: str
    kept: str  # until when a log of today would be kept; empty where no period is set
    stand: Stand
    tag: str
    stands: str
    article: str
    force: str


@dataclass(frozen=True)
class Told:
    """What a version changes in one line, in words: (field, before, after) for each field."""

    change: Change
    kind: str
    fields: Sequence[tuple[str, str, str]]


def row(line: Line, today: date, calendar: Calendar) -> Row:
    """A line in words; `today` serves as the example of a day on which a log is recorded."""
    rule, how = line.rule, stand(line)
    last = last_day(line, today)
    ceiling = rule.allowed or rule.most
    article, force = rule.article, rule.force
    if how in {Stand.NEED, Stand.BEYOND}:  # allowed and no more; of connections the commentary of today says so already
        article, force = ERASING if rule.allowed else article, Force.VOLUNTARY
    figures = {
        "least": rule.least.n if rule.least else 0,
        "most": rule.most.n if rule.most else 0,
        "ceiling": ceiling.n if ceiling else 0,
        "need": rule.with_need.n if rule.with_need else 0,
    }
    return Row(
        line,
        _(rule.label),
        _(rule.says),
        _(CAPACITIES[line.provider]),
        classes(line),
        period(line),
        _("%(day)sまで", day=day_words(last, calendar, beside=today)) if last else "",
        how,
        _(TAGS[how]),
        _(SAYS[how], **figures),
        article,
        force.value,
    )


def rows(lines: Sequence[Line], today: date, calendar: Calendar) -> list[Row]:
    """The lines of a version in words."""
    return [row(line, today, calendar) for line in lines]


def classes(line: Line) -> list[str]:
    """What a record contains, in the order of the rule."""
    return [_(label) for code, label in (CLASSES | COMMUNICATIONS).items() if code in line.classes]


def period(line: Line) -> str:
    """3か月, or that none is set."""
    if line.months is None:
        return str(_("目的を達するまで（期間を定めない）"))
    return counted("%(n)sか月", line.months)


def told(changes: Sequence[Change]) -> list[Told]:
    """What a version changes, in words."""
    return [Told(one, _(one.line.rule.label), _fields(one)) for one in changes]


def _fields(change: Change) -> list[tuple[str, str, str]]:
    was, now = change.before, change.after
    if was is None or now is None:
        return []
    return [(_(FIELDS[name]), _value(was, name), _value(now, name)) for name in change.fields if name in FIELDS]


def _value(line: Line, name: str) -> str:
    if name == "months":
        return period(line)
    text = listed(classes(line)) if name == "classes" else getattr(line, name)
    return text or str(_("（なし）"))
