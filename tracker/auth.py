"""Sign-in of staff: Flask-Security behind one page. Nothing else of the house knows how a password is checked."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, current_app, make_response, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import LoginForm, RoleMixin, Security, UserDatastore, UserMixin, hash_password
from flask_security.utils import validate_redirect_url
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import func
from sqlmodel import col, select
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from tracker.db import Database
from tracker.models import Role, Staff
from tracker.now import now
from tracker.settings import Settings

SIGN_IN, SIGN_OUT, HOME = "/desk/sign-in", "/desk/sign-out", "/desk/"
NO_SUCH_SIGN_IN = _l("メールアドレスかパスワードが違います。")

csrf = CSRFProtect()


class SignedIn(UserMixin):
    """A member of staff as Flask-Security sees them: made from a Staff row, and no row itself."""

    fs_uniquifier = ""  # Flask-Security looks for it on the class

    def __init__(self, staff: Staff) -> None:
        self.id: UUID = staff.id  # type: ignore[assignment]
        self.email, self.name, self.role = staff.email, staff.name, staff.role
        self.password, self.active, self.fs_uniquifier = staff.password, staff.active, staff.fs_uniquifier
        self.roles: list[RoleMixin] = []


class NoRole(RoleMixin):
    """Flask-Security asks for roles of its own; the desk has one column instead (see web/guards.py)."""


class StaffStore(UserDatastore):
    """Looks staff up in a reading session that is closed before the view runs: the view may want to write."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> SignedIn | None:
        """The member of staff with this e-mail address or session name."""
        [(column, value)] = wanted.items()
        asked = func.lower(col(Staff.email)) == _address(value) if column == "email" else Staff.fs_uniquifier == value
        if column not in {"email", "fs_uniquifier"}:
            return None
        with _database().reading() as session:
            staff = session.exec(select(Staff).where(asked)).first()
        return SignedIn(staff) if staff else None

    def find_role(self, role: str) -> None:
        """There are none."""

    def put(self, user: SignedIn) -> None:
        """Keep a password that was hashed anew, when the way of hashing has changed."""
        with _database().writing() as session:
            staff = session.get_one(Staff, user.id)
            staff.password = user.password or staff.password
            session.add(staff)

    def commit(self) -> None:
        """Every write above is its own transaction."""


class SignInForm(LoginForm):
    """Address and password; the messages never say which of the two was wrong."""

    email = EmailField(validators=[DataRequired(message=_l("メールアドレスを入力してください。"))])
    password = PasswordField(validators=[DataRequired(message=_l("パスワードを入力してください。"))])
    remember = None

    def validate_next(self, field: Any) -> None:
        """Where to go after signing in: a page of our own, or the worklist."""
        if not validate_redirect_url(field.data):
            field.data = ""


def init_app(app: Flask) -> None:
    """Set up sign-in and sign-out, their limit of attempts, and the CSRF tokens of the desk."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SECURITY_LOGIN_URL=SIGN_IN,
        SECURITY_LOGOUT_URL=SIGN_OUT,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW=HOME,
        SECURITY_POST_LOGOUT_VIEW=SIGN_IN,
        SECURITY_LOGIN_USER_TEMPLATE="security/sign_in.html",
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        SECURITY_PASSWORD_SALT=settings.secret_key.get_secret_value(),
        SECURITY_STATIC_FOLDER=None,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FRESHNESS=timedelta(seconds=-1),  # no page asks for the password twice, so there is no page to ask it
        SECURITY_DATETIME_FACTORY=now,
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(NO_SUCH_SIGN_IN, "error"),
    )
    csrf.init_app(app)
    security = Security(app, StaffStore(SignedIn, NoRole), login_form=SignInForm)
    security.login_context_processor(lambda: {"provider": settings.provider, "service": None, "exit_url": ""})
    app.extensions["limits"] = limiter = Limiter(
        get_remote_address, app=app, storage_uri="memory://", strategy="moving-window"
    )
    sign_in = limiter.limit(settings.sign_in_limit, methods=["POST"])(_plain(app.view_functions["security.login"]))
    app.view_functions["security.login"] = sign_in
    app.view_functions["security.logout"] = _plain(app.view_functions["security.logout"])
    app.before_request(_check_token)


def make_password(text: str) -> str:
    """The Argon2 hash of a password, for a new Staff row. Needs an app context.

    Normalised as sign-in normalises it: an é typed in two ways, or a が, is the same password.
    """
    return hash_password(unicodedata.normalize("NFKD", text))


def role_of(user: Any) -> Role | None:
    """The role of whoever is signed in; None for a stranger."""
    return user.role if isinstance(user, SignedIn) else None


def _address(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip().lower()


def _database() -> Database:
    return cast(Database, current_app.extensions["database"])


def _check_token() -> None:
    """Flask-WTF's token on sign-in and sign-out; the desk checks its own. Public doors carry no cookie to abuse."""
    if request.blueprint == "security":
        csrf.protect()


def _plain(view: Callable[..., Any]) -> Callable[..., Response]:
    """The view with the answers of the house: 303 after a POST, 422 for a form that comes back."""

    def answer(**values: Any) -> Response:
        response = make_response(view(**values))
        if request.method == "POST":
            response.status_code = {200: 422, 302: 303}.get(response.status_code, response.status_code)
        return response

    answer.__name__ = answer.__qualname__ = view.__name__
    return answer
