"""The senders of a case in words: where each item stands toward its sender, and what can be asked of whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework.faces import Face
from tracker.casework.folder import Folder, ItemView
from tracker.casework.hearing import asking, in_hand, rows, waiting
from tracker.casework.hearing.rows import Answered
from tracker.casework.hearing.waiting import SAYS, Shelter, Standing
from tracker.i18n import dotted, short_day, term
from tracker.law import N_
from tracker.law.calendars import Calendar
from tracker.law.grounds import Standing as Filer
from tracker.law.inquiries import NO_WAIT, RULES, WAITS, InquiryRule, Regime
from tracker.law.period import japanese_day
from tracker.letters.write import Told
from tracker.models import Position, Sender
from tracker.sealed import open_text
from tracker.settings import Settings
from tracker.web.forms import form_token
from tracker.web.staff.case import asked, outlook
from tracker.web.staff.case.items import numbers

MIB = 1024 * 1024
BY_THE_WAIT = frozenset({Shelter.WAITING, Shelter.SILENT, Shelter.BEFORE})  # their day counts
A_PAGE = 20  # senders; an account that nobody named is one for each post
SHORT: dict[Shelter, str] = {
    Shelter.NONE: N_("照会による免責なし"),
    Shelter.SENT: N_("照会したが、届いたことは未確認"),
    Shelter.WAITING: N_("待機の間"),
    Shelter.SILENT: N_("待機が終わり、期間内に不同意の回答なし"),
    Shelter.AGREED: N_("発信者は同意"),
    Shelter.OBJECTED: N_("発信者は期間内に不同意"),
    Shelter.NO_WAIT: N_("照会も待機も不要（法4条2号）"),
    Shelter.BEFORE: N_("待機の前に措置を実施"),
}


def panel(
    session: Session, found: Folder, *, at: datetime, form: Mapping[str, Any], asked_for: Mapping[str, str]
) -> dict[str, Any]:
    """The words of templates/staff/senders/: each sender with what was asked and said, a page of them at a time.

    `asked_for` is what the address names: a page (`sp`), or the sender (`of`) whose page it is.
    """
    calendar: Calendar = session.info["calendar"]
    settings: Settings = session.info["settings"]
    mine: dict[UUID, list[ItemView]] = {}
    for view in found.items:
        if view.sender:
            mine.setdefault(view.sender.id, []).append(view)
    order = list(mine)
    page, wanted = asked_for.get("sp", ""), (form.get("of"), asked_for.get("of"))
    pages = max(1, -(-len(order) // A_PAGE))
    no = min(max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1, pages)
    where = next((i for i, id in enumerate(order) if str(id) in wanted), None)
    no = no if where is None else where // A_PAGE + 1
    stands = waiting.standings(session, found.notice, at=at)
    inquiries, answers = rows.asked(session, found.case.id), rows.answers(session, found.case.id)
    told, sheltered = asking.told(session, found.notice), asking.may_shelter(found.notice)
    hand = in_hand.look(session, (one.letter for one in inquiries), at=at)
    short = next((way["rule"] for way in regimes(found) if way["suggested"]), None)
    shown = []
    for id in order[(no - 1) * A_PAGE : no * A_PAGE]:
        views, sender = mine[id], mine[id][0].sender
        if sender is None:
            continue
        theirs = [one for one in inquiries if one.row.sender_id == id]
        nos = {v.item.id: v.item.no for v in views}
        ask_of = [item.id for item in asking.askable(session, found.notice, id)]
        unasked = frozenset(ask_of) if sheltered else frozenset()
        out = {item for one in theirs if one.stands for item in one.items}
        shown.append(
            {
                "sender": sender,
                "id": str(id),
                "nos": numbers(nos.values()),
                "email": _email(session, sender),
                "stands": standing_rows(found, views, stands, calendar, unasked=unasked, answers=answers),
                "outlook": outlook.outlook(session, found, views, stands, calendar, at=at, short=short),
                "inquiries": [asked.inquiry_row(found, one, nos, hand) for one in theirs],
                "answers": asked.answer_rows(session, found, [a for a in answers if a.row.sender_id == id], nos),
                "voided": asked.voided_rows(session, found, id, nos),
                "doors": asked.door_rows(session, id, at=at),
                "askable": [v for v in views if v.item.id in ask_of],
                "answerable": [v for v in views if v.item.id in out],
                "confirmed": [v for v in views if stands[v.item.id].shelter is Shelter.NO_WAIT],
                "open": [v for v in views if not (v.measure and v.measure.executed_at)],
                "token": form_token(form.get("token") if form.get("of") == str(id) else None),
            }
        )
    return {
        "senders": shown,
        "page": no,
        "pages": pages,
        "may_shelter": sheltered,
        "by_report": found.notice.standing is Filer.THIRD_PARTY,
        "regimes": regimes(found),
        "free": NO_WAIT if _allowed(found, NO_WAIT) else None,
        "free_suggested": _suggested(found, NO_WAIT),
        "withheld": withheld(told),
        "positions": asked.POSITIONS,
        "most_files": settings.evidence_files,
        "most_megabytes": settings.evidence_bytes // MIB,
    }


def line(session: Session, found: Folder, *, at: datetime) -> str:
    """In one line, beside the form of decisions, how each item stands toward its sender; empty if nobody was asked."""
    calendar: Calendar = session.info["calendar"]
    open_items = {v.item.id: v.item.no for v in found.items if not (v.measure and v.measure.executed_at)}
    by_words: dict[str, list[int]] = {}
    asked_any = False
    for id, one in waiting.standings(session, found.notice, at=at).items():
        if id not in open_items:
            continue
        asked_any = asked_any or one.shelter is not Shelter.NONE or one.rule is not None
        words = str(_(SHORT[one.shelter]))
        if one.shelter is Shelter.WAITING and one.due_at:
            words = _("%(day)sから免責（待機の間）", day=short_day(japanese_day(one.due_at), calendar))
        by_words.setdefault(words, []).append(open_items[id])
    if not asked_any:
        return ""
    said = (_("項目%(nos)s: %(name)s", nos=numbers(nos), name=words) for words, nos in by_words.items())
    return dotted(said)


def standing_rows(
    found: Folder,
    views: Sequence[ItemView],
    stands: Mapping[UUID, Standing],
    calendar: Calendar,
    *,
    unasked: Collection[UUID],
    answers: Sequence[Answered],
) -> list[dict[str, Any]]:
    """Where the items of a sender stand, those that stand alike in one row, each with its wait.

    `unasked`: the items of which an inquiry could still give a shelter.
    """
    faces = _faces(found)
    groups: dict[tuple[Any, ...], list[ItemView]] = {}
    for view in views:
        one = stands[view.item.id]
        says = _says(one, view.item.id, unasked, answers)
        kind = (says, one.shelter, one.rule and one.rule.regime, one.received_at, one.due_at)
        groups.setdefault((*kind, bool(view.measure and view.measure.executed_at)), []).append(view)
    found_rows = []
    for kind, alike in groups.items():
        one = stands[alike[0].item.id]
        face = faces.get(alike[0].item.id) if one.shelter in BY_THE_WAIT else None  # an objection ends it
        found_rows.append(
            {
                "nos": numbers(v.item.no for v in alike),
                "says": kind[0],
                "face": face,
                "article": one.rule.article if one.rule and one.shelter is not Shelter.NONE else "",
                "received_at": one.received_at,
                "free_from": short_day(japanese_day(one.due_at), calendar) if one.due_at else "",
                "waiting": one.shelter is Shelter.WAITING,
                "done": kind[-1],
            }
        )
    return found_rows


def _says(one: Standing, item: UUID, unasked: Collection[UUID], answers: Sequence[Answered]) -> str:
    if one.shelter is Shelter.NONE and item in unasked:
        return str(
            _(
                "まだ照会していません。照会が届き、待機の間に「同意しない」という回答がなければ、免責されます。"
                "1号・基準による措置は、いつでも講じられます。"
            )
        )
    about = [a.row for a in answers if str(item) in a.row.items]
    if one.shelter is Shelter.SILENT and any(row.position is Position.OBJECTS for row in about):
        return str(
            _(
                "待機の期間内に、「同意しない」という回答はありませんでした（期間の後の回答があります）。"
                "措置を講ずれば、発信者との間で免責されます。"
            )
        )
    return str(_(SAYS[one.shelter]))


def regimes(found: Folder) -> list[dict[str, Any]]:
    """The provisions under which a sender may be asked, each with its elements. A claimant's tick only suggests one."""
    return [
        {"rule": rule, "value": rule.regime.value, "suggested": _suggested(found, rule), "elements": rule.elements}
        for rule in RULES.values()
        if rule.wait is not None and _allowed(found, rule)
    ]


