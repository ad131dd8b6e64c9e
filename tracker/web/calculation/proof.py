"""条文確認: by what source, when and by whom the text of an edition was read here."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from tracker.casework import editions
from tracker.i18n import day_text, gettext as _
from tracker.law.period import japanese_day
from tracker.models import Staff


class Proof(NamedTuple):
    """The confirmation that stands. `by` is for the desk alone: public pages name nobody of the staff."""

    source: str
    day: date
    by: str = ""

    def beside(self, edition: str) -> str:
        """The label of its edition with this proof."""
        words = {"edition": edition, "source": self.source, "day": day_text(self.day)}
        if self.by:
            return _("%(edition)s（条文確認: %(source)s、%(name)s、%(day)s）", name=self.by, **words)
        return _("%(edition)s（条文確認: %(source)s、%(day)s）", **words)


def proof(session: Session, key: str, *, named: bool = False) -> Proof | None:
    """How the text of the edition called `key` was confirmed here; `named` adds who did. None where nobody did."""
    found = editions.standing(session, key)
    if found is None:
        return None
    staff = session.get(Staff, found.confirmed_by) if named and found.confirmed_by else None
    return Proof(found.source, japanese_day(found.confirmed_at), staff.name if staff else "")
