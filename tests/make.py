"""Plain functions that make things for tests, through the same casework that the product uses."""

import itertools
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import approvals, criteria, decisions, filings, intake, journal, receipts, retention, specialists
from tracker.casework.criteria import ClauseText
from tracker.casework.decisions import Judgement
from tracker.casework.hearing import answering, asking, doors, theirs
from tracker.casework.hearing.doors import Entered
from tracker.casework.intake import FiledItem, Filing
from tracker.casework.register import register_of
from tracker.casework.retention import Line
from tracker.casework.specialists import Words
from tracker.casework.watch import channels
from tracker.casework.watch.channels import Wanted
from tracker.law.grounds import Basis, Circumstance, MeasureKind, Right, Standing
from tracker.law.inquiries import RULES, Regime
from tracker.law.ledger import Vocabulary
from tracker.law.logs import LOG_RULES, LogKind, Provider
from tracker.models import (
    Appeal,
    Case,
    CaseKind,
    Channel,
    Clause,
    CodeLine,
    CodeMap,
    CriteriaVersion,
    Custodian,
    Dialect,
    DigestExample,
    DigestVersion,
    DoorPurpose,
    ErasureProof,
    HoldOrder,
    HoldOrderLine,
    Inquiry,
    LegalPaper,
    LogHold,
    Matter,
    Measure,
    Notice,
    PaperKind,
    PaperReader,
    Position,
    Publication,
    PublicationFile,
    Reconciliation,
    ReportEntry,
    RetentionLine,
    RetentionTable,
    Role,
    SafetyCheck,
    Sender,
    SenderMethod,
    SenderMonth,
    Service,
    Specialist,
    SpecialistTask,
    Staff,
)
from tracker.sealed import seal_words

numbers = itertools.count(1)


def instant(text: str) -> datetime:
    """An aware instant from ISO 8601, in UTC: "2026-04-28T21:14:05+09:00"."""
    return datetime.fromisoformat(text).astimezone(UTC)


def make_service(
    session: Session, name: str = "つむぎ広場", slug: str = "tsumugi", prefix: str = "TH", **more
) -> Service:
    """A service registered in 2025."""
    defaults = {
        "designated_on": instant("2025-05-01T00:00+09:00").date(),
        "registered_on": instant("2025-07-30T00:00+09:00").date(),
    }
    service = Service(slug=slug, name=name, prefix=prefix, **(defaults | more))
    session.add(service)
    session.flush()
    return service


def make_staff(
    session: Session, name: str = "小野寺 遥", role: Role = Role.LEAD, email: str = "", password: str = "!"
) -> Staff:
    """A member of staff; sign-in needs a hashed password."""
    staff = Staff(name=name, email=email or f"staff{next(numbers)}@tsumugi.example", role=role, password=password)
    session.add(staff)
    session.flush()
    return staff


def make_criteria(
    session: Session, service: Service, published: str = "2025-07-15T09:00+09:00", at: str | None = None
) -> CriteriaVersion:
    """A published version with two clauses."""
    return criteria.publish(
        session,
        service,
        title="投稿の削除などの基準",
        clauses=[
            ClauseText("第4条1項", "名誉毀損", "事実を示して人の社会的評価を下げる投稿"),
            ClauseText("第5条2項", "プライバシーの侵害", "住所や勤務先など、公にされていない事実を示す投稿"),
        ],
        published_at=instant(published),
        actor="system",
        at=instant(at or published),
        proof="保存した公表ページ",
    )


def first_clause(session: Session, version: CriteriaVersion) -> Clause:
    """The first clause of a version."""
    return criteria.clauses_of(session, version)[0]


