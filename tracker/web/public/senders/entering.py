"""Who follows a sender's link, how a form behind it is taken, and how often one may try."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions
from tracker.casework.hearing import doors, theirs
from tracker.casework.hearing.doors import Entered
from tracker.i18n import time_text
from tracker.letters.reference import reference
from tracker.models import DoorPurpose
from tracker.now import now
from tracker.sealed import case_key
from tracker.web.doors import database, settings
from tracker.web.public.own import FORMS_TAKEN, WRONG_AN_HOUR, guesses, not_before, too_often
from tracker.web.public.pages import page
from tracker.web.reading import identity, plain_text, single_line

Show = Callable[[str, str, int], ResponseReturnValue]  # a sentence, the field that it is about, the status
FORMS = "sender forms"
DOOR = "public.sender_page"

# Wrong links from one network, counted apart from the wrong secrets of claimants: neither shuts the other out.
link_tries = guesses.shared_limit(
    WRONG_AN_HOUR, scope="sender", deduct_when=lambda response: response.status_code == 404, on_breach=too_often
)


@dataclass(frozen=True)
class Visit:
    """A link as it was followed, and where it leads at this moment."""

    there: Entered
    secret: str

    @property
    def purpose(self) -> DoorPurpose:
        """What the page is for."""
        return self.there.door.purpose

    def address(self, endpoint: str = DOOR, **more: Any) -> str:
        """An address of this door's pages."""
        return url_for(
            endpoint, purpose=self.purpose.value, sender=self.there.sender.id.hex, secret=self.secret, **more
        )


def visit(purpose: str, sender: str, secret: str, *, only: DoorPurpose | None = None) -> Visit:
    """The door of a link, or the page that says that it does not open, 404: the same for every reason."""
    with database().reading() as session:
        return visit_in(session, purpose, sender, secret, only=only)


def visit_in(session: Session, purpose: str, sender: str, secret: str, *, only: DoorPurpose | None = None) -> Visit:
    """The same, where more is read."""
    id, wanted = identity(sender), only or purpose
    typed = single_line(secret).lower()
    if id is None or not typed.isascii() or purpose != wanted or purpose not in list(DoorPurpose):
        abort(gone())
    there = doors.enter(session, id, DoorPurpose(purpose), typed, at=now())
    if there is None or case_key(session, there.case.id) is None:  # after the erasure there is nothing to read
        abort(gone())
    return Visit(there, typed)


def gone() -> Any:
    """The answer to a link that opens nothing, whatever the reason is. What was typed is shown, to be copied."""
    text = plain_text(request.form.get("text")) if request.method == "POST" else ""
    return make_response(door_page("public/sender/gone.html", text=text), 404)


def door_page(template: str, seen: Visit | None = None, **words: Any) -> str:
    """A page of the sender's door. Call it with no session open.

    The quick exit is for who files at home beside the one they fear; here it would only be one more button.
    """
    service = seen.there.service if seen else None
    number = reference(seen.there.sender.id) if seen else ""
    always = {"seen": seen, "exit_url": "", "wait_until": g.get("wait_until", "")}
    return page(template, service, **(always | {"contact": settings().contact, "reference": number} | words))


def numbers(session: Session, there: Entered) -> dict[UUID, int]:
    """How the posts of this sender are counted on their pages: alone, as others in the filing are not theirs."""
    mine = [item.id for item in decisions.items_of(session, there.notice) if item.sender_id == there.sender.id]
    return {id: no for no, id in enumerate(mine, 1)}


def account(session: Session, there: Entered) -> str:
    """The account of this sender as somebody named it; empty where nobody did, and the row has only a name of ours."""
    items = decisions.items_of(session, there.notice)
    named = any(item.account.strip() for item in items if item.sender_id == there.sender.id)
    return there.sender.account if named else ""


def unread(session: Session, seen: Visit) -> bool:
    """Whether something waits to be opened, so that only the cover may be shown."""
    return bool(theirs.unopened(session, seen.there))


def act(
    seen: Visit, verb: Callable[[Session, Entered], object], show: Show, *, done: str, anchor: str = "main"
) -> ResponseReturnValue:
    """Carry out one verb in one transaction behind the door, looked at again under lock; lead back to the page.

    A refusal is shown by `show` with its sentence, 422, or 409 where somebody else was first; who sends too often gets
    the form back with everything kept, and 429.
    """
    mine = (FORMS, seen.there.sender.id.hex, seen.purpose.value)
    if not guesses.limiter.test(FORMS_TAKEN, *mine):
        again = datetime.fromtimestamp(guesses.limiter.get_window_stats(FORMS_TAKEN, *mine).reset_time, UTC)
        g.wait_until = time_text(again, seconds=False)
        return not_before(again, show("", "", 429))
    try:
        with database().writing() as session:
            verb(session, _held(session, seen))
    except Conflict as no:
        return show(str(no), no.about, 409)
    except NotAllowed as no:
        return show(str(no), no.about, 422)
    guesses.limiter.hit(FORMS_TAKEN, *mine)
    return redirect(seen.address(done=done, _anchor=anchor), 303)


def _held(session: Session, seen: Visit) -> Entered:
    """The door with its case locked; the page that it is gone, where the link was voided meanwhile."""
    at = now()
    there = doors.enter(session, seen.there.sender.id, seen.purpose, seen.secret, at=at)
    if there is None:
        abort(gone())
    try:
        return doors.hold(session, there, at=at)
    except NotAllowed:
        abort(gone())


def open_by_hand(seen: Visit) -> None:
    """Open what waits behind the door, now; the page that it is gone, where the link was voided meanwhile."""
    at = now()
    with database().writing() as session:
        theirs.open_all(session, _held(session, seen), at=at)


def chosen(values: list[str]) -> list[UUID]:
    """The ids of ticked boxes; what is none of ours is no choice."""
    return [id for text in values[:300] if (id := identity(text))]
