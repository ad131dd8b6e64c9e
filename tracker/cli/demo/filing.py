"""How the claimants of the demo file: names, addresses, posts and the pictures they attach."""

import io
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from PIL import Image, ImageDraw
from sqlmodel import Session

from tracker.casework import evidence, intake, journal, receipts
from tracker.casework.filings.years import last_year
from tracker.casework.intake import FiledItem, Filing
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import Story, words
from tracker.law.grounds import Channel, Circumstance, Right, Standing
from tracker.law.period import JST, japanese_day
from tracker.models import Case, Notice, Service

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "pdf": "PDF"}
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def received(diary: Diary, story: Story) -> datetime:
    """When a story reached the provider."""
    if story.hours:
        return diary.now - timedelta(hours=story.hours)
    today = japanese_day(diary.now)
    since = (today - date(last_year(today) + 1, 3, 31)).days  # days since the fiscal year ended
    return diary.day(max(story.ago, since + story.spring) if story.spring else story.ago, story.time)


def file(
    session: Session, diary: Diary, story: Story, service: Service, received: datetime, clerk: UUID
) -> tuple[Notice, datetime]:
    """File a story as its claimant would, and acknowledge it. Gives the notice and when it was written down."""
    random = diary.random
    paper = story.channel != "form"
    at = diary.office(received, 0.5, 4, until=diary.now) if paper else received
    token = f"{random.getrandbits(128):032x}"
    filing = _filing(random, story, service, received, token)
    uploads = [
        evidence.keep(session, token, evidence.FileIn(name, picture(random, name)), at=received) for name in story.files
    ]
    notice = intake.file(
        session, service, filing, at=at, received_at=received, channel=Channel(story.channel),
        by_published_method=story.published, entered_by=clerk if paper else None,
    )  # fmt: skip
    case = session.get_one(Case, notice.case_id)
    evidence.attach(session, case, uploads, actor=journal.staff(clerk) if paper else journal.CLAIMANT, at=at)
    receipts.acknowledge(session, service, notice, at=at)
    return notice, at


def picture(random: Random, name: str) -> bytes:
    """A small drawing of a post on a page: what an evidence file of the demo shows."""
    image = Image.new("RGB", (360, 240), "#f4f4f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 16, 344, 224), fill="white", outline="#c8c8c4")
    draw.ellipse((32, 32, 64, 64), fill=random.choice(["#8fb1cc", "#c9a98f", "#9dbf9d", "#b7a3c7"]))
    draw.rectangle((76, 36, 76 + random.randrange(60, 140), 46), fill="#6b6b68")
    draw.rectangle((76, 54, 76 + random.randrange(40, 90), 60), fill="#c8c8c4")
    for line in range(random.randrange(3, 7)):
        top = 84 + line * 18
        draw.rectangle((32, top, random.randrange(180, 328), top + 8), fill="#a8a8a4")
    out = io.BytesIO()
    image.save(out, format=FORMATS[name.rpartition(".")[2]])
    return out.getvalue()


def _filing(random: Random, story: Story, service: Service, received: datetime, token: str) -> Filing:
    family, family_latin = random.choice(words()["families"])
    given, given_latin = random.choice(words()["givens"])
    local = random.choice([f"{given_latin}.{family_latin}", f"{family_latin}{random.randrange(10, 99)}"])
    email = f"{local}@{random.choice(words()['mail_hosts'])}"
    phone = f"090-0000-{random.randrange(10000):04d}" if random.random() < 0.4 or story.email == "" else ""
    return Filing(
        token=token,
        standing=Standing(story.standing),
        rights=[Right(right) for right in story.rights],
        primary_right=Right(story.rights[0]),
        items=_items(random, story, service, received, family),
        reason=story.reason.replace("{sei}", family),
        name=story.who or f"{family} {given}",
        email=email if story.email is None else story.email,
        phone=phone,
        circumstances=[Circumstance(which) for which in story.special],
        tell=story.tell,
        reason_withheld=story.withheld,
    )


def _items(random: Random, story: Story, service: Service, received: datetime, family: str) -> list[FiledItem]:
    accounts = dict(zip("ABC", random.sample(words()["handles"], 3), strict=True))
    pattern = next(s["url"] for s in words()["services"] if s["prefix"] == service.prefix)
    filed = []
    for n in range(1, story.repeat + 1):
        for quote, account, *given in story.items:
            url = given[0] if given else pattern.format(id="".join(random.choices(LETTERS, k=7)))
            filed.append(
                FiledItem(
                    url=url,
                    url_normal=url,
                    quote=quote.replace("{sei}", family).replace("{n}", str(n)),
                    account=f"@{accounts[account]}" if account else "",
                    posted=_posted(random, received),
                )
            )
    return filed


def _posted(random: Random, received: datetime) -> str:
    """When it was posted, in the claimant's words; many do not know."""
    local = (received - timedelta(hours=random.uniform(1, 150))).astimezone(JST)
    day = f"{local.month}月{local.day}日"
    return random.choice([f"{day} {local.hour}時ごろ", f"{day}の{'朝' if local.hour < 12 else '夜'}", f"{day}ごろ", ""])
