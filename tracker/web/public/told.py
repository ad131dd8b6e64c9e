"""What the poster would be told: the very letter of an inquiry, made from a form that may be half filled in."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup, escape

from tracker.law.grounds import TERMS, Right
from tracker.law.questions import answered
from tracker.letters import write
from tracker.letters.write import Draft, Letterhead, Line, Told
from tracker.models import LetterChannel, Service
from tracker.now import now
from tracker.web.doors import settings
from tracker.web.forms import IntakeForm

MOST = 3  # items written out in the preview; the letter itself names every one
NOBODY = UUID(int=0)
MINE, GONE, END = "\ue001", "\ue002", "\ue003"  # dress: the claimant's own words, what is withheld or not yet written
UNDRESSED = str.maketrans("", "", MINE + GONE + END)


@dataclass(frozen=True)
class Foretold:
    """The letter as it would leave, and its body with the claimant's own words marked."""

    draft: Draft
    body: Markup


def foretell(service: Service, form: IntakeForm) -> Foretold:
    """The inquiry that the account named first would get, were it sent now. Nothing is recorded."""
    first = form.items[0] if form.items else None
    ours = [item for item in form.items if first and item.account == first.account]
    rights = [TERMS[Right][right].label for right in Right if right.value in form.rights.data]
    answers = {question.key: form.answers[question.key] for question in form.asked if form.answers[question.key]}
    lines = [
        Line(NOBODY, None, n, _mine(item.url), _mine(item.quote), Right.OTHER, mark=_mine(item.mark))
        for n, item in enumerate(ours[:MOST], 1)
    ]
    told = Told(
        rights=[_mine(label) for label in rights] or [_gone(_("ここに選んだ権利が入ります"))],
        reason="" if form.withhold.data else _mine(form.reason.data) or _gone(_("ここに理由が入ります")),
        answers=[(question, _mine(answer)) for question, answer in answered(answers)],
        name=_mine(form.name.data) if "name" in form.tell.data else "",
        contact=_mine("、".join(filter(None, (form.email.data, form.phone.data))))
        if "contact" in form.tell.data
        else "",
        evidence="evidence" in form.tell.data,
    )
    head = Letterhead(
        settings().provider, service.name, "", now(), statutory=True, registered=True, contact=settings().contact
    )
    draft = write.inquiry(
        head,
        to="",
        channel=LetterChannel.HANDOVER,
        sender=None,
        account=_mine(first.account) if first else "",
        lines=lines or [Line(NOBODY, None, 1, _gone(_("ここに問題の箇所が入ります")), "", Right.OTHER)],
        told=told,
        more=max(0, len(ours) - MOST),
        hidden=_gone,
    )
    return Foretold(draft, _dressed(draft.body))


def _mine(text: str) -> str:
    return f"{MINE}{text.translate(UNDRESSED)}{END}" if text else ""


def _gone(text: str) -> str:
    return f"{GONE}{text}{END}"


def _dressed(body: str) -> Markup:
    """The body as a page shows it: what is the claimant's own is marked, what is withheld is grey."""
    marks = {MINE: ("<mark>", "</mark>"), GONE: ('<span class="letter__gone">', "</span>")}
    out, closing = [], ""
    for char in str(escape(body)):
        if char in marks:
            opening, closing = marks[char]
            out.append(opening)
        else:
            out.append(closing if char == END else char)
    return Markup("".join(out))  # noqa: S704 - escaped above, but for our own two tags
