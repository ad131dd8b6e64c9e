"""Who enters the register, is changed in it and leaves it, and that this was filed with the minister (法24条3項)."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, journal
from tracker.casework.register import register_of
from tracker.keys import commitment
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.period import japanese_day, start_of
from tracker.models import Case, Event, Service, Specialist, Staff
from tracker.sealed import open_words, seal_words

CHANGES = frozenset({Fact.SPECIALIST_APPOINTED, Fact.SPECIALIST_LEFT})  # 選任・変更・退任: what 法24条3項 wants filed


LONGEST = {"name": 200, "born": 200, "affiliation": 200, "reason": 2000, "expertise": 2000}  # characters


@dataclass(frozen=True)
class Words:
    """What the register says of a person (規則15条2項), and what they know (規則18条5項19号)."""

    name: str
    born: str  # ISO 8601
    affiliation: str
    reason: str
    expertise: str = ""


def appoint(
    session: Session, service: Service, words: Words, staff_id: UUID | None, *, day: date, by: UUID, at: datetime
) -> Specialist:
    """Enter somebody who was appointed on `day` (法24条1項). The clock of the filing starts on that day (3項).

    Raises NotAllowed for what is missing, for a day to come, and for somebody who is in the register already.
    """
    case = _opened(session, service, at)
    _check(session, case, words, staff_id, day=day, at=at)
    return _enter(session, case, uuid4(), 1, words, staff_id, day=day, by=by, at=at)


def change(
    session: Session,
    service: Service,
    seen: UUID,
    words: Words,
    staff_id: UUID | None,
    *,
    day: date,
    by: UUID,
    at: datetime,
) -> Specialist:
    """Enter what is different about somebody since `day`: a 変更, which is filed like an appointment (法24条3項後段).

    `seen` is the entry that was on the page. Raises Conflict when it is not the newest any more or they have left.
    """
    case = _opened(session, service, at)
    before = _standing(session, case, seen)
    _check(session, case, words, staff_id, day=day, at=at, but=before.person)
    if day < before.since:
        raise NotAllowed(N_("今の登録の日より前の日は選べません。"), about="day")
    if (words, staff_id) == (words_of(session, before), before.staff_id):
        raise NotAllowed(N_("変わったところがありません。"), about="name")
    return _enter(session, case, before.person, before.version + 1, words, staff_id, day=day, by=by, at=at)


def leave(session: Session, service: Service, seen: UUID, *, day: date, by: UUID, at: datetime) -> None:
    """Record that somebody ceased to be a specialist on `day`. The number is then another, which is a 変更, too.

    Raises Conflict when the entry `seen` is not the newest any more or they have left, NotAllowed for the day.
    """
    case = _opened(session, service, at)
    entry = _standing(session, case, seen)
    _past(day, at)
    if day < entry.since:
        raise NotAllowed(N_("今の登録の日より前の日は選べません。"), about="day")
    entry.left_on = day
    session.add(entry)
    journal.record(
        session, case, Fact.SPECIALIST_LEFT, actor=journal.staff(by), at=at, occurred_at=start_of(day),
        person=str(entry.person), entry=str(entry.id), day=day.isoformat(),
    )  # fmt: skip


def file_entries(session: Session, service: Service, *, day: date, reference: str, by: UUID, at: datetime) -> Event:
    """Record that what happened until `day` was filed that day with 様式第五, and under which reference.

    It stops the clock of the filing; what came later is unfiled, and the clock starts again for it.
    Raises NotAllowed for a day to come, and when nothing until then is unfiled.
    """
    case = _opened(session, service, at)
    _past(day, at)
    if not reference.strip():
        raise NotAllowed(N_("届出の控えや受付番号など、届け出たことが分かるものを書いてください。"), about="reference")
    waiting = unfiled(journal.history(session, case))
    covered = [event for event in waiting if japanese_day(event.occurred_at) <= day]
    if not waiting:
        raise NotAllowed(N_("届け出ていない選任・変更・退任はありません。"), about="filed_day")
    if not covered:
        raise NotAllowed(
            N_("この日までに届け出るべきことはありません。届け出た日を確かめてください。"), about="filed_day"
        )
    filed = journal.record(
        session, case, Fact.SPECIALIST_FILED, actor=journal.staff(by), at=at, occurred_at=start_of(day),
        remark=reference.strip(), covers=[event.seq for event in covered], day=day.isoformat(),
        number=number_on(session, case, day),
    )  # fmt: skip
    left = [event for event in waiting if event not in covered]
    if left:
        oldest = min(event.occurred_at for event in left)
        journal.record(
            session, case, Fact.SPECIALIST_UNFILED, actor=journal.staff(by), at=at, occurred_at=oldest,
            events=[event.seq for event in left],
        )  # fmt: skip
    return filed


def unfiled(events: Sequence[Event]) -> list[Event]:
    """The appointments, changes and departures that no filing covers yet, oldest first."""
    covered = {seq for e in events if e.fact is Fact.SPECIALIST_FILED for seq in e.data["said"]["covers"]}
    return [e for e in events if e.fact in CHANGES and e.seq not in covered]


def newest(session: Session, case: Case) -> list[Specialist]:
    """The newest entry of each person in a register, in the order of their days."""
    rows = session.exec(select(Specialist).where(Specialist.case_id == case.id).order_by(col(Specialist.version)))
    return sorted({row.person: row for row in rows}.values(), key=lambda row: (row.since, str(row.person)))


def number_on(session: Session, case: Case, day: date) -> int:
    """How many specialists there were at the end of `day`, by what is known of it (規則15条2項1号)."""
    rows = session.exec(select(Specialist).where(Specialist.case_id == case.id)).all()
    there = {row.person for row in rows if row.since <= day}
    return len(there - {row.person for row in rows if row.left_on and row.left_on <= day})


def words_of(session: Session, entry: Specialist) -> Words | None:
    """What an entry says; None after the key of the register was destroyed."""
    said = open_words(session, entry.case_id, "specialist.words", entry.id, entry.words_sealed)
    return Words(**{name: said[name] for name in Words.__dataclass_fields__}) if said else None


def missing(words: Words, at: datetime) -> dict[str, str]:
    """What 規則15条2項 asks and `words` do not say: marked sentences by field."""
    asked = {
        "name": N_("専門員の氏名を入力してください（規則15条2項2号）。"),
        "born": N_("生年月日を、実在する過去の日で入力してください（規則15条2項2号）。"),
        "affiliation": N_("専門員の所属を入力してください（規則15条2項2号）。"),
        "reason": N_("この人を選任した理由を書いてください（規則15条2項3号）。"),
    }
    for name, most in LONGEST.items():
        if len(getattr(words, name)) > most:
            return {name: N_("長すぎます。氏名と所属は200字、ほかは2,000字までにしてください。")}
    there = {name: bool(getattr(words, name).strip()) for name in asked} | {"born": _birth(words.born, at)}
    return {name: sentence for name, sentence in asked.items() if not there[name]}


def committed(salt: str, words: Words) -> str:
    """What the event keeps of an entry's words."""
    return commitment(salt, json.dumps(asdict(words), ensure_ascii=False, sort_keys=True))


