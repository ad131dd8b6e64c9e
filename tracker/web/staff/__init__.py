"""The desk: the worklist, the case, decisions, letters, criteria. Every view carries a guard (web/guards.py)."""
# ruff: noqa: E402, F401 - the rooms below need the blueprint

from flask import Blueprint, request

from tracker.auth import csrf
from tracker.models import Role
from tracker.web import sending, uploads
from tracker.web.guards import somebody

MIB = 1024 * 1024
WITH_FILES = frozenset({"staff.file_paper", "staff.enter_answer", "staff.file_appeal"})
WITH_A_LEDGER = "staff.take_ledger_file"  # one file, as large as a year of moderation

bp = Blueprint("staff", __name__, url_prefix="/desk")


@bp.before_request
def _before() -> None:
    """A long reason is no reason to refuse a form; every form carries its token."""
    request.max_form_memory_size = 8 * MIB
    request.max_content_length = 32 * MIB
    request.max_form_parts = 2000
    if request.endpoint in WITH_FILES:
        uploads.widen()  # before the token is looked for, which reads the form
    if request.endpoint == WITH_A_LEDGER and (person := somebody()) and person.may(Role.LEAD):
        sending.widen()  # only for who may send one: the token is looked for before the guard
    csrf.protect()


import tracker.web.staff.appeals
import tracker.web.staff.approvals
import tracker.web.staff.breaches
import tracker.web.staff.burden
import tracker.web.staff.calendars
import tracker.web.staff.case
import tracker.web.staff.channels
import tracker.web.staff.criteria
import tracker.web.staff.dashboard
import tracker.web.staff.decision
import tracker.web.staff.delivery
import tracker.web.staff.digest
import tracker.web.staff.endings
import tracker.web.staff.evidence
import tracker.web.staff.feeds
import tracker.web.staff.filing
import tracker.web.staff.filings
import tracker.web.staff.forecast
import tracker.web.staff.holds
import tracker.web.staff.investigation
import tracker.web.staff.keys
import tracker.web.staff.ledger
import tracker.web.staff.letters
import tracker.web.staff.mailroom
import tracker.web.staff.papers
import tracker.web.staff.reason_templates
import tracker.web.staff.report
import tracker.web.staff.retention
import tracker.web.staff.reversals
import tracker.web.staff.sender_counts
import tracker.web.staff.sender_systems
import tracker.web.staff.senders
import tracker.web.staff.specialists
import tracker.web.staff.talk
import tracker.web.staff.team
import tracker.web.staff.watch
import tracker.web.staff.worklist
