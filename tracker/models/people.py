"""Services and the team: who files where, who may do what."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from tracker.law import N_
from tracker.models.columns import coded, new_id


class Role(StrEnum):
    """What a member of staff may do; each route names the least role it needs."""

    REVIEWER = "reviewer"
    SPECIALIST = "specialist"
    LEAD = "lead"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


ROLES: dict[Role, str] = {
    Role.REVIEWER: N_("担当者"),
    Role.SPECIALIST: N_("侵害情報調査専門員"),
    Role.LEAD: N_("主任"),
    Role.MANAGER: N_("管理者"),
    Role.ADMINISTRATOR: N_("システム管理者"),
}


class Service(SQLModel, table=True):
    """One 大規模特定電気通信役務. The duties of 法22条以下 bind from `registered_on` (届出, a Japanese day)."""

    id: UUID = new_id()
    slug: str = Field(unique=True)
    name: str
    prefix: str = Field(unique=True)
    hosts: str = ""  # host names of its content, separated by blanks: helps staff, refuses nobody
    designated_on: date | None = None
    registered_on: date | None = None
    criteria_url: str = ""
    form_url: str = ""  # where the form stands as it was last registered or reported (規則11条2項2号)


class Staff(SQLModel, table=True):
    """A member of the trust-and-safety team."""

    id: UUID = new_id()
    email: str = Field(unique=True)
    name: str
    password: str = Field(sa_type=Text)
    role: Role = Field(sa_type=coded(Role))
    active: bool = True
    fs_uniquifier: str = Field(default_factory=lambda: uuid4().hex, unique=True)


class Counter(SQLModel, table=True):
    """The last receipt number given in a service and Japanese year."""

    service_id: UUID = Field(primary_key=True, foreign_key="service.id")
    year: int = Field(primary_key=True)
    last: int
