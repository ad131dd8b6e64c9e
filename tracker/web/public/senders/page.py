"""The page behind a sender's link: a cover that shows nothing, the button that opens it, and what is behind."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from tracker.casework.hearing import receiving, theirs
from tracker.models import DoorPurpose, LetterKind
from tracker.web import uploads
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.senders.appeals import notice_page
from tracker.web.public.senders.entering import (
    Visit,
    door_page,
    gone,
    link_tries,
    open_by_hand,
    unread,
    visit,
)
from tracker.web.public.senders.inquiry import inquiry_page

WITH_FILES = ("public.answer_inquiry", "public.appeal")


@bp.before_request
def _room_for_files() -> None:
    if request.method == "POST" and request.endpoint in WITH_FILES:
        uploads.widen()


@bp.get("/sender/<purpose>/<sender>/<secret>")
@link_tries
def sender_page(purpose: str, sender: str, secret: str) -> ResponseReturnValue:
    """The cover while something was not opened by hand, else what is behind. Looking at it records nothing."""
    seen = visit(purpose, sender, secret)
    with database().reading() as session:
        if unread(session, seen):
            waits = theirs.unopened(session, seen.there)
            standing = receiving.standing(session, seen.there.case, seen.there.sender.id)
            known = {one.letter.id for one in standing if one.row.received_at}
            sheltered = {one.letter.id for one in standing if one.row.shelter}
            facts = {
                "proved": bool(waits) and known.issuperset(letter.id for letter in waits),
                "shelter": not sheltered.isdisjoint(letter.id for letter in waits),
                "outcome": any(letter.kind is LetterKind.APPEAL_ANSWER for letter in waits),
            }
        else:
            waits, facts = [], {}
    if waits:
        return door_page("public/sender/cover.html", seen, **facts, done=request.args.get("done", ""))
    return _behind(seen)


@bp.post("/sender/<purpose>/<sender>/<secret>/open")
@link_tries
def open_sender_page(purpose: str, sender: str, secret: str) -> ResponseReturnValue:
    """The sender opens the page by hand: what is there has reached them. Programs that look at links only GET."""
    seen = visit(purpose, sender, secret)
    open_by_hand(seen)
    return redirect(seen.address(), 303)


@bp.get("/sender/<purpose>/<sender>/<secret>/<any(open, answer, appeal):form>")
@link_tries
def sender_form(purpose: str, sender: str, secret: str, form: str) -> ResponseReturnValue:
    """The address of a form that came back, loaded again or in another language: to the page that has the form."""
    return redirect(visit(purpose, sender, secret).address(_anchor=None if form == "open" else form), 303)


@bp.get("/sender/", strict_slashes=False)
@bp.get("/sender/<path:rest>")
@link_tries
def cut_off_link(rest: str = "") -> ResponseReturnValue:
    """A link of which a part is missing."""
    answer: ResponseReturnValue = gone()
    return answer


def _behind(seen: Visit) -> ResponseReturnValue:
    return inquiry_page(seen) if seen.purpose is DoorPurpose.INQUIRY else notice_page(seen)
