"""Neither side sees the other's: every public address and every letter, over every choice that a claimant has."""

import io
import re
from collections import defaultdict
from dataclasses import replace
from html import unescape
from itertools import chain, combinations, count, product
from urllib.parse import quote

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlmodel import select

from tests import make
from tracker.casework import (
    afterwards,
    chain as chained,
    contact,
    corrections,
    decisions,
    delivery,
    evidence,
    intake,
    investigation,
    journal,
    measures,
    messages,
    receipts,
    replies,
    reversals,
)
from tracker.casework.appeals import deciding, filing
from tracker.casework.evidence import FileIn
from tracker.casework.hearing import answering, asking, doors, receiving, rows, theirs
from tracker.casework.hearing.answering import Words
from tracker.casework.intake import FiledItem
from tracker.casework.verify import verify
from tracker.law.grounds import DeferralGround
from tracker.law.inquiries import Regime
from tracker.law.questions import QUESTIONS
from tracker.letters.transport import Answer
from tracker.models import (
    Appeal,
    Case,
    Claimant,
    DoorPurpose,
    Evidence,
    Letter,
    LetterChannel,
    LetterKind,
    Position,
    Sender,
)
from tracker.sealed import open_text

ACCEPTED = Answer(True, 250, "smtp")
FILED, TALKED = "2026-06-01T09:00+09:00", "2026-06-01T12:00+09:00"
ASKED, READ, SAID = "2026-06-02T10:00+09:00", "2026-06-02T21:00+09:00", "2026-06-03T10:00+09:00"
DONE, APPEALED, SETTLED = "2026-06-10T10:00+09:00", "2026-06-11T10:00+09:00", "2026-06-15T10:00+09:00"
LOOKED = "2026-06-16T10:00+09:00"
HERE = {"Sec-Fetch-Site": "same-origin"}

# The claimant's, each with what they have to release so that the sender may see it; () never.
NEVER: tuple[str, ...] = ("never",)
CLAIMANT: dict[str, tuple[str, ...]] = {
    "水無瀬しるし": ("name",),
    "moved.mark@claimant.example": ("contact",),
    "first.mark@claimant.example": NEVER,  # an address before
    "090-4711-4711": NEVER,
    "印事務所の法務室": NEVER,
    "被害者本人の印": NEVER,
    "注意の印-電話は夜": NEVER,
    "証拠の名前の印.png": NEVER,
    "委任状の名前の印.pdf": NEVER,
    "報告書の名前の印.pdf": NEVER,
    "PICTURE-AUTHOR-MARK": NEVER,  # inside a picture
    "PROXY-AUTHOR-MARK": NEVER,  # inside what proves who they are
    "REPORT-AUTHOR-MARK": ("evidence", "name"),  # inside a PDF, which leaves as it came
    "メモの印": NEVER,
    "理由の印-書かれたことは嘘です": ("reason",),
    "質問への答えの印": ("reason",),
    "申出者の連絡の印": NEVER,
    "補正依頼の印": NEVER,
    "再検討の印": NEVER,
    "途中経過の印": NEVER,
}
# What a sender said, and where they can be reached; nothing of it is for the claimant or another sender.
A = {
    "mark.a@sender.example",
    "甲の回答の印",
    "甲の資料の印.png",
    "甲の不服の印",
    "甲の伝票の印.png",
    "甲への理由の印",
}
B = {"mark.b@sender.example", "乙の回答の印", "乙の不服の印", "乙の投稿の言葉の印"}
STAFF = {"受付時の写しの印", "配達証明の印", "取下げの電話の印"}  # for the desk alone
LETTERS = set(LetterKind) - {  # told apart in tests of their own: to staff, to custodians, about papers of courts
    LetterKind.ALERT,
    LetterKind.HOLD_ORDER,
    LetterKind.DISCLOSURE_INQUIRY,
    LetterKind.ORDER_TOLD,
}
TELL = ("name", "contact", "evidence")
CHOICES = [
    pytest.param(tell, withheld, id=f"{'+'.join(tell) or 'nothing'}{'-withheld' if withheld else ''}")
    for tell in chain.from_iterable(combinations(TELL, n) for n in range(len(TELL) + 1))
    for withheld in (False, True)
]
networks = count(1)


