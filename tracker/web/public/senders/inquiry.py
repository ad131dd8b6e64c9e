"""意見照会 as its sender reads it: what is alleged, until when an answer counts, and the form to agree or object."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import Conflict, NotAllowed, decisions, journal
from tracker.casework.hearing import answering, theirs
from tracker.casework.hearing.answering import Words
from tracker.casework.hearing.doors import Entered
from tracker.casework.hearing.rows import Answered
from tracker.casework.hearing.theirs import Question
from tracker.law import N_
from tracker.law.grounds import Standing
from tracker.models import DoorPurpose, Evidence, Item, Position
from tracker.now import now
from tracker.sealed import open_text
from tracker.web.doors import database
from tracker.web.public import bp
from tracker.web.public.senders import typing_in
from tracker.web.public.senders.entering import Visit, account, act, chosen, door_page, link_tries, numbers, visit
from tracker.web.public.senders.files import released
from tracker.web.public.senders.typing_in import Refused

# What the form offers, and what each choice means. The reason is the sender's to give, and for staff to read.
POSITIONS: dict[Position, tuple[str, str]] = {
    Position.AGREES: (
        N_("同意する"),
        N_("削除などの措置をしてよい、という回答です。すぐに措置を講ずることがあります。"),
    ),
    Position.OBJECTS: (N_("同意しない"), N_("理由を書いてください。担当者が読んで、措置を講ずるかを判断します。")),
    Position.WORDS: (
        N_("意見だけを述べる"),
        N_("同意するとも、しないとも答えません。「同意しない」という回答としては扱いません。"),
    ),
}
AGREES_AFTER = N_("すでに講じた措置に同意する、という回答です。")
NAMES = {"items": "items", "sure": "sure", "files": "evidence", "text": "text"}
FIELDS = ("items", "position", "sure", "text", "evidence")


@dataclass(frozen=True)
class Post:
    """A post of the sender that somebody complained of."""

    id: UUID
    no: int
    place: str
    quote: str
    mark: str
    executed: bool


@dataclass(frozen=True)
class Asked:
    """One inquiry: its posts, and until when an answer counts. Without a `due_at` nothing ends."""

    posts: Sequence[Post]
    asked_at: datetime
    days: int
    article: str
    shelter: bool
    due_at: datetime | None
    over: bool
    said: Sequence["Said"]  # what stands of the answers about its posts

    @property
    def done(self) -> bool:
        """Whether a measure was carried out on each of its posts."""
        return all(post.executed for post in self.posts)

    @property
    def answered(self) -> bool:
        """Whether the sender agreed or objected for each of its posts; words alone leave the question open."""
        taken = {no for one in self.said if one.position is not Position.WORDS for no in one.nos}
        return taken.issuperset(post.no for post in self.posts)


@dataclass(frozen=True)
class Said:
    """An answer that was given."""

    when: datetime
    position: Position
    name: str
    nos: Sequence[int]
    text: str
    files: Sequence[str]
    late: bool
    by_staff: bool


@bp.post("/sender/<purpose>/<sender>/<secret>/answer")
@link_tries
def answer_inquiry(purpose: str, sender: str, secret: str) -> ResponseReturnValue:
    """Take what the sender answers, in time or late; a form that lacks something comes back whole."""
    seen = visit(purpose, sender, secret, only=DoorPurpose.INQUIRY)
    token, at = typing_in.token(), now()
    if back := typing_in.files_in(token):
        return inquiry_page(seen, back)
    typed = request.form.get("position", "")
    if typed not in list(Position):
        return inquiry_page(seen, Refused({"position": [_("同意するかどうかを選んでください。")]}, 422))
    said, items = Words(Position(typed), typing_in.words(), token), chosen(request.form.getlist("items"))
    sure = request.form.get("sure") == "1"

    def record(session: Session, there: Entered) -> None:
        found = theirs.alleged(session, there)
        if found.withdrawn:
            raise Conflict(N_("この申出は取り下げられました。回答する必要はありません。"))
        if said.position is Position.AGREES and not sure and not found.executed.issuperset(items):
            raise NotAllowed(
                N_("同意するときは、すぐに措置を講ずることがあるのを確かめて、印を付けてください。"), about="sure"
            )
        answering.answer(session, there.case, there.sender, items, said, actor=journal.SENDER, at=at)

    def show(no: str, about: str, code: int) -> ResponseReturnValue:
        return inquiry_page(seen, Refused(typing_in.one(no, about, NAMES, "text"), code))

    return act(seen, record, show, done="answer", anchor="done")


def inquiry_page(seen: Visit, refused: Refused | None = None) -> ResponseReturnValue:
    """What is alleged and asked, with the form; a `refused` one keeps everything that was typed."""
    back, at = refused or Refused(), now()
    with database().reading() as session:
        content = _content(session, seen, at=at)
    sent, posts = request.method == "POST", content["posts"]
    done = bool(posts) and all(post.executed for post in posts)
    body = door_page(
        "public/sender/inquiry.html",
        seen,
        **content,
        **typing_in.shown(back, FIELDS),
        positions=[(key.value, _(name), _(_says(key, done))) for key, (name, _more) in POSITIONS.items()],
        position=request.form.get("position", ""),
        sure=request.form.get("sure") == "1",
        unsure=not done,
        ticked=set(request.form.getlist("items")) if sent else None,
        done=request.args.get("done") == "answer",
    )
    return body, back.code


def _says(position: Position, done: bool) -> str:
    return AGREES_AFTER if done and position is Position.AGREES else POSITIONS[position][1]


def _content(session: Session, seen: Visit, *, at: datetime) -> dict[str, Any]:
    """What is read of the case: once the filing was withdrawn, nothing but that.

    An inquiry that was not opened, and came while a form was filled in, stays shut.
    """
    found = theirs.alleged(session, seen.there)
    if found.withdrawn:
        return {"withdrawn": True, "report": False, "posts": []}
    shut = {letter.id for letter in theirs.unopened(session, seen.there)}
    open_ones = [one for one in found.questions if one.asked.letter.id not in shut]
    items, no = {item.id: item for one in open_ones for item in one.items}, numbers(session, seen.there)
    said = [_said(session, seen, one, no) for one in found.answers]
    return {
        "withdrawn": False,
        "account": account(session, seen.there),
        "told": found.told,
        "report": seen.there.notice.standing is Standing.THIRD_PARTY,
        "asked": [_asked(one, no, found.executed, said, at) for one in open_ones],
        "posts": [_post(items[id], no, found.executed) for id in no if id in items],
        "files": released(session, seen) if found.told.evidence else [],
        "said": said,
    }


def _asked(one: Question, no: dict[UUID, int], executed: frozenset[UUID], said: Sequence[Said], at: datetime) -> Asked:
    rule, posts = one.asked.rule, [_post(item, no, executed) for item in one.items]
    return Asked(
        posts=posts,
        asked_at=one.asked.row.asked_at,
        days=rule.days,
        article=rule.article,
        shelter=one.asked.row.shelter,
        due_at=one.due_at,
        over=one.due_at is not None and at >= one.due_at,
        said=_standing(said, {post.no for post in posts}),
    )


def _standing(said: Sequence[Said], posts: set[int]) -> list[Said]:
    """Of the answers, oldest first, what stands about some posts: words change no position, a repeated one no date."""
    last: dict[int, Said] = {}
    for one in said:
        for no in posts.intersection(one.nos):
            before = last.get(no)
            if before is None or one.position not in (Position.WORDS, before.position):
                last[no] = one
    return [replace(one, nos=nos) for one in said if (nos := sorted(no for no in posts if last.get(no) is one))]


def _post(item: Item, no: dict[UUID, int], executed: frozenset[UUID]) -> Post:
    quote = item.quote if item.url else ""  # without an address the place is said by the quote
    return Post(item.id, no[item.id], decisions.place_of(item), quote, item.mark, item.id in executed)


def _said(session: Session, seen: Visit, one: Answered, no: dict[UUID, int]) -> Said:
    row = one.row
    return Said(
        when=row.received_at,
        position=row.position,
        name=_(POSITIONS[row.position][0]),
        nos=sorted(no[id] for id in map(UUID, row.items) if id in no),
        text=one.text,
        files=file_names(session, seen, row.files),
        late=one.late,
        by_staff=row.entered_by is not None,
    )


def file_names(session: Session, seen: Visit, ids: Sequence[str]) -> list[str]:
    """The names of files that this sender attached, as they named them."""
    rows = [session.get(Evidence, UUID(id)) for id in ids]
    mine = [row for row in rows if row and row.sender_id == seen.there.sender.id]
    return [open_text(session, row.case_id, "evidence.name", row.id, row.name_sealed) for row in mine]
