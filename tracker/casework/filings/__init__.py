"""届出 with the minister (法21条): designation, the first filing, each change of a registered matter and its filing."""

from tracker.casework.filings.addresses import Moved, criteria_address, form_address, moved
from tracker.casework.filings.binding import count_rebound
from tracker.casework.filings.changes import change, correct_change, file_changes
from tracker.casework.filings.languages import InEnglish, file_in_english, file_in_japanese, filed_in_english
from tracker.casework.filings.matters import ADDRESSES, MATTERS, Wanted
from tracker.casework.filings.registration import correct, designate, register, served, take_up
from tracker.casework.filings.rows import row_digest
from tracker.casework.filings.view import Change, FiledView, RegisterView, open_register
from tracker.casework.filings.years import YEARLY, end_years, ended_year, publications, still_owed, yearly_done

__all__ = [
    "ADDRESSES",
    "MATTERS",
    "YEARLY",
    "Change",
    "FiledView",
    "InEnglish",
    "Moved",
    "RegisterView",
    "Wanted",
    "change",
    "correct",
    "correct_change",
    "count_rebound",
    "criteria_address",
    "designate",
    "end_years",
    "ended_year",
    "file_changes",
    "file_in_english",
    "file_in_japanese",
    "filed_in_english",
    "form_address",
    "moved",
    "open_register",
    "publications",
    "register",
    "row_digest",
    "served",
    "still_owed",
    "take_up",
    "yearly_done",
]
