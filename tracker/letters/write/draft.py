"""What every letter is before it is posted, and how it is drawn from its templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.i18n import japanese, japanese_date, japanese_time
from tracker.law import N_
from tracker.law.grounds import Basis, DeferralGround, MeasureKind, Right, term
from tracker.models import LetterChannel, LetterKind

TEMPLATES = Path(__file__).parents[3] / "templates" / "letters"

# What a measure is called to whoever posted: what happened to them first, then the word of the Act (法2条9号).
TO_SENDER: dict[MeasureKind, str] = {
    MeasureKind.REMOVE: N_("投稿の削除（送信防止措置）"),
    MeasureKind.HIDE: N_("投稿の非表示（送信防止措置）"),
    MeasureKind.SUSPEND: N_("アカウントの利用停止（送信防止措置）"),
}


@dataclass(frozen=True)
class Draft:
    """A letter before it is posted. `key` names its meaning: the same key is the same letter, sent once."""

    kind: LetterKind
    channel: LetterChannel
    article: str
    key: str
    to: str
    subject: str
    body: str
    covers: Sequence[tuple[UUID, UUID | None]] = ()  # item, and the decision stated of it
    sender_id: UUID | None = None
    ground: str = ""
    deferral: str = ""  # the concrete content of やむを得ない理由 (法25条2項3号), as it stands in the letter

    @property
    def digest(self) -> str:
        """What ties a preview to the sending of the very same text."""
        return sha256("\n".join((self.to, self.subject, self.body)).encode()).hexdigest()


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the provider, the service and the notice's number."""

    provider: str
    service: str
    number: str
    received_at: datetime
    statutory: bool  # 法25条 binds toward this filer
    registered: bool  # the duties of 法22条以下 bind the provider
    contact: str = ""  # where a sender can object


@dataclass(frozen=True)
class Line:
    """What a letter says of one item."""

    item: UUID
    decision: UUID | None
    no: int
    place: str  # URL or other locator
    quote: str
    right: Right
    mark: str = ""  # where in the post: 2:15, third picture
    taken: bool = False
    kind: MeasureKind | None = None
    executed_at: datetime | None = None
    reversed_at: datetime | None = None  # when that measure was taken back
    undone: tuple[datetime, datetime] | None = None  # an earlier measure: when it was taken, and taken back
    reason: str = ""
    basis: Basis | None = None
    clause: str = ""  # version, number and title of the clause, where the basis is one
    facts: str = ""
    finding: str = ""  # what the investigation found instead of an infringement: gone, not to be found, elsewhere


def worded(draft: Draft, *, channel: LetterChannel, subject: str, body: str) -> Draft:
    """The draft as somebody worded it. The same words to the same reader are the same letter."""
    key = f"{draft.key}:" + named(draft.to, channel.value, subject, body)
    return replace(draft, channel=channel, subject=subject, body=body, key=key)


def by_post(draft: Draft) -> Draft:
    """The same letter on paper where no e-mail address is known: staff send it and record when and how."""
    return draft if draft.to else replace(draft, channel=LetterChannel.POST)


def named(*parts: str) -> str:
    """A short name for what a letter is about: three hundred ids do not fit into an index."""
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()


def drawn(kind: LetterKind, article: str, key: str, to: str, *, lines: Sequence[Line] = (), **words: object) -> Draft:
    words = {"lines": lines, "article": article, **words}
    return Draft(
        kind=kind,
        channel=LetterChannel.SMTP,
        article=article,
        key=key,
        to=to,
        subject=_render(kind, "subject", words).strip(),
        body=_render(kind, "body", words),
        covers=[(line.item, line.decision) for line in lines],
    )


@japanese()
def _render(kind: LetterKind, part: str, words: dict[str, object]) -> str:
    return _environment().get_template(f"{kind.value}/{part}.txt").render(words)


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - plain text, not HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"jdate": japanese_date, "jtime": japanese_time, "term": lambda m: term(m).label}
    environment.filters["measure"] = TO_SENDER.__getitem__
    environment.globals |= {"Basis": Basis, "DeferralGround": DeferralGround}
    return environment
