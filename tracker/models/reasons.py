"""Reasons (理由): the templates they are written from, and keyed sketches by which nearly the same ones are found."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.law.grounds import Finding, Right
from tracker.models.columns import coded, new_id


class ReasonTemplate(SQLModel, table=True):
    """ひな形: insert-only versions of a text with places to fill in. It names no person, so it is kept plain.

    The newest version of `template` counts; a retired one is a version, too, and may be brought back by another.
    """

    __table_args__ = (UniqueConstraint("template", "version"),)
    id: UUID = new_id()
    template: UUID = Field(default_factory=uuid4)  # what all versions of one template have in common
    version: int = 1
    service_id: UUID | None = Field(default=None, foreign_key="service.id")  # None: for all services
    take: bool
    right: Right | None = Field(default=None, sa_type=coded(Right))  # None: whatever the right
    finding: Finding | None = Field(default=None, sa_type=coded(Finding))  # where no measure is taken
    clause: str = ""  # number of a clause (第4条1項): it outlives the version of the criteria
    title: str
    text: str = Field(sa_type=Text)
    retired: bool = False
    by: UUID = Field(foreign_key="staff.id")
    at: datetime


class DecisionSketch(SQLModel, table=True):
    """One reason as it was decided, for one item or three hundred: nothing of its words, only keyed marks.

    Erasable with its case: neither chained nor append-only. `decision_id` is one of the decisions that carry the
    reason; the others are those of the same case and the same instant.
    """

    __table_args__ = (Index("ix_decisionsketch_at", "at"),)
    no: int | None = Field(default=None, primary_key=True)
    decision_id: UUID = Field(unique=True, foreign_key="decision.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    at: datetime
    whole: int = Field(sa_type=BigInteger)  # of the case and the whole text: the same reason twice in a case is one
    alike: int = 0  # per cent alike to the nearest reason of another case, when it was decided
    twin_id: UUID | None = Field(default=None, foreign_key="decision.id")  # … and whose that was


class SketchMark(SQLModel, table=True):
    """A mark of a sketch: reasons that have one in common are looked at. It says nothing without the master key."""

    __table_args__ = {"sqlite_with_rowid": False}
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    sketch: int = Field(foreign_key="decisionsketch.no", primary_key=True, index=True)


class DeferralSketch(SQLModel, table=True):
    """The concrete reason of an interim reply for やむを得ない理由 (法25条2項3号), as one letter says it.

    The letter holds it among other words, so it is sealed here by itself. Erasable with its case, like the sketches of
    decisions: neither chained nor append-only.
    """

    letter_id: UUID = Field(primary_key=True, foreign_key="letter.id")
    case_id: UUID = Field(foreign_key="case.id", index=True)
    at: datetime
    words_sealed: bytes = Field(sa_type=LargeBinary)
    whole: int = Field(sa_type=BigInteger)  # of the case and the whole text: the same reason twice in a case is one
    alike: int = 0  # per cent alike to the nearest of another case, when it was sent on its way
    twin_id: UUID | None = Field(default=None, foreign_key="letter.id")  # … and whose that was


class DeferralMark(SQLModel, table=True):
    """A mark of such a sketch. It says nothing without the master key."""

    __table_args__ = {"sqlite_with_rowid": False}
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    letter_id: UUID = Field(foreign_key="deferralsketch.letter_id", primary_key=True, index=True)
