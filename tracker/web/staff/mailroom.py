"""通知の部屋: what waits, what came back, what went; each letter leads to the letters of its case."""

from dataclasses import replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select

from tracker.casework import mailroom as room
from tracker.casework.hearing import in_hand
from tracker.casework.hearing.in_hand import InHand
from tracker.casework.mailroom import PAGE, VIEWS, Asked, Slip
from tracker.i18n import counted, short_time
from tracker.law import N_
from tracker.models import LetterChannel, LetterKind, Role, Service
from tracker.now import now
from tracker.web.doors import database, settings
from tracker.web.guards import allowed, current_staff
from tracker.web.render import page
from tracker.web.staff import bp
from tracker.web.staff.case.letters import CHANNELS, LETTERS, dead_link, letter_state

# To whom a letter goes; who that is by name or address stays on the case.
READERS = {
    LetterKind.SENDER_NOTICE: N_("発信者"),
    LetterKind.REVERSAL: N_("発信者"),
    LetterKind.INQUIRY: N_("発信者"),
    LetterKind.APPEAL_ANSWER: N_("発信者"),
    LetterKind.HOLD_ORDER: N_("保管者"),
    LetterKind.DISCLOSURE_INQUIRY: N_("発信者"),
    LetterKind.ORDER_TOLD: N_("発信者"),
}
CLAIMANT = N_("申出者")
# What is to be done about a letter that did not arrive.
LOST = {
    LetterKind.RECEIPT: N_("連絡先を確かめて、もう一度送る"),
    LetterKind.SENDER_NOTICE: N_("別の方法で発信者に通知する"),
    LetterKind.INQUIRY: N_("別の方法で発信者に照会する"),
    LetterKind.APPEAL_ANSWER: N_("別の方法で発信者に通知する"),
    LetterKind.HOLD_ORDER: N_("宛先を直して、もう一度送る"),
    LetterKind.NEWS: N_("申出者の宛先を直す"),
    LetterKind.DISCLOSURE_INQUIRY: N_("別の方法で発信者に照会する"),
    LetterKind.ORDER_TOLD: N_("別の方法で発信者に通知する"),
}


@bp.get("/letters")
@allowed(Role.REVIEWER)
def mailroom() -> str:
    """The letters of all cases, by what is to be done about them."""
    view = request.args.get("view", "")
    with database().reading() as session:
        services = session.exec(select(Service).order_by(col(Service.name))).all()
        slug = request.args.get("service", "")
        service = next((s.id for s in services if s.slug == slug), None)
        asked = Asked(
            view=view if view in VIEWS else "waiting",
            service=service,
            page=min(max(request.args.get("page", 1, type=int), 1), 10_000),
            reader=current_staff().id,
        )
        found = room.letters(session, asked)
        hand = in_hand.look(session, (slip.letter for slip in found.slips), at=now())
        counts = {v: room.count(session, replace(asked, view=v)) for v in VIEWS}
    return page(
        "staff/mailroom.html",
        room="staff.mailroom",
        asked=asked,
        found=found,
        rows=[_row(slip, hand) for slip in found.slips],
        tabs=_tabs(asked, counts, slug if service else ""),
        slug=slug if service else "",
        services=services,
        service_options=[("", _("すべて")), *((s.slug, s.name) for s in services)],
        first=(found.page - 1) * PAGE + 1,
        earlier=_address(asked, slug, found.page - 1) if found.page > 1 else "",
        later=_address(asked, slug, found.page + 1) if found.more else "",
    )


def _address(asked: Asked, slug: str, number: int) -> str:
    return url_for("staff.mailroom", view=asked.view, service=slug or None, page=number)


def _tabs(asked: Asked, counts: dict[str, int], slug: str) -> list[dict[str, Any]]:
    def link(view: str) -> dict[str, Any]:
        n = counts[view]
        return {
            "href": url_for("staff.mailroom", view=view, service=slug or None),
            "label": _(VIEWS[view]),
            "current": view == asked.view,
            "n": f"{room.COUNT_CAP}+" if n > room.COUNT_CAP else n,
            "kind": "today" if n and view in {"back", "handover"} else None,
        }

    return [link(view) for view in VIEWS]


def _row(slip: Slip, hand: InHand) -> dict[str, Any]:
    letter = slip.letter
    return {
        "number": slip.number,
        "href": _href(slip),
        "service": slip.service,
        "name": _(LETTERS[letter.kind]),
        "reader": _(READERS.get(letter.kind, CLAIMANT)),
        "channel": _(CHANNELS[letter.channel]),
        "article": letter.article,
        "state": letter_state(letter, filed=slip.filed, arrived=letter.id in hand.arrived),
        "mark": "octagon" if slip.lost else None,
        "kind": "bad" if slip.lost else "good" if letter.given_at and not letter.bounced_at else None,
        "next": _next(slip, hand),
        "dead": dead_link(letter, hand),
    }


def _href(slip: Slip) -> str:
    if slip.about == "order":
        return url_for("staff.hold_order", number=slip.number)
    if slip.about == "paper":
        return url_for("staff.paper", number=slip.number, _anchor="letters")
    return url_for("staff.case", number=slip.number, tab="letters", _anchor="work")


def _next(slip: Slip, hand: InHand) -> str:
    """The one next thing to do; empty where there is nothing."""
    letter = slip.letter
    if slip.lost:
        return str(_(LOST.get(letter.kind, N_("別の連絡先に送る"))))
    if letter.refused_at or letter.bounced_at:
        return str(_("後の通知に替わりました"))
    if letter.ended_at:
        return ""
    if letter.channel is LetterChannel.PUBLICATION:
        return str(_("掲示して、URLと日時を記録する"))
    if letter.id in hand.arrived:
        return str(_("届いているため、渡した日時がわかれば記録する"))
    if letter.channel in room.BY_HAND:
        return str(_("渡して、渡したことを記録する"))
    if letter.channel is LetterChannel.SMTP and not settings().mail:
        return str(_("メールの送り方の設定を待っています"))
    if letter.attempts and letter.try_at > now():
        time = short_time(letter.try_at)
        return counted("%(time)sにもう一度送ります（%(n)s回試しました）", letter.attempts, time=time)
    return str(_("まもなく送られます"))