def png(author: str) -> bytes:
    """A picture that names somebody inside."""
    said, out = PngInfo(), io.BytesIO()
    said.add_text("Author", author)
    Image.new("RGB", (8, 8), "white").save(out, "PNG", pnginfo=said)
    return out.getvalue()


def pdf(author: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Author(" + author.encode() + b")>>endobj\n%%EOF\n"


class House:
    """One case with everything in it that either side can say, and what each of them may see."""

    def __init__(self, app, tell, withheld) -> None:
        self.app, self.tell, self.withheld = app, tell, withheld
        self.database = app.extensions["database"]
        with self.database.writing() as session:
            self.session = session
            self._file()
            self._talk()
            self._ask()
            self._answer()
            self._remove()
            self._appeal()
            self._decide()
            session.flush()
            assert list(verify(session)) == []
            self._note()

    def _file(self) -> None:
        session, at = self.session, make.instant(FILED)
        self.service = make.make_service(session)
        self.clause = make.first_clause(session, make.make_criteria(session, self.service))
        self.staff, self.second = make.make_staff(session), make.make_staff(session, name="真鍋 薫")
        question = next(iter(QUESTIONS.values()))[0].key
        posts = [("https://tsumugi.example/p/1", "一つ目の投稿", "@kaze_2198")]
        posts += [("https://tsumugi.example/p/2", "二つ目の投稿", "@kaze_2198")]
        posts += [("https://tsumugi.example/p/3", "乙の投稿の言葉の印", "@hoshi_77")]
        filing = replace(
            make.make_filing(),
            items=[FiledItem(url, url, said, account, note="メモの印") for url, said, account in posts],
            name="水無瀬しるし",
            email="first.mark@claimant.example",
            phone="090-4711-4711",
            office="印事務所の法務室",
            whose="被害者本人の印",
            caution="注意の印-電話は夜",
            reason="理由の印-書かれたことは嘘です",
            answers={question: "質問への答えの印"},
            tell=self.tell,
            reason_withheld=self.withheld,
        )
        self.notice = intake.file(session, self.service, filing, at=at)
        receipts.acknowledge(session, self.service, self.notice, at=at)
        self.case = session.get_one(Case, self.notice.case_id)
        for name, body, more in (
            ("証拠の名前の印.png", png("PICTURE-AUTHOR-MARK"), {}),
            ("報告書の名前の印.pdf", pdf("REPORT-AUTHOR-MARK"), {}),
            ("委任状の名前の印.pdf", pdf("PROXY-AUTHOR-MARK"), {"authority": True}),
        ):
            evidence.keep(session, "a" * 32, FileIn(name, body), at=at, **more)
        kept = evidence.kept(session, "a" * 32)
        evidence.attach(session, self.case, kept, actor=journal.CLAIMANT, at=at)
        self._go(FILED)

    def _talk(self) -> None:
        session, at = self.session, make.instant(TALKED)
        messages.receive(session, self.notice, "申出者の連絡の印", at=at)
        self.asked = corrections.ask(session, self.notice, "補正依頼の印", seen=self._seen(), by=self.staff.id, at=at)
        contact.send_secret(session, self.service, self.notice.number, "first.mark@claimant.example", at=at)
        claimant = session.exec(select(Claimant).where(Claimant.notice_id == self.notice.id)).one()
        contact.ask_to_change(session, self.notice, "moved.mark@claimant.example", at=at)
        code = session.info["keys"].address_code(claimant.id, "moved.mark@claimant.example", str(chained.iso(at)))
        contact.confirm_change(session, self.notice, code, at=at)
        for item in decisions.items_of(session, self.notice):
            investigation.snapshot(session, item, "受付時の写しの印", by=self.staff.id, at=at)
        self._go(TALKED)

    def _seen(self):
        return [said.message.id for said in messages.exchange(self.session, self.notice)]

    def _ask(self) -> None:
        session, at = self.session, make.instant(ASKED)
        query = select(Sender).where(Sender.case_id == self.case.id)
        self.a, self.b = sorted(session.exec(query), key=lambda one: one.account, reverse=True)
        for sender, email in ((self.a, "mark.a@sender.example"), (self.b, "mark.b@sender.example")):
            replies.set_sender_email(session, sender, email, by=self.staff.id, at=at)
            items = [item.id for item in asking.askable(session, self.notice, sender.id)]
            draft = asking.draft(session, self.notice, sender.id, items, Regime.STANDARD, by_hand=False, at=at)
            asking.ask(session, self.notice, sender.id, items, Regime.STANDARD, draft.digest, by=self.staff.id, at=at)
        ids = [item.id for item in decisions.items_of(session, self.notice)]
        ground, content = DeferralGround.UNAVOIDABLE, "途中経過の印"
        self._send(replies.interim_draft(session, self.notice, ids, ground, content), ASKED)
        self._go(ASKED)

    def _answer(self) -> None:
        session, when = self.session, make.instant(READ)
        theirs.open_all(session, self.entered(self.a, DoorPurpose.INQUIRY, READ), at=when)
        for one in receiving.standing(session, self.case, self.b.id):
            receiving.prove(session, self.case, one.row.id, when=when, how="配達証明の印", by=self.staff.id, at=when)
        theirs.open_all(session, self.entered(self.b, DoorPurpose.INQUIRY, READ), at=when)
        evidence.keep(session, "b" * 32, FileIn("甲の資料の印.png", png("A-AUTHOR")), at=when)
        said = Words(Position.OBJECTS, "甲の回答の印", "b" * 32), Words(Position.AGREES, "乙の回答の印")
        for sender, words in zip((self.a, self.b), said, strict=True):
            items = sorted({id for one in receiving.standing(session, self.case, sender.id) for id in one.items})
            at = make.instant(SAID)
            answering.answer(session, self.case, sender, items, words, actor=journal.SENDER, at=at)

    def _remove(self) -> None:
        session, at = self.session, make.instant(DONE)
        make.decide(session, self.notice, make.remove(self.clause), self.staff, DONE)
        ids = [item.id for item in decisions.items_of(session, self.notice)]
        done = [one.id for one in decisions.standing_measures(session, ids)]
        measures.execute(session, self.notice, done, executed_at=at, by=self.staff.id, at=at)
        self._send(replies.outcome_draft(session, self.notice), DONE)
        for draft in replies.sender_drafts(session, self.notice, {self.b.id: LetterChannel.PUBLICATION}):
            self._send(draft, DONE)
        self._go(DONE)
        if DoorPurpose.NOTICE not in doors.of_sender(session, self.b.id):  # renewed by staff who gave it by telephone
            by = journal.staff(self.staff.id)
            doors.hang(session, self.case, self.b.id, DoorPurpose.NOTICE, by=by, at=at)

    def _appeal(self) -> None:
        session, at = self.session, make.instant(APPEALED)
        afterwards.ask_again(session, self.notice, "再検討の印", at=at)
        evidence.keep(session, "c" * 32, FileIn("甲の伝票の印.png", png("A-AUTHOR")), at=at)
        mine = [one.measure.id for one in filing.appealable(session, self.notice, self.a.id)]
        self.appeals = filing.file(
            session, self.notice, self.a, mine, "甲の不服の印", actor=journal.SENDER, at=at, token="c" * 32
        )
        theirs_b = [one.measure.id for one in filing.appealable(session, self.notice, self.b.id)]
        by, actor = self.staff.id, journal.staff(self.staff.id)
        self.appeals += filing.file(
            session, self.notice, self.b, theirs_b, "乙の不服の印", actor=actor, at=at, received_at=at, by=by
        )

    def _decide(self) -> None:
        session, at, by = self.session, make.instant(SETTLED), self.second.id
        first, second, third = self.appeals
        deciding.decide(session, self.notice, first.id, reverse=True, reason="見直した結果です。", by=by, at=at)
        deciding.decide(session, self.notice, second.id, reverse=False, reason="甲への理由の印", by=by, at=at)
        actor = journal.staff(by)
        filing.withdraw(session, self.case, third.id, actor=actor, at=at, remark="取下げの電話の印")
        for row in (first, second):
            deciding.send_answer(
                session, self.notice, row.id, deciding.answer_draft(session, self.notice, row).digest, by=by, at=at
            )
        why = "判断を改めたためです。"
        reversals.reverse(session, self.notice, [third.measure_id], why, reversed_at=at, by=by, at=at)
        for draft in reversals.sender_drafts(session, self.notice):
            self._send(draft, SETTLED)
        self._send(reversals.claimant_draft(session, self.notice), SETTLED)
        self._go(SETTLED)

    def _send(self, draft, at) -> None:
        when = make.instant(at)
        replies.send_draft(self.session, self.notice, draft, draft.digest, by=self.staff.id, at=when)

    def _go(self, at) -> None:
        """What waits leaves, by mail or by hand."""
        self.session.flush()
        when = make.instant(at)
        for letter in self.session.exec(select(Letter).where(Letter.ended_at.is_(None))):
            if letter.channel is LetterChannel.SMTP:
                delivery.settle(self.session, letter.id, ACCEPTED, at=when)
            else:
                where = {"url": "https://tsumugi.example/p/3"}
                delivery.hand_over(
                    self.session, letter.id, how="掲示板に載せた。", when=when, by=self.staff.id, at=when, **where
                )

    def secret(self, sender, purpose) -> str:
        """The secret of a door, out of its address."""
        return doors.address(self.session, doors.of_sender(self.session, sender.id)[purpose]).rpartition("/")[2]

    def entered(self, sender, purpose, at):
        return doors.enter(self.session, sender.id, purpose, self.secret(sender, purpose), at=make.instant(at))

    def _note(self) -> None:
        """What the addresses of this case are made of, and what each side may not see."""
        session = self.session
        own = receipts.status_secret(session, self.notice)
        self.secrets = {who.id.hex: {one: self.secret(who, one) for one in DoorPurpose} for who in (self.a, self.b)}
        self.number, self.own = self.notice.number, own
        self.letters = [str(id) for id in session.exec(select(Letter.id))]
        self.files = [str(id) for id in session.exec(select(Evidence.id))]
        self.appeal_ids = [str(id) for id in session.exec(select(Appeal.id))]
        self.message, self.hex_a, self.hex_b = str(self.asked.id), self.a.id.hex, self.b.id.hex
        self.claimant_is = {self.number, own, own.replace("-", "")}
        self.sender_is = {*self.secrets[self.hex_a].values(), *self.secrets[self.hex_b].values()}
        self.sender_is |= {self.hex_a, self.hex_b, str(self.a.id), str(self.b.id)}

    @property
    def hidden(self) -> set[str]:
        """What a sender may not see of the claimant."""
        may = {*self.tell, *(() if self.withheld else ("reason",))}
        return {mark for mark, needs in CLAIMANT.items() if not may.issuperset(needs)} | self.claimant_is

    @property
    def shown(self) -> set[str]:
        """What the claimant released, and is words: a sender reads it."""
        inside = {mark for mark in CLAIMANT if mark.endswith("-MARK")}
        return set(CLAIMANT) - self.hidden - inside

    def forbidden(self, who: str) -> set[str]:
        """The marks that may not be seen by the claimant, by either sender or by anybody."""
        return (
            STAFF
            | {
                "claimant": A | (B - {"乙の投稿の言葉の印"}) | self.sender_is,
                self.hex_a: self.hidden | B | self.of(self.hex_b),
                self.hex_b: self.hidden | A | self.of(self.hex_a),
                "anybody": set(CLAIMANT) | A | B | self.claimant_is | self.sender_is,
            }[who]
        )

    def of(self, sender: str) -> set[str]:
        return {sender, *self.secrets[sender].values()}

    def candidates(self, rule, sender: str) -> dict[str, list[str]]:
        """What each part of an address is filled with. One that is not here is a page that nobody thought of."""
        claims = "sender" not in rule.arguments
        return {
            "slug": ["tsumugi"],
            "number": [self.number] if "secret" in rule.arguments else ["1"],
            "secret": [self.own] if claims else [],
            "letter_id": self.letters,
            "asked": [self.message],
            "no": ["1", "2"],
            "rest": ["", f"{self.number}", f"{self.number}/", "inquiry", f"inquiry/{sender}", f"notice/{sender}/x"],
            "purpose": [one.value for one in DoorPurpose],
            "sender": [sender],
            "file": self.files,
            "appeal_id": self.appeal_ids,
            "form": ["open", "answer", "appeal"],
            "year": ["2025"],
            "version": ["1"],
            "name": ["index.html", "figures.csv"],
        }

    def addresses(self, rule, sender: str = "") -> list[str]:
        """Every address of this case that a rule of the url map gives; of a sender's door, for that sender."""
        parts = self.candidates(rule, sender)
        unknown = rule.arguments - parts.keys()
        assert not unknown, f"{rule.rule}: say in `candidates` what {unknown} is, so that this page is walked too"
        names = sorted(rule.arguments - ({"secret"} if "sender" in rule.arguments else set()))
        found = []
        for values in product(*(parts[name] for name in names)):
            filled = dict(zip(names, values, strict=True))
            if "sender" in rule.arguments:
                filled["secret"] = self.secrets[sender][DoorPurpose(filled["purpose"])]
            found.append(re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda m, f=filled: quote(f[m[1]], safe="/"), rule.rule))
        return found


