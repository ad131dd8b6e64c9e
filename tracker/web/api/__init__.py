"""The door for programs: files for the moderation ledger. A token opens it; there is no session and no cookie."""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api")

from tracker.web.api import ledger as ledger  # noqa: E402 - the views need the blueprint
