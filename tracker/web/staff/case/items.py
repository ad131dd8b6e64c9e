"""The items of a case in words: their numbers, and the three cells judged, done and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from tracker.casework.folder import Folder, ItemView
from tracker.i18n import citation, dotted, short_time, term
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.grounds import Finding, Right, SenderExemption
from tracker.models import LetterKind

MOST_RUNS = 6
A_PAGE = 50
CELLS = ("judged", "done", "told")


def numbers(nos: Iterable[int]) -> str:
    """1–3・5: the numbers of items, runs drawn together; how many there are, when that would be long."""
    nos = set(nos)
    runs = []
    for _key, run in groupby(enumerate(sorted(nos)), key=lambda pair: pair[1] - pair[0]):
        found = [n for _i, n in run]
        runs.append(str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}")
    if len(runs) > MOST_RUNS:
        return str(_("（%(n)s件）", n=len(nos)))
    return dotted(runs)


def item_rows(folder: Folder) -> list[dict[str, Any]]:
    """The items with their three cells: judged, done, told."""
    right = term(Right(folder.notice.primary_right)).label
    ready = {i.id for i in folder.ready.outcome}
    spared = _spared(folder)
    return [
        {
            "view": v,
            "no": v.item.no,
            "right": right,
            "judged": _judged(v),
            "done": _done(v),
            "told": _told(v, v.item.id in ready, spared.get(str(v.item.id), "")),
        }
        for v in folder.items
    ]


def item_groups(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a long notice drawn together where all three cells say the same, by their first number."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name]["word"] for name in CELLS), []).append(row)
    return [
        {"nos": numbers(r["no"] for r in found), "n": len(found), "first": found[0]["no"]}
        | {name: _shared([r[name] for r in found]) for name in CELLS}
        for found in groups.values()
    ]


def _shared(cells: Sequence[dict[str, str]]) -> dict[str, str]:
    """What the cells have in common: the second line only where all say it."""
    same = len({cell.get("sub", "") for cell in cells}) == 1
    return cells[0] if same else cells[0] | {"sub": ""}


@dataclass(frozen=True)
class Shown:
    """One page of the items, chosen by where they stand."""

    rows: Sequence[dict[str, Any]]
    show: str
    page: int
    pages: int
    counts: dict[str, int]


SHOWS = {
    "all": N_("すべて"),
    "undecided": N_("まだ判断していない"),
    "unexecuted": N_("実施の記録がない"),
    "ready": N_("結果を送れる"),
}


def shown_items(folder: Folder, rows: Sequence[dict[str, Any]], show: str, page: str, only: str) -> Shown:
    """The items that stand as `show` says, a page at a time; one of them where `only` is its number."""
    ready = folder.ready
    wanted: dict[str, set[Any]] = {
        "all": {row["view"].item.id for row in rows},
        "undecided": {i.id for i in ready.undecided},
        "unexecuted": {i.id for i in ready.unexecuted},
        "ready": {i.id for i in ready.outcome},
    }
    counts = {name: len(ids) for name, ids in wanted.items()}
    show = show if show in SHOWS else "all"
    if only:
        return Shown([row for row in rows if str(row["no"]) == only], show, 1, 1, counts)
    found = [row for row in rows if row["view"].item.id in wanted[show]]
    pages = max(1, -(-len(found) // A_PAGE))
    at = min(max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1, pages)
    return Shown(found[(at - 1) * A_PAGE : at * A_PAGE], show, at, pages, counts)


def _judged(v: ItemView) -> dict[str, str]:
    if v.decision is None:
        return {"word": _("なし"), "mark": "dash"} if v.ended else {"word": _("まだ")}
    word = _("講ずる") if v.decision.take else _("講じない")
    if v.decision.finding and v.decision.finding is not Finding.NOT_INFRINGED:
        return {"state": "on", "word": word, "sub": term(v.decision.finding).label}
    basis = v.clause.split(" ")[0:2] if v.clause else [term(v.decision.basis).label] if v.decision.basis else []
    return {"state": "on", "word": word, "sub": " ".join(basis)}


def _done(v: ItemView) -> dict[str, str]:
    if v.undone and v.undone.reversed_at:
        return {"state": "wanted", "word": _("取り消した"), "sub": short_time(v.undone.reversed_at)}
    if v.second:
        return {"word": _("承認待ち")} if v.second == "waiting" else {"state": "wanted", "word": _("承認されない")}
    if v.measure is None:
        return {"word": _("なし"), "mark": "dash"} if v.decision or v.ended else {"word": _("まだ")}
    if v.measure.executed_at is None:
        return {
            "state": "wanted",
            "word": _("記録がない"),
            "sub": _("指示 %(time)s", time=short_time(v.measure.ordered_at)),
        }
    sub = _("違反を記録") if v.measure.breach else short_time(v.measure.executed_at)
    return {"state": "on", "word": _("%(what)sした", what=term(v.measure.kind).label), "sub": sub}


def _spared(folder: Folder) -> dict[str, str]:
    """The items whose sender is not told, by recorded exemption (法27条各号), in words with its provision."""
    found: dict[str, str] = {}
    for one in reversed(folder.events):
        if one.event.fact is Fact.SENDER_NOTICE_EXEMPTED:
            article = term(SenderExemption(one.event.data["said"]["ground"])).article
            words = _("発信者へ通知しない（%(article)s）", article=citation(article))
            found |= dict.fromkeys(one.event.items, str(words))
    return found


def _told(v: ItemView, ready: bool, spared: str) -> dict[str, str]:
    letter = v.told(LetterKind.OUTCOME)
    sender = v.told(LetterKind.SENDER_NOTICE)
    sub = ""
    if v.measure and v.measure.executed_at:
        told = sender and sender.given_at and not sender.bounced_at
        sub = _("発信者へ済み") if told else spared or _("発信者へまだ")
    if letter and (letter.refused_at or letter.bounced_at):
        return {"state": "wanted", "word": _("届いていない"), "sub": sub}
    if letter and letter.given_at:
        return {"state": "on", "word": _("申出者へ済み"), "sub": sub}
    if letter:
        return {"word": _("送信待ち"), "sub": sub}
    if v.ended:
        word = _("取下げ") if v.ended is Fact.NOTICE_WITHDRAWN else _("しない（ただし書）")
        return {"state": "on", "word": word, "sub": sub}
    if ready:
        return {"state": "wanted", "word": _("送れる"), "sub": sub}
    interim = v.told(LetterKind.INTERIM)
    if interim and interim.given_at and not interim.bounced_at:
        return {"state": "on", "word": _("途中経過"), "sub": short_time(interim.given_at)}
    if v.second == "waiting":
        return {"word": _("作れない"), "mark": "dash", "sub": _("承認の後")}
    if v.measure:
        return {"word": _("作れない"), "mark": "dash", "sub": _("実施の後")}
    return {"word": _("まだ")}
