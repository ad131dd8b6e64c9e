"""A small year, counted by hand: twenty filings over two years, and a few rows of the platform's own moderation.

`small_year.csv` has the answers, each worked out on paper from what stands here, with its working.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from tests import make
from tests.casework.test_reply import execute_all, send
from tracker.casework import decisions, delivery, endings, journal, replies
from tracker.casework.appeals import deciding, filing
from tracker.law.grounds import DeferralGround, Excuse, MeasureKind, Right, SenderExemption, Standing
from tracker.law.ledger import Family, Vocabulary
from tracker.models import Clause, Letter, Measure, Notice, Sender, Service, Staff
from tracker.report import entries
from tracker.report.ledger import carry, codes, imports, store

CUT_OFF = "2027-05-01T12:00+09:00"
# What the platform's own moderation did. The head of each file is what law/ledger.py says.
FILES: dict[Family, str] = {
    Family.MEASURES: """\
id,day,kind,route,reason,ai,japan,told_on,exemption,count
m1,2026-04-10,rm,auto,spam,yes,yes,2026-04-10,,
m2,2026-05-11,rm,auto,spam,yes,yes,2026-05-12,,
m3,2026-06-01,hide,auto,def,no,yes,,dup,
m4,2026-07-01,ban,user,spam,no,yes,2026-07-01,,
m5,2026-07-02,ban,auto,spam,yes,yes,2026-07-02,,
m6,2026-08-01,rm,auto,spam,yes,no,2026-08-01,,
m7,2026-03-31,rm,auto,spam,no,yes,2026-04-01,,
m8,2027-03-31,rm,auto,def,no,yes,2027-04-01,,
m9,2026-09-01,rm,rights,def,no,yes,2026-09-02,,
m10,2026-10-01,rm,gov,def,no,yes,2026-10-01,,
m11,2026-10-05,rm,user,def,yes,yes,2026-10-05,,
m12,2026-11-01,rm,auto,spam,yes,yes,2026-11-01,,5
""",
    Family.REPORTS: """\
id,day,outcome,reason,kept,japan,count
r1,2026-04-11,taken,spam,,yes,
r2,2026-10-05,taken,def,,yes,
r3,2026-06-11,not_taken,,nogo,yes,
r4,2026-07-01,suspended,,,yes,
r5,2026-06-12,not_taken,,nogo,no,
r6,2026-12-31,not_taken,,nogo,yes,10
""",
    Family.REQUESTS: """\
id,day,asked,outcome,japan,count
q1,2026-04-20,drugs,taken,yes,
q2,2026-05-20,drugs,not_taken,yes,
q3,2026-12-01,drugs,pending,yes,
q4,2027-01-10,drugs,suspended,yes,
q5,2026-03-31,drugs,taken,yes,
""",
    Family.ORDERS: """\
id,day,asked,outcome,japan,count
o1,2026-06-10,fame,taken,yes,
""",
    Family.APPEALS: """\
