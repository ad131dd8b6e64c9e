"""Examples in preparation: drafted from a decision with personal data taken out, written anew and read by a person."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tracker.casework import Conflict, NotAllowed, decisions, journal
from tracker.casework.digest.candidates import candidates, still_stands
from tracker.casework.digest.flags import flags, naming, unconfirmed
from tracker.casework.digest.known import Value, known_values, posts_of
from tracker.casework.digest.removal import Found, left_over, remove
from tracker.casework.register import register_of, standing_register
from tracker.law import N_
from tracker.law.grounds import Right
from tracker.models import Case, Clause, CriteriaVersion, Decision, DigestEntry, Notice, Service
from tracker.sealed import open_words, seal_words

LONGEST = 2_000


@dataclass(frozen=True)
class EntryView:
    """An example in preparation: its words, what it comes from, what still stands in them."""

    row: DigestEntry
    heading: str
    text: str
    number: str
    right: Right
    decision: Decision
    clause: str
    reason: str
    facts: str
    left: Sequence[Found]  # known of the people of the case: it may not be published
    doubts: Sequence[str]  # words that may lead to somebody, and that nobody confirmed: no example goes out with one
    confirmed: frozenset[str]  # such words that a person looked at and left
    erased: bool  # the case's personal data were destroyed: nothing can be checked any more
    stands: bool  # nothing newer was decided, and the measure was not taken back

    @property
    def ready(self) -> bool:
        """Whether a person read it, nothing known stands in it, and each doubtful place was confirmed."""
        return self.row.read_at is not None and not (self.left or self.doubts or self.erased)


def draft_entries(session: Session, service: Service, picked: Sequence[UUID], *, at: datetime) -> list[DigestEntry]:
    """Draft an example from each decision picked. Raises NotAllowed for none, Conflict where it may serve no more."""
    register = register_of(session, service, at)
    journal.lock(session, register)
    offered = {one.decision: one for one in candidates(session, service.id, most=10_000)}
    if not picked:
        raise NotAllowed(N_("事例にする判断を選んでください。"), about="pick")
    if not offered.keys() >= set(picked):
        raise Conflict(N_("選んだ判断の中に、もう事例にできないものがあります。選び直してください。"), about="pick")
    made = []
    for id in dict.fromkeys(picked):
        one, decision = offered[id], session.get_one(Decision, id)
        notice = session.exec(select(Notice).where(Notice.case_id == one.case)).one()
        said, values = decisions.words(session, decision), known_values(session, notice)
        text = remove("\n".join(part for part in (said.get("reason", ""), said.get("facts", "")) if part), values)
        row = DigestEntry(
            id=uuid4(), register_id=register.id, case_id=one.case, item_id=one.item, decision_id=id,
            heading=remove(one.title, values)[:100], words_sealed=b"",
        )  # fmt: skip
        _seal(session, row, text)
        session.add(row)
        made.append(row)
    session.flush()
    return made


def write_entry(
    session: Session,
    service: Service,
    id: UUID,
    revision: int,
    *,
    heading: str,
    text: str,
    read: bool,
    confirmed: Collection[str] = (),
    by: UUID,
    at: datetime,
) -> DigestEntry:
    """Keep the words of an example; `read` says that `by` read them and nobody can be told from them.

    What is changed has to be read again. `confirmed` names the doubtful places that `by` looked at and leaves
    (flags.py). Raises Conflict where somebody else wrote meanwhile; NotAllowed where it is said to be read and
    something known of the people of the case stands in it, or a doubtful place was not confirmed.
    """
    row = _locked(session, service, id, revision, at)
    posts = posts_behind(session, row)
    if not heading.strip():
        raise NotAllowed(N_("情報の種類を入力してください。"), about="heading")
    if not text.strip():
        raise NotAllowed(N_("事例の文を入力してください。"), about="text")
    if len(text) > LONGEST:
        raise NotAllowed(N_("事例の文は%(most)s文字までにしてください。"), about="text", most=LONGEST)
    if read:
        values = values_of(session, row)
        if values is None:
            raise NotAllowed(
                N_("元の事案の個人に関する情報が消去されたため、確かめられません。この事例は外してください。")
            )
        for about, words in (("heading", heading), ("text", text)):
            if left_over(words, values):
                raise NotAllowed(
                    N_("元の事案の人や投稿を特定できる言葉が残っています。下に示した箇所を書き換えてください。"),
                    about=about,
                )
        if any(unconfirmed(words, posts, confirmed) for words in (heading, text)):
            raise NotAllowed(
                N_(
                    "人や投稿を特定できるかもしれない言葉があります。"
                    "下に示した箇所を消すか、特定できないことを確かめて印を付けてください。"
                ),
                about="confirmed",
            )
    row.heading = heading.strip()
    there = {naming(words, one) for words in (heading, text) for one in flags(words, posts)}
    _seal(session, row, text.strip(), sorted(there & set(confirmed)))
    row.revision += 1
    row.read_by, row.read_at = (by, at) if read else (None, None)
    session.add(row)
    session.flush()
    return row


def drop_entry(session: Session, service: Service, id: UUID, revision: int, *, at: datetime) -> None:
    """Take an example out of the draft; its decision may be picked again. Raises Conflict."""
    session.delete(_locked(session, service, id, revision, at))
    session.flush()


def entries_of(session: Session, service: Service) -> list[EntryView]:
    """The examples in preparation, by kind of information, taken before not taken."""
    register = standing_register(session, service)
    if register is None:
        return []
    rows = session.exec(
        select(DigestEntry).where(DigestEntry.register_id == register.id, col(DigestEntry.digest_id).is_(None))
    )
    found = [entry_view(session, row) for row in rows]
    return sorted(found, key=lambda one: (one.heading, not one.decision.take, str(one.row.id)))


def entry_view(session: Session, row: DigestEntry) -> EntryView:
    """One example in preparation, with what stands in its words."""
    said = open_words(session, row.case_id, "digestentry.words", row.id, row.words_sealed)
    decision = session.get_one(Decision, row.decision_id)
    notice = _notice(session, row)
    words, values, posts = decisions.words(session, decision), values_of(session, row), posts_of(session, notice)
    text, confirmed = said.get("text", ""), frozenset(json.loads(said.get("confirmed", "[]")))
    return EntryView(
        row,
        row.heading,
        text,
        notice.number,
        notice.primary_right,
        decision,
        clause_of(session, decision),
        words.get("reason", ""),
        words.get("facts", ""),
        left_over(text, values or []) + left_over(row.heading, values or []),
        [naming(said, one) for said in (row.heading, text) for one in unconfirmed(said, posts, confirmed)],
        confirmed,
        values is None,
        still_stands(session, decision),
    )


def values_of(session: Session, row: DigestEntry) -> list[Value] | None:
    """What is known of the people of the case of an example; None after it was destroyed."""
    if not decisions.words(session, session.get_one(Decision, row.decision_id)):
        return None
    return known_values(session, _notice(session, row))


def posts_behind(session: Session, row: DigestEntry) -> list[str]:
    """The posts of the case of an example, folded."""
    return posts_of(session, _notice(session, row))


def clause_of(session: Session, decision: Decision) -> str:
    """By which clause a measure was taken, in words; empty for none."""
    clause = session.get(Clause, decision.clause_id) if decision.clause_id else None
    return decisions.clause_name(session.get_one(CriteriaVersion, clause.criteria_id), clause) if clause else ""


def _locked(session: Session, service: Service, id: UUID, revision: int, at: datetime) -> DigestEntry:
    register: Case = register_of(session, service, at)
    journal.lock(session, register)
    row = session.get(DigestEntry, id, with_for_update=True, populate_existing=True)
    if row is None or row.register_id != register.id or row.digest_id or row.revision != revision:
        raise Conflict(
            N_("この事例は、先にほかの人が書き換えたか、外すか、公表しました。新しい内容を確かめてください。")
        )
    return row


def _notice(session: Session, row: DigestEntry) -> Notice:
    return session.exec(select(Notice).where(Notice.case_id == row.case_id)).one()


def _seal(session: Session, row: DigestEntry, text: str, confirmed: Sequence[str] = ()) -> None:
    words = {"text": text, "confirmed": json.dumps(confirmed, ensure_ascii=False)}
    row.words_sealed = seal_words(session, row.case_id, "digestentry.words", row.id, words)
