"""The form of a new version as it was typed: several lines, each of one kind of log, which works without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from unicodedata import normalize

from flask import abort
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.casework import retention
from tracker.casework.retention import Line
from tracker.i18n.typed import Unreadable, day as read_day
from tracker.law.logs import CLASSES, COMMUNICATIONS, LOG_RULES, LogKind, Provider
from tracker.web.reading import plain_text, single_line

MONTHS, PURPOSE = "months", "purpose"  # how the length of a line is said
USUAL = (LogKind.ACCOUNT, LogKind.LOGIN, LogKind.POST)  # what a new table begins with
ADDED = [f"{kind}:{one}" for kind, rule in LOG_RULES.items() for one in Provider if one in rule.providers]


@dataclass(frozen=True)
class TypedLine:
    """One line as typed; `months` may be no number."""

    kind: LogKind
    provider: Provider
    name: str = ""
    classes: Sequence[str] = ()
    purpose: str = ""
    period: str = MONTHS
    months: str = ""
    reason: str = ""
    dropped: bool = False

    @property
    def key(self) -> str:
        """Of which kind it is, and in what capacity, as the form carries it."""
        return f"{self.kind}:{self.provider}"

    @property
    def line(self) -> Line:
        """The line; a number of months that cannot be read is 0, which is refused."""
        text = normalize("NFKC", self.months)
        number = int(text) if text.isdecimal() and len(text) < 6 else 0
        months = None if self.period == PURPOSE else number
        return Line(
            self.kind, self.provider, self.name, tuple(self.classes), self.purpose, months, self.reason
        )  # fmt: skip

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The classes that may be ticked: those of the kind, and all of them where it names none."""
        rule = LOG_RULES[self.kind]
        known = CLASSES | COMMUNICATIONS
        own = (*rule.classes, *rule.communications) or tuple(known)
        return [(code, known[code]) for code in known if code in own]


@dataclass(frozen=True)
class Typed:
    """A whole form, and what is at fault in it by field."""

    lines: Sequence[TypedLine]
    in_force: str = ""
    note: str = ""
    seen: int = retention.NO_TABLE
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date | None:
        """The day that was typed; None for anything else."""
        try:
            return read_day(self.in_force) if self.in_force else None
        except Unreadable:
            return None


def begun(lines: Sequence[Line], seen: int, today: date) -> Typed:
    """The form before anything was typed: the lines of the newest version, or the usual kinds."""
    kept = [
        TypedLine(
            line.kind,
            line.provider,
            line.name,
            line.classes,
            line.purpose,
            PURPOSE if line.months is None else MONTHS,
            "" if line.months is None else str(line.months),
            line.reason,
        )
        for line in lines
    ]
    return Typed(kept or [fresh(f"{kind}:{Provider.CP}") for kind in USUAL], today.isoformat(), "", seen)


def fresh(key: str) -> TypedLine:
    """A new line of a kind, with its usual name and every class that it may contain."""
    if key not in ADDED:
        abort(400)
    kind, provider = LogKind(key.partition(":")[0]), Provider(key.partition(":")[2])
    rule = LOG_RULES[kind]
    return TypedLine(kind, provider, _(rule.label) if rule.classes else "", (*rule.classes, *rule.communications))


def typed(form: MultiDict[str, str]) -> Typed:
    """What was sent, without the lines that were ticked to be dropped."""
    keys = form.getlist("line")[: retention.MOST_LINES + 1]
    sent = {name: form.getlist(name) for name in ("name", "purpose", "period", "months", "reason")}
    ticks = [one.partition(":") for one in form.getlist("classes")]
    dropped = set(form.getlist("drop"))

    def value(name: str, no: int) -> str:
        return sent[name][no] if no < len(sent[name]) else ""

    lines = [
        replace(
            fresh(key),
            name=single_line(value("name", no)),
            classes=tuple(code for at, _sign, code in ticks if at == str(no)),
            purpose=plain_text(value("purpose", no)),
            period=PURPOSE if value("period", no) == PURPOSE else MONTHS,
            months=single_line(value("months", no)),
            reason=plain_text(value("reason", no)),
        )
        for no, key in enumerate(keys)
        if str(no) not in dropped
    ]
    seen = form.get("seen", "")
    return Typed(
        lines,
        single_line(form.get("in_force")),
        plain_text(form.get("note")),
        int(seen) if seen.isdecimal() and len(seen) < 9 else retention.NO_TABLE,
    )


def checked(sent: Typed, before: Sequence[Line] = ()) -> Typed:
    """The form with everything that is at fault in its lines and its day: all at once, in the order of the page.

    `before` are the lines of the newest version: a need was written for their months, and other months ask for it anew.
    """
    errors = {}
    if sent.in_force:
        try:
            read_day(sent.in_force)
        except Unreadable as error:
            errors["in_force"] = str(error)
    else:
        errors["in_force"] = _("適用を始める日を入力してください。")
    for no, line in enumerate(sent.lines):
        errors |= {f"line-{no}-{about}": str(wrong) for about, wrong in retention.problems(line.line)}
        if f"line-{no}-months" not in errors and _need_is_old(line.line, before):
            errors[f"line-{no}-reason"] = _(
                "期間を変えるときは、その期間が業務上必要な理由を、あらためて書いてください。いまは前の版のままです。"
            )
    return replace(sent, errors=errors)


def _need_is_old(line: Line, before: Sequence[Line]) -> bool:
    """Whether the months changed, need a reason, and still have that of the version before."""
    same = (line.kind, line.provider, line.name)
    was = next((one for one in before if (one.kind, one.provider, one.name) == same), None)
    asked = retention.stand(line) in {retention.Stand.NEED, retention.Stand.BEYOND}
    return asked and was is not None and was.months != line.months and bool(line.reason) and was.reason == line.reason