id,day,kind,ai,outcome,settled_on,japan,count
a1,2026-05-01,rm,yes,reversed,2026-05-10,yes,
a2,2026-06-01,rm,no,upheld,2026-06-09,yes,
a3,2027-03-20,ban,yes,reversed,2027-04-10,yes,
a4,2027-03-21,ban,no,pending,,yes,
a5,2026-03-30,rm,yes,reversed,2026-04-05,yes,
a6,2026-07-07,rm,yes,reversed,2027-05-20,yes,
""",
}
CODES = {
    (Vocabulary.KIND, "rm"): "remove",
    (Vocabulary.KIND, "hide"): "hide",
    (Vocabulary.KIND, "ban"): "suspend",
    (Vocabulary.ROUTE, "auto"): "own_detection",
    (Vocabulary.ROUTE, "user"): "report",
    (Vocabulary.ROUTE, "gov"): "public_body",
    (Vocabulary.ROUTE, "rights"): "notice",
    (Vocabulary.REASON, "spam"): "迷惑な勧誘",
    (Vocabulary.REASON, "def"): "clause:第4条1項",
    (Vocabulary.KEPT, "nogo"): "finding:not_infringed",
    (Vocabulary.ASKED, "drugs"): "規制薬物の広告",
    (Vocabulary.ASKED, "fame"): "名誉権の侵害",
    (Vocabulary.EXEMPTION, "dup"): "same_before",
}


@dataclass
class Desk:
    """A service, two people, a clause, and the notices by the letter that the answers name them by."""

    session: object
    service: Service
    staff: Staff
    other: Staff
    clause: Clause

    def notice(self, received: str, right: Right = Right.HONOR, **more) -> Notice:
        """A filing about one post, of one right, unless it says otherwise."""
        values = {"items": 1, "rights": [right], "primary_right": right}
        return make.make_notice(self.session, self.service, received=received, **(values | more))

    def keep(self, notice: Notice, at: str, nos: tuple[int, ...] = (), **more) -> Letter:
        """Decide that no measure is taken, and tell so."""
        make.decide(self.session, notice, make.KEEP, self.staff, at, nos)
        return send(self.session, notice, replies.outcome_draft(self.session, notice), self.staff, at, **more)

    def take(self, notice: Notice, at: str, nos: tuple[int, ...] = (), **more) -> None:
        """Remove, unless it says otherwise, and tell the claimant."""
        make.decide(self.session, notice, replace(make.remove(self.clause), **more), self.staff, at, nos)
        make.approve(self.session, notice, at)
        execute_all(self.session, notice, self.staff, at)
        send(self.session, notice, replies.outcome_draft(self.session, notice), self.staff, at)

    def interim(self, notice: Notice, ground: DeferralGround, at: str) -> None:
        """Tell the claimant that it takes longer, and on which ground."""
        items = [item.id for item in decisions.items_of(self.session, notice)]
        if ground is DeferralGround.SPECIALIST:
            make.give_to_specialist(self.session, notice, self.staff, at)
        if ground is DeferralGround.SENDER_OPINION:
            make.ask_sender(self.session, notice, self.staff, at)
        words = "鑑定の結果を待っています。" if ground is DeferralGround.UNAVOIDABLE else ""
        send(self.session, notice, replies.interim_draft(self.session, notice, items, ground, words), self.staff, at)

    def tell_sender(self, notice: Notice, at: str) -> None:
        """Tell each sender of what was removed."""
        when = make.instant(at)
        for draft in replies.sender_drafts(self.session, notice):
            letter = replies.send_draft(self.session, notice, draft, draft.digest, by=self.staff.id, at=when)
            delivery.hand_over(self.session, letter.id, how="サービス内の通知", when=when, by=self.staff.id, at=when)


def new_desk(session) -> Desk:
    """A service that was registered in 2025, and its criteria."""
    service = make.make_service(session)
    clause = make.first_clause(session, make.make_criteria(session, service))
    return Desk(session, service, make.make_staff(session), make.make_staff(session, name="別の人"), clause)


def file_notices(desk: Desk) -> dict[str, Notice]:
    """Everything that claimants filed, and what became of it."""
    session, staff = desk.session, desk.staff
    made = {
        "A": desk.notice("2026-03-31T23:30+09:00"),
        "B": desk.notice("2026-04-01T00:00:30+09:00", Right.PRIVACY, items=3, rights=[Right.PRIVACY, Right.HONOR]),
        "C": desk.notice("2026-05-10T10:00+09:00"),
        "D": desk.notice("2026-06-01T10:00+09:00", Right.COPYRIGHT),
        "E": desk.notice("2026-06-15T10:00+09:00"),
        "F": desk.notice("2026-07-01T10:00+09:00", Right.NAME),
        "G": desk.notice("2026-07-02T10:00+09:00"),
        "H": desk.notice("2026-08-01T10:00+09:00", Right.BUSINESS),
        "I": desk.notice("2027-03-30T10:00+09:00"),
        "J": desk.notice("2026-09-01T10:00+09:00", standing=Standing.THIRD_PARTY),
        "K": desk.notice("2026-09-05T10:00+09:00", standing=Standing.THIRD_PARTY, items=2),
        "L": desk.notice("2026-10-01T10:00+09:00", Right.PORTRAIT, items=2),
        "M": desk.notice("2026-11-01T10:00+09:00"),
        "N": desk.notice("2025-06-01T10:00+09:00"),  # before the 届出 of 30 July 2025: it binds nobody
        "O": desk.notice("2027-03-31T23:59:59+09:00", Right.TRADEMARK),
        "P": desk.notice("2027-04-01T00:00+09:00"),
        "Q": desk.notice("2026-09-09T10:00+09:00", standing=Standing.THIRD_PARTY),
        "R": desk.notice("2026-09-11T10:00+09:00", standing=Standing.THIRD_PARTY, items=2),
        "S": desk.notice("2026-03-20T10:00+09:00"),
        "T": desk.notice("2026-03-28T10:00+09:00", standing=Standing.THIRD_PARTY),
    }
    desk.keep(made["A"], "2026-04-07T10:00+09:00")
    desk.take(made["B"], "2026-04-03T10:00+09:00")
    desk.tell_sender(made["B"], "2026-04-04T10:00+09:00")
    desk.interim(made["C"], DeferralGround.SENDER_OPINION, "2026-05-12T10:00+09:00")
    desk.take(made["C"], "2026-05-30T10:00+09:00")
    ids = [item.id for item in decisions.items_of(session, made["C"])]
    at = make.instant("2026-05-31T10:00+09:00")
    endings.exempt_sender(
        session, made["C"], ids, SenderExemption.OTHER_JUST, "捜査の妨げになるため。", by=staff.id, at=at
    )
    desk.interim(made["D"], DeferralGround.SPECIALIST, "2026-06-03T10:00+09:00")
    desk.keep(made["D"], "2026-07-10T10:00+09:00")
    desk.interim(made["E"], DeferralGround.UNAVOIDABLE, "2026-06-20T10:00+09:00")
    endings.withdraw(session, made["E"], actor=journal.CLAIMANT, at=make.instant("2026-07-01T10:00+09:00"))
    for letter, ground in (("F", Excuse.OTHER_JUST), ("G", Excuse.SAME_CONTENT)):
        at = make.instant("2026-07-05T10:00+09:00")
        endings.excuse(session, made[letter], ground, "理由の記録。", by=staff.id, at=at)
    desk.keep(made["H"], "2026-08-20T10:00+09:00", late_reason="担当者の見落とし")
    desk.keep(made["I"], "2027-04-02T10:00+09:00")
    desk.keep(made["J"], "2026-09-03T10:00+09:00")
    desk.take(made["K"], "2026-09-07T10:00+09:00")
    desk.tell_sender(made["K"], "2026-09-08T10:00+09:00")
    desk.take(made["L"], "2026-10-02T10:00+09:00", (1,), ai_used=True)
    desk.keep(made["L"], "2026-10-03T10:00+09:00", (2,))
    desk.tell_sender(made["L"], "2026-10-04T10:00+09:00")
    _appeal(desk, made["L"])
    came_back = desk.keep(made["M"], "2026-11-05T10:00+09:00")
    back = make.instant("2026-11-06T10:00+09:00")
    delivery.bounced(session, came_back.id, remark="550", by=journal.SYSTEM, at=back)
    send(session, made["M"], replies.outcome_draft(session, made["M"]), staff, "2026-11-07T10:00+09:00")
    desk.keep(made["N"], "2026-04-20T10:00+09:00")
    desk.take(made["Q"], "2026-09-10T10:00+09:00", kind=MeasureKind.SUSPEND, ai_used=True)
    desk.take(made["R"], "2026-09-12T10:00+09:00", ai_used=True)
    desk.take(made["S"], "2026-03-25T10:00+09:00")
    desk.tell_sender(made["S"], "2026-04-02T10:00+09:00")
    desk.take(made["T"], "2026-03-30T10:00+09:00", kind=MeasureKind.SUSPEND, ai_used=True)
    desk.tell_sender(made["T"], "2026-04-03T10:00+09:00")
    return made


def _appeal(desk: Desk, notice: Notice) -> None:
    """The sender of the removed post objects, and the measure stays."""
    session = desk.session
    measure = session.exec(
        select(Measure).where(Measure.case_id == notice.case_id, Measure.executed_at.is_not(None))
    ).one()
    sender = session.exec(select(Sender).where(Sender.case_id == notice.case_id)).one()
    at = make.instant("2026-10-10T10:00+09:00")
    [appeal] = filing.file(session, notice, sender, [measure.id], "事実です。", actor=journal.SENDER, at=at)
    deciding.decide(session, notice, appeal.id, reverse=False, reason="判断は変わりません。", by=desk.other.id, at=at)


def import_files(database, settings, desk: Desk, folder: Path, files=FILES) -> None:
    """Take in the rows of the platform's own moderation, and say what its codes mean."""
    at = make.instant("2027-05-25T10:00+09:00")
    for family, content in files.items():
        path = folder / f"{family.value}.csv"
        path.write_text(content, encoding="utf-8")
        with path.open("rb") as stream:
            kept = store.keep(settings, stream)
        with database.writing() as session:
            begun = imports.begin(
                session,
                desk.service,
                family,
                path.name,
                stored=kept.stored,
                size=kept.size,
                sha256=kept.sha256,
                actor=journal.staff(desk.staff.id),
                at=at,
            )
        carry.carry(database, begun.id, lambda: at)
    with database.writing() as session:
        codes.save(session, desk.service, CODES, seen=0, note="最初の版", by=desk.staff.id, at=at)
        codes.verify(session, desk.service, 1, by=desk.other.id, at=at)


def write_texts(session, desk: Desk, year: int = 2026) -> None:
    """What people write for a year: something for everything that asks for it."""
    at: datetime = make.instant("2027-04-06T10:00+09:00")
    told = {"seen": 0, "by": desk.staff.id, "at": at}

    def enter(code: str, words: str, part: str = "", number: int | None = None) -> None:
        entries.enter(session, desk.service, year, code, part=part, words=words, number=number, **told)

    enter("18-3-3", "申出者が亡くなり、通知を受ける方がいなかったためです。", "other_just")
    enter("18-3-8", "画像の鑑定に時間を要したためです。", "honor")
    enter("18-4-2", "捜査の妨げになるため、通知しませんでした。", "remove")
    enter("18-5-1", "各月の発信者数の和です。同じ人を月ごとに数えます。", "senders", 12_345_678)
    enter("18-5-20", "日本語で書かれた投稿を読める人の数です。研修を年に2回行います。", number=42)
    for code in ("18-5-19", "18-5-21", "18-5-22", "18-5-23"):
        enter(code, f"{code}についての説明です。")
    for point in range(1, 8):
        enter(f"18-6-{point}", f"{point}の点の評価です。")
        enter("18-7", f"{point}の点の評価の基準です。", str(point))
