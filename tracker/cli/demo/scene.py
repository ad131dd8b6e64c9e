"""One notice of the demo on its way: where its time stands, and who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from tracker.casework import decisions, proof
from tracker.cli.demo import post
from tracker.cli.demo.diary import Diary
from tracker.cli.demo.texts import Story
from tracker.models import Case, Item, Notice

MINUTE = 1 / 60  # hours


@dataclass
class Scene:
    """One notice on its way. `at` is where its time stands, `hands` who works on it, `until` the last moment to act."""

    session: Session
    diary: Diary
    story: Story
    notice: Notice
    hands: UUID
    specialist: UUID
    at: datetime

    @property
    def until(self) -> datetime:
        """Work is done in time as long as the reply is due, unless the story says otherwise; and never after now."""
        reply = proof.running_reply(self.session, self.session.get_one(Case, self.notice.case_id))
        last = reply.due_at - timedelta(minutes=2) if reply and reply.due_at and reply.due_at > self.at else None
        return min(last or self.diary.now, self.diary.now)

    def work(self, low: float, high: float) -> datetime:
        """Go on to the next working moment, `low` to `high` hours from here."""
        urgent = bool(self.story.special)
        scale = 0.25 if urgent else 1.0
        self.at = self.diary.office(self.at, low * scale, high * scale, until=self.until, urgent=urgent)
        return self.at

    def items(self, nos: Sequence[str]) -> list[Item]:
        """The items named, all by default."""
        return [i for i in decisions.items_of(self.session, self.notice) if not nos or str(i.no) in nos]

    def settle(self, how: str = "") -> None:
        """Let the letters of the case go where they go."""
        self.at = post.settle_case(self.session, self.diary, self.notice.case_id, self.hands, self.at, how)