def make_filing(items: int = 2, **changes) -> Filing:
    """A checked filing of a defamed person."""
    values = {
        "token": uuid4().hex,
        "standing": Standing.PERSON,
        "rights": [Right.HONOR, Right.PRIVACY],
        "primary_right": Right.HONOR,
        "items": [
            FiledItem(
                url=f"https://tsumugi.example/p/{n}",
                url_normal=f"https://tsumugi.example/p/{n}",
                quote=f"虚偽の書き込み{n}",
                account="@kaze_2198",
            )
            for n in range(1, items + 1)
        ],
        "reason": "書かれていることは事実ではありません。勤務先に問い合わせが来ています。",
        "name": "水原 あかり",
        "email": "akari@mail.example",
    }
    return Filing(**(values | changes))


def make_notice(
    session: Session, service: Service, received: str = "2026-04-28T09:14:37+09:00", items: int = 2, **changes
) -> Notice:
    """A notice received through the form, with its receipt posted."""
    at = instant(received)
    notice = intake.file(session, service, make_filing(items, **changes), at=at)
    receipts.acknowledge(session, service, notice, at=at)
    return notice


def urgent(*which: Circumstance) -> dict:
    """Changes that make a filing urgent."""
    return {"circumstances": list(which) or [Circumstance.INTIMATE]}


def remove(clause: Clause) -> Judgement:
    """A judgement to remove under a clause."""
    return Judgement(
        take=True,
        reason="事実でない内容で社会的評価を下げているため。",
        kind=MeasureKind.REMOVE,
        basis=Basis.CLAUSE,
        clause_id=clause.id,
    )


KEEP = Judgement(take=False, reason="意見の範囲にとどまり、受忍限度を超えるとは認められないため。")


def make_custodian(session: Session, service: Service, name: str = "つむぎ基盤部", **more) -> Custodian:
    """A log custodian of a service."""
    values = {"email": "logs@infra.example", "keeps": "投稿とログインの通信履歴"}
    custodian = Custodian(service_id=service.id, name=name, **(values | more))
    session.add(custodian)
    session.flush()
    return custodian


def publish_periods(session: Session, service: Service, by: Staff, months: int = 3) -> None:
    """The first version of a service's retention table, in force since January: every kind of log for as long."""
    lines = [
        Line(kind, Provider.CP, kind.value, LOG_RULES[kind].classes, "対応", months)
        for kind in (LogKind.ACCOUNT, LogKind.LOGIN, LogKind.POST)
    ]
    first = instant("2026-01-01T00:00+09:00")
    retention.publish(session, service, lines, in_force=date(2026, 1, 1), note="", seen=0, by=by.id, at=first)


def session_holds(session: Session) -> list[LogHold]:
    """Every hold, soonest end first."""
    return list(session.exec(select(LogHold).order_by(col(LogHold.until_at), col(LogHold.id))))


def holds_of(session: Session, *notices: Notice) -> list[LogHold]:
    """The holds of notices, soonest end first."""
    cases = [notice.case_id for notice in notices]
    query = select(LogHold).where(col(LogHold.case_id).in_(cases)).order_by(col(LogHold.until_at), col(LogHold.id))
    return list(session.exec(query))


def decide(session: Session, notice: Notice, judgement: Judgement, staff: Staff, at: str, nos: tuple[int, ...] = ()):
    """Decide items by their numbers (all by default)."""
    items = [i for i in decisions.items_of(session, notice) if not nos or i.no in nos]
    current = decisions.latest(session, [i.id for i in items])
    return decisions.decide(
        session,
        notice,
        [(i.id, current[i.id].version if i.id in current else 0) for i in items],
        judgement,
        by=staff.id,
        at=instant(at),
    )


def approve(session: Session, notice: Notice, at: str) -> None:
    """Another lead approves whatever of a case waits for a second person."""
    lead = make_staff(session, name="真鍋 薫", role=Role.LEAD, email=f"lead{next(numbers)}@tsumugi.example")
    for row in approvals.of_case(session, notice.case_id):
        if row.settled_at is None and row.voided_at is None:
            approvals.settle(session, notice, row.id, approve=True, by=lead.id, at=instant(at))


