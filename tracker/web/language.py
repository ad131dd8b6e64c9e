"""The language of a page: chosen by a link, kept in a plain cookie; without a choice, as the browser asks.

The cookie says nothing but the language. A claimant's goes when the browser is closed, a colleague's stays a year.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, request, url_for
from flask_babel import Babel, Domain, refresh

from tracker import i18n
from tracker.i18n import DEFAULT, EASY, FOR_EVERYBODY, LANGUAGES, ruby
from tracker.web.doors import settings
from tracker.web.unsent import form_page

NAME = "lang"  # of the cookie, and in an address
KEPT = timedelta(days=365)


class Words(Domain):
    """The house's catalogues for Flask-Babel: templates and every room below say the same words."""

    def get_translations(self) -> Any:
        """The catalogue of the language spoken now."""
        return i18n.catalogue(i18n.language())


def init_app(app: Flask) -> None:
    """Choose the language before anything else looks at a request, and say it on every page."""
    Babel(app, locale_selector=i18n.tag)
    app.extensions["babel"].instance.domain_instance = Words()
    app.before_request(_choose)
    app.after_request(_say)
    app.teardown_request(lambda _error: i18n.speak(DEFAULT))
    app.context_processor(_of_page)
    app.jinja_env.globals |= {"counted": i18n.counted, "language": i18n.language}


def _choose() -> None:
    refresh()
    i18n.speak(_asked() or _kept() or (DEFAULT if _at_the_desk() else _of_browser()))


def _asked() -> str:
    """The language that this address asks for."""
    return _known(request.args.get(NAME))


def _kept() -> str:
    return _known(request.cookies.get(NAME))


def _known(name: str | None) -> str:
    return name if name in _offered() else ""


def _offered() -> dict[str, str]:
    """The languages of this door: easy Japanese is for whoever files, and the desk is none the less in Japanese."""
    return LANGUAGES if _at_the_desk() else FOR_EVERYBODY


def _of_browser() -> str:
    """English for a browser that asks for it first and reads no Japanese."""
    wanted = [tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0]
    return wanted[0] if wanted and wanted[0] in LANGUAGES and DEFAULT not in wanted else DEFAULT


def _at_the_desk() -> bool:
    return f"{request.path}/".startswith("/desk/")


def _say(response: Response) -> Response:
    if "Content-Language" in response.headers:
        return response  # published bytes: they say themselves in which language they are, and stay as they are
    if i18n.language() == EASY:
        _give_readings(response)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = i18n.tag()
        response.vary.update(["Accept-Language", "Cookie"])
    if _asked():
        response.set_cookie(
            NAME,
            _asked(),
            max_age=KEPT if _at_the_desk() else None,
            secure=settings().base_url.startswith("https://"),
            httponly=True,
            samesite="Lax",
        )
    return response


def _give_readings(response: Response) -> None:
    """Put ふりがな over the words of a page; leave them out of any other text."""
    kind = response.mimetype or ""
    if response.is_streamed or not (response.is_json or kind.startswith("text/")):
        return
    read = ruby.page if kind == "text/html" else ruby.plain
    response.set_data(read(response.get_data(as_text=True)))


def _of_page() -> dict[str, Any]:
    """What a layout needs: its language, and an address of this page in each."""
    return {
        "locale": i18n.tag(),
        "easy": i18n.language() == EASY,
        "languages": [
            {
                "tag": i18n.tag(one),
                "name": name,
                "href": _href(one),
                "current": one == i18n.language(),
                "easy": one == EASY,
            }
            for one, name in _offered().items()
        ],
    }


def _href(tag: str) -> str:
    """This page in another language; after a form that was sent, the page that has the form."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != NAME]
    adapter = current_app.create_url_adapter(request)
    opens = request.method != "POST" or (adapter and "GET" in adapter.allowed_methods())
    path = request.path if opens else form_page() if _at_the_desk() else url_for("public.front")
    return f"{quote(path)}?{urlencode([*(kept if opens else []), (NAME, tag)], safe='@')}"
