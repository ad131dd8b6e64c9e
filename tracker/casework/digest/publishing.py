"""参考となる事例の資料 (法26条4項, 努力義務): versions that stay as they were published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.digest.content import content_digest, examples_of
from tracker.casework.digest.entries import EntryView, entries_of, posts_behind, values_of
from tracker.casework.digest.flags import unconfirmed
from tracker.casework.digest.removal import left_over
from tracker.casework.faces import Face, face
from tracker.casework.register import register_of, standing_register
from tracker.i18n import japanese
from tracker.law import N_
from tracker.law.clocks.measures import DIGEST
from tracker.law.facts import Fact
from tracker.models import Clock, DigestExample, DigestVersion, Service


@dataclass(frozen=True)
class Published:
    """A version with its examples by kind of information, in the order of the law (情報の種類ごとに整理)."""

    version: DigestVersion
    kinds: Sequence[tuple[str, Sequence[DigestExample]]]

    @property
    def count(self) -> int:
        """How many examples it has."""
        return sum(len(examples) for _kind, examples in self.kinds)

    @property
    def beyond(self) -> bool:
        """Whether it has examples without a measure: they are put beside the others, 法26条4項 is not about them."""
        return any(not one.take for _kind, examples in self.kinds for one in examples)


@japanese()
def publish(
    session: Session,
    service: Service,
    seen: Sequence[tuple[UUID, int]],
    *,
    title: str,
    foreword: str,
    confirmed: Collection[str] = (),
    by: UUID,
    at: datetime,
) -> DigestVersion:
    """Publish the examples `seen` on the page, each named with its revision: all that are in preparation.

    Raises Conflict when the draft is another one by now; NotAllowed where the decision of an example was replaced or
    its measure taken back since it was drafted, while an example was not read by a person, or something known of the
    people of a case stands in it, in the title or in the foreword, and for a doubtful place there that is not among
    those `confirmed`.
    """
    register = register_of(session, service, at)
    journal.lock(session, register)
    entries = entries_of(session, service)
    if {(e.row.id, e.row.revision) for e in entries} != set(seen):
        raise Conflict(N_("事例は、先にほかの人が変えたか公表しました。新しい内容を確かめてから公表してください。"))
    if not entries:
        raise NotAllowed(N_("公表する事例がありません。判断から事例を選んでください。"), about="pick")
    if not title.strip():
        raise NotAllowed(N_("資料の題を入力してください。"), about="title")
    if not any(one.decision.take for one in entries):
        raise NotAllowed(
            N_(
                "措置を講じた事例が一つもありません。法26条4項の資料は、基準に従って措置を講じた情報の事例の資料です。"
                "措置を講じた判断を選んでください。"
            )
        )
    for one in entries:
        if not one.stands:
            raise NotAllowed(
                N_(
                    "「%(heading)s」の事例（%(number)s）は公表できません。"
                    "下書きの後に、判断が改められたか、措置が取り消されました。この事例を外してください。"
                ),
                about=f"e-{one.row.id}",
                heading=one.heading,
                number=one.number,
            )
        if not one.ready:
            raise NotAllowed(
                N_(
                    "「%(heading)s」の事例を、まだだれも確かめていないか、特定できる言葉が残っています。開いて確かめてください。"
                ),
                about=f"e-{one.row.id}",
                heading=one.heading,
            )
    _look_at_the_frame(session, entries, title, foreword, confirmed)
    earlier = session.exec(select(DigestVersion.version).where(DigestVersion.service_id == service.id)).all()
    version = DigestVersion(
        id=uuid4(),
        case_id=register.id,
        service_id=service.id,
        version=max(earlier, default=0) + 1,
        title=title.strip(),
        foreword=foreword.strip(),
        published_at=at,
        content="",
    )
    examples = [
        DigestExample(
            digest_id=version.id,
            no=no,
            heading=one.heading,
            take=one.decision.take,
            kind=one.decision.kind,
            right=one.right,
            clause=one.clause,
            words=one.text,
        )
        for no, one in enumerate(entries, 1)
    ]
    version.content = content_digest(version, examples)
    session.add(version)
    session.flush()
    session.add_all(examples)
    for one in entries:
        one.row.digest_id = version.id
        session.add(one.row)
    session.flush()
    journal.record(
        session,
        register,
        Fact.DIGEST_PUBLISHED,
        actor=journal.staff(by),
        at=at,
        digest=str(version.id),
        version=version.version,
        content=version.content,
        entries=sorted(str(one.row.id) for one in entries),
    )
    return version


def _look_at_the_frame(
    session: Session, entries: Sequence[EntryView], title: str, foreword: str, confirmed: Collection[str]
) -> None:
    """Title and foreword are published, too: nothing known of any of the cases, nothing doubtful unconfirmed."""
    for about, words in (("title", title), ("foreword", foreword)):
        if any(left_over(words, values_of(session, one.row) or []) for one in entries):
            raise NotAllowed(N_("元の事案の人や投稿を特定できる言葉があります。書き換えてください。"), about=about)
    posts = [post for one in entries for post in posts_behind(session, one.row)]
    if any(unconfirmed(words, posts, confirmed) for words in (title, foreword)):
        raise NotAllowed(
            N_(
                "題か前書きに、人や投稿を特定できるかもしれない言葉があります。"
                "下に示した箇所を消すか、特定できないことを確かめて印を付けてください。"
            ),
            about="confirmed",
        )


def versions(session: Session, service: Service) -> list[DigestVersion]:
    """The published versions of a service, newest first."""
    query = select(DigestVersion).where(DigestVersion.service_id == service.id)
    return list(session.exec(query.order_by(col(DigestVersion.version).desc())))


def published(session: Session, version: DigestVersion) -> Published:
    """A version as it is read."""
    kinds: dict[str, list[DigestExample]] = {}
    for example in examples_of(session, version):
        kinds.setdefault(example.heading, []).append(example)
    return Published(version, list(kinds.items()))


def digest_clock(session: Session, service: Service, *, at: datetime) -> Face | None:
    """The running year until the next digest; None before the first one."""
    register = standing_register(session, service)
    if register is None:
        return None
    query = select(Clock).where(Clock.case_id == register.id, Clock.rule == DIGEST.key, col(Clock.stopped_at).is_(None))
    clock = session.exec(query).first()
    return face(clock, at, session.info["calendar"]) if clock else None
