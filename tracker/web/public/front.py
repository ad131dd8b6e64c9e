"""The front page: which services there are, and where to file."""

from tracker.web.public import bp
from tracker.web.public.pages import page, services


@bp.get("/")
def front() -> str:
    """The services of this provider, each with its form."""
    return page("public/front.html", services=services())