def make_specialist(
    session: Session, service: Service, by: Staff, day: str = "2025-07-30", at: str = "2025-08-01T10:00+09:00", **more
) -> Specialist:
    """Somebody in the register of a service; `staff_id` ties them to a member of the team."""
    staff_id = more.pop("staff_id", None)
    values = {
        "name": "榊原 千尋",
        "born": "1979-11-03",
        "affiliation": "宵待法律事務所",
        "reason": "名誉毀損とプライバシー侵害の事件を十年扱ってきたため。",
        "expertise": "弁護士。削除の仮処分の代理を多数。",
    }
    return specialists.appoint(
        session, service, Words(**(values | more)), staff_id, day=date.fromisoformat(day), by=by.id, at=instant(at)
    )


def give_to_specialist(
    session: Session, notice: Notice, by: Staff, at: datetime | str, nos: tuple[int, ...] = (), note: str = ""
) -> SpecialistTask:
    """A specialist of the service, appointed if there is none, is given items of a notice (all by default)."""
    at = instant(at) if isinstance(at, str) else at
    service = session.get_one(Service, session.get_one(Case, notice.case_id).service_id)
    if not specialists.standing_for(session, service.id):
        make_specialist(session, service, by, at=at.isoformat())
    seen = specialists.standing_for(session, service.id)[0].entry.id
    items = [i.id for i in decisions.items_of(session, notice) if not nos or i.no in nos]
    return specialists.assign(
        session, notice, seen, items, conflict=False, note=note or "本人に聞いた。関わりはない。", by=by.id, at=at
    )


def make_channel(session: Session, by: Staff, at: datetime, **more) -> Channel:
    """A webhook of the form that Slack takes, told of the last working day, the day before, and what is late."""
    values = {
        "kind": Dialect.SLACK,
        "name": "期限の部屋",
        "url": "https://hooks.chat.example/services/T0/B0/abc",
        "levels": ("one", "day", "late"),
    }
    return channels.make(session, Wanted(**(values | more)), by=by.id, at=at)


def keep_register(session: Session, service: Service, staff: Staff, at: datetime) -> None:
    """A register with a filing, a change that is not filed yet, and a digest with one example."""
    actor = journal.staff(staff.id)
    filings.take_up(session, service, actor=actor, at=at)
    day = instant("2026-05-01T12:00+09:00").date()
    filings.change(session, service, Matter.NAME, day, before="甲社", after="乙社", actor=actor, at=at)
    register = register_of(session, service, at)
    digest = DigestVersion(
        case_id=register.id, service_id=service.id, version=1, title="事例", published_at=at, content="x"
    )
    session.add(digest)
    session.flush()
    session.add(
        DigestExample(
            digest_id=digest.id, no=1, heading="名誉毀損", take=False, right=Right.HONOR, clause="", words="文"
        )
    )
    session.flush()


def ask_sender(
    session: Session,
    notice: Notice,
    staff: Staff,
    at: str,
    *,
    opened: str = "",
    nos: tuple[int, ...] = (),
    regime: Regime = Regime.STANDARD,
) -> Inquiry:
    """An inquiry to the sender of some items, by hand, as the desk sends it; opened by them at `opened`."""
    items = [item for item in decisions.items_of(session, notice) if not nos or item.no in nos]
    sender, when = items[0].sender_id, instant(at)
    ids = [item.id for item in items]
    draft = asking.draft(session, notice, sender, ids, regime, by_hand=True, at=when)
    confirmed = list(RULES[regime].elements)
    row = asking.ask(
        session, notice, sender, ids, regime, draft.digest, confirmed=confirmed, by_hand=True, by=staff.id, at=when
    )
    if opened:
        theirs.open_all(session, enter_door(session, sender, DoorPurpose.INQUIRY, opened), at=instant(opened))
    return row


def enter_door(session: Session, sender: UUID, purpose: DoorPurpose, at: str) -> Entered:
    """The door of a sender, entered by its newest link."""
    secret = doors.link(session, sender, purpose).split("/")[-1]
    return doors.enter(session, sender, purpose, secret, at=instant(at))


