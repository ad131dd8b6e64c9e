"""Inquiries to a sender, what became of each letter, their answers and their pages, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework.folder import Folder
from tracker.casework.hearing import doors
from tracker.casework.hearing.in_hand import InHand
from tracker.casework.hearing.rows import Answered, Asked
from tracker.i18n import day_text, hour_text, short_time
from tracker.law import N_
from tracker.law.facts import Fact
from tracker.law.inquiries import RECEIPTS
from tracker.law.period import japanese_day
from tracker.models import DoorPurpose, LetterChannel, Position, ReceivedHow, SenderAnswer, Staff
from tracker.sealed import open_words
from tracker.web.staff.case.items import numbers
from tracker.web.staff.case.letters import CHANNELS, dead_link, letter_state

HOW: dict[ReceivedHow, str] = {
    ReceivedHow.OPENED: N_("発信者がページを開いた"),
    ReceivedHow.ANSWERED: N_("発信者から回答があった"),
    ReceivedHow.PROVED: N_("担当者が証拠を記録した"),
    ReceivedHow.SYSTEM: N_("サービスのシステムが、読まれたと知らせた"),
}
POSITIONS: dict[Position, str] = {
    Position.AGREES: N_("措置に同意する"),
    Position.OBJECTS: N_("措置に同意しない"),
    Position.WORDS: N_("意見だけを述べる"),
}
PAGES: dict[DoorPurpose, str] = {
    DoorPurpose.INQUIRY: N_("照会を読んで回答するページ"),
    DoorPurpose.NOTICE: N_("通知を読み、不服を申し立てるページ"),
}
ARRIVED = RECEIPTS | {Fact.QUESTION_RECEIVED}
LOST = frozenset({Fact.INQUIRY_LOST, Fact.QUESTION_LOST})


def inquiry_row(found: Folder, one: Asked, nos: Mapping[UUID, int], hand: InHand) -> dict[str, Any]:
    """One inquiry: what it asked, what became of its letter, and how it is proved that it arrived."""
    letter, row = one.letter, one.row
    about = [e for e in found.events if e.event.data.get("said", {}).get("inquiry") == str(row.id)]
    by_hand = letter.channel is not LetterChannel.SMTP
    filed = any(
        e.event.fact is Fact.LETTER_ACCEPTED
        and e.event.data["said"].get("letter") == str(letter.id)
        and e.event.data["said"].get("transport") == "folder"
        for e in found.events
    )
    return {
        "id": str(row.id),
        "row": row,
        "letter": letter,
        "nos": numbers(nos[item] for item in one.items if item in nos),
        "label": _(one.rule.label) if row.shelter else _("意見の問い合わせ（免責なし）"),
        "article": one.rule.article if row.shelter else "",
        "channel": _(CHANNELS[letter.channel]),
        "state": letter_state(letter, filed=filed, arrived=letter.id in hand.arrived),
        "dead": dead_link(letter, hand),
        "lost": bool(letter.refused_at or letter.bounced_at) and not letter.opened_at,
        "only_accepted": bool(letter.given_at) and row.received_at is None and one.stands,
        "to_hand_over": by_hand and not letter.given_at and not letter.cancelled_at,
        "by_hand": by_hand,
        "how": _(HOW[row.received_how]) if row.received_how else "",
        "proof": next((e.remark for e in about if e.event.fact in ARRIVED), ""),
        "mended": [e for e in about if e.event.fact in LOST and e.remark],
        "stands": one.stands,
    }


def answer_rows(
    session: Session, found: Folder, answers: Sequence[Answered], nos: Mapping[UUID, int]
) -> list[dict[str, Any]]:
    """The answers of a sender, oldest first, each with its files and whether it came late."""
    names = {s.id: s.name for s in session.exec(select(Staff))} if any(a.row.entered_by for a in answers) else {}
    return [
        {
            "id": str(one.row.id),
            "late": one.late,
            "who": names.get(one.row.entered_by, _("担当者")) if one.row.entered_by else "",
        }
        | _said(found, one.row, one.text, nos)
        for one in answers
    ]


def voided_rows(session: Session, found: Folder, sender: UUID, nos: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """The answers of a sender that were taken back, oldest first, each with who did so and why."""
    query = select(SenderAnswer).where(SenderAnswer.sender_id == sender, col(SenderAnswer.voided_at).is_not(None))
    taken = {e.event.data["said"]["answer"]: e for e in found.events if e.event.fact is Fact.SENDER_ANSWER_VOIDED}
    shown = []
    for row in session.exec(query.order_by(col(SenderAnswer.received_at), col(SenderAnswer.id))):
        words = open_words(session, row.case_id, "senderanswer.words", row.id, row.words_sealed)
        event = taken.get(str(row.id))
        about = {"by": event.who if event else "", "why": event.remark if event else ""}
        shown.append(about | _said(found, row, words.get("text", ""), nos))
    return shown


def _said(found: Folder, row: SenderAnswer, text: str, nos: Mapping[UUID, int]) -> dict[str, Any]:
    files = {str(e.evidence.id): e.name for e in found.evidence}
    return {
        "row": row,
        "text": text,
        "position": _(POSITIONS[row.position]),
        "nos": numbers(nos[id] for id in map(UUID, row.items) if id in nos),
        "files": [files[id] for id in row.files if id in files],
    }


def door_rows(session: Session, sender: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """The pages of a sender behind a link, with the link of those that are open."""
    return [
        {
            "door": door,
            "purpose": purpose.value,
            "mark": f"{purpose.value}-{sender}",
            "name": _(PAGES[purpose]),
            "open": doors.is_open(door, at),
            "until": _dated(door.expires_at, at),
            "address": doors.address(session, door) if doors.is_open(door, at) else "",
        }
        for purpose, door in sorted(doors.of_sender(session, sender).items())
    ]


def _dated(moment: datetime, at: datetime) -> str:
    """A moment, with its year where that is not the year of `at`."""
    day = japanese_day(moment)
    return short_time(moment) if day.year == japanese_day(at).year else f"{day_text(day)} {hour_text(moment)}"
