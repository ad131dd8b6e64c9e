"""ひな形: texts with places to fill in, kept by leads in versions that are never edited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.reasons.fields import FIELD, fields, unfilled
from tracker.law import N_
from tracker.law.grounds import Finding, Right
from tracker.models import Notice, ReasonTemplate, Service

LONGEST_TITLE = 100
LONGEST = 4000


@dataclass(frozen=True)
class Wording:
    """What a version of a template says and when it is offered."""

    take: bool
    title: str
    text: str
    service_id: UUID | None = None
    right: Right | None = None
    finding: Finding | None = None
    clause: str = ""


def write(session: Session, wording: Wording, *, by: UUID, at: datetime) -> ReasonTemplate:
    """Keep a new template. Raises NotAllowed, about the field that is at fault."""
    _allow(session, wording)
    return _add(session, wording, template=uuid4(), version=1, by=by, at=at)


def rewrite(session: Session, template: UUID, seen: int, wording: Wording, *, by: UUID, at: datetime) -> ReasonTemplate:
    """A new version of a template whose version `seen` was on the page. It is in use again if it was retired.

    Raises Conflict where somebody else was first, and NotAllowed.
    """
    _allow(session, wording)
    newest = _held(session, template, seen)
    return _add(session, wording, template=template, version=newest.version + 1, by=by, at=at)


def retire(session: Session, template: UUID, seen: int, *, by: UUID, at: datetime) -> ReasonTemplate:
    """Offer a template no longer: the same words as a retired version. Raises Conflict and NotAllowed."""
    newest = _held(session, template, seen)
    if newest.retired:
        raise NotAllowed(N_("このひな形は、すでに使わないことになっています。"))
    return _add(session, wording_of(newest), template=template, version=newest.version + 1, by=by, at=at, retired=True)


def newest(session: Session) -> list[ReasonTemplate]:
    """The newest version of every template, by what it is for."""
    later = aliased(ReasonTemplate)
    newer = exists().where(
        col(later.template) == col(ReasonTemplate.template), col(later.version) > col(ReasonTemplate.version)
    )
    rows = session.exec(select(ReasonTemplate).where(~newer)).all()
    order = list(Right)
    return sorted(rows, key=lambda r: (r.right is None, order.index(r.right) if r.right else 0, not r.take, r.title))


def versions(session: Session, template: UUID) -> list[ReasonTemplate]:
    """All versions of a template, newest first."""
    query = select(ReasonTemplate).where(ReasonTemplate.template == template)
    return list(session.exec(query.order_by(col(ReasonTemplate.version).desc())))


def offered(session: Session, notice: Notice, service: UUID) -> list[ReasonTemplate]:
    """The templates of the house for a notice: of its service or of all, for its rights or for any."""
    return [
        row
        for row in newest(session)
        if not row.retired and row.service_id in (None, service) and (row.right is None or row.right in notice.rights)
    ]


def wording_of(row: ReasonTemplate) -> Wording:
    """What a version says, to write the next one from."""
    return Wording(row.take, row.title, row.text, row.service_id, row.right, row.finding, row.clause)


def _held(session: Session, template: UUID, seen: int) -> ReasonTemplate:
    first = select(ReasonTemplate.id).where(ReasonTemplate.template == template, ReasonTemplate.version == 1)
    session.exec(first.with_for_update()).first()  # of two writers on PostgreSQL the second waits here
    rows = versions(session, template)
    if not rows:
        raise NotAllowed(N_("このひな形は見つかりません。"))
    if rows[0].version != seen:
        raise Conflict(
            N_("ほかの担当者が先にこのひな形を改めました。新しい文を確かめてください。入力した文は残っています。"),
            about="template",
        )
    return rows[0]


def faults(session: Session, wording: Wording) -> list[NotAllowed]:
    """Why a wording cannot be kept, each with the field that is at fault."""
    found = []
    if not wording.title.strip():
        found.append(NotAllowed(N_("題を入力してください。"), about="title"))
    elif len(wording.title) > LONGEST_TITLE:
        found.append(NotAllowed(N_("題は%(most)s字までで入力してください。"), about="title", most=LONGEST_TITLE))
    if wording.take and wording.finding:
        words = N_("措置を講ずるひな形に、講じない理由の種類は選べません。")
        found.append(NotAllowed(words, about="finding"))
    if not wording.take and wording.clause:
        found.append(NotAllowed(N_("条項は、措置を講ずるひな形にだけ書けます。"), about="clause"))
    if wording.service_id and session.get(Service, wording.service_id) is None:
        found.append(NotAllowed(N_("サービスを一覧から選んでください。"), about="service"))
    return found + _faults_of(wording.text)


def _faults_of(text: str) -> list[NotAllowed]:
    if not text.strip():
        return [NotAllowed(N_("ひな形の文を入力してください。"), about="text")]
    if len(text) > LONGEST:
        return [NotAllowed(N_("ひな形の文は%(most)s字までで入力してください。"), about="text", most=f"{LONGEST:,}")]
    if unfilled(FIELD.sub("", text)):
        return [NotAllowed(N_("［＿と＿］の組がそろっていない所があります。"), about="text")]
    if not fields(text):
        words = N_(
            "事案ごとに書き込む欄が1つもありません。「［＿どの部分＿］」のように、書き込む所を［＿と＿］で囲んでください。"
        )
        return [NotAllowed(words, about="text")]
    return []


def _allow(session: Session, wording: Wording) -> None:
    for fault in faults(session, wording):
        raise fault


def _add(
    session: Session, wording: Wording, *, template: UUID, version: int, by: UUID, at: datetime, retired: bool = False
) -> ReasonTemplate:
    row = ReasonTemplate(
        template=template,
        version=version,
        service_id=wording.service_id,
        take=wording.take,
        right=wording.right,
        finding=wording.finding,
        clause=wording.clause.strip(),
        title=wording.title.strip(),
        text=wording.text.strip(),
        retired=retired,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row