def _opened(session: Session, service: Service, at: datetime) -> Case:
    case = register_of(session, service, at)
    journal.lock(session, case)
    return case


def _standing(session: Session, case: Case, seen: UUID) -> Specialist:
    entry = session.get(Specialist, seen)
    if entry is None or entry.case_id != case.id:
        raise NotAllowed(N_("この登録は、このサービスにはありません。"))
    last = next(one for one in newest(session, case) if one.person == entry.person)
    if last.id != entry.id or last.left_on:
        raise Conflict(N_("この登録は、画面を開いた後にほかの人が変えました。今の登録を確かめてください。"))
    return entry


def _enter(
    session: Session,
    case: Case,
    person: UUID,
    version: int,
    words: Words,
    staff_id: UUID | None,
    *,
    day: date,
    by: UUID,
    at: datetime,
) -> Specialist:
    id, salt = uuid4(), secrets.token_hex(16)
    sealed = seal_words(session, case.id, "specialist.words", id, {"salt": salt} | asdict(words))
    entry = Specialist(
        id=id, case_id=case.id, person=person, version=version, staff_id=staff_id, since=day, words_sealed=sealed
    )
    session.add(entry)
    session.flush()
    journal.record(
        session, case, Fact.SPECIALIST_APPOINTED, actor=journal.staff(by), at=at, occurred_at=start_of(day),
        person=str(person), entry=str(id), version=version, day=day.isoformat(),
        staff=str(staff_id) if staff_id else None, words=committed(salt, words),
    )  # fmt: skip
    return entry


def _check(
    session: Session,
    case: Case,
    words: Words,
    staff_id: UUID | None,
    *,
    day: date,
    at: datetime,
    but: UUID | None = None,
) -> None:
    """Raise NotAllowed for what the filing would lack (規則15条2項), and for somebody who is there already."""
    for name, sentence in missing(words, at).items():
        raise NotAllowed(sentence, about=name)
    _past(day, at)
    others = [one for one in newest(session, case) if one.left_on is None and one.person != but]
    staff = session.get(Staff, staff_id) if staff_id else None
    if staff_id and (staff is None or not staff.active):
        raise NotAllowed(N_("この担当者は、今は働いていません。"), about="staff")
    if staff_id and any(one.staff_id == staff_id for one in others):
        raise NotAllowed(N_("この担当者は、すでにほかの専門員の登録と結び付いています。"), about="staff")
    for one in others:
        said = words_of(session, one)
        if said and (said.name, said.born) == (words.name, words.born):
            raise NotAllowed(N_("同じ氏名と生年月日の専門員が、すでに登録されています。"), about="name")


def _birth(text: str, at: datetime) -> bool:
    try:
        return date(1900, 1, 1) <= date.fromisoformat(text) < japanese_day(at)
    except ValueError:
        return False


def _past(day: date, at: datetime) -> None:
    if day > japanese_day(at):
        raise NotAllowed(N_("まだ来ていない日は記録できません。"), about="day")
