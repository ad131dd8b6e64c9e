"""One function per letter. Each returns a Draft: exactly what is previewed, stored and sent. Japanese (規則21条4項)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.i18n import japanese, japanese_date, japanese_time
from tracker.law import N_
from tracker.law.grounds import Basis, DeferralGround, MeasureKind, Right, term
from tracker.law.period import japanese_day
from tracker.letters.reference import reference
from tracker.models import LetterChannel, LetterKind

TEMPLATES = Path(__file__).parents[2] / "templates" / "letters"

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


@dataclass(frozen=True)
class Promise:
    """What a receipt says about the day of the answer: the last day, and how it was counted."""

    last_day: date
    days: int
    first_counted: bool  # the day of receipt counts itself (民法140条ただし書)
    link: str  # the same question, put to the public calculator
    articles: Sequence[str] = field(default=("法25条1項・規則16条", "民法140条・141条"))


@dataclass(frozen=True)
class WayIn:
    """How to reach the status page: its secret address, and for paper what is typed: the page that asks, the secret."""

    link: str
    ask: str
    secret: str


def receipt(head: Letterhead, *, to: str, name: str, items: int, files: int, promise: Promise, way: WayIn) -> Draft:
    """The acknowledgement of a filing: number, date and time of receipt to the second (法22条2項3号), and the day.

    Without an address of mail it is a letter on paper, from which nobody can follow a link.
    """
    return _draft(
        LetterKind.RECEIPT,
        "法22条2項3号" if head.statutory else "",
        f"receipt:{head.number}:{head.received_at:%Y%m%dT%H%M%S}",
        to,
        head=head,
        name=name,
        items=items,
        files=files,
        promise=promise,
        way=way,
        paper=not to,
    )


def outcome(
    head: Letterhead, *, to: str, name: str, lines: Sequence[Line], left: int, deferred: Sequence[UUID]
) -> Draft:
    """The outcome of items, with reasons (法25条1項各号; 2項前段 where an interim reply went before).

    `left` is how many items of the notice are not in this letter, `deferred` those that an interim reply went before.
    """
    rest = len(lines) - len(deferred)
    articles = [*(["法25条1項"] if rest else []), *(["法25条2項"] if deferred else [])]
    return _draft(
        LetterKind.OUTCOME,
        "・".join(articles) if head.statutory else "",
        f"outcome:{head.number}:" + _name(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        name=name,
        left=left,
        deferred=deferred,
    )


def interim(
    head: Letterhead,
    *,
    to: str,
    name: str,
    lines: Sequence[Line],
    ground: DeferralGround,
    content: str,
    left: int,
) -> Draft:
    """The interim reply: which ground of 法25条2項 applies and, for 3号, the concrete reason."""
    draft = _draft(
        LetterKind.INTERIM,
        term(ground).article if head.statutory else "",
        f"interim:{head.number}:{ground}:" + _name(content, *(f"{line.item} {line.decision}" for line in lines)),
        to,
        lines=lines,
        head=head,
        name=name,
        ground=ground,
        content=content,
        left=left,
    )
    reason = content if ground is DeferralGround.UNAVOIDABLE else ""
    return replace(draft, ground=ground.value, deferral=reason)


def sender_notice(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID,
    account: str,
    lines: Sequence[Line],
    public: bool = False,
    link: str = "",
) -> Draft:
    """The notice to the sender of a measure: what, why, and how it rests on the criteria (法27条).

    A `public` one stands where everybody reads it (容易に知り得る状態): it greets nobody, names no account, no place of
    a post and none of its words, and leads nowhere that is the sender's alone. Else `link` leads to the page where the
    sender reads it and may appeal.
    """
    draft = _draft(
        LetterKind.SENDER_NOTICE,
        "法27条" if head.registered else "",
        f"sender_notice:{sender}:" + _name(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        reference=reference(sender),
        public=public,
        link=link,
    )
    return Draft(**{**draft.__dict__, "channel": channel, "sender_id": sender})


def reversal(
    head: Letterhead, *, to: str, channel: LetterChannel, sender: UUID, account: str, lines: Sequence[Line]
) -> Draft:
    """To a sender who had been told of a measure: it was taken back, when and why. No article demands it (任意)."""
    draft = _draft(
        LetterKind.REVERSAL,
        "",
        f"reversal:{sender}:" + _name(*(str(line.decision) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        reference=reference(sender),
    )
    return replace(draft, channel=channel, sender_id=sender)


def appeal_answer(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID,
    account: str,
    line: Line,
    reversed: bool,
    reason: str,
    received_at: datetime,
) -> Draft:
    """To a sender: what became of their appeal against a measure, and why. No article demands it; it is counted."""
    draft = _draft(
        LetterKind.APPEAL_ANSWER,
        "",
        f"appeal_answer:{line.decision}",
        to,
        lines=[line],
        head=head,
        account=account,
        reference=reference(sender),
        reversed=reversed,
        reason=reason,
        received_at=received_at,
    )
    return replace(draft, channel=channel, sender_id=sender)


def reversal_to_claimant(head: Letterhead, *, to: str, name: str, lines: Sequence[Line]) -> Draft:
    """The same to a claimant who had been told that a measure was taken (任意)."""
    key = f"reversal_claimant:{head.number}:" + _name(*(str(line.decision) for line in lines))
    return _draft(LetterKind.REVERSAL_CLAIMANT, "", key, to, lines=lines, head=head, name=name)


@dataclass(frozen=True)
class Told:
    """What a sender is told of a filing. Empty is withheld; without the reason the letter is no 法3条2項2号の照会."""

    rights: Sequence[str]
    reason: str
    answers: Sequence[tuple[str, str]] = ()  # question and answer; part of the reason
    name: str = ""
    contact: str = ""
    evidence: bool = False


def inquiry(
    head: Letterhead,
    *,
    to: str,
    channel: LetterChannel,
    sender: UUID | None,
    account: str,
    lines: Sequence[Line],
    told: Told,
    more: int = 0,
    days: int = 7,
    article: str = "法3条2項2号",
    report: bool = False,
    hidden: Callable[[str], str] = str,
    link: str = "",
) -> Draft:
    """The question to the sender whether they agree to a measure: content, right and reason are shown (法3条2項2号).

    The shelter of that article needs a 申出 by the infringed person and the reason: after a `report` of a third party,
    or without the reason, the letter asks what the sender thinks and claims nothing of their silence. Two days instead
    of seven (法4条1号 and two other Acts) are for whoever sends it to pass, once each element was confirmed.

    `more` items are named by their number only; `hidden` dresses, in a preview, the words for what is withheld.
    `link` leads to the page where the sender reads and answers.
    """
    shelter = bool(told.reason) and not report
    draft = _draft(
        LetterKind.INQUIRY,
        article if shelter else "",
        f"inquiry:{sender}:" + _name(told.reason, *(str(line.item) for line in lines)),
        to,
        lines=lines,
        head=head,
        account=account,
        more=more,
        days=days,
        shelter=shelter,
        filer="通報者" if report else "申出者",
        report=report,
        reference=reference(sender) if sender else "",
        hidden=hidden,
        link=link,
        **told.__dict__,
    )
    return replace(draft, channel=channel, sender_id=sender)


@dataclass(frozen=True)
class PaperHead:
    """Who writes to a sender about a paper that names their posts, under the number of that paper."""

    provider: str
    service: str
    number: str
    served_at: datetime
    petition: bool = False  # the paper is the copy of a petition (法11条1項)
    contact: str = ""
    time_known: bool = True  # else only the day of its service

    @property
    def served_on(self) -> date:
        """The Japanese day of its service."""
        return japanese_day(self.served_at)


@dataclass(frozen=True)
class Disclosure:
    """What a sender is told of a request for disclosure. The claimant stays empty unless they released their name."""

    content: str = ""
    right: str = ""
    reason: str = ""
    asked: str = ""
    claimant: str = ""


BLANK = "【ここに書く】"  # in a draft, where somebody has yet to write


def disclosure_inquiry(head: PaperHead, *, to: str, account: str, said: Disclosure, days: int = 14) -> Draft:
    """The question to a sender what they say to a disclosure, and why where they refuse (法6条1項).

    It says that it is apart from the inquiry of 法3条2項2号. The law names no days: `days` is what is usual.
    """
    key = f"disclosure_inquiry:{head.number}"
    return _draft(
        LetterKind.DISCLOSURE_INQUIRY,
        "法6条1項",
        key,
        to,
        head=head,
        account=account,
        said=said,
        days=days,
        blank=BLANK,
    )


def order_told(head: PaperHead, *, to: str, account: str, said: Disclosure) -> Draft:
    """To a sender who had objected: an order to disclose was received (法6条2項)."""
    return _draft(
        LetterKind.ORDER_TOLD, "法6条2項", f"order_told:{head.number}", to, head=head, account=account, said=said
    )


def worded(draft: Draft, *, channel: LetterChannel, subject: str, body: str) -> Draft:
    """The draft as somebody worded it. The same words to the same reader are the same letter."""
    key = f"{draft.key}:" + _name(draft.to, channel.value, subject, body)
    return replace(draft, channel=channel, subject=subject, body=body, key=key)


def by_post(draft: Draft) -> Draft:
    """The same letter on paper where no e-mail address is known: staff send it and record when and how."""
    return draft if draft.to else replace(draft, channel=LetterChannel.POST)


def news(provider: str, *, to: str, key: str, link: str) -> Draft:
    """That something new is on the status page. Never what: others may read the mail of whoever filed."""
    return _draft(LetterKind.NEWS, "", key, to, provider=provider, link=link)


def way_in(provider: str, *, to: str, key: str, link: str) -> Draft:
    """The way to the status page for a claimant who lost it. It goes to the address on file and to no other."""
    return _draft(LetterKind.WAY_IN, "", key, to, provider=provider, link=link, moved=False)


def moved_in(provider: str, *, to: str, key: str, link: str) -> Draft:
    """The new way to the status page for a new address, since the one that went to the old address opens nothing."""
    return _draft(LetterKind.WAY_IN, "", key, to, provider=provider, link=link, moved=True)


def address_code(provider: str, *, to: str, key: str, code: str, hours: int) -> Draft:
    """The code that proves a new address. Somebody whose address was mistyped learns nothing from it."""
    return _draft(LetterKind.ADDRESS_CODE, "", key, to, provider=provider, code=code, hours=hours)


def address_moved(provider: str, *, to: str, key: str, contact: str) -> Draft:
    """Tells the old address that mail goes elsewhere now, and whom to turn to. It opens nothing: others may read it."""
    return _draft(LetterKind.ADDRESS_MOVED, "", key, to, provider=provider, contact=contact)


@dataclass(frozen=True)
class OrderHead:
    """Who asks which custodian to keep logs, under which number."""

    provider: str
    service: str
    custodian: str
    number: str
    ordered_at: datetime
    kind: str = "preserve"  # of OrderKind: keep, keep longer, release or erase
    withdrawn: bool = False


@dataclass(frozen=True)
class Taken:
    """What an order to erase takes of the logs of some of its lines: some classes, up to a Japanese day."""

    numbers: Sequence[int]
    logs_until: date
    classes: Sequence[str]


def hold_order(
    order: OrderHead,
    *,
    to: str,
    lines: int,
    ends: Sequence[date | None],
    articles: Sequence[str],
    link: str,
    version: int,
    taken: Sequence[Taken] = (),
) -> Draft:
    """The order to a custodian about logs kept until a day of `ends` (ガイドライン38条); None: until they hear from us.

    Neither account nor URL is in the mail: the page behind `link` lists them. `version` of the link makes it a new
    letter: the address sent before is void then. `taken`: what an order to erase takes.
    """
    return _draft(
        LetterKind.HOLD_ORDER,
        "・".join(articles),
        f"hold_order:{order.number}:{'withdrawn' if order.withdrawn else version}",
        to,
        order=order,
        covered=lines,
        ends=sorted({end for end in ends if end}),
        some_open=None in ends,
        articles=articles,
        link=link,
        again=version > 1,
        taken=taken,
    )


def _name(*parts: str) -> str:
    """A short name for what a letter is about: three hundred ids do not fit into an index."""
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _draft(kind: LetterKind, article: str, key: str, to: str, *, lines: Sequence[Line] = (), **words: object) -> Draft:
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
