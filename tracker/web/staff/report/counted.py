"""What the record of senders offers to 18-5-1: its method as the text, the sum of its months as the number.

Both are put into the fields, and a person writes them: what is published stays an entry of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.i18n import day_text
from tracker.law.period import japanese_day
from tracker.models import ReportEntry, SenderMethod, Service
from tracker.report import entries, senders
from tracker.report.senders import Total
from tracker.report.years import Year
from tracker.web.staff.sender_counts.drawn import month_name

METHOD = "method"  # of ?copy=: the text of the method instead of what stands


@dataclass(frozen=True)
class Offer:
    """The method and the months of a 公表年度, and where they are kept."""

    service: Service
    year: Year
    method: SenderMethod | None
    total: Total

    @property
    def words(self) -> str:
        """The text of the method; empty where nobody wrote one."""
        return self.method.words if self.method else ""

    @property
    def number(self) -> str:
        """The sum as it is typed; empty while a month is missing."""
        return "" if self.total.total is None else str(self.total.total)

    @property
    def version(self) -> str:
        """Which version of the method it is, and of which day."""
        if self.method is None or not self.words:
            return ""
        return str(_("第%(n)s版、%(day)s", n=self.method.version, day=day_text(japanese_day(self.method.at))))

    @property
    def span(self) -> dict[str, str]:
        """The first and the last month of the sum, in words."""
        first, last = self.year.months[0], self.year.months[-1]
        return {"first": month_name(first, year=True), "last": month_name(last, year=True)}

    @property
    def parted(self) -> str:
        """That the month of the 届出 holds days before it; empty where it does not."""
        if self.year.first.day == 1:
            return ""
        return str(
            _(
                "%(month)sの数には、届出の日（%(day)s）より前の分も入っています。規則は、届出をした月の数え方を定めていません。"
                "どう数えたかを文章に書いてください。",
                month=self.span["first"],
                day=day_text(self.year.first),
            )
        )


@dataclass(frozen=True)
class Beside:
    """What is said beside the form: sentences, where the record is, and how its text is put into the field."""

    says: Sequence[str]
    href: str
    copy_href: str = ""


def offer(session: Session, service: Service, year: Year) -> Offer:
    """What the record of senders offers to a 公表年度."""
    method = senders.method(session, service)
    return Offer(service, year, method, senders.times_of(session, service, year.months))


def place(offer: Offer) -> str:
    """Where the method is written."""
    return url_for("staff.sender_counts_of", slug=offer.service.slug, year=offer.year.year, _anchor="method")


def beside(offer: Offer, row: ReportEntry | None, anchor: str, *, filled: bool) -> Beside:
    """What is said of an entry that stands, or of fields that were `filled` from the record."""
    copies = bool(row and offer.words and row.words != offer.words and not filled)
    code = entries.SENDER_TOTAL
    return Beside(
        [one for one in (_of_words(offer, row, filled), _of_number(offer, row), offer.parted) if one],
        place(offer),
        url_for(
            "staff.report_item",
            slug=offer.service.slug,
            year=offer.year.year,
            code=code,
            copy=METHOD,
            _anchor=anchor,
        )
        if copies
        else "",
    )


def differs(offer: Offer, row: ReportEntry | None) -> list[str]:
    """How an entry that stands differs from what the record of senders offers by now: to be seen before it is frozen.

    Nothing while the record has no method or lacks a month: then there is nothing to hold the entry against.
    """
    if row is None:
        return []
    found = []
    if offer.words and row.words != offer.words:
        found.append(_of_words(offer, row, filled=False))
    if offer.total.total is not None:
        found.append(_of_number(offer, row))
    return [one for one in found if one]


def _of_words(offer: Offer, row: ReportEntry | None, filled: bool) -> str:
    if not offer.words:
        return str(_("算定方法は、発信者数の画面にまだ書かれていません。そこに書くと、この欄に入ります。"))
    if filled:
        return str(
            _(
                "発信者数の画面の算定方法（%(version)s）を欄に入れてあります。まだ書き込んでいません。"
                "確かめて書き込むと、公表する文章になります。",
                version=offer.version,
            )
        )
    if row is None:
        return ""
    if row.words == offer.words:
        return str(_("発信者数の画面の算定方法（%(version)s）と同じ文章です。", version=offer.version))
    return str(_("発信者数の画面の算定方法（%(version)s）と違う文章です。", version=offer.version))


def _of_number(offer: Offer, row: ReportEntry | None) -> str:
    found = offer.total
    if found.total is None:
        return str(
            _(
                "月ごとの延べ発信者数があるのは、%(all)sか月のうち%(n)sか月です。そろうと、その和を示します。",
                all=found.all,
                n=found.known,
            )
        )
    if row is None:
        return str(_("数は、%(first)sから%(last)sまでの、月ごとの延べ発信者数の和です。", **offer.span))
    if row.number != found.total:
        return str(_("月ごとの延べ発信者数の和は%(total)sで、書き込んだ数と違います。", total=f"{found.total:,}"))
    return ""


def facts(offer: Offer) -> list[tuple[str, str]]:
    """What the office wrote down of its senders month by month: material for 5項1号."""
    found = offer.total
    return [
        (str(_("延べ発信者数の和")), "―" if found.total is None else f"{found.total:,}"),
        (str(_("足した月")), str(_("%(first)sから%(last)sまで", **offer.span))),
        (str(_("わかっている月")), str(_("%(all)sか月のうち%(n)sか月", all=found.all, n=found.known))),
        (str(_("算定方法")), offer.version or "―"),
    ]
