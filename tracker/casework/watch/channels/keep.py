"""Make a channel, try it, look at it, stop it for good. Its address and what signs for it are sealed secrets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from tracker.casework import Conflict, NotAllowed
from tracker.casework.watch.channels import outbox
from tracker.casework.watch.channels.bodies import trial
from tracker.casework.watch.rungs import DAY, FAST, FREE, LATE, ONE, PASSED
from tracker.i18n import japanese
from tracker.keys import CannotOpen, Keyring, place, seal
from tracker.law import N_
from tracker.letters.webhook import Forbidden, new_secret, target
from tracker.models import Channel, ChannelPost, Dialect, PostKind, Service, Staff
from tracker.settings import Settings

MOST = 20  # live channels of an installation
SHOWN = timedelta(minutes=10)  # how long the one who made a channel can read what signs for it
LONGEST = 60  # characters of a name

LEVELS: dict[str, str] = {
    ONE: N_("最後の営業日の前の営業日"),
    DAY: N_("最後の営業日"),
    LATE: N_("期限を過ぎたあとの営業日ごと"),
    FAST: N_("急ぐ申出が届いたとき"),
    PASSED: N_("事務所の目標を過ぎたとき"),
    FREE: N_("待機が終わったとき"),
}

NO_WEBHOOK: dict[str, str] = {
    "form": N_(
        "アドレスを読み取れません。知らせ先のサービスが示した https:// で始まるアドレスを、そのまま貼ってください。"
    ),
    "scheme": N_("https:// で始まるアドレスにしてください。暗号化されていない送り先には送りません。"),
    "port": N_("ポートは443か8443だけ使えます。"),
    "address": N_("この送り先には送れません。組織の中や、この機械そのものを指すアドレスは使えません。"),
}


@dataclass(frozen=True)
class Wanted:
    """A channel as somebody wants it."""

    kind: Dialect
    name: str
    url: str
    levels: Collection[str]
    service: UUID | None = None


@dataclass(frozen=True)
class Listed:
    """A channel in a list, without its secrets: who made it, for which service, and its newest post that ended."""

    channel: Channel
    maker: Staff
    service: Service | None
    last: ChannelPost | None


def make(session: Session, wanted: Wanted, *, by: UUID, at: datetime) -> Channel:
    """A new channel. Raises NotAllowed, about the field that is at fault.

    The address is only read here: where its name leads is looked at each time something is sent.
    """
    settings: Settings = session.info["settings"]
    if not wanted.name or len(wanted.name) > LONGEST:
        raise NotAllowed(N_("名前は、%(most)s文字までで付けてください。"), about="name", most=LONGEST)
    try:
        host = target(wanted.url, local=settings.webhook_local).host
    except Forbidden as no:
        raise NotAllowed(NO_WEBHOOK[no.about], about="url") from None
    levels = [level for level in LEVELS if level in wanted.levels]
    if not levels:
        raise NotAllowed(N_("いつ知らせるかを、1つは選んでください。"), about="levels")
    live = select(func.count()).select_from(Channel).where(col(Channel.stopped_at).is_(None))
    if session.exec(live).one() >= MOST:
        raise NotAllowed(
            N_("使える知らせ先は%(most)s件までです。使っていないものを止めてください。"), about="name", most=MOST
        )
    id = uuid4()
    channel = Channel(
        id=id,
        kind=wanted.kind,
        name=wanted.name,
        host=host,
        url_sealed=_seal(session, "url", id, wanted.url),
        secret_sealed=_seal(session, "secret", id, new_secret()) if wanted.kind is Dialect.STANDARD else None,
        levels=",".join(levels),
        service_id=wanted.service,
        made_at=at,
        made_by=by,
    )
    session.add(channel)
    session.flush()
    return channel


def stop(session: Session, channel: Channel, *, by: UUID, at: datetime) -> None:
    """Stop a channel for good, and take back what waits for it. Raises Conflict when it is stopped already."""
    ended = session.execute(
        update(Channel)
        .where(col(Channel.id) == channel.id, col(Channel.stopped_at).is_(None))
        .values(stopped_at=at, stopped_by=by)
        .returning(col(Channel.id))
    ).scalar()
    if ended is None:
        raise Conflict(N_("この知らせ先は、先に止められていました。"))
    outbox.withdraw(session, channel.id, at=at)


@japanese()
def try_out(session: Session, channel: Channel, *, at: datetime) -> ChannelPost:
    """Post something that tells of nothing. Raises NotAllowed while one waits, Conflict for a stopped channel."""
    if channel.stopped_at:
        raise Conflict(N_("この知らせ先は、先に止められていました。"))
    waiting = select(ChannelPost.id).where(
        ChannelPost.channel_id == channel.id, ChannelPost.kind == PostKind.TEST, col(ChannelPost.ended_at).is_(None)
    )
    if session.exec(waiting).first():
        raise NotAllowed(N_("前の試しのお知らせが、まだ送られていません。終わるまでお待ちください。"))
    id = uuid4()
    return outbox.post(session, channel, PostKind.TEST, id, f"test:{id}", trial(channel.kind, at=at), at=at)


def listed(session: Session, *, channel_id: UUID | None = None) -> list[Listed]:
    """Channels, the live ones first, then the newest: all, or one."""
    asked = (
        select(Channel, Staff, Service)
        .join(Staff, col(Staff.id) == col(Channel.made_by))
        .outerjoin(Service, col(Service.id) == col(Channel.service_id))
        .order_by(col(Channel.stopped_at).is_not(None), col(Channel.made_at).desc(), col(Channel.id))
    )
    if channel_id is not None:
        asked = asked.where(Channel.id == channel_id)
    rows = session.exec(asked).all()
    return [Listed(channel, maker, service, _last(session, channel.id)) for channel, maker, service in rows]


def named(session: Session, channel_id: UUID) -> Channel | None:
    """A channel, locked for whoever changes it."""
    return session.get(Channel, channel_id, with_for_update=True, populate_existing=True)


def posts(session: Session, channel_id: UUID, most: int = 10) -> Sequence[ChannelPost]:
    """The newest posts of a channel."""
    query = select(ChannelPost).where(ChannelPost.channel_id == channel_id)
    return session.exec(query.order_by(col(ChannelPost.queued_at).desc(), col(ChannelPost.id)).limit(most)).all()


def secret(session: Session, channel: Channel, *, to: UUID, at: datetime) -> str:
    """What signs for a channel, to the one who made it and for some minutes; else nothing."""
    if not channel.secret_sealed or channel.stopped_at or channel.made_by != to or at >= channel.made_at + SHOWN:
        return ""
    try:
        return outbox.opened(session, "secret", channel.id, channel.secret_sealed)
    except CannotOpen:
        return ""


def _last(session: Session, channel_id: UUID) -> ChannelPost | None:
    """The newest post that says how a channel does: one that was tried, and not taken back before."""
    query = select(ChannelPost).where(ChannelPost.channel_id == channel_id, ChannelPost.attempts > 0)
    query = query.where(col(ChannelPost.cancelled_at).is_(None))
    return session.exec(query.order_by(col(ChannelPost.queued_at).desc(), col(ChannelPost.id)).limit(1)).first()


def _seal(session: Session, column: str, id: UUID, text: str) -> bytes:
    keyring: Keyring = session.info["keys"]
    return seal(keyring.channel_key(), text.encode(), place(f"channel.{column}", id))
