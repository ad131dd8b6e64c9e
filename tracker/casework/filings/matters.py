"""What is registered with the minister, and what a filing of its change must bring along (規則11条・12条)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.law import N_
from tracker.law.filing_sheets import CHANGED_DOMESTIC, CHANGED_OWN, Attached
from tracker.models import Matter


@dataclass(frozen=True)
class Wanted:
    """A registered matter as the law names it; `papers` go with 様式第四, each for one case (規則12条)."""

    label: str
    article: str
    papers: Sequence[Attached] = ()
    papers_article: str = ""


# 法21条1項各号・規則11条2項各号. Closed: a change of anything else is not filed under 法21条2項.
MATTERS: dict[Matter, Wanted] = {
    Matter.NAME: Wanted(N_("氏名又は名称"), "法21条1項1号", CHANGED_OWN, "規則12条1項"),
    Matter.ADDRESS: Wanted(N_("住所"), "法21条1項1号", CHANGED_OWN, "規則12条1項"),
    Matter.REPRESENTATIVE: Wanted(N_("法人の代表者の氏名"), "法21条1項1号", CHANGED_OWN, "規則12条1項"),
    Matter.DOMESTIC: Wanted(
        N_("国内における代表者又は代理人の氏名・名称と国内の住所"), "法21条1項2号", CHANGED_DOMESTIC, "規則12条2項"
    ),
    Matter.CONTACT: Wanted(N_("電話番号と電子メールアドレス"), "規則11条2項1号", (), "規則12条3項"),
    Matter.FORM: Wanted(N_("申出を行うための方法の公表の方法（窓口のアドレス）"), "規則11条2項2号", (), "規則12条3項"),
    Matter.CRITERIA: Wanted(N_("基準の公表の方法（基準のアドレス）"), "規則11条2項3号", (), "規則12条3項"),
}

# The matters that are addresses of ours: what they were is known, and the service keeps what they are.
ADDRESSES = frozenset({Matter.FORM, Matter.CRITERIA})
