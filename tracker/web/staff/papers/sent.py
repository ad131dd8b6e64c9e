"""The letters to senders on the page of a paper: what became of each in words, and what may be recorded of it."""

from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import delivery, papers
from tracker.models import LegalPaper, Letter, LetterChannel
from tracker.sealed import open_text
from tracker.web.staff.case.letters import CHANNELS, LETTERS, letter_state


def letters_panel(session: Session, paper: LegalPaper) -> dict[str, Any]:
    """The letters about a paper, and which may be written."""
    filed = delivery.filed(session, [paper.case_id])
    return {
        "rows": [
            _row(session, paper, letter, filed=letter.id in filed) for letter in papers.letters_of(session, paper)
        ],
        "writes": [(kind.value, _(LETTERS[kind])) for kind in papers.letter_kinds(paper)],
    }


def _row(session: Session, paper: LegalPaper, letter: Letter, *, filed: bool) -> dict[str, Any]:
    sealed = {"to": letter.to_sealed, "subject": letter.subject_sealed, "body": letter.body_sealed}
    words = {
        name: open_text(session, paper.case_id, f"letter.{name}", letter.id, text) for name, text in sealed.items()
    }
    return words | {
        "id": str(letter.id),
        "kind": letter.kind.value,
        "name": _(LETTERS[letter.kind]),
        "channel": _(CHANNELS[letter.channel]),
        "article": letter.article,
        "state": letter_state(letter, filed=filed),
        "given": letter.given_at is not None,
        "lost": bool(letter.refused_at or letter.bounced_at),
        "to_hand_over": letter.channel is not LetterChannel.SMTP and not (letter.given_at or letter.cancelled_at),
        "may_bounce": letter.given_at is not None and not letter.bounced_at,
    }
