"""Where the report of a year stands (規則9条1項): whether it is owed, by when, how late it is, or when it was made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.casework.filings.years import last_year
from tracker.i18n import counted, listed
from tracker.law.senders import RULES, Count, least, shown
from tracker.models import Service
from tracker.report.senders import Due, Yearly

SOON = 31  # days: the month in which it is reported
Day = Callable[[date], str]


@dataclass(frozen=True)
class Standing:
    """Where the report of a year stands on a Japanese day.

    A clock of it runs for every registered service, whatever its figures: only they say whether a report is owed.
    """

    year: Yearly
    due: Due
    today: date

    @property
    def owed(self) -> bool | None:
        """Whether it is to be made, by the figures (規則9条1項); None while they do not say it."""
        return self.year.must_report

    @property
    def left(self) -> int:
        """The days until its last day; fewer than 0 once that has passed."""
        return (self.due.day - self.today).days

    @property
    def watched(self) -> bool:
        """Whether its days are counted. A year before the register knew any may have been reported without Kigen."""
        if self.due.ended or self.owed is False:
            return False
        return self.due.running or self.year.year >= last_year(self.today)

    @property
    def late(self) -> bool:
        """Whether it is owed for certain, its day has passed, and nobody recorded it."""
        return self.watched and self.owed is True and self.left < 0

    @property
    def unrecorded(self) -> bool:
        """Whether it was due, and no clock tells whether it was made."""
        return self.owed is True and self.left < 0 and not self.due.running and not self.due.ended

    @property
    def due_state(self) -> str:
        """The mark of its last day."""
        if self.due.ended:
            return "stopped"
        if not self.watched or not self.owed:
            return "calm"
        return "late" if self.left < 0 else "today" if self.left == 0 else "soon" if self.left <= SOON else "calm"

    @property
    def left_words(self) -> str:
        """How long it still is, or was."""
        if not self.watched:
            return ""
        if self.left < 0:
            return counted("%(n)s日過ぎました", -self.left)
        return counted("あと%(n)s日", self.left) if self.left else str(_("今日まで"))


@dataclass(frozen=True)
class Verdict:
    """Whether a year is to be reported, as a banner says it."""

    kind: str
    heading: str
    says: Sequence[str]


def verdict(standing: Standing, day: Day, others: Sequence[Service], service: Service) -> Verdict:
    """In one sentence with its article and its day, and what else is to be known of it."""
    year, due = standing.year, standing.due
    kind, heading = _heading(standing)
    says = [*_why(standing, day), *_until(standing, day)]
    named = [one.name for one in others if one.id != service.id]
    if named and not year.must_report:
        says.append(
            _(
                "ほかのサービス（%(names)s）の数が規則9条1項の数に達しています。一つでも達すると、その事業者に報告の義務があります。",
                names=listed(named),
            )
        )
    if due.running and not year.must_report:
        says.append(_("届出をしたサービスなので、報告の期限は動いています。届出の画面で確かめてください。"))
    if due.moved and not due.ended:
        says.append(_("4月30日が行政機関の休日なので、次の開庁日までです（行政機関の休日に関する法律2条）。"))
    if due.unsure:
        says.append(_("この年の祝日がまだ分からないため、4月30日としています。"))
    return Verdict(kind, heading, says)


def _heading(standing: Standing) -> tuple[str, str]:
    if standing.due.ended:
        return "good", str(_("この年度の報告は済んでいます"))
    if standing.late:
        return "bad", counted("この年度の報告の期限を%(n)s日過ぎました", -standing.left)
    if standing.owed:
        return "warn", str(_("この年度の報告が必要です"))
    if standing.owed is False:
        return "good", str(_("このサービスの数では、この年度の報告は要りません"))
    passed = standing.due.running and standing.left < 0
    return "warn" if passed else "info", str(_("この年度の報告が必要かは、まだ言えません"))


def _why(standing: Standing, day: Day) -> list[str]:
    year = standing.year
    if year.must_report:
        return [_because(year, count) for count in year.reasons()]
    if standing.due.ended:
        return []
    if year.must_report is False:
        return [
            str(
                _(
                    "平均月間発信者数が900万以上でも、平均月間延べ発信者数が180万以上でもないからです（規則9条1項）。"
                    "総務大臣から要求があったときは、遅滞なく報告します（規則9条2項）。"
                )
            )
        ]
    return [
        str(
            _(
                "すべての数がそろっているのは、12か月のうち%(n)sか月です。報告が必要なときの期限は、%(day)sです（規則9条1項）。",
                n=year.months_known,
                day=day(standing.due.day),
            )
        )
    ]


def _until(standing: Standing, day: Day) -> list[str]:
    due, last = standing.due, day(standing.due.day)
    if due.done:
        return [str(_("%(day)sに報告書を提出したと、届出の画面に記録されています。", day=day(due.done)))]
    if due.running and standing.owed is None:
        says = _(
            "足りない月の数を入力すると、報告が必要かが分かります。必要なときは、様式第一の報告書を総務大臣に提出し、"
            "届出の画面に記録します。提出が済んでいるときも、記録するとここに出ます。"
        )
        return [*([str(_("この日は、もう過ぎました。"))] if standing.left < 0 else []), str(says)]
    if due.running and standing.late:
        return [
            str(
                _(
                    "期限は%(day)sでした。様式第一の報告書をすぐに総務大臣に提出し、届出の画面に記録してください"
                    "（規則9条1項）。提出が済んでいるときも、記録するとここに出ます。",
                    day=last,
                )
            )
        ]
    if standing.unrecorded:
        return [
            str(
                _(
                    "期限は%(day)sでした（規則9条1項）。この年度の期限は届出の画面で動いていないため、"
                    "提出したかはKigenでは分かりません。控えで確かめてください。",
                    day=last,
                )
            )
        ]
    if standing.owed:
        return [str(_("%(day)sまでに、様式第一の報告書を総務大臣に提出します（規則9条1項）。", day=last))]
    return []


def _because(year: Yearly, count: Count) -> str:
    rule, mean = RULES[count], year.mean(count)
    if mean is not None:
        return str(
            _("%(mean)sは%(n)sで、%(line)s以上です。", mean=_(rule.mean), n=shown(mean), line=f"{rule.reached:,}")
        )
    return str(
        _(
            "%(mean)sは、記録した月だけで%(n)s以上になり、ほかの月がいくつでも%(line)s以上です。",
            mean=_(rule.mean),
            n=shown(least(year.known[count].values())),
            line=f"{rule.reached:,}",
        )
    )
