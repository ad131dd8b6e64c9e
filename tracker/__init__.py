"""Kigen (期限): create_app(settings) wires the rooms together and decides nothing."""

from pathlib import Path

from flask import Flask
from flask_htmx import HTMX
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import auth, cli
from tracker.casework import calendars
from tracker.db import connect
from tracker.jobs import watch
from tracker.jobs.engine import knocker
from tracker.keys import Keyring
from tracker.settings import Settings, from_environment
from tracker.web import api, doors, errors, health, language, public, staff

ROOT = Path(__file__).parents[1]


def create_app(settings: Settings | None = None) -> Flask:
    """The application: public form, desk, health page and commands on one database."""
    settings = settings or from_environment()
    app = Flask("tracker", root_path=str(Path(__file__).parent), template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        BABEL_DEFAULT_LOCALE="ja",
        BABEL_DEFAULT_TIMEZONE="Asia/Tokyo",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.extensions["settings"] = settings
    app.extensions["database"] = connect(
        settings, knock=knocker(settings), keys=Keyring(settings), calendar=calendars.current, watch=watch()
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    HTMX(app)
    doors.init_app(app)
    language.init_app(app)
    auth.init_app(app)
    doors.readable_json(app)  # after Flask-Security, which brings a provider of its own
    errors.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(public.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(staff.bp)
    cli.init_app(app)
    return app
