"""What stands in the way of freezing a version, named to whoever wants to. Nothing is written here."""

from collections.abc import Sequence

from sqlmodel import Session

from tracker.casework import NotAllowed
from tracker.i18n import gettext, listed
from tracker.law import N_
from tracker.law.publication import BY_CODE
from tracker.models import Service
from tracker.report import entries, package
from tracker.report.content import Report
from tracker.report.ledger import imports

LONGEST = 2_000  # characters of what was wrong, and of why a version goes back
NAMED = 5  # of what stands in the way: the desk shows the rest


def in_figures(session: Session, service: Service) -> None:
    """Refuse figures that are still coming in. None can end while the register is locked, so this is asked last."""
    waiting = imports.unfinished(session, service)
    if waiting:
        raise NotAllowed(
            N_("取り込みが終わっていない記録があります: %(what)s。終わらせるか、取り消してください。"),
            what=_some([f"#{one.number} {one.name}" for one in waiting]),
        )


def in_report(session: Session, service: Service, report: Report) -> None:
    """Refuse figures that do not hold and texts that are not there."""
    if report.failed:
        raise NotAllowed(
            N_("点検で合わないところがあります: %(what)s。直してから、版を固めてください。"),
            what=_some([one.says for one in report.failed]),
        )
    lacking = [BY_CODE[code].article if code in BY_CODE else code for code in report.missing]
    if lacking:
        raise NotAllowed(N_("まだ書いていない項目があります: %(what)s。"), what=_some(lacking))
    told = ("18-7", entries.CHANGE) in entries.standing(session, service, report.year)
    if not told and entries.changed_criteria(session, service, report.year):
        raise NotAllowed(
            N_("評価の基準が、前に公表した年度と違います。変えた内容と理由を書いてください（規則18条7項）。"),
            about="18-7",
        )


def in_files(files: dict[str, bytes]) -> None:
    """Refuse files of which their own verifier would tell readers that something is wrong."""
    wrong = package.faults(files)
    if wrong:
        raise NotAllowed(N_("作ったファイルが、自分の検証に合いません: %(what)s。"), what=_some(wrong))


def in_words(words: str, about: str) -> str:
    """What somebody wrote of a version, without the space around it. Refuses what is too long, naming the field."""
    text = words.strip()
    if len(text) > LONGEST:
        raise NotAllowed(N_("%(most)s文字までで書いてください。"), about=about, most=f"{LONGEST:,}")
    return text


def _some(names: Sequence[str]) -> str:
    """The first few of what stands in the way, and how many more there are."""
    more = len(names) - NAMED
    return listed([*names[:NAMED], *([gettext(N_("ほか%(n)s件"), n=more)] if more > 0 else [])])
