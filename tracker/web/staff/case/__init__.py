"""The case page: the page itself and how its forms answer (page), what it says (one module a subject), its sheets."""

from tracker.web.staff.case import sheets
from tracker.web.staff.case.page import Trial, act, case_page, japanese_moment, of

__all__ = ["Trial", "act", "case_page", "japanese_moment", "of", "sheets"]
