"""A claimant takes the notice back, or says that a post cannot be seen any more."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import NotAllowed, afterwards, decisions, endings, journal
from tracker.models import Notice
from tracker.now import now
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.own import Own, act, own, own_page, secret_tries
from tracker.web.reading import identity, plain_text


@bp.get("/s/<slug>/status/<number>/<secret>/withdrawal")
@secret_tries
def withdrawal(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """What it means to take the notice back, before it is done."""
    return _withdrawal(own(slug, number, secret))


@bp.post("/s/<slug>/status/<number>/<secret>/withdrawal")
@secret_tries
def withdraw(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """The claimant takes the whole notice back. It is kept, and counted."""
    mine, at = own(slug, number, secret), now()
    text = plain_text(request.form.get("text"))

    def record(session: Session, notice: Notice) -> None:
        if request.form.get("sure") != "1":
            raise NotAllowed(_("取り下げると元に戻せません。取り下げるときは、印を付けてください。"))
        endings.withdraw(session, notice, actor=journal.CLAIMANT, at=at, remark=text)

    return act(mine, record, lambda no, code: (_withdrawal(mine, no), code), done="withdrawal")


def _withdrawal(mine: Own, problem: str = "") -> str:
    return own_page(
        "public/withdrawal.html",
        mine,
        text=plain_text(request.form.get("text")),
        sure=request.form.get("sure") == "1",
        problem=problem,
    )


@bp.get("/s/<slug>/status/<number>/<secret>/gone")
@secret_tries
def vanished(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Choose the posts that cannot be seen any more."""
    return _vanished(own(slug, number, secret))


@bp.post("/s/<slug>/status/<number>/<secret>/gone")
@secret_tries
def say_vanished(slug: str, number: str, secret: str) -> ResponseReturnValue:
    """Posts cannot be seen any more. No measure is recorded by that, and no duty ends."""
    mine, at = own(slug, number, secret), now()
    chosen = [id for text in request.form.getlist("item")[:300] if (id := identity(text))]
    return act(
        mine,
        lambda session, notice: afterwards.gone(session, notice, chosen, at=at),
        lambda no, code: (_vanished(mine, no), code),
        done="gone",
        anchor="h-items",
    )


def _vanished(mine: Own, problem: str = "") -> str:
    with database().reading() as session:
        items = decisions.items_of(session, mine.notice)
        said = afterwards.said_gone(session, mine.notice)
    return own_page(
        "public/gone.html", mine, items=items, said=said, chosen=request.form.getlist("item"), problem=problem
    )