def withheld(told: Told) -> list[str]:
    """What a sender does not see of the filing."""
    parts = (
        (told.name, _("申出者の名前")),
        (told.contact, _("連絡先")),
        (told.evidence, _("証拠")),
        (told.reason, _("理由")),
    )
    return [str(name) for shown, name in parts if not shown]


def _allowed(found: Folder, rule: InquiryRule) -> bool:
    """Whether the filing is one of which the provision speaks, as far as its codes tell."""
    if rule.regime is Regime.STANDARD:
        return True
    shelters = asking.may_shelter(found.notice) if rule.wait else found.notice.standing is not Filer.THIRD_PARTY
    return shelters and (rule.right is None or rule.right.value in found.notice.rights)


def _suggested(found: Folder, rule: InquiryRule) -> str:
    """What the claimant ticked that makes a provision worth looking at; empty where nothing does."""
    ticked = rule.suggests is not None and rule.suggests.value in found.notice.circumstances
    return term(rule.suggests).label if ticked and rule.suggests else ""


def _faces(found: Folder) -> dict[UUID, Face]:
    waits = [f for f in found.clocks if f.rule.key in WAITS and f.clock.voided_at is None and f.clock.item_id]
    return {f.clock.item_id: f for f in sorted(waits, key=lambda f: f.clock.started_at) if f.clock.item_id}


def _email(session: Session, sender: Sender) -> str:
    return open_text(session, sender.case_id, "sender.email", sender.id, sender.email_sealed)
