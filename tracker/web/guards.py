"""Who may do what at the desk: one guard per route, naming the least role it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.exceptions import Forbidden

from tracker.auth import SIGN_IN, SignedIn
from tracker.models import ROLES, Role
from tracker.web.unsent import typed, unsent

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
ORDER = list(ROLES)


@dataclass(frozen=True)
class Person:
    """Whoever is signed in."""

    id: UUID
    name: str
    role: Role

    def may(self, least: Role) -> bool:
        """Whether this person's role is `least` or above it."""
        return ORDER.index(self.role) >= ORDER.index(least)


class TooLow(Forbidden):
    """Whoever is signed in has a role below the one that a view needs: the page of the error says which, and whose."""

    def __init__(self, least: Role) -> None:
        super().__init__()
        self.least = least


def allowed(least: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in staff of role `least` and above. A stranger is sent to sign in and comes back; a lower role gets 403.

    A stranger who typed something (the sign-in ended meanwhile) gets it back to copy.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = somebody()
            if person is None:
                return unsent(signed_in=False) if typed() else _to_sign_in()
            if not person.may(least):
                raise TooLow(least)
            return view(*args, **kwargs)

        guarded.least_role = least  # type: ignore[attr-defined]
        return guarded

    return guard


def somebody() -> Person | None:
    """Whoever is signed in, or None."""
    user = current_user._get_current_object()
    return Person(user.id, user.name, user.role) if isinstance(user, SignedIn) and user.active else None


def current_staff() -> Person:
    """Whoever is signed in. Only for views that carry a guard."""
    person = somebody()
    if person is None:
        abort(403)
    return person


def _to_sign_in() -> ResponseReturnValue:
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    response = make_response(redirect(SIGN_IN + (f"?next={quote(back)}" if back else ""), 303))
    if request.headers.get("HX-Request"):
        response = make_response("", 204)
        response.headers["HX-Redirect"] = SIGN_IN
    return response