def hear_sender(session: Session, notice: Notice, staff: Staff, at: datetime) -> None:
    """A row in each table of the sender's side: asked, answered, and an appeal against the measure of an item."""
    item = decisions.items_of(session, notice)[0]
    ask_sender(session, notice, staff, at.isoformat(), opened=at.isoformat(), nos=(item.no,))
    case, sender = session.get_one(Case, notice.case_id), session.get_one(Sender, item.sender_id)
    words = answering.Words(Position.WORDS, "意見です。")
    answering.answer(session, case, sender, [item.id], words, actor=journal.SENDER, at=at)
    id = uuid4()
    session.add(
        Appeal(
            id=id,
            case_id=case.id,
            sender_id=sender.id,
            item_id=item.id,
            measure_id=session.exec(select(Measure.id)).first(),
            received_at=at,
            words_sealed=seal_words(session, case.id, "appeal.words", id, {"salt": "x", "text": "不服です。"}),
        )
    )
    session.flush()


def keep_logs(session: Session, service: Service, staff: Staff, at: datetime) -> None:
    """A row in each table of log preservation, as far as no verb writes it in a test of the tables alone."""
    table = RetentionTable(
        service_id=service.id, version=1, in_force=at.date(), note="最初", made_at=at, made_by=staff.id
    )
    session.add(table)
    line = session.exec(select(HoldOrderLine)).first()
    case = Case(kind=CaseKind.PAPER, service_id=service.id, opened_at=at, statutory=False)
    session.add(case)
    session.flush()
    paper = LegalPaper(
        case_id=case.id,
        service_id=service.id,
        number="TH-L-2026-0001",
        kind=PaperKind.PRESERVATION,
        served_at=at,
        words_sealed=b"sealed",
        entered_at=at,
        entered_by=staff.id,
    )
    session.add(paper)
    session.flush()
    session.add_all(
        [
            RetentionLine(
                table_id=table.id,
                no=1,
                kind=LogKind.POST,
                provider=Provider.CP,
                name="投稿ログ",
                classes=["2-5", "2-8"],
                purpose="違法・有害情報への対策",
                months=6,
                reason="開示請求に備えるため",
            ),
            SafetyCheck(
                service_id=service.id, measure="access", done=True, note="", checked_at=at, checked_by=staff.id
            ),
            PaperReader(paper_id=paper.id, staff_id=staff.id, named_at=at, named_by=staff.id),
            ErasureProof(
                order_id=line.order_id,
                hold_id=line.hold_id,
                classes=["2-5"],
                counts={"2-5": 12},
                deidentified={},
                erased_at=at,
                reference="A-1",
                digest="0" * 64,
                received_at=at,
            ),
            Reconciliation(
                custodian_id=session.get_one(HoldOrder, line.order_id).custodian_id,
                message="msg_1",
                received_at=at,
                compared=1,
                missing=[],
                overkept=[],
            ),
        ]
    )
    session.flush()


def keep_year(session: Session, service: Service, staff: Staff, at: datetime) -> None:
    """A row in each table of the yearly publication that is only ever added to."""
    codes = CodeMap(service_id=service.id, version=1, made_at=at, made_by=staff.id)
    register = register_of(session, service, at)
    frozen = Publication(
        case_id=register.id, service_id=service.id, year=2025, version=1, sha256="x", frozen_at=at, frozen_by=staff.id
    )
    session.add_all([codes, frozen])
    session.flush()
    session.add(CodeLine(map_id=codes.id, vocabulary=Vocabulary.KIND, code="rm", category="remove"))
    session.add(PublicationFile(publication_id=frozen.id, name="figures.csv", sha256="x", content=b"x"))
    entry = {"service_id": service.id, "version": 1, "by": staff.id, "at": at}
    session.add(ReportEntry(year=2025, code="18-5-21", words="体制の説明", **entry))
    session.add(SenderMonth(month=202504, senders=1, **entry))
    session.add(SenderMethod(words="数え方", **entry))
    session.flush()