@pytest.fixture
def house(app, freezer, request):
    freezer.move_to(LOOKED)
    return House(app, *request.param)


def ours(app):
    """The public addresses of cases and doors, as they lie, then each form sent empty, and what is there after that."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/s/", "/sender/"))]
    return [(method, rule) for method in ("GET", "POST", "GET") for rule in rules if method in rule.methods]


def fetch(client, method, path):
    """One page, from a network of its own; a form that says nothing."""
    n = next(networks)
    place = {"REMOTE_ADDR": f"10.{n // 65536 % 256}.{n // 256 % 256}.{n % 256}"}
    more = {"data": {"token": "d" * 32}} if method == "POST" else {}
    return client.open(path, method=method, headers=HERE, environ_overrides=place, **more)


def seen_in(answer) -> str:
    """Everything of an answer that somebody can read: the page, the address it leads to, the name of a file."""
    heads = " ".join(value for name, value in answer.headers if name in {"Location", "Content-Disposition", "Link"})
    return unescape(answer.data.decode("utf-8", errors="replace")) + " " + unescape(heads)


def leaks(answer, path: str, marks: set[str]) -> set[str]:
    """The marks that are in an answer, but for what stood in the address that was asked for."""
    text = seen_in(answer)
    return {mark for mark in marks if mark in text and mark not in path}


class Walked:
    """What a walk along public addresses met: leaks, what each reader read, and the answers by address."""

    def __init__(self) -> None:
        self.leaks: list[tuple[str, str, str, str]] = []
        self.read: dict[str, str] = defaultdict(str)
        self.codes: dict[tuple[str, str], set[int]] = defaultdict(set)

    def opened(self) -> set[str]:
        """The pages that showed something."""
        return {endpoint for (method, endpoint), codes in self.codes.items() if method == "GET" and 200 in codes}


def walk(app, house, rules, readers) -> Walked:
    """Ask for every address that `rules` give, for each reader."""
    walked, client = Walked(), app.test_client()
    for (method, rule), who in product(rules, readers):
        for path in house.addresses(rule, who if who in house.secrets else house.hex_a):
            answer = fetch(client, method, path)
            assert answer.status_code != 429 and answer.status_code < 500, (method, path)
            walked.codes[method, rule.endpoint].add(answer.status_code)
            walked.leaks += [(method, rule.rule, who, mark) for mark in leaks(answer, path, house.forbidden(who))]
            if answer.status_code in {200, 422}:
                walked.read[who] += seen_in(answer)
    return walked


def letters_of(house) -> dict[str, str]:
    """The words of every letter by who reads it; none has a mark that its reader may not see."""
    kinds, texts, found = set(), defaultdict(str), []
    with house.database.reading() as session:
        for letter in session.exec(select(Letter)):
            sealed = {"subject": letter.subject_sealed, "body": letter.body_sealed, "to": letter.to_sealed}
            said = {
                part: open_text(session, letter.case_id, f"letter.{part}", letter.id, one)
                for part, one in sealed.items()
            }
            who = letter.sender_id.hex if letter.sender_id else "claimant"
            known = {house.hex_a: A, house.hex_b: B}.get(who, CLAIMANT)
            assert (letter.kind in delivery.TO_SENDER) is (who in house.secrets), letter.kind
            assert said["to"] in {"", *known}, letter.kind
            text = f"{said['subject']}\n{said['body']}"
            marks = house.forbidden("anybody" if letter.channel is LetterChannel.PUBLICATION else who)
            found += [(letter.kind, mark) for mark in marks if mark in text]
            texts[who] += text
            kinds.add(letter.kind)
    assert found == []
    assert kinds == LETTERS
    return texts


@pytest.mark.parametrize("house", [pytest.param(p.values, id=p.id) for p in CHOICES], indirect=True)
def test_a_sender_sees_what_the_claimant_released_and_nothing_else(app, house):
    written = letters_of(house)
    walked = walk(
        app, house, [(method, rule) for method, rule in ours(app) if "sender" in rule.arguments], house.secrets
    )
    assert walked.leaks == []
    # It was no walk past closed doors: what was released is there to be read, and what they said themselves.
    for who, own in ((house.hex_a, A - {"mark.a@sender.example"}), (house.hex_b, {"乙の回答の印", "乙の不服の印"})):
        assert {mark for mark in house.shown | own if mark not in walked.read[who]} == set()
        assert {mark for mark in house.shown if mark not in written[who]} == set()
    marked = {mark for mark in CLAIMANT if mark.endswith("-MARK") and mark not in house.hidden}
    assert {mark for mark in marked if mark not in walked.read[house.hex_a]} == set()  # in the files themselves
    assert walked.opened() >= {"public.sender_page", "public.appeal_withdrawal"}
    assert ("public.sender_file" in walked.opened()) is ("evidence" in house.tell)
    posted = {code for (method, _), codes in walked.codes.items() if method == "POST" for code in codes}
    assert posted >= {303, 422}


@pytest.mark.parametrize(
    "house", [pytest.param(((), True), id="nothing"), pytest.param((TELL, False), id="everything")], indirect=True
)
def test_a_claimant_sees_nothing_of_a_sender_and_strangers_nothing_of_either(app, house):
    assert "二つ目の投稿" in letters_of(house)["claimant"]
    rest = [(method, rule) for method, rule in ours(app) if "sender" not in rule.arguments]
    claims = [(method, rule) for method, rule in rest if "secret" in rule.arguments]
    walked = walk(app, house, claims, ["claimant"])
    assert walked.leaks == []
    own = {"補正依頼の印", "再検討の印", "申出者の連絡の印", "途中経過の印"}
    assert {mark for mark in own if mark not in walked.read["claimant"]} == set()
    assert walked.opened() >= {"public.status", "public.receipt", "public.question", "public.read_letter"}
    strangers = walk(app, house, [one for one in rest if one not in claims], ["anybody"])
    assert strangers.leaks == []


@pytest.mark.parametrize("house", [pytest.param((TELL, False), id="everything")], indirect=True)
def test_a_door_of_one_purpose_or_one_sender_opens_no_other(app, house):
    client = app.test_client()
    secrets = house.secrets
    for sender, purpose in product(secrets, DoorPurpose):
        for other, wrong in product(secrets, DoorPurpose):
            answer = fetch(client, "GET", f"/sender/{purpose.value}/{sender}/{secrets[other][wrong]}")
            assert answer.status_code == (200 if (sender, purpose) == (other, wrong) else 404)
    with house.database.reading() as session:  # and none of all this walking proved anything
        assert len(rows.answers(session, house.case.id)) == 2
