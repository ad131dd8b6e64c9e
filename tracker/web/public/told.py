"""What the poster would be told: the letter that staff start from, made from a form that may be half filled in."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup, escape

from tracker.casework.intake import accounts
from tracker.i18n import citation, listed
from tracker.law.grounds import TERMS, Circumstance, Right, Standing
from tracker.law.questions import answered
from tracker.letters import write
from tracker.letters.write import Draft, Letterhead, Line, Told
from tracker.models import LetterChannel, Service
from tracker.now import now
from tracker.web.doors import settings
from tracker.web.forms import IntakeForm

MOST = 3  # items written out in the preview; the letter itself names every one
NOBODY = UUID(int=0)
SHORT = (Circumstance.INTIMATE, Circumstance.ELECTION, Circumstance.AV)  # two days, once each element was confirmed
MINE, GONE, END = "\ue001", "\ue002", "\ue003"  # dress: the claimant's own words, what is withheld or not yet written
UNDRESSED = str.maketrans("", "", MINE + GONE + END)


@dataclass(frozen=True)
class Foretold:
    """The letter as it would leave, its body with the claimant's own words marked, and what to know beside it."""

    draft: Draft
    body: Markup
    notes: list[str]


def foretell(service: Service, form: IntakeForm) -> Foretold:
    """The inquiry that the account named first would get, by what the form says. Nothing is recorded.

    A third party's report gets no inquiry of 法3条2項2号. A tick never shortens a wait: the letter stays that of seven
    days, and a note says when two may apply.
    """
    whose = accounts(form.items)
    ours = [item for item, account in zip(form.items, whose, strict=True) if account == whose[0]]
    report = form.standing.data == Standing.THIRD_PARTY
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
        contact=_mine("、".join(filter(None, (form.email.data, form.else_reached))))
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
        account=_mine(ours[0].account) if ours else "",
        lines=lines or [Line(NOBODY, None, 1, _gone(_("ここに問題の箇所が入ります")), "", Right.OTHER)],
        told=told,
        more=max(0, len(ours) - MOST),
        report=report,
        hidden=_gone,
    )
    return Foretold(draft, _dressed(draft.body), _notes(form, draft, report=report, letters=len(set(whose))))


def _notes(form: IntakeForm, draft: Draft, *, report: bool, letters: int) -> list[str]:
    """What stands beside the preview: what the law does not allow, what may differ, that others get their own."""
    notes = []
    if report:
        notes.append(
            _(
                "第三者からの通報では、投稿した人の考えを尋ねるだけです。法律の照会(%(article)s)にはならず、返事がないことを理由に削除することはできません。",
                article=citation("法3条2項2号"),
            )
        )
    short = [citation(TERMS[Circumstance][one].article) for one in SHORT if one.value in form.circumstances.data]
    if short and draft.article:
        notes.append(
            _(
                "この文は、7日待つときのものです。%(articles)sの条件を担当者が1つずつ確かめたときは、待つ日数が2日になることがあります。上の印だけで短くなることはありません。",
                articles=listed(short),
            )
        )
    if letters > 1:
        notes.append(_("投稿した人ごとに尋ねます。これは、1件目を投稿した人への文です。"))
    return notes


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
